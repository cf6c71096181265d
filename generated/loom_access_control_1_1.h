/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object 2, LwM2M Access Control, version 1.1 (LwM2M 1.0).
 *
 * Made by loomc from access-control-1.1.xml. Do not edit: change the model or the profile and build
 * again.
 *
 * Who may do what with one Object Instance, and which server owns that decision.
 */
#ifndef LOOM_GENERATED_ACCESS_CONTROL_1_1_H
#define LOOM_GENERATED_ACCESS_CONTROL_1_1_H

#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

LOOM_TABLE_LAYOUT_CHECK(6);

/** Ids of the object and of its resources. */
enum {
    LOOM_ACCESS_CONTROL_1_1 = 2,
    LOOM_ACCESS_CONTROL_1_1_OBJECT_ID = 0,
    LOOM_ACCESS_CONTROL_1_1_OBJECT_INSTANCE_ID = 1,
    LOOM_ACCESS_CONTROL_1_1_ACL = 2,
    LOOM_ACCESS_CONTROL_1_1_ACCESS_CONTROL_OWNER = 3,
};

/** One instance, laid out as loom/table.h says. Read and write it with the functions below: they keep
 *  `present` right and check every value. */
struct loom_access_control_1_1 {
    uint16_t id;
    uint8_t present[1];
    int32_t object_id; /* 0 */
    int32_t object_instance_id; /* 1 */
    struct { uint16_t id; int8_t value; } acl[4]; /* 2 */
    int32_t access_control_owner; /* 3 */
};

extern const struct loom_object loom_access_control_1_1_object;
#ifndef LOOM_WITHOUT_NAMES
extern const struct loom_object_names loom_access_control_1_1_names;
#endif

/**
 * 0 Object ID: R, Integer, mandatory, 1..65534.
 *
 * Object of the instance that this entry protects.
 */
static inline enum loom_status loom_access_control_1_1_get_object_id(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_ACCESS_CONTROL_1_1, instance, LOOM_ACCESS_CONTROL_1_1_OBJECT_ID);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_access_control_1_1_set_object_id(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_ACCESS_CONTROL_1_1, instance, LOOM_ACCESS_CONTROL_1_1_OBJECT_ID);

    return loom_set_integer(model, path, value);
}

/**
 * 1 Object Instance ID: R, Integer, mandatory, 0..65535.
 *
 * Number of the instance that this entry protects.
 */
static inline enum loom_status loom_access_control_1_1_get_object_instance_id(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_ACCESS_CONTROL_1_1, instance, LOOM_ACCESS_CONTROL_1_1_OBJECT_INSTANCE_ID);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_access_control_1_1_set_object_instance_id(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_ACCESS_CONTROL_1_1, instance, LOOM_ACCESS_CONTROL_1_1_OBJECT_INSTANCE_ID);

    return loom_set_integer(model, path, value);
}

/**
 * 2 ACL: RW, Integer, multiple, optional, 0..31.
 *
 * Rights of one server each; the Resource Instance ID is its Short Server ID, 0 stands for all
 * others. Bit 0: read and observe, 1: write, 2: execute, 3: delete, 4: create.
 */
static inline enum loom_status loom_access_control_1_1_get_acl(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_ACCESS_CONTROL_1_1, instance, LOOM_ACCESS_CONTROL_1_1_ACL, resource_instance);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_access_control_1_1_set_acl(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_ACCESS_CONTROL_1_1, instance, LOOM_ACCESS_CONTROL_1_1_ACL, resource_instance);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_access_control_1_1_clear_acl(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_ACCESS_CONTROL_1_1, instance, LOOM_ACCESS_CONTROL_1_1_ACL, resource_instance);

    return loom_clear(model, path);
}

/**
 * 3 Access Control Owner: RW, Integer, mandatory, 0..65535.
 *
 * Short Server ID of the owner, who alone may change this entry; 65535 leaves it to bootstrap.
 */
static inline enum loom_status loom_access_control_1_1_get_access_control_owner(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_ACCESS_CONTROL_1_1, instance, LOOM_ACCESS_CONTROL_1_1_ACCESS_CONTROL_OWNER);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_access_control_1_1_set_access_control_owner(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_ACCESS_CONTROL_1_1, instance, LOOM_ACCESS_CONTROL_1_1_ACCESS_CONTROL_OWNER);

    return loom_set_integer(model, path, value);
}

#ifdef __cplusplus
}
#endif

#endif
