/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object 3, Device, version 1.1 (LwM2M 1.1).
 *
 * Made by loomc from device-1.1.xml. Do not edit: change the model or the profile and build
 * again.
 *
 * The device as such: identity, power, memory, errors, clock, and the two big switches Reboot and
 * Factory Reset.
 */
#ifndef LOOM_GENERATED_DEVICE_1_1_H
#define LOOM_GENERATED_DEVICE_1_1_H

#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

LOOM_TABLE_LAYOUT_CHECK(6);

/** Ids of the object and of its resources. */
enum {
    LOOM_DEVICE_1_1 = 3,
    LOOM_DEVICE_1_1_MANUFACTURER = 0,
    LOOM_DEVICE_1_1_MODEL_NUMBER = 1,
    LOOM_DEVICE_1_1_SERIAL_NUMBER = 2,
    LOOM_DEVICE_1_1_FIRMWARE_VERSION = 3,
    LOOM_DEVICE_1_1_REBOOT = 4,
    LOOM_DEVICE_1_1_FACTORY_RESET = 5,
    LOOM_DEVICE_1_1_AVAILABLE_POWER_SOURCES = 6,
    LOOM_DEVICE_1_1_POWER_SOURCE_VOLTAGE = 7,
    LOOM_DEVICE_1_1_POWER_SOURCE_CURRENT = 8,
    LOOM_DEVICE_1_1_BATTERY_LEVEL = 9,
    LOOM_DEVICE_1_1_MEMORY_FREE = 10,
    LOOM_DEVICE_1_1_ERROR_CODE = 11,
    LOOM_DEVICE_1_1_RESET_ERROR_CODE = 12,
    LOOM_DEVICE_1_1_CURRENT_TIME = 13,
    LOOM_DEVICE_1_1_UTC_OFFSET = 14,
    LOOM_DEVICE_1_1_TIMEZONE = 15,
    LOOM_DEVICE_1_1_SUPPORTED_BINDING_AND_MODES = 16,
    LOOM_DEVICE_1_1_DEVICE_TYPE = 17,
    LOOM_DEVICE_1_1_HARDWARE_VERSION = 18,
    LOOM_DEVICE_1_1_SOFTWARE_VERSION = 19,
    LOOM_DEVICE_1_1_BATTERY_STATUS = 20,
    LOOM_DEVICE_1_1_MEMORY_TOTAL = 21,
    LOOM_DEVICE_1_1_EXT_DEV_INFO = 22,
};

/** Values of resource 6, Available Power Sources. */
enum {
    LOOM_DEVICE_1_1_AVAILABLE_POWER_SOURCES_DC = 0,
    LOOM_DEVICE_1_1_AVAILABLE_POWER_SOURCES_INTERNAL_BATTERY = 1,
    LOOM_DEVICE_1_1_AVAILABLE_POWER_SOURCES_EXTERNAL_BATTERY = 2,
    LOOM_DEVICE_1_1_AVAILABLE_POWER_SOURCES_FUEL_CELL = 3,
    LOOM_DEVICE_1_1_AVAILABLE_POWER_SOURCES_ETHERNET = 4,
    LOOM_DEVICE_1_1_AVAILABLE_POWER_SOURCES_USB = 5,
    LOOM_DEVICE_1_1_AVAILABLE_POWER_SOURCES_MAINS = 6,
    LOOM_DEVICE_1_1_AVAILABLE_POWER_SOURCES_SOLAR = 7,
};

/** Values of resource 11, Error Code. */
enum {
    LOOM_DEVICE_1_1_ERROR_CODE_NO_ERROR = 0,
    LOOM_DEVICE_1_1_ERROR_CODE_BATTERY_LOW = 1,
    LOOM_DEVICE_1_1_ERROR_CODE_EXTERNAL_POWER_OFF = 2,
    LOOM_DEVICE_1_1_ERROR_CODE_GPS = 3,
    LOOM_DEVICE_1_1_ERROR_CODE_WEAK_SIGNAL = 4,
    LOOM_DEVICE_1_1_ERROR_CODE_OUT_OF_MEMORY = 5,
    LOOM_DEVICE_1_1_ERROR_CODE_SMS = 6,
    LOOM_DEVICE_1_1_ERROR_CODE_IP = 7,
    LOOM_DEVICE_1_1_ERROR_CODE_PERIPHERAL = 8,
};

