/* SPDX-License-Identifier: Apache-2.0 */
/* Observations (RFC 7641): from both ends of a port, and with a bare socket at one of them. */
#include "coap_compat.h"
#include "raw.h"

#include <criterion/criterion.h>
#include <string.h>

enum { OBSERVE = 6, URI_PATH = 11, CONTENT_FORMAT = 12, BLOCK2 = 23, MARKER = 0xff };

static struct endpoint device; /* what is observed */
static struct endpoint server;
static struct raw peer;
static struct loom_session *session; /* of the server */

static void start(void)
{
    endpoint_start(&device);
    endpoint_start(&server);
    endpoint_listen(&device, "coap");
    raw_start(&peer);
    raw_connect(&peer, device.bound);
    session = endpoint_open(&server, device.bound);
}

static void stop(void)
{
    raw_stop(&peer);
    endpoint_stop(&device);
    endpoint_stop(&server);
}

TestSuite(coap_observe, .init = start, .fini = stop, .timeout = 60);

/* ---- a port at both ends --------------------------------------------------------------------- */

static void observe(enum loom_observe what, uint32_t exchange, uint32_t of)
{
    struct loom_request request = {.method = LOOM_GET,
                                   .path_count = 1,
                                   .path = {{"3", 1}},
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .observe = (uint8_t)what,
                                   .observation_of = of};

    cr_assert_eq(server.port.request(server.port.self, session, &request, exchange), LOOM_OK);
}

static enum loom_status notify(uint16_t observation, uint8_t code, bool confirmable,
                               const void *payload, size_t length)
{
    struct loom_notification notification = {.code = code,
                                             .confirmable = confirmable,
                                             .content_format = LOOM_FORMAT_TEXT,
                                             .payload = {payload, length}};
    enum loom_status status;

    device.within = true;
    status =
        device.port.notify(device.port.self, device.request.session, observation, &notification);
    device.within = false;
    return status;
}

/* The server observes under exchange 7, the device calls it 3. */
static void begin(void)
{
    device.observation = 3;
    device.payload = "20";
    device.length = 2;
    observe(LOOM_OBSERVE_BEGIN, 7, 0);
    endpoints_run(&server, &device, &server.response.count, 1);
    device.observation = 0;
}

static void expect_heard(unsigned count, const char *payload)
{
    endpoints_run(&server, &device, &server.response.count, count);
    cr_expect_eq(server.response.exchange, 7u);
    cr_expect_eq(server.response.failure, LOOM_FAILURE_NONE);
    cr_expect_eq(server.response.code, LOOM_CONTENT);
    cr_expect_eq(server.response.length, strlen(payload));
    cr_expect_arr_eq(server.response.payload, payload, strlen(payload));
    cr_expect(server.response.observe_more);
}

/* C-60: the answer is the first notification, and others come under the same exchange. */
Test(coap_observe, carries_notifications)
{
    begin();
    cr_expect_eq(device.request.observe, LOOM_OBSERVE_BEGIN);
    cr_expect_eq(device.request.observation, 0);
    expect_heard(1, "20");
    cr_assert_eq(notify(3, LOOM_CONTENT, false, "21", 2), LOOM_OK);
    expect_heard(2, "21");
    cr_expect_eq(server.response.content_format, LOOM_FORMAT_TEXT);
    cr_expect_eq(device.notified.count, 0u);
    cr_assert_eq(notify(3, LOOM_CONTENT, true, "22", 2), LOOM_OK);
    endpoints_run(&server, &device, &device.notified.count, 1);
    expect_heard(3, "22");
    cr_expect_eq(device.notified.observation, 3);
    cr_expect_eq(device.notified.failure, LOOM_FAILURE_NONE);
    cr_expect_eq(notify(4, LOOM_CONTENT, true, "22", 2), LOOM_NOT_FOUND);
}

/* A notification may take the memory that the request stands in. */
Test(coap_observe, nothing_is_notified_within_a_request)
{
    begin();
    device.notify = 3;
    observe(LOOM_OBSERVE_NONE, 8, 0);
    endpoints_run(&server, &device, &server.response.count, 2);
    cr_expect_eq(device.told, LOOM_UNAVAILABLE);
    cr_expect_eq(server.response.exchange, 8u);
    device.notify = 0;
    cr_assert_eq(notify(3, LOOM_CONTENT, false, "21", 2), LOOM_OK);
    expect_heard(3, "21");
}

