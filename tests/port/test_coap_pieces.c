/* SPDX-License-Identifier: Apache-2.0 */
/* Answers a piece at a time, both ways (RFC 7959 section 2.4). */
#include "raw.h"

#include <criterion/criterion.h>
#include <string.h>

enum {
    ETAG = 4,
    OBSERVE = 6,
    URI_PATH = 11,
    CONTENT_FORMAT = 12,
    BLOCK2 = 23,
    SIZE2 = 28,
    INCOMPLETE = LOOM_CODE(4, 8),
    WHOLE = 5000
};

static struct endpoint client;
static struct endpoint server;
static struct raw peer;
static uint8_t body[WHOLE];

static void start(void)
{
    for (size_t i = 0; i < sizeof body; i++) {
        body[i] = (uint8_t)(i * 7 + i / 251);
    }
    endpoint_start(&client);
    endpoint_start(&server);
    server.payload = body;
    server.length = sizeof body;
    server.content_format = LOOM_FORMAT_OPAQUE;
    server.in_pieces = true;
    server.etag = 0x80c0ffee;
    raw_start(&peer);
}

static void stop(void)
{
    raw_stop(&peer);
    endpoint_stop(&client);
    endpoint_stop(&server);
}

TestSuite(coap_pieces, .init = start, .fini = stop, .timeout = 60);

/* ---- the end that asks ----------------------------------------------------------------------- */

static struct loom_session *session;

static void get_piece(uint32_t offset, uint16_t room)
{
    unsigned told = client.response.count;

    cr_assert_eq(endpoint_ask_piece(&client, session, "9", offset, room, offset), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, told + 1);
    cr_expect_eq(client.response.exchange, offset);
}

static void expect_piece(uint32_t offset, size_t length, bool more)
{
    cr_expect_eq(client.response.code, LOOM_CONTENT);
    cr_expect_eq(client.response.piece.offset, offset, "%u",
                 (unsigned)client.response.piece.offset);
    cr_expect_eq(client.response.piece.more, more);
    cr_assert_eq(client.response.length, length, "%zu", client.response.length);
    cr_expect_eq(memcmp(client.response.payload, body + offset, length), 0);
}

/* One exchange for each piece, and all of them are the whole; nothing is held by either end. */
static void read_all(const char *scheme)
{
    endpoint_listen(&server, scheme);
    session = endpoint_open(&client, server.bound);
    for (uint32_t offset = 0; offset < WHOLE; offset += 512) {
        size_t left = WHOLE - offset;

        get_piece(offset, 1000);
        expect_piece(offset, left > 512 ? 512 : left, left > 512);
        cr_expect_eq(server.request.answer_offset, offset);
        cr_expect_eq(server.request.piece_room, 512u);
        cr_expect_eq(client.response.etag, server.etag);
        cr_expect_eq(client.response.content_format, LOOM_FORMAT_OPAQUE);
        cr_expect_eq(client.response.size, offset == 0 ? (uint32_t)WHOLE : 0u);
    }
}

Test(coap_pieces, one_exchange_brings_one_piece)
{
    read_all("coap");
}

Test(coap_pieces, one_exchange_brings_one_piece_over_dtls)
{
    read_all("coaps");
}

/* What DTLS takes of a packet leaves room for the biggest blocks, both ways. */
Test(coap_pieces, the_biggest_blocks_fit_a_record)
{
    static uint8_t sent[WHOLE];

    endpoint_listen(&server, "coaps");
    session = endpoint_open(&client, server.bound);
    get_piece(0, 1024);
    expect_piece(0, 1024, true);
    cr_expect_eq(server.request.piece_room, 1024u);
    server.takes_pieces = true;
    server.request.count = 0;
    cr_assert_eq(endpoint_ask(&client, session, LOOM_PUT, "a", sent, WHOLE, 2), LOOM_OK);
    endpoints_run(&server, &client, &client.response.count, 2);
    cr_expect_eq(server.request.count, (WHOLE + 1023u) / 1024u);
}

/* In any order, of any size that fits: where no block of the size can begin, a smaller one comes.
 */
