/* SPDX-License-Identifier: Apache-2.0 */
/* LwM2M CBOR: maps of ids, one in another, rules D-40 .. D-45. */
#include "codec/cbor.h"
#include "codec/output.h"
#include "codec/single.h"

#include <string.h>

#define LEVELS    4
#define NULL_BYTE 0xF6u

/* Where the keys of a payload begin, which its first value tells (rule D-42). */
enum { FROM_UNKNOWN, FROM_ROOT, FROM_BASE };

/* ---- reading --------------------------------------------------------------------------------- */

/* Goes into a map that stands under the keys read so far. None is empty (rule D-40). */
static bool enter(struct loom_decoder *decoder, size_t count)
{
    uint8_t open = decoder->state.lwm2m_cbor.open;
    if (count == 0 || open == LEVELS ||
        (count == LOOM_CBOR_INDEFINITE &&
         (decoder->rest.length == 0 || decoder->rest.data[0] == LOOM_CBOR_BREAK_BYTE))) {
        return false;
    }
    decoder->state.lwm2m_cbor.left[open] = count;
    decoder->state.lwm2m_cbor.depth[open] = (uint8_t)decoder->state.lwm2m_cbor.keys.depth;
    decoder->state.lwm2m_cbor.open++;
    return true;
}

static enum loom_status begin(struct loom_decoder *decoder)
{
    struct loom_cbor head;
    decoder->state.lwm2m_cbor.open = 0;
    decoder->state.lwm2m_cbor.from = FROM_UNKNOWN;
    decoder->state.lwm2m_cbor.keys.depth = 0;
    if (decoder->rest.length == 0) {
        return LOOM_OK; /* nothing at all is no map */
    }
    return loom_cbor_next(&decoder->rest, &head) && head.type == LOOM_CBOR_MAP &&
                   enter(decoder, head.count)
               ? LOOM_OK
               : LOOM_BAD_REQUEST;
}

/* An id; 65535 stands for an instance whose id the client chooses (rule D-43). */
static bool add_key(struct loom_path *keys, const struct loom_cbor *head, unsigned mode)
{
    if (head->type != LOOM_CBOR_UNSIGNED || head->argument > LOOM_ID_NONE ||
        keys->depth == LEVELS ||
        (head->argument == LOOM_ID_NONE && (mode & LOOM_DECODE_CREATE) == 0)) {
        return false;
    }
    keys->id[keys->depth++] = (uint16_t)head->argument;
    return true;
}

/* One id, or several of them in an array. */
static bool read_key(struct loom_bytes *rest, struct loom_path *keys, unsigned mode)
{
    struct loom_cbor head;
    bool good = loom_cbor_next(rest, &head);
    if (!good || head.type != LOOM_CBOR_ARRAY) {
        return good && add_key(keys, &head, mode);
    }
    uint32_t before = keys->depth;
    size_t left = head.count;
    while (good && loom_cbor_more(rest, &left, &good)) {
        good = loom_cbor_next(rest, &head) && add_key(keys, &head, mode);
    }
    return good && keys->depth > before;
}

static bool begins_with(const struct loom_path *path, const struct loom_path *base)
{
    return path->depth >= base->depth &&
           memcmp(path->id, base->id, base->depth * sizeof base->id[0]) == 0;
}

/* Rule D-43: 65535 stands in the place of an instance alone. */
static bool has_ids(const struct loom_path *path)
{
    for (uint8_t level = 0; level < path->depth; level++) {
        if (path->id[level] == LOOM_ID_NONE && level != LOOM_INSTANCE_ID) {
            return false;
        }
    }
    return path->depth >= 3;
}

/* Keys go on from the path of the request in the draft of Write and Create, and begin with the
 * object everywhere else: what they can be read as from there, they are (rule D-42). */
