/* SPDX-License-Identifier: Apache-2.0 */
/* Forms of bootstrap that not every release has: the push of 1.0, the pack of 1.2, and what goes
 * with them. */
#include "probe.h"
#include "senml.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct probe probe;

static void stop(void)
{
    probe_stop(&probe);
}

TestSuite(bootstrap_forms, .fini = stop, .timeout = 60);

#define LIFETIME    300
#define SENML_CBOR  112u
#define SOME_DELETE "\x40\x04\x7A\x01" /* a Bootstrap-Delete of everything */

static void expect_nothing_asked(void)
{
    cr_expect_eq(process_count(&probe.client, "bootstrap-request", NULL), 0u);
}

/* ---- the push of 1.0, rules .. A-12, A-90 ------------------------------------------ */

/* The loop has turned once more: it listens, if it is going to. */
static void let_listen(void)
{
    probe_expect_value(&probe, "/3/0/0", "Loom");
}

/* Starts a client whose port the bootstrap server knows from the network, and which waits for
 * `hold_off` seconds before it asks for a bootstrap. */
static void start_at_a_known_port(const char *lwm2m, const char *hold_off)
{
    static char uri[40];
    struct udp_peer finder;

    peer_open(&finder);
    strcpy(uri, finder.uri);
    peer_close(&finder);
    probe.options[0] = "--local-port";
    probe.options[1] = strrchr(uri, ':') + 1;
    probe.options[2] = "--hold-off";
    probe.options[3] = hold_off;
    probe_start(&probe, lwm2m);
    peer_talk_to(&probe.bootstrap, uri);
    process_event(&probe.client, "hold-off", "seconds", hold_off, NULL);
    let_listen();
}

static void push(int64_t lifetime)
{
    probe_provision(&probe, 0, lifetime);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
}

/* Rule A-12: within the hold-off a push takes the place of the request. */
Test(bootstrap_forms, push_inside_the_hold_off)
{
    start_at_a_known_port("1.0", "1000");
    push(LIFETIME);
    cr_expect_eq(process_count(&probe.client, "bootstrap-push", NULL), 1u);
    probe_expect_value(&probe, "/1/0/1", "300");
    expect_nothing_asked();
}

/* Rules: a bootstrap server that refused may think again before the client asks again. */
Test(bootstrap_forms, push_after_a_request)
{
    start_at_a_known_port("1.0", "0");
    probe_refuse(&probe, CODE(4, 0));
    let_listen();
    push(LIFETIME);
    cr_expect_eq(process_count(&probe.client, "bootstrap-push", NULL), 1u);
    cr_expect_eq(process_count(&probe.client, "bootstrap-request", NULL), 1u);
}

/* Rules A-10 (step 5), A-16, A-90: a device in service is pushed at; its server waits. */
Test(bootstrap_forms, push_at_a_device_in_service)
{
    struct peer_request read = {
        .method = METHOD_GET, .path = "/3/0/0", .accept = FORMAT_TEXT, .format = MESSAGE_ABSENT};

    start_at_a_known_port("1.0", "1000");
    push(LIFETIME);
    probe_advance(&probe, 100);
    EXPECT_CODE(peer_put_text(&probe.bootstrap, "/1/0/1", "600"), 2, 4);
    peer_request(&probe.server, &read);
    process_event(&probe.client, "ignored", "ssid", PROBE_SSID, NULL);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
    probe_expect_value(&probe, "/1/0/1", "600");
    cr_expect_eq(process_count(&probe.client, "bootstrap-push", NULL), 2u);
    expect_nothing_asked();
}

/* Rules: 247 s of silence, and everything is as before: also the service. */
Test(bootstrap_forms, push_that_falls_silent)
{
    struct message answer;

    start_at_a_known_port("1.0", "1000");
    push(86400);
    probe_advance(&probe, 100);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/"), 2, 2);
    probe_advance(&probe, 250);
    cr_assert_eq(process_count(&probe.client, "bootstrap-failed", NULL), 1u);
    probe_expect_value(&probe, "/1/0/1", "86400");
    EXPECT_CODE(peer_get(&probe.server, "/3/0/0", FORMAT_TEXT, &answer), 2, 5);
    cr_expect_eq(process_count(&probe.client, "registered", NULL), 1u);
    expect_nothing_asked();
}

/* Rule A-85: and without a server to serve, the client asks for itself. */
Test(bootstrap_forms, push_that_falls_silent_before_there_is_a_server)
{
    start_at_a_known_port("1.0", "1000");
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/"), 2, 2);
    probe_advance(&probe, 250);
    cr_expect_eq(process_count(&probe.client, "bootstrap-failed", NULL), 1u);
    cr_expect_eq(process_count(&probe.client, "bootstrap-retry", NULL), 1u);
    process_say(&probe.client, "advance 15");
    probe_accept(&probe);
}

