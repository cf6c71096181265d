/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object 0, LWM2M Security, version 1.2 (LwM2M 1.1).
 *
 * Made by loomc from security-1.2.xml. Do not edit: change the model or the profile and build
 * again.
 *
 * One account's way to reach a server: its address, the security mode and the keying material.
 * Only the Bootstrap interface reads or writes it; no LwM2M Server ever sees it.
 */
#ifndef LOOM_GENERATED_SECURITY_1_2_H
#define LOOM_GENERATED_SECURITY_1_2_H

#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

LOOM_TABLE_LAYOUT_CHECK(6);

/** Ids of the object and of its resources. */
enum {
    LOOM_SECURITY_1_2 = 0,
    LOOM_SECURITY_1_2_LWM2M_SERVER_URI = 0,
    LOOM_SECURITY_1_2_BOOTSTRAP_SERVER = 1,
    LOOM_SECURITY_1_2_SECURITY_MODE = 2,
    LOOM_SECURITY_1_2_PUBLIC_KEY_OR_IDENTITY = 3,
    LOOM_SECURITY_1_2_SERVER_PUBLIC_KEY = 4,
    LOOM_SECURITY_1_2_SECRET_KEY = 5,
    LOOM_SECURITY_1_2_SMS_SECURITY_MODE = 6,
    LOOM_SECURITY_1_2_SMS_BINDING_KEY_PARAMETERS = 7,
    LOOM_SECURITY_1_2_SMS_BINDING_SECRET_KEY_S = 8,
    LOOM_SECURITY_1_2_LWM2M_SERVER_SMS_NUMBER = 9,
    LOOM_SECURITY_1_2_SHORT_SERVER_ID = 10,
    LOOM_SECURITY_1_2_CLIENT_HOLD_OFF_TIME = 11,
    LOOM_SECURITY_1_2_BOOTSTRAP_SERVER_ACCOUNT_TIMEOUT = 12,
    LOOM_SECURITY_1_2_MATCHING_TYPE = 13,
    LOOM_SECURITY_1_2_SNI = 14,
    LOOM_SECURITY_1_2_CERTIFICATE_USAGE = 15,
    LOOM_SECURITY_1_2_DTLS_TLS_CIPHERSUITE = 16,
    LOOM_SECURITY_1_2_OSCORE_SECURITY_MODE = 17,
    LOOM_SECURITY_1_2_GROUPS_TO_USE_BY_CLIENT = 18,
    LOOM_SECURITY_1_2_SIGNATURE_ALGORITHMS_SUPPORTED_BY_SERVER = 19,
    LOOM_SECURITY_1_2_SIGNATURE_ALGORITHMS_TO_USE_BY_CLIENT = 20,
    LOOM_SECURITY_1_2_SIGNATURE_ALGORITHM_CERTS_SUPPORTED_BY_SERVER = 21,
    LOOM_SECURITY_1_2_TLS_1_3_FEATURES_TO_USE_BY_CLIENT = 22,
    LOOM_SECURITY_1_2_TLS_EXTENSIONS_SUPPORTED_BY_SERVER = 23,
    LOOM_SECURITY_1_2_TLS_EXTENSIONS_TO_USE_BY_CLIENT = 24,
    LOOM_SECURITY_1_2_SECONDARY_LWM2M_SERVER_URI = 25,
    LOOM_SECURITY_1_2_MQTT_SERVER = 26,
    LOOM_SECURITY_1_2_LWM2M_COSE_SECURITY = 27,
    LOOM_SECURITY_1_2_RDS_DESTINATION_PORT = 28,
    LOOM_SECURITY_1_2_RDS_SOURCE_PORT = 29,
    LOOM_SECURITY_1_2_RDS_APPLICATION_ID = 30,
};

/** Values of resource 2, Security Mode. */
enum {
    LOOM_SECURITY_1_2_SECURITY_MODE_PRE_SHARED_KEY = 0,
    LOOM_SECURITY_1_2_SECURITY_MODE_RAW_PUBLIC_KEY = 1,
    LOOM_SECURITY_1_2_SECURITY_MODE_CERTIFICATE = 2,
    LOOM_SECURITY_1_2_SECURITY_MODE_NONE = 3,
    LOOM_SECURITY_1_2_SECURITY_MODE_CERTIFICATE_ENROLLED_WITH_EST = 4,
};

