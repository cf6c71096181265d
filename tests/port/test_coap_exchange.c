/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and answers between two ports. */
#include "endpoint.h"

#include <criterion/criterion.h>
#include <string.h>

static struct endpoint client;
static struct endpoint server;

static void start(void)
{
    endpoint_start(&client);
    endpoint_start(&server);
}

static void stop(void)
{
    endpoint_stop(&client);
    endpoint_stop(&server);
}

TestSuite(coap_exchange, .init = start, .fini = stop, .timeout = 60);

static uint8_t pattern[65536];

static void fill_pattern(void)
{
    for (size_t i = 0; i < sizeof pattern; i++) {
        pattern[i] = (uint8_t)(i * 7 + i / 251);
    }
}

/* All of a request, and all of an answer, arrive as they were given. */
Test(coap_exchange, carries_every_part)
{
    struct loom_request request = {
        .method = LOOM_POST,
        .path_count = 2,
        .path = {{"rd", 2}, {"a/b c", 5}},
        .query_count = 2,
        .query = {{"ep=loom", 7}, {"lt=60", 5}},
        .content_format = LOOM_FORMAT_LINK,
        .accept = LOOM_FORMAT_TLV,
        .payload = {(const uint8_t *)"</1/0>", 6},
    };
    struct loom_session *session;

    endpoint_listen(&server, "coap");
    server.code = LOOM_CREATED;
    server.location[0] = "rd";
    server.location[1] = "5a3f";
    server.payload = "text";
    server.length = 4;
    server.content_format = LOOM_FORMAT_TEXT;
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(client.port.request(client.port.self, session, &request, 42), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 1);

    cr_expect_eq(server.request.count, 1u);
    cr_expect_eq(server.request.method, LOOM_POST);
    cr_expect_str_eq(server.request.path, "rd/a/b c");
    cr_expect_str_eq(server.request.query, "ep=loom&lt=60");
    cr_expect_eq(server.request.content_format, LOOM_FORMAT_LINK);
    cr_expect_eq(server.request.accept, LOOM_FORMAT_TLV);
    cr_expect(server.request.confirmable);
    cr_expect_eq(server.request.length, 6u);
    cr_expect_arr_eq(server.request.payload, "</1/0>", 6);
    cr_expect_null(server.request.owner);

    cr_expect_eq(client.response.exchange, 42u);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_NONE);
    cr_expect_eq(client.response.code, LOOM_CREATED);
    cr_expect_str_eq(client.response.location, "rd/5a3f");
    cr_expect_eq(client.response.content_format, LOOM_FORMAT_TEXT);
    cr_expect_eq(client.response.length, 4u);
    cr_expect_arr_eq(client.response.payload, "text", 4);
    cr_expect_eq(client.response.owner, &client);
}

/* Every method on the root, and a path that libcoap would answer itself, reach the side. */
Test(coap_exchange, takes_every_method_on_every_path)
{
    static const char *const paths[] = {NULL, "bs"};
    struct loom_session *session;
    unsigned told = 0;

    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    for (size_t i = 0; i < 2; i++) {
        for (enum loom_method method = LOOM_GET; method <= LOOM_IPATCH; method++) {
            cr_assert_eq(endpoint_ask(&client, session, method, paths[i], "x", 1, told), LOOM_OK);
            endpoints_run(&client, &server, &client.response.count, ++told);
            cr_expect_eq(client.response.code, LOOM_CONTENT);
            cr_expect_eq(server.request.method, method);
            cr_expect_str_eq(server.request.path, paths[i] == NULL ? "" : paths[i]);
        }
    }
    cr_expect_eq(server.request.count, told);
}

/* RFC 7252 section 5.10.3: of no bytes, too, it is said what they are: a TLV of nothing, an empty
 * text. */
Test(coap_exchange, says_the_format_of_an_empty_content)
{
    endpoint_listen(&server, "coap");
    server.code = LOOM_CONTENT;
    server.content_format = LOOM_FORMAT_TLV;
    struct loom_session *session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "2", NULL, 0, 1), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_CONTENT);
    cr_expect_eq(client.response.content_format, LOOM_FORMAT_TLV);
}

Test(coap_exchange, hands_well_known_core_to_the_side)
{
    struct loom_request request = {.method = LOOM_GET,
                                   .path_count = 2,
                                   .path = {{".well-known", 11}, {"core", 4}},
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_ABSENT};
    struct loom_session *session;

    endpoint_listen(&server, "coap");
    server.code = LOOM_NOT_FOUND;
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(client.port.request(client.port.self, session, &request, 1), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_NOT_FOUND);
    cr_expect_str_eq(server.request.path, ".well-known/core");
}

