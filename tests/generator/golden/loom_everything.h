/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object 26300, Everything, version 1.2 (LwM2M 1.1).
 *
 * Made by loomc from everything.xml. Do not edit: change the model or the profile and build
 * again.
 *
 * All types, ways of access and ranges.
 *
 * And a second description.
 */
#ifndef LOOM_GENERATED_EVERYTHING_H
#define LOOM_GENERATED_EVERYTHING_H

#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

LOOM_TABLE_LAYOUT_CHECK(6);

/** Ids of the object and of its resources. */
enum {
    LOOM_EVERYTHING = 26300,
    LOOM_EVERYTHING_STRING_VALUE = 0,
    LOOM_EVERYTHING_INTEGER_VALUE = 1,
    LOOM_EVERYTHING_UNSIGNED_INTEGER_VALUE = 2,
    LOOM_EVERYTHING_FLOAT_VALUE = 3,
    LOOM_EVERYTHING_BOOLEAN_VALUE = 4,
    LOOM_EVERYTHING_OPAQUE_VALUE = 5,
    LOOM_EVERYTHING_TIME_VALUE = 6,
    LOOM_EVERYTHING_OBJLNK_VALUE = 7,
    LOOM_EVERYTHING_CORELNK_VALUE = 8,
    LOOM_EVERYTHING_STRING_LIST = 10,
    LOOM_EVERYTHING_INTEGER_LIST = 11,
    LOOM_EVERYTHING_UNSIGNED_INTEGER_LIST = 12,
    LOOM_EVERYTHING_FLOAT_LIST = 13,
    LOOM_EVERYTHING_BOOLEAN_LIST = 14,
    LOOM_EVERYTHING_OPAQUE_LIST = 15,
    LOOM_EVERYTHING_TIME_LIST = 16,
    LOOM_EVERYTHING_OBJLNK_LIST = 17,
    LOOM_EVERYTHING_CORELNK_LIST = 18,
    LOOM_EVERYTHING_LEVEL = 20,
    LOOM_EVERYTHING_SIGNED = 21,
    LOOM_EVERYTHING_UNION = 22,
    LOOM_EVERYTHING_WHOLE = 23,
    LOOM_EVERYTHING_LEAST = 24,
    LOOM_EVERYTHING_PART = 25,
    LOOM_EVERYTHING_NAME = 26,
    LOOM_EVERYTHING_KEYWORD = 27,
    LOOM_EVERYTHING_SWITCH = 28,
    LOOM_EVERYTHING_SAME_LEVEL = 29,
    LOOM_EVERYTHING_WORDS = 30,
    LOOM_EVERYTHING_SECRET = 31,
    LOOM_EVERYTHING_RESET = 40,
    LOOM_EVERYTHING_REBOOT = 41,
    LOOM_EVERYTHING_HANDLED_STRING = 50,
    LOOM_EVERYTHING_HANDLED_INTEGER = 51,
    LOOM_EVERYTHING_HANDLED_UNSIGNED_INTEGER = 52,
    LOOM_EVERYTHING_HANDLED_FLOAT = 53,
    LOOM_EVERYTHING_HANDLED_BOOLEAN = 54,
    LOOM_EVERYTHING_HANDLED_OPAQUE = 55,
    LOOM_EVERYTHING_HANDLED_TIME = 56,
    LOOM_EVERYTHING_HANDLED_OBJLNK = 57,
    LOOM_EVERYTHING_HANDLED_CORELNK = 58,
    LOOM_EVERYTHING_HANDLED_LIST = 59,
    LOOM_EVERYTHING_HANDLED_WRITE = 60,
    LOOM_EVERYTHING_HANDLED_SECRET = 61,
    LOOM_EVERYTHING_STREAMED = 62,
    LOOM_EVERYTHING_STREAMED_WRITE = 63,
};

/** Values of resource 30, Words. */
enum {
    LOOM_EVERYTHING_WORDS_DISABLED = 0,
    LOOM_EVERYTHING_WORDS_NORMAL = 1,
    LOOM_EVERYTHING_WORDS_REMOTE = 2,
    LOOM_EVERYTHING_WORDS_LOCAL = 3,
    LOOM_EVERYTHING_WORDS_NON_RESPONSIVE = 255,
};

