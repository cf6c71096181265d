/* SPDX-License-Identifier: Apache-2.0 */
/* Object 0, LWM2M Security, version 1.2: tables.
 *
 * Made by loomc from security-1.2.xml. Do not edit: change the model or the profile and build
 * again. */
#include "loom_security_1_2.h"

LOOM_STATIC_ASSERT(sizeof(bool) == 1, "a Boolean is one byte");
LOOM_STATIC_ASSERT(sizeof(struct loom_security_1_2) <= UINT16_MAX, "an instance is too large");

static const struct loom_range security_1_2_ranges[] = {
    {.min.unsigned_integer = 0, .max.unsigned_integer = 255}, /* LWM2M Server URI */
    {.min.integer = 0, .max.integer = 4}, /* Security Mode */
    {.min.integer = 0, .max.integer = 255}, /* SMS Security Mode */
    {.min.unsigned_integer = 16, .max.unsigned_integer = 16, .more = 1}, /* SMS Binding Secret Key(s) */
    {.min.unsigned_integer = 32, .max.unsigned_integer = 32, .more = 1}, /* SMS Binding Secret Key(s) */
    {.min.unsigned_integer = 48, .max.unsigned_integer = 48}, /* SMS Binding Secret Key(s) */
    {.min.integer = 1, .max.integer = 65534}, /* Short Server ID */
    {.min.unsigned_integer = 0, .max.unsigned_integer = 3}, /* Matching Type */
    {.min.unsigned_integer = 0, .max.unsigned_integer = 65535}, /* Groups To Use by Client */
    {.min.integer = 0, .max.integer = 15}, /* RDS Destination Port */
};

