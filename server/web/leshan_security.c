/* SPDX-License-Identifier: Apache-2.0 */
/* The credentials of devices: `/api/security/clients`. */
#include "web/leshan_accounts.h"

#include "common/text.h"
#include "web/leshan_config.h"
#include "web/leshan_text.h"

#include <string.h>

/* ---- looking --------------------------------------------------------------------------------- */

/* Keys are not given back: a fingerprint tells them apart. */
static void add_credentials(void *user, const char *endpoint, json_t *document)
{
    json_t *identity = json_object_get(document, "identity");
    json_t *print = json_object_get(json_object_get(document, "key"), "fingerprint");
    if (identity == NULL) {
        return;
    }
    json_t *shown = json_pack("{s:s, s:{s:s, s:{s:O, s:O*}}}", "endpoint", endpoint, "tls", "mode",
                              "psk", "details", "identity", identity, "fingerprint", print);
    (void)json_array_append_new(user, shown);
}

void loom_leshan_list_security(void *user, struct loom_http_request *request)
{
    const struct loom_web_leshan_accounts *accounts = user;
    loom_leshan_answer_list(accounts->directory, request, json_array(), add_credentials);
}

/* ---- changing -------------------------------------------------------------------------------- */

/* `{"endpoint": "dev", "tls": {"mode": "psk", "details": {"identity": "id", "key": "00ff"}}}`
 * @return NULL, or what is wrong */
static const char *read_credentials(const json_t *body, json_t **identity, json_t **key)
{
    const json_t *tls = json_object_get(body, "tls");
    const json_t *mode = json_object_get(tls, "mode");
    const json_t *details = json_object_get(tls, "details");
    if (!json_is_string(json_object_get(body, "endpoint"))) {
        return "Invalid request body: Missing endpoint";
    }
    if (!json_is_string(mode) || strcmp(json_string_value(mode), "psk") != 0) {
        return "Invalid request body: devices of this server have Pre-Shared Keys, "
               "tls with the mode psk";
    }
    *identity = json_object_get(details, "identity");
    *key = json_object_get(details, "key");
    if (!json_is_string(*identity)) {
        return "Invalid request body: Missing PSK identity";
    }
    return json_is_string(*key) ? NULL : "Invalid request body: key is a text of hex digits";
}

/* With both parts of it a document is whole, and counts. */
static void set_enabled(const struct loom_web_leshan_accounts *accounts, struct loom_text endpoint,
                        json_t *document)
{
    json_t *whole = loom_leshan_whole(accounts->directory, endpoint);
    if (accounts->kind != LOOM_FLEET_BOOTSTRAP || loom_leshan_config_is_in(whole)) {
        (void)json_object_del(document, "enabled");
    } else {
        (void)json_object_set_new(document, "enabled", json_false());
    }
    json_decref(whole);
}

void loom_leshan_put_security(void *user, struct loom_http_request *request)
{
    const struct loom_web_leshan_accounts *accounts = user;
    struct loom_leshan_change change = {.status = 200};
    json_t *identity = NULL;
    json_t *key = NULL;
    json_t *body = loom_leshan_body(request);
    const char *wrong = body == NULL ? "Invalid request body: it is no JSON"
                                     : read_credentials(body, &identity, &key);
    if (wrong == NULL) {
        const json_t *endpoint = json_object_get(body, "endpoint");
        change.endpoint.data = json_string_value(endpoint);
        change.endpoint.length = json_string_length(endpoint);
        change.document =
            loom_leshan_document(accounts->directory, change.endpoint, &change.generation);
        (void)json_object_set(change.document, "identity", identity);
        (void)json_object_set(change.document, "key", key);
        (void)json_object_del(change.document, "nosec");
        (void)json_object_del(change.document, "adopted"); /* such have those of their group */
        set_enabled(accounts, change.endpoint, change.document);
        loom_leshan_change(accounts->directory, request, &change);
    } else {
        loom_leshan_refuse(request, 400, wrong);
    }
    json_decref(body);
}

/* What remains of a document without its credentials; null takes what a profile gives.
 * @return NULL: nothing */
static json_t *without_credentials(const struct loom_web_leshan_accounts *accounts,
                                   const json_t *whole, json_t *document)
{
    if (accounts->kind != LOOM_FLEET_BOOTSTRAP || !loom_leshan_config_is_in(whole)) {
        json_decref(document);
        return NULL;
    }
    (void)json_object_set_new(document, "identity", json_null());
    (void)json_object_set_new(document, "key", json_null());
    (void)json_object_del(document, "adopted");
    (void)json_object_set_new(document, "nosec", json_true());
    (void)json_object_set_new(document, "enabled", json_false());
    return document;
}

void loom_leshan_delete_security(void *user, struct loom_http_request *request)
{
    const struct loom_web_leshan_accounts *accounts = user;
    struct loom_leshan_change change = {.endpoint = loom_http_parameter(request, "endpoint"),
                                        .status = 200};
    json_t *document =
        loom_leshan_document(accounts->directory, change.endpoint, &change.generation);
    json_t *whole = loom_leshan_whole(accounts->directory, change.endpoint);
    if (loom_leshan_has_credentials(whole)) {
        change.document = without_credentials(accounts, whole, document);
        loom_leshan_change(accounts->directory, request, &change);
    } else {
        json_decref(document);
        loom_http_answer_json(request, 200, json_pack("{s:s}", "message", "not_found"));
    }
    json_decref(whole);
}
