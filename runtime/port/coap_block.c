/* SPDX-License-Identifier: Apache-2.0 */
#include "coap_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- options --------------------------------------------------------------------------------- */

bool loom_coap_option_put_unsigned(coap_pdu_t *pdu, coap_option_num_t number, uint32_t value)
{
    uint8_t bytes[4];
    unsigned length = coap_encode_var_safe(bytes, sizeof bytes, value);

    return coap_add_option(pdu, number, length, bytes) != 0;
}

bool loom_coap_option_get_unsigned(const coap_pdu_t *pdu, coap_option_num_t number, uint32_t *value)
{
    coap_opt_iterator_t iterator;
    const coap_opt_t *option = coap_check_option(pdu, number, &iterator);

    if (option == NULL) {
        return false;
    }
    *value = coap_decode_var_bytes(coap_opt_value(option), coap_opt_length(option));
    return true;
}

bool loom_coap_options_append(struct loom_coap_body *options, coap_option_num_t number,
                              const void *value, size_t length)
{
    uint16_t head[2] = {number, (uint16_t)length};
    size_t before = options->length;

    if (length > UINT16_MAX ||
        !loom_coap_body_append(options, head, LOOM_COAP_OPTION_HEAD, SIZE_MAX)) {
        return false;
    }
    if (!loom_coap_body_append(options, value, length, SIZE_MAX)) {
        options->length = before;
        return false;
    }
    return true;
}

bool loom_coap_options_put(struct loom_bytes options, coap_pdu_t *pdu)
{
    size_t at = 0;

    while (at < options.length) {
        uint16_t head[2];

        memcpy(head, options.data + at, LOOM_COAP_OPTION_HEAD);
        at += LOOM_COAP_OPTION_HEAD;
        if (coap_add_option(pdu, head[0], head[1], options.data + at) == 0) {
            return false;
        }
        at += head[1];
    }
    return true;
}

bool loom_coap_put_response(coap_pdu_t *response, uint8_t code, struct loom_bytes options,
                            struct loom_bytes payload)
{
    coap_pdu_set_code(response, (coap_pdu_code_t)code);
    return loom_coap_options_put(options, response) &&
           (payload.length == 0 || coap_add_data(response, payload.length, payload.data) != 0);
}

/* ---- blocks ---------------------------------------------------------------------------------- */

bool loom_coap_block_read(const coap_opt_t *option, struct loom_coap_block *block)
{
    uint32_t value = coap_decode_var_bytes(coap_opt_value(option), coap_opt_length(option));

    block->number = value >> 4;
    block->more = (value & 8u) != 0;
    block->szx = (uint8_t)(value & 7u);
    return coap_opt_length(option) <= 3 && block->szx <= LOOM_COAP_BLOCK_SZX_MAX;
}

int loom_coap_block_get(const coap_pdu_t *pdu, coap_option_num_t number,
                        struct loom_coap_block *block)
{
    coap_opt_iterator_t iterator;
    const coap_opt_t *option = coap_check_option(pdu, number, &iterator);

    if (option == NULL) {
        return 0;
    }
    return loom_coap_block_read(option, block) ? 1 : -1;
}

uint32_t loom_coap_block_value(const struct loom_coap_block *block)
{
    return (block->number << 4) | (block->more ? 8u : 0u) | block->szx;
}

bool loom_coap_block_put(coap_pdu_t *pdu, coap_option_num_t number,
                         const struct loom_coap_block *block)
{
    return loom_coap_option_put_unsigned(pdu, number, loom_coap_block_value(block));
}

bool loom_coap_block_fit(size_t room, uint8_t *szx)
{
    uint8_t fits = LOOM_COAP_BLOCK_SZX_MAX;

    while (fits > 0 && loom_coap_block_size(fits) > room) {
        fits--;
    }
    *szx = fits;
    return loom_coap_block_size(fits) <= room;
}

/* ---- bodies ---------------------------------------------------------------------------------- */

/* Bodies may hold keys: a bootstrap writes them. A compiler must not leave the wiping out, and
 * cannot know what a volatile pointer leads to. */
static void *(*const volatile fill)(void *, int, size_t) = memset;

void loom_coap_wipe(void *data, size_t length)
{
    if (length > 0) {
        fill(data, 0, length);
    }
}

static bool grow(struct loom_coap_body *body, size_t needed)
{
    /* The limits that callers give keep this far from an overflow. */
    size_t room = needed > 2 * body->room ? needed : 2 * body->room;
    uint8_t *bigger = malloc(room);

    if (bigger == NULL) {
        return false;
    }
    if (body->length > 0) {
        memcpy(bigger, body->data, body->length);
    }
    loom_coap_wipe(body->data, body->length);
    free(body->data);
    body->data = bigger;
    body->room = room;
    return true;
}

bool loom_coap_body_append(struct loom_coap_body *body, const void *data, size_t length,
                           size_t limit)
{
    if (length > limit || body->length > limit - length) {
        return false;
    }
    if (length == 0) {
        return true;
    }
    if (length > body->room - body->length && !grow(body, body->length + length)) {
        return false;
    }
    memcpy(body->data + body->length, data, length);
    body->length += length;
    return true;
}

void loom_coap_body_clear(struct loom_coap_body *body)
{
    loom_coap_wipe(body->data, body->length);
    free(body->data);
    *body = (struct loom_coap_body){NULL, 0, 0};
}