/** Values of resource 6, SMS Security Mode. */
enum {
    LOOM_SECURITY_1_2_SMS_SECURITY_MODE_DTLS_IN_THE_DEVICE = 1,
    LOOM_SECURITY_1_2_SMS_SECURITY_MODE_SECURED_PACKETS_IN_THE_SMARTCARD = 2,
    LOOM_SECURITY_1_2_SMS_SECURITY_MODE_NONE = 3,
};

/** Values of resource 13, Matching Type. */
enum {
    LOOM_SECURITY_1_2_MATCHING_TYPE_WHOLE_AND_EXACT = 0,
    LOOM_SECURITY_1_2_MATCHING_TYPE_SHA_256 = 1,
    LOOM_SECURITY_1_2_MATCHING_TYPE_SHA_384 = 2,
    LOOM_SECURITY_1_2_MATCHING_TYPE_SHA_512_DIGEST = 3,
};

/** Values of resource 15, Certificate Usage. */
enum {
    LOOM_SECURITY_1_2_CERTIFICATE_USAGE_CA_CONSTRAINT = 0,
    LOOM_SECURITY_1_2_CERTIFICATE_USAGE_SERVICE_CERTIFICATE_CONSTRAINT = 1,
    LOOM_SECURITY_1_2_CERTIFICATE_USAGE_TRUST_ANCHOR = 2,
    LOOM_SECURITY_1_2_CERTIFICATE_USAGE_CERTIFICATE_ISSUED_BY_THE_DOMAIN = 3,
};

/** One instance, laid out as loom/table.h says. Read and write it with the functions below: they keep
 *  `present` right and check every value. */
struct loom_security_1_2 {
    uint16_t id;
    uint8_t present[4];
    char lwm2m_server_uri[256]; /* 0 */
    bool bootstrap_server; /* 1 */
    int8_t security_mode; /* 2 */
    struct { uint16_t length; uint8_t bytes[128]; } public_key_or_identity; /* 3 */
    struct { uint16_t length; uint8_t bytes[64]; } server_public_key; /* 4 */
    struct { uint16_t length; uint8_t bytes[64]; } secret_key; /* 5 */
    int16_t sms_security_mode; /* 6 */
    struct { uint16_t length; uint8_t bytes[64]; } sms_binding_key_parameters; /* 7 */
    struct { uint16_t length; uint8_t bytes[48]; } sms_binding_secret_key_s; /* 8 */
    char lwm2m_server_sms_number[65]; /* 9 */
    int32_t short_server_id; /* 10 */
    int64_t client_hold_off_time; /* 11 */
    int64_t bootstrap_server_account_timeout; /* 12 */
    uint8_t matching_type; /* 13 */
    char sni[65]; /* 14 */
    uint8_t certificate_usage; /* 15 */
    struct { uint16_t id; uint64_t value; } dtls_tls_ciphersuite[4]; /* 16 */
    struct loom_objlnk oscore_security_mode; /* 17 */
    struct { uint16_t id; uint16_t value; } groups_to_use_by_client[4]; /* 18 */
    struct { uint16_t id; uint16_t value; } signature_algorithms_supported_by_server[4]; /* 19 */
    struct { uint16_t id; uint16_t value; } signature_algorithms_to_use_by_client[4]; /* 20 */
    struct { uint16_t id; uint16_t value; } signature_algorithm_certs_supported_by_server[4]; /* 21 */
    uint16_t tls_1_3_features_to_use_by_client; /* 22 */
    uint16_t tls_extensions_supported_by_server; /* 23 */
    uint16_t tls_extensions_to_use_by_client; /* 24 */
    struct { uint16_t id; char value[256]; } secondary_lwm2m_server_uri[4]; /* 25 */
    struct loom_objlnk mqtt_server; /* 26 */
    struct { uint16_t id; struct loom_objlnk value; } lwm2m_cose_security[4]; /* 27 */
    int8_t rds_destination_port; /* 28 */
    int8_t rds_source_port; /* 29 */
    char rds_application_id[65]; /* 30 */
};

