/* SPDX-License-Identifier: Apache-2.0 */
#include "web/client_routes.h"

#include "common/moment.h"
#include "common/text.h"
#include "loom/codec.h"
#include "management/registration.h"
#include "service/kept_row.h"
#include "web/model_json.h"
#include "web/query.h"
#include "web/reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Clients of one page, if the request does not say, and at most. */
#define PAGE_USUAL 100u
#define PAGE_MAX   1000u

/** Clients that are sorted for a page; more have to be searched first. */
#define SORT_MAX 200000u

/* ---- one client ------------------------------------------------------------------------------ */

/* A moment of the port's clock as text. */
static json_t *moment(const struct loom_web_clients *web, uint64_t time)
{
    char text[LOOM_MOMENT_SIZE];
    int64_t now = web->devices->config.now(web->devices->config.user);
    int64_t ago = (int64_t)(web->port->now(web->port->self) - time);
    loom_moment_write(now - ago, text);
    return json_string(text);
}

static json_t *text_json(struct loom_text text)
{
    return text.data == NULL ? json_string("") : json_stringn(text.data, text.length);
}

static int compare_links(const void *left, const void *right)
{
    const struct loom_dm_link *a = left;
    const struct loom_dm_link *b = right;
    if (a->object != b->object) {
        return a->object < b->object ? -1 : 1;
    }
    return (int)a->instance - (int)b->instance;
}

/* One link of the sorted list: a new object, or another instance of the last one. */
static void add_link(json_t *objects, const struct loom_dm_link *link)
{
    json_t *last = json_array_get(objects, json_array_size(objects) - 1);
    if (last == NULL || json_integer_value(json_object_get(last, "id")) != link->object) {
        last = json_pack("{s:i, s:n, s:[]}", "id", (int)link->object, "version", "instances");
        (void)json_array_append_new(objects, last);
    }
    if (link->version_major != 0) {
        char version[8];
        (void)snprintf(version, sizeof version, "%u.%u", link->version_major, link->version_minor);
        (void)json_object_set_new(last, "version", json_string(version));
    }
    if (link->instance != LOOM_ID_NONE) {
        (void)json_array_append_new(json_object_get(last, "instances"),
                                    json_integer(link->instance));
    }
}

static json_t *links_json(const struct loom_dm_link *from, size_t count)
{
    json_t *objects = json_array();
    struct loom_dm_link *links = malloc((count + 1) * sizeof *links);
    if (links == NULL || count == 0) {
        free(links);
        return objects;
    }
    memcpy(links, from, count * sizeof *links);
    qsort(links, count, sizeof *links, compare_links);
    for (size_t i = 0; i < count; i++) {
        add_link(objects, &links[i]);
    }
    free(links);
    return objects;
}

static json_t *objects_json(const struct loom_dm_client *client)
{
    return links_json(client->objects, client->object_count);
}

static bool is_asleep(const struct loom_web_clients *web, const struct loom_dm_client *client)
{
    return loom_management_server_asleep(web->server, client);
}

static json_t *client_json(const struct loom_web_clients *web, const struct loom_dm_client *client)
{
    char version[8];
    (void)snprintf(version, sizeof version, "%u.%u", client->lwm2m >> 8, client->lwm2m & 0xFFu);
    size_t waiting =
        loom_commands_waiting(web->devices->commands, client->endpoint) + client->waiting;
    return json_pack(
        "{s:o, s:s, s:o, s:o, s:o, s:o, s:I, s:s, s:o, s:b, s:b, s:b, s:b, s:I, s:o, s:s*}",
        "endpoint", text_json(client->endpoint), "location", client->location, "address",
        text_json(client->address), "registered", moment(web, client->registered), "lastSeen",
        moment(web, client->seen), "expires",
        client->lifetime == 0 ? json_null()
                              : moment(web, client->heard + (uint64_t)client->lifetime * 1000),
        "lifetime", (json_int_t)client->lifetime, "lwm2m", version, "binding",
        text_json(client->binding), "queueMode", client->queue_mode, "asleep",
        is_asleep(web, client), "reachable", client->address.length > 0, "secure",
        client->identity.length > 0, "waiting", (json_int_t)waiting, "objects",
        objects_json(client), "node", web->rows.node[0] == '\0' ? NULL : web->rows.node);
}

