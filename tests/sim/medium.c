/* SPDX-License-Identifier: Apache-2.0 */
#include "medium.h"

#include <string.h>

static void apply_erase(struct medium_slot *slot)
{
    slot->length = 0;
    memset(slot->bytes, 0xFF, sizeof slot->bytes);
}

static void apply_write(struct medium_slot *slot, size_t offset, const unsigned char *bytes,
                        size_t length)
{
    memcpy(slot->bytes + offset, bytes, length);
    slot->length = offset + length > slot->length ? offset + length : slot->length;
}

static void apply(struct medium_slot *slots, const struct medium_pending *pending)
{
    if (pending->action == MEDIUM_ERASE) {
        apply_erase(&slots[pending->slot]);
    } else {
        apply_write(&slots[pending->slot], pending->offset, pending->bytes, pending->length);
    }
}

/* A write that was in the cache: each of its sectors came through or did not. */
static void tear(struct sim_medium *medium, const struct medium_pending *pending)
{
    for (size_t at = 0; at < pending->length; at += MEDIUM_SECTOR) {
        size_t length = pending->length - at;
        length = length < MEDIUM_SECTOR ? length : MEDIUM_SECTOR;
        if (sim_random_chance(&medium->random, 70)) {
            apply_write(&medium->kept[pending->slot], pending->offset + at, pending->bytes + at,
                        length);
        }
    }
}

void medium_cut(struct sim_medium *medium)
{
    for (unsigned i = 0; i < medium->cached; i++) {
        const struct medium_pending *pending = &medium->cache[i];
        switch (sim_random_below(&medium->random, 3)) {
        case 0:
            break; /* never came out of the cache, whatever did after it */
        case 1:
            apply(medium->kept, pending);
            break;
        default:
            if (pending->action == MEDIUM_WRITE) {
                tear(medium, pending);
            }
            break;
        }
    }
    medium->cached = 0;
    medium->cut_after = -1;
    medium->dead = false;
    memcpy(medium->seen, medium->kept, sizeof medium->seen);
}

void medium_rot(struct sim_medium *medium, unsigned slot)
{
    struct medium_slot *kept = &medium->kept[slot];
    if (kept->length > 0) {
        kept->bytes[sim_random_below(&medium->random, kept->length)] ^= 0x10;
        medium->seen[slot] = *kept;
    }
}

/* Counts an operation. @return false: it does not happen */
static bool works(struct sim_medium *medium)
{
    medium->operations++;
    if (medium->dead) {
        return false;
    }
    if (medium->cut_after == 0) {
        medium->dead = true;
        return false;
    }
    if (medium->cut_after > 0) {
        medium->cut_after--;
    }
    return !medium->failing || !sim_random_chance(&medium->random, 30);
}

static void settle_slot(struct sim_medium *medium, unsigned slot)
{
    unsigned left = 0;
    for (unsigned i = 0; i < medium->cached; i++) {
        if (medium->cache[i].slot == slot) {
            apply(medium->kept, &medium->cache[i]);
        } else if (left != i) {
            medium->cache[left++] = medium->cache[i];
        } else {
            left++;
        }
    }
    medium->cached = left;
}

static struct medium_pending *remember(struct sim_medium *medium, enum medium_action action,
                                       unsigned slot)
{
    if (medium->cached == MEDIUM_CACHE) {
        settle_slot(medium, medium->cache[0].slot);
    }
    struct medium_pending *pending = &medium->cache[medium->cached++];
    pending->action = action;
    pending->slot = slot;
    pending->offset = 0;
    pending->length = 0;
    return pending;
}

static enum loom_status on_read(void *self, unsigned slot, size_t offset, void *data, size_t length,
                                size_t *got)
{
    const struct sim_medium *medium = self;
    const struct medium_slot *seen = &medium->seen[slot];
    *got = 0;
    if (medium->dead || offset > seen->length) {
        return medium->dead ? LOOM_UNAVAILABLE : LOOM_OK;
    }
    *got = seen->length - offset < length ? seen->length - offset : length;
    memcpy(data, seen->bytes + offset, *got);
    return LOOM_OK;
}

static enum loom_status on_erase(void *self, unsigned slot)
{
    struct sim_medium *medium = self;
    if (!works(medium)) {
        return LOOM_UNAVAILABLE;
    }
    remember(medium, MEDIUM_ERASE, slot);
    apply_erase(&medium->seen[slot]);
    return LOOM_OK;
}

static enum loom_status on_write(void *self, unsigned slot, size_t offset, const void *data,
                                 size_t length)
{
    struct sim_medium *medium = self;
    if (!works(medium) || medium->full || offset + length > MEDIUM_SLOT) {
        return LOOM_UNAVAILABLE;
    }
    struct medium_pending *pending = remember(medium, MEDIUM_WRITE, slot);
    pending->offset = offset;
    pending->length = length;
    memcpy(pending->bytes, data, length);
    if (medium->forgets && length > 0 && sim_random_chance(&medium->random, 30)) {
        pending->bytes[sim_random_below(&medium->random, length)] ^= 0x04;
    }
    apply_write(&medium->seen[slot], offset, pending->bytes, length);
    return LOOM_OK;
}

static enum loom_status on_sync(void *self, unsigned slot)
{
    struct sim_medium *medium = self;
    if (!works(medium)) {
        return LOOM_UNAVAILABLE;
    }
    settle_slot(medium, slot);
    return LOOM_OK;
}

void medium_init(struct sim_medium *medium, uint64_t seed)
{
    memset(medium->kept, 0, sizeof medium->kept);
    memset(medium->seen, 0, sizeof medium->seen);
    medium->cached = 0;
    medium->full = false;
    medium->failing = false;
    medium->forgets = false;
    medium->dead = false;
    medium->cut_after = -1;
    medium->operations = 0;
    medium->random = sim_random_stream(seed, 2);
}

struct loom_medium medium_port(struct sim_medium *medium)
{
    struct loom_medium port = {medium, MEDIUM_SLOT, on_read, on_erase, on_write, on_sync};
    return port;
}