extern const struct loom_object loom_security_1_2_object;
#ifndef LOOM_WITHOUT_NAMES
extern const struct loom_object_names loom_security_1_2_names;
#endif

/**
 * 0 LWM2M Server URI: bootstrap only, String, mandatory, 0..255.
 *
 * Address of the server as a CoAP URI, such as coaps://host:port.
 */
static inline enum loom_status loom_security_1_2_get_lwm2m_server_uri(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_LWM2M_SERVER_URI);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_lwm2m_server_uri(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_LWM2M_SERVER_URI);

    return loom_set_text(model, path, value);
}

/**
 * 1 Bootstrap-Server: bootstrap only, Boolean, mandatory.
 *
 * True for the account of a Bootstrap-Server, false for that of an LwM2M Server.
 */
static inline enum loom_status loom_security_1_2_get_bootstrap_server(
    const struct loom_model *model, uint16_t instance, bool *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_BOOTSTRAP_SERVER);

    return loom_get_boolean(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_bootstrap_server(
    struct loom_model *model, uint16_t instance, bool value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_BOOTSTRAP_SERVER);

    return loom_set_boolean(model, path, value);
}

/**
 * 2 Security Mode: bootstrap only, Integer, mandatory, 0..4.
 *
 * How the connection is protected. 0: pre-shared key, 1: raw public key, 2: certificate, 3: none,
 * 4: certificate enrolled with EST.
 */
static inline enum loom_status loom_security_1_2_get_security_mode(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SECURITY_MODE);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_security_mode(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SECURITY_MODE);

    return loom_set_integer(model, path, value);
}

/**
 * 3 Public Key or Identity: bootstrap only, Opaque, mandatory.
 *
 * The client's side of the credential in public: PSK identity, raw public key or certificate, by
 * the security mode.
 */
static inline enum loom_status loom_security_1_2_get_public_key_or_identity(
    const struct loom_model *model, uint16_t instance, struct loom_bytes *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_PUBLIC_KEY_OR_IDENTITY);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_public_key_or_identity(
    struct loom_model *model, uint16_t instance, const uint8_t *data, size_t length)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_PUBLIC_KEY_OR_IDENTITY);

    return loom_set_opaque(model, path, data, length);
}

/**
 * 4 Server Public Key: bootstrap only, Opaque, mandatory.
 *
 * The server's raw public key or certificate; from 1.1 on possibly a trust anchor. Unused with a
 * pre-shared key.
 */
static inline enum loom_status loom_security_1_2_get_server_public_key(
    const struct loom_model *model, uint16_t instance, struct loom_bytes *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SERVER_PUBLIC_KEY);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_server_public_key(
    struct loom_model *model, uint16_t instance, const uint8_t *data, size_t length)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SERVER_PUBLIC_KEY);

    return loom_set_opaque(model, path, data, length);
}

/**
 * 5 Secret Key: bootstrap only, Opaque, mandatory.
 *
 * The secret half: the pre-shared key, or the private key of the client's key pair.
 */
static inline enum loom_status loom_security_1_2_get_secret_key(
    const struct loom_model *model, uint16_t instance, struct loom_bytes *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SECRET_KEY);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_secret_key(
    struct loom_model *model, uint16_t instance, const uint8_t *data, size_t length)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SECRET_KEY);

    return loom_set_opaque(model, path, data, length);
}

/**
 * 6 SMS Security Mode: bootstrap only, Integer, optional, 0..255.
 *
 * Protection of the SMS binding. 1: DTLS in the device, 2: secured packets in the smartcard, 3:
 * none. From 204 to 255 the vendor's own, the rest is reserved.
 */
static inline enum loom_status loom_security_1_2_get_sms_security_mode(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SMS_SECURITY_MODE);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_sms_security_mode(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SMS_SECURITY_MODE);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_sms_security_mode(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SMS_SECURITY_MODE);

    return loom_clear(model, path);
}

