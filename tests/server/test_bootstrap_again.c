/* SPDX-License-Identifier: Apache-2.0 */
/* What the bootstrap server does again: a Finish after a repair, a Write without its version. */
#define _GNU_SOURCE /* memmem */
#include "bootstrap_bench.h"

#include "tables.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

TestSuite(bootstrap_again, .init = bench_set_up, .fini = bench_tear_down);

static void good(const char *expected, uint8_t code)
{
    assert_next(expected);
    fake_port_answer(&bench.fake, code);
}

static size_t times(const char *line)
{
    size_t count = 0;
    for (const char *at = bench.log; (at = strstr(at, line)) != NULL; at += strlen(line)) {
        count++;
    }
    return count;
}

/* ---- a client that asks again ---------------------------------------------------------------- */

/* the client has begun again; a Finish of before would end its new bootstrap. */
Test(bootstrap_again, a_new_request_takes_the_finish_of_the_old_session_off_the_wire)
{
    (void)ask(&link_open, "/bs?ep=keeper");
    assert_next("GET ");
    answer_links("</0/0>");
    good("PUT /0/1", LOOM_CHANGED);
    good("PUT /1/0", LOOM_CHANGED);
    assert_next("POST /bs");
    const struct fake_sent *finish = fake_port_last(&bench.fake);
    (void)ask(&link_open, "/bs?ep=keeper");
    cr_assert(finish->cancelled);
    assert_next("GET ");
}

/* Each end of a session takes what is under way along. */
Test(bootstrap_again, a_session_that_ends_leaves_nothing_on_the_wire)
{
    (void)ask(&link_probe, "/bs?ep=probe");
    assert_next("GET ");
    const struct fake_sent *sent = fake_port_last(&bench.fake);
    bench.fake.now += 247000;
    step();
    assert_logged("failed no-answer\n");
    cr_assert(sent->cancelled);
    (void)ask(&link_open, "/bs?ep=pack");
    assert_next("GET ");
    sent = fake_port_last(&bench.fake);
    (void)fake_port_get(&bench.fake, &link_open, "/bspack?ep=pack", LOOM_FORMAT_ABSENT);
    assert_logged("failed asked-again\npacked\n");
    cr_assert(sent->cancelled);
}

Test(bootstrap_again, many_requests_send_one_discover)
{
    for (unsigned i = 0; i < 10; i++) {
        (void)ask(&link_open, "/bs?ep=keeper");
        step();
    }
    cr_assert(eq(sz, bench.fake.sent_count, 1));
    cr_assert(eq(sz, times("requested\n"), 10));
    answer_links("</0/0>");
    good("PUT /0/1", LOOM_CHANGED);
    good("PUT /1/0", LOOM_CHANGED);
    good("POST /bs", LOOM_CHANGED);
    assert_logged("finished\n");
}

/* A Discover that was sent a while ago may not come again in time; another format or session needs
 * one of its own. */
Test(bootstrap_again, a_discover_is_taken_over_only_if_it_is_the_same_and_new)
{
    (void)ask(&link_open, "/bs?ep=keeper");
    step();
    (void)ask(&link_open, "/bs?ep=keeper&pct=112");
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 2));
    cr_assert(bench.fake.sent[0].cancelled);
    bench.fake.now += 1999;
    (void)ask(&link_open, "/bs?ep=keeper&pct=112");
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 2));
    bench.fake.now += 1;
    (void)ask(&link_open, "/bs?ep=keeper&pct=112");
    step();
    cr_assert(eq(sz, bench.fake.sent_count, 3));
    cr_assert(bench.fake.sent[1].cancelled);
}

/* The session that is running keeps its account; the next one has that of the store. */
Test(bootstrap_again, an_account_that_changes_meanwhile_is_for_the_next_session)
{
    static const char file[] = "[endpoint keeper]\nnosec\ndiscover = no\nbootstrap-instance = 0\n"
                               "[server 7]\nuri = coap://other\nnosec\n";
    struct loom_text text = {file, sizeof file - 1};
    (void)ask(&link_open, "/bs?ep=keeper");
    assert_next("GET ");
    loom_fleet_accounts_free(bench.accounts);
    bench.accounts =
        loom_fleet_accounts_parse("f", text, LOOM_FLEET_BOOTSTRAP, &test_catalog, NULL, NULL);
    bench.store = loom_fleet_accounts_store(bench.accounts);
    answer_links("</0/0>,</1/0>;ssid=5");
    good("PUT /0/1", LOOM_CHANGED);
    good("PUT /1/0", LOOM_CHANGED);
    good("POST /bs", LOOM_CHANGED);
    assert_logged("finished\n");
    (void)ask(&link_open, "/bs?ep=keeper");
    assert_next("PUT /0/1");
    cr_assert(memmem(fake_port_last(&bench.fake)->payload, fake_port_last(&bench.fake)->length,
                     "other", 5) != NULL);
}

