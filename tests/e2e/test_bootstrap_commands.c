/* SPDX-License-Identifier: Apache-2.0 */
/* What a bootstrap server may say, and what it gets for it (rules A.3). */
#include "probe.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct probe probe;

static void stop(void)
{
    probe_stop(&probe);
}

TestSuite(bootstrap_commands, .fini = stop, .timeout = 60);

#define JSON       11543u /* a client of 1.1 has none */
#define LWM2M_CBOR 11544u

static const char *discover(const char *path)
{
    static char links[1024];
    struct message answer;

    EXPECT_CODE(peer_get(&probe.bootstrap, path, FORMAT_LINK, &answer), 2, 5);
    cr_expect_eq(message_number(&answer, OPTION_CONTENT_FORMAT), FORMAT_LINK);
    message_text(&answer, links, sizeof links);
    return links;
}

/* ---- Bootstrap-Request ----------------------------------------------------------------------- */

static void expect_request(const char *lwm2m, const char *arguments)
{
    struct message request;
    char query[128];

    probe_start(&probe, lwm2m);
    peer_expect(&probe.bootstrap, &request, METHOD_POST, "/bs");
    message_parts(&request, OPTION_URI_QUERY, '?', query, sizeof query);
    cr_expect_str_eq(query, arguments);
    cr_expect_eq(request.payload, request.length, "it has a payload");
    peer_answer_separately(&probe.bootstrap, &request, CODE(2, 4));
    process_event(&probe.client, "bootstrap-accepted", NULL);
}

/* Rule A-30: `pct` came with 1.1. */
Test(bootstrap_commands, request_of_1_0)
{
    expect_request("1.0", "?ep=probe");
}

/* Rules. */
Test(bootstrap_commands, request_of_1_1)
{
    expect_request("1.1", "?ep=probe?pct=11542");
}

Test(bootstrap_commands, request_of_1_2)
{
    expect_request("1.2", "?ep=probe?pct=11542");
}

/* ---- Bootstrap-Discover ---------------------------------------------------------------------- */

/* Rules: the version in quotes, in link format, and no uri. */
Test(bootstrap_commands, discover_in_the_form_of_1_0)
{
    probe_begin(&probe, "1.0");
    cr_expect_eq(strncmp(discover("/"), "</>;lwm2m=\"1.0\",</0/1>,</1>,", 28), 0, "%s",
                 discover("/"));
    probe_provision(&probe, 0, 300);
    cr_expect_str_eq(discover("/0"), "</>;lwm2m=\"1.0\",</0/0>;ssid=7,</0/1>");
    cr_expect_str_eq(discover("/1"), "</>;lwm2m=\"1.0\",</1/0>;ssid=7");
}

/* Rules: a link to the root, and the uri of the servers. */
Test(bootstrap_commands, discover_in_the_form_of_1_1)
{
    char expected[128];

    probe_begin(&probe, "1.1");
    cr_expect_eq(strncmp(discover("/"), "</>;lwm2m=1.1,</0/1>,</1>,", 26), 0, "%s", discover("/"));
    probe_provision(&probe, 0, 300);
    snprintf(expected, sizeof expected, "</>;lwm2m=1.1,</0/0>;ssid=7;uri=\"%s\",</0/1>",
             probe.server.uri);
    cr_expect_str_eq(discover("/0"), expected);
    cr_expect_str_eq(discover("/1"), "</>;lwm2m=1.1,</1/0>;ssid=7");
    cr_expect_str_eq(discover("/2"), "</>;lwm2m=1.1,</2>", "an object without instances, A-64");
}

/* Rule A-20; the draft object of rules F stays hidden. */
Test(bootstrap_commands, discover_of_what_is_not_there)
{
    struct message answer;

    probe_begin(&probe, "1.1");
    EXPECT_CODE(peer_get(&probe.bootstrap, "/9999", FORMAT_LINK, &answer), 4, 4);
    EXPECT_CODE(peer_get(&probe.bootstrap, "/42769", FORMAT_LINK, &answer), 4, 4);
    cr_expect_null(strstr(discover("/"), "42769"));
}

