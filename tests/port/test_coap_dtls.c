/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody on the way, or without a key, can do to DTLS sessions. */
#define _POSIX_C_SOURCE 200809L

#include "relay.h"

#include <coap3/coap.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct endpoint client;
static struct endpoint server;
static struct relay relay;

static void start(void)
{
    endpoint_start(&client);
    endpoint_start(&server);
    endpoint_listen(&server, "coaps");
    relay_start(&relay, server.bound);
}

static void stop(void)
{
    relay_stop(&relay);
    endpoint_stop(&client);
    endpoint_stop(&server);
}

TestSuite(coap_dtls, .init = start, .fini = stop, .timeout = 60);

/* ---- a server that has forgotten the session ---------------------------------------------------
 */

/* MAX_TRANSMIT_WAIT of a client with ENDPOINT_ACK_TIMEOUT_MS (RFC 7252 section 4.8.2). */
static int64_t transmit_wait(unsigned retransmit)
{
    return (int64_t)ENDPOINT_ACK_TIMEOUT_MS * ((2 << retransmit) - 1) * 3 / 2;
}

/* A client with a clock of its own and the usual number of retransmissions. */
static void patient_client(const int64_t *ahead, uint8_t secure_retransmit)
{
    endpoint_stop(&client);
    endpoint_start_with(&client, (struct loom_coap_config){.max_retransmit = 4,
                                                           .secure_retransmit = secure_retransmit,
                                                           .clock_offset_ms = ahead});
}

static struct loom_session *session_that_works(void)
{
    struct loom_session *session = endpoint_open(&client, relay.uri);

    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    relay_run(&relay, &client, &server, &client.response.count, 1);
    cr_assert_eq(client.response.code, LOOM_CONTENT);
    return session;
}

/* Nothing comes of a request for that long: what is the matter with the session? */
static void say_nothing(struct loom_session *session, int64_t *ahead, unsigned retransmit)
{
    relay.drop = true;
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "y", NULL, 0, 2), LOOM_OK);
    endpoints_turn(&client, NULL);
    *ahead += transmit_wait(retransmit);
    endpoints_turn(&client, NULL);
}

/* RFC 6347 has a server drop records of no session in silence, so one that has restarted says
 * nothing of the session of before (B-17). After two repetitions it counts as lost. */
Test(coap_dtls, a_session_that_the_server_may_have_forgotten_is_lost_soon)
{
    int64_t ahead = 0;

    patient_client(&ahead, 0);
    say_nothing(session_that_works(), &ahead, LOOM_COAP_SECURE_RETRANSMIT);
    cr_expect_eq(client.lost.count, 1u);
    cr_expect_eq(client.lost.failure, LOOM_FAILURE_TIMEOUT);
    cr_expect_eq(client.response.count, 2u);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_TIMEOUT);
}

Test(coap_dtls, the_product_says_when_a_session_may_be_forgotten)
{
    int64_t ahead = 0;
    struct loom_session *session;

    patient_client(&ahead, 4);
    session = session_that_works();
    say_nothing(session, &ahead, 3);
    cr_expect_eq(client.response.count, 1u);
    ahead += transmit_wait(4);
    endpoints_run(&client, NULL, &client.lost.count, 1);

    patient_client(&ahead, 1);
    relay.drop = false;
    say_nothing(session_that_works(), &ahead, 1);
    cr_expect_eq(client.lost.count, 1u);
}

/* The real clock: libcoap gives up. */
Test(coap_dtls, a_session_without_answers_is_lost_after_as_many_repetitions)
{
    struct loom_session *session;

    patient_client(NULL, 1);
    session = session_that_works();
    relay.drop = true;
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "y", NULL, 0, 2), LOOM_OK);
    relay_run(&relay, &client, NULL, &client.lost.count, 1);
    cr_expect_eq(client.lost.failure, LOOM_FAILURE_TIMEOUT);
    cr_expect_eq(client.response.count, 2u);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_TIMEOUT);
}

/* There is nothing to forget before the server has spoken: another handshake would be no better. */
Test(coap_dtls, a_session_that_begins_is_not_given_up_so_soon)
{
    int64_t ahead = 0;
    struct loom_session *session;

    patient_client(&ahead, 0);
    session = endpoint_open(&client, relay.uri);
    say_nothing(session, &ahead, 3);
    cr_expect_eq(client.response.count, 0u);
    cr_expect_eq(client.lost.count, 0u);
}

/* Answers once, and has requests acknowledged without an answer from then on. */
static void answer_once(coap_resource_t *resource, coap_session_t *session,
                        const coap_pdu_t *request, const coap_string_t *query, coap_pdu_t *response)
{
    unsigned *asked = coap_resource_get_userdata(resource);

    (void)session;
    (void)request;
    (void)query;
    if (++*asked == 1) {
        coap_pdu_set_code(response, COAP_RESPONSE_CODE_CONTENT);
    }
}