/* ---- repair ---------------------------------------------------------------------------------- */

/* the server corrects what a 4.06 at Finish complains of, and finishes again. */
Test(bootstrap_again, a_refused_finish_is_repaired_and_sent_again)
{
    (void)ask(&link_open, "/bs?ep=fixer");
    assert_next("GET ");
    answer_links("</0/0>,</1/3>;ssid=9,</2/0>");
    good("PUT /0/1", LOOM_CHANGED);
    good("PUT /1/0", LOOM_CHANGED);
    good("POST /bs", LOOM_NOT_ACCEPTABLE);
    assert_logged("answered 134\nrepairing 134\n");
    assert_next("GET ");
    answer_links("</0/0>,</0/1>;ssid=5,</1/0>;ssid=5,</1/3>;ssid=9,</2/0>");
    good("DELETE /1", LOOM_DELETED);
    good("DELETE /2", LOOM_DELETED);
    good("PUT /0/1", LOOM_CHANGED);
    good("PUT /1/0", LOOM_CHANGED);
    good("POST /bs", LOOM_CHANGED);
    assert_logged("finished\n");
    cr_assert(eq(sz, times("requested\n"), 1), "it is one session");
}

/* a client that refuses the corrected configuration too keeps what it had. */
Test(bootstrap_again, a_second_refused_finish_fails)
{
    (void)ask(&link_open, "/bs?ep=fixed");
    good("PUT /0/1", LOOM_CHANGED);
    good("PUT /1/0", LOOM_CHANGED);
    good("POST /bs", LOOM_NOT_ACCEPTABLE);
    good("DELETE ", LOOM_DELETED);
    good("PUT /0/1", LOOM_CHANGED);
    good("PUT /1/0", LOOM_CHANGED);
    good("POST /bs", LOOM_NOT_ACCEPTABLE);
    assert_logged("failed client-refused\n");
    cr_assert(eq(sz, times("repairing 134\n"), 1));
    assert_next("nothing");
}

/* only 4.06 says that the configuration is inconsistent. */
Test(bootstrap_again, another_error_at_finish_is_not_repaired)
{
    (void)ask(&link_open, "/bs?ep=fixed");
    good("PUT /0/1", LOOM_CHANGED);
    good("PUT /1/0", LOOM_CHANGED);
    good("POST /bs", LOOM_BAD_REQUEST);
    assert_logged("answered 128\nfailed client-refused\n");
    assert_next("nothing");
}

/* what was spent in one session is there again in the next. */
Test(bootstrap_again, a_new_request_may_be_repaired_again)
{
    for (size_t i = 0; i < 2; i++) {
        (void)ask(&link_open, "/bs?ep=fixed");
        good("PUT /0/1", LOOM_CHANGED);
        good("PUT /1/0", LOOM_CHANGED);
        good("POST /bs", LOOM_NOT_ACCEPTABLE);
        good("DELETE ", LOOM_DELETED);
    }
    cr_assert(eq(sz, times("repairing 134\n"), 2));
}

/* ---- the version of an object ---------------------------------------------------------------- */

/* the version of an object outside the enabler is told when it is above 1.0. */
Test(bootstrap_again, a_write_tells_the_version_of_its_object)
{
    (void)ask(&link_open, "/bs?ep=versions");
    good("PUT /501/2/0?ver=1.1", LOOM_CHANGED);
    good("PUT /3/0/0", LOOM_CHANGED);
    good("PUT /500/0", LOOM_CHANGED);
    good("PUT /501/0?ver=1.1", LOOM_CHANGED);
    good("POST /bs", LOOM_CHANGED);
    assert_logged("finished\n");
}

/* the accounts file may say another version than the tables. */
Test(bootstrap_again, the_accounts_say_which_version)
{
    (void)ask(&link_open, "/bs?ep=told");
    good("PUT /500/0/2?ver=2.3", LOOM_CHANGED);
    good("PUT /501/0/0", LOOM_CHANGED);
}

