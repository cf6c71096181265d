/* SPDX-License-Identifier: Apache-2.0 */
/* Answers and notifications: which block of one goes into a message, and its options. */
#include "coap_internal.h"

#include <string.h>

enum {
    /* Bytes of an answer that are neither payload nor Location-Path: token, ETag, Observe,
     * Content-Format, Block2, Block1, payload marker. One with a Max-Age has none of the tag and
     * the number. */
    ANSWER_ROOM = 8 + 5 + 4 + 3 + 4 + 4 + 1,
    SIZE2_ROOM = 5,
    HEADER = 4 /* of a message over UDP, RFC 7252 section 3 */
};

/* libcoap says less of a secure session, because of what it knows of records; that is part of what
 * is taken for them here, and not to be taken twice. */
size_t loom_coap_message_room(const struct loom_session *session)
{
    size_t most = COAP_DEFAULT_MTU - HEADER - (session->secure ? LOOM_COAP_RECORD_ROOM : 0u);
    size_t room = session->coap == NULL ? most : coap_session_max_pdu_size(session->coap);
    return room < most ? room : most;
}

size_t loom_coap_answer_room(const struct loom_session *session, const struct loom_reply *reply)
{
    size_t taken = ANSWER_ROOM;
    size_t room = loom_coap_message_room(session);

    for (size_t i = 0; reply != NULL && i < reply->location_count; i++) {
        taken += reply->location[i].length + 3;
    }
    return taken < room ? room - taken : 0;
}

void loom_coap_answer_cut(const struct loom_session *session, const struct loom_coap_block *wanted,
                          struct loom_coap_outgoing *answer)
{
    size_t room = loom_coap_answer_room(session, answer->reply);
    size_t length = answer->payload.length;
    size_t offset;
    size_t size;

    if (length == 0 || (wanted == NULL && length <= room)) {
        return;
    }
    if (!loom_coap_block_fit(room, &answer->block2.szx)) {
        *answer = (struct loom_coap_outgoing){.code = LOOM_INTERNAL_ERROR,
                                              .content_format = LOOM_FORMAT_ABSENT};
        return;
    }
    if (wanted != NULL) {
        answer->block2.number = wanted->number;
        /* A later block keeps the size that the first one had, or its number means another place.
         */
        if (wanted->number > 0 || wanted->szx < answer->block2.szx) {
            answer->block2.szx = wanted->szx;
        }
    }
    size = loom_coap_block_size(answer->block2.szx);
    offset = answer->block2.number * size;
    if (offset >= length) {
        *answer = (struct loom_coap_outgoing){.code = LOOM_BAD_REQUEST,
                                              .content_format = LOOM_FORMAT_ABSENT};
        return;
    }
    answer->has_block2 = true;
    answer->block2.more = length - offset > size;
    loom_coap_answer_put_size(session, size, (uint32_t)length, answer);
    answer->payload.data += offset;
    answer->payload.length = answer->block2.more ? size : length - offset;
}

void loom_coap_answer_put_size(const struct loom_session *session, size_t size, uint32_t whole,
                               struct loom_coap_outgoing *answer)
{
    if (answer->wants_size &&
        loom_coap_answer_room(session, answer->reply) >= size + (size_t)SIZE2_ROOM) {
        answer->size = whole;
    }
}

bool loom_coap_answer_keep(struct loom_coap_port *port, struct loom_coap_transfer *transfer,
                           struct loom_coap_outgoing *answer)
{
    if (!loom_coap_transfer_append(port, transfer, answer->payload.data, answer->payload.length)) {
        loom_coap_transfer_clear(port, transfer);
        return false;
    }
    transfer->code = answer->code;
    transfer->content_format = answer->content_format;
    /* Lets the peer see when blocks are of different answers (RFC 7959 section 2.4). */
    transfer->etag = ++port->next_etag;
    answer->etag = transfer->etag;
    return true;
}

/* What an answer may have always fits: LOOM_COAP_ANSWER_OPTIONS says so. */
static void put_option(struct loom_coap_answer_options *options, coap_option_num_t number,
                       const void *value, size_t length)
{
    uint16_t head[2] = {number, (uint16_t)length};

    memcpy(options->bytes + options->length, head, LOOM_COAP_OPTION_HEAD);
    options->length += LOOM_COAP_OPTION_HEAD;
    if (length > 0) {
        memcpy(options->bytes + options->length, value, length);
        options->length += length;
    }
}

static void put_unsigned(struct loom_coap_answer_options *options, coap_option_num_t number,
                         uint32_t value)
{
    uint8_t bytes[4];
    size_t length = 0;

    for (unsigned shift = 32; shift > 0; shift -= 8) {
        if (length > 0 || value >> (shift - 8) != 0) {
            bytes[length++] = (uint8_t)(value >> (shift - 8));
        }
    }
    put_option(options, number, bytes, length);
}

static void put_block(struct loom_coap_answer_options *options, coap_option_num_t number,
                      const struct loom_coap_block *block)
{
    put_unsigned(options, number, loom_coap_block_value(block));
}

void loom_coap_answer_list_options(const struct loom_coap_outgoing *answer,
                                   struct loom_coap_answer_options *options)
{
    options->length = 0;
    if (answer->etag != 0) {
        put_unsigned(options, COAP_OPTION_ETAG, answer->etag);
    }
    if (answer->has_sequence) {
        put_unsigned(options, COAP_OPTION_OBSERVE, answer->sequence);
    }
    for (size_t i = 0; answer->reply != NULL && i < answer->reply->location_count; i++) {
        const struct loom_text *segment = &answer->reply->location[i];

        put_option(options, COAP_OPTION_LOCATION_PATH, segment->data, segment->length);
    }
    if (answer->content_format != LOOM_FORMAT_ABSENT) {
        put_unsigned(options, COAP_OPTION_CONTENT_FORMAT, answer->content_format);
    }
    if (answer->max_age != 0) {
        put_unsigned(options, COAP_OPTION_MAXAGE, answer->max_age);
    }
    if (answer->has_block2) {
        put_block(options, COAP_OPTION_BLOCK2, &answer->block2);
    }
    if (answer->has_block1) {
        put_block(options, COAP_OPTION_BLOCK1, &answer->block1);
    }
    if (answer->size != 0) {
        put_unsigned(options, COAP_OPTION_SIZE2, answer->size);
    }
    if (answer->size1 != 0) {
        put_unsigned(options, COAP_OPTION_SIZE1, answer->size1);
    }
}
