/* SPDX-License-Identifier: Apache-2.0 */
/* The stream of events. */
#include "web/leshan_parts.h"
#include "web/leshan_routes.h"

#include "common/text.h"
#include "web/leshan_shapes.h"
#include "web/streams.h"

#include <stdlib.h>
#include <string.h>

/* ---- who is awake ---------------------------------------------------------------------------- */

static void tell_presence(void *user, const char *endpoint, bool awake)
{
    json_t *told = json_pack("{s:s}", "ep", endpoint);
    loom_leshan_tell(user, loom_string_text(endpoint), 0, awake ? "AWAKE" : "SLEEPING", told);
    json_decref(told);
}

static bool is_awake(const struct loom_web_leshan *web, const struct loom_dm_client *client)
{
    return client->queue_mode && !loom_management_server_asleep(web->server, client);
}

static int by_time(const void *left, const void *right)
{
    const struct loom_dm_client *const *a = left;
    const struct loom_dm_client *const *b = right;
    return ((*a)->awake_until > (*b)->awake_until) - ((*a)->awake_until < (*b)->awake_until);
}

/* Those that are awake already, in order. Without memory they are told of when they are heard. */
static void begin_watching(struct loom_web_leshan *web)
{
    const struct loom_dm_client *client = NULL;
    size_t count = 0;
    size_t used = 0;
    while ((client = loom_management_server_next(web->server, client)) != NULL) {
        count += is_awake(web, client) ? 1 : 0;
    }
    const struct loom_dm_client **list = calloc(count + 1, sizeof *list);
    loom_leshan_presence_begin(&web->presence, web->devices->config.seed, tell_presence, web);
    while (list != NULL && used < count &&
           (client = loom_management_server_next(web->server, client)) != NULL) {
        if (is_awake(web, client)) {
            list[used++] = client;
        }
    }
    if (list != NULL) {
        qsort(list, used, sizeof *list, by_time);
    }
    for (size_t i = 0; i < used; i++) {
        loom_leshan_presence_heard(&web->presence, list[i]->endpoint, list[i]->awake_until, true);
    }
    free(list);
    web->watching = true;
}

/* Whatever comes from a device says that it is awake. */
static void watch(struct loom_web_leshan *web, const struct loom_timeline_event *event,
                  const struct loom_dm_client *client)
{
    static const char *const ends[] = {"deregistered", "expired", "removed", NULL};
    struct loom_text endpoint = loom_string_text(event->endpoint);
    for (size_t i = 0; ends[i] != NULL; i++) {
        if (strcmp(event->kind, ends[i]) == 0) {
            loom_leshan_presence_gone(&web->presence, endpoint);
            return;
        }
    }
    if (client != NULL && is_awake(web, client)) {
        loom_leshan_presence_heard(&web->presence, endpoint, client->awake_until, false);
    } else if (client != NULL) {
        loom_leshan_presence_slept(&web->presence, endpoint);
    }
}

void loom_web_leshan_step(struct loom_web_leshan *web)
{
    loom_leshan_log_step(&web->log, &web->streams);
    if (!web->watching) {
        return;
    }
    if (loom_list_is_empty(&web->streams)) {
        loom_leshan_presence_end(&web->presence);
        web->watching = false;
    } else {
        loom_leshan_presence_step(&web->presence, web->port->now(web->port->self));
    }
}

uint64_t loom_web_leshan_deadline(const struct loom_web_leshan *web)
{
    return web->watching ? loom_leshan_presence_deadline(&web->presence) : UINT64_MAX;
}

/* ---- messages -------------------------------------------------------------------------------- */

void loom_web_leshan_trace(struct loom_web_leshan *web, const struct loom_web_tracer *tracer)
{
    web->log.tracer = *tracer;
}

void loom_web_leshan_traced(void *self, struct loom_text endpoint, struct loom_text json)
{
    const struct loom_web_leshan *web = self;
    if (!loom_list_is_empty(&web->streams)) {
        json_t *told = loom_leshan_log_json(endpoint, json,
                                            web->devices->config.now(web->devices->config.user));
        if (told != NULL) {
            loom_leshan_tell(web, endpoint, 0, "COAPLOG", told);
        }
        json_decref(told);
    }
}

void loom_web_leshan_trace_ended(void *self, struct loom_text endpoint)
{
    struct loom_web_leshan *web = self;
    loom_leshan_log_ended(&web->log, endpoint);
}

/* ---- the stream ------------------------------------------------------------------------------ */

void loom_leshan_stream_events(void *user, struct loom_http_request *request)
{
    struct loom_web_leshan *web = user;
    struct loom_web_stream *stream = loom_web_stream_create(loom_http_query(request, "ep"));
    if (stream == NULL) {
        loom_leshan_refuse(request, 500, "out of memory");
        return;
    }
    if (!web->watching) {
        begin_watching(web);
    }
    loom_leshan_log_open(&web->log, request, stream->endpoint);
    (void)loom_web_stream_begin(stream, &web->streams, request);
}

void loom_leshan_tell(const struct loom_web_leshan *web, struct loom_text endpoint, uint64_t id,
                      const char *name, const json_t *told)
{
    char *text = json_dumps(told, JSON_COMPACT);
    struct loom_http_frame *frame =
        text == NULL ? NULL : loom_http_frame_create(id, name, loom_string_text(text));
    if (frame != NULL) {
        loom_web_streams_send(&web->streams, endpoint, frame);
        loom_http_frame_release(frame);
    }
    free(text);
}

static void on_event(void *self, const struct loom_timeline_event *event)
{
    struct loom_web_leshan *web = self;
    struct loom_text endpoint = loom_string_text(event->endpoint);
    const char *name;
    loom_leshan_observation_hear(web, event);
    if (loom_list_is_empty(&web->streams)) {
        return;
    }
    const struct loom_dm_client *client = loom_management_server_find(web->server, endpoint);
    json_t *told =
        loom_leshan_event(event, client == NULL ? NULL : loom_leshan_shown(web, client), &name);
    if (told != NULL) {
        loom_leshan_tell(web, endpoint, event->id, name, told);
    }
    json_decref(told);
    watch(web, event, client);
}

static void on_command(void *self, const struct loom_command *command)
{
    struct loom_web_leshan *web = self;
    char id[LOOM_COMMAND_ID_SIZE];
    bool has_ended = command->state != LOOM_COMMAND_QUEUED && command->state != LOOM_COMMAND_SENT;
    if (!has_ended || !loom_leshan_was_delayed(web, command) ||
        command->state != LOOM_COMMAND_ANSWERED || loom_list_is_empty(&web->streams)) {
        return;
    }
    json_t *body = json_loads(command->body, 0, NULL);
    loom_command_id_write(command->id, id);
    json_t *told = json_pack("{s:s, s:O*, s:s, s:b, s:o}", "ep", command->endpoint, "path",
                             json_object_get(body, "path"), "requestId", id, "delayed", 1,
                             "response", loom_leshan_response(command));
    loom_leshan_tell(web, loom_string_text(command->endpoint), 0, "REQUEST_RESPONSE", told);
    json_decref(told);
    json_decref(body);
}

bool loom_leshan_events_begin(struct loom_web_leshan *web)
{
    const struct loom_devices_listener listener = {
        .on_command = on_command, .on_event = on_event, .self = web};
    loom_list_begin(&web->streams);
    loom_list_begin(&web->cancels);
    loom_index_begin(&web->delayed, web->devices->config.seed);
    web->began = web->devices->config.now(web->devices->config.user);
    return loom_devices_listen(web->devices, &listener);
}
