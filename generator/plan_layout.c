/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include "buffer.h"
#include "text.h"

#include <inttypes.h>
#include <string.h>

/* A row counts its ranges in 8 bits, 0 means none. */
#define RANGE_INDEX_MAX 254u

#define COMMENT_WIDTH 96u

/* The most that a profile can give a String, Corelnk or Opaque. */
#define CAPACITY_MAX 65534u

/* Longer range texts are enumerations in words; they get a paragraph of their own. */
#define SHORT_RANGE 40u

static bool is_number(const struct loomc_resource *resource)
{
    return resource->type == LOOMC_INTEGER || resource->type == LOOMC_UNSIGNED ||
           resource->type == LOOMC_TIME;
}

static void drop_left_out(struct loomc_plan_object *planned)
{
    size_t kept = 0;

    for (size_t i = 0; i < planned->row_count; i++) {
        if (!planned->rows[i].left_out) {
            planned->rows[kept++] = planned->rows[i];
        }
    }
    planned->row_count = kept;
}

/* ---- widths and ranges ----------------------------------------------------------------------- */

static bool fits_signed(const struct loomc_bound *bound, unsigned width)
{
    uint64_t limit = UINT64_C(1) << (width - 1);

    return bound->negative ? bound->magnitude <= limit : bound->magnitude < limit;
}

static bool fits_unsigned(const struct loomc_bound *bound, unsigned width)
{
    return width == 64 || bound->magnitude >> width == 0;
}

static bool range_fits(const struct loomc_resource *resource, unsigned width)
{
    for (size_t i = 0; i < resource->ranges.count; i++) {
        const struct loomc_range *range = &resource->ranges.items[i];
        bool fits = resource->type == LOOMC_UNSIGNED
                        ? fits_unsigned(&range->max, width)
                        : fits_signed(&range->min, width) && fits_signed(&range->max, width);

        if (!fits) {
            return false;
        }
    }
    return true;
}

/* The narrowest type that holds what the runtime lets in. */
static unsigned range_width(const struct loomc_row *row)
{
    unsigned width = 64;

    while (width > 8 && range_fits(row->resource, width / 2)) {
        width /= 2;
    }
    return width;
}

/* Without a range the runtime lets in what fits. */
static unsigned width_of(const struct loomc_planner *planner, const struct loomc_row *row)
{
    unsigned width = row->range == 0 ? row->default_bits : range_width(row);

    if (row->bits == 0) {
        return width;
    }
    if (row->range != 0 && row->bits < width && planner->settled) {
        loomc_plan_error_of(planner, row->bits_offset, row->resource,
                            loomc_format(planner->arena,
                                         "needs %u bits for its range; the profile gives it %u",
                                         width, row->bits));
    }
    return row->bits;
}

static bool same_kind(const struct loomc_resource *a, const struct loomc_resource *b)
{
    bool a_length = a->type != LOOMC_INTEGER && a->type != LOOMC_FLOAT;
    bool b_length = b->type != LOOMC_INTEGER && b->type != LOOMC_FLOAT;

    return a->type == b->type || (a_length && b_length);
}

static bool has_ranges(const struct loomc_resource *resource)
{
    return resource->ranges.count > 0 || resource->ranges.text_count > 0;
}

static bool same_ranges(const struct loomc_plan_object *planned, size_t first,
                        const struct loomc_resource *resource)
{
    const struct loomc_ranges *ranges = &resource->ranges;

    if (first + ranges->count > planned->range_count || ranges->text_count > 0 ||
        planned->ranges[first].texts ||
        !same_kind(planned->ranges[first].row->resource, resource)) {
        return false;
    }
    for (size_t i = 0; i < ranges->count; i++) {
        const struct loomc_range_row *row = &planned->ranges[first + i];

        if (row->more != (i + 1 < ranges->count) ||
            loomc_bound_compare(resource->type, &row->range.min, &ranges->items[i].min) != 0 ||
            loomc_bound_compare(resource->type, &row->range.max, &ranges->items[i].max) != 0) {
            return false;
        }
    }
    return true;
}