Test(coap_observe, goes_on_over_dtls)
{
    endpoint_stop(&device);
    endpoint_start(&device);
    endpoint_listen(&device, "coaps");
    session = endpoint_open(&server, device.bound);
    begin();
    cr_assert_eq(notify(3, LOOM_CONTENT, true, "21", 2), LOOM_OK);
    endpoints_run(&server, &device, &device.notified.count, 1);
    expect_heard(2, "21");
}

/* One that is not observed ends with its answer, and so does one that the peer does not let be. */
Test(coap_observe, ends_with_an_answer_that_is_no_notification)
{
    observe(LOOM_OBSERVE_BEGIN, 7, 0);
    endpoints_run(&server, &device, &server.response.count, 1);
    cr_expect_not(server.response.observe_more);
    observe(LOOM_OBSERVE_NONE, 8, 0);
    endpoints_run(&server, &device, &server.response.count, 2);
    cr_expect_eq(device.request.observe, LOOM_OBSERVE_NONE);
    cr_expect_not(server.response.observe_more);
    device.observation = 3;
    device.code = LOOM_NOT_FOUND;
    observe(LOOM_OBSERVE_BEGIN, 9, 0);
    endpoints_run(&server, &device, &server.response.count, 3);
    cr_expect_not(server.response.observe_more);
    cr_expect_eq(notify(3, LOOM_CONTENT, true, "22", 2), LOOM_NOT_FOUND);
}

/* C-61: a request of its token that is refused leaves it as it is, for the side does so, too. */
Test(coap_observe, outlives_a_refusal)
{
    begin();
    device.code = LOOM_UNAUTHORIZED;
    observe(LOOM_OBSERVE_END, 8, 7);
    endpoints_run(&server, &device, &server.response.count, 2);
    cr_expect_eq(server.response.code, LOOM_UNAUTHORIZED);
    cr_expect_eq(notify(3, LOOM_CONTENT, true, "21", 2), LOOM_OK);
    endpoints_run(&server, &device, &device.notified.count, 1);
}

/* C-61: the request that ends it has its token, so the device knows which one it is. */
Test(coap_observe, ends_with_a_request)
{
    begin();
    observe(LOOM_OBSERVE_END, 8, 7);
    endpoints_run(&server, &device, &server.response.count, 2);
    cr_expect_eq(device.request.observe, LOOM_OBSERVE_END);
    cr_expect_eq(device.request.observation, 3);
    cr_expect_eq(server.response.exchange, 8u);
    cr_expect_not(server.response.observe_more);
    cr_expect_eq(notify(3, LOOM_CONTENT, true, "22", 2), LOOM_NOT_FOUND);
    observe(LOOM_OBSERVE_END, 9, 7);
    endpoints_run(&server, &device, &server.response.count, 3);
    cr_expect_eq(device.request.observation, 0);
}

/* C-61: what is not wanted any more is refused with a Reset, confirmable or not. */
static void refuse(bool confirmable)
{
    begin();
    server.port.cancel(server.port.self, session, 7);
    cr_assert_eq(notify(3, LOOM_CONTENT, confirmable, "21", 2), LOOM_OK);
    endpoints_run(&server, &device, &device.notified.count, 1);
    cr_expect_eq(device.notified.observation, 3);
    cr_expect_eq(device.notified.failure, LOOM_FAILURE_RESET);
    cr_expect_eq(server.response.count, 1u);
    cr_expect_eq(notify(3, LOOM_CONTENT, confirmable, "22", 2), LOOM_NOT_FOUND);
}

Test(coap_observe, refuses_a_confirmable_notification_that_is_not_wanted)
{
    refuse(true);
}

Test(coap_observe, refuses_a_notification_that_is_not_wanted)
{
    refuse(false);
}

/* RFC 7641 section 4.2: an error is the last notification. */
static void end_with_error(bool confirmable)
{
    begin();
    cr_assert_eq(notify(3, LOOM_NOT_FOUND, confirmable, NULL, 0), LOOM_OK);
    endpoints_run(&server, &device, &server.response.count, 2);
    cr_expect_eq(server.response.exchange, 7u);
    cr_expect_eq(server.response.code, LOOM_NOT_FOUND);
    cr_expect_not(server.response.observe_more);
    cr_expect_eq(notify(3, LOOM_CONTENT, false, "22", 2), LOOM_NOT_FOUND);
}