/** One instance, laid out as loom/table.h says. Read and write it with the functions below: they keep
 *  `present` right and check every value. */
struct loom_everything {
    uint16_t id;
    uint8_t present[6];
    char string_value[101]; /* 0 */
    int64_t integer_value; /* 1 */
    uint64_t unsigned_integer_value; /* 2 */
    double float_value; /* 3 */
    bool boolean_value; /* 4 */
    struct { uint16_t length; uint8_t bytes[8]; } opaque_value; /* 5 */
    int64_t time_value; /* 6 */
    struct loom_objlnk objlnk_value; /* 7 */
    char corelnk_value[21]; /* 8 */
    struct { uint16_t id; char value[21]; } string_list[3]; /* 10 */
    struct { uint16_t id; int64_t value; } integer_list[5]; /* 11 */
    struct { uint16_t id; uint64_t value; } unsigned_integer_list[3]; /* 12 */
    struct { uint16_t id; double value; } float_list[3]; /* 13 */
    struct { uint16_t id; bool value; } boolean_list[3]; /* 14 */
    struct { uint16_t id; struct { uint16_t length; uint8_t bytes[20]; } value; } opaque_list[3]; /* 15 */
    struct { uint16_t id; int64_t value; } time_list[3]; /* 16 */
    struct { uint16_t id; struct loom_objlnk value; } objlnk_list[3]; /* 17 */
    struct { uint16_t id; char value[21]; } corelnk_list[3]; /* 18 */
    int8_t level; /* 20 */
    int8_t signed_; /* 21 */
    int16_t union_; /* 22 */
    uint64_t whole; /* 23 */
    int64_t least; /* 24 */
    double part; /* 25 */
    char name[33]; /* 26 */
    struct { uint16_t length; uint8_t bytes[48]; } keyword; /* 27 */
    bool switch_; /* 28 */
    int8_t same_level; /* 29 */
    int16_t words; /* 30 */
    struct { uint16_t length; uint8_t bytes[20]; } secret; /* 31 */
};

extern const struct loom_object loom_everything_object;
#ifndef LOOM_WITHOUT_NAMES
extern const struct loom_object_names loom_everything_names;
#endif

/**
 * 0 String value: RW, String, mandatory.
 *
 * A description that is long enough to be broken into two lines: it goes on for a while, says
 * nothing, and
 *
 * ends after an empty line.
 */
static inline enum loom_status loom_everything_get_string_value(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_STRING_VALUE);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_everything_set_string_value(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_STRING_VALUE);

    return loom_set_text(model, path, value);
}

/**
 * 1 Integer value: RW, Integer, optional.
 *
 * Stored.
 */
static inline enum loom_status loom_everything_get_integer_value(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_INTEGER_VALUE);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_everything_set_integer_value(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_INTEGER_VALUE);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_everything_clear_integer_value(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_INTEGER_VALUE);

    return loom_clear(model, path);
}

/**
 * 2 Unsigned Integer value: RW, Unsigned Integer, optional.
 *
 * Stored.
 */
static inline enum loom_status loom_everything_get_unsigned_integer_value(
    const struct loom_model *model, uint16_t instance, uint64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_UNSIGNED_INTEGER_VALUE);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_everything_set_unsigned_integer_value(
    struct loom_model *model, uint16_t instance, uint64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_UNSIGNED_INTEGER_VALUE);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_everything_clear_unsigned_integer_value(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_UNSIGNED_INTEGER_VALUE);

    return loom_clear(model, path);
}

/**
 * 3 Float value: RW, Float, optional.
 *
 * Stored.
 */
static inline enum loom_status loom_everything_get_float_value(
    const struct loom_model *model, uint16_t instance, double *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_FLOAT_VALUE);

    return loom_get_float(model, path, value);
}

static inline enum loom_status loom_everything_set_float_value(
    struct loom_model *model, uint16_t instance, double value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_FLOAT_VALUE);

    return loom_set_float(model, path, value);
}

