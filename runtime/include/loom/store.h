/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The persistent storage of a client: a few records, which the store treats as bytes.
 *
 * loom/record.h has a store for raw memory (flash, files) that meets these requirements.
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

    /** Replaces a record atomically: after a failure, including a power loss, the previous record
     *  is still stored. Records contain keys.
     *  @return LOOM_OK it is stored durably; LOOM_TOO_LARGE; LOOM_UNAVAILABLE the medium failed */
    enum loom_status (*save)(void *self, enum loom_record record, const void *data, size_t length);

    /** Returns a record; if the newest is damaged, the previous one.
     *  @param previous out: a newer one exists, but is damaged or truncated
     *  @return LOOM_OK; LOOM_NOT_FOUND none was saved yet; LOOM_BAD_REQUEST no stored record is
     *          valid; LOOM_TOO_LARGE for `room`; LOOM_UNAVAILABLE the medium cannot be
     *          read at the moment. `data` is only valid with LOOM_OK */
    enum loom_status (*load)(void *self, enum loom_record record, void *data, size_t room,
                             size_t *length, bool *previous);
};

#ifdef __cplusplus
}
#endif

#endif
