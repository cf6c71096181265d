/* SPDX-License-Identifier: Apache-2.0 */
/* Answers that wait until the side lets them go, message by message. */
#include "raw.h"

#include <criterion/criterion.h>
#include <string.h>

enum { LOCATION_PATH = 8, URI_PATH = 11, MAX_AGE = 14 };

static struct endpoint server;
static struct raw peer;

static void start(void)
{
    endpoint_start(&server);
    endpoint_listen(&server, "coap");
    raw_start(&peer);
    raw_connect(&peer, server.bound);
    server.code = LOOM_CREATED;
    server.location[0] = "rd";
    server.location[1] = "7";
}

static void stop(void)
{
    raw_stop(&peer);
    endpoint_stop(&server);
}

TestSuite(coap_held, .init = start, .fini = stop, .timeout = 60);

static struct datagram request(unsigned type, uint16_t id, uint8_t token)
{
    struct datagram datagram = message(type, LOOM_POST, id, token);
    unsigned last = 0;

    message_option(&datagram, &last, URI_PATH, "rd", 2);
    return datagram;
}

static void send_request(const struct datagram *datagram)
{
    raw_send(&peer, datagram->bytes, datagram->length);
}

/* Sends something whose answer is kept back under a number. */
static void hold(const struct datagram *datagram, uint64_t held)
{
    unsigned before = server.request.count;

    server.held = held;
    send_request(datagram);
    endpoints_run(&server, NULL, &server.request.count, before + 1);
    server.held = 0;
}

static void settle(uint64_t held, bool send)
{
    server.port.settle(server.port.self, held, send);
}

static struct datagram answer(void)
{
    return raw_receive(&peer, &server);
}

/* The answer is piggybacked (RFC 7252 section 5.2.1), however late it leaves. */
Test(coap_held, what_is_let_go_is_the_answer_to_its_request)
{
    static const uint8_t location[] = {LOCATION_PATH << 4 | 2, 'r', 'd', 1, '7'};
    struct datagram post = request(RAW_CON, 100, 0xaa);
    struct datagram got;

    hold(&post, 1);
    settle(1, true);
    got = answer();
    cr_expect_eq(message_type(&got), RAW_ACK);
    cr_expect_eq(message_code(&got), LOOM_CREATED);
    cr_expect_eq(message_id(&got), 100);
    cr_expect_eq(got.bytes[4], 0xaa);
    cr_assert_eq(got.length, 5 + sizeof location);
    cr_expect_arr_eq(got.bytes + 5, location, sizeof location);
}

/* RFC 7252 section 5.2.3. */
Test(coap_held, one_to_what_was_not_confirmable_is_not_either)
{
    struct datagram post = request(RAW_NON, 100, 0xaa);
    struct datagram got;

    hold(&post, 1);
    settle(1, true);
    got = answer();
    cr_expect_eq(message_type(&got), RAW_NON);
    cr_expect_eq(got.bytes[4], 0xaa);
    cr_expect_eq(message_code(&got), LOOM_CREATED);
}

/* RFC 7252 section 4.5: it is neither executed again nor acknowledged before it has been stored. */
Test(coap_held, a_request_that_comes_again_meets_silence_until_then)
{
    struct datagram post = request(RAW_CON, 100, 1);
    struct datagram other = request(RAW_CON, 200, 2);
    struct datagram got;

    hold(&post, 1);
    send_request(&post);
    send_request(&post);
    send_request(&other);
    got = answer();
    cr_expect_eq(message_id(&got), 200, "nothing came before it");
    cr_expect_eq(server.request.count, 2u, "it was executed again");
    settle(1, true);
    got = answer();
    cr_expect_eq(message_id(&got), 100);
    server.code = LOOM_CONFLICT;
    send_request(&post);
    got = answer();
    cr_expect_eq(message_id(&got), 100);
    cr_expect_eq(message_code(&got), LOOM_CREATED, "the answer is given again");
    cr_expect_eq(server.request.count, 2u);
}

/* What could not be stored was never heard: the peer's retransmission is asked anew. */
Test(coap_held, a_request_whose_answer_is_dropped_was_not_heard)
{
    struct datagram post = request(RAW_CON, 100, 1);
    struct datagram got;

    for (uint64_t held = 1; held <= 3; held++) {
        hold(&post, held);
        settle(held, false);
    }
    cr_expect_eq(raw_pending(&peer), 0u);
    server.code = LOOM_CHANGED;
    send_request(&post);
    got = answer();
    cr_expect_eq(message_code(&got), LOOM_CHANGED);
    cr_expect_eq(server.request.count, 4u);
    send_request(&post);
    (void)answer();
    cr_expect_eq(server.request.count, 4u, "it is known again");
}

