/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object 0, LWM2M Security, version 1.0 (LwM2M 1.0).
 *
 * Made by loomc from security-1.0.xml. Do not edit: change the model or the profile and build
 * again.
 *
 * One account's way to reach a server: its address, the security mode and the keying material.
 * Only the Bootstrap interface reads or writes it; no LwM2M Server ever sees it.
 */
#ifndef LOOM_GENERATED_SECURITY_H
#define LOOM_GENERATED_SECURITY_H

#include "loom/model.h"

#ifdef __cplusplus
extern "C" {
#endif

LOOM_TABLE_LAYOUT_CHECK(6);

/** Ids of the object and of its resources. */
enum {
    LOOM_SECURITY = 0,
    LOOM_SECURITY_LWM2M_SERVER_URI = 0,
    LOOM_SECURITY_BOOTSTRAP_SERVER = 1,
    LOOM_SECURITY_SECURITY_MODE = 2,
    LOOM_SECURITY_PUBLIC_KEY_OR_IDENTITY = 3,
    LOOM_SECURITY_SERVER_PUBLIC_KEY = 4,
    LOOM_SECURITY_SECRET_KEY = 5,
    LOOM_SECURITY_SMS_SECURITY_MODE = 6,
    LOOM_SECURITY_SMS_BINDING_KEY_PARAMETERS = 7,
    LOOM_SECURITY_SMS_BINDING_SECRET_KEY_S = 8,
    LOOM_SECURITY_LWM2M_SERVER_SMS_NUMBER = 9,
    LOOM_SECURITY_SHORT_SERVER_ID = 10,
    LOOM_SECURITY_CLIENT_HOLD_OFF_TIME = 11,
    LOOM_SECURITY_BOOTSTRAP_SERVER_ACCOUNT_TIMEOUT = 12,
};

/** Values of resource 2, Security Mode. */
enum {
    LOOM_SECURITY_SECURITY_MODE_PRE_SHARED_KEY = 0,
    LOOM_SECURITY_SECURITY_MODE_RAW_PUBLIC_KEY = 1,
    LOOM_SECURITY_SECURITY_MODE_CERTIFICATE = 2,
    LOOM_SECURITY_SECURITY_MODE_NONE = 3,
    LOOM_SECURITY_SECURITY_MODE_CERTIFICATE_ENROLLED_WITH_EST = 4,
};

/** Values of resource 6, SMS Security Mode. */
enum {
    LOOM_SECURITY_SMS_SECURITY_MODE_DTLS_IN_THE_DEVICE = 1,
    LOOM_SECURITY_SMS_SECURITY_MODE_SECURED_PACKETS_IN_THE_SMARTCARD = 2,
    LOOM_SECURITY_SMS_SECURITY_MODE_NONE = 3,
};

/** One instance, laid out as loom/table.h says. Read and write it with the functions below: they keep
 *  `present` right and check every value. */
struct loom_security {
    uint16_t id;
    uint8_t present[2];
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
};

extern const struct loom_object loom_security_object;
#ifndef LOOM_WITHOUT_NAMES
extern const struct loom_object_names loom_security_names;
#endif

/**
 * 0 LWM2M Server URI: bootstrap only, String, mandatory, 0-255 bytes.
 *
 * Address of the server as a CoAP URI, such as coaps://host:port.
 */
static inline enum loom_status loom_security_get_lwm2m_server_uri(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_LWM2M_SERVER_URI);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_security_set_lwm2m_server_uri(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_LWM2M_SERVER_URI);

    return loom_set_text(model, path, value);
}

/**
 * 1 Bootstrap-Server: bootstrap only, Boolean, mandatory.
 *
 * True for the account of a Bootstrap-Server, false for that of an LwM2M Server.
 */
static inline enum loom_status loom_security_get_bootstrap_server(
    const struct loom_model *model, uint16_t instance, bool *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_BOOTSTRAP_SERVER);

    return loom_get_boolean(model, path, value);
}

