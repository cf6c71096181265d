/* SPDX-License-Identifier: Apache-2.0 */
/* A registration's life: attempts, updates, the ways out (rules B). */
#include "probe.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct probe probe;

static void stop(void)
{
    probe_stop(&probe);
}

TestSuite(registration, .fini = stop, .timeout = 60);

static void expect_bootstrap_request(void)
{
    struct message request;

    peer_expect(&probe.bootstrap, &request, METHOD_POST, "/bs");
}

static void answer_update(const char *arguments)
{
    struct message request;

    probe_expect_update(&probe, &request, arguments);
    cr_expect_eq(request.payload, request.length, "an Update carries only what has changed");
    peer_answer(&probe.server, &request, CODE(2, 4));
    process_event(&probe.client, "updated", NULL);
}

/* ---- attempts -------------------------------------------------------------------------------- */

/* Rules B-54 to B-57: attempts at 0, 60, 180, 420 and 900 s, then a bootstrap (B-53). */
Test(registration, attempts_by_the_defaults)
{
    static const struct {
        const char *wait;
        unsigned seconds;
        unsigned begin;
    } attempts[] = {{"60", 60, 0}, {"120", 120, 60}, {"240", 240, 180}, {"480", 480, 420}};

    probe.server_away = true;
    probe_start_with_server(&probe, "1.1", "300");
    for (size_t i = 0; i < sizeof attempts / sizeof attempts[0]; i++) {
        process_event(&probe.client, "register", "ssid", "1", NULL);
        cr_expect_eq(atol(process_member(&probe.client, "time_ms")) / 10000,
                     (long)attempts[i].begin / 10);
        process_event(&probe.client, "register-failed", "failure", "unreachable", NULL);
        process_event(&probe.client, "register-retry", "seconds", attempts[i].wait, NULL);
        process_say(&probe.client, "advance %u", attempts[i].seconds);
    }
    process_event(&probe.client, "register", "ssid", "1", NULL);
    cr_expect_eq(atol(process_member(&probe.client, "time_ms")) / 10000, 90L);
    process_event(&probe.client, "registration-given-up", "ssid", "1", NULL);
    expect_bootstrap_request();
    cr_expect_eq(process_count(&probe.client, "register", NULL), 5u);
}

/* Rules B-54 to B-57: a wait begins when the attempt is known to have failed. Silence lasts for
 * MAX_TRANSMIT_WAIT, 93 s, on a clock that is moved as well. */
Test(registration, attempts_at_a_silent_server)
{
    static const long begins[] = {0, 93 + 60, 153 + 93 + 120, 366 + 93 + 240, 699 + 93 + 480};
    struct message request;

    probe_start_with_server(&probe, "1.1", "300");
    peer_expect(&probe.server, &request, METHOD_POST, "/rd");
    process_say(&probe.client, "advance 1272");
    for (size_t i = 0; i < sizeof begins / sizeof begins[0]; i++) {
        long began;

        process_event(&probe.client, "register", "ssid", "1", NULL);
        began = atol(process_member(&probe.client, "time_ms")) / 1000;
        cr_expect_geq(began, begins[i]);
        cr_expect_lt(began, begins[i] + 30, "%ld", began);
        if (i + 1 < sizeof begins / sizeof begins[0]) {
            process_event(&probe.client, "register-failed", "failure", "timeout", NULL);
        }
    }
    process_say(&probe.client, "advance 93");
    process_event(&probe.client, "registration-given-up", "ssid", "1", NULL);
    expect_bootstrap_request();
}

/* Rules B-54, B-55: the bootstrap server's own numbers. */
Test(registration, attempts_by_the_account)
{
    struct tlv security;
    struct tlv server = probe_server(7, 300);

    probe.server_away = true;
    probe_begin(&probe, "1.1");
    security = probe_security(probe.server.uri, PROBE_NOSEC, 7);
    tlv_number(&server, 17, 2); /* attempts in a sequence */
    tlv_number(&server, 18, 5); /* first wait */
    tlv_number(&server, 19, 100);
    tlv_number(&server, 20, 2); /* sequences */
    EXPECT_CODE(probe_write(&probe, "/0/0", &security), 2, 4);
    EXPECT_CODE(probe_write(&probe, "/1/0", &server), 2, 4);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    process_event(&probe.client, "register-retry", "seconds", "5", NULL);
    process_say(&probe.client, "advance 5");
    process_event(&probe.client, "register-retry", "seconds", "100", NULL);
    process_say(&probe.client, "advance 100");
    process_event(&probe.client, "register-retry", "seconds", "5", NULL);
    process_say(&probe.client, "advance 5");
    process_event(&probe.client, "registration-given-up", NULL);
    cr_expect_eq(process_count(&probe.client, "register", NULL), 4u);
    expect_bootstrap_request();
}