static const struct loom_resource security_1_2_resources[] = {
    {.id = LOOM_SECURITY_1_2_LWM2M_SERVER_URI, .type = LOOM_STRING,
     .access = LOOM_MANDATORY, .count = 1, .range = 1,
     .offset = offsetof(struct loom_security_1_2, lwm2m_server_uri), .size = 256},
    {.id = LOOM_SECURITY_1_2_BOOTSTRAP_SERVER, .type = LOOM_BOOLEAN,
     .access = LOOM_MANDATORY, .count = 1,
     .offset = offsetof(struct loom_security_1_2, bootstrap_server), .size = sizeof(bool)},
    {.id = LOOM_SECURITY_1_2_SECURITY_MODE, .type = LOOM_INTEGER,
     .access = LOOM_MANDATORY, .count = 1, .range = 2,
     .offset = offsetof(struct loom_security_1_2, security_mode), .size = 1},
    {.id = LOOM_SECURITY_1_2_PUBLIC_KEY_OR_IDENTITY, .type = LOOM_OPAQUE,
     .access = LOOM_MANDATORY | LOOM_CREDENTIAL, .count = 1,
     .offset = offsetof(struct loom_security_1_2, public_key_or_identity), .size = 128},
    {.id = LOOM_SECURITY_1_2_SERVER_PUBLIC_KEY, .type = LOOM_OPAQUE,
     .access = LOOM_MANDATORY | LOOM_CREDENTIAL, .count = 1,
     .offset = offsetof(struct loom_security_1_2, server_public_key), .size = 64},
    {.id = LOOM_SECURITY_1_2_SECRET_KEY, .type = LOOM_OPAQUE,
     .access = LOOM_MANDATORY | LOOM_SECRET | LOOM_CREDENTIAL, .count = 1,
     .offset = offsetof(struct loom_security_1_2, secret_key), .size = 64},
    {.id = LOOM_SECURITY_1_2_SMS_SECURITY_MODE, .type = LOOM_INTEGER,
     .access = 0, .count = 1, .range = 3,
     .offset = offsetof(struct loom_security_1_2, sms_security_mode), .size = 2},
    {.id = LOOM_SECURITY_1_2_SMS_BINDING_KEY_PARAMETERS, .type = LOOM_OPAQUE,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_security_1_2, sms_binding_key_parameters), .size = 64},
    {.id = LOOM_SECURITY_1_2_SMS_BINDING_SECRET_KEY_S, .type = LOOM_OPAQUE,
     .access = LOOM_SECRET, .count = 1, .range = 4,
     .offset = offsetof(struct loom_security_1_2, sms_binding_secret_key_s), .size = 48},
    {.id = LOOM_SECURITY_1_2_LWM2M_SERVER_SMS_NUMBER, .type = LOOM_STRING,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_security_1_2, lwm2m_server_sms_number), .size = 65},
    {.id = LOOM_SECURITY_1_2_SHORT_SERVER_ID, .type = LOOM_INTEGER,
     .access = 0, .count = 1, .range = 7,
     .offset = offsetof(struct loom_security_1_2, short_server_id), .size = 4},
    {.id = LOOM_SECURITY_1_2_CLIENT_HOLD_OFF_TIME, .type = LOOM_INTEGER,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_security_1_2, client_hold_off_time), .size = 8},
    {.id = LOOM_SECURITY_1_2_BOOTSTRAP_SERVER_ACCOUNT_TIMEOUT, .type = LOOM_INTEGER,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_security_1_2, bootstrap_server_account_timeout), .size = 8},
    {.id = LOOM_SECURITY_1_2_MATCHING_TYPE, .type = LOOM_UNSIGNED,
     .access = 0, .count = 1, .range = 8,
     .offset = offsetof(struct loom_security_1_2, matching_type), .size = 1},
    {.id = LOOM_SECURITY_1_2_SNI, .type = LOOM_STRING,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_security_1_2, sni), .size = 65},
    {.id = LOOM_SECURITY_1_2_CERTIFICATE_USAGE, .type = LOOM_UNSIGNED,
     .access = 0, .count = 1, .range = 8,
     .offset = offsetof(struct loom_security_1_2, certificate_usage), .size = 1},
    {.id = LOOM_SECURITY_1_2_DTLS_TLS_CIPHERSUITE, .type = LOOM_UNSIGNED,
     .access = LOOM_MULTIPLE, .count = 4,
     .offset = offsetof(struct loom_security_1_2, dtls_tls_ciphersuite), .size = 8},
    {.id = LOOM_SECURITY_1_2_OSCORE_SECURITY_MODE, .type = LOOM_OBJLNK,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_security_1_2, oscore_security_mode), .size = sizeof(struct loom_objlnk)},
    {.id = LOOM_SECURITY_1_2_GROUPS_TO_USE_BY_CLIENT, .type = LOOM_UNSIGNED,
     .access = LOOM_MULTIPLE, .count = 4, .range = 9,
     .offset = offsetof(struct loom_security_1_2, groups_to_use_by_client), .size = 2},
    {.id = LOOM_SECURITY_1_2_SIGNATURE_ALGORITHMS_SUPPORTED_BY_SERVER, .type = LOOM_UNSIGNED,
     .access = LOOM_MULTIPLE, .count = 4, .range = 9,
     .offset = offsetof(struct loom_security_1_2, signature_algorithms_supported_by_server), .size = 2},
    {.id = LOOM_SECURITY_1_2_SIGNATURE_ALGORITHMS_TO_USE_BY_CLIENT, .type = LOOM_UNSIGNED,
     .access = LOOM_MULTIPLE, .count = 4, .range = 9,
     .offset = offsetof(struct loom_security_1_2, signature_algorithms_to_use_by_client), .size = 2},
    {.id = LOOM_SECURITY_1_2_SIGNATURE_ALGORITHM_CERTS_SUPPORTED_BY_SERVER, .type = LOOM_UNSIGNED,
     .access = LOOM_MULTIPLE, .count = 4, .range = 9,
     .offset = offsetof(struct loom_security_1_2, signature_algorithm_certs_supported_by_server), .size = 2},
    {.id = LOOM_SECURITY_1_2_TLS_1_3_FEATURES_TO_USE_BY_CLIENT, .type = LOOM_UNSIGNED,
     .access = 0, .count = 1, .range = 9,
     .offset = offsetof(struct loom_security_1_2, tls_1_3_features_to_use_by_client), .size = 2},
    {.id = LOOM_SECURITY_1_2_TLS_EXTENSIONS_SUPPORTED_BY_SERVER, .type = LOOM_UNSIGNED,
     .access = 0, .count = 1, .range = 9,
     .offset = offsetof(struct loom_security_1_2, tls_extensions_supported_by_server), .size = 2},
    {.id = LOOM_SECURITY_1_2_TLS_EXTENSIONS_TO_USE_BY_CLIENT, .type = LOOM_UNSIGNED,
     .access = 0, .count = 1, .range = 9,
     .offset = offsetof(struct loom_security_1_2, tls_extensions_to_use_by_client), .size = 2},
    {.id = LOOM_SECURITY_1_2_SECONDARY_LWM2M_SERVER_URI, .type = LOOM_STRING,
     .access = LOOM_MULTIPLE, .count = 4, .range = 1,
     .offset = offsetof(struct loom_security_1_2, secondary_lwm2m_server_uri), .size = 256},
    {.id = LOOM_SECURITY_1_2_MQTT_SERVER, .type = LOOM_OBJLNK,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_security_1_2, mqtt_server), .size = sizeof(struct loom_objlnk)},
    {.id = LOOM_SECURITY_1_2_LWM2M_COSE_SECURITY, .type = LOOM_OBJLNK,
     .access = LOOM_MULTIPLE, .count = 4,
     .offset = offsetof(struct loom_security_1_2, lwm2m_cose_security), .size = sizeof(struct loom_objlnk)},
    {.id = LOOM_SECURITY_1_2_RDS_DESTINATION_PORT, .type = LOOM_INTEGER,
     .access = 0, .count = 1, .range = 10,
     .offset = offsetof(struct loom_security_1_2, rds_destination_port), .size = 1},
    {.id = LOOM_SECURITY_1_2_RDS_SOURCE_PORT, .type = LOOM_INTEGER,
     .access = 0, .count = 1, .range = 10,
     .offset = offsetof(struct loom_security_1_2, rds_source_port), .size = 1},
    {.id = LOOM_SECURITY_1_2_RDS_APPLICATION_ID, .type = LOOM_STRING,
     .access = 0, .count = 1,
     .offset = offsetof(struct loom_security_1_2, rds_application_id), .size = 65},
};

