/* SPDX-License-Identifier: Apache-2.0 */
/* Object 7, Connectivity Statistics, version 1.0: tables.
 *
 * Made by loomc from connectivity-statistics-1.0.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_connectivity_statistics.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_connectivity_statistics) <= UINT16_MAX, "an instance is too large");

static const struct loom_preset connectivity_statistics_presets[] = {
    {.resource = LOOM_CONNECTIVITY_STATISTICS_COLLECTION_PERIOD,
     .value = {.type = LOOM_INTEGER, .as.integer = 0}},
};

static const struct loom_resource connectivity_statistics_resources[] = {
    {.id = LOOM_CONNECTIVITY_STATISTICS_SMS_TX_COUNTER, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_connectivity_statistics, sms_tx_counter), .size = 8},
    {.id = LOOM_CONNECTIVITY_STATISTICS_SMS_RX_COUNTER, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_connectivity_statistics, sms_rx_counter), .size = 8},
    {.id = LOOM_CONNECTIVITY_STATISTICS_TX_DATA, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_connectivity_statistics, tx_data), .size = 8},
    {.id = LOOM_CONNECTIVITY_STATISTICS_RX_DATA, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_connectivity_statistics, rx_data), .size = 8},
    {.id = LOOM_CONNECTIVITY_STATISTICS_MAX_MESSAGE_SIZE, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_connectivity_statistics, max_message_size), .size = 8},
    {.id = LOOM_CONNECTIVITY_STATISTICS_AVERAGE_MESSAGE_SIZE, .type = LOOM_INTEGER,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_connectivity_statistics, average_message_size), .size = 8},
    {.id = LOOM_CONNECTIVITY_STATISTICS_START, .type = LOOM_NONE,
     .access = LOOM_E | LOOM_MANDATORY, .count = 1},
    {.id = LOOM_CONNECTIVITY_STATISTICS_STOP, .type = LOOM_NONE,
     .access = LOOM_E | LOOM_MANDATORY, .count = 1},
    {.id = LOOM_CONNECTIVITY_STATISTICS_COLLECTION_PERIOD, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_connectivity_statistics, collection_period), .size = 8},
};

const struct loom_object loom_connectivity_statistics_object = {
    .id = LOOM_CONNECTIVITY_STATISTICS,
    .version_major = 1,
    .version_minor = 0,
    .instance_size = sizeof(struct loom_connectivity_statistics),
    .resource_count = 9,
    .flags = 0,
    .resources = connectivity_statistics_resources,
    .presets = connectivity_statistics_presets,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_connectivity_statistics_names = {
    .names = "Connectivity Statistics\0"
             "SMS Tx Counter\0"
             "SMS Rx Counter\0"
             "Tx Data\0"
             "Rx Data\0"
             "Max Message Size\0"
             "Average Message Size\0"
             "Start\0"
             "Stop\0"
             "Collection Period",
    .units = "\0" /* 0 */
             "\0" /* 1 */
             "\0" /* 2 */
             "\0" /* 3 */
             "B\0" /* 4 */
             "B\0" /* 5 */
             "\0" /* 6 */
             "\0" /* 7 */
             "s", /* 8 */
};
#endif
