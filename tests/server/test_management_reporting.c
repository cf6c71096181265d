/* SPDX-License-Identifier: Apache-2.0 */
/* The server's half of Information Reporting, and composite operations. */
#include "common/format_name.h"
#include "management/answer.h"
#include "management/attributes.h"
#include "management/paths.h"
#include "management_bench.h"
#include "tables.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

TestSuite(reporting, .init = bench_set_up, .fini = bench_tear_down);

static enum loom_status order(enum loom_dm_operation operation, struct loom_path path,
                              const char *query, struct loom_bytes payload, uint32_t *ticket)
{
    struct loom_dm_request request = {.operation = operation,
                                      .path = path,
                                      .accept = LOOM_FORMAT_ABSENT,
                                      .content_format = payload.length == 0 ? LOOM_FORMAT_ABSENT
                                                                            : LOOM_DM_PATHS_FORMAT,
                                      .payload = payload,
                                      .query = text_of(query)};
    return loom_management_server_send(bench.server, text_of("dev"), &request, ticket);
}

/* Begins an observation of a registered client. @return its ticket */
static uint32_t observe(struct loom_path path, const char *query)
{
    struct loom_bytes nothing = {NULL, 0};
    uint32_t ticket;
    cr_assert(eq(int, order(LOOM_DM_OBSERVE, path, query, nothing, &ticket), LOOM_OK));
    step();
    fake_port_notify(&bench.fake, fake_port_last(&bench.fake), LOOM_CONTENT, "1", true);
    cr_assert(bench.observing);
    bench.log[0] = '\0';
    return ticket;
}

static const struct loom_dm_order *next_observation(const struct loom_dm_order *before)
{
    return loom_management_server_next_observation(bench.server, client("dev"), before);
}

/* ---- observations ---------------------------------------------------------------------------- */

/* C-60: the answer is the first notification; C-57: attributes in the query. */
Test(reporting, an_observe_begins_an_observation)
{
    (void)enter();
    uint32_t ticket = observe(loom_path_resource(3, 0, 9), "pmin=5&pmax=60");
    const struct fake_sent *sent = fake_port_last(&bench.fake);
    cr_assert(eq(int, sent->method, LOOM_GET));
    cr_assert(eq(int, sent->observe, LOOM_OBSERVE_BEGIN));
    cr_assert(eq(str, (char *)sent->path, "/3/0/9"));
    cr_assert(eq(str, (char *)sent->query, "?pmin=5&pmax=60"));
    cr_assert(eq(sz, client("dev")->waiting, 0));
    fake_port_notify(&bench.fake, sent, LOOM_CONTENT, "2", true);
    fake_port_notify(&bench.fake, sent, LOOM_CONTENT, "3", true);
    cr_assert(eq(str, bench.log, "notified 69 none\nnotified 69 none\n"));
    const struct loom_dm_order *order = next_observation(NULL);
    cr_assert(eq(u32, order->ticket, ticket));
    cr_assert_null(next_observation(order));
}

/* RFC 7641 4.1: a client that cannot observe answers as to a Read. */
Test(reporting, an_observe_may_be_answered_as_a_read)
{
    struct loom_bytes nothing = {NULL, 0};
    uint32_t ticket;
    (void)enter();
    cr_assert(
        eq(int, order(LOOM_DM_OBSERVE, loom_path_instance(3, 0), "", nothing, &ticket), LOOM_OK));
    step();
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    cr_assert(not(bench.observing));
    cr_assert_null(next_observation(NULL));
}

/* Notifications come between a request and its answer. */
Test(reporting, requests_go_on_beside_observations)
{
    (void)enter();
    (void)observe(loom_path_resource(3, 0, 9), "");
    const struct fake_sent *first = fake_port_last(&bench.fake);
    (void)observe(loom_path_instance(1, 0), "");
    const struct fake_sent *second = fake_port_last(&bench.fake);
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
    step();
    fake_port_notify(&bench.fake, second, LOOM_CONTENT, "x", true);
    fake_port_notify(&bench.fake, first, LOOM_CONTENT, "y", true);
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    cr_assert(eq(str, bench.log, "sent\nnotified 69 none\nnotified 69 none\nanswered 69 none\n"));
}