static inline enum loom_status loom_security_set_bootstrap_server(
    struct loom_model *model, uint16_t instance, bool value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_BOOTSTRAP_SERVER);

    return loom_set_boolean(model, path, value);
}

/**
 * 2 Security Mode: bootstrap only, Integer, mandatory, 0-4.
 *
 * How the connection is protected. 0: pre-shared key, 1: raw public key, 2: certificate, 3: none,
 * 4: certificate enrolled with EST.
 */
static inline enum loom_status loom_security_get_security_mode(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SECURITY_MODE);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_security_set_security_mode(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SECURITY_MODE);

    return loom_set_integer(model, path, value);
}

/**
 * 3 Public Key or Identity: bootstrap only, Opaque, mandatory.
 *
 * The client's side of the credential in public: PSK identity, raw public key or certificate, by
 * the security mode.
 */
static inline enum loom_status loom_security_get_public_key_or_identity(
    const struct loom_model *model, uint16_t instance, struct loom_bytes *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_PUBLIC_KEY_OR_IDENTITY);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_security_set_public_key_or_identity(
    struct loom_model *model, uint16_t instance, const uint8_t *data, size_t length)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_PUBLIC_KEY_OR_IDENTITY);

    return loom_set_opaque(model, path, data, length);
}

/**
 * 4 Server Public Key: bootstrap only, Opaque, mandatory.
 *
 * The server's raw public key or certificate; from 1.1 on possibly a trust anchor. Unused with a
 * pre-shared key.
 */
static inline enum loom_status loom_security_get_server_public_key(
    const struct loom_model *model, uint16_t instance, struct loom_bytes *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SERVER_PUBLIC_KEY);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_security_set_server_public_key(
    struct loom_model *model, uint16_t instance, const uint8_t *data, size_t length)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SERVER_PUBLIC_KEY);

    return loom_set_opaque(model, path, data, length);
}

/**
 * 5 Secret Key: bootstrap only, Opaque, mandatory.
 *
 * The secret half: the pre-shared key, or the private key of the client's key pair.
 */
static inline enum loom_status loom_security_get_secret_key(
    const struct loom_model *model, uint16_t instance, struct loom_bytes *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SECRET_KEY);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_security_set_secret_key(
    struct loom_model *model, uint16_t instance, const uint8_t *data, size_t length)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SECRET_KEY);

    return loom_set_opaque(model, path, data, length);
}

/**
 * 6 SMS Security Mode: bootstrap only, Integer, optional, 0-255.
 *
 * Protection of the SMS binding. 1: DTLS in the device, 2: secured packets in the smartcard, 3:
 * none. From 204 to 255 the vendor's own, the rest is reserved.
 */
static inline enum loom_status loom_security_get_sms_security_mode(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SMS_SECURITY_MODE);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_security_set_sms_security_mode(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SMS_SECURITY_MODE);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_security_clear_sms_security_mode(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SMS_SECURITY_MODE);

    return loom_clear(model, path);
}

/**
 * 7 SMS Binding Key Parameters: bootstrap only, Opaque, optional.
 *
 * Parameters KIc, KID, SPI and TAR of secured SMS packets.
 */
static inline enum loom_status loom_security_get_sms_binding_key_parameters(
    const struct loom_model *model, uint16_t instance, struct loom_bytes *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SMS_BINDING_KEY_PARAMETERS);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_security_set_sms_binding_key_parameters(
    struct loom_model *model, uint16_t instance, const uint8_t *data, size_t length)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SMS_BINDING_KEY_PARAMETERS);

    return loom_set_opaque(model, path, data, length);
}

static inline enum loom_status loom_security_clear_sms_binding_key_parameters(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SMS_BINDING_KEY_PARAMETERS);

    return loom_clear(model, path);
}