/* Resources of equal ranges share them. @return the index of the first one. */
static size_t place_ranges(struct loomc_plan_object *planned, const struct loomc_row *row)
{
    const struct loomc_ranges *ranges = &row->resource->ranges;

    if (ranges->text_count > 0) {
        struct loomc_range_row *added = &planned->ranges[planned->range_count++];

        added->row = row;
        added->texts = true;
        return planned->range_count - 1;
    }
    for (size_t i = 0; i < planned->range_count; i++) {
        if (same_ranges(planned, i, row->resource)) {
            return i;
        }
    }
    for (size_t i = 0; i < ranges->count; i++) {
        struct loomc_range_row *added = &planned->ranges[planned->range_count++];

        added->row = row;
        added->range = ranges->items[i];
        added->more = i + 1 < ranges->count;
    }
    return planned->range_count - ranges->count;
}

static void lay_out_ranges(const struct loomc_planner *planner, struct loomc_plan_object *planned)
{
    size_t most = 0;

    for (size_t i = 0; i < planned->row_count; i++) {
        most += planned->rows[i].resource->ranges.count + 1;
    }
    planned->ranges = loomc_alloc(planner->arena, (most + 1) * sizeof planned->ranges[0]);
    for (size_t i = 0; i < planned->row_count; i++) {
        struct loomc_row *row = &planned->rows[i];

        /* What comes in pieces has no length before its end. */
        if (!has_ranges(row->resource) || row->stream) {
            continue;
        }
        size_t first = place_ranges(planned, row);

        if (first > RANGE_INDEX_MAX) {
            loomc_error_at(planner->diagnostics, planned->object->source, row->resource->place,
                           "the object has more than %u ranges", RANGE_INDEX_MAX + 1);
            return;
        }
        row->range = (unsigned)first + 1;
        row->ranges = &planned->ranges[first];
    }
}

/* ---- room ------------------------------------------------------------------------------------ */

/* Values that the model allows and that there is no room for are no surprise if they were told. */
static void judge_room(const struct loomc_planner *planner, const struct loomc_plan_object *planned)
{
    for (size_t i = 0; i < planned->row_count; i++) {
        struct loomc_row *row = &planned->rows[i];
        const struct loomc_resource *resource = row->resource;
        struct loomc_lengths lengths = loomc_ranges_lengths(&resource->ranges);

        if (row->serving != LOOMC_STORED || !loomc_type_has_length(resource->type)) {
            continue;
        }
        if (lengths.least > row->capacity) {
            loomc_error_at(planner->diagnostics, planned->object->source, resource->place,
                           "resource %u (%s) has at least %" PRIu64
                           " bytes, too many to be stored; a profile can make it handled",
                           resource->id, resource->name, lengths.least);
            row->capacity = 1; /* that the instance is too large, too, is no news */
        } else if (!row->sized && lengths.most != UINT64_MAX && lengths.most > row->capacity) {
            loomc_warning_at(planner->diagnostics, planned->object->source, resource->place,
                             "resource %u (%s) may have %" PRIu64
                             " bytes and has room for %u; below \"object %u\" of a profile "
                             "\"size %u %s\" gives it %s, and a smaller size confirms less",
                             resource->id, resource->name, lengths.most, row->capacity,
                             planned->object->id, resource->id,
                             lengths.most > CAPACITY_MAX
                                 ? "65534"
                                 : loomc_format(planner->arena, "%" PRIu64, lengths.most),
                             lengths.most > CAPACITY_MAX ? "the most there is" : "all");
        }
    }
}

/* ---- the instance struct --------------------------------------------------------------------- */

static size_t align(size_t size, size_t alignment)
{
    return (size + alignment - 1) / alignment * alignment;
}

/* The size and alignment of one value, as table.h describes its member. */
static size_t value_size(const struct loomc_row *row, size_t *alignment)
{
    switch (row->resource->type) {
    case LOOMC_STRING:
    case LOOMC_CORELNK:
        *alignment = 1;
        return row->capacity + 1;
    case LOOMC_OPAQUE:
        *alignment = 2;
        return align(2 + (size_t)row->capacity, 2);
    case LOOMC_OBJLNK:
        *alignment = 2;
        return 4;
    case LOOMC_BOOLEAN:
        *alignment = 1;
        return 1;
    case LOOMC_FLOAT:
        *alignment = 8;
        return 8;
    default:
        *alignment = row->width / 8;
        return row->width / 8;
    }
}

