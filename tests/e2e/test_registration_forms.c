/* SPDX-License-Identifier: Apache-2.0 */
/* Registrations that the resources of the accounts, the releases and the network shape: order,
 * fall-backs, profile ids, queue mode, another address. */
#include "probe.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct probe probe;
static struct udp_peer second = {.socket = -1};

static void stop(void)
{
    probe_stop(&probe);
    peer_close(&second);
}

TestSuite(registration_forms, .fini = stop, .timeout = 60);

static void set_options(const char *const *options)
{
    for (size_t i = 0; options[i] != NULL; i++) {
        probe.options[i] = options[i];
    }
}

static void expect_register(struct message *request, const char *arguments)
{
    char query[128];

    probe_expect_register(&probe, request);
    message_parts(request, OPTION_URI_QUERY, '?', query, sizeof query);
    cr_expect_str_eq(query, arguments);
}

static void let_in(const struct message *request)
{
    peer_answer_created(&probe.server, request, PROBE_LOCATION);
    process_event(&probe.client, "registered", "location", PROBE_LOCATION, NULL);
}

/* ---- releases, rule B-13 --------------------------------------------------------------------- */

/* Down to the oldest, each at once and in its own form; an Update is one of the release that holds.
 */
Test(registration_forms, of_an_older_release)
{
    struct message request;

    probe_start_with_server(&probe, "1.2", "300");
    expect_register(&request, "?ep=probe?lt=300?lwm2m=1.2?b=U");
    peer_answer(&probe.server, &request, CODE(4, 12));
    process_event(&probe.client, "version-fall-back", "text", "1.1", NULL);
    expect_register(&request, "?ep=probe?lt=300?lwm2m=1.1?b=U");
    peer_answer(&probe.server, &request, CODE(4, 12));
    process_event(&probe.client, "version-fall-back", "text", "1.0", NULL);
    expect_register(&request, "?ep=probe?lt=300?lwm2m=1.0?b=U");
    let_in(&request);
    EXPECT_CODE(peer_put_text(&probe.server, "/1/0/7", "UQ"), 2, 4);
    probe_expect_update(&probe, &request, "?b=UQ"); /* rule B-4, which is one of 1.0 */
    cr_expect_eq(process_count(&probe.client, "register-refused", NULL), 0u);
}

/* None is old enough: refused, and the bootstrap server is asked (rule B-53). */
Test(registration_forms, of_no_release_that_the_server_knows)
{
    struct message request;

    probe_start_with_server(&probe, "1.1", "300");
    for (unsigned i = 0; i < 2; i++) {
        probe_expect_register(&probe, &request);
        peer_answer(&probe.server, &request, CODE(4, 12));
    }
    process_event(&probe.client, "register-refused", "code", "4.12", NULL);
    peer_expect(&probe.bootstrap, &request, METHOD_POST, "/bs");
    cr_expect_eq(process_count(&probe.client, "version-fall-back", NULL), 1u);
}

Test(registration_forms, of_a_release_that_the_product_insists_on)
{
    struct message request;

    set_options((const char *const[]){"--oldest-lwm2m", "1.2", NULL});
    probe_start_with_server(&probe, "1.2", "300");
    expect_register(&request, "?ep=probe?lt=300?lwm2m=1.2?b=U");
    peer_answer(&probe.server, &request, CODE(4, 12));
    process_event(&probe.client, "register-refused", "code", "4.12", NULL);
    peer_expect(&probe.bootstrap, &request, METHOD_POST, "/bs");
    cr_expect_eq(process_count(&probe.client, "version-fall-back", NULL), 0u);
}

/* ---- profile ids, rules B-40 .. B-42 --------------------------------------------------------- */

Test(registration_forms, with_a_profile_id)
{
    struct message request;

    set_options((const char *const[]){"--profile-id", "oma:probe-1", NULL});
    probe_start_with_server(&probe, "1.2", "300");
    expect_register(&request, "?ep=probe?lt=300?lwm2m=1.2?b=U?pid=oma:probe-1");
    cr_expect_eq(request.payload, request.length, "the object list came, too");
    let_in(&request);
}

/* Rule B-42: the server does not know it; it gets the whole list at once, and ever after. */
Test(registration_forms, with_a_profile_id_that_nobody_knows)
{
    struct message request;
    char links[512];

    set_options((const char *const[]){"--profile-id", "oma:probe-1", NULL});
    probe_start_with_server(&probe, "1.2", "300");
    probe_expect_register(&probe, &request);
    peer_answer(&probe.server, &request, CODE(4, 9));
    process_event(&probe.client, "profile-refused", "ssid", "1", NULL);
    for (unsigned i = 0; i < 2; i++) {
        expect_register(&request, "?ep=probe?lt=300?lwm2m=1.2?b=U");
        message_text(&request, links, sizeof links);
        cr_expect_not_null(strstr(links, "</3/0>"), "%s", links);
        let_in(&request);
        process_say(&probe.client, "address-changed");
    }
}

