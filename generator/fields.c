/* SPDX-License-Identifier: Apache-2.0 */
#include "fields.h"

#include "fields_shared.h"
#include "needs.h"
#include "picks.h"
#include "text.h"

#include "loom/table.h"

#include <inttypes.h>
#include <string.h>

/* The longest string literal that C99 promises. */
#define LITERAL_MAX 4095u

/* ---- an object ------------------------------------------------------------------------------- */

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
    loomc_put_upper(out, object_of(thing)->symbol);
}

static void put_object_member(const void *thing, struct loomc_buffer *out)
{
    loomc_put_member(out, object_of(thing)->symbol);
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

static void put_urn(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, object_of(thing)->urn);
}

static void put_object_description(const void *thing, struct loomc_buffer *out)
{
    loomc_text_put_lines(out, object_of(thing)->description);
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

    loomc_put_bit(out, &count, planned->object->multiple, "LOOM_OBJECT_MULTIPLE");
    loomc_put_bit(out, &count, planned->object->mandatory, "LOOM_OBJECT_MANDATORY");
    loomc_put_bit(out, &count, planned->hidden, "LOOM_OBJECT_HIDDEN");
    loomc_put_bit(out, &count, planned->view, "LOOM_OBJECT_ACCOUNT_VIEW");
    loomc_put_bit(out, &count, planned->persistent, "LOOM_OBJECT_PERSISTENT");
    loomc_put_bit(out, &count, planned->account, "LOOM_OBJECT_ACCOUNT");
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
    loomc_put_format(out, "%d", LOOM_TABLE_LAYOUT);
}

static bool is_object_multiple(const void *thing)
{
    return object_of(thing)->multiple;
}

static bool is_object_mandatory(const void *thing)
{
    return object_of(thing)->mandatory;
}

static bool is_staged(const void *thing)
{
    return ((const struct loomc_plan_object *)thing)->staged;
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

static bool has_presets(const void *thing)
{
    return ((const struct loomc_plan_object *)thing)->preset_count > 0;
}

static size_t count_presets(const void *thing)
{
    return ((const struct loomc_plan_object *)thing)->preset_count;
}

static const void *get_preset(const void *thing, size_t index)
{
    return &((const struct loomc_plan_object *)thing)->presets[index];
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
    TEXT("object_description", put_object_description),
    TEXT("urn", put_urn),
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
    FLAG("object_multiple", is_object_multiple),
    FLAG("object_mandatory", is_object_mandatory),
    FLAG("view", is_view),
    FLAG("staged", is_staged),
    FLAG("has_ranges", has_ranges),
    FLAG("has_handlers", has_handlers),
    FLAG("has_presets", has_presets),
    FLAG("long_names", has_long_names),
    LIST("resources", count_rows, get_row, &loomc_row_fields),
    LIST("handled_resources", count_handled, get_handled, &loomc_row_fields),
    LIST("ranges", count_ranges, get_range, &loomc_range_fields),
    LIST("presets", count_presets, get_preset, &loomc_preset_fields),
    LIST("comment", count_object_comment, get_object_comment, &loomc_line_fields),
};
const struct loomc_vocabulary loomc_object_fields = VOCABULARY("an object", object_fields);

/* ---- a product ------------------------------------------------------------------------------- */

static void put_product(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, ((const struct loomc_plan_product *)thing)->name);
}

