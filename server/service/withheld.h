/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What of a request may not be shown, though it is kept until it has been sent: key material.
 */
#ifndef LOOM_SERVICE_WITHHELD_H
#define LOOM_SERVICE_WITHHELD_H

#include "catalog/catalog.h"

#include <jansson.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Puts `{"secret": true}` in the place of each value that is secret, or may be.
 *  @param request as in service/operation.h; changed */
void loom_service_withhold(const struct loom_catalog *catalog, json_t *request);

#ifdef __cplusplus
}
#endif

#endif
