/* SPDX-License-Identifier: Apache-2.0 */
/* Object 5, Firmware Update, version 1.2: tables.
 *
 * Made by loomc from firmware-update-1.2.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_firmware_update_1_2.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_firmware_update_1_2) <= UINT16_MAX, "an instance is too large");

static const struct loom_range firmware_update_1_2_ranges[] = {
    {.min.unsigned_integer = 0, .max.unsigned_integer = 255}, /* Package URI */
    {.min.integer = 0, .max.integer = 3}, /* State */
    {.min.integer = 0, .max.integer = 11}, /* Update Result */
    {.min.integer = 0, .max.integer = 5}, /* Firmware Update Protocol Support */
    {.min.integer = 0, .max.integer = 2}, /* Firmware Update Delivery Method */
};

static const struct loom_handler firmware_update_1_2_handlers[] = {
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
    /* 10 Cancel */
    [3] = {
        .execute = loom_firmware_execute_cancel,
    },
};

static const struct loom_preset firmware_update_1_2_presets[] = {
    {.resource = LOOM_FIRMWARE_UPDATE_1_2_PKG_NAME, .more = 1,
     .value = {.type = LOOM_STRING, .as.text = {"", 0}}},
    {.resource = LOOM_FIRMWARE_UPDATE_1_2_PKG_VERSION, .more = 1,
     .value = {.type = LOOM_STRING, .as.text = {"", 0}}},
    {.resource = LOOM_FIRMWARE_UPDATE_1_2_SEVERITY,
     .value = {.type = LOOM_INTEGER, .as.integer = 1}},
};

static const struct loom_resource firmware_update_1_2_resources[] = {
    {.id = LOOM_FIRMWARE_UPDATE_1_2_PACKAGE, .type = LOOM_OPAQUE,
     .access = LOOM_W | LOOM_MANDATORY | LOOM_HANDLED, .count = 1, .offset = 0},
    {.id = LOOM_FIRMWARE_UPDATE_1_2_PACKAGE_URI, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W | LOOM_MANDATORY | LOOM_HANDLED, .count = 1, .range = 1, .offset = 1},
    {.id = LOOM_FIRMWARE_UPDATE_1_2_UPDATE, .type = LOOM_NONE,
     .access = LOOM_E | LOOM_MANDATORY | LOOM_HANDLED, .count = 1, .offset = 2},
    {.id = LOOM_FIRMWARE_UPDATE_1_2_STATE, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1, .range = 2,
     .offset = offsetof(struct loom_firmware_update_1_2, state), .size = 1},
    {.id = LOOM_FIRMWARE_UPDATE_1_2_UPDATE_RESULT, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1, .range = 3,
     .offset = offsetof(struct loom_firmware_update_1_2, update_result), .size = 1},
    {.id = LOOM_FIRMWARE_UPDATE_1_2_PKG_NAME, .type = LOOM_STRING,
     .access = LOOM_R, .count = 1, .range = 1,
     .offset = offsetof(struct loom_firmware_update_1_2, pkg_name), .size = 65},
    {.id = LOOM_FIRMWARE_UPDATE_1_2_PKG_VERSION, .type = LOOM_STRING,
     .access = LOOM_R, .count = 1, .range = 1,
     .offset = offsetof(struct loom_firmware_update_1_2, pkg_version), .size = 65},
    {.id = LOOM_FIRMWARE_UPDATE_1_2_FIRMWARE_UPDATE_PROTOCOL_SUPPORT, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MULTIPLE, .count = 2, .range = 4,
     .offset = offsetof(struct loom_firmware_update_1_2, firmware_update_protocol_support), .size = 1},
    {.id = LOOM_FIRMWARE_UPDATE_1_2_FIRMWARE_UPDATE_DELIVERY_METHOD, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1, .range = 5,
     .offset = offsetof(struct loom_firmware_update_1_2, firmware_update_delivery_method), .size = 1},
    {.id = LOOM_FIRMWARE_UPDATE_1_2_CANCEL, .type = LOOM_NONE,
     .access = LOOM_E | LOOM_HANDLED, .count = 1, .offset = 3},
    {.id = LOOM_FIRMWARE_UPDATE_1_2_SEVERITY, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1, .range = 5,
     .offset = offsetof(struct loom_firmware_update_1_2, severity), .size = 1},
    {.id = LOOM_FIRMWARE_UPDATE_1_2_LAST_STATE_CHANGE_TIME, .type = LOOM_TIME,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_firmware_update_1_2, last_state_change_time), .size = 8},
    {.id = LOOM_FIRMWARE_UPDATE_1_2_MAXIMUM_DEFER_PERIOD, .type = LOOM_UNSIGNED,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_firmware_update_1_2, maximum_defer_period), .size = 8},
    {.id = LOOM_FIRMWARE_UPDATE_1_2_AUTOMATIC_UPGRADE_AT_DOWNLOAD, .type = LOOM_BOOLEAN,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_firmware_update_1_2, automatic_upgrade_at_download), .size = sizeof(bool)},
};

const struct loom_object loom_firmware_update_1_2_object = {
    .id = LOOM_FIRMWARE_UPDATE_1_2,
    .version_major = 1,
    .version_minor = 2,
    .instance_size = sizeof(struct loom_firmware_update_1_2),
    .resource_count = 14,
    .flags = 0,
    .resources = firmware_update_1_2_resources,
    .ranges = firmware_update_1_2_ranges,
    .handlers = firmware_update_1_2_handlers,
    .presets = firmware_update_1_2_presets,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_firmware_update_1_2_names = {
    .names = "Firmware Update\0"
             "Package\0"
             "Package URI\0"
             "Update\0"
             "State\0"
             "Update Result\0"
             "PkgName\0"
             "PkgVersion\0"
             "Firmware Update Protocol Support\0"
             "Firmware Update Delivery Method\0"
             "Cancel\0"
             "Severity\0"
             "Last State Change Time\0"
             "Maximum Defer Period\0"
             "Automatic Upgrade at Download",
    .units = "\0" /* 0 */
             "\0" /* 1 */
             "\0" /* 2 */
             "\0" /* 3 */
             "\0" /* 5 */
             "\0" /* 6 */
             "\0" /* 7 */
             "\0" /* 8 */
             "\0" /* 9 */
             "\0" /* 10 */
             "\0" /* 11 */
             "\0" /* 12 */
             "s\0" /* 13 */
             "", /* 14 */
};
#endif
