/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object 1, LwM2M Server, version 1.1 (LwM2M 1.1).
 *
 * Made by loomc from server-1.1.xml. Do not edit: change the model or the profile and build
 * again.
 *
 * What the client keeps for one LwM2M Server besides the keys: identity, lifetime, binding and the
 * timers of registration and reporting. A Bootstrap-Server has no instance of it.
 */
#ifndef LOOM_GENERATED_SERVER_1_1_H
#define LOOM_GENERATED_SERVER_1_1_H

#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

LOOM_TABLE_LAYOUT_CHECK(6);

/** Ids of the object and of its resources. */
enum {
    LOOM_SERVER_1_1 = 1,
    LOOM_SERVER_1_1_SHORT_SERVER_ID = 0,
    LOOM_SERVER_1_1_LIFETIME = 1,
    LOOM_SERVER_1_1_DEFAULT_MINIMUM_PERIOD = 2,
    LOOM_SERVER_1_1_DEFAULT_MAXIMUM_PERIOD = 3,
    LOOM_SERVER_1_1_DISABLE = 4,
    LOOM_SERVER_1_1_DISABLE_TIMEOUT = 5,
    LOOM_SERVER_1_1_NOTIFICATION_STORING_WHEN_DISABLED_OR_OFFLINE = 6,
    LOOM_SERVER_1_1_BINDING = 7,
    LOOM_SERVER_1_1_REGISTRATION_UPDATE_TRIGGER = 8,
    LOOM_SERVER_1_1_BOOTSTRAP_REQUEST_TRIGGER = 9,
    LOOM_SERVER_1_1_APN_LINK = 10,
    LOOM_SERVER_1_1_TLS_DTLS_ALERT_CODE = 11,
    LOOM_SERVER_1_1_LAST_BOOTSTRAPPED = 12,
    LOOM_SERVER_1_1_REGISTRATION_PRIORITY_ORDER = 13,
    LOOM_SERVER_1_1_INITIAL_REGISTRATION_DELAY_TIMER = 14,
    LOOM_SERVER_1_1_REGISTRATION_FAILURE_BLOCK = 15,
    LOOM_SERVER_1_1_BOOTSTRAP_ON_REGISTRATION_FAILURE = 16,
    LOOM_SERVER_1_1_COMMUNICATION_RETRY_COUNT = 17,
    LOOM_SERVER_1_1_COMMUNICATION_RETRY_TIMER = 18,
    LOOM_SERVER_1_1_COMMUNICATION_SEQUENCE_DELAY_TIMER = 19,
    LOOM_SERVER_1_1_COMMUNICATION_SEQUENCE_RETRY_COUNT = 20,
    LOOM_SERVER_1_1_TRIGGER = 21,
    LOOM_SERVER_1_1_PREFERRED_TRANSPORT = 22,
    LOOM_SERVER_1_1_MUTE_SEND = 23,
};

/** One instance, laid out as loom/table.h says. Read and write it with the functions below: they keep
 *  `present` right and check every value. */
struct loom_server_1_1 {
    uint16_t id;
    uint8_t present[3];
    int32_t short_server_id; /* 0 */
    int64_t lifetime; /* 1 */
    int64_t default_minimum_period; /* 2 */
    int64_t default_maximum_period; /* 3 */
    int64_t disable_timeout; /* 5 */
    bool notification_storing_when_disabled_or_offline; /* 6 */
    char binding[65]; /* 7 */
    struct loom_objlnk apn_link; /* 10 */
    uint8_t tls_dtls_alert_code; /* 11 */
    int64_t last_bootstrapped; /* 12 */
    uint64_t registration_priority_order; /* 13 */
    uint64_t initial_registration_delay_timer; /* 14 */
    bool registration_failure_block; /* 15 */
    bool bootstrap_on_registration_failure; /* 16 */
    uint64_t communication_retry_count; /* 17 */
    uint64_t communication_retry_timer; /* 18 */
    uint64_t communication_sequence_delay_timer; /* 19 */
    uint64_t communication_sequence_retry_count; /* 20 */
    bool trigger; /* 21 */
    char preferred_transport[65]; /* 22 */
    bool mute_send; /* 23 */
};

