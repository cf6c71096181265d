/* SPDX-License-Identifier: Apache-2.0 */
#include "fields_shared.h"

#include "text.h"
#include "words.h"

#include <ctype.h>
#include <inttypes.h>

void loomc_put_upper(struct loomc_buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        loomc_put_char(out, (char)toupper((unsigned char)*text));
    }
}

void loomc_put_member(struct loomc_buffer *out, const char *symbol)
{
    loomc_put_text(out, symbol);
    loomc_put_text(out, loomc_is_word(symbol) ? "_" : "");
}

void loomc_put_bit(struct loomc_buffer *out, size_t *count, bool set, const char *word)
{
    if (set) {
        loomc_put_text(out, *count > 0 ? " | " : "");
        loomc_put_text(out, word);
        ++*count;
    }
}

/* ---- a line of a comment --------------------------------------------------------------------- */

static void put_line(const void *thing, struct loomc_buffer *out)
{
    const char *const *line = thing;

    loomc_put_text(out, *line);
}

static const struct loomc_field line_fields[] = {TEXT("line", put_line)};
const struct loomc_vocabulary loomc_line_fields = VOCABULARY("a line", line_fields);

/* ---- a resource ------------------------------------------------------------------------------ */

/* How a type looks in C. */
struct c_type {
    const char *constant;  /* LOOM_... */
    const char *accessor;  /* loom_get_... */
    const char *type;      /* of a value */
    const char *member;    /* of struct loom_value */
    const char *parameter; /* of a setter */
    const char *argument;
};

static const struct c_type c_types[] = {
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

static const struct loomc_resource *resource_of(const void *thing)
{
    return ((const struct loomc_row *)thing)->resource;
}

static const struct c_type *c_type_of(const void *thing)
{
    return &c_types[resource_of(thing)->type];
}

static bool is_text(const void *thing)
{
    return resource_of(thing)->type == LOOMC_STRING || resource_of(thing)->type == LOOMC_CORELNK;
}

static void put_resource(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, resource_of(thing)->symbol);
}

static void put_resource_upper(const void *thing, struct loomc_buffer *out)
{
    loomc_put_upper(out, resource_of(thing)->symbol);
}

static void put_resource_member(const void *thing, struct loomc_buffer *out)
{
    loomc_put_member(out, resource_of(thing)->symbol);
}

static void put_resource_id(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%u", resource_of(thing)->id);
}

static void put_resource_name(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, resource_of(thing)->name);
}

static void put_resource_description(const void *thing, struct loomc_buffer *out)
{
    loomc_text_put_lines(out, resource_of(thing)->description);
}

static void put_range_text(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, resource_of(thing)->range_text);
}

/* Executables have no type. */
static void put_type_name(const void *thing, struct loomc_buffer *out)
{
    enum loomc_type type = resource_of(thing)->type;

    loomc_put_text(out, type != LOOMC_NONE ? loomc_type_name(type) : "");
}

static void put_operations(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, resource_of(thing)->readable ? "R" : "");
    loomc_put_text(out, resource_of(thing)->writable ? "W" : "");
    loomc_put_text(out, resource_of(thing)->executable ? "E" : "");
}

static void put_units(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, resource_of(thing)->units);
}

void loomc_put_type(struct loomc_buffer *out, enum loomc_type type)
{
    loomc_put_text(out, c_types[type].constant);
}

static void put_type(const void *thing, struct loomc_buffer *out)
{
    loomc_put_type(out, resource_of(thing)->type);
}

static void put_accessor(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, c_type_of(thing)->accessor);
}

static void put_get_type(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, c_type_of(thing)->type);
}

void loomc_put_value_member(struct loomc_buffer *out, enum loomc_type type)
{
    loomc_put_text(out, c_types[type].member);
}

static void put_value_member(const void *thing, struct loomc_buffer *out)
{
    loomc_put_value_member(out, resource_of(thing)->type);
}

static void put_set_parameters(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, c_type_of(thing)->parameter);
}

static void put_set_arguments(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, c_type_of(thing)->argument);
}