static inline enum loom_status loom_everything_clear_float_value(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_FLOAT_VALUE);

    return loom_clear(model, path);
}

/**
 * 4 Boolean value: RW, Boolean, optional.
 *
 * Stored.
 */
static inline enum loom_status loom_everything_get_boolean_value(
    const struct loom_model *model, uint16_t instance, bool *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_BOOLEAN_VALUE);

    return loom_get_boolean(model, path, value);
}

static inline enum loom_status loom_everything_set_boolean_value(
    struct loom_model *model, uint16_t instance, bool value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_BOOLEAN_VALUE);

    return loom_set_boolean(model, path, value);
}

static inline enum loom_status loom_everything_clear_boolean_value(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_BOOLEAN_VALUE);

    return loom_clear(model, path);
}

/**
 * 5 Opaque value: RW, Opaque, optional.
 *
 * Stored.
 */
static inline enum loom_status loom_everything_get_opaque_value(
    const struct loom_model *model, uint16_t instance, struct loom_bytes *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_OPAQUE_VALUE);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_everything_set_opaque_value(
    struct loom_model *model, uint16_t instance, const uint8_t *data, size_t length)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_OPAQUE_VALUE);

    return loom_set_opaque(model, path, data, length);
}

static inline enum loom_status loom_everything_clear_opaque_value(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_OPAQUE_VALUE);

    return loom_clear(model, path);
}

/**
 * 6 Time value: RW, Time, optional.
 *
 * Stored.
 */
static inline enum loom_status loom_everything_get_time_value(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_TIME_VALUE);

    return loom_get_time(model, path, value);
}

static inline enum loom_status loom_everything_set_time_value(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_TIME_VALUE);

    return loom_set_time(model, path, value);
}

static inline enum loom_status loom_everything_clear_time_value(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_TIME_VALUE);

    return loom_clear(model, path);
}

/**
 * 7 Objlnk value: RW, Objlnk, optional.
 *
 * Stored.
 */
static inline enum loom_status loom_everything_get_objlnk_value(
    const struct loom_model *model, uint16_t instance, struct loom_objlnk *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_OBJLNK_VALUE);

    return loom_get_objlnk(model, path, value);
}

static inline enum loom_status loom_everything_set_objlnk_value(
    struct loom_model *model, uint16_t instance, struct loom_objlnk value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_OBJLNK_VALUE);

    return loom_set_objlnk(model, path, value);
}

static inline enum loom_status loom_everything_clear_objlnk_value(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_OBJLNK_VALUE);

    return loom_clear(model, path);
}

/**
 * 8 Corelnk value: RW, Corelnk, optional.
 *
 * Stored.
 */
static inline enum loom_status loom_everything_get_corelnk_value(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_CORELNK_VALUE);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_everything_set_corelnk_value(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_CORELNK_VALUE);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_everything_clear_corelnk_value(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_CORELNK_VALUE);

    return loom_clear(model, path);
}

/**
 * 10 String list: RW, String, multiple, optional.
 */
static inline enum loom_status loom_everything_get_string_list(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, struct loom_text *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_STRING_LIST, resource_instance);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_everything_set_string_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, const char *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_STRING_LIST, resource_instance);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_everything_clear_string_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_STRING_LIST, resource_instance);

    return loom_clear(model, path);
}

/**
 * 11 Integer list: RW, Integer, multiple, optional.
 */
static inline enum loom_status loom_everything_get_integer_list(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_INTEGER_LIST, resource_instance);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_everything_set_integer_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_INTEGER_LIST, resource_instance);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_everything_clear_integer_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_INTEGER_LIST, resource_instance);

    return loom_clear(model, path);
}

/**
 * 12 Unsigned Integer list: RW, Unsigned Integer, multiple, optional.
 */
static inline enum loom_status loom_everything_get_unsigned_integer_list(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, uint64_t *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_UNSIGNED_INTEGER_LIST, resource_instance);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_everything_set_unsigned_integer_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, uint64_t value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_UNSIGNED_INTEGER_LIST, resource_instance);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_everything_clear_unsigned_integer_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_UNSIGNED_INTEGER_LIST, resource_instance);

    return loom_clear(model, path);
}