static bool make_path(struct loom_decoder *decoder, struct loom_path *path)
{
    const struct loom_path *base = &decoder->base;
    struct loom_path *keys = &decoder->state.lwm2m_cbor.keys;
    if (base->depth >= 2 && keys->depth >= 2 && keys->id[LOOM_INSTANCE_ID] == LOOM_ID_NONE) {
        keys->id[LOOM_INSTANCE_ID] = base->id[LOOM_INSTANCE_ID]; /* the client has chosen */
    }
    bool from_root = keys->depth >= 3 && begins_with(keys, base);
    if (decoder->state.lwm2m_cbor.from == FROM_UNKNOWN) {
        decoder->state.lwm2m_cbor.from = from_root ? FROM_ROOT : FROM_BASE;
    }
    *path = *keys;
    if (decoder->state.lwm2m_cbor.from == FROM_ROOT) {
        return from_root && has_ids(path);
    }
    *path = *base;
    if (base->depth == 1 && keys->depth == 1 && (decoder->mode & LOOM_DECODE_CREATE) != 0) {
        path->id[path->depth++] = LOOM_ID_NONE;
    }
    for (uint8_t i = 0; i < keys->depth; i++) {
        if (path->depth == LEVELS) {
            return false;
        }
        path->id[path->depth++] = keys->id[i];
    }
    return has_ids(path);
}

/* The next value, whose keys have been read. */
static bool take_value(struct loom_decoder *decoder, struct loom_item *item)
{
    item->empty_multiple = false;
    item->raw = decoder->rest;
    if (decoder->rest.data[0] == NULL_BYTE || !loom_cbor_skip(&decoder->rest)) { /* rule D-44 */
        return false;
    }
    item->raw.length -= decoder->rest.length;
    return make_path(decoder, &item->path);
}

