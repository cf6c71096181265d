/* SPDX-License-Identifier: Apache-2.0 */
/* The content format OMA TLV as a stream of values, rules D-10 .. D-16. */
#include "codec/number.h"
#include "codec/tlv.h"

#include <string.h>

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

/* Behind an instance, a resource belongs to none, unless the path has one (D-12). */
static void leave(struct loom_decoder *decoder)
{
    decoder->rest.length = decoder->state.tlv.outer[--decoder->state.tlv.depth];
    decoder->state.tlv.in_multiple = false;
    if (decoder->state.tlv.depth == 0 && decoder->base.depth < 2) {
        decoder->state.tlv.instance = LOOM_ID_NONE;
    }
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

/* Whether an entry of a resource says all of it, so that no instances of it come in it. */
static bool is_whole(const struct loom_tlv *entry)
{
    return entry->kind == LOOM_TLV_RESOURCE || entry->value.length == 0;
}

/* Whether an entry may stand where the payload has it, and belongs to the path it was sent to. One
 * that says all of its resource is not for an instance of that. */
static bool resource_fits(const struct loom_decoder *decoder, const struct loom_tlv *entry)
{
    const struct loom_path *base = &decoder->base;
    bool named = base->depth >= 2 || decoder->state.tlv.depth > 0 ||
                 (decoder->mode & LOOM_DECODE_CREATE) != 0; /* D-12, D-14 */
    bool asked = base->depth < 3 || (entry->id == base->id[LOOM_RESOURCE_ID] &&
                                     (base->depth == 3 || !is_whole(entry)));
    return !decoder->state.tlv.in_multiple && named && asked;
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
    while ((status = loom_tlv_take(&decoder->rest, entry)) == LOOM_END &&
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
        if (is_whole(&entry)) {
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

static size_t unsigned_size(uint64_t value)
{
    if (value > UINT32_MAX) {
        return 8;
    }
    uint32_t word = (uint32_t)value;
    return word <= UINT8_MAX ? 1 : word <= UINT16_MAX ? 2 : 4;
}

/* One bit more than the number without its sign. */
static size_t signed_size(int64_t value)
{
    uint64_t bits = (uint64_t)value << 1;
    return unsigned_size(value < 0 ? ~bits : bits);
}

/* An entry holds what lies below the path that was asked for: of an object its instances, of an
 * instance its resources, of a resource instance it alone (rules D-11 .. D-13). */
static void end_entry(struct loom_encoder *encoder, const struct loom_path *path)
{
    bool instance = path->depth == 2;
    if (encoder->base.depth <= (instance ? 1 : 3)) {
        loom_tlv_end(encoder->out, encoder->state.tlv.begin[path->depth - 2u],
                     instance ? LOOM_TLV_INSTANCE : LOOM_TLV_MULTIPLE, path->id[path->depth - 1u]);
    }
}

static void put(struct loom_encoder *encoder, const struct loom_path *path,
                const struct loom_value *value)
{
    struct loom_output *out = encoder->out;
    enum loom_tlv_kind kind = path->depth == 4 ? LOOM_TLV_RESOURCE_INSTANCE : LOOM_TLV_RESOURCE;
    const void *data = NULL; /* or a number in `bits` */
    uint64_t bits = 0;
    size_t size;
    if (value == NULL) {
        end_entry(encoder, path);
        return;
    }
    uint16_t id = path->id[path->depth - 1u];
    switch (value->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        data = value->as.text.data;
        size = value->as.text.length;
        break;
    case LOOM_INTEGER:
    case LOOM_TIME:
        bits = (uint64_t)value->as.integer;
        size = signed_size(value->as.integer);
        break;
    case LOOM_UNSIGNED:
        bits = value->as.unsigned_integer;
        size = unsigned_size(bits);
        break;
    case LOOM_FLOAT:
        loom_tlv_put_float(out, kind, id, value->as.number);
        return;
    case LOOM_BOOLEAN:
        bits = value->as.boolean ? 1 : 0;
        size = 1;
        break;
    case LOOM_OPAQUE:
        data = value->as.opaque.data;
        size = value->as.opaque.length;
        break;
    case LOOM_OBJLNK:
        bits = (uint64_t)value->as.objlnk.object << 16 | value->as.objlnk.instance;
        size = 4;
        break;
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
    default:
        encoder->state.tlv.begin[path->depth - 2u] = out->length;
        return;
    }
    if ((id | size) > UINT8_MAX || size + 3 > out->room - out->length) {
        loom_tlv_put_entry(out, kind, id, size, data, bits);
        return;
    }
    unsigned type = (unsigned)kind << TLV_KIND_SHIFT; /* as most are */
    uint8_t *at = out->data + out->length;
    out->length += 2 + size;
    at[1] = (uint8_t)id;
    if (size > TLV_LENGTH_MASK) {
        at[0] = (uint8_t)(type | 1u << TLV_LENGTH_SHIFT);
        at[2] = (uint8_t)size;
        at++;
        out->length++;
    } else {
        at[0] = (uint8_t)(type | (unsigned)size);
    }
    at += 2;
    if (data != NULL) {
        memcpy(at, data, size);
    } else {
        loom_big_endian_put(at, bits, size);
    }
}

const struct loom_format loom_format_tlv = {
    .number = LOOM_FORMAT_TLV,
    .reader = {.begin = begin, .next = next, .value = value_of},
    .writer = {.put = put}};

const struct loom_format loom_format_tlv_in = {
    .number = LOOM_FORMAT_TLV, .reader = {.begin = begin, .next = next, .value = value_of}};