Test(coap_observe, ends_with_an_error)
{
    end_with_error(false);
}

Test(coap_observe, ends_with_a_confirmable_error)
{
    end_with_error(true);
    endpoints_run(&server, &device, &device.notified.count, 1);
}

Test(coap_observe, forgets_what_its_side_ends)
{
    begin();
    device.port.forget(device.port.self, device.request.session, 3);
    device.port.forget(device.port.self, device.request.session, 99);
    cr_expect_eq(notify(3, LOOM_CONTENT, false, "22", 2), LOOM_NOT_FOUND);
}

/* RFC 7959 section 3.4: the rest of a long notification is asked for, also when its answer was
 * long. */
Test(coap_observe, carries_long_notifications)
{
    static uint8_t first[3000];
    static uint8_t second[5000];

    for (size_t i = 0; i < sizeof second; i++) {
        first[i % sizeof first] = (uint8_t)(i * 7 + i / 251);
        second[i] = (uint8_t)(i * 11 + i / 253);
    }
    device.observation = 3;
    device.payload = first;
    device.length = sizeof first;
    observe(LOOM_OBSERVE_BEGIN, 7, 0);
    endpoints_run(&server, &device, &server.response.count, 1);
    cr_expect_eq(server.response.length, sizeof first);
    cr_expect_eq(memcmp(server.response.payload, first, sizeof first), 0);
    cr_expect(server.response.observe_more);
    cr_assert_eq(notify(3, LOOM_CONTENT, true, second, sizeof second), LOOM_OK);
    endpoints_run(&server, &device, &server.response.count, 2);
    cr_expect_eq(server.response.exchange, 7u);
    cr_expect_eq(server.response.length, sizeof second);
    cr_expect_eq(memcmp(server.response.payload, second, sizeof second), 0);
    cr_expect(server.response.observe_more);
    cr_expect_eq(device.request.count, 1u, "a later block is no request of the side's");
    cr_assert_eq(notify(3, LOOM_CONTENT, false, "21", 2), LOOM_OK);
    expect_heard(3, "21");
}

/* What is observed ends with the session, and that is told. */
Test(coap_observe, ends_with_the_session)
{
    endpoint_stop(&device);
    endpoint_start(&device);
    endpoint_listen(&device, "coaps");
    session = endpoint_open(&server, device.bound);
    begin();
    device.port.close(device.port.self, device.request.session);
    endpoints_run(&server, &device, &server.lost.count, 1);
    cr_expect_eq(server.response.count, 2u);
    cr_expect_eq(server.response.exchange, 7u);
    cr_expect_eq(server.response.code, 0);
    cr_expect_eq(server.response.failure, LOOM_FAILURE_CLOSED);
    cr_expect_not(server.response.observe_more);
}

/* ---- a bare socket that observes ------------------------------------------------------------- */

static struct datagram request(uint16_t id, uint8_t token, int number)
{
    struct datagram datagram = message(RAW_CON, LOOM_GET, id, token);
    uint8_t value = (uint8_t)number;
    unsigned last = 0;

    if (number >= 0) {
        message_option(&datagram, &last, OBSERVE, &value, number == 0 ? 0 : 1);
    }
    message_option(&datagram, &last, URI_PATH, "3", 1);
    return datagram;
}

/* The value of the Observe option of a message with a token of one byte; -1: there is none. */
static long observe_option(const struct datagram *datagram)
{
    size_t at = 5;
    unsigned number = 0;

    while (at < datagram->length && datagram->bytes[at] != MARKER) {
        size_t length = datagram->bytes[at] & 15u;
        long value = 0;

        number += datagram->bytes[at] >> 4;
        for (size_t i = 1; i <= length; i++) {
            value = value << 8 | datagram->bytes[at + i];
        }
        if (number == OBSERVE) {
            return value;
        }
        at += 1 + length;
    }
    return -1;
}

static struct datagram ask(uint16_t id, uint8_t token, int number)
{
    struct datagram asked = request(id, token, number);

