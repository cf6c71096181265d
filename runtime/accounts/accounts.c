/* SPDX-License-Identifier: Apache-2.0 */
/* What a model says about its accounts. */
#include "accounts/accounts.h"

#include "accounts/cursor.h"
#include "codec/number.h"

#include <string.h>

/* ---- single resources ------------------------------------------------------------------------ */

struct loom_path loom_key_path(uint32_t key, uint16_t instance)
{
    return loom_path_resource((uint16_t)(key >> 16), instance, (uint16_t)key);
}

static bool open_at(struct loom_cursor *cursor, const struct loom_model *model, uint32_t key,
                    uint16_t instance)
{
    return loom_cursor_open(cursor, model, (uint16_t)(key >> 16), instance);
}

uint32_t loom_number_at(const struct loom_model *model, uint32_t key, uint16_t instance,
                        uint32_t otherwise)
{
    struct loom_cursor at;
    return open_at(&at, model, key, instance) ? loom_cursor_number(&at, (uint16_t)key, otherwise)
                                              : otherwise;
}

struct loom_text loom_text_at(const struct loom_model *model, uint32_t key, uint16_t instance)
{
    struct loom_cursor at;
    struct loom_text text = {NULL, 0};
    if (open_at(&at, model, key, instance)) {
        loom_cursor_text(&at, (uint16_t)key, &text);
    }
    return text;
}

/* ---- who has which account ------------------------------------------------------------------- */

uint32_t loom_account_ssid(const struct loom_model *model, uint16_t instance)
{
    return loom_number_at(model, LOOM_KEY(SERVER, SHORT_SERVER_ID), instance, 0);
}

uint16_t loom_account_security(const struct loom_model *model, uint32_t ssid)
{
    struct loom_cursor at;
    loom_cursor_begin(&at, model, LOOM_ID_SECURITY);
    while (loom_cursor_next(&at)) {
        if (loom_cursor_number(&at, LOOM_ID_SECURITY_SHORT_SERVER_ID, 0) == ssid &&
            !loom_cursor_is_account(&at)) {
            return loom_cursor_instance(&at);
        }
    }
    return LOOM_ID_NONE;
}

static bool leads_to(const struct loom_model *model, const struct loom_path *path, uint16_t object,
                     uint16_t instance)
{
    struct loom_value value;
    return loom_model_read(model, path, &value) == LOOM_OK && value.type == LOOM_OBJLNK &&
           value.as.objlnk.object == object && value.as.objlnk.instance == instance;
}

bool loom_account_links(const struct loom_model *model, uint16_t security, uint16_t object,
                        uint16_t instance)
{
    static const uint16_t links[] = {LOOM_ID_SECURITY_OSCORE_SECURITY_MODE,
                                     LOOM_ID_SECURITY_MQTT_SERVER,
                                     LOOM_ID_SECURITY_LWM2M_COSE_SECURITY};
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++) {
        struct loom_path path = loom_path_resource(LOOM_ID_SECURITY, security, links[i]);
        uint16_t *number = &path.id[LOOM_RESOURCE_INSTANCE_ID];
        bool found = leads_to(model, &path, object, instance);
        path.depth = 4;
        while (!found && loom_resource_next(model, &path, number)) {
            found = leads_to(model, &path, object, instance);
            ++*number;
        }
        if (found) {
            return true;
        }
    }
    return false;
}

/* ---- sessions ----------------------------------------------------------------------------------
 */

enum loom_status loom_account_credentials(const struct loom_model *model, uint16_t instance,
                                          struct loom_credentials *credentials)
{
    struct loom_cursor at;
    return loom_cursor_open(&at, model, LOOM_ID_SECURITY, instance)
               ? loom_cursor_credentials(&at, credentials)
               : LOOM_BAD_REQUEST;
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
    return object->id == LOOM_ID_SECURITY || (object->flags & LOOM_OBJECT_HIDDEN) != 0 ||
           (object->id == LOOM_ID_OSCORE && since_1_1) || (object->id == LOOM_ID_COSE && since_1_2);
}