/* no later text knows `ver=`, so a client that refuses it gets the write without, once. */
Test(bootstrap_again, a_client_that_refuses_a_version_is_not_asked_again)
{
    static const uint8_t codes[] = {LOOM_BAD_REQUEST, LOOM_CODE(4, 2), LOOM_METHOD_NOT_ALLOWED};
    for (size_t i = 0; i < sizeof codes; i++) {
        bench.log[0] = '\0';
        (void)ask(&link_open, "/bs?ep=versions");
        good("PUT /501/2/0?ver=1.1", codes[i]);
        cr_assert(eq(sz, times("version-refused "), 1));
        cr_assert_null(strstr(bench.log, "client-refused"));
        good("PUT /501/2/0", LOOM_CHANGED);
        good("PUT /3/0/0", LOOM_CHANGED);
        good("PUT /500/0", LOOM_CHANGED);
        good("PUT /501/0", LOOM_CHANGED);
        good("POST /bs", LOOM_NOT_ACCEPTABLE);
        good("DELETE ", LOOM_DELETED);
        good("PUT /501/2/0", LOOM_CHANGED); /* the repair is of the same session */
        cr_assert(eq(sz, times("version-refused "), 1));
    }
}

/* it was not the version then, and the session fails as for any refused write. */
Test(bootstrap_again, a_write_that_is_refused_without_its_version_too_fails)
{
    (void)ask(&link_open, "/bs?ep=versions");
    good("PUT /501/2/0?ver=1.1", LOOM_BAD_REQUEST);
    good("PUT /501/2/0", LOOM_BAD_REQUEST);
    assert_logged("failed client-refused\n");
    assert_next("nothing");
}

/* a client in trouble of its own (5.xx) says nothing about versions. */
Test(bootstrap_again, a_server_error_is_no_refused_version)
{
    (void)ask(&link_open, "/bs?ep=versions");
    good("PUT /501/2/0?ver=1.1", LOOM_INTERNAL_ERROR);
    assert_logged("failed client-refused\n");
}

/* ---- push ------------------------------------------------------------------------------------ */

static enum loom_status push(const char *endpoint)
{
    struct loom_text name = {endpoint, strlen(endpoint)};
    return loom_bootstrap_server_push(bench.server, name);
}

static void finish_blind(void)
{
    good("PUT /0/0", LOOM_CHANGED);
    good("PUT /1/0", LOOM_CHANGED);
    good("POST /bs", LOOM_CHANGED);
}

/* the server begins, without a Bootstrap-Request. */
Test(bootstrap_again, a_push_goes_where_the_endpoint_was_last_heard)
{
    struct loom_session moved = {.address = "10.0.0.7:7000", .identity = NULL};
    (void)ask(&link_open, "/bs?ep=blind");
    finish_blind();
    (void)ask(&moved, "/bs?ep=blind");
    finish_blind();
    bench.log[0] = '\0';
    cr_assert(eq(int, push("blind"), LOOM_OK));
    cr_assert(eq(str, bench.log, "pushed\n"));
    assert_next("PUT /0/0");
    cr_assert(fake_port_last(&bench.fake)->session == &moved);
    fake_port_answer(&bench.fake, LOOM_CHANGED);
    good("PUT /1/0", LOOM_CHANGED);
    good("POST /bs", LOOM_CHANGED);
    assert_logged("finished\n");
}

/* Discover comes first where the account wants it, as in any session. */
Test(bootstrap_again, a_push_is_a_session_like_any_other)
{
    (void)ask(&link_probe, "/bs?ep=probe&pct=99"); /* refused, but heard */
    cr_assert(eq(int, push("probe"), LOOM_OK));
    assert_next("GET ");
    cr_assert(eq(int, push("probe"), LOOM_CONFLICT));
    fake_port_fail(&bench.fake, LOOM_FAILURE_TIMEOUT);
    assert_logged("pushed\nsent discover\nfailed no-answer\n");
    cr_assert(eq(int, push("probe"), LOOM_OK));
    cr_assert(eq(u8, ask(&link_probe, "/bs?ep=probe"), LOOM_CHANGED), "the client may still ask");
    assert_logged("failed asked-again\nrequested\n");
}

/* there must be a session to push over; nobody else's counts (H-4). */
Test(bootstrap_again, a_push_needs_a_session_of_the_endpoint)
{
    cr_assert(eq(int, push("nobody"), LOOM_NOT_FOUND));
    cr_assert(eq(int, push("blind"), LOOM_UNAVAILABLE));
    (void)ask(&link_probe, "/bs?ep=blind"); /* refused: wrong identity */
    cr_assert(eq(int, push("blind"), LOOM_UNAVAILABLE));
    (void)ask(&link_open, "/bs?ep=blind");
    finish_blind();
    fake_port_lose(&bench.fake, &link_open);
    cr_assert(eq(int, push("blind"), LOOM_UNAVAILABLE));
    assert_next("nothing");
}