    raw_send(&peer, asked.bytes, asked.length);
    return raw_receive(&peer, &device);
}

static void begin_raw(uint16_t name)
{
    device.observation = name;
    struct datagram answer = ask(100, 0x51, 0);
    cr_assert_geq(observe_option(&answer), 0);
    device.observation = 0;
}

static void say(unsigned type, uint16_t id)
{
    uint8_t bytes[4] = {(uint8_t)(0x40 | type << 4), 0, (uint8_t)(id >> 8), (uint8_t)id};

    raw_send(&peer, bytes, sizeof bytes);
}

/* RFC 7641 section 3.4: the numbers grow. A confirmable notification has the token and a message id
 * of its own, and is sent again until it is acknowledged. */
Test(coap_observe, numbers_its_notifications)
{
    device.observation = 3;
    struct datagram answer = ask(100, 0x51, 0);
    long first = observe_option(&answer);
    cr_assert_geq(first, 0);
    cr_assert_eq(notify(3, LOOM_CONTENT, false, "21", 2), LOOM_OK);
    struct datagram second = raw_receive(&peer, &device);
    cr_expect_eq(message_type(&second), RAW_NON);
    cr_expect_eq(message_code(&second), LOOM_CONTENT);
    cr_expect_eq(second.bytes[4], 0x51);
    cr_expect_gt(observe_option(&second), first);
    cr_assert_eq(notify(3, LOOM_CONTENT, true, "22", 2), LOOM_OK);
    struct datagram third = raw_receive(&peer, &device);
    cr_expect_eq(message_type(&third), RAW_CON);
    cr_expect_gt(observe_option(&third), observe_option(&second));
    struct datagram again = raw_receive(&peer, &device);
    cr_expect_eq(message_id(&again), message_id(&third));
    cr_expect_eq(notify(3, LOOM_CONTENT, true, "23", 2), LOOM_UNAVAILABLE, "NSTART is 1");
    say(RAW_ACK, message_id(&third));
    endpoints_run(&device, NULL, &device.notified.count, 1);
    cr_expect_eq(device.notified.failure, LOOM_FAILURE_NONE);
    cr_expect_eq(notify(3, LOOM_CONTENT, true, "23", 2), LOOM_OK);
}

/* A FETCH to /9 that begins to observe (`number` 0), or asks for a later block. */
static struct datagram fetch(uint16_t id, uint8_t number, const char *what)
{
    struct datagram asked = message(RAW_CON, LOOM_FETCH, id, (uint8_t)what[0]);
    uint8_t block = (uint8_t)(number << 4);
    unsigned last = 0;

    if (number == 0) {
        message_option(&asked, &last, OBSERVE, "", 0);
    }
    message_option(&asked, &last, URI_PATH, "9", 1);
    message_option(&asked, &last, CONTENT_FORMAT, "\x70", 1);
    if (number > 0) {
        message_option(&asked, &last, BLOCK2, &block, 1);
    }
    message_payload(&asked, what, strlen(what));
    raw_send(&peer, asked.bytes, asked.length);
    return raw_receive(&peer, &device);
}

/* RFC 8132 section 2, RFC 7959 section 3.4: what two lists at one path are notified of is kept for
 * each of them. */
Test(coap_observe, keeps_what_it_notifies_each_fetch_of)
{
    static const char *const lists[] = {"a list", "b list"};
    static uint8_t long_ones[2][1500];
    struct datagram answer;

    for (uint16_t i = 0; i < 2; i++) {
        device.observation = (uint16_t)(i + 1);
        answer = fetch((uint16_t)(100 + i), 0, lists[i]);
        cr_assert_geq(observe_option(&answer), 0);
        memset(long_ones[i], lists[i][0], sizeof long_ones[i]);
    }
    device.observation = 0;
    for (uint16_t i = 0; i < 2; i++) {
        cr_assert_eq(notify((uint16_t)(i + 1), LOOM_CONTENT, false, long_ones[i], 1500), LOOM_OK);
        answer = raw_receive(&peer, &device);
        cr_assert_eq(answer.bytes[4], lists[i][0]);
    }
    for (uint16_t i = 0; i < 2; i++) {
        answer = fetch((uint16_t)(200 + i), 1, lists[i]);
        cr_assert_eq(message_code(&answer), LOOM_CONTENT);
        cr_expect_arr_eq(answer.bytes + answer.length - 16, long_ones[i], 16);
    }
    cr_expect_eq(device.request.count, 2u, "a later block is no request of the side's");
}

