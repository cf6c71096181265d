/* SPDX-License-Identifier: Apache-2.0 */
/* Object 6, Location, version 1.0: tables.
 *
 * Made by loomc from location-1.0.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_location.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_location) <= UINT16_MAX, "an instance is too large");

static const struct loom_resource location_resources[] = {
    {.id = LOOM_LOCATION_LATITUDE, .type = LOOM_FLOAT,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_location, latitude), .size = sizeof(double)},
    {.id = LOOM_LOCATION_LONGITUDE, .type = LOOM_FLOAT,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_location, longitude), .size = sizeof(double)},
    {.id = LOOM_LOCATION_ALTITUDE, .type = LOOM_FLOAT,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_location, altitude), .size = sizeof(double)},
    {.id = LOOM_LOCATION_RADIUS, .type = LOOM_FLOAT,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_location, radius), .size = sizeof(double)},
    {.id = LOOM_LOCATION_VELOCITY, .type = LOOM_OPAQUE,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_location, velocity), .size = 64},
    {.id = LOOM_LOCATION_TIMESTAMP, .type = LOOM_TIME,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_location, timestamp), .size = 8},
    {.id = LOOM_LOCATION_SPEED, .type = LOOM_FLOAT,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_location, speed), .size = sizeof(double)},
};

const struct loom_object loom_location_object = {
    .id = LOOM_LOCATION,
    .version_major = 1,
    .version_minor = 0,
    .instance_size = sizeof(struct loom_location),
    .resource_count = 7,
    .flags = 0,
    .resources = location_resources,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_location_names = {
    .names = "Location\0"
             "Latitude\0"
             "Longitude\0"
             "Altitude\0"
             "Radius\0"
             "Velocity\0"
             "Timestamp\0"
             "Speed",
    .units = "lat\0" /* 0 */
             "lon\0" /* 1 */
             "m\0" /* 2 */
             "m\0" /* 3 */
             "\0" /* 4 */
             "\0" /* 5 */
             "m/s", /* 6 */
};
#endif
