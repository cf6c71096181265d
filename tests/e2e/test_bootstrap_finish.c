/* SPDX-License-Identifier: Apache-2.0 */
/* What makes a bootstrap good, and what it leads to (rules A-80 .. A-92, B-1 .. B-7). */
#include "probe.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct probe probe;

static void stop(void)
{
    probe_stop(&probe);
}

TestSuite(bootstrap_finish, .fini = stop, .timeout = 60);

/* Rule A-81: the event says where and why; the server may repair it and finish again. */
static void expect_inconsistent(const char *path)
{
    EXPECT_CODE(probe_finish(&probe), 4, 6);
    process_event(&probe.client, "bootstrap-finish", "code", "4.06", "path", path, NULL);
    cr_expect_gt(strlen(process_member(&probe.client, "text")), 0u);
}

static void repair(void)
{
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/"), 2, 2);
    probe_provision(&probe, 0, 300);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
}

static void write_security(const char *path, const char *uri, int64_t mode, int64_t ssid)
{
    struct tlv tlv = probe_security(uri, mode, ssid);

    EXPECT_CODE(probe_write(&probe, path, &tlv), 2, 4);
}

static void write_server(const char *path, int64_t ssid)
{
    struct tlv tlv = probe_server(ssid, 300);

    EXPECT_CODE(probe_write(&probe, path, &tlv), 2, 4);
}

/* ---- inconsistencies ------------------------------------------------------------------------- */

/* Rule A-82, test case int-9. */
Test(bootstrap_finish, refuses_one_lone_resource)
{
    struct tlv timeout = {.length = 0};

    probe_begin(&probe, "1.1");
    tlv_number(&timeout, 5, 3600);
    EXPECT_CODE(probe_write(&probe, "/1/0/5", &timeout), 2, 4);
    EXPECT_CODE(probe_finish(&probe), 4, 6);
    repair();
}

/* Rule A-3. */
Test(bootstrap_finish, refuses_no_account)
{
    probe_begin(&probe, "1.1");
    expect_inconsistent("/1");
    repair();
}

/* Rule A-4. */
Test(bootstrap_finish, refuses_a_short_server_id_used_twice)
{
    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    write_security("/0/2", "coap://127.0.0.1:9", PROBE_NOSEC, 7);
    EXPECT_CODE(probe_finish(&probe), 4, 6);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/0/2"), 2, 2);
    write_server("/1/2", 7);
    EXPECT_CODE(probe_finish(&probe), 4, 6);
    repair();
}

/* Rule A-1: the two halves of an account are paired by it. */
Test(bootstrap_finish, refuses_halves_that_do_not_fit)
{
    probe_begin(&probe, "1.1");
    write_security("/0/0", probe.server.uri, PROBE_NOSEC, 7);
    write_server("/1/0", 8);
    expect_inconsistent("/0/0");
    repair();
}

/* Rule A-4: a Server Account must have one. */
Test(bootstrap_finish, refuses_an_account_without_short_server_id)
{
    probe_begin(&probe, "1.1");
    write_security("/0/0", probe.server.uri, PROBE_NOSEC, 0);
    write_server("/1/0", 7);
    expect_inconsistent("/0/0/10");
    repair();
}

/* Rules H.2, H.3. */
Test(bootstrap_finish, refuses_uris_and_modes_that_do_not_fit)
{
    probe_begin(&probe, "1.1");
    write_server("/1/0", 7);
    write_security("/0/0", "127.0.0.1:5683", PROBE_NOSEC, 7);
    expect_inconsistent("/0/0/0");
    write_security("/0/0", "coaps://127.0.0.1", PROBE_NOSEC, 7);
    expect_inconsistent("/0/0/0");
    write_security("/0/0", "coap://127.0.0.1", 0, 7);
    expect_inconsistent("/0/0/0");
    write_security("/0/0", "coaps://127.0.0.1", 0, 7);
    expect_inconsistent("/0/0/3");
    repair();
}

/* Rules A-82, H.3: what is no URI leads nowhere; the Bootstrap-Server Account's own would be the
 * end of the device. */
