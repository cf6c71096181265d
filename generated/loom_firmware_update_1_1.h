/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object 5, Firmware Update, version 1.1 (LwM2M 1.1).
 *
 * Made by loomc from firmware-update-1.1.xml. Do not edit: change the model or the profile and build
 * again.
 *
 * Delivery of a firmware image by push or pull, its installation, and the outcome.
 */
#ifndef LOOM_GENERATED_FIRMWARE_UPDATE_1_1_H
#define LOOM_GENERATED_FIRMWARE_UPDATE_1_1_H

#include "loom/firmware.h"
#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

LOOM_TABLE_LAYOUT_CHECK(6);

/** Ids of the object and of its resources. */
enum {
    LOOM_FIRMWARE_UPDATE_1_1 = 5,
    LOOM_FIRMWARE_UPDATE_1_1_PACKAGE = 0,
    LOOM_FIRMWARE_UPDATE_1_1_PACKAGE_URI = 1,
    LOOM_FIRMWARE_UPDATE_1_1_UPDATE = 2,
    LOOM_FIRMWARE_UPDATE_1_1_STATE = 3,
    LOOM_FIRMWARE_UPDATE_1_1_UPDATE_RESULT = 5,
    LOOM_FIRMWARE_UPDATE_1_1_PKG_NAME = 6,
    LOOM_FIRMWARE_UPDATE_1_1_PKG_VERSION = 7,
    LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_PROTOCOL_SUPPORT = 8,
    LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_DELIVERY_METHOD = 9,
    LOOM_FIRMWARE_UPDATE_1_1_CANCEL = 10,
    LOOM_FIRMWARE_UPDATE_1_1_SEVERITY = 11,
    LOOM_FIRMWARE_UPDATE_1_1_LAST_STATE_CHANGE_TIME = 12,
    LOOM_FIRMWARE_UPDATE_1_1_MAXIMUM_DEFER_PERIOD = 13,
};

/** Values of resource 3, State. */
enum {
    LOOM_FIRMWARE_UPDATE_1_1_STATE_IDLE = 0,
    LOOM_FIRMWARE_UPDATE_1_1_STATE_DOWNLOADING = 1,
    LOOM_FIRMWARE_UPDATE_1_1_STATE_DOWNLOADED = 2,
    LOOM_FIRMWARE_UPDATE_1_1_STATE_UPDATING = 3,
};

/** Values of resource 5, Update Result. */
enum {
    LOOM_FIRMWARE_UPDATE_1_1_UPDATE_RESULT_NONE_YET = 0,
    LOOM_FIRMWARE_UPDATE_1_1_UPDATE_RESULT_SUCCESS = 1,
    LOOM_FIRMWARE_UPDATE_1_1_UPDATE_RESULT_NO_FLASH_LEFT = 2,
    LOOM_FIRMWARE_UPDATE_1_1_UPDATE_RESULT_NO_MEMORY = 3,
    LOOM_FIRMWARE_UPDATE_1_1_UPDATE_RESULT_CONNECTION_LOST = 4,
    LOOM_FIRMWARE_UPDATE_1_1_UPDATE_RESULT_INTEGRITY_CHECK_FAILED = 5,
    LOOM_FIRMWARE_UPDATE_1_1_UPDATE_RESULT_UNSUPPORTED_PACKAGE = 6,
    LOOM_FIRMWARE_UPDATE_1_1_UPDATE_RESULT_INVALID_URI = 7,
    LOOM_FIRMWARE_UPDATE_1_1_UPDATE_RESULT_UPDATE_FAILED = 8,
    LOOM_FIRMWARE_UPDATE_1_1_UPDATE_RESULT_UNSUPPORTED_PROTOCOL = 9,
    LOOM_FIRMWARE_UPDATE_1_1_UPDATE_RESULT_CANCELLED = 10,
    LOOM_FIRMWARE_UPDATE_1_1_UPDATE_RESULT_DEFERRED = 11,
};