/**
 * 13 Float list: RW, Float, multiple, optional.
 */
static inline enum loom_status loom_everything_get_float_list(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, double *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_FLOAT_LIST, resource_instance);

    return loom_get_float(model, path, value);
}

static inline enum loom_status loom_everything_set_float_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, double value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_FLOAT_LIST, resource_instance);

    return loom_set_float(model, path, value);
}

static inline enum loom_status loom_everything_clear_float_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_FLOAT_LIST, resource_instance);

    return loom_clear(model, path);
}

/**
 * 14 Boolean list: RW, Boolean, multiple, optional.
 */
static inline enum loom_status loom_everything_get_boolean_list(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, bool *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_BOOLEAN_LIST, resource_instance);

    return loom_get_boolean(model, path, value);
}

static inline enum loom_status loom_everything_set_boolean_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, bool value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_BOOLEAN_LIST, resource_instance);

    return loom_set_boolean(model, path, value);
}

static inline enum loom_status loom_everything_clear_boolean_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_BOOLEAN_LIST, resource_instance);

    return loom_clear(model, path);
}

/**
 * 15 Opaque list: RW, Opaque, multiple, optional.
 */
static inline enum loom_status loom_everything_get_opaque_list(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, struct loom_bytes *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_OPAQUE_LIST, resource_instance);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_everything_set_opaque_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, const uint8_t *data, size_t length)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_OPAQUE_LIST, resource_instance);

    return loom_set_opaque(model, path, data, length);
}

static inline enum loom_status loom_everything_clear_opaque_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_OPAQUE_LIST, resource_instance);

    return loom_clear(model, path);
}

/**
 * 16 Time list: RW, Time, multiple, optional.
 */
static inline enum loom_status loom_everything_get_time_list(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_TIME_LIST, resource_instance);

    return loom_get_time(model, path, value);
}

static inline enum loom_status loom_everything_set_time_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_TIME_LIST, resource_instance);

    return loom_set_time(model, path, value);
}

static inline enum loom_status loom_everything_clear_time_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_TIME_LIST, resource_instance);

    return loom_clear(model, path);
}

/**
 * 17 Objlnk list: RW, Objlnk, multiple, optional.
 */
static inline enum loom_status loom_everything_get_objlnk_list(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, struct loom_objlnk *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_OBJLNK_LIST, resource_instance);

    return loom_get_objlnk(model, path, value);
}

static inline enum loom_status loom_everything_set_objlnk_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, struct loom_objlnk value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_OBJLNK_LIST, resource_instance);

    return loom_set_objlnk(model, path, value);
}

static inline enum loom_status loom_everything_clear_objlnk_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_OBJLNK_LIST, resource_instance);

    return loom_clear(model, path);
}

/**
 * 18 Corelnk list: RW, Corelnk, multiple, optional.
 */
static inline enum loom_status loom_everything_get_corelnk_list(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, struct loom_text *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_CORELNK_LIST, resource_instance);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_everything_set_corelnk_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, const char *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_CORELNK_LIST, resource_instance);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_everything_clear_corelnk_list(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_EVERYTHING, instance, LOOM_EVERYTHING_CORELNK_LIST, resource_instance);

    return loom_clear(model, path);
}

/**
 * 20 Level: RW, Integer, optional, 0..100, in %.
 */
static inline enum loom_status loom_everything_get_level(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_LEVEL);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_everything_set_level(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_LEVEL);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_everything_clear_level(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_LEVEL);

    return loom_clear(model, path);
}

/**
 * 21 Signed: R (RW in the model), Integer, optional, -40..87, in Cel.
 */
static inline enum loom_status loom_everything_get_signed(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_SIGNED);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_everything_set_signed(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_SIGNED);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_everything_clear_signed(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_SIGNED);

    return loom_clear(model, path);
}

/**
 * 22 Union: hidden from servers, Integer, optional, 0..247, 1000.
 */
