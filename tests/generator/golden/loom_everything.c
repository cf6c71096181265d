/* SPDX-License-Identifier: Apache-2.0 */
/* Object 26300, Everything, version 1.2: tables.
 *
 * Made by loomc from everything.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_everything.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_everything) <= UINT16_MAX, "an instance is too large");

static const struct loom_range everything_ranges[] = {
    {.min.integer = 0, .max.integer = 100}, /* Level */
    {.min.integer = -40, .max.integer = 87}, /* Signed */
    {.min.integer = 0, .max.integer = 247, .more = 1}, /* Union */
    {.min.integer = 1000, .max.integer = 1000}, /* Union */
    {.min.unsigned_integer = 1, .max.unsigned_integer = UINT64_C(18446744073709551615)}, /* Whole */
    {.min.integer = INT64_MIN, .max.integer = INT64_C(4294967296)}, /* Least */
    {.min.number = 0.000001, .max.number = 1.0}, /* Part */
    {.min.unsigned_integer = 1, .max.unsigned_integer = 32}, /* Name */
    {.min.unsigned_integer = 16, .max.unsigned_integer = 16, .more = 1}, /* Keyword */
    {.min.unsigned_integer = 32, .max.unsigned_integer = 32, .more = 1}, /* Keyword */
    {.min.unsigned_integer = 48, .max.unsigned_integer = 48}, /* Keyword */
    {.min.integer = 0, .max.integer = 3, .more = 1}, /* Words */
    {.min.integer = 255, .max.integer = 255}, /* Words */
    {.min.number = 0.0, .max.number = 1.0}, /* Handled list */
};

static enum loom_status everything_read_handled_string(
    const struct loom_at *at, struct loom_value *value)
{
    value->type = LOOM_STRING;
    return loom_everything_read_handled_string(at, &value->as.text);
}

static enum loom_status everything_read_handled_integer(
    const struct loom_at *at, struct loom_value *value)
{
    value->type = LOOM_INTEGER;
    return loom_everything_read_handled_integer(at, &value->as.integer);
}

static enum loom_status everything_write_handled_integer(
    const struct loom_at *at, const struct loom_value *value)
{
    return loom_everything_write_handled_integer(at, value->as.integer);
}

static enum loom_status everything_read_handled_unsigned_integer(
    const struct loom_at *at, struct loom_value *value)
{
    value->type = LOOM_UNSIGNED;
    return loom_everything_read_handled_unsigned_integer(at, &value->as.unsigned_integer);
}

static enum loom_status everything_write_handled_unsigned_integer(
    const struct loom_at *at, const struct loom_value *value)
{
    return loom_everything_write_handled_unsigned_integer(at, value->as.unsigned_integer);
}

static enum loom_status everything_read_handled_float(
    const struct loom_at *at, struct loom_value *value)
{
    value->type = LOOM_FLOAT;
    return loom_everything_read_handled_float(at, &value->as.number);
}

static enum loom_status everything_write_handled_float(
    const struct loom_at *at, const struct loom_value *value)
{
    return loom_everything_write_handled_float(at, value->as.number);
}

static enum loom_status everything_read_handled_boolean(
    const struct loom_at *at, struct loom_value *value)
{
    value->type = LOOM_BOOLEAN;
    return loom_everything_read_handled_boolean(at, &value->as.boolean);
}

static enum loom_status everything_write_handled_boolean(
    const struct loom_at *at, const struct loom_value *value)
{
    return loom_everything_write_handled_boolean(at, value->as.boolean);
}

static enum loom_status everything_read_handled_opaque(
    const struct loom_at *at, struct loom_value *value)
{
    value->type = LOOM_OPAQUE;
    return loom_everything_read_handled_opaque(at, &value->as.opaque);
}

static enum loom_status everything_write_handled_opaque(
    const struct loom_at *at, const struct loom_value *value)
{
    return loom_everything_write_handled_opaque(at, value->as.opaque);
}

static enum loom_status everything_read_handled_time(
    const struct loom_at *at, struct loom_value *value)
{
    value->type = LOOM_TIME;
    return loom_everything_read_handled_time(at, &value->as.integer);
}

static enum loom_status everything_write_handled_time(
    const struct loom_at *at, const struct loom_value *value)
{
    return loom_everything_write_handled_time(at, value->as.integer);
}

static enum loom_status everything_read_handled_objlnk(
    const struct loom_at *at, struct loom_value *value)
{
    value->type = LOOM_OBJLNK;
    return loom_everything_read_handled_objlnk(at, &value->as.objlnk);
}

