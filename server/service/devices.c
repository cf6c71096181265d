/* SPDX-License-Identifier: Apache-2.0 */
#include "service/devices.h"

#include "common/moment.h"
#include "events/management_event.h"
#include "loom/event.h"
#include "service/withheld.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void loom_command_id_write(uint64_t id, char text[LOOM_COMMAND_ID_SIZE])
{
    (void)snprintf(text, LOOM_COMMAND_ID_SIZE, "%016" PRIx64, id);
}

bool loom_command_id_read(struct loom_text text, uint64_t *id)
{
    *id = 0;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
                         : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a' + 10)
                                                : 16u;
        if (digit == 16) {
            return false;
        }
        *id = *id << 4 | digit;
    }
    return text.length == LOOM_COMMAND_ID_SIZE - 1 && *id != 0;
}

/* ---- a command as JSON ----------------------------------------------------------------------- */

static json_t *moment(int64_t time)
{
    char text[LOOM_MOMENT_SIZE];
    loom_moment_write(time, text);
    return json_string(text);
}

/* What the device has said, without what the command says itself. */
static json_t *result_of(const char *text)
{
    static const char *const others[] = {"command", "endpoint",   "ticket", "operation",
                                         "path",    "paths",      "query",  "code",
                                         "failure", "observation"};
    json_t *result = text == NULL ? NULL : json_loads(text, 0, NULL);
    for (size_t i = 0; result != NULL && i < sizeof others / sizeof others[0]; i++) {
        (void)json_object_del(result, others[i]);
    }
    return result;
}

json_t *loom_command_json(const struct loom_command *command)
{
    char id[LOOM_COMMAND_ID_SIZE];
    json_t *request = json_loads(command->body, 0, NULL);
    loom_service_withhold(command->catalog, request);
    loom_command_id_write(command->id, id);
    json_t *json =
        json_pack("{s:s, s:s, s:o*, s:s, s:s, s:i, s:i, s:o, s:o, s:o}", "id", id, "endpoint",
                  command->endpoint, "request", request, "who", command->who, "state",
                  loom_command_state_name(command->state), "priority", (int)command->priority,
                  "attempts", (int)command->attempts, "created", moment(command->created),
                  "changed", moment(command->changed), "expires", moment(command->expires));
    if (json == NULL) {
        return NULL;
    }
    if (command->state == LOOM_COMMAND_ANSWERED) {
        char code[8];
        json_t *result = result_of(command->result);
        (void)snprintf(code, sizeof code, "%u.%02u", command->code >> 5, command->code & 31u);
        (void)json_object_set_new(json, "code", json_string(code));
        if (result != NULL) {
            (void)json_object_set_new(json, "result", result);
        }
    } else if (command->state == LOOM_COMMAND_FAILED) {
        (void)json_object_set_new(json, "failure",
                                  json_string(loom_failure_name(command->failure)));
    }
    return json;
}

/* ---- hearing --------------------------------------------------------------------------------- */

static int64_t now_of(const struct loom_devices *devices)
{
    return devices->config.now(devices->config.user);
}

static void tell_state(struct loom_devices *devices, const struct loom_command *command)
{
    char id[LOOM_COMMAND_ID_SIZE];
    struct loom_text endpoint = {command->endpoint, strlen(command->endpoint)};
    loom_command_id_write(command->id, id);
    json_t *json = json_pack("{s:s, s:s, s:s, s:s}", "endpoint", command->endpoint, "command", id,
                             "operation", loom_dm_operation_name(command->operation), "state",
                             loom_command_state_name(command->state));
    char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
    if (text != NULL) {
        struct loom_text members = {text + 1, strlen(text) - 2};
        (void)loom_timeline_tell(devices->timeline, "command", endpoint, members, now_of(devices));
    }
    json_decref(json);
    free(text);
}

void loom_devices_tell_command(struct loom_devices *devices, const struct loom_command *command)
{
    if (!command->elsewhere) { /* what comes of it is told there */
        tell_state(devices, command);
    }
    for (size_t i = 0; i < devices->listener_count; i++) {
        if (devices->listeners[i].on_command != NULL) {
            devices->listeners[i].on_command(devices->listeners[i].self, command);
        }
    }
}

static void on_command(void *user, const struct loom_command *command)
{
    loom_devices_tell_command(user, command);
}