/** Values of resource 8, Firmware Update Protocol Support. */
enum {
    LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_PROTOCOL_SUPPORT_COAP = 0,
    LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_PROTOCOL_SUPPORT_COAPS = 1,
    LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_PROTOCOL_SUPPORT_HTTP = 2,
    LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_PROTOCOL_SUPPORT_HTTPS = 3,
    LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_PROTOCOL_SUPPORT_COAP_OVER_TCP = 4,
    LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_PROTOCOL_SUPPORT_COAP_OVER_TLS = 5,
};

/** Values of resource 9, Firmware Update Delivery Method. */
enum {
    LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_DELIVERY_METHOD_PULL = 0,
    LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_DELIVERY_METHOD_PUSH = 1,
    LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_DELIVERY_METHOD_BOTH = 2,
};

/** Values of resource 11, Severity. */
enum {
    LOOM_FIRMWARE_UPDATE_1_1_SEVERITY_CRITICAL = 0,
    LOOM_FIRMWARE_UPDATE_1_1_SEVERITY_MANDATORY = 1,
    LOOM_FIRMWARE_UPDATE_1_1_SEVERITY_OPTIONAL = 2,
};

/** One instance, laid out as loom/table.h says. Read and write it with the functions below: they keep
 *  `present` right and check every value. */
struct loom_firmware_update_1_1 {
    uint16_t id;
    uint8_t present[2];
    int8_t state; /* 3 */
    int8_t update_result; /* 5 */
    char pkg_name[65]; /* 6 */
    char pkg_version[65]; /* 7 */
    struct { uint16_t id; int8_t value; } firmware_update_protocol_support[2]; /* 8 */
    int8_t firmware_update_delivery_method; /* 9 */
    int8_t severity; /* 11 */
    int64_t last_state_change_time; /* 12 */
    uint64_t maximum_defer_period; /* 13 */
};

extern const struct loom_object loom_firmware_update_1_1_object;
#ifndef LOOM_WITHOUT_NAMES
extern const struct loom_object_names loom_firmware_update_1_1_names;
#endif

/**
 * 3 State: R, Integer, mandatory, 0..3.
 *
 * Step of the update. 0: idle, 1: downloading, 2: downloaded, 3: updating.
 */
static inline enum loom_status loom_firmware_update_1_1_get_state(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_STATE);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_firmware_update_1_1_set_state(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_STATE);

    return loom_set_integer(model, path, value);
}

/**
 * 5 Update Result: R, Integer, mandatory, 0..11.
 *
 * Outcome of the last update. 0: none yet, 1: success, 2: no flash left, 3: no memory, 4:
 * connection lost, 5: integrity check failed, 6: unsupported package, 7: invalid URI, 8: update
 * failed, 9: unsupported protocol, 10: cancelled, 11: deferred.
 */
static inline enum loom_status loom_firmware_update_1_1_get_update_result(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_UPDATE_RESULT);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_firmware_update_1_1_set_update_result(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_UPDATE_RESULT);

    return loom_set_integer(model, path, value);
}

/**
 * 6 PkgName: R, String, optional, 0..255.
 *
 * Name of the image.
 */
static inline enum loom_status loom_firmware_update_1_1_get_pkg_name(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_PKG_NAME);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_firmware_update_1_1_set_pkg_name(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_PKG_NAME);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_firmware_update_1_1_clear_pkg_name(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_PKG_NAME);

    return loom_clear(model, path);
}

/**
 * 7 PkgVersion: R, String, optional, 0..255.
 *
 * Version of the image.
 */
static inline enum loom_status loom_firmware_update_1_1_get_pkg_version(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_PKG_VERSION);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_firmware_update_1_1_set_pkg_version(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_PKG_VERSION);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_firmware_update_1_1_clear_pkg_version(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_PKG_VERSION);

    return loom_clear(model, path);
}

