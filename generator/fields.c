/* SPDX-License-Identifier: Apache-2.0 */
#include "fields.h"

#include "escape.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* The layout of loom/table.h that the templates write. */
#define TABLE_LAYOUT 1

/* The longest string literal that C99 promises. */
#define LITERAL_MAX 4095u

#define SAFE(name, function)                                                                       \
    {                                                                                              \
        name, LOOMC_FIELD_SAFE, function, NULL, NULL, NULL, NULL                                   \
    }
#define TEXT(name, function)                                                                       \
    {                                                                                              \
        name, LOOMC_FIELD_TEXT, function, NULL, NULL, NULL, NULL                                   \
    }
#define FLAG(name, function)                                                                       \
    {                                                                                              \
        name, LOOMC_FIELD_FLAG, NULL, function, NULL, NULL, NULL                                   \
    }
#define LIST(name, count, item, items)                                                             \
    {                                                                                              \
        name, LOOMC_FIELD_LIST, NULL, NULL, count, item, items                                     \
    }
#define VOCABULARY(thing, fields)                                                                  \
    {                                                                                              \
        thing, fields, COUNT(fields)                                                               \
    }

static void put_upper(struct loomc_buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        loomc_put_char(out, (char)toupper((unsigned char)*text));
    }
}

static void put_member(struct loomc_buffer *out, const char *symbol)
{
    loomc_put_text(out, symbol);
    loomc_put_text(out, loomc_names_is_word(symbol) ? "_" : "");
}

/* Puts `word` behind what is there, parted by ` | `. */
static void put_bit(struct loomc_buffer *out, size_t *count, bool set, const char *word)
{
    if (set) {
        loomc_put_text(out, *count > 0 ? " | " : "");
        loomc_put_text(out, word);
        ++*count;
    }
}

/* ---- a line of a comment -------------------------------------------------------------------- */

static void put_line(const void *thing, struct loomc_buffer *out)
{
    const char *const *line = thing;

    loomc_put_text(out, *line);
}

static const struct loomc_field line_fields[] = {TEXT("line", put_line)};
static const struct loomc_vocabulary line_vocabulary = VOCABULARY("a line", line_fields);

/* ---- a resource ----------------------------------------------------------------------------- */

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
    put_upper(out, resource_of(thing)->symbol);
}

static void put_resource_member(const void *thing, struct loomc_buffer *out)
{
    put_member(out, resource_of(thing)->symbol);
}

static void put_resource_id(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%u", resource_of(thing)->id);
}

static void put_resource_name(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, resource_of(thing)->name);
}

static void put_units(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, resource_of(thing)->units);
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

static void put_access(const void *thing, struct loomc_buffer *out)
{
    const struct loomc_row *row = thing;
    size_t count = 0;

    put_bit(out, &count, row->resource->readable, "LOOM_R");
    put_bit(out, &count, row->resource->writable, "LOOM_W");
    put_bit(out, &count, row->resource->executable, "LOOM_E");
    put_bit(out, &count, row->resource->multiple, "LOOM_MULTIPLE");
    put_bit(out, &count, row->resource->mandatory, "LOOM_MANDATORY");
    put_bit(out, &count, row->serving == LOOMC_HANDLED, "LOOM_HANDLED");
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

static bool is_written(const void *thing)
{
    return resource_of(thing)->writable || is_bootstrap_only(resource_of(thing));
}

/* Instances of a multiple resource can always go. */
static bool is_clearable(const void *thing)
{
    return resource_of(thing)->multiple || !resource_of(thing)->mandatory;
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
    TEXT("units", put_units),
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
    FLAG("reads", is_read),
    FLAG("writes", is_written),
    FLAG("clearable", is_clearable),
    LIST("comment", count_row_comment, get_row_comment, &line_vocabulary),
};
static const struct loomc_vocabulary row_vocabulary = VOCABULARY("a resource", row_fields);

/* ---- a range -------------------------------------------------------------------------------- */

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
    SAFE("min", put_min),         SAFE("max", put_max),
    SAFE("bound", put_bound_member), TEXT("range_name", put_range_name),
    FLAG("more", has_more),
};
static const struct loomc_vocabulary range_vocabulary = VOCABULARY("a range", range_fields);

/* ---- an object ------------------------------------------------------------------------------ */

static const struct loomc_object *object_of(const void *thing)
{
    return ((const struct loomc_plan_object *)thing)->object;
}

static void put_object(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, object_of(thing)->symbol);
}

