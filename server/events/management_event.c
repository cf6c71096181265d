/* SPDX-License-Identifier: Apache-2.0 */
#include "events/management_event.h"

#include "events/payload.h"
#include "events/print.h"
#include "loom/codec.h"
#include "loom/event.h"
#include "management/paths.h"

#include <inttypes.h>
#include <stdlib.h>

/* Of a client that is registered, and not of its registration. */
static bool is_exchange(enum loom_dm_event_kind kind)
{
    return kind == LOOM_DM_HELD || kind == LOOM_DM_SENT || kind == LOOM_DM_ANSWERED ||
           kind == LOOM_DM_NOTIFIED || kind == LOOM_DM_ENDED || kind == LOOM_DM_RECEIVED ||
           kind == LOOM_DM_PROGRESS;
}

/* Something has come from the client, or nothing more will. */
static bool is_told(enum loom_dm_event_kind kind)
{
    return kind != LOOM_DM_HELD && kind != LOOM_DM_SENT && kind != LOOM_DM_PROGRESS;
}

static const struct {
    unsigned bit;
    const char *name;
} changes[] = {
    {LOOM_DM_CHANGED_LIFETIME, "lifetime"}, {LOOM_DM_CHANGED_BINDING, "binding"},
    {LOOM_DM_CHANGED_SMS, "sms"},           {LOOM_DM_CHANGED_OBJECTS, "objects"},
    {LOOM_DM_CHANGED_ADDRESS, "address"},
};
#define CHANGE_COUNT (sizeof changes / sizeof changes[0])

