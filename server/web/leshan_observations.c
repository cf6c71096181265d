/* SPDX-License-Identifier: Apache-2.0 */
/* How observations are ended. */
#include "web/leshan_parts.h"

#include "common/text.h"
#include "loom/codec.h"
#include "management/paths.h"
#include "web/leshan_node.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Room for a ticket as text. */
#define TICKET_SIZE 16

/* A request to a device that ends an observation, and who waits for what it says. */
struct cancel {
    struct loom_list place;
    struct loom_http_request *request; /* NULL: it is told by REQUEST_RESPONSE */
    uint32_t ticket;
    json_t *path;
    char endpoint[];
};

/* ---- which one ------------------------------------------------------------------------------- */

static bool same_path(const struct loom_path *a, const struct loom_path *b)
{
    return a->depth == b->depth && memcmp(a->id, b->id, a->depth * sizeof a->id[0]) == 0;
}

/* In the order of the request that began it. */
static bool has_paths(const struct loom_dm_request *request, const json_t *paths)
{
    struct loom_decoder decoder;
    struct loom_item item;
    struct loom_path path;
    size_t count = 0;
    uint8_t *scratch = malloc(request->payload.length + 1);
    bool same = scratch != NULL && loom_dm_paths_begin(&decoder, request, scratch,
                                                       request->payload.length + 1) == LOOM_OK;
    while (same && loom_decode_next(&decoder, &item) == LOOM_OK) {
        const json_t *text = json_array_get(paths, count++);
        same = json_is_string(text) &&
               loom_text_to_path(
                   (struct loom_text){json_string_value(text), json_string_length(text)}, &path) &&
               same_path(&path, &item.path);
    }
    free(scratch);
    return same && count == json_array_size(paths);
}

/* What is to be ended: of one path, or of several. */
struct wanted {
    const struct loom_path *path;
    const json_t *paths;
};

static bool is_wanted(const struct loom_dm_request *request, const struct wanted *wanted)
{
    if (wanted->path != NULL) {
        return request->operation == LOOM_DM_OBSERVE && same_path(&request->path, wanted->path);
    }
    return request->operation == LOOM_DM_OBSERVE_COMPOSITE && has_paths(request, wanted->paths);
}

static const struct loom_dm_order *find(const struct loom_web_leshan *web,
                                        const struct loom_dm_client *client,
                                        const struct wanted *wanted)
{
    const struct loom_dm_order *order = NULL;
    do {
        order = loom_management_server_next_observation(web->server, client, order);
    } while (order != NULL && !is_wanted(&order->request, wanted));
    return order;
}

/* ---- by a request ---------------------------------------------------------------------------- */

static void forget(struct cancel *cancel)
{
    loom_list_remove(&cancel->place);
    json_decref(cancel->path);
    free(cancel);
}

/* The device is asked all the same. */
static void gone(void *user)
{
    struct cancel *cancel = user;
    cancel->request = NULL;
}

static struct cancel *remember(struct loom_web_leshan *web, struct loom_text endpoint,
                               const struct wanted *wanted)
{
    char text[32];
    struct cancel *cancel = calloc(1, sizeof *cancel + endpoint.length + 1);
    if (cancel != NULL) {
        memcpy(cancel->endpoint, endpoint.data, endpoint.length);
        if (wanted->path != NULL) {
            struct loom_output out = loom_output(text, sizeof text);
            loom_put_path(&out, wanted->path);
            cancel->path = json_stringn(text, out.length);
        }
        loom_list_begin(&cancel->place);
        loom_list_append(&web->cancels, &cancel->place);
    }
    return cancel;
}

static json_t *delayed_json(const struct cancel *cancel)
{
    char id[TICKET_SIZE];
    (void)snprintf(id, sizeof id, "%lu", (unsigned long)cancel->ticket);
    return json_pack("{s:s, s:O*, s:s, s:b}", "ep", cancel->endpoint, "path", cancel->path,
                     "requestId", id, "delayed", 1);
}