/* RFC 7641 4.2: what is not a success is the last word. */
Test(reporting, a_client_may_end_an_observation)
{
    (void)enter();
    (void)observe(loom_path_instance(3, 0), "");
    fake_port_notify(&bench.fake, fake_port_last(&bench.fake), LOOM_NOT_FOUND, "", false);
    cr_assert(eq(str, bench.log, "ended 132 client\n"));
    cr_assert_null(next_observation(NULL));
}

/* ---- cancelling ------------------------------------------------------------------------------ */

/* C-61: by GET with Observe 1, all else as it was. */
Test(reporting, a_cancel_is_a_request)
{
    (void)enter();
    uint32_t observation = observe(loom_path_resource(3, 0, 9), "pmin=5");
    uint32_t exchange = fake_port_last(&bench.fake)->exchange;
    uint32_t ticket;
    cr_assert(eq(int,
                 loom_management_server_cancel(bench.server, text_of("dev"), observation, &ticket),
                 LOOM_OK));
    step();
    const struct fake_sent *sent = fake_port_last(&bench.fake);
    cr_assert(eq(int, sent->method, LOOM_GET));
    cr_assert(eq(int, sent->observe, LOOM_OBSERVE_END));
    cr_assert(eq(u32, sent->observation_of, exchange));
    cr_assert(eq(str, (char *)sent->path, "/3/0/9"));
    cr_assert(eq(str, (char *)sent->query, "?pmin=5"));
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    cr_assert(eq(str, bench.log, "sent\nended 0 cancelled\nanswered 69 none\n"));
    cr_assert_null(next_observation(NULL));
    cr_assert(eq(int,
                 loom_management_server_cancel(bench.server, text_of("dev"), observation, &ticket),
                 LOOM_NOT_FOUND));
}

/* C-61: or by a Reset to the next notification. */
Test(reporting, an_observation_is_forgotten_without_a_word)
{
    (void)enter();
    uint32_t observation = observe(loom_path_resource(3, 0, 9), "");
    size_t sent = bench.fake.sent_count;
    cr_assert(
        eq(int, loom_management_server_forget(bench.server, text_of("dev"), observation), LOOM_OK));
    step();
    cr_assert(eq(sz, bench.fake.sent_count, sent));
    cr_assert(fake_port_last(&bench.fake)->cancelled);
    cr_assert(eq(str, bench.log, "ended 0 cancelled\n"));
    cr_assert(eq(int, loom_management_server_forget(bench.server, text_of("dev"), observation),
                 LOOM_NOT_FOUND));
}

Test(reporting, only_what_is_observed_can_be_cancelled)
{
    struct loom_dm_request request = {.operation = LOOM_DM_CANCEL,
                                      .path = loom_path_instance(3, 0),
                                      .accept = LOOM_FORMAT_ABSENT,
                                      .content_format = LOOM_FORMAT_ABSENT};
    uint32_t ticket;
    (void)enter();
    uint32_t observation = observe(loom_path_instance(3, 0), "");
    (void)post(&link_open, "/rd?ep=other&lt=60&lwm2m=1.1", LIST);
    cr_assert(
        eq(int, loom_management_server_cancel(bench.server, text_of("other"), observation, &ticket),
           LOOM_NOT_FOUND));
    cr_assert(eq(int, loom_management_server_forget(bench.server, text_of("other"), observation),
                 LOOM_NOT_FOUND));
    cr_assert(eq(int, loom_management_server_forget(bench.server, text_of("no"), observation),
                 LOOM_NOT_FOUND));
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
    step();
    cr_assert(eq(int,
                 loom_management_server_forget(bench.server, text_of("dev"),
                                               fake_port_last(&bench.fake)->exchange),
                 LOOM_NOT_FOUND));
    cr_assert(eq(int, loom_management_server_send(bench.server, text_of("dev"), &request, &ticket),
                 LOOM_METHOD_NOT_ALLOWED));
}

