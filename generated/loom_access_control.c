/* SPDX-License-Identifier: Apache-2.0 */
/* Object 2, LwM2M Access Control, version 1.0: tables.
 *
 * Made by loomc from access-control-1.0.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_access_control.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_access_control) <= UINT16_MAX, "an instance is too large");

static const struct loom_range access_control_ranges[] = {
    {.min.integer = 1, .max.integer = 65534}, /* Object ID */
    {.min.integer = 0, .max.integer = 65535}, /* Object Instance ID */
};

static const struct loom_resource access_control_resources[] = {
    {.id = LOOM_ACCESS_CONTROL_OBJECT_ID, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1, .range = 1,
     .offset = offsetof(struct loom_access_control, object_id), .size = 4},
    {.id = LOOM_ACCESS_CONTROL_OBJECT_INSTANCE_ID, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1, .range = 2,
     .offset = offsetof(struct loom_access_control, object_instance_id), .size = 4},
    {.id = LOOM_ACCESS_CONTROL_ACL, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W | LOOM_MULTIPLE, .count = 4,
     .offset = offsetof(struct loom_access_control, acl), .size = 8},
    {.id = LOOM_ACCESS_CONTROL_ACCESS_CONTROL_OWNER, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W | LOOM_MANDATORY, .count = 1, .range = 2,
     .offset = offsetof(struct loom_access_control, access_control_owner), .size = 4},
};

const struct loom_object loom_access_control_object = {
    .id = LOOM_ACCESS_CONTROL,
    .version_major = 1,
    .version_minor = 0,
    .instance_size = sizeof(struct loom_access_control),
    .resource_count = 4,
    .flags = LOOM_OBJECT_MULTIPLE | LOOM_OBJECT_PERSISTENT | LOOM_OBJECT_ACCOUNT,
    .resources = access_control_resources,
    .ranges = access_control_ranges,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_access_control_names = {
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
