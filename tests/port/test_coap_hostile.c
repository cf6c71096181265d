/* SPDX-License-Identifier: Apache-2.0 */
/* What a bare socket may send: repeated, cut off, abandoned and malformed messages. */
#include "raw.h"

#include <coap3/coap.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct endpoint server;
static struct raw peer;

static void start(void)
{
    endpoint_start(&server);
    endpoint_listen(&server, "coap");
    raw_start(&peer);
    raw_connect(&peer, server.bound);
}

static void stop(void)
{
    raw_stop(&peer);
    endpoint_stop(&server);
}

TestSuite(coap_hostile, .init = start, .fini = stop, .timeout = 60);

enum {
    URI_HOST = 3,
    ETAG = 4,
    URI_PATH = 11,
    CONTENT_FORMAT = 12,
    URI_QUERY = 15,
    ACCEPT = 17,
    BLOCK2 = 23,
    BLOCK1 = 27
};

static struct datagram request(uint8_t method, uint16_t id, const char *segment)
{
    struct datagram datagram = message(RAW_CON, method, id, (uint8_t)id);
    unsigned last = 0;

    message_option(&datagram, &last, URI_PATH, segment, strlen(segment));
    return datagram;
}

static struct datagram exchange(const struct datagram *datagram)
{
    raw_send(&peer, datagram->bytes, datagram->length);
    return raw_receive(&peer, &server);
}

/* The server is alive, and the next thing it says is the answer to this. */
static void expect_alive(uint16_t id)
{
    struct datagram probe = request(LOOM_GET, id, "alive");
    struct datagram answer = exchange(&probe);

    cr_expect_eq(message_type(&answer), RAW_ACK);
    cr_expect_eq(message_id(&answer), id);
    cr_expect_eq(message_code(&answer), LOOM_CONTENT);
    cr_expect_str_eq(server.request.path, "alive");
}

/* RFC 7252 section 4.5: answered again, with the same, and not executed again. */
Test(coap_hostile, executes_a_repeated_message_once)
{
    struct datagram post = request(LOOM_POST, 100, "5");
    struct datagram first;
    struct datagram second;

    server.code = LOOM_CREATED;
    server.location[0] = "5";
    server.location[1] = "7";
    server.payload = "body";
    server.length = 4;
    server.content_format = LOOM_FORMAT_TEXT;
    first = exchange(&post);
    server.code = LOOM_CONFLICT;
    second = exchange(&post);
    cr_expect_eq(server.request.count, 1u);
    cr_expect_eq(message_code(&first), LOOM_CREATED);
    cr_expect_eq(first.length, second.length);
    cr_expect_arr_eq(first.bytes, second.bytes, first.length);

    /* A message of its own, though alike, is another request. */
    post = request(LOOM_POST, 101, "5");
    first = exchange(&post);
    cr_expect_eq(server.request.count, 2u);
    cr_expect_eq(message_code(&first), LOOM_CONFLICT);
}

Test(coap_hostile, executes_a_repeated_message_once_among_others)
{
    struct datagram post = request(LOOM_POST, 100, "5");
    struct datagram answer;

    (void)exchange(&post);
    for (uint16_t id = 200; id < 207; id++) {
        struct datagram other = request(LOOM_GET, id, "x");

        (void)exchange(&other);
    }
    cr_assert_eq(server.request.count, 8u);
    answer = exchange(&post);
    cr_expect_eq(message_id(&answer), 100);
    cr_expect_eq(server.request.count, 8u);
}

/* RFC 7252 section 4.3: a repeated message that is not confirmable is dropped. */
Test(coap_hostile, executes_a_repeated_non_message_once)
{
    struct datagram post = request(LOOM_POST, 100, "5");

    post.bytes[0] = (uint8_t)(post.bytes[0] | RAW_NON << 4);
    (void)exchange(&post);
    cr_expect_not(server.request.confirmable);
    raw_send(&peer, post.bytes, post.length);
    expect_alive(101);
    cr_expect_eq(server.request.count, 2u);
}

