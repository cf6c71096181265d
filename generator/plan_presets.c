/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include "escape.h"
#include "text.h"
#include "utf8.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX_LENGTH 40u

/* One value of the profile on its way into C. */
struct reading {
    const struct loomc_planner *planner;
    const struct loomc_row *row;
    const char *text;
    struct loomc_bound bound; /* what ranges are held against: the number, or the length in bytes */
    const char *value;        /* as C writes it */
    size_t literal_size;      /* of the string literal in it */
};

/* ---- values by type: NULL, or what is wrong -------------------------------------------------- */

static const char *read_whole(struct reading *reading)
{
    bool is_unsigned = reading->row->resource->type == LOOMC_UNSIGNED;
    const char *p = reading->text;
    struct loomc_bound *bound = &reading->bound;
    uint64_t most = is_unsigned ? UINT64_MAX : INT64_MAX;

    bound->negative = *p == '-' && !is_unsigned;
    p += bound->negative;
    most += bound->negative;
    if (*p == '\0' || strspn(p, "0123456789") != strlen(p)) {
        return is_unsigned ? "is not a whole number without sign" : "is not a whole number";
    }
    for (; *p != '\0'; p++) {
        uint64_t digit = (uint64_t)(*p - '0');

        if (bound->magnitude > (most - digit) / 10) {
            return "has more than 64 bits";
        }
        bound->magnitude = bound->magnitude * 10 + digit;
    }
    bound->negative = bound->negative && bound->magnitude > 0;
    if (bound->magnitude > INT64_MAX && bound->negative) {
        reading->value = "INT64_MIN"; /* no literal has this value */
    } else {
        const char *macro = is_unsigned ? "UINT64_C" : "INT64_C";
        bool wide = bound->magnitude > INT32_MAX;

        reading->value =
            loomc_format(reading->planner->arena, "%s%s%s%" PRIu64 "%s", bound->negative ? "-" : "",
                         wide ? macro : "", wide ? "(" : "", bound->magnitude, wide ? ")" : "");
    }
    return NULL;
}

static const char *read_float(struct reading *reading)
{
    const char *text = reading->text;
    char *end = NULL;

    if (strlen(text) > NUMBER_MAX_LENGTH || strspn(text, "+-.0123456789eE") != strlen(text)) {
        return "is not a decimal number";
    }
    /* The program never leaves the "C" locale, so the point is a point. */
    reading->bound.number = strtod(text, &end);
    if (end == text || *end != '\0') {
        return "is not a decimal number";
    }
    if (reading->bound.number - reading->bound.number != 0) {
        return "is too large";
    }
    reading->value =
        loomc_format(reading->planner->arena, "%s%s", text, strpbrk(text, ".eE") ? "" : ".0");
    return NULL;
}

static const char *read_boolean(struct reading *reading)
{
    if (strcmp(reading->text, "true") != 0 && strcmp(reading->text, "false") != 0) {
        return "is neither true nor false";
    }
    reading->value = reading->text;
    return NULL;
}

static const char *read_objlnk(struct reading *reading)
{
    const char *colon = strchr(reading->text, ':');
    struct loomc_arena *arena = reading->planner->arena;
    unsigned long object;
    unsigned long instance;

    if (colon == NULL ||
        !loomc_text_number(loomc_copy(arena, reading->text, (size_t)(colon - reading->text)), 65535,
                           &object) ||
        !loomc_text_number(colon + 1, 65535, &instance)) {
        return "is not OBJECT:INSTANCE, such as 3:0";
    }
    reading->value = loomc_format(arena, "{%lu, %lu}", object, instance);
    return NULL;
}

static const char *take_bytes(struct reading *reading, const char *cast, const char *bytes,
                              size_t length)
{
    struct loomc_buffer literal = {NULL, 0, 0};

    loomc_escape_c_string(&literal, bytes, length);
    reading->bound.magnitude = length;
    reading->literal_size = length + 1;
    reading->value = loomc_format(reading->planner->arena, "{%s\"%s\", %zu}", cast,
                                  literal.data != NULL ? literal.data : "", length);
    loomc_buffer_free(&literal);
    return length > reading->row->capacity ? "is longer than the room there is; see `size`" : NULL;
}