/* Dropping one of several requests leaves what is known of the others, also of those whose ids are
 * found by way of it (their marks are in one chain). */
Test(coap_held, what_is_dropped_hides_no_other)
{
    struct datagram first = request(RAW_CON, 128, 1);
    struct datagram dropped = request(RAW_CON, 256, 2);
    struct datagram last = request(RAW_CON, 384, 3);

    send_request(&first);
    (void)answer();
    hold(&dropped, 1);
    send_request(&last);
    (void)answer();
    settle(1, false);
    for (uint16_t id = 1; id <= 20; id++) { /* makes the memory of requests grow */
        struct datagram other = request(RAW_CON, id, 4);

        send_request(&other);
        (void)answer();
    }
    server.request.count = 0;
    send_request(&first);
    send_request(&last);
    send_request(&dropped);
    (void)answer();
    cr_expect_eq(server.request.count, 1u, "the two that were answered are known");
}

Test(coap_held, several_go_in_the_order_in_which_they_came)
{
    enum { COUNT = 6 };
    struct datagram got;

    for (uint16_t id = 0; id < COUNT; id++) {
        struct datagram post = request(RAW_CON, (uint16_t)(100 + id), (uint8_t)id);

        hold(&post, 1u + id / 2u);
    }
    settle(1, true);
    settle(2, false);
    settle(3, true);
    for (uint16_t i = 0; i < 4; i++) {
        got = answer();
        cr_expect_eq(message_id(&got), (i < 2 ? 100 : 102) + i);
    }
    settle(1, true);
    settle(3, true);
    cr_expect_eq(raw_pending(&peer), 0u, "each goes once");
}

/* A De-register that comes again has the number of the first one, though others have come since. */
Test(coap_held, a_number_that_comes_again_is_with_the_first_one)
{
    static const uint64_t numbers[] = {5, 6, 5};
    struct datagram got;

    for (uint16_t i = 0; i < 3; i++) {
        struct datagram post = request(RAW_CON, (uint16_t)(100 + i), (uint8_t)i);

        hold(&post, numbers[i]);
    }
    settle(5, true);
    settle(6, true);
    got = answer();
    cr_assert_eq(message_id(&got), 100);
    got = answer();
    cr_assert_eq(message_id(&got), 102);
    got = answer();
    cr_expect_eq(message_id(&got), 101);
}

/* The answers to the last eight requests are given again (LOOM_COAP_REPEATS_MAX says so): one that
 * has waited for longer goes out, but the memory that it had is another's. */
Test(coap_held, one_that_many_have_overtaken_takes_the_place_of_none)
{
    struct datagram post = request(RAW_CON, 100, 1);
    struct datagram other;
    struct datagram got;

    hold(&post, 1);
    server.code = LOOM_CHANGED;
    for (uint16_t id = 200; id < 208; id++) {
        other = request(RAW_CON, id, 2);
        send_request(&other);
        (void)answer();
    }
    settle(1, true);
    got = answer();
    cr_expect_eq(message_code(&got), LOOM_CREATED);
    send_request(&other);
    got = answer();
    cr_expect_eq(message_id(&got), 207);
    cr_expect_eq(message_code(&got), LOOM_CHANGED);
}

Test(coap_held, those_of_a_closed_session_are_gone)
{
    struct datagram post = request(RAW_CON, 100, 1);

    hold(&post, 1);
    server.port.close(server.port.self, server.request.session);
    settle(1, true);
    cr_expect_eq(raw_pending(&peer), 0u);
    hold(&post, 2);
    server.port.close(server.port.self, server.request.session);
    endpoints_turn(&server, NULL);
    settle(2, true);
    cr_expect_eq(raw_pending(&peer), 0u);
    hold(&post, 3); /* endpoint_stop() frees it */
}

/* RFC 7252 section 5.9.3.4: 5.03 says when to ask again, and nothing else does. */
Test(coap_held, max_age_comes_with_a_refusal_for_now)
{
    static const uint8_t option[] = {13 << 4 | 2, MAX_AGE - 13, 1, 44};
    struct datagram post = request(RAW_CON, 100, 1);
    struct datagram got;

    server.location[0] = NULL;
    server.code = LOOM_UNAVAILABLE;
    server.max_age = 300;
    send_request(&post);
    got = answer();
    cr_expect_eq(message_code(&got), LOOM_UNAVAILABLE);
    cr_assert_eq(got.length, 5 + sizeof option);
    cr_expect_arr_eq(got.bytes + 5, option, sizeof option);
    server.code = LOOM_CHANGED;
    post = request(RAW_CON, 101, 1);
    send_request(&post);
    got = answer();
    cr_expect_eq(got.length, 5u);
}
