/* SPDX-License-Identifier: Apache-2.0 */
/* How sessions begin, fail and end. */
#define _POSIX_C_SOURCE 200809L

#include "raw.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

TestSuite(coap_session, .init = start, .fini = stop, .timeout = 60);

/* TLS alerts, RFC 5246 section 7.2 and RFC 4279 section 2. */
enum { BAD_RECORD_MAC = 20, UNKNOWN_PSK_IDENTITY = 115 };

Test(coap_session, tells_of_the_peer)
{
    struct loom_session *session;
    struct loom_peer peer;

    endpoint_listen(&server, "coaps");
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 1);
    server.port.peer(server.port.self, server.request.session, &peer);
    cr_expect(peer.secure);
    cr_expect_eq(peer.identity.length, strlen(ENDPOINT_IDENTITY));
    cr_expect_arr_eq(peer.identity.data, ENDPOINT_IDENTITY, peer.identity.length);
    cr_expect_eq(strncmp(peer.address.data, "127.0.0.1:", 10), 0);
}

Test(coap_session, has_no_identity_without_security)
{
    struct loom_session *session;
    struct loom_peer peer;

    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 1);
    server.port.peer(server.port.self, server.request.session, &peer);
    cr_expect_not(peer.secure);
    cr_expect_eq(peer.identity.length, 0u);
}

static void refused(const char *identity, const char *key, int alert)
{
    struct loom_session *session;

    endpoint_listen(&server, "coaps");
    session = endpoint_open_as(&client, server.bound, identity, key);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_POST, "rd", NULL, 0, 9), LOOM_OK);
    endpoints_run(&client, &server, &client.lost.count, 1);
    cr_expect_eq(client.lost.failure, LOOM_FAILURE_SECURITY);
    cr_expect_eq(client.lost.alert, alert);
    cr_expect_eq(client.lost.session, session);
    cr_expect_eq(client.response.count, 1u);
    cr_expect_eq(client.response.exchange, 9u);
    cr_expect_eq(client.response.code, 0u);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_SECURITY);
    cr_expect_eq(server.request.count, 0u);

    /* The server has taken no harm. */
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_POST, "rd", NULL, 0, 10), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 2);
    cr_expect_eq(client.response.code, LOOM_CONTENT);
}

/* Rules H-1, A-111: the alert is what the server's object keeps. */
Test(coap_session, refuses_a_wrong_key)
{
    refused(ENDPOINT_IDENTITY, "not-the-key-at-all", BAD_RECORD_MAC);
}

Test(coap_session, refuses_an_unknown_identity)
{
    refused("stranger", ENDPOINT_KEY, UNKNOWN_PSK_IDENTITY);
}

Test(coap_session, finds_a_closed_port)
{
    struct loom_session *session;
    struct raw nobody;

    raw_start(&nobody);
    raw_stop(&nobody);
    session = endpoint_open(&client, nobody.uri);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 3), LOOM_OK);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "y", NULL, 0, 4), LOOM_OK);
    endpoints_run(&client, NULL, &client.lost.count, 1);
    cr_expect_eq(client.lost.failure, LOOM_FAILURE_UNREACHABLE);
    cr_expect_eq(client.lost.alert, -1);
    cr_expect_eq(client.response.count, 2u);
    cr_expect_eq(client.response.exchange, 4u);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_UNREACHABLE);
}

Test(coap_session, finds_a_closed_port_before_the_handshake)
{
    struct loom_session *session;
    struct raw nobody;
    char uri[LOOM_COAP_URI_SIZE + 2]; /* one letter more, whatever the length */

    raw_start(&nobody);
    raw_stop(&nobody);
    snprintf(uri, sizeof uri, "coaps%s", nobody.uri + strlen("coap"));
    session = endpoint_open(&client, uri);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 3), LOOM_OK);
    endpoints_run(&client, NULL, &client.lost.count, 1);
    cr_expect_eq(client.lost.failure, LOOM_FAILURE_UNREACHABLE);
    cr_expect_eq(client.response.count, 1u);
}

