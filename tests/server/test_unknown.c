/* SPDX-License-Identifier: Apache-2.0 */
/* Registrations that go from one server to another: requests to locations that are not here wait
 * until the keeper has looked. */
#include "kept_bench.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

TestSuite(unknown, .init = kept_share, .fini = bench_tear_down);

#define LOCATION "abcdefghij"
#define TARGET   "/rd/" LOCATION

static const struct loom_dm_link links[] = {{.object = 3, .instance = 0}};

/* As another server had it. */
static enum loom_status take_over(const char *endpoint, const char *identity)
{
    struct loom_dm_kept_client kept = {.endpoint = text_of(endpoint),
                                       .location = text_of(LOCATION),
                                       .address = text_of("192.0.2.9:1"),
                                       .binding = text_of("U"),
                                       .lifetime = 300,
                                       .lwm2m = 0x0101,
                                       .objects = links,
                                       .object_count = 1,
                                       .registered_ago = 5000,
                                       .heard_ago = 2000};
    kept.identity.data = (const uint8_t *)identity;
    kept.identity.length = identity == NULL ? 0 : strlen(identity);
    return loom_management_server_take_over(bench.server, &kept);
}

static struct fake_reply deregister(const char *target)
{
    return fake_port_request(&bench.fake, &link_open, LOOM_DELETE, target, LOOM_FORMAT_ABSENT, "");
}

/* B-15: it is answered as if it had been here all the time. */
Test(unknown, an_update_of_a_device_of_another_server_is_answered_when_it_is_here)
{
    struct fake_reply reply = post(&link_open, TARGET "?lt=60", "");
    cr_assert(eq(u64, reply.held, 1));
    cr_assert(eq(str, keeper.log, "unknown " LOCATION " of anybody\n"));
    cr_assert(eq(int, take_over("elsewhere", NULL), LOOM_OK));
    cr_assert(eq(str, bench.log, "taken-over\n"));
    settle(true);
    cr_assert(eq(u64, bench.fake.settled, 1));
    cr_assert(bench.fake.settled_sends);
    cr_assert(eq(u8, bench.fake.revised, 0));
    cr_assert(eq(str, bench.log, "taken-over\nupdated\n"));
    cr_assert(eq(u32, client("elsewhere")->lifetime, 60));
    cr_assert(eq(str, (char *)client("elsewhere")->location, LOCATION));
    /* From now on it is one of its own. */
    cr_assert(eq(u64, post(&link_open, TARGET, "").held, 0));
}

/* B-18: nothing is left of it, and that is stored before it is said. */
Test(unknown, a_deregister_waits_until_it_is_stored)
{
    struct fake_reply reply = deregister(TARGET);
    cr_assert(eq(u64, reply.held, 1));
    (void)take_over("elsewhere", NULL);
    settle(true);
    cr_assert(eq(u32, bench.fake.settled_count, 0), "it is not stored yet");
    cr_assert_not_null(client("elsewhere"));
    settle(true);
    cr_assert(eq(u64, bench.fake.settled, 1), "the answer is that of the request");
    cr_assert(bench.fake.settled_sends);
    cr_assert(eq(u8, bench.fake.revised, 0));
    cr_assert_null(client("elsewhere"));
    cr_assert(eq(str, bench.log, "taken-over\nderegistered\n"));
}

Test(unknown, a_deregister_that_comes_twice_is_stored_once)
{
    (void)deregister(TARGET);
    (void)deregister(TARGET);
    (void)take_over("elsewhere", NULL);
    loom_management_server_settle(bench.server, 1, true);
    loom_management_server_settle(bench.server, 2, true);
    cr_assert(eq(u64, bench.fake.settled, 2));
    cr_assert(not(bench.fake.settled_sends), "the second one is sent again");
    loom_management_server_settle(bench.server, 3, true);
    cr_assert(eq(u64, bench.fake.settled, 1));
    cr_assert(bench.fake.settled_sends);
    cr_assert_null(client("elsewhere"));
}

/* B-15, B-18: as of every location that nobody knows. */
Test(unknown, what_nobody_has_is_not_found)
{
    (void)post(&link_open, TARGET, "");
    settle(true);
    cr_assert(bench.fake.settled_sends);
    cr_assert(eq(u8, bench.fake.revised, LOOM_NOT_FOUND));
    cr_assert(eq(str, bench.log, "refused unknown-location\n"));
    bench.fake.revised = 0;
    (void)deregister(TARGET);
    settle(true);
    cr_assert(eq(u8, bench.fake.revised, LOOM_NOT_FOUND));
}

/* H-4: a stranger neither gets it nor changes it. */
Test(unknown, a_device_is_known_by_its_identity)
{
    (void)post(&link_open, TARGET, "");
    (void)take_over("dev", link_dev.identity);
    settle(true);
    cr_assert(eq(u8, bench.fake.revised, LOOM_NOT_FOUND));
    cr_assert(eq(u8, at_location(&link_dev, LOOM_POST, TARGET, "", ""), LOOM_CHANGED));
}

/* Its account has gone while it was nobody's: it ends, also in the store, and cannot come again. */
Test(unknown, a_device_without_an_account_ends)
{
    (void)post(&link_open, TARGET, "");
    keeper.log[0] = '\0';
    cr_assert(eq(int, take_over("gone", "gone-id"), LOOM_NOT_FOUND));
    cr_assert(eq(str, bench.log, "removed\n"));
    cr_assert(eq(str, keeper.log, "expired gone\n"));
    cr_assert_null(client("gone"));
    settle(true);
    cr_assert(eq(u8, bench.fake.revised, LOOM_NOT_FOUND));
}

