/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object 42769, Account, version 1.0 (LwM2M 1.1).
 *
 * Made by loomc from account.xml. Do not edit: change the model or the profile and build
 * again.
 */
#ifndef LOOM_GENERATED_ACCOUNT_H
#define LOOM_GENERATED_ACCOUNT_H

#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

LOOM_TABLE_LAYOUT_CHECK(6);

/** Ids of the object and of its resources. */
enum {
    LOOM_ACCOUNT = 42769,
    LOOM_ACCOUNT_URI = 0,
    LOOM_ACCOUNT_HOLD_OFF = 4,
};

extern const struct loom_object loom_account_object;
#ifndef LOOM_WITHOUT_NAMES
extern const struct loom_object_names loom_account_names;
#endif

/* A view: it has no data and no accessors, it shows resources of the Bootstrap-Server Account in object
 * 0 (Security) under ids of its own. */

/*
 * 0 URI: bootstrap only, String, mandatory.
 *
 * Where the server is.
 *
 * Shows /0/x/0.
 */

/*
 * 4 Hold Off: bootstrap only, Integer, optional, in s.
 *
 * Shows /0/x/11.
 */

#ifdef __cplusplus
}
#endif

#endif
