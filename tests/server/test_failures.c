/* SPDX-License-Identifier: Apache-2.0 */
/* Failed logins that are written down, and those that are counted. */
#include "programs/failures.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>

#define TIME ((uint64_t)LOOM_PROGRAM_FAILURES_MS)

static struct loom_program_failures failures;
static struct loom_program_failed failed;

static bool note(const char *address, uint64_t now)
{
    return loom_program_failures_note(&failures, address, true, now);
}

Test(failures, of_an_address_are_counted_after_a_few)
{
    for (unsigned i = 0; i < LOOM_PROGRAM_FAILURES_ROWS; i++) {
        cr_assert(note("192.0.2.1", 5));
    }
    cr_assert(eq(u64, loom_program_failures_deadline(&failures), UINT64_MAX), "nothing is counted");
    cr_assert(not(note("192.0.2.1", 6)));
    cr_assert(not(note("192.0.2.1", 5 + TIME)), "its count was not told yet");
    cr_assert(note("192.0.2.2", 6), "another one has its own");
    cr_assert(eq(u64, loom_program_failures_deadline(&failures), 5 + TIME));
    cr_assert(not(loom_program_failures_take(&failures, 4 + TIME, &failed)));
    cr_assert(loom_program_failures_take(&failures, 5 + TIME, &failed));
    cr_assert(eq(str, failed.address, "192.0.2.1"));
    cr_assert(eq(u64, failed.counted, 2));
    cr_assert(not(loom_program_failures_take(&failures, 5 + TIME, &failed)));
    cr_assert(note("192.0.2.1", 6 + TIME), "it begins anew");
}

Test(failures, that_are_too_many_together_are_counted)
{
    cr_assert(not(loom_program_failures_note(&failures, "192.0.2.1", false, 0)));
    cr_assert(loom_program_failures_take(&failures, TIME, &failed));
    cr_assert(eq(u64, failed.counted, 1));
}

/* Whoever has many addresses has no more rows for them. */
Test(failures, of_more_addresses_than_there_is_room_for_share_one)
{
    size_t rows = 0;
    for (unsigned i = 0; i < 1000; i++) {
        char address[64];
        (void)snprintf(address, sizeof address, "2001:db8::%x", i);
        rows += note(address, 1) ? 1 : 0;
    }
    cr_assert(eq(sz, rows, LOOM_PROGRAM_FAILURES_ADDRESSES - 1 + LOOM_PROGRAM_FAILURES_ROWS));
    cr_assert(loom_program_failures_take(&failures, 1 + TIME, &failed));
    cr_assert(eq(str, failed.address, "others"));
    cr_assert(eq(u64, failed.counted, 1000 - rows));
    cr_assert(note("2001:db8::ffff", 1 + TIME), "those of before make room");
    cr_assert(eq(str, failures.all[0].address, "2001:db8::ffff"));
}