/* A Finish begins nothing: it is an old one, or a hostile one. */
Test(bootstrap_forms, push_of_a_finish_alone)
{
    start_at_a_known_port("1.0", "1000");
    EXPECT_CODE(probe_finish(&probe), 4, 0);
    cr_expect_eq(process_count(&probe.client, "bootstrap-push", NULL), 0u);
    push(LIFETIME);
}

/* Rules: nobody pushes but the bootstrap server of the account. */
Test(bootstrap_forms, push_of_a_stranger)
{
    start_at_a_known_port("1.0", "1000");
    peer_expect_unheard(&probe.bootstrap, SOME_DELETE, sizeof SOME_DELETE - 1);
    peer_expect_unheard_elsewhere(&probe.bootstrap, SOME_DELETE, sizeof SOME_DELETE - 1);
    push(LIFETIME);
    cr_expect_eq(process_count(&probe.client, "bootstrap-push", NULL), 1u);
    cr_expect_eq(process_count(&probe.client, "bootstrap-delete", NULL), 0u);
}

/* Rule A-7: the form is gone with 1.1. Nobody listens before the client has asked. */
Test(bootstrap_forms, push_came_to_an_end_with_1_1)
{
    start_at_a_known_port("1.1", "1000");
    peer_expect_unheard(&probe.bootstrap, SOME_DELETE, sizeof SOME_DELETE - 1);
    process_say(&probe.client, "advance 1000");
    probe_accept(&probe);
    cr_expect_eq(process_count(&probe.client, "bootstrap-push", NULL), 0u);
}

/* ---- Bootstrap-Pack, rules A-100 .. A-103 ---------------------------------------------------- */

static void put_account(struct senml *pack, const char *security, const char *server)
{
    char path[24];

    snprintf(path, sizeof path, "%s/0", security);
    senml_text(pack, path, probe.server.uri);
    snprintf(path, sizeof path, "%s/1", security);
    senml_boolean(pack, path, false);
    snprintf(path, sizeof path, "%s/2", security);
    senml_number(pack, path, PROBE_NOSEC);
    snprintf(path, sizeof path, "%s/10", security);
    senml_number(pack, path, PROBE_SSID_NUMBER);
    snprintf(path, sizeof path, "%s/0", server);
    senml_number(pack, path, PROBE_SSID_NUMBER);
    snprintf(path, sizeof path, "%s/1", server);
    senml_number(pack, path, LIFETIME);
    snprintf(path, sizeof path, "%s/6", server);
    senml_boolean(pack, path, true);
    snprintf(path, sizeof path, "%s/7", server);
    senml_text(pack, path, "U");
}

static void start_with_pack(void)
{
    probe.options[0] = "--bootstrap-pack";
    probe_start(&probe, "1.2");
}

static void expect_pack_request(struct message *request)
{
    char query[128];

    peer_expect(&probe.bootstrap, request, METHOD_GET, "/bspack");
    message_parts(request, OPTION_URI_QUERY, '?', query, sizeof query);
    cr_expect_str_eq(query, "?ep=probe?acc=<" PROBE_ACCOUNT ">");
    cr_expect_eq(message_number(request, OPTION_ACCEPT), SENML_CBOR);
}

static void answer_pack(const struct message *request, uint32_t format, const void *bytes,
                        size_t length)
{
    struct message answer;

    message_begin(&answer, MESSAGE_ACK, CODE(2, 5), request->id, request->token,
                  request->token_length);
    if (format != MESSAGE_ABSENT) {
        message_add_number(&answer, OPTION_CONTENT_FORMAT, format);
    }
    message_add_payload(&answer, bytes, length);
    peer_send(&probe.bootstrap, answer.bytes, answer.length);
}

/* Rules: everything in one piece; no Finish. The client's own account and /3/0 stay.
 */
Test(bootstrap_forms, pack)
{
    struct senml pack = {.length = 0};
    struct message request;

    start_with_pack();
    expect_pack_request(&request);
    put_account(&pack, "/0/0", "/1/0");
    answer_pack(&request, SENML_CBOR, pack.bytes, pack.length);
    process_event(&probe.client, "bootstrap-pack", "code", "2.05", NULL);
    probe_register(&probe);
    probe_expect_value(&probe, "/1/0/1", "300");
    probe_expect_value(&probe, PROBE_ACCOUNT "/0", probe.bootstrap.uri);
    probe_expect_value(&probe, "/3/0/0", "Loom");
    expect_nothing_asked();
}