static const char *read_text(struct reading *reading)
{
    size_t length = strlen(reading->text);
    uint32_t character;

    for (size_t at = 0; at < length;) {
        size_t size = loomc_utf8_read(reading->text + at, length - at, &character);

        if (size == 0) {
            return "is not UTF-8";
        }
        at += size;
    }
    return take_bytes(reading, "", reading->text, length);
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

static const char *read_opaque(struct reading *reading)
{
    size_t digits = strlen(reading->text);
    char *bytes = loomc_alloc(reading->planner->arena, digits / 2 + 1);

    for (size_t i = 0; i + 1 < digits; i += 2) {
        int high = hex_digit(reading->text[i]);
        int low = hex_digit(reading->text[i + 1]);

        if (high < 0 || low < 0) {
            return "is not made of hexadecimal digits";
        }
        bytes[i / 2] = (char)(high << 4 | low);
    }
    if (digits % 2 != 0) {
        return "has half a byte: bytes are two hexadecimal digits each";
    }
    return take_bytes(reading, "(const uint8_t *)", bytes, digits / 2);
}

static const char *read_value(struct reading *reading)
{
    switch (reading->row->resource->type) {
    case LOOMC_STRING:
    case LOOMC_CORELNK:
        return read_text(reading);
    case LOOMC_OPAQUE:
        return read_opaque(reading);
    case LOOMC_FLOAT:
        return read_float(reading);
    case LOOMC_BOOLEAN:
        return read_boolean(reading);
    case LOOMC_OBJLNK:
        return read_objlnk(reading);
    default:
        return read_whole(reading);
    }
}

static bool is_allowed(const struct reading *reading)
{
    const struct loomc_resource *resource = reading->row->resource;

    for (size_t i = 0; i < resource->ranges.count; i++) {
        const struct loomc_range *range = &resource->ranges.items[i];

        if (loomc_bound_compare(resource->type, &reading->bound, &range->min) >= 0 &&
            loomc_bound_compare(resource->type, &reading->bound, &range->max) <= 0) {
            return true;
        }
    }
    return resource->ranges.count == 0;
}

/* ---- resources ------------------------------------------------------------------------------- */

/* The value itself is in no message: it may be a key. */
static bool report(const struct loomc_planner *planner, const struct loomc_row *row,
                   const struct loomc_token *token, const char *problem)
{
    loomc_error(planner->diagnostics, planner->profile->source, token->offset,
                "resource %u (%s) %s", row->resource->id, row->resource->name, problem);
    return false;
}

static bool can_begin_with(const struct loomc_planner *planner, const struct loomc_row *row)
{
    const struct loomc_token *name = &row->preset->arguments[0];
    size_t values = row->preset->count - 1;

    if (row->resource->executable) {
        return report(planner, row, name, "is executable: it has no value");
    }
    if (row->serving == LOOMC_HANDLED) {
        return report(planner, row, name, "is handled: the product's function returns its value");
    }
    if (row->serving == LOOMC_SHOWN) {
        return report(planner, row, name, "belongs to a view: it has no value of its own");
    }
    if (values > 1 && !row->resource->multiple) {
        return report(planner, row, &row->preset->arguments[2],
                      "is a single resource: it has one value");
    }
    if (values > row->count) {
        return report(planner, row, &row->preset->arguments[1 + row->count],
                      "has no room for so many values; see `count`");
    }
    return true;
}

static bool add_value(const struct loomc_planner *planner, struct loomc_plan_object *planned,
                      const struct loomc_row *row, size_t index)
{
    const struct loomc_token *token = &row->preset->arguments[1 + index];
    struct reading reading = {planner, row, token->text, {false, 0, 0, NULL}, NULL, 0};
    const char *problem = read_value(&reading);

    if (problem != NULL) {
        return report(planner, row, token,
                      loomc_format(planner->arena, "begins with a value that %s", problem));
    }
    if (!is_allowed(&reading)) {
        return report(planner, row, token,
                      loomc_format(planner->arena, "begins with a value out of its range, %s",
                                   row->resource->range_text));
    }
    if (planned->preset_count > 0) {
        planned->presets[planned->preset_count - 1].more = true;
    }
    planned->presets[planned->preset_count++] =
        (struct loomc_preset){row, (uint16_t)index, reading.value, reading.literal_size, false};
    return true;
}

/* @return false after an error: the same line need not be judged for the next version. */
static bool add_values(const struct loomc_planner *planner, struct loomc_plan_object *planned,
                       const struct loomc_row *row)
{
    bool good = can_begin_with(planner, row);

    for (size_t i = 0; good && i + 1 < row->preset->count; i++) {
        good = add_value(planner, planned, row, i);
    }
    return good;
}

static size_t count_values(const struct loomc_plan_object *planned)
{
    size_t count = 0;

    for (size_t i = 0; i < planned->row_count; i++) {
        count += planned->rows[i].preset != NULL ? planned->rows[i].preset->count : 0;
    }
    return count;
}

void loomc_plan_presets(const struct loomc_planner *planner)
{
    const struct loomc_setting *bad = NULL;

    for (size_t i = 0; i < planner->plan->count; i++) {
        struct loomc_plan_object *planned = &planner->plan->objects[i];
        size_t room = count_values(planned);

        if (room == 0) {
            continue;
        }
        planned->presets = loomc_alloc(planner->arena, room * sizeof planned->presets[0]);
        for (size_t j = 0; j < planned->row_count; j++) {
            const struct loomc_row *row = &planned->rows[j];

            if (row->preset != NULL && row->preset != bad && !add_values(planner, planned, row)) {
                bad = row->preset;
            }
        }
    }
}