/* Rules B-13, B-40: older releases know no profile ids. */
Test(registration_forms, with_a_profile_id_and_an_older_release)
{
    struct message request;
    char links[512];

    set_options((const char *const[]){"--profile-id", "oma:probe-1", NULL});
    probe_start_with_server(&probe, "1.2", "300");
    probe_expect_register(&probe, &request);
    peer_answer(&probe.server, &request, CODE(4, 12));
    expect_register(&request, "?ep=probe?lt=300?lwm2m=1.1?b=U");
    message_text(&request, links, sizeof links);
    cr_expect_not_null(strstr(links, "</1/0>"), "%s", links);
    let_in(&request);
}

/* ---- queue mode, rules B-80 .. B-82 ---------------------------------------------------------- */

/* Awake for 93 s after the last message, then deaf until the Update. */
static void expect_sleep(void)
{
    struct peer_request read = {
        .method = METHOD_GET, .path = "/3/0/0", .accept = FORMAT_TEXT, .format = MESSAGE_ABSENT};
    struct message request;
    struct message answer;

    probe_advance(&probe, 60);
    EXPECT_CODE(peer_get(&probe.server, "/3/0/0", FORMAT_TEXT, &answer), 2, 5);
    probe_advance(&probe, 88);
    cr_expect_eq(process_count(&probe.client, "asleep", NULL), 0u);
    process_say(&probe.client, "advance 6");
    process_event(&probe.client, "asleep", NULL);
    peer_request(&probe.server, &read);
    process_event(&probe.client, "ignored", NULL);
    process_say(&probe.client, "update");
    probe_expect_update(&probe, &request, "");
    peer_answer(&probe.server, &request, CODE(2, 4));
    process_event(&probe.client, "updated", NULL);
    EXPECT_CODE(peer_get(&probe.server, "/3/0/0", FORMAT_TEXT, &answer), 2, 5);
}

Test(registration_forms, in_queue_mode)
{
    struct message request;

    set_options((const char *const[]){"--queue-mode", NULL});
    probe_start_with_server(&probe, "1.1", "3000");
    expect_register(&request, "?ep=probe?lt=3000?lwm2m=1.1?b=U?Q");
    let_in(&request);
    expect_sleep();
}

/* In 1.0 it is a letter of the binding. */
Test(registration_forms, in_queue_mode_of_1_0)
{
    struct message request;

    set_options((const char *const[]){"--set", "/1/0/7=UQ", NULL});
    probe_start_with_server(&probe, "1.0", "3000");
    expect_register(&request, "?ep=probe?lt=3000?lwm2m=1.0?b=UQ");
    let_in(&request);
    expect_sleep();
}

/* Rule B-22: nobody oversleeps the end of the registration. */
Test(registration_forms, in_queue_mode_that_goes_on)
{
    struct message request;

    set_options((const char *const[]){"--queue-mode", NULL});
    probe_start_with_server(&probe, "1.1", "1000");
    probe_register(&probe);
    probe_advance(&probe, 800);
    cr_expect_eq(process_count(&probe.client, "asleep", NULL), 1u);
    cr_expect_eq(process_count(&probe.client, "update", NULL), 0u);
    process_say(&probe.client, "advance 107");
    probe_expect_update(&probe, &request, "");
}

/* ---- order and delays, rules B-50 .. B-52 ---------------------------------------------------- */

/* Two servers by a bootstrap: 7 at the peer `server`, which comes after 8 at `second`. */
static void provision_in_order(bool block)
{
    struct tlv security;
    struct tlv server = probe_server(7, 3000);

    peer_open(&second);
    probe_begin(&probe, "1.1");
    tlv_number(&server, 13, 2);
    EXPECT_CODE(probe_write(&probe, "/1/0", &server), 2, 4);
    server = probe_server(8, 3000);
    tlv_number(&server, 13, 1);
    tlv_number(&server, 15, block ? 1 : 0);
    tlv_number(&server, 16, 0);
    tlv_number(&server, 17, 1);
    tlv_number(&server, 19, 5000);
    EXPECT_CODE(probe_write(&probe, "/1/1", &server), 2, 4);
    security = probe_security(probe.server.uri, PROBE_NOSEC, 7);
    EXPECT_CODE(probe_write(&probe, "/0/0", &security), 2, 4);
    security = probe_security(second.uri, PROBE_NOSEC, 8);
    EXPECT_CODE(probe_write(&probe, "/0/2", &security), 2, 4);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
}

Test(registration_forms, in_order)
{
    struct message request;

    provision_in_order(false);
    peer_expect(&second, &request, METHOD_POST, "/rd");
    probe_advance(&probe, 30);
    cr_expect_eq(process_count(&probe.client, "register", "ssid", "7", NULL), 0u);
    peer_answer_created(&second, &request, "/rd/8");
    process_event(&probe.client, "registered", "ssid", "8", NULL);
    probe_register(&probe);
}