Test(coap_pieces, a_piece_may_begin_anywhere)
{
    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    get_piece(4096, 1024);
    expect_piece(4096, WHOLE - 4096, false);
    get_piece(48, 1024);
    expect_piece(48, 16, true);
    get_piece(96, 1024);
    expect_piece(96, 32, true);
    get_piece(96, 31);
    expect_piece(96, 16, true);
    get_piece(0, 65535);
    expect_piece(0, 1024, true);
    get_piece(5008, 16);
    cr_expect_eq(client.response.code, LOOM_BAD_REQUEST, "nothing is there");
    cr_expect_eq(client.response.piece.offset, 0u);
}

Test(coap_pieces, what_no_block_can_be_is_refused)
{
    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    cr_expect_eq(endpoint_ask_piece(&client, session, "9", 0, 15, 1), LOOM_TOO_LARGE);
    cr_expect_eq(endpoint_ask_piece(&client, session, "9", 8, 1024, 1), LOOM_TOO_LARGE);
    cr_expect_eq(endpoint_ask_piece(&client, session, "9", 16u << 20, 16, 1), LOOM_TOO_LARGE);
    cr_expect_eq(endpoint_ask_piece(&client, session, "9", 1u << 30, 1024, 1), LOOM_TOO_LARGE);
    cr_expect_eq(endpoint_ask_piece(&client, session, "9", (1u << 30) - 1024, 1024, 1), LOOM_OK);
}

/* A peer that keeps what it answers cuts it; so a piece comes of any peer. */
Test(coap_pieces, comes_of_an_answer_that_is_kept)
{
    server.in_pieces = false;
    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    get_piece(0, 256);
    expect_piece(0, 256, true);
    cr_expect_eq(client.response.size, (uint32_t)WHOLE);
    cr_expect_neq(client.response.etag, 0u);
    get_piece(4864, 256);
    expect_piece(4864, WHOLE - 4864, false);
    cr_expect_eq(server.request.count, 1u);
}

Test(coap_pieces, what_fits_comes_whole)
{
    server.in_pieces = false;
    server.length = 100;
    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    get_piece(0, 256);
    expect_piece(0, 100, false);
    server.code = LOOM_NOT_FOUND;
    server.length = 0;
    get_piece(256, 256);
    cr_expect_eq(client.response.code, LOOM_NOT_FOUND);
    cr_expect_eq(client.response.piece.offset, 0u);
}

/* An answer of a peer that is not Loom. */
static void answer_raw_with(uint8_t code, const struct datagram *asked, int block, const void *etag,
                            size_t etag_length, size_t length)
{
    struct datagram answer = *asked;
    uint8_t value[2] = {(uint8_t)(block >> 8), (uint8_t)block};
    unsigned last = 0;

    answer.bytes[0] = 0x68;
    answer.bytes[1] = code;
    answer.length = 12;
    if (etag != NULL) {
        message_option(&answer, &last, ETAG, etag, etag_length);
    }
    if (block >= 0) {
        message_option(&answer, &last, BLOCK2, value, sizeof value);
    }
    message_payload(&answer, body, length);
    raw_send(&peer, answer.bytes, answer.length);
}

static void answer_raw(const struct datagram *asked, int block, const void *etag,
                       size_t etag_length, size_t length)
{
    answer_raw_with(LOOM_CONTENT, asked, block, etag, etag_length, length);
}

static struct datagram ask_raw(uint32_t offset, uint16_t room)
{
    if (session == NULL) {
        session = endpoint_open(&client, peer.uri);
    }
    cr_assert_eq(endpoint_ask_piece(&client, session, "9", offset, room, offset), LOOM_OK);
    return offset == 0 ? raw_accept(&peer, &client) : raw_receive(&peer, &client);
}

static bool has_option(const struct datagram *datagram, const char *bytes, size_t length)
{
    for (size_t at = 0; at + length <= datagram->length; at++) {
        if (memcmp(datagram->bytes + at, bytes, length) == 0) {
            return true;
        }
    }
    return false;
}

