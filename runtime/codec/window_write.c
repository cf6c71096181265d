/* SPDX-License-Identifier: Apache-2.0 */
/* Writers whose heads are measured before what they are the heads of is written. */
#include "codec/cbor.h"
#include "codec/tlv.h"
#include "codec/window.h"

/* The encoder of a payload in a window writes into that. */
static struct loom_window *window_of(const struct loom_encoder *encoder)
{
    return (struct loom_window *)encoder->out;
}

static void put_inner(struct loom_window *window, const struct loom_path *path,
                      const struct loom_value *value)
{
    window->inner.format->writer.put(&window->inner, path, value);
}

/* ---- OMA TLV, rules D-10 .. D-16 ------------------------------------------------------------- */

/* The longest value that is a number. */
#define NUMBER_MAX 8u

/* Bytes of a value whose content is bytes; else it is a number, written into `room` as an entry.
 * @return NULL: a number */
static const void *content_of(const struct loom_value *value, size_t *size)
{
    if (value->type == LOOM_OPAQUE) {
        *size = value->as.opaque.length;
        return value->as.opaque.data == NULL ? "" : (const void *)value->as.opaque.data;
    }
    if (value->type == LOOM_STRING || value->type == LOOM_CORELNK) {
        *size = value->as.text.length;
        return value->as.text.data == NULL ? "" : value->as.text.data;
    }
    return NULL;
}

static enum loom_tlv_kind kind_of(const struct loom_path *path)
{
    return path->depth == 4   ? LOOM_TLV_RESOURCE_INSTANCE
           : path->depth == 3 ? LOOM_TLV_RESOURCE
                              : LOOM_TLV_INSTANCE;
}

static uint16_t id_of(const struct loom_path *path)
{
    return path->id[path->depth - 1u];
}

/* The whole entry of a number. @return its length */
static size_t write_number(const struct loom_window *window, const struct loom_path *path,
                           const struct loom_value *value, uint8_t *room)
{
    struct loom_output out = loom_output(room, TLV_HEAD_MAX + NUMBER_MAX);
    struct loom_encoder encoder = window->inner;
    encoder.out = &out;
    encoder.format->writer.put(&encoder, path, value);
    return out.length;
}

static size_t head_size(enum loom_tlv_kind kind, uint16_t id, size_t size)
{
    uint8_t room[TLV_HEAD_MAX];
    return (size_t)(room + sizeof room - loom_tlv_head_before(room + sizeof room, kind, id, size));
}

static void put_head(struct loom_window *window, enum loom_tlv_kind kind, uint16_t id, size_t size)
{
    uint8_t room[TLV_HEAD_MAX];
    uint8_t *end = room + sizeof room;
    const uint8_t *head = loom_tlv_head_before(end, kind, id, size);
    window->inner.refused = window->inner.refused || size > TLV_LENGTH_MAX;
    loom_put_bytes(&window->out, head, (size_t)(end - head));
}

/* How long the content of an entry is. */
struct sizer {
    struct loom_encoder encoder; /* first, so that it is found by it */
    const struct loom_window *window;
    uint32_t depth; /* of the entry */
    size_t size;
    size_t inner; /* of the resource that is being measured in an instance */
};

static void put_size(struct loom_encoder *encoder, const struct loom_path *path,
                     const struct loom_value *value)
{
    struct sizer *sizer = (struct sizer *)encoder;
    uint8_t room[TLV_HEAD_MAX + NUMBER_MAX];
    size_t size = 0;
    if (path->depth == sizer->depth) {
        return;
    }
    if (value == NULL) {
        sizer->size += head_size(LOOM_TLV_MULTIPLE, id_of(path), sizer->inner) + sizer->inner;
        return;
    }
    if (value->type == LOOM_NONE) {
        sizer->inner = 0;
        return;
    }
    if (content_of(value, &size) == NULL) {
        size = write_number(sizer->window, path, value, room);
    } else {
        size += head_size(kind_of(path), id_of(path), size);
    }
    if (path->depth > sizer->depth + 1) {
        sizer->inner += size;
    } else {
        sizer->size += size;
    }
}

static const struct loom_format to_sizes = {.writer = {.put = put_size}};

