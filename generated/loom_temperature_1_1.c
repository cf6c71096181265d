/* SPDX-License-Identifier: Apache-2.0 */
/* Object 3303, Temperature, version 1.1: tables.
 *
 * Made by loomc from temperature-1.1.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_temperature_1_1.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_temperature_1_1) <= UINT16_MAX, "an instance is too large");

static enum loom_status temperature_1_1_read_sensor_value(
    const struct loom_at *at, struct loom_value *value)
{
    value->type = LOOM_FLOAT;
    return loom_temperature_1_1_read_sensor_value(at, &value->as.number);
}

static const struct loom_handler temperature_1_1_handlers[] = {
    /* 5605 Reset Min and Max Measured Values */
    [0] = {
        .execute = loom_temperature_1_1_execute_reset_min_and_max_measured_values,
    },
    /* 5700 Sensor Value */
    [1] = {
        .read = temperature_1_1_read_sensor_value,
    },
};

static const struct loom_resource temperature_1_1_resources[] = {
    {.id = LOOM_TEMPERATURE_1_1_MIN_MEASURED_VALUE, .type = LOOM_FLOAT,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_temperature_1_1, min_measured_value), .size = sizeof(double)},
    {.id = LOOM_TEMPERATURE_1_1_MAX_MEASURED_VALUE, .type = LOOM_FLOAT,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_temperature_1_1, max_measured_value), .size = sizeof(double)},
    {.id = LOOM_TEMPERATURE_1_1_RESET_MIN_AND_MAX_MEASURED_VALUES, .type = LOOM_NONE,
     .access = LOOM_E | LOOM_HANDLED, .count = 1, .offset = 0},
    {.id = LOOM_TEMPERATURE_1_1_SENSOR_VALUE, .type = LOOM_FLOAT,
     .access = LOOM_R | LOOM_MANDATORY | LOOM_HANDLED, .count = 1, .offset = 1},
    {.id = LOOM_TEMPERATURE_1_1_SENSOR_UNITS, .type = LOOM_STRING,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_temperature_1_1, sensor_units), .size = 65},
    {.id = LOOM_TEMPERATURE_1_1_APPLICATION_TYPE, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_temperature_1_1, application_type), .size = 65},
};

const struct loom_object loom_temperature_1_1_object = {
    .id = LOOM_TEMPERATURE_1_1,
    .version_major = 1,
    .version_minor = 1,
    .instance_size = sizeof(struct loom_temperature_1_1),
    .resource_count = 6,
    .flags = LOOM_OBJECT_MULTIPLE,
    .resources = temperature_1_1_resources,
    .handlers = temperature_1_1_handlers,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_temperature_1_1_names = {
    .names = "Temperature\0"
             "Min Measured Value\0"
             "Max Measured Value\0"
             "Reset Min and Max Measured Values\0"
             "Sensor Value\0"
             "Sensor Units\0"
             "Application Type",
    .units = "\0" /* 5601 */
             "\0" /* 5602 */
             "\0" /* 5605 */
             "\0" /* 5700 */
             "\0" /* 5701 */
             "", /* 5750 */
};
#endif
