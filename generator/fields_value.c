/* SPDX-License-Identifier: Apache-2.0 */
#include "fields_value.h"

#include <ctype.h>
#include <inttypes.h>

/* ---- a data type ----------------------------------------------------------------------------- */

static const struct loomc_c_type c_types[] = {
    [LOOMC_NONE] = {"LOOM_NONE", "", "", "", "", ""},
    [LOOMC_STRING] = {"LOOM_STRING", "text", "struct loom_text", "text", "const char *value",
                      "value"},
    [LOOMC_INTEGER] = {"LOOM_INTEGER", "integer", "int64_t", "integer", "int64_t value", "value"},
    [LOOMC_UNSIGNED] = {"LOOM_UNSIGNED", "unsigned", "uint64_t", "unsigned_integer",
                        "uint64_t value", "value"},
    [LOOMC_FLOAT] = {"LOOM_FLOAT", "float", "double", "number", "double value", "value"},
    [LOOMC_BOOLEAN] = {"LOOM_BOOLEAN", "boolean", "bool", "boolean", "bool value", "value"},
    [LOOMC_OPAQUE] = {"LOOM_OPAQUE", "opaque", "struct loom_bytes", "opaque",
                      "const uint8_t *data, size_t length", "data, length"},
    [LOOMC_TIME] = {"LOOM_TIME", "time", "int64_t", "integer", "int64_t value", "value"},
    [LOOMC_OBJLNK] = {"LOOM_OBJLNK", "objlnk", "struct loom_objlnk", "objlnk",
                      "struct loom_objlnk value", "value"},
    [LOOMC_CORELNK] = {"LOOM_CORELNK", "text", "struct loom_text", "text", "const char *value",
                       "value"},
};

const struct loomc_c_type *loomc_c_type(enum loomc_type type)
{
    return &c_types[type];
}

/* ---- a line of a comment --------------------------------------------------------------------- */

static const struct loomc_field line_fields[] = {
    /* The line is the thing itself. */
    LOOMC_TEXT("line", .offset = 0),
};
const struct loomc_vocabulary loomc_line_fields = LOOMC_VOCABULARY("a line", line_fields);

static const struct loomc_field text_fields[] = {
    LOOMC_TEXT("text", .offset = 0),
};
const struct loomc_vocabulary loomc_text_fields = LOOMC_VOCABULARY("a string", text_fields);

/* ---- a range --------------------------------------------------------------------------------- */

static void put_bound(struct loomc_buffer *out, enum loomc_type type,
                      const struct loomc_bound *bound)
{
    if (type == LOOMC_FLOAT) {
        loomc_put_text(out, bound->digits);
    } else if (bound->negative && bound->magnitude > INT64_MAX) {
        loomc_put_text(out, "INT64_MIN"); /* no literal has this value */
    } else if (type == LOOMC_INTEGER) {
        bool wide = bound->magnitude > INT32_MAX;

        loomc_put_format(out, "%s%s%" PRIu64 "%s", bound->negative ? "-" : "",
                         wide ? "INT64_C(" : "", bound->magnitude, wide ? ")" : "");
    } else {
        bool wide = bound->magnitude > INT32_MAX;

        loomc_put_format(out, "%s%" PRIu64 "%s", wide ? "UINT64_C(" : "", bound->magnitude,
                         wide ? ")" : "");
    }
}

static void put_min(const void *thing, struct loomc_buffer *out)
{
    const struct loomc_range_row *range = thing;

    put_bound(out, range->row->resource->type, &range->range.min);
}

static void put_max(const void *thing, struct loomc_buffer *out)
{
    const struct loomc_range_row *range = thing;

    put_bound(out, range->row->resource->type, &range->range.max);
}

/* A number as any language reads it; without zeros before it, which JSON does not have. */
static void put_number(struct loomc_buffer *out, enum loomc_type type,
                       const struct loomc_bound *bound)
{
    const char *digits = bound->digits;

    loomc_put_text(out, bound->negative ? "-" : "");
    if (type != LOOMC_FLOAT) {
        loomc_put_format(out, "%" PRIu64, bound->magnitude);
        return;
    }
    digits += *digits == '-' ? 1 : 0;
    while (digits[0] == '0' && digits[1] >= '0' && digits[1] <= '9') {
        digits++;
    }
    loomc_put_text(out, digits);
}

static void put_least(const void *thing, struct loomc_buffer *out)
{
    const struct loomc_range_row *range = thing;

    put_number(out, range->row->resource->type, &range->range.min);
}

static void put_most(const void *thing, struct loomc_buffer *out)
{
    const struct loomc_range_row *range = thing;

    put_number(out, range->row->resource->type, &range->range.max);
}

static void put_bound_member(const void *thing, struct loomc_buffer *out)
{
    const struct loomc_range_row *range = thing;
    enum loomc_type type = range->row->resource->type;

    loomc_put_text(out, type == LOOMC_FLOAT     ? "number"
                        : type == LOOMC_INTEGER ? "integer"
                                                : "unsigned_integer");
}

