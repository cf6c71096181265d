/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A slot is a head of 20 bytes, numbers with the highest byte first, and the record:
 *
 *   0  "LOOM"
 *   4  version of this format, 2 bytes
 *   6  number of the slot, 2 bytes: a slot that was copied to another place is not taken
 *   8  generation: one more than that of the record before
 *   12 length of the record
 *   16 CRC-32 (IEEE 802.3) of the head before it and of the record
 */
#include "loom/record.h"

#include "codec/number.h"

#include <string.h>

#define FORMAT_VERSION 1u
#define CHUNK          64u   /* stack that a look at a record takes */
#define ERASED         0xFFu /* what flash reads as where nothing was written */
#define FIRST          1u    /* generation of a record that follows no other */

enum { AT_VERSION = 4, AT_SLOT = 6, AT_GENERATION = 8, AT_LENGTH = 12, AT_CHECKSUM = 16 };

static const uint8_t magic[4] = {'L', 'O', 'O', 'M'};

/* What a slot holds. */
enum content {
    UNUSED,  /* nothing was written since it was made ready, if ever */
    DAMAGED, /* something that was not saved like this, or not to its end */
    WHOLE
};

struct slot {
    unsigned number;
    enum content content;
    bool head_is_plausible; /* generation, length and checksum may be told */
    uint32_t generation;
    uint32_t length;
    uint32_t checksum;
};

/* ---- checksum -------------------------------------------------------------------------------- */

/* Bit by bit: a table would be larger than all of this, and records are small and seldom. */
static uint32_t crc32_more(uint32_t crc, const uint8_t *data, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1u)));
        }
    }
    return crc;
}

/* Generations wrap around, so the one that is less than half of all numbers ahead is the newer. */
static bool is_newer(uint32_t generation, uint32_t than)
{
    uint32_t ahead = generation - than;
    return ahead != 0 && ahead < 0x80000000u;
}

/* ---- a look at the slots --------------------------------------------------------------------- */

static bool is_erased(const uint8_t *head)
{
    for (size_t i = 0; i < LOOM_SLOT_HEAD_SIZE; i++) {
        if (head[i] != ERASED) {
            return false;
        }
    }
    return true;
}

static bool read_head(const struct loom_medium *medium, const uint8_t *head, struct slot *slot)
{
    slot->generation = (uint32_t)loom_big_endian(head + AT_GENERATION, 4);
    slot->length = (uint32_t)loom_big_endian(head + AT_LENGTH, 4);
    slot->checksum = (uint32_t)loom_big_endian(head + AT_CHECKSUM, 4);
    return memcmp(head, magic, sizeof magic) == 0 &&
           loom_big_endian(head + AT_VERSION, 2) == FORMAT_VERSION &&
           loom_big_endian(head + AT_SLOT, 2) == slot->number &&
           slot->length <= medium->slot_size - LOOM_SLOT_HEAD_SIZE;
}

/* Reads the record of a slot in small pieces, on from the checksum of its head.
 * @return LOOM_BAD_REQUEST it is shorter than stated, or the checksum is another */
static enum loom_status check_body(const struct loom_medium *medium, const struct slot *slot,
                                   uint32_t crc)
{
    uint8_t chunk[CHUNK];
    for (size_t done = 0; done < slot->length;) {
        size_t left = slot->length - done;
        size_t want = left < sizeof chunk ? left : sizeof chunk;
        size_t got = 0;
        enum loom_status status =
            medium->read(medium->self, slot->number, LOOM_SLOT_HEAD_SIZE + done, chunk, want, &got);
        if (status != LOOM_OK || got != want) {
            return status != LOOM_OK ? status : LOOM_BAD_REQUEST;
        }
        crc = crc32_more(crc, chunk, got);
        done += got;
    }
    return ~crc == slot->checksum ? LOOM_OK : LOOM_BAD_REQUEST;
}

