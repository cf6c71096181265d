/* SPDX-License-Identifier: Apache-2.0 */
/* Registrations and models, as Leshan's demo server shows them. */
#include "web/leshan_parts.h"

#include "web/leshan_shapes.h"

const struct loom_dm_client *loom_leshan_client(const struct loom_web_leshan *web,
                                                struct loom_http_request *request)
{
    const struct loom_dm_client *client =
        loom_management_server_find(web->server, loom_http_parameter(request, "endpoint"));
    if (client == NULL) {
        loom_leshan_refuse(request, 400, "no registered client with this endpoint");
    }
    return client;
}

json_t *loom_leshan_shown(const struct loom_web_leshan *web, const struct loom_dm_client *client)
{
    int64_t now = web->devices->config.now(web->devices->config.user);
    uint64_t port_now = web->port->now(web->port->self);
    struct loom_leshan_times times = {.registered = now - (int64_t)(port_now - client->registered),
                                      .heard = now - (int64_t)(port_now - client->heard),
                                      .asleep = loom_management_server_asleep(web->server, client)};
    return loom_leshan_registration(client, &times);
}

void loom_leshan_list_clients(void *user, struct loom_http_request *request)
{
    const struct loom_web_leshan *web = user;
    const struct loom_dm_client *client = NULL;
    json_t *list = json_array();
    size_t count = 0;
    while ((client = loom_management_server_next(web->server, client)) != NULL &&
           count++ < LOOM_LESHAN_LIST_MAX) {
        (void)json_array_append_new(list, loom_leshan_shown(web, client));
    }
    if (client == NULL) {
        loom_http_answer_json(request, 200, list);
    } else {
        json_decref(list);
        loom_leshan_refuse_list(request, "/v1/clients");
    }
}

void loom_leshan_show_client(void *user, struct loom_http_request *request)
{
    const struct loom_web_leshan *web = user;
    const struct loom_dm_client *client = loom_leshan_client(web, request);
    if (client != NULL) {
        loom_http_answer_json(request, 200, loom_leshan_shown(web, client));
    }
}

void loom_leshan_list_models(void *user, struct loom_http_request *request)
{
    const struct loom_web_leshan *web = user;
    const struct loom_dm_client *client = loom_leshan_client(web, request);
    uint32_t last = UINT32_MAX;
    if (client == NULL) {
        return;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < client->object_count; i++) {
        uint16_t id = client->objects[i].object;
        const struct loom_catalog_object *model =
            id == last ? NULL
                       : loom_catalog_find(web->devices->config.catalog, id,
                                           loom_dm_client_version(client, id));
        if (model != NULL) {
            (void)json_array_append_new(list, loom_leshan_model(model));
        }
        last = id;
    }
    loom_http_answer_json(request, 200, list);
}
