/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Bytes that several hold at once, such as an image on its way to many devices: they are freed with
 * the last of them. For one thread.
 */
#ifndef LOOM_SERVER_SHARED_H
#define LOOM_SERVER_SHARED_H

#include "loom/value.h"

#include <stdlib.h>
#include <string.h>

struct loom_shared {
    size_t holders;
    size_t length;
    uint8_t data[];
};

/** @return bytes that are to be filled, with one holder; NULL without memory */
static inline struct loom_shared *loom_shared_new(size_t length)
{
    struct loom_shared *shared = malloc(sizeof *shared + length);
    if (shared != NULL) {
        shared->holders = 1;
        shared->length = length;
    }
    return shared;
}

/** @return a copy, with one holder; NULL without memory */
static inline struct loom_shared *loom_shared_copy(struct loom_bytes bytes)
{
    struct loom_shared *shared = loom_shared_new(bytes.length);
    if (shared != NULL && bytes.length > 0) {
        memcpy(shared->data, bytes.data, bytes.length);
    }
    return shared;
}

static inline struct loom_shared *loom_shared_hold(struct loom_shared *shared)
{
    shared->holders++;
    return shared;
}

/** NULL is allowed. */
static inline void loom_shared_release(struct loom_shared *shared)
{
    if (shared != NULL && --shared->holders == 0) {
        free(shared);
    }
}

static inline struct loom_bytes loom_shared_bytes(const struct loom_shared *shared)
{
    return (struct loom_bytes){shared->data, shared->length};
}

#endif
