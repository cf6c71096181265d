/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Ids of the objects and resources to which the standard itself gives a meaning (rules B.6): those
 * that `loomc --ids` makes of the models, and those of objects that Loom has no model of.
 */
#ifndef LOOM_IDS_H
#define LOOM_IDS_H

#include "loom/standard_ids.h"

enum { LOOM_ID_OSCORE = 21, LOOM_ID_COSE = 23, LOOM_ID_MQTT_SERVER = 24 };

/** Every release of LwM2M defines the objects 0 to this one. */
#define LOOM_ID_RELEASE_LAST LOOM_ID_CONNECTIVITY_STATISTICS

/** Short Server IDs are these and those between them (rule A-4). */
#define LOOM_SHORT_SERVER_ID_MIN 1u
#define LOOM_SHORT_SERVER_ID_MAX 65534u

#endif
