/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Where a client keeps its accounts over a restart. One record; the store sees bytes only.
 */
#ifndef LOOM_STORE_H
#define LOOM_STORE_H

#include "loom/status.h"

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct loom_store {
    void *self;

    /** Replaces the record. All or nothing: on failure, power loss included, the record that was
     *  there before is still there. The record holds keys. */
    enum loom_status (*save)(void *self, const void *data, size_t length);

    /** Gives the record.
     *  @return LOOM_OK; LOOM_NOT_FOUND none was saved yet; LOOM_BAD_REQUEST it is damaged;
     *          LOOM_TOO_LARGE; LOOM_INTERNAL_ERROR it cannot be read */
    enum loom_status (*load)(void *self, void *data, size_t room, size_t *length);
};

#ifdef __cplusplus
}
#endif

#endif