Test(registration_forms, in_order_past_one_that_fails)
{
    struct message request;

    provision_in_order(false);
    peer_expect(&second, &request, METHOD_POST, "/rd");
    peer_answer(&second, &request, CODE(4, 3));
    process_event(&probe.client, "register-refused", "ssid", "8", NULL);
    probe_register(&probe);
}

/* Rule B-52: with Failure Block nobody comes after one that fails, until it works. */
Test(registration_forms, in_order_behind_one_that_blocks)
{
    struct message request;

    provision_in_order(true);
    peer_expect(&second, &request, METHOD_POST, "/rd");
    peer_answer(&second, &request, CODE(4, 3));
    process_event(&probe.client, "register-refused", "ssid", "8", NULL);
    probe_advance(&probe, 4900);
    cr_expect_eq(process_count(&probe.client, "register", "ssid", "7", NULL), 0u);
    process_say(&probe.client, "advance 200");
    peer_expect(&second, &request, METHOD_POST, "/rd");
    peer_answer_created(&second, &request, "/rd/8");
    probe_register(&probe);
}

/* Rule B-51: once after a bootstrap, and not again when it has worked. */
Test(registration_forms, after_a_delay)
{
    struct tlv security;
    struct tlv server = probe_server(7, 3000);

    probe_begin(&probe, "1.1");
    security = probe_security(probe.server.uri, PROBE_NOSEC, 7);
    tlv_number(&server, 14, 500);
    EXPECT_CODE(probe_write(&probe, "/0/0", &security), 2, 4);
    EXPECT_CODE(probe_write(&probe, "/1/0", &server), 2, 4);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    process_event(&probe.client, "register-delayed", "seconds", "500", NULL);
    probe_advance(&probe, 490);
    cr_expect_eq(process_count(&probe.client, "register", NULL), 0u);
    process_say(&probe.client, "advance 10");
    probe_register(&probe);
    process_say(&probe.client, "address-changed");
    probe_register(&probe);
    cr_expect_eq(process_count(&probe.client, "register-delayed", NULL), 1u);
}

/* ---- another address, rule B-17 -------------------------------------------------------------- */

/* A new session, and in it a Register; what comes in the old one is not heard any more. */
Test(registration_forms, from_another_address)
{
    struct udp_peer old;
    struct message answer;

    probe_settle(&probe, "1.1", 300);
    old = probe.server;
    process_say(&probe.client, "address-changed");
    probe_register(&probe);
    cr_expect_neq(probe.server.remote.sin_port, old.remote.sin_port);
    peer_expect_unheard(&old, "\x40\x01\x7A\x01\xB1\x33", 6);
    EXPECT_CODE(peer_get(&probe.server, "/3/0/0", FORMAT_TEXT, &answer), 2, 5);
    cr_expect_eq(process_count(&probe.client, "registered", NULL), 2u);
}

/* ---- what else the account says -------------------------------------------------------------- */

static void expect_may_send(const char *allowed)
{
    process_say(&probe.client, "status");
    process_event(&probe.client, "status", "ssid", "1", "may_send", allowed, NULL);
}

/* Rule B-74: mute where 1/x/23 is absent or true. */
Test(registration_forms, that_mutes_send)
{
    probe_start_with_server(&probe, "1.1", "300");
    probe_register(&probe);
    expect_may_send("false");
    EXPECT_CODE(peer_put_text(&probe.server, "/1/0/23", "0"), 2, 4);
    expect_may_send("true");
    EXPECT_CODE(peer_put_text(&probe.server, "/1/0/23", "1"), 2, 4);
    expect_may_send("false");
}

/* Rules B-26, B-71: an Update Trigger may name a transport that the client has, and 1/x/22 one that
 * it has not without cutting it off. */
Test(registration_forms, that_names_a_transport)
{
    struct message request;

    set_options((const char *const[]){"--set", "/1/0/22=T", NULL});
    probe_start_with_server(&probe, "1.1", "300");
    probe_register(&probe);
    EXPECT_CODE(peer_post(&probe.server, "/1/0/8", "0='U'"), 2, 4);
    probe_expect_update(&probe, &request, "");
    peer_answer(&probe.server, &request, CODE(2, 4));
    process_event(&probe.client, "updated", NULL);
    EXPECT_CODE(peer_post(&probe.server, "/1/0/8", "0='T'"), 4, 0);
    EXPECT_CODE(peer_post(&probe.server, "/1/0/8", "0="), 4, 0);
    EXPECT_CODE(peer_post(&probe.server, "/1/0/8", "U"), 4, 0);
    cr_expect_eq(process_count(&probe.client, "update", NULL), 1u);
}
