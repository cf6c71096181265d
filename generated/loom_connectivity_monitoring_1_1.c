/* SPDX-License-Identifier: Apache-2.0 */
/* Object 4, Connectivity Monitoring, version 1.1: tables.
 *
 * Made by loomc from connectivity-monitoring-1.1.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_connectivity_monitoring_1_1.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_connectivity_monitoring_1_1) <= UINT16_MAX, "an instance is too large");

static const struct loom_range connectivity_monitoring_1_1_ranges[] = {
    {.min.integer = 0, .max.integer = 50}, /* Network Bearer */
    {.min.integer = 0, .max.integer = 100}, /* Link Utilization */
    {.min.integer = 0, .max.integer = 999}, /* SMNC */
};

static const struct loom_resource connectivity_monitoring_1_1_resources[] = {
    {.id = LOOM_CONNECTIVITY_MONITORING_1_1_NETWORK_BEARER, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1, .range = 1,
     .offset = offsetof(struct loom_connectivity_monitoring_1_1, network_bearer), .size = 1},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_1_AVAILABLE_NETWORK_BEARER, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MULTIPLE | LOOM_MANDATORY, .count = 4, .range = 1,
     .offset = offsetof(struct loom_connectivity_monitoring_1_1, available_network_bearer), .size = 1},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_1_RADIO_SIGNAL_STRENGTH, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_connectivity_monitoring_1_1, radio_signal_strength), .size = 8},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_1_LINK_QUALITY, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_connectivity_monitoring_1_1, link_quality), .size = 8},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_1_IP_ADDRESSES, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_MULTIPLE | LOOM_MANDATORY, .count = 4,
     .offset = offsetof(struct loom_connectivity_monitoring_1_1, ip_addresses), .size = 65},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_1_ROUTER_IP_ADDRESSES, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_MULTIPLE, .count = 4,
     .offset = offsetof(struct loom_connectivity_monitoring_1_1, router_ip_addresses), .size = 65},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_1_LINK_UTILIZATION, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1, .range = 2,
     .offset = offsetof(struct loom_connectivity_monitoring_1_1, link_utilization), .size = 1},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_1_APN, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_MULTIPLE, .count = 4,
     .offset = offsetof(struct loom_connectivity_monitoring_1_1, apn), .size = 65},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_1_CELL_ID, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_connectivity_monitoring_1_1, cell_id), .size = 8},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_1_SMNC, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1, .range = 3,
     .offset = offsetof(struct loom_connectivity_monitoring_1_1, smnc), .size = 2},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_1_SMCC, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1, .range = 3,
     .offset = offsetof(struct loom_connectivity_monitoring_1_1, smcc), .size = 2},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_1_SIGNAL_SNR, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_connectivity_monitoring_1_1, signal_snr), .size = 8},
};

const struct loom_object loom_connectivity_monitoring_1_1_object = {
    .id = LOOM_CONNECTIVITY_MONITORING_1_1,
    .version_major = 1,
    .version_minor = 1,
    .instance_size = sizeof(struct loom_connectivity_monitoring_1_1),
    .resource_count = 12,
    .flags = 0,
    .resources = connectivity_monitoring_1_1_resources,
    .ranges = connectivity_monitoring_1_1_ranges,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_connectivity_monitoring_1_1_names = {
    .names = "Connectivity Monitoring\0"
             "Network Bearer\0"
             "Available Network Bearer\0"
             "Radio Signal Strength\0"
             "Link Quality\0"
             "IP Addresses\0"
             "Router IP Addresses\0"
             "Link Utilization\0"
             "APN\0"
             "Cell ID\0"
             "SMNC\0"
             "SMCC\0"
             "SignalSNR",
    .units = "\0" /* 0 */
             "\0" /* 1 */
             "dBm\0" /* 2 */
             "\0" /* 3 */
             "\0" /* 4 */
             "\0" /* 5 */
             "%\0" /* 6 */
             "\0" /* 7 */
             "\0" /* 8 */
             "%\0" /* 9 */
             "\0" /* 10 */
             "dB", /* 11 */
};
#endif
