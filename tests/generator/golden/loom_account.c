/* SPDX-License-Identifier: Apache-2.0 */
/* Object 42769, Account, version 1.0: tables.
 *
 * Made by loomc from account.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_account.h"

static const struct loom_resource account_resources[] = {
    {.id = LOOM_ACCOUNT_URI, .type = LOOM_STRING,
     .access = LOOM_MANDATORY, .count = 1, .offset = 0},
    {.id = LOOM_ACCOUNT_HOLD_OFF, .type = LOOM_INTEGER,
     .access = 0, .count = 1, .offset = 11},
};

const struct loom_object loom_account_object = {
    .id = LOOM_ACCOUNT,
    .version_major = 1,
    .version_minor = 0,
    .resource_count = 2,
    .flags = LOOM_OBJECT_HIDDEN | LOOM_OBJECT_ACCOUNT_VIEW,
    .resources = account_resources,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_account_names = {
    .names = "Account\0"
             "URI\0"
             "Hold Off",
    .units = "\0" /* 0 */
             "s", /* 4 */
};
#endif
