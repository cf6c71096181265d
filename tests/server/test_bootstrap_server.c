/* SPDX-License-Identifier: Apache-2.0 */
#include "bootstrap_bench.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

TestSuite(bootstrap_server, .init = bench_set_up, .fini = bench_tear_down);

/* ---- the sequence ---------------------------------------------------------------------------- */

/* LwM2M-BOOT-001-BS-M: on plain paths, and a Finish when all is sent. */
Test(bootstrap_server, the_sequence_is_discover_delete_write_finish)
{
    cr_assert(eq(u8, ask(&link_probe, "/bs?ep=probe&pct=11542"), LOOM_CHANGED));
    cr_assert(eq(sz, bench.fake.sent_count, 0),
              "nothing goes out before the answer to the request");
    assert_next("GET ");
    cr_assert(eq(u16, fake_port_last(&bench.fake)->accept, LOOM_FORMAT_LINK));
    answer_links("</>;lwm2m=1.1,</0/0>,</0/1>;ssid=101,</1/0>;ssid=101,</3/0>");
    assert_next("DELETE ");
    fake_port_answer(&bench.fake, LOOM_DELETED);
    assert_next("PUT /0/0/11");
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    assert_next("PUT /0/1");
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    assert_next("PUT /1/0");
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    assert_next("POST /bs");
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    assert_next("nothing");
    cr_assert(eq(str, bench.log,
                 "requested\nsent discover\nanswered 69\ndiscovered 1.1 0\nsent delete\n"
                 "answered 66\nsent write\nanswered 68\nsent write\nanswered 68\nsent write\n"
                 "answered 68\nsent finish\nanswered 68\nfinished\n"));
    cr_assert(eq(u64, loom_bootstrap_server_deadline(bench.server), UINT64_MAX));
}

Test(bootstrap_server, one_request_at_a_time)
{
    (void)ask(&link_probe, "/bs?ep=probe");
    assert_next("GET ");
    assert_next("nothing");
    assert_next("nothing");
}

Test(bootstrap_server, a_write_carries_the_account_as_tlv)
{
    (void)ask(&link_open, "/bs?ep=blind");
    assert_next("PUT /0/0");
    const struct fake_sent *sent = fake_port_last(&bench.fake);
    cr_assert(eq(u16, sent->content_format, LOOM_FORMAT_TLV));
    static const uint8_t expected[] = {
        0xC8, 0x00, 0x0B, 'c',  'o',  'a',  'p', ':', '/', '/', 'h', 'o', 's', 't', /* 0 URI */
        0xC1, 0x01, 0x00,                                                           /* 1 */
        0xC1, 0x02, 0x03,                                                           /* 2 NoSec */
        0xC0, 0x03, 0xC0, 0x04, 0xC0, 0x05, /* 3, 4, 5 empty */
        0xC1, 0x0A, 0x05,                   /* 10 */
    };
    cr_assert(eq(sz, sent->length, sizeof expected));
    cr_assert_arr_eq(sent->payload, expected, sizeof expected);
}

/* ---- which instances (rules) ------------------------------------------------------ */

Test(bootstrap_server, a_client_that_is_not_asked_keeps_its_bootstrap_account)
{
    (void)ask(&link_open, "/bs?ep=blind");
    assert_next("PUT /0/0"); /* 1 is the Bootstrap-Server Account by the file */
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    assert_next("PUT /1/0");
}

/* blanks, quotes and slashes at the end are no hindrance. */
Test(bootstrap_server, an_account_of_the_same_server_is_replaced)
{
    (void)ask(&link_open, "/bs?ep=keeper");
    assert_next("GET ");
    answer_links("lwm2m=\"1.0\",</0/0>;ssid=9, </0/1/>, </0/2>;ssid=5,</1/0>;ssid=9,</1/3>;ssid=5");
    assert_logged("discovered 1.0 1\n");
    assert_next("PUT /0/2");
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    assert_next("PUT /1/3");
}