/* Rule A-95: no answer and no acknowledgement, so that the peer sends it again, and is heard then.
 */
Test(coap_hostile, is_silent_when_the_side_is)
{
    struct datagram put = request(LOOM_PUT, 100, "3");
    struct datagram answer;

    server.code = 0;
    raw_send(&peer, put.bytes, put.length);
    endpoints_run(&server, NULL, &server.request.count, 1);
    server.code = LOOM_CONTENT;
    expect_alive(101);
    answer = exchange(&put);
    cr_expect_eq(message_id(&answer), 100);
    cr_expect_eq(message_code(&answer), LOOM_CONTENT);
    cr_expect_eq(server.request.count, 3u);
}

Test(coap_hostile, is_silent_to_a_non_message_when_the_side_is)
{
    struct datagram put = request(LOOM_PUT, 100, "3");

    put.bytes[0] = (uint8_t)(put.bytes[0] | RAW_NON << 4);
    server.code = 0;
    raw_send(&peer, put.bytes, put.length);
    endpoints_run(&server, NULL, &server.request.count, 1);
    server.code = LOOM_CONTENT;
    expect_alive(101);
}

static void expect_body(const char *body)
{
    cr_expect_eq(server.request.length, strlen(body));
    cr_expect_arr_eq(server.request.payload, body, strlen(body));
}

/* ---- options --------------------------------------------------------------------------------- */

static void expect_refused(const struct datagram *datagram, uint8_t code)
{
    struct datagram answer = exchange(datagram);

    cr_expect_eq(message_type(&answer), RAW_ACK);
    cr_expect_eq(message_code(&answer), code, "%u.%02u", answer.bytes[1] >> 5,
                 answer.bytes[1] & 31);
    cr_expect_eq(server.request.count, 0u, "the side was asked");
}

Test(coap_hostile, refuses_too_many_options)
{
    struct datagram path = message(RAW_CON, LOOM_GET, 1, 1);
    struct datagram query = message(RAW_CON, LOOM_GET, 2, 2);
    unsigned last_path = 0;
    unsigned last_query = 0;

    for (unsigned i = 0; i <= LOOM_SEGMENTS_MAX; i++) {
        message_option(&path, &last_path, URI_PATH, "a", 1);
        message_option(&query, &last_query, URI_QUERY, "a", 1);
    }
    expect_refused(&path, LOOM_CODE(4, 2));
    expect_refused(&query, LOOM_CODE(4, 2));
}

Test(coap_hostile, takes_as_many_options_as_allowed)
{
    struct datagram path = message(RAW_CON, LOOM_GET, 1, 1);
    unsigned last = 0;

    for (unsigned i = 0; i < LOOM_SEGMENTS_MAX; i++) {
        message_option(&path, &last, URI_PATH, "a", 1);
    }
    (void)exchange(&path);
    cr_expect_str_eq(server.request.path, "a/a/a/a/a/a/a/a/a/a");
}

/* RFC 7252 section 5.4.1: what is critical and not understood is refused, the rest is not seen. */
Test(coap_hostile, refuses_unknown_critical_options)
{
    struct datagram if_match = message(RAW_CON, LOOM_PUT, 1, 1);
    struct datagram unknown = message(RAW_CON, LOOM_PUT, 2, 2);
    struct datagram accepts = message(RAW_CON, LOOM_GET, 3, 3);
    struct datagram elective = message(RAW_CON, LOOM_GET, 4, 4);
    unsigned last[4] = {0, 0, 0, 0};

    message_option(&if_match, &last[0], 1, "x", 1);
    message_option(&unknown, &last[1], 201, "x", 1);
    message_option(&accepts, &last[2], ACCEPT, "\x28", 1);
    message_option(&accepts, &last[2], ACCEPT, "\x28", 1);
    message_option(&elective, &last[3], 200, "x", 1);
    expect_refused(&if_match, LOOM_CODE(4, 2));
    expect_refused(&unknown, LOOM_CODE(4, 2));
    expect_refused(&accepts, LOOM_CODE(4, 2));
    (void)exchange(&elective);
    cr_expect_eq(server.request.count, 1u);
}

