/* SPDX-License-Identifier: Apache-2.0 */
/* Object 3, Device, version 1.0: tables.
 *
 * Made by loomc from device-1.0.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_device.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_device) <= UINT16_MAX, "an instance is too large");

static const struct loom_range device_ranges[] = {
    {.min.integer = 0, .max.integer = 7}, /* Available Power Sources */
    {.min.integer = 0, .max.integer = 100}, /* Battery Level */
    {.min.integer = 0, .max.integer = 8}, /* Error Code */
    {.min.integer = 0, .max.integer = 6}, /* Battery Status */
};

static const struct loom_preset device_presets[] = {
    {.resource = LOOM_DEVICE_ERROR_CODE, .resource_instance = 0, .more = 1,
     .value = {.type = LOOM_INTEGER, .as.integer = 0}},
    {.resource = LOOM_DEVICE_SUPPORTED_BINDING_AND_MODES,
     .value = {.type = LOOM_STRING, .as.text = {"U", 1}}},
};

static const struct loom_resource device_resources[] = {
    {.id = LOOM_DEVICE_MANUFACTURER, .type = LOOM_STRING,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_device, manufacturer), .size = 65},
    {.id = LOOM_DEVICE_MODEL_NUMBER, .type = LOOM_STRING,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_device, model_number), .size = 65},
    {.id = LOOM_DEVICE_SERIAL_NUMBER, .type = LOOM_STRING,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_device, serial_number), .size = 65},
    {.id = LOOM_DEVICE_FIRMWARE_VERSION, .type = LOOM_STRING,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_device, firmware_version), .size = 65},
    {.id = LOOM_DEVICE_REBOOT, .type = LOOM_NONE,
     .access = LOOM_E | LOOM_MANDATORY, .count = 1},
    {.id = LOOM_DEVICE_FACTORY_RESET, .type = LOOM_NONE,
     .access = LOOM_E, .count = 1},
    {.id = LOOM_DEVICE_AVAILABLE_POWER_SOURCES, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MULTIPLE, .count = 4, .range = 1,
     .offset = offsetof(struct loom_device, available_power_sources), .size = 1},
    {.id = LOOM_DEVICE_POWER_SOURCE_VOLTAGE, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MULTIPLE, .count = 4,
     .offset = offsetof(struct loom_device, power_source_voltage), .size = 8},
    {.id = LOOM_DEVICE_POWER_SOURCE_CURRENT, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MULTIPLE, .count = 4,
     .offset = offsetof(struct loom_device, power_source_current), .size = 8},
    {.id = LOOM_DEVICE_BATTERY_LEVEL, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1, .range = 2,
     .offset = offsetof(struct loom_device, battery_level), .size = 1},
    {.id = LOOM_DEVICE_MEMORY_FREE, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_device, memory_free), .size = 8},
    {.id = LOOM_DEVICE_ERROR_CODE, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MULTIPLE | LOOM_MANDATORY, .count = 8, .range = 3,
     .offset = offsetof(struct loom_device, error_code), .size = 1},
    {.id = LOOM_DEVICE_RESET_ERROR_CODE, .type = LOOM_NONE,
     .access = LOOM_E, .count = 1},
    {.id = LOOM_DEVICE_CURRENT_TIME, .type = LOOM_TIME,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_device, current_time), .size = 8},
    {.id = LOOM_DEVICE_UTC_OFFSET, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_device, utc_offset), .size = 65},
    {.id = LOOM_DEVICE_TIMEZONE, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_device, timezone), .size = 65},
    {.id = LOOM_DEVICE_SUPPORTED_BINDING_AND_MODES, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_device, supported_binding_and_modes), .size = 65},
    {.id = LOOM_DEVICE_DEVICE_TYPE, .type = LOOM_STRING,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_device, device_type), .size = 65},
    {.id = LOOM_DEVICE_HARDWARE_VERSION, .type = LOOM_STRING,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_device, hardware_version), .size = 65},
    {.id = LOOM_DEVICE_SOFTWARE_VERSION, .type = LOOM_STRING,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_device, software_version), .size = 65},
    {.id = LOOM_DEVICE_BATTERY_STATUS, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1, .range = 4,
     .offset = offsetof(struct loom_device, battery_status), .size = 1},
    {.id = LOOM_DEVICE_MEMORY_TOTAL, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_device, memory_total), .size = 8},
    {.id = LOOM_DEVICE_EXT_DEV_INFO, .type = LOOM_OBJLNK,
     .access = LOOM_R | LOOM_MULTIPLE, .count = 4,
     .offset = offsetof(struct loom_device, ext_dev_info), .size = sizeof(struct loom_objlnk)},
};

const struct loom_object loom_device_object = {
    .id = LOOM_DEVICE,
    .version_major = 1,
    .version_minor = 0,
    .instance_size = sizeof(struct loom_device),
    .resource_count = 23,
    .flags = LOOM_OBJECT_MANDATORY,
    .resources = device_resources,
    .ranges = device_ranges,
    .presets = device_presets,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_device_names = {
    .names = "Device\0"
             "Manufacturer\0"
             "Model Number\0"
             "Serial Number\0"
             "Firmware Version\0"
             "Reboot\0"
             "Factory Reset\0"
             "Available Power Sources\0"
             "Power Source Voltage\0"
             "Power Source Current\0"
             "Battery Level\0"
             "Memory Free\0"
             "Error Code\0"
             "Reset Error Code\0"
             "Current Time\0"
             "UTC Offset\0"
             "Timezone\0"
             "Supported Binding and Modes\0"
             "Device Type\0"
             "Hardware Version\0"
             "Software Version\0"
             "Battery Status\0"
             "Memory Total\0"
             "ExtDevInfo",
    .units = "\0" /* 0 */
             "\0" /* 1 */
             "\0" /* 2 */
             "\0" /* 3 */
             "\0" /* 4 */
             "\0" /* 5 */
             "\0" /* 6 */
             "mV\0" /* 7 */
             "mA\0" /* 8 */
             "%\0" /* 9 */
             "KB\0" /* 10 */
             "\0" /* 11 */
             "\0" /* 12 */
             "\0" /* 13 */
             "\0" /* 14 */
             "\0" /* 15 */
             "\0" /* 16 */
             "\0" /* 17 */
             "\0" /* 18 */
             "\0" /* 19 */
             "\0" /* 20 */
             "\0" /* 21 */
             "", /* 22 */
};
#endif
