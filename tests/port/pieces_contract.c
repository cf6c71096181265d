/* SPDX-License-Identifier: Apache-2.0 */
#include "pieces_contract.h"

#include <criterion/criterion.h>
#include <string.h>

enum { WHOLE = 1300, TAG = 0x40c0ffee };

static uint8_t body[WHOLE];

/* Both ends of a network; one asks, the other answers. */
static struct seen {
    bool in_pieces;
    bool empty; /* the answer has no payload */
    uint8_t code;
    unsigned asked;
    uint16_t piece_room;
    unsigned answered;
    enum loom_failure failure;
    struct loom_response response;
    uint8_t payload[WHOLE];
} seen;

static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    size_t left = request->answer_offset < WHOLE ? WHOLE - request->answer_offset : 0;

    (void)side, (void)owner, (void)session;
    seen.asked++;
    seen.piece_room = reply->piece_room;
    reply->code = seen.code;
    if (seen.code != LOOM_CONTENT) {
        return;
    }
    reply->content_format = LOOM_FORMAT_OPAQUE;
    if (seen.in_pieces) {
        reply->more = left > reply->piece_room;
        reply->length = reply->more ? reply->piece_room : left;
        reply->etag = TAG;
        reply->size = WHOLE;
        if (reply->length > 0) {
            memcpy(reply->payload, body + request->answer_offset, reply->length);
        }
        return;
    }
    if (seen.empty) {
        return;
    }
    cr_assert_geq(reply->room, (size_t)WHOLE);
    memcpy(reply->payload, body, WHOLE);
    reply->length = WHOLE;
}

static void on_response(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                        const struct loom_response *response, enum loom_failure failure)
{
    (void)side, (void)owner, (void)session, (void)exchange;
    seen.answered++;
    seen.failure = failure;
    seen.response = *response;
    cr_assert_leq(response->payload.length, (size_t)WHOLE);
    if (response->payload.length > 0) {
        memcpy(seen.payload, response->payload.data, response->payload.length);
    }
}

static void on_lost(void *side, void *owner, struct loom_session *session,
                    enum loom_failure failure, int alert)
{
    (void)side, (void)owner, (void)session, (void)failure, (void)alert;
}

static const struct loom_side side = {
    .request = on_request, .response = on_response, .lost = on_lost};

static struct loom_port port;
static struct loom_session *session;

static void begin(const struct contract_network *network, bool in_pieces)
{
    struct loom_credentials credentials = {.uri = {CONTRACT_URI, strlen(CONTRACT_URI)},
                                           .mode = LOOM_SECURITY_NOSEC};

    for (size_t i = 0; i < WHOLE; i++) {
        body[i] = (uint8_t)(i * 7 + i / 251);
    }
    seen = (struct seen){.in_pieces = in_pieces, .code = LOOM_CONTENT};
    network->begin(&side, NULL, &port);
    cr_assert_eq(port.open(port.self, &credentials, NULL, &session), LOOM_OK);
}

static void get(const struct contract_network *network, uint32_t offset, uint16_t room)
{
    struct loom_request request = {.method = LOOM_GET,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .confirmable = true,
                                   .answer_offset = offset,
                                   .piece_room = room};
    unsigned before = seen.answered;

    cr_assert_eq(port.request(port.self, session, &request, 1), LOOM_OK);
    network->run();
    cr_assert_eq(seen.answered, before + 1);
    cr_assert_eq(seen.failure, LOOM_FAILURE_NONE);
}

static void expect_piece(uint32_t offset, size_t length, bool more)
{
    cr_expect_eq(seen.response.code, LOOM_CONTENT);
    cr_expect_eq(seen.response.content_format, LOOM_FORMAT_OPAQUE);
    cr_expect_eq(seen.response.piece.offset, offset);
    cr_expect_eq(seen.response.piece.more, more);
    cr_assert_eq(seen.response.payload.length, length, "%zu", seen.response.payload.length);
    cr_expect_eq(memcmp(seen.payload, body + offset, length), 0);
}

/* Behind the end there is nothing. */
static void expect_nothing(const struct contract_network *network, uint32_t offset)
{
    get(network, offset, 16);
    cr_expect_eq(seen.response.code, LOOM_BAD_REQUEST);
    cr_expect_eq(seen.response.content_format, LOOM_FORMAT_ABSENT);
    cr_expect_eq(seen.response.payload.length, 0u);
    cr_expect_eq(seen.response.etag, 0u);
    cr_expect_eq(seen.response.piece.offset, 0u);
    cr_expect_not(seen.response.piece.more);
}

static void read_pieces(const struct contract_network *network)
{
    uint32_t etag;

    get(network, 0, 600);
    expect_piece(0, 512, true);
    cr_expect_eq(seen.piece_room, 512u);
    cr_expect_eq(seen.response.size, (uint32_t)WHOLE);
    etag = seen.response.etag;
    cr_expect_neq(etag, 0u);
    get(network, 1024, 512);
    expect_piece(1024, WHOLE - 1024, false);
    cr_expect_eq(seen.response.etag, etag);
    get(network, 48, 1024);
    expect_piece(48, 16, true);
    cr_expect_eq(seen.response.etag, etag);
    seen.code = LOOM_NOT_FOUND;
    get(network, 64, 64);
    cr_expect_eq(seen.response.code, LOOM_NOT_FOUND);
    cr_expect_eq(seen.response.piece.offset, 0u);
    cr_expect_eq(seen.asked, 4u);
}

void contract_gives_pieces(const struct contract_network *network)
{
    begin(network, true);
    read_pieces(network);
    cr_expect_eq(seen.response.etag, 0u);
    seen.code = LOOM_CONTENT;
    expect_nothing(network, 1312);
    expect_nothing(network, 0xFFFFFFF0u);
    network->end();
}

void contract_cuts_wholes(const struct contract_network *network)
{
    begin(network, false);
    read_pieces(network);
    seen.code = LOOM_CONTENT;
    expect_nothing(network, 1312);
    expect_nothing(network, 0xFFFFFFF0u);
    seen.empty = true;
    expect_nothing(network, 16);
    get(network, 0, 16);
    cr_expect_eq(seen.response.code, LOOM_CONTENT);
    cr_expect_eq(seen.response.payload.length, 0u);
    cr_expect_not(seen.response.piece.more);
    network->end();
}

void contract_joins_pieces(const struct contract_network *network)
{
    begin(network, true);
    get(network, 0, 0);
    expect_piece(0, WHOLE, false);
    cr_expect_eq(seen.asked, 2u);
    network->end();
}
