/* SPDX-License-Identifier: Apache-2.0 */
/* The stream of events. */
#include "web/leshan_parts.h"

#include "common/text.h"
#include "web/leshan_shapes.h"
#include "web/streams.h"

#include <stdlib.h>

void loom_leshan_stream_events(void *user, struct loom_http_request *request)
{
    struct loom_web_leshan *web = user;
    struct loom_web_stream *stream = loom_web_stream_create(loom_http_query(request, "ep"));
    if (stream == NULL) {
        loom_leshan_refuse(request, 500, "out of memory");
        return;
    }
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
}

static void on_command(void *self, const struct loom_command *command)
{
    const struct loom_web_leshan *web = self;
    char id[LOOM_COMMAND_ID_SIZE];
    if (loom_list_is_empty(&web->streams) || command->state != LOOM_COMMAND_ANSWERED) {
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
    return loom_devices_listen(web->devices, &listener);
}
