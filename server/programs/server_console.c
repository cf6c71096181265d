/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/server_console.h"

#include "catalog/value.h"
#include "events/management_event.h"
#include "loom/codec.h"
#include "programs/console_file.h"
#include "programs/console_firmware.h"
#include "programs/console_options.h"
#include "programs/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char words[] =
    "clients | read EP PATH [FORMAT] | write EP PATH VALUE | write EP PATH RESOURCE=VALUE ... | "
    "write-file EP PATH FILE | firmware EP push FILE | firmware EP pull NAME|URI | "
    "update EP PATH RESOURCE=VALUE ... | execute EP PATH [ARGUMENTS] | discover EP PATH [DEPTH] | "
    "create EP PATH [RESOURCE=VALUE ...] | delete EP PATH | "
    "write-attributes EP PATH ATTRIBUTE[=VALUE] ... | "
    "observe EP PATH [ATTRIBUTE=VALUE ...] [FORMAT] | observations | "
    "cancel EP OBSERVATION [silently] | read-composite EP PATH ... [FORMAT] | "
    "write-composite EP PATH=VALUE|-PATH ... | "
    "observe-composite EP PATH ... [ATTRIBUTE=VALUE ...] [FORMAT] | "
    "trace EP on|off | help | quit";

static void complain(const struct loom_dm_console *console, const char *text)
{
    loom_program_complain(console->program, text);
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
    case LOOM_BAD_REQUEST:
        complain(console, "too many attributes");
        break;
    case LOOM_METHOD_NOT_ALLOWED:
        complain(console, "wrong path for this command; expected e.g. /3/0/0");
        break;
    default:
        complain(console, "out of memory");
        break;
    }
}

/* ---- what there is --------------------------------------------------------------------------- */

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

static void print_observation(const struct loom_dm_console *console,
                              const struct loom_dm_client *client,
                              const struct loom_dm_order *order)
{
    struct loom_program_line line;
    loom_program_begin_answer(console->program, &line, "observation");
    if (line.json != NULL) {
        loom_dm_order_json(line.json, client, order);
    } else {
        loom_dm_order_print(line.out, client, order);
    }
    loom_program_end_line(console->program, &line);
}

static void on_observations(const struct loom_dm_console *console)
{
    const struct loom_dm_client *client = NULL;
    size_t count = 0;
    while ((client = loom_management_server_next(console->server, client)) != NULL) {
        const struct loom_dm_order *order = NULL;
        while ((order = loom_management_server_next_observation(console->server, client, order)) !=
               NULL) {
            print_observation(console, client, order);
            count++;
        }
    }
    loom_program_print_count(console->program, "observations", count);
}

static void on_trace(const struct loom_dm_console *console, char *line)
{
    const char *endpoint = loom_program_word(&line);
    const struct loom_dm_client *client =
        endpoint == NULL
            ? NULL
            : loom_management_server_find(console->server, loom_program_text(endpoint));
    loom_program_trace_line(console->program, endpoint, line,
                            client == NULL ? (struct loom_text){NULL, 0} : client->address);
}

static void on_cancel(const struct loom_dm_console *console, char *line)
{
    const char *endpoint = loom_program_word(&line);
    const char *number = endpoint == NULL ? NULL : loom_program_word(&line);
    const char *how = number == NULL ? NULL : loom_program_word(&line);
    bool silently = how != NULL && strcmp(how, "silently") == 0;
    uint64_t observation;
    uint32_t ticket;
    if (number == NULL || !loom_text_to_unsigned(loom_program_text(number), &observation) ||
        observation > UINT32_MAX || (how != NULL && !silently) ||
        loom_program_word(&line) != NULL) {
        complain(console, "expected an endpoint and the ticket of an observation, e.g. cancel "
                          "my-device 7, or: cancel my-device 7 silently");
        return;
    }
    enum loom_status status =
        silently ? loom_management_server_forget(console->server, loom_program_text(endpoint),
                                                 (uint32_t)observation)
                 : loom_management_server_cancel(console->server, loom_program_text(endpoint),
                                                 (uint32_t)observation, &ticket);
    if (status != LOOM_OK) {
        complain(console, status == LOOM_NOT_FOUND ? "unknown observation; try observations"
                                                   : "out of memory");
    }
}