#ifdef COAP_BAD_LENGTH_IS_UNRECOGNIZED

/* RFC 7252 section 5.4.3: a length out of range makes an option like one that is not understood:
 * refused if it is critical, and not seen if it is elective. */
Test(coap_hostile, refuses_critical_options_of_a_bad_length)
{
    struct datagram host = message(RAW_CON, LOOM_GET, 1, 1);
    struct datagram accept = request(LOOM_GET, 2, "3");
    unsigned last = 0;

    message_option(&host, &last, URI_HOST, "", 0);
    message_option(&host, &last, URI_PATH, "3", 1);
    expect_refused(&host, LOOM_CODE(4, 2));
    last = URI_PATH;
    message_option(&accept, &last, ACCEPT, "\0\0\x28", 3);
    expect_refused(&accept, LOOM_CODE(4, 2));
    /* Section 4.3: what is not confirmable is rejected. */
    accept.bytes[0] = (uint8_t)(accept.bytes[0] | RAW_NON << 4);
    accept = exchange(&accept);
    cr_expect_eq(message_type(&accept), RAW_RST);
    cr_expect_eq(server.request.count, 0u);
}

Test(coap_hostile, does_not_see_elective_options_of_a_bad_length)
{
    struct datagram put = message(RAW_CON, LOOM_PUT, 1, 1);
    unsigned last = 0;

    message_option(&put, &last, ETAG, "", 0);
    message_option(&put, &last, ETAG, "123456789", 9);
    message_option(&put, &last, URI_PATH, "3", 1);
    message_option(&put, &last, CONTENT_FORMAT, "\0\0\x28", 3);
    message_option(&put, &last, 14, "12345", 5);
    message_option(&put, &last, URI_QUERY, "a=1", 3);
    message_option(&put, &last, 60, "12345", 5);
    message_option(&put, &last, 300, "x", 1);
    message_payload(&put, "body", 4);
    (void)exchange(&put);
    cr_expect_eq(server.request.count, 1u);
    cr_expect_str_eq(server.request.path, "3");
    cr_expect_str_eq(server.request.query, "a=1");
    cr_expect_eq(server.request.content_format, LOOM_FORMAT_ABSENT);
    expect_body("body");
}

#endif

/* RFC 7252 section 12.3: 65535 is reserved, so nothing can have it, and it is not the same as no
 * option at all. */
