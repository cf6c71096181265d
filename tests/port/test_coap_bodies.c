/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies that the side takes in pieces (loom_side.takes_pieces; RFC 7959). */
#include "raw.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "coap_internal.h"

enum {
    CONTINUE = LOOM_CODE(2, 31),
    INCOMPLETE = LOOM_CODE(4, 8),
    URI_PATH = 11,
    CONTENT_FORMAT = 12,
    BLOCK1 = 27,
    SIZE1 = 60,
    LIMIT = 1024,
    EXCHANGE_LIFETIME_MS = 247000
};

static struct endpoint server;
static struct endpoint client;
static struct raw peer;
static int64_t offset;
static uint8_t body[65536];

static void start(void)
{
    offset = 0;
    endpoint_start_with(
        &server, (struct loom_coap_config){.clock_offset_ms = &offset, .payload_max = LIMIT});
    endpoint_listen(&server, "coap");
    server.takes_pieces = true;
    server.code = LOOM_CHANGED;
    endpoint_start(&client);
    raw_start(&peer);
    raw_connect(&peer, server.bound);
    for (size_t i = 0; i < sizeof body; i++) {
        body[i] = (uint8_t)(i * 7 + i / 251);
    }
}

static void stop(void)
{
    raw_stop(&peer);
    endpoint_stop(&client);
    endpoint_stop(&server);
}

TestSuite(coap_bodies, .init = start, .fini = stop, .timeout = 60);

static size_t put_number(uint8_t *bytes, unsigned value)
{
    size_t length = value > 0xFFFF ? 3 : value > 0xFF ? 2 : 1;

    for (size_t i = 0; i < length; i++) {
        bytes[i] = (uint8_t)(value >> 8 * (length - 1 - i));
    }
    return length;
}

/* The block of a PUT to /`path` that begins at `at`, of 16 << szx bytes. */
static struct datagram block(const char *path, uint16_t id, unsigned at, unsigned szx, bool more,
                             size_t length, unsigned size1)
{
    struct datagram datagram = message(RAW_CON, LOOM_PUT, id, 1);
    unsigned last = 0;
    uint8_t number[4];
    size_t used;

    message_option(&datagram, &last, URI_PATH, path, strlen(path));
    message_option(&datagram, &last, CONTENT_FORMAT, "\x2A", 1);
    used = put_number(number, (at >> (4 + szx)) << 4 | (more ? 8u : 0u) | szx);
    message_option(&datagram, &last, BLOCK1, number, used);
    if (size1 > 0) {
        used = put_number(number, size1);
        message_option(&datagram, &last, SIZE1, number, used);
    }
    if (length > 0) {
        message_payload(&datagram, body + at, length);
    }
    return datagram;
}

static uint8_t send_block(const struct raw *from, const struct datagram *datagram)
{
    struct datagram answer;

    raw_send(from, datagram->bytes, datagram->length);
    answer = raw_receive(from, &server);
    return message_code(&answer);
}

/* A block of 64 bytes that others come behind, as a message of its own. */
static uint16_t next_id = 100;

static uint8_t put(const char *path, unsigned at)
{
    struct datagram datagram = block(path, next_id++, at, 2, true, 64, 0);

    return send_block(&peer, &datagram);
}

static uint8_t put_last(const char *path, unsigned at, size_t length)
{
    struct datagram datagram = block(path, next_id++, at, 2, false, length, 0);

    return send_block(&peer, &datagram);
}

/* ---- the way of a body ----------------------------------------------------------------------- */

/* RFC 7959 section 2.3: each block is a request, in order and once, and none is kept. */
Test(coap_bodies, each_block_is_a_request)
{
    cr_assert_eq(put("a", 0), CONTINUE);
    cr_expect_eq(server.request.asked, 1u);
    cr_expect(server.request.piece.offset == 0 && server.request.piece.more);
    cr_assert_eq(put("a", 64), CONTINUE);
    cr_expect(server.request.piece.offset == 64 && server.request.piece.more);
    cr_expect_eq(server.request.length, 64u);
    cr_assert_eq(put_last("a", 128, 10), LOOM_CHANGED);
    cr_expect(server.request.piece.offset == 128 && !server.request.piece.more);
    cr_expect_eq(server.request.length, 10u);
    cr_expect_eq(server.request.count, 3u);
    cr_expect_eq(server.request.content_format, LOOM_FORMAT_OPAQUE);
    cr_expect_eq(memcmp(server.request.payload, body, 138), 0);
    cr_expect_eq(server.request.asked, 1u, "once a body");
    cr_expect_eq(server.coap->transfer_bytes, 0u);
    cr_expect_eq(loom_coap_deadline(server.coap), UINT64_MAX, "nothing is left of it");
    /* The next one begins anew. */
    cr_assert_eq(put("a", 0), CONTINUE);
    cr_expect_eq(server.request.asked, 2u);
}