/* ---- requests -------------------------------------------------------------------------------- */

/* Sends a request with what the words behind the path say. */
static void send_with(const struct loom_dm_console *console, const char *endpoint,
                      struct loom_dm_request *request, unsigned may_come, char *line)
{
    struct loom_console_room room;
    if (loom_console_options(console->program, may_come, line, &room, request)) {
        send_request(console, endpoint, request);
    }
}

/* Sends a request with what was written, if it fits. */
static void send_written(const struct loom_dm_console *console, const char *endpoint,
                         struct loom_dm_request *request, uint16_t format,
                         const struct loom_output *out)
{
    if (out->overflow) {
        complain(console, "the line is too long");
        return;
    }
    request->content_format = format;
    request->payload = (struct loom_bytes){out->data, out->length};
    send_request(console, endpoint, request);
}

static void on_plain(const struct loom_dm_console *console, const char *endpoint,
                     struct loom_dm_request *request, char *line)
{
    send_with(console, endpoint, request, 0, line);
}

static void on_read(const struct loom_dm_console *console, const char *endpoint,
                    struct loom_dm_request *request, char *line)
{
    send_with(console, endpoint, request, LOOM_CONSOLE_FORMAT, line);
}

static void on_attributes(const struct loom_dm_console *console, const char *endpoint,
                          struct loom_dm_request *request, char *line)
{
    if (*loom_program_rest(line) == '\0') {
        complain(console, "expected attributes, e.g. write-attributes my-device /3/0/9 pmin=10");
        return;
    }
    send_with(console, endpoint, request, LOOM_CONSOLE_ATTRIBUTES | LOOM_CONSOLE_UNSET, line);
}

static void on_observe(const struct loom_dm_console *console, const char *endpoint,
                       struct loom_dm_request *request, char *line)
{
    send_with(console, endpoint, request, LOOM_CONSOLE_ATTRIBUTES | LOOM_CONSOLE_FORMAT, line);
}

static void on_read_composite(const struct loom_dm_console *console, const char *endpoint,
                              struct loom_dm_request *request, char *line)
{
    send_with(console, endpoint, request, LOOM_CONSOLE_PATHS | LOOM_CONSOLE_FORMAT, line);
}

static void on_observe_composite(const struct loom_dm_console *console, const char *endpoint,
                                 struct loom_dm_request *request, char *line)
{
    send_with(console, endpoint, request,
              LOOM_CONSOLE_PATHS | LOOM_CONSOLE_ATTRIBUTES | LOOM_CONSOLE_FORMAT, line);
}

static void on_discover(const struct loom_dm_console *console, const char *endpoint,
                        struct loom_dm_request *request, char *line)
{
    char query[] = "depth=0";
    const char *depth = loom_program_word(&line);
    if (depth != NULL) {
        if (depth[0] < '0' || depth[0] > '3' || depth[1] != '\0' ||
            loom_program_word(&line) != NULL) {
            complain(console, "the depth is 0, 1, 2 or 3");
            return;
        }
        query[sizeof query - 2] = depth[0];
        request->query = loom_program_text(query);
    }
    send_request(console, endpoint, request);
}

/* An instance, or a multiple resource, as a whole. */
static void write_parts(const struct loom_dm_console *console, const char *endpoint,
                        struct loom_dm_request *request, char *line)
{
    uint8_t payload[LOOM_PROGRAM_LINE_MAX];
    struct loom_output out = loom_output(payload, sizeof payload);
    bool good =
        request->path.depth == 2
            ? loom_dm_console_put_resources(console, request->path.id[LOOM_OBJECT_ID], line, &out)
            : loom_dm_console_put_instances(console, endpoint, &request->path, line, &out);
    if (good) {
        send_written(console, endpoint, request, LOOM_FORMAT_TLV, &out);
    }
}