/* A cancel that waits behind another request, while the client ends the observation itself. */
Test(reporting, a_cancel_that_comes_too_late_says_so)
{
    uint32_t ticket;
    (void)enter();
    uint32_t observation = observe(loom_path_instance(3, 0), "");
    const struct fake_sent *observed = fake_port_last(&bench.fake);
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
    step();
    cr_assert(eq(int,
                 loom_management_server_cancel(bench.server, text_of("dev"), observation, &ticket),
                 LOOM_OK));
    fake_port_notify(&bench.fake, observed, LOOM_NOT_FOUND, "", false);
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    size_t sent = bench.fake.sent_count;
    step();
    cr_assert(eq(sz, bench.fake.sent_count, sent));
    cr_assert(eq(str, bench.log, "sent\nended 132 client\nanswered 69 none\nanswered 0 closed\n"));
}

/* ---- what ends observations ------------------------------------------------------------------ */

/* C-62: a new Register, in the same session or in another one. */
Test(reporting, a_new_register_ends_observations)
{
    (void)enter();
    (void)observe(loom_path_instance(3, 0), "");
    const struct fake_sent *first = fake_port_last(&bench.fake);
    (void)observe(loom_path_instance(1, 0), "");
    const struct fake_sent *second = fake_port_last(&bench.fake);
    (void)enter();
    cr_assert(first->cancelled && second->cancelled);
    cr_assert(eq(str, bench.log, "ended 0 registration\nended 0 registration\nregistered again\n"));
    cr_assert_null(next_observation(NULL));
}

/* C-62 */
Test(reporting, a_deregister_ends_observations)
{
    struct fake_reply reply = enter();
    (void)observe(loom_path_instance(3, 0), "");
    (void)at_location(&link_dev, LOOM_DELETE, reply.location, "", "");
    cr_assert(fake_port_last(&bench.fake)->cancelled);
    cr_assert(eq(str, bench.log, "deregistered\nended 0 registration\n"));
}

/* C-62 */
Test(reporting, the_end_of_the_lifetime_ends_observations)
{
    (void)enter();
    (void)observe(loom_path_instance(3, 0), "");
    bench.fake.now += 300000;
    step();
    cr_assert(fake_port_last(&bench.fake)->cancelled);
    cr_assert(eq(str, bench.log, "expired\nended 0 registration\n"));
}

/* RFC 7641: an observation is of one endpoint, its address and port. */
Test(reporting, an_update_in_another_session_ends_observations)
{
    struct fake_reply reply = enter();
    (void)observe(loom_path_instance(3, 0), "");
    cr_assert(eq(u8, at_location(&link_dev, LOOM_POST, reply.location, "", ""), LOOM_CHANGED));
    cr_assert_not_null(next_observation(NULL));
    bench.log[0] = '\0';
    cr_assert(
        eq(u8, at_location(&link_dev_again, LOOM_POST, reply.location, "", ""), LOOM_CHANGED));
    cr_assert(fake_port_last(&bench.fake)->cancelled);
    cr_assert(eq(str, bench.log, "ended 0 session\nupdated\n"));
}

/* The port tells of each exchange before it tells of the session. */
Test(reporting, a_lost_session_ends_observations)
{
    (void)enter();
    (void)observe(loom_path_instance(3, 0), "");
    fake_port_end(&bench.fake, fake_port_last(&bench.fake), LOOM_FAILURE_CLOSED);
    fake_port_lose(&bench.fake, &link_dev);
    cr_assert(eq(str, bench.log, "ended 0 session\n"));
    cr_assert_null(next_observation(NULL));
}

