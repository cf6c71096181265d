/* SPDX-License-Identifier: Apache-2.0 */
/* The content format OMA TLV as a stream of values, rules D-10 .. D-16. */
#include "loom/codec.h"

/* ---- reading --------------------------------------------------------------------------------- */

static enum loom_status begin(struct loom_decoder *decoder)
{
    const struct loom_path *base = &decoder->base;
    decoder->state.tlv.depth = 0;
    decoder->state.tlv.in_multiple = false;
    decoder->state.tlv.instance = base->depth >= 2 ? base->id[LOOM_INSTANCE_ID] : LOOM_ID_NONE;
    decoder->state.tlv.resource = base->id[LOOM_RESOURCE_ID];
    return LOOM_OK;
}

/* What is around it goes on where it ends. */
static void enter(struct loom_decoder *decoder, struct loom_bytes into)
{
    decoder->state.tlv.outer[decoder->state.tlv.depth++] = decoder->rest.length;
    decoder->rest = into;
}

static void leave(struct loom_decoder *decoder)
{
    decoder->rest.length = decoder->state.tlv.outer[--decoder->state.tlv.depth];
    decoder->state.tlv.in_multiple = false;
}

static enum loom_status enter_instance(struct loom_decoder *decoder, const struct loom_tlv *entry,
                                       struct loom_item *item)
{
    const struct loom_path *base = &decoder->base;
    if (decoder->state.tlv.depth > 0 ||
        (base->depth >= 2 && entry->id != base->id[LOOM_INSTANCE_ID])) {
        return LOOM_BAD_REQUEST;
    }
    decoder->state.tlv.instance = entry->id;
    enter(decoder, entry->value);
    item->path.id[LOOM_INSTANCE_ID] = entry->id;
    item->path.depth = 2;
    return LOOM_OK;
}

/* Whether an entry may stand where the payload has it, and belongs to the path it was sent to. */
static bool resource_fits(const struct loom_decoder *decoder, const struct loom_tlv *entry)
{
    const struct loom_path *base = &decoder->base;
    bool named = decoder->state.tlv.depth > 0 || base->depth >= 2 ||
                 (decoder->mode & LOOM_DECODE_CREATE) != 0; /* D-12, D-14 */
    bool asked = base->depth < 3 || entry->id == base->id[LOOM_RESOURCE_ID];
    bool single = entry->kind == LOOM_TLV_RESOURCE && base->depth == 4;
    return !decoder->state.tlv.in_multiple && named && asked && !single;
}

static bool resource_instance_fits(const struct loom_decoder *decoder, const struct loom_tlv *entry)
{
    const struct loom_path *base = &decoder->base;
    return (decoder->state.tlv.in_multiple || base->depth >= 3) &&
           (base->depth < 4 || entry->id == base->id[LOOM_RESOURCE_INSTANCE_ID]);
}

static enum loom_status next_entry(struct loom_decoder *decoder, struct loom_tlv *entry)
{
    enum loom_status status;
    while ((status = loom_tlv_next(&decoder->rest, entry)) == LOOM_END &&
           decoder->state.tlv.depth > 0) {
        leave(decoder);
    }
    return status;
}

static enum loom_status next(struct loom_decoder *decoder, struct loom_item *item)
{
    struct loom_tlv entry;
    enum loom_status status;
    while ((status = next_entry(decoder, &entry)) == LOOM_OK) {
        item->path.id[LOOM_OBJECT_ID] = decoder->base.id[LOOM_OBJECT_ID];
        item->empty_multiple = false;
        item->raw = entry.value;
        if (entry.kind == LOOM_TLV_INSTANCE) {
            return enter_instance(decoder, &entry, item);
        }
        item->path.id[LOOM_INSTANCE_ID] = decoder->state.tlv.instance;
        if (entry.kind == LOOM_TLV_RESOURCE_INSTANCE) {
            item->path.id[LOOM_RESOURCE_ID] = decoder->state.tlv.resource;
            item->path.id[LOOM_RESOURCE_INSTANCE_ID] = entry.id;
            item->path.depth = 4;
            return resource_instance_fits(decoder, &entry) ? LOOM_OK : LOOM_BAD_REQUEST;
        }
        if (!resource_fits(decoder, &entry)) {
            return LOOM_BAD_REQUEST;
        }
        if (entry.kind == LOOM_TLV_RESOURCE || entry.value.length == 0) {
            item->empty_multiple = entry.kind == LOOM_TLV_MULTIPLE;
            item->path.id[LOOM_RESOURCE_ID] = entry.id;
            item->path.depth = 3;
            return LOOM_OK;
        }
        enter(decoder, entry.value);
        decoder->state.tlv.in_multiple = true;
        decoder->state.tlv.resource = entry.id;
    }
    return status;
}

static enum loom_status value_of(const struct loom_decoder *decoder, const struct loom_item *item,
                                 enum loom_type type, struct loom_value *value)
{
    (void)decoder;
    return loom_tlv_value(item->raw, type, value);
}

/* ---- writing --------------------------------------------------------------------------------- */

/* What is open is named by the depth of its path: an instance, 2, or a multiple resource, 3. */
#define INSTANCE 2
#define MULTIPLE 3

static void begin_payload(struct loom_encoder *encoder)
{
    encoder->state.tlv.open = 0;
}

/* Closes what is open at this depth and below it. */
static void close_entries(struct loom_encoder *encoder, uint8_t depth)
{
    for (uint8_t open = MULTIPLE; open >= INSTANCE && open >= depth; open--) {
        if (encoder->state.tlv.open == open) {
            loom_tlv_end(encoder->out, encoder->state.tlv.begin[open - INSTANCE],
                         open == MULTIPLE ? LOOM_TLV_MULTIPLE : LOOM_TLV_INSTANCE,
                         encoder->state.tlv.id[open - INSTANCE]);
            /* Instances have entries in what shows an object. */
            encoder->state.tlv.open =
                open == MULTIPLE && encoder->base.depth < INSTANCE ? INSTANCE : 0;
        }
    }
}

static void open_entry(struct loom_encoder *encoder, uint8_t depth, uint16_t id)
{
    encoder->state.tlv.begin[depth - INSTANCE] = encoder->out->length;
    encoder->state.tlv.id[depth - INSTANCE] = id;
    encoder->state.tlv.open = depth;
}

static void end_payload(struct loom_encoder *encoder)
{
    close_entries(encoder, INSTANCE);
}

/* An entry holds what lies below the path that was asked for: of an object its instances, of an
 * instance its resources, of a resource instance it alone (rules D-11 .. D-13). */
static enum loom_status put(struct loom_encoder *encoder, const struct loom_path *path,
                            const struct loom_value *value)
{
    uint16_t id = path->id[path->depth - 1u];
    if (encoder->state.tlv.open >= path->depth) {
        close_entries(encoder, path->depth);
    }
    if (value->type != LOOM_NONE) {
        loom_tlv_put_value(encoder->out,
                           path->depth == 4 ? LOOM_TLV_RESOURCE_INSTANCE : LOOM_TLV_RESOURCE, id,
                           value);
    } else if (encoder->base.depth <= (path->depth == 3 ? 3 : 1)) {
        open_entry(encoder, path->depth, id);
    }
    return LOOM_OK;
}

const struct loom_format loom_format_tlv = {
    .number = LOOM_FORMAT_TLV,
    .reader = {.begin = begin, .next = next, .value = value_of},
    .writer = {.begin = begin_payload, .put = put, .end = end_payload}};

const struct loom_format loom_format_tlv_in = {
    .number = LOOM_FORMAT_TLV, .reader = {.begin = begin, .next = next, .value = value_of}};
