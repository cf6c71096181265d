/* SPDX-License-Identifier: Apache-2.0 */
#include "web/device_routes.h"

#include "common/moment.h"
#include "common/text.h"
#include "loom/codec.h"
#include "web/command_history.h"
#include "web/query.h"
#include "web/refusals.h"

#include <stdlib.h>
#include <string.h>

/** The longest that a request may wait for its command to end. */
#define WAIT_MAX_S 60u

/** How long it may take to store that a command is cancelled. */
#define CANCEL_MS 10000

/** Entries of a page from the database, if the request does not say, and at most. */
#define PAGE_USUAL 100u
#define PAGE_MAX   1000u

static int64_t now_of(const struct loom_web_devices *web)
{
    return web->devices->config.now(web->devices->config.user);
}

/* ---- arguments ------------------------------------------------------------------------------- */

static struct loom_text endpoint_of(const struct loom_http_request *request)
{
    return loom_http_parameter(request, "endpoint");
}

/* ---- commands -------------------------------------------------------------------------------- */

static bool has_ended(const struct loom_command *command)
{
    return command->state != LOOM_COMMAND_QUEUED && command->state != LOOM_COMMAND_SENT;
}

static void answer_command(void *user, struct loom_http_request *request,
                           const struct loom_command *command, enum loom_web_outcome outcome)
{
    (void)user;
    char location[16 + LOOM_COMMAND_ID_SIZE] = "/v1/commands/";
    if (outcome == LOOM_WEB_NOT_KEPT) {
        loom_web_refuse_unstored(request, "the command could not be stored");
        return;
    }
    loom_command_id_write(command->id, location + strlen(location));
    loom_http_add_header(request, "Location", location);
    loom_http_answer_json(request, outcome == LOOM_WEB_ENDED ? 200 : 202,
                          loom_command_json(command));
}

void loom_web_command_refuse(struct loom_http_request *request, enum loom_commands_status status)
{
    switch (status) {
    case LOOM_COMMANDS_TOO_MANY:
        loom_http_add_header(request, "Retry-After", "60");
        loom_http_problem(request, 429, "too-many-commands", "too many commands wait already");
        break;
    case LOOM_COMMANDS_NOT_KEPT:
        loom_web_refuse_unstored(request, "the command could not be stored");
        break;
    case LOOM_COMMANDS_NOT_FOUND:
        loom_http_problem(request, 404, "no-such-command", "there is no such command");
        break;
    case LOOM_COMMANDS_UNDER_WAY:
        loom_http_problem(request, 409, "under-way", "the command has been sent to the device");
        break;
    case LOOM_COMMANDS_OVER:
        loom_http_problem(request, 409, "over", "the command has ended");
        break;
    default:
        loom_http_problem(request, 500, "no-memory", "out of memory");
        break;
    }
}

static void refuse_command(struct loom_http_request *request, enum loom_commands_status status,
                           json_t *errors)
{
    if (status == LOOM_COMMANDS_BAD) {
        loom_http_problem_with(request, 422, "bad-command", "this cannot be sent to a device",
                               json_pack("{s:O}", "errors", errors));
    } else {
        loom_web_command_refuse(request, status);
    }
}

/* `expires` of the query, as a moment. */
static bool read_expiry(struct loom_http_request *request, int64_t now, int64_t *expires)
{
    struct loom_text text = loom_http_query(request, "expires");
    if (text.data == NULL) {
        return true;
    }
    if (!loom_moment_read(text, expires) || *expires <= now) {
        loom_http_problem(request, 400, "bad-query",
                          "expires is a moment to come, as in 2030-01-31T12:00:00Z");
        return false;
    }
    return true;
}

static void give_command(void *user, struct loom_http_request *request)
{
    struct loom_web_devices *web = user;
    uint64_t wait = 0;
    uint64_t priority = LOOM_COMMAND_PRIORITY_USUAL;
    uint64_t id = 0;
    struct loom_command_order order = {.endpoint = endpoint_of(request),
                                       .body = loom_http_json(request),
                                       .who = loom_http_who(request)->name,
                                       .now = now_of(web)};
    if (!loom_web_query_number(request, "wait", WAIT_MAX_S, &wait) ||
        !loom_web_query_number(request, "priority", LOOM_COMMAND_PRIORITY_MAX, &priority) ||
        !read_expiry(request, order.now, &order.expires)) {
        return;
    }
    json_t *errors = json_array();
    order.priority = (unsigned)priority;
    enum loom_commands_status status =
        errors == NULL ? LOOM_COMMANDS_NO_MEMORY
                       : loom_commands_give(web->devices->commands, &order, errors, &id);
    if (status == LOOM_COMMANDS_OK) {
        loom_web_wait(web->waiting, request, id, wait == 0 ? 0 : order.now + (int64_t)wait * 1000,
                      answer_command, NULL);
    } else {
        refuse_command(request, status, errors);
    }
    json_decref(errors);
}