/* The server asks the client in the session that the client began, and only after its answer. */
static void ask_back(const char *scheme)
{
    struct loom_session *session;

    endpoint_listen(&server, scheme);
    server.ask_back = true;
    client.code = LOOM_CHANGED;
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_POST, "rd", NULL, 0, 5), LOOM_OK);
    endpoints_run(&client, &server, &server.response.count, 1);

    cr_expect_eq(client.response.count, 1u);
    cr_expect_eq(client.request.count, 1u);
    cr_expect_eq(client.request.responses, 1u, "asked before it answered");
    cr_expect_str_eq(client.request.path, "back");
    cr_expect_eq(client.request.session, session);
    cr_expect_eq(client.request.owner, &client);
    cr_expect_eq(server.response.exchange, 77u);
    cr_expect_eq(server.response.code, LOOM_CHANGED);
    cr_expect_eq(server.response.failure, LOOM_FAILURE_NONE);
}

Test(coap_exchange, asks_both_ways_without_security)
{
    ask_back("coap");
}

Test(coap_exchange, asks_both_ways_over_dtls)
{
    ask_back("coaps");
}

/* Blocks both ways: of 16 bytes less and more than a message, and many. */
static void big_payloads(const char *scheme)
{
    static const size_t sizes[] = {1000, 1024, 1025, 2048, 30001, 65536};
    struct loom_session *session;
    unsigned told = 0;

    fill_pattern();
    endpoint_listen(&server, scheme);
    session = endpoint_open(&client, server.bound);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        server.payload = pattern;
        server.length = sizes[i];
        server.content_format = LOOM_FORMAT_OPAQUE;
        cr_assert_eq(
            endpoint_ask(&client, session, LOOM_PUT, "big", pattern + 1, sizes[i] - 1, told),
            LOOM_OK);
        endpoints_run(&client, &server, &client.response.count, ++told);
        cr_expect_eq(server.request.count, told);
        cr_expect_eq(server.request.length, sizes[i] - 1);
        cr_expect_eq(server.request.content_format, LOOM_FORMAT_OPAQUE);
        cr_expect_eq(memcmp(server.request.payload, pattern + 1, sizes[i] - 1), 0);
        cr_expect_eq(client.response.code, LOOM_CONTENT);
        cr_expect_eq(client.response.length, sizes[i]);
        cr_expect_eq(client.response.content_format, LOOM_FORMAT_OPAQUE);
        cr_expect_eq(memcmp(client.response.payload, pattern, sizes[i]), 0);
    }
}

Test(coap_exchange, carries_big_payloads_without_security)
{
    big_payloads("coap");
}

Test(coap_exchange, carries_big_payloads_over_dtls)
{
    big_payloads("coaps");
}

/* A payload beyond the limit of the receiver is refused, and its side not troubled. */
Test(coap_exchange, refuses_a_payload_beyond_the_limit)
{
    struct loom_session *session;

    endpoint_stop(&server);
    endpoint_start_with(&server, (struct loom_coap_config){.payload_max = 4096});
    fill_pattern();
    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_PUT, "big", pattern, 4097, 1), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_TOO_LARGE);
    cr_expect_eq(server.request.count, 0u);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_PUT, "big", pattern, 4096, 2), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 2);
    cr_expect_eq(client.response.code, LOOM_CONTENT);
    cr_expect_eq(server.request.length, 4096u);
}

Test(coap_exchange, refuses_to_send_what_is_too_large)
{
    static char segment[300];
    struct loom_session *session;

    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    cr_expect_eq(
        endpoint_ask(&client, session, LOOM_PUT, "big", pattern, LOOM_COAP_PAYLOAD_MAX + 1, 1),
        LOOM_TOO_LARGE);
    memset(segment, 'a', 256);
    cr_expect_eq(endpoint_ask(&client, session, LOOM_GET, segment, NULL, 0, 1), LOOM_TOO_LARGE);
    segment[255] = '\0';
    cr_expect_eq(endpoint_ask(&client, session, LOOM_GET, segment, NULL, 0, 1), LOOM_OK);
}

/* Requests of one session go one after the other and are told in their order. */
Test(coap_exchange, keeps_the_order_of_requests)
{
    struct loom_session *session;

    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    for (uint32_t i = 0; i < 20; i++) {
        cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, i), LOOM_OK);
    }
    for (uint32_t i = 0; i < 20; i++) {
        while (client.response.count == i) {
            endpoints_turn(&client, &server);
        }
        cr_expect_eq(client.response.count, i + 1);
        cr_expect_eq(client.response.exchange, i);
    }
    cr_expect_eq(server.request.count, 20u);
}

Test(coap_exchange, speaks_ipv6)
{
    struct loom_session *session;
    struct loom_peer peer;

    if (loom_coap_listen(server.coap, "coap://[::1]:0", server.bound, sizeof server.bound) !=
        LOOM_OK) {
        cr_skip_test("this machine has no IPv6 loopback");
    }
    cr_assert_eq(strncmp(server.bound, "coap://[::1]:", 13), 0);
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_CONTENT);
    client.port.peer(client.port.self, session, &peer);
    cr_expect_eq(peer.address.length, strlen(server.bound) - strlen("coap://"));
    cr_expect_arr_eq(peer.address.data, server.bound + strlen("coap://"), peer.address.length);
}