/* RFC 7641 section 4.5.1: an acknowledgement lets the next one go at once, whatever another peer
 * has not acknowledged yet. */
Test(coap_observe, hears_acknowledgements_one_by_one)
{
#ifndef COAP_ACK_HANDLER
    cr_skip_test("this libcoap does not tell of acknowledgements (deps/patches)");
#endif
    struct raw other;

    endpoint_stop(&device);
    endpoint_start_with(&device, (struct loom_coap_config){.max_retransmit = 4}); /* 31 to 46 s */
    endpoint_listen(&device, "coap");
    raw_start(&other);
    raw_connect(&other, device.bound);
    raw_stop(&peer);
    raw_start(&peer);
    raw_connect(&peer, device.bound);
    begin_raw(3);
    cr_assert_eq(notify(3, LOOM_CONTENT, true, "21", 2), LOOM_OK);
    (void)raw_receive(&peer, &device); /* and says nothing */
    device.observation = 4;
    struct datagram asked = request(200, 0x52, 0);
    raw_send(&other, asked.bytes, asked.length);
    (void)raw_receive(&other, &device);
    cr_assert_eq(notify(4, LOOM_CONTENT, true, "22", 2), LOOM_OK);
    struct datagram told = raw_receive(&other, &device);
    uint8_t acknowledgement[4] = {0x60, 0, told.bytes[2], told.bytes[3]};
    raw_send(&other, acknowledgement, sizeof acknowledgement);
    endpoints_run(&device, NULL, &device.notified.count, 1);
    cr_expect_eq(device.notified.observation, 4);
    cr_expect_eq(device.notified.failure, LOOM_FAILURE_NONE);
    cr_expect_eq(notify(4, LOOM_CONTENT, true, "23", 2), LOOM_OK);
    raw_stop(&other);
}

/* RFC 7641 section 4.5: who says nothing does not get it for ever; that is for the side to judge.
 */
Test(coap_observe, tells_when_nobody_acknowledges)
{
    begin_raw(3);
    cr_assert_eq(notify(3, LOOM_CONTENT, true, "22", 2), LOOM_OK);
    endpoints_run(&device, NULL, &device.notified.count, 1);
    cr_expect_eq(device.notified.failure, LOOM_FAILURE_TIMEOUT);
    cr_expect_eq(notify(3, LOOM_CONTENT, false, "22", 2), LOOM_OK);
}

/* C-60: a request that has its token takes the place of an observation. */
Test(coap_observe, knows_the_token_again)
{
    begin_raw(3);
    device.observation = 4;
    struct datagram answer = ask(101, 0x51, 0);
    cr_expect_eq(device.request.observation, 3);
    cr_expect_geq(observe_option(&answer), 0);
    cr_expect_eq(notify(3, LOOM_CONTENT, false, "22", 2), LOOM_NOT_FOUND);
    cr_expect_eq(notify(4, LOOM_CONTENT, false, "22", 2), LOOM_OK);
    (void)raw_receive(&peer, &device);
    device.observation = 5;
    (void)ask(102, 0x52, 0);
    cr_expect_eq(device.request.observation, 0);
    cr_expect_eq(notify(4, LOOM_CONTENT, false, "22", 2), LOOM_OK);
    cr_expect_eq(notify(5, LOOM_CONTENT, false, "22", 2), LOOM_OK);
}

/* C-61, RFC 7641 section 3.6. */
Test(coap_observe, ends_by_request_of_the_token)
{
    begin_raw(3);
    struct datagram answer = ask(101, 0x52, 1);
    cr_expect_eq(device.request.observe, LOOM_OBSERVE_END);
    cr_expect_eq(device.request.observation, 0);
    answer = ask(102, 0x51, 1);
    cr_expect_eq(device.request.observation, 3);
    cr_expect_eq(observe_option(&answer), -1);
    cr_expect_eq(notify(3, LOOM_CONTENT, false, "22", 2), LOOM_NOT_FOUND);
}

