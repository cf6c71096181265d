/* SPDX-License-Identifier: Apache-2.0 */
#include "fields_row.h"

#include "fields_value.h"

static const struct loomc_row *row_of(const void *thing)
{
    return thing;
}

static const struct loomc_resource *resource_of(const void *thing)
{
    return row_of(thing)->resource;
}

static const struct loomc_c_type *c_type_of(const void *thing)
{
    return loomc_c_type(resource_of(thing)->type);
}

static bool is_text(const struct loomc_row *row)
{
    return row->resource->type == LOOMC_STRING || row->resource->type == LOOMC_CORELNK;
}

/* ---- the type -------------------------------------------------------------------------------- */

/* Executables have no type. */
static void put_type_name(const void *thing, struct loomc_buffer *out)
{
    enum loomc_type type = resource_of(thing)->type;

    loomc_put_text(out, type != LOOMC_NONE ? loomc_type_name(type) : "");
}

static void put_type(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, c_type_of(thing)->constant);
}

static void put_accessor(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, c_type_of(thing)->accessor);
}

static void put_get_type(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, c_type_of(thing)->type);
}

static void put_value_member(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, c_type_of(thing)->member);
}

static void put_set_parameters(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, c_type_of(thing)->parameter);
}

static void put_set_arguments(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, c_type_of(thing)->argument);
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
        loomc_put_format(out, "[%u]", row_of(thing)->capacity + 1);
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

/* What has a length has ranges of lengths. */
static bool has_length(const void *thing)
{
    return is_text(thing) || resource_of(thing)->type == LOOMC_OPAQUE;
}

/* ---- what may be done with it ---------------------------------------------------------------- */

static void put_operations(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, resource_of(thing)->readable ? "R" : "");
    loomc_put_text(out, resource_of(thing)->writable ? "W" : "");
    loomc_put_text(out, resource_of(thing)->executable ? "E" : "");
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

static bool is_stored(const void *thing)
{
    return row_of(thing)->serving == LOOMC_STORED;
}

static bool is_handled(const void *thing)
{
    return row_of(thing)->serving == LOOMC_HANDLED;
}

static bool is_reported(const void *thing)
{
    return row_of(thing)->serving == LOOMC_REPORTED;
}

static bool is_shown(const void *thing)
{
    return row_of(thing)->serving == LOOMC_SHOWN;
}

/* The Bootstrap interface may read and write what has no operations (rule C-41). */
static bool is_bootstrap_only(const struct loomc_resource *resource)
{
    return !resource->readable && !resource->writable && !resource->executable;
}

bool loomc_row_is_read(const void *thing)
{
    return resource_of(thing)->readable || is_bootstrap_only(resource_of(thing));
}

/* The Bootstrap interface still writes what is hidden from servers, not what is read-only. */
bool loomc_row_is_written(const void *thing)
{
    const struct loomc_row *row = thing;
    bool read_only = row->readable && !row->writable;

    return !row->constant &&
           ((row->resource->writable && !read_only) || is_bootstrap_only(row->resource));
}

/* Instances of a multiple resource can always go. */
static bool is_clearable(const void *thing)
{
    return resource_of(thing)->multiple || !resource_of(thing)->mandatory;
}

/* ---- conditions on the type: a template has no other way to ask for it ---------------------- */

static bool is_string(const void *thing)
{
    return resource_of(thing)->type == LOOMC_STRING;
}

static bool is_integer(const void *thing)
{
    return resource_of(thing)->type == LOOMC_INTEGER;
}

static bool is_unsigned(const void *thing)
{
    return resource_of(thing)->type == LOOMC_UNSIGNED;
}

static bool is_float(const void *thing)
{
    return resource_of(thing)->type == LOOMC_FLOAT;
}

static bool is_boolean(const void *thing)
{
    return resource_of(thing)->type == LOOMC_BOOLEAN;
}

static bool is_opaque(const void *thing)
{
    return resource_of(thing)->type == LOOMC_OPAQUE;
}

static bool is_time(const void *thing)
{
    return resource_of(thing)->type == LOOMC_TIME;
}

static bool is_objlnk(const void *thing)
{
    return resource_of(thing)->type == LOOMC_OBJLNK;
}

static bool is_corelnk(const void *thing)
{
    return resource_of(thing)->type == LOOMC_CORELNK;
}

/* ---- the names ------------------------------------------------------------------------------- */

static size_t count_allowed(const void *thing)
{
    return row_of(thing)->ranges != NULL ? resource_of(thing)->ranges.count : 0;
}

static const void *get_allowed(const void *thing, size_t index)
{
    return &row_of(thing)->ranges[index];
}

static bool names_texts(const struct loomc_enumeration *enumeration)
{
    return enumeration->count > 0 && enumeration->items[0].text != NULL;
}

static size_t count_named(const void *thing)
{
    const struct loomc_enumeration *enumeration = &resource_of(thing)->enumeration;

    return names_texts(enumeration) ? 0 : enumeration->count;
}

