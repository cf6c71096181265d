/* SPDX-License-Identifier: Apache-2.0 */
/* Registrations from their beginning to their end, with servers that answer right, wrong or not at
 * all. */
#include "probe.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct probe probe;

static void stop(void)
{
    probe_stop(&probe);
}

TestSuite(registration_story, .fini = stop, .timeout = 60);

/* The server's account of the command line with 1/x/16 as it is told, and attempts 5 s apart. */
static void start_with(const char *lwm2m, const char *bootstrap_on_failure)
{
    probe.options[0] = "--set";
    probe.options[1] = bootstrap_on_failure;
    probe.options[2] = "--set";
    probe.options[3] = "/1/0/18=5";
    probe_start_with_server(&probe, lwm2m, "300");
}

/* ---- answers to a Register ------------------------------------------------------------------- */

/* Rules B-53, A-10: the device is not wanted; the bootstrap server may know a better place. */
Test(registration_story, that_is_refused_in_several_ways)
{
    static const struct {
        uint8_t code;
        const char *text;
    } refusals[] = {{CODE(4, 0), "4.00"}, {CODE(4, 1), "4.01"}, {CODE(4, 3), "4.03"}};

    probe_begin(&probe, "1.1");
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        struct message request;

        probe_provision(&probe, 0, 300);
        EXPECT_CODE(probe_finish(&probe), 2, 4);
        probe_expect_register(&probe, &request);
        peer_answer(&probe.server, &request, refusals[i].code);
        process_event(&probe.client, "register-refused", "code", refusals[i].text, NULL);
        process_event(&probe.client, "registration-given-up", NULL);
        if (i > 0) { /* the first time after the hold-off, which is 0 */
            process_event(&probe.client, "bootstrap-retry", NULL);
            process_say(&probe.client, "advance 600");
        }
        probe_accept(&probe);
    }
}

/* Rules B-54, B-57: trouble of the server's own is no refusal: it is tried again. */
Test(registration_story, that_meets_a_server_in_trouble)
{
    static const uint8_t codes[] = {CODE(5, 0), CODE(5, 3)};

    start_with("1.1", "/1/0/16=1");
    for (size_t i = 0; i < sizeof codes; i++) {
        struct message request;

        probe_expect_register(&probe, &request);
        peer_answer(&probe.server, &request, codes[i]);
        process_event(&probe.client, "register-retry", NULL);
        process_say(&probe.client, "advance 20");
    }
    probe_register(&probe);
    cr_expect_eq(process_count(&probe.client, "bootstrap-request", NULL), 0u);
}

/* Register is answered 2.01 with a Location-Path and nothing else (rules B.1). A client that took
 * less for a registration would not know where to send its Update. Nor is it a refusal, which would
 * lead to a bootstrap (rule B-53): it is tried again (B-54). */
static void expect_no_registration(uint8_t code, const char *location)
{
    struct message request;

    start_with("1.1", "/1/0/16=1");
    probe_expect_register(&probe, &request);
    peer_answer_as(&probe.server, &request, MESSAGE_ACK, code, request.id, location);
    process_event(&probe.client, "register-refused", "ssid", "1", NULL);
    process_event(&probe.client, "register-retry", "ssid", "1", NULL);
    cr_expect_eq(process_count(&probe.client, "registered", NULL), 0u);
    process_say(&probe.client, "advance 20");
    probe_register(&probe);
    cr_expect_eq(process_count(&probe.client, "bootstrap-request", NULL), 0u);
}

Test(registration_story, that_is_answered_as_an_update)
{
    expect_no_registration(CODE(2, 4), PROBE_LOCATION);
}

Test(registration_story, without_a_location)
{
    expect_no_registration(CODE(2, 1), "");
}

#define TEN     "0123456789"
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN

Test(registration_story, with_a_location_beyond_all_measure)
{
    expect_no_registration(CODE(2, 1), "/rd/" HUNDRED HUNDRED "/" HUNDRED);
}

Test(registration_story, with_a_location_in_very_many_parts)
{
    expect_no_registration(CODE(2, 1), "/r/d/0/1/2/3/4/5/6/7/8/9/a/b/c/d/e/f/0/1/2");
}

/* What a client keeps is long enough for any server that is not out to hurt (LOOM_LOCATION_SIZE).
 */