/* RFC 7959 sections 2.4 and 4: the size that fits is asked for from the first block on, and with
 * that how long all of it is; a peer may answer with smaller ones. */
Test(coap_pieces, a_peer_may_give_smaller_pieces)
{
    struct datagram asked = ask_raw(0, 256);

    /* Uri-Path "9"; Block2, number 0 of 256 bytes; Size2 of 0 */
    cr_expect(has_option(&asked, "\xb1\x39\xc1\x04\x50", 5));
    answer_raw(&asked, 0x0a, "\x01\x02\x03\x04\x05\x06\x07\x08", 8, 64);
    endpoints_run(&client, NULL, &client.response.count, 1);
    expect_piece(0, 64, true);
    uint32_t etag = client.response.etag;
    cr_expect_neq(etag, 0u);
    asked = ask_raw(64, 256);
    cr_expect(has_option(&asked, "\xb1\x39\xc1\x12", 4), "number 1 of 64 bytes");
    cr_expect_not(has_option(&asked, "\xc1\x12\x50", 3), "the size is known");
    answer_raw(&asked, 0x12, "\x02\x02\x03\x04\x05\x06\x07\x08", 8, 5);
    endpoints_run(&client, NULL, &client.response.count, 2);
    cr_expect_eq(client.response.piece.offset, 64u);
    cr_expect_not(client.response.piece.more);
    cr_expect_neq(client.response.etag, etag, "it is another body");
}

/* A peer that knows no blocks answers with all of it. */
Test(coap_pieces, a_peer_may_give_the_whole)
{
    struct datagram asked = ask_raw(0, 64);

    answer_raw(&asked, -1, NULL, 0, 300);
    endpoints_run(&client, NULL, &client.response.count, 1);
    expect_piece(0, 300, false);
    cr_expect_eq(client.response.etag, 0u);
    asked = ask_raw(64, 64);
    answer_raw(&asked, -1, NULL, 0, 300);
    endpoints_run(&client, NULL, &client.response.count, 2);
    expect_piece(0, 300, false);
}

/* What refuses the request is no part of what was asked for. */
Test(coap_pieces, a_peer_may_refuse_a_piece)
{
    struct datagram asked = ask_raw(0, 64);

    answer_raw_with(INCOMPLETE, &asked, 0x42, NULL, 0, 3);
    endpoints_run(&client, NULL, &client.response.count, 1);
    cr_expect_eq(client.response.code, INCOMPLETE);
    cr_expect_eq(client.response.piece.offset, 0u);
    cr_expect_eq(client.response.length, 3u);
}

/* What was not asked for is no answer: another place, more than was asked for, less than it says.
 */
static void expect_no_piece(int block, size_t length)
{
    struct datagram asked;
    unsigned told = client.response.count;

    session = NULL;
    asked = ask_raw(0, 64);
    answer_raw(&asked, block, NULL, 0, length);
    endpoints_run(&client, NULL, &client.response.count, told + 1);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_UNUSABLE, "block %x", (unsigned)block);
    raw_stop(&peer);
    raw_start(&peer);
}

Test(coap_pieces, what_was_not_asked_for_is_no_answer)
{
    expect_no_piece(0x1a, 64);
    expect_no_piece(0x0b, 128);
    expect_no_piece(0x0a, 63);
    expect_no_piece(0x02, 65);
    expect_no_piece(0x07, 64);
}

/* ---- the end that answers -------------------------------------------------------------------- */

static struct datagram request(uint8_t method, uint16_t id, const char *segment, int block,
                               bool wants_size)
{
    struct datagram datagram = message(RAW_CON, method, id, (uint8_t)id);
    uint8_t value[3] = {(uint8_t)(block >> 16), (uint8_t)(block >> 8), (uint8_t)block};
    unsigned last = 0;

    message_option(&datagram, &last, URI_PATH, segment, strlen(segment));
    if (method == LOOM_FETCH) {
        message_option(&datagram, &last, CONTENT_FORMAT, "\x70", 1);
    }
    if (block >= 0) {
        message_option(&datagram, &last, BLOCK2, value, sizeof value);
    }
    if (wants_size) {
        message_option(&datagram, &last, SIZE2, "", 0);
    }
    return datagram;
}