static void put_access(const void *thing, struct loomc_buffer *out)
{
    const struct loomc_row *row = thing;
    size_t count = 0;

    loomc_put_bit(out, &count, row->readable, "LOOM_R");
    loomc_put_bit(out, &count, row->writable, "LOOM_W");
    loomc_put_bit(out, &count, row->resource->executable, "LOOM_E");
    loomc_put_bit(out, &count, row->resource->multiple, "LOOM_MULTIPLE");
    loomc_put_bit(out, &count, row->resource->mandatory, "LOOM_MANDATORY");
    loomc_put_bit(out, &count, row->serving == LOOMC_HANDLED, "LOOM_HANDLED");
    loomc_put_bit(out, &count, row->secret, "LOOM_SECRET");
    loomc_put_bit(out, &count, row->credential, "LOOM_CREDENTIAL");
    loomc_put_text(out, count == 0 ? "0" : "");
}

static void put_value_type(const void *thing, struct loomc_buffer *out)
{
    const struct loomc_row *row = thing;

    if (is_text(thing)) {
        loomc_put_text(out, "char");
    } else if (row->resource->type == LOOMC_OPAQUE) {
        loomc_put_format(out, "struct { uint16_t length; uint8_t bytes[%u]; }", row->capacity);
    } else if (row->width > 0) {
        loomc_put_format(out, "%sint%u_t", row->resource->type == LOOMC_UNSIGNED ? "u" : "",
                         row->width);
    } else {
        put_get_type(thing, out);
    }
}

static void put_value_array(const void *thing, struct loomc_buffer *out)
{
    if (is_text(thing)) {
        loomc_put_format(out, "[%u]", ((const struct loomc_row *)thing)->capacity + 1);
    }
}

static void put_row_size(const void *thing, struct loomc_buffer *out)
{
    const struct loomc_row *row = thing;

    switch (row->resource->type) {
    case LOOMC_STRING:
    case LOOMC_CORELNK:
        loomc_put_format(out, "%u", row->capacity + 1);
        break;
    case LOOMC_OPAQUE:
        loomc_put_format(out, "%u", row->capacity);
        break;
    case LOOMC_FLOAT:
        loomc_put_text(out, "sizeof(double)");
        break;
    case LOOMC_BOOLEAN:
        loomc_put_text(out, "sizeof(bool)");
        break;
    case LOOMC_OBJLNK:
        loomc_put_text(out, "sizeof(struct loom_objlnk)");
        break;
    default:
        loomc_put_format(out, "%u", row->width / 8);
        break;
    }
}

static void put_count(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%u", ((const struct loomc_row *)thing)->count);
}

static void put_handler(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%u", ((const struct loomc_row *)thing)->handler);
}

static void put_range(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%u", ((const struct loomc_row *)thing)->range);
}

static void put_shown(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%u", ((const struct loomc_row *)thing)->shown);
}

static bool is_multiple(const void *thing)
{
    return resource_of(thing)->multiple;
}

static bool is_mandatory(const void *thing)
{
    return resource_of(thing)->mandatory;
}

static bool is_executable(const void *thing)
{
    return resource_of(thing)->executable;
}

static bool is_stored(const void *thing)
{
    return ((const struct loomc_row *)thing)->serving == LOOMC_STORED;
}

static bool is_handled(const void *thing)
{
    return ((const struct loomc_row *)thing)->serving == LOOMC_HANDLED;
}

static bool is_reported(const void *thing)
{
    return ((const struct loomc_row *)thing)->serving == LOOMC_REPORTED;
}

static bool is_shown(const void *thing)
{
    return ((const struct loomc_row *)thing)->serving == LOOMC_SHOWN;
}

static bool has_range(const void *thing)
{
    return ((const struct loomc_row *)thing)->range > 0;
}

/* The Bootstrap interface may read and write what has no operations (rule C-41). */
static bool is_bootstrap_only(const struct loomc_resource *resource)
{
    return !resource->readable && !resource->writable && !resource->executable;
}

static bool is_read(const void *thing)
{
    return resource_of(thing)->readable || is_bootstrap_only(resource_of(thing));
}

