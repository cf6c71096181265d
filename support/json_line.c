/* SPDX-License-Identifier: Apache-2.0 */
#include "loom/json_line.h"

#include "loom/codec.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

/* The largest integer that a double can be told apart from its neighbours. */
#define EXACT_MAX INT64_C(9007199254740991)

static void put_character(FILE *file, const char *at, size_t length)
{
    unsigned char first = (unsigned char)at[0];
    if (first == '"' || first == '\\') {
        (void)fputc('\\', file);
    }
    if (first == '\n') {
        (void)fputs("\\n", file);
    } else if (first < 0x20 || first == 0x7F) {
        (void)fprintf(file, "\\u%04x", first);
    } else {
        (void)fwrite(at, 1, length, file);
    }
}

static void put_quoted(FILE *file, struct loom_text text)
{
    (void)fputc('"', file);
    while (text.length > 0) {
        size_t length = loom_utf8_length(text);
        if (length == 0) {
            (void)fputs("\\ufffd", file);
            length = 1;
        } else {
            put_character(file, text.data, length);
        }
        text.data += length;
        text.length -= length;
    }
    (void)fputc('"', file);
}

static void put_name(struct loom_json *json, const char *name)
{
    if (json->comma) {
        (void)fputc(',', json->file);
    }
    json->comma = true;
    if (name != NULL) {
        struct loom_text text = {name, strlen(name)};
        put_quoted(json->file, text);
        (void)fputc(':', json->file);
    }
}

static void put_open(struct loom_json *json, char bracket)
{
    (void)fputc(bracket, json->file);
    json->comma = false;
}

static void put_close(struct loom_json *json, char bracket)
{
    (void)fputc(bracket, json->file);
    json->comma = true;
}

void loom_json_begin(struct loom_json *json, FILE *file)
{
    json->file = file;
    json->exact = false;
    put_open(json, '{');
}

void loom_json_end(struct loom_json *json)
{
    (void)fputs("}\n", json->file);
    (void)fflush(json->file);
}

void loom_json_string(struct loom_json *json, const char *name, const char *value)
{
    if (value == NULL) {
        put_name(json, name);
        (void)fputs("null", json->file);
        return;
    }
    struct loom_text text = {value, strlen(value)};
    loom_json_text(json, name, text);
}

void loom_json_text(struct loom_json *json, const char *name, struct loom_text value)
{
    put_name(json, name);
    put_quoted(json->file, value);
}

void loom_json_integer(struct loom_json *json, const char *name, int64_t value)
{
    bool quoted = json->exact && (value > EXACT_MAX || value < -EXACT_MAX);
    put_name(json, name);
    (void)fprintf(json->file, quoted ? "\"%" PRId64 "\"" : "%" PRId64, value);
}

void loom_json_unsigned(struct loom_json *json, const char *name, uint64_t value)
{
    bool quoted = json->exact && value > EXACT_MAX;
    put_name(json, name);
    (void)fprintf(json->file, quoted ? "\"%" PRIu64 "\"" : "%" PRIu64, value);
}

void loom_json_float(struct loom_json *json, const char *name, double value)
{
    put_name(json, name);
    if (isfinite(value)) {
        char room[64];
        struct loom_output out = loom_output(room, sizeof room);
        loom_put_float(&out, value);
        (void)fprintf(json->file, "%.*s", (int)out.length, room);
    } else {
        (void)fputs("null", json->file);
    }
}

void loom_json_boolean(struct loom_json *json, const char *name, bool value)
{
    put_name(json, name);
    (void)fputs(value ? "true" : "false", json->file);
}

void loom_json_hex(struct loom_json *json, const char *name, struct loom_bytes value)
{
    put_name(json, name);
    (void)fputc('"', json->file);
    for (size_t i = 0; i < value.length; i++) {
        (void)fprintf(json->file, "%02x", value.data[i]);
    }
    (void)fputc('"', json->file);
}

void loom_json_path(struct loom_json *json, const char *name, const struct loom_path *path)
{
    put_name(json, name);
    (void)fputs(path->depth == 0 ? "\"/" : "\"", json->file);
    for (size_t i = 0; i < path->depth; i++) {
        (void)fprintf(json->file, "/%u", (unsigned)path->id[i]);
    }
    (void)fputc('"', json->file);
}

void loom_json_code(struct loom_json *json, const char *name, uint8_t code)
{
    put_name(json, name);
    (void)fprintf(json->file, "\"%u.%02u\"", code / 32u, code % 32u);
}

void loom_json_value(struct loom_json *json, const char *name, const struct loom_value *value)
{
    switch (value->type) {
    case LOOM_INTEGER:
    case LOOM_TIME:
        loom_json_integer(json, name, value->as.integer);
        break;
    case LOOM_UNSIGNED:
        loom_json_unsigned(json, name, value->as.unsigned_integer);
        break;
    case LOOM_FLOAT:
        loom_json_float(json, name, value->as.number);
        break;
    case LOOM_BOOLEAN:
        loom_json_boolean(json, name, value->as.boolean);
        break;
    case LOOM_STRING:
    case LOOM_CORELNK:
        loom_json_text(json, name, value->as.text);
        break;
    case LOOM_OPAQUE:
        loom_json_hex(json, name, value->as.opaque);
        break;
    case LOOM_OBJLNK:
        put_name(json, name);
        (void)fprintf(json->file, "\"%u:%u\"", (unsigned)value->as.objlnk.object,
                      (unsigned)value->as.objlnk.instance);
        break;
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        loom_json_string(json, name, NULL);
        break;
    }
}

void loom_json_begin_array(struct loom_json *json, const char *name)
{
    put_name(json, name);
    put_open(json, '[');
}

void loom_json_end_array(struct loom_json *json)
{
    put_close(json, ']');
}

void loom_json_begin_object(struct loom_json *json, const char *name)
{
    put_name(json, name);
    put_open(json, '{');
}

void loom_json_end_object(struct loom_json *json)
{
    put_close(json, '}');
}