/* A server that says nothing costs an exchange, not the session. */
Test(coap_session, survives_a_timeout)
{
    struct loom_session *session;
    struct datagram asked;
    struct datagram answer;
    struct raw mute;

    raw_start(&mute);
    session = endpoint_open(&client, mute.uri);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 3), LOOM_OK);
    asked = raw_accept(&mute, &client);
    endpoints_run(&client, NULL, &client.response.count, 1);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_TIMEOUT);
    cr_expect_eq(client.lost.count, 0u);
    answer = raw_receive(&mute, &client);
    cr_expect_eq(message_id(&answer), message_id(&asked), "not the one retransmission");

    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "y", NULL, 0, 4), LOOM_OK);
    answer = raw_receive(&mute, &client);
    answer.bytes[0] = (uint8_t)(answer.bytes[0] | RAW_ACK << 4);
    answer.bytes[1] = LOOM_CONTENT;
    answer.length = 12;
    raw_send(&mute, answer.bytes, answer.length);
    endpoints_run(&client, NULL, &client.response.count, 2);
    cr_expect_eq(client.response.exchange, 4u);
    cr_expect_eq(client.response.code, LOOM_CONTENT);
    raw_stop(&mute);
}

Test(coap_session, is_told_when_the_server_closes_it)
{
    struct loom_session *session;

    endpoint_listen(&server, "coaps");
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 1);
    server.port.close(server.port.self, server.request.session);
    endpoints_run(&client, &server, &client.lost.count, 1);
    cr_expect_eq(client.lost.failure, LOOM_FAILURE_CLOSED);
    cr_expect_eq(server.lost.count, 0u, "told of a session that it closed itself");

    /* The same address may begin anew. */
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 2), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 2);
    cr_expect_eq(client.response.code, LOOM_CONTENT);
}

Test(coap_session, is_told_when_the_client_closes_it)
{
    struct loom_session *session;

    endpoint_listen(&server, "coaps");
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 1);
    client.port.close(client.port.self, session);
    endpoints_run(&client, &server, &server.lost.count, 1);
    cr_expect_eq(server.lost.failure, LOOM_FAILURE_CLOSED);
    cr_expect_eq(server.lost.session, server.request.session);
    cr_expect_eq(client.lost.count, 0u);
}

/* A session closed within a request is still answered; its exchanges end without a word. */
Test(coap_session, may_be_closed_by_the_side_it_calls)
{
    struct loom_session *session;

    endpoint_listen(&server, "coap");
    server.ask_back = true;
    server.close_on_request = true;
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_CONTENT);
    server.ask_back = false;
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 2), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 2);
    cr_expect_eq(client.request.count, 0u);
    cr_expect_eq(server.response.count, 0u);
    cr_expect_eq(server.lost.count, 0u);
}

Test(coap_session, refuses_a_request_in_a_closed_session)
{
    struct loom_session *session;

    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    client.port.close(client.port.self, session);
    cr_expect_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_UNAVAILABLE);
}

/* Memory for peers has a bound: who was silent for longest makes room. */
Test(coap_session, gives_up_the_longest_silent_peer)
{
    struct loom_session *sessions[3];
    struct loom_session *oldest;

    endpoint_stop(&server);
    endpoint_start_with(&server, (struct loom_coap_config){.peers_max = 2});
    endpoint_listen(&server, "coap");
    for (unsigned i = 0; i < 3; i++) {
        sessions[i] = endpoint_open(&client, server.bound);
    }
    cr_assert_eq(endpoint_ask(&client, sessions[0], LOOM_GET, "x", NULL, 0, 0), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 1);
    cr_assert_eq(endpoint_ask(&client, sessions[1], LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 2);
    oldest = server.request.session;
    cr_assert_eq(endpoint_ask(&client, sessions[0], LOOM_GET, "x", NULL, 0, 2), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 3);
    cr_expect_eq(server.lost.count, 0u);
    cr_assert_eq(endpoint_ask(&client, sessions[2], LOOM_GET, "x", NULL, 0, 3), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 4);
    cr_expect_eq(server.lost.count, 1u);
    cr_expect_eq(server.lost.session, oldest);
    cr_expect_eq(server.lost.failure, LOOM_FAILURE_CLOSED);
}

/* What the side keeps stays, whoever comes: strangers make room for strangers. */
Test(coap_session, keeps_what_the_side_needs)
{
    struct loom_session *registered;
    struct loom_session *session;

    endpoint_stop(&server);
    endpoint_start_with(&server, (struct loom_coap_config){.peers_max = 2});
    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_POST, "rd", NULL, 0, 0), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 1);
    registered = server.request.session;
    server.port.keep(server.port.self, registered, true);
    for (unsigned i = 1; i <= 4; i++) {
        struct loom_session *stranger = endpoint_open(&client, server.bound);

        cr_assert_eq(endpoint_ask(&client, stranger, LOOM_GET, "x", NULL, 0, i), LOOM_OK);
        endpoints_run(&client, &server, &client.response.count, i + 1);
        cr_expect_neq(server.lost.session, registered);
    }
    cr_expect_eq(server.lost.count, 2u);
    server.port.keep(server.port.self, registered, false);
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 9), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 6);
    cr_expect_eq(server.lost.count, 4u, "two too many: three strangers and who was kept");
}