/* B-81: who notifies is awake. */
Test(reporting, a_notification_is_a_sign_of_life)
{
    (void)post(&link_dev, "/rd?ep=dev&lt=3000&lwm2m=1.1&Q", LIST);
    (void)observe(loom_path_instance(3, 0), "");
    const struct fake_sent *observed = fake_port_last(&bench.fake);
    bench.fake.now += 200000;
    cr_assert(loom_management_server_asleep(bench.server, client("dev")));
    cr_assert(eq(int, send_read("dev", loom_path_instance(3, 0)), LOOM_OK));
    step();
    fake_port_notify(&bench.fake, observed, LOOM_CONTENT, "1", true);
    cr_assert(not(loom_management_server_asleep(bench.server, client("dev"))));
    step();
    cr_assert(eq(str, bench.log, "held\nnotified 69 none\nsent\n"));
}

/* ---- composites ------------------------------------------------------------------------------ */

/* D-36 */
Test(reporting, a_list_of_paths_has_names_alone)
{
    /* [{"bn": "/", "n": "3/0"}, {"n": "1"}] */
    static const uint8_t expected[] = {0x82, 0xA2, 0x21, 0x61, '/',  0x00, 0x63,
                                       '3',  '/',  '0',  0xA1, 0x00, 0x61, '1'};
    struct loom_path paths[] = {loom_path_instance(3, 0), loom_path_object(1),
                                loom_path_resource(3303, 0, 5700)};
    uint8_t payload[64];
    struct loom_output out = loom_output(payload, sizeof payload);
    cr_assert(eq(int, loom_dm_paths_write(paths, 2, &out), LOOM_OK));
    cr_assert(eq(sz, out.length, sizeof expected));
    cr_assert_arr_eq(payload, expected, sizeof expected);
    struct loom_output small = loom_output(payload, 20);
    cr_assert(eq(int, loom_dm_paths_write(paths, 3, &small), LOOM_TOO_LARGE));
}

static struct loom_bytes list_of(const struct loom_path *paths, size_t count, uint8_t *room,
                                 size_t size)
{
    struct loom_output out = loom_output(room, size);
    cr_assert(eq(int, loom_dm_paths_write(paths, count, &out), LOOM_OK));
    return (struct loom_bytes){room, out.length};
}

/* C-30, D-36: FETCH of the root, or of the alternate path (B-11). */
Test(reporting, a_read_composite_sends_its_list)
{
    struct loom_path paths[] = {loom_path_resource(3, 0, 9), loom_path_object(1)};
    uint8_t room[64];
    struct loom_bytes list = list_of(paths, 2, room, sizeof room);
    uint32_t ticket;
    (void)post(&link_dev, "/rd?ep=dev&lt=60&lwm2m=1.1", "</a>;rt=\"oma.lwm2m\",</a/3/0>");
    cr_assert(eq(int, order(LOOM_DM_READ_COMPOSITE, loom_path_root(), "", list, &ticket), LOOM_OK));
    step();
    const struct fake_sent *sent = fake_port_last(&bench.fake);
    cr_assert(eq(int, sent->method, LOOM_FETCH));
    cr_assert(eq(int, sent->observe, LOOM_OBSERVE_NONE));
    cr_assert(eq(str, (char *)sent->path, "/a"));
    cr_assert(eq(u16, sent->content_format, LOOM_FORMAT_SENML_CBOR));
    cr_assert(eq(sz, sent->length, list.length));
    cr_assert_arr_eq(sent->payload, room, list.length);
}