static struct datagram exchange(const struct datagram *datagram)
{
    if (server.bound[0] == '\0') {
        endpoint_listen(&server, "coap");
        raw_connect(&peer, server.bound);
    }
    raw_send(&peer, datagram->bytes, datagram->length);
    return raw_receive(&peer, &server);
}

static struct datagram get(uint16_t id, unsigned number, unsigned szx)
{
    struct datagram datagram = request(LOOM_GET, id, "9", (int)(number << 4 | szx), false);

    return exchange(&datagram);
}

/* The answer is the block of the body, with its tag. */
static void expect_block(const struct datagram *answer, unsigned number, unsigned szx)
{
    size_t size = 16u << szx;
    size_t left = WHOLE - number * size;
    bool more = left > size;
    unsigned value = number << 4 | (more ? 8u : 0u) | szx;
    struct datagram options = message(RAW_ACK, LOOM_CONTENT, message_id(answer), answer->bytes[4]);
    uint8_t bytes[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    unsigned last = 0;

    message_option(&options, &last, ETAG, "\x80\xc0\xff\xee", 4);
    message_option(&options, &last, CONTENT_FORMAT, "\x2a", 1);
    message_option(&options, &last, BLOCK2, value > 255 ? bytes : bytes + 1, value > 255 ? 2 : 1);
    message_payload(&options, body + number * size, more ? size : left);
    cr_assert_eq(answer->length, options.length, "block %u: %zu", number, answer->length);
    cr_expect_eq(memcmp(answer->bytes, options.bytes, options.length), 0, "block %u", number);
}

/* RFC 7959 section 2.4: blocks of a body that nobody holds, in whatever order they are asked for.
 */
Test(coap_pieces, serves_blocks_in_any_order)
{
    static const unsigned numbers[] = {0, 1, 2, 3, 70, 4, 0, 312, 2};

    for (uint16_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct datagram answer = get((uint16_t)(i + 1), numbers[i], 0);

        expect_block(&answer, numbers[i], 0);
        cr_expect_eq(server.request.answer_offset, numbers[i] * 16);
        cr_expect_eq(server.request.piece_room, 16u);
    }
    struct datagram answer = get(100, 313, 0);
    cr_expect_eq(message_code(&answer), LOOM_BAD_REQUEST, "behind the end");
}

/* RFC 7959 section 2.4: a peer that names no size gets the biggest, and asks for less from then on.
 */
Test(coap_pieces, serves_the_size_that_is_asked_for)
{
    struct datagram datagram = request(LOOM_GET, 1, "9", -1, false);
    struct datagram answer = exchange(&datagram);

    expect_block(&answer, 0, 6);
    answer = get(2, 4, 4);
    expect_block(&answer, 4, 4);
    answer = get(3, 0, 2);
    expect_block(&answer, 0, 2);
    answer = get(4, 2, 6);
    expect_block(&answer, 2, 6);
    answer = get(5, 19, 4);
    expect_block(&answer, 19, 4);
}

/* The room for an answer says how big its pieces are, and what is kept: not how long a body may be
 * that comes. */
Test(coap_pieces, an_answer_has_room_of_its_own)
{
    static const uint8_t exponents[] = {0, 1, 2, 3, 4, 5, 6};

    for (uint8_t i = 0; i < sizeof exponents; i++) {
        size_t size = 16u << exponents[i];
        struct datagram answer;

        endpoint_stop(&server);
        endpoint_start_with(&server, (struct loom_coap_config){.answer_max = size + i});
        server.in_pieces = true;
        server.etag = 0x80c0ffee;
        server.payload = body;
        server.length = sizeof body;
        server.content_format = LOOM_FORMAT_OPAQUE;
        answer = get(1, 0, 6);
        expect_block(&answer, 0, exponents[i]);
        answer = get(2, 3, exponents[i]);
        expect_block(&answer, 3, exponents[i]);
    }
    endpoint_stop(&server);
    endpoint_start_with(&server, (struct loom_coap_config){.answer_max = 32});
    server.code = LOOM_CHANGED;
    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_PUT, "9", body, sizeof body, 1), LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_CHANGED);
    cr_expect_eq(server.request.length, sizeof body);
}

