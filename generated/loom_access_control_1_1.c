/* SPDX-License-Identifier: Apache-2.0 */
/* Object 2, LwM2M Access Control, version 1.1: tables.
 *
 * Made by loomc from access-control-1.1.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_access_control_1_1.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_access_control_1_1) <= UINT16_MAX, "an instance is too large");

static const struct loom_range access_control_1_1_ranges[] = {
    {.min.integer = 1, .max.integer = 65534}, /* Object ID */
    {.min.integer = 0, .max.integer = 65535}, /* Object Instance ID */
    {.min.integer = 0, .max.integer = 31}, /* ACL */
};

static const struct loom_resource access_control_1_1_resources[] = {
    {.id = LOOM_ACCESS_CONTROL_1_1_OBJECT_ID, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1, .range = 1,
     .offset = offsetof(struct loom_access_control_1_1, object_id), .size = 4},
    {.id = LOOM_ACCESS_CONTROL_1_1_OBJECT_INSTANCE_ID, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1, .range = 2,
     .offset = offsetof(struct loom_access_control_1_1, object_instance_id), .size = 4},
    {.id = LOOM_ACCESS_CONTROL_1_1_ACL, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W | LOOM_MULTIPLE, .count = 4, .range = 3,
     .offset = offsetof(struct loom_access_control_1_1, acl), .size = 1},
    {.id = LOOM_ACCESS_CONTROL_1_1_ACCESS_CONTROL_OWNER, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W | LOOM_MANDATORY, .count = 1, .range = 2,
     .offset = offsetof(struct loom_access_control_1_1, access_control_owner), .size = 4},
};

const struct loom_object loom_access_control_1_1_object = {
    .id = LOOM_ACCESS_CONTROL_1_1,
    .version_major = 1,
    .version_minor = 1,
    .instance_size = sizeof(struct loom_access_control_1_1),
    .resource_count = 4,
    .flags = LOOM_OBJECT_MULTIPLE | LOOM_OBJECT_PERSISTENT | LOOM_OBJECT_ACCOUNT,
    .resources = access_control_1_1_resources,
    .ranges = access_control_1_1_ranges,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_access_control_1_1_names = {
    .names = "LwM2M Access Control\0"
             "Object ID\0"
             "Object Instance ID\0"
             "ACL\0"
             "Access Control Owner",
    .units = "\0" /* 0 */
             "\0" /* 1 */
             "\0" /* 2 */
             "", /* 3 */
};
#endif