/* Rules: a server that puts its account where the client has its own. */
Test(bootstrap_forms, pack_in_the_place_of_the_bootstrap_account)
{
    struct senml pack = {.length = 0};
    struct message request;

    start_with_pack();
    expect_pack_request(&request);
    put_account(&pack, PROBE_ACCOUNT, "/1/1");
    answer_pack(&request, SENML_CBOR, pack.bytes, pack.length);
    probe_register(&probe);
    probe_expect_value(&probe, PROBE_ACCOUNT "/0", probe.server.uri);
    probe_expect_value(&probe, "/0/0/0", probe.bootstrap.uri);
}

/* Rule A-101: all instances of an object that the pack names are replaced; others stay. */
Test(bootstrap_forms, pack_replaces_whole_objects)
{
    struct senml pack = {.length = 0};
    struct message request;

    start_with_pack();
    expect_pack_request(&request);
    put_account(&pack, "/0/4", "/1/4");
    answer_pack(&request, SENML_CBOR, pack.bytes, pack.length);
    probe_register(&probe);
    process_say(&probe.client, "bootstrap");
    expect_pack_request(&request);
    pack = (struct senml){.length = 0};
    put_account(&pack, "/0/5", "/1/5");
    answer_pack(&request, SENML_CBOR, pack.bytes, pack.length);
    probe_register(&probe);
    probe_expect_value(&probe, "/1/4/1", NULL);
    probe_expect_value(&probe, "/0/4/0", NULL);
    probe_expect_value(&probe, "/1/5/1", "300");
    probe_expect_value(&probe, "/3/0/0", "Loom");
}

/* Rule A-100: after any error the request that every bootstrap server knows follows, at once. */
static void expect_fall_back(uint8_t code, const char *text)
{
    struct message request;

    start_with_pack();
    expect_pack_request(&request);
    peer_answer(&probe.bootstrap, &request, code);
    process_event(&probe.client, "bootstrap-pack", "code", text, NULL);
    probe_accept(&probe);
    probe_provision(&probe, 0, LIFETIME);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
}

Test(bootstrap_forms, pack_that_is_not_implemented)
{
    expect_fall_back(CODE(5, 1), "5.01");
}

Test(bootstrap_forms, pack_that_is_not_found)
{
    expect_fall_back(CODE(4, 4), "4.04");
}

Test(bootstrap_forms, pack_that_is_refused)
{
    expect_fall_back(CODE(4, 5), "4.05");
}

Test(bootstrap_forms, pack_that_is_reset)
{
    struct message request;

    start_with_pack();
    expect_pack_request(&request);
    peer_reset(&probe.bootstrap, &request);
    probe_accept(&probe);
}

/* Rule A-102: the request is what is tried again; a new bootstrap asks for a pack again. */
Test(bootstrap_forms, pack_that_is_refused_once)
{
    struct message request;

    start_with_pack();
    expect_pack_request(&request);
    peer_answer(&probe.bootstrap, &request, CODE(4, 5));
    peer_expect(&probe.bootstrap, &request, METHOD_POST, "/bs");
    peer_answer(&probe.bootstrap, &request, CODE(4, 0));
    process_say(&probe.client, "advance %u", probe_expect_retry(&probe, 20));
    probe_accept(&probe);
    process_say(&probe.client, "bootstrap");
    expect_pack_request(&request);
}

/* Rules: what cannot be read, or makes no account, is an error like the others;
 * nothing of it stays. */
static void expect_nothing_of(uint32_t format, const void *bytes, size_t length)
{
    struct message request;
    struct message answer;

    start_with_pack();
    expect_pack_request(&request);
    answer_pack(&request, format, bytes, length);
    process_event(&probe.client, "bootstrap-pack", NULL);
    probe_accept(&probe);
    EXPECT_CODE(peer_get(&probe.bootstrap, "/1/0", FORMAT_TLV, &answer), 4, 4);
    EXPECT_CODE(probe_finish(&probe), 4, 6);
    probe_expect_value(&probe, PROBE_ACCOUNT "/0", probe.bootstrap.uri);
    probe_stop(&probe);
}

