/* SPDX-License-Identifier: Apache-2.0 */
/* A server after a restart, whose devices know nothing of that. */
#include "kept_bench.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

TestSuite(restored, .init = kept_begin, .fini = bench_tear_down);

/* ---- registrations --------------------------------------------------------------------------- */

static const struct loom_dm_link objects[] = {{1, 0, 0, 0}, {3, 0, 1, 2}};

static struct loom_dm_kept_client kept_client(const char *endpoint)
{
    return (struct loom_dm_kept_client){.endpoint = text_of(endpoint),
                                        .location = {"abcdefghij", 10},
                                        .address = text_of(link_open.address),
                                        .binding = {"U", 1},
                                        .lifetime = 3600,
                                        .lwm2m = 0x0101,
                                        .objects = objects,
                                        .object_count = 2,
                                        .registered_ago = 5000000,
                                        .heard_ago = 3000000};
}

static struct loom_dm_kept_client kept_dev(void)
{
    struct loom_dm_kept_client kept = kept_client("dev");
    kept.identity = (struct loom_bytes){(const uint8_t *)"dev-id", 6};
    kept.address = text_of(link_dev.address);
    return kept;
}

static void restore(const struct loom_dm_kept_client *kept)
{
    cr_assert(eq(int, loom_management_server_restore(bench.server, kept), LOOM_OK));
}

Test(restored, a_registration_is_as_it_was)
{
    struct loom_dm_kept_client kept = kept_client("open");
    kept.alternate_path = text_of("lwm2m");
    kept.sms = text_of("123");
    restore(&kept);
    const struct loom_dm_client *open = client("open");
    cr_assert(eq(str, (char *)open->location, "abcdefghij"));
    cr_assert(eq(u32, open->lifetime, 3600));
    cr_assert(eq(u16, open->lwm2m, 0x0101));
    cr_assert(eq(sz, open->object_count, 2));
    cr_assert(eq(u8, open->objects[1].version_minor, 2));
    cr_assert(eq(sz, open->alternate_path.length, 5));
    cr_assert(eq(sz, open->sms.length, 3));
    cr_assert(eq(sz, open->address.length, 0));
    cr_assert(eq(u64, bench.fake.now - open->heard, 3000000));
    cr_assert(eq(str, bench.log, ""));
    (void)next_changed(NULL);
}

Test(restored, what_cannot_be_a_registration_is_not_restored)
{
    struct loom_dm_kept_client kept = kept_client("open");
    restore(&kept);
    cr_assert(eq(int, loom_management_server_restore(bench.server, &kept), LOOM_BAD_REQUEST));
    kept.endpoint = text_of("another");
    cr_assert(eq(int, loom_management_server_restore(bench.server, &kept), LOOM_BAD_REQUEST),
              "the location is another's");
    kept.location = text_of("too-short");
    cr_assert(eq(int, loom_management_server_restore(bench.server, &kept), LOOM_BAD_REQUEST));
    kept.location = text_of("klmnopqrst");
    kept.lwm2m = 0x0200;
    cr_assert(eq(int, loom_management_server_restore(bench.server, &kept), LOOM_BAD_REQUEST));
    kept.lwm2m = 0x0102;
    kept.object_count = 0;
    cr_assert(eq(int, loom_management_server_restore(bench.server, &kept), LOOM_BAD_REQUEST));
}

/* B-15: the device knows nothing of a restart. */
Test(restored, a_device_goes_on_by_its_location)
{
    struct loom_dm_kept_client kept = kept_client("open");
    restore(&kept);
    kept = kept_dev();
    kept.location = text_of("klmnopqrst");
    restore(&kept);
    cr_assert(
        eq(u8, at_location(&link_open, LOOM_POST, "/rd/abcdefghij", "?lt=60", ""), LOOM_CHANGED));
    cr_assert(eq(u32, bench.changes, LOOM_DM_CHANGED_LIFETIME), "the address is the same");
    cr_assert(link_open.kept);
    /* A new handshake, from wherever; and nobody else. */
    cr_assert(eq(u8, at_location(&link_open, LOOM_POST, "/rd/klmnopqrst", "", ""), LOOM_NOT_FOUND));
    cr_assert(
        eq(u8, at_location(&link_dev_again, LOOM_POST, "/rd/klmnopqrst", "", ""), LOOM_CHANGED));
    cr_assert(eq(u32, bench.changes, LOOM_DM_CHANGED_ADDRESS));
    /* An Update that makes the texts anew leaves the rest. */
    kept = kept_client("third");
    kept.location = text_of("third00000");
    kept.address = text_of(link_moved.address);
    restore(&kept);
    cr_assert(eq(u8, at_location(&link_moved, LOOM_POST, "/rd/third00000", "?sms=4912", ""),
                 LOOM_CHANGED));
    cr_assert(eq(u32, bench.changes, LOOM_DM_CHANGED_SMS));
    cr_assert(eq(u8, at_location(&link_open, LOOM_DELETE, "/rd/abcdefghij", "", ""), LOOM_DELETED));
    settle(true);
    cr_assert_null(client("open"));
}