static enum loom_status everything_write_handled_objlnk(
    const struct loom_at *at, const struct loom_value *value)
{
    return loom_everything_write_handled_objlnk(at, value->as.objlnk);
}

static enum loom_status everything_read_handled_corelnk(
    const struct loom_at *at, struct loom_value *value)
{
    value->type = LOOM_CORELNK;
    return loom_everything_read_handled_corelnk(at, &value->as.text);
}

static enum loom_status everything_write_handled_corelnk(
    const struct loom_at *at, const struct loom_value *value)
{
    return loom_everything_write_handled_corelnk(at, value->as.text);
}

static enum loom_status everything_read_handled_list(
    const struct loom_at *at, struct loom_value *value)
{
    value->type = LOOM_FLOAT;
    return loom_everything_read_handled_list(at, &value->as.number);
}

static enum loom_status everything_write_handled_write(
    const struct loom_at *at, const struct loom_value *value)
{
    return loom_everything_write_handled_write(at, value->as.text);
}

static enum loom_status everything_read_handled_secret(
    const struct loom_at *at, struct loom_value *value)
{
    value->type = LOOM_OPAQUE;
    return loom_everything_read_handled_secret(at, &value->as.opaque);
}

static enum loom_status everything_write_handled_secret(
    const struct loom_at *at, const struct loom_value *value)
{
    return loom_everything_write_handled_secret(at, value->as.opaque);
}

static const struct loom_handler everything_handlers[] = {
    /* 40 Reset */
    [0] = {
        .execute = loom_everything_execute_reset,
    },
    /* 50 Handled String */
    [1] = {
        .read = everything_read_handled_string,
    },
    /* 51 Handled Integer */
    [2] = {
        .read = everything_read_handled_integer,
        .write = everything_write_handled_integer,
    },
    /* 52 Handled Unsigned Integer */
    [3] = {
        .read = everything_read_handled_unsigned_integer,
        .write = everything_write_handled_unsigned_integer,
    },
    /* 53 Handled Float */
    [4] = {
        .read = everything_read_handled_float,
        .write = everything_write_handled_float,
    },
    /* 54 Handled Boolean */
    [5] = {
        .read = everything_read_handled_boolean,
        .write = everything_write_handled_boolean,
    },
    /* 55 Handled Opaque */
    [6] = {
        .read = everything_read_handled_opaque,
        .write = everything_write_handled_opaque,
    },
    /* 56 Handled Time */
    [7] = {
        .read = everything_read_handled_time,
        .write = everything_write_handled_time,
    },
    /* 57 Handled Objlnk */
    [8] = {
        .read = everything_read_handled_objlnk,
        .write = everything_write_handled_objlnk,
    },
    /* 58 Handled Corelnk */
    [9] = {
        .read = everything_read_handled_corelnk,
        .write = everything_write_handled_corelnk,
    },
    /* 59 Handled list */
    [10] = {
        .read = everything_read_handled_list,
        .next = loom_everything_next_handled_list,
    },
    /* 60 Handled write */
    [11] = {
        .write = everything_write_handled_write,
    },
    /* 61 Handled secret */
    [12] = {
        .read = everything_read_handled_secret,
        .write = everything_write_handled_secret,
    },
    /* 62 Streamed */
    [13] = {
        .read = loom_stream_read_value,
        .write = loom_stream_write_value,
    },
    /* 63 Streamed write */
    [14] = {
        .write = loom_stream_write_value,
    },
};

static const struct loom_preset everything_presets[] = {
    {.resource = LOOM_EVERYTHING_STRING_VALUE, .more = 1,
     .value = {.type = LOOM_STRING, .as.text = {"a?b\\", 4}}},
    {.resource = LOOM_EVERYTHING_FLOAT_VALUE, .more = 1,
     .value = {.type = LOOM_FLOAT, .as.number = -2.0}},
    {.resource = LOOM_EVERYTHING_OPAQUE_VALUE, .more = 1,
     .value = {.type = LOOM_OPAQUE, .as.opaque = {(const uint8_t *)"\000\377A", 3}}},
    {.resource = LOOM_EVERYTHING_OBJLNK_VALUE, .more = 1,
     .value = {.type = LOOM_OBJLNK, .as.objlnk = {3, 0}}},
    {.resource = LOOM_EVERYTHING_INTEGER_LIST, .resource_instance = 0, .more = 1,
     .value = {.type = LOOM_INTEGER, .as.integer = 5}},
    {.resource = LOOM_EVERYTHING_INTEGER_LIST, .resource_instance = 1, .more = 1,
     .value = {.type = LOOM_INTEGER, .as.integer = INT64_MIN}},
    {.resource = LOOM_EVERYTHING_WHOLE, .more = 1,
     .value = {.type = LOOM_UNSIGNED, .as.unsigned_integer = 1}},
    {.resource = LOOM_EVERYTHING_PART,
     .value = {.type = LOOM_FLOAT, .as.number = 0.000001}},
};