/**
 * 8 Firmware Update Protocol Support: R, Integer, multiple, optional, 0..5.
 *
 * Protocols for a download, one an instance. 0: CoAP, 1: CoAPS, 2: HTTP, 3: HTTPS, 4: CoAP over
 * TCP, 5: CoAP over TLS.
 */
static inline enum loom_status loom_firmware_update_1_1_get_firmware_update_protocol_support(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_PROTOCOL_SUPPORT, resource_instance);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_firmware_update_1_1_set_firmware_update_protocol_support(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_PROTOCOL_SUPPORT, resource_instance);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_firmware_update_1_1_clear_firmware_update_protocol_support(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_PROTOCOL_SUPPORT, resource_instance);

    return loom_clear(model, path);
}

/**
 * 9 Firmware Update Delivery Method: R, Integer, mandatory, 0..2.
 *
 * Ways in which an image can come. 0: pull, 1: push, 2: both.
 */
static inline enum loom_status loom_firmware_update_1_1_get_firmware_update_delivery_method(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_DELIVERY_METHOD);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_firmware_update_1_1_set_firmware_update_delivery_method(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_FIRMWARE_UPDATE_DELIVERY_METHOD);

    return loom_set_integer(model, path, value);
}

/**
 * 11 Severity: RW, Integer, optional, 0..2.
 *
 * Weight of the update. 0: critical, 1: mandatory (default), 2: optional.
 */
static inline enum loom_status loom_firmware_update_1_1_get_severity(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_SEVERITY);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_firmware_update_1_1_set_severity(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_SEVERITY);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_firmware_update_1_1_clear_severity(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_SEVERITY);

    return loom_clear(model, path);
}

/**
 * 12 Last State Change Time: R, Time, optional.
 *
 * Time of the last change of State.
 */
static inline enum loom_status loom_firmware_update_1_1_get_last_state_change_time(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_LAST_STATE_CHANGE_TIME);

    return loom_get_time(model, path, value);
}

static inline enum loom_status loom_firmware_update_1_1_set_last_state_change_time(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_LAST_STATE_CHANGE_TIME);

    return loom_set_time(model, path, value);
}

static inline enum loom_status loom_firmware_update_1_1_clear_last_state_change_time(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_LAST_STATE_CHANGE_TIME);

    return loom_clear(model, path);
}

/**
 * 13 Maximum Defer Period: RW, Unsigned Integer, optional, in s.
 *
 * Seconds for which the user may put the installation off; 0: not at all.
 */
static inline enum loom_status loom_firmware_update_1_1_get_maximum_defer_period(
    const struct loom_model *model, uint16_t instance, uint64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_MAXIMUM_DEFER_PERIOD);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_firmware_update_1_1_set_maximum_defer_period(
    struct loom_model *model, uint16_t instance, uint64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_MAXIMUM_DEFER_PERIOD);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_firmware_update_1_1_clear_maximum_defer_period(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_FIRMWARE_UPDATE_1_1, instance, LOOM_FIRMWARE_UPDATE_1_1_MAXIMUM_DEFER_PERIOD);

    return loom_clear(model, path);
}

/* ---- functions that the product writes ------------------------------------------------------ */

/**
 * 0 Package: W, Opaque, mandatory.
 *
 * The firmware image, pushed by the server.
 *
 * The client serves it: loom/firmware.h.
 */

/**
 * 1 Package URI: RW, String, mandatory, 0..255.
 *
 * Where the device fetches the image itself; writing it starts the download.
 *
 * The client serves it: loom/firmware.h.
 */

/**
 * 2 Update: E, mandatory.
 *
 * Install the downloaded image. Possible in state Downloaded only.
 *
 * The client serves it: loom/firmware.h.
 */

/**
 * 10 Cancel: E, optional.
 *
 * Give the update up. Possible until the installation begins.
 *
 * The client serves it: loom/firmware.h.
 */

#ifdef __cplusplus
}
#endif

#endif