/* RFC 7641 section 2: any other number means nothing, and with another method none does. */
Test(coap_observe, knows_no_other_numbers)
{
    (void)ask(101, 0x51, 2);
    cr_expect_eq(device.request.observe, LOOM_OBSERVE_NONE);
    struct datagram put = message(RAW_CON, LOOM_PUT, 102, 0x51);
    unsigned last = 0;
    message_option(&put, &last, OBSERVE, "", 0);
    raw_send(&peer, put.bytes, put.length);
    (void)raw_receive(&peer, &device);
    cr_expect_eq(device.request.method, LOOM_PUT);
    cr_expect_eq(device.request.observe, LOOM_OBSERVE_NONE);
}

/* C-61: a Reset to either kind ends it, one to something else does not. */
Test(coap_observe, ends_by_reset)
{
    begin_raw(3);
    cr_assert_eq(notify(3, LOOM_CONTENT, false, "21", 2), LOOM_OK);
    struct datagram told = raw_receive(&peer, &device);
    say(RAW_RST, (uint16_t)(message_id(&told) + 100));
    struct datagram probe = ask(101, 0x60, -1);
    cr_expect_eq(message_id(&probe), 101);
    cr_expect_eq(device.notified.count, 0u);
    say(RAW_RST, message_id(&told));
    endpoints_run(&device, NULL, &device.notified.count, 1);
    cr_expect_eq(device.notified.failure, LOOM_FAILURE_RESET);
}

/* ---- a bare socket that is observed ---------------------------------------------------------- */

static struct datagram begin_against_raw(uint8_t number)
{
    struct datagram asked;
    struct datagram answer;
    unsigned last = 0;

    raw_stop(&peer);
    raw_start(&peer);
    session = endpoint_open(&server, peer.uri);
    observe(LOOM_OBSERVE_BEGIN, 7, 0);
    asked = raw_accept(&peer, &server);
    cr_assert_eq(asked.bytes[0] & 15u, 8u, "a token of 8 bytes");
    answer = asked;
    answer.bytes[0] = (uint8_t)(0x40 | RAW_ACK << 4 | 8);
    answer.bytes[1] = LOOM_CONTENT;
    answer.length = 12;
    message_option(&answer, &last, OBSERVE, &number, 1);
    message_payload(&answer, "20", 2);
    raw_send(&peer, answer.bytes, answer.length);
    endpoints_run(&server, NULL, &server.response.count, 1);
    return asked;
}

