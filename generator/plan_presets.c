/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "plan.h"

#include "escape.h"
#include "first_value.h"
#include "text.h"
#include "utf8.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NUMBER_MAX_LENGTH 40u

/* The longest that literals of C may be. */
#define CONSTANT_MAX 4095u

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
    reading->value = loomc_whole_constant(reading->planner->arena, is_unsigned, bound);
    return NULL;
}

/* Names of the model, as it writes them or as symbols. */
static bool find_named(const struct loomc_resource *resource, const char *text,
                       struct loomc_bound *bound)
{
    for (size_t i = 0; i < resource->enumeration.count; i++) {
        const struct loomc_named *named = &resource->enumeration.items[i];

        if (strcasecmp(named->name, text) == 0 || strcasecmp(named->symbol, text) == 0) {
            *bound = loomc_bound_of(named->value);
            return true;
        }
    }
    return false;
}

/* `value "Mode" on` */
static const char *read_named(struct reading *reading)
{
    const struct loomc_resource *resource = reading->row->resource;

    if (!find_named(resource, reading->text, &reading->bound)) {
        return read_whole(reading);
    }
    reading->value = loomc_whole_constant(reading->planner->arena, resource->type == LOOMC_UNSIGNED,
                                          &reading->bound);
    return NULL;
}

static bool fits(const struct loomc_row *row, const struct loomc_bound *bound)
{
    bool is_unsigned = row->resource->type == LOOMC_UNSIGNED;
    unsigned bits = is_unsigned ? row->width : row->width - 1;
    uint64_t most = bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;

    return bound->magnitude <= most + (bound->negative ? 1 : 0);
}

static const char *read_number(struct reading *reading)
{
    const char *problem = read_named(reading);

    if (problem == NULL && !reading->row->constant && !fits(reading->row, &reading->bound)) {
        return loomc_format(reading->planner->arena, "has more than %u bits", reading->row->width);
    }
    return problem;
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

/* Text or bytes, as C writes them. */
static const char *literal(struct loomc_arena *arena, const char *cast, const char *bytes,
                           size_t length)
{
    struct loomc_buffer text = {NULL, 0, 0};

    loomc_escape_c_string(&text, bytes, length);
    const char *value =
        loomc_format(arena, "{%s\"%s\", %zu}", cast, text.data != NULL ? text.data : "", length);

    loomc_buffer_free(&text);
    return value;
}

static const char *take_bytes(struct reading *reading, const char *cast, const char *bytes,
                              size_t length)
{
    reading->bound.magnitude = length;
    reading->literal_size = length + 1;
    reading->value = literal(reading->planner->arena, cast, bytes, length);
    return length > (reading->row->constant ? CONSTANT_MAX : reading->row->capacity)
               ? "is longer than the room there is; see `size`"
               : NULL;
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
        return read_number(reading);
    }
}

/* The bytes of a text, whatever they are. */
static bool is_listed(const struct loomc_ranges *ranges, const char *text)
{
    for (size_t i = 0; i < ranges->text_count; i++) {
        if (strcmp(ranges->texts[i], text) == 0) {
            return true;
        }
    }
    return ranges->text_count == 0;
}

static bool is_allowed(const struct reading *reading)
{
    const struct loomc_resource *resource = reading->row->resource;

    return is_listed(&resource->ranges, reading->text) &&
           loomc_ranges_allow(resource->type, &resource->ranges, &reading->bound);
}

/* ---- resources ------------------------------------------------------------------------------- */

/* The value itself is in no message: it may be a key. */
static bool report(const struct loomc_planner *planner, const struct loomc_row *row,
                   const struct loomc_token *token, const char *problem)
{
    loomc_plan_error_of(planner, token->offset, row->resource, problem);
    return false;
}

static const char *handled(const struct loomc_planner *planner, const struct loomc_row *row)
{
    const struct loomc_setting *line = row->own ? row->said.firmware : row->said.serving;

    return loomc_format(planner->arena,
                        row->own
                            ? "is served by the client itself, by line %u"
                            : "is handled, by line %u: the product's function returns its value",
                        loomc_plan_line(planner, line));
}

static bool can_begin_with(const struct loomc_planner *planner, const struct loomc_row *row)
{
    const struct loomc_token *name = &row->preset->arguments[0];
    size_t values = row->preset->count - 1;

    if (row->resource->executable) {
        return report(planner, row, name, "is executable: it has no value");
    }
    if (row->serving == LOOMC_HANDLED && !row->constant) {
        return report(planner, row, name, handled(planner, row));
    }
    if (row->serving == LOOMC_SHOWN) {
        return report(planner, row, name, "belongs to a view: it has no value of its own");
    }
    if (values > 1 && !row->resource->multiple) {
        return report(planner, row, &row->preset->arguments[2],
                      "is a single resource: it has one value");
    }
    if (values > row->count && !row->constant) {
        return report(planner, row, &row->preset->arguments[1 + row->count],
                      "has no room for so many values; see `count`");
    }
    return true;
}

static void put_preset(struct loomc_plan_object *planned, struct loomc_preset preset)
{
    if (planned->preset_count > 0) {
        planned->presets[planned->preset_count - 1].more = true;
    }
    planned->presets[planned->preset_count++] = preset;
}

static const char *given(const struct loomc_row *row)
{
    return row->constant ? "is given" : "begins with";
}

bool loomc_plan_value(const struct loomc_planner *planner, const struct loomc_row *row,
                      const struct loomc_token *token, const char *verb,
                      struct loomc_preset *preset)
{
    struct reading reading = {planner, row, token->text, {false, 0, 0, NULL}, NULL, 0};
    const char *problem = read_value(&reading);

