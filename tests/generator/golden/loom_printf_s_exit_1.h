/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object 26301, printf("%s"); exit(1); //., version 1.0 (LwM2M 1.1).
 *
 * Made by loomc from hostile.xml. Do not edit: change the model or the profile and build
 * again.
 *
 * * / }; / *.
 */
#ifndef LOOM_GENERATED_PRINTF_S_EXIT_1_H
#define LOOM_GENERATED_PRINTF_S_EXIT_1_H

#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

LOOM_TABLE_LAYOUT_CHECK(6);

/** Ids of the object and of its resources. */
enum {
    LOOM_PRINTF_S_EXIT_1 = 26301,
    LOOM_PRINTF_S_EXIT_1_INT_X = 0,
    LOOM_PRINTF_S_EXIT_1_QUOTE_BACKSLASH = 1,
    LOOM_PRINTF_S_EXIT_1_WHAT_S_N = 2,
    LOOM_PRINTF_S_EXIT_1_RESOURCE_3 = 3,
    LOOM_PRINTF_S_EXIT_1_RESOURCE_4 = 4,
    LOOM_PRINTF_S_EXIT_1_INT = 5,
    LOOM_PRINTF_S_EXIT_1_R_123 = 6,
    LOOM_PRINTF_S_EXIT_1_RESOURCE_7 = 7,
    LOOM_PRINTF_S_EXIT_1_ID = 8,
    LOOM_PRINTF_S_EXIT_1_R_9_0 = 9,
    LOOM_PRINTF_S_EXIT_1_R_0 = 10,
};

/** One instance, laid out as loom/table.h says. Read and write it with the functions below: they keep
 *  `present` right and check every value. */
struct loom_printf_s_exit_1 {
    uint16_t id;
    uint8_t present[2];
    char int_x[65]; /* 0 */
    int64_t quote_backslash; /* 1 */
    int8_t what_s_n; /* 2 */
    double resource_3; /* 3 */
    double resource_4; /* 4 */
    int64_t int_; /* 5 */
    int64_t r_123; /* 6 */
    struct { uint16_t id; struct { uint16_t length; uint8_t bytes[64]; } value; } resource_7[4]; /* 7 */
    int64_t id_; /* 8 */
    char r_0[6]; /* 10 */
};

extern const struct loom_object loom_printf_s_exit_1_object;
#ifndef LOOM_WITHOUT_NAMES
extern const struct loom_object_names loom_printf_s_exit_1_names;
#endif

/**
 * 0 * / int x; / *: RW, String, mandatory.
 *
 * * / #error broke out / * and a line that ends with a backslash \.
 * ??/.
 * *.
 */
static inline enum loom_status loom_printf_s_exit_1_get_int_x(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_INT_X);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_set_int_x(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_INT_X);

    return loom_set_text(model, path, value);
}

/**
 * 1 "quote" \ backslash: R, Integer, optional, in "\n".
 *
 * http://example.invalid // not a comment
 */
static inline enum loom_status loom_printf_s_exit_1_get_quote_backslash(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_QUOTE_BACKSLASH);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_set_quote_backslash(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_QUOTE_BACKSLASH);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_clear_quote_backslash(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_QUOTE_BACKSLASH);

    return loom_clear(model, path);
}

/**
 * 2 what??/ ??= %s %n: R, Integer, optional, 0..5, in ??'.
 *
 * #include <nothing.h>
 */
static inline enum loom_status loom_printf_s_exit_1_get_what_s_n(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_WHAT_S_N);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_set_what_s_n(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_WHAT_S_N);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_clear_what_s_n(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_WHAT_S_N);

    return loom_clear(model, path);
}

/**
 * 3 😀: RW, Float, optional, in µ°.
 */
static inline enum loom_status loom_printf_s_exit_1_get_resource_3(
    const struct loom_model *model, uint16_t instance, double *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_RESOURCE_3);

    return loom_get_float(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_set_resource_3(
    struct loom_model *model, uint16_t instance, double value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_RESOURCE_3);

    return loom_set_float(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_clear_resource_3(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_RESOURCE_3);

    return loom_clear(model, path);
}

/**
 * 4 температура: RW, Float, optional.
 */
static inline enum loom_status loom_printf_s_exit_1_get_resource_4(
    const struct loom_model *model, uint16_t instance, double *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_RESOURCE_4);

    return loom_get_float(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_set_resource_4(
    struct loom_model *model, uint16_t instance, double value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_RESOURCE_4);

    return loom_set_float(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_clear_resource_4(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_RESOURCE_4);

    return loom_clear(model, path);
}

/**
 * 5 int: RW, Integer, optional.
 */
static inline enum loom_status loom_printf_s_exit_1_get_int(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_INT);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_set_int(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_INT);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_clear_int(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_INT);

    return loom_clear(model, path);
}

/**
 * 6 123: RW, Integer, optional.
 */
static inline enum loom_status loom_printf_s_exit_1_get_r_123(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_R_123);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_set_r_123(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_R_123);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_clear_r_123(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_R_123);

    return loom_clear(model, path);
}

/**
 * 7 ...: RW, Opaque, multiple, optional.
 */
static inline enum loom_status loom_printf_s_exit_1_get_resource_7(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, struct loom_bytes *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_RESOURCE_7, resource_instance);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_set_resource_7(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, const uint8_t *data, size_t length)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_RESOURCE_7, resource_instance);

    return loom_set_opaque(model, path, data, length);
}

static inline enum loom_status loom_printf_s_exit_1_clear_resource_7(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_RESOURCE_7, resource_instance);

    return loom_clear(model, path);
}

/**
 * 8 id: RW, Integer, optional.
 *
 * Turned U+202EaroundU+2066 and a control   character
 */
static inline enum loom_status loom_printf_s_exit_1_get_id(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_ID);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_set_id(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_ID);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_clear_id(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_ID);

    return loom_clear(model, path);
}

/**
 * 10 0: RW, String, optional, 0..5 bytes, in 7.
 */
static inline enum loom_status loom_printf_s_exit_1_get_r_0(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_R_0);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_set_r_0(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_R_0);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_printf_s_exit_1_clear_r_0(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_PRINTF_S_EXIT_1, instance, LOOM_PRINTF_S_EXIT_1_R_0);

    return loom_clear(model, path);
}

/* ---- functions that the product writes ------------------------------------------------------ */

/**
 * 9 9 0: E, optional.
 */
enum loom_status loom_printf_s_exit_1_execute_r_9_0(
    const struct loom_at *at, struct loom_text arguments);

#ifdef __cplusplus
}
#endif

#endif