/* What is wrong in an Update is said as ever. */
Test(unknown, what_is_wrong_is_said_when_it_is_here)
{
    (void)post(&link_open, TARGET "?lt=never", "");
    (void)take_over("elsewhere", NULL);
    settle(true);
    cr_assert(eq(u8, bench.fake.revised, LOOM_BAD_REQUEST));
    cr_assert(eq(u32, client("elsewhere")->lifetime, 300));
}

/* RFC 7252 section 5.9.3.4: it is told when to come again, and nothing is said of what may be. */
Test(unknown, nothing_is_said_while_nobody_can_look)
{
    keeper.away = true;
    struct fake_reply reply = post(&link_open, TARGET, "");
    cr_assert(eq(u8, reply.code, LOOM_UNAVAILABLE));
    cr_assert(eq(u32, reply.max_age, 7));
    cr_assert(eq(u64, reply.held, 0));
    keeper.away = false;
    keeper.full = true;
    cr_assert(eq(u8, post(&link_open, TARGET, "").code, LOOM_UNAVAILABLE));
    keeper.full = false;
    (void)post(&link_open, TARGET, "");
    settle(false);
    cr_assert(not(bench.fake.settled_sends), "it is sent again");
    cr_assert(eq(str, bench.log, "refused no-store\nrefused no-store\n"));
}

/* Anybody can send what makes work for the database. */
Test(unknown, there_is_a_limit_to_what_is_looked_for)
{
    static const char *const never[] = {"/rd/short", "/rd/abcdefghijk", "/rd/ABCDEFGHIJ",
                                        "/rd/abcdefghi%", "/rd/abcdefghil"};
    char longest[LOOM_DM_UNKNOWN_BYTES];
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        struct fake_reply reply = post(&link_open, never[i], "");
        cr_assert(eq(u64, reply.held, 0), "%s", never[i]);
        cr_assert(eq(u8, reply.code, LOOM_NOT_FOUND), "%s", never[i]);
    }
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    cr_assert(eq(u64, post(&link_open, TARGET, longest).held, 0));
    for (unsigned i = 0; i < LOOM_DM_UNKNOWN_MAX; i++) {
        cr_assert(ne(u64, post(&link_open, TARGET, "").held, 0));
    }
    struct fake_reply reply = post(&link_open, TARGET, "");
    cr_assert(eq(u8, reply.code, LOOM_UNAVAILABLE));
    cr_assert(eq(u32, reply.max_age, 7));
    for (uint64_t i = 1; i <= LOOM_DM_UNKNOWN_MAX; i++) {
        loom_management_server_settle(bench.server, i, true);
    }
    cr_assert(ne(u64, post(&link_open, TARGET, "").held, 0), "there is room again");
}

/* What is registered here is nobody else's: a stranger learns nothing, and nobody is asked. */
Test(unknown, nobody_is_asked_of_what_is_here)
{
    struct fake_reply reply = kept_enter();
    cr_assert(eq(u8, at_location(&link_open, LOOM_POST, reply.location, "", ""), LOOM_NOT_FOUND));
    cr_assert(eq(str, keeper.log, ""));
}

Test(unknown, a_session_may_be_lost_meanwhile)
{
    (void)post(&link_open, TARGET, "");
    fake_port_lose(&bench.fake, &link_open);
    (void)take_over("elsewhere", NULL);
    settle(true);
    cr_assert_not_null(client("elsewhere"));
    cr_assert(eq(str, bench.log, "taken-over\n"));
    (void)post(&link_open, TARGET, "");
    /* The server may end while somebody waits. */
    (void)post(&link_open, "/rd/bcdefghijk", "");
}

/* ---- the other way --------------------------------------------------------------------------- */

/* Another server has it: it is gone, with what was under way, and the device hears nothing. */
Test(unknown, what_another_server_has_is_gone)
{
    struct fake_reply reply = kept_enter();
    struct loom_text location = text_of(reply.location + 4);
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
    step();
    size_t sent = bench.fake.sent_count;
    bench.log[0] = '\0';
    loom_management_server_moved(bench.server, text_of("dev"), text_of("bcdefghijk"));
    loom_management_server_moved(bench.server, text_of("other"), location);
    cr_assert_not_null(client("dev"), "it is another registration");
    loom_management_server_moved(bench.server, text_of("dev"), location);
    cr_assert_null(client("dev"));
    cr_assert(eq(str, bench.log, "moved\nanswered 0 closed\n"));
    cr_assert(eq(sz, bench.fake.sent_count, sent));
    cr_assert(eq(str, keeper.log, ""), "it is not the keeper's to remove it");
    /* Its next message is that of a stranger. */
    cr_assert(ne(u64, post(&link_dev, reply.location, "").held, 0));
}

/* What this server has of a device that was elsewhere since is older. */
Test(unknown, what_is_taken_over_replaces_what_is_here)
{
    struct fake_reply reply = kept_enter();
    cr_assert(eq(int, take_over("dev", link_dev.identity), LOOM_OK));
    cr_assert(eq(str, bench.log, "moved\ntaken-over\n"));
    cr_assert(eq(str, (char *)client("dev")->location, LOCATION));
    cr_assert(ne(str, reply.location + 4, LOCATION));
    cr_assert(eq(int, take_over("dev", link_dev.identity), LOOM_CONFLICT));
    cr_assert_null(loom_management_server_next(bench.server, client("dev")));
}
