/* SPDX-License-Identifier: Apache-2.0 */
/* Object 1, LwM2M Server, version 1.0: tables.
 *
 * Made by loomc from server-1.0.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_server.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_server) <= UINT16_MAX, "an instance is too large");

static const struct loom_range server_ranges[] = {
    {.min.integer = 1, .max.integer = 65535}, /* Short Server ID */
};

static const struct loom_resource server_resources[] = {
    {.id = LOOM_SERVER_SHORT_SERVER_ID, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1, .range = 1,
     .offset = offsetof(struct loom_server, short_server_id), .size = 4},
    {.id = LOOM_SERVER_LIFETIME, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_server, lifetime), .size = 8},
    {.id = LOOM_SERVER_DEFAULT_MINIMUM_PERIOD, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server, default_minimum_period), .size = 8},
    {.id = LOOM_SERVER_DEFAULT_MAXIMUM_PERIOD, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server, default_maximum_period), .size = 8},
    {.id = LOOM_SERVER_DISABLE, .type = LOOM_NONE,
     .access = LOOM_E, .count = 1},
    {.id = LOOM_SERVER_DISABLE_TIMEOUT, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server, disable_timeout), .size = 8},
    {.id = LOOM_SERVER_NOTIFICATION_STORING_WHEN_DISABLED_OR_OFFLINE, .type = LOOM_BOOLEAN,
     .access = LOOM_R | LOOM_W | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_server, notification_storing_when_disabled_or_offline), .size = sizeof(bool)},
    {.id = LOOM_SERVER_BINDING, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_server, binding), .size = 65},
    {.id = LOOM_SERVER_REGISTRATION_UPDATE_TRIGGER, .type = LOOM_NONE,
     .access = LOOM_E | LOOM_MANDATORY, .count = 1},
};

const struct loom_object loom_server_object = {
    .id = LOOM_SERVER,
    .version_major = 1,
    .version_minor = 0,
    .instance_size = sizeof(struct loom_server),
    .resource_count = 9,
    .flags = LOOM_OBJECT_MULTIPLE | LOOM_OBJECT_MANDATORY | LOOM_OBJECT_PERSISTENT | LOOM_OBJECT_ACCOUNT,
    .resources = server_resources,
    .ranges = server_ranges,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_server_names = {
    .names = "LwM2M Server\0"
             "Short Server ID\0"
             "Lifetime\0"
             "Default Minimum Period\0"
             "Default Maximum Period\0"
             "Disable\0"
             "Disable Timeout\0"
             "Notification Storing When Disabled or Offline\0"
             "Binding\0"
             "Registration Update Trigger",
    .units = "\0" /* 0 */
             "s\0" /* 1 */
             "s\0" /* 2 */
             "s\0" /* 3 */
             "\0" /* 4 */
             "s\0" /* 5 */
             "\0" /* 6 */
             "\0" /* 7 */
             "", /* 8 */
};
#endif