/* The Bootstrap interface still writes what is hidden from servers, not what is read-only. */
static bool is_written(const void *thing)
{
    const struct loomc_row *row = thing;
    bool read_only = row->readable && !row->writable;

    return (row->resource->writable && !read_only) || is_bootstrap_only(row->resource);
}

/* Instances of a multiple resource can always go. */
static bool is_clearable(const void *thing)
{
    return resource_of(thing)->multiple || !resource_of(thing)->mandatory;
}

/* What has a length has ranges of lengths. */
static bool has_length(const void *thing)
{
    return is_text(thing) || resource_of(thing)->type == LOOMC_OPAQUE;
}

static size_t count_allowed(const void *thing)
{
    return ((const struct loomc_row *)thing)->ranges != NULL ? resource_of(thing)->ranges.count : 0;
}

static const void *get_allowed(const void *thing, size_t index)
{
    return &((const struct loomc_row *)thing)->ranges[index];
}

static size_t count_named(const void *thing)
{
    return resource_of(thing)->enumeration.count;
}

static const void *get_named(const void *thing, size_t index)
{
    return &resource_of(thing)->enumeration.items[index];
}

static size_t count_row_comment(const void *thing)
{
    return ((const struct loomc_row *)thing)->comment_count;
}

static const void *get_row_comment(const void *thing, size_t index)
{
    return &((const struct loomc_row *)thing)->comment[index];
}

static const struct loomc_field row_fields[] = {
    SAFE("resource", put_resource),
    SAFE("RESOURCE", put_resource_upper),
    SAFE("member", put_resource_member),
    SAFE("resource_id", put_resource_id),
    TEXT("resource_name", put_resource_name),
    TEXT("resource_description", put_resource_description),
    TEXT("range_text", put_range_text),
    TEXT("units", put_units),
    SAFE("type_name", put_type_name),
    SAFE("operations", put_operations),
    SAFE("type", put_type),
    SAFE("access", put_access),
    SAFE("accessor", put_accessor),
    SAFE("get_type", put_get_type),
    SAFE("set_parameters", put_set_parameters),
    SAFE("set_arguments", put_set_arguments),
    SAFE("value_member", put_value_member),
    SAFE("value_type", put_value_type),
    SAFE("value_array", put_value_array),
    SAFE("row_size", put_row_size),
    SAFE("count", put_count),
    SAFE("handler", put_handler),
    SAFE("range", put_range),
    SAFE("shown", put_shown),
    FLAG("multiple", is_multiple),
    FLAG("mandatory", is_mandatory),
    FLAG("executable", is_executable),
    FLAG("stored", is_stored),
    FLAG("handled", is_handled),
    FLAG("reported", is_reported),
    FLAG("shown_here", is_shown),
    FLAG("has_range", has_range),
    FLAG("has_length", has_length),
    FLAG("reads", is_read),
    FLAG("writes", is_written),
    FLAG("clearable", is_clearable),
    LIST("allowed", count_allowed, get_allowed, &loomc_range_fields),
    LIST("named_values", count_named, get_named, &loomc_named_fields),
    LIST("comment", count_row_comment, get_row_comment, &loomc_line_fields),
};
const struct loomc_vocabulary loomc_row_fields = VOCABULARY("a resource", row_fields);

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
    while (digits[0] == '0' && digits[1] != '.') {
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
    enum loomc_type type = ((const struct loomc_range_row *)thing)->row->resource->type;

    loomc_put_text(out, type == LOOMC_FLOAT     ? "number"
                        : type == LOOMC_INTEGER ? "integer"
                                                : "unsigned_integer");
}

static void put_range_name(const void *thing, struct loomc_buffer *out)
{
    put_resource_name(((const struct loomc_range_row *)thing)->row, out);
}

static bool has_more(const void *thing)
{
    return ((const struct loomc_range_row *)thing)->more;
}

static const struct loomc_field range_fields[] = {
    SAFE("min", put_min),
    SAFE("max", put_max),
    SAFE("least", put_least),
    SAFE("most", put_most),
    SAFE("bound", put_bound_member),
    TEXT("range_name", put_range_name),
    FLAG("more", has_more),
};
const struct loomc_vocabulary loomc_range_fields = VOCABULARY("a range", range_fields);