/* Another node may have the device, and what is in memory here may have changed there. */
static bool may_be_elsewhere(const struct loom_web_devices *web, struct loom_text endpoint)
{
    return loom_web_rows_are_shared(&web->rows) &&
           loom_management_server_find(web->server, endpoint) == NULL;
}

static void list_commands(void *user, struct loom_http_request *request)
{
    const struct loom_web_devices *web = user;
    const struct loom_command *command = NULL;
    struct loom_text before = loom_http_query(request, "before");
    uint64_t limit = PAGE_USUAL;
    if (!loom_web_query_number(request, "limit", PAGE_MAX, &limit)) {
        return;
    }
    bool all = may_be_elsewhere(web, endpoint_of(request));
    if (before.data == NULL && all) {
        before = loom_string_text(LOOM_WEB_COMMANDS_STORED);
    }
    if (before.data != NULL) {
        const struct loom_web_command_page page = {
            .endpoint = endpoint_of(request), .before = before, .limit = (size_t)limit, .all = all};
        loom_web_command_page(web->devices, *web->rows.reader, request, &page);
        return;
    }
    json_t *list = json_array();
    while ((command = loom_commands_next(web->devices->commands, endpoint_of(request), command)) !=
           NULL) {
        (void)json_array_append_new(list, loom_command_json(command));
    }
    json_t *body = json_pack("{s:o}", "commands", list);
    if (*web->rows.reader != NULL) {
        (void)json_object_set_new(body, "next", json_string(LOOM_WEB_COMMANDS_STORED));
    }
    loom_http_answer_json(request, 200, body);
}

/* The command of the path, if what is in memory counts. @param id out; 0: it is no id, and the
 * request was answered */
static const struct loom_command *find_command(const struct loom_web_devices *web,
                                               struct loom_http_request *request, uint64_t *id)
{
    if (!loom_command_id_read(loom_http_parameter(request, "id"), id)) {
        *id = 0;
        loom_web_command_refuse(request, LOOM_COMMANDS_NOT_FOUND);
        return NULL;
    }
    const struct loom_command *command = loom_commands_find(web->devices->commands, *id);
    return command == NULL || has_ended(command) ||
                   !may_be_elsewhere(web, loom_string_text(command->endpoint))
               ? command
               : NULL;
}

static void show_command(void *user, struct loom_http_request *request)
{
    struct loom_web_devices *web = user;
    uint64_t wait = 0;
    uint64_t id;
    if (!loom_web_query_number(request, "wait", WAIT_MAX_S, &wait)) {
        return;
    }
    const struct loom_command *command = find_command(web, request, &id);
    if (command == NULL && id != 0 && wait > 0) {
        command = loom_commands_find(web->devices->commands, id); /* its end is told here, too */
    }
    if (command == NULL) {
        if (id != 0 && *web->rows.reader != NULL) {
            loom_web_command_find(web->devices, *web->rows.reader, request, id);
        } else if (id != 0) {
            loom_web_command_refuse(request, LOOM_COMMANDS_NOT_FOUND);
        }
    } else if (wait > 0 && !has_ended(command)) {
        loom_web_wait(web->waiting, request, id, now_of(web) + (int64_t)wait * 1000, answer_command,
                      NULL);
    } else {
        loom_http_answer_json(request, 200, loom_command_json(command));
    }
}

/* It is cancelled when that is stored. */
static void answer_cancelled(void *user, struct loom_http_request *request,
                             const struct loom_command *command, enum loom_web_outcome outcome)
{
    (void)user;
    if (outcome == LOOM_WEB_ENDED) {
        loom_http_answer_json(request, 200, loom_command_json(command));
    } else {
        loom_web_command_refuse(request, LOOM_COMMANDS_NOT_KEPT);
    }
}

static void cancel_here(struct loom_web_devices *web, struct loom_http_request *request,
                        uint64_t id)
{
    enum loom_commands_status status =
        loom_commands_cancel(web->devices->commands, id, now_of(web));
    const struct loom_command *command = loom_commands_find(web->devices->commands, id);
    if (status != LOOM_COMMANDS_OK) {
        loom_web_command_refuse(request, status);
    } else if (has_ended(command)) {
        answer_cancelled(NULL, request, command, LOOM_WEB_ENDED);
    } else {
        loom_web_wait(web->waiting, request, id, now_of(web) + CANCEL_MS, answer_cancelled, NULL);
    }
}

