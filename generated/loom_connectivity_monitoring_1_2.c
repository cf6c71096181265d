/* SPDX-License-Identifier: Apache-2.0 */
/* Object 4, Connectivity Monitoring, version 1.2: tables.
 *
 * Made by loomc from connectivity-monitoring-1.2.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_connectivity_monitoring_1_2.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_connectivity_monitoring_1_2) <= UINT16_MAX, "an instance is too large");

static const struct loom_range connectivity_monitoring_1_2_ranges[] = {
    {.min.integer = 0, .max.integer = 50}, /* Network Bearer */
    {.min.integer = 0, .max.integer = 100}, /* Link Utilization */
    {.min.integer = 0, .max.integer = 999}, /* SMNC */
};

static const struct loom_resource connectivity_monitoring_1_2_resources[] = {
    {.id = LOOM_CONNECTIVITY_MONITORING_1_2_NETWORK_BEARER, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1, .range = 1,
     .offset = offsetof(struct loom_connectivity_monitoring_1_2, network_bearer), .size = 1},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_2_AVAILABLE_NETWORK_BEARER, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MULTIPLE | LOOM_MANDATORY, .count = 4, .range = 1,
     .offset = offsetof(struct loom_connectivity_monitoring_1_2, available_network_bearer), .size = 1},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_2_RADIO_SIGNAL_STRENGTH, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_connectivity_monitoring_1_2, radio_signal_strength), .size = 8},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_2_LINK_QUALITY, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_connectivity_monitoring_1_2, link_quality), .size = 8},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_2_IP_ADDRESSES, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_MULTIPLE | LOOM_MANDATORY, .count = 4,
     .offset = offsetof(struct loom_connectivity_monitoring_1_2, ip_addresses), .size = 65},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_2_ROUTER_IP_ADDRESSES, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_MULTIPLE, .count = 4,
     .offset = offsetof(struct loom_connectivity_monitoring_1_2, router_ip_addresses), .size = 65},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_2_LINK_UTILIZATION, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1, .range = 2,
     .offset = offsetof(struct loom_connectivity_monitoring_1_2, link_utilization), .size = 1},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_2_APN, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_MULTIPLE, .count = 4,
     .offset = offsetof(struct loom_connectivity_monitoring_1_2, apn), .size = 65},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_2_CELL_ID, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_connectivity_monitoring_1_2, cell_id), .size = 8},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_2_SMNC, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1, .range = 3,
     .offset = offsetof(struct loom_connectivity_monitoring_1_2, smnc), .size = 2},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_2_SMCC, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1, .range = 3,
     .offset = offsetof(struct loom_connectivity_monitoring_1_2, smcc), .size = 2},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_2_SIGNAL_SNR, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_connectivity_monitoring_1_2, signal_snr), .size = 8},
    {.id = LOOM_CONNECTIVITY_MONITORING_1_2_LAC, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_connectivity_monitoring_1_2, lac), .size = 8},
};

const struct loom_object loom_connectivity_monitoring_1_2_object = {
    .id = LOOM_CONNECTIVITY_MONITORING_1_2,
    .version_major = 1,
    .version_minor = 2,
    .instance_size = sizeof(struct loom_connectivity_monitoring_1_2),
    .resource_count = 13,
    .flags = 0,
    .resources = connectivity_monitoring_1_2_resources,
    .ranges = connectivity_monitoring_1_2_ranges,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_connectivity_monitoring_1_2_names = {
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
             "SignalSNR\0"
             "LAC",
    .units = "\0" /* 0 */
             "\0" /* 1 */
             "\0" /* 2 */
             "\0" /* 3 */
             "\0" /* 4 */
             "\0" /* 5 */
             "%\0" /* 6 */
             "\0" /* 7 */
             "\0" /* 8 */
             "\0" /* 9 */
             "\0" /* 10 */
             "dB\0" /* 11 */
             "", /* 12 */
};
#endif
