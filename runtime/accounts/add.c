/* SPDX-License-Identifier: Apache-2.0 */
#include "loom/account.h"

#include "loom/ids.h"
#include "loom/port.h"

#include <string.h>

#include "accounts/accounts.h"

/* The instances that are being made, and what has become of them so far. */
struct adding {
    struct loom_model *model;
    uint16_t security;
    uint16_t server;
    enum loom_status status;
};

static void keep(struct adding *adding, enum loom_status status)
{
    if (adding->status == LOOM_OK) {
        adding->status = status;
    }
}

static void create(struct adding *adding, uint16_t object, uint16_t *instance)
{
    if (adding->status == LOOM_OK) {
        adding->status = loom_model_create(adding->model, object, instance);
    }
    if (adding->status != LOOM_OK) {
        *instance = LOOM_ID_NONE;
    }
}

static void set_number(struct adding *adding, uint32_t key, uint16_t instance, int64_t number)
{
    struct loom_path path = loom_key_path(key, instance);
    enum loom_status status = loom_set_integer(adding->model, path, number);
    /* Later releases count some of these without a sign. */
    if (status == LOOM_BAD_REQUEST) {
        status = loom_set_unsigned(adding->model, path, (uint64_t)number);
    }
    keep(adding, status);
}

static void set_boolean(struct adding *adding, uint32_t key, uint16_t instance, bool value)
{
    keep(adding, loom_set_boolean(adding->model, loom_key_path(key, instance), value));
}

static void set_text(struct adding *adding, uint32_t key, uint16_t instance, const char *text)
{
    keep(adding, loom_set_text(adding->model, loom_key_path(key, instance), text));
}

static void set_bytes(struct adding *adding, uint32_t key, const void *data, size_t length)
{
    keep(adding,
         loom_set_opaque(adding->model, loom_key_path(key, adding->security), data, length));
}

static void add_security(struct adding *adding, const struct loom_model_account *account,
                         uint16_t ssid)
{
    bool secure = account->identity != NULL;
    create(adding, LOOM_ID_SECURITY, &adding->security);
    set_text(adding, LOOM_KEY(SECURITY, LWM2M_SERVER_URI), adding->security, account->uri);
    set_boolean(adding, LOOM_KEY(SECURITY, BOOTSTRAP_SERVER), adding->security, account->bootstrap);
    set_number(adding, LOOM_KEY(SECURITY, SECURITY_MODE), adding->security,
               secure ? LOOM_SECURITY_PSK : LOOM_SECURITY_NOSEC);
    if (secure) {
        set_bytes(adding, LOOM_KEY(SECURITY, PUBLIC_KEY_OR_IDENTITY), account->identity,
                  strlen(account->identity));
        set_bytes(adding, LOOM_KEY(SECURITY, SECRET_KEY), account->key.data, account->key.length);
    }
    if (account->bootstrap) {
        set_number(adding, LOOM_KEY(SECURITY, CLIENT_HOLD_OFF_TIME), adding->security,
                   account->hold_off);
    } else {
        set_number(adding, LOOM_KEY(SECURITY, SHORT_SERVER_ID), adding->security, ssid);
    }
}

static void add_server(struct adding *adding, const struct loom_model_account *account,
                       uint16_t ssid)
{
    create(adding, LOOM_ID_SERVER, &adding->server);
    set_number(adding, LOOM_KEY(SERVER, SHORT_SERVER_ID), adding->server, ssid);
    set_number(adding, LOOM_KEY(SERVER, LIFETIME), adding->server,
               account->lifetime == 0 ? LOOM_MODEL_ACCOUNT_LIFETIME : account->lifetime);
    set_boolean(adding, LOOM_KEY(SERVER, NOTIFICATION_STORING_WHEN_DISABLED_OR_OFFLINE),
                adding->server, true);
    set_text(adding, LOOM_KEY(SERVER, BINDING), adding->server, "U");
}

static void take_back(const struct adding *adding)
{
    if (adding->server != LOOM_ID_NONE) {
        (void)loom_model_delete(adding->model, LOOM_ID_SERVER, adding->server);
    }
    if (adding->security != LOOM_ID_NONE) {
        (void)loom_model_delete(adding->model, LOOM_ID_SECURITY, adding->security);
    }
}

enum loom_status loom_model_add_account(struct loom_model *model,
                                        const struct loom_model_account *account)
{
    bool keyless = account->identity != NULL && account->key.length == 0;
    struct adding adding = {model, LOOM_ID_NONE, LOOM_ID_NONE,
                            keyless ? LOOM_BAD_REQUEST : LOOM_OK};
    uint16_t ssid = account->ssid == 0 ? LOOM_SHORT_SERVER_ID_MIN : account->ssid;
    add_security(&adding, account, ssid);
    if (!account->bootstrap) {
        add_server(&adding, account, ssid);
    }
    if (adding.status != LOOM_OK) {
        take_back(&adding);
    }
    return adding.status;
}