/* C-61: an Observe-Composite is cancelled by FETCH with the same list. */
Test(reporting, an_observe_composite_is_cancelled_with_its_list)
{
    struct loom_path paths[] = {loom_path_resource(3, 0, 9), loom_path_object(1)};
    uint8_t room[64];
    struct loom_bytes list = list_of(paths, 2, room, sizeof room);
    uint32_t ticket;
    (void)enter();
    cr_assert(eq(int, order(LOOM_DM_OBSERVE_COMPOSITE, loom_path_root(), "pmax=9", list, &ticket),
                 LOOM_OK));
    step();
    cr_assert(eq(int, fake_port_last(&bench.fake)->observe, LOOM_OBSERVE_BEGIN));
    fake_port_notify(&bench.fake, fake_port_last(&bench.fake), LOOM_CONTENT, "", true);
    memset(room, 0, sizeof room); /* the server has its own copy */
    cr_assert(eq(int, loom_management_server_cancel(bench.server, text_of("dev"), ticket, &ticket),
                 LOOM_OK));
    step();
    const struct fake_sent *sent = fake_port_last(&bench.fake);
    cr_assert(eq(int, sent->method, LOOM_FETCH));
    cr_assert(eq(int, sent->observe, LOOM_OBSERVE_END));
    cr_assert(eq(str, (char *)sent->path, ""));
    cr_assert(eq(sz, sent->length, list.length));
    list = list_of(paths, 2, room, sizeof room);
    cr_assert_arr_eq(sent->payload, room, list.length);
}

/* The paths of all composites can be read back, those to be deleted too (D-37). */
Test(reporting, paths_of_a_composite_are_read_from_its_list)
{
    static const uint8_t values[] = {0x82, 0xA2, 0x00, 0x66, '/',  '1',  '/', '0', '/',
                                     '1',  0x02, 0x05, 0xA2, 0x00, 0x68, '/', '2', '/',
                                     '0',  '/',  '2',  '/',  '9',  0x02, 0xF6};
    struct loom_dm_request request = {.operation = LOOM_DM_WRITE_COMPOSITE,
                                      .content_format = LOOM_FORMAT_SENML_ETCH_CBOR,
                                      .payload = {values, sizeof values}};
    struct loom_decoder decoder;
    struct loom_item item;
    uint8_t scratch[sizeof values];
    cr_assert(loom_dm_has_paths(request.operation));
    cr_assert(not(loom_dm_has_paths(LOOM_DM_READ)));
    cr_assert(eq(int, loom_dm_paths_begin(&decoder, &request, scratch, sizeof scratch), LOOM_OK));
    cr_assert(eq(int, loom_decode_next(&decoder, &item), LOOM_OK));
    cr_assert(eq(u16, item.path.id[LOOM_RESOURCE_ID], 1));
    cr_assert(eq(int, loom_decode_next(&decoder, &item), LOOM_OK));
    cr_assert(eq(u8, item.path.depth, 4));
    cr_assert(item.deleted);
    cr_assert(eq(int, loom_decode_next(&decoder, &item), LOOM_END));
}

/* C-65: records with times, of several objects. */
Test(answer, values_of_several_objects_have_times)
{
    static const uint8_t payload[] = {
        0x83, 0xA4, 0x21, 0x61, '/',  0x22, 0x1A, 0x65, 0x53, 0xF1, 0x00, /* bn "/", bt */
        0x00, 0x65, '3',  '/',  '0',  '/',  '9',  0x02, 0x18, 0x64,       /* 3/0/9 = 100 */
        0xA3, 0x00, 0x65, '3',  '/',  '0',  '/',  '9',  0x06, 0x3A, 0x65,
        0x53, 0xF0, 0xFF, 0x02, 0x18, 0x63,                          /* t: now, = 99 */
        0xA2, 0x00, 0x65, '1',  '/',  '0',  '/',  '1',  0x02, 0x05}; /* 1/0/1 = 5 */
    struct loom_path root = loom_path_root();
    struct loom_bytes bytes = {payload, sizeof payload};
    struct loom_dm_answer answer;
    struct loom_dm_value value;
    uint8_t scratch[sizeof payload];
    cr_assert(eq(int,
                 loom_dm_answer_begin(&answer, &test_catalog, NULL, &root, LOOM_FORMAT_SENML_CBOR,
                                      bytes, scratch, sizeof scratch),
                 LOOM_OK));
    cr_assert(eq(int, loom_dm_answer_next(&answer, &value), LOOM_OK));
    cr_assert(eq(str, (char *)value.name, "Battery Level"));
    cr_assert(eq(dbl, value.time, 1700000000));
    cr_assert(eq(int, loom_dm_answer_next(&answer, &value), LOOM_OK));
    cr_assert(eq(dbl, value.time, 0));
    cr_assert(eq(int, loom_dm_answer_next(&answer, &value), LOOM_OK));
    cr_assert(eq(str, (char *)value.name, "Lifetime"));
    cr_assert(eq(int, loom_dm_answer_next(&answer, &value), LOOM_END));
}

