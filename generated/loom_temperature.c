/* SPDX-License-Identifier: Apache-2.0 */
/* Object 3303, Temperature, version 1.0: tables.
 *
 * Made by loomc from temperature-1.0.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_temperature.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_temperature) <= UINT16_MAX, "an instance is too large");

static const struct loom_handler temperature_handlers[] = {
    /* 5605 Reset Min and Max Measured Values */
    [0] = {
        .execute = loom_temperature_execute_reset_min_and_max_measured_values,
    },
};

static const struct loom_resource temperature_resources[] = {
    {.id = LOOM_TEMPERATURE_MIN_MEASURED_VALUE, .type = LOOM_FLOAT,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_temperature, min_measured_value), .size = sizeof(double)},
    {.id = LOOM_TEMPERATURE_MAX_MEASURED_VALUE, .type = LOOM_FLOAT,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_temperature, max_measured_value), .size = sizeof(double)},
    {.id = LOOM_TEMPERATURE_MIN_RANGE_VALUE, .type = LOOM_FLOAT,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_temperature, min_range_value), .size = sizeof(double)},
    {.id = LOOM_TEMPERATURE_MAX_RANGE_VALUE, .type = LOOM_FLOAT,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_temperature, max_range_value), .size = sizeof(double)},
    {.id = LOOM_TEMPERATURE_RESET_MIN_AND_MAX_MEASURED_VALUES, .type = LOOM_NONE,
     .access = LOOM_E | LOOM_HANDLED, .count = 1, .offset = 0},
    {.id = LOOM_TEMPERATURE_SENSOR_VALUE, .type = LOOM_FLOAT,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_temperature, sensor_value), .size = sizeof(double)},
    {.id = LOOM_TEMPERATURE_SENSOR_UNITS, .type = LOOM_STRING,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_temperature, sensor_units), .size = 65},
};

const struct loom_object loom_temperature_object = {
    .id = LOOM_TEMPERATURE,
    .version_major = 1,
    .version_minor = 0,
    .instance_size = sizeof(struct loom_temperature),
    .resource_count = 7,
    .flags = LOOM_OBJECT_MULTIPLE,
    .resources = temperature_resources,
    .handlers = temperature_handlers,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_temperature_names = {
    .names = "Temperature\0"
             "Min Measured Value\0"
             "Max Measured Value\0"
             "Min Range Value\0"
             "Max Range Value\0"
             "Reset Min and Max Measured Values\0"
             "Sensor Value\0"
             "Sensor Units",
    .units = "\0" /* 5601 */
             "\0" /* 5602 */
             "\0" /* 5603 */
             "\0" /* 5604 */
             "\0" /* 5605 */
             "\0" /* 5700 */
             "", /* 5701 */
};
#endif
