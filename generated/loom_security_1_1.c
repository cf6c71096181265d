/* SPDX-License-Identifier: Apache-2.0 */
/* Object 0, LWM2M Security, version 1.1: tables.
 *
 * Made by loomc from security-1.1.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_security_1_1.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_security_1_1) <= UINT16_MAX, "an instance is too large");

static const struct loom_range security_1_1_ranges[] = {
    {.min.unsigned_integer = 0, .max.unsigned_integer = 255}, /* LWM2M Server URI */
    {.min.integer = 0, .max.integer = 4}, /* Security Mode */
    {.min.integer = 0, .max.integer = 255}, /* SMS Security Mode */
    {.min.unsigned_integer = 16, .max.unsigned_integer = 16, .more = 1}, /* SMS Binding Secret Key(s) */
    {.min.unsigned_integer = 32, .max.unsigned_integer = 32, .more = 1}, /* SMS Binding Secret Key(s) */
    {.min.unsigned_integer = 48, .max.unsigned_integer = 48}, /* SMS Binding Secret Key(s) */
    {.min.integer = 1, .max.integer = 65534}, /* Short Server ID */
    {.min.unsigned_integer = 0, .max.unsigned_integer = 3}, /* Matching Type */
};

static const struct loom_resource security_1_1_resources[] = {
    {.id = LOOM_SECURITY_1_1_LWM2M_SERVER_URI, .type = LOOM_STRING,
     .access = LOOM_MANDATORY, .count = 1, .range = 1,
     .offset = offsetof(struct loom_security_1_1, lwm2m_server_uri), .size = 256},
    {.id = LOOM_SECURITY_1_1_BOOTSTRAP_SERVER, .type = LOOM_BOOLEAN,
     .access = LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_security_1_1, bootstrap_server), .size = sizeof(bool)},
    {.id = LOOM_SECURITY_1_1_SECURITY_MODE, .type = LOOM_INTEGER,
     .access = LOOM_MANDATORY, .count = 1, .range = 2,
     .offset = offsetof(struct loom_security_1_1, security_mode), .size = 1},
    {.id = LOOM_SECURITY_1_1_PUBLIC_KEY_OR_IDENTITY, .type = LOOM_OPAQUE,
     .access = LOOM_MANDATORY | LOOM_CREDENTIAL, .count = 1,
     .offset = offsetof(struct loom_security_1_1, public_key_or_identity), .size = 128},
    {.id = LOOM_SECURITY_1_1_SERVER_PUBLIC_KEY, .type = LOOM_OPAQUE,
     .access = LOOM_MANDATORY | LOOM_CREDENTIAL, .count = 1,
     .offset = offsetof(struct loom_security_1_1, server_public_key), .size = 64},
    {.id = LOOM_SECURITY_1_1_SECRET_KEY, .type = LOOM_OPAQUE,
     .access = LOOM_MANDATORY | LOOM_SECRET | LOOM_CREDENTIAL, .count = 1,
     .offset = offsetof(struct loom_security_1_1, secret_key), .size = 64},
    {.id = LOOM_SECURITY_1_1_SMS_SECURITY_MODE, .type = LOOM_INTEGER,
     .access = 0, .count = 1, .range = 3,
     .offset = offsetof(struct loom_security_1_1, sms_security_mode), .size = 2},
    {.id = LOOM_SECURITY_1_1_SMS_BINDING_KEY_PARAMETERS, .type = LOOM_OPAQUE,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_security_1_1, sms_binding_key_parameters), .size = 64},
    {.id = LOOM_SECURITY_1_1_SMS_BINDING_SECRET_KEY_S, .type = LOOM_OPAQUE,
     .access = LOOM_SECRET, .count = 1, .range = 4,
     .offset = offsetof(struct loom_security_1_1, sms_binding_secret_key_s), .size = 48},
    {.id = LOOM_SECURITY_1_1_LWM2M_SERVER_SMS_NUMBER, .type = LOOM_STRING,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_security_1_1, lwm2m_server_sms_number), .size = 65},
    {.id = LOOM_SECURITY_1_1_SHORT_SERVER_ID, .type = LOOM_INTEGER,
     .access = 0, .count = 1, .range = 7,
     .offset = offsetof(struct loom_security_1_1, short_server_id), .size = 4},
    {.id = LOOM_SECURITY_1_1_CLIENT_HOLD_OFF_TIME, .type = LOOM_INTEGER,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_security_1_1, client_hold_off_time), .size = 8},
    {.id = LOOM_SECURITY_1_1_BOOTSTRAP_SERVER_ACCOUNT_TIMEOUT, .type = LOOM_INTEGER,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_security_1_1, bootstrap_server_account_timeout), .size = 8},
    {.id = LOOM_SECURITY_1_1_MATCHING_TYPE, .type = LOOM_UNSIGNED,
     .access = 0, .count = 1, .range = 8,
     .offset = offsetof(struct loom_security_1_1, matching_type), .size = 1},
    {.id = LOOM_SECURITY_1_1_SNI, .type = LOOM_STRING,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_security_1_1, sni), .size = 65},
    {.id = LOOM_SECURITY_1_1_CERTIFICATE_USAGE, .type = LOOM_UNSIGNED,
     .access = 0, .count = 1, .range = 8,
     .offset = offsetof(struct loom_security_1_1, certificate_usage), .size = 1},
    {.id = LOOM_SECURITY_1_1_DTLS_TLS_CIPHERSUITE, .type = LOOM_UNSIGNED,
     .access = LOOM_MULTIPLE, .count = 4,
     .offset = offsetof(struct loom_security_1_1, dtls_tls_ciphersuite), .size = 8},
    {.id = LOOM_SECURITY_1_1_OSCORE_SECURITY_MODE, .type = LOOM_OBJLNK,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_security_1_1, oscore_security_mode), .size = sizeof(struct loom_objlnk)},
};

const struct loom_object loom_security_1_1_object = {
    .id = LOOM_SECURITY_1_1,
    .version_major = 1,
    .version_minor = 1,
    .instance_size = sizeof(struct loom_security_1_1),
    .resource_count = 18,
    .flags = LOOM_OBJECT_MULTIPLE | LOOM_OBJECT_MANDATORY | LOOM_OBJECT_PERSISTENT | LOOM_OBJECT_ACCOUNT,
    .resources = security_1_1_resources,
    .ranges = security_1_1_ranges,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_security_1_1_names = {
    .names = "LWM2M Security\0"
             "LWM2M Server URI\0"
             "Bootstrap-Server\0"
             "Security Mode\0"
             "Public Key or Identity\0"
             "Server Public Key\0"
             "Secret Key\0"
             "SMS Security Mode\0"
             "SMS Binding Key Parameters\0"
             "SMS Binding Secret Key(s)\0"
             "LwM2M Server SMS Number\0"
             "Short Server ID\0"
             "Client Hold Off Time\0"
             "Bootstrap-Server Account Timeout\0"
             "Matching Type\0"
             "SNI\0"
             "Certificate Usage\0"
             "DTLS/TLS Ciphersuite\0"
             "OSCORE Security Mode",
    .units = "\0" /* 0 */
             "\0" /* 1 */
             "\0" /* 2 */
             "\0" /* 3 */
             "\0" /* 4 */
             "\0" /* 5 */
             "\0" /* 6 */
             "\0" /* 7 */
             "\0" /* 8 */
             "\0" /* 9 */
             "\0" /* 10 */
             "s\0" /* 11 */
             "s\0" /* 12 */
             "s\0" /* 13 */
             "\0" /* 14 */
             "s\0" /* 15 */
             "\0" /* 16 */
             "", /* 17 */
};
#endif
