/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * A store on raw memory: two slots for each record, written alternately, each with a head of format
 * version, slot number, generation, length and checksum. A slot that is truncated, torn or written
 * out of order is detected, and the other slot, the previous record, is used.
 *
 * A save writes the slot that does not contain the newest valid record, and returns LOOM_OK after
 * that slot is synced and has been read back. If it fails, it erases the slot again, so that the
 * previous record remains. Only if sync and that erase fail, too, either of the two may remain,
 * complete. A save of unchanged data writes nothing.
 *
 * A device that loses power in its first save has no valid record: it loads LOOM_NOT_FOUND or, from
 * an incomplete slot, LOOM_BAD_REQUEST, and the client starts with its initial state in both cases.
 *
 * The memory is a *medium*: flash sectors, EEPROM pages, or files (loom/port_file.h).
 */
#ifndef LOOM_RECORD_H
#define LOOM_RECORD_H

#include "loom/store.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Slots of a medium: two for each record, 2 * record and 2 * record + 1. */
#define LOOM_SLOT_COUNT (2u * LOOM_RECORD_COUNT)

/** Bytes of a slot before the record itself. */
#define LOOM_SLOT_HEAD_SIZE 20u

/** Raw memory. Functions return LOOM_OK, or LOOM_UNAVAILABLE if the medium cannot do it at the
 *  moment; none may block for longer than the memory takes. */
struct loom_medium {
    void *self;
    size_t slot_size; /**< bytes of each slot, head included; more than LOOM_SLOT_HEAD_SIZE */

    /** Reads at most `length` bytes, from within the slot.
     *  @param got out: fewer only at the end of the written data; 0 in a slot that was not written
     *             since its erase. Memory that does not know this returns 0xFF for unwritten bytes
     *  @return also LOOM_BAD_REQUEST: the content is unreadable until an erase. The slot is treated
     *          as damaged */
    enum loom_status (*read)(void *self, unsigned slot, size_t offset, void *data, size_t length,
                             size_t *got);
    /** Erases a slot, so that it can be written from its beginning. */
    enum loom_status (*erase)(void *self, unsigned slot);
    /** Appends data to a slot: after the erase first the head, then the record, each in one call.
     */
    enum loom_status (*write)(void *self, unsigned slot, size_t offset, const void *data,
                              size_t length);
    /** Returns when everything written to the slot, also before a restart, or its erase, would
     *  survive a power cut. */
    enum loom_status (*sync)(void *self, unsigned slot);
};

/** Fills `store` with functions that keep records on `medium`, which must outlive it. A load or a
 *  save calls only the medium, and uses less than 600 bytes of stack. */
void loom_record_store(struct loom_store *store, const struct loom_medium *medium);

#ifdef __cplusplus
}
#endif

#endif