Test(coap_hostile, refuses_the_format_that_cannot_be)
{
    struct datagram accept = request(LOOM_GET, 1, "3");
    struct datagram content = request(LOOM_PUT, 2, "3");
    unsigned last = URI_PATH;

    message_option(&accept, &last, ACCEPT, "\xff\xff", 2);
    expect_refused(&accept, LOOM_NOT_ACCEPTABLE);
    last = URI_PATH;
    message_option(&content, &last, CONTENT_FORMAT, "\xff\xff", 2);
    expect_refused(&content, LOOM_UNSUPPORTED_FORMAT);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* A block of 16 bytes of a PUT. */
static struct datagram put_block(uint16_t id, const char *segment, unsigned number, bool more,
                                 const char *bytes)
{
    struct datagram datagram = message(RAW_CON, LOOM_PUT, id, (uint8_t)id);
    uint8_t value = (uint8_t)(number << 4 | (more ? 8u : 0u));
    unsigned last = 0;

    message_option(&datagram, &last, URI_PATH, segment, strlen(segment));
    message_option(&datagram, &last, BLOCK1, &value, 1);
    message_payload(&datagram, bytes, strlen(bytes));
    return datagram;
}

static uint8_t put_block_code(uint16_t id, const char *segment, unsigned number, bool more,
                              const char *bytes)
{
    struct datagram datagram = put_block(id, segment, number, more, bytes);
    struct datagram answer = exchange(&datagram);

    return message_code(&answer);
}

Test(coap_hostile, executes_a_request_in_blocks_once)
{
    struct datagram last = put_block(2, "9", 1, false, "end");
    struct datagram first_answer;
    struct datagram second_answer;

    cr_expect_eq(put_block_code(1, "9", 0, true, "0123456789abcdef"), LOOM_CODE(2, 31));
    first_answer = exchange(&last);
    second_answer = exchange(&last);
    cr_expect_eq(server.request.count, 1u);
    expect_body("0123456789abcdefend");
    cr_expect_eq(message_code(&first_answer), LOOM_CONTENT);
    cr_expect_eq(first_answer.length, second_answer.length);
    cr_expect_arr_eq(first_answer.bytes, second_answer.bytes, first_answer.length);
}

/* A body begun and left, on the same path and on another, leaves nothing in the next one. */
Test(coap_hostile, forgets_an_abandoned_transfer)
{
    cr_expect_eq(put_block_code(1, "9", 0, true, "XXXXXXXXXXXXXXXX"), LOOM_CODE(2, 31));
    cr_expect_eq(put_block_code(2, "9", 1, true, "YYYYYYYYYYYYYYYY"), LOOM_CODE(2, 31));
    cr_expect_eq(put_block_code(3, "9", 0, true, "0123456789abcdef"), LOOM_CODE(2, 31));
    cr_expect_eq(put_block_code(4, "9", 1, false, "end"), LOOM_CONTENT);
    expect_body("0123456789abcdefend");

    cr_expect_eq(put_block_code(5, "9", 0, true, "XXXXXXXXXXXXXXXX"), LOOM_CODE(2, 31));
    cr_expect_eq(put_block_code(6, "8", 1, false, "end"), LOOM_CODE(4, 8));
    cr_expect_eq(put_block_code(7, "8", 0, true, "fedcba9876543210"), LOOM_CODE(2, 31));
    cr_expect_eq(put_block_code(8, "8", 1, false, "end"), LOOM_CONTENT);
    expect_body("fedcba9876543210end");
    cr_expect_eq(server.request.count, 2u);
}

Test(coap_hostile, refuses_blocks_that_do_not_fit)
{
    cr_expect_eq(put_block_code(1, "9", 1, false, "end"), LOOM_CODE(4, 8), "no beginning");
    cr_expect_eq(put_block_code(2, "9", 0, true, "short"), LOOM_BAD_REQUEST);
    cr_expect_eq(put_block_code(3, "9", 0, true, "0123456789abcdef"), LOOM_CODE(2, 31));
    cr_expect_eq(put_block_code(4, "9", 2, false, "end"), LOOM_CODE(4, 8), "a gap");
    cr_expect_eq(put_block_code(5, "9", 1, false, "more than 16 bytes"), LOOM_BAD_REQUEST);
    cr_expect_eq(server.request.count, 0u);
}

static struct datagram format_block(uint16_t id, unsigned number, bool more, const char *format)
{
    struct datagram datagram = message(RAW_CON, LOOM_PUT, id, (uint8_t)id);
    uint8_t value = (uint8_t)(number << 4 | (more ? 8u : 0u));
    unsigned last = 0;

    message_option(&datagram, &last, URI_PATH, "9", 1);
    if (format != NULL) {
        message_option(&datagram, &last, CONTENT_FORMAT, format, 1);
    }
    message_option(&datagram, &last, BLOCK1, &value, 1);
    message_payload(&datagram, more ? "0123456789abcdef" : "end", more ? 16 : 3);
    return datagram;
}

static uint8_t format_block_code(uint16_t id, unsigned number, bool more, const char *format)
{
    struct datagram datagram = format_block(id, number, more, format);
    struct datagram answer = exchange(&datagram);

    return message_code(&answer);
}

/* RFC 7959 sections 2.3 and 2.9.2. */
Test(coap_hostile, refuses_a_block_of_another_format)
{
    cr_expect_eq(format_block_code(1, 0, true, "\x2a"), LOOM_CODE(2, 31));
    cr_expect_eq(format_block_code(2, 1, true, "\x3c"), LOOM_CODE(4, 8));
    cr_expect_eq(format_block_code(3, 1, false, "\x3c"), LOOM_CODE(4, 8));
    cr_expect_eq(server.request.count, 0u);
    cr_expect_eq(format_block_code(4, 1, false, "\x2a"), LOOM_CONTENT);
    expect_body("0123456789abcdefend");
    cr_expect_eq(server.request.content_format, 42u);

    cr_expect_eq(format_block_code(5, 0, true, NULL), LOOM_CODE(2, 31));
    cr_expect_eq(format_block_code(6, 1, false, "\x2a"), LOOM_CODE(4, 8));
    cr_expect_eq(format_block_code(7, 0, true, "\x2a"), LOOM_CODE(2, 31));
    cr_expect_eq(format_block_code(8, 1, false, NULL), LOOM_CONTENT);
    cr_expect_eq(server.request.content_format, 42u);
}

/* Silence at the last block: the peer sends that one again, and the body is whole then. */
Test(coap_hostile, hears_the_last_block_again_after_silence)
{
    struct datagram last = put_block(2, "9", 1, false, "end");

    cr_expect_eq(put_block_code(1, "9", 0, true, "0123456789abcdef"), LOOM_CODE(2, 31));
    server.code = 0;
    raw_send(&peer, last.bytes, last.length);
    endpoints_run(&server, NULL, &server.request.count, 1);
    server.code = LOOM_CONTENT;
    last = exchange(&last);
    cr_expect_eq(message_code(&last), LOOM_CONTENT);
    cr_expect_eq(server.request.count, 2u);
    expect_body("0123456789abcdefend");
}

Test(coap_hostile, gives_an_answer_in_the_blocks_that_are_asked_for)
{
    static const char body[] = "0123456789abcdefGHIJKLMNOPQRSTUVwxyz";
    char gathered[64] = "";

    server.payload = body;
    server.length = sizeof body - 1;
    for (unsigned i = 0; i < 3; i++) {
        struct datagram get = message(RAW_CON, LOOM_GET, (uint16_t)(i + 1), (uint8_t)i);
        uint8_t value = (uint8_t)(i << 4);
        struct datagram answer;
        const uint8_t *payload;
        unsigned last = 0;

        message_option(&get, &last, URI_PATH, "3", 1);
        message_option(&get, &last, BLOCK2, &value, 1);
        answer = exchange(&get);
        cr_assert_eq(message_code(&answer), LOOM_CONTENT);
        payload = memchr(answer.bytes + 5, 0xff, answer.length - 5);
        cr_assert_not_null(payload);
        strncat(gathered, (const char *)payload + 1,
                (size_t)(answer.bytes + answer.length - payload - 1));
    }
    cr_expect_str_eq(gathered, body);
    cr_expect_eq(server.request.count, 1u, "the side was asked for every block");
}

Test(coap_hostile, does_not_execute_for_a_block_of_nothing)
{
    struct datagram post = message(RAW_CON, LOOM_POST, 1, 1);
    uint8_t value = 5 << 4;
    unsigned last = 0;

    message_option(&post, &last, URI_PATH, "3", 1);
    message_option(&post, &last, BLOCK2, &value, 1);
    expect_refused(&post, LOOM_CODE(4, 8));
}

/* ---- noise ----------------------------------------------------------------------------------- */

Test(coap_hostile, survives_malformed_datagrams)
{
    static const struct {
        size_t length;
        uint8_t bytes[16];
    } samples[] = {
        {1, {0x40}},                                     /* cut off */
        {3, {0x40, 0x01, 0x00}},                         /* cut off */
        {4, {0x00, 0x01, 0x00, 0x01}},                   /* version 0 */
        {4, {0x4f, 0x01, 0x00, 0x01}},                   /* token longer than the message */
        {5, {0x40, 0x01, 0x00, 0x01, 0xff}},             /* marker without payload */
        {5, {0x40, 0x01, 0x00, 0x01, 0xf0}},             /* reserved delta */
        {6, {0x40, 0x01, 0x00, 0x01, 0xb9, 'a'}},        /* option longer than the message */
        {6, {0x40, 0x01, 0x00, 0x01, 0xee, 0xff}},       /* extended delta cut off */
        {4, {0x40, 0x3f, 0x00, 0x01}},                   /* method 1.31 */
        {4, {0x60, 0x45, 0x00, 0x01}},                   /* an answer to nothing */
        {4, {0x40, 0x45, 0x00, 0x02}},                   /* a separate answer to nothing */
        {4, {0x70, 0x00, 0x00, 0x01}},                   /* a reset of nothing */
        {8, {0x40, 0x03, 0x00, 0x09, 0xd1, 0x0e, 0x07}}, /* Block1 with reserved size */
    };
    struct raw noise;

    raw_start(&noise);
    raw_connect(&noise, server.bound);
    for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
        raw_send(&noise, samples[i].bytes, samples[i].length);
        expect_alive((uint16_t)(100 + i));
    }
    raw_stop(&noise);
}