static void notify_raw(const struct datagram *asked, uint16_t id, int number, const char *text)
{
    struct datagram sent = *asked;
    uint8_t value[3] = {(uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number};
    unsigned last = 0;

    sent.bytes[0] = (uint8_t)(0x40 | RAW_CON << 4 | 8);
    sent.bytes[1] = LOOM_CONTENT;
    sent.bytes[2] = (uint8_t)(id >> 8);
    sent.bytes[3] = (uint8_t)id;
    sent.length = 12;
    if (number >= 0) {
        message_option(&sent, &last, OBSERVE, value, 3);
    }
    message_payload(&sent, text, 2);
    raw_send(&peer, sent.bytes, sent.length);
    struct datagram reply = raw_receive(&peer, &server);
    cr_expect_eq(message_type(&reply), RAW_ACK);
    cr_expect_eq(message_id(&reply), id);
}

/* RFC 7641 section 3.4: what was overtaken is acknowledged, and not told. */
Test(coap_observe, drops_what_was_overtaken)
{
    struct datagram asked = begin_against_raw(200);

    notify_raw(&asked, 1, 202, "22");
    expect_heard(2, "22");
    notify_raw(&asked, 2, 201, "21");
    notify_raw(&asked, 3, 202, "22");
    cr_expect_eq(server.response.count, 2u);
    notify_raw(&asked, 4, 203, "23");
    expect_heard(3, "23");
    notify_raw(&asked, 5, 203 + (1 << 23) - 1, "24");
    expect_heard(4, "24");
    notify_raw(&asked, 6, 3, "25"); /* beyond the greatest number */
    expect_heard(5, "25");
    notify_raw(&asked, 7, -1, "26");
    endpoints_run(&server, NULL, &server.response.count, 6);
    cr_expect_not(server.response.observe_more);
}

/* After 128 seconds any number is newer. */
Test(coap_observe, takes_any_number_after_a_while)
{
    static int64_t offset;

    endpoint_stop(&server);
    endpoint_start_with(&server, (struct loom_coap_config){.clock_offset_ms = &offset});
    struct datagram asked = begin_against_raw(200);
    offset = 127000;
    notify_raw(&asked, 1, 100, "21");
    cr_expect_eq(server.response.count, 1u);
    offset = 129000;
    notify_raw(&asked, 2, 100, "22");
    expect_heard(2, "22");
}

/* A notification that was on its way when the observation ended is not the answer to the request
 * that ended it. */
Test(coap_observe, tells_late_notifications_from_the_answer)
{
    struct datagram asked = begin_against_raw(200);

    observe(LOOM_OBSERVE_END, 8, 7);
    struct datagram ended = raw_receive(&peer, &server);
    cr_expect_eq(memcmp(ended.bytes + 4, asked.bytes + 4, 8), 0, "the same token");
    notify_raw(&asked, 1, 201, "21");
    cr_expect_eq(server.response.count, 1u);
}

/* An answer of another place in a body, or of none: with the token, but of no use. */
static void say_unusable(const struct datagram *asked, unsigned type, uint8_t code, uint16_t id,
                         bool notifies, uint8_t block)
{
    struct datagram sent = *asked;
    uint8_t number = (uint8_t)id;
    unsigned last = 0;

    sent.bytes[0] = (uint8_t)(0x40 | type << 4 | 8);
    sent.bytes[1] = code;
    sent.bytes[2] = (uint8_t)(id >> 8);
    sent.bytes[3] = (uint8_t)id;
    sent.length = 12;
    if (notifies) {
        message_option(&sent, &last, OBSERVE, &number, 1);
    }
    message_option(&sent, &last, BLOCK2, &block, 1);
    message_payload(&sent, "0123456789abcdef", 16);
    raw_send(&peer, sent.bytes, sent.length);
}

/* RFC 7959 section 2.4: what cannot be the answer begins no observation, however often it comes;
 * its end is told once. */
Test(coap_observe, begins_with_an_answer_that_can_be_used)
{
    struct datagram asked;
    enum { BLOCK_5 = 5 << 4 | 8, MALFORMED = 7 };

    raw_stop(&peer);
    raw_start(&peer);
    session = endpoint_open(&server, peer.uri);
    observe(LOOM_OBSERVE_BEGIN, 7, 0);
    asked = raw_accept(&peer, &server);
    for (uint16_t id = 100; id < 105; id++) {
        say_unusable(&asked, RAW_NON, LOOM_CONTENT, id, true, id % 2 == 0 ? BLOCK_5 : MALFORMED);
        (void)raw_receive(&peer, &server); /* refused */
    }
    endpoints_run(&server, NULL, &server.response.count, 1);
    cr_expect_eq(server.response.failure, LOOM_FAILURE_TIMEOUT);
    for (uint16_t id = 110; id < 113; id++) {
        say_unusable(&asked, RAW_CON, LOOM_NOT_FOUND, id, false, 0);
        struct datagram refused = raw_receive(&peer, &server);
        while (message_id(&refused) != id) { /* what is left of the request */
            refused = raw_receive(&peer, &server);
        }
        cr_expect_eq(message_type(&refused), RAW_RST);
    }
    cr_expect_eq(server.response.count, 1u);
}

/* The end of an observation is told of, also if what it says cannot be used. */
Test(coap_observe, ends_with_an_error_that_cannot_be_used)
{
    struct datagram asked = begin_against_raw(200);

    say_unusable(&asked, RAW_CON, LOOM_CONTENT, 1, true, 2 << 4); /* no beginning, and no end */
    (void)raw_receive(&peer, &server);
    cr_expect_eq(server.response.count, 1u);
    say_unusable(&asked, RAW_CON, LOOM_NOT_FOUND, 2, false, 5 << 4 | 8);
    endpoints_run(&server, NULL, &server.response.count, 2);
    cr_expect_eq(server.response.code, LOOM_NOT_FOUND);
    cr_expect_eq(server.response.length, 0u);
    cr_expect_not(server.response.observe_more);
}
