/* SPDX-License-Identifier: Apache-2.0 */
/* Object 42769, LWM2M Bootstrap Server, version 1.0: tables.
 *
 * Made by loomc from bootstrap-server-draft-1.0.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_bootstrap_server.h"

static const struct loom_range bootstrap_server_ranges[] = {
    {.min.unsigned_integer = 0, .max.unsigned_integer = 255}, /* LWM2M Bootstrap Server URI */
    {.min.integer = 0, .max.integer = 2}, /* Security Mode */
    {.min.integer = 0, .max.integer = INT64_C(4294967295)}, /* ClientHoldOffTime */
};

static const struct loom_resource bootstrap_server_resources[] = {
    {.id = LOOM_BOOTSTRAP_SERVER_LWM2M_BOOTSTRAP_SERVER_URI, .type = LOOM_STRING,
     .access = LOOM_MANDATORY, .count = 1, .range = 1, .offset = 0},
    {.id = LOOM_BOOTSTRAP_SERVER_SECURITY_MODE, .type = LOOM_INTEGER,
     .access = LOOM_MANDATORY, .count = 1, .range = 2, .offset = 2},
    {.id = LOOM_BOOTSTRAP_SERVER_PUBLIC_KEY_OR_IDENTITY, .type = LOOM_OPAQUE,
     .access = LOOM_MANDATORY, .count = 1, .offset = 3},
    {.id = LOOM_BOOTSTRAP_SERVER_SECRET_KEY, .type = LOOM_OPAQUE,
     .access = LOOM_MANDATORY | LOOM_SECRET, .count = 1, .offset = 5},
    {.id = LOOM_BOOTSTRAP_SERVER_CLIENT_HOLD_OFF_TIME, .type = LOOM_INTEGER,
     .access = LOOM_MANDATORY, .count = 1, .range = 3, .offset = 11},
};

const struct loom_object loom_bootstrap_server_object = {
    .id = LOOM_BOOTSTRAP_SERVER,
    .version_major = 1,
    .version_minor = 0,
    .resource_count = 5,
    .flags = LOOM_OBJECT_HIDDEN | LOOM_OBJECT_ACCOUNT_VIEW,
    .resources = bootstrap_server_resources,
    .ranges = bootstrap_server_ranges,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_bootstrap_server_names = {
    .names = "LWM2M Bootstrap Server\0"
             "LWM2M Bootstrap Server URI\0"
             "Security Mode\0"
             "Public Key or Identity\0"
             "Secret Key\0"
             "ClientHoldOffTime",
    .units = "\0" /* 0 */
             "\0" /* 1 */
             "\0" /* 2 */
             "\0" /* 3 */
             "s", /* 4 */
};
#endif