/* Messages that are right but for one byte, from a fixed seed. */
Test(coap_hostile, survives_messages_with_wrong_bytes)
{
    unsigned state = 20240501;
    struct raw noise;

    raw_start(&noise);
    raw_connect(&noise, server.bound);
    for (uint16_t i = 0; i < 2000; i++) {
        struct datagram datagram = put_block(i, "3", i % 3, i % 2 == 0, "0123456789abcdef");

        state = state * 1103515245u + 12345u;
        datagram.bytes[(state >> 16) % datagram.length] = (uint8_t)(state >> 8);
        state = state * 1103515245u + 12345u;
        datagram.length = 1 + (state >> 16) % datagram.length;
        raw_send(&noise, datagram.bytes, datagram.length);
        endpoints_turn(&server, NULL);
    }
    expect_alive(5);
    raw_stop(&noise);
}

/* What is not DTLS, and beginnings of handshakes that go no further. */
Test(coap_hostile, survives_noise_on_a_secure_port)
{
    static const uint8_t client_hello[] = {0x16, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0,  0,    54,  1,
                                           0,    0,    42,   0, 0, 0, 0, 0, 0, 0, 42, 0xfe, 0xfd};
    unsigned state = 20240502;
    struct loom_session *session;
    struct endpoint client;
    struct raw noise;

    endpoint_listen(&server, "coaps");
    for (unsigned i = 0; i < 200; i++) {
        uint8_t bytes[67] = {0};

        memcpy(bytes, client_hello, sizeof client_hello);
        state = state * 1103515245u + 12345u;
        bytes[(state >> 16) % (i < 100 ? sizeof bytes : 14)] = (uint8_t)(state >> 8);
        if (i % 20 == 0) {
            raw_start(&noise);
            raw_connect(&noise, server.bound);
        }
        raw_send(&noise, bytes, i % 3 == 0 ? sizeof bytes : 1 + i % sizeof bytes);
        endpoints_turn(&server, NULL);
        if (i % 20 == 19) {
            raw_stop(&noise);
        }
    }
    endpoint_start(&client);
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 1), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_CONTENT);
    endpoint_stop(&client);
}