/* An entry holds what lies below the path that was asked for (rules D-11 .. D-13). */
static void begin_entry(struct loom_window *window, const struct loom_path *path)
{
    bool instance = path->depth == 2;
    struct sizer sizer;
    if (window->inner.base.depth > (instance ? 1 : 3)) {
        window->state.end[path->depth - 2u] = SIZE_MAX;
        return;
    }
    sizer.window = window;
    sizer.depth = path->depth;
    sizer.size = 0;
    loom_encode_begin(&sizer.encoder, &to_sizes, path, &window->out);
    window->source->walk(window->source, path, &sizer.encoder);
    put_head(window, instance ? LOOM_TLV_INSTANCE : LOOM_TLV_MULTIPLE, id_of(path), sizer.size);
    window->state.end[path->depth - 2u] = window->out.length + sizer.size;
}

static void end_entry(struct loom_window *window, const struct loom_path *path)
{
    size_t end = window->state.end[path->depth - 2u];
    window->torn = window->torn || (end != SIZE_MAX && end != window->out.length);
}

static void put_tlv(struct loom_window *window, const struct loom_path *path,
                    const struct loom_value *value)
{
    uint8_t room[TLV_HEAD_MAX + NUMBER_MAX];
    const void *content;
    size_t size;
    if (value == NULL) {
        end_entry(window, path);
    } else if (value->type == LOOM_NONE) {
        begin_entry(window, path);
    } else if ((content = content_of(value, &size)) != NULL) {
        put_head(window, kind_of(path), id_of(path), size);
        loom_put_bytes(&window->out, content, size);
    } else {
        size = write_number(window, path, value, room);
        loom_put_bytes(&window->out, room, size);
    }
}

/* ---- LwM2M CBOR, rules D-40 .. D-45 ---------------------------------------------------------- */

/* How many entries the map of what holds others has: so many ids follow its own. */
struct counter {
    struct loom_encoder encoder; /* first */
    uint32_t depth;
    size_t count;
    uint16_t last;
};

static void put_count(struct loom_encoder *encoder, const struct loom_path *path,
                      const struct loom_value *value)
{
    struct counter *counter = (struct counter *)encoder;
    if (value != NULL && value->type != LOOM_NONE && path->id[counter->depth] != counter->last) {
        counter->count++;
        counter->last = path->id[counter->depth];
    }
}

static const struct loom_format to_counts = {.writer = {.put = put_count}};

static size_t count_entries(struct loom_window *window, const struct loom_path *path,
                            uint32_t depth)
{
    struct counter counter;
    struct loom_path holder = *path;
    if (depth < 2) {
        return window->first[depth];
    }
    holder.depth = depth;
    counter.depth = depth;
    counter.count = 0;
    counter.last = LOOM_ID_NONE;
    loom_encode_begin(&counter.encoder, &to_counts, &holder, &window->out);
    window->source->walk(window->source, &holder, &counter.encoder);
    return counter.count;
}

static void open_map(struct loom_window *window, const struct loom_path *path, uint32_t depth)
{
    uint8_t open = window->state.maps.open++;
    window->state.maps.depth[open] = (uint8_t)depth;
    window->state.maps.left[open] = window->census ? 0 : count_entries(window, path, depth);
    loom_cbor_put(&window->out, LOOM_CBOR_MAP, window->state.maps.left[open]);
}

static void close_map(struct loom_window *window)
{
    uint8_t open = --window->state.maps.open;
    uint8_t depth = window->state.maps.depth[open];
    if (window->census && depth < 2) {
        window->first[depth] = 0 - window->state.maps.left[open];
    }
    window->torn = window->torn || window->state.maps.left[open] != 0;
}

/* Closes what has been opened at this depth and below it, and opens it no more. */
static void leave(struct loom_window *window, uint32_t depth)
{
    while (window->state.maps.open > 0 &&
           window->state.maps.depth[window->state.maps.open - 1] >= depth) {
        close_map(window);
    }
    window->state.maps.waiting &= (uint8_t)((1u << depth) - 1);
}

