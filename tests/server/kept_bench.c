/* SPDX-License-Identifier: Apache-2.0 */
#include "kept_bench.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

struct keeper keeper;

static void note(const char *what, const struct loom_dm_client *about)
{
    size_t used = strlen(keeper.log);
    (void)snprintf(keeper.log + used, sizeof keeper.log - used, "%s %.*s\n", what,
                   (int)about->endpoint.length, about->endpoint.data);
}

static bool keeper_ready(void *self, uint32_t *retry)
{
    (void)self;
    *retry = 7;
    return !keeper.away;
}

static uint64_t keeper_registered(void *self, const struct loom_dm_client *about)
{
    (void)self;
    note("registered", about);
    return keeper.full ? 0 : ++keeper.mark;
}

static uint64_t keeper_leaves(void *self, const struct loom_dm_client *about)
{
    (void)self;
    note("leaves", about);
    return keeper.full ? 0 : ++keeper.mark;
}

static void keeper_expired(void *self, const struct loom_dm_client *about)
{
    (void)self;
    note("expired", about);
}

static void keeper_changed(void *self)
{
    (void)self;
    keeper.changed++;
}

static void keeper_observing(void *self, const struct loom_dm_client *about,
                             const struct loom_dm_kept_observation *observation)
{
    (void)self;
    note("observing", about);
    keeper.token = observation->token.data[0];
}

static void keeper_observed(void *self, const struct loom_dm_client *about, struct loom_bytes token)
{
    (void)self;
    note("observed", about);
    keeper.token = token.data[0];
}

static uint64_t keeper_unknown(void *self, struct loom_text location, const struct loom_peer *peer)
{
    size_t used = strlen(keeper.log);
    (void)self;
    (void)snprintf(keeper.log + used, sizeof keeper.log - used, "unknown %.*s of %s\n",
                   (int)location.length, location.data, peer->secure ? "somebody" : "anybody");
    return keeper.full ? 0 : ++keeper.mark;
}

static const struct loom_dm_keeper table = {.ready = keeper_ready,
                                            .registered = keeper_registered,
                                            .leaves = keeper_leaves,
                                            .expired = keeper_expired,
                                            .changed = keeper_changed,
                                            .observing = keeper_observing,
                                            .observed = keeper_observed};

/* One that has other servers around. */
static const struct loom_dm_keeper shared = {.ready = keeper_ready,
                                             .registered = keeper_registered,
                                             .leaves = keeper_leaves,
                                             .expired = keeper_expired,
                                             .changed = keeper_changed,
                                             .observing = keeper_observing,
                                             .observed = keeper_observed,
                                             .unknown = keeper_unknown};

void kept_begin(void)
{
    memset(&keeper, 0, sizeof keeper);
    bench_set_up();
    loom_management_server_keep(bench.server, &table);
}

void kept_share(void)
{
    kept_begin();
    loom_management_server_keep(bench.server, &shared);
}

void settle(bool stored)
{
    loom_management_server_settle(bench.server, keeper.mark, stored);
}

struct fake_reply kept_enter(void)
{
    struct fake_reply reply = enter();
    settle(true);
    bench.log[0] = keeper.log[0] = '\0';
    return reply;
}

struct fake_reply open_enter(const char *target)
{
    struct fake_reply reply = post(&link_open, target, LIST);
    cr_assert(eq(u8, reply.code, LOOM_CREATED));
    settle(true);
    bench.log[0] = keeper.log[0] = '\0';
    return reply;
}

unsigned next_changed(const char *endpoint)
{
    unsigned changes = 99;
    const struct loom_dm_client *changed =
        loom_management_server_next_changed(bench.server, &changes);
    cr_assert_eq(changed, endpoint == NULL ? NULL : client(endpoint));
    return changes;
}