/* ---- a client and its server ----------------------------------------------------------------- */

/* The client of these: the endpoint; the peer is its server. */
static struct loom_session *client_of_peer(struct endpoint *client, struct raw *bare)
{
    endpoint_start(client);
    raw_start(bare);
    return endpoint_open(client, bare->uri);
}

/* An answer with the token of a request as the port sends it: 8 bytes. */
static struct datagram answer_to(const struct datagram *asked, unsigned type, uint8_t code)
{
    struct datagram answer = *asked;

    cr_assert_eq(asked->bytes[0] & 15, 8);
    answer.bytes[0] = (uint8_t)(0x48 | type << 4);
    answer.bytes[1] = code;
    answer.length = 12;
    return answer;
}

static void send_empty(const struct raw *bare, unsigned type, const struct datagram *to)
{
    uint8_t empty[4] = {(uint8_t)(0x40 | type << 4), 0, to->bytes[2], to->bytes[3]};

    raw_send(bare, empty, sizeof empty);
}

Test(coap_hostile, hears_a_separate_answer_once)
{
    struct endpoint client;
    struct raw bare;
    struct loom_session *session = client_of_peer(&client, &bare);
    struct datagram asked;
    struct datagram answer;

    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 8), LOOM_OK);
    asked = raw_accept(&bare, &client);
    send_empty(&bare, RAW_ACK, &asked);
    endpoints_turn(&client, NULL);
    answer = answer_to(&asked, RAW_CON, LOOM_CONTENT);
    answer.bytes[2] = 0x77;
    raw_send(&bare, answer.bytes, answer.length);
    endpoints_run(&client, NULL, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_CONTENT);
    answer = raw_receive(&bare, &client);
    cr_expect_eq(message_type(&answer), RAW_ACK);
    cr_expect_eq(message_id(&answer) >> 8, 0x77);
    answer = answer_to(&asked, RAW_CON, LOOM_CONTENT);
    answer.bytes[2] = 0x78;
    raw_send(&bare, answer.bytes, answer.length);
    answer = raw_receive(&bare, &client);
    cr_expect_eq(message_type(&answer), RAW_RST, "an answer to nothing is rejected");
    cr_expect_eq(client.response.count, 1u);
    raw_stop(&bare);
    endpoint_stop(&client);
}