static size_t count_named_texts(const void *thing)
{
    const struct loomc_enumeration *enumeration = &resource_of(thing)->enumeration;

    return names_texts(enumeration) ? enumeration->count : 0;
}

static size_t count_texts(const void *thing)
{
    return row_of(thing)->ranges != NULL ? resource_of(thing)->ranges.text_count : 0;
}

static bool has_texts(const void *thing)
{
    return count_texts(thing) > 0;
}

static const void *get_text(const void *thing, size_t index)
{
    return &resource_of(thing)->ranges.texts[index];
}

static const void *get_named(const void *thing, size_t index)
{
    return &resource_of(thing)->enumeration.items[index];
}

#define OF_ROW(member) LOOMC_AT(struct loomc_row, member)
#define OF_RESOURCE(member)                                                                        \
    LOOMC_HOP(struct loomc_row, resource), LOOMC_AT(struct loomc_resource, member)

static const struct loomc_field row_fields[] = {
    LOOMC_SYMBOL("resource", OF_RESOURCE(symbol)),
    LOOMC_SYMBOL_UPPER("RESOURCE", OF_RESOURCE(symbol)),
    LOOMC_SYMBOL_CAMEL("Resource", OF_RESOURCE(symbol)),
    LOOMC_SYMBOL_MEMBER("member", OF_RESOURCE(symbol)),
    LOOMC_SYMBOL_FIELD("field", OF_RESOURCE(symbol)),
    LOOMC_NUMBER("resource_id", OF_RESOURCE(id)),
    LOOMC_TEXT("resource_name", OF_RESOURCE(name)),
    LOOMC_TEXT_LINES("resource_description", OF_RESOURCE(description)),
    LOOMC_TEXT("range_text", OF_RESOURCE(range_text)),
    LOOMC_TEXT("units", OF_RESOURCE(units)),
    LOOMC_MADE("type_name", put_type_name),
    LOOMC_MADE("operations", put_operations),
    LOOMC_MADE("type", put_type),
    LOOMC_MADE("access", put_access),
    LOOMC_MADE("accessor", put_accessor),
    LOOMC_MADE("get_type", put_get_type),
    LOOMC_MADE("set_parameters", put_set_parameters),
    LOOMC_MADE("set_arguments", put_set_arguments),
    LOOMC_MADE("value_member", put_value_member),
    LOOMC_MADE("value_type", put_value_type),
    LOOMC_MADE("value_array", put_value_array),
    LOOMC_MADE("row_size", put_row_size),
    LOOMC_NUMBER("count", OF_ROW(count)),
    LOOMC_NUMBER("handler", OF_ROW(handler)),
    LOOMC_NUMBER("range", OF_ROW(range)),
    LOOMC_NUMBER("shown", OF_ROW(shown)),
    LOOMC_TEST("is_string", is_string),
    LOOMC_TEST("is_integer", is_integer),
    LOOMC_TEST("is_unsigned", is_unsigned),
    LOOMC_TEST("is_float", is_float),
    LOOMC_TEST("is_boolean", is_boolean),
    LOOMC_TEST("is_opaque", is_opaque),
    LOOMC_TEST("is_time", is_time),
    LOOMC_TEST("is_objlnk", is_objlnk),
    LOOMC_TEST("is_corelnk", is_corelnk),
    LOOMC_FLAG("multiple", OF_RESOURCE(multiple)),
    LOOMC_FLAG("mandatory", OF_RESOURCE(mandatory)),
    LOOMC_FLAG("executable", OF_RESOURCE(executable)),
    LOOMC_TEST("stored", is_stored),
    LOOMC_TEST("handled", is_handled),
    LOOMC_FLAG("stream", OF_ROW(stream)),
    LOOMC_FLAG("fixed", OF_ROW(constant)),
    LOOMC_FLAG("own", OF_ROW(own)),
    LOOMC_TEST("reported", is_reported),
    LOOMC_TEST("shown_here", is_shown),
    LOOMC_FLAG("has_range", OF_ROW(range)),
    LOOMC_TEST("has_texts", has_texts),
    LOOMC_TEST("has_length", has_length),
    LOOMC_TEST("reads", loomc_row_is_read),
    LOOMC_TEST("writes", loomc_row_is_written),
    LOOMC_TEST("clearable", is_clearable),
    LOOMC_COMPUTED_LIST("allowed", count_allowed, get_allowed, &loomc_range_fields),
    LOOMC_COMPUTED_LIST("allowed_texts", count_texts, get_text, &loomc_text_fields),
    LOOMC_COMPUTED_LIST("named_texts", count_named_texts, get_named, &loomc_named_fields),
    LOOMC_COMPUTED_LIST("named_values", count_named, get_named, &loomc_named_fields),
    LOOMC_ITEMS("constant_values", struct loomc_row, constants, constant_count,
                &loomc_preset_fields),
    LOOMC_ITEMS("comment", struct loomc_row, comment, comment_count, &loomc_line_fields),
};
const struct loomc_vocabulary loomc_row_fields = LOOMC_VOCABULARY("a resource", row_fields);
