/* SPDX-License-Identifier: Apache-2.0 */
/* The addresses that sessions leave from, and what comes to them. */
#define _POSIX_C_SOURCE 200809L

#include "coap_internal.h"
#include "raw.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

static struct endpoint client;
static struct endpoint server;
static struct raw one;
static struct raw other;
static int64_t clock_offset_ms;

static void start(void)
{
    endpoint_start(&server);
    raw_start(&one);
    raw_start(&other);
}

static void stop(void)
{
    endpoint_stop(&client);
    endpoint_stop(&server);
    raw_stop(&one);
    raw_stop(&other);
}

TestSuite(coap_address, .init = start, .fini = stop, .timeout = 60);

/* ---- one port for all ------------------------------------------------------------------------ */

static uint16_t port_of(const char *uri)
{
    return (uint16_t)atoi(strrchr(uri, ':') + 1);
}

/* A client whose sessions leave from a port that was free a moment ago. */
static uint16_t start_at_a_port(void)
{
    struct raw finder;
    uint16_t port;

    raw_start(&finder);
    port = port_of(finder.uri);
    raw_stop(&finder);
    endpoint_start_with(&client, (struct loom_coap_config){.local_port = port,
                                                           .clock_offset_ms = &clock_offset_ms});
    return port;
}

static uint16_t port_that_asks(struct raw *raw, struct loom_session *session)
{
    char uri[LOOM_COAP_URI_SIZE];

    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    raw_accept(raw, &client);
    raw_peer_uri(raw, uri, sizeof uri);
    return port_of(uri);
}

/* The loop connects it. */
static struct loom_session *open_and_connect(const char *uri)
{
    struct loom_session *session = endpoint_open(&client, uri);

    endpoints_turn(&client, NULL);
    return session;
}

/* A request GET /1 with that id. */
static void send_request(const struct raw *raw, uint16_t id)
{
    struct datagram request = message(RAW_CON, LOOM_GET, id, 0x11);
    unsigned last = 0;

    message_option(&request, &last, COAP_OPTION_URI_PATH, "1", 1);
    raw_send(raw, request.bytes, request.length);
}

/* Rule A-6: a server that knows the port can say the first word; each in its own session. */
Test(coap_address, is_the_same_for_all_sessions)
{
    uint16_t port = start_at_a_port();
    struct loom_session *first = open_and_connect(one.uri);
    struct loom_session *second = open_and_connect(other.uri);
    char uri[LOOM_COAP_URI_SIZE];
    struct datagram answer;

    snprintf(uri, sizeof uri, "coap://127.0.0.1:%u", port);
    raw_connect(&one, uri);
    raw_connect(&other, uri);
    send_request(&one, 0x0101);
    answer = raw_receive(&one, &client);
    cr_expect_eq(message_id(&answer), 0x0101);
    cr_expect_eq(client.request.session, first);
    send_request(&other, 0x0102);
    answer = raw_receive(&other, &client);
    cr_expect_eq(message_id(&answer), 0x0102);
    cr_expect_eq(client.request.session, second);
}

/* Asks at `uri` from `address` and `port`; the system itself must refuse it. */
static void expect_refusal(const char *uri, const char *address, uint16_t port)
{
    struct sockaddr_in local = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct raw stranger = {.socket = socket(AF_INET, SOCK_DGRAM, 0)};
    char byte;

    cr_assert_eq(inet_pton(AF_INET, address, &local.sin_addr), 1);
    cr_assert_eq(bind(stranger.socket, (struct sockaddr *)&local, sizeof local), 0);
    raw_connect(&stranger, uri);
    send_request(&stranger, 0x0201);
    cr_expect_eq(recv(stranger.socket, &byte, 1, 0), -1);
    cr_expect_eq(errno, ECONNREFUSED);
    raw_stop(&stranger);
}

/* Whoever is not the peer of a session is not heard: another port, another address. */
Test(coap_address, takes_nothing_from_strangers)
{
    uint16_t port = start_at_a_port();
    char uri[LOOM_COAP_URI_SIZE];

    open_and_connect(one.uri);
    snprintf(uri, sizeof uri, "coap://127.0.0.1:%u", port);
    expect_refusal(uri, "127.0.0.1", 0);
    expect_refusal(uri, "127.0.0.2", port_of(one.uri));
    raw_connect(&one, uri);
    send_request(&one, 0x0301);
    raw_receive(&one, &client);
    cr_expect_eq(client.request.count, 1u);
}