static void on_update(const struct loom_dm_console *console, const char *endpoint,
                      struct loom_dm_request *request, char *line)
{
    if (request->path.depth != 2 &&
        !loom_dm_console_is_multiple(console, endpoint, &request->path)) {
        complain(console, "update needs the path of an instance, e.g. /1/0, or of a resource "
                          "with instances");
        return;
    }
    write_parts(console, endpoint, request, line);
}

static void on_write(const struct loom_dm_console *console, const char *endpoint,
                     struct loom_dm_request *request, char *line)
{
    uint8_t payload[LOOM_PROGRAM_LINE_MAX];
    struct loom_output out = loom_output(payload, sizeof payload);
    char *value = loom_program_rest(line);
    size_t length;
    if (request->path.depth < 2) {
        complain(console, "write needs the path of a resource, e.g. /3/0/14");
        return;
    }
    if (request->path.depth == 2 ||
        loom_dm_console_is_multiple(console, endpoint, &request->path)) {
        write_parts(console, endpoint, request, value);
    } else if (!loom_text_unquote(loom_program_text(value), value, &length)) {
        complain(console, "quoted text must end with one \", and nothing may follow");
    } else if (loom_dm_console_put_value(console, endpoint, &request->path,
                                         (struct loom_text){value, length}, &out)) {
        send_written(console, endpoint, request, LOOM_FORMAT_TEXT, &out);
    }
}

/* The bytes of a file as they are, for a resource of type Opaque. */
static void on_write_file(const struct loom_dm_console *console, const char *endpoint,
                          struct loom_dm_request *request, char *line)
{
    const char *file = loom_program_rest(line);
    if (request->path.depth < 3 || *file == '\0') {
        complain(console, "write-file needs the path of a resource and a file, e.g. write-file "
                          "my-device /5/0/0 firmware.bin");
        return;
    }
    request->content_format = LOOM_FORMAT_OPAQUE;
    if (loom_dm_console_read_file(console->program, file, &request->payload)) {
        send_request(console, endpoint, request);
        free((void *)(uintptr_t)request->payload.data);
    }
}

static void on_write_composite(const struct loom_dm_console *console, const char *endpoint,
                               struct loom_dm_request *request, char *line)
{
    uint8_t payload[2 * LOOM_PROGRAM_LINE_MAX];
    struct loom_output out = loom_output(payload, sizeof payload);
    uint16_t format;
    if (loom_dm_console_put_records(console, endpoint, line, &out, &format)) {
        send_written(console, endpoint, request, format, &out);
    }
}

static void on_execute(const struct loom_dm_console *console, const char *endpoint,
                       struct loom_dm_request *request, char *line)
{
    struct loom_text arguments = loom_program_text(loom_program_rest(line));
    if (arguments.length > 0) {
        request->content_format = LOOM_FORMAT_TEXT;
        request->payload.data = (const uint8_t *)arguments.data;
        request->payload.length = arguments.length;
    }
    send_request(console, endpoint, request);
}

