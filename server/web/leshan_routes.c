/* SPDX-License-Identifier: Apache-2.0 */
#include "web/leshan_routes.h"

#include "common/text.h"
#include "loom/codec.h"
#include "web/leshan_node.h"
#include "web/leshan_shapes.h"
#include "web/query.h"
#include "web/streams.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Seconds that an answer of a device is waited for, if the request does not say, and at most. */
#define TIMEOUT_USUAL 5u
#define TIMEOUT_MAX   120u

static int64_t now_of(const struct loom_web_leshan *web)
{
    return web->devices->config.now(web->devices->config.user);
}

/* Errors are plain text there. */
static void refuse(struct loom_http_request *request, unsigned status, const char *text)
{
    loom_http_answer_text(request, status, "text/plain; charset=utf-8",
                          (struct loom_text){text, strlen(text)});
}

static const struct loom_dm_client *find_client(const struct loom_web_leshan *web,
                                                struct loom_http_request *request)
{
    const struct loom_dm_client *client =
        loom_management_server_find(web->server, loom_http_parameter(request, "endpoint"));
    if (client == NULL) {
        refuse(request, 400, "no registered client with this endpoint");
    }
    return client;
}

/* ---- registrations and models ---------------------------------------------------------------- */

static json_t *registration_json(const struct loom_web_leshan *web,
                                 const struct loom_dm_client *client)
{
    int64_t now = now_of(web);
    uint64_t port_now = web->port->now(web->port->self);
    struct loom_leshan_times times = {.registered = now - (int64_t)(port_now - client->registered),
                                      .heard = now - (int64_t)(port_now - client->heard),
                                      .asleep = loom_management_server_asleep(web->server, client)};
    return loom_leshan_registration(client, &times);
}

static void list_clients(void *user, struct loom_http_request *request)
{
    const struct loom_web_leshan *web = user;
    const struct loom_dm_client *client = NULL;
    json_t *list = json_array();
    while ((client = loom_management_server_next(web->server, client)) != NULL) {
        (void)json_array_append_new(list, registration_json(web, client));
    }
    loom_http_answer_json(request, 200, list);
}

static void show_client(void *user, struct loom_http_request *request)
{
    const struct loom_web_leshan *web = user;
    const struct loom_dm_client *client = find_client(web, request);
    if (client != NULL) {
        loom_http_answer_json(request, 200, registration_json(web, client));
    }
}