/** Values of resource 20, Battery Status. */
enum {
    LOOM_DEVICE_1_1_BATTERY_STATUS_NORMAL = 0,
    LOOM_DEVICE_1_1_BATTERY_STATUS_CHARGING = 1,
    LOOM_DEVICE_1_1_BATTERY_STATUS_FULL = 2,
    LOOM_DEVICE_1_1_BATTERY_STATUS_DAMAGED = 3,
    LOOM_DEVICE_1_1_BATTERY_STATUS_LOW = 4,
    LOOM_DEVICE_1_1_BATTERY_STATUS_NOT_INSTALLED = 5,
    LOOM_DEVICE_1_1_BATTERY_STATUS_UNKNOWN = 6,
};

/** One instance, laid out as loom/table.h says. Read and write it with the functions below: they keep
 *  `present` right and check every value. */
struct loom_device_1_1 {
    uint16_t id;
    uint8_t present[3];
    char manufacturer[65]; /* 0 */
    char model_number[65]; /* 1 */
    char serial_number[65]; /* 2 */
    char firmware_version[65]; /* 3 */
    struct { uint16_t id; int8_t value; } available_power_sources[4]; /* 6 */
    struct { uint16_t id; int64_t value; } power_source_voltage[4]; /* 7 */
    struct { uint16_t id; int64_t value; } power_source_current[4]; /* 8 */
    int8_t battery_level; /* 9 */
    int64_t memory_free; /* 10 */
    struct { uint16_t id; int8_t value; } error_code[8]; /* 11 */
    int64_t current_time; /* 13 */
    char utc_offset[65]; /* 14 */
    char timezone[65]; /* 15 */
    char supported_binding_and_modes[65]; /* 16 */
    char device_type[65]; /* 17 */
    char hardware_version[65]; /* 18 */
    char software_version[65]; /* 19 */
    int8_t battery_status; /* 20 */
    int64_t memory_total; /* 21 */
    struct { uint16_t id; struct loom_objlnk value; } ext_dev_info[4]; /* 22 */
};

extern const struct loom_object loom_device_1_1_object;
#ifndef LOOM_WITHOUT_NAMES
extern const struct loom_object_names loom_device_1_1_names;
#endif

/**
 * 0 Manufacturer: R, String, optional.
 *
 * Who made the device.
 */
static inline enum loom_status loom_device_1_1_get_manufacturer(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_MANUFACTURER);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_manufacturer(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_MANUFACTURER);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_manufacturer(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_MANUFACTURER);

    return loom_clear(model, path);
}

/**
 * 1 Model Number: R, String, optional.
 *
 * Model, as the manufacturer calls it.
 */
static inline enum loom_status loom_device_1_1_get_model_number(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_MODEL_NUMBER);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_model_number(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_MODEL_NUMBER);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_model_number(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_MODEL_NUMBER);

    return loom_clear(model, path);
}

/**
 * 2 Serial Number: R, String, optional.
 *
 * Serial number of the unit.
 */
static inline enum loom_status loom_device_1_1_get_serial_number(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_SERIAL_NUMBER);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_serial_number(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_SERIAL_NUMBER);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_serial_number(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_SERIAL_NUMBER);

    return loom_clear(model, path);
}

/**
 * 3 Firmware Version: R, String, optional.
 *
 * Version of the firmware that runs now.
 */
static inline enum loom_status loom_device_1_1_get_firmware_version(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_FIRMWARE_VERSION);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_firmware_version(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_FIRMWARE_VERSION);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_firmware_version(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_FIRMWARE_VERSION);

    return loom_clear(model, path);
}

