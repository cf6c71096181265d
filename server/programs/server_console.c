/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/server_console.h"

#include "catalog/value.h"
#include "events/management_event.h"
#include "loom/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char words[] = "clients | read EP PATH [tlv|text] | write EP PATH VALUE | "
                            "execute EP PATH [ARGUMENTS] | discover EP PATH | "
                            "create EP PATH [RESOURCE=VALUE ...] | delete EP PATH | help | quit";

static void complain(const struct loom_dm_console *console, const char *text)
{
    loom_program_complain(console->program, text);
}

static char *rest_of(char *line)
{
    char *rest = line + strspn(line, " \t");
    size_t length = strlen(rest);
    if (length > 0 && rest[length - 1] == '\r') {
        rest[length - 1] = '\0';
    }
    return rest;
}

static void send_request(const struct loom_dm_console *console, const char *endpoint,
                         const struct loom_dm_request *request)
{
    uint32_t ticket;
    switch (loom_management_server_send(console->server, loom_program_text(endpoint), request,
                                        &ticket)) {
    case LOOM_OK:
        break;
    case LOOM_NOT_FOUND:
        complain(console, "no such client is registered");
        break;
    case LOOM_METHOD_NOT_ALLOWED:
        complain(console,
                 "this command needs another path; /object/instance/resource, as in /3/0/0");
        break;
    default:
        complain(console, "out of memory");
        break;
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

/* Reads text as a value of the entry's type. The scratch, for Opaque, is as long as the text. */
static bool read_value(const struct loom_dm_console *console,
                       const struct loom_catalog_entry *entry, struct loom_text text,
                       struct loom_value *value, uint8_t *scratch)
{
    enum loom_type type = (enum loom_type)entry->row->type;
    char message[256];
    char expected[128];
    const char *wrong = NULL;
    if (type == LOOM_NONE) {
        wrong = "has no value";
    } else if (!loom_value_read(text, type, value, scratch)) {
        wrong = "has another type";
    } else if (!loom_catalog_in_range(entry, value)) {
        wrong = "has another range";
    }
    if (wrong != NULL) {
        loom_value_expected(entry, expected, sizeof expected);
        (void)snprintf(message, sizeof message, "%s %s (%s)", entry->name, wrong, expected);
        complain(console, message);
    }
    return wrong == NULL;
}

/* Finds a resource in the version of the object that the client has. */
static bool find_resource(const struct loom_dm_console *console, const char *endpoint,
                          const struct loom_path *path, struct loom_catalog_entry *entry)
{
    uint16_t object = path->id[LOOM_OBJECT_ID];
    const struct loom_dm_client *client =
        loom_management_server_find(console->server, loom_program_text(endpoint));
    uint8_t major = client == NULL ? 0 : loom_dm_client_major(client, object);
    return loom_catalog_resource_of(console->catalog, object, major, path->id[LOOM_RESOURCE_ID],
                                    entry);
}

/* Writes a value in the text format. The tables know no product's own objects: then the text goes
 * out as it is, and the client checks alone. */
static bool put_value(const struct loom_dm_console *console, const char *endpoint,
                      const struct loom_path *path, struct loom_text text, struct loom_output *out)
{
    struct loom_catalog_entry entry;
    struct loom_value value;
    uint8_t scratch[LOOM_PROGRAM_LINE_MAX];
    if (!find_resource(console, endpoint, path, &entry)) {
        loom_put_bytes(out, text.data, text.length);
        return true;
    }
    if (!read_value(console, &entry, text, &value, scratch)) {
        return false;
    }
    loom_text_put(out, &value);
    return true;
}

/* ---- words ----------------------------------------------------------------------------------- */

static void print_client(const struct loom_dm_console *console, const struct loom_dm_client *client)
{
    bool asleep = loom_management_server_asleep(console->server, client);
    struct loom_program_line line;
    loom_program_begin_answer(console->program, &line, "client");
    if (line.json != NULL) {
        loom_dm_client_json(line.json, client, asleep);
    } else {
        loom_dm_client_print(line.out, client, asleep);
    }
    loom_program_end_line(console->program, &line);
}

static void on_clients(const struct loom_dm_console *console)
{
    const struct loom_dm_client *client = NULL;
    size_t count = 0;
    while ((client = loom_management_server_next(console->server, client)) != NULL) {
        print_client(console, client);
        count++;
    }
    loom_program_print_count(console->program, "clients", count);
}

static void on_read(const struct loom_dm_console *console, const char *endpoint,
                    struct loom_dm_request *request, char *line)
{
    const char *format = loom_program_word(&line);
    if (format != NULL && strcmp(format, "tlv") == 0) {
        request->accept = LOOM_FORMAT_TLV;
    } else if (format != NULL && strcmp(format, "text") == 0) {
        request->accept = LOOM_FORMAT_TEXT;
    } else if (format != NULL) {
        complain(console, "formats are tlv and text");
        return;
    }
    send_request(console, endpoint, request);
}

static void on_write(const struct loom_dm_console *console, const char *endpoint,
                     struct loom_dm_request *request, char *line)
{
    uint8_t payload[LOOM_PROGRAM_LINE_MAX];
    struct loom_output out = loom_output(payload, sizeof payload);
    if (request->path.depth < 3) {
        complain(console, "write needs the path of a resource, as in /3/0/14");
        return;
    }
    if (!put_value(console, endpoint, &request->path, loom_program_text(rest_of(line)), &out)) {
        return;
    }
    request->content_format = LOOM_FORMAT_TEXT;
    request->payload.data = payload;
    request->payload.length = out.length;
    send_request(console, endpoint, request);
}

static void on_execute(const struct loom_dm_console *console, const char *endpoint,
                       struct loom_dm_request *request, char *line)
{
    struct loom_text arguments = loom_program_text(rest_of(line));
    if (arguments.length > 0) {
        request->content_format = LOOM_FORMAT_TEXT;
        request->payload.data = (const uint8_t *)arguments.data;
        request->payload.length = arguments.length;
    }
    send_request(console, endpoint, request);
}

/* The resource of a word `5700`, `sensor-value` or `6/0`; the instance is LOOM_ID_NONE without one.
 */
static bool read_resource(const struct loom_dm_console *console, uint16_t object, char *word,
                          struct loom_catalog_entry *entry, uint16_t *instance)
{
    uint16_t id;
    char *slash = strchr(word, '/');
    *instance = LOOM_ID_NONE;
    if (slash != NULL) {
        *slash = '\0';
        if (!loom_text_to_id(loom_program_text(slash + 1), instance)) {
            complain(console, "expected the number of a resource instance behind /");
            return false;
        }
    }
    struct loom_text name = loom_program_text(word);
    if (loom_text_to_id(name, &id)
            ? !loom_catalog_resource(console->catalog, object, id, entry)
            : !loom_catalog_resource_by_name(console->catalog, object, name, entry)) {
        complain(console, "the tables know no such resource");
        return false;
    }
    if (((entry->row->access & LOOM_MULTIPLE) != 0) != (slash != NULL)) {
        complain(console, slash == NULL ? "this resource has instances: RESOURCE/0=VALUE"
                                        : "this resource has no instances");
        return false;
    }
    return true;
}

/* `5700=21.5` or `sensor-value=21.5`, `6/0=1` for an instance of a multiple resource. */
static bool put_resource(const struct loom_dm_console *console, uint16_t object, char *word,
                         struct loom_output *out)
{
    struct loom_catalog_entry entry;
    struct loom_value value;
    uint8_t scratch[LOOM_PROGRAM_LINE_MAX];
    char *equals = strchr(word, '=');
    uint16_t instance;
    if (equals == NULL) {
        complain(console, "expected RESOURCE=VALUE");
        return false;
    }
    *equals = '\0';
    if (!read_resource(console, object, word, &entry, &instance) ||
        !read_value(console, &entry, loom_program_text(equals + 1), &value, scratch)) {
        return false;
    }
    if (instance == LOOM_ID_NONE) {
        loom_tlv_put_value(out, LOOM_TLV_RESOURCE, entry.row->id, &value);
        return true;
    }
    size_t begin = loom_tlv_begin(out);
    loom_tlv_put_value(out, LOOM_TLV_RESOURCE_INSTANCE, instance, &value);
    loom_tlv_end(out, begin, LOOM_TLV_MULTIPLE, entry.row->id);
    return true;
}

/* `/3303` lets the client pick the id, `/3303/2` names it in the payload (rule D-14). */
static void on_create(const struct loom_dm_console *console, const char *endpoint,
                      struct loom_dm_request *request, char *line)
{
    uint8_t payload[LOOM_PROGRAM_LINE_MAX];
    struct loom_output out = loom_output(payload, sizeof payload);
    bool named = request->path.depth == 2;
    size_t begin = loom_tlv_begin(&out);
    char *word;
    while ((word = loom_program_word(&line)) != NULL) {
        if (!put_resource(console, request->path.id[LOOM_OBJECT_ID], word, &out)) {
            return;
        }
    }
    if (named) {
        loom_tlv_end(&out, begin, LOOM_TLV_INSTANCE, request->path.id[LOOM_INSTANCE_ID]);
        request->path.depth = 1;
    }
    if (out.overflow) {
        complain(console, "this is too much for one line");
        return;
    }
    request->content_format = LOOM_FORMAT_TLV;
    request->payload.data = payload;
    request->payload.length = out.length;
    send_request(console, endpoint, request);
}

static const struct {
    const char *word;
    enum loom_dm_operation operation;
} operations[] = {
    {"read", LOOM_DM_READ},         {"write", LOOM_DM_WRITE},   {"execute", LOOM_DM_EXECUTE},
    {"discover", LOOM_DM_DISCOVER}, {"create", LOOM_DM_CREATE}, {"delete", LOOM_DM_DELETE},
};

static void on_operation(const struct loom_dm_console *console, enum loom_dm_operation operation,
                         char *line)
{
    struct loom_dm_request request = {
        operation, {{0, 0, 0, 0}, 0}, LOOM_FORMAT_ABSENT, LOOM_FORMAT_ABSENT, {NULL, 0}};
    const char *endpoint = loom_program_word(&line);
    const char *path = endpoint == NULL ? NULL : loom_program_word(&line);
    if (path == NULL || !loom_text_to_path(loom_program_text(path), &request.path)) {
        complain(console, "expected an endpoint and a path, as in: read my-device /3/0");
        return;
    }
    switch (operation) {
    case LOOM_DM_READ:
        on_read(console, endpoint, &request, line);
        break;
    case LOOM_DM_WRITE:
        on_write(console, endpoint, &request, line);
        break;
    case LOOM_DM_EXECUTE:
        on_execute(console, endpoint, &request, line);
        break;
    case LOOM_DM_CREATE:
        on_create(console, endpoint, &request, line);
        break;
    case LOOM_DM_DISCOVER:
    case LOOM_DM_DELETE:
        send_request(console, endpoint, &request);
        break;
    }
}

bool loom_dm_console_line(const struct loom_dm_console *console, char *line)
{
    const char *word = loom_program_word(&line);
    if (word == NULL) {
        return true;
    }
    for (size_t i = 0; i < sizeof operations / sizeof operations[0]; i++) {
        if (strcmp(word, operations[i].word) == 0) {
            on_operation(console, operations[i].operation, line);
            return true;
        }
    }
    if (strcmp(word, "quit") == 0) {
        return false;
    }
    if (strcmp(word, "clients") == 0) {
        on_clients(console);
    } else if (strcmp(word, "help") == 0) {
        loom_program_help(console->program, words);
    } else {
        complain(console, "no such command; try help");
    }
    return true;
}
