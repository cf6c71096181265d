/* SPDX-License-Identifier: Apache-2.0 */
/* A server whose registrations outlive it: what it says when, and to whom. */
#include "kept_bench.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

TestSuite(kept, .init = kept_begin, .fini = bench_tear_down);

/* ---- Register -------------------------------------------------------------------------------- */

/* B-1, B-9: what is acknowledged is stored, and nobody sees a registration before. */
Test(kept, a_register_is_answered_when_it_is_stored)
{
    struct fake_reply reply = enter();
    cr_assert(eq(u64, reply.held, 1));
    cr_assert_null(client("dev"));
    cr_assert(eq(str, bench.log, ""));
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_NOT_FOUND));
    cr_assert(link_dev.kept, "it must not make room for others meanwhile");
    settle(true);
    cr_assert(eq(u64, bench.fake.settled, 1));
    cr_assert(bench.fake.settled_sends);
    cr_assert(eq(str, (char *)client("dev")->location, reply.location + 4));
    cr_assert(eq(str, bench.log, "registered\n"));
    cr_assert(eq(str, keeper.log, "registered dev\n"));
}

Test(kept, a_register_that_cannot_be_stored_was_never_there)
{
    struct fake_reply reply = enter();
    settle(false);
    cr_assert(eq(u64, bench.fake.settled, 1));
    cr_assert(not(bench.fake.settled_sends));
    cr_assert_null(client("dev"));
    cr_assert(eq(str, bench.log, ""));
    cr_assert(not(link_dev.kept));
    cr_assert(eq(u8, at_location(&link_dev, LOOM_POST, reply.location, "", ""), LOOM_NOT_FOUND));
    /* The device sends it again. */
    reply = enter();
    settle(true);
    cr_assert(eq(str, (char *)client("dev")->location, reply.location + 4));
}

/* B-16; ThingsBoard 13406 and 9975: a device that registers again while it is registered. The old
 * registration holds until the new one is stored, and both are never there. */
Test(kept, a_registration_is_replaced_at_once_or_not_at_all)
{
    struct fake_reply old = kept_enter();
    struct fake_reply reply = post(&link_dev_again, "/rd?ep=dev&lt=60&lwm2m=1.1", LIST);
    cr_assert(eq(u32, client("dev")->lifetime, 300));
    settle(false);
    cr_assert(eq(u8, at_location(&link_dev, LOOM_POST, old.location, "", ""), LOOM_CHANGED));
    cr_assert(eq(u32, client("dev")->lifetime, 300));
    cr_assert(link_dev.kept);
    bench.log[0] = '\0';
    reply = post(&link_dev_again, "/rd?ep=dev&lt=60&lwm2m=1.1", LIST);
    settle(true);
    cr_assert(eq(str, bench.log, "registered again\n"));
    cr_assert(eq(u32, client("dev")->lifetime, 60));
    cr_assert_null(loom_management_server_next(bench.server, client("dev")));
    cr_assert(eq(u8, at_location(&link_dev, LOOM_POST, old.location, "", ""), LOOM_NOT_FOUND));
    cr_assert(
        eq(u8, at_location(&link_dev_again, LOOM_POST, reply.location, "", ""), LOOM_CHANGED));
    cr_assert(not(link_dev.kept));
    cr_assert(link_dev_again.kept);
}

/* The one that came last counts, as it was stored last. */
Test(kept, two_registers_that_are_stored_together_follow_each_other)
{
    (void)enter();
    (void)post(&link_dev_again, "/rd?ep=dev&lt=60&lwm2m=1.1", LIST);
    loom_management_server_settle(bench.server, 1, true);
    cr_assert(eq(u32, client("dev")->lifetime, 300));
    loom_management_server_settle(bench.server, 2, true);
    cr_assert(eq(u32, client("dev")->lifetime, 60));
    cr_assert_null(loom_management_server_next(bench.server, client("dev")));
    cr_assert(eq(str, bench.log, "registered\nregistered again\n"));
}

