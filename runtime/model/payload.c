/* SPDX-License-Identifier: Apache-2.0 */
/* What is in a payload. */
#include "model/payload.h"

#include <string.h>

enum loom_status loom_payload_begin(const struct loom_payload *payload,
                                    struct loom_decoder *decoder)
{
    return loom_decode_begin(decoder, payload->format, &payload->path, payload->mode,
                             payload->bytes, payload->scratch, payload->scratch_size);
}

/* The lowest id from `*position` on that the items have at this level. Records of SenML come in any
 * order: taking the ids in theirs gives each of them once without remembering any. */
static bool next_id(const struct loom_payload *payload, unsigned level, unsigned *position,
                    uint16_t *id)
{
    struct loom_decoder decoder;
    struct loom_item item;
    bool found = false;
    uint16_t least = 0;
    if (loom_payload_begin(payload, &decoder) != LOOM_OK) {
        return false;
    }
    while (loom_decode_next(&decoder, &item) == LOOM_OK) {
        uint16_t here = item.path.id[level];
        if (here >= *position && (!found || here < least)) {
            least = here;
            found = true;
        }
    }
    if (found) {
        *id = least;
        *position = least + 1u;
    }
    return found;
}

bool loom_payload_object(const struct loom_payload *payload, unsigned *position, uint16_t *object)
{
    if (payload->path.depth == 0) {
        return next_id(payload, LOOM_OBJECT_ID, position, object);
    }
    *object = payload->path.id[LOOM_OBJECT_ID];
    return (*position)++ == 0;
}

bool loom_payload_instance(const struct loom_payload *payload, unsigned *position,
                           uint16_t *instance)
{
    if (payload->path.depth >= 2) { /* whatever it brings, it is for this one */
        *instance = payload->path.id[LOOM_INSTANCE_ID];
        return (*position)++ == 0;
    }
    return payload->path.depth == 1 && next_id(payload, LOOM_INSTANCE_ID, position, instance);
}

static bool same_path(const struct loom_path *a, const struct loom_path *b)
{
    return a->depth == b->depth && memcmp(a->id, b->id, a->depth * sizeof a->id[0]) == 0;
}

bool loom_payload_value(const struct loom_payload *payload, const struct loom_path *path,
                        enum loom_type type, struct loom_value *value)
{
    struct loom_decoder decoder;
    struct loom_item item;
    bool found = false;
    if (loom_payload_begin(payload, &decoder) != LOOM_OK) {
        return false;
    }
    while (loom_decode_next(&decoder, &item) == LOOM_OK) {
        if (same_path(&item.path, path)) {
            found = loom_decode_value(&decoder, &item, type, value) == LOOM_OK;
        }
    }
    return found;
}
