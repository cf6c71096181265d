/* SPDX-License-Identifier: Apache-2.0 */
/* Object 1, LwM2M Server, version 1.1: tables.
 *
 * Made by loomc from server-1.1.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_server_1_1.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_server_1_1) <= UINT16_MAX, "an instance is too large");

static const struct loom_range server_1_1_ranges[] = {
    {.min.integer = 1, .max.integer = 65534}, /* Short Server ID */
    {.min.unsigned_integer = 0, .max.unsigned_integer = 255}, /* TLS-DTLS Alert Code */
};

static const struct loom_resource server_1_1_resources[] = {
    {.id = LOOM_SERVER_1_1_SHORT_SERVER_ID, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1, .range = 1,
     .offset = offsetof(struct loom_server_1_1, short_server_id), .size = 4},
    {.id = LOOM_SERVER_1_1_LIFETIME, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_server_1_1, lifetime), .size = 8},
    {.id = LOOM_SERVER_1_1_DEFAULT_MINIMUM_PERIOD, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_1, default_minimum_period), .size = 8},
    {.id = LOOM_SERVER_1_1_DEFAULT_MAXIMUM_PERIOD, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_1, default_maximum_period), .size = 8},
    {.id = LOOM_SERVER_1_1_DISABLE, .type = LOOM_NONE,
     .access = LOOM_E, .count = 1},
    {.id = LOOM_SERVER_1_1_DISABLE_TIMEOUT, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_1, disable_timeout), .size = 8},
    {.id = LOOM_SERVER_1_1_NOTIFICATION_STORING_WHEN_DISABLED_OR_OFFLINE, .type = LOOM_BOOLEAN,
     .access = LOOM_R | LOOM_W | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_server_1_1, notification_storing_when_disabled_or_offline), .size = sizeof(bool)},
    {.id = LOOM_SERVER_1_1_BINDING, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_server_1_1, binding), .size = 65},
    {.id = LOOM_SERVER_1_1_REGISTRATION_UPDATE_TRIGGER, .type = LOOM_NONE,
     .access = LOOM_E | LOOM_MANDATORY, .count = 1},
    {.id = LOOM_SERVER_1_1_BOOTSTRAP_REQUEST_TRIGGER, .type = LOOM_NONE,
     .access = LOOM_E, .count = 1},
    {.id = LOOM_SERVER_1_1_APN_LINK, .type = LOOM_OBJLNK,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_1, apn_link), .size = sizeof(struct loom_objlnk)},
    {.id = LOOM_SERVER_1_1_TLS_DTLS_ALERT_CODE, .type = LOOM_UNSIGNED,
     .access = LOOM_R, .count = 1, .range = 2,
     .offset = offsetof(struct loom_server_1_1, tls_dtls_alert_code), .size = 1},
    {.id = LOOM_SERVER_1_1_LAST_BOOTSTRAPPED, .type = LOOM_TIME,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_server_1_1, last_bootstrapped), .size = 8},
    {.id = LOOM_SERVER_1_1_REGISTRATION_PRIORITY_ORDER, .type = LOOM_UNSIGNED,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_server_1_1, registration_priority_order), .size = 8},
    {.id = LOOM_SERVER_1_1_INITIAL_REGISTRATION_DELAY_TIMER, .type = LOOM_UNSIGNED,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_server_1_1, initial_registration_delay_timer), .size = 8},
    {.id = LOOM_SERVER_1_1_REGISTRATION_FAILURE_BLOCK, .type = LOOM_BOOLEAN,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_server_1_1, registration_failure_block), .size = sizeof(bool)},
    {.id = LOOM_SERVER_1_1_BOOTSTRAP_ON_REGISTRATION_FAILURE, .type = LOOM_BOOLEAN,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_server_1_1, bootstrap_on_registration_failure), .size = sizeof(bool)},
    {.id = LOOM_SERVER_1_1_COMMUNICATION_RETRY_COUNT, .type = LOOM_UNSIGNED,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_server_1_1, communication_retry_count), .size = 8},
    {.id = LOOM_SERVER_1_1_COMMUNICATION_RETRY_TIMER, .type = LOOM_UNSIGNED,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_server_1_1, communication_retry_timer), .size = 8},
    {.id = LOOM_SERVER_1_1_COMMUNICATION_SEQUENCE_DELAY_TIMER, .type = LOOM_UNSIGNED,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_server_1_1, communication_sequence_delay_timer), .size = 8},
    {.id = LOOM_SERVER_1_1_COMMUNICATION_SEQUENCE_RETRY_COUNT, .type = LOOM_UNSIGNED,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_server_1_1, communication_sequence_retry_count), .size = 8},
    {.id = LOOM_SERVER_1_1_TRIGGER, .type = LOOM_BOOLEAN,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_1, trigger), .size = sizeof(bool)},
    {.id = LOOM_SERVER_1_1_PREFERRED_TRANSPORT, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_1, preferred_transport), .size = 65},
    {.id = LOOM_SERVER_1_1_MUTE_SEND, .type = LOOM_BOOLEAN,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_1, mute_send), .size = sizeof(bool)},
};

const struct loom_object loom_server_1_1_object = {
    .id = LOOM_SERVER_1_1,
    .version_major = 1,
    .version_minor = 1,
    .instance_size = sizeof(struct loom_server_1_1),
    .resource_count = 24,
    .flags = LOOM_OBJECT_MULTIPLE | LOOM_OBJECT_MANDATORY | LOOM_OBJECT_PERSISTENT | LOOM_OBJECT_ACCOUNT,
    .resources = server_1_1_resources,
    .ranges = server_1_1_ranges,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_server_1_1_names = {
    .names = "LwM2M Server\0"
             "Short Server ID\0"
             "Lifetime\0"
             "Default Minimum Period\0"
             "Default Maximum Period\0"
             "Disable\0"
             "Disable Timeout\0"
             "Notification Storing When Disabled or Offline\0"
             "Binding\0"
             "Registration Update Trigger\0"
             "Bootstrap-Request Trigger\0"
             "APN Link\0"
             "TLS-DTLS Alert Code\0"
             "Last Bootstrapped\0"
             "Registration Priority Order\0"
             "Initial Registration Delay Timer\0"
             "Registration Failure Block\0"
             "Bootstrap on Registration Failure\0"
             "Communication Retry Count\0"
             "Communication Retry Timer\0"
             "Communication Sequence Delay Timer\0"
             "Communication Sequence Retry Count\0"
             "Trigger\0"
             "Preferred Transport\0"
             "Mute Send",
    .units = "\0" /* 0 */
             "s\0" /* 1 */
             "s\0" /* 2 */
             "s\0" /* 3 */
             "\0" /* 4 */
             "s\0" /* 5 */
             "\0" /* 6 */
             "\0" /* 7 */
             "\0" /* 8 */
             "\0" /* 9 */
             "\0" /* 10 */
             "\0" /* 11 */
             "\0" /* 12 */
             "\0" /* 13 */
             "s\0" /* 14 */
             "\0" /* 15 */
             "\0" /* 16 */
             "\0" /* 17 */
             "s\0" /* 18 */
             "\0" /* 19 */
             "\0" /* 20 */
             "\0" /* 21 */
             "\0" /* 22 */
             "", /* 23 */
};
#endif