/* A server that comes back in time. */
Test(registration, succeeds_at_a_later_attempt)
{
    probe.server_away = true;
    probe_start_with_server(&probe, "1.1", "300");
    process_event(&probe.client, "register-retry", NULL);
    peer_reopen(&probe.server);
    process_say(&probe.client, "advance 60");
    probe_register(&probe);
}

/* Rule B-53: explicitly refused. */
Test(registration, is_refused)
{
    struct message request;

    probe_start_with_server(&probe, "1.1", "300");
    peer_expect(&probe.server, &request, METHOD_POST, "/rd");
    peer_answer(&probe.server, &request, CODE(4, 3));
    process_event(&probe.client, "register-refused", "ssid", "1", "code", "4.03", NULL);
    process_event(&probe.client, "registration-given-up", NULL);
    expect_bootstrap_request();
}

/* Rule B-53: with 1/x/16 false the accounts are not to be replaced; the client keeps trying by
 * 1/x/17 to 20. */
Test(registration, is_refused_and_does_not_bootstrap)
{
    struct tlv security;
    struct tlv server = probe_server(7, 300);
    struct message request;

    probe_begin(&probe, "1.1");
    security = probe_security(probe.server.uri, PROBE_NOSEC, 7);
    tlv_number(&server, 16, 0);
    tlv_number(&server, 18, 30);
    EXPECT_CODE(probe_write(&probe, "/0/0", &security), 2, 4);
    EXPECT_CODE(probe_write(&probe, "/1/0", &server), 2, 4);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    peer_expect(&probe.server, &request, METHOD_POST, "/rd");
    peer_answer(&probe.server, &request, CODE(4, 3));
    process_event(&probe.client, "register-refused", "code", "4.03", NULL);
    process_next(&probe.client, "register-retry", "seconds", "30", NULL);
    process_say(&probe.client, "advance 30");
    probe_register(&probe);
    cr_expect_eq(process_count(&probe.client, "bootstrap-request", NULL), 1u);
}

/* ---- Update ---------------------------------------------------------------------------------- */

/* Rules B-19, B-22: 93 s before the end, or at half of a short lifetime. */
Test(registration, is_updated_before_it_expires)
{
    probe_settle(&probe, "1.1", 300);
    probe_advance(&probe, 200);
    cr_expect_eq(process_count(&probe.client, "update", NULL), 0u);
    process_say(&probe.client, "advance 7");
    answer_update("");
    probe_advance(&probe, 200);
    cr_expect_eq(process_count(&probe.client, "update", NULL), 1u);
    process_say(&probe.client, "advance 7");
    answer_update("");
}

/* Rule B-20. */
Test(registration, begins_again_where_it_is_unknown)
{
    struct message request;

    probe_settle(&probe, "1.1", 300);
    process_say(&probe.client, "update");
    probe_expect_update(&probe, &request, "");
    peer_answer(&probe.server, &request, CODE(4, 4));
    process_event(&probe.client, "update-refused", "code", "4.04", NULL);
    probe_register(&probe);
}

/* Rules B-3, B-18. */
Test(registration, is_updated_with_a_new_lifetime)
{
    probe_settle(&probe, "1.1", 300);
    EXPECT_CODE(peer_put_text(&probe.server, "/1/0/1", "60"), 2, 4);
    answer_update("?lt=60");
    probe_advance(&probe, 25);
    cr_expect_eq(process_count(&probe.client, "update", NULL), 1u);
    process_say(&probe.client, "advance 5");
    answer_update("");
}

/* Rule B-4: in 1.0 the binding is that of the account. */
Test(registration, is_updated_with_a_new_binding)
{
    probe_settle(&probe, "1.0", 300);
    EXPECT_CODE(peer_put_text(&probe.server, "/1/0/7", "UQ"), 2, 4);
    answer_update("?b=UQ");
}