/**
 * 7 SMS Binding Key Parameters: bootstrap only, Opaque, optional.
 *
 * Parameters KIc, KID, SPI and TAR of secured SMS packets.
 */
static inline enum loom_status loom_security_1_2_get_sms_binding_key_parameters(
    const struct loom_model *model, uint16_t instance, struct loom_bytes *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SMS_BINDING_KEY_PARAMETERS);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_sms_binding_key_parameters(
    struct loom_model *model, uint16_t instance, const uint8_t *data, size_t length)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SMS_BINDING_KEY_PARAMETERS);

    return loom_set_opaque(model, path, data, length);
}

static inline enum loom_status loom_security_1_2_clear_sms_binding_key_parameters(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SMS_BINDING_KEY_PARAMETERS);

    return loom_clear(model, path);
}

/**
 * 8 SMS Binding Secret Key(s): bootstrap only, Opaque, optional, 16,32,48.
 *
 * Keys of the SMS binding, one after the other.
 */
static inline enum loom_status loom_security_1_2_get_sms_binding_secret_key_s(
    const struct loom_model *model, uint16_t instance, struct loom_bytes *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SMS_BINDING_SECRET_KEY_S);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_sms_binding_secret_key_s(
    struct loom_model *model, uint16_t instance, const uint8_t *data, size_t length)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SMS_BINDING_SECRET_KEY_S);

    return loom_set_opaque(model, path, data, length);
}

static inline enum loom_status loom_security_1_2_clear_sms_binding_secret_key_s(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SMS_BINDING_SECRET_KEY_S);

    return loom_clear(model, path);
}

/**
 * 9 LwM2M Server SMS Number: bootstrap only, String, optional.
 *
 * Telephone number (MSISDN) from which the client talks to the server over SMS.
 */
static inline enum loom_status loom_security_1_2_get_lwm2m_server_sms_number(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_LWM2M_SERVER_SMS_NUMBER);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_lwm2m_server_sms_number(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_LWM2M_SERVER_SMS_NUMBER);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_lwm2m_server_sms_number(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_LWM2M_SERVER_SMS_NUMBER);

    return loom_clear(model, path);
}

/**
 * 10 Short Server ID: bootstrap only, Integer, optional, 1..65534.
 *
 * Number that ties this account to its Server instance. Must be present unless this is a
 * Bootstrap-Server account; 0 and 65535 name no server.
 */
static inline enum loom_status loom_security_1_2_get_short_server_id(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SHORT_SERVER_ID);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_short_server_id(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SHORT_SERVER_ID);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_short_server_id(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SHORT_SERVER_ID);

    return loom_clear(model, path);
}

/**
 * 11 Client Hold Off Time: bootstrap only, Integer, optional, in s.
 *
 * Seconds that a client lets pass before it asks for a bootstrap by itself, so that a server may
 * start one first. Meaningful in a Bootstrap-Server account only.
 */
static inline enum loom_status loom_security_1_2_get_client_hold_off_time(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_CLIENT_HOLD_OFF_TIME);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_client_hold_off_time(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_CLIENT_HOLD_OFF_TIME);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_client_hold_off_time(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_CLIENT_HOLD_OFF_TIME);

    return loom_clear(model, path);
}

/**
 * 12 Bootstrap-Server Account Timeout: bootstrap only, Integer, optional, in s.
 *
 * Seconds after a finished bootstrap at which the Bootstrap-Server account is deleted. 0 or
 * absent: it stays.
 */
static inline enum loom_status loom_security_1_2_get_bootstrap_server_account_timeout(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_BOOTSTRAP_SERVER_ACCOUNT_TIMEOUT);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_bootstrap_server_account_timeout(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_BOOTSTRAP_SERVER_ACCOUNT_TIMEOUT);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_bootstrap_server_account_timeout(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_BOOTSTRAP_SERVER_ACCOUNT_TIMEOUT);

    return loom_clear(model, path);
}

