/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object 4, Connectivity Monitoring, version 1.0 (LwM2M 1.0).
 *
 * Made by loomc from connectivity-monitoring-1.0.xml. Do not edit: change the model or the profile and build
 * again.
 *
 * State of the network link in use: bearer, signal, addresses and cell.
 */
#ifndef LOOM_GENERATED_CONNECTIVITY_MONITORING_H
#define LOOM_GENERATED_CONNECTIVITY_MONITORING_H

#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

LOOM_TABLE_LAYOUT_CHECK(6);

/** Ids of the object and of its resources. */
enum {
    LOOM_CONNECTIVITY_MONITORING = 4,
    LOOM_CONNECTIVITY_MONITORING_NETWORK_BEARER = 0,
    LOOM_CONNECTIVITY_MONITORING_AVAILABLE_NETWORK_BEARER = 1,
    LOOM_CONNECTIVITY_MONITORING_RADIO_SIGNAL_STRENGTH = 2,
    LOOM_CONNECTIVITY_MONITORING_LINK_QUALITY = 3,
    LOOM_CONNECTIVITY_MONITORING_IP_ADDRESSES = 4,
    LOOM_CONNECTIVITY_MONITORING_ROUTER_IP_ADDRESSES = 5,
    LOOM_CONNECTIVITY_MONITORING_LINK_UTILIZATION = 6,
    LOOM_CONNECTIVITY_MONITORING_APN = 7,
    LOOM_CONNECTIVITY_MONITORING_CELL_ID = 8,
    LOOM_CONNECTIVITY_MONITORING_SMNC = 9,
    LOOM_CONNECTIVITY_MONITORING_SMCC = 10,
};

/** Values of resource 0, Network Bearer. */
enum {
    LOOM_CONNECTIVITY_MONITORING_NETWORK_BEARER_GSM = 0,
    LOOM_CONNECTIVITY_MONITORING_NETWORK_BEARER_LTE_FDD = 6,
    LOOM_CONNECTIVITY_MONITORING_NETWORK_BEARER_NB_IOT = 7,
    LOOM_CONNECTIVITY_MONITORING_NETWORK_BEARER_WLAN = 21,
    LOOM_CONNECTIVITY_MONITORING_NETWORK_BEARER_BLUETOOTH = 22,
    LOOM_CONNECTIVITY_MONITORING_NETWORK_BEARER_IEEE_802_15_4 = 23,
    LOOM_CONNECTIVITY_MONITORING_NETWORK_BEARER_ETHERNET = 41,
};

/** One instance, laid out as loom/table.h says. Read and write it with the functions below: they keep
 *  `present` right and check every value. */
struct loom_connectivity_monitoring {
    uint16_t id;
    uint8_t present[2];
    int8_t network_bearer; /* 0 */
    struct { uint16_t id; int8_t value; } available_network_bearer[4]; /* 1 */
    int64_t radio_signal_strength; /* 2 */
    int64_t link_quality; /* 3 */
    struct { uint16_t id; char value[65]; } ip_addresses[4]; /* 4 */
    struct { uint16_t id; char value[65]; } router_ip_addresses[4]; /* 5 */
    int8_t link_utilization; /* 6 */
    struct { uint16_t id; char value[65]; } apn[4]; /* 7 */
    int64_t cell_id; /* 8 */
    int16_t smnc; /* 9 */
    int16_t smcc; /* 10 */
};

extern const struct loom_object loom_connectivity_monitoring_object;
#ifndef LOOM_WITHOUT_NAMES
extern const struct loom_object_names loom_connectivity_monitoring_names;
#endif

/**
 * 0 Network Bearer: R, Integer, mandatory, 0-50.
 *
 * Bearer in use. 0 to 20 are cellular, 21 to 40 wireless, 41 to 50 wired. Among them are:
 * 0: GSM, 6: LTE-FDD, 7: NB-IoT, 21: WLAN, 22: Bluetooth, 23: IEEE 802.15.4, 41: Ethernet.
 */
static inline enum loom_status loom_connectivity_monitoring_get_network_bearer(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_NETWORK_BEARER);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_set_network_bearer(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_NETWORK_BEARER);

    return loom_set_integer(model, path, value);
}

/**
 * 1 Available Network Bearer: R, Integer, multiple, mandatory, 0-50.
 *
 * Bearers at hand, numbered as in Network Bearer.
 */
