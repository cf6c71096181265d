/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Values and paths of the LwM2M data model (rules D.1; Core App. C).
 */
#ifndef LOOM_VALUE_H
#define LOOM_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The reserved identifier: "no instance" at every level, never the id of anything (rules D.1;
 *  Core 7.4). */
#define LOOM_ID_NONE 65535u

/** Data types of resources (rules D.1; Core App. C). The numbers are in generated tables. */
enum loom_type {
    LOOM_NONE = 0,     /**< executable resources have no value */
    LOOM_STRING = 1,   /**< UTF-8 without NUL */
    LOOM_INTEGER = 2,  /**< signed, up to 64 bit */
    LOOM_UNSIGNED = 3, /**< unsigned, up to 64 bit (1.1+) */
    LOOM_FLOAT = 4,    /**< finite; infinity and not a number are refused in all formats */
    LOOM_BOOLEAN = 5,
    LOOM_OPAQUE = 6,  /**< bytes */
    LOOM_TIME = 7,    /**< signed seconds since 1970-01-01 UTC */
    LOOM_OBJLNK = 8,  /**< object id and instance id */
    LOOM_CORELNK = 9, /**< CoRE link text (1.1+) */
    LOOM_TYPE_COUNT = 10
};

/** Text that somebody else owns. Not terminated by NUL. */
struct loom_text {
    const char *data;
    size_t length; /**< bytes */
};

/** Bytes that somebody else owns. */
struct loom_bytes {
    const uint8_t *data;
    size_t length;
};

/** An object link. 65535:65535 links to nothing (rule C-24). */
struct loom_objlnk {
    uint16_t object;
    uint16_t instance;
};

/** One value. `text` and `opaque` point into memory that the value does not own: where a function
 *  fills a value, its documentation says how long that memory lasts. */
struct loom_value {
    enum loom_type type;
    union {
        int64_t integer; /**< LOOM_INTEGER, LOOM_TIME */
        uint64_t unsigned_integer;
        double number; /**< LOOM_FLOAT */
        bool boolean;
        struct loom_text text;    /**< LOOM_STRING, LOOM_CORELNK */
        struct loom_bytes opaque; /**< LOOM_OPAQUE */
        struct loom_objlnk objlnk;
    } as;
};

/** A path `/object/instance/resource/resource instance`, cut off after `depth` ids (0 to 4).
 *  Depth 0 is the root `/`. A word, so that small devices copy a path word by word. */
struct loom_path {
    uint16_t id[4];
    uint32_t depth;
};

/** Which id of a path is which. */
enum { LOOM_OBJECT_ID, LOOM_INSTANCE_ID, LOOM_RESOURCE_ID, LOOM_RESOURCE_INSTANCE_ID };

static inline struct loom_path loom_path_root(void)
{
    struct loom_path path = {{0, 0, 0, 0}, 0};
    return path;
}

static inline struct loom_path loom_path_object(uint16_t object)
{
    struct loom_path path = {{0, 0, 0, 0}, 1};
    path.id[0] = object;
    return path;
}

static inline struct loom_path loom_path_instance(uint16_t object, uint16_t instance)
{
    struct loom_path path = loom_path_object(object);
    path.id[1] = instance;
    path.depth = 2;
    return path;
}

static inline struct loom_path loom_path_resource(uint16_t object, uint16_t instance,
                                                  uint16_t resource)
{
    struct loom_path path = loom_path_instance(object, instance);
    path.id[2] = resource;
    path.depth = 3;
    return path;
}

static inline struct loom_path loom_path_resource_instance(uint16_t object, uint16_t instance,
                                                           uint16_t resource,
                                                           uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource(object, instance, resource);
    path.id[3] = resource_instance;
    path.depth = 4;
    return path;
}

#ifdef __cplusplus
}
#endif

#endif