/* a client of 1.0 that has its release at the root, in quotes. */
Test(bootstrap_server, the_release_at_the_root_may_be_quoted)
{
    (void)ask(&link_open, "/bs?ep=keeper");
    assert_next("GET ");
    answer_links("</>;lwm2m=\"1.0\",</0/0>,</1>");
    assert_logged("discovered 1.0 0\n");
    assert_next("PUT /0/1");
}

Test(bootstrap_server, a_new_account_takes_the_lowest_free_instance)
{
    (void)ask(&link_open, "/bs?ep=keeper");
    assert_next("GET ");
    answer_links("</>;lwm2m=1.1,</0/0>,</0/1>;ssid=9,</0/3>;ssid=10,</1/1>;ssid=9,</1>");
    assert_next("PUT /0/2");
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    assert_next("PUT /1/0");
}

Test(bootstrap_server, what_a_delete_removes_is_free_again)
{
    (void)ask(&link_probe, "/bs?ep=probe");
    assert_next("GET ");
    answer_links("</>;lwm2m=1.1,</0/2>,</0/0>;ssid=9,</1/0>;ssid=9");
    assert_next("DELETE ");
    fake_port_answer(&bench.fake, LOOM_DELETED);
    assert_next("PUT /0/2/11");
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    assert_next("PUT /0/0");
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    assert_next("PUT /1/0");
}

Test(bootstrap_server, the_hold_off_needs_one_bootstrap_account)
{
    static const char *const links[] = {"</>;lwm2m=1.1,</0/0>;ssid=1", "</0/0>,</0/1>"};
    for (size_t i = 0; i < 2; i++) {
        (void)ask(&link_probe, "/bs?ep=probe");
        assert_next("GET ");
        answer_links(links[i]);
        assert_next("nothing");
        assert_logged("failed bad-discover\n");
        bench.log[0] = '\0';
    }
}

/* there is no server 0 or 65535, so this is how some clients say that it is none's. */
Test(bootstrap_server, the_bootstrap_account_may_have_an_impossible_short_server_id)
{
    static const struct {
        const char *links;
        const char *account;
        const char *server;
    } cases[] = {
        {"</0/0>;ssid=0,</0/1>;ssid=9", "PUT /0/0/11", "PUT /0/1"},
        {"</0/2>;ssid=65535,</1/0>;ssid=9", "PUT /0/2/11", "PUT /0/0"},
        /* The one that follows the standard is the account. */
        {"lwm2m=\"1.1\",</0/0>,</0/1>;ssid=0,</1>", "PUT /0/0/11", "PUT /0/2"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)ask(&link_probe, "/bs?ep=probe");
        assert_next("GET ");
        answer_links(cases[i].links);
        assert_next("DELETE ");
        fake_port_answer(&bench.fake, LOOM_DELETED);
        assert_next(cases[i].account);
        fake_port_answer(&bench.fake, LOOM_CHANGED);
        assert_next(cases[i].server);
    }
}

Test(bootstrap_server, a_list_that_cannot_be_read_ends_the_session)
{
    static const char *const links[] = {"</0/0", "</0/0>;ssid=x"};
    for (size_t i = 0; i < 2; i++) {
        (void)ask(&link_open, "/bs?ep=keeper");
        assert_next("GET ");
        answer_links(links[i]);
        assert_logged("failed bad-discover\n");
        bench.log[0] = '\0';
    }
}

/* ---- requests that are refused (rules A.3, A-20, H-4) ---------------------------------------- */