/* Numbers of blocks have 20 bits: there is none of a small block that far away. */
Test(coap_pieces, a_block_that_is_too_far_away_is_refused)
{
    struct datagram answer;

    endpoint_stop(&server);
    endpoint_start_with(&server, (struct loom_coap_config){.payload_max = 64});
    server.in_pieces = true;
    server.etag = 5;
    server.payload = body;
    server.length = sizeof body;
    answer = get(1, 2, 6);
    cr_expect_eq(message_code(&answer), LOOM_CONTENT);
    cr_expect_eq(server.request.answer_offset, 2048u);
    cr_expect_eq(server.request.piece_room, 64u);
    answer = get(2, (1u << 20) - 1, 6);
    cr_expect_eq(message_code(&answer), LOOM_BAD_REQUEST);
    cr_expect_eq(server.request.count, 1u);
}

/* RFC 7252 section 4.5: a message that comes again is answered again, and the side not asked. */
Test(coap_pieces, a_repeated_request_gets_the_same_piece)
{
    struct datagram first = get(1, 3, 5);

    server.etag = 1;
    server.payload = body + 1;
    struct datagram again = get(1, 3, 5);
    cr_expect_eq(server.request.count, 1u);
    cr_expect_eq(first.length, again.length);
    cr_expect_eq(memcmp(first.bytes, again.bytes, first.length), 0);
}

/* RFC 7959 section 4. */
Test(coap_pieces, says_how_long_all_of_it_is_if_it_is_asked)
{
    struct datagram datagram = request(LOOM_GET, 1, "9", 6, true);
    struct datagram answer = exchange(&datagram);

    /* Block2, then Size2 of two bytes: 5000 */
    cr_expect(has_option(&answer, "\xb1\x0e\x52\x13\x88\xff", 6));
    server.in_pieces = false;
    datagram = request(LOOM_GET, 2, "8", 6, true);
    answer = exchange(&datagram);
    cr_expect(has_option(&answer, "\xb1\x0e\x52\x13\x88\xff", 6));
    answer = get(3, 0, 6);
    cr_expect_not(has_option(&answer, "\x52\x13\x88\xff", 4));
}

/* A FETCH that went in blocks is not sent again with each block of its answer (RFC 7959
 * section 3.3): its body is the port's to remember. */
Test(coap_pieces, remembers_what_a_fetch_asks_for)
{
    struct datagram datagram = request(LOOM_FETCH, 1, "9", 0, false);
    struct datagram answer;

    message_payload(&datagram, "what", 4);
    answer = exchange(&datagram);
    expect_block(&answer, 0, 0);
    datagram = request(LOOM_FETCH, 2, "9", 2 << 4, false);
    answer = exchange(&datagram);
    expect_block(&answer, 2, 0);
    cr_expect_eq(server.request.length, 4u);
    cr_expect_arr_eq(server.request.payload, "what", 4);
    cr_expect_eq(server.request.content_format, 112u);
    datagram = request(LOOM_FETCH, 3, "8", 2 << 4, false);
    answer = exchange(&datagram);
    cr_expect_eq(message_code(&answer), INCOMPLETE, "nobody knows for what");
    datagram = request(LOOM_FETCH, 4, "8", 2 << 4, false);
    message_payload(&datagram, "that", 4);
    answer = exchange(&datagram);
    expect_block(&answer, 2, 0);
    cr_expect_arr_eq(server.request.payload, "that", 4);
}

/* A later block of a FETCH from /9 that says again what it asks for, if it does. */
static struct datagram fetch_later(uint16_t id, const char *what)
{
    struct datagram datagram = request(LOOM_FETCH, id, "9", 1 << 4, false);

    if (what[0] != '\0') {
        message_payload(&datagram, what, strlen(what));
    }
    return exchange(&datagram);
}