/* A server that takes its time, at the address that the other one had. */
static coap_context_t *slow_server(unsigned *asked)
{
    static const char hint[] = "";
    coap_dtls_spsk_t setup = {.version = COAP_DTLS_SPSK_SETUP_VERSION};
    coap_context_t *context = coap_new_context(NULL);
    coap_resource_t *resource = coap_resource_init(coap_make_str_const("x"), 0);
    coap_address_t address;

    cr_assert_not_null(context);
    setup.psk_info.hint = (coap_bin_const_t){0, (const uint8_t *)hint};
    setup.psk_info.key = (coap_bin_const_t){strlen(ENDPOINT_KEY), (const uint8_t *)ENDPOINT_KEY};
    cr_assert_eq(coap_context_set_psk2(context, &setup), 1);
    coap_resource_set_userdata(resource, asked);
    coap_register_request_handler(resource, COAP_REQUEST_GET, answer_once);
    coap_add_resource(context, resource);
    coap_address_init(&address);
    address.addr.sin.sin_family = AF_INET;
    address.addr.sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.addr.sin.sin_port = htons((uint16_t)atoi(strrchr(server.bound, ':') + 1));
    address.size = sizeof address.addr.sin;
    cr_assert_not_null(coap_new_endpoint(context, &address, COAP_PROTO_DTLS));
    return context;
}

/* Runs both until the server has been asked so often, and has sent what it has to say to that. */
static void run_slow(coap_context_t *slow, const unsigned *asked, unsigned wanted)
{
    uint64_t limit = client.port.now(client.port.self) + 20000;

    while (*asked < wanted) {
        endpoints_turn(&client, NULL);
        (void)coap_io_process(slow, 1);
        cr_assert(client.port.now(client.port.self) < limit);
    }
    endpoints_turn(&client, NULL);
}

/* RFC 7252 section 5.2.2: who has acknowledged a request may answer later, and knows the session.
 */
Test(coap_dtls, a_session_in_which_a_request_was_acknowledged_stays)
{
    int64_t ahead = 0;
    unsigned asked = 0;
    coap_context_t *slow;
    struct loom_session *session;

    patient_client(&ahead, 0);
    endpoint_stop(&server);
    slow = slow_server(&asked);
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    run_slow(slow, &asked, 1);
    cr_assert_eq(client.response.count, 1u);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 2), LOOM_OK);
    run_slow(slow, &asked, 2);
    ahead += transmit_wait(LOOM_COAP_SECURE_RETRANSMIT);
    endpoints_turn(&client, NULL);
    cr_expect_eq(client.response.count, 1u);
    ahead += transmit_wait(4);
    endpoints_turn(&client, NULL);
    cr_expect_eq(client.response.count, 2u);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_TIMEOUT);
    cr_expect_eq(client.lost.count, 0u);
    coap_free_context(slow);
    endpoint_start(&server);
}

/* The system says that nobody listens any more: the session ends with the first of these. */
Test(coap_dtls, a_session_with_a_server_that_has_gone_is_lost_at_once)
{
    struct loom_session *session = session_that_works();

    relay_stop(&relay);
    relay_start(&relay, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "y", NULL, 0, 2), LOOM_OK);
    endpoints_turn(&client, NULL);
    endpoints_turn(&client, NULL);
    cr_expect_eq(client.lost.count, 1u);
    cr_expect_eq(client.lost.failure, LOOM_FAILURE_UNREACHABLE);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_UNREACHABLE);
}

#if defined(COAP_DTLS_STATELESS_COOKIE) || defined(COAP_DTLS_OLDEST_HANDSHAKE_GOES)

static void number(struct datagram *datagram, size_t size, size_t value)
{
    while (size-- > 0) {
        datagram->bytes[datagram->length++] = (uint8_t)(value >> (8 * size));
    }
}

/* A ClientHello without a cookie; `seed` makes it another one. */
static struct datagram hello(unsigned seed)
{
    enum { BODY = 2 + 32 + 1 + 1 + 4 + 2 };
    struct datagram datagram = {.length = 0};

    number(&datagram, 3, 0x16fefd); /* handshake, DTLS 1.2 */
    number(&datagram, 8, 0);
    number(&datagram, 2, 12 + BODY);
    number(&datagram, 1, 1); /* ClientHello */
    number(&datagram, 3, BODY);
    number(&datagram, 5, 0);
    number(&datagram, 3, BODY);
    number(&datagram, 2, 0xfefd);
    for (int i = 0; i < 8; i++) {
        number(&datagram, 4, seed);
    }
    number(&datagram, 2, 0);       /* no session, no cookie */
    number(&datagram, 4, 0x2c0a8); /* TLS_PSK_WITH_AES_128_CCM_8 */
    number(&datagram, 2, 0x0100);  /* no compression */
    return datagram;
}

/* RFC 6347 section 4.2.1: nothing is kept of a client that has not returned a cookie, so nobody is
 * kept out by those that do not. libcoap 4.3.1 keeps the last few. */
