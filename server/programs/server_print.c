/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/server_print.h"

#include "management/answer.h"

#include <inttypes.h>
#include <stdlib.h>

static bool is_request(enum loom_dm_event_kind kind)
{
    return kind == LOOM_DM_HELD || kind == LOOM_DM_SENT || kind == LOOM_DM_ANSWERED;
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

static struct loom_text payload_text(const struct loom_dm_event *event)
{
    struct loom_text text = {(const char *)event->payload.data, event->payload.length};
    return text;
}

/* Begins to read the values of an answer; the scratch must be freed in any case. */
static bool begin_values(struct loom_dm_answer *answer, const struct loom_catalog *catalog,
                         const struct loom_dm_event *event, uint8_t **scratch)
{
    *scratch = NULL;
    if (event->operation != LOOM_DM_READ || event->code != LOOM_CONTENT) {
        return false;
    }
    *scratch = malloc(event->payload.length + 1);
    return *scratch != NULL &&
           loom_dm_answer_begin(answer, catalog, &event->path, event->content_format,
                                event->payload, *scratch, event->payload.length + 1) == LOOM_OK;
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

static void json_value(struct loom_json *json, const struct loom_dm_value *value)
{
    loom_json_begin_object(json, NULL);
    loom_json_path(json, "path", &value->path);
    if (value->name != NULL) {
        loom_json_string(json, "name", value->name);
    }
    if (value->value.type != LOOM_NONE) {
        loom_json_string(json, "type", loom_catalog_type_name(value->value.type));
        loom_json_value(json, "value", &value->value);
    } else {
        loom_json_hex(json, "hex", value->raw);
    }
    if (value->units[0] != '\0') {
        loom_json_string(json, "units", value->units);
    }
    loom_json_end_object(json);
}

static bool json_values(struct loom_json *json, struct loom_dm_answer *answer)
{
    struct loom_dm_value value;
    enum loom_status status;
    loom_json_begin_array(json, "values");
    while ((status = loom_dm_answer_next(answer, &value)) == LOOM_OK) {
        json_value(json, &value);
    }
    loom_json_end_array(json);
    return status == LOOM_END;
}

static void json_payload(struct loom_json *json, const struct loom_catalog *catalog,
                         const struct loom_dm_event *event)
{
    struct loom_dm_answer answer;
    uint8_t *scratch;
    bool shown = begin_values(&answer, catalog, event, &scratch) && json_values(json, &answer);
    if (!shown && event->content_format == LOOM_FORMAT_LINK) {
        loom_json_text(json, "links", payload_text(event));
    } else if (!shown && event->payload.length > 0) {
        loom_json_hex(json, "hex", event->payload);
    }
    free(scratch);
}

static void json_request(struct loom_json *json, const struct loom_catalog *catalog,
                         const struct loom_dm_event *event)
{
    loom_json_text(json, "endpoint", event->endpoint);
    loom_json_unsigned(json, "ticket", event->ticket);
    loom_json_string(json, "operation", loom_dm_operation_name(event->operation));
    loom_json_path(json, "path", &event->path);
    if (event->kind != LOOM_DM_ANSWERED) {
        return;
    }
    if (event->code == 0) {
        loom_json_string(json, "failure", loom_dm_failure_name(event->failure));
        return;
    }
    loom_json_code(json, "code", event->code);
    if (event->created.depth > 0) {
        loom_json_path(json, "created", &event->created);
    }
    if (event->content_format != LOOM_FORMAT_ABSENT) {
        loom_json_unsigned(json, "content_format", event->content_format);
    }
    json_payload(json, catalog, event);
}

static void print_json(const struct loom_program *program, const struct loom_catalog *catalog,
                       const struct loom_dm_event *event)
{
    struct loom_json json;
    loom_program_begin_event(program, &json, event->time, loom_dm_event_name(event->kind));
    if (is_request(event->kind)) {
        json_request(&json, catalog, event);
    } else if (event->registration != NULL) {
        json_client(&json, event->registration);
    } else {
        loom_json_text(&json, "endpoint", event->endpoint);
        loom_json_text(&json, "address", event->address);
        loom_json_code(&json, "code", event->code);
        loom_json_string(&json, "reason", loom_dm_reason_name(event->reason));
    }
    if (event->kind == LOOM_DM_REGISTERED) {
        loom_json_boolean(&json, "replaced", event->replaced);
    } else if (event->kind == LOOM_DM_UPDATED) {
        json_changes(&json, event->changes);
    }
    loom_json_end(&json);
}

/* ---- for people ------------------------------------------------------------------------------ */

static void print_client(const struct loom_dm_client *client)
{
    loom_program_print_text(client->endpoint);
    (void)printf(" at ");
    loom_program_print_text(client->address);
    (void)printf(" LwM2M %u.%u, lifetime %" PRIu32 " s, binding ", client->lwm2m >> 8,
                 client->lwm2m & 0xFFu, client->lifetime);
    loom_program_print_text(client->binding);
    (void)printf(",");
    for (size_t i = 0; i < client->object_count; i++) {
        (void)printf(" /%u", (unsigned)client->objects[i].object);
        if (client->objects[i].instance != LOOM_ID_NONE) {
            (void)printf("/%u", (unsigned)client->objects[i].instance);
        }
    }
}

static void print_hex(struct loom_bytes bytes)
{
    for (size_t i = 0; i < bytes.length; i++) {
        (void)printf("%02x", bytes.data[i]);
    }
}

static void print_plain(const struct loom_value *value)
{
    switch (value->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        (void)putchar('"');
        loom_program_print_text(value->as.text);
        (void)putchar('"');
        break;
    case LOOM_INTEGER:
    case LOOM_TIME:
        (void)printf("%" PRId64, value->as.integer);
        break;
    case LOOM_UNSIGNED:
        (void)printf("%" PRIu64, value->as.unsigned_integer);
        break;
    case LOOM_FLOAT:
        (void)printf("%.15g", value->as.number);
        break;
    case LOOM_BOOLEAN:
        (void)printf("%s", value->as.boolean ? "true" : "false");
        break;
    case LOOM_OBJLNK:
        (void)printf("%u:%u", (unsigned)value->as.objlnk.object,
                     (unsigned)value->as.objlnk.instance);
        break;
    case LOOM_OPAQUE:
        print_hex(value->as.opaque);
        break;
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
}

static void print_value(const struct loom_dm_value *value)
{
    (void)putchar(' ');
    loom_program_print_path(&value->path);
    if (value->name != NULL) {
        (void)printf(" %s", value->name);
    }
    (void)putchar('=');
    if (value->value.type != LOOM_NONE) {
        print_plain(&value->value);
    } else {
        print_hex(value->raw);
    }
    if (value->units[0] != '\0') {
        (void)printf(" %s", value->units);
    }
}

static bool print_values(struct loom_dm_answer *answer)
{
    struct loom_dm_value value;
    enum loom_status status;
    const char *separator = "";
    while ((status = loom_dm_answer_next(answer, &value)) == LOOM_OK) {
        (void)fputs(separator, stdout);
        print_value(&value);
        separator = ",";
    }
    return status == LOOM_END;
}

static void print_payload(const struct loom_catalog *catalog, const struct loom_dm_event *event)
{
    struct loom_dm_answer answer;
    uint8_t *scratch;
    bool shown = begin_values(&answer, catalog, event, &scratch) && print_values(&answer);
    if (!shown && event->content_format == LOOM_FORMAT_LINK) {
        (void)putchar(' ');
        loom_program_print_text(payload_text(event));
    } else if (!shown && event->payload.length > 0) {
        (void)printf(" hex ");
        print_hex(event->payload);
    }
    free(scratch);
}

static void print_request(const struct loom_catalog *catalog, const struct loom_dm_event *event)
{
    loom_program_print_text(event->endpoint);
    (void)printf(" #%" PRIu32 " %s ", event->ticket, loom_dm_operation_name(event->operation));
    loom_program_print_path(&event->path);
    if (event->kind != LOOM_DM_ANSWERED) {
        return;
    }
    if (event->code == 0) {
        (void)printf(": no answer (%s)", loom_dm_failure_name(event->failure));
        return;
    }
    (void)printf(": ");
    loom_program_print_code(event->code);
    if (event->created.depth > 0) {
        (void)putchar(' ');
        loom_program_print_path(&event->created);
    }
    print_payload(catalog, event);
}

static void print_changes(unsigned bits)
{
    const char *separator = "; changed ";
    for (size_t i = 0; i < CHANGE_COUNT; i++) {
        if ((bits & changes[i].bit) != 0) {
            (void)printf("%s%s", separator, changes[i].name);
            separator = ", ";
        }
    }
}

static void print_human(const struct loom_program *program, const struct loom_catalog *catalog,
                        const struct loom_dm_event *event)
{
    loom_program_print_time(program, event->time);
    (void)printf("%-12s ", loom_dm_event_name(event->kind));
    if (is_request(event->kind)) {
        print_request(catalog, event);
    } else if (event->registration != NULL) {
        print_client(event->registration);
        print_changes(event->changes);
        (void)printf("%s", event->replaced ? "; again" : "");
    } else {
        loom_program_print_text(event->endpoint);
        (void)printf(" at ");
        loom_program_print_text(event->address);
        (void)putchar(' ');
        loom_program_print_code(event->code);
        (void)printf(" (%s)", loom_dm_reason_name(event->reason));
    }
    (void)printf("\n");
    (void)fflush(stdout);
}

void loom_server_print_event(const struct loom_program *program, const struct loom_catalog *catalog,
                             const struct loom_dm_event *event)
{
    if (program->json) {
        print_json(program, catalog, event);
    } else {
        print_human(program, catalog, event);
    }
}

void loom_server_print_client(const struct loom_program *program,
                              const struct loom_dm_client *client, bool asleep)
{
    if (program->json) {
        struct loom_json json;
        loom_program_begin_event(program, &json, program->port.now(program->port.self), "client");
        json_client(&json, client);
        loom_json_boolean(&json, "asleep", asleep);
        loom_json_unsigned(&json, "waiting", client->waiting);
        loom_json_end(&json);
    } else {
        print_client(client);
        (void)printf("%s", asleep ? "; asleep" : "");
        if (client->waiting > 0) {
            (void)printf("; %zu waiting", client->waiting);
        }
        (void)printf("\n");
    }
}