static enum loom_status try_open(const char *uri, enum loom_security_mode mode, size_t identity,
                                 size_t key)
{
    static const uint8_t bytes[LOOM_COAP_IDENTITY_MAX + 1];
    struct loom_credentials credentials = {
        .uri = {uri, strlen(uri)}, .mode = mode, .as.psk = {{bytes, identity}, {bytes, key}}};
    struct loom_session *session = NULL;
    enum loom_status status = client.port.open(client.port.self, &credentials, NULL, &session);

    if (status == LOOM_OK) {
        client.port.close(client.port.self, session);
    }
    return status;
}

/* Rules H.2 and H.3. */
Test(coap_session, checks_uri_and_credentials)
{
    static const char *const bad[] = {"",
                                      "127.0.0.1",
                                      "http://127.0.0.1",
                                      "coap://",
                                      "coap://:5683",
                                      "coap://127.0.0.1:0",
                                      "coap://127.0.0.1:65536",
                                      "coap://127.0.0.1:12x",
                                      "coap://[::1",
                                      "coap://user@127.0.0.1",
                                      "coap://127.0.0.1/path",
                                      "coap://127.0.0.1?query",
                                      "coap+tcp://127.0.0.1",
                                      "coaps://127.0.0.1"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_expect_eq(try_open(bad[i], LOOM_SECURITY_NOSEC, 0, 0), LOOM_BAD_REQUEST, "%s", bad[i]);
    }
    cr_expect_eq(try_open("coap://127.0.0.1", LOOM_SECURITY_NOSEC, 0, 0), LOOM_OK);
    cr_expect_eq(try_open("coap://127.0.0.1/", LOOM_SECURITY_NOSEC, 0, 0), LOOM_OK);
    cr_expect_eq(try_open("coap://localhost:9", LOOM_SECURITY_NOSEC, 0, 0), LOOM_OK);
    cr_expect_eq(try_open("coap://127.0.0.1", LOOM_SECURITY_PSK, 4, 16), LOOM_BAD_REQUEST);
    cr_expect_eq(try_open("coaps://127.0.0.1", LOOM_SECURITY_PSK, 128, 16), LOOM_OK);
    cr_expect_eq(try_open("coaps://127.0.0.1", LOOM_SECURITY_PSK, 129, 16), LOOM_BAD_REQUEST);
    cr_expect_eq(try_open("coaps://127.0.0.1", LOOM_SECURITY_PSK, 4, 32), LOOM_OK);
    cr_expect_eq(try_open("coaps://127.0.0.1", LOOM_SECURITY_PSK, 4, 65), LOOM_BAD_REQUEST);
    cr_expect_eq(try_open("coaps://127.0.0.1", LOOM_SECURITY_PSK, 4, 0), LOOM_BAD_REQUEST);
    cr_expect_eq(try_open("coaps://127.0.0.1", LOOM_SECURITY_PSK, 0, 16), LOOM_BAD_REQUEST);
    cr_expect_eq(try_open("coaps://127.0.0.1", LOOM_SECURITY_CERTIFICATE, 4, 16), LOOM_BAD_REQUEST);
}

