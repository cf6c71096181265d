/* SPDX-License-Identifier: Apache-2.0 */
/* Observations that a side goes on with after a restart: its peer knows nothing of that, and
 * notifies as before. */
#include "raw.h"

#include <criterion/criterion.h>
#include <string.h>

enum { OBSERVE = 6, URI_PATH = 11, BLOCK2 = 23, EXCHANGE = 42 };

static const uint8_t known[LOOM_TOKEN_MAX] = {1, 2, 3, 4, 5, 6, 7, 8};

static struct endpoint server;
static struct raw peer;
static unsigned asked; /* for an observation */
static char address[LOOM_COAP_URI_SIZE];

static uint32_t on_resume(void *user, struct loom_session *session, struct loom_bytes token,
                          struct loom_request *request)
{
    struct loom_peer from;

    cr_assert_eq(user, &server);
    asked++;
    server.port.peer(server.port.self, session, &from);
    (void)memcpy(address, from.address.data, from.address.length + 1);
    *request = (struct loom_request){.method = LOOM_GET,
                                     .path_count = 2,
                                     .path = {{"3", 1}, {"0", 1}},
                                     .observe = LOOM_OBSERVE_BEGIN,
                                     .content_format = LOOM_FORMAT_ABSENT,
                                     .accept = LOOM_FORMAT_ABSENT};
    return memcmp(token.data, known, sizeof known) == 0 ? EXCHANGE : 0;
}

static void begin(bool resumes)
{
    struct loom_coap_config config = {.ack_timeout_ms = ENDPOINT_ACK_TIMEOUT_MS,
                                      .max_retransmit = ENDPOINT_MAX_RETRANSMIT,
                                      .resume = resumes ? on_resume : NULL,
                                      .resume_user = &server};

    endpoint_start_with(&server, config);
    endpoint_listen(&server, "coap");
    raw_start(&peer);
    raw_connect(&peer, server.bound);
    asked = 0;
}

static void start(void)
{
    begin(true);
}

static void stop(void)
{
    raw_stop(&peer);
    endpoint_stop(&server);
}

TestSuite(coap_resume, .init = start, .fini = stop, .timeout = 60);

/* A notification with a token of eight bytes; `block` < 0: of one message. */
static struct datagram notification(unsigned type, uint16_t id, const uint8_t *token,
                                    uint8_t sequence, int block, const char *payload)
{
    struct datagram datagram = {{(uint8_t)(0x40u | type << 4 | LOOM_TOKEN_MAX), LOOM_CONTENT,
                                 (uint8_t)(id >> 8), (uint8_t)id},
                                4 + LOOM_TOKEN_MAX};
    unsigned last = 0;

    memcpy(datagram.bytes + 4, token, LOOM_TOKEN_MAX);
    message_option(&datagram, &last, OBSERVE, &sequence, 1);
    if (block >= 0) {
        uint8_t value = (uint8_t)block;

        message_option(&datagram, &last, BLOCK2, &value, 1);
    }
    message_payload(&datagram, payload, strlen(payload));
    return datagram;
}

static struct datagram exchange(const struct datagram *datagram)
{
    raw_send(&peer, datagram->bytes, datagram->length);
    return raw_receive(&peer, &server);
}

/* RFC 7641 section 4.2: what the first notification after it says, and those behind it. */
Test(coap_resume, a_token_that_the_side_knows_goes_on)
{
    struct datagram first = notification(RAW_CON, 7, known, 200, -1, "21");
    struct datagram next = notification(RAW_NON, 8, known, 201, -1, "22");
    struct datagram late = notification(RAW_CON, 9, known, 150, -1, "19");
    struct datagram got = exchange(&first);

    cr_expect_eq(message_type(&got), RAW_ACK);
    cr_expect_eq(message_id(&got), 7);
    cr_expect_eq(server.response.count, 1u);
    cr_expect_eq(server.response.exchange, EXCHANGE);
    cr_expect(server.response.observe_more);
    cr_expect_arr_eq(server.response.payload, "21", 2);
    cr_expect_str_eq(address, peer.uri + strlen("coap://"));
    raw_send(&peer, next.bytes, next.length);
    endpoints_run(&server, NULL, &server.response.count, 2);
    cr_expect_arr_eq(server.response.payload, "22", 2);
    (void)exchange(&late);
    cr_expect_eq(server.response.count, 2u, "it is an older one (RFC 7641 section 3.4)");
    cr_expect_eq(asked, 1u);
}