/* `/3303` lets the client pick the id, `/3303/2` names it in the payload (rule D-14). */
static void on_create(const struct loom_dm_console *console, const char *endpoint,
                      struct loom_dm_request *request, char *line)
{
    uint8_t payload[LOOM_PROGRAM_LINE_MAX];
    struct loom_output out = loom_output(payload, sizeof payload);
    bool named = request->path.depth == 2;
    size_t begin = loom_tlv_begin(&out);
    if (!loom_dm_console_put_resources(console, request->path.id[LOOM_OBJECT_ID], line, &out)) {
        return;
    }
    if (named) {
        loom_tlv_end(&out, begin, LOOM_TLV_INSTANCE, request->path.id[LOOM_INSTANCE_ID]);
        request->path.depth = 1;
    }
    send_written(console, endpoint, request, LOOM_FORMAT_TLV, &out);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static const struct {
    const char *word;
    enum loom_dm_operation operation;
    bool has_path; /* one, behind the endpoint */
    const char *example;
    void (*on)(const struct loom_dm_console *console, const char *endpoint,
               struct loom_dm_request *request, char *line);
} operations[] = {
    {"read", LOOM_DM_READ, true, "read my-device /3/0", on_read},
    {"write", LOOM_DM_WRITE, true, "write my-device /3/0/14 +02:00", on_write},
    {"write-file", LOOM_DM_WRITE, true, "write-file my-device /5/0/0 firmware.bin", on_write_file},
    {"update", LOOM_DM_PARTIAL_UPDATE, true, "update my-device /1/0 lifetime=60", on_update},
    {"execute", LOOM_DM_EXECUTE, true, "execute my-device /3/0/4", on_execute},
    {"discover", LOOM_DM_DISCOVER, true, "discover my-device /3", on_discover},
    {"create", LOOM_DM_CREATE, true, "create my-device /3303/1 5700=21.5", on_create},
    {"delete", LOOM_DM_DELETE, true, "delete my-device /3303/1", on_plain},
    {"write-attributes", LOOM_DM_WRITE_ATTRIBUTES, true,
     "write-attributes my-device /3/0/9 pmin=10", on_attributes},
    {"observe", LOOM_DM_OBSERVE, true, "observe my-device /3303/0/5700 gt=30", on_observe},
    {"read-composite", LOOM_DM_READ_COMPOSITE, false, "read-composite my-device /3/0/9 /1",
     on_read_composite},
    {"write-composite", LOOM_DM_WRITE_COMPOSITE, false, "write-composite my-device /1/0/1=60",
     on_write_composite},
    {"observe-composite", LOOM_DM_OBSERVE_COMPOSITE, false, "observe-composite my-device /3/0/9 /1",
     on_observe_composite},
};
#define OPERATION_COUNT (sizeof operations / sizeof operations[0])

static void complain_of_words(const struct loom_dm_console *console, size_t row)
{
    char text[128];
    (void)snprintf(text, sizeof text, "expected an endpoint and %s, e.g. %s",
                   operations[row].has_path ? "a path" : "paths", operations[row].example);
    complain(console, text);
}

static void on_operation(const struct loom_dm_console *console, size_t row, char *line)
{
    struct loom_dm_request request = {.operation = operations[row].operation,
                                      .path = loom_path_root(),
                                      .accept = LOOM_FORMAT_ABSENT,
                                      .content_format = LOOM_FORMAT_ABSENT};
    const char *endpoint = loom_program_word(&line);
    if (operations[row].has_path) {
        const char *path = endpoint == NULL ? NULL : loom_program_word(&line);
        if (path == NULL || !loom_text_to_path(loom_program_text(path), &request.path)) {
            complain_of_words(console, row);
            return;
        }
    } else if (endpoint == NULL) {
        complain_of_words(console, row);
        return;
    }
    operations[row].on(console, endpoint, &request, line);
}

bool loom_dm_console_line(const struct loom_dm_console *console, char *line)
{
    const char *word = loom_program_word(&line);
    if (word == NULL) {
        return true;
    }
    for (size_t i = 0; i < OPERATION_COUNT; i++) {
        if (strcmp(word, operations[i].word) == 0) {
            on_operation(console, i, line);
            return true;
        }
    }
    if (strcmp(word, "quit") == 0) {
        return false;
    }
    if (strcmp(word, "clients") == 0) {
        on_clients(console);
    } else if (strcmp(word, "observations") == 0) {
        on_observations(console);
    } else if (strcmp(word, "trace") == 0) {
        on_trace(console, line);
    } else if (strcmp(word, "cancel") == 0) {
        on_cancel(console, line);
    } else if (strcmp(word, "firmware") == 0) {
        loom_dm_console_firmware(console, line);
    } else if (strcmp(word, "help") == 0) {
        loom_program_help(console->program, words);
    } else {
        complain(console, "unknown command; try help");
    }
    return true;
}