Test(bootstrap_forms, pack_that_is_garbage)
{
    static const uint8_t deep[] = {0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81, 0x81};

    expect_nothing_of(SENML_CBOR, "\xFF\xFF\xFF", 3);
    expect_nothing_of(SENML_CBOR, "\x9B\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 9);
    expect_nothing_of(SENML_CBOR, deep, sizeof deep);
    expect_nothing_of(SENML_CBOR, "", 0);
    expect_nothing_of(MESSAGE_ABSENT, "", 0);
}

Test(bootstrap_forms, pack_that_is_cut_off)
{
    struct senml pack = {.length = 0};

    snprintf(probe.server.uri, sizeof probe.server.uri, "coap://127.0.0.1:9");
    put_account(&pack, "/0/0", "/1/0");
    expect_nothing_of(SENML_CBOR, pack.bytes, pack.length - 1);
    expect_nothing_of(SENML_CBOR, pack.bytes, pack.length / 2);
    expect_nothing_of(FORMAT_TLV, pack.bytes, pack.length);
}

Test(bootstrap_forms, pack_that_makes_no_account)
{
    struct senml pack = {.length = 0};

    senml_number(&pack, "/1/0/0", PROBE_SSID_NUMBER);
    senml_number(&pack, "/1/0/1", LIFETIME);
    senml_boolean(&pack, "/1/0/6", true);
    senml_text(&pack, "/1/0/7", "U");
    expect_nothing_of(SENML_CBOR, pack.bytes, pack.length);
}

/* ---- the object version in a Bootstrap-Write, rules A-46, A-47 ------------------------------- */

static uint8_t write_version(const char *path, const char *query)
{
    struct tlv server = probe_server(PROBE_SSID_NUMBER, LIFETIME);
    struct peer_request request = {.method = METHOD_PUT,
                                   .path = path,
                                   .query = query,
                                   .accept = MESSAGE_ABSENT,
                                   .format = FORMAT_TLV,
                                   .payload = server.bytes,
                                   .length = server.length};
    struct message sent = peer_request(&probe.bootstrap, &request);
    struct message answer;

    return peer_expect_answer(&probe.bootstrap, &sent, &answer);
}

/* A client that has the version, or a later one of the same kind, can take what is written to it.
 */
Test(bootstrap_forms, version_in_a_write)
{
    static const char *const wrong[] = {"?ver=1.2", "?ver=2.0", "?ver=2.1", "?ver=0.1", "?ver=",
                                        "?ver=1",   "?ver=1.",  "?ver=a.b", "?ver=-1.1"};

    probe_begin(&probe, "1.1");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        EXPECT_CODE(write_version("/1/0", wrong[i]), 4, 0);
        process_event(&probe.client, "bootstrap-write", "path", "/1/0", "code", "4.00", NULL);
        cr_expect_gt(strlen(process_member(&probe.client, "text")), 0u, "%s", wrong[i]);
    }
    EXPECT_CODE(write_version("/1/0", "?ver=1.0"), 2, 4);
    EXPECT_CODE(write_version("/1/0", "?ver=1.1"), 2, 4);
    probe_provision(&probe, 0, LIFETIME);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
}

/* ---- the format of writes, rules A-20, A-32 -------------------------------------------------- */

static void expect_request(const char *arguments, uint8_t code)
{
    struct message request;
    char query[128];

    peer_expect(&probe.bootstrap, &request, METHOD_POST, "/bs");
    message_parts(&request, OPTION_URI_QUERY, '?', query, sizeof query);
    cr_expect_str_eq(query, arguments);
    peer_answer(&probe.bootstrap, &request, code);
}

/* A server that does not write in the format that was asked for is asked again without. Who refuses
 * that, too, is asked later. */
Test(bootstrap_forms, format_that_is_refused)
{
    probe_start(&probe, "1.1");
    expect_request("?ep=probe?pct=11542", CODE(4, 15));
    expect_request("?ep=probe", CODE(4, 15));
    process_event(&probe.client, "bootstrap-retry", NULL);
}

/* ---- the end of the Bootstrap-Server Account, rules A-87 .. A-89, A-110 ---------------------- */

/* It counts from the end of the bootstrap, and what is purged is used no more. */
Test(bootstrap_forms, account_that_expires)
{
    probe.options[0] = "--set";
    probe.options[1] = PROBE_ACCOUNT "/12=1000";
    probe_start(&probe, "1.1");
    probe_accept(&probe);
    probe_advance(&probe, 200); /* before: does not count */
    probe_provision(&probe, 0, 86400);
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
    probe_advance(&probe, 950);
    cr_expect_eq(process_count(&probe.client, "account-expired", NULL), 0u);
    probe_expect_value(&probe, PROBE_ACCOUNT "/0", probe.bootstrap.uri);
    process_say(&probe.client, "advance 60");
    process_event(&probe.client, "account-expired", NULL);
    probe_expect_value(&probe, PROBE_ACCOUNT "/0", NULL);
    EXPECT_CODE(peer_post(&probe.server, "/1/0/9", ""), 4, 5);
    process_say(&probe.client, "bootstrap");
    process_event(&probe.client, "bootstrap-no-account", NULL);
    cr_expect_eq(process_count(&probe.client, "bootstrap-request", NULL), 1u);
}
