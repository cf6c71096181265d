/* SPDX-License-Identifier: Apache-2.0 */
/* Object 1, LwM2M Server, version 1.2: tables.
 *
 * Made by loomc from server-1.2.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_server_1_2.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_server_1_2) <= UINT16_MAX, "an instance is too large");

static const struct loom_range server_1_2_ranges[] = {
    {.min.integer = 1, .max.integer = 65534}, /* Short Server ID */
    {.min.unsigned_integer = 0, .max.unsigned_integer = 255}, /* TLS-DTLS Alert Code */
    {.min.integer = 0, .max.integer = 1}, /* Default Notification Mode */
};

static const struct loom_resource server_1_2_resources[] = {
    {.id = LOOM_SERVER_1_2_SHORT_SERVER_ID, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_MANDATORY, .count = 1, .range = 1,
     .offset = offsetof(struct loom_server_1_2, short_server_id), .size = 4},
    {.id = LOOM_SERVER_1_2_LIFETIME, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_server_1_2, lifetime), .size = 8},
    {.id = LOOM_SERVER_1_2_DEFAULT_MINIMUM_PERIOD, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_2, default_minimum_period), .size = 8},
    {.id = LOOM_SERVER_1_2_DEFAULT_MAXIMUM_PERIOD, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_2, default_maximum_period), .size = 8},
    {.id = LOOM_SERVER_1_2_DISABLE, .type = LOOM_NONE,
     .access = LOOM_E, .count = 1},
    {.id = LOOM_SERVER_1_2_DISABLE_TIMEOUT, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_2, disable_timeout), .size = 8},
    {.id = LOOM_SERVER_1_2_NOTIFICATION_STORING_WHEN_DISABLED_OR_OFFLINE, .type = LOOM_BOOLEAN,
     .access = LOOM_R | LOOM_W | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_server_1_2, notification_storing_when_disabled_or_offline), .size = sizeof(bool)},
    {.id = LOOM_SERVER_1_2_BINDING, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W | LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_server_1_2, binding), .size = 65},
    {.id = LOOM_SERVER_1_2_REGISTRATION_UPDATE_TRIGGER, .type = LOOM_NONE,
     .access = LOOM_E | LOOM_MANDATORY, .count = 1},
    {.id = LOOM_SERVER_1_2_BOOTSTRAP_REQUEST_TRIGGER, .type = LOOM_NONE,
     .access = LOOM_E, .count = 1},
    {.id = LOOM_SERVER_1_2_APN_LINK, .type = LOOM_OBJLNK,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_2, apn_link), .size = sizeof(struct loom_objlnk)},
    {.id = LOOM_SERVER_1_2_TLS_DTLS_ALERT_CODE, .type = LOOM_UNSIGNED,
     .access = LOOM_R, .count = 1, .range = 2,
     .offset = offsetof(struct loom_server_1_2, tls_dtls_alert_code), .size = 1},
    {.id = LOOM_SERVER_1_2_LAST_BOOTSTRAPPED, .type = LOOM_TIME,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_server_1_2, last_bootstrapped), .size = 8},
    {.id = LOOM_SERVER_1_2_REGISTRATION_PRIORITY_ORDER, .type = LOOM_UNSIGNED,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_server_1_2, registration_priority_order), .size = 8},
    {.id = LOOM_SERVER_1_2_INITIAL_REGISTRATION_DELAY_TIMER, .type = LOOM_UNSIGNED,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_2, initial_registration_delay_timer), .size = 8},
    {.id = LOOM_SERVER_1_2_REGISTRATION_FAILURE_BLOCK, .type = LOOM_BOOLEAN,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_server_1_2, registration_failure_block), .size = sizeof(bool)},
    {.id = LOOM_SERVER_1_2_BOOTSTRAP_ON_REGISTRATION_FAILURE, .type = LOOM_BOOLEAN,
     .access = LOOM_R, .count = 1,
     .offset = offsetof(struct loom_server_1_2, bootstrap_on_registration_failure), .size = sizeof(bool)},
    {.id = LOOM_SERVER_1_2_COMMUNICATION_RETRY_COUNT, .type = LOOM_UNSIGNED,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_2, communication_retry_count), .size = 8},
    {.id = LOOM_SERVER_1_2_COMMUNICATION_RETRY_TIMER, .type = LOOM_UNSIGNED,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_2, communication_retry_timer), .size = 8},
    {.id = LOOM_SERVER_1_2_COMMUNICATION_SEQUENCE_DELAY_TIMER, .type = LOOM_UNSIGNED,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_2, communication_sequence_delay_timer), .size = 8},
    {.id = LOOM_SERVER_1_2_COMMUNICATION_SEQUENCE_RETRY_COUNT, .type = LOOM_UNSIGNED,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_2, communication_sequence_retry_count), .size = 8},
    {.id = LOOM_SERVER_1_2_TRIGGER, .type = LOOM_BOOLEAN,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_2, trigger), .size = sizeof(bool)},
    {.id = LOOM_SERVER_1_2_PREFERRED_TRANSPORT, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_2, preferred_transport), .size = 65},
    {.id = LOOM_SERVER_1_2_MUTE_SEND, .type = LOOM_BOOLEAN,
     .access = LOOM_R | LOOM_W, .count = 1,
     .offset = offsetof(struct loom_server_1_2, mute_send), .size = sizeof(bool)},
    {.id = LOOM_SERVER_1_2_ALTERNATE_APN_LINKS, .type = LOOM_OBJLNK,
     .access = LOOM_R | LOOM_W | LOOM_MULTIPLE, .count = 4,
     .offset = offsetof(struct loom_server_1_2, alternate_apn_links), .size = sizeof(struct loom_objlnk)},
    {.id = LOOM_SERVER_1_2_SUPPORTED_SERVER_VERSIONS, .type = LOOM_STRING,
     .access = LOOM_R | LOOM_W | LOOM_MULTIPLE, .count = 4,
     .offset = offsetof(struct loom_server_1_2, supported_server_versions), .size = 65},
    {.id = LOOM_SERVER_1_2_DEFAULT_NOTIFICATION_MODE, .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W, .count = 1, .range = 3,
     .offset = offsetof(struct loom_server_1_2, default_notification_mode), .size = 1},
    {.id = LOOM_SERVER_1_2_PROFILE_ID_HASH_ALGORITHM, .type = LOOM_UNSIGNED,
     .access = LOOM_R | LOOM_W, .count = 1, .range = 2,
     .offset = offsetof(struct loom_server_1_2, profile_id_hash_algorithm), .size = 1},
};

const struct loom_object loom_server_1_2_object = {
    .id = LOOM_SERVER_1_2,
    .version_major = 1,
    .version_minor = 2,
    .instance_size = sizeof(struct loom_server_1_2),
    .resource_count = 28,
    .flags = LOOM_OBJECT_MULTIPLE | LOOM_OBJECT_MANDATORY | LOOM_OBJECT_PERSISTENT | LOOM_OBJECT_ACCOUNT,
    .resources = server_1_2_resources,
    .ranges = server_1_2_ranges,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_server_1_2_names = {
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
             "Mute Send\0"
             "Alternate APN Links\0"
             "Supported Server Versions\0"
             "Default Notification Mode\0"
             "Profile ID Hash Algorithm",
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
             "s\0" /* 19 */
             "\0" /* 20 */
             "\0" /* 21 */
             "\0" /* 22 */
             "\0" /* 23 */
             "\0" /* 24 */
             "\0" /* 25 */
             "\0" /* 26 */
             "", /* 27 */
};
#endif
