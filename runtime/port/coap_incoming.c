/* SPDX-License-Identifier: Apache-2.0 */
/* A request of a peer as its options have it. */
#include "coap_internal.h"

enum { BAD_OPTION = LOOM_CODE(4, 2) };

static bool append_segment(struct loom_text *segments, uint8_t *count, const coap_opt_t *option)
{
    if (*count == LOOM_SEGMENTS_MAX) {
        return false;
    }
    segments[(*count)++] =
        (struct loom_text){(const char *)coap_opt_value(option), coap_opt_length(option)};
    return true;
}

/* A format that a message names at most once. 65535 is reserved (RFC 7252 section 12.3): nobody can
 * have it, and to the side it would be no format at all. @return 0, or the code that refuses it */
static uint8_t take_format(uint16_t *format, const coap_opt_t *option, uint8_t unknown)
{
    if (*format != LOOM_FORMAT_ABSENT || coap_opt_length(option) > 2) {
        return BAD_OPTION;
    }
    *format = (uint16_t)coap_decode_var_bytes(coap_opt_value(option), coap_opt_length(option));
    return *format == LOOM_FORMAT_ABSENT ? unknown : 0;
}

static uint8_t take_block(struct loom_coap_block *block, bool *has, const coap_opt_t *option)
{
    if (*has) {
        return BAD_OPTION;
    }
    *has = true;
    return loom_coap_block_read(option, block) ? 0 : LOOM_BAD_REQUEST;
}

/* Of what is no GET or FETCH, and of any other value, nothing is known (RFC 7641 section 2). */
static void take_observe(struct loom_request *request, const coap_opt_t *option)
{
    unsigned value = coap_decode_var_bytes(coap_opt_value(option), coap_opt_length(option));

    if (request->method != LOOM_GET && request->method != LOOM_FETCH) {
        return;
    }
    if (value <= 1) {
        request->observe = value == 0 ? LOOM_OBSERVE_BEGIN : LOOM_OBSERVE_END;
    }
}

/* Takes one option. @return 0, or the code that refuses the request (RFC 7252 section 5.4.1) */
static uint8_t take_option(struct loom_coap_incoming *incoming, coap_option_num_t number,
                           const coap_opt_t *option)
{
    struct loom_request *request = &incoming->request;

    switch (number) {
    case COAP_OPTION_OBSERVE:
        take_observe(request, option);
        return 0;
    case COAP_OPTION_URI_PATH:
        return append_segment(request->path, &request->path_count, option) ? 0 : BAD_OPTION;
    case COAP_OPTION_URI_QUERY:
        return append_segment(request->query, &request->query_count, option) ? 0 : BAD_OPTION;
    case COAP_OPTION_CONTENT_FORMAT:
        return take_format(&request->content_format, option, LOOM_UNSUPPORTED_FORMAT);
    case COAP_OPTION_ACCEPT:
        return take_format(&request->accept, option, LOOM_NOT_ACCEPTABLE);
    case COAP_OPTION_BLOCK1:
        return take_block(&incoming->block1, &incoming->has_block1, option);
    case COAP_OPTION_BLOCK2:
        return take_block(&incoming->block2, &incoming->has_block2, option);
    case COAP_OPTION_SIZE2:
        incoming->wants_size = true;
        return 0;
    case COAP_OPTION_SIZE1:
        incoming->size = coap_decode_var_bytes(coap_opt_value(option), coap_opt_length(option));
        return 0;
    case COAP_OPTION_URI_HOST: /* an endpoint has one host, whatever its name */
    case COAP_OPTION_URI_PORT:
        return 0;
    default:
        return (number & 1u) == 0 ? 0 : BAD_OPTION; /* odd numbers are critical */
    }
}

uint8_t loom_coap_incoming_read(const coap_pdu_t *pdu, struct loom_coap_incoming *incoming)
{
    struct loom_request *request = &incoming->request;
    coap_opt_iterator_t iterator;
    const coap_opt_t *option;

    incoming->message = pdu;
    request->method = (enum loom_method)coap_pdu_get_code(pdu);
    request->content_format = LOOM_FORMAT_ABSENT;
    request->accept = LOOM_FORMAT_ABSENT;
    request->confirmable = coap_pdu_get_type(pdu) == COAP_MESSAGE_CON;
    coap_option_iterator_init(pdu, &iterator, COAP_OPT_ALL);
    while ((option = coap_option_next(&iterator)) != NULL) {
        uint8_t refused = take_option(incoming, iterator.number, option);

        if (refused != 0) {
            return refused;
        }
    }
    (void)coap_get_data(pdu, &request->payload.length, &request->payload.data);
    return 0;
}
