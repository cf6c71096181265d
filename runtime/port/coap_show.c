/* SPDX-License-Identifier: Apache-2.0 */
/* Messages shown to whoever looks on. */
#include "coap_internal.h"

void loom_coap_show(struct loom_coap_port *coap, loom_coap_onlooker *look, void *user)
{
    coap->look = look;
    coap->look_user = user;
}

static size_t gather_options(const coap_pdu_t *pdu, struct loom_coap_option *options)
{
    coap_opt_iterator_t iterator;
    const coap_opt_t *option;
    size_t count = 0;

    coap_option_iterator_init(pdu, &iterator, COAP_OPT_ALL);
    while (count < LOOM_COAP_SHOWN_MAX && (option = coap_option_next(&iterator)) != NULL) {
        options[count].number = iterator.number;
        options[count].value.data = coap_opt_value(option);
        options[count++].value.length = coap_opt_length(option);
    }
    return count;
}

void loom_coap_show_message(const struct loom_session *session, const coap_pdu_t *pdu,
                            bool received)
{
    const struct loom_coap_port *port = session->port;
    struct loom_coap_option options[LOOM_COAP_SHOWN_MAX];
    coap_bin_const_t token;
    struct loom_coap_message message = {.received = received, .options = options};

    if (port->look == NULL) {
        return;
    }
    token = coap_pdu_get_token(pdu);
    message.type = (uint8_t)coap_pdu_get_type(pdu);
    message.code = (uint8_t)coap_pdu_get_code(pdu);
    message.id = (uint16_t)coap_pdu_get_mid(pdu);
    message.token = (struct loom_bytes){token.s, token.length};
    message.option_count = gather_options(pdu, options);
    (void)coap_get_data(pdu, &message.payload.length, &message.payload.data);
    loom_coap_session_peer(NULL, session, &message.peer);
    port->look(port->look_user, &message);
}
