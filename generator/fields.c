/* SPDX-License-Identifier: Apache-2.0 */
#include "fields.h"

#include "fields_row.h"
#include "fields_value.h"
#include "needs.h"
#include "picks.h"

#include "loom/table.h"

#include <inttypes.h>
#include <string.h>

/* The longest string literal that C99 promises. */
#define LITERAL_MAX 4095u

/* ---- an object ------------------------------------------------------------------------------- */

static void put_object_version(const void *thing, struct loomc_buffer *out)
{
    const struct loomc_plan_object *planned = thing;

    loomc_put_format(out, "%u.%u", planned->object->version_major, planned->object->version_minor);
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

static void put_present_size(const void *thing, struct loomc_buffer *out)
{
    const struct loomc_plan_object *planned = thing;

    loomc_put_format(out, "%zu", (planned->row_count + 7) / 8);
}

static void put_layout(const void *thing, struct loomc_buffer *out)
{
    (void)thing;
    loomc_put_format(out, "%d", LOOM_TABLE_LAYOUT);
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

static size_t count_handled(const void *thing)
{
    const struct loomc_plan_object *planned = thing;

    return planned->handler_count;
}

static const void *get_handled(const void *thing, size_t index)
{
    const struct loomc_plan_object *planned = thing;
    const struct loomc_row *row = planned->rows;

    while (row->serving != LOOMC_HANDLED || row->handler != index) {
        row++;
    }
    return row;
}

#define OF_PLANNED(member) LOOMC_AT(struct loomc_plan_object, member)
#define OF_OBJECT(member)                                                                          \
    LOOMC_HOP(struct loomc_plan_object, object), LOOMC_AT(struct loomc_object, member)
#define PLANNED_ITEMS(field, array, counter, vocabulary)                                           \
    LOOMC_ITEMS(field, struct loomc_plan_object, array, counter, vocabulary)

static const struct loomc_field object_fields[] = {
    LOOMC_SYMBOL("prefix", LOOMC_AT(struct loomc_plan_object, prefix)),
    LOOMC_SYMBOL_UPPER("PREFIX", LOOMC_AT(struct loomc_plan_object, prefix)),
    LOOMC_SYMBOL("object", OF_OBJECT(symbol)),
    LOOMC_SYMBOL_UPPER("OBJECT", OF_OBJECT(symbol)),
    LOOMC_SYMBOL_CAMEL("Object", OF_OBJECT(symbol)),
    LOOMC_SYMBOL_MEMBER("object_member", OF_OBJECT(symbol)),
    LOOMC_SYMBOL_FIELD("object_field", OF_OBJECT(symbol)),
    LOOMC_NUMBER("object_id", OF_OBJECT(id)),
    LOOMC_TEXT("object_name", OF_OBJECT(name)),
    LOOMC_TEXT_LINES("object_description", OF_OBJECT(description)),
    LOOMC_TEXT("urn", OF_OBJECT(urn)),
    LOOMC_MADE("object_version", put_object_version),
    LOOMC_NUMBER("version_major", OF_OBJECT(version_major)),
    LOOMC_NUMBER("version_minor", OF_OBJECT(version_minor)),
    LOOMC_SYMBOL("lwm2m_version", OF_OBJECT(lwm2m_version)),
    LOOMC_TEXT("model", LOOMC_HOPS(struct loomc_plan_object, object, struct loomc_object, source),
               LOOMC_AT(struct loomc_source, name)),
    LOOMC_SYMBOL("license", OF_OBJECT(license)),
    LOOMC_MADE("object_flags", put_object_flags),
    LOOMC_NUMBER("resource_count", OF_PLANNED(row_count)),
    LOOMC_MADE("present_size", put_present_size),
    LOOMC_NUMBER("room", OF_PLANNED(room)),
    LOOMC_NUMBER("initial", OF_PLANNED(initial)),
    LOOMC_NUMBER("complete", OF_PLANNED(complete)),
    LOOMC_MADE("layout", put_layout),
    LOOMC_FLAG("object_multiple", OF_OBJECT(multiple)),
    LOOMC_FLAG("object_mandatory", OF_OBJECT(mandatory)),
    LOOMC_FLAG("view", OF_PLANNED(view)),
    LOOMC_FLAG("staged", OF_PLANNED(staged)),
    LOOMC_FLAG("firmware", OF_PLANNED(firmware)),
    LOOMC_FLAG("has_ranges", OF_PLANNED(range_count)),
    LOOMC_FLAG("has_handlers", OF_PLANNED(handler_count)),
    LOOMC_FLAG("has_presets", OF_PLANNED(preset_count)),
    LOOMC_TEST("long_names", has_long_names),
    PLANNED_ITEMS("resources", rows, row_count, &loomc_row_fields),
    LOOMC_COMPUTED_LIST("handled_resources", count_handled, get_handled, &loomc_row_fields),
    PLANNED_ITEMS("ranges", ranges, range_count, &loomc_range_fields),
    LOOMC_FLAG("has_given", OF_PLANNED(given_count)),
    PLANNED_ITEMS("given", given, given_count, &loomc_given_fields),
    PLANNED_ITEMS("presets", presets, preset_count, &loomc_preset_fields),
    PLANNED_ITEMS("comment", comment, comment_count, &loomc_line_fields),
};
const struct loomc_vocabulary loomc_object_fields = LOOMC_VOCABULARY("an object", object_fields);

/* ---- what a product picks -------------------------------------------------------------------- */

static const struct loomc_field format_fields[] = {
    LOOMC_SYMBOL("format", LOOMC_AT(struct loomc_pick, symbol)),
};
static const struct loomc_vocabulary format_vocabulary =
    LOOMC_VOCABULARY("a content format", format_fields);

static const struct loomc_field feature_fields[] = {
    LOOMC_SYMBOL("feature", LOOMC_AT(struct loomc_pick, symbol)),
};
static const struct loomc_vocabulary feature_vocabulary =
    LOOMC_VOCABULARY("a feature", feature_fields);

static const struct loomc_plan_product *product_of(const void *thing)
{
    return thing;
}

static size_t count_picked(uint64_t picked)
{
    size_t count = 0;

    for (; picked != 0; picked &= picked - 1) {
        count++;
    }
    return count;
}

static const void *get_picked(const struct loomc_picks *picks, uint64_t picked, size_t index)
{
    size_t row = 0;

    for (;; row++) {
        if ((picked >> row & 1) != 0 && index-- == 0) {
            return &picks->items[row];
        }
    }
}

static bool runs_firmware(const void *thing)
{
    const struct loomc_plan_product *product = product_of(thing);

    for (size_t i = 0; i < product->count; i++) {
        if (product->objects[i]->firmware) {
            return true;
        }
    }
    return false;
}

/* Those that are picked, and the one that follows from an object. */
static size_t count_features(const void *thing)
{
    return count_picked(product_of(thing)->features) + (runs_firmware(thing) ? 1 : 0);
}

static const void *get_feature(const void *thing, size_t index)
{
    static const struct loomc_pick firmware = {"", "firmware_update", false};
    uint64_t picked = product_of(thing)->features;

    return index < count_picked(picked) ? get_picked(&loomc_feature_picks, picked, index)
                                        : &firmware;
}

static size_t count_formats(const void *thing)
{
    return count_picked(product_of(thing)->formats);
}

static const void *get_format(const void *thing, size_t index)
{
    return get_picked(&loomc_format_picks, product_of(thing)->formats, index);
}

/* ---- a stream of a product ------------------------------------------------------------------- */

static bool is_stream_read(const void *thing)
{
    return loomc_row_is_read(((const struct loomc_stream *)thing)->row);
}

static bool is_stream_written(const void *thing)
{
    return loomc_row_is_written(((const struct loomc_stream *)thing)->row);
}

static bool is_stream_own(const void *thing)
{
    return ((const struct loomc_stream *)thing)->row->own;
}

#define OF_STREAM_OBJECT(member)                                                                   \
    LOOMC_HOPS(struct loomc_stream, object, struct loomc_plan_object, object),                     \
        LOOMC_AT(struct loomc_object, member)
#define OF_STREAM_RESOURCE(member)                                                                 \
    LOOMC_HOPS(struct loomc_stream, row, struct loomc_row, resource),                              \
        LOOMC_AT(struct loomc_resource, member)

static const struct loomc_field stream_fields[] = {
    LOOMC_SYMBOL("stream_object", OF_STREAM_OBJECT(symbol)),
    LOOMC_SYMBOL_UPPER("STREAM_OBJECT", OF_STREAM_OBJECT(symbol)),
    LOOMC_SYMBOL("stream_resource", OF_STREAM_RESOURCE(symbol)),
    LOOMC_SYMBOL_UPPER("STREAM_RESOURCE", OF_STREAM_RESOURCE(symbol)),
    LOOMC_FLAG("more_streams", LOOMC_AT(struct loomc_stream, more)),
    LOOMC_TEST("stream_reads", is_stream_read),
    LOOMC_TEST("stream_writes", is_stream_written),
    LOOMC_TEST("stream_own", is_stream_own),
};
static const struct loomc_vocabulary stream_vocabulary =
    LOOMC_VOCABULARY("a stream", stream_fields);

/* ---- a product ------------------------------------------------------------------------------- */

static void put_product_lwm2m(const void *thing, struct loomc_buffer *out)
{
    unsigned version = product_of(thing)->lwm2m;

    if (version != 0) {
        loomc_put_format(out, "%u.%u", version >> 8, version & 0xFFu);
    }
}

static void put_lwm2m_number(const void *thing, struct loomc_buffer *out)
{
    unsigned version = product_of(thing)->lwm2m;

    loomc_put_format(out, version != 0 ? "0x%04x" : "%u", version);
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

static bool has_instances(const void *thing)
{
    const struct loomc_plan_product *product = thing;

    for (size_t i = 0; i < product->count; i++) {
        if (product->objects[i]->given_count > 0) {
            return true;
        }
    }
    return false;
}

static bool has_values(const struct loomc_plan_object *planned)
{
    for (size_t i = 0; i < planned->row_count; i++) {
        if (planned->rows[i].serving == LOOMC_HANDLED &&
            planned->rows[i].resource->type != LOOMC_NONE) {
            return true;
        }
    }
    return false;
}

static bool has_handled_values(const void *thing)
{
    const struct loomc_plan_product *product = thing;

    for (size_t i = 0; i < product->count; i++) {
        if (has_values(product->objects[i])) {
            return true;
        }
    }
    return false;
}

static bool has_view(const void *thing)
{
    const struct loomc_plan_product *product = thing;

    for (size_t i = 0; i < product->count; i++) {
        if (product->objects[i]->view) {
            return true;
        }
    }
    return false;
}

#define OF_PRODUCT(member) LOOMC_AT(struct loomc_plan_product, member)

static const struct loomc_field product_fields[] = {
    LOOMC_SYMBOL("product", OF_PRODUCT(name)),
    LOOMC_SYMBOL_UPPER("PRODUCT", OF_PRODUCT(name)),
    LOOMC_MADE("lwm2m", put_product_lwm2m),
    LOOMC_MADE("lwm2m_number", put_lwm2m_number),
    LOOMC_NUMBER("product_object_count", OF_PRODUCT(count)),
    LOOMC_MADE("account_room", put_account_room),
    LOOMC_TEST("has_accounts", has_account_room),
    LOOMC_TEST("has_staging", has_staging),
    LOOMC_TEST("has_handled_values", has_handled_values),
    LOOMC_TEST("has_view", has_view),
    LOOMC_MADE("record_size", put_record_size),
    LOOMC_MADE("record_least", put_record_least),
    LOOMC_MADE("request_size", put_request_size),
    LOOMC_COMPUTED_LIST("formats", count_formats, get_format, &format_vocabulary),
    LOOMC_COMPUTED_LIST("features", count_features, get_feature, &feature_vocabulary),
    LOOMC_TEST("has_instances", has_instances),
    LOOMC_FLAG("has_streams", OF_PRODUCT(stream_count)),
    LOOMC_ITEMS("streams", struct loomc_plan_product, streams, stream_count, &stream_vocabulary),
    LOOMC_POINTERS("product_objects", struct loomc_plan_product, objects, count,
                   &loomc_object_fields),
};
static const struct loomc_vocabulary product_vocabulary =
    LOOMC_VOCABULARY("a product", product_fields);

/* ---- the run --------------------------------------------------------------------------------- */

#define OF_PLAN(member) LOOMC_AT(struct loomc_plan, member)

static const struct loomc_field plan_fields[] = {
    LOOMC_SYMBOL("prefix", OF_PLAN(prefix)),
    LOOMC_SYMBOL_UPPER("PREFIX", OF_PLAN(prefix)),
    LOOMC_SYMBOL("license", OF_PLAN(license)),
    LOOMC_NUMBER("object_count", OF_PLAN(count)),
    LOOMC_NUMBER("product_count", OF_PLAN(product_count)),
    LOOMC_ITEMS("products", struct loomc_plan, products, product_count, &product_vocabulary),
    LOOMC_ITEMS("objects", struct loomc_plan, objects, count, &loomc_object_fields),
    LOOMC_POINTERS("handled_objects", struct loomc_plan, handled, handled_count,
                   &loomc_object_fields),
};
const struct loomc_vocabulary loomc_plan_fields = LOOMC_VOCABULARY("the run", plan_fields);

/* ---- a model file ---------------------------------------------------------------------------- */

static const struct loomc_field unit_fields[] = {
    LOOMC_SYMBOL("prefix", LOOMC_AT(struct loomc_unit, prefix)),
    LOOMC_SYMBOL_UPPER("PREFIX", LOOMC_AT(struct loomc_unit, prefix)),
    LOOMC_TEXT("model", LOOMC_HOP(struct loomc_unit, source), LOOMC_AT(struct loomc_source, name)),
    LOOMC_POINTERS("objects", struct loomc_unit, objects, count, &loomc_object_fields),
};
const struct loomc_vocabulary loomc_unit_fields = LOOMC_VOCABULARY("a model file", unit_fields);
