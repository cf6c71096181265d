/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of which the side gets or gives one piece at a time: a block each (RFC 7959 section 2.4),
 * asked for by its place alone, so that it does not matter whether others were asked for before. */
#include "coap_internal.h"

enum { BLOCKS_MAX = 1 << 20 /* their numbers have 20 bits */ };

/* ---- to the side ----------------------------------------------------------------------------- */

bool loom_coap_piece_block(const struct loom_request *request, struct loom_coap_block *block)
{
    uint8_t szx;

    if (!loom_coap_block_fit(request->piece_room, &szx)) {
        return false;
    }
    while (szx > 0 && request->answer_offset % loom_coap_block_size(szx) != 0) {
        szx--;
    }
    block->szx = szx;
    block->more = false;
    block->number = (uint32_t)(request->answer_offset / loom_coap_block_size(szx));
    return request->answer_offset % loom_coap_block_size(szx) == 0 && block->number < BLOCKS_MAX;
}

/* With the first one the peer is asked how long all of it is (RFC 7959 section 4). */
bool loom_coap_piece_ask(coap_pdu_t *pdu, const struct loom_coap_block *block)
{
    return loom_coap_block_put(pdu, COAP_OPTION_BLOCK2, block) &&
           (block->number > 0 || loom_coap_option_put_unsigned(pdu, COAP_OPTION_SIZE2, 0));
}

uint32_t loom_coap_etag_of(const coap_pdu_t *received)
{
    coap_opt_iterator_t iterator;
    const coap_opt_t *option = coap_check_option(received, COAP_OPTION_ETAG, &iterator);
    uint32_t digest = 2166136261u;
    uint32_t value = 0;

    if (option == NULL) {
        return 0;
    }
    for (uint32_t i = 0; i < coap_opt_length(option); i++) {
        digest = (digest ^ coap_opt_value(option)[i]) * 16777619u;
        value = value << 8 | coap_opt_value(option)[i];
    }
    return coap_opt_length(option) <= 4 && value != 0 ? value : digest | 1u;
}

static bool is_the_one(const struct loom_coap_block *asked, const struct loom_coap_block *come,
                       size_t length)
{
    size_t size = loom_coap_block_size(come->szx);

    return come->szx <= asked->szx &&
           come->number * size == asked->number * loom_coap_block_size(asked->szx) &&
           (come->more ? length == size : length <= size);
}

bool loom_coap_piece_read(const coap_pdu_t *received, const struct loom_coap_block *asked,
                          struct loom_response *response)
{
    struct loom_coap_block block;
    int in_blocks = loom_coap_block_get(received, COAP_OPTION_BLOCK2, &block);

    response->etag = loom_coap_etag_of(received);
    (void)loom_coap_option_get_unsigned(received, COAP_OPTION_SIZE2, &response->size);
    /* What refuses the request is no part of the answer, whatever it says. */
    if (in_blocks == 0 || response->code >> 5 != 2) {
        return true;
    }
    if (in_blocks < 0 || !is_the_one(asked, &block, response->payload.length)) {
        return false;
    }
    response->piece.offset = (uint32_t)(block.number * loom_coap_block_size(block.szx));
    response->piece.more = block.more;
    return true;
}

/* ---- by the side ----------------------------------------------------------------------------- */

bool loom_coap_piece_offer(const struct loom_session *session, const struct loom_coap_block *wanted,
                           struct loom_request *request, struct loom_reply *reply,
                           struct loom_coap_block *block)
{
    size_t message = loom_coap_answer_room(session, NULL);
    bool fits = loom_coap_block_fit(message < reply->room ? message : reply->room, &block->szx);

    if (wanted != NULL) {
        request->answer_offset = (uint32_t)(wanted->number * loom_coap_block_size(wanted->szx));
        /* A block that is too big for a message is given in smaller ones. */
        block->szx = wanted->szx < block->szx ? wanted->szx : block->szx;
    }
    block->number = (uint32_t)(request->answer_offset / loom_coap_block_size(block->szx));
    reply->piece_room = fits ? (uint16_t)loom_coap_block_size(block->szx) : 0;
    return request->answer_offset == 0 || (fits && block->number < BLOCKS_MAX);
}

bool loom_coap_piece_given(const struct loom_request *request, const struct loom_reply *reply)
{
    return reply->code >> 5 == 2 &&
           (reply->more || (request->answer_offset > 0 && reply->etag != 0));
}

void loom_coap_piece_answer(const struct loom_session *session, struct loom_coap_block block,
                            const struct loom_reply *reply, struct loom_coap_outgoing *answer)
{
    answer->payload.length = reply->length;
    if (reply->etag == 0 || reply->location_count > 0 || reply->length > reply->piece_room ||
        (reply->more && reply->length != reply->piece_room)) {
        *answer = (struct loom_coap_outgoing){.code = LOOM_INTERNAL_ERROR,
                                              .content_format = LOOM_FORMAT_ABSENT};
        return;
    }
    /* As with an answer that is kept: there is nothing behind its end. */
    if (reply->length == 0) {
        *answer = (struct loom_coap_outgoing){.code = LOOM_BAD_REQUEST,
                                              .content_format = LOOM_FORMAT_ABSENT};
        return;
    }
    block.more = reply->more;
    answer->has_block2 = true;
    answer->block2 = block;
    answer->etag = reply->etag;
    loom_coap_answer_put_size(session, reply->piece_room, reply->size, answer);
}