static void put_product_upper(const void *thing, struct loomc_buffer *out)
{
    loomc_put_upper(out, ((const struct loomc_plan_product *)thing)->name);
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

static void put_account_room(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%u", loomc_account_room(thing));
}

static bool has_account_room(const void *thing)
{
    return loomc_account_room(thing) > 0;
}

static void put_record_size(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%" PRIu32, loomc_record_size(thing));
}

static void put_record_least(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%" PRIu32, loomc_record_least(thing));
}

static void put_request_size(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%" PRIu32, loomc_request_size(thing));
}

static bool has_staging(const void *thing)
{
    const struct loomc_plan_product *product = thing;

    for (size_t i = 0; i < product->count; i++) {
        if (product->objects[i]->staged && !product->objects[i]->view) {
            return true;
        }
    }
    return false;
}

static void put_pick(const void *thing, struct loomc_buffer *out)
{
    loomc_put_text(out, ((const struct loomc_pick *)thing)->symbol);
}

static const struct loomc_field format_fields[] = {SAFE("format", put_pick)};
static const struct loomc_vocabulary format_vocabulary =
    VOCABULARY("a content format", format_fields);

static size_t count_picked(uint32_t picked)
{
    size_t count = 0;

    for (; picked != 0; picked &= picked - 1) {
        count++;
    }
    return count;
}

static const void *get_picked(const struct loomc_picks *picks, uint32_t picked, size_t index)
{
    size_t row = 0;

    for (;; row++) {
        if ((picked >> row & 1) != 0 && index-- == 0) {
            return &picks->items[row];
        }
    }
}

static const struct loomc_field feature_fields[] = {SAFE("feature", put_pick)};
static const struct loomc_vocabulary feature_vocabulary = VOCABULARY("a feature", feature_fields);

static size_t count_features(const void *thing)
{
    return count_picked(((const struct loomc_plan_product *)thing)->features);
}

static const void *get_feature(const void *thing, size_t index)
{
    return get_picked(&loomc_feature_picks, ((const struct loomc_plan_product *)thing)->features,
                      index);
}

static size_t count_formats(const void *thing)
{
    return count_picked(((const struct loomc_plan_product *)thing)->formats);
}

static const void *get_format(const void *thing, size_t index)
{
    return get_picked(&loomc_format_picks, ((const struct loomc_plan_product *)thing)->formats,
                      index);
}

static const struct loomc_field product_fields[] = {
    SAFE("product", put_product),
    SAFE("PRODUCT", put_product_upper),
    SAFE("lwm2m", put_product_lwm2m),
    SAFE("lwm2m_number", put_lwm2m_number),
    SAFE("product_object_count", put_product_object_count),
    SAFE("account_room", put_account_room),
    FLAG("has_accounts", has_account_room),
    FLAG("has_staging", has_staging),
    SAFE("record_size", put_record_size),
    SAFE("record_least", put_record_least),
    SAFE("request_size", put_request_size),
    LIST("formats", count_formats, get_format, &format_vocabulary),
    LIST("features", count_features, get_feature, &feature_vocabulary),
    LIST("product_objects", count_product_objects, get_product_object, &loomc_object_fields),
};
static const struct loomc_vocabulary product_vocabulary = VOCABULARY("a product", product_fields);

/* ---- the run --------------------------------------------------------------------------------- */

static void put_plan_license(const void *thing, struct loomc_buffer *out)
{
    const char *license = ((const struct loomc_plan *)thing)->license;

    loomc_put_text(out, license != NULL ? license : "");
}

static void put_object_count(const void *thing, struct loomc_buffer *out)
{
    loomc_put_format(out, "%zu", ((const struct loomc_plan *)thing)->count);
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

static size_t count_handled_objects(const void *thing)
{
    return ((const struct loomc_plan *)thing)->handled_count;
}

static const void *get_handled_object(const void *thing, size_t index)
{
    return ((const struct loomc_plan *)thing)->handled[index];
}

static const struct loomc_field plan_fields[] = {
    SAFE("license", put_plan_license),
    SAFE("object_count", put_object_count),
    SAFE("product_count", put_product_count),
    LIST("products", count_products, get_product, &product_vocabulary),
    LIST("objects", count_objects, get_object, &loomc_object_fields),
    LIST("handled_objects", count_handled_objects, get_handled_object, &loomc_object_fields),
};
const struct loomc_vocabulary loomc_plan_fields = VOCABULARY("the run", plan_fields);

/* ---- a model file ---------------------------------------------------------------------------- */

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