/* ---- the list -------------------------------------------------------------------------------- */

enum state { ANY, AWAKE, ASLEEP, WAITING, STATE_COUNT };
enum order { AS_REGISTERED, BY_ENDPOINT, BY_LAST_SEEN };

/* What a request for the list asks. */
struct question {
    struct loom_text search;
    enum state state;
    enum order order;
    bool descending;
    uint64_t offset;
    uint64_t limit;
};

static bool is_wanted(const struct loom_web_clients *web, const struct question *question,
                      const struct loom_dm_client *client)
{
    if (question->search.length > 0 && !loom_text_holds(client->endpoint, question->search) &&
        !loom_text_holds(client->address, question->search)) {
        return false;
    }
    switch (question->state) {
    case AWAKE:
        return client->address.length > 0 && !is_asleep(web, client);
    case ASLEEP:
        return is_asleep(web, client);
    case WAITING:
        return client->waiting > 0 ||
               loom_commands_waiting(web->devices->commands, client->endpoint) > 0;
    default:
        return true;
    }
}

static int compare_texts(struct loom_text a, struct loom_text b)
{
    size_t length = a.length < b.length ? a.length : b.length;
    int order = length == 0 ? 0 : memcmp(a.data, b.data, length);
    return order != 0 ? order : a.length < b.length ? -1 : a.length > b.length;
}

static int by_endpoint(const void *left, const void *right)
{
    const struct loom_dm_client *const *a = left;
    const struct loom_dm_client *const *b = right;
    return compare_texts((*a)->endpoint, (*b)->endpoint);
}

static int by_last_seen(const void *left, const void *right)
{
    const struct loom_dm_client *const *a = left;
    const struct loom_dm_client *const *b = right;
    if ((*a)->seen != (*b)->seen) {
        return (*a)->seen < (*b)->seen ? -1 : 1;
    }
    return by_endpoint(left, right);
}

/* Those that are wanted, sorted. @return how many; `list` to be freed */
static size_t collect(const struct loom_web_clients *web, const struct question *question,
                      const struct loom_dm_client ***list)
{
    const struct loom_dm_client *client = NULL;
    size_t count = 0;
    size_t room = 0;
    *list = NULL;
    while ((client = loom_management_server_next(web->server, client)) != NULL) {
        if (!is_wanted(web, question, client)) {
            continue;
        }
        if (count == room) {
            room = room == 0 ? 256 : 2 * room;
            const struct loom_dm_client **more =
                count > SORT_MAX ? NULL : realloc(*list, room * sizeof(*more));
            if (more == NULL) {
                break;
            }
            *list = more;
        }
        (*list)[count++] = client;
    }
    if (question->order != AS_REGISTERED && count > 1 && count <= SORT_MAX) {
        qsort(*list, count, sizeof **list,
              question->order == BY_ENDPOINT ? by_endpoint : by_last_seen);
    }
    return count;
}

static void answer_sorted(const struct loom_web_clients *web, struct loom_http_request *request,
                          const struct question *question)
{
    const struct loom_dm_client **list;
    size_t count = collect(web, question, &list);
    json_t *clients = json_array();
    for (uint64_t i = question->offset; i < count && i - question->offset < question->limit; i++) {
        size_t at = question->descending ? count - 1 - (size_t)i : (size_t)i;
        (void)json_array_append_new(clients, client_json(web, list[at]));
    }
    free(list);
    if (count > SORT_MAX) {
        json_decref(clients);
        loom_http_problem(request, 422, "too-many", "more than %u clients cannot be sorted: search",
                          SORT_MAX);
        return;
    }
    loom_http_answer_json(request, 200,
                          json_pack("{s:o, s:I}", "clients", clients, "total", (json_int_t)count));
}

/* In the order of registration nothing needs to be sorted; and if all are wanted, none behind the
 * page needs to be looked at. */
static void answer_walked(const struct loom_web_clients *web, struct loom_http_request *request,
                          const struct question *question)
{
    const struct loom_dm_client *client = NULL;
    json_t *clients = json_array();
    uint64_t count = 0;
    bool all = question->search.length == 0 && question->state == ANY;
    uint64_t most = all ? question->offset + question->limit : UINT64_MAX;
    while (count < most && (client = loom_management_server_next(web->server, client)) != NULL) {
        if (is_wanted(web, question, client)) {
            if (count >= question->offset && count - question->offset < question->limit) {
                (void)json_array_append_new(clients, client_json(web, client));
            }
            count++;
        }
    }
    count = all ? loom_management_server_count(web->server) : count;
    loom_http_answer_json(request, 200,
                          json_pack("{s:o, s:I}", "clients", clients, "total", (json_int_t)count));
}