/* ---- Bootstrap-Write ------------------------------------------------------------------------- */

static void finish_and_register(void)
{
    EXPECT_CODE(probe_finish(&probe), 2, 4);
    probe_register(&probe);
}

static void write_object(const char *path, const struct tlv *instance)
{
    struct tlv object = {.length = 0};

    tlv_put(&object, TLV_INSTANCE, 0, instance->bytes, instance->length);
    EXPECT_CODE(probe_write(&probe, path, &object), 2, 4);
}

/* Rule A-43. */
Test(bootstrap_commands, write_of_an_object)
{
    struct tlv security;
    struct tlv server = probe_server(7, 301);

    probe_begin(&probe, "1.1");
    security = probe_security(probe.server.uri, PROBE_NOSEC, 7);
    write_object("/0", &security);
    write_object("/1", &server);
    finish_and_register();
    probe_expect_value(&probe, "/1/0/1", "301");
    probe_expect_value(&probe, "/0/0/0", probe.server.uri);
    probe_expect_value(&probe, "/0/1/0", probe.bootstrap.uri);
}

/* Rules: single resources in text and in TLV; read-only ones too. */
Test(bootstrap_commands, write_of_resources)
{
    struct tlv timeout = {.length = 0};

    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    EXPECT_CODE(peer_put_text(&probe.bootstrap, "/1/0/1", "302"), 2, 4);
    EXPECT_CODE(peer_put_text(&probe.bootstrap, "/3/0/0", "Weaver"), 2, 4);
    tlv_number(&timeout, 5, 3600);
    EXPECT_CODE(probe_write(&probe, "/1/0/5", &timeout), 2, 4);
    EXPECT_CODE(peer_put_text(&probe.bootstrap, PROBE_ACCOUNT "/11", "17"), 2, 4);
    probe_expect_value(&probe, "/1/0/1", NULL); /* nothing is in force before the Finish */
    finish_and_register();
    probe_expect_value(&probe, "/0/1/11", "17");
    probe_expect_value(&probe, "/1/0/1", "302");
    probe_expect_value(&probe, "/1/0/5", "3600");
    probe_expect_value(&probe, "/3/0/0", "Weaver");
}

/* Rules: what the client does not know is passed over, and what a second write lacks is
 * not kept. */
Test(bootstrap_commands, write_replaces_an_instance)
{
    struct tlv server = probe_server(7, 300);

    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    tlv_number(&server, 5, 3600);
    tlv_text(&server, 9999, "from the future");
    EXPECT_CODE(probe_write(&probe, "/1/0", &server), 2, 4);
    server = probe_server(7, 303);
    EXPECT_CODE(probe_write(&probe, "/1/0", &server), 2, 4);
    finish_and_register();
    probe_expect_value(&probe, "/1/0/1", "303");
    probe_expect_value(&probe, "/1/0/5", NULL);
}

/* Rules: a bootstrap server that does not know where its own account is. The account
 * lives on under another id. */
Test(bootstrap_commands, write_over_the_bootstrap_account)
{
    char expected[160];
    struct message request;
    struct tlv server = probe_server(7, 300);
    struct tlv security;

    probe_begin(&probe, "1.1");
    security = probe_security(probe.server.uri, PROBE_NOSEC, 7);
    EXPECT_CODE(probe_write(&probe, PROBE_ACCOUNT, &security), 2, 4);
    EXPECT_CODE(probe_write(&probe, "/1/0", &server), 2, 4);
    snprintf(expected, sizeof expected, "</>;lwm2m=1.1,</0/0>,</0/1>;ssid=7;uri=\"%s\"",
             probe.server.uri);
    cr_expect_str_eq(discover("/0"), expected);
    finish_and_register();
    probe_expect_value(&probe, "/0/0/0", probe.bootstrap.uri);
    process_say(&probe.client, "bootstrap");
    peer_expect(&probe.bootstrap, &request, METHOD_POST, "/bs");
}

