/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object 6, Location, version 1.0 (LwM2M 1.0).
 *
 * Made by loomc from location-1.0.xml. Do not edit: change the model or the profile and build
 * again.
 *
 * Where the device is, and how it moves.
 */
#ifndef LOOM_GENERATED_LOCATION_H
#define LOOM_GENERATED_LOCATION_H

#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

LOOM_TABLE_LAYOUT_CHECK(6);

/** Ids of the object and of its resources. */
enum {
    LOOM_LOCATION = 6,
    LOOM_LOCATION_LATITUDE = 0,
    LOOM_LOCATION_LONGITUDE = 1,
    LOOM_LOCATION_ALTITUDE = 2,
    LOOM_LOCATION_RADIUS = 3,
    LOOM_LOCATION_VELOCITY = 4,
    LOOM_LOCATION_TIMESTAMP = 5,
    LOOM_LOCATION_SPEED = 6,
};

/** One instance, laid out as loom/table.h says. Read and write it with the functions below: they keep
 *  `present` right and check every value. */
struct loom_location {
    uint16_t id;
    uint8_t present[1];
    double latitude; /* 0 */
    double longitude; /* 1 */
    double altitude; /* 2 */
    double radius; /* 3 */
    struct { uint16_t length; uint8_t bytes[64]; } velocity; /* 4 */
    int64_t timestamp; /* 5 */
    double speed; /* 6 */
};

extern const struct loom_object loom_location_object;
#ifndef LOOM_WITHOUT_NAMES
extern const struct loom_object_names loom_location_names;
#endif

/**
 * 0 Latitude: R, Float, mandatory, in lat.
 *
 * Latitude in degrees (WGS 84), north positive.
 */
static inline enum loom_status loom_location_get_latitude(
    const struct loom_model *model, uint16_t instance, double *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_LATITUDE);

    return loom_get_float(model, path, value);
}

static inline enum loom_status loom_location_set_latitude(
    struct loom_model *model, uint16_t instance, double value)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_LATITUDE);

    return loom_set_float(model, path, value);
}

/**
 * 1 Longitude: R, Float, mandatory, in lon.
 *
 * Longitude in degrees (WGS 84), east positive.
 */
static inline enum loom_status loom_location_get_longitude(
    const struct loom_model *model, uint16_t instance, double *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_LONGITUDE);

    return loom_get_float(model, path, value);
}

static inline enum loom_status loom_location_set_longitude(
    struct loom_model *model, uint16_t instance, double value)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_LONGITUDE);

    return loom_set_float(model, path, value);
}

/**
 * 2 Altitude: R, Float, optional, in m.
 *
 * Height above sea level.
 */
static inline enum loom_status loom_location_get_altitude(
    const struct loom_model *model, uint16_t instance, double *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_ALTITUDE);

    return loom_get_float(model, path, value);
}

static inline enum loom_status loom_location_set_altitude(
    struct loom_model *model, uint16_t instance, double value)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_ALTITUDE);

    return loom_set_float(model, path, value);
}

static inline enum loom_status loom_location_clear_altitude(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_ALTITUDE);

    return loom_clear(model, path);
}

/**
 * 3 Radius: R, Float, optional, in m.
 *
 * Radius of the circle within which the position lies.
 */
static inline enum loom_status loom_location_get_radius(
    const struct loom_model *model, uint16_t instance, double *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_RADIUS);

    return loom_get_float(model, path, value);
}

static inline enum loom_status loom_location_set_radius(
    struct loom_model *model, uint16_t instance, double value)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_RADIUS);

    return loom_set_float(model, path, value);
}

static inline enum loom_status loom_location_clear_radius(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_RADIUS);

    return loom_clear(model, path);
}

/**
 * 4 Velocity: R, Opaque, optional.
 *
 * Velocity in the encoding of 3GPP TS 23.032.
 */
static inline enum loom_status loom_location_get_velocity(
    const struct loom_model *model, uint16_t instance, struct loom_bytes *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_VELOCITY);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_location_set_velocity(
    struct loom_model *model, uint16_t instance, const uint8_t *data, size_t length)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_VELOCITY);

    return loom_set_opaque(model, path, data, length);
}

static inline enum loom_status loom_location_clear_velocity(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_VELOCITY);

    return loom_clear(model, path);
}

/**
 * 5 Timestamp: R, Time, mandatory.
 *
 * When the position was taken.
 */
static inline enum loom_status loom_location_get_timestamp(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_TIMESTAMP);

    return loom_get_time(model, path, value);
}

static inline enum loom_status loom_location_set_timestamp(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_TIMESTAMP);

    return loom_set_time(model, path, value);
}

/**
 * 6 Speed: R, Float, optional, in m/s.
 *
 * Speed over ground, without direction.
 */
static inline enum loom_status loom_location_get_speed(
    const struct loom_model *model, uint16_t instance, double *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_SPEED);

    return loom_get_float(model, path, value);
}

static inline enum loom_status loom_location_set_speed(
    struct loom_model *model, uint16_t instance, double value)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_SPEED);

    return loom_set_float(model, path, value);
}

static inline enum loom_status loom_location_clear_speed(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_LOCATION, instance, LOOM_LOCATION_SPEED);

    return loom_clear(model, path);
}

#ifdef __cplusplus
}
#endif

#endif