extern const struct loom_object loom_server_1_1_object;
#ifndef LOOM_WITHOUT_NAMES
extern const struct loom_object_names loom_server_1_1_names;
#endif

/**
 * 0 Short Server ID: R, Integer, mandatory, 1..65534.
 *
 * Number of this server, the link to its Security instance.
 */
static inline enum loom_status loom_server_1_1_get_short_server_id(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_SHORT_SERVER_ID);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_short_server_id(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_SHORT_SERVER_ID);

    return loom_set_integer(model, path, value);
}

/**
 * 1 Lifetime: RW, Integer, mandatory, in s.
 *
 * Seconds for which a registration holds without an Update.
 */
static inline enum loom_status loom_server_1_1_get_lifetime(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_LIFETIME);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_lifetime(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_LIFETIME);

    return loom_set_integer(model, path, value);
}

/**
 * 2 Default Minimum Period: RW, Integer, optional, in s.
 *
 * Shortest time between two notifications of an observation that sets none itself; 0 when absent.
 */
static inline enum loom_status loom_server_1_1_get_default_minimum_period(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_DEFAULT_MINIMUM_PERIOD);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_default_minimum_period(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_DEFAULT_MINIMUM_PERIOD);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_default_minimum_period(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_DEFAULT_MINIMUM_PERIOD);

    return loom_clear(model, path);
}

/**
 * 3 Default Maximum Period: RW, Integer, optional, in s.
 *
 * Longest time between two notifications of an observation that sets none itself.
 */
static inline enum loom_status loom_server_1_1_get_default_maximum_period(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_DEFAULT_MAXIMUM_PERIOD);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_default_maximum_period(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_DEFAULT_MAXIMUM_PERIOD);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_default_maximum_period(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_DEFAULT_MAXIMUM_PERIOD);

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
static inline enum loom_status loom_server_1_1_get_disable_timeout(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_DISABLE_TIMEOUT);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_disable_timeout(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_DISABLE_TIMEOUT);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_disable_timeout(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_DISABLE_TIMEOUT);

    return loom_clear(model, path);
}

/**
 * 6 Notification Storing When Disabled or Offline: RW, Boolean, mandatory.
 *
 * True: notifications that fall into a time offline or disabled are kept and sent afterwards.
 * False: they are dropped.
 */
static inline enum loom_status loom_server_1_1_get_notification_storing_when_disabled_or_offline(
    const struct loom_model *model, uint16_t instance, bool *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_NOTIFICATION_STORING_WHEN_DISABLED_OR_OFFLINE);

    return loom_get_boolean(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_notification_storing_when_disabled_or_offline(
    struct loom_model *model, uint16_t instance, bool value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_NOTIFICATION_STORING_WHEN_DISABLED_OR_OFFLINE);

    return loom_set_boolean(model, path, value);
}

/**
 * 7 Binding: RW, String, mandatory.
 *
 * Transport, by its letters, on which the client is to register and be reached.
 */
static inline enum loom_status loom_server_1_1_get_binding(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_BINDING);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_binding(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_BINDING);

    return loom_set_text(model, path, value);
}

/*
 * 8 Registration Update Trigger: E, mandatory.
 *
 * Send a registration Update to this server.
 *
 * The runtime does it, or tells the product's `executed` hook.
 */

/*
 * 9 Bootstrap-Request Trigger: E, optional.
 *
 * Ask the Bootstrap-Server for a new bootstrap.
 *
 * The runtime does it, or tells the product's `executed` hook.
 */

/**
 * 10 APN Link: RW, Objlnk, optional.
 *
 * Link to the APN Connection Profile instance that carries the traffic with this server.
 */