/**
 * 13 Matching Type: bootstrap only, Unsigned Integer, optional, 0..3.
 *
 * How Server Public Key is compared with what the server presents. 0: whole and exact, 1: SHA-256,
 * 2: SHA-384, 3: SHA-512 digest.
 */
static inline enum loom_status loom_security_1_2_get_matching_type(
    const struct loom_model *model, uint16_t instance, uint64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_MATCHING_TYPE);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_matching_type(
    struct loom_model *model, uint16_t instance, uint64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_MATCHING_TYPE);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_matching_type(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_MATCHING_TYPE);

    return loom_clear(model, path);
}

/**
 * 14 SNI: bootstrap only, String, optional.
 *
 * Server name for the handshake and for matching the certificate, where it differs from the host
 * of the URI.
 */
static inline enum loom_status loom_security_1_2_get_sni(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SNI);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_sni(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SNI);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_sni(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SNI);

    return loom_clear(model, path);
}

/**
 * 15 Certificate Usage: bootstrap only, Unsigned Integer, optional, 0..3.
 *
 * Role of the certificate in Server Public Key. 0: CA constraint, 1: service certificate
 * constraint, 2: trust anchor, 3: certificate issued by the domain (default).
 */
static inline enum loom_status loom_security_1_2_get_certificate_usage(
    const struct loom_model *model, uint16_t instance, uint64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_CERTIFICATE_USAGE);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_certificate_usage(
    struct loom_model *model, uint16_t instance, uint64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_CERTIFICATE_USAGE);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_certificate_usage(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_CERTIFICATE_USAGE);

    return loom_clear(model, path);
}

/**
 * 16 DTLS/TLS Ciphersuite: bootstrap only, Unsigned Integer, multiple, optional.
 *
 * Cipher suites to offer, each an IANA number with its two bytes joined: C0 A8 hexadecimal is
 * 49320.
 */
static inline enum loom_status loom_security_1_2_get_dtls_tls_ciphersuite(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, uint64_t *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_DTLS_TLS_CIPHERSUITE, resource_instance);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_dtls_tls_ciphersuite(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, uint64_t value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_DTLS_TLS_CIPHERSUITE, resource_instance);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_dtls_tls_ciphersuite(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_DTLS_TLS_CIPHERSUITE, resource_instance);

    return loom_clear(model, path);
}

/**
 * 17 OSCORE Security Mode: bootstrap only, Objlnk, optional.
 *
 * Link to the OSCORE instance that protects the messages of this account.
 */
static inline enum loom_status loom_security_1_2_get_oscore_security_mode(
    const struct loom_model *model, uint16_t instance, struct loom_objlnk *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_OSCORE_SECURITY_MODE);

    return loom_get_objlnk(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_oscore_security_mode(
    struct loom_model *model, uint16_t instance, struct loom_objlnk value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_OSCORE_SECURITY_MODE);

    return loom_set_objlnk(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_oscore_security_mode(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_OSCORE_SECURITY_MODE);

    return loom_clear(model, path);
}

/**
 * 18 Groups To Use by Client: bootstrap only, Unsigned Integer, multiple, optional, 0..65535.
 *
 * Key exchange groups (RFC 8446, 4.2.7) to offer, most preferred first.
 */
static inline enum loom_status loom_security_1_2_get_groups_to_use_by_client(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, uint64_t *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_GROUPS_TO_USE_BY_CLIENT, resource_instance);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_groups_to_use_by_client(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, uint64_t value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_GROUPS_TO_USE_BY_CLIENT, resource_instance);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_groups_to_use_by_client(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_GROUPS_TO_USE_BY_CLIENT, resource_instance);

    return loom_clear(model, path);
}

/**
 * 19 Signature Algorithms Supported by Server: bootstrap only, Unsigned Integer, multiple,
 * optional, 0..65535.
 *
 * Signature algorithms (RFC 8446, 4.2.3) that the server understands.
 */
