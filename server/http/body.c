/* SPDX-License-Identifier: Apache-2.0 */
#include "http/body.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

/* Depth and number of values, with no regard to whether it is JSON otherwise: only quotes matter,
 * and outside of them brackets and commas. */
static const char *measure(struct loom_bytes body)
{
    size_t depth = 0;
    size_t count = 0;
    bool quoted = false;
    for (size_t i = 0; i < body.length; i++) {
        char c = (char)body.data[i];
        if (quoted) {
            if (c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = false;
            }
        } else if (c == '"') {
            quoted = true;
        } else if (c == '{' || c == '[') {
            depth++;
            count++;
        } else if (c == '}' || c == ']') {
            depth -= depth > 0 ? 1 : 0;
        } else if (c == ',') {
            count++;
        }
        if (depth > LOOM_HTTP_JSON_DEPTH) {
            return "the body is nested deeper than 32";
        }
        if (count > LOOM_HTTP_JSON_COUNT) {
            return "the body has more than 100000 values";
        }
    }
    return NULL;
}

/* Jansson's own words quote the text where it stopped. */
static const char *words_of(const json_error_t *error)
{
    switch (json_error_code(error)) {
    case json_error_out_of_memory:
        return "there is no memory for it";
    case json_error_invalid_utf8:
        return "it is not UTF-8";
    case json_error_premature_end_of_input:
        return "it ends too early";
    case json_error_end_of_input_expected:
        return "something follows its end";
    case json_error_null_character:
    case json_error_null_byte_in_key:
        return "a text has a NUL in it";
    case json_error_duplicate_key:
        return "a name comes twice in an object";
    case json_error_numeric_overflow:
        return "a number is too large: beyond 64 bits it has to be a text";
    default:
        return "it is not JSON";
    }
}

json_t *loom_http_body_read(struct loom_bytes body, char error[LOOM_HTTP_BODY_ERROR])
{
    const char *wrong = measure(body);
    json_error_t place;
    if (wrong != NULL) {
        (void)snprintf(error, LOOM_HTTP_BODY_ERROR, "%s", wrong);
        return NULL;
    }
    json_t *json = json_loadb((const char *)body.data, body.length,
                              JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &place);
    if (json == NULL) {
        (void)snprintf(error, LOOM_HTTP_BODY_ERROR, "line %d, column %d: %s", place.line,
                       place.column, words_of(&place));
    }
    return json;
}

/* The length of a media type without parameters and blanks. */
static size_t bare(const char *type)
{
    return strcspn(type, "; \t,");
}

static bool type_is(const char *type, const char *name)
{
    size_t length = bare(type);
    return strlen(name) == length && strncasecmp(type, name, length) == 0;
}

bool loom_http_type_is_json(const char *type)
{
    static const char suffix[] = "+json";
    size_t length = type == NULL ? 0 : bare(type);
    size_t suffix_length = sizeof suffix - 1;
    return length > 0 && (type_is(type, "application/json") ||
                          (length > suffix_length && strncasecmp(type, "application/", 12) == 0 &&
                           strncasecmp(&type[length - suffix_length], suffix, suffix_length) == 0));
}

bool loom_http_type_is_simple(const char *type)
{
    return type == NULL || bare(type) == 0 || type_is(type, "text/plain") ||
           type_is(type, "application/x-www-form-urlencoded") ||
           type_is(type, "multipart/form-data") || strchr(type, ',') != NULL;
}