/* RFC 7252 section 5.9.3.4: nothing has changed, and the device is told when to come again. */
Test(kept, a_register_that_could_not_be_stored_is_put_off)
{
    (void)kept_enter();
    keeper.away = true;
    struct fake_reply reply = post(&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1", LIST);
    cr_assert(eq(u8, reply.code, LOOM_UNAVAILABLE));
    cr_assert(eq(u32, reply.max_age, 7));
    cr_assert(eq(u64, reply.held, 0));
    cr_assert(eq(str, reply.location, ""));
    cr_assert(eq(str, bench.log, "refused no-store\n"));
    cr_assert(eq(str, keeper.log, ""));
    cr_assert(eq(u32, client("dev")->lifetime, 300));
    /* What is wrong in itself is said as ever. */
    cr_assert(
        eq(u8, post(&link_dev, "/rd?ep=dev&lt=60&lwm2m=9", LIST).code, LOOM_PRECONDITION_FAILED));
}

Test(kept, a_keeper_that_is_full_after_all_changes_nothing)
{
    struct fake_reply reply;
    keeper.full = true;
    reply = post(&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1", LIST);
    cr_assert(eq(u8, reply.code, LOOM_UNAVAILABLE));
    cr_assert(eq(u32, reply.max_age, 7));
    cr_assert_null(client("dev"));
    cr_assert(not(link_dev.kept));
    keeper.full = false;
    reply = kept_enter();
    keeper.full = true;
    cr_assert(
        eq(u8, at_location(&link_dev, LOOM_DELETE, reply.location, "", ""), LOOM_UNAVAILABLE));
    cr_assert_not_null(client("dev"));
}

/* It is registered all the same, and heard in its next session. */
Test(kept, a_session_may_be_lost_while_it_is_stored)
{
    struct fake_reply reply = enter();
    fake_port_lose(&bench.fake, &link_dev);
    settle(true);
    cr_assert(eq(sz, client("dev")->address.length, 0));
    cr_assert(
        eq(u8, at_location(&link_dev_again, LOOM_POST, reply.location, "", ""), LOOM_CHANGED));
    cr_assert(eq(sz, client("dev")->address.length, strlen(link_dev_again.address)));
}

/* What a server leaves behind that ends in the middle of it is freed (by the test's sanitizers). */
Test(kept, a_server_may_end_while_something_is_stored)
{
    struct fake_reply reply = kept_enter();
    (void)at_location(&link_dev, LOOM_DELETE, reply.location, "", "");
    (void)post(&link_open, "/rd?ep=other&lt=60&lwm2m=1.1", LIST);
}

/* ---- De-register ----------------------------------------------------------------------------- */

/* B-18 */
Test(kept, a_deregister_is_answered_when_it_is_stored)
{
    struct fake_reply reply = kept_enter();
    cr_assert(eq(u8, at_location(&link_dev, LOOM_DELETE, reply.location, "", ""), LOOM_DELETED));
    cr_assert_not_null(client("dev"));
    settle(false);
    cr_assert_not_null(client("dev"));
    cr_assert(eq(str, bench.log, ""));
    /* It is sent again, twice. */
    (void)at_location(&link_dev, LOOM_DELETE, reply.location, "", "");
    (void)at_location(&link_dev, LOOM_DELETE, reply.location, "", "");
    cr_assert(eq(str, keeper.log, "leaves dev\nleaves dev\n"), "it is stored once");
    settle(true);
    cr_assert_null(client("dev"));
    cr_assert(eq(str, bench.log, "deregistered\n"));
    cr_assert(not(link_dev.kept));
}

Test(kept, a_deregister_that_could_not_be_stored_is_put_off)
{
    struct fake_reply reply = kept_enter();
    keeper.away = true;
    cr_assert(
        eq(u8, at_location(&link_dev, LOOM_DELETE, reply.location, "", ""), LOOM_UNAVAILABLE));
    cr_assert(eq(str, bench.log, "refused no-store\n"));
    cr_assert_not_null(client("dev"));
}

/* It expires, or registers anew, while the De-register is stored. */
Test(kept, what_ends_in_another_way_ends_once)
{
    struct fake_reply reply = kept_enter();
    (void)at_location(&link_dev, LOOM_DELETE, reply.location, "", "");
    bench.fake.now += 300001;
    step();
    cr_assert(eq(str, bench.log, "expired\n"));
    settle(true);
    cr_assert(eq(str, bench.log, "expired\n"));
    reply = kept_enter();
    (void)at_location(&link_dev, LOOM_DELETE, reply.location, "", "");
    uint64_t leaves = keeper.mark;
    (void)enter();
    loom_management_server_settle(bench.server, leaves, true);
    cr_assert_null(client("dev"));
    loom_management_server_settle(bench.server, keeper.mark, true);
    cr_assert_not_null(client("dev"));
}

/* ---- removed --------------------------------------------------------------------------------- */

/* H-4: who has no account any more is not registered any more, and has to show who it is anew. */
Test(kept, a_registration_that_is_removed_ends_with_its_session)
{
    (void)kept_enter();
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
    step();
    cr_assert(eq(int, loom_management_server_remove(bench.server, text_of("dev")), LOOM_OK));
    cr_expect(eq(str, bench.log, "sent\nremoved\nanswered 0 closed\n"));
    cr_expect(eq(str, keeper.log, "expired dev\n"));
    cr_expect_null(client("dev"));
    cr_expect(link_dev.closed);
    cr_assert(eq(int, loom_management_server_remove(bench.server, text_of("dev")), LOOM_NOT_FOUND));
}

/* Others without security may be behind the same address. */
Test(kept, a_session_without_security_is_left_alone)
{
    (void)open_enter("/rd?ep=open&lt=60&lwm2m=1.1");
    cr_assert(eq(int, loom_management_server_remove(bench.server, text_of("open")), LOOM_OK));
    cr_expect_null(client("open"));
    cr_expect(not(link_open.closed));
}

Test(kept, a_register_that_is_removed_while_it_is_stored_ends_then)
{
    (void)enter();
    cr_assert(eq(int, loom_management_server_remove(bench.server, text_of("dev")), LOOM_NOT_FOUND));
    settle(true);
    cr_expect_null(client("dev"));
    cr_expect(eq(str, bench.log, "registered\nremoved\n"));
    cr_expect(eq(str, keeper.log, "registered dev\nexpired dev\n"));
    cr_expect(link_dev.closed);
}

/* ---- Update ---------------------------------------------------------------------------------- */

/* B-15: answered at once, also when nothing can be stored; all since the last time goes together.
 */
Test(kept, an_update_is_stored_later)
{
    struct fake_reply reply = kept_enter();
    keeper.away = true;
    cr_assert(eq(u8, at_location(&link_dev, LOOM_POST, reply.location, "", ""), LOOM_CHANGED));
    cr_assert(
        eq(u8, at_location(&link_dev, LOOM_POST, reply.location, "?lt=60", ""), LOOM_CHANGED));
    cr_assert(
        eq(u8, at_location(&link_dev, LOOM_POST, reply.location, "", LIST ",</5>"), LOOM_CHANGED));
    cr_assert(eq(u32, keeper.changed, 1), "it is told once");
    cr_assert(eq(u32, next_changed("dev"), LOOM_DM_CHANGED_LIFETIME | LOOM_DM_CHANGED_OBJECTS));
    (void)next_changed(NULL);
    (void)at_location(&link_dev, LOOM_POST, reply.location, "", "");
    cr_assert(eq(u32, next_changed("dev"), 0));
    loom_management_server_unsaved(bench.server, text_of("dev"), LOOM_DM_CHANGED_SMS);
    loom_management_server_unsaved(bench.server, text_of("nobody"), 0);
    cr_assert(eq(u32, next_changed("dev"), LOOM_DM_CHANGED_SMS));
    /* One that has gone is not on the list. */
    (void)at_location(&link_dev, LOOM_POST, reply.location, "", "");
    bench.fake.now += 60001;
    step();
    cr_assert(eq(str, keeper.log, "expired dev\n"));
    (void)next_changed(NULL);
}

/* ---- seen ------------------------------------------------------------------------------------ */

static uint8_t send_value(const char *values)
{
    return fake_port_request(&bench.fake, &link_dev, LOOM_POST, "/dp", LOOM_FORMAT_SENML_JSON,
                             values)
        .code;
}

/* A second after the last time. @return whether `dev` was seen now */
static bool is_seen(void)
{
    bool seen = client("dev")->seen == bench.fake.now;
    bench.fake.now += 1000;
    return seen;
}

/* Whatever it says; and the lifetime is that of its last Update (B-20). */
Test(kept, any_message_shows_that_a_device_is_there)
{
    static const char value[] = "[{\"n\":\"/3/0/9\",\"v\":50}]";
    struct loom_dm_request observe = {.operation = LOOM_DM_OBSERVE,
                                      .path = loom_path_resource(3, 0, 9),
                                      .accept = LOOM_FORMAT_ABSENT,
                                      .content_format = LOOM_FORMAT_ABSENT};
    uint32_t ticket;
    struct fake_reply reply = kept_enter();
    uint64_t registered = client("dev")->heard;
    cr_assert(is_seen());
    cr_assert(eq(u8, send_value(value), LOOM_CHANGED));
    cr_assert(is_seen(), "a Send");
    cr_assert(eq(u8, send_value("[]"), LOOM_BAD_REQUEST));
    cr_assert(is_seen(), "one that is refused");
    cr_assert(eq(int, loom_management_server_send(bench.server, text_of("dev"), &observe, &ticket),
                 LOOM_OK));
    step();
    cr_assert(not(is_seen()), "a request is nothing that it says");
    fake_port_notify(&bench.fake, fake_port_last(&bench.fake), LOOM_CONTENT, "1", true);
    cr_assert(is_seen(), "an answer");
    fake_port_notify(&bench.fake, fake_port_last(&bench.fake), LOOM_CONTENT, "2", true);
    cr_assert(is_seen(), "a notification");
    cr_assert(
        eq(u8, at_location(&link_dev, LOOM_POST, reply.location, "?lt=x", ""), LOOM_BAD_REQUEST));
    cr_assert(is_seen(), "an Update that is refused");
    cr_assert(eq(u64, client("dev")->heard, registered));
    cr_assert(eq(u8, at_location(&link_dev, LOOM_POST, reply.location, "", ""), LOOM_CHANGED));
    cr_assert(eq(u64, client("dev")->heard, bench.fake.now));
    cr_assert(is_seen(), "an Update");
}

/* A device that sends a value each second is not stored each second. */
Test(kept, what_is_seen_is_stored_now_and_then)
{
    static const char value[] = "[{\"n\":\"/3/0/9\",\"v\":50}]";
    (void)kept_enter();
    for (unsigned second = 1; second <= LOOM_DM_SEEN_MS / 1000; second++) {
        cr_assert(eq(u32, keeper.changed, 0));
        bench.fake.now += 1000;
        (void)send_value(value);
    }
    cr_assert(eq(u32, keeper.changed, 1));
    cr_assert(eq(u32, next_changed("dev"), 0));
    bench.fake.now += LOOM_DM_SEEN_MS - 1;
    (void)send_value(value);
    cr_assert(eq(u32, keeper.changed, 1));
    bench.fake.now += 1;
    (void)send_value(value);
    cr_assert(eq(u32, keeper.changed, 2));
}

/* ThingsBoard 11855: the address changes without a Register. An identity that is proven is enough,
 * in an Update (B-15) and in a Send (C-34). */
Test(kept, an_address_changes_by_authentic_messages_alone)
{
    static struct loom_session forged = {.address = "10.6.6.6:666", .identity = NULL};
    static struct loom_session other = {.address = "10.6.6.6:667", .identity = "other-id"};
    static const char values[] = "[{\"n\":\"/3/0/9\",\"v\":50}]";
    struct fake_reply reply = kept_enter();
    cr_assert(eq(u8, at_location(&forged, LOOM_POST, reply.location, "", ""), LOOM_NOT_FOUND));
    cr_assert(eq(u8, at_location(&other, LOOM_POST, reply.location, "", ""), LOOM_NOT_FOUND));
    cr_assert(
        eq(u8,
           fake_port_request(&bench.fake, &forged, LOOM_POST, "/dp", LOOM_FORMAT_SENML_JSON, values)
               .code,
           LOOM_NOT_FOUND));
    cr_assert(eq(str, (char *)(uintptr_t)client("dev")->address.data, "10.0.0.1:1000"));
    cr_assert(eq(u8,
                 fake_port_request(&bench.fake, &link_dev_again, LOOM_POST, "/dp",
                                   LOOM_FORMAT_SENML_JSON, values)
                     .code,
                 LOOM_CHANGED));
    cr_assert(eq(str, (char *)(uintptr_t)client("dev")->address.data, "10.0.0.1:1001"));
    cr_assert(link_dev_again.kept);
    cr_assert(not(link_dev.kept));
    cr_assert(eq(u32, next_changed("dev"), LOOM_DM_CHANGED_ADDRESS));
}