static bool read_state(struct loom_http_request *request, struct question *question)
{
    static const char *const names[STATE_COUNT] = {"", "awake", "asleep", "waiting"};
    struct loom_text text = loom_http_query(request, "state");
    for (size_t i = 0; i < STATE_COUNT; i++) {
        if (loom_text_is(text, names[i])) {
            question->state = (enum state)i;
            return true;
        }
    }
    loom_http_problem(request, 400, "bad-query", "state is awake, asleep or waiting");
    return false;
}

static bool read_order(struct loom_http_request *request, struct question *question)
{
    struct loom_text text = loom_http_query(request, "sort");
    if (text.length == 0) {
        return true;
    }
    question->descending = text.data[0] == '-';
    text.data += question->descending ? 1 : 0;
    text.length -= question->descending ? 1 : 0;
    if (loom_text_is(text, "endpoint")) {
        question->order = BY_ENDPOINT;
    } else if (loom_text_is(text, "lastSeen")) {
        question->order = BY_LAST_SEEN;
    } else {
        loom_http_problem(request, 400, "bad-query",
                          "sort is endpoint or lastSeen, behind a - for the other way round");
        return false;
    }
    return true;
}

static void list_clients(void *user, struct loom_http_request *request)
{
    const struct loom_web_clients *web = user;
    struct question question = {.search = loom_http_query(request, "search"), .limit = PAGE_USUAL};
    if (!loom_web_query_number(request, "limit", PAGE_MAX, &question.limit) ||
        !loom_web_query_number(request, "offset", INT64_MAX, &question.offset) ||
        !read_state(request, &question) || !read_order(request, &question)) {
        return;
    }
    if (question.order == AS_REGISTERED) {
        answer_walked(web, request, &question);
    } else {
        answer_sorted(web, request, &question);
    }
}

/* ---- one of them ----------------------------------------------------------------------------- */

/* That of another node, by the database. */
struct asked {
    struct loom_web_question question; /* first */
    const struct loom_web_clients *web;
    struct loom_kept_row *row; /* NULL: there is none */
    bool full;                 /* no memory */
    size_t length;
    char endpoint[];
};

static bool take_row(void *user, const struct loom_stored_registration *registration)
{
    struct asked *asked = user;
    asked->row = loom_kept_row_copy(registration);
    asked->full = asked->row == NULL;
    return false;
}

static enum loom_database_status read_row(struct loom_database *database,
                                          struct loom_web_question *question)
{
    struct asked *asked = (struct asked *)question;
    struct loom_text endpoint = {asked->endpoint, asked->length};
    loom_kept_rows_free(asked->row);
    asked->row = NULL;
    enum loom_database_status status =
        loom_stored_registration_find(database, endpoint, take_row, asked);
    return asked->full ? LOOM_DATABASE_ERROR : status;
}

static json_t *unix_moment(int64_t time)
{
    char text[LOOM_MOMENT_SIZE];
    loom_moment_write(time, text);
    return json_string(text);
}

/* Whether it sleeps and what waits for it only its node knows. */
static json_t *row_json(const struct loom_stored_registration *row)
{
    struct loom_dm_links links = {NULL, 0, {NULL, 0}};
    char version[8];
    (void)loom_dm_links_read(
        &links, (struct loom_bytes){(const uint8_t *)row->links.data, row->links.length});
    (void)snprintf(version, sizeof version, "%u.%u", row->lwm2m >> 8, row->lwm2m & 0xFFu);
    json_t *json = json_pack(
        "{s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:s, s:o, s:b, s:b, s:o, s:o}", "endpoint",
        text_json(row->endpoint), "location", text_json(row->location), "address",
        text_json(row->address), "registered", unix_moment(row->registered), "lastSeen",
        unix_moment(row->last_seen), "expires",
        row->lifetime == 0 ? json_null()
                           : unix_moment(row->updated + (int64_t)row->lifetime * 1000),
        "lifetime", (json_int_t)row->lifetime, "lwm2m", version, "binding", text_json(row->binding),
        "queueMode", row->queue_mode, "secure", row->identity.length > 0, "objects",
        links_json(links.links, links.count), "node", text_json(row->node));
    loom_dm_links_free(&links);
    return json;
}

