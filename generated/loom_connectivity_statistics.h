/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object 7, Connectivity Statistics, version 1.0 (LwM2M 1.0).
 *
 * Made by loomc from connectivity-statistics-1.0.xml. Do not edit: change the model or the profile and build
 * again.
 *
 * Traffic counted over a period that a server starts and stops.
 */
#ifndef LOOM_GENERATED_CONNECTIVITY_STATISTICS_H
#define LOOM_GENERATED_CONNECTIVITY_STATISTICS_H

#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

LOOM_TABLE_LAYOUT_CHECK(6);

/** Ids of the object and of its resources. */
enum {
    LOOM_CONNECTIVITY_STATISTICS = 7,
    LOOM_CONNECTIVITY_STATISTICS_SMS_TX_COUNTER = 0,
    LOOM_CONNECTIVITY_STATISTICS_SMS_RX_COUNTER = 1,
    LOOM_CONNECTIVITY_STATISTICS_TX_DATA = 2,
    LOOM_CONNECTIVITY_STATISTICS_RX_DATA = 3,
    LOOM_CONNECTIVITY_STATISTICS_MAX_MESSAGE_SIZE = 4,
    LOOM_CONNECTIVITY_STATISTICS_AVERAGE_MESSAGE_SIZE = 5,
    LOOM_CONNECTIVITY_STATISTICS_START = 6,
    LOOM_CONNECTIVITY_STATISTICS_STOP = 7,
    LOOM_CONNECTIVITY_STATISTICS_COLLECTION_PERIOD = 8,
};

/** One instance, laid out as loom/table.h says. Read and write it with the functions below: they keep
 *  `present` right and check every value. */
struct loom_connectivity_statistics {
    uint16_t id;
    uint8_t present[2];
    int64_t sms_tx_counter; /* 0 */
    int64_t sms_rx_counter; /* 1 */
    int64_t tx_data; /* 2 */
    int64_t rx_data; /* 3 */
    int64_t max_message_size; /* 4 */
    int64_t average_message_size; /* 5 */
    int64_t collection_period; /* 8 */
};

extern const struct loom_object loom_connectivity_statistics_object;
#ifndef LOOM_WITHOUT_NAMES
extern const struct loom_object_names loom_connectivity_statistics_names;
#endif

/**
 * 0 SMS Tx Counter: R, Integer, optional.
 *
 * SMS sent during the period.
 */
static inline enum loom_status loom_connectivity_statistics_get_sms_tx_counter(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_SMS_TX_COUNTER);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_statistics_set_sms_tx_counter(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_SMS_TX_COUNTER);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_statistics_clear_sms_tx_counter(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_SMS_TX_COUNTER);

    return loom_clear(model, path);
}

/**
 * 1 SMS Rx Counter: R, Integer, optional.
 *
 * SMS received during the period.
 */
static inline enum loom_status loom_connectivity_statistics_get_sms_rx_counter(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_SMS_RX_COUNTER);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_statistics_set_sms_rx_counter(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_SMS_RX_COUNTER);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_statistics_clear_sms_rx_counter(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_SMS_RX_COUNTER);

    return loom_clear(model, path);
}

/**
 * 2 Tx Data: R, Integer, optional.
 *
 * Kilobytes sent during the period.
 */
static inline enum loom_status loom_connectivity_statistics_get_tx_data(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_TX_DATA);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_statistics_set_tx_data(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_TX_DATA);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_statistics_clear_tx_data(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_TX_DATA);

    return loom_clear(model, path);
}

/**
 * 3 Rx Data: R, Integer, optional.
 *
 * Kilobytes received during the period.
 */
static inline enum loom_status loom_connectivity_statistics_get_rx_data(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_RX_DATA);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_statistics_set_rx_data(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_RX_DATA);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_statistics_clear_rx_data(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_RX_DATA);

    return loom_clear(model, path);
}

/**
 * 4 Max Message Size: R, Integer, optional, in B.
 *
 * Largest message of the period.
 */
static inline enum loom_status loom_connectivity_statistics_get_max_message_size(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_MAX_MESSAGE_SIZE);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_statistics_set_max_message_size(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_MAX_MESSAGE_SIZE);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_statistics_clear_max_message_size(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_MAX_MESSAGE_SIZE);

    return loom_clear(model, path);
}

/**
 * 5 Average Message Size: R, Integer, optional, in B.
 *
 * Mean message size of the period.
 */
static inline enum loom_status loom_connectivity_statistics_get_average_message_size(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_AVERAGE_MESSAGE_SIZE);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_statistics_set_average_message_size(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_AVERAGE_MESSAGE_SIZE);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_statistics_clear_average_message_size(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_AVERAGE_MESSAGE_SIZE);

    return loom_clear(model, path);
}

/*
 * 6 Start: E, mandatory.
 *
 * Clear the counters and count, for Collection Period or, where that is 0, until Stop.
 *
 * The runtime does it, or tells the product's `executed` hook.
 */

/*
 * 7 Stop: E, mandatory.
 *
 * Stop counting and keep the counters.
 *
 * The runtime does it, or tells the product's `executed` hook.
 */

/**
 * 8 Collection Period: RW, Integer, optional, in s.
 *
 * Seconds to count for after Start; 0: no limit.
 */
static inline enum loom_status loom_connectivity_statistics_get_collection_period(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_COLLECTION_PERIOD);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_statistics_set_collection_period(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_COLLECTION_PERIOD);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_statistics_clear_collection_period(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_STATISTICS, instance, LOOM_CONNECTIVITY_STATISTICS_COLLECTION_PERIOD);

    return loom_clear(model, path);
}

#ifdef __cplusplus
}
#endif

#endif