/* What is longer than the port takes at all goes through, between two ports as well. */
Test(coap_bodies, a_body_may_be_longer_than_any_buffer)
{
    struct loom_session *session = endpoint_open(&client, server.bound);

    cr_assert_eq(endpoint_ask(&client, session, LOOM_PUT, "a", body, 60000, 1), LOOM_OK);
    endpoints_run(&server, &client, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_CHANGED);
    cr_expect_eq(server.request.count, 59u);
    cr_expect_eq(server.request.piece.offset + server.request.length, 60000u);
    cr_expect_eq(memcmp(server.request.payload, body, 60000), 0);
    cr_expect_eq(server.coap->transfer_bytes, 0u);
}

/* What lasts is not copied: what goes out is what stands there when its turn comes. */
Test(coap_bodies, a_body_that_lasts_is_not_copied)
{
    struct loom_session *session = endpoint_open(&client, server.bound);
    static uint8_t lasting[60000];

    memcpy(lasting, body, sizeof lasting);
    lasting[59999] ^= 0xFFu;
    client.payload_lasts = true;
    cr_assert_eq(endpoint_ask(&client, session, LOOM_PUT, "a", lasting, sizeof lasting, 1),
                 LOOM_OK);
    lasting[59999] = body[59999];
    endpoints_run(&server, &client, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_CHANGED);
    cr_expect_eq(memcmp(server.request.payload, body, 60000), 0);
}

/* And what is cancelled in the middle of it is not looked at any more. */
Test(coap_bodies, a_body_that_lasts_ends_with_its_exchange)
{
    struct loom_session *session = endpoint_open(&client, server.bound);
    uint8_t *lasting = malloc(60000);

    cr_assert_not_null(lasting);
    memcpy(lasting, body, 60000);
    client.payload_lasts = true;
    cr_assert_eq(endpoint_ask(&client, session, LOOM_PUT, "a", lasting, 60000, 1), LOOM_OK);
    while (server.request.count == 0) {
        endpoints_turn(&server, &client);
    }
    client.port.cancel(client.port.self, session, 1);
    free(lasting);
    client.payload_lasts = false;
    cr_assert_eq(endpoint_ask(&client, session, LOOM_PUT, "b", body, 10, 2), LOOM_OK);
    endpoints_run(&server, &client, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_CHANGED);
}

/* The side is asked about bodies of several blocks alone, and what it does not take is joined. */
Test(coap_bodies, other_bodies_are_joined)
{
    cr_assert_eq(put_last("a", 0, 64), LOOM_CHANGED);
    cr_expect_eq(server.request.asked, 0u, "one block is the whole");
    cr_expect(server.request.piece.offset == 0 && !server.request.piece.more);
    cr_assert_eq(put("whole", 0), CONTINUE);
    cr_expect_eq(server.request.asked, 1u);
    cr_expect_eq(server.request.count, 1u);
    cr_expect_eq(server.coap->transfer_bytes, 64u);
    cr_assert_eq(put_last("whole", 64, 3), LOOM_CHANGED);
    cr_expect_eq(server.request.count, 2u);
    cr_expect_eq(server.request.length, 67u);
    cr_expect(server.request.piece.offset == 0 && !server.request.piece.more);
}

/* ---- what comes again, and in another order -------------------------------------------------- */

/* RFC 7252 section 4.5: a message that comes again gets the same answer, and the side nothing. */
Test(coap_bodies, a_repeated_message_is_no_other_piece)
{
    struct datagram first = block("a", 1, 0, 2, true, 64, 0);
    struct datagram second = block("a", 2, 64, 2, true, 64, 0);
    struct datagram third = block("a", 3, 128, 2, false, 5, 0);

    cr_assert_eq(send_block(&peer, &first), CONTINUE);
    cr_assert_eq(send_block(&peer, &first), CONTINUE);
    cr_expect_eq(server.request.count, 1u);
    cr_assert_eq(send_block(&peer, &second), CONTINUE);
    cr_assert_eq(send_block(&peer, &second), CONTINUE);
    cr_assert_eq(send_block(&peer, &first), CONTINUE, "late, and changes nothing");
    cr_expect_eq(server.request.count, 2u);
    cr_assert_eq(send_block(&peer, &third), LOOM_CHANGED);
    cr_assert_eq(send_block(&peer, &third), LOOM_CHANGED);
    cr_expect_eq(server.request.count, 3u);
}

