/* SPDX-License-Identifier: Apache-2.0 */
/** The bench of an LwM2M server with a keeper, which notes what it is asked. */
#ifndef LOOM_TEST_KEPT_BENCH_H
#define LOOM_TEST_KEPT_BENCH_H

#include "management/keeper.h"
#include "management_bench.h"

struct keeper {
    bool away;     /**< not ready */
    bool full;     /**< takes nothing, though it said that it would */
    uint64_t mark; /**< of the last thing that it took */
    unsigned changed;
    char log[512];
    uint8_t token; /**< first byte of the last one that it heard of */
};

extern struct keeper keeper;

void kept_begin(void);

/** The same with a keeper that is asked of what is unknown. */
void kept_share(void);

/** Settles what was taken last. */
void settle(bool stored);

/** Registers `dev`, and has it stored. Both logs are empty then. */
struct fake_reply kept_enter(void);

/** The same for an endpoint without security. */
struct fake_reply open_enter(const char *target);

/** Takes the next registration that has changed, which must be this one. @return what has */
unsigned next_changed(const char *endpoint);

#endif