static void list_models(void *user, struct loom_http_request *request)
{
    const struct loom_web_leshan *web = user;
    const struct loom_dm_client *client = find_client(web, request);
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

/* ---- operations ------------------------------------------------------------------------------ */

/* The root where it has several paths. */
static void command_path(const struct loom_command *command, struct loom_path *path)
{
    json_t *body = json_loads(command->body, 0, NULL);
    const json_t *text = json_object_get(body, "path");
    *path = loom_path_root();
    if (json_is_string(text)) {
        (void)loom_text_to_path(
            (struct loom_text){json_string_value(text), json_string_length(text)}, path);
    }
    json_decref(body);
}

static void add_content(json_t *answer, const struct loom_command *command, const json_t *result)
{
    struct loom_path path;
    const json_t *links = json_object_get(result, "links");
    const json_t *values = json_object_get(result, "values");
    const json_t *created = json_object_get(result, "created");
    command_path(command, &path);
    if (json_is_string(links)) {
        struct loom_text text = {json_string_value(links), json_string_length(links)};
        (void)json_object_set_new(answer, "objectLinks", loom_leshan_links(text));
    }
    if (json_is_array(values)) {
        (void)json_object_set_new(answer, "content", loom_leshan_node(&path, values));
    }
    if (json_is_string(created)) {
        /* Without its first slash. */
        (void)json_object_set_new(answer, "location", json_string(json_string_value(created) + 1));
    }
}

static void answer_ended(struct loom_http_request *request, const struct loom_command *command)
{
    json_t *told = loom_command_json(command);
    const json_t *result = json_object_get(told, "result");
    const char *code = json_string_value(json_object_get(told, "code"));
    bool success = code != NULL && code[0] == '2';
    json_t *answer = json_pack("{s:o, s:b, s:b, s:b}", "status", loom_leshan_code(code), "valid", 1,
                               "success", success, "failure", !success);
    if (success) {
        add_content(answer, command, result);
    } else if (json_object_get(result, "diagnostic") != NULL) {
        (void)json_object_set(answer, "errormessage", json_object_get(result, "diagnostic"));
    }
    json_decref(told);
    loom_http_answer_json(request, 200, answer);
}

/* What waits for a device that is asleep is told by the event REQUEST_RESPONSE. */
static void answer_delayed(struct loom_http_request *request, const struct loom_command *command)
{
    char id[LOOM_COMMAND_ID_SIZE];
    json_t *body = json_loads(command->body, 0, NULL);
    loom_command_id_write(command->id, id);
    loom_http_answer_json(request, 200,
                          json_pack("{s:s, s:O?, s:s, s:b}", "ep", command->endpoint, "path",
                                    json_object_get(body, "path"), "requestId", id, "delayed", 1));
    json_decref(body);
}

static void answer(struct loom_http_request *request, const struct loom_command *command,
                   enum loom_web_outcome outcome)
{
    if (outcome == LOOM_WEB_NOT_KEPT) {
        refuse(request, 500, "the request could not be stored");
    } else if (outcome == LOOM_WEB_LATE && command->state == LOOM_COMMAND_QUEUED) {
        answer_delayed(request, command);
    } else if (outcome == LOOM_WEB_LATE || command->state == LOOM_COMMAND_FAILED) {
        refuse(request, 504, "Request timeout");
    } else if (command->state == LOOM_COMMAND_ANSWERED) {
        answer_ended(request, command);
    } else {
        refuse(request, 500, "Request cancelled");
    }
}

static void refuse_body(struct loom_http_request *request, const json_t *errors)
{
    const json_t *error = json_array_get(errors, 0);
    const char *detail = json_string_value(json_object_get(error, "detail"));
    refuse(request, 400, detail == NULL ? "invalid request" : detail);
}

/* Gives a command; takes the reference to its body. */
static void give(struct loom_web_leshan *web, struct loom_http_request *request, json_t *body)
{
    uint64_t timeout = TIMEOUT_USUAL;
    uint64_t id = 0;
    struct loom_command_order order = {.endpoint = loom_http_parameter(request, "endpoint"),
                                       .body = body,
                                       .who = loom_http_who(request)->name,
                                       .priority = LOOM_COMMAND_PRIORITY_USUAL,
                                       .now = now_of(web)};
    json_t *errors = json_array();
    const struct loom_dm_client *client = loom_management_server_find(web->server, order.endpoint);
    if (client == NULL) {
        refuse(request, 400, "no registered client with this endpoint");
    } else if (loom_web_query_number(request, "timeout", TIMEOUT_MAX, &timeout)) {
        /* One that sleeps is not waited for. */
        bool asleep = loom_management_server_asleep(web->server, client);
        switch (loom_commands_give(web->devices->commands, &order, errors, &id)) {
        case LOOM_COMMANDS_OK:
            loom_web_wait(web->waiting, request, id,
                          asleep ? 0 : order.now + (int64_t)timeout * 1000, answer);
            break;
        case LOOM_COMMANDS_BAD:
            refuse_body(request, errors);
            break;
        default:
            refuse(request, 500, "the request was rejected");
            break;
        }
    }
    json_decref(errors);
    json_decref(body);
}

/* ---- paths and what stands behind them ------------------------------------------------------- */

/* `3/0/9` or `3/0/9/observe`. */
struct target {
    struct loom_path path;
    char text[32];         /* `/3/0/9` */
    struct loom_text word; /* `observe`; empty: none */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool read_target(struct loom_http_request *request, struct target *target)
{
    struct loom_text rest = loom_http_parameter(request, "path");
    size_t length = 0;
    while (length < rest.length && (is_digit(rest.data[length]) || rest.data[length] == '/')) {
        length++;
    }
    size_t path = length > 0 && rest.data[length - 1] == '/' ? length - 1 : length;
    (void)snprintf(target->text, sizeof target->text, "/%.*s", (int)path, rest.data);
    target->word = (struct loom_text){rest.data + length, rest.length - length};
    if (path >= sizeof target->text - 1 || path == 0 ||
        !loom_text_to_path((struct loom_text){target->text, path + 1}, &target->path)) {
        refuse(request, 400, "invalid path");
        return false;
    }
    return true;
}

static json_t *body_of(const char *operation, const struct target *target)
{
    return json_pack("{s:s, s:s}", "operation", operation, "path", target->text);
}

/* TEXT, OPAQUE, CBOR, TLV, JSON, SENML_JSON, SENML_CBOR */
static bool set_format(struct loom_http_request *request, const char *name, json_t *body)
{
    static const struct {
        const char *theirs;
        const char *ours;
    } formats[] = {
        {"TEXT", "text"},
        {"OPAQUE", "opaque"},
        {"CBOR", "cbor"},
        {"TLV", "tlv"},
        {"JSON", "json"},
        {"SENML_JSON", "senml-json"},
        {"LINK", "40"},
        {"SENML_CBOR", "senml-cbor"},
        {"LWM2M_CBOR", "lwm2m-cbor"},
    };
    struct loom_text text = loom_http_query(request, name);
    if (text.length == 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (loom_text_is(text, formats[i].theirs)) {
            (void)json_object_set_new(body, "format", json_string(formats[i].ours));
            return true;
        }
    }
    refuse(request, 400, "unknown content format");
    return false;
}

static void give_with_format(struct loom_web_leshan *web, struct loom_http_request *request,
                             const char *name, json_t *body)
{
    if (set_format(request, name, body)) {
        give(web, request, body);
    } else {
        json_decref(body);
    }
}

static void on_get(void *user, struct loom_http_request *request)
{
    struct loom_web_leshan *web = user;
    struct target target;
    if (!read_target(request, &target)) {
        return;
    }
    if (loom_text_is(target.word, "discover")) {
        give(web, request, body_of("discover", &target));
    } else if (target.word.length == 0) {
        give_with_format(web, request, "format", body_of("read", &target));
    } else {
        refuse(request, 400, "invalid path");
    }
}

/* A node of the body into `value` or `values`. */
static bool set_node(struct loom_http_request *request, unsigned depth, json_t *body)
{
    bool many;
    json_t *value = loom_leshan_read(loom_http_json(request), depth, &many);
    if (value == NULL) {
        refuse(request, 400, "invalid node");
        return false;
    }
    (void)json_object_set_new(body, many ? "values" : "value", value);
    return true;
}

static json_t *number_of(struct loom_text text)
{
    json_t *number =
        text.length == 0 ? json_null() : json_loadb(text.data, text.length, JSON_DECODE_ANY, NULL);
    return number != NULL ? number : json_stringn(text.data, text.length);
}

static void set_attributes(struct loom_http_request *request, json_t *body)
{
    static const char *const names[] = {"pmin", "pmax", "gt", "lt", "st", "epmin", "epmax"};
    json_t *attributes = json_object();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct loom_text text = loom_http_query(request, names[i]);
        if (text.data != NULL) {
            (void)json_object_set_new(attributes, names[i], number_of(text));
        }
    }
    (void)json_object_set_new(body, "attributes", attributes);
}

static void on_put(void *user, struct loom_http_request *request)
{
    struct loom_web_leshan *web = user;
    struct target target;
    if (!read_target(request, &target)) {
        return;
    }
    if (loom_text_is(target.word, "attributes")) {
        json_t *body = body_of("write-attributes", &target);
        set_attributes(request, body);
        give(web, request, body);
        return;
    }
    bool partial = loom_text_is(loom_http_query(request, "replace"), "false");
    json_t *body = body_of(partial && target.path.depth == 2 ? "partial-update" : "write", &target);
    if (target.word.length != 0) {
        refuse(request, 400, "invalid path");
        json_decref(body);
    } else if (set_node(request, target.path.depth, body)) {
        give_with_format(web, request, "format", body);
    } else {
        json_decref(body);
    }
}

/* The body of an Execute is its arguments, as they are. */
static void execute(struct loom_web_leshan *web, struct loom_http_request *request,
                    const struct target *target)
{
    struct loom_bytes bytes = loom_http_bytes(request);
    json_t *body = body_of("execute", target);
    json_t *arguments =
        bytes.length == 0 ? NULL : json_stringn((const char *)bytes.data, bytes.length);
    if (bytes.length > 0 && arguments == NULL) {
        refuse(request, 400, "invalid arguments");
        json_decref(body);
        return;
    }
    if (arguments != NULL) {
        (void)json_object_set_new(body, "arguments", arguments);
    }
    give(web, request, body);
}

/* `{"id": 2, "resources": [...]}` for an object, with the id of the new instance or without. */
static void create(struct loom_web_leshan *web, struct loom_http_request *request,
                   struct target *target)
{
    struct loom_bytes bytes = loom_http_bytes(request);
    json_t *node = json_loadb((const char *)bytes.data, bytes.length, JSON_REJECT_DUPLICATES, NULL);
    const json_t *id = json_object_get(node, "id");
    bool many;
    json_t *values = loom_leshan_read(node, 2, &many);
    if (target->path.depth == 1 && json_is_integer(id)) {
        size_t used = strlen(target->text);
        (void)snprintf(target->text + used, sizeof target->text - used, "/%u",
                       (unsigned)(json_integer_value(id) & 0xFFFF));
    }
    json_decref(node);
    if (values == NULL) {
        refuse(request, 400, "invalid node");
        return;
    }
    json_t *body = body_of("create", target);
    (void)json_object_set_new(body, "values", values);
    give_with_format(web, request, "format", body);
}

static void on_post(void *user, struct loom_http_request *request)
{
    struct loom_web_leshan *web = user;
    struct target target;
    if (!read_target(request, &target)) {
        return;
    }
    if (loom_text_is(target.word, "observe")) {
        give_with_format(web, request, "format", body_of("observe", &target));
    } else if (target.word.length != 0) {
        refuse(request, 400, "invalid path");
    } else if (target.path.depth == 3) {
        execute(web, request, &target);
    } else {
        create(web, request, &target);
    }
}

static bool is_path(const struct loom_dm_order *order, const struct loom_path *path)
{
    return order->request.operation == LOOM_DM_OBSERVE &&
           order->request.path.depth == path->depth &&
           memcmp(order->request.path.id, path->id, path->depth * sizeof path->id[0]) == 0;
}

/* `active`: by a request; else the next notification is answered with a Reset. */
static void end_observation(struct loom_web_leshan *web, struct loom_http_request *request,
                            const struct target *target)
{
    const struct loom_dm_client *client = find_client(web, request);
    const struct loom_dm_order *order = NULL;
    uint32_t ticket;
    if (client == NULL) {
        return;
    }
    do {
        order = loom_management_server_next_observation(web->server, client, order);
    } while (order != NULL && !is_path(order, &target->path));
    if (order == NULL) {
        refuse(request, 404, "no observation of this path");
        return;
    }
    if (loom_http_query(request, "active").data != NULL) {
        (void)loom_management_server_cancel(web->server, client->endpoint, order->ticket, &ticket);
    } else {
        (void)loom_management_server_forget(web->server, client->endpoint, order->ticket);
    }
    loom_http_answer_empty(request, 204);
}

static void on_delete(void *user, struct loom_http_request *request)
{
    struct loom_web_leshan *web = user;
    struct target target;
    if (!read_target(request, &target)) {
        return;
    }
    if (loom_text_is(target.word, "observe")) {
        end_observation(web, request, &target);
    } else if (target.word.length == 0) {
        give(web, request, body_of("delete", &target));
    } else {
        refuse(request, 400, "invalid path");
    }
}

/* ---- composites ------------------------------------------------------------------------------ */

/* `paths=/3/0/0,/1/0/1` */
static json_t *paths_of(const struct loom_http_request *request)
{
    struct loom_text rest = loom_http_query(request, "paths");
    json_t *paths = json_array();
    while (rest.length > 0) {
        const char *comma = memchr(rest.data, ',', rest.length);
        size_t length = comma == NULL ? rest.length : (size_t)(comma - rest.data);
        (void)json_array_append_new(paths, json_stringn(rest.data, length));
        length += comma == NULL ? 0 : 1;
        rest.data += length;
        rest.length -= length;
    }
    return paths;
}

static void read_composite(void *user, struct loom_http_request *request)
{
    json_t *body =
        json_pack("{s:s, s:o}", "operation", "read-composite", "paths", paths_of(request));
    give_with_format(user, request, "nodeformat", body);
}

static void observe_composite(void *user, struct loom_http_request *request)
{
    json_t *body =
        json_pack("{s:s, s:o}", "operation", "observe-composite", "paths", paths_of(request));
    give_with_format(user, request, "nodeformat", body);
}

/* `{"/3/0/13": NODE, "/1/0/1": NODE}` */
static void write_composite(void *user, struct loom_http_request *request)
{
    json_t *values = json_object();
    const char *text;
    json_t *node;
    json_object_foreach(loom_http_json(request), text, node)
    {
        bool many = false;
        struct loom_path path;
        json_t *value = loom_text_to_path((struct loom_text){text, strlen(text)}, &path)
                            ? loom_leshan_read(node, path.depth, &many)
                            : NULL;
        if (value == NULL || many) {
            json_decref(value);
            json_decref(values);
            refuse(request, 400, "invalid node");
            return;
        }
        (void)json_object_set_new(values, text, value);
    }
    give_with_format(user, request, "nodeformat",
                     json_pack("{s:s, s:o}", "operation", "write-composite", "values", values));
}

/* ---- events ---------------------------------------------------------------------------------- */

static void stream_events(void *user, struct loom_http_request *request)
{
    struct loom_web_leshan *web = user;
    struct loom_text endpoint = loom_http_query(request, "ep");
    struct loom_web_stream *stream = loom_web_stream_create(endpoint);
    if (stream == NULL) {
        refuse(request, 500, "out of memory");
        return;
    }
    (void)loom_web_stream_begin(stream, &web->streams, request);
}

static void send_all(const struct loom_web_leshan *web, struct loom_text endpoint, uint64_t id,
                     const char *name, const json_t *told)
{
    char *text = json_dumps(told, JSON_COMPACT);
    struct loom_http_frame *frame =
        text == NULL ? NULL
                     : loom_http_frame_create(id, name, (struct loom_text){text, strlen(text)});
    if (frame != NULL) {
        loom_web_streams_send(&web->streams, endpoint, frame);
        loom_http_frame_release(frame);
    }
    free(text);
}

static void on_event(void *self, const struct loom_timeline_event *event)
{
    const struct loom_web_leshan *web = self;
    struct loom_text endpoint = {event->endpoint, strlen(event->endpoint)};
    const char *name;
    if (loom_list_is_empty(&web->streams)) {
        return;
    }
    const struct loom_dm_client *client = loom_management_server_find(web->server, endpoint);
    json_t *told =
        loom_leshan_event(event, client == NULL ? NULL : registration_json(web, client), &name);
    if (told != NULL) {
        send_all(web, endpoint, event->id, name, told);
    }
    json_decref(told);
}

static void on_command(void *self, const struct loom_command *command)
{
    const struct loom_web_leshan *web = self;
    char id[LOOM_COMMAND_ID_SIZE];
    struct loom_text endpoint = {command->endpoint, strlen(command->endpoint)};
    if (loom_list_is_empty(&web->streams) || command->state != LOOM_COMMAND_ANSWERED) {
        return;
    }
    json_t *described = loom_command_json(command);
    const char *code = json_string_value(json_object_get(described, "code"));
    bool success = code != NULL && code[0] == '2';
    json_t *response = json_pack("{s:o, s:b, s:b, s:b}", "status", loom_leshan_code(code), "valid",
                                 1, "success", success, "failure", !success);
    if (success) {
        add_content(response, command, json_object_get(described, "result"));
    }
    loom_command_id_write(command->id, id);
    json_t *told = json_pack("{s:s, s:s, s:b, s:o}", "ep", command->endpoint, "requestId", id,
                             "delayed", 0, "response", response);
    send_all(web, endpoint, 0, "REQUEST_RESPONSE", told);
    json_decref(told);
    json_decref(described);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/api/clients",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_clients,
     .operation = "leshanListClients"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/api/clients/{endpoint}",
     .role = LOOM_HTTP_VIEWER,
     .handler = show_client,
     .operation = "leshanShowClient"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/api/objectspecs/{endpoint}",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_models,
     .operation = "leshanListModels"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/api/clients/{endpoint}/composite",
     .role = LOOM_HTTP_OPERATOR,
     .handler = read_composite,
     .operation = "leshanReadComposite",
     .queries = "paths pathformat nodeformat timeout",
     .acts = true},
    {.method = LOOM_HTTP_PUT,
     .pattern = "/api/clients/{endpoint}/composite",
     .role = LOOM_HTTP_OPERATOR,
     .handler = write_composite,
     .operation = "leshanWriteComposite",
     .queries = "nodeformat timeout",
     .body = LOOM_HTTP_JSON,
     .body_max = 1048576},
    {.method = LOOM_HTTP_POST,
     .pattern = "/api/clients/{endpoint}/composite/observe",
     .role = LOOM_HTTP_OPERATOR,
     .handler = observe_composite,
     .operation = "leshanObserveComposite",
     .queries = "paths pathformat nodeformat timeout",
     .body = LOOM_HTTP_BYTES},
    {.method = LOOM_HTTP_GET,
     .pattern = "/api/clients/{endpoint}/{path*}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = on_get,
     .operation = "leshanRead",
     .queries = "format timeout",
     .acts = true},
    {.method = LOOM_HTTP_PUT,
     .pattern = "/api/clients/{endpoint}/{path*}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = on_put,
     .operation = "leshanWrite",
     .queries = "format timeout replace pmin pmax gt lt st epmin epmax",
     .body = LOOM_HTTP_JSON,
     .body_max = 1048576},
    {.method = LOOM_HTTP_POST,
     .pattern = "/api/clients/{endpoint}/{path*}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = on_post,
     .operation = "leshanExecuteCreateObserve",
     .queries = "format timeout",
     .body = LOOM_HTTP_BYTES,
     .body_max = 1048576},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/api/clients/{endpoint}/{path*}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = on_delete,
     .operation = "leshanDeleteOrEndObservation",
     .queries = "timeout active"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/api/event",
     .role = LOOM_HTTP_VIEWER,
     .handler = stream_events,
     .operation = "leshanEvents",
     .queries = "ep"},
};

bool loom_web_leshan_begin(struct loom_web_leshan *web, struct loom_http *http,
                           struct loom_devices *devices, struct loom_management_server *server,
                           const struct loom_port *port, struct loom_web_waiting *waiting)
{
    const struct loom_devices_listener listener = {
        .on_command = on_command, .on_event = on_event, .self = web};
    web->devices = devices;
    web->server = server;
    web->port = port;
    web->waiting = waiting;
    loom_list_begin(&web->streams);
    return loom_devices_listen(devices, &listener) &&
           loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], web);
}
