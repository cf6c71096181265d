/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/failures.h"

#include <stdio.h>
#include <string.h>

static bool is_over(const struct loom_program_failed *failed, uint64_t now)
{
    return now - failed->since >= LOOM_PROGRAM_FAILURES_MS;
}

/* That of the address, else one of which nothing is to be told any more, else the last one. */
static struct loom_program_failed *find(struct loom_program_failures *failures, const char *address,
                                        uint64_t now)
{
    struct loom_program_failed *last = &failures->all[LOOM_PROGRAM_FAILURES_ADDRESSES - 1];
    struct loom_program_failed *room = NULL;
    for (struct loom_program_failed *at = failures->all; at != last; at++) {
        if (strcmp(at->address, address) == 0) {
            return at;
        }
        if (room == NULL && (at->address[0] == '\0' || (at->counted == 0 && is_over(at, now)))) {
            room = at;
        }
    }
    struct loom_program_failed *found = room == NULL ? last : room;
    if (room != NULL || last->address[0] == '\0') {
        *found = (struct loom_program_failed){.since = now};
        (void)snprintf(found->address, sizeof found->address, "%s",
                       found == last ? "others" : address);
    }
    return found;
}

bool loom_program_failures_note(struct loom_program_failures *failures, const char *address,
                                bool may, uint64_t now)
{
    struct loom_program_failed *failed = find(failures, address, now);
    if (failed->counted == 0 && is_over(failed, now)) {
        failed->since = now;
        failed->rows = 0;
    }
    if (may && failed->rows < LOOM_PROGRAM_FAILURES_ROWS) {
        failed->rows++;
        return true;
    }
    failed->counted++;
    return false;
}

bool loom_program_failures_take(struct loom_program_failures *failures, uint64_t now,
                                struct loom_program_failed *failed)
{
    for (size_t i = 0; i < LOOM_PROGRAM_FAILURES_ADDRESSES; i++) {
        struct loom_program_failed *at = &failures->all[i];
        if (at->counted > 0 && is_over(at, now)) {
            *failed = *at;
            at->since = now;
            at->rows = 0;
            at->counted = 0;
            return true;
        }
    }
    return false;
}

uint64_t loom_program_failures_deadline(const struct loom_program_failures *failures)
{
    uint64_t deadline = UINT64_MAX;
    for (size_t i = 0; i < LOOM_PROGRAM_FAILURES_ADDRESSES; i++) {
        const struct loom_program_failed *at = &failures->all[i];
        uint64_t end = at->since + LOOM_PROGRAM_FAILURES_MS;
        deadline = at->counted > 0 && end < deadline ? end : deadline;
    }
    return deadline;
}
