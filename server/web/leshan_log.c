/* SPDX-License-Identifier: Apache-2.0 */
#include "web/leshan_log.h"

#include "common/text.h"
#include "web/streams.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Messages of a trace: more than anybody reads, and an end all the same. */
#define MESSAGES_MAX 100000u

/** Bytes of all options of a message as text. */
#define OPTIONS_SIZE 2048

/** Bytes of a payload, of which traces show less. */
#define TEXT_MAX 512

/* ---- which devices are traced ---------------------------------------------------------------- */

static char *find(struct loom_leshan_log *log, struct loom_text endpoint)
{
    for (size_t i = 0; i < LOOM_LESHAN_TRACED_MAX; i++) {
        if (loom_text_is(endpoint, log->traced[i])) {
            return log->traced[i];
        }
    }
    return NULL;
}

void loom_leshan_log_open(struct loom_leshan_log *log, const struct loom_http_request *request,
                          struct loom_text endpoint)
{
    static const struct loom_text none = {"", 0};
    const struct loom_web_trace_bounds bounds = {.messages = MESSAGES_MAX};
    struct loom_web_trace_bounds left;
    char *room = find(log, none);
    if (log->tracer.begin == NULL || endpoint.length == 0 ||
        endpoint.length > LOOM_LESHAN_TRACED_NAME_MAX || room == NULL ||
        memchr(endpoint.data, '\0', endpoint.length) != NULL ||
        loom_http_who(request)->role < LOOM_HTTP_OPERATOR ||
        log->tracer.is_on(log->tracer.self, endpoint, &left)) {
        return;
    }
    if (log->tracer.begin(log->tracer.self, endpoint, &bounds) == NULL) {
        memcpy(room, endpoint.data, endpoint.length);
        room[endpoint.length] = '\0';
    }
}

static bool is_read(const struct loom_list *streams, const char *endpoint)
{
    for (struct loom_list *at = streams->next; at != streams; at = at->next) {
        const struct loom_web_stream *stream = LOOM_LIST_ENTRY(at, struct loom_web_stream, place);
        if (stream->endpoint.data != NULL && loom_text_is(stream->endpoint, endpoint)) {
            return true;
        }
    }
    return false;
}

void loom_leshan_log_step(struct loom_leshan_log *log, const struct loom_list *streams)
{
    for (size_t i = 0; i < LOOM_LESHAN_TRACED_MAX; i++) {
        if (log->traced[i][0] != '\0' && !is_read(streams, log->traced[i])) {
            (void)log->tracer.end(log->tracer.self, loom_string_text(log->traced[i]));
            log->traced[i][0] = '\0';
        }
    }
}

void loom_leshan_log_ended(struct loom_leshan_log *log, struct loom_text endpoint)
{
    char *traced = endpoint.length == 0 ? NULL : find(log, endpoint);
    if (traced != NULL) {
        traced[0] = '\0';
    }
}

/* ---- messages -------------------------------------------------------------------------------- */

static json_t *option_text(const json_t *option)
{
    const json_t *name = json_object_get(option, "name");
    const json_t *value = json_object_get(option, "value");
    const json_t *hex = json_object_get(option, "hex");
    json_t *head = json_is_string(name)
                       ? json_sprintf("%s: ", json_string_value(name))
                       : json_sprintf("Unknown (%d): ",
                                      (int)json_integer_value(json_object_get(option, "number")));
    json_t *text = json_is_integer(value)
                       ? json_sprintf("%s%" JSON_INTEGER_FORMAT, json_string_value(head),
                                      json_integer_value(value))
                   : json_is_string(value)
                       ? json_sprintf("%s%s", json_string_value(head), json_string_value(value))
                       : json_sprintf("%s%s", json_string_value(head),
                                      json_is_string(hex) ? json_string_value(hex) : "");
    json_decref(head);
    return text;
}

/* `Uri-Path: rd - Uri-Query: ep=dev` @return NULL: there are none */
static json_t *options_text(const json_t *options)
{
    char text[OPTIONS_SIZE];
    size_t used = 0;
    size_t i;
    const json_t *option;
    json_array_foreach(options, i, option)
    {
        json_t *one = option_text(option);
        if (json_is_string(one) && used + json_string_length(one) + 4 < sizeof text) {
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s",
                                     used == 0 ? "" : " - ", json_string_value(one));
        }
        json_decref(one);
    }
    return used == 0 ? NULL : json_stringn(text, used);
}

static unsigned digit_of(char c)
{
    return c >= '0' && c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

/* What can be printed is shown as text. */
static json_t *bytes_text(const json_t *hex)
{
    char text[TEXT_MAX];
    const char *digits = json_string_value(hex);
    size_t length = json_string_length(hex) / 2;
    bool printable = length <= sizeof text;
    for (size_t i = 0; printable && i < length; i++) {
        text[i] = (char)(digit_of(digits[2 * i]) << 4 | digit_of(digits[2 * i + 1]));
        printable = text[i] >= ' ' && text[i] <= '~';
    }
    return printable ? json_stringn(text, length) : json_sprintf("Hex:%s", digits);
}

static json_t *payload_text(const json_t *message)
{
    const json_t *text = json_object_get(message, "text");
    const json_t *hex = json_object_get(message, "hex");
    const json_t *values = json_object_get(message, "values");
    if (json_is_string(text)) {
        return json_incref((json_t *)(uintptr_t)text);
    }
    if (json_is_string(hex)) {
        return bytes_text(hex);
    }
    if (json_is_array(values)) {
        char *dumped = json_dumps(values, JSON_COMPACT);
        json_t *shown = dumped == NULL ? NULL : json_string(dumped);
        free(dumped);
        return shown;
    }
    return json_is_true(json_object_get(message, "withheld")) ? json_string("withheld") : NULL;
}

json_t *loom_leshan_log_json(struct loom_text endpoint, struct loom_text json, int64_t now)
{
    json_t *message = json_loadb(json.data, json.length, 0, NULL);
    json_t *shown = json_pack(
        "{s:s%, s:I, s:O*, s:O*, s:O*, s:O*, s:O*, s:o*, s:o*}", "ep",
        endpoint.length == 0 ? "" : endpoint.data, endpoint.length, "timestamp", (json_int_t)now,
        "incoming", json_object_get(message, "incoming"), "type", json_object_get(message, "type"),
        "code", json_object_get(message, "code"), "mId", json_object_get(message, "mid"), "token",
        json_object_get(message, "token"), "options",
        options_text(json_object_get(message, "options")), "payload", payload_text(message));
    json_decref(message);
    return shown;
}