/* RFC 7641 section 3.6: others end. */
Test(coap_resume, any_other_token_is_refused)
{
    uint8_t token[LOOM_TOKEN_MAX] = {9};
    struct datagram other = notification(RAW_CON, 7, token, 1, -1, "21");
    struct datagram got = exchange(&other);

    cr_expect_eq(message_type(&got), RAW_RST);
    cr_expect_eq(message_id(&got), 7);
    cr_expect_eq(asked, 1u);
    cr_expect_eq(server.response.count, 0u);
}

/* What cannot be of an observation is not asked about. */
Test(coap_resume, what_is_no_notification_is_refused)
{
    struct datagram plain = message(RAW_CON, LOOM_CONTENT, 7, 1);
    struct datagram short_token = message(RAW_CON, LOOM_CONTENT, 8, 1);
    uint8_t sequence = 1;
    unsigned last = 0;
    struct datagram got = exchange(&plain);

    cr_expect_eq(message_type(&got), RAW_RST);
    message_option(&short_token, &last, OBSERVE, &sequence, 1);
    got = exchange(&short_token);
    cr_expect_eq(message_type(&got), RAW_RST);
    cr_expect_eq(asked, 0u);
}

/* RFC 7959 section 2.6: the rest is asked for with the request that began it. */
Test(coap_resume, a_long_notification_is_fetched)
{
    static const uint8_t wanted[] = {URI_PATH << 4 | 1, '3', 1, '0'};
    struct datagram first = notification(RAW_NON, 7, known, 1, 1 << 3, "0123456789abcdef");
    struct datagram request = exchange(&first);
    struct datagram rest;
    uint8_t block = 1 << 4;
    unsigned last = 0;

    cr_assert_eq(message_code(&request), LOOM_GET);
    cr_expect_arr_eq(request.bytes + 4 + LOOM_TOKEN_MAX, wanted, sizeof wanted);
    rest = request;
    rest.bytes[0] = 0x40 | RAW_ACK << 4 | LOOM_TOKEN_MAX;
    rest.bytes[1] = LOOM_CONTENT;
    rest.length = 4 + LOOM_TOKEN_MAX;
    message_option(&rest, &last, BLOCK2, &block, 1);
    message_payload(&rest, "end", 3);
    raw_send(&peer, rest.bytes, rest.length);
    endpoints_run(&server, NULL, &server.response.count, 1);
    cr_expect_eq(server.response.length, 19u);
    cr_expect_arr_eq(server.response.payload, "0123456789abcdefend", 19);
    cr_expect(server.response.observe_more);
}

TestSuite(coap_no_resume, .fini = stop, .timeout = 60);

Test(coap_no_resume, a_side_that_stores_nothing_refuses_all)
{
    struct datagram first = notification(RAW_CON, 7, known, 1, -1, "21");
    struct datagram got;

    begin(false);
    got = exchange(&first);
    cr_expect_eq(message_type(&got), RAW_RST);
}

/* The token is that of the messages. */
Test(coap_resume, the_token_of_what_goes_on_is_told)
{
    struct datagram first = notification(RAW_CON, 7, known, 1, -1, "21");
    struct datagram post = message(RAW_CON, LOOM_POST, 100, 1);
    uint8_t token[LOOM_TOKEN_MAX];
    struct loom_session *session;

    (void)exchange(&post);
    session = server.request.session;
    cr_expect_eq(server.port.token(server.port.self, session, EXCHANGE, token), 0u);
    (void)exchange(&first);
    cr_expect_eq(server.port.token(server.port.self, session, EXCHANGE, token), sizeof known);
    cr_expect_arr_eq(token, known, sizeof known);
    server.port.cancel(server.port.self, session, EXCHANGE);
    cr_expect_eq(server.port.token(server.port.self, session, EXCHANGE, token), 0u);
}