/* Two sessions with the same two addresses could not be told apart. */
Test(coap_address, is_another_for_a_second_session)
{
    uint16_t port = start_at_a_port();

    cr_expect_eq(port_that_asks(&one, endpoint_open(&client, one.uri)), port);
    raw_stop(&one);
    raw_start(&one);
    endpoint_open(&client, other.uri);
    cr_expect_neq(port_that_asks(&other, endpoint_open(&client, other.uri)), port);
}

/* A session that is begun anew, as it is after a failure (rules B-17, B-20), leaves from there too;
 * with DTLS as without. */
static void expect_the_port_again(const char *scheme)
{
    char expected[LOOM_COAP_URI_SIZE];

    snprintf(expected, sizeof expected, "127.0.0.1:%u", start_at_a_port());
    endpoint_listen(&server, scheme);
    for (unsigned i = 1; i <= 3; i++) {
        struct loom_session *session = endpoint_open(&client, server.bound);
        struct loom_peer peer;

        cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, i), LOOM_OK);
        endpoints_run(&client, &server, &client.response.count, i);
        cr_expect_eq(client.response.code, LOOM_CONTENT);
        server.port.peer(server.port.self, server.request.session, &peer);
        cr_expect_eq(peer.address.length, strlen(expected));
        cr_expect_eq(memcmp(peer.address.data, expected, strlen(expected)), 0, "%s",
                     peer.address.data);
        client.port.close(client.port.self, session);
    }
}

Test(coap_address, is_the_same_after_a_session)
{
    expect_the_port_again("coap");
}

Test(coap_address, is_the_same_after_a_session_with_dtls)
{
    expect_the_port_again("coaps");
}

Test(coap_address, must_be_free)
{
    struct loom_coap_config config = {.local_port = port_of(one.uri)};
    struct loom_side side = {0};
    struct loom_port port;

    endpoint_start(&client);
    errno = 0;
    cr_expect_null(loom_coap_create(&config, &side, NULL, &port));
    cr_expect_eq(errno, EADDRINUSE);
}

/* ---- another address ------------------------------------------------------------------------- */

static void set_address(coap_address_t *address, const char *text, uint16_t port)
{
    loom_coap_address_any(address, AF_INET, port);
    cr_assert_eq(inet_pton(AF_INET, text, &address->addr.sin.sin_addr), 1);
}

/* Rule B-17. */
Test(coap_address, is_compared_with_the_one_of_now)
{
    coap_address_t local;
    coap_address_t remote;

    endpoint_start(&client);
    set_address(&remote, "127.0.0.1", 5683);
    set_address(&local, "127.0.0.1", 1);
    cr_expect(loom_coap_address_is_current(&local, &remote));
    set_address(&local, "127.0.0.2", 1);
    cr_expect_not(loom_coap_address_is_current(&local, &remote));
    set_address(&remote, "255.255.255.255", 5683); /* no way there without permission */
    cr_expect(loom_coap_address_is_current(&local, &remote));
}

/* Makes the session's address one that the system would not choose (any more). */
static void move(struct loom_session *session)
{
    const coap_address_t *local = coap_session_get_addr_local(session->coap);

    set_address((coap_address_t *)(uintptr_t)local, "127.0.0.2", 1);
}

/* Rule B-17: the server would not know who is talking; the client must register anew. */
Test(coap_address, that_has_changed_ends_the_session)
{
    struct loom_session *session;

    start_at_a_port();
    session = open_and_connect(one.uri);
    move(session);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    raw_accept(&one, &client); /* what has just been used is not looked at */
    cr_expect_eq(client.lost.count, 0u);
    clock_offset_ms = 60000;
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 2), LOOM_OK);
    endpoints_run(&client, NULL, &client.lost.count, 1);
    cr_expect_eq(client.lost.failure, LOOM_FAILURE_CLOSED);
    cr_expect_eq(client.response.exchange, 2u);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_CLOSED);
}

Test(coap_address, that_is_as_it_was_keeps_the_session)
{
    struct loom_session *session;
    uint16_t port = start_at_a_port();

    session = endpoint_open(&client, one.uri);
    clock_offset_ms = 3600000;
    cr_expect_eq(port_that_asks(&one, session), port);
    cr_expect_eq(client.lost.count, 0u);
}

/* ---- what else the port gives ---------------------------------------------------------------- */

/* Rules A-14, B-25. */
Test(coap_address, comes_with_chance_and_transports)
{
    uint32_t first;
    unsigned others = 0;

    endpoint_start(&client);
    first = client.port.random(client.port.self);
    for (unsigned i = 0; i < 8; i++) {
        others += client.port.random(client.port.self) != first ? 1u : 0u;
    }
    cr_expect_gt(others, 0u);
    cr_expect_str_eq(client.port.transports, "U");
}