/* Rule B-18: the object list in an Update is complete. */
Test(registration, is_updated_with_new_objects)
{
    struct message request;
    char links[512];

    probe_settle(&probe, "1.1", 300);
    EXPECT_CODE(peer_post(&probe.server, "/3303", ""), 2, 1);
    probe_expect_update(&probe, &request, "");
    message_text(&request, links, sizeof links);
    cr_expect_not_null(strstr(links, "</1/0>"), "%s", links);
    cr_expect_not_null(strstr(links, "</3303/0>,</3303/1>"), "%s", links);
    peer_answer(&probe.server, &request, CODE(2, 4));
    process_event(&probe.client, "updated", NULL);
    EXPECT_CODE(peer_delete(&probe.server, "/3303/1"), 2, 2);
    probe_expect_update(&probe, &request, "");
    message_text(&request, links, sizeof links);
    cr_expect_null(strstr(links, "</3303/1>"), "%s", links);
    peer_answer(&probe.server, &request, CODE(2, 4));
}

/* ---- the executables of the Server object ---------------------------------------------------- */

/* Rule B-71. */
Test(registration, is_updated_on_trigger)
{
    probe_settle(&probe, "1.1", 300);
    EXPECT_CODE(peer_post(&probe.server, "/1/0/8", ""), 2, 4);
    answer_update("");
}

/* Rule A-110: answered first. */
Test(registration, bootstraps_on_trigger)
{
    probe_settle(&probe, "1.1", 300);
    EXPECT_CODE(peer_post(&probe.server, "/1/0/9", ""), 2, 4);
    expect_bootstrap_request();
}

/* The trigger came with object 1 version 1.1. */
Test(registration, has_no_bootstrap_trigger_in_1_0)
{
    probe_settle(&probe, "1.0", 300);
    EXPECT_CODE(peer_post(&probe.server, "/1/0/9", ""), 4, 4);
}

/* Rule B-70: answered, de-registered, silent for 1/x/5 seconds, registered. */
Test(registration, is_disabled_for_a_while)
{
    struct message request;

    probe_settle(&probe, "1.1", 300);
    EXPECT_CODE(peer_put_text(&probe.server, "/1/0/5", "40"), 2, 4);
    EXPECT_CODE(peer_post(&probe.server, "/1/0/4", ""), 2, 4);
    peer_expect(&probe.server, &request, METHOD_DELETE, PROBE_LOCATION);
    peer_answer(&probe.server, &request, CODE(2, 2));
    process_event(&probe.client, "disabled", "ssid", PROBE_SSID, "seconds", "40", NULL);
    probe_advance(&probe, 35);
    cr_expect_eq(process_count(&probe.client, "register", NULL), 1u);
    process_say(&probe.client, "advance 5");
    probe_register(&probe);
}

/* ---- De-register, rule B-23 ------------------------------------------------------------------ */

Test(registration, ends_by_the_console)
{
    struct message request;

    probe_settle(&probe, "1.1", 300);
    process_say(&probe.client, "deregister");
    peer_expect(&probe.server, &request, METHOD_DELETE, PROBE_LOCATION);
    peer_answer(&probe.server, &request, CODE(2, 2));
    process_event(&probe.client, "deregistered", "ssid", PROBE_SSID, NULL);
    process_say(&probe.client, "update");
    probe_register(&probe);
}

Test(registration, ends_with_the_program)
{
    struct message request;

    probe_settle(&probe, "1.1", 300);
    process_say(&probe.client, "quit");
    peer_expect(&probe.server, &request, METHOD_DELETE, PROBE_LOCATION);
    peer_answer(&probe.server, &request, CODE(2, 2));
    process_event(&probe.client, "deregistered", "ssid", PROBE_SSID, NULL);
    process_next(&probe.client, "stopped", NULL);
    cr_expect_eq(process_wait(&probe.client), 0);
}

/* A server that does not answer does not hold up the end of the program. */
Test(registration, ends_with_the_program_though_the_server_is_silent)
{
    struct message request;

    probe_settle(&probe, "1.1", 300);
    process_say(&probe.client, "quit");
    peer_expect(&probe.server, &request, METHOD_DELETE, PROBE_LOCATION);
    cr_expect_eq(process_wait(&probe.client), 0);
}