/* Answers a request of eight bytes of token, with a Block1 option. */
static void answer_block(const struct datagram *asked, uint8_t code, uint8_t block)
{
    struct datagram answer = *asked;
    unsigned last = 0;

    answer.bytes[0] = 0x68;
    answer.bytes[1] = code;
    answer.length = 12;
    message_option(&answer, &last, BLOCK1, &block, 1);
    raw_send(&peer, answer.bytes, answer.length);
}

/* RFC 7959 section 2.9.3: the whole request again, in blocks of the size that the peer names, and
 * of a smaller one if that was too much as well; and an end where it names none that is smaller. */
Test(coap_hostile, sends_a_request_that_was_too_large_in_smaller_blocks)
{
    enum { LENGTH = 80 };
    struct loom_session *session;
    uint8_t payload[LENGTH] = {0};
    struct datagram asked;

    raw_stop(&peer);
    raw_start(&peer);
    session = endpoint_open(&server, peer.uri);
    cr_assert_eq(endpoint_ask(&server, session, LOOM_POST, "x", payload, LENGTH, 5), LOOM_OK);
    asked = raw_accept(&peer, &server);
    cr_expect_eq(memcmp(asked.bytes + asked.length - LENGTH, payload, LENGTH), 0);
    answer_block(&asked, LOOM_TOO_LARGE, 2); /* 64 bytes */
    asked = raw_receive(&peer, &server);
    cr_expect_eq(asked.bytes[asked.length - 65], 0xff, "64 bytes follow");
    answer_block(&asked, LOOM_TOO_LARGE, 1); /* 32 */
    for (unsigned sent = 0; sent + 32 < LENGTH; sent += 32) {
        asked = raw_receive(&peer, &server);
        cr_expect_eq(server.response.count, 0u);
        answer_block(&asked, LOOM_CODE(2, 31), (uint8_t)((sent / 32) << 4 | 8u | 1u));
    }
    asked = raw_receive(&peer, &server);
    cr_expect_eq(memcmp(asked.bytes + asked.length - 17, "\xff", 1), 0, "16 bytes are left");
    answer_block(&asked, LOOM_TOO_LARGE, 1);
    endpoints_run(&server, NULL, &server.response.count, 1);
    cr_expect_eq(server.response.exchange, 5u);
    cr_expect_eq(server.response.code, LOOM_TOO_LARGE);
}

