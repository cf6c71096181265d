/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object 3303, Temperature, version 1.1 (LwM2M 1.0).
 *
 * Made by loomc from temperature-1.1.xml. Do not edit: change the model or the profile and build
 * again.
 *
 * A temperature sensor: the reading, its extremes and the limits of the sensor.
 */
#ifndef LOOM_GENERATED_TEMPERATURE_1_1_H
#define LOOM_GENERATED_TEMPERATURE_1_1_H

#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

LOOM_TABLE_LAYOUT_CHECK(6);

/** Ids of the object and of its resources. */
enum {
    LOOM_TEMPERATURE_1_1 = 3303,
    LOOM_TEMPERATURE_1_1_MIN_MEASURED_VALUE = 5601,
    LOOM_TEMPERATURE_1_1_MAX_MEASURED_VALUE = 5602,
    LOOM_TEMPERATURE_1_1_RESET_MIN_AND_MAX_MEASURED_VALUES = 5605,
    LOOM_TEMPERATURE_1_1_SENSOR_VALUE = 5700,
    LOOM_TEMPERATURE_1_1_SENSOR_UNITS = 5701,
    LOOM_TEMPERATURE_1_1_APPLICATION_TYPE = 5750,
};

/** One instance, laid out as loom/table.h says. Read and write it with the functions below: they keep
 *  `present` right and check every value. */
struct loom_temperature_1_1 {
    uint16_t id;
    uint8_t present[1];
    double min_measured_value; /* 5601 */
    double max_measured_value; /* 5602 */
    char sensor_units[65]; /* 5701 */
    char application_type[65]; /* 5750 */
};

extern const struct loom_object loom_temperature_1_1_object;
#ifndef LOOM_WITHOUT_NAMES
extern const struct loom_object_names loom_temperature_1_1_names;
#endif

/**
 * 5601 Min Measured Value: R, Float, optional.
 *
 * Lowest reading since power-on or the last reset of the extremes.
 */
static inline enum loom_status loom_temperature_1_1_get_min_measured_value(
    const struct loom_model *model, uint16_t instance, double *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_TEMPERATURE_1_1, instance, LOOM_TEMPERATURE_1_1_MIN_MEASURED_VALUE);

    return loom_get_float(model, path, value);
}

static inline enum loom_status loom_temperature_1_1_set_min_measured_value(
    struct loom_model *model, uint16_t instance, double value)
{
    struct loom_path path =
        loom_path_resource(LOOM_TEMPERATURE_1_1, instance, LOOM_TEMPERATURE_1_1_MIN_MEASURED_VALUE);

    return loom_set_float(model, path, value);
}

static inline enum loom_status loom_temperature_1_1_clear_min_measured_value(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_TEMPERATURE_1_1, instance, LOOM_TEMPERATURE_1_1_MIN_MEASURED_VALUE);

    return loom_clear(model, path);
}

/**
 * 5602 Max Measured Value: R, Float, optional.
 *
 * Highest reading since power-on or the last reset of the extremes.
 */
static inline enum loom_status loom_temperature_1_1_get_max_measured_value(
    const struct loom_model *model, uint16_t instance, double *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_TEMPERATURE_1_1, instance, LOOM_TEMPERATURE_1_1_MAX_MEASURED_VALUE);

    return loom_get_float(model, path, value);
}

static inline enum loom_status loom_temperature_1_1_set_max_measured_value(
    struct loom_model *model, uint16_t instance, double value)
{
    struct loom_path path =
        loom_path_resource(LOOM_TEMPERATURE_1_1, instance, LOOM_TEMPERATURE_1_1_MAX_MEASURED_VALUE);

    return loom_set_float(model, path, value);
}

static inline enum loom_status loom_temperature_1_1_clear_max_measured_value(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_TEMPERATURE_1_1, instance, LOOM_TEMPERATURE_1_1_MAX_MEASURED_VALUE);

    return loom_clear(model, path);
}

/**
 * 5701 Sensor Units: R, String, optional.
 *
 * Unit of the readings, such as Cel.
 */
static inline enum loom_status loom_temperature_1_1_get_sensor_units(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_TEMPERATURE_1_1, instance, LOOM_TEMPERATURE_1_1_SENSOR_UNITS);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_temperature_1_1_set_sensor_units(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_TEMPERATURE_1_1, instance, LOOM_TEMPERATURE_1_1_SENSOR_UNITS);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_temperature_1_1_clear_sensor_units(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_TEMPERATURE_1_1, instance, LOOM_TEMPERATURE_1_1_SENSOR_UNITS);

    return loom_clear(model, path);
}

/**
 * 5750 Application Type: RW, String, optional.
 *
 * What the sensor is used for, in the installer's words.
 */
static inline enum loom_status loom_temperature_1_1_get_application_type(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_TEMPERATURE_1_1, instance, LOOM_TEMPERATURE_1_1_APPLICATION_TYPE);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_temperature_1_1_set_application_type(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_TEMPERATURE_1_1, instance, LOOM_TEMPERATURE_1_1_APPLICATION_TYPE);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_temperature_1_1_clear_application_type(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_TEMPERATURE_1_1, instance, LOOM_TEMPERATURE_1_1_APPLICATION_TYPE);

    return loom_clear(model, path);
}

/* ---- functions that the product writes ------------------------------------------------------ */

/**
 * 5605 Reset Min and Max Measured Values: E, optional.
 *
 * Set both extremes to the latest reading.
 */
enum loom_status loom_temperature_1_1_execute_reset_min_and_max_measured_values(
    const struct loom_at *at, struct loom_text arguments);

/**
 * 5700 Sensor Value: R, Float, mandatory.
 *
 * The latest reading.
 */
enum loom_status loom_temperature_1_1_read_sensor_value(
    const struct loom_at *at, double *value);

#ifdef __cplusplus
}
#endif

#endif
