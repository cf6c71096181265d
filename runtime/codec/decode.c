/* SPDX-License-Identifier: Apache-2.0 */
/* A payload of any format as a stream of paths and values. */
#include "loom/codec.h"

#include "codec/senml_cbor.h"

const struct loom_format loom_format_opaque = {.number = LOOM_FORMAT_OPAQUE};

enum loom_status loom_decode_begin(struct loom_decoder *decoder, uint16_t format,
                                   const struct loom_path *path, bool create,
                                   struct loom_bytes payload, uint8_t *scratch, size_t scratch_size)
{
    struct loom_decoder begun = {.format = format,
                                 .base = *path,
                                 .create = create,
                                 .instance = path->depth >= 2 ? path->id[1] : LOOM_ID_NONE,
                                 .scratch = scratch,
                                 .scratch_size = scratch_size};
    begun.level[0] = payload;
    if (format == LOOM_FORMAT_ABSENT && path->depth >= 3) {
        begun.format = LOOM_FORMAT_TEXT; /* a bare value: what every client and server sends so */
    }
    *decoder = begun;
    switch (begun.format) {
    case LOOM_FORMAT_TLV:
        return path->depth >= 1 ? LOOM_OK : LOOM_BAD_REQUEST;
    case LOOM_FORMAT_SENML_CBOR:
        return loom_senml_cbor_open(decoder);
    case LOOM_FORMAT_TEXT:
    case LOOM_FORMAT_OPAQUE:
        return path->depth >= 3 ? LOOM_OK : LOOM_BAD_REQUEST; /* rule D-1 */
    default:
        return LOOM_UNSUPPORTED_FORMAT;
    }
}

static enum loom_status next_single(struct loom_decoder *decoder, struct loom_item *item)
{
    if (decoder->depth > 0) {
        return LOOM_END;
    }
    decoder->depth = 1;
    item->path = decoder->base;
    item->empty_multiple = false;
    item->raw = decoder->level[0];
    return LOOM_OK;
}

static void descend(struct loom_decoder *decoder, struct loom_bytes into)
{
    decoder->depth++;
    decoder->level[decoder->depth] = into;
}

static enum loom_status enter_instance(struct loom_decoder *decoder, const struct loom_tlv *entry,
                                       struct loom_item *item)
{
    if (decoder->depth > 0 ||
        (decoder->base.depth >= 2 && entry->id != decoder->base.id[LOOM_INSTANCE_ID])) {
        return LOOM_BAD_REQUEST;
    }
    decoder->instance = entry->id;
    descend(decoder, entry->value);
    item->path = loom_path_instance(decoder->base.id[LOOM_OBJECT_ID], entry->id);
    return LOOM_OK;
}

/* Whether an entry may stand where the payload has it, and belongs to the path it was sent to. */
static bool resource_fits(const struct loom_decoder *decoder, const struct loom_tlv *entry)
{
    const struct loom_path *base = &decoder->base;
    bool named = decoder->depth > 0 || base->depth >= 2 || decoder->create; /* rules D-12, D-14 */
    bool asked = base->depth < 3 || entry->id == base->id[LOOM_RESOURCE_ID];
    bool single = entry->kind == LOOM_TLV_RESOURCE && base->depth == 4;
    return !decoder->in_multiple && named && asked && !single;
}

static bool resource_instance_fits(const struct loom_decoder *decoder, const struct loom_tlv *entry)
{
    const struct loom_path *base = &decoder->base;
    return (decoder->in_multiple || base->depth >= 3) &&
           (base->depth < 4 || entry->id == base->id[LOOM_RESOURCE_INSTANCE_ID]);
}

static enum loom_status next_tlv(struct loom_decoder *decoder, struct loom_item *item)
{
    uint16_t object = decoder->base.id[LOOM_OBJECT_ID];
    struct loom_tlv entry;
    for (;;) {
        enum loom_status status = loom_tlv_next(&decoder->level[decoder->depth], &entry);
        if (status == LOOM_END && decoder->depth > 0) {
            decoder->depth--;
            decoder->in_multiple = false;
            continue;
        }
        if (status != LOOM_OK) {
            return status;
        }
        item->empty_multiple = false;
        item->raw = entry.value;
        switch (entry.kind) {
        case LOOM_TLV_INSTANCE:
            return enter_instance(decoder, &entry, item);
        case LOOM_TLV_MULTIPLE:
            if (!resource_fits(decoder, &entry)) {
                return LOOM_BAD_REQUEST;
            }
            decoder->resource = entry.id;
            if (entry.value.length > 0) {
                descend(decoder, entry.value);
                decoder->in_multiple = true;
                continue;
            }
            item->empty_multiple = true;
            item->path = loom_path_resource(object, decoder->instance, entry.id);
            return LOOM_OK;
        case LOOM_TLV_RESOURCE:
            item->path = loom_path_resource(object, decoder->instance, entry.id);
            return resource_fits(decoder, &entry) ? LOOM_OK : LOOM_BAD_REQUEST;
        case LOOM_TLV_RESOURCE_INSTANCE:
            if (!decoder->in_multiple) {
                decoder->resource = decoder->base.id[LOOM_RESOURCE_ID];
            }
            item->path =
                loom_path_resource_instance(object, decoder->instance, decoder->resource, entry.id);
            return resource_instance_fits(decoder, &entry) ? LOOM_OK : LOOM_BAD_REQUEST;
        }
    }
}

enum loom_status loom_decode_next(struct loom_decoder *decoder, struct loom_item *item)
{
    switch (decoder->format) {
    case LOOM_FORMAT_TLV:
        return next_tlv(decoder, item);
    case LOOM_FORMAT_SENML_CBOR:
        return loom_senml_cbor_next(decoder, item);
    default:
        return next_single(decoder, item);
    }
}

enum loom_status loom_decode_value(const struct loom_decoder *decoder, const struct loom_item *item,
                                   enum loom_type type, struct loom_value *value)
{
    struct loom_text text = {(const char *)item->raw.data, item->raw.length};
    switch (decoder->format) {
    case LOOM_FORMAT_TLV:
        return loom_tlv_value(item->raw, type, value);
    case LOOM_FORMAT_SENML_CBOR:
        return loom_senml_cbor_value(item->raw, type, value);
    case LOOM_FORMAT_OPAQUE:
        value->type = type;
        value->as.opaque = item->raw;
        return type == LOOM_OPAQUE ? LOOM_OK : LOOM_BAD_REQUEST;
    default:
        return loom_text_get(text, type, value, decoder->scratch, decoder->scratch_size);
    }
}