/* C-34 */
Test(restored, a_device_goes_on_by_a_send)
{
    static const char values[] = "[{\"n\":\"/3/0/9\",\"v\":50}]";
    struct loom_dm_kept_client kept = kept_client("open");
    restore(&kept);
    kept = kept_dev();
    kept.location = text_of("klmnopqrst");
    restore(&kept);
    cr_assert(eq(u8,
                 fake_port_request(&bench.fake, &link_moved, LOOM_POST, "/dp",
                                   LOOM_FORMAT_SENML_JSON, values)
                     .code,
                 LOOM_NOT_FOUND),
              "nobody was at that address");
    cr_assert(eq(
        u8,
        fake_port_request(&bench.fake, &link_open, LOOM_POST, "/dp", LOOM_FORMAT_SENML_JSON, values)
            .code,
        LOOM_CHANGED));
    cr_assert(eq(str, bench.endpoint, "open"));
    cr_assert(eq(u8,
                 fake_port_request(&bench.fake, &link_dev_again, LOOM_POST, "/dp",
                                   LOOM_FORMAT_SENML_JSON, values)
                     .code,
                 LOOM_CHANGED));
    cr_assert(eq(str, bench.endpoint, "dev"));
}

/* B-82 has it for devices that sleep: what cannot be sent yet waits. */
Test(restored, requests_wait_until_a_device_is_heard)
{
    struct loom_dm_kept_client kept = kept_client("open");
    restore(&kept);
    cr_assert(eq(int, send_read("open", loom_path_instance(3, 0)), LOOM_OK));
    step();
    cr_assert(eq(str, bench.log, "held\n"));
    cr_assert(eq(sz, bench.fake.sent_count, 0));
    cr_assert(loom_management_server_asleep(bench.server, client("open")));
    (void)at_location(&link_open, LOOM_POST, "/rd/abcdefghij", "", "");
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 1));
    cr_assert(fake_port_last(&bench.fake)->session == &link_open);
    cr_assert(not(loom_management_server_asleep(bench.server, client("open"))));
}

/* The same, where it comes back with a Register. */
Test(restored, requests_wait_for_a_register_as_well)
{
    struct loom_dm_kept_client kept = kept_client("open");
    restore(&kept);
    cr_assert(eq(int, send_read("open", loom_path_instance(3, 0)), LOOM_OK));
    step();
    (void)open_enter("/rd?ep=open&lt=60&lwm2m=1.1");
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 1));
    cr_assert(eq(str, bench.log, "sent\n"));
}

/* B-20, by the clock of the world; but a device could not be heard while the server was away. */
Test(restored, a_lifetime_goes_on_over_a_restart_with_a_grace)
{
    struct loom_dm_kept_client kept = kept_client("long"); /* 600 s are left */
    restore(&kept);
    kept = kept_client("over"); /* it was over before this machine was started */
    kept.location = text_of("klmnopqrst");
    kept.heard_ago = UINT64_C(86400000) * 30;
    restore(&kept);
    kept = kept_client("ever");
    kept.location = text_of("ever000000");
    kept.lifetime = 0;
    restore(&kept);
    cr_assert(
        eq(u64, loom_management_server_deadline(bench.server), bench.fake.now + LOOM_DM_GRACE_MS));
    bench.fake.now += LOOM_DM_GRACE_MS;
    step();
    cr_assert(eq(str, bench.endpoint, "over"));
    cr_assert(eq(str, keeper.log, "expired over\n"));
    cr_assert(eq(u64, loom_management_server_deadline(bench.server),
                 bench.fake.now + 600000 - LOOM_DM_GRACE_MS));
    bench.fake.now += 600000 - LOOM_DM_GRACE_MS;
    step();
    cr_assert(eq(str, keeper.log, "expired over\nexpired long\n"));
    cr_assert_not_null(client("ever"));
}

/* ---- observations ---------------------------------------------------------------------------- */

static const struct loom_dm_request observe = {.operation = LOOM_DM_OBSERVE,
                                               .path = {.depth = 3, .id = {3, 0, 9}},
                                               .accept = LOOM_FORMAT_ABSENT,
                                               .content_format = LOOM_FORMAT_ABSENT,
                                               .query = {"pmin=5", 6}};
static const uint8_t token[] = {0x70, 1, 2, 3, 4, 5, 6, 7};
static const struct loom_dm_kept_observation observation = {&observe, {token, sizeof token}};

static uint32_t begin_observation(const char *endpoint)
{
    uint32_t ticket;
    cr_assert(eq(int,
                 loom_management_server_send(bench.server, text_of(endpoint), &observe, &ticket),
                 LOOM_OK));
    step();
    fake_port_notify(&bench.fake, fake_port_last(&bench.fake), LOOM_CONTENT, "1", true);
    cr_assert(bench.observing);
    return ticket;
}

