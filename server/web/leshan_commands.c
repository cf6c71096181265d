/* SPDX-License-Identifier: Apache-2.0 */
/* Operations are commands; what becomes of them is told as Leshan's demo server does. */
#include "web/leshan_parts.h"

#include "common/text.h"
#include "loom/codec.h"
#include "web/leshan_node.h"

#include <stdlib.h>
#include <string.h>

/** Seconds that an answer of a device is waited for, if the request does not say, and at most. */
#define TIMEOUT_USUAL 5u
#define TIMEOUT_MAX   600u

/* ---- what a device has answered -------------------------------------------------------------- */

static bool read_path(const json_t *text, struct loom_path *path)
{
    return json_is_string(text) &&
           loom_text_to_path((struct loom_text){json_string_value(text), json_string_length(text)},
                             path);
}

/* The node of the path that was asked for; of several paths a node for each that has one. */
static json_t *content_of(const struct loom_command *command, const json_t *values)
{
    json_t *body = json_loads(command->body, 0, NULL);
    const json_t *paths = json_object_get(body, "paths");
    json_t *content = NULL;
    struct loom_path path;
    if (paths != NULL) {
        content = loom_leshan_nodes(paths, values);
    } else if (read_path(json_object_get(body, "path"), &path)) {
        content = loom_leshan_node(&path, values);
    }
    json_decref(body);
    return content;
}

static void add_content(json_t *answer, const struct loom_command *command, const json_t *result)
{
    const json_t *links = json_object_get(result, "links");
    const json_t *values = json_object_get(result, "values");
    const json_t *created = json_object_get(result, "created");
    if (json_is_string(links)) {
        struct loom_text text = {json_string_value(links), json_string_length(links)};
        (void)json_object_set_new(answer, "objectLinks", loom_leshan_links(text));
    }
    if (json_is_array(values)) {
        (void)json_object_set_new(answer, "content", content_of(command, values));
    }
    if (json_is_string(created)) {
        /* Without its first slash. */
        (void)json_object_set_new(answer, "location", json_string(json_string_value(created) + 1));
    }
}

json_t *loom_leshan_response(const struct loom_command *command)
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
    return answer;
}

/* ---- answers of this server ------------------------------------------------------------------ */

/* What waits for a device that is asleep is told by the event REQUEST_RESPONSE. */
struct delayed {
    struct loom_index_link link;
    uint64_t command;
};

static struct delayed *find(const struct loom_web_leshan *web, uint64_t command)
{
    uint64_t hash = loom_index_hash(&web->delayed, &command, sizeof command);
    struct loom_index_link *link = loom_index_first(&web->delayed, hash);
    while (link != NULL) {
        struct delayed *delayed = LOOM_INDEX_ENTRY(link, struct delayed, link);
        if (delayed->command == command) {
            return delayed;
        }
        link = loom_index_next(link);
    }
    return NULL;
}

static void remember(struct loom_web_leshan *web, uint64_t command)
{
    struct delayed *delayed = calloc(1, sizeof *delayed);
    if (delayed != NULL) {
        delayed->command = command;
        loom_index_add(&web->delayed, &delayed->link,
                       loom_index_hash(&web->delayed, &command, sizeof command));
    }
}

bool loom_leshan_was_delayed(struct loom_web_leshan *web, const struct loom_command *command)
{
    struct delayed *delayed = find(web, command->id);
    if (delayed == NULL) {
        return command->created < web->began;
    }
    loom_index_remove(&web->delayed, &delayed->link);
    free(delayed);
    return true;
}

static void answer_delayed(struct loom_http_request *request, const struct loom_command *command)
{
    char id[LOOM_COMMAND_ID_SIZE];
    json_t *body = json_loads(command->body, 0, NULL);
    loom_command_id_write(command->id, id);
    loom_http_answer_json(request, 200,
                          json_pack("{s:s, s:O*, s:s, s:b}", "ep", command->endpoint, "path",
                                    json_object_get(body, "path"), "requestId", id, "delayed", 1));
    json_decref(body);
}

static void answer(void *user, struct loom_http_request *request,
                   const struct loom_command *command, enum loom_web_outcome outcome)
{
    if (outcome == LOOM_WEB_NOT_KEPT) {
        loom_leshan_refuse(request, 500, "the request could not be stored");
    } else if (outcome == LOOM_WEB_LATE && command->state == LOOM_COMMAND_QUEUED) {
        remember(user, command->id);
        answer_delayed(request, command);
    } else if (outcome == LOOM_WEB_LATE || command->state == LOOM_COMMAND_FAILED) {
        loom_leshan_refuse(request, 504, "Request timeout");
    } else if (command->state == LOOM_COMMAND_ANSWERED) {
        loom_http_answer_json(request, 200, loom_leshan_response(command));
    } else {
        loom_leshan_refuse(request, 500, "Request cancelled");
    }
}

static void refuse_body(struct loom_http_request *request, const json_t *errors)
{
    const json_t *error = json_array_get(errors, 0);
    const char *detail = json_string_value(json_object_get(error, "detail"));
    loom_leshan_refuse(request, 400, detail == NULL ? "invalid request" : detail);
}

/* Leshan's demo takes the usual time in the place of what is none. */
static int64_t timeout_of(const struct loom_http_request *request)
{
    uint64_t seconds;
    if (!loom_text_to_unsigned(loom_http_query(request, "timeout"), &seconds)) {
        seconds = TIMEOUT_USUAL;
    }
    return (int64_t)(seconds < TIMEOUT_MAX ? seconds : TIMEOUT_MAX) * 1000;
}

void loom_leshan_give(struct loom_web_leshan *web, struct loom_http_request *request, json_t *body)
{
    uint64_t id = 0;
    struct loom_command_order order = {.endpoint = loom_http_parameter(request, "endpoint"),
                                       .body = body,
                                       .who = loom_http_who(request)->name,
                                       .priority = LOOM_COMMAND_PRIORITY_USUAL,
                                       .now = web->devices->config.now(web->devices->config.user)};
    json_t *errors = json_array();
    const struct loom_dm_client *client = loom_leshan_client(web, request);
    if (client != NULL) {
        /* One that sleeps is not waited for. */
        bool asleep = loom_management_server_asleep(web->server, client);
        switch (loom_commands_give(web->devices->commands, &order, errors, &id)) {
        case LOOM_COMMANDS_OK:
            loom_web_wait(web->waiting, request, id, asleep ? 0 : order.now + timeout_of(request),
                          answer, web);
            break;
        case LOOM_COMMANDS_BAD:
            refuse_body(request, errors);
            break;
        default:
            loom_leshan_refuse(request, 500, "the request was rejected");
            break;
        }
    }
    json_decref(errors);
    json_decref(body);
}

/* TEXT, OPAQUE, CBOR, TLV, JSON, SENML_JSON, SENML_CBOR; in any case of letters. Leshan's demo
 * leaves the format to the device where it does not know a name, and scripts rely on that: `None`.
 */
void loom_leshan_give_in_format(struct loom_web_leshan *web, struct loom_http_request *request,
                                const char *name, json_t *body)
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
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (loom_text_is_any_case(text, formats[i].theirs)) {
            (void)json_object_set_new(body, "format", json_string(formats[i].ours));
        }
    }
    loom_leshan_give(web, request, body);
}