/* Begins to read the paths of a composite request; the scratch must be freed in any case. */
static bool begin_paths(struct loom_decoder *decoder, const struct loom_dm_request *request,
                        uint8_t **scratch)
{
    *scratch = NULL;
    if (!loom_dm_has_paths(request->operation)) {
        return false;
    }
    *scratch = malloc(request->payload.length + 1);
    return *scratch != NULL &&
           loom_dm_paths_begin(decoder, request, *scratch, request->payload.length + 1) == LOOM_OK;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void json_objects(struct loom_json *json, const struct loom_dm_client *client)
{
    loom_json_begin_array(json, "objects");
    for (size_t i = 0; i < client->object_count; i++) {
        const struct loom_dm_link *link = &client->objects[i];
        struct loom_path path = link->instance == LOOM_ID_NONE
                                    ? loom_path_object(link->object)
                                    : loom_path_instance(link->object, link->instance);
        loom_json_path(json, NULL, &path);
    }
    loom_json_end_array(json);
}

static void json_client(struct loom_json *json, const struct loom_dm_client *client)
{
    char version[8];
    (void)snprintf(version, sizeof version, "%u.%u", client->lwm2m >> 8, client->lwm2m & 0xFFu);
    loom_json_text(json, "endpoint", client->endpoint);
    loom_json_text(json, "address", client->address);
    loom_json_string(json, "location", client->location);
    loom_json_string(json, "lwm2m", version);
    loom_json_unsigned(json, "lifetime", client->lifetime);
    loom_json_text(json, "binding", client->binding);
    loom_json_boolean(json, "queue_mode", client->queue_mode);
    loom_json_boolean(json, "secure", client->identity.length > 0);
    if (client->sms.length > 0) {
        loom_json_text(json, "sms", client->sms);
    }
    if (client->alternate_path.length > 0) {
        loom_json_text(json, "alternate_path", client->alternate_path);
    }
    json_objects(json, client);
}

static void json_changes(struct loom_json *json, unsigned bits)
{
    loom_json_begin_array(json, "changes");
    for (size_t i = 0; i < CHANGE_COUNT; i++) {
        if ((bits & changes[i].bit) != 0) {
            loom_json_string(json, NULL, changes[i].name);
        }
    }
    loom_json_end_array(json);
}

/* What was asked: where, and with which arguments. */
static void json_request(struct loom_json *json, const struct loom_dm_request *request)
{
    struct loom_decoder decoder;
    struct loom_item item;
    uint8_t *scratch;
    loom_json_string(json, "operation", loom_dm_operation_name(request->operation));
    loom_json_path(json, "path", &request->path);
    if (begin_paths(&decoder, request, &scratch)) {
        loom_json_begin_array(json, "paths");
        while (loom_decode_next(&decoder, &item) == LOOM_OK) {
            loom_json_path(json, NULL, &item.path);
        }
        loom_json_end_array(json);
    }
    free(scratch);
    if (request->query.length > 0) {
        loom_json_text(json, "query", request->query);
    }
    if (request->observation != 0) {
        loom_json_unsigned(json, "observation", request->observation);
    }
}

/* What came of it. */
static void json_told(struct loom_json *json, const struct loom_catalog *catalog,
                      const struct loom_dm_event *event)
{
    if (event->end != LOOM_DM_NO_END) {
        loom_json_string(json, "reason", loom_dm_end_name(event->end));
    } else if (event->code == 0) {
        loom_json_string(json, "failure", loom_failure_name(event->failure));
    }
    if (event->code == 0) {
        return;
    }
    loom_json_code(json, "code", event->code);
    if (event->observing) {
        loom_json_boolean(json, "observing", true);
    }
    if (event->created.depth > 0) {
        loom_json_path(json, "created", &event->created);
    }
    if (event->content_format != LOOM_FORMAT_ABSENT) {
        loom_json_unsigned(json, "content_format", event->content_format);
    }
    loom_dm_payload_json(json, catalog, event);
}

static void json_order(struct loom_json *json, struct loom_text endpoint, uint32_t ticket,
                       const struct loom_dm_request *request)
{
    loom_json_text(json, "endpoint", endpoint);
    if (request != NULL) {
        loom_json_unsigned(json, "ticket", ticket);
        json_request(json, request);
    }
}

static void json_exchange(struct loom_json *json, const struct loom_catalog *catalog,
                          const struct loom_dm_event *event)
{
    json_order(json, event->endpoint, event->ticket, event->request);
    if (is_told(event->kind)) {
        json_told(json, catalog, event);
    } else if (event->kind == LOOM_DM_PROGRESS) {
        loom_json_unsigned(json, "done", event->done);
        loom_json_unsigned(json, "size", event->size);
    }
}

/* Of a peer that need not be registered. */
static void json_stranger(struct loom_json *json, const struct loom_dm_event *event)
{
    loom_json_text(json, "endpoint", event->endpoint);
    loom_json_text(json, "address", event->address);
    if (event->file.length > 0) {
        loom_json_text(json, "file", event->file);
    }
    if (event->kind == LOOM_DM_REFUSED) {
        loom_json_code(json, "code", event->code);
        loom_json_string(json, "reason", loom_dm_reason_name(event->reason));
    } else {
        loom_json_unsigned(json, "size", event->size);
    }
}

void loom_dm_event_json(struct loom_json *json, const struct loom_catalog *catalog,
                        const struct loom_dm_event *event)
{
    if (is_exchange(event->kind)) {
        json_exchange(json, catalog, event);
    } else if (event->registration != NULL) {
        json_client(json, event->registration);
    } else {
        json_stranger(json, event);
    }
    if (event->kind == LOOM_DM_REGISTERED) {
        loom_json_boolean(json, "replaced", event->replaced);
    } else if (event->kind == LOOM_DM_UPDATED) {
        json_changes(json, event->changes);
    }
}

void loom_dm_order_json(struct loom_json *json, const struct loom_dm_client *client,
                        const struct loom_dm_order *order)
{
    json_order(json, client->endpoint, order->ticket, &order->request);
}

void loom_dm_client_json(struct loom_json *json, const struct loom_dm_client *client, bool asleep)
{
    json_client(json, client);
    loom_json_boolean(json, "asleep", asleep);
    loom_json_unsigned(json, "waiting", client->waiting);
}

/* ---- for people ------------------------------------------------------------------------------ */

static void print_client(FILE *out, const struct loom_dm_client *client)
{
    loom_print_text(out, client->endpoint);
    (void)fprintf(out, " at ");
    loom_print_text(out, client->address);
    (void)fprintf(out, " LwM2M %u.%u, lifetime %" PRIu32 " s, binding ", client->lwm2m >> 8,
                  client->lwm2m & 0xFFu, client->lifetime);
    loom_print_text(out, client->binding);
    (void)fprintf(out, ",");
    for (size_t i = 0; i < client->object_count; i++) {
        (void)fprintf(out, " /%u", (unsigned)client->objects[i].object);
        if (client->objects[i].instance != LOOM_ID_NONE) {
            (void)fprintf(out, "/%u", (unsigned)client->objects[i].instance);
        }
    }
}

static void print_request(FILE *out, const struct loom_dm_request *request)
{
    struct loom_decoder decoder;
    struct loom_item item;
    uint8_t *scratch;
    (void)fprintf(out, "%s", loom_dm_operation_name(request->operation));
    if (begin_paths(&decoder, request, &scratch)) {
        while (loom_decode_next(&decoder, &item) == LOOM_OK) {
            (void)fputc(' ', out);
            loom_print_path(out, &item.path);
        }
    } else {
        (void)fputc(' ', out);
        loom_print_path(out, &request->path);
    }
    free(scratch);
    if (request->query.length > 0) {
        (void)fputs(loom_dm_has_paths(request->operation) ? " ?" : "?", out);
        loom_print_text(out, request->query);
    }
}

static void print_told(FILE *out, const struct loom_catalog *catalog,
                       const struct loom_dm_event *event)
{
    if (event->end != LOOM_DM_NO_END) {
        (void)fprintf(out, " (%s)", loom_dm_end_name(event->end));
    } else if (event->code == 0) {
        (void)fprintf(out, ": no answer (%s)", loom_failure_name(event->failure));
    }
    if (event->code == 0) {
        return;
    }
    (void)fprintf(out, ": ");
    loom_print_code(out, event->code);
    if (event->created.depth > 0) {
        (void)fputc(' ', out);
        loom_print_path(out, &event->created);
    }
    loom_dm_payload_print(out, catalog, event);
    (void)fputs(event->observing ? "; observing" : "", out);
}

static void print_order(FILE *out, struct loom_text endpoint, uint32_t ticket,
                        const struct loom_dm_request *request)
{
    loom_print_text(out, endpoint);
    if (request != NULL) {
        (void)fprintf(out, " #%" PRIu32 " ", ticket);
        print_request(out, request);
    }
}

static void print_exchange(FILE *out, const struct loom_catalog *catalog,
                           const struct loom_dm_event *event)
{
    print_order(out, event->endpoint, event->ticket, event->request);
    if (is_told(event->kind)) {
        print_told(out, catalog, event);
    } else if (event->kind == LOOM_DM_PROGRESS) {
        (void)fprintf(out, ": %" PRIu32 " of %" PRIu32 " bytes", event->done, event->size);
    }
}

static void print_stranger(FILE *out, const struct loom_dm_event *event)
{
    loom_print_text(out, event->endpoint);
    (void)fputs(event->endpoint.length > 0 ? " at " : "at ", out);
    loom_print_text(out, event->address);
    if (event->file.length > 0) {
        (void)fputc(' ', out);
        loom_print_text(out, event->file);
    }
    if (event->kind == LOOM_DM_REFUSED) {
        (void)fputc(' ', out);
        loom_print_code(out, event->code);
        (void)fprintf(out, " (%s)", loom_dm_reason_name(event->reason));
    } else {
        (void)fprintf(out, ", %" PRIu32 " bytes", event->size);
    }
}

static void print_changes(FILE *out, unsigned bits)
{
    const char *separator = "; changed ";
    for (size_t i = 0; i < CHANGE_COUNT; i++) {
        if ((bits & changes[i].bit) != 0) {
            (void)fprintf(out, "%s%s", separator, changes[i].name);
            separator = ", ";
        }
    }
}

void loom_dm_event_print(FILE *out, const struct loom_catalog *catalog,
                         const struct loom_dm_event *event)
{
    (void)fprintf(out, "%-12s ", loom_dm_event_name(event->kind));
    if (is_exchange(event->kind)) {
        print_exchange(out, catalog, event);
    } else if (event->registration != NULL) {
        print_client(out, event->registration);
        print_changes(out, event->changes);
        (void)fputs(event->replaced ? "; again" : "", out);
    } else {
        print_stranger(out, event);
    }
}

void loom_dm_order_print(FILE *out, const struct loom_dm_client *client,
                         const struct loom_dm_order *order)
{
    print_order(out, client->endpoint, order->ticket, &order->request);
}

void loom_dm_client_print(FILE *out, const struct loom_dm_client *client, bool asleep)
{
    print_client(out, client);
    (void)fputs(asleep ? "; asleep" : "", out);
    if (client->waiting > 0) {
        (void)fprintf(out, "; %zu waiting", client->waiting);
    }
}
