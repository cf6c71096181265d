/* SPDX-License-Identifier: Apache-2.0 */
#include "http/target.h"

#include "loom/codec.h"

#include "common/text.h"

#include <string.h>

/* The value of a hexadecimal digit, or -1. */
static int digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Decodes one piece to `*memory`, and moves that behind it and its NUL. */
static enum loom_http_target_status decode(const char *from, size_t length, bool plus_is_blank,
                                           char **memory, struct loom_text *piece)
{
    char *out = *memory;
    for (size_t i = 0; i < length; i++) {
        char c = from[i];
        if (c == '%') {
            int high = i + 2 < length ? digit(from[i + 1]) : -1;
            int low = i + 2 < length ? digit(from[i + 2]) : -1;
            if (high < 0 || low < 0 || (high == 0 && low == 0)) {
                return LOOM_HTTP_TARGET_ENCODING;
            }
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_blank) {
            c = ' ';
        }
        *out++ = c;
    }
    piece->data = *memory;
    piece->length = (size_t)(out - *memory);
    *out = '\0';
    *memory = out + 1;
    return loom_utf8_is_string(*piece) ? LOOM_HTTP_TARGET_OK : LOOM_HTTP_TARGET_UTF8;
}

static enum loom_http_target_status read_path(struct loom_http_target *target, const char *path,
                                              size_t length, char **memory)
{
    size_t at = 0;
    while (at < length) {
        size_t end = at + 1;
        while (end < length && path[end] != '/') {
            end++;
        }
        if (target->segment_count == LOOM_HTTP_SEGMENTS_MAX) {
            return LOOM_HTTP_TARGET_MANY;
        }
        struct loom_text *segment = &target->segments[target->segment_count++];
        enum loom_http_target_status status =
            decode(&path[at + 1], end - at - 1, false, memory, segment);
        if (status != LOOM_HTTP_TARGET_OK) {
            return status;
        }
        if (loom_text_is(*segment, ".") || loom_text_is(*segment, "..")) {
            return LOOM_HTTP_TARGET_PATH;
        }
        at = end;
    }
    return LOOM_HTTP_TARGET_OK;
}

static enum loom_http_target_status read_argument(struct loom_http_target *target, const char *text,
                                                  size_t length, char **memory)
{
    if (target->query_count == LOOM_HTTP_QUERIES_MAX) {
        return LOOM_HTTP_TARGET_MANY;
    }
    struct loom_http_argument *argument = &target->queries[target->query_count];
    const char *equals = memchr(text, '=', length);
    size_t name = equals == NULL ? length : (size_t)(equals - text);
    size_t value = equals == NULL ? length : name + 1;
    enum loom_http_target_status status = decode(text, name, true, memory, &argument->name);
    if (status == LOOM_HTTP_TARGET_OK) {
        status = decode(&text[value], length - value, true, memory, &argument->value);
    }
    for (size_t i = 0; status == LOOM_HTTP_TARGET_OK && i < target->query_count; i++) {
        if (loom_text_same(target->queries[i].name, argument->name)) {
            status = LOOM_HTTP_TARGET_TWICE;
        }
    }
    target->query_count++;
    return status;
}

static enum loom_http_target_status read_query(struct loom_http_target *target, const char *query,
                                               char **memory)
{
    while (*query != '\0') {
        size_t length = strcspn(query, "&");
        if (length > 0) {
            enum loom_http_target_status status = read_argument(target, query, length, memory);
            if (status != LOOM_HTTP_TARGET_OK) {
                return status;
            }
        }
        query += length + (query[length] == '&' ? 1 : 0);
    }
    return LOOM_HTTP_TARGET_OK;
}

enum loom_http_target_status loom_http_target_read(struct loom_http_target *target,
                                                   const char *text, char *memory)
{
    memset(target, 0, sizeof *target);
    size_t length = strlen(text);
    if (length > LOOM_HTTP_TARGET_MAX) {
        return LOOM_HTTP_TARGET_LONG;
    }
    if (text[0] != '/') {
        return LOOM_HTTP_TARGET_PATH;
    }
    size_t path = strcspn(text, "?");
    enum loom_http_target_status status = read_path(target, text, path, &memory);
    if (status == LOOM_HTTP_TARGET_OK && text[path] == '?') {
        status = read_query(target, &text[path + 1], &memory);
    }
    return status;
}

const char *loom_http_target_error(enum loom_http_target_status status)
{
    switch (status) {
    case LOOM_HTTP_TARGET_LONG:
        return "the target is longer than 4096 bytes";
    case LOOM_HTTP_TARGET_ENCODING:
        return "'%' needs two hexadecimal digits, and must not stand for NUL";
    case LOOM_HTTP_TARGET_UTF8:
        return "the target is not UTF-8";
    case LOOM_HTTP_TARGET_PATH:
        return "the path does not begin with '/', or has '.' or '..' in it";
    case LOOM_HTTP_TARGET_MANY:
        return "the path has more than 16 segments, or the query more than 16 arguments";
    case LOOM_HTTP_TARGET_TWICE:
        return "an argument of the query comes twice";
    default:
        return "";
    }
}