static void put_object_upper(const void *thing, struct loomc_buffer *out)
{
    put_upper(out, object_of(thing)->symbol);
}

static void put_object_member(const void *thing, struct loomc_buffer *out)
{
    put_member(out, object_of(thing)->symbol);
}

static void put_object_id(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%u", object_of(thing)->id);
}

static void put_object_name(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, object_of(thing)->name);
}

static void put_object_version(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%u.%u", object_of(thing)->version_major,
                     object_of(thing)->version_minor);
}

static void put_version_major(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%u", object_of(thing)->version_major);
}

static void put_version_minor(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%u", object_of(thing)->version_minor);
}

static void put_lwm2m_version(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, object_of(thing)->lwm2m_version);
}

static void put_model(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, object_of(thing)->source->name);
}

static void put_object_license(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, object_of(thing)->license != NULL ? object_of(thing)->license : "");
}

static void put_object_flags(const void *thing, struct loomc_buffer *out)
{
    const struct loomc_plan_object *planned = thing;
    size_t count = 0;

    put_bit(out, &count, planned->object->multiple, "LOOM_OBJECT_MULTIPLE");
    put_bit(out, &count, planned->object->mandatory, "LOOM_OBJECT_MANDATORY");
    put_bit(out, &count, planned->hidden, "LOOM_OBJECT_HIDDEN");
    put_bit(out, &count, planned->view, "LOOM_OBJECT_ACCOUNT_VIEW");
    put_bit(out, &count, planned->persistent, "LOOM_OBJECT_PERSISTENT");
    loomc_put_text(out, count == 0 ? "0" : "");
}

static void put_resource_count(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%zu", ((const struct loomc_plan_object *)thing)->row_count);
}

static void put_present_size(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%zu", (((const struct loomc_plan_object *)thing)->row_count + 7) / 8);
}

static void put_room(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%u", ((const struct loomc_plan_object *)thing)->room);
}

static void put_initial(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%u", ((const struct loomc_plan_object *)thing)->initial);
}

static void put_complete(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, ((const struct loomc_plan_object *)thing)->complete ? "1" : "0");
}

static void put_layout(const void *thing, struct loomc_buffer *out)
{
    (void)thing;
    loomc_put_format(out, "%d", TABLE_LAYOUT);
}

static bool is_view(const void *thing)
{
    return ((const struct loomc_plan_object *)thing)->view;
}

static bool has_ranges(const void *thing)
{
    return ((const struct loomc_plan_object *)thing)->range_count > 0;
}

static bool has_handlers(const void *thing)
{
    return ((const struct loomc_plan_object *)thing)->handler_count > 0;
}

static bool has_long_names(const void *thing)
{
    const struct loomc_plan_object *planned = thing;
    size_t names = strlen(planned->object->name) + 1;
    size_t units = 0;

    for (size_t i = 0; i < planned->row_count; i++) {
        names += strlen(planned->rows[i].resource->name) + 1;
        units += strlen(planned->rows[i].resource->units) + 1;
    }
    return names > LITERAL_MAX || units > LITERAL_MAX;
}

static size_t count_rows(const void *thing)
{
    return ((const struct loomc_plan_object *)thing)->row_count;
}

static const void *get_row(const void *thing, size_t index)
{
    return &((const struct loomc_plan_object *)thing)->rows[index];
}

static size_t count_handled(const void *thing)
{
    return ((const struct loomc_plan_object *)thing)->handler_count;
}

static const void *get_handled(const void *thing, size_t index)
{
    const struct loomc_row *row = ((const struct loomc_plan_object *)thing)->rows;

    while (row->serving != LOOMC_HANDLED || row->handler != index) {
        row++;
    }
    return row;
}

static size_t count_ranges(const void *thing)
{
    return ((const struct loomc_plan_object *)thing)->range_count;
}

static const void *get_range(const void *thing, size_t index)
{
    return &((const struct loomc_plan_object *)thing)->ranges[index];
}

static size_t count_object_comment(const void *thing)
{
    return ((const struct loomc_plan_object *)thing)->comment_count;
}

static const void *get_object_comment(const void *thing, size_t index)
{
    return &((const struct loomc_plan_object *)thing)->comment[index];
}

