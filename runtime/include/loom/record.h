/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * A store on raw memory: two slots for each record, written in turn, each with a head of format
 * version, slot number, generation, length and checksum. A slot that was cut off while it was
 * written, torn, or written out of order is found out, and the other slot, the record before, is
 * used.
 *
 * A save writes the slot that does not hold the newest whole record, and says LOOM_OK when that
 * slot is synced and has been read back. If it fails, it erases the slot again: the record before
 * stands. Only where sync and that erase fail, too, it may be either, whole. A save of what is
 * there already writes nothing.
 *
 * A device that loses power in its very first save has none, whole: it loads LOOM_NOT_FOUND or,
 * from something that was begun, LOOM_BAD_REQUEST, and the client starts as new with both.
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
     *  @param got fewer only at the end of what was written; 0 in a slot that was never written, or
     *             not since its erase. Memory that cannot know gives 0xFF for what was not written
     *  @return LOOM_BAD_REQUEST besides: what is there can never be read, and only an erase helps.
     *          The slot counts as damaged */
    enum loom_status (*read)(void *self, unsigned slot, size_t offset, void *data, size_t length,
                             size_t *got);
    /** Makes a slot ready to be written from its beginning; what it held is gone. */
    enum loom_status (*erase)(void *self, unsigned slot);
    /** Writes behind what was written since the erase: first the head, then the record, each in one
     *  call. */
    enum loom_status (*write)(void *self, unsigned slot, size_t offset, const void *data,
                              size_t length);
    /** Returns when all that was written to the slot, be it before a restart, or its erase, would
     *  outlive a power cut. */
    enum loom_status (*sync)(void *self, unsigned slot);
};

/** Fills `store` with functions that keep records on `medium`, which outlives it. A load or a save
 *  calls the medium only, and takes less than 600 bytes of stack. */
void loom_record_store(struct loom_store *store, const struct loom_medium *medium);

#ifdef __cplusplus
}
#endif

#endif