static inline enum loom_status loom_everything_get_union(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_UNION);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_everything_set_union(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_UNION);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_everything_clear_union(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_UNION);

    return loom_clear(model, path);
}

/**
 * 23 Whole: RW, Unsigned Integer, optional, 1..18446744073709551615.
 */
static inline enum loom_status loom_everything_get_whole(
    const struct loom_model *model, uint16_t instance, uint64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_WHOLE);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_everything_set_whole(
    struct loom_model *model, uint16_t instance, uint64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_WHOLE);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_everything_clear_whole(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_WHOLE);

    return loom_clear(model, path);
}

/**
 * 24 Least: RW, Integer, optional, -9223372036854775808..4294967296.
 */
static inline enum loom_status loom_everything_get_least(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_LEAST);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_everything_set_least(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_LEAST);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_everything_clear_least(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_LEAST);

    return loom_clear(model, path);
}

/**
 * 25 Part: RW, Float, optional, 0.000001..1.
 */
static inline enum loom_status loom_everything_get_part(
    const struct loom_model *model, uint16_t instance, double *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_PART);

    return loom_get_float(model, path, value);
}

static inline enum loom_status loom_everything_set_part(
    struct loom_model *model, uint16_t instance, double value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_PART);

    return loom_set_float(model, path, value);
}

static inline enum loom_status loom_everything_clear_part(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_PART);

    return loom_clear(model, path);
}

/**
 * 26 Name: RW, String, optional, 1..32 bytes.
 */
static inline enum loom_status loom_everything_get_name(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_NAME);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_everything_set_name(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_NAME);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_everything_clear_name(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_NAME);

    return loom_clear(model, path);
}

/**
 * 27 Keyword: RW, Opaque, optional, 16,32,48.
 */
static inline enum loom_status loom_everything_get_keyword(
    const struct loom_model *model, uint16_t instance, struct loom_bytes *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_KEYWORD);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_everything_set_keyword(
    struct loom_model *model, uint16_t instance, const uint8_t *data, size_t length)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_KEYWORD);

    return loom_set_opaque(model, path, data, length);
}

static inline enum loom_status loom_everything_clear_keyword(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_KEYWORD);

    return loom_clear(model, path);
}

/**
 * 28 Switch: RW, Boolean, optional.
 */
static inline enum loom_status loom_everything_get_switch(
    const struct loom_model *model, uint16_t instance, bool *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_SWITCH);

    return loom_get_boolean(model, path, value);
}

static inline enum loom_status loom_everything_set_switch(
    struct loom_model *model, uint16_t instance, bool value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_SWITCH);

    return loom_set_boolean(model, path, value);
}

static inline enum loom_status loom_everything_clear_switch(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_SWITCH);

    return loom_clear(model, path);
}

/**
 * 29 Same level: R, Integer, optional, 0..100, in %.
 */
static inline enum loom_status loom_everything_get_same_level(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_SAME_LEVEL);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_everything_set_same_level(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_SAME_LEVEL);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_everything_clear_same_level(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_SAME_LEVEL);

    return loom_clear(model, path);
}

/**
 * 30 Words: R, Integer, optional.
 *
 * Range: 0: disabled 1: normal 2: remote 3: local 255: non_responsive
 */
static inline enum loom_status loom_everything_get_words(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_WORDS);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_everything_set_words(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_WORDS);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_everything_clear_words(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_WORDS);

    return loom_clear(model, path);
}

/**
 * 31 Secret: bootstrap only, Opaque, optional.
 */
static inline enum loom_status loom_everything_get_secret(
    const struct loom_model *model, uint16_t instance, struct loom_bytes *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_SECRET);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_everything_set_secret(
    struct loom_model *model, uint16_t instance, const uint8_t *data, size_t length)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_SECRET);

    return loom_set_opaque(model, path, data, length);
}

static inline enum loom_status loom_everything_clear_secret(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_EVERYTHING, instance, LOOM_EVERYTHING_SECRET);

    return loom_clear(model, path);
}

/*
 * 41 Reboot: E, optional.
 *
 * An event.
 *
 * The runtime does it, or tells the product's `executed` hook.
 */