/* Its session with DTLS ends with the server, and so does an observation in it. */
Test(restored, observations_without_security_are_kept)
{
    bench.fake.token = 0x42;
    (void)kept_enter();
    (void)begin_observation("dev");
    cr_assert(eq(str, keeper.log, ""));
    (void)open_enter("/rd?ep=open&lt=60&lwm2m=1.1");
    uint32_t ticket = begin_observation("open");
    cr_assert(eq(str, keeper.log, "observing open\n"));
    cr_assert(eq(u8, keeper.token, 0x42));
    keeper.token = 0;
    cr_assert(
        eq(int, loom_management_server_forget(bench.server, text_of("open"), ticket), LOOM_OK));
    cr_assert(eq(str, keeper.log, "observing open\nobserved open\n"));
    cr_assert(eq(u8, keeper.token, 0x42));
}

static uint32_t resume(struct loom_session *session, struct loom_request *request)
{
    return loom_management_server_resume(bench.server, session,
                                         (struct loom_bytes){token, sizeof token}, request);
}

/* RFC 7641 section 4.2: a notification is matched by its token, in whatever session it comes now.
 */
Test(restored, an_observation_goes_on_when_it_notifies)
{
    struct loom_dm_kept_client kept = kept_client("open");
    struct loom_request request;
    restore(&kept);
    cr_assert(
        eq(int,
           loom_management_server_restore_observation(bench.server, text_of("open"), &observation),
           LOOM_OK));
    const struct loom_dm_order *order =
        loom_management_server_next_observation(bench.server, client("open"), NULL);
    cr_assert_not_null(order);
    cr_assert(eq(u32, resume(&link_moved, &request), 0), "another address");
    uint32_t exchange = resume(&link_open, &request);
    cr_assert(eq(u32, exchange, order->ticket));
    cr_assert(eq(int, request.method, LOOM_GET));
    cr_assert(eq(u8, request.path_count, 3));
    cr_assert(eq(u8, request.query_count, 1));
    cr_assert(link_open.kept, "it is heard of");
    cr_assert(eq(u32, resume(&link_open, &request), 0), "the session knows it now");
    struct loom_response response = {.code = LOOM_CONTENT,
                                     .observe_more = true,
                                     .content_format = LOOM_FORMAT_TEXT,
                                     .payload = {(const uint8_t *)"7", 1}};
    loom_management_server_side.response(bench.server, NULL, &link_open, exchange, &response,
                                         LOOM_FAILURE_NONE);
    cr_assert(eq(str, bench.log, "notified 69 none\n"));
    /* Requests that waited go out. */
    cr_assert(eq(int, send_read("open", loom_path_instance(3, 0)), LOOM_OK));
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 1));
}

Test(restored, an_observation_waits_for_its_first_notification)
{
    struct loom_dm_kept_client kept = kept_client("open");
    struct loom_request request;
    restore(&kept);
    cr_assert(
        eq(int,
           loom_management_server_restore_observation(bench.server, text_of("open"), &observation),
           LOOM_OK));
    (void)at_location(&link_open, LOOM_POST, "/rd/abcdefghij", "", "");
    cr_assert(eq(str, bench.log, "updated\n"), "it has not ended");
    cr_assert(eq(u32, resume(&link_moved, &request), 0));
    cr_assert(ne(u32, resume(&link_open, &request), 0));
}

/* C-62, and a device that has come from elsewhere; nobody resumes what has ended. */
Test(restored, an_observation_of_before_may_end_without_having_notified)
{
    struct loom_dm_kept_client kept = kept_client("open");
    struct loom_request request;
    restore(&kept);
    cr_assert(
        eq(int,
           loom_management_server_restore_observation(bench.server, text_of("open"), &observation),
           LOOM_OK));
    (void)at_location(&link_moved, LOOM_POST, "/rd/abcdefghij", "", "");
    cr_assert(eq(str, bench.log, "ended 0 session\nupdated\n"));
    cr_assert(eq(str, keeper.log, "observed open\n"));
    cr_assert(eq(u8, keeper.token, 0x70));
    cr_assert(eq(u32, resume(&link_open, &request), 0));
    cr_assert(eq(u32, resume(&link_moved, &request), 0));
}

Test(restored, what_cannot_go_on_is_not_restored)
{
    struct loom_dm_kept_client kept = kept_dev();
    struct loom_dm_request read = observe;
    struct loom_dm_kept_observation odd = {&read, {token, sizeof token}};
    restore(&kept);
    cr_assert(
        eq(int,
           loom_management_server_restore_observation(bench.server, text_of("dev"), &observation),
           LOOM_NOT_FOUND),
        "with security");
    cr_assert(eq(
        int,
        loom_management_server_restore_observation(bench.server, text_of("nobody"), &observation),
        LOOM_NOT_FOUND));
    kept = kept_client("open");
    kept.location = text_of("klmnopqrst");
    restore(&kept);
    read.operation = LOOM_DM_READ;
    cr_assert(eq(int,
                 loom_management_server_restore_observation(bench.server, text_of("open"), &odd),
                 LOOM_BAD_REQUEST));
    read.operation = LOOM_DM_OBSERVE;
    odd.token.length = 4;
    cr_assert(eq(int,
                 loom_management_server_restore_observation(bench.server, text_of("open"), &odd),
                 LOOM_BAD_REQUEST));
}