static inline enum loom_status loom_server_1_1_get_apn_link(
    const struct loom_model *model, uint16_t instance, struct loom_objlnk *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_APN_LINK);

    return loom_get_objlnk(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_apn_link(
    struct loom_model *model, uint16_t instance, struct loom_objlnk value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_APN_LINK);

    return loom_set_objlnk(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_apn_link(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_APN_LINK);

    return loom_clear(model, path);
}

/**
 * 11 TLS-DTLS Alert Code: R, Unsigned Integer, optional, 0..255.
 *
 * Last TLS or DTLS alert of this server, by its IANA number.
 */
static inline enum loom_status loom_server_1_1_get_tls_dtls_alert_code(
    const struct loom_model *model, uint16_t instance, uint64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_TLS_DTLS_ALERT_CODE);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_tls_dtls_alert_code(
    struct loom_model *model, uint16_t instance, uint64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_TLS_DTLS_ALERT_CODE);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_tls_dtls_alert_code(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_TLS_DTLS_ALERT_CODE);

    return loom_clear(model, path);
}

/**
 * 12 Last Bootstrapped: R, Time, optional.
 *
 * Time at which a Bootstrap-Server last touched this account.
 */
static inline enum loom_status loom_server_1_1_get_last_bootstrapped(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_LAST_BOOTSTRAPPED);

    return loom_get_time(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_last_bootstrapped(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_LAST_BOOTSTRAPPED);

    return loom_set_time(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_last_bootstrapped(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_LAST_BOOTSTRAPPED);

    return loom_clear(model, path);
}

/**
 * 13 Registration Priority Order: bootstrap only, Unsigned Integer, optional.
 *
 * Place in the order of registrations, lowest first. Absent: registered without regard to the
 * others.
 */
static inline enum loom_status loom_server_1_1_get_registration_priority_order(
    const struct loom_model *model, uint16_t instance, uint64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_REGISTRATION_PRIORITY_ORDER);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_registration_priority_order(
    struct loom_model *model, uint16_t instance, uint64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_REGISTRATION_PRIORITY_ORDER);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_registration_priority_order(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_REGISTRATION_PRIORITY_ORDER);

    return loom_clear(model, path);
}

/**
 * 14 Initial Registration Delay Timer: bootstrap only, Unsigned Integer, optional, in s.
 *
 * Seconds between the end of the previous server's registration and the first attempt at this one,
 * until the first success after a bootstrap.
 */
static inline enum loom_status loom_server_1_1_get_initial_registration_delay_timer(
    const struct loom_model *model, uint16_t instance, uint64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_INITIAL_REGISTRATION_DELAY_TIMER);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_initial_registration_delay_timer(
    struct loom_model *model, uint16_t instance, uint64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_INITIAL_REGISTRATION_DELAY_TIMER);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_initial_registration_delay_timer(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_INITIAL_REGISTRATION_DELAY_TIMER);

    return loom_clear(model, path);
}

/**
 * 15 Registration Failure Block: bootstrap only, Boolean, optional.
 *
 * True: when the registration here fails, the servers further down the order are not tried. False:
 * they are.
 */
static inline enum loom_status loom_server_1_1_get_registration_failure_block(
    const struct loom_model *model, uint16_t instance, bool *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_REGISTRATION_FAILURE_BLOCK);

    return loom_get_boolean(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_registration_failure_block(
    struct loom_model *model, uint16_t instance, bool value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_REGISTRATION_FAILURE_BLOCK);

    return loom_set_boolean(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_registration_failure_block(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_REGISTRATION_FAILURE_BLOCK);

    return loom_clear(model, path);
}

/**
 * 16 Bootstrap on Registration Failure: bootstrap only, Boolean, optional.
 *
 * True: a registration that was refused or has failed for good leads to a new bootstrap. False:
 * the attempts go on.
 */
static inline enum loom_status loom_server_1_1_get_bootstrap_on_registration_failure(
    const struct loom_model *model, uint16_t instance, bool *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_BOOTSTRAP_ON_REGISTRATION_FAILURE);

    return loom_get_boolean(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_bootstrap_on_registration_failure(
    struct loom_model *model, uint16_t instance, bool value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_BOOTSTRAP_ON_REGISTRATION_FAILURE);

    return loom_set_boolean(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_bootstrap_on_registration_failure(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_BOOTSTRAP_ON_REGISTRATION_FAILURE);

    return loom_clear(model, path);
}

/**
 * 17 Communication Retry Count: bootstrap only, Unsigned Integer, optional.
 *
 * Attempts that make up one sequence.
 */
static inline enum loom_status loom_server_1_1_get_communication_retry_count(
    const struct loom_model *model, uint16_t instance, uint64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_COMMUNICATION_RETRY_COUNT);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_communication_retry_count(
    struct loom_model *model, uint16_t instance, uint64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_COMMUNICATION_RETRY_COUNT);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_communication_retry_count(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_COMMUNICATION_RETRY_COUNT);

    return loom_clear(model, path);
}

/**
 * 18 Communication Retry Timer: bootstrap only, Unsigned Integer, optional, in s.
 *
 * Seconds before the second attempt of a sequence; the pause doubles with every further one.
 */
static inline enum loom_status loom_server_1_1_get_communication_retry_timer(
    const struct loom_model *model, uint16_t instance, uint64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_COMMUNICATION_RETRY_TIMER);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_communication_retry_timer(
    struct loom_model *model, uint16_t instance, uint64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_COMMUNICATION_RETRY_TIMER);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_communication_retry_timer(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_COMMUNICATION_RETRY_TIMER);

    return loom_clear(model, path);
}