static void ask(struct loom_web_leshan *web, struct loom_http_request *request,
                const struct loom_dm_client *client, uint32_t observation,
                const struct wanted *wanted)
{
    struct cancel *cancel = remember(web, client->endpoint, wanted);
    if (cancel == NULL || loom_management_server_cancel(web->server, client->endpoint, observation,
                                                        &cancel->ticket) != LOOM_OK) {
        if (cancel != NULL) {
            forget(cancel);
        }
        loom_leshan_refuse(request, 500, "the request was rejected");
    } else if (loom_management_server_asleep(web->server, client)) {
        loom_http_answer_json(request, 200, delayed_json(cancel));
    } else {
        cancel->request = request;
        loom_http_defer(request, gone, cancel);
    }
}

/* What the device has answered; NULL: nothing. */
static json_t *response_of(const struct cancel *cancel, const json_t *told)
{
    struct loom_path path;
    const char *code = json_string_value(json_object_get(told, "code"));
    const json_t *values = json_object_get(told, "values");
    const json_t *paths = json_object_get(told, "paths");
    bool success = code != NULL && code[0] == '2';
    if (code == NULL) {
        return NULL;
    }
    json_t *answer = json_pack("{s:o, s:b, s:b, s:b}", "status", loom_leshan_code(code), "valid", 1,
                               "success", success, "failure", !success);
    if (success && values != NULL && cancel->path == NULL) {
        (void)json_object_set_new(answer, "content", loom_leshan_nodes(paths, values));
    } else if (success && values != NULL &&
               loom_text_to_path(loom_string_text(json_string_value(cancel->path)), &path)) {
        (void)json_object_set_new(answer, "content", loom_leshan_node(&path, values));
    }
    return answer;
}

static void answer(const struct loom_web_leshan *web, const struct cancel *cancel, json_t *response)
{
    if (cancel->request == NULL) {
        if (response != NULL) {
            json_t *told = delayed_json(cancel);
            (void)json_object_set(told, "response", response);
            loom_leshan_tell(web, loom_string_text(cancel->endpoint), 0, "REQUEST_RESPONSE", told);
            json_decref(told);
        }
    } else if (response == NULL) {
        loom_leshan_refuse(cancel->request, 504, "Request timeout");
    } else {
        loom_http_answer_json(cancel->request, 200, json_incref(response));
    }
    json_decref(response);
}

void loom_leshan_observation_hear(struct loom_web_leshan *web,
                                  const struct loom_timeline_event *event)
{
    if (loom_list_is_empty(&web->cancels) || strcmp(event->kind, "answered") != 0) {
        return;
    }
    json_t *told = json_loads(event->json, 0, NULL);
    json_int_t ticket = json_integer_value(json_object_get(told, "ticket"));
    struct loom_list *at = web->cancels.next;
    while (at != &web->cancels) {
        struct cancel *cancel = LOOM_LIST_ENTRY(at, struct cancel, place);
        at = at->next;
        if (cancel->ticket == ticket && strcmp(cancel->endpoint, event->endpoint) == 0) {
            answer(web, cancel, response_of(cancel, told));
            forget(cancel);
        }
    }
    json_decref(told);
}

/* ---- the handlers ---------------------------------------------------------------------------- */

static void end(struct loom_web_leshan *web, struct loom_http_request *request,
                const struct wanted *wanted)
{
    const struct loom_dm_client *client = loom_leshan_client(web, request);
    bool active = loom_http_query(request, "active").data != NULL;
    if (client == NULL) {
        return;
    }
    const struct loom_dm_order *order = find(web, client, wanted);
    if (order == NULL && active) {
        loom_leshan_refuse(request, 404, "no observation of this path");
    } else if (active) {
        ask(web, request, client, order->ticket, wanted);
    } else {
        if (order != NULL) {
            (void)loom_management_server_forget(web->server, client->endpoint, order->ticket);
        }
        loom_http_answer_empty(request, 200);
    }
}

void loom_leshan_end_observation(struct loom_web_leshan *web, struct loom_http_request *request,
                                 const struct loom_path *path)
{
    const struct wanted wanted = {.path = path};
    end(web, request, &wanted);
}

void loom_leshan_end_composite(void *user, struct loom_http_request *request)
{
    json_t *paths = loom_leshan_paths(request);
    const struct wanted wanted = {.paths = paths};
    end(user, request, &wanted);
    json_decref(paths);
}