/* Rules: wrong writes are refused with the codes of the table, and change nothing. */
Test(bootstrap_commands, wrong_writes)
{
    const struct tlv good = probe_server(7, 300);
    struct tlv bad = {.length = 0};
    char long_uri[300] = "coap://";
    struct message answer;

    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    EXPECT_CODE(probe_write(&probe, "/9999/0", &good), 4, 0);
    EXPECT_CODE(probe_write(&probe, "/1/0/9999", &good), 4, 0);
    EXPECT_CODE(probe_write(&probe, "/1/65535", &good), 4, 0);
    EXPECT_CODE(probe_write(&probe, "/", &good), 4, 0);
    EXPECT_CODE(peer_put(&probe.bootstrap, "/1/0", JSON, "{}", 2), 4, 15);
    EXPECT_CODE(peer_put(&probe.bootstrap, "/1/0", LWM2M_CBOR, "\x01", 1), 4, 15);
    EXPECT_CODE(peer_put_text(&probe.bootstrap, "/1/0", "1"), 4, 0); /* of a resource alone */
    for (size_t length = 1; length < good.length; length++) {        /* cut off anywhere */
        EXPECT_CODE(peer_put(&probe.bootstrap, "/1/1", FORMAT_TLV, good.bytes, length), 4, 0);
    }
    tlv_number(&bad, 0, 8); /* mandatory resources are missing */
    tlv_number(&bad, 1, 100);
    EXPECT_CODE(probe_write(&probe, "/1/0", &bad), 4, 0);
    bad = probe_server(0, 100);
    EXPECT_CODE(probe_write(&probe, "/1/0", &bad), 4, 0);
    bad = probe_server(65535, 100);
    EXPECT_CODE(probe_write(&probe, "/1/0", &bad), 4, 0);
    memset(long_uri + 7, 'x', sizeof long_uri - 8);
    bad = probe_security(long_uri, PROBE_NOSEC, 7);
    EXPECT_CODE(probe_write(&probe, "/0/0", &bad), 4, 0);
    bad = probe_security("coap://127.0.0.1", 9, 7); /* no such mode */
    EXPECT_CODE(probe_write(&probe, "/0/0", &bad), 4, 0);
    EXPECT_CODE(peer_put_text(&probe.bootstrap, "/1/0/1", "soon"), 4, 0);
    EXPECT_CODE(peer_put_text(&probe.bootstrap, "/1/0/1", ""), 4, 0);
    EXPECT_CODE(peer_get(&probe.bootstrap, "/1/0", FORMAT_TLV, &answer), 2, 5);
    cr_assert_eq(answer.length - answer.payload, good.length);
    cr_expect_arr_eq(answer.bytes + answer.payload, good.bytes, good.length);
    finish_and_register();
}

/* ---- Bootstrap-Delete, rules A-50, A-52 ------------------------------------------------------ */

/* Rules. */
Test(bootstrap_commands, deletes)
{
    probe_begin(&probe, "1.0");
    probe_provision(&probe, 0, 300);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/"), 2, 2);
    cr_expect_str_eq(discover("/0"), "</>;lwm2m=\"1.0\",</0/1>");
    cr_expect_str_eq(discover("/1"), "</>;lwm2m=\"1.0\",</1>");
    cr_expect_str_eq(discover("/3"), "</>;lwm2m=\"1.0\",</3/0>");
    probe_provision(&probe, 0, 300);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/0"), 2, 2);
    cr_expect_str_eq(discover("/0"), "</>;lwm2m=\"1.0\",</0/1>");
    cr_expect_str_eq(discover("/1"), "</>;lwm2m=\"1.0\",</1/0>;ssid=7");
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/1/0"), 2, 2);
    cr_expect_str_eq(discover("/1"), "</>;lwm2m=\"1.0\",</1>");
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/3"), 2, 2);
    cr_expect_str_eq(discover("/3"), "</>;lwm2m=\"1.0\",</3/0>");
}

