/* SPDX-License-Identifier: Apache-2.0 */
/* A message of a traced device, as an event. What may hold a key is never printed as bytes: its
 * values are read, and shown one by one without those that are key material. */
#include "programs/trace.h"

#include "common/moment.h"
#include "events/payload.h"
#include "events/print.h"
#include "programs/web.h"

#include <stdlib.h>
#include <string.h>

enum {
    HEX_MAX = 256,
    VALUES_MAX = 64,
    RESPONSES = 64,
    CONTENT_FORMAT = 12,
    BLOCK2 = 23,
    BLOCK1 = 27
};

/* ---- options --------------------------------------------------------------------------------- */

enum option_kind { OPAQUE, TEXT, NUMBER, BLOCK };

static const struct option_row {
    uint16_t number;
    enum option_kind kind;
    const char *name;
} option_rows[] = {
    {1, OPAQUE, "If-Match"},      {3, TEXT, "Uri-Host"},
    {4, OPAQUE, "ETag"},          {5, OPAQUE, "If-None-Match"},
    {6, NUMBER, "Observe"},       {7, NUMBER, "Uri-Port"},
    {8, TEXT, "Location-Path"},   {9, OPAQUE, "OSCORE"},
    {11, TEXT, "Uri-Path"},       {CONTENT_FORMAT, NUMBER, "Content-Format"},
    {14, NUMBER, "Max-Age"},      {15, TEXT, "Uri-Query"},
    {17, NUMBER, "Accept"},       {20, TEXT, "Location-Query"},
    {BLOCK2, BLOCK, "Block2"},    {BLOCK1, BLOCK, "Block1"},
    {28, NUMBER, "Size2"},        {35, TEXT, "Proxy-Uri"},
    {39, TEXT, "Proxy-Scheme"},   {60, NUMBER, "Size1"},
    {252, OPAQUE, "Echo"},        {258, NUMBER, "No-Response"},
    {292, OPAQUE, "Request-Tag"},
};

static const struct option_row *row_of(uint16_t number)
{
    for (size_t i = 0; i < sizeof option_rows / sizeof option_rows[0]; i++) {
        if (option_rows[i].number == number) {
            return &option_rows[i];
        }
    }
    return NULL;
}

static uint64_t number_of(struct loom_bytes value)
{
    uint64_t number = 0;
    for (size_t i = 0; i < value.length && i < 8; i++) {
        number = number << 8 | value.data[i];
    }
    return number;
}

/* `3/1/64`: number, whether more comes, bytes of a block (RFC 7959 section 2.2). */
static void write_block(char *text, size_t size, uint64_t block)
{
    (void)snprintf(text, size, "%u/%u/%u", (unsigned)(block >> 4), (unsigned)(block >> 3 & 1),
                   16u << (block & 7));
}

static struct loom_text text_of(struct loom_bytes bytes)
{
    return (struct loom_text){(const char *)bytes.data, bytes.length};
}

static void json_option(struct loom_json *json, const struct loom_coap_option *option)
{
    const struct option_row *row = row_of(option->number);
    char block[48];
    loom_json_begin_object(json, NULL);
    loom_json_unsigned(json, "number", option->number);
    if (row != NULL) {
        loom_json_string(json, "name", row->name);
    }
    switch (row == NULL ? OPAQUE : row->kind) {
    case TEXT:
        loom_json_text(json, "value", text_of(option->value));
        break;
    case NUMBER:
        loom_json_unsigned(json, "value", number_of(option->value));
        break;
    case BLOCK:
        write_block(block, sizeof block, number_of(option->value));
        loom_json_string(json, "value", block);
        break;
    case OPAQUE:
        loom_json_hex(json, "hex", option->value);
        break;
    }
    loom_json_end_object(json);
}

static void print_option(FILE *out, const struct loom_coap_option *option)
{
    const struct option_row *row = row_of(option->number);
    char block[48];
    if (row != NULL) {
        (void)fprintf(out, " %s:", row->name);
    } else {
        (void)fprintf(out, " option-%u:", (unsigned)option->number);
    }
    switch (row == NULL ? OPAQUE : row->kind) {
    case TEXT:
        loom_print_text(out, text_of(option->value));
        break;
    case NUMBER:
        (void)fprintf(out, "%llu", (unsigned long long)number_of(option->value));
        break;
    case BLOCK:
        write_block(block, sizeof block, number_of(option->value));
        (void)fputs(block, out);
        break;
    case OPAQUE:
        loom_print_hex(out, option->value);
        break;
    }
}

/* ---- what may be shown of a payload ---------------------------------------------------------- */

/* How much of a payload may be shown. */
enum showing {
    NOTHING,
    VALUES, /* one by one, without keys */
    BYTES,
};

