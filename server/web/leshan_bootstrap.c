/* SPDX-License-Identifier: Apache-2.0 */
/* Bootstrap configurations: `/api/bootstrap`. */
#include "web/leshan_accounts.h"

#include "web/leshan_config.h"
#include "web/leshan_text.h"

static void add_config(void *user, const char *endpoint, json_t *document)
{
    if (loom_leshan_config_is_in(document)) {
        (void)json_object_set_new(user, endpoint, loom_leshan_config_show(document));
    }
}

void loom_leshan_list_bootstrap(void *user, struct loom_http_request *request)
{
    const struct loom_web_leshan_accounts *accounts = user;
    loom_leshan_answer_list(accounts->directory, request, json_object(), add_config);
}

void loom_leshan_post_bootstrap(void *user, struct loom_http_request *request)
{
    const struct loom_web_leshan_accounts *accounts = user;
    char error[LOOM_LESHAN_CONFIG_ERROR] = "expected a bootstrap configuration: an object";
    struct loom_leshan_change change = {.endpoint = loom_http_parameter(request, "endpoint"),
                                        .status = 200};
    json_t *body = loom_leshan_body(request);
    json_t *document =
        loom_leshan_document(accounts->directory, change.endpoint, &change.generation);
    json_t *whole = loom_leshan_whole(accounts->directory, change.endpoint);
    if (body != NULL && loom_leshan_config_read(body, document, error)) {
        if (!loom_leshan_has_credentials(whole)) {
            (void)json_object_set_new(document, "nosec", json_true());
        }
        (void)json_object_del(document, "enabled");
        change.document = document;
        loom_leshan_change(accounts->directory, request, &change);
    } else {
        json_decref(document);
        loom_leshan_refuse(request, 400, error);
    }
    json_decref(whole);
    json_decref(body);
}

void loom_leshan_delete_bootstrap(void *user, struct loom_http_request *request)
{
    const struct loom_web_leshan_accounts *accounts = user;
    struct loom_leshan_change change = {.endpoint = loom_http_parameter(request, "endpoint"),
                                        .status = 204};
    json_t *document =
        loom_leshan_document(accounts->directory, change.endpoint, &change.generation);
    if (!loom_leshan_config_is_in(document)) {
        json_decref(document);
        loom_leshan_refuse(request, 404, "no config for this endpoint");
        return;
    }
    json_t *whole = loom_leshan_whole(accounts->directory, change.endpoint);
    bool has_credentials = loom_leshan_has_credentials(whole);
    json_decref(whole);
    if (has_credentials) {
        loom_leshan_config_remove(document);
        (void)json_object_set_new(document, "enabled", json_false());
        change.document = document;
    } else {
        json_decref(document);
    }
    loom_leshan_change(accounts->directory, request, &change);
}
