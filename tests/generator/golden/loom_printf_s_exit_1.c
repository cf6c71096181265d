/* SPDX-License-Identifier: Apache-2.0 */
/* Object 26301, printf("%s"); exit(1); //., version 1.0: tables.
 *
 * Made by loomc from hostile.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_printf_s_exit_1.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_printf_s_exit_1) <= UINT16_MAX, "an instance is too large");

static const struct loom_range printf_s_exit_1_ranges[] = {
    {.min.integer = 0, .max.integer = 5}, /* what??/ ??= %s %n */
    {.min.unsigned_integer = 0, .max.unsigned_integer = 5}, /* 0 */
};

static const struct loom_handler printf_s_exit_1_handlers[] = {
    /* 9 9 0 */
    [0] = {
        .execute = loom_printf_s_exit_1_execute_r_9_0,
    },
};

static const struct loom_resource printf_s_exit_1_resources[] = {
    {.id = LOOM_PRINTF_S_EXIT_1_INT_X, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_printf_s_exit_1, int_x), .size = 65},
    {.id = LOOM_PRINTF_S_EXIT_1_QUOTE_BACKSLASH, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_printf_s_exit_1, quote_backslash), .size = 8},
    {.id = LOOM_PRINTF_S_EXIT_1_WHAT_S_N, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1, .range = 1,
     .offset = offsetof(struct loom_printf_s_exit_1, what_s_n), .size = 1},
    {.id = LOOM_PRINTF_S_EXIT_1_RESOURCE_3, .type = LOOM_FLOAT,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_printf_s_exit_1, resource_3), .size = sizeof(double)},
    {.id = LOOM_PRINTF_S_EXIT_1_RESOURCE_4, .type = LOOM_FLOAT,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_printf_s_exit_1, resource_4), .size = sizeof(double)},
    {.id = LOOM_PRINTF_S_EXIT_1_INT, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_printf_s_exit_1, int_), .size = 8},
    {.id = LOOM_PRINTF_S_EXIT_1_R_123, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_printf_s_exit_1, r_123), .size = 8},
    {.id = LOOM_PRINTF_S_EXIT_1_RESOURCE_7, .type = LOOM_OPAQUE,
     .access = LOOM_R | LOOM_W | LOOM_MULTIPLE, .count = 4,
     .offset = offsetof(struct loom_printf_s_exit_1, resource_7), .size = 64},
    {.id = LOOM_PRINTF_S_EXIT_1_ID, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_printf_s_exit_1, id_), .size = 8},
    {.id = LOOM_PRINTF_S_EXIT_1_R_9_0, .type = LOOM_NONE,
     .access = LOOM_E | LOOM_HANDLED, .count = 1, .offset = 0},
    {.id = LOOM_PRINTF_S_EXIT_1_R_0, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W, .count = 1, .range = 2,
     .offset = offsetof(struct loom_printf_s_exit_1, r_0), .size = 6},
};

const struct loom_object loom_printf_s_exit_1_object = {
    .id = LOOM_PRINTF_S_EXIT_1,
    .version_major = 1,
    .version_minor = 0,
    .instance_size = sizeof(struct loom_printf_s_exit_1),
    .resource_count = 11,
    .flags = LOOM_OBJECT_MULTIPLE,
    .resources = printf_s_exit_1_resources,
    .ranges = printf_s_exit_1_ranges,
    .handlers = printf_s_exit_1_handlers,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_printf_s_exit_1_names = {
    .names = "printf(\"%s\"); exit(1); //\0"
             "*/ int x; /*\0"
             "\"quote\" \\ backslash\0"
             "what?\?/ ?\?= %s %n\0"
             "\360\237\230\200\0"
             "\321\202\320\265\320\274\320\277\320\265\321\200\320\260\321\202\321\203\321\200\320\260\0"
             "int\0"
             "123\0"
             "...\0"
             "id\0"
             "9 0\0"
             "0",
    .units = "\0" /* 0 */
             "\"\\n\"\0" /* 1 */
             "?\?'\0" /* 2 */
             "\302\265\302\260\0" /* 3 */
             "\0" /* 4 */
             "\0" /* 5 */
             "\0" /* 6 */
             "\0" /* 7 */
             "\0" /* 8 */
             "\0" /* 9 */
             "7", /* 10 */
};
#endif