static void cancel_command(void *user, struct loom_http_request *request)
{
    struct loom_web_devices *web = user;
    uint64_t id;
    bool here = find_command(web, request, &id) != NULL;
    if (id == 0) {
        return;
    }
    if (here || loom_commands_find(web->devices->commands, id) != NULL) {
        cancel_here(web, request, id);
    } else if (*web->rows.writer != NULL) {
        loom_web_command_cancel(web->devices, *web->rows.writer, request, id);
    } else {
        loom_web_command_refuse(request, LOOM_COMMANDS_NOT_FOUND);
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

static void list_values(void *user, struct loom_http_request *request)
{
    const struct loom_web_devices *web = user;
    struct loom_text text = loom_http_query(request, "path");
    struct loom_path path = loom_path_root();
    if (text.data != NULL && !loom_text_to_path(text, &path)) {
        loom_http_problem(request, 400, "bad-query", "path is as in /3/0/9");
        return;
    }
    json_t *list = loom_values_below(web->devices->values, endpoint_of(request), &path);
    loom_http_answer_json(request, 200, json_pack("{s:o}", "values", list));
}

/* ---- observations ---------------------------------------------------------------------------- */

static json_t *path_json(const struct loom_path *path)
{
    char text[32];
    struct loom_output out = loom_output(text, sizeof text);
    loom_put_path(&out, path);
    return json_stringn(text, out.length);
}

static json_t *observation_json(const struct loom_dm_order *order)
{
    json_t *json = json_pack("{s:I, s:s}", "ticket", (json_int_t)order->ticket, "operation",
                             loom_dm_operation_name(order->request.operation));
    if (order->request.operation == LOOM_DM_OBSERVE) {
        (void)json_object_set_new(json, "path", path_json(&order->request.path));
    }
    if (order->request.query.length > 0) {
        (void)json_object_set_new(
            json, "attributes",
            json_stringn(order->request.query.data, order->request.query.length));
    }
    return json;
}

/* The registration of the path. @return NULL: there is none, and the request was answered */
static const struct loom_dm_client *find_client(const struct loom_web_devices *web,
                                                struct loom_http_request *request)
{
    const struct loom_dm_client *client =
        loom_management_server_find(web->server, endpoint_of(request));
    if (client == NULL) {
        loom_http_problem(request, 404, "not-registered", "no device of this name is registered");
    }
    return client;
}

static void list_observations(void *user, struct loom_http_request *request)
{
    const struct loom_web_devices *web = user;
    const struct loom_dm_client *client = find_client(web, request);
    const struct loom_dm_order *order = NULL;
    if (client == NULL) {
        return;
    }
    json_t *list = json_array();
    while ((order = loom_management_server_next_observation(web->server, client, order)) != NULL) {
        (void)json_array_append_new(list, observation_json(order));
    }
    loom_http_answer_json(request, 200, json_pack("{s:o}", "observations", list));
}

static void end_observation(void *user, struct loom_http_request *request)
{
    struct loom_web_devices *web = user;
    uint64_t observation;
    uint32_t ticket;
    if (!loom_text_to_unsigned(loom_http_parameter(request, "ticket"), &observation) ||
        observation > UINT32_MAX ||
        loom_management_server_cancel(web->server, endpoint_of(request), (uint32_t)observation,
                                      &ticket) != LOOM_OK) {
        loom_http_problem(request, 404, "no-such-observation", "there is no such observation");
        return;
    }
    loom_http_answer_empty(request, 204);
}

/* ---- all of it ------------------------------------------------------------------------------- */

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_POST,
     .pattern = "/v1/clients/{endpoint}/commands",
     .role = LOOM_HTTP_OPERATOR,
     .handler = give_command,
     .operation = "giveCommand",
     .queries = "wait priority expires",
     .body = LOOM_HTTP_JSON,
     .body_max = 1048576},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/clients/{endpoint}/commands",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_commands,
     .operation = "listCommands",
     .queries = "before limit"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/commands/{id}",
     .role = LOOM_HTTP_VIEWER,
     .handler = show_command,
     .operation = "showCommand",
     .queries = "wait"},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/v1/commands/{id}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = cancel_command,
     .operation = "cancelCommand"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/clients/{endpoint}/values",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_values,
     .operation = "listValues",
     .queries = "path"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/clients/{endpoint}/observations",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_observations,
     .operation = "listObservations"},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/v1/clients/{endpoint}/observations/{ticket}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = end_observation,
     .operation = "endObservation"},
};

bool loom_web_devices_begin(struct loom_web_devices *web, struct loom_http *http,
                            struct loom_devices *devices, struct loom_management_server *server,
                            struct loom_web_waiting *waiting, const struct loom_web_rows *rows)
{
    web->devices = devices;
    web->server = server;
    web->waiting = waiting;
    web->rows = *rows;
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], web);
}