/**
 * 19 Communication Sequence Delay Timer: bootstrap only, Unsigned Integer, optional.
 *
 * Seconds between two sequences of attempts.
 */
static inline enum loom_status loom_server_1_1_get_communication_sequence_delay_timer(
    const struct loom_model *model, uint16_t instance, uint64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_COMMUNICATION_SEQUENCE_DELAY_TIMER);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_communication_sequence_delay_timer(
    struct loom_model *model, uint16_t instance, uint64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_COMMUNICATION_SEQUENCE_DELAY_TIMER);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_communication_sequence_delay_timer(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_COMMUNICATION_SEQUENCE_DELAY_TIMER);

    return loom_clear(model, path);
}

/**
 * 20 Communication Sequence Retry Count: bootstrap only, Unsigned Integer, optional.
 *
 * Sequences after which a registration counts as failed.
 */
static inline enum loom_status loom_server_1_1_get_communication_sequence_retry_count(
    const struct loom_model *model, uint16_t instance, uint64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_COMMUNICATION_SEQUENCE_RETRY_COUNT);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_communication_sequence_retry_count(
    struct loom_model *model, uint16_t instance, uint64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_COMMUNICATION_SEQUENCE_RETRY_COUNT);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_communication_sequence_retry_count(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_COMMUNICATION_SEQUENCE_RETRY_COUNT);

    return loom_clear(model, path);
}

/**
 * 21 Trigger: RW, Boolean, optional.
 *
 * True when the server may reach the client over SMS, for example to ask for an Update; false when
 * absent.
 */
static inline enum loom_status loom_server_1_1_get_trigger(
    const struct loom_model *model, uint16_t instance, bool *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_TRIGGER);

    return loom_get_boolean(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_trigger(
    struct loom_model *model, uint16_t instance, bool value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_TRIGGER);

    return loom_set_boolean(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_trigger(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_TRIGGER);

    return loom_clear(model, path);
}

/**
 * 22 Preferred Transport: RW, String, optional.
 *
 * The one transport letter to prefer when the client opens a connection and knows several.
 */
static inline enum loom_status loom_server_1_1_get_preferred_transport(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_PREFERRED_TRANSPORT);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_preferred_transport(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_PREFERRED_TRANSPORT);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_preferred_transport(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_PREFERRED_TRANSPORT);

    return loom_clear(model, path);
}

/**
 * 23 Mute Send: RW, Boolean, optional.
 *
 * False lets the client use the Send operation; true, or absent, forbids it.
 */
static inline enum loom_status loom_server_1_1_get_mute_send(
    const struct loom_model *model, uint16_t instance, bool *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_MUTE_SEND);

    return loom_get_boolean(model, path, value);
}

static inline enum loom_status loom_server_1_1_set_mute_send(
    struct loom_model *model, uint16_t instance, bool value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_MUTE_SEND);

    return loom_set_boolean(model, path, value);
}

static inline enum loom_status loom_server_1_1_clear_mute_send(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SERVER_1_1, instance, LOOM_SERVER_1_1_MUTE_SEND);

    return loom_clear(model, path);
}

#ifdef __cplusplus
}
#endif

#endif