/* RFC 8132 section 2: the body of a FETCH is part of what it asks for, and what is kept is the
 * answer to that alone. */
Test(coap_pieces, what_is_kept_answers_the_fetch_that_it_is_of)
{
    struct datagram datagram = request(LOOM_FETCH, 1, "9", 0, false);
    struct datagram answer;

    server.in_pieces = false;
    message_payload(&datagram, "what", 4);
    (void)exchange(&datagram);
    answer = fetch_later(2, "that");
    cr_expect_eq(message_code(&answer), INCOMPLETE, "%02x", message_code(&answer));
    cr_expect_eq(server.request.count, 2u);
    cr_expect_arr_eq(server.request.payload, "that", 4);
    answer = fetch_later(3, "what");
    cr_expect_eq(message_code(&answer), LOOM_CONTENT);
    cr_expect_arr_eq(answer.bytes + answer.length - 16, body + 16, 16);
    answer = fetch_later(4, "");
    cr_expect_eq(message_code(&answer), LOOM_CONTENT);
    cr_expect_arr_eq(answer.bytes + answer.length - 16, body + 16, 16);
    cr_expect_eq(server.request.count, 2u, "the port has it");
    server.in_pieces = true;
    answer = fetch_later(5, "that");
    expect_block(&answer, 1, 0);
    cr_expect_eq(server.request.count, 3u);
}

/* A later block of what is no read would be executed again, and one that observes would begin. */
Test(coap_pieces, asks_for_later_pieces_of_reads_alone)
{
    static const uint8_t methods[] = {LOOM_POST, LOOM_PUT, LOOM_DELETE, LOOM_IPATCH};
    struct datagram datagram;
    struct datagram answer;
    unsigned last = 0;
    uint8_t block = 1 << 4;

    for (uint16_t i = 0; i < sizeof methods; i++) {
        datagram = request(methods[i], (uint16_t)(i + 1), "9", 1 << 4, false);
        answer = exchange(&datagram);
        cr_expect_eq(message_code(&answer), INCOMPLETE, "method %u", methods[i]);
    }
    datagram = message(RAW_CON, LOOM_GET, 10, 10);
    message_option(&datagram, &last, OBSERVE, "", 0);
    message_option(&datagram, &last, URI_PATH, "9", 1);
    message_option(&datagram, &last, BLOCK2, &block, 1);
    answer = exchange(&datagram);
    cr_expect_eq(message_code(&answer), INCOMPLETE);
    cr_expect_eq(server.request.count, 0u);
}

/* A side that gives no pieces answers from the beginning, which is no part of the middle. */
Test(coap_pieces, an_answer_from_the_beginning_is_no_later_block)
{
    struct datagram answer;

    server.in_pieces = false;
    answer = get(1, 5, 0);
    cr_expect_eq(message_code(&answer), INCOMPLETE);
    server.code = LOOM_FORBIDDEN;
    server.length = 0;
    answer = get(2, 5, 0);
    cr_expect_eq(message_code(&answer), LOOM_FORBIDDEN);
}

/* The blocks that a peer asks for are those of the newest answer, kept or not. */
Test(coap_pieces, the_newest_answer_goes_on)
{
    struct datagram answer;

    server.in_pieces = false;
    (void)get(1, 0, 0);
    server.in_pieces = true;
    answer = get(2, 1, 0);
    cr_expect_eq(server.request.count, 1u, "the port has it");
    cr_expect_not(has_option(&answer, "\x80\xc0\xff\xee", 4));
    answer = get(3, 0, 0);
    expect_block(&answer, 0, 0);
    answer = get(4, 1, 0);
    expect_block(&answer, 1, 0);
}

/* A side that keeps no contract harms nobody. */
Test(coap_pieces, a_piece_that_is_none_is_an_error)
{
    struct datagram answer;

    server.etag = 0;
    answer = get(1, 0, 0);
    cr_expect_eq(message_code(&answer), LOOM_INTERNAL_ERROR);
    server.etag = 5;
    server.cut_short = 1;
    answer = get(2, 1, 0);
    cr_expect_eq(message_code(&answer), LOOM_INTERNAL_ERROR);
}