    if (problem != NULL) {
        return report(planner, row, token,
                      loomc_format(planner->arena, "%s a value that %s", verb, problem));
    }
    if (!is_allowed(&reading)) {
        return report(planner, row, token,
                      loomc_format(planner->arena, "%s a value out of its range, %s", verb,
                                   row->resource->range_text));
    }
    *preset = (struct loomc_preset){row, 0, reading.value, reading.literal_size, false};
    return true;
}

static void add_value(const struct loomc_planner *planner, struct loomc_plan_object *planned,
                      const struct loomc_row *row, size_t index)
{
    const struct loomc_token *token = &row->preset->arguments[1 + index];
    struct loomc_preset preset;

    if (!loomc_plan_value(planner, row, token, given(row), &preset)) {
        return;
    }
    preset.resource_instance = (uint16_t)index;
    if (row->constant) {
        row->constants[index] = preset;
    } else {
        put_preset(planned, preset);
    }
}

static void add_values(const struct loomc_planner *planner, struct loomc_plan_object *planned,
                       struct loomc_row *row)
{
    bool good = can_begin_with(planner, row);

    if (row->constant) {
        row->constant_count = row->preset->count - 1;
        row->constants =
            loomc_alloc(planner->arena, row->constant_count * sizeof row->constants[0]);
    }
    for (size_t i = 0; good && i + 1 < row->preset->count; i++) {
        add_value(planner, planned, row, i);
    }
}

/* ---- what the profile does not say ----------------------------------------------------------- */

/* An instance that the product makes has it from the start. A bootstrap makes those of accounts. */
static bool begins_without_word(const struct loomc_plan_object *planned,
                                const struct loomc_row *row)
{
    return row->preset == NULL && row->serving == LOOMC_STORED &&
           (row->resource->mandatory || planned->complete) && !planned->account && !planned->view;
}

static void begin_with_text(const struct loomc_planner *planner, struct loomc_plan_object *planned,
                            const struct loomc_row *row)
{
    const struct loomc_resource *resource = row->resource;
    const struct loomc_ranges *ranges = &resource->ranges;

    if (loomc_ranges_lengths(ranges).least == 0 && is_listed(ranges, "")) {
        return;
    }
    if (ranges->text_count > 0) {
        size_t length = strlen(ranges->texts[0]);

        put_preset(planned, (struct loomc_preset){
                                row, 0, literal(planner->arena, "", ranges->texts[0], length),
                                length + 1, false});
    } else if (planned->initial > 0 && planner->settled) {
        loomc_warning_at(planner->diagnostics, planned->object->source, resource->place,
                         "resource %u (%s) begins empty, which its range does not allow; a profile "
                         "gives it a value: object %u / value %u VALUE",
                         resource->id, resource->name, planned->object->id, resource->id);
    }
}

/* @return false if the standard wants nothing, or the model something else */
static bool begin_as_standard(const struct loomc_planner *planner,
                              struct loomc_plan_object *planned, const struct loomc_row *row)
{
    struct reading reading = {.planner = planner, .row = row};

    reading.text = loomc_first_of_standard(planned->object->id, row->resource->id);
    if (reading.text == NULL || read_value(&reading) != NULL || !is_allowed(&reading)) {
        return false;
    }
    put_preset(planned, (struct loomc_preset){row, 0, reading.value, reading.literal_size, false});
    return true;
}

static void add_first_value(const struct loomc_planner *planner, struct loomc_plan_object *planned,
                            const struct loomc_row *row)
{
    enum loomc_type type = row->resource->type;
    struct loomc_bound bound;

    if (begin_as_standard(planner, planned, row) || row->resource->multiple) {
        return;
    }
    if (loomc_type_has_length(type)) {
        begin_with_text(planner, planned, row);
    } else if (type == LOOMC_OBJLNK) {
        /* 0:0 would be a link to an account. */
        put_preset(planned, (struct loomc_preset){row, 0, "{65535, 65535}", 0, false});
    } else if ((type == LOOMC_INTEGER || type == LOOMC_UNSIGNED || type == LOOMC_FLOAT) &&
               loomc_first_number(row->resource, &bound)) {
        put_preset(planned,
                   (struct loomc_preset){
                       row, 0,
                       type == LOOMC_FLOAT
                           ? bound.digits
                           : loomc_whole_constant(planner->arena, type == LOOMC_UNSIGNED, &bound),
                       0, false});
    }
}

/* ---- objects --------------------------------------------------------------------------------- */

static size_t count_values(const struct loomc_plan_object *planned)
{
    size_t count = 0;

    for (size_t i = 0; i < planned->row_count; i++) {
        count += planned->rows[i].preset != NULL ? planned->rows[i].preset->count : 1;
    }
    return count;
}

void loomc_plan_presets(const struct loomc_planner *planner)
{
    for (size_t i = 0; i < planner->plan->count; i++) {
        struct loomc_plan_object *planned = &planner->plan->objects[i];
        size_t room = count_values(planned);

        planned->presets = loomc_alloc(planner->arena, (room + 1) * sizeof planned->presets[0]);
        for (size_t j = 0; j < planned->row_count; j++) {
            struct loomc_row *row = &planned->rows[j];

            if (row->preset != NULL) {
                add_values(planner, planned, row);
            }
            if (begins_without_word(planned, row)) {
                add_first_value(planner, planned, row);
            }
        }
    }
}