/* Rules. */
Test(bootstrap_commands, deletes_of_what_is_protected)
{
    probe_begin(&probe, "1.1");
    EXPECT_CODE(peer_delete(&probe.bootstrap, PROBE_ACCOUNT), 4, 0);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/3/0"), 4, 0);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/9999"), 4, 0);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/3/0/1"), 4, 0);
    cr_expect_str_eq(discover("/0"), "</>;lwm2m=1.1,</0/1>");
    probe_provision(&probe, 0, 300);
    finish_and_register();
    probe_expect_value(&probe, "/0/1/0", probe.bootstrap.uri);
    probe_expect_value(&probe, "/3/0/0", "Loom");
}

/* ---- Bootstrap-Read, rule A-70 --------------------------------------------------------------- */

/* Rule A-70. */
Test(bootstrap_commands, read_of_accounts)
{
    const struct tlv server = probe_server(7, 300);
    struct tlv object = {.length = 0};
    struct message answer;

    probe_begin(&probe, "1.1");
    probe_provision(&probe, 0, 300);
    EXPECT_CODE(peer_get(&probe.bootstrap, "/1", FORMAT_TLV, &answer), 2, 5);
    cr_expect_eq(message_number(&answer, OPTION_CONTENT_FORMAT), FORMAT_TLV);
    tlv_put(&object, TLV_INSTANCE, 0, server.bytes, server.length);
    cr_assert_eq(answer.length - answer.payload, object.length);
    cr_expect_arr_eq(answer.bytes + answer.payload, object.bytes, object.length);
    EXPECT_CODE(peer_get(&probe.bootstrap, "/2", FORMAT_TLV, &answer), 2, 5);
    EXPECT_CODE(peer_get(&probe.bootstrap, "/1/5", FORMAT_TLV, &answer), 4, 4);
    EXPECT_CODE(peer_get(&probe.bootstrap, "/1", JSON, &answer), 4, 6);
    EXPECT_CODE(peer_get(&probe.bootstrap, "/0", FORMAT_TLV, &answer), 4, 5);
    EXPECT_CODE(peer_get(&probe.bootstrap, "/0/1", FORMAT_TLV, &answer), 4, 5);
    EXPECT_CODE(peer_get(&probe.bootstrap, "/0/1/5", FORMAT_TEXT, &answer), 4, 5);
    EXPECT_CODE(peer_get(&probe.bootstrap, "/3/0", FORMAT_TLV, &answer), 4, 5);
}

/* Rule A-70. */
Test(bootstrap_commands, read_came_with_1_1)
{
    struct message answer;

    probe_begin(&probe, "1.0");
    EXPECT_CODE(peer_get(&probe.bootstrap, "/1", FORMAT_TLV, &answer), 4, 5);
}

/* ---- what is none of these ------------------------------------------------------------------- */

/* A request with an option besides its path; 0: without. */
static uint8_t ask_with(uint8_t method, const char *path, unsigned option)
{
    struct message request;
    struct message answer;
    uint16_t id = probe.bootstrap.next_id++;

    message_begin(&request, MESSAGE_CON, method, id, &id, sizeof id);
    message_add_parts(&request, OPTION_URI_PATH, path, '/');
    if (option != 0) {
        message_add_number(&request, option, LWM2M_CBOR);
    }
    peer_send(&probe.bootstrap, request.bytes, request.length);
    return peer_expect_answer(&probe.bootstrap, &request, &answer);
}

/* Rules; the bootstrap goes on. */
Test(bootstrap_commands, unknown_requests)
{
    const unsigned unknown_critical = 65001;

    probe_begin(&probe, "1.1");
    EXPECT_CODE(peer_post(&probe.bootstrap, "/other", ""), 4, 0);
    EXPECT_CODE(peer_post(&probe.bootstrap, "/1/0/8", ""), 4, 5);
    EXPECT_CODE(peer_delete(&probe.bootstrap, "/rd"), 4, 0);
    EXPECT_CODE(ask_with(METHOD_FETCH, "/1", OPTION_CONTENT_FORMAT), 4, 5);
    EXPECT_CODE(ask_with(METHOD_GET, "/1", unknown_critical), 4, 2); /* RFC 7252 section 5.4.1 */
    EXPECT_CODE(ask_with(METHOD_GET, "/1/2/3/4/5", 0), 4, 5);
    probe_provision(&probe, 0, 300);
    finish_and_register();
}