static inline enum loom_status loom_security_1_2_get_signature_algorithms_supported_by_server(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, uint64_t *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SIGNATURE_ALGORITHMS_SUPPORTED_BY_SERVER, resource_instance);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_signature_algorithms_supported_by_server(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, uint64_t value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SIGNATURE_ALGORITHMS_SUPPORTED_BY_SERVER, resource_instance);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_signature_algorithms_supported_by_server(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SIGNATURE_ALGORITHMS_SUPPORTED_BY_SERVER, resource_instance);

    return loom_clear(model, path);
}

/**
 * 20 Signature Algorithms To Use by Client: bootstrap only, Unsigned Integer, multiple, optional,
 * 0..65535.
 *
 * Signature algorithms (RFC 8446, 4.2.3) to offer, most preferred first.
 */
static inline enum loom_status loom_security_1_2_get_signature_algorithms_to_use_by_client(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, uint64_t *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SIGNATURE_ALGORITHMS_TO_USE_BY_CLIENT, resource_instance);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_signature_algorithms_to_use_by_client(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, uint64_t value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SIGNATURE_ALGORITHMS_TO_USE_BY_CLIENT, resource_instance);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_signature_algorithms_to_use_by_client(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SIGNATURE_ALGORITHMS_TO_USE_BY_CLIENT, resource_instance);

    return loom_clear(model, path);
}

/**
 * 21 Signature Algorithm Certs Supported by Server: bootstrap only, Unsigned Integer, multiple,
 * optional, 0..65535.
 *
 * Algorithms (RFC 8446, 4.2.3) that the server accepts in signatures on certificates.
 */
static inline enum loom_status loom_security_1_2_get_signature_algorithm_certs_supported_by_server(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, uint64_t *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SIGNATURE_ALGORITHM_CERTS_SUPPORTED_BY_SERVER, resource_instance);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_signature_algorithm_certs_supported_by_server(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, uint64_t value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SIGNATURE_ALGORITHM_CERTS_SUPPORTED_BY_SERVER, resource_instance);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_signature_algorithm_certs_supported_by_server(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SIGNATURE_ALGORITHM_CERTS_SUPPORTED_BY_SERVER, resource_instance);

    return loom_clear(model, path);
}

/**
 * 22 TLS 1.3 Features To Use by Client: bootstrap only, Unsigned Integer, optional, 0..65535.
 *
 * Bit map of TLS 1.3 features to use, such as the PSK modes, early data and resumption. A clear
 * bit: do not use it.
 */
static inline enum loom_status loom_security_1_2_get_tls_1_3_features_to_use_by_client(
    const struct loom_model *model, uint16_t instance, uint64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_TLS_1_3_FEATURES_TO_USE_BY_CLIENT);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_tls_1_3_features_to_use_by_client(
    struct loom_model *model, uint16_t instance, uint64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_TLS_1_3_FEATURES_TO_USE_BY_CLIENT);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_tls_1_3_features_to_use_by_client(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_TLS_1_3_FEATURES_TO_USE_BY_CLIENT);

    return loom_clear(model, path);
}

/**
 * 23 TLS Extensions Supported by Server: bootstrap only, Unsigned Integer, optional, 0..65535.
 *
 * Bit map of the TLS extensions that the server supports, from bit 0, Server Name Indication, on.
 */
static inline enum loom_status loom_security_1_2_get_tls_extensions_supported_by_server(
    const struct loom_model *model, uint16_t instance, uint64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_TLS_EXTENSIONS_SUPPORTED_BY_SERVER);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_tls_extensions_supported_by_server(
    struct loom_model *model, uint16_t instance, uint64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_TLS_EXTENSIONS_SUPPORTED_BY_SERVER);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_tls_extensions_supported_by_server(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_TLS_EXTENSIONS_SUPPORTED_BY_SERVER);

    return loom_clear(model, path);
}

/**
 * 24 TLS Extensions To Use by Client: bootstrap only, Unsigned Integer, optional, 0..65535.
 *
 * Bit map of the TLS extensions to use with the server, bits as in TLS Extensions Supported by
 * Server.
 */