/* RFC 7959 section 2.9.2: a block that is missing is told by 4.08, and the side hears of none. */
Test(coap_bodies, a_block_out_of_order_is_refused)
{
    cr_assert_eq(put("a", 64), INCOMPLETE, "of nothing");
    cr_assert_eq(put("a", 0), CONTINUE);
    cr_assert_eq(put("a", 128), INCOMPLETE, "one is missing");
    cr_assert_eq(put("a", 64), CONTINUE);
    cr_assert_eq(put_last("a", 192, 1), INCOMPLETE);
    cr_assert_eq(put_last("a", 128, 1), LOOM_CHANGED);
    cr_assert_eq(put_last("a", 128, 1), INCOMPLETE, "it is over");
    cr_expect_eq(server.request.count, 3u);
    /* A block in the middle is full. */
    cr_assert_eq(put("a", 0), CONTINUE);

    struct datagram shorter = block("a", next_id++, 64, 2, true, 63, 0);

    cr_assert_eq(send_block(&peer, &shorter), LOOM_BAD_REQUEST);
    cr_expect_eq(server.request.count, 4u);
}

/* A peer that has not heard of an answer may send the block as another message: it is known, and
 * goes nowhere. Anything else in its place is none of this body. */
Test(coap_bodies, the_last_block_may_come_again)
{
    static const char *const paths[] = {"a", "whole"};
    struct datagram other;

    for (unsigned i = 0; i < 2; i++) {
        server.request.count = 0;
        cr_assert_eq(put(paths[i], 0), CONTINUE);
        cr_assert_eq(put(paths[i], 64), CONTINUE);
        cr_assert_eq(put(paths[i], 128), CONTINUE);
        cr_assert_eq(put(paths[i], 128), CONTINUE);
        cr_assert_eq(put(paths[i], 64), INCOMPLETE);
        other = block(paths[i], next_id++, 128, 2, true, 64, 0);
        other.bytes[other.length - 1]++;
        cr_assert_eq(send_block(&peer, &other), INCOMPLETE);
        cr_assert_eq(put_last(paths[i], 192, 1), LOOM_CHANGED);
        cr_expect_eq(server.request.count, i == 0 ? 4u : 1u);
        cr_expect_eq(memcmp(server.request.payload, body, 193), 0);
    }
}

/* RFC 7959 section 2.5: blocks may become smaller on the way, and their numbers others. */
Test(coap_bodies, blocks_may_become_smaller)
{
    struct datagram first = block("a", 1, 0, 4, true, 256, 0);
    struct datagram second = block("a", 2, 256, 2, true, 64, 0);
    struct datagram wrong = block("a", 3, 256, 3, true, 128, 0);
    struct datagram third = block("a", 4, 320, 0, true, 16, 0);
    struct datagram last = block("a", 5, 336, 0, false, 4, 0);

    cr_assert_eq(send_block(&peer, &first), CONTINUE);
    cr_assert_eq(send_block(&peer, &second), CONTINUE);
    cr_assert_eq(send_block(&peer, &wrong), INCOMPLETE);
    cr_assert_eq(send_block(&peer, &third), CONTINUE);
    cr_expect_eq(server.request.piece.offset, 320u);
    cr_assert_eq(send_block(&peer, &last), LOOM_CHANGED);
    cr_expect_eq(server.request.count, 4u);
    cr_expect_eq(memcmp(server.request.payload, body, 340), 0);
}

/* RFC 7959 section 2.3: all blocks are of one format. */
Test(coap_bodies, the_format_stays)
{
    struct datagram other = message(RAW_CON, LOOM_PUT, 9, 1);
    unsigned last = 0;
    uint8_t number[4];

    cr_assert_eq(put("a", 0), CONTINUE);
    message_option(&other, &last, URI_PATH, "a", 1);
    message_option(&other, &last, CONTENT_FORMAT, "\x00", 1);
    message_option(&other, &last, BLOCK1, number, put_number(number, 1u << 4 | 2u));
    message_payload(&other, body, 10);
    cr_assert_eq(send_block(&peer, &other), INCOMPLETE);
    cr_expect_eq(server.request.count, 1u);
}

