/* SPDX-License-Identifier: Apache-2.0 */
#include "payload.h"

#include <stdlib.h>
#include <string.h>

static const char *misfit(const struct payload *payload, const struct loom_format *format)
{
    for (size_t i = 0; i < payload->count; i++) {
        const struct payload_item *item = &payload->items[i];
        if (item->kind == PAYLOAD_NAME && (format->traits & LOOM_FORMAT_NAMES) == 0) {
            return "the format cannot express a list of paths";
        }
        if (item->kind == PAYLOAD_DELETED && (format->traits & LOOM_FORMAT_DELETES) == 0) {
            return "the format cannot delete";
        }
        if (item->time != 0 && (format->traits & LOOM_FORMAT_TIMES) == 0) {
            return "the format cannot express times";
        }
        if ((format->traits & LOOM_FORMAT_BYTES) != 0 && item->value.type != LOOM_OPAQUE) {
            return "the format can express only values of type Opaque";
        }
    }
    return NULL;
}

/* What the payload shows: what it was read for, as far as the format can show that. */
static const char *choose_base(const struct payload *payload, const struct loom_format *format,
                               struct loom_path *base)
{
    *base = payload->base;
    if ((format->traits & LOOM_FORMAT_ONE_VALUE) != 0) {
        if (payload->count != 1 || payload->items[0].kind != PAYLOAD_VALUE) {
            return "the format can express only one value";
        }
        *base = payload->items[0].path;
    } else if ((format->traits & LOOM_FORMAT_ROOT) == 0 && base->depth == 0) {
        for (size_t i = 0; i < payload->count; i++) {
            uint16_t object = payload->items[i].path.id[LOOM_OBJECT_ID];
            if (i > 0 && object != base->id[LOOM_OBJECT_ID]) {
                return "the format can express only one object";
            }
            *base = loom_path_object(object);
        }
    }
    return NULL;
}

/* What holds an item at this depth begins before the first one that it holds, and ends behind the
 * last. */
static void hold(struct loom_encoder *encoder, struct payload_item *const *items, size_t count,
                 size_t i, uint8_t depth, bool begins)
{
    static const struct loom_value none = {.type = LOOM_NONE};
    struct loom_path path = items[i]->path;
    bool edge = begins ? i == 0 : i + 1 == count;
    const uint16_t *beside = edge ? NULL : items[begins ? i - 1 : i + 1]->path.id;
    bool same = beside != NULL && memcmp(path.id, beside, depth * sizeof path.id[0]) == 0;
    uint32_t below = items[i]->kind == PAYLOAD_NOTHING ? 4 : path.depth;
    if (!same && depth < below && encoder->base.depth <= depth) {
        path.depth = depth;
        loom_encode_put(encoder, &path, begins ? &none : NULL);
    }
}

static void put_all(struct loom_encoder *encoder, struct payload_item *const *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct payload_item *item = items[i];
        bool plain = item->kind == PAYLOAD_VALUE || item->kind == PAYLOAD_NOTHING;
        loom_encode_set_time(encoder, item->time);
        encoder->nones = item->kind == PAYLOAD_NAME      ? LOOM_ENCODE_NAMES
                         : item->kind == PAYLOAD_DELETED ? LOOM_ENCODE_DELETES
                                                         : LOOM_ENCODE_HOLDERS;
        if (plain) {
            hold(encoder, items, count, i, 2, true);
            hold(encoder, items, count, i, 3, true);
        }
        if (item->kind != PAYLOAD_NOTHING) {
            loom_encode_put(encoder, &item->path, &item->value);
        }
        if (plain) {
            hold(encoder, items, count, i, 3, false);
            hold(encoder, items, count, i, 2, false);
        }
    }
}

/* In the order of the payload where that matters, and else so that what belongs together stands
 * together. */
static struct payload_item **in_order(const struct payload *payload, struct loomc_arena *arena,
                                      const struct loom_format *format)
{
    struct payload_item **items = payload_sorted(payload, arena);
    for (size_t i = 0; (format->traits & LOOM_FORMAT_TIMES) != 0 && i < payload->count; i++) {
        items[i] = &payload->items[i];
    }
    return items;
}

const char *payload_write(const struct payload *payload, struct loomc_arena *arena,
                          const struct loom_format *format, struct loom_bytes *bytes)
{
    struct loom_path base;
    struct loom_encoder encoder;
    const char *problem = misfit(payload, format);
    problem = problem != NULL ? problem : choose_base(payload, format, &base);
    if (problem != NULL) {
        return problem;
    }
    struct payload_item **items = in_order(payload, arena, format);
    for (size_t room = 4096;; room *= 2) {
        struct loom_output out = loom_output(loomc_alloc(arena, room), room);
        loom_encode_begin(&encoder, format, &base, &out);
        put_all(&encoder, items, payload->count);
        enum loom_status status = loom_encode_end(&encoder);
        if (status == LOOM_OK) {
            *bytes = (struct loom_bytes){out.data, out.length};
            return NULL;
        }
        if (status != LOOM_TOO_LARGE) {
            return "the format cannot express it";
        }
    }
}
