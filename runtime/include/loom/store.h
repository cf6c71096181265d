/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Where a client keeps what must outlive a restart: a few records. The store sees bytes only.
 *
 * loom/record.h has a store for raw memory (flash, files) that keeps these promises.
 */
#ifndef LOOM_STORE_H
#define LOOM_STORE_H

#include "loom/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** The records of a client. */
enum loom_record {
    LOOM_RECORD_ACCOUNTS, /**< accounts with their keys, and what a bootstrap brought with them */
    LOOM_RECORD_STATE,    /**< registrations and retries */
    LOOM_RECORD_FIRMWARE, /**< the Firmware Update, of products that have it */
    LOOM_RECORD_COUNT
};

struct loom_store {
    void *self;

    /** Replaces a record. All or nothing: on failure, power loss included, the record that was
     *  there before is still there. Records hold keys.
     *  @return LOOM_OK it is there for good; LOOM_TOO_LARGE; LOOM_UNAVAILABLE the medium failed */
    enum loom_status (*save)(void *self, enum loom_record record, const void *data, size_t length);

    /** Gives a record; where the newest is damaged, the one before it.
     *  @param previous out: a newer one was there, or was begun, and is damaged or cut off
     *  @return LOOM_OK; LOOM_NOT_FOUND none was saved yet; LOOM_BAD_REQUEST something is there, but
     *          nothing whole; LOOM_TOO_LARGE for `room`; LOOM_UNAVAILABLE the medium cannot be
     *          read at the moment. `data` holds nothing of use unless LOOM_OK */
    enum loom_status (*load)(void *self, enum loom_record record, void *data, size_t room,
                             size_t *length, bool *previous);
};

#ifdef __cplusplus
}
#endif

#endif