static enum loom_status next(struct loom_decoder *decoder, struct loom_item *item)
{
    struct loom_cbor head;
    struct loom_path *keys = &decoder->state.lwm2m_cbor.keys;
    bool good = true;
    bool any = decoder->begun;
    decoder->begun = true;
    while (decoder->state.lwm2m_cbor.open > 0) {
        uint8_t level = (uint8_t)(decoder->state.lwm2m_cbor.open - 1);
        if (!loom_cbor_more(&decoder->rest, &decoder->state.lwm2m_cbor.left[level], &good)) {
            decoder->state.lwm2m_cbor.open = level;
            continue;
        }
        keys->depth = decoder->state.lwm2m_cbor.depth[level];
        if (!read_key(&decoder->rest, keys, decoder->mode)) {
            return LOOM_BAD_REQUEST;
        }
        struct loom_bytes value = decoder->rest;
        if (!loom_cbor_next(&value, &head)) {
            return LOOM_BAD_REQUEST;
        }
        if (head.type != LOOM_CBOR_MAP) {
            return take_value(decoder, item) ? LOOM_OK : LOOM_BAD_REQUEST;
        }
        decoder->rest = value;
        if (!enter(decoder, head.count)) {
            return LOOM_BAD_REQUEST;
        }
    }
    return !good || decoder->rest.length > 0 ? LOOM_BAD_REQUEST
                                             : loom_nothing_next(decoder, any, item);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void begin_payload(struct loom_encoder *encoder)
{
    encoder->state.lwm2m_cbor.open = 0;
    /* An object shows instances in a map of its own; instances say for themselves that they come.
     */
    encoder->state.lwm2m_cbor.waiting = encoder->base.depth == 1 ? 1u << 1 : 0;
}

/* A map of which it is not known yet how many entries it gets. */
static void open_map(struct loom_encoder *encoder, uint8_t depth)
{
    uint8_t open = encoder->state.lwm2m_cbor.open++;
    encoder->state.lwm2m_cbor.begin[open] = encoder->out->length;
    encoder->state.lwm2m_cbor.count[open] = 0;
    encoder->state.lwm2m_cbor.depth[open] = depth;
    loom_put_byte(encoder->out, 0);
}

/* Most maps have a head of one byte, which has its place; more is put behind that. */
static void close_map(struct loom_encoder *encoder)
{
    uint8_t head[LOOM_CBOR_HEAD_MAX];
    uint8_t open = --encoder->state.lwm2m_cbor.open;
    size_t begin = encoder->state.lwm2m_cbor.begin[open];
    const uint8_t *end = loom_cbor_head(head, LOOM_CBOR_MAP, encoder->state.lwm2m_cbor.count[open]);
    if (end - head > 1) {
        loom_output_insert(encoder->out, begin + 1, head + 1, (size_t)(end - head) - 1);
    }
    if (!encoder->out->overflow) {
        encoder->out->data[begin] = head[0];
    }
}

/* Closes what has been opened at this depth and below it, and opens it no more. */
static void leave(struct loom_encoder *encoder, uint32_t depth)
{
    while (encoder->state.lwm2m_cbor.open > 0 &&
           encoder->state.lwm2m_cbor.depth[encoder->state.lwm2m_cbor.open - 1] >= depth) {
        close_map(encoder);
    }
    encoder->state.lwm2m_cbor.waiting &= (uint8_t)((1u << depth) - 1);
}

/* The key of the longest path, and a value but for the content of a string. */
#define ENTRY_MAX (1 + LEVELS * 3 + LOOM_CBOR_VALUE_MAX)

/* The key of several ids. */
static uint8_t *put_ids(uint8_t *at, const uint16_t *id, unsigned count)
{
    *at++ = (uint8_t)(LOOM_CBOR_ARRAY << 5 | count);
    for (; count > 0; count--) {
        at = loom_cbor_head(at, LOOM_CBOR_UNSIGNED, *id++);
    }
    return at;
}

/* The ids that lead on from the innermost map. @return where they end */
static uint8_t *put_key(struct loom_encoder *encoder, uint8_t *at, const struct loom_path *path,
                        unsigned depth)
{
    unsigned inner = encoder->state.lwm2m_cbor.open - 1u;
    unsigned level = encoder->state.lwm2m_cbor.depth[inner];
    encoder->state.lwm2m_cbor.count[inner]++;
    return depth - level > 1 ? put_ids(at, &path->id[level], depth - level)
                             : loom_cbor_head(at, LOOM_CBOR_UNSIGNED, path->id[level]);
}

/* Opens what waits and holds the path. */
static void enter_holders(struct loom_encoder *encoder, const struct loom_path *path)
{
    uint8_t room[ENTRY_MAX];
    for (uint8_t depth = 1; depth < path->depth; depth++) {
        if (((unsigned)encoder->state.lwm2m_cbor.waiting >> depth & 1u) != 0) {
            const uint8_t *end = put_key(encoder, room, path, depth);
            loom_put_bytes(encoder->out, room, (size_t)(end - room));
            open_map(encoder, depth);
        }
    }
    encoder->state.lwm2m_cbor.waiting = 0;
}

/* What holds values gets a map of its own when the first of them comes: none is empty (rule D-40).
 */
static void put(struct loom_encoder *encoder, const struct loom_path *path,
                const struct loom_value *value)
{
    if (value == NULL) {
        leave(encoder, path->depth);
        return;
    }
    if (value->type == LOOM_NONE) {
        encoder->state.lwm2m_cbor.waiting |= (uint8_t)(1u << path->depth);
        return;
    }
    if (encoder->state.lwm2m_cbor.open == 0) {
        open_map(encoder, 0);
    }
    if (encoder->state.lwm2m_cbor.waiting != 0) {
        enter_holders(encoder, path);
    }
    uint8_t room[ENTRY_MAX];
    struct loom_output *out = encoder->out;
    struct loom_bytes content = {NULL, 0};
    uint8_t *begin = loom_output_begin(out, sizeof room, room);
    uint8_t *at = put_key(encoder, begin, path, path->depth);
    at = loom_cbor_value_at(at, value, &content);
    loom_output_end(out, room, begin, at);
    if (content.length > 0) {
        loom_put_bytes(out, content.data, content.length);
    }
}

static void end_payload(struct loom_encoder *encoder)
{
    leave(encoder, 0);
}

const struct loom_format loom_format_lwm2m_cbor = {
    .number = LOOM_FORMAT_LWM2M_CBOR,
    .traits = LOOM_FORMAT_ROOT | LOOM_FORMAT_ANY_ORDER,
    .reader = {.begin = begin, .next = next, .value = loom_cbor_tagged_value},
    .writer = {.begin = begin_payload, .put = put, .end = end_payload}};