static enum showing showing_of(const struct loom_program *program,
                               const struct loom_trace_asked *about)
{
    const struct loom_path *path = &about->path;
    switch (about->target) {
    case LOOM_TRACE_LINKS:
    case LOOM_TRACE_FILE:
        return BYTES;
    case LOOM_TRACE_SEND:
        return VALUES;
    case LOOM_TRACE_OBJECTS:
        if (path->depth == 0) {
            return VALUES;
        }
        if (loom_catalog_is_secret(program->catalog, path)) {
            return NOTHING;
        }
        return loom_catalog_has_secrets(program->catalog, path) ? VALUES : BYTES;
    case LOOM_TRACE_UNKNOWN:
    case LOOM_TRACE_PACK:
    case LOOM_TRACE_OTHER:
        break;
    }
    return NOTHING;
}

struct payload {
    struct loom_bytes bytes;
    enum showing showing;
    bool partial; /* a block of a longer body */
    bool links;   /* text in link format, or what a device says of an error */
    uint16_t format;
    struct loom_path path;
};

static struct payload payload_of(const struct loom_program *program,
                                 const struct loom_coap_message *message,
                                 const struct loom_trace_asked *about)
{
    struct payload payload = {.bytes = message->payload,
                              .showing = showing_of(program, about),
                              .format = LOOM_FORMAT_ABSENT,
                              .path = about->path};
    for (size_t i = 0; i < message->option_count; i++) {
        uint64_t value = number_of(message->options[i].value);
        uint16_t number = message->options[i].number;
        if (number == CONTENT_FORMAT && value < UINT16_MAX) {
            payload.format = (uint16_t)value;
        }
        payload.partial |= (number == BLOCK1 || number == BLOCK2) && value >> 3 != 0;
    }
    bool diagnostic = message->code >= 2 * RESPONSES && payload.format == LOOM_FORMAT_ABSENT;
    payload.links = payload.format == LOOM_FORMAT_LINK || diagnostic;
    if (payload.format == LOOM_FORMAT_LINK && about->target != LOOM_TRACE_UNKNOWN) {
        payload.showing = BYTES; /* links have no values */
    }
    if (about->target == LOOM_TRACE_SEND) {
        payload.path = loom_path_root();
    }
    return payload;
}

/* Shows the values of a payload, so many at most.
 * @return whether it could be read to its end */
static bool show_values(struct loom_program_line *line, const struct loom_program *program,
                        const struct payload *payload, size_t *hidden)
{
    struct loom_dm_answer answer;
    struct loom_dm_value value;
    enum loom_status status = LOOM_BAD_REQUEST;
    uint8_t *scratch = malloc(payload->bytes.length + 1);
    size_t shown = 0;
    *hidden = 0;
    if (scratch != NULL &&
        loom_dm_answer_begin(&answer, program->catalog, NULL, &payload->path, payload->format,
                             payload->bytes, scratch, payload->bytes.length + 1) == LOOM_OK) {
        while ((status = loom_dm_answer_next(&answer, &value)) == LOOM_OK) {
            if (loom_catalog_is_secret(program->catalog, &value.path)) {
                (*hidden)++;
            } else if (line != NULL && shown++ < VALUES_MAX && line->json != NULL) {
                loom_dm_value_json(line->json, &value);
            } else if (line != NULL && shown <= VALUES_MAX) {
                (void)fputc(' ', line->out);
                loom_dm_value_print(line->out, &value);
            }
        }
    }
    free(scratch);
    return status == LOOM_END;
}

static struct loom_bytes beginning_of(struct loom_bytes bytes)
{
    bytes.length = bytes.length < HEX_MAX ? bytes.length : HEX_MAX;
    return bytes;
}

static void json_payload(struct loom_program_line *line, const struct loom_program *program,
                         const struct payload *payload, bool readable)
{
    struct loom_json *json = line->json;
    size_t hidden = 0;
    loom_json_unsigned(json, "length", payload->bytes.length);
    if (readable) {
        loom_json_begin_array(json, "values");
        (void)show_values(line, program, payload, &hidden);
        loom_json_end_array(json);
    } else if (payload->showing == BYTES && payload->links) {
        loom_json_text(json, "text", text_of(payload->bytes));
    }
    if (payload->showing == BYTES) {
        loom_json_hex(json, "hex", beginning_of(payload->bytes));
    } else if (!readable || hidden > 0) {
        loom_json_boolean(json, "withheld", true);
    }
}

