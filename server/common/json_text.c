/* SPDX-License-Identifier: Apache-2.0 */
#include "common/json_text.h"

#include <stdio.h>

/* Depth and number of values, with no regard to whether it is JSON otherwise: only quotes matter,
 * and outside of them brackets and commas. */
static bool is_within(struct loom_text text, size_t most_depth, size_t most_count, char *error)
{
    size_t depth = 0;
    size_t count = 0;
    bool quoted = false;
    for (size_t i = 0; i < text.length; i++) {
        char c = text.data[i];
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
        if (depth > most_depth) {
            (void)snprintf(error, LOOM_JSON_TEXT_ERROR, "it is nested deeper than %zu", most_depth);
            return false;
        }
        if (count > most_count) {
            (void)snprintf(error, LOOM_JSON_TEXT_ERROR, "it has more than %zu values", most_count);
            return false;
        }
    }
    return true;
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

json_t *loom_json_text_read(struct loom_text text, size_t depth, size_t count,
                            char error[LOOM_JSON_TEXT_ERROR])
{
    json_error_t place;
    if (!is_within(text, depth, count, error)) {
        return NULL;
    }
    json_t *json =
        json_loadb(text.data, text.length, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &place);
    if (json == NULL) {
        (void)snprintf(error, LOOM_JSON_TEXT_ERROR, "line %d, column %d: %s", place.line,
                       place.column, words_of(&place));
    }
    return json;
}