Test(coap_dtls, hellos_without_a_cookie_keep_nobody_out)
{
    enum { STRANGERS = 300 };
    struct loom_session *session;

    for (unsigned i = 0; i < STRANGERS; i++) {
        struct datagram sent = hello(i);
        struct datagram answer;
        struct raw stranger;

        raw_start(&stranger);
        raw_connect(&stranger, server.bound);
        raw_send(&stranger, sent.bytes, sent.length);
        answer = raw_receive(&stranger, &server);
        cr_assert_eq(answer.bytes[13], 3, "a HelloVerifyRequest");
        cr_expect_leq(answer.length, sent.length, "no amplifier for forged addresses");
        raw_stop(&stranger);
    }
    session = endpoint_open(&client, relay.uri);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    relay_run(&relay, &client, &server, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_CONTENT);
    cr_expect_eq(relay.hellos, 2u, "one without and one with a cookie");
}

#endif
#ifdef COAP_DTLS_STATELESS_COOKIE

static void crash(void)
{
    relay.drop = true;
    endpoint_stop(&client);
    relay_pass(&relay);
    endpoint_start(&client);
    relay.drop = false;
}

/* RFC 6347 section 4.2.8: a device that has lost its session begins another from the same port, and
 * need not wait for the server to forget the one before. */
Test(coap_dtls, a_peer_may_begin_again_from_the_same_address)
{
    struct loom_session *session = endpoint_open(&client, relay.uri);
    struct loom_session *first;

    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    relay_run(&relay, &client, &server, &client.response.count, 1);
    first = server.request.session;
    crash();
    relay.hellos = 0;
    session = endpoint_open(&client, relay.uri);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "y", NULL, 0, 2), LOOM_OK);
    relay_run(&relay, &client, &server, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_CONTENT);
    cr_expect_eq(relay.hellos, 2u, "none had to come again");
    cr_expect_eq(server.lost.count, 1u);
    cr_expect_eq(server.lost.session, first);
    cr_expect_eq(server.lost.failure, LOOM_FAILURE_CLOSED);
}

/* A ClientHello without a cookie, or one that was heard before and is sent again, ends nothing. */
Test(coap_dtls, a_forged_hello_ends_no_session)
{
    struct loom_session *session = endpoint_open(&client, relay.uri);
    struct datagram forged = hello(7);

    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    relay_run(&relay, &client, &server, &client.response.count, 1);
    relay_send(&relay, forged.bytes, forged.length);
    relay_send(&relay, relay.hello.bytes, relay.hello.length);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "y", NULL, 0, 2), LOOM_OK);
    relay_run(&relay, &client, &server, &client.response.count, 2);
    cr_expect_eq(client.response.code, LOOM_CONTENT);
    cr_expect_eq(server.lost.count, 0u);
}

#endif
#ifdef COAP_DTLS_CID_AUTHENTIC

static void expect_request_at_the_client(uint32_t exchange)
{
    unsigned asked = client.request.count;
    unsigned answered = server.response.count;

    cr_assert_eq(endpoint_ask(&server, server.request.session, LOOM_GET, "3", NULL, 0, exchange),
                 LOOM_OK);
    relay_run(&relay, &client, &server, &client.request.count, asked + 1);
    relay_run(&relay, &client, &server, &server.response.count, answered + 1);
    cr_expect_eq(server.response.code, LOOM_CONTENT);
}

/* RFC 9146 section 6: the address of a session moves after a record that is authentic and newer
 * than all before, and not for a repeated or a forged one. */
Test(coap_dtls, only_an_authentic_record_moves_a_session)
{
    struct loom_session *session = endpoint_open(&client, relay.uri);
    struct datagram forged;
    struct raw forger;

    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    relay_run(&relay, &client, &server, &client.response.count, 1);
    cr_assert_gt(relay.identified.length, 0u, "a Connection ID is in use");
    raw_start(&forger);
    raw_connect(&forger, server.bound);
    raw_send(&forger, relay.identified.bytes, relay.identified.length);
    forged = relay.identified;
    forged.bytes[forged.length - 1] ^= 1;
    forged.bytes[10]++; /* of a sequence number that has not been */
    raw_send(&forger, forged.bytes, forged.length);
    raw_send(&forger, forged.bytes, 30);
    /* The server reads them before it has anything to send; one a turn at least. */
    for (unsigned i = 0; i < 3; i++) {
        endpoints_turn(&server, NULL);
    }
    expect_request_at_the_client(2);
    cr_expect_eq(raw_pending(&forger), 0u);
    raw_stop(&forger);

    /* A NAT that uses another port is followed at the next message. */
    relay_rebind(&relay);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "y", NULL, 0, 3), LOOM_OK);
    relay_run(&relay, &client, &server, &client.response.count, 2);
    expect_request_at_the_client(4);
    cr_expect_eq(server.lost.count, 0u);
}

#endif