/* ---- words ----------------------------------------------------------------------------------- */

/* C-53, C-54 */
Test(attributes, names_and_values)
{
    static const struct {
        const char *argument;
        bool sets;
        bool unsets;
    } cases[] = {
        {"pmin=0", true, false},  {"pmax=86400", true, false},    {"epmin=1", true, false},
        {"epmax=1", true, false}, {"hqmax=9", true, false},       {"gt=-2.5e1", true, false},
        {"lt=+3", true, false},   {"st=.5", true, false},         {"edge=1", true, false},
        {"con=0", true, false},   {"pmin", false, true},          {"con", false, true},
        {"pmin=", false, false},  {"pmin=1.5", false, false},     {"pmax=-1", false, false},
        {"gt=hot", false, false}, {"edge=2", false, false},       {"con=yes", false, false},
        {"dim=1", false, false},  {"Pmin=1", false, false},       {"", false, false},
        {"=1", false, false},     {"pmin=1&con=1", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct loom_text argument = text_of(cases[i].argument);
        cr_expect_eq(loom_dm_attribute_is_good(argument, false), cases[i].sets, "%s",
                     cases[i].argument);
        cr_expect_eq(loom_dm_attribute_is_good(argument, true), cases[i].sets || cases[i].unsets,
                     "%s", cases[i].argument);
    }
}

Test(formats, have_names_and_numbers)
{
    uint16_t number = 0;
    cr_assert(loom_format_read(text_of("senml-cbor"), &number));
    cr_assert(eq(u16, number, LOOM_FORMAT_SENML_CBOR));
    cr_assert(loom_format_read(text_of("text"), &number));
    cr_assert(eq(u16, number, LOOM_FORMAT_TEXT));
    cr_assert(loom_format_read(text_of("1542"), &number));
    cr_assert(eq(u16, number, LOOM_FORMAT_OLD_TLV));
    cr_assert(not(loom_format_read(text_of("65535"), &number)));
    cr_assert(not(loom_format_read(text_of("yaml"), &number)));
    cr_assert(not(loom_format_read(text_of(""), &number)));
}

/* ---- Send ------------------------------------------------------------------------------------ */

/* [{"n": "/3/0/9", "v": 100}] */
#define BATTERY "\x81\xA2\x00\x66/3/0/9\x02\x18\x64"
#define JSON    "[{\"n\":\"/3/0/9\",\"v\":100,\"t\":-1}]"
/* [{"n": "/5/0/3", "v": 1}] */
#define FIRMWARE "\x81\xA2\x00\x66/5/0/3\x02\x01"

static uint8_t send_values(struct loom_session *session, uint16_t format, const char *text,
                           size_t length)
{
    struct loom_request request = {.method = LOOM_POST,
                                   .path_count = 1,
                                   .path = {{"dp", 2}},
                                   .content_format = format,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .payload = {(const uint8_t *)text, length}};
    struct loom_reply reply = {.content_format = LOOM_FORMAT_ABSENT};
    bench.log[0] = '\0';
    loom_management_server_side.request(bench.server, NULL, session, &request, &reply);
    return reply.code;
}

/* C-34 */
Test(reporting, a_send_of_registered_objects_is_received)
{
    (void)enter();
    cr_assert(eq(u8, send_values(&link_dev, LOOM_FORMAT_SENML_CBOR, BATTERY, sizeof BATTERY - 1),
                 LOOM_CHANGED));
    cr_assert(eq(str, bench.log, "received\n"));
    cr_assert(eq(u8,
                 send_values(&link_dev, LOOM_FORMAT_LWM2M_CBOR, "\xA1\x83\x03\x00\x09\x18\x64", 7),
                 LOOM_CHANGED));
    cr_assert(eq(str, bench.log, "received\n"));
    cr_assert(eq(u8, send_values(&link_dev, LOOM_FORMAT_SENML_JSON, JSON, sizeof JSON - 1),
                 LOOM_CHANGED));
    cr_assert(eq(str, bench.log, "received\n"));
}

/* C-34, C-1 */
Test(reporting, sends_that_are_refused)
{
    static const struct {
        uint16_t format;
        const char *payload;
        size_t length;
        uint8_t code;
        const char *log;
    } cases[] = {
        {LOOM_FORMAT_SENML_CBOR, FIRMWARE, sizeof FIRMWARE - 1, LOOM_NOT_FOUND,
         "refused unknown-object\n"},
        {LOOM_FORMAT_SENML_CBOR, BATTERY, sizeof BATTERY - 2, LOOM_BAD_REQUEST,
         "refused bad-payload\n"},
        {LOOM_FORMAT_SENML_CBOR, BATTERY "x", sizeof BATTERY, LOOM_BAD_REQUEST,
         "refused bad-payload\n"},
        {LOOM_FORMAT_SENML_CBOR, "\x80", 1, LOOM_BAD_REQUEST, "refused bad-payload\n"},
        {LOOM_FORMAT_SENML_CBOR, "", 0, LOOM_BAD_REQUEST, "refused bad-payload\n"},
        {LOOM_FORMAT_SENML_CBOR, "\x81\xA1\x00\x66/3/0/9", 10, LOOM_BAD_REQUEST,
         "refused bad-payload\n"},
        {LOOM_FORMAT_SENML_ETCH_CBOR, BATTERY, sizeof BATTERY - 1, LOOM_UNSUPPORTED_FORMAT,
         "refused unsupported-format\n"},
        {LOOM_FORMAT_JSON, "{\"bn\":\"/3/0/\",\"e\":[{\"n\":\"9\",\"v\":1}]}", 36,
         LOOM_UNSUPPORTED_FORMAT, "refused unsupported-format\n"},
        {LOOM_FORMAT_LWM2M_CBOR, "\xA1\x05\xA1\x00\xA1\x03\x01", 7, LOOM_NOT_FOUND,
         "refused unknown-object\n"},
        {LOOM_FORMAT_SENML_JSON, JSON "]", sizeof JSON, LOOM_BAD_REQUEST, "refused bad-payload\n"},
        {LOOM_FORMAT_TLV, "\xC1\x09\x64", 3, LOOM_UNSUPPORTED_FORMAT,
         "refused unsupported-format\n"},
        {LOOM_FORMAT_ABSENT, BATTERY, sizeof BATTERY - 1, LOOM_UNSUPPORTED_FORMAT,
         "refused unsupported-format\n"},
    };
    (void)enter();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_expect(eq(u8, send_values(&link_dev, cases[i].format, cases[i].payload, cases[i].length),
                     cases[i].code),
                  "%zu", i);
        cr_expect(eq(str, bench.log, (char *)(uintptr_t)cases[i].log), "%zu", i);
    }
}

/* C-34 */
Test(reporting, only_a_registered_client_may_send)
{
    struct fake_reply reply = enter();
    cr_assert(eq(u8, send_values(&link_open, LOOM_FORMAT_SENML_CBOR, BATTERY, sizeof BATTERY - 1),
                 LOOM_NOT_FOUND));
    cr_assert(eq(str, bench.log, "refused not-registered\n"));
    (void)at_location(&link_dev, LOOM_DELETE, reply.location, "", "");
    cr_assert(eq(u8, send_values(&link_dev, LOOM_FORMAT_SENML_CBOR, BATTERY, sizeof BATTERY - 1),
                 LOOM_NOT_FOUND));
    cr_assert(eq(u8, at_location(&link_dev, LOOM_GET, "/dp", "", ""), LOOM_METHOD_NOT_ALLOWED));
}