static inline enum loom_status loom_connectivity_monitoring_get_available_network_bearer(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_AVAILABLE_NETWORK_BEARER, resource_instance);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_set_available_network_bearer(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, int64_t value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_AVAILABLE_NETWORK_BEARER, resource_instance);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_clear_available_network_bearer(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_AVAILABLE_NETWORK_BEARER, resource_instance);

    return loom_clear(model, path);
}

/**
 * 2 Radio Signal Strength: R, Integer, mandatory, in dBm.
 *
 * Mean signal strength of the bearer in use, in dBm: RSSI for GSM, RSCP for UMTS, RSRP for LTE,
 * NRSRP for NB-IoT.
 */
static inline enum loom_status loom_connectivity_monitoring_get_radio_signal_strength(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_RADIO_SIGNAL_STRENGTH);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_set_radio_signal_strength(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_RADIO_SIGNAL_STRENGTH);

    return loom_set_integer(model, path, value);
}

/**
 * 3 Link Quality: R, Integer, optional.
 *
 * Quality of reception in the bearer's own measure, such as LQI, RxQual or RSRQ.
 */
static inline enum loom_status loom_connectivity_monitoring_get_link_quality(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_LINK_QUALITY);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_set_link_quality(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_LINK_QUALITY);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_clear_link_quality(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_LINK_QUALITY);

    return loom_clear(model, path);
}

/**
 * 4 IP Addresses: R, String, multiple, mandatory.
 *
 * IP addresses of the interface.
 */
static inline enum loom_status loom_connectivity_monitoring_get_ip_addresses(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, struct loom_text *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_IP_ADDRESSES, resource_instance);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_set_ip_addresses(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, const char *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_IP_ADDRESSES, resource_instance);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_clear_ip_addresses(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_IP_ADDRESSES, resource_instance);

    return loom_clear(model, path);
}

/**
 * 5 Router IP Addresses: R, String, multiple, optional.
 *
 * Next router of each of the IP Addresses.
 */
static inline enum loom_status loom_connectivity_monitoring_get_router_ip_addresses(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, struct loom_text *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_ROUTER_IP_ADDRESSES, resource_instance);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_set_router_ip_addresses(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, const char *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_ROUTER_IP_ADDRESSES, resource_instance);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_clear_router_ip_addresses(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_ROUTER_IP_ADDRESSES, resource_instance);

    return loom_clear(model, path);
}

/**
 * 6 Link Utilization: R, Integer, optional, 0-100, in %.
 *
 * Mean load of the link to the next router in percent.
 */
static inline enum loom_status loom_connectivity_monitoring_get_link_utilization(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_LINK_UTILIZATION);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_set_link_utilization(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_LINK_UTILIZATION);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_clear_link_utilization(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_LINK_UTILIZATION);

    return loom_clear(model, path);
}

/**
 * 7 APN: R, String, multiple, optional.
 *
 * Access Point Names of a cellular bearer.
 */
static inline enum loom_status loom_connectivity_monitoring_get_apn(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, struct loom_text *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_APN, resource_instance);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_set_apn(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, const char *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_APN, resource_instance);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_clear_apn(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_APN, resource_instance);

    return loom_clear(model, path);
}

/**
 * 8 Cell ID: R, Integer, optional.
 *
 * Serving cell of a cellular bearer; its width depends on the network, 16 or 28 bits.
 */
static inline enum loom_status loom_connectivity_monitoring_get_cell_id(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_CELL_ID);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_set_cell_id(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_CELL_ID);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_clear_cell_id(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_CELL_ID);

    return loom_clear(model, path);
}

/**
 * 9 SMNC: R, Integer, optional, 0-999, in %.
 *
 * Mobile network code of the serving network.
 */
static inline enum loom_status loom_connectivity_monitoring_get_smnc(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_SMNC);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_set_smnc(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_SMNC);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_clear_smnc(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_SMNC);

    return loom_clear(model, path);
}

/**
 * 10 SMCC: R, Integer, optional, 0-999.
 *
 * Mobile country code of the serving network.
 */
static inline enum loom_status loom_connectivity_monitoring_get_smcc(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_SMCC);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_set_smcc(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_SMCC);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_connectivity_monitoring_clear_smcc(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_CONNECTIVITY_MONITORING, instance, LOOM_CONNECTIVITY_MONITORING_SMCC);

    return loom_clear(model, path);
}

#ifdef __cplusplus
}
#endif

#endif