static void refuse_unknown(struct loom_http_request *request)
{
    loom_http_problem(request, 404, "not-registered", "no device of this name is registered");
}

/* Of its own devices a node knows more than the database, which may still have one that has gone,
 * or already have one that comes. */
static void answer_row(struct loom_http_request *request, struct loom_web_question *question)
{
    const struct asked *asked = (const struct asked *)question;
    struct loom_text endpoint = {asked->endpoint, asked->length};
    const struct loom_dm_client *client = loom_management_server_find(asked->web->server, endpoint);
    if (client != NULL) {
        loom_http_answer_json(request, 200, client_json(asked->web, client));
    } else if (asked->row == NULL ||
               loom_text_is(asked->row->registration.node, asked->web->rows.node)) {
        refuse_unknown(request);
    } else {
        loom_http_answer_json(request, 200, row_json(&asked->row->registration));
    }
}

static void end_asked(struct loom_web_question *question)
{
    loom_kept_rows_free(((struct asked *)question)->row);
    free(question);
}

static void ask_for_row(const struct loom_web_clients *web, struct loom_http_request *request,
                        struct loom_text endpoint)
{
    struct asked *asked = calloc(1, sizeof *asked + endpoint.length + 1);
    if (asked == NULL) {
        loom_http_problem(request, 500, "no-memory", "out of memory");
        return;
    }
    asked->question =
        (struct loom_web_question){.read = read_row, .answer = answer_row, .end = end_asked};
    asked->web = web;
    asked->length = endpoint.length;
    memcpy(asked->endpoint, endpoint.data, endpoint.length);
    loom_web_ask(*web->rows.reader, request, &asked->question);
}

static void show_client(void *user, struct loom_http_request *request)
{
    const struct loom_web_clients *web = user;
    struct loom_text endpoint = loom_http_parameter(request, "endpoint");
    const struct loom_dm_client *client = loom_management_server_find(web->server, endpoint);
    if (client != NULL) {
        loom_http_answer_json(request, 200, client_json(web, client));
    } else if (loom_web_rows_are_shared(&web->rows) && endpoint.length > 0) {
        ask_for_row(web, request, endpoint);
    } else {
        refuse_unknown(request);
    }
}

/* ---- models ---------------------------------------------------------------------------------- */

static const struct loom_dm_client *find_client(const struct loom_web_clients *web,
                                                struct loom_http_request *request)
{
    const struct loom_dm_client *client =
        loom_management_server_find(web->server, loom_http_parameter(request, "endpoint"));
    if (client == NULL) {
        refuse_unknown(request);
    }
    return client;
}

static void list_models_of_client(void *user, struct loom_http_request *request)
{
    const struct loom_web_clients *web = user;
    const struct loom_dm_client *client = find_client(web, request);
    if (client == NULL) {
        return;
    }
    json_t *models = json_array();
    json_t *objects = objects_json(client);
    size_t i;
    const json_t *object;
    json_array_foreach(objects, i, object)
    {
        uint16_t id = (uint16_t)json_integer_value(json_object_get(object, "id"));
        const struct loom_catalog_object *model =
            loom_catalog_find(web->devices->config.catalog, id, loom_dm_client_version(client, id));
        if (model != NULL) {
            (void)json_array_append_new(models, loom_web_model_json(model, true));
        }
    }
    json_decref(objects);
    loom_http_answer_json(request, 200, json_pack("{s:o}", "models", models));
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/clients",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_clients,
     .operation = "listClients",
     .queries = "search state sort offset limit"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/clients/{endpoint}",
     .role = LOOM_HTTP_VIEWER,
     .handler = show_client,
     .operation = "showClient"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/clients/{endpoint}/models",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_models_of_client,
     .operation = "listModelsOfClient"},
};

bool loom_web_clients_begin(struct loom_web_clients *web, struct loom_http *http,
                            const struct loom_devices *devices,
                            const struct loom_management_server *server,
                            const struct loom_port *port, const struct loom_web_rows *rows)
{
    web->devices = devices;
    web->server = server;
    web->port = port;
    web->rows = *rows;
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], web);
}