Test(coap_session, checks_where_it_listens)
{
    struct loom_coap_config config = {0};
    struct loom_side side = {0};
    struct loom_port port;
    struct loom_coap_port *coap;
    char bound[LOOM_COAP_URI_SIZE];

    endpoint_listen(&server, "coap");
    cr_expect_eq(loom_coap_listen(client.coap, server.bound, NULL, 0), LOOM_UNAVAILABLE);
    cr_expect_eq(errno, EADDRINUSE);
    cr_expect_eq(loom_coap_listen(client.coap, "tcp://127.0.0.1", NULL, 0), LOOM_BAD_REQUEST);
    cr_expect_eq(loom_coap_listen(client.coap, "coap://192.0.2.1:0", NULL, 0), LOOM_UNAVAILABLE);
    cr_expect_eq(loom_coap_listen(client.coap, "coap://127.0.0.1:0", bound, 10), LOOM_BAD_REQUEST);

    coap = loom_coap_create(&config, &side, NULL, &port);
    cr_assert_not_null(coap);
    cr_expect_eq(loom_coap_listen(coap, "coaps://127.0.0.1:0", bound, sizeof bound),
                 LOOM_BAD_REQUEST, "no way to find keys");
    loom_coap_destroy(coap);
}

/* An exchange under way, a handshake under way and a lost session: all go with the port. */
Test(coap_session, frees_what_is_under_way)
{
    struct loom_session *session;
    struct raw mute;
    char uri[LOOM_COAP_URI_SIZE + 2]; /* one letter more, whatever the length */

    raw_start(&mute);
    snprintf(uri, sizeof uri, "coaps%s", mute.uri + strlen("coap"));
    session = endpoint_open(&client, mute.uri);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_PUT, "x", "abc", 3, 1), LOOM_OK);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_PUT, "x", "abc", 3, 2), LOOM_OK);
    session = endpoint_open(&client, uri);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_PUT, "x", "abc", 3, 1), LOOM_OK);
    endpoints_turn(&client, NULL);
    session = endpoint_open(&client, mute.uri);
    client.port.close(client.port.self, session);
    raw_stop(&mute);
}

/* Nothing is computed from what is out of range, nor is libcoap's log changed. */
Test(coap_session, checks_its_configuration)
{
    static const struct loom_coap_config bad[] = {
        {.ack_timeout_ms = 999},
        {.ack_timeout_ms = 60001},
        {.max_retransmit = 9},
        {.max_retransmit = UINT8_MAX},
        {.max_retransmit = 2, .secure_retransmit = 3},
        {.secure_retransmit = UINT8_MAX},
        {.answer_max = LOOM_COAP_ANSWER_MIN - 1},
        {.answer_max = LOOM_COAP_PAYLOAD_MAX + 1},
        {.payload_max = 64, .answer_max = 65},
        {.log = (enum loom_coap_log)(LOOM_COAP_LOG_DEBUG + 1)}};
    struct loom_side side = {0};
    struct loom_port port;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        cr_expect_null(loom_coap_create(&bad[i], &side, NULL, &port));
    }
    loom_coap_destroy(NULL);
}

Test(coap_session, moves_the_clock_of_the_side)
{
    int64_t offset = 0;
    struct endpoint device;
    uint64_t before;
    int64_t unix_before;

    endpoint_start_with(&device, (struct loom_coap_config){.clock_offset_ms = &offset});
    before = device.port.now(device.port.self);
    unix_before = device.port.unix_time(device.port.self);
    offset = 86400000;
    cr_expect_geq(device.port.now(device.port.self), before + 86400000u);
    cr_expect_lt(device.port.now(device.port.self), before + 86400000u + 60000u);
    cr_expect_geq(device.port.unix_time(device.port.self), unix_before + 86400);
    endpoint_stop(&device);
}

/* A request to a server that says nothing, and a clock that is moved: 46.5 s are MAX_TRANSMIT_WAIT
 * with these parameters. */
enum { RETRANSMISSIONS = 4, TRANSMIT_WAIT_MS = 46500 };

static int64_t moved;
static struct endpoint device;
static struct raw mute;

static struct datagram ask_in_vain(struct loom_session **session)
{
    uint64_t before;
    uint64_t deadline;
    struct datagram asked;