/* The ids that lead on from the innermost map. */
static void put_key(struct loom_window *window, const struct loom_path *path, uint32_t depth)
{
    uint8_t inner = (uint8_t)(window->state.maps.open - 1);
    uint32_t level = window->state.maps.depth[inner];
    window->state.maps.left[inner]--;
    if (depth - level > 1) {
        loom_cbor_put(&window->out, LOOM_CBOR_ARRAY, depth - level);
    }
    for (; level < depth; level++) {
        loom_cbor_put(&window->out, LOOM_CBOR_UNSIGNED, path->id[level]);
    }
}

static void enter(struct loom_window *window, const struct loom_path *path)
{
    if (window->state.maps.open == 0) {
        open_map(window, path, 0);
    }
    for (uint32_t depth = 1; depth < path->depth; depth++) {
        if (((unsigned)window->state.maps.waiting >> depth & 1u) != 0) {
            put_key(window, path, depth);
            open_map(window, path, depth);
        }
    }
    window->state.maps.waiting = 0;
}

static void put_maps(struct loom_window *window, const struct loom_path *path,
                     const struct loom_value *value)
{
    if (value == NULL) {
        leave(window, path->depth);
    } else if (value->type == LOOM_NONE) {
        window->state.maps.waiting |= (uint8_t)(1u << path->depth);
    } else {
        enter(window, path);
        put_key(window, path, path->depth);
        loom_cbor_put_value(&window->out, value);
    }
}

/* ---- SenML CBOR, rules D-30 .. D-39 ---------------------------------------------------------- */

static void put_record(struct loom_window *window, const struct loom_path *path,
                       const struct loom_value *value)
{
    if (value == NULL || value->type == LOOM_NONE) {
        return;
    }
    window->records += window->census ? 1 : SIZE_MAX;
    if (!window->census) {
        put_inner(window, path, value);
    }
}

/* ---- all of them ----------------------------------------------------------------------------- */

static void begin(struct loom_encoder *encoder)
{
    struct loom_window *window = window_of(encoder);
    window->state.maps.open = 0;
    window->state.maps.waiting = encoder->base.depth == 1 ? 1u << 1 : 0;
    if (!window->census && window->format->number == LOOM_FORMAT_SENML_CBOR) {
        loom_senml_cbor_begin(&window->out, window->records);
    }
    loom_encode_begin(&window->inner, window->format, &encoder->base, &window->out);
}

static void put_format(struct loom_window *window, const struct loom_path *path,
                       const struct loom_value *value)
{
    switch (window->format->number) {
    case LOOM_FORMAT_TLV:
        put_tlv(window, path, value);
        break;
    case LOOM_FORMAT_LWM2M_CBOR:
        put_maps(window, path, value);
        break;
    case LOOM_FORMAT_SENML_CBOR:
        put_record(window, path, value);
        break;
    default:
        put_inner(window, path, value);
        break;
    }
}

/* Of a value that does not last the digest holds how long it is: what a function of the product
 * shows may be another at each look, and is no other payload. */
static void put(struct loom_encoder *encoder, const struct loom_path *path,
                const struct loom_value *value)
{
    struct loom_window *window = window_of(encoder);
    size_t before = window->out.length;
    window->blind =
        value != NULL && value->type != LOOM_NONE && !window->source->lasts(window->source, path);
    put_format(window, path, value);
    if (window->blind) {
        window->blind = false;
        loom_window_note(window, path, window->out.length - before);
    }
    encoder->refused = window->inner.refused;
}

static void end(struct loom_encoder *encoder)
{
    struct loom_window *window = window_of(encoder);
    if (window->format->number == LOOM_FORMAT_LWM2M_CBOR) {
        leave(window, 0);
    } else if (window->format->number == LOOM_FORMAT_SENML_CBOR) {
        window->torn = window->torn || (window->records != 0 && !window->census);
    } else {
        (void)loom_encode_end(&window->inner);
    }
}

static const struct loom_format windowed = {.writer = {.begin = begin, .put = put, .end = end}};

const struct loom_format *loom_window_format(struct loom_window *window,
                                             const struct loom_format *format,
                                             const struct loom_window_source *source)
{
    window->format = format;
    window->source = source;
    return &windowed;
}

bool loom_window_needs_census(const struct loom_window *window)
{
    return window->format->number == LOOM_FORMAT_LWM2M_CBOR ||
           window->format->number == LOOM_FORMAT_SENML_CBOR;
}