static const struct loomc_field object_fields[] = {
    SAFE("object", put_object),
    SAFE("OBJECT", put_object_upper),
    SAFE("object_member", put_object_member),
    SAFE("object_id", put_object_id),
    TEXT("object_name", put_object_name),
    SAFE("object_version", put_object_version),
    SAFE("version_major", put_version_major),
    SAFE("version_minor", put_version_minor),
    SAFE("lwm2m_version", put_lwm2m_version),
    TEXT("model", put_model),
    SAFE("license", put_object_license),
    SAFE("object_flags", put_object_flags),
    SAFE("resource_count", put_resource_count),
    SAFE("present_size", put_present_size),
    SAFE("room", put_room),
    SAFE("initial", put_initial),
    SAFE("complete", put_complete),
    SAFE("layout", put_layout),
    FLAG("view", is_view),
    FLAG("has_ranges", has_ranges),
    FLAG("has_handlers", has_handlers),
    FLAG("long_names", has_long_names),
    LIST("resources", count_rows, get_row, &row_vocabulary),
    LIST("handled_resources", count_handled, get_handled, &row_vocabulary),
    LIST("ranges", count_ranges, get_range, &range_vocabulary),
    LIST("comment", count_object_comment, get_object_comment, &line_vocabulary),
};
const struct loomc_vocabulary loomc_object_fields = VOCABULARY("an object", object_fields);

/* ---- a product ------------------------------------------------------------------------------ */

static void put_product(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, ((const struct loomc_plan_product *)thing)->name);
}

static void put_product_upper(const void *thing, struct loomc_buffer *out)
{
    put_upper(out, ((const struct loomc_plan_product *)thing)->name);
}

static void put_product_lwm2m(const void *thing, struct loomc_buffer *out)
{
    unsigned version = ((const struct loomc_plan_product *)thing)->lwm2m;

    if (version != 0) {
        loomc_put_format(out, "%u.%u", version >> 8, version & 0xFFu);
    }
}

static void put_lwm2m_number(const void *thing, struct loomc_buffer *out)
{
    unsigned version = ((const struct loomc_plan_product *)thing)->lwm2m;

    loomc_put_format(out, version != 0 ? "0x%04x" : "%u", version);
}

static void put_product_object_count(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%zu", ((const struct loomc_plan_product *)thing)->count);
}

static size_t count_product_objects(const void *thing)
{
    return ((const struct loomc_plan_product *)thing)->count;
}

static const void *get_product_object(const void *thing, size_t index)
{
    return ((const struct loomc_plan_product *)thing)->objects[index];
}

static const struct loomc_field product_fields[] = {
    SAFE("product", put_product),
    SAFE("PRODUCT", put_product_upper),
    SAFE("lwm2m", put_product_lwm2m),
    SAFE("lwm2m_number", put_lwm2m_number),
    SAFE("product_object_count", put_product_object_count),
    LIST("product_objects", count_product_objects, get_product_object, &loomc_object_fields),
};
static const struct loomc_vocabulary product_vocabulary = VOCABULARY("a product", product_fields);

/* ---- the run -------------------------------------------------------------------------------- */

static void put_plan_license(const void *thing, struct loomc_buffer *out)
{
    const char *license = ((const struct loomc_plan *)thing)->license;

    loomc_put_text(out, license != NULL ? license : "");
}

static void put_product_count(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%zu", ((const struct loomc_plan *)thing)->product_count);
}

static size_t count_products(const void *thing)
{
    return ((const struct loomc_plan *)thing)->product_count;
}

static const void *get_product(const void *thing, size_t index)
{
    return &((const struct loomc_plan *)thing)->products[index];
}

static size_t count_objects(const void *thing)
{
    return ((const struct loomc_plan *)thing)->count;
}

static const void *get_object(const void *thing, size_t index)
{
    return &((const struct loomc_plan *)thing)->objects[index];
}

static const struct loomc_field plan_fields[] = {
    SAFE("license", put_plan_license),
    SAFE("product_count", put_product_count),
    LIST("products", count_products, get_product, &product_vocabulary),
    LIST("objects", count_objects, get_object, &loomc_object_fields),
};
const struct loomc_vocabulary loomc_plan_fields = VOCABULARY("the run", plan_fields);

/* ---- a model file --------------------------------------------------------------------------- */

static void put_unit_model(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, ((const struct loomc_unit *)thing)->source->name);
}

static size_t count_unit_objects(const void *thing)
{
    return ((const struct loomc_unit *)thing)->count;
}

static const void *get_unit_object(const void *thing, size_t index)
{
    return ((const struct loomc_unit *)thing)->objects[index];
}

static const struct loomc_field unit_fields[] = {
    TEXT("model", put_unit_model),
    LIST("objects", count_unit_objects, get_unit_object, &loomc_object_fields),
};
const struct loomc_vocabulary loomc_unit_fields = VOCABULARY("a model file", unit_fields);