/* ---- ends ------------------------------------------------------------------------------------ */

/* What the side answers at any piece but 2.31 is the end. */
Test(coap_bodies, a_refused_piece_ends_the_body)
{
    server.piece_limit = 64;
    server.code = LOOM_NOT_ACCEPTABLE;
    cr_assert_eq(put("a", 0), CONTINUE);
    cr_assert_eq(put("a", 64), LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(put("a", 128), INCOMPLETE);
    cr_expect_eq(server.request.count, 2u);
    server.piece_limit = 1;
    cr_assert_eq(put("a", 0), LOOM_NOT_ACCEPTABLE, "the first one");
    cr_assert_eq(put("a", 64), INCOMPLETE);
    /* An early success is an end, too. */
    server.code = LOOM_CHANGED;
    cr_assert_eq(put("a", 0), LOOM_CHANGED);
    cr_assert_eq(put("a", 64), INCOMPLETE);
    /* Our own requests end with it: the rest is not sent. */
    struct loom_session *session = endpoint_open(&client, server.bound);

    server.request.count = 0;
    server.piece_limit = 2048;
    server.code = LOOM_NOT_ACCEPTABLE;
    cr_assert_eq(endpoint_ask(&client, session, LOOM_PUT, "a", body, 60000, 1), LOOM_OK);
    endpoints_run(&server, &client, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_NOT_ACCEPTABLE);
    cr_expect_eq(server.request.count, 3u);
}

/* Behind the last piece there is none to ask for. */
Test(coap_bodies, the_last_piece_cannot_be_continued)
{
    server.code = LOOM_CONTINUE;
    cr_assert_eq(put("a", 0), CONTINUE);
    cr_assert_eq(put_last("a", 64, 1), LOOM_INTERNAL_ERROR);
    cr_assert_eq(put_last("a", 0, 1), LOOM_INTERNAL_ERROR, "the whole in one block");
}

/* Rule A-95: a piece that is not answered can come again, and it is the same one. */
Test(coap_bodies, an_unanswered_piece_comes_again)
{
    cr_assert_eq(put("a", 0), CONTINUE);
    server.piece_limit = 1;
    server.code = 0;

    struct datagram silent = block("a", next_id++, 64, 2, true, 64, 0);

    raw_send(&peer, silent.bytes, silent.length);
    endpoints_run(&server, NULL, &server.request.count, 2);
    cr_expect_eq(raw_pending(&peer), 0u);
    server.piece_limit = 0;
    cr_assert_eq(send_block(&peer, &silent), CONTINUE);
    cr_expect_eq(server.request.count, 3u);
    cr_expect_eq(server.request.piece.offset, 64u);
    server.code = LOOM_CHANGED;
    cr_assert_eq(put_last("a", 128, 1), LOOM_CHANGED);
}

/* RFC 7959 section 2.4: what stands still ends after EXCHANGE_LIFETIME, and a piece renews it. */
Test(coap_bodies, a_body_that_stands_still_expires)
{
    cr_assert_eq(put("a", 0), CONTINUE);
    offset = EXCHANGE_LIFETIME_MS / 2;
    cr_assert_eq(put("a", 64), CONTINUE);
    offset += EXCHANGE_LIFETIME_MS / 2;
    cr_assert_eq(put("a", 128), CONTINUE);
    offset += EXCHANGE_LIFETIME_MS;
    endpoints_turn(&server, NULL);
    cr_assert_eq(put("a", 192), INCOMPLETE);
    cr_expect_eq(server.request.count, 3u);
}

/* ---- several at once ------------------------------------------------------------------------- */

/* RFC 7959 section 2.4: of a peer the newest body counts; those of several do not mix. */
Test(coap_bodies, bodies_of_peers_do_not_mix)
{
    struct raw other;
    struct datagram theirs = block("a", 1, 0, 2, true, 64, 0);
    struct datagram theirs_next = block("a", 2, 64, 2, false, 7, 0);

    raw_start(&other);
    raw_connect(&other, server.bound);
    cr_assert_eq(put("a", 0), CONTINUE);
    cr_assert_eq(send_block(&other, &theirs), CONTINUE);
    cr_assert_eq(put("a", 64), CONTINUE);
    cr_assert_eq(send_block(&other, &theirs_next), LOOM_CHANGED);
    cr_expect_eq(server.request.piece.offset, 64u);
    cr_assert_eq(put("a", 128), CONTINUE);
    /* Another body of the same peer ends the one before. */
    cr_assert_eq(put("b", 0), CONTINUE);
    cr_assert_eq(put("a", 192), INCOMPLETE);
    cr_assert_eq(put_last("b", 64, 1), LOOM_CHANGED);
    raw_stop(&other);
}

/* Bodies that are joined make room for one another. One whose bytes the side has had takes none.
 */
Test(coap_bodies, a_body_in_pieces_takes_no_room_from_others)
{
    struct raw other;
    uint16_t id = 1;

    cr_assert_eq(put("a", 0), CONTINUE);
    server.coap->transfer_limit = 2u * LIMIT;
    for (unsigned i = 0; i < 4; i++) {
        raw_start(&other);
        raw_connect(&other, server.bound);
        for (unsigned at = 0; at < LIMIT; at += 64) {
            struct datagram joined = block("whole", id++, at, 2, true, 64, 0);

            cr_assert_eq(send_block(&other, &joined), CONTINUE);
        }
        raw_stop(&other);
    }
    cr_expect_leq(server.coap->transfer_bytes, 2u * LIMIT);
    cr_assert_eq(put("a", 64), CONTINUE);
}

/* ---- sizes ----------------------------------------------------------------------------------- */

/* RFC 7959 section 2.9.3: a body that is joined and will not fit is refused with its first block,
 * if the peer says how long it is, and the peer is told how long it may be. */
Test(coap_bodies, what_cannot_fit_is_refused_early)
{
    struct datagram first = block("whole", 1, 0, 2, true, 64, LIMIT + 1);
    struct datagram fits = block("whole", 2, 0, 2, true, 64, LIMIT);
    struct datagram pieces = block("a", 3, 0, 2, true, 64, 1000000);
    struct datagram answer;

    raw_send(&peer, first.bytes, first.length);
    answer = raw_receive(&peer, &server);
    cr_assert_eq(message_code(&answer), LOOM_TOO_LARGE);
    cr_expect_eq(memcmp(answer.bytes + answer.length - 4, "\xD2\x14\x04\x00", 4), 0,
                 "Size1 1024 after Block1");
    cr_expect_eq(server.coap->transfer_bytes, 0u);
    cr_assert_eq(send_block(&peer, &fits), CONTINUE);
    cr_assert_eq(send_block(&peer, &pieces), CONTINUE, "a side that takes pieces decides itself");
    /* Without Size1 as soon as it does not fit. */
    cr_assert_eq(put("whole", 0), CONTINUE);
    for (unsigned at = 64; at < LIMIT; at += 64) {
        cr_assert_eq(put("whole", at), CONTINUE);
    }
    cr_assert_eq(put("whole", LIMIT), LOOM_TOO_LARGE);
    cr_expect_eq(server.coap->transfer_bytes, 0u);
}

/* RFC 7959 section 2.9.3: what is too long for one message may come in blocks, if that helps. */
Test(coap_bodies, a_size_of_blocks_is_named_where_it_helps)
{
    struct endpoint small;
    struct loom_session *session;

    endpoint_start_with(&small, (struct loom_coap_config){.payload_max = 300});
    endpoint_listen(&small, "coap");
    small.code = LOOM_CHANGED;
    session = endpoint_open(&client, small.bound);
    cr_assert_eq(endpoint_ask(&client, session, LOOM_PUT, "a", body, 700, 1), LOOM_OK);
    endpoints_run(&small, &client, &client.response.count, 1);
    cr_expect_eq(client.response.code, LOOM_TOO_LARGE, "joined it is as long");
    cr_expect_eq(small.request.count, 0u);
    small.takes_pieces = true;
    cr_assert_eq(endpoint_ask(&client, session, LOOM_PUT, "a", body, 700, 2), LOOM_OK);
    endpoints_run(&small, &client, &client.response.count, 2);
    cr_expect_eq(client.response.code, LOOM_CHANGED);
    cr_expect_eq(small.request.count, 3u, "256, 256 and 188");
    cr_expect_eq(memcmp(small.request.payload, body, 700), 0);
    /* A piece itself needs no room, so none is too large. */
    cr_assert_eq(endpoint_ask(&client, session, LOOM_PUT, "a", body, 3000, 3), LOOM_OK);
    endpoints_run(&small, &client, &client.response.count, 3);
    cr_expect_eq(client.response.code, LOOM_CHANGED);
    cr_expect_eq(small.request.count, 6u, "1024, 1024 and 952");
    endpoint_stop(&small);
}

/* ---- the end that sends ---------------------------------------------------------------------- */

/* What goes out may be longer than what comes in. */
Test(coap_bodies, requests_have_a_limit_of_their_own)
{
    struct endpoint pusher;
    struct loom_session *session;

    endpoint_start_with(&pusher,
                        (struct loom_coap_config){.payload_max = LIMIT, .request_max = 60000});
    session = endpoint_open(&pusher, server.bound);
    cr_assert_eq(endpoint_ask(&pusher, session, LOOM_PUT, "a", body, 60001, 1), LOOM_TOO_LARGE);
    cr_assert_eq(endpoint_ask(&pusher, session, LOOM_PUT, "a", body, 60000, 1), LOOM_OK);
    endpoints_run(&server, &pusher, &pusher.response.count, 1);
    cr_expect_eq(pusher.response.code, LOOM_CHANGED);
    cr_expect_eq(memcmp(server.request.payload, body, 60000), 0);
    endpoint_stop(&pusher);
}

struct pusher {
    struct endpoint endpoint;
    struct loom_session *session;
    unsigned told; /* times */
    size_t done;
    bool rises;       /* each time by a block */
    size_t cancel_at; /* bytes */
};

static void on_progress(void *user, uint32_t exchange, size_t done)
{
    struct pusher *pusher = user;

    cr_expect_eq(exchange, 7u);
    pusher->rises = pusher->rises && done == pusher->done + 1024;
    pusher->done = done;
    pusher->told++;
    if (done == pusher->cancel_at) {
        pusher->endpoint.port.cancel(pusher->endpoint.port.self, pusher->session, exchange);
        pusher->done = 0;
    }
}

/* Told after each block but the last; who is told may give up the request at once. */
Test(coap_bodies, the_progress_of_a_request_is_told)
{
    static struct pusher pusher;

    pusher.rises = true;
    pusher.cancel_at = 0;
    endpoint_start_with(&pusher.endpoint, (struct loom_coap_config){.progress = on_progress,
                                                                    .progress_user = &pusher});
    pusher.session = endpoint_open(&pusher.endpoint, server.bound);
    cr_assert_eq(endpoint_ask(&pusher.endpoint, pusher.session, LOOM_PUT, "a", body, 10000, 7),
                 LOOM_OK);
    endpoints_run(&server, &pusher.endpoint, &pusher.endpoint.response.count, 1);
    cr_expect(pusher.rises);
    cr_expect_eq(pusher.told, 9u);
    cr_expect_eq(pusher.done, 9216u);
    pusher.cancel_at = 3072;
    pusher.done = 0;
    cr_assert_eq(endpoint_ask(&pusher.endpoint, pusher.session, LOOM_PUT, "a", body, 10000, 7),
                 LOOM_OK);
    endpoints_run(&server, &pusher.endpoint, &pusher.told, 12);
    cr_assert_eq(endpoint_ask(&pusher.endpoint, pusher.session, LOOM_PUT, "b", body, 10, 8),
                 LOOM_OK);
    endpoints_run(&server, &pusher.endpoint, &pusher.endpoint.response.count, 2);
    cr_expect_eq(pusher.endpoint.response.exchange, 8u);
    cr_expect_eq(pusher.told, 12u);
    endpoint_stop(&pusher.endpoint);
}

/* The 2.31 to a block, which says its number by the Block1 option of that. */
static void confirm(const struct raw *raw, const struct datagram *request, unsigned number)
{
    struct datagram answer = {.length = 0};
    unsigned last = 0;
    uint8_t value[4];

    answer.bytes[0] = (uint8_t)(0x60 | (request->bytes[0] & 15));
    answer.bytes[1] = CONTINUE;
    memcpy(answer.bytes + 2, request->bytes + 2, 2u + (request->bytes[0] & 15));
    answer.length = 4u + (request->bytes[0] & 15);
    message_option(&answer, &last, BLOCK1, value, put_number(value, number << 4 | 8u | 6u));
    raw_send(raw, answer.bytes, answer.length);
}

/* A block that gets lost with all its repetitions is sent again as another message: three times,
 * then the body is given up. The first block is not, as for any other request. */
Test(coap_bodies, a_block_without_luck_is_sent_again)
{
    enum { TRANSMIT_WAIT_MS = 100000, TIMES = 4 };
    struct endpoint pusher;
    struct raw target;
    struct datagram first;
    struct datagram again;
    struct loom_session *session;
    int64_t ahead = 0;

    raw_start(&target);
    endpoint_start_with(&pusher, (struct loom_coap_config){.clock_offset_ms = &ahead});
    session = endpoint_open(&pusher, target.uri);
    cr_assert_eq(endpoint_ask(&pusher, session, LOOM_PUT, "a", body, 3000, 1), LOOM_OK);
    first = raw_accept(&target, &pusher);
    confirm(&target, &first, 0);
    first = raw_receive(&target, &pusher);
    for (unsigned i = 1; i < TIMES; i++) {
        ahead += TRANSMIT_WAIT_MS;
        again = raw_receive(&target, &pusher);
        cr_expect_neq(message_id(&again), message_id(&first));
        cr_expect_eq(again.length, first.length);
        cr_expect_eq(memcmp(again.bytes + 12, first.bytes + 12, first.length - 12), 0,
                     "the same but for id and token");
        cr_expect_eq(pusher.response.count, 0u);
        first = again;
    }
    ahead += TRANSMIT_WAIT_MS;
    endpoints_run(&pusher, NULL, &pusher.response.count, 1);
    cr_expect_eq(pusher.response.failure, LOOM_FAILURE_TIMEOUT);
    cr_expect_eq(raw_pending(&target), 0u);
    cr_assert_eq(endpoint_ask(&pusher, session, LOOM_PUT, "a", body, 3000, 2), LOOM_OK);
    (void)raw_receive(&target, &pusher);
    ahead += TRANSMIT_WAIT_MS;
    endpoints_run(&pusher, NULL, &pusher.response.count, 2);
    cr_expect_eq(pusher.response.failure, LOOM_FAILURE_TIMEOUT);
    cr_expect_eq(raw_pending(&target), 0u);
    endpoint_stop(&pusher);
    raw_stop(&target);
}

/* The last block is not: its answer may be what was lost; nor is one that the peer has
 * acknowledged. */
Test(coap_bodies, a_block_that_may_have_arrived_is_not_sent_again)
{
    enum { TRANSMIT_WAIT_MS = 100000 };
    struct endpoint pusher;
    struct raw target;
    struct datagram block;
    struct loom_session *session;
    int64_t ahead = 0;

    raw_start(&target);
    endpoint_start_with(&pusher, (struct loom_coap_config){.clock_offset_ms = &ahead});
    session = endpoint_open(&pusher, target.uri);
    cr_assert_eq(endpoint_ask(&pusher, session, LOOM_PUT, "a", body, 1500, 1), LOOM_OK);
    block = raw_accept(&target, &pusher);
    confirm(&target, &block, 0);
    (void)raw_receive(&target, &pusher);
    ahead += TRANSMIT_WAIT_MS;
    endpoints_run(&pusher, NULL, &pusher.response.count, 1);
    cr_expect_eq(pusher.response.failure, LOOM_FAILURE_TIMEOUT);
    cr_expect_eq(raw_pending(&target), 0u);

    cr_assert_eq(endpoint_ask(&pusher, session, LOOM_PUT, "a", body, 3000, 2), LOOM_OK);
    block = raw_receive(&target, &pusher);
    confirm(&target, &block, 0);
    block = raw_receive(&target, &pusher);
    struct datagram empty = {
        .bytes = {0x60, 0, block.bytes[2], block.bytes[3]}, /* a separate answer is promised */
        .length = 4};
    raw_send(&target, empty.bytes, empty.length);
    for (int i = 0; i < 20; i++) {
        endpoints_turn(&pusher, NULL);
    }
    ahead += TRANSMIT_WAIT_MS;
    endpoints_run(&pusher, NULL, &pusher.response.count, 2);
    cr_expect_eq(pusher.response.failure, LOOM_FAILURE_TIMEOUT);
    cr_expect_eq(raw_pending(&target), 0u);
    endpoint_stop(&pusher);
    raw_stop(&target);
}