Test(registration_story, with_a_long_location)
{
    const char *location = "/rd/" TEN TEN TEN TEN "/" TEN;
    struct message request;

    probe_start_with_server(&probe, "1.1", "300");
    probe_expect_register(&probe, &request);
    peer_answer_created(&probe.server, &request, location);
    process_event(&probe.client, "registered", "location", location, NULL);
    process_say(&probe.client, "update");
    peer_expect(&probe.server, &request, METHOD_POST, location);
    peer_answer(&probe.server, &request, CODE(2, 4));
    process_event(&probe.client, "updated", NULL);
}

/* ---- answers to an Update and a De-register -------------------------------------------------- */

/* Rule B-20: a server that does not take the Update does not know the device: it registers. */
static void expect_register_after_update(uint8_t code, const char *text)
{
    struct message request;

    probe_settle(&probe, "1.1", 300);
    process_say(&probe.client, "update");
    probe_expect_update(&probe, &request, "");
    peer_answer(&probe.server, &request, code);
    process_event(&probe.client, "update-refused", "code", text, NULL);
    probe_register(&probe);
}

Test(registration_story, that_is_unknown_at_the_update)
{
    expect_register_after_update(CODE(4, 4), "4.04");
}

Test(registration_story, whose_update_is_a_bad_request)
{
    expect_register_after_update(CODE(4, 0), "4.00");
}

/* While the client registers anew it serves nobody (rule A-92): not even who knew it before. */
Test(registration_story, that_is_unknown_is_none)
{
    struct peer_request read = {
        .method = METHOD_GET, .path = "/3/0/0", .accept = FORMAT_TEXT, .format = MESSAGE_ABSENT};
    struct message request;

    probe_settle(&probe, "1.1", 300);
    process_say(&probe.client, "update");
    probe_expect_update(&probe, &request, "");
    peer_answer(&probe.server, &request, CODE(4, 4));
    probe_expect_register(&probe, &request);
    peer_request(&probe.server, &read);
    process_event(&probe.client, "ignored", "ssid", PROBE_SSID, NULL);
    peer_answer_created(&probe.server, &request, PROBE_LOCATION);
    process_event(&probe.client, "registered", NULL);
}

/* Rule B-23: whoever has forgotten the device already is left as well. */
Test(registration_story, that_was_forgotten_before_its_end)
{
    struct message request;

    probe_settle(&probe, "1.1", 300);
    process_say(&probe.client, "deregister");
    peer_expect(&probe.server, &request, METHOD_DELETE, PROBE_LOCATION);
    peer_answer(&probe.server, &request, CODE(4, 4));
    process_event(&probe.client, "deregistered", "ssid", PROBE_SSID, NULL);
}

/* ---- lifetimes ------------------------------------------------------------------------------- */

static void expect_lifetime(const char *lifetime, const char *arguments)
{
    struct message request;
    char query[128];

    probe_start_with_server(&probe, "1.2", lifetime);
    probe_expect_register(&probe, &request);
    message_parts(&request, OPTION_URI_QUERY, '?', query, sizeof query);
    cr_expect_str_eq(query, arguments);
    peer_answer_created(&probe.server, &request, PROBE_LOCATION);
    process_event(&probe.client, "registered", NULL);
}

/* Rule B-21: without end; there is nothing to refresh. */
Test(registration_story, without_end)
{
    expect_lifetime("0", "?ep=probe?lt=0?lwm2m=1.2?b=U");
    probe_advance(&probe, 4000000000u);
    cr_expect_eq(process_count(&probe.client, "update", NULL), 0u);
}

/* Rules B-3, B-22: the longest there is; its Update comes 93 s before its end. */
Test(registration_story, of_the_longest_lifetime)
{
    struct message request;

    expect_lifetime("4294967295", "?ep=probe?lt=4294967295?lwm2m=1.2?b=U");
    probe_advance(&probe, 4294967100u);
    cr_expect_eq(process_count(&probe.client, "update", NULL), 0u);
    process_say(&probe.client, "advance 110");
    probe_expect_update(&probe, &request, "");
}

/* Rule B-22: at the half, and never a storm. */
Test(registration_story, of_the_shortest_lifetime)
{
    struct message request;

    expect_lifetime("1", "?ep=probe?lt=1?lwm2m=1.2?b=U");
    for (unsigned i = 0; i < 3; i++) {
        probe_expect_update(&probe, &request, "");
        peer_answer(&probe.server, &request, CODE(2, 4));
        process_event(&probe.client, "updated", NULL);
    }
}

/* ---- triggers -------------------------------------------------------------------------------- */

