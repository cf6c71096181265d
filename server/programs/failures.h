/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Failed logins by address: a few of each are written down, and the others are counted, so that
 * nobody fills the record by guessing. For the programs only.
 */
#ifndef LOOM_PROGRAM_FAILURES_H
#define LOOM_PROGRAM_FAILURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Addresses that are told apart at once; the last one stands for all others. */
#define LOOM_PROGRAM_FAILURES_ADDRESSES 64u

/** How many of an address are written down, in how many milliseconds. */
#define LOOM_PROGRAM_FAILURES_ROWS 3u
#define LOOM_PROGRAM_FAILURES_MS   10000u

/** Failures of one address. */
struct loom_program_failed {
    char address[64]; /**< empty: not used */
    uint64_t since;   /**< when its time began */
    unsigned rows;    /**< written down in it */
    uint64_t counted; /**< not written down in it */
};

/** All zero is empty. */
struct loom_program_failures {
    struct loom_program_failed all[LOOM_PROGRAM_FAILURES_ADDRESSES];
};

/** Notes a failure. @param may whether it may be written down for the sake of others
 *  @return whether it is to be written down; else it is counted */
bool loom_program_failures_note(struct loom_program_failures *failures, const char *address,
                                bool may, uint64_t now);

/** Takes the count of an address whose time is over. @param failed out
 *  @return false: there is none */
bool loom_program_failures_take(struct loom_program_failures *failures, uint64_t now,
                                struct loom_program_failed *failed);

/** @return when that is next to be asked; UINT64_MAX: never */
uint64_t loom_program_failures_deadline(const struct loom_program_failures *failures);

#endif
