/* SPDX-License-Identifier: Apache-2.0 */
/* Object 5, Firmware Update, version 1.0: tables.
 *
 * Made by loomc from firmware-update-1.0.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_firmware_update.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_firmware_update) <= UINT16_MAX, "an instance is too large");

static const struct loom_range firmware_update_ranges[] = {
    {.min.unsigned_integer = 0, .max.unsigned_integer = 255}, /* Package URI */
    {.min.integer = 0, .max.integer = 3}, /* State */
    {.min.integer = 0, .max.integer = 9}, /* Update Result */
    {.min.integer = 0, .max.integer = 5}, /* Firmware Update Protocol Support */
    {.min.integer = 0, .max.integer = 2}, /* Firmware Update Delivery Method */
};

static const struct loom_handler firmware_update_handlers[] = {
    /* 0 Package */
    [0] = {
        .write = loom_stream_write_value,
    },
    /* 1 Package URI */
    [1] = {
        .read = loom_firmware_read_package_uri,
        .write = loom_firmware_write_package_uri,
    },
    /* 2 Update */
    [2] = {
        .execute = loom_firmware_execute_update,
    },
};

static const struct loom_preset firmware_update_presets[] = {
    {.resource = LOOM_FIRMWARE_UPDATE_PKG_NAME, .more = 1,
     .value = {.type = LOOM_STRING, .as.text = {"", 0}}},
    {.resource = LOOM_FIRMWARE_UPDATE_PKG_VERSION,
     .value = {.type = LOOM_STRING, .as.text = {"", 0}}},
};

static const struct loom_resource firmware_update_resources[] = {
    {.id = LOOM_FIRMWARE_UPDATE_PACKAGE, .type = LOOM_OPAQUE,
     .access = LOOM_W | LOOM_MANDATORY | LOOM_HANDLED, .count = 1, .offset = 0},
    {.id = LOOM_FIRMWARE_UPDATE_PACKAGE_URI, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W | LOOM_MANDATORY | LOOM_HANDLED, .count = 1, .range = 1, .offset = 1},
    {.id = LOOM_FIRMWARE_UPDATE_UPDATE, .type = LOOM_NONE,
     .access = LOOM_E | LOOM_MANDATORY | LOOM_HANDLED, .count = 1, .offset = 2},
    {.id = LOOM_FIRMWARE_UPDATE_STATE, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1, .range = 2,
     .offset = offsetof(struct loom_firmware_update, state), .size = 1},
    {.id = LOOM_FIRMWARE_UPDATE_UPDATE_RESULT, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1, .range = 3,
     .offset = offsetof(struct loom_firmware_update, update_result), .size = 1},
    {.id = LOOM_FIRMWARE_UPDATE_PKG_NAME, .type = LOOM_STRING,
     .access = LOOM_R, .count = 1, .range = 1,
     .offset = offsetof(struct loom_firmware_update, pkg_name), .size = 65},
    {.id = LOOM_FIRMWARE_UPDATE_PKG_VERSION, .type = LOOM_STRING,
     .access = LOOM_R, .count = 1, .range = 1,
     .offset = offsetof(struct loom_firmware_update, pkg_version), .size = 65},
    {.id = LOOM_FIRMWARE_UPDATE_FIRMWARE_UPDATE_PROTOCOL_SUPPORT, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MULTIPLE, .count = 2, .range = 4,
     .offset = offsetof(struct loom_firmware_update, firmware_update_protocol_support), .size = 1},
    {.id = LOOM_FIRMWARE_UPDATE_FIRMWARE_UPDATE_DELIVERY_METHOD, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1, .range = 5,
     .offset = offsetof(struct loom_firmware_update, firmware_update_delivery_method), .size = 1},
};

const struct loom_object loom_firmware_update_object = {
    .id = LOOM_FIRMWARE_UPDATE,
    .version_major = 1,
    .version_minor = 0,
    .instance_size = sizeof(struct loom_firmware_update),
    .resource_count = 9,
    .flags = 0,
    .resources = firmware_update_resources,
    .ranges = firmware_update_ranges,
    .handlers = firmware_update_handlers,
    .presets = firmware_update_presets,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_firmware_update_names = {
    .names = "Firmware Update\0"
             "Package\0"
             "Package URI\0"
             "Update\0"
             "State\0"
             "Update Result\0"
             "PkgName\0"
             "PkgVersion\0"
             "Firmware Update Protocol Support\0"
             "Firmware Update Delivery Method",
    .units = "\0" /* 0 */
             "\0" /* 1 */
             "\0" /* 2 */
             "\0" /* 3 */
             "\0" /* 5 */
             "\0" /* 6 */
             "\0" /* 7 */
             "\0" /* 8 */
             "", /* 9 */
};
#endif
