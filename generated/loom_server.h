/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object 1, LwM2M Server, version 1.0 (LwM2M 1.0).
 *
 * Made by loomc from server-1.0.xml. Do not edit: change the model or the profile and build
 * again.
 *
 * What the client keeps for one LwM2M Server besides the keys: identity, lifetime, binding and the
 * timers of registration and reporting. A Bootstrap-Server has no instance of it.
 */
#ifndef LOOM_GENERATED_SERVER_H
#define LOOM_GENERATED_SERVER_H

#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

LOOM_TABLE_LAYOUT_CHECK(6);

/** Ids of the object and of its resources. */
enum {
    LOOM_SERVER = 1,
    LOOM_SERVER_SHORT_SERVER_ID = 0,
    LOOM_SERVER_LIFETIME = 1,
    LOOM_SERVER_DEFAULT_MINIMUM_PERIOD = 2,
    LOOM_SERVER_DEFAULT_MAXIMUM_PERIOD = 3,
    LOOM_SERVER_DISABLE = 4,
    LOOM_SERVER_DISABLE_TIMEOUT = 5,
    LOOM_SERVER_NOTIFICATION_STORING_WHEN_DISABLED_OR_OFFLINE = 6,
    LOOM_SERVER_BINDING = 7,
    LOOM_SERVER_REGISTRATION_UPDATE_TRIGGER = 8,
};

/** One instance, laid out as loom/table.h says. Read and write it with the functions below: they keep
 *  `present` right and check every value. */
struct loom_server {
    uint16_t id;
    uint8_t present[2];
    int32_t short_server_id; /* 0 */
    int64_t lifetime; /* 1 */
    int64_t default_minimum_period; /* 2 */
    int64_t default_maximum_period; /* 3 */
    int64_t disable_timeout; /* 5 */
    bool notification_storing_when_disabled_or_offline; /* 6 */
    char binding[65]; /* 7 */
};

extern const struct loom_object loom_server_object;
#ifndef LOOM_WITHOUT_NAMES
extern const struct loom_object_names loom_server_names;
#endif

/**
 * 0 Short Server ID: R, Integer, mandatory, 1-65535.
 *
 * Number of this server, the link to its Security instance.
 */
static inline enum loom_status loom_server_get_short_server_id(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_SHORT_SERVER_ID);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_server_set_short_server_id(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_SHORT_SERVER_ID);

    return loom_set_integer(model, path, value);
}

/**
 * 1 Lifetime: RW, Integer, mandatory, in s.
 *
 * Seconds for which a registration holds without an Update.
 */
static inline enum loom_status loom_server_get_lifetime(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_LIFETIME);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_server_set_lifetime(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_LIFETIME);

    return loom_set_integer(model, path, value);
}

/**
 * 2 Default Minimum Period: RW, Integer, optional, in s.
 *
 * Shortest time between two notifications of an observation that sets none itself; 0 when absent.
 */
static inline enum loom_status loom_server_get_default_minimum_period(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_DEFAULT_MINIMUM_PERIOD);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_server_set_default_minimum_period(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_DEFAULT_MINIMUM_PERIOD);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_server_clear_default_minimum_period(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_DEFAULT_MINIMUM_PERIOD);

    return loom_clear(model, path);
}

/**
 * 3 Default Maximum Period: RW, Integer, optional, in s.
 *
 * Longest time between two notifications of an observation that sets none itself.
 */
static inline enum loom_status loom_server_get_default_maximum_period(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_DEFAULT_MAXIMUM_PERIOD);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_server_set_default_maximum_period(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_DEFAULT_MAXIMUM_PERIOD);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_server_clear_default_maximum_period(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_DEFAULT_MAXIMUM_PERIOD);

    return loom_clear(model, path);
}

/*
 * 4 Disable: E, optional.
 *
 * De-register and stay away from this server for Disable Timeout, after the answer has been sent.
 *
 * The runtime does it, or tells the product's `executed` hook.
 */

/**
 * 5 Disable Timeout: RW, Integer, optional, in s.
 *
 * Seconds of absence after Disable, 86400 when absent.
 */
static inline enum loom_status loom_server_get_disable_timeout(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_DISABLE_TIMEOUT);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_server_set_disable_timeout(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_DISABLE_TIMEOUT);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_server_clear_disable_timeout(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_DISABLE_TIMEOUT);

    return loom_clear(model, path);
}

/**
 * 6 Notification Storing When Disabled or Offline: RW, Boolean, mandatory.
 *
 * True: notifications that fall into a time offline or disabled are kept and sent afterwards.
 * False: they are dropped.
 */
static inline enum loom_status loom_server_get_notification_storing_when_disabled_or_offline(
    const struct loom_model *model, uint16_t instance, bool *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_NOTIFICATION_STORING_WHEN_DISABLED_OR_OFFLINE);

    return loom_get_boolean(model, path, value);
}

static inline enum loom_status loom_server_set_notification_storing_when_disabled_or_offline(
    struct loom_model *model, uint16_t instance, bool value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_NOTIFICATION_STORING_WHEN_DISABLED_OR_OFFLINE);

    return loom_set_boolean(model, path, value);
}

/**
 * 7 Binding: RW, String, mandatory.
 *
 * Transport, by its letters, on which the client is to register and be reached.
 */
static inline enum loom_status loom_server_get_binding(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_BINDING);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_server_set_binding(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_BINDING);

    return loom_set_text(model, path, value);
}

/*
 * 8 Registration Update Trigger: E, mandatory.
 *
 * Send a registration Update to this server.
 *
 * The runtime does it, or tells the product's `executed` hook.
 */

#ifdef __cplusplus
}
#endif

#endif