static const struct loom_resource everything_resources[] = {
    {.id = LOOM_EVERYTHING_STRING_VALUE, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_everything, string_value), .size = 101},
    {.id = LOOM_EVERYTHING_INTEGER_VALUE, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_everything, integer_value), .size = 8},
    {.id = LOOM_EVERYTHING_UNSIGNED_INTEGER_VALUE, .type = LOOM_UNSIGNED,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_everything, unsigned_integer_value), .size = 8},
    {.id = LOOM_EVERYTHING_FLOAT_VALUE, .type = LOOM_FLOAT,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_everything, float_value), .size = sizeof(double)},
    {.id = LOOM_EVERYTHING_BOOLEAN_VALUE, .type = LOOM_BOOLEAN,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_everything, boolean_value), .size = sizeof(bool)},
    {.id = LOOM_EVERYTHING_OPAQUE_VALUE, .type = LOOM_OPAQUE,
     .access = LOOM_R | LOOM_W | LOOM_SECRET, .count = 1,
     .offset = offsetof(struct loom_everything, opaque_value), .size = 8},
    {.id = LOOM_EVERYTHING_TIME_VALUE, .type = LOOM_TIME,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_everything, time_value), .size = 8},
    {.id = LOOM_EVERYTHING_OBJLNK_VALUE, .type = LOOM_OBJLNK,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_everything, objlnk_value), .size = sizeof(struct loom_objlnk)},
    {.id = LOOM_EVERYTHING_CORELNK_VALUE, .type = LOOM_CORELNK,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_everything, corelnk_value), .size = 21},
    {.id = LOOM_EVERYTHING_STRING_LIST, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W | LOOM_MULTIPLE, .count = 3,
     .offset = offsetof(struct loom_everything, string_list), .size = 21},
    {.id = LOOM_EVERYTHING_INTEGER_LIST, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W | LOOM_MULTIPLE, .count = 5,
     .offset = offsetof(struct loom_everything, integer_list), .size = 8},
    {.id = LOOM_EVERYTHING_UNSIGNED_INTEGER_LIST, .type = LOOM_UNSIGNED,
     .access = LOOM_R | LOOM_W | LOOM_MULTIPLE, .count = 3,
     .offset = offsetof(struct loom_everything, unsigned_integer_list), .size = 8},
    {.id = LOOM_EVERYTHING_FLOAT_LIST, .type = LOOM_FLOAT,
     .access = LOOM_R | LOOM_W | LOOM_MULTIPLE, .count = 3,
     .offset = offsetof(struct loom_everything, float_list), .size = sizeof(double)},
    {.id = LOOM_EVERYTHING_BOOLEAN_LIST, .type = LOOM_BOOLEAN,
     .access = LOOM_R | LOOM_W | LOOM_MULTIPLE, .count = 3,
     .offset = offsetof(struct loom_everything, boolean_list), .size = sizeof(bool)},
    {.id = LOOM_EVERYTHING_OPAQUE_LIST, .type = LOOM_OPAQUE,
     .access = LOOM_R | LOOM_W | LOOM_MULTIPLE, .count = 3,
     .offset = offsetof(struct loom_everything, opaque_list), .size = 20},
    {.id = LOOM_EVERYTHING_TIME_LIST, .type = LOOM_TIME,
     .access = LOOM_R | LOOM_W | LOOM_MULTIPLE, .count = 3,
     .offset = offsetof(struct loom_everything, time_list), .size = 8},
    {.id = LOOM_EVERYTHING_OBJLNK_LIST, .type = LOOM_OBJLNK,
     .access = LOOM_R | LOOM_W | LOOM_MULTIPLE, .count = 3,
     .offset = offsetof(struct loom_everything, objlnk_list), .size = sizeof(struct loom_objlnk)},
    {.id = LOOM_EVERYTHING_CORELNK_LIST, .type = LOOM_CORELNK,
     .access = LOOM_R | LOOM_W | LOOM_MULTIPLE, .count = 3,
     .offset = offsetof(struct loom_everything, corelnk_list), .size = 21},
    {.id = LOOM_EVERYTHING_LEVEL, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1, .range = 1,
     .offset = offsetof(struct loom_everything, level), .size = 1},
    {.id = LOOM_EVERYTHING_SIGNED, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1, .range = 2,
     .offset = offsetof(struct loom_everything, signed_), .size = 1},
    {.id = LOOM_EVERYTHING_UNION, .type = LOOM_INTEGER,
     .access = 0, .count = 1, .range = 3,
     .offset = offsetof(struct loom_everything, union_), .size = 2},
    {.id = LOOM_EVERYTHING_WHOLE, .type = LOOM_UNSIGNED,
     .access = LOOM_R | LOOM_W, .count = 1, .range = 5,
     .offset = offsetof(struct loom_everything, whole), .size = 8},
    {.id = LOOM_EVERYTHING_LEAST, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1, .range = 6,
     .offset = offsetof(struct loom_everything, least), .size = 8},
    {.id = LOOM_EVERYTHING_PART, .type = LOOM_FLOAT,
     .access = LOOM_R | LOOM_W, .count = 1, .range = 7,
     .offset = offsetof(struct loom_everything, part), .size = sizeof(double)},
    {.id = LOOM_EVERYTHING_NAME, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W, .count = 1, .range = 8,
     .offset = offsetof(struct loom_everything, name), .size = 33},
    {.id = LOOM_EVERYTHING_KEYWORD, .type = LOOM_OPAQUE,
     .access = LOOM_R | LOOM_W, .count = 1, .range = 9,
     .offset = offsetof(struct loom_everything, keyword), .size = 48},
    {.id = LOOM_EVERYTHING_SWITCH, .type = LOOM_BOOLEAN,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_everything, switch_), .size = sizeof(bool)},
    {.id = LOOM_EVERYTHING_SAME_LEVEL, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1, .range = 1,
     .offset = offsetof(struct loom_everything, same_level), .size = 1},
    {.id = LOOM_EVERYTHING_WORDS, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1, .range = 12,
     .offset = offsetof(struct loom_everything, words), .size = 2},
    {.id = LOOM_EVERYTHING_SECRET, .type = LOOM_OPAQUE,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_everything, secret), .size = 20},
    {.id = LOOM_EVERYTHING_RESET, .type = LOOM_NONE,
     .access = LOOM_E | LOOM_MANDATORY | LOOM_HANDLED, .count = 1, .offset = 0},
    {.id = LOOM_EVERYTHING_REBOOT, .type = LOOM_NONE,
     .access = LOOM_E, .count = 1},
    {.id = LOOM_EVERYTHING_HANDLED_STRING, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_HANDLED, .count = 1, .offset = 1},
    {.id = LOOM_EVERYTHING_HANDLED_INTEGER, .type = LOOM_INTEGER,
     .access = LOOM_HANDLED, .count = 1, .offset = 2},
    {.id = LOOM_EVERYTHING_HANDLED_UNSIGNED_INTEGER, .type = LOOM_UNSIGNED,
     .access = LOOM_R | LOOM_W | LOOM_HANDLED, .count = 1, .offset = 3},
    {.id = LOOM_EVERYTHING_HANDLED_FLOAT, .type = LOOM_FLOAT,
     .access = LOOM_R | LOOM_W | LOOM_HANDLED, .count = 1, .offset = 4},
    {.id = LOOM_EVERYTHING_HANDLED_BOOLEAN, .type = LOOM_BOOLEAN,
     .access = LOOM_R | LOOM_W | LOOM_HANDLED, .count = 1, .offset = 5},
    {.id = LOOM_EVERYTHING_HANDLED_OPAQUE, .type = LOOM_OPAQUE,
     .access = LOOM_R | LOOM_W | LOOM_HANDLED, .count = 1, .offset = 6},
    {.id = LOOM_EVERYTHING_HANDLED_TIME, .type = LOOM_TIME,
     .access = LOOM_R | LOOM_W | LOOM_HANDLED, .count = 1, .offset = 7},
    {.id = LOOM_EVERYTHING_HANDLED_OBJLNK, .type = LOOM_OBJLNK,
     .access = LOOM_R | LOOM_W | LOOM_HANDLED, .count = 1, .offset = 8},
    {.id = LOOM_EVERYTHING_HANDLED_CORELNK, .type = LOOM_CORELNK,
     .access = LOOM_R | LOOM_W | LOOM_HANDLED, .count = 1, .offset = 9},
    {.id = LOOM_EVERYTHING_HANDLED_LIST, .type = LOOM_FLOAT,
     .access = LOOM_R | LOOM_MULTIPLE | LOOM_HANDLED, .count = 3, .range = 14, .offset = 10},
    {.id = LOOM_EVERYTHING_HANDLED_WRITE, .type = LOOM_STRING,
     .access = LOOM_W | LOOM_HANDLED, .count = 1, .offset = 11},
    {.id = LOOM_EVERYTHING_HANDLED_SECRET, .type = LOOM_OPAQUE,
     .access = LOOM_HANDLED, .count = 1, .offset = 12},
    {.id = LOOM_EVERYTHING_STREAMED, .type = LOOM_OPAQUE,
     .access = LOOM_R | LOOM_W | LOOM_HANDLED, .count = 1, .offset = 13},
    {.id = LOOM_EVERYTHING_STREAMED_WRITE, .type = LOOM_OPAQUE,
     .access = LOOM_W | LOOM_HANDLED, .count = 1, .offset = 14},
};