/* H-4 */
Test(bootstrap_server, requests_that_are_refused)
{
    static const struct {
        struct loom_session *session;
        const char *target;
        uint8_t code;
        const char *line;
    } cases[] = {
        {&link_open, "/bs?ep=stranger", LOOM_BAD_REQUEST, "refused unknown-endpoint\n"},
        {&link_open, "/bs", LOOM_BAD_REQUEST, "refused unknown-endpoint\n"},
        {&link_open, "/bs?ep=probe", LOOM_BAD_REQUEST, "refused wrong-identity\n"},
        {&link_probe, "/bs?ep=keeper", LOOM_BAD_REQUEST, "refused wrong-identity\n"},
        {&link_open, "/bs?ep=\xC3(", LOOM_BAD_REQUEST, "refused bad-request\n"},
        {&link_probe, "/bs?ep=", LOOM_BAD_REQUEST, "refused bad-request\n"},
        {&link_probe, "/bs?ep=probe&ep=probe", LOOM_BAD_REQUEST, "refused bad-request\n"},
        {&link_probe, "/bs?ep=probe&pct=x", LOOM_BAD_REQUEST, "refused bad-request\n"},
        {&link_probe, "/bs?ep=probe&pct", LOOM_BAD_REQUEST, "refused bad-request\n"},
        {&link_probe, "/bs?ep=probe&pct=110", LOOM_UNSUPPORTED_FORMAT,
         "refused unsupported-format\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench.log[0] = '\0';
        cr_expect(eq(u8, ask(cases[i].session, cases[i].target), cases[i].code), "%s",
                  cases[i].target);
        cr_expect_eq(strcmp(bench.log, cases[i].line), 0, "%s gave %s", cases[i].target, bench.log);
        assert_next("nothing");
    }
}

/* */
Test(bootstrap_server, the_identity_alone_names_the_endpoint)
{
    cr_assert(eq(u8, ask(&link_probe, "/bs"), LOOM_CHANGED)); /* rule A-31 */
    assert_next("GET ");
}

/* */
Test(bootstrap_server, a_request_must_be_confirmable)
{
    struct fake_reply reply =
        fake_port_request_non(&bench.fake, &link_probe, LOOM_POST, "/bs?ep=probe");
    cr_assert(eq(u8, reply.code, LOOM_BAD_REQUEST));
    assert_next("nothing");
}

Test(bootstrap_server, other_paths_and_methods)
{
    cr_assert(eq(u8, ask(&link_probe, "/rd?ep=probe"), LOOM_NOT_FOUND));
    cr_assert(eq(u8, ask(&link_probe, "/bs/x?ep=probe"), LOOM_NOT_FOUND));
    cr_assert(eq(u8, ask(&link_probe, "/?ep=probe"), LOOM_NOT_FOUND));
    cr_assert(eq(
        u8,
        fake_port_request(&bench.fake, &link_probe, LOOM_GET, "/bs", LOOM_FORMAT_ABSENT, "").code,
        LOOM_METHOD_NOT_ALLOWED));
    cr_assert(eq(u8, ask(&link_probe, "/bspack?ep=probe"), LOOM_METHOD_NOT_ALLOWED));
    cr_assert(eq(str, bench.log, ""));
}

/* ---- sessions that fail ---------------------------------------------------------------------- */

Test(bootstrap_server, a_refused_write_ends_the_session_without_a_finish)
{
    (void)ask(&link_open, "/bs?ep=blind");
    assert_next("PUT /0/0");
    fake_port_answer(&bench.fake, LOOM_BAD_REQUEST);
    assert_logged("failed client-refused\n");
    assert_next("nothing");
}

Test(bootstrap_server, a_refused_finish_fails_with_its_code)
{
    (void)ask(&link_open, "/bs?ep=empty");
    assert_next("GET ");
    answer_links("</0/0>");
    assert_next("POST /bs");
    fake_port_answer(&bench.fake, LOOM_NOT_ACCEPTABLE);
    assert_logged("answered 134\nfailed client-refused\n");
}

Test(bootstrap_server, a_success_of_another_kind_is_no_success)
{
    (void)ask(&link_open, "/bs?ep=blind");
    assert_next("PUT /0/0");
    fake_port_answer(&bench.fake, LOOM_CONTENT);
    assert_logged("failed unexpected-answer\n");
}

Test(bootstrap_server, what_a_delete_does_not_find_is_gone_already)
{
    (void)ask(&link_probe, "/bs?ep=probe");
    assert_next("GET ");
    answer_links("</0/0>");
    assert_next("DELETE ");
    fake_port_answer(&bench.fake, LOOM_NOT_FOUND);
    assert_next("PUT /0/0/11");
}

Test(bootstrap_server, failures_of_an_exchange_have_names)
{
    static const struct {
        enum loom_failure failure;
        const char *line;
    } cases[] = {
        {LOOM_FAILURE_TIMEOUT, "failed no-answer\n"},
        {LOOM_FAILURE_UNREACHABLE, "failed unreachable\n"},
        {LOOM_FAILURE_RESET, "failed reset\n"},
        {LOOM_FAILURE_SECURITY, "failed session-lost\n"},
        {LOOM_FAILURE_CLOSED, "failed session-lost\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bench.log[0] = '\0';
        (void)ask(&link_open, "/bs?ep=blind");
        assert_next("PUT /0/0");
        fake_port_fail(&bench.fake, cases[i].failure);
        assert_logged(cases[i].line);
        assert_next("nothing");
    }
}

/* A-85, as the server sees it. */
Test(bootstrap_server, exchange_lifetime_ends_a_silent_session)
{
    (void)ask(&link_open, "/bs?ep=blind");
    cr_assert(eq(u64, loom_bootstrap_server_deadline(bench.server), 1000));
    assert_next("PUT /0/0");
    cr_assert(eq(u64, loom_bootstrap_server_deadline(bench.server), 1000 + 247000));
    bench.fake.now = 1000 + 246999;
    step();
    cr_assert_null(strstr(bench.log, "failed"));
    bench.fake.now++;
    step();
    assert_logged("failed no-answer\n");
    cr_assert(fake_port_last(&bench.fake)->cancelled);
    assert_next("nothing");
}

Test(bootstrap_server, a_lost_session_fails)
{
    (void)ask(&link_open, "/bs?ep=blind");
    assert_next("PUT /0/0");
    fake_port_lose(&bench.fake, &link_open);
    assert_logged("failed session-lost\n");
    assert_next("nothing");
}

Test(bootstrap_server, a_port_that_cannot_send_fails_the_session)
{
    (void)ask(&link_open, "/bs?ep=blind");
    bench.fake.refuse = true;
    step();
    assert_logged("failed not-sent\n");
}

Test(bootstrap_server, a_new_request_replaces_the_session)
{
    (void)ask(&link_open, "/bs?ep=blind");
    assert_next("PUT /0/0");
    cr_assert(eq(u8, ask(&link_open, "/bs?ep=blind"), LOOM_CHANGED));
    assert_logged("failed asked-again\nrequested\n");
    /* The old session's request is given up: its answer cannot move the new one. */
    cr_assert(fake_port_last(&bench.fake)->cancelled);
    assert_next("PUT /0/0");
    cr_assert(not(fake_port_last(&bench.fake)->cancelled));
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    assert_next("PUT /1/0");
}

/* The sessions that were shown. */
struct shown {
    struct loom_bs_session_info info[4];
    size_t count;
};

static void show(void *user, const struct loom_bs_session_info *info)
{
    struct shown *shown = user;
    shown->info[shown->count++] = *info;
}

Test(bootstrap_server, sessions_of_several_endpoints_run_side_by_side)
{
    struct shown shown = {.count = 0};
    (void)ask(&link_open, "/bs?ep=blind");
    (void)ask(&link_probe, "/bs?ep=probe");
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 2));
    loom_bootstrap_server_each_session(bench.server, show, &shown);
    cr_assert(eq(sz, shown.count, 2));
    cr_assert(eq(u32, shown.info[0].session, 1));
    cr_assert(eq(int, shown.info[0].operation, LOOM_BS_WRITE));
    cr_assert(eq(u32, shown.info[1].session, 2));
    cr_assert(eq(int, shown.info[1].operation, LOOM_BS_DISCOVER));
}
