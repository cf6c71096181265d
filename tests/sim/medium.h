/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Raw memory with a write cache, for the store of loom/record.h: what was not synced when the power
 * is cut may be there, may be torn, and may be there without what was written before it.
 */
#ifndef SIM_MEDIUM_H
#define SIM_MEDIUM_H

#include "loom/record.h"
#include "random.h"

#define MEDIUM_SLOT   4096u
#define MEDIUM_SECTOR 64u
#define MEDIUM_CACHE  32u

enum medium_action { MEDIUM_ERASE, MEDIUM_WRITE };

struct medium_pending {
    enum medium_action action;
    unsigned slot;
    size_t offset;
    size_t length;
    unsigned char bytes[MEDIUM_SLOT];
};

struct medium_slot {
    size_t length;
    unsigned char bytes[MEDIUM_SLOT];
};

struct sim_medium {
    struct medium_slot kept[LOOM_SLOT_COUNT]; /* outlives a power cut */
    struct medium_slot seen[LOOM_SLOT_COUNT]; /* what reads see */
    struct medium_pending cache[MEDIUM_CACHE];
    unsigned cached;
    bool full;     /* writes fail */
    bool forgets;  /* what is written is not what was given, now and then */
    bool failing;  /* everything but reading fails, now and then */
    bool dead;     /* the power is cut: nothing reaches the memory any more */
    int cut_after; /* operations until the power is cut; -1: none is planned */
    struct sim_random random;
    uint64_t operations;
};

void medium_init(struct sim_medium *medium, uint64_t seed);
struct loom_medium medium_port(struct sim_medium *medium);

/** The power is cut, or comes back after a cut: what the cache held is partly kept. */
void medium_cut(struct sim_medium *medium);

/** Ages a slot: some of its bits are no longer what was written. */
void medium_rot(struct sim_medium *medium, unsigned slot);

#endif