const struct loom_object loom_security_1_2_object = {
    .id = LOOM_SECURITY_1_2,
    .version_major = 1,
    .version_minor = 2,
    .instance_size = sizeof(struct loom_security_1_2),
    .resource_count = 31,
    .flags = LOOM_OBJECT_MULTIPLE | LOOM_OBJECT_MANDATORY | LOOM_OBJECT_PERSISTENT | LOOM_OBJECT_ACCOUNT,
    .resources = security_1_2_resources,
    .ranges = security_1_2_ranges,
};

#ifndef LOOM_WITHOUT_NAMES
const struct loom_object_names loom_security_1_2_names = {
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
             "OSCORE Security Mode\0"
             "Groups To Use by Client\0"
             "Signature Algorithms Supported by Server\0"
             "Signature Algorithms To Use by Client\0"
             "Signature Algorithm Certs Supported by Server\0"
             "TLS 1.3 Features To Use by Client\0"
             "TLS Extensions Supported by Server\0"
             "TLS Extensions To Use by Client\0"
             "Secondary LwM2M Server URI\0"
             "MQTT Server\0"
             "LwM2M COSE Security\0"
             "RDS Destination Port\0"
             "RDS Source Port\0"
             "RDS Application ID",
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
             "\0" /* 13 */
             "\0" /* 14 */
             "\0" /* 15 */
             "\0" /* 16 */
             "\0" /* 17 */
             "\0" /* 18 */
             "\0" /* 19 */
             "\0" /* 20 */
             "\0" /* 21 */
             "\0" /* 22 */
             "\0" /* 23 */
             "\0" /* 24 */
             "\0" /* 25 */
             "\0" /* 26 */
             "\0" /* 27 */
             "\0" /* 28 */
             "\0" /* 29 */
             "", /* 30 */
};
#endif
