/* SPDX-License-Identifier: Apache-2.0 */
/* What a model says about its accounts. */
#include "accounts/accounts.h"

#include "codec/number.h"
#include "model/node.h"

#include <string.h>

/* ---- single resources ------------------------------------------------------------------------ */

uint64_t loom_resource_or(const struct loom_model *model, struct loom_path path, uint64_t otherwise)
{
    struct loom_value value;
    if (loom_model_read(model, &path, &value) != LOOM_OK) {
        return otherwise;
    }
    if (value.type == LOOM_UNSIGNED) {
        return value.as.unsigned_integer;
    }
    if (value.type == LOOM_INTEGER && value.as.integer >= 0) {
        return (uint64_t)value.as.integer;
    }
    return otherwise;
}

bool loom_resource_true(const struct loom_model *model, struct loom_path path, bool otherwise)
{
    bool value;
    return loom_get_boolean(model, path, &value) == LOOM_OK ? value : otherwise;
}

/* ---- who has which account ------------------------------------------------------------------- */

uint64_t loom_account_ssid(const struct loom_model *model, uint16_t instance)
{
    return loom_resource_or(model, loom_path_resource(LOOM_SERVER, instance, LOOM_SERVER_SSID), 0);
}

uint16_t loom_account_security(const struct loom_model *model, uint64_t ssid)
{
    uint16_t instance = 0;
    for (; loom_model_next_instance(model, LOOM_SECURITY, &instance); instance++) {
        struct loom_path kind =
            loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_BOOTSTRAP_SERVER);
        struct loom_path id = loom_path_resource(LOOM_SECURITY, instance, LOOM_SECURITY_SSID);
        if (!loom_resource_true(model, kind, false) && loom_resource_or(model, id, 0) == ssid) {
            return instance;
        }
    }
    return LOOM_ID_NONE;
}

bool loom_account_links(const struct loom_model *model, uint16_t security, uint16_t object,
                        uint16_t instance)
{
    static const uint16_t links[] = {LOOM_SECURITY_OSCORE, LOOM_SECURITY_MQTT, LOOM_SECURITY_COSE};
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        struct loom_path path = loom_path_resource(LOOM_SECURITY, security, links[i]);
        struct loom_objlnk link = {LOOM_ID_NONE, LOOM_ID_NONE};
        uint16_t number = 0;
        if (loom_get_objlnk(model, path, &link) == LOOM_OK && link.object == object &&
            link.instance == instance) {
            return true;
        }
        for (; loom_model_next_resource_instance(model, LOOM_SECURITY, security, links[i], &number);
             number++) {
            path = loom_path_resource_instance(LOOM_SECURITY, security, links[i], number);
            if (loom_get_objlnk(model, path, &link) == LOOM_OK && link.object == object &&
                link.instance == instance) {
                return true;
            }
        }
    }
    return false;
}

/* ---- sessions ----------------------------------------------------------------------------------
 */

enum loom_status loom_account_credentials(const struct loom_model *model, uint16_t instance,
                                          struct loom_credentials *credentials)
{
    uint16_t object = LOOM_SECURITY;
    uint64_t mode = loom_resource_or(
        model, loom_path_resource(object, instance, LOOM_SECURITY_MODE), UINT64_MAX);
    if (mode > LOOM_SECURITY_EST) {
        return LOOM_BAD_REQUEST;
    }
    memset(credentials, 0, sizeof *credentials);
    credentials->mode = (enum loom_security_mode)mode;
    if (credentials->mode == LOOM_SECURITY_PSK) {
        loom_get_opaque(model, loom_path_resource(object, instance, LOOM_SECURITY_IDENTITY),
                        &credentials->as.psk.identity);
        loom_get_opaque(model, loom_path_resource(object, instance, LOOM_SECURITY_SECRET_KEY),
                        &credentials->as.psk.key);
    }
    return loom_get_text(model, loom_path_resource(object, instance, LOOM_SECURITY_URI),
                         &credentials->uri);
}

uint32_t loom_account_digest(const struct loom_model *model)
{
    uint16_t account = loom_account_instance(model);
    struct loom_credentials credentials;
    uint32_t digest = LOOM_DIGEST_BEGIN;
    if (account == LOOM_ID_NONE ||
        loom_account_credentials(model, account, &credentials) != LOOM_OK) {
        return 0;
    }
    digest = loom_digest(digest, credentials.uri.data, credentials.uri.length);
    digest = loom_digest(digest, &credentials.mode, sizeof credentials.mode);
    if (credentials.mode == LOOM_SECURITY_PSK) {
        const struct loom_psk *psk = &credentials.as.psk;
        digest = loom_digest(digest, psk->identity.data, psk->identity.length);
        digest = loom_digest(digest, psk->key.data, psk->key.length);
    }
    return digest;
}

/* ---- what servers may reach ------------------------------------------------------------------ */

bool loom_object_protected(uint16_t lwm2m, const struct loom_object *object)
{
    bool since_1_1 = lwm2m >= LOOM_LWM2M_1_1;
    bool since_1_2 = lwm2m >= LOOM_LWM2M_1_2;
    return object->id == LOOM_SECURITY || (object->flags & LOOM_OBJECT_HIDDEN) != 0 ||
           (object->id == LOOM_OSCORE && since_1_1) || (object->id == LOOM_COSE && since_1_2);
}