#define OF_RANGE(member) LOOMC_AT(struct loomc_range_row, member)

static const struct loomc_field range_fields[] = {
    LOOMC_MADE("min", put_min),
    LOOMC_MADE("max", put_max),
    LOOMC_MADE("least", put_least),
    LOOMC_MADE("most", put_most),
    LOOMC_MADE("bound", put_bound_member),
    LOOMC_TEXT("range_name", LOOMC_HOPS(struct loomc_range_row, row, struct loomc_row, resource),
               LOOMC_AT(struct loomc_resource, name)),
    LOOMC_SYMBOL("range_resource",
                 LOOMC_HOPS(struct loomc_range_row, row, struct loomc_row, resource),
                 LOOMC_AT(struct loomc_resource, symbol)),
    LOOMC_FLAG("lists_texts", OF_RANGE(texts)),
    LOOMC_FLAG("more", OF_RANGE(more)),
};
const struct loomc_vocabulary loomc_range_fields = LOOMC_VOCABULARY("a range", range_fields);

/* ---- a named value --------------------------------------------------------------------------- */

static void put_named_value(const void *thing, struct loomc_buffer *out)
{
    const struct loomc_named *named = thing;

    loomc_put_format(out, "%ld", (long)named->value);
}

/* As a constant that stands alone: no name begins with a digit. */
static void put_upper_symbol(const void *thing, struct loomc_buffer *out)
{
    const struct loomc_named *named = thing;

    loomc_put_text(out, isdigit((unsigned char)named->symbol[0]) ? "N" : "");
    for (const char *p = named->symbol; *p != '\0'; p++) {
        loomc_put_char(out, (char)toupper((unsigned char)*p));
    }
}

#define OF_NAMED(member) LOOMC_AT(struct loomc_named, member)

static const struct loomc_field named_fields[] = {
    LOOMC_SYMBOL("constant", OF_NAMED(constant)),
    LOOMC_SYMBOL("value_symbol", OF_NAMED(symbol)),
    LOOMC_MADE("VALUE_SYMBOL", put_upper_symbol),
    LOOMC_SYMBOL_CAMEL("ValueSymbol", OF_NAMED(symbol)),
    LOOMC_TEXT("value_name", OF_NAMED(name)),
    LOOMC_MADE("value", put_named_value),
};
const struct loomc_vocabulary loomc_named_fields = LOOMC_VOCABULARY("a named value", named_fields);

/* ---- a value that new instances begin with --------------------------------------------------- */

static const struct loomc_c_type *preset_type(const struct loomc_preset *preset)
{
    return loomc_c_type(preset->row->resource->type);
}

static void put_preset_type(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, preset_type(thing)->constant);
}

static void put_preset_member(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, preset_type(thing)->member);
}

#define OF_PRESET(member) LOOMC_AT(struct loomc_preset, member)
#define OF_PRESET_RESOURCE(member)                                                                 \
    LOOMC_HOPS(struct loomc_preset, row, struct loomc_row, resource),                              \
        LOOMC_AT(struct loomc_resource, member)

static const struct loomc_field preset_fields[] = {
    LOOMC_SYMBOL_UPPER("PRESET_RESOURCE", OF_PRESET_RESOURCE(symbol)),
    LOOMC_NUMBER("preset_instance", OF_PRESET(resource_instance)),
    LOOMC_MADE("preset_type", put_preset_type),
    LOOMC_MADE("preset_member", put_preset_member),
    LOOMC_SYMBOL("preset_value", OF_PRESET(value)),
    LOOMC_FLAG("more_presets", OF_PRESET(more)),
    LOOMC_FLAG("preset_multiple", OF_PRESET_RESOURCE(multiple)),
};
const struct loomc_vocabulary loomc_preset_fields =
    LOOMC_VOCABULARY("a first value", preset_fields);

/* ---- what an instance has from the factory --------------------------------------------------- */

static const struct loomc_preset *given_value(const void *thing)
{
    const struct loomc_given *given = thing;

    return &given->value;
}

static bool has_value(const void *thing)
{
    return given_value(thing)->row != NULL;
}

static size_t count_value(const void *thing)
{
    return has_value(thing) ? 1 : 0;
}

static const void *get_value(const void *thing, size_t index)
{
    (void)index;
    return given_value(thing);
}

#define OF_GIVEN(member) LOOMC_AT(struct loomc_given, member)

static const struct loomc_field given_fields[] = {
    LOOMC_NUMBER("given_instance", OF_GIVEN(instance)),
    LOOMC_TEST("makes_value", has_value),
    LOOMC_COMPUTED_LIST("given_value", count_value, get_value, &loomc_preset_fields),
    LOOMC_FLAG("more_given", OF_GIVEN(more)),
};
const struct loomc_vocabulary loomc_given_fields =
    LOOMC_VOCABULARY("a part of an instance", given_fields);
