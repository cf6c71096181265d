/* SPDX-License-Identifier: Apache-2.0 */
#include "coap_internal.h"

#include <string.h>

/* ---- which request it belongs to ------------------------------------------------------------- */

static bool append_key(struct loom_coap_body *key, coap_option_num_t number,
                       const struct loom_text *texts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!loom_coap_options_append(key, number, texts[i].data, texts[i].length)) {
            return false;
        }
    }
    return true;
}

/* The blocks of a body have method and target in common (RFC 7959 section 2.4). */
bool loom_coap_transfer_key(struct loom_coap_body *key, const struct loom_request *request)
{
    uint8_t method = (uint8_t)request->method;

    return loom_coap_body_append(key, &method, 1, SIZE_MAX) &&
           append_key(key, COAP_OPTION_URI_PATH, request->path, request->path_count) &&
           append_key(key, COAP_OPTION_URI_QUERY, request->query, request->query_count);
}

bool loom_coap_transfer_has_key(const struct loom_coap_transfer *transfer,
                                const struct loom_coap_body *key)
{
    return transfer->key.length > 0 && key->length == transfer->key.length &&
           memcmp(key->data, transfer->key.data, key->length) == 0;
}

bool loom_coap_transfer_is_of(const struct loom_coap_transfer *transfer,
                              const struct loom_request *request)
{
    struct loom_coap_body key = {NULL, 0, 0};
    bool same = transfer->key.length > 0 && loom_coap_transfer_key(&key, request) &&
                loom_coap_transfer_has_key(transfer, &key);

    loom_coap_body_clear(&key);
    return same;
}

uint32_t loom_coap_digest(struct loom_bytes bytes)
{
    uint32_t sum = 2166136261u;

    for (size_t i = 0; i < bytes.length; i++) {
        sum = (sum ^ bytes.data[i]) * 16777619u;
    }
    return sum;
}

bool loom_coap_transfer_may_answer(const struct loom_coap_transfer *transfer,
                                   const struct loom_request *request)
{
    return request->method != LOOM_FETCH || request->payload.length == 0 ||
           transfer->asked == loom_coap_digest(request->payload);
}

/* ---- its bytes, and those of all together ---------------------------------------------------- */

void loom_coap_transfer_clear(struct loom_coap_port *port, struct loom_coap_transfer *transfer)
{
    if (transfer->key.length > 0) {
        loom_coap_ring_remove(&transfer->place);
        port->transfer_bytes -= transfer->body.length;
    }
    loom_coap_body_clear(&transfer->key);
    loom_coap_body_clear(&transfer->body);
    transfer->in_pieces = false;
}

bool loom_coap_transfer_begin_for(struct loom_coap_port *port, struct loom_coap_transfer *transfer,
                                  const struct loom_coap_body *key)
{
    loom_coap_transfer_clear(port, transfer);
    loom_coap_ring_init(&transfer->place);
    if (!loom_coap_body_append(&transfer->key, key->data, key->length, SIZE_MAX)) {
        loom_coap_transfer_clear(port, transfer);
        return false;
    }
    transfer->content_format = LOOM_FORMAT_ABSENT;
    transfer->in_pieces = false;
    transfer->offset = 0;
    transfer->expires = loom_coap_turn_now(port) + port->lifetime_ms;
    /* All live equally long, so the ring is in the order in which they expire. */
    loom_coap_ring_append(&port->transfers, &transfer->place);
    return true;
}

bool loom_coap_transfer_begin(struct loom_coap_port *port, struct loom_coap_transfer *transfer,
                              const struct loom_request *request)
{
    struct loom_coap_body key = {NULL, 0, 0};
    bool begun =
        loom_coap_transfer_key(&key, request) && loom_coap_transfer_begin_for(port, transfer, &key);

    transfer->content_format = request->content_format;
    transfer->asked = loom_coap_digest(request->payload);
    loom_coap_body_clear(&key);
    return begun;
}

static struct loom_coap_transfer *oldest(const struct loom_coap_port *port)
{
    if (loom_coap_ring_is_empty(&port->transfers)) {
        return NULL;
    }
    return LOOM_COAP_RING_ENTRY(port->transfers.next, struct loom_coap_transfer, place);
}

void loom_coap_transfer_renew(struct loom_coap_port *port, struct loom_coap_transfer *transfer)
{
    loom_coap_ring_append(&port->transfers, &transfer->place);
    transfer->expires = loom_coap_turn_now(port) + port->lifetime_ms;
}

/* The oldest other one that has bytes; NULL: there is none. */
static struct loom_coap_transfer *oldest_beside(const struct loom_coap_port *port,
                                                const struct loom_coap_transfer *transfer)
{
    struct loom_coap_ring *place = port->transfers.next;

    for (; place != &port->transfers; place = place->next) {
        struct loom_coap_transfer *other =
            LOOM_COAP_RING_ENTRY(place, struct loom_coap_transfer, place);

        if (other != transfer && other->body.length > 0) {
            return other;
        }
    }
    return NULL;
}

/* Room for so many bytes more: other transfers end for it, the oldest first. One of which the side
 * has had the bytes takes none, so it stays. */
static void make_room(struct loom_coap_port *port, struct loom_coap_transfer *transfer,
                      size_t length)
{
    struct loom_coap_transfer *other;

    loom_coap_transfer_renew(port, transfer);
    while (port->transfer_bytes > port->transfer_limit - length &&
           (other = oldest_beside(port, transfer)) != NULL) {
        loom_coap_transfer_clear(port, other);
    }
}

bool loom_coap_transfer_append(struct loom_coap_port *port, struct loom_coap_transfer *transfer,
                               const void *data, size_t length)
{
    if (length > port->config.payload_max) {
        return false;
    }
    make_room(port, transfer, length);
    if (!loom_coap_body_append(&transfer->body, data, length, port->config.payload_max)) {
        return false;
    }
    port->transfer_bytes += length;
    return true;
}

void loom_coap_transfer_cut(struct loom_coap_port *port, struct loom_coap_transfer *transfer,
                            size_t length)
{
    struct loom_coap_body *body = &transfer->body;

    port->transfer_bytes -= body->length - length;
    loom_coap_wipe(body->data + length, body->length - length);
    body->length = length;
}

void loom_coap_transfer_expire(struct loom_coap_port *port)
{
    struct loom_coap_transfer *first;

    while ((first = oldest(port)) != NULL && first->expires <= loom_coap_turn_now(port)) {
        loom_coap_transfer_clear(port, first);
    }
}

uint64_t loom_coap_transfer_deadline(const struct loom_coap_port *port)
{
    const struct loom_coap_transfer *first = oldest(port);

    return first == NULL ? UINT64_MAX : first->expires;
}