Test(coap_hostile, tells_of_a_reset)
{
    struct endpoint client;
    struct raw bare;
    struct loom_session *session = client_of_peer(&client, &bare);
    struct datagram asked;

    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 8), LOOM_OK);
    asked = raw_accept(&bare, &client);
    send_empty(&bare, RAW_RST, &asked);
    endpoints_run(&client, NULL, &client.response.count, 1);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_RESET);
    cr_expect_eq(client.lost.count, 0u);
    raw_stop(&bare);
    endpoint_stop(&client);
}

/* An acknowledgement without the answer that it promises ends with the time for it. */
Test(coap_hostile, gives_up_an_answer_that_was_promised)
{
    struct endpoint client;
    struct raw bare;
    struct loom_session *session = client_of_peer(&client, &bare);
    struct datagram asked;

    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 8), LOOM_OK);
    asked = raw_accept(&bare, &client);
    send_empty(&bare, RAW_ACK, &asked);
    endpoints_run(&client, NULL, &client.response.count, 1);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_TIMEOUT);
    raw_stop(&bare);
    endpoint_stop(&client);
}

/* An answer with another token is nobody's answer. */
Test(coap_hostile, does_not_take_an_answer_with_another_token)
{
    struct endpoint client;
    struct raw bare;
    struct loom_session *session = client_of_peer(&client, &bare);
    struct datagram answer;

    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 8), LOOM_OK);
    answer = raw_accept(&bare, &client);
    answer = answer_to(&answer, RAW_ACK, LOOM_CONTENT);
    answer.bytes[11] ^= 1u;
    raw_send(&bare, answer.bytes, answer.length);
    endpoints_run(&client, NULL, &client.response.count, 1);
    cr_expect_eq(client.response.code, 0u);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_TIMEOUT);
    raw_stop(&bare);
    endpoint_stop(&client);
}

/* RFC 7252 section 5.3.2: in an acknowledgement, the message id must match as well; such a one is
 * ignored (section 4.2), and the right one is still taken. */
Test(coap_hostile, does_not_take_an_acknowledgement_of_something_else)
{
    struct endpoint client;
    struct raw bare;
    struct loom_session *session = client_of_peer(&client, &bare);
    struct datagram asked;
    struct datagram answer;

    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 8), LOOM_OK);
    asked = raw_accept(&bare, &client);
    answer = answer_to(&asked, RAW_ACK, LOOM_CONTENT);
    answer.bytes[2] ^= 0x55u;
    raw_send(&bare, answer.bytes, answer.length);
    endpoints_turn(&client, NULL);
    answer = raw_receive(&bare, &client);
    cr_expect_eq(message_type(&answer), RAW_CON, "it is not asked again");
    cr_expect_eq(message_id(&answer), message_id(&asked));
    cr_expect_eq(client.response.count, 0u);
    answer = answer_to(&asked, RAW_ACK, LOOM_CHANGED);
    raw_send(&bare, answer.bytes, answer.length);
    endpoints_run(&client, NULL, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_CHANGED);
    raw_stop(&bare);
    endpoint_stop(&client);
}

/* A client hears its server alone. */
Test(coap_hostile, does_not_hear_strangers)
{
    struct endpoint client;
    struct raw bare;
    struct raw stranger;
    struct loom_session *session = client_of_peer(&client, &bare);
    struct datagram get = request(LOOM_GET, 1, "3");
    struct loom_peer seen;
    char local[LOOM_COAP_URI_SIZE];

    /* Where the client is, its server knows. */
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, 8), LOOM_OK);
    (void)raw_accept(&bare, &client);
    raw_peer_uri(&bare, local, sizeof local);
    raw_start(&stranger);
    raw_connect(&stranger, local);
    raw_send(&stranger, get.bytes, get.length);
    endpoints_turn(&client, NULL);
    raw_send(&bare, get.bytes, get.length);
    endpoints_run(&client, NULL, &client.request.count, 1);
    client.port.peer(client.port.self, client.request.session, &seen);
    cr_expect_eq(client.request.session, session);
    cr_expect_arr_eq(seen.address.data, bare.uri + strlen("coap://"), seen.address.length);
    raw_stop(&stranger);
    raw_stop(&bare);
    endpoint_stop(&client);
}