static void lay_out_struct(const struct loomc_planner *planner, struct loomc_plan_object *planned)
{
    size_t size = 2 + (planned->row_count + 7) / 8;
    size_t widest = 2;

    for (size_t i = 0; i < planned->row_count; i++) {
        const struct loomc_row *row = &planned->rows[i];
        size_t alignment;
        size_t value = value_size(row, &alignment);

        if (row->serving != LOOMC_STORED) {
            continue;
        }
        if (row->resource->multiple) {
            alignment = alignment < 2 ? 2 : alignment;
            value = align(align(2, alignment) + value, alignment) * row->count;
        }
        widest = alignment > widest ? alignment : widest;
        size = align(size, alignment) + value;
    }
    planned->size = planned->view ? 0 : align(size, widest);
    planned->alignment = widest;
    if (planned->size > UINT16_MAX && planner->settled) {
        loomc_error_at(
            planner->diagnostics, planned->object->source, planned->object->place,
            "an instance of object %u (%s) would take %zu bytes, the most is %u; give it "
            "smaller sizes or counts in a profile",
            planned->object->id, planned->object->name, planned->size, UINT16_MAX);
    }
}

static void lay_out_rows(const struct loomc_planner *planner, struct loomc_plan_object *planned)
{
    for (size_t i = 0; i < planned->row_count; i++) {
        struct loomc_row *row = &planned->rows[i];

        row->writable = row->writable && !row->constant;
        if (is_number(row->resource)) {
            row->width = width_of(planner, row);
        }
        if (row->serving == LOOMC_HANDLED) {
            row->handler = (unsigned)planned->handler_count++;
        }
    }
}

/* ---- comments -------------------------------------------------------------------------------- */

/* What a server may do here. */
static const char *operations(const struct loomc_row *row)
{
    if (row->resource->executable) {
        return "E";
    }
    if (row->readable) {
        return row->writable ? "RW" : row->resource->writable ? "R (RW in the model)" : "R";
    }
    if (row->writable) {
        return "W";
    }
    return row->resource->readable || row->resource->writable ? "hidden from servers"
                                                              : "bootstrap only";
}

static void comment_row(const struct loomc_planner *planner, struct loomc_row *row)
{
    const struct loomc_resource *resource = row->resource;
    struct loomc_buffer text = {NULL, 0, 0};
    const char *range = resource->range_text;

    loomc_put_format(&text, "%u %s: %s", resource->id, resource->name, operations(row));
    if (!resource->executable) {
        loomc_put_format(&text, ", %s", loomc_type_name(resource->type));
    }
    loomc_put_text(&text, resource->multiple ? ", multiple" : "");
    loomc_put_text(&text, resource->mandatory ? ", mandatory" : ", optional");
    if (*range != '\0' && strlen(range) <= SHORT_RANGE) {
        loomc_put_format(&text, ", %s%s", range, row->range == 0 ? " (not checked)" : "");
    }
    if (*resource->units != '\0') {
        loomc_put_format(&text, ", in %s", resource->units);
    }
    loomc_put_text(&text, ".\n\n");
    if (strlen(range) > SHORT_RANGE) {
        loomc_put_format(&text, "Range: %s\n\n", range);
    }
    loomc_put_text(&text, resource->description);
    row->comment = loomc_text_wrap(planner->arena, text.data, COMMENT_WIDTH, &row->comment_count);
    loomc_buffer_free(&text);
}

void loomc_plan_layout(const struct loomc_planner *planner)
{
    for (size_t i = 0; i < planner->plan->count; i++) {
        struct loomc_plan_object *planned = &planner->plan->objects[i];

        drop_left_out(planned);
        if (planned->row_count == 0 && planner->settled) {
            loomc_error_at(planner->diagnostics, planned->object->source, planned->object->place,
                           "the profile leaves object %u (%s) no resources", planned->object->id,
                           planned->object->name);
        }
        lay_out_ranges(planner, planned);
        if (planner->settled) {
            judge_room(planner, planned);
        }
        lay_out_rows(planner, planned);
        lay_out_struct(planner, planned);
        for (size_t j = 0; j < planned->row_count; j++) {
            comment_row(planner, &planned->rows[j]);
        }
        planned->comment = loomc_text_wrap(planner->arena, planned->object->description,
                                           COMMENT_WIDTH, &planned->comment_count);
    }
}