/* @return LOOM_BAD_REQUEST as LOOM_OK: the slot is damaged; anything else: the medium failed */
static enum loom_status examine(const struct loom_medium *medium, struct slot *slot)
{
    uint8_t head[LOOM_SLOT_HEAD_SIZE];
    size_t got = 0;
    enum loom_status status = medium->read(medium->self, slot->number, 0, head, sizeof head, &got);
    slot->content = DAMAGED;
    if (status != LOOM_OK) {
        return status;
    }
    if (got == 0 || (got == sizeof head && is_erased(head))) {
        slot->content = UNUSED;
        return LOOM_OK;
    }
    slot->head_is_plausible = got == sizeof head && read_head(medium, head, slot);
    if (slot->head_is_plausible) {
        status = check_body(medium, slot, crc32_more(UINT32_MAX, head, AT_CHECKSUM));
        slot->content = status == LOOM_OK ? WHOLE : DAMAGED;
    }
    return status;
}

static enum loom_status look(const struct loom_medium *medium, unsigned number, struct slot *slot)
{
    memset(slot, 0, sizeof *slot);
    slot->number = number;
    enum loom_status status = examine(medium, slot);
    return status == LOOM_OK || status == LOOM_BAD_REQUEST ? LOOM_OK : LOOM_UNAVAILABLE;
}

/* @param newest out: index of the newest whole record, -1: none */
static enum loom_status look_at_both(const struct loom_medium *medium, enum loom_record record,
                                     struct slot slots[2], int *newest)
{
    *newest = -1;
    for (int i = 0; i < 2; i++) {
        if (look(medium, 2 * (unsigned)record + (unsigned)i, &slots[i]) != LOOM_OK) {
            return LOOM_UNAVAILABLE;
        }
        if (slots[i].content == WHOLE &&
            (*newest < 0 || is_newer(slots[i].generation, slots[*newest].generation))) {
            *newest = i;
        }
    }
    return LOOM_OK;
}

/* ---- save ------------------------------------------------------------------------------------ */

static bool is_same(const struct loom_medium *medium, const struct slot *slot, const uint8_t *data,
                    size_t length)
{
    uint8_t chunk[CHUNK];
    bool same = slot->length == length;
    for (size_t done = 0; same && done < length;) {
        size_t want = length - done < sizeof chunk ? length - done : sizeof chunk;
        size_t got = 0;
        same = medium->read(medium->self, slot->number, LOOM_SLOT_HEAD_SIZE + done, chunk, want,
                            &got) == LOOM_OK &&
               got == want && memcmp(chunk, data + done, want) == 0;
        done += want;
    }
    return same;
}

/* Writes a record into a slot, and reads it back: flash wears out, and a record that is not there
 * must not be called saved. */
static enum loom_status write_slot(const struct loom_medium *medium, const struct slot *slot,
                                   const uint8_t *data)
{
    uint8_t head[LOOM_SLOT_HEAD_SIZE];
    struct slot written;
    memcpy(head, magic, sizeof magic);
    loom_big_endian_put(head + AT_VERSION, FORMAT_VERSION, 2);
    loom_big_endian_put(head + AT_SLOT, slot->number, 2);
    loom_big_endian_put(head + AT_GENERATION, slot->generation, 4);
    loom_big_endian_put(head + AT_LENGTH, slot->length, 4);
    uint32_t crc = crc32_more(UINT32_MAX, head, AT_CHECKSUM);
    uint32_t checksum = ~crc32_more(crc, data, slot->length);
    loom_big_endian_put(head + AT_CHECKSUM, checksum, 4);
    if (medium->erase(medium->self, slot->number) != LOOM_OK ||
        medium->write(medium->self, slot->number, 0, head, sizeof head) != LOOM_OK ||
        (slot->length > 0 &&
         medium->write(medium->self, slot->number, sizeof head, data, slot->length) != LOOM_OK) ||
        medium->sync(medium->self, slot->number) != LOOM_OK ||
        look(medium, slot->number, &written) != LOOM_OK) {
        return LOOM_UNAVAILABLE;
    }
    return written.content == WHOLE && written.generation == slot->generation &&
                   written.checksum == checksum
               ? LOOM_OK
               : LOOM_UNAVAILABLE;
}