/* Rule A-110: without an account of a bootstrap server there is nothing to start. */
Test(registration_story, that_cannot_lead_to_a_bootstrap)
{
    probe_start_without_bootstrap(&probe, "1.1", "300");
    probe_register(&probe);
    EXPECT_CODE(peer_post(&probe.server, "/1/0/9", ""), 4, 5);
    process_event(&probe.client, "execute", "path", "/1/0/9", "code", "4.05", NULL);
    cr_expect_eq(process_count(&probe.client, "bootstrap-no-account", NULL), 0u);
}

/* Rule A-110: triggered twice, bootstrapped once. */
Test(registration_story, that_leads_to_one_bootstrap)
{
    struct peer_request trigger = {.method = METHOD_POST,
                                   .path = "/1/0/9",
                                   .accept = MESSAGE_ABSENT,
                                   .format = MESSAGE_ABSENT};
    struct message sent;
    struct message answer;

    probe_settle(&probe, "1.1", 300);
    sent = peer_request(&probe.server, &trigger);
    EXPECT_CODE(peer_expect_answer(&probe.server, &sent, &answer), 2, 4);
    peer_send(&probe.server, sent.bytes, sent.length);
    EXPECT_CODE(peer_expect_answer(&probe.server, &sent, &answer), 2, 4);
    probe_accept(&probe);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
    cr_expect_eq(process_count(&probe.client, "bootstrap-request", NULL), 2u);
}

/* Rule B-70: nothing of that server is heard while it is disabled. */
Test(registration_story, that_is_disabled_and_deaf)
{
    struct message request;

    probe_settle(&probe, "1.1", 300);
    EXPECT_CODE(peer_put_text(&probe.server, "/1/0/5", "100"), 2, 4);
    EXPECT_CODE(peer_post(&probe.server, "/1/0/4", ""), 2, 4);
    peer_expect(&probe.server, &request, METHOD_DELETE, PROBE_LOCATION);
    peer_answer(&probe.server, &request, CODE(2, 2));
    process_event(&probe.client, "disabled", "seconds", "100", NULL);
    probe_advance(&probe, 50);
    peer_expect_unheard(&probe.server, "\x40\x01\x7A\x01\xB1\x33", 6);
    process_say(&probe.client, "update"); /* not before its time */
    probe_advance(&probe, 40);
    cr_expect_eq(process_count(&probe.client, "register", NULL), 1u);
    process_say(&probe.client, "advance 10");
    probe_register(&probe);
}

/* Rule B-70: and where it is said twice, once is enough; an unanswered De-register changes nothing
 * of it. */
Test(registration_story, that_is_disabled_by_a_message_that_repeats)
{
    struct peer_request disable = {.method = METHOD_POST,
                                   .path = "/1/0/4",
                                   .accept = MESSAGE_ABSENT,
                                   .format = MESSAGE_ABSENT};
    struct message sent;
    struct message answer;

    probe_settle(&probe, "1.1", 300);
    sent = peer_request(&probe.server, &disable);
    EXPECT_CODE(peer_expect_answer(&probe.server, &sent, &answer), 2, 4);
    peer_expect(&probe.server, &answer, METHOD_DELETE, PROBE_LOCATION);
    peer_send(&probe.server, sent.bytes, sent.length);
    peer_reset(&probe.server, &answer);
    process_event(&probe.client, "disabled", "seconds", "86400", NULL);
    cr_expect_eq(process_count(&probe.client, "execute", "path", "/1/0/4", NULL), 1u);
    cr_expect_eq(process_count(&probe.client, "deregister", NULL), 1u);
}

/* ---- retries by the resources ---------------------------------------------------------------- */

/* Rules B-54, B-55: the last sequence is the last one where 1/x/19 is MAX_VALUE, and a bootstrap
 * does not follow where 1/x/16 is false (B-53). Nothing is ever done again, but by the console. */
Test(registration_story, that_is_given_up_for_good)
{
    static const char *const options[] = {"--set", "/1/0/16=0", "--set", "/1/0/17=2",
                                          "--set", "/1/0/18=5", "--set", "/1/0/19=4294967295"};

    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        probe.options[i] = options[i];
    }
    probe.server_away = true;
    probe_start_with_server(&probe, "1.1", "300");
    process_event(&probe.client, "register-retry", "seconds", "5", NULL);
    process_say(&probe.client, "advance 5");
    process_event(&probe.client, "registration-given-up", NULL);
    probe_advance(&probe, 4000000000u);
    cr_expect_eq(process_count(&probe.client, "register", NULL), 2u);
    cr_expect_eq(process_count(&probe.client, "bootstrap-request", NULL), 0u);
    peer_reopen(&probe.server);
    process_say(&probe.client, "update");
    probe_register(&probe);
}