static inline enum loom_status loom_security_1_2_get_tls_extensions_to_use_by_client(
    const struct loom_model *model, uint16_t instance, uint64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_TLS_EXTENSIONS_TO_USE_BY_CLIENT);

    return loom_get_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_tls_extensions_to_use_by_client(
    struct loom_model *model, uint16_t instance, uint64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_TLS_EXTENSIONS_TO_USE_BY_CLIENT);

    return loom_set_unsigned(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_tls_extensions_to_use_by_client(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_TLS_EXTENSIONS_TO_USE_BY_CLIENT);

    return loom_clear(model, path);
}

/**
 * 25 Secondary LwM2M Server URI: bootstrap only, String, multiple, optional, 0..255.
 *
 * Further addresses of the same server, reached with the same keys when the first one fails.
 */
static inline enum loom_status loom_security_1_2_get_secondary_lwm2m_server_uri(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, struct loom_text *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SECONDARY_LWM2M_SERVER_URI, resource_instance);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_secondary_lwm2m_server_uri(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, const char *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SECONDARY_LWM2M_SERVER_URI, resource_instance);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_secondary_lwm2m_server_uri(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_SECONDARY_LWM2M_SERVER_URI, resource_instance);

    return loom_clear(model, path);
}

/**
 * 26 MQTT Server: bootstrap only, Objlnk, optional.
 *
 * Link to the MQTT Server instance that completes an account with an MQTT URI.
 */
static inline enum loom_status loom_security_1_2_get_mqtt_server(
    const struct loom_model *model, uint16_t instance, struct loom_objlnk *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_MQTT_SERVER);

    return loom_get_objlnk(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_mqtt_server(
    struct loom_model *model, uint16_t instance, struct loom_objlnk value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_MQTT_SERVER);

    return loom_set_objlnk(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_mqtt_server(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_MQTT_SERVER);

    return loom_clear(model, path);
}

/**
 * 27 LwM2M COSE Security: bootstrap only, Objlnk, multiple, optional.
 *
 * Links to the COSE instances with the keys for COSE-protected messages.
 */
static inline enum loom_status loom_security_1_2_get_lwm2m_cose_security(
    const struct loom_model *model, uint16_t instance, uint16_t resource_instance, struct loom_objlnk *value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_LWM2M_COSE_SECURITY, resource_instance);

    return loom_get_objlnk(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_lwm2m_cose_security(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance, struct loom_objlnk value)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_LWM2M_COSE_SECURITY, resource_instance);

    return loom_set_objlnk(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_lwm2m_cose_security(
    struct loom_model *model, uint16_t instance, uint16_t resource_instance)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_LWM2M_COSE_SECURITY, resource_instance);

    return loom_clear(model, path);
}

/**
 * 28 RDS Destination Port: bootstrap only, Integer, optional, 0..15.
 *
 * Default destination port of the Reliable Data Service (3GPP TS 24.250) on the Non-IP binding.
 */
static inline enum loom_status loom_security_1_2_get_rds_destination_port(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_RDS_DESTINATION_PORT);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_rds_destination_port(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_RDS_DESTINATION_PORT);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_rds_destination_port(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_RDS_DESTINATION_PORT);

    return loom_clear(model, path);
}

/**
 * 29 RDS Source Port: bootstrap only, Integer, optional, 0..15.
 *
 * Default source port of the Reliable Data Service (3GPP TS 24.250) on the Non-IP binding.
 */
static inline enum loom_status loom_security_1_2_get_rds_source_port(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_RDS_SOURCE_PORT);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_rds_source_port(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_RDS_SOURCE_PORT);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_rds_source_port(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_RDS_SOURCE_PORT);

    return loom_clear(model, path);
}

/**
 * 30 RDS Application ID: bootstrap only, String, optional.
 *
 * Application id with which the client asks the network for the ports of the Reliable Data
 * Service.
 */
static inline enum loom_status loom_security_1_2_get_rds_application_id(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_RDS_APPLICATION_ID);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_security_1_2_set_rds_application_id(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_RDS_APPLICATION_ID);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_security_1_2_clear_rds_application_id(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY_1_2, instance, LOOM_SECURITY_1_2_RDS_APPLICATION_ID);

    return loom_clear(model, path);
}

#ifdef __cplusplus
}
#endif

#endif