/* ---- joined ---------------------------------------------------------------------------------- */

/* Who asks for the whole gets it joined, whoever gives it in pieces. */
static void read_joined(enum loom_method method)
{
    static const uint8_t what[2000];

    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, method, "9", what,
                              method == LOOM_FETCH ? sizeof what : 0, 1),
                 LOOM_OK);
    endpoints_run(&client, &server, &client.response.count, 1);
    expect_piece(0, WHOLE, false);
    cr_expect_eq(server.request.count, 5u);
    cr_expect_eq(server.request.length, method == LOOM_FETCH ? sizeof what : 0);
}

Test(coap_pieces, are_joined_for_who_wants_the_whole)
{
    read_joined(LOOM_GET);
}

Test(coap_pieces, of_a_fetch_in_blocks_are_joined)
{
    read_joined(LOOM_FETCH);
}

/* RFC 7959 section 2.4: what has become another is read from the beginning, a few times. */
Test(coap_pieces, what_becomes_another_is_read_again)
{
    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "9", NULL, 0, 1), LOOM_OK);
    while (server.request.count < 2) {
        endpoints_turn(&client, &server);
    }
    server.etag++;
    endpoints_run(&client, &server, &client.response.count, 1);
    expect_piece(0, WHOLE, false);
    cr_expect_gt(server.request.count, 6u);
}

Test(coap_pieces, what_never_stays_the_same_is_given_up)
{
    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "9", NULL, 0, 1), LOOM_OK);
    while (client.response.count == 0) {
        unsigned asked = server.request.count;

        endpoints_turn(&client, &server);
        server.etag += server.request.count - asked;
    }
    cr_expect_eq(client.response.failure, LOOM_FAILURE_UNUSABLE);
    cr_expect_eq(server.request.count, 8u, "%u", server.request.count);
}

static void answer_block(const struct datagram *asked, int block, const char *etag, size_t length)
{
    answer_raw_with(LOOM_CONTENT, asked, block, etag, 8, length);
}

/* A tag has up to 8 bytes (RFC 7252 section 5.10.6), and all of them count. */
Test(coap_pieces, are_joined_by_all_of_their_tag)
{
    struct datagram asked;

    session = endpoint_open(&client, peer.uri);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "9", NULL, 0, 1), LOOM_OK);
    asked = raw_accept(&peer, &client);
    answer_block(&asked, 0x08, "\1\0\0\0\0\0\0\0", 16);
    asked = raw_receive(&peer, &client);
    answer_block(&asked, 0x10, "\2\0\0\0\0\0\0\0", 4);
    asked = raw_receive(&peer, &client); /* from the beginning */
    cr_assert_eq(client.response.count, 0u);
    answer_block(&asked, 0x08, "\2\0\0\0\0\0\0\0", 16);
    asked = raw_receive(&peer, &client);
    answer_block(&asked, 0x10, "\2\0\0\0\0\0\0\0", 4);
    endpoints_run(&client, NULL, &client.response.count, 1);
    cr_expect_eq(client.response.length, 20u);
}

/* An answer that has no room is told of at once: it will not come again. */
Test(coap_pieces, what_has_no_room_is_told_of_at_once)
{
    struct endpoint small;
    struct datagram asked;
    struct loom_session *of_small;

    endpoint_start_with(&small, (struct loom_coap_config){.payload_max = 64});
    of_small = endpoint_open(&small, peer.uri);
    cr_assert_eq(endpoint_ask(&small, of_small, LOOM_GET, "9", NULL, 0, 1), LOOM_OK);
    asked = raw_accept(&peer, &small);
    for (int block = 0; block < 5; block++) {
        answer_block(&asked, block << 4 | 8, "\1\0\0\0\0\0\0\0", 16);
        if (block < 4) {
            asked = raw_receive(&peer, &small);
        }
    }
    endpoints_run(&small, NULL, &small.response.count, 1);
    cr_expect_eq(small.response.failure, LOOM_FAILURE_UNUSABLE);
    endpoint_stop(&small);
}