Test(bootstrap_finish, refuses_what_is_no_uri)
{
    static const char *const bad[] = {"coap://a b",        "coap://%",
                                      "coap://\"><",       "coap://127.0.0.1\n",
                                      "coap://host:65536", "coap://host/path"};

    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        EXPECT_CODE(peer_put_text(&probe.bootstrap, PROBE_ACCOUNT "/0", bad[i]), 2, 4);
        expect_inconsistent(PROBE_ACCOUNT);
    }
    EXPECT_CODE(peer_put_text(&probe.bootstrap, PROBE_ACCOUNT "/0", probe.bootstrap.uri), 2, 4);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
}

/* Rule A-3. */
Test(bootstrap_finish, refuses_several_bootstrap_accounts)
{
    struct tlv account = {.length = 0};

    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    tlv_text(&account, 0, "coap://127.0.0.1");
    tlv_number(&account, 1, 1);
    tlv_number(&account, 2, PROBE_NOSEC);
    EXPECT_CODE(probe_write(&probe, "/0/2", &account), 2, 4);
    EXPECT_CODE(probe_write(&probe, "/0/3", &account), 2, 4);
    EXPECT_CODE(probe_finish(&probe), 4, 6);
    repair();
}

/* Rule A-84: one other account takes the place of the old one. */
Test(bootstrap_finish, replaces_the_bootstrap_account)
{
    struct tlv account = {.length = 0};

    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    tlv_text(&account, 0, "coap://127.0.0.1:9");
    tlv_number(&account, 1, 1);
    tlv_number(&account, 2, PROBE_NOSEC);
    EXPECT_CODE(probe_write(&probe, "/0/2", &account), 2, 4);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
    probe_expect_value(&probe, "/0/2/0", "coap://127.0.0.1:9");
    probe_expect_value(&probe, "/0/1/0", NULL);
}

/* ---- Register -------------------------------------------------------------------------------- */

/* Rules A-16, B-1 .. B-10. */
static void expect_register(const char *lwm2m, const char *arguments)
{
    struct message request;
    char text[512];

    probe_begin(&probe, lwm2m);
    probe_provision(&probe, 0, 321);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    peer_expect(&probe.server, &request, METHOD_POST, "/rd");
    message_parts(&request, OPTION_URI_QUERY, '?', text, sizeof text);
    cr_expect_str_eq(text, arguments);
    cr_expect_eq(message_number(&request, OPTION_CONTENT_FORMAT), FORMAT_LINK);
    message_text(&request, text, sizeof text);
    cr_expect_eq(strncmp(text, "</>;ct=\"11", 10), 0, "%s", text);
    cr_expect_not_null(strstr(text, "\",</1/0>,</2>,</3"), "%s", text);
    cr_expect_not_null(strstr(text, "</3/0>"), "%s", text);
    cr_expect_null(strstr(text, "</0"), "%s", text);
    cr_expect_null(strstr(text, "</42769"), "%s", text);
    peer_answer_created(&probe.server, &request, PROBE_LOCATION);
    process_event(&probe.client, "registered", "location", PROBE_LOCATION, NULL);
}

Test(bootstrap_finish, leads_to_a_registration_of_1_0)
{
    expect_register("1.0", "?ep=probe?lt=321?lwm2m=1.0?b=U");
}

Test(bootstrap_finish, leads_to_a_registration_of_1_1)
{
    expect_register("1.1", "?ep=probe?lt=321?lwm2m=1.1?b=U");
}

Test(bootstrap_finish, leads_to_a_registration_of_1_2)
{
    expect_register("1.2", "?ep=probe?lt=321?lwm2m=1.2?b=U");
}

/* ---- after the Finish ------------------------------------------------------------------------ */