static void on_event(void *user, const struct loom_timeline_event *event)
{
    struct loom_devices *devices = user;
    for (size_t i = 0; i < devices->listener_count; i++) {
        if (devices->listeners[i].on_event != NULL) {
            devices->listeners[i].on_event(devices->listeners[i].self, event);
        }
    }
}

bool loom_devices_listen(struct loom_devices *devices, const struct loom_devices_listener *listener)
{
    if (devices->listener_count == LOOM_DEVICES_LISTENERS_MAX) {
        return false;
    }
    devices->listeners[devices->listener_count++] = *listener;
    return true;
}

/* Writes an event as one JSON object. @return it; empty without memory */
static struct loom_text render(struct loom_devices *devices, const struct loom_dm_event *event)
{
    uint64_t command = loom_commands_of_ticket(devices->commands, event->endpoint, event->ticket);
    struct loom_json *json = loom_rendering_open(&devices->rendering);
    if (command != 0) {
        char id[LOOM_COMMAND_ID_SIZE];
        loom_command_id_write(command, id);
        loom_json_string(json, "command", id);
    }
    loom_dm_event_json(json, devices->config.catalog, event);
    return loom_rendering_close(&devices->rendering);
}

static void take_values(struct loom_devices *devices, const struct loom_dm_event *event,
                        struct loom_text json, int64_t now)
{
    char at[LOOM_MOMENT_SIZE];
    bool values = event->kind == LOOM_DM_NOTIFIED || event->kind == LOOM_DM_RECEIVED ||
                  event->kind == LOOM_DM_ANSWERED;
    if (event->kind == LOOM_DM_ANSWERED && event->operation == LOOM_DM_DELETE &&
        event->code == LOOM_DELETED) {
        loom_values_forget(devices->values, event->endpoint, &event->path);
    }
    if (!values || event->payload.length == 0 || event->code >= LOOM_BAD_REQUEST) {
        return;
    }
    json_t *object = json_loadb(json.data, json.length, 0, NULL);
    loom_moment_write(now, at);
    loom_values_take(devices->values, event->endpoint, json_object_get(object, "values"), at);
    json_decref(object);
}

void loom_devices_hear(struct loom_devices *devices, const struct loom_dm_event *event)
{
    int64_t now = now_of(devices);
    struct loom_text json = render(devices, event);
    if (json.length == 0) {
        return;
    }
    (void)loom_timeline_tell(devices->timeline, loom_dm_event_name(event->kind), event->endpoint,
                             loom_rendering_members(json), now);
    take_values(devices, event, json, now);
    (void)loom_commands_hear(devices->commands, event, json, now);
}

/* ---- steps ----------------------------------------------------------------------------------- */

void loom_devices_step(struct loom_devices *devices)
{
    int64_t now = now_of(devices);
    loom_commands_step(devices->commands, now);
    loom_timeline_step(devices->timeline, now);
}

int64_t loom_devices_deadline(const struct loom_devices *devices)
{
    int64_t commands = loom_commands_deadline(devices->commands);
    int64_t timeline = loom_timeline_deadline(devices->timeline);
    return commands < timeline ? commands : timeline;
}

bool loom_devices_begin(struct loom_devices *devices, const struct loom_devices_config *config)
{
    struct loom_commands_config commands = {.server = config->server,
                                            .catalog = config->catalog,
                                            .seed = config->seed,
                                            .node = config->node,
                                            .keeper = config->command_keeper,
                                            .changed = on_command,
                                            .user = devices};
    struct loom_timeline_config timeline = {.node = config->node,
                                            .last = config->last_event,
                                            .keeper = config->timeline_keeper,
                                            .hear = on_event,
                                            .user = devices};
    memset(devices, 0, sizeof *devices);
    devices->config = *config;
    devices->commands = loom_commands_create(&commands);
    devices->timeline = loom_timeline_create(&timeline);
    devices->values = loom_values_create(~config->seed, 0);
    if (devices->commands == NULL || devices->timeline == NULL || devices->values == NULL ||
        !loom_rendering_begin(&devices->rendering)) {
        loom_devices_end(devices);
        return false;
    }
    return true;
}

void loom_devices_end(struct loom_devices *devices)
{
    loom_commands_destroy(devices->commands);
    loom_timeline_destroy(devices->timeline);
    loom_values_destroy(devices->values);
    loom_rendering_end(&devices->rendering);
    memset(devices, 0, sizeof *devices);
}