/**
 * 8 SMS Binding Secret Key(s): bootstrap only, Opaque, optional, 16-32-48 bytes.
 *
 * Keys of the SMS binding, one after the other.
 */
static inline enum loom_status loom_security_get_sms_binding_secret_key_s(
    const struct loom_model *model, uint16_t instance, struct loom_bytes *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SMS_BINDING_SECRET_KEY_S);

    return loom_get_opaque(model, path, value);
}

static inline enum loom_status loom_security_set_sms_binding_secret_key_s(
    struct loom_model *model, uint16_t instance, const uint8_t *data, size_t length)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SMS_BINDING_SECRET_KEY_S);

    return loom_set_opaque(model, path, data, length);
}

static inline enum loom_status loom_security_clear_sms_binding_secret_key_s(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SMS_BINDING_SECRET_KEY_S);

    return loom_clear(model, path);
}

/**
 * 9 LwM2M Server SMS Number: bootstrap only, String, optional.
 *
 * Telephone number (MSISDN) from which the client talks to the server over SMS.
 */
static inline enum loom_status loom_security_get_lwm2m_server_sms_number(
    const struct loom_model *model, uint16_t instance, struct loom_text *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_LWM2M_SERVER_SMS_NUMBER);

    return loom_get_text(model, path, value);
}

static inline enum loom_status loom_security_set_lwm2m_server_sms_number(
    struct loom_model *model, uint16_t instance, const char *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_LWM2M_SERVER_SMS_NUMBER);

    return loom_set_text(model, path, value);
}

static inline enum loom_status loom_security_clear_lwm2m_server_sms_number(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_LWM2M_SERVER_SMS_NUMBER);

    return loom_clear(model, path);
}

/**
 * 10 Short Server ID: bootstrap only, Integer, optional, 1-65534.
 *
 * Number that ties this account to its Server instance. Must be present unless this is a
 * Bootstrap-Server account; 0 and 65535 name no server.
 */
static inline enum loom_status loom_security_get_short_server_id(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SHORT_SERVER_ID);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_security_set_short_server_id(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SHORT_SERVER_ID);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_security_clear_short_server_id(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SHORT_SERVER_ID);

    return loom_clear(model, path);
}

/**
 * 11 Client Hold Off Time: bootstrap only, Integer, optional, in s.
 *
 * Seconds that a client lets pass before it asks for a bootstrap by itself, so that a server may
 * start one first. Meaningful in a Bootstrap-Server account only.
 */
static inline enum loom_status loom_security_get_client_hold_off_time(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_CLIENT_HOLD_OFF_TIME);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_security_set_client_hold_off_time(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_CLIENT_HOLD_OFF_TIME);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_security_clear_client_hold_off_time(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_CLIENT_HOLD_OFF_TIME);

    return loom_clear(model, path);
}

/**
 * 12 Bootstrap-Server Account Timeout: bootstrap only, Integer, optional, in s.
 *
 * Seconds after a finished bootstrap at which the Bootstrap-Server account is deleted. 0 or
 * absent: it stays.
 */
static inline enum loom_status loom_security_get_bootstrap_server_account_timeout(
    const struct loom_model *model, uint16_t instance, int64_t *value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_BOOTSTRAP_SERVER_ACCOUNT_TIMEOUT);

    return loom_get_integer(model, path, value);
}

static inline enum loom_status loom_security_set_bootstrap_server_account_timeout(
    struct loom_model *model, uint16_t instance, int64_t value)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_BOOTSTRAP_SERVER_ACCOUNT_TIMEOUT);

    return loom_set_integer(model, path, value);
}

static inline enum loom_status loom_security_clear_bootstrap_server_account_timeout(
    struct loom_model *model, uint16_t instance)
{
    struct loom_path path =
        loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_BOOTSTRAP_SERVER_ACCOUNT_TIMEOUT);

    return loom_clear(model, path);
}

#ifdef __cplusplus
}
#endif

#endif