/* A Finish whose answer was lost is answered again, and a new one has nothing to finish. */
Test(bootstrap_finish, happens_once)
{
    struct peer_request finish = {
        .method = METHOD_POST, .path = "/bs", .accept = MESSAGE_ABSENT, .format = MESSAGE_ABSENT};
    struct message sent;
    struct message answer;

    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    sent = peer_request(&probe.bootstrap, &finish);
    EXPECT_CODE(peer_expect_answer(&probe.bootstrap, &sent, &answer), 2, 4);
    probe_register(&probe);
    peer_send(&probe.bootstrap, sent.bytes, sent.length);
    EXPECT_CODE(peer_expect_answer(&probe.bootstrap, &sent, &answer), 2, 4);
    EXPECT_CODE(probe_finish(&probe), 4, 0);
    process_event(&probe.client, "request", "code", "4.00", NULL);
    cr_expect_eq(process_count(&probe.client, "bootstrap-finish", NULL), 1u);
    cr_expect_eq(process_count(&probe.client, "register", NULL), 1u);
}

/* ---- other interfaces ------------------------------------------------------------------------ */

static struct message send_read(void)
{
    struct peer_request read = {
        .method = METHOD_GET, .path = "/3/0/0", .accept = FORMAT_TEXT, .format = MESSAGE_ABSENT};

    return peer_request(&probe.server, &read);
}

/* Rules: no answer at all before the registration is acknowledged. The next thing that
 * comes after it is the answer to the second request. */
Test(bootstrap_finish, requests_wait_for_the_registration)
{
    struct message request;
    struct message answer;

    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    peer_expect(&probe.server, &request, METHOD_POST, "/rd");
    send_read();
    process_event(&probe.client, "ignored", "ssid", PROBE_SSID, NULL);
    peer_answer_created(&probe.server, &request, PROBE_LOCATION);
    process_event(&probe.client, "registered", NULL);
    EXPECT_CODE(peer_get(&probe.server, "/3/0/0", FORMAT_TEXT, &answer), 2, 5);
}

/* Rules: nor during a bootstrap. */
Test(bootstrap_finish, requests_wait_for_the_bootstrap)
{
    struct message request;
    struct message answer;

    probe_settle(&probe, "1.1", 86400);
    process_say(&probe.client, "bootstrap");
    peer_expect(&probe.bootstrap, &request, METHOD_POST, "/bs");
    send_read();
    process_event(&probe.client, "ignored", "ssid", PROBE_SSID, NULL);
    peer_answer(&probe.bootstrap, &request, CODE(2, 4));
    process_event(&probe.client, "bootstrap-accepted", NULL);
    send_read();
    process_event(&probe.client, "ignored", "ssid", PROBE_SSID, NULL);
    probe_advance(&probe, 247); /* rule A-85: it has failed */
    process_say(&probe.client, "status");
    process_event(&probe.client, "status", "bootstrap", "waiting", NULL);
    EXPECT_CODE(peer_get(&probe.server, "/3/0/0", FORMAT_TEXT, &answer), 2, 5);
}

/* Rules A-22, C-40, F-1: a server that is no bootstrap server. */
Test(bootstrap_finish, servers_cannot_bootstrap)
{
    struct tlv security;
    struct message answer;

    probe_settle(&probe, "1.1", 300);
    security = probe_security("coap://127.0.0.1:9", PROBE_NOSEC, 7);
    EXPECT_CODE(peer_post(&probe.server, "/bs", ""), 4, 5);
    EXPECT_CODE(peer_get(&probe.server, "/0", FORMAT_TLV, &answer), 4, 1);
    EXPECT_CODE(peer_get(&probe.server, "/0/0/0", FORMAT_TEXT, &answer), 4, 1);
    EXPECT_CODE(peer_get(&probe.server, "/0", FORMAT_LINK, &answer), 4, 1);
    EXPECT_CODE(peer_put(&probe.server, "/0/0", FORMAT_TLV, security.bytes, security.length), 4, 1);
    EXPECT_CODE(peer_put_text(&probe.server, "/0/0/0", "coap://127.0.0.1:9"), 4, 1);
    EXPECT_CODE(peer_post(&probe.server, "/0", ""), 4, 1);
    EXPECT_CODE(peer_delete(&probe.server, "/0/0"), 4, 1);
    EXPECT_CODE(peer_get(&probe.server, "/42769/0", FORMAT_TLV, &answer), 4, 1);
    EXPECT_CODE(peer_delete(&probe.server, "/"), 4, 5);
    probe_expect_value(&probe, "/0/0/0", probe.server.uri);
}