/*
 * 4 Reboot: E, mandatory.
 *
 * Restart the device, after the answer has been sent.
 *
 * The runtime does it, or tells the product's `executed` hook.
 */

/*
 * 5 Factory Reset: E, optional.
 *
 * Return to the state of delivery, keeping what a new bootstrap needs.
 *
 * The runtime does it, or tells the product's `executed` hook.
 */

/**
 * 6 Available Power Sources: R, Integer, multiple, optional, 0..7.
 *
 * Power sources, one an instance. 0: DC, 1: internal battery, 2: external battery, 3: fuel cell,
 * 4: Ethernet, 5: USB, 6: mains, 7: solar. Voltage and current use the same instance ids.
 */
static inline enum loom_status loom_device_1_1_get_available_power_sources(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_AVAILABLE_POWER_SOURCES, resource_instance);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_available_power_sources(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_AVAILABLE_POWER_SOURCES, resource_instance);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_available_power_sources(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_AVAILABLE_POWER_SOURCES, resource_instance);

    return loom_clear(model, path);
}

/**
 * 7 Power Source Voltage: R, Integer, multiple, optional.
 *
 * Voltage of each power source in mV.
 */
static inline enum loom_status loom_device_1_1_get_power_source_voltage(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_POWER_SOURCE_VOLTAGE, resource_instance);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_power_source_voltage(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_POWER_SOURCE_VOLTAGE, resource_instance);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_power_source_voltage(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_POWER_SOURCE_VOLTAGE, resource_instance);

    return loom_clear(model, path);
}

/**
 * 8 Power Source Current: R, Integer, multiple, optional.
 *
 * Current of each power source in mA.
 */
static inline enum loom_status loom_device_1_1_get_power_source_current(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_POWER_SOURCE_CURRENT, resource_instance);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_power_source_current(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_POWER_SOURCE_CURRENT, resource_instance);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_power_source_current(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_POWER_SOURCE_CURRENT, resource_instance);

    return loom_clear(model, path);
}

/**
 * 9 Battery Level: R, Integer, optional, 0..100, in %.
 *
 * Charge of the internal battery in percent.
 */
static inline enum loom_status loom_device_1_1_get_battery_level(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_BATTERY_LEVEL);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_battery_level(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_BATTERY_LEVEL);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_battery_level(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_BATTERY_LEVEL);

    return loom_clear(model, path);
}

/**
 * 10 Memory Free: R, Integer, optional.
 *
 * Storage left for data and software, in kilobytes of 1000 bytes.
 */
static inline enum loom_status loom_device_1_1_get_memory_free(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_MEMORY_FREE);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_memory_free(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_MEMORY_FREE);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_memory_free(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_MEMORY_FREE);

    return loom_clear(model, path);
}

/**
 * 11 Error Code: R, Integer, multiple, mandatory, 0..8.
 *
 * Errors now present, one an instance. 0: no error (then the only one), 1: battery low,
 * 2: external power off, 3: GPS, 4: weak signal, 5: out of memory, 6: SMS, 7: IP,
 * 8: peripheral.
 */
static inline enum loom_status loom_device_1_1_get_error_code(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_ERROR_CODE, resource_instance);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_error_code(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_ERROR_CODE, resource_instance);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_error_code(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_ERROR_CODE, resource_instance);

    return loom_clear(model, path);
}

/*
 * 12 Reset Error Code: E, optional.
 *
 * Drop all errors, then look again and report what is still wrong.
 *
 * The runtime does it, or tells the product's `executed` hook.
 */

/**
 * 13 Current Time: RW, Time, optional.
 *
 * The device's clock, which a server may set.
 */