    moved = 0;
    raw_start(&mute);
    endpoint_start_with(&device, (struct loom_coap_config){.clock_offset_ms = &moved,
                                                           .max_retransmit = RETRANSMISSIONS});
    *session = endpoint_open(&device, mute.uri);
    cr_expect_eq(loom_coap_deadline(device.coap), UINT64_MAX);
    before = device.port.now(device.port.self);
    cr_assert_eq(endpoint_ask(&device, *session, LOOM_GET, "x", NULL, 0, 3), LOOM_OK);
    asked = raw_accept(&mute, &device);
    deadline = loom_coap_deadline(device.coap);
    cr_expect_geq(deadline, before + TRANSMIT_WAIT_MS);
    cr_expect_leq(deadline, device.port.now(device.port.self) + TRANSMIT_WAIT_MS);
    moved = TRANSMIT_WAIT_MS / 2;
    endpoints_turn(&device, NULL);
    cr_expect_eq(device.response.count, 0u, "given up too early");
    moved += (int64_t)(deadline - device.port.now(device.port.self));
    endpoints_run(&device, NULL, &device.response.count, 1);
    cr_expect_eq(device.response.failure, LOOM_FAILURE_TIMEOUT);
    cr_expect_eq(device.lost.count, 0u);
    cr_expect_eq(loom_coap_deadline(device.coap), UINT64_MAX);
    return asked;
}

/* B-57: silence lasts as long on a clock that is moved as on the real one; the session goes on. */
Test(coap_session, gives_up_by_the_clock_of_the_side)
{
    struct loom_session *session;
    struct datagram asked = ask_in_vain(&session);
    struct datagram next;

    cr_assert_eq(endpoint_ask(&device, session, LOOM_GET, "y", NULL, 0, 4), LOOM_OK);
    do {
        next = raw_receive(&mute, &device);
    } while (message_id(&next) == message_id(&asked));
    asked.bytes[0] = (uint8_t)(asked.bytes[0] | RAW_ACK << 4);
    asked.bytes[1] = LOOM_CONTENT;
    asked.length = 12;
    raw_send(&mute, asked.bytes, asked.length); /* too late */
    endpoints_turn(&device, NULL);
    cr_expect_eq(device.response.count, 1u);
    next.bytes[0] = (uint8_t)(next.bytes[0] | RAW_ACK << 4);
    next.bytes[1] = LOOM_CHANGED;
    next.length = 12;
    raw_send(&mute, next.bytes, next.length);
    endpoints_run(&device, NULL, &device.response.count, 2);
    cr_expect_eq(device.response.exchange, 4u);
    cr_expect_eq(device.response.code, LOOM_CHANGED);
    endpoint_stop(&device);
    raw_stop(&mute);
}

/* Of what was given up one more may be on its way, in 1 to 1.5 s; the one after that would come
 * within 4.5 s. */
Test(coap_session, sends_nothing_more_of_what_it_gave_up)
{
    struct pollfd watched = {.events = POLLIN};
    struct loom_session *session;
    unsigned heard = 0;
    uint64_t end;

    (void)ask_in_vain(&session);
    watched.fd = mute.socket;
    end = device.port.now(device.port.self) + 5000;
    while (device.port.now(device.port.self) < end) {
        cr_assert_eq(loom_coap_step(device.coap, 100, &watched, 1), LOOM_OK);
        if (watched.revents != 0) {
            (void)raw_receive(&mute, &device);
            heard++;
        }
    }
    cr_expect_leq(heard, 1u);
    endpoint_stop(&device);
    raw_stop(&mute);
}

Test(coap_session, wakes_for_a_descriptor_of_the_program)
{
    struct pollfd watched = {.events = POLLIN};
    uint64_t before = client.port.now(client.port.self);
    int ends[2];

    cr_assert_eq(pipe(ends), 0);
    watched.fd = ends[0];
    cr_assert_eq(loom_coap_step(client.coap, 0, &watched, 1), LOOM_OK);
    cr_expect_eq(watched.revents, 0);
    cr_assert_eq(write(ends[1], "x", 1), 1);
    cr_assert_eq(loom_coap_step(client.coap, 30000, &watched, 1), LOOM_OK);
    cr_expect_eq(watched.revents, POLLIN);
    cr_expect_lt(client.port.now(client.port.self), before + 20000u);
    close(ends[0]);
    close(ends[1]);
}