const struct loom_object loom_everything_object = {
    .id = LOOM_EVERYTHING,
    .version_major = 1,
    .version_minor = 2,
    .instance_size = sizeof(struct loom_everything),
    .resource_count = 46,
    .flags = LOOM_OBJECT_MULTIPLE | LOOM_OBJECT_PERSISTENT,
    .resources = everything_resources,
    .ranges = everything_ranges,
    .handlers = everything_handlers,
    .presets = everything_presets,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_everything_names = {
    .names = "Everything\0"
             "String value\0"
             "Integer value\0"
             "Unsigned Integer value\0"
             "Float value\0"
             "Boolean value\0"
             "Opaque value\0"
             "Time value\0"
             "Objlnk value\0"
             "Corelnk value\0"
             "String list\0"
             "Integer list\0"
             "Unsigned Integer list\0"
             "Float list\0"
             "Boolean list\0"
             "Opaque list\0"
             "Time list\0"
             "Objlnk list\0"
             "Corelnk list\0"
             "Level\0"
             "Signed\0"
             "Union\0"
             "Whole\0"
             "Least\0"
             "Part\0"
             "Name\0"
             "Keyword\0"
             "Switch\0"
             "Same level\0"
             "Words\0"
             "Secret\0"
             "Reset\0"
             "Reboot\0"
             "Handled String\0"
             "Handled Integer\0"
             "Handled Unsigned Integer\0"
             "Handled Float\0"
             "Handled Boolean\0"
             "Handled Opaque\0"
             "Handled Time\0"
             "Handled Objlnk\0"
             "Handled Corelnk\0"
             "Handled list\0"
             "Handled write\0"
             "Handled secret\0"
             "Streamed\0"
             "Streamed write",
    .units = "\0" /* 0 */
             "\0" /* 1 */
             "\0" /* 2 */
             "\0" /* 3 */
             "\0" /* 4 */
             "\0" /* 5 */
             "\0" /* 6 */
             "\0" /* 7 */
             "\0" /* 8 */
             "\0" /* 10 */
             "\0" /* 11 */
             "\0" /* 12 */
             "\0" /* 13 */
             "\0" /* 14 */
             "\0" /* 15 */
             "\0" /* 16 */
             "\0" /* 17 */
             "\0" /* 18 */
             "%\0" /* 20 */
             "Cel\0" /* 21 */
             "\0" /* 22 */
             "\0" /* 23 */
             "\0" /* 24 */
             "\0" /* 25 */
             "\0" /* 26 */
             "\0" /* 27 */
             "\0" /* 28 */
             "%\0" /* 29 */
             "\0" /* 30 */
             "\0" /* 31 */
             "\0" /* 40 */
             "\0" /* 41 */
             "\0" /* 50 */
             "\0" /* 51 */
             "\0" /* 52 */
             "\0" /* 53 */
             "\0" /* 54 */
             "\0" /* 55 */
             "\0" /* 56 */
             "\0" /* 57 */
             "\0" /* 58 */
             "\0" /* 59 */
             "\0" /* 60 */
             "\0" /* 61 */
             "\0" /* 62 */
             "", /* 63 */
};
#endif