static inline enum loom_status loom_device_1_1_get_current_time(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_CURRENT_TIME);

    return loom_get_time(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_current_time(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_CURRENT_TIME);

    return loom_set_time(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_current_time(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_CURRENT_TIME);

    return loom_clear(model, path);
}

/**
 * 14 UTC Offset: RW, String, optional.
 *
 * Offset from UTC now in force, in the form of ISO 8601.
 */
static inline enum loom_status loom_device_1_1_get_utc_offset(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_UTC_OFFSET);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_utc_offset(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_UTC_OFFSET);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_utc_offset(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_UTC_OFFSET);

    return loom_clear(model, path);
}

/**
 * 15 Timezone: RW, String, optional.
 *
 * Time zone by its IANA name.
 */
static inline enum loom_status loom_device_1_1_get_timezone(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_TIMEZONE);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_timezone(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_TIMEZONE);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_timezone(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_TIMEZONE);

    return loom_clear(model, path);
}

/**
 * 16 Supported Binding and Modes: R, String, mandatory.
 *
 * Letters of the bindings and modes that the client can use.
 */
static inline enum loom_status loom_device_1_1_get_supported_binding_and_modes(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_SUPPORTED_BINDING_AND_MODES);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_supported_binding_and_modes(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_SUPPORTED_BINDING_AND_MODES);

    return loom_set_text(model, path, value);
}

/**
 * 17 Device Type: R, String, optional.
 *
 * Kind of device, in the manufacturer's words.
 */
static inline enum loom_status loom_device_1_1_get_device_type(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_DEVICE_TYPE);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_device_type(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_DEVICE_TYPE);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_device_type(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_DEVICE_TYPE);

    return loom_clear(model, path);
}

/**
 * 18 Hardware Version: R, String, optional.
 *
 * Version of the hardware.
 */
static inline enum loom_status loom_device_1_1_get_hardware_version(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_HARDWARE_VERSION);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_hardware_version(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_HARDWARE_VERSION);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_hardware_version(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_HARDWARE_VERSION);

    return loom_clear(model, path);
}

/**
 * 19 Software Version: R, String, optional.
 *
 * Version of the software above the firmware.
 */
static inline enum loom_status loom_device_1_1_get_software_version(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_SOFTWARE_VERSION);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_software_version(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_SOFTWARE_VERSION);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_software_version(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_SOFTWARE_VERSION);

    return loom_clear(model, path);
}

/**
 * 20 Battery Status: R, Integer, optional, 0..6.
 *
 * State of the internal battery. 0: normal, 1: charging, 2: full, 3: damaged, 4: low, 5: not
 * installed, 6: unknown.
 */
static inline enum loom_status loom_device_1_1_get_battery_status(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_BATTERY_STATUS);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_battery_status(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_BATTERY_STATUS);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_battery_status(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_BATTERY_STATUS);

    return loom_clear(model, path);
}

/**
 * 21 Memory Total: R, Integer, optional.
 *
 * Storage in all, in kilobytes of 1000 bytes.
 */
static inline enum loom_status loom_device_1_1_get_memory_total(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_MEMORY_TOTAL);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_memory_total(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_MEMORY_TOTAL);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_memory_total(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_MEMORY_TOTAL);

    return loom_clear(model, path);
}

/**
 * 22 ExtDevInfo: R, Objlnk, multiple, optional.
 *
 * Links to instances of other objects that describe the device further.
 */
static inline enum loom_status loom_device_1_1_get_ext_dev_info(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, struct loom_objlnk *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_EXT_DEV_INFO, resource_instance);

    return loom_get_objlnk(model, path, value);
}

static inline enum loom_status loom_device_1_1_set_ext_dev_info(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, struct loom_objlnk value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_EXT_DEV_INFO, resource_instance);

    return loom_set_objlnk(model, path, value);
}

static inline enum loom_status loom_device_1_1_clear_ext_dev_info(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_DEVICE_1_1, instance, LOOM_DEVICE_1_1_EXT_DEV_INFO, resource_instance);

    return loom_clear(model, path);
}

#ifdef __cplusplus
}
#endif

#endif