/* Makes a slot unused, where that is of use but nothing is lost if it fails. */
static void discard(const struct loom_medium *medium, unsigned slot)
{
    if (medium->erase(medium->self, slot) == LOOM_OK) {
        (void)medium->sync(medium->self, slot);
    }
}

static enum loom_status save(void *self, enum loom_record record, const void *data, size_t length)
{
    const struct loom_medium *medium = self;
    struct slot slots[2];
    int newest;
    if (length > medium->slot_size - LOOM_SLOT_HEAD_SIZE || length > UINT32_MAX) {
        return LOOM_TOO_LARGE;
    }
    if (look_at_both(medium, record, slots, &newest) != LOOM_OK) {
        return LOOM_UNAVAILABLE;
    }
    /* It may come from a save that was cut off before its sync, by a crash that lost nothing. It is
     * about to be the only one, so it must be there for good first. */
    if (newest >= 0 && medium->sync(medium->self, slots[newest].number) != LOOM_OK) {
        return LOOM_UNAVAILABLE;
    }
    if (newest >= 0 && is_same(medium, &slots[newest], data, length)) {
        return LOOM_OK; /* flash wears out */
    }
    struct slot *target = &slots[newest == 0 ? 1 : 0];
    struct slot *other = &slots[newest == 0 ? 0 : 1];
    target->generation = newest >= 0 ? slots[newest].generation + 1u : FIRST;
    target->length = (uint32_t)length;
    if (write_slot(medium, target, data) != LOOM_OK) {
        discard(medium, target->number); /* what failed must not come up as saved */
        return LOOM_UNAVAILABLE;
    }
    if (other->content == DAMAGED) {
        discard(medium, other->number); /* or it would be told of at every load */
    }
    return LOOM_OK;
}

/* ---- load ------------------------------------------------------------------------------------ */

/* Whether the slot beside the newest record may have held a newer one. */
static bool was_newer(const struct slot *other, const struct slot *newest)
{
    switch (other->content) {
    case UNUSED: /* but every record after the first was written beside another */
        return newest->generation != FIRST;
    case DAMAGED: /* and the one before the newest is one generation behind */
        return !other->head_is_plausible || other->generation != newest->generation - 1u;
    case WHOLE:
        break;
    }
    return false;
}

static enum loom_status load(void *self, enum loom_record record, void *data, size_t room,
                             size_t *length, bool *previous)
{
    const struct loom_medium *medium = self;
    struct slot slots[2];
    size_t got = 0;
    int newest;
    *length = 0;
    *previous = false;
    if (look_at_both(medium, record, slots, &newest) != LOOM_OK) {
        return LOOM_UNAVAILABLE;
    }
    if (newest < 0) {
        bool unused = slots[0].content == UNUSED && slots[1].content == UNUSED;
        return unused ? LOOM_NOT_FOUND : LOOM_BAD_REQUEST;
    }
    const struct slot *slot = &slots[newest];
    if (slot->length > room) {
        return LOOM_TOO_LARGE;
    }
    if (slot->length > 0 && (medium->read(medium->self, slot->number, LOOM_SLOT_HEAD_SIZE, data,
                                          slot->length, &got) != LOOM_OK ||
                             got != slot->length)) {
        return LOOM_UNAVAILABLE;
    }
    *length = slot->length;
    *previous = was_newer(&slots[1 - newest], slot);
    return LOOM_OK;
}

void loom_record_store(struct loom_store *store, const struct loom_medium *medium)
{
    store->self = (void *)(uintptr_t)medium; /* it is not written to */
    store->save = save;
    store->load = load;
}