/* ---- functions that the product writes ------------------------------------------------------ */

/**
 * 40 Reset: E, mandatory.
 *
 * A function of the product.
 */
enum loom_status loom_everything_execute_reset(
    const struct loom_at *at, struct loom_text arguments);

/**
 * 50 Handled String: R (RW in the model), String, optional.
 */
enum loom_status loom_everything_read_handled_string(
    const struct loom_at *at, struct loom_text *value);

/**
 * 51 Handled Integer: hidden from servers, Integer, optional.
 */
enum loom_status loom_everything_read_handled_integer(
    const struct loom_at *at, int64_t *value);
enum loom_status loom_everything_write_handled_integer(
    const struct loom_at *at, int64_t value);

/**
 * 52 Handled Unsigned Integer: RW, Unsigned Integer, optional.
 */
enum loom_status loom_everything_read_handled_unsigned_integer(
    const struct loom_at *at, uint64_t *value);
enum loom_status loom_everything_write_handled_unsigned_integer(
    const struct loom_at *at, uint64_t value);

/**
 * 53 Handled Float: RW, Float, optional.
 */
enum loom_status loom_everything_read_handled_float(
    const struct loom_at *at, double *value);
enum loom_status loom_everything_write_handled_float(
    const struct loom_at *at, double value);

/**
 * 54 Handled Boolean: RW, Boolean, optional.
 */
enum loom_status loom_everything_read_handled_boolean(
    const struct loom_at *at, bool *value);
enum loom_status loom_everything_write_handled_boolean(
    const struct loom_at *at, bool value);

/**
 * 55 Handled Opaque: RW, Opaque, optional.
 */
enum loom_status loom_everything_read_handled_opaque(
    const struct loom_at *at, struct loom_bytes *value);
enum loom_status loom_everything_write_handled_opaque(
    const struct loom_at *at, struct loom_bytes value);

/**
 * 56 Handled Time: RW, Time, optional.
 */
enum loom_status loom_everything_read_handled_time(
    const struct loom_at *at, int64_t *value);
enum loom_status loom_everything_write_handled_time(
    const struct loom_at *at, int64_t value);

/**
 * 57 Handled Objlnk: RW, Objlnk, optional.
 */
enum loom_status loom_everything_read_handled_objlnk(
    const struct loom_at *at, struct loom_objlnk *value);
enum loom_status loom_everything_write_handled_objlnk(
    const struct loom_at *at, struct loom_objlnk value);

/**
 * 58 Handled Corelnk: RW, Corelnk, optional.
 */
enum loom_status loom_everything_read_handled_corelnk(
    const struct loom_at *at, struct loom_text *value);
enum loom_status loom_everything_write_handled_corelnk(
    const struct loom_at *at, struct loom_text value);

/**
 * 59 Handled list: R, Float, multiple, optional, 0..1.
 */
enum loom_status loom_everything_read_handled_list(
    const struct loom_at *at, double *value);
bool loom_everything_next_handled_list(
    const struct loom_at *at, uint16_t *id);

/**
 * 60 Handled write: W, String, optional.
 */
enum loom_status loom_everything_write_handled_write(
    const struct loom_at *at, struct loom_text value);

/**
 * 61 Handled secret: bootstrap only, Opaque, optional.
 */
enum loom_status loom_everything_read_handled_secret(
    const struct loom_at *at, struct loom_bytes *value);
enum loom_status loom_everything_write_handled_secret(
    const struct loom_at *at, struct loom_bytes value);

/**
 * 62 Streamed: RW, Opaque, optional, 1..9 bytes (not checked).
 */
enum loom_status loom_everything_read_streamed(
    const struct loom_at *at, struct loom_read_piece *piece);
enum loom_status loom_everything_write_streamed(
    const struct loom_at *at, const struct loom_written_piece *piece);

/**
 * 63 Streamed write: W, Opaque, optional.
 */
enum loom_status loom_everything_write_streamed_write(
    const struct loom_at *at, const struct loom_written_piece *piece);

#ifdef __cplusplus
}
#endif

#endif
