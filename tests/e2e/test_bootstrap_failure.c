/* SPDX-License-Identifier: Apache-2.0 */
/* Bootstraps that come to nothing: what is kept, and when it is tried again (rules ..
 * */
#include "probe.h"

#include <criterion/criterion.h>
#include <string.h>

static struct probe probe;

static void stop(void)
{
    probe_stop(&probe);
}

TestSuite(bootstrap_failure, .fini = stop, .timeout = 60);

/* Real time passes, too, and on a busy machine seconds of it. */
#define MARGIN            5u
#define EXCHANGE_LIFETIME 247u
#define ALMOST            (EXCHANGE_LIFETIME - MARGIN)

static void expect_another_request(void)
{
    struct message request;

    peer_expect(&probe.bootstrap, &request, METHOD_POST, "/bs");
}

/* Rules: 247 s, counted from the last command; nothing of it stays. */
Test(bootstrap_failure, of_a_silent_server)
{
    probe_begin(&probe, "1.1");
    probe_advance(&probe, ALMOST);
    probe_provision(&probe, 0, 300);
    probe_advance(&probe, ALMOST);
    cr_assert_eq(process_count(&probe.client, "bootstrap-failed", NULL), 0u);
    probe_advance(&probe, MARGIN);
    cr_assert_eq(process_count(&probe.client, "bootstrap-failed", NULL), 1u);
    cr_assert_eq(process_count(&probe.client, "bootstrap-retry", NULL), 1u);
    probe_expect_value(&probe, "/0/0/0", NULL);
    probe_expect_value(&probe, "/1/0/1", NULL);
    probe_expect_value(&probe, "/0/1/0", probe.bootstrap.uri);
    probe_advance(&probe, 15);
    expect_another_request();
}

/* Rule A-85: a client that was accepted and then hears nothing at all. */
Test(bootstrap_failure, of_a_server_that_accepts_and_is_silent)
{
    probe_begin(&probe, "1.1");
    probe_advance(&probe, EXCHANGE_LIFETIME);
    cr_expect_eq(process_count(&probe.client, "bootstrap-failed", NULL), 1u);
    probe_advance(&probe, 15);
    expect_another_request();
}

/* Rules: refused; the waits grow. */
Test(bootstrap_failure, of_a_request_that_is_refused)
{
    static const unsigned waits[] = {10, 20, 40, 80};
    struct message request;
    unsigned wait;

    probe_start(&probe, "1.1");
    for (size_t i = 0; i < sizeof waits / sizeof waits[0]; i++) {
        peer_expect(&probe.bootstrap, &request, METHOD_POST, "/bs");
        peer_answer(&probe.bootstrap, &request, CODE(4, 0));
        process_event(&probe.client, "bootstrap-refused", "code", "4.00", NULL);
        wait = probe_expect_retry(&probe, waits[i]);
        probe_advance(&probe, wait - MARGIN);
        cr_expect_eq(process_count(&probe.client, "bootstrap-request", NULL), i + 1);
        probe_advance(&probe, MARGIN);
    }
    probe_accept(&probe);
}

Test(bootstrap_failure, of_a_request_that_is_reset)
{
    struct message request;

    probe_start(&probe, "1.1");
    peer_expect(&probe.bootstrap, &request, METHOD_POST, "/bs");
    peer_reset(&probe.bootstrap, &request);
    process_event(&probe.client, "bootstrap-failed", "failure", "reset", NULL);
    probe_advance(&probe, probe_expect_retry(&probe, 10));
    probe_accept(&probe);
}

/* A server that goes away, and comes back. */
Test(bootstrap_failure, of_a_server_that_is_unreachable)
{
    struct message request;
    unsigned wait;

    probe_start(&probe, "1.1");
    peer_expect(&probe.bootstrap, &request, METHOD_POST, "/bs");
    peer_answer(&probe.bootstrap, &request, CODE(5, 3));
    process_event(&probe.client, "bootstrap-refused", "code", "5.03", NULL);
    peer_close(&probe.bootstrap);
    process_say(&probe.client, "advance %u", probe_expect_retry(&probe, 10));
    process_event(&probe.client, "bootstrap-failed", "failure", "unreachable", NULL);
    wait = probe_expect_retry(&probe, 20);
    peer_reopen(&probe.bootstrap);
    process_say(&probe.client, "advance %u", wait);
    probe_accept(&probe);
}

/* Rules: a device in service keeps the accounts that it had, all of them. */
Test(bootstrap_failure, leaves_the_accounts_as_they_were)
{
    struct message answer;

    probe_start_with_server(&probe, "1.1", "86400");
    peer_expect(&probe.server, &answer, METHOD_POST, "/rd");
    peer_answer_created(&probe.server, &answer, PROBE_LOCATION);
    process_event(&probe.client, "registered", "ssid", "1", NULL);
    process_say(&probe.client, "bootstrap");
    probe_accept(&probe);
    EXPECT_CODE(peer_put_text(&probe.bootstrap, PROBE_ACCOUNT "/11", "3600"), 2, 4);
    EXPECT_CODE(peer_put_text(&probe.bootstrap, PROBE_ACCOUNT "/0", "coap://127.0.0.1:9"), 2, 4);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/"), 2, 2);
    probe_provision(&probe, 2, 300);
    probe_advance(&probe, EXCHANGE_LIFETIME);
    cr_assert_eq(process_count(&probe.client, "bootstrap-failed", NULL), 1u);
    probe_expect_value(&probe, "/0/0/0", probe.server.uri);
    probe_expect_value(&probe, "/0/0/10", "1");
    probe_expect_value(&probe, "/1/0/1", "86400");
    probe_expect_value(&probe, "/0/1/0", probe.bootstrap.uri);
    probe_expect_value(&probe, "/0/1/11", "0");
    probe_expect_value(&probe, "/0/2/0", NULL);
    EXPECT_CODE(peer_get(&probe.server, "/1/0/1", FORMAT_TEXT, &answer), 2, 5);
}

/* Rule A-81: a Finish that was refused is not the end; silence after it is. */
Test(bootstrap_failure, after_a_finish_that_was_refused)
{
    probe_begin(&probe, "1.1");
    EXPECT_CODE(probe_finish(&probe), 4, 6);
    probe_advance(&probe, ALMOST);
    cr_expect_eq(process_count(&probe.client, "bootstrap-failed", NULL), 0u);
    probe_advance(&probe, MARGIN);
    cr_expect_eq(process_count(&probe.client, "bootstrap-failed", NULL), 1u);
    cr_expect_eq(process_count(&probe.client, "register", NULL), 0u);
}
