/* SPDX-License-Identifier: Apache-2.0 */
#include "coap_internal.h"

enum { HEADER_SIZE = 4, MARKER_SIZE = 1 };

/* libcoap tells the parts of a message, not the whole. */
static size_t size_of(const coap_pdu_t *pdu)
{
    size_t size = HEADER_SIZE + coap_pdu_get_token(pdu).length;
    coap_opt_iterator_t options;
    const coap_opt_t *option;
    const uint8_t *payload;
    size_t length = 0;

    coap_option_iterator_init(pdu, &options, COAP_OPT_ALL);
    while ((option = coap_option_next(&options)) != NULL) {
        size += coap_opt_size(option);
    }
    if (coap_get_data(pdu, &length, &payload) != 0 && length > 0) {
        size += MARKER_SIZE + length;
    }
    return size;
}

static void note_size(struct loom_coap_traffic *traffic, size_t size)
{
    if (size > traffic->largest) {
        traffic->largest = size;
    }
}

size_t loom_coap_traffic_size(const struct loom_coap_port *port, const coap_pdu_t *pdu)
{
    return port->config.traffic == NULL ? 0 : size_of(pdu);
}

void loom_coap_traffic_sent(const struct loom_coap_port *port, size_t size)
{
    struct loom_coap_traffic *traffic = port->config.traffic;

    if (traffic != NULL) {
        traffic->sent++;
        traffic->sent_bytes += size;
        note_size(traffic, size);
    }
}

void loom_coap_traffic_received(const struct loom_coap_port *port, const coap_pdu_t *pdu)
{
    struct loom_coap_traffic *traffic = port->config.traffic;

    if (traffic != NULL) {
        size_t size = size_of(pdu);

        traffic->received++;
        traffic->received_bytes += size;
        note_size(traffic, size);
    }
}