static void print_payload(struct loom_program_line *line, const struct loom_program *program,
                          const struct payload *payload, bool readable)
{
    size_t hidden = 0;
    (void)fprintf(line->out, ", %zu bytes:", payload->bytes.length);
    if (readable) {
        (void)show_values(line, program, payload, &hidden);
    } else if (payload->showing == BYTES && payload->links) {
        (void)fputc(' ', line->out);
        loom_print_text(line->out, text_of(payload->bytes));
    } else if (payload->showing == BYTES) {
        (void)fputs(" hex ", line->out);
        loom_print_hex(line->out, beginning_of(payload->bytes));
    }
    if (payload->showing != BYTES && (!readable || hidden > 0)) {
        (void)fputs(" withheld", line->out);
    }
}

static void show_payload(struct loom_program_line *line, const struct loom_program *program,
                         const struct loom_coap_message *message,
                         const struct loom_trace_asked *about)
{
    struct payload payload = payload_of(program, message, about);
    size_t hidden;
    bool readable = payload.showing != NOTHING && !payload.partial && !payload.links &&
                    (about->target == LOOM_TRACE_OBJECTS || about->target == LOOM_TRACE_SEND) &&
                    show_values(NULL, program, &payload, &hidden);
    if (payload.bytes.length == 0) {
        return;
    }
    if (line->json != NULL) {
        json_payload(line, program, &payload, readable);
    } else {
        print_payload(line, program, &payload, readable);
    }
}

/* ---- the message ----------------------------------------------------------------------------- */

/* A method by its name, an answer by its number. */
static const char *name_of(uint8_t code, char *text, size_t size)
{
    static const char *const methods[] = {"EMPTY",  "GET",   "POST",  "PUT",
                                          "DELETE", "FETCH", "PATCH", "iPATCH"};
    if (code < sizeof methods / sizeof methods[0]) {
        return methods[code];
    }
    (void)snprintf(text, size, "%u.%02u", code / 32u, code % 32u);
    return text;
}

static void show_head(struct loom_program_line *line, const struct loom_trace *trace,
                      const struct loom_coap_message *message)
{
    static const char *const types[] = {"CON", "NON", "ACK", "RST"};
    char number[16];
    const char *code = name_of(message->code, number, sizeof number);
    const char *type = types[message->type & 3];
    struct loom_text endpoint = loom_program_text(trace->endpoint);
    if (line->json != NULL) {
        loom_json_text(line->json, "endpoint", endpoint);
        loom_json_text(line->json, "address", message->peer.address);
        loom_json_boolean(line->json, "incoming", message->received);
        loom_json_string(line->json, "type", type);
        loom_json_string(line->json, "code", code);
        loom_json_unsigned(line->json, "mid", message->id);
        loom_json_hex(line->json, "token", message->token);
        return;
    }
    (void)fprintf(line->out, "%-12s ", "coap");
    loom_print_text(line->out, endpoint);
    (void)fprintf(line->out, " %s %s %s mid %u token ", message->received ? "<-" : "->", type, code,
                  (unsigned)message->id);
    loom_print_hex(line->out, message->token);
}

static void show_message(struct loom_program_line *line, const struct loom_program *program,
                         const struct loom_trace *trace, const struct loom_coap_message *message,
                         const struct loom_trace_asked *about)
{
    show_head(line, trace, message);
    if (line->json != NULL) {
        loom_json_begin_array(line->json, "options");
    }
    for (size_t i = 0; i < message->option_count; i++) {
        if (line->json != NULL) {
            json_option(line->json, &message->options[i]);
        } else {
            print_option(line->out, &message->options[i]);
        }
    }
    if (line->json != NULL) {
        loom_json_end_array(line->json);
    }
    show_payload(line, program, message, about);
}

static void tell(struct loom_program *program, const struct loom_trace *trace,
                 const struct loom_coap_message *message, const struct loom_trace_asked *about)
{
    struct loom_traces *traces = &program->traces;
    struct loom_program_line line = {.json = loom_rendering_open(&traces->rendering)};
    char moment[LOOM_MOMENT_SIZE];
    loom_moment_write(loom_program_unix_now(NULL), moment);
    loom_json_string(line.json, "time", moment);
    loom_json_string(line.json, "event", "coap");
    show_message(&line, program, trace, message, about);
    struct loom_text json = loom_rendering_close(&traces->rendering);
    for (size_t i = 0; i < traces->listener_count && json.length > 0; i++) {
        traces->listeners[i].on_message(traces->listeners[i].self,
                                        loom_program_text(trace->endpoint), json);
    }
}

void loom_trace_print(struct loom_program *program, const struct loom_trace *trace,
                      const struct loom_coap_message *message, const struct loom_trace_asked *about)
{
    struct loom_program_line line;
    if (program->traces.listener_count > 0) {
        tell(program, trace, message, about);
    }
    if (loom_program_begin_event(program, &line, loom_program_now(program), "coap",
                                 LOOM_LOG_INFO)) {
        show_message(&line, program, trace, message, about);
        loom_program_end_line(program, &line);
    }
}
