/* SPDX-License-Identifier: Apache-2.0 */
/* Bodies that stand still half way. */
#include "raw.h"

#include <criterion/criterion.h>
#include <string.h>

#include "coap_internal.h"

enum { URI_PATH = 11, BLOCK1 = 27, BLOCK_BYTES = 1024, EXCHANGE_LIFETIME_MS = 247000 };

static struct endpoint server;
static int64_t offset;

static void start(void)
{
    offset = 0;
    endpoint_start_with(&server, (struct loom_coap_config){.clock_offset_ms = &offset});
    endpoint_listen(&server, "coap");
}

static void stop(void)
{
    endpoint_stop(&server);
}

TestSuite(coap_transfer, .init = start, .fini = stop, .timeout = 60);

static void start_peer(struct raw *peer)
{
    raw_start(peer);
    raw_connect(peer, server.bound);
}

/* A block of a PUT that is not the last one. @return the code of the answer */
static uint8_t put(const struct raw *peer, unsigned number)
{
    static const uint8_t bytes[BLOCK_BYTES];
    struct datagram datagram = message(RAW_CON, LOOM_PUT, (uint16_t)(number + 1), 1);
    unsigned value = number << 4 | 8u | 6u;
    uint8_t option[2] = {(uint8_t)(value >> 8), (uint8_t)value};
    struct datagram answer;
    unsigned last = 0;

    message_option(&datagram, &last, URI_PATH, "9", 1);
    message_option(&datagram, &last, BLOCK1, option, sizeof option);
    message_payload(&datagram, bytes, sizeof bytes);
    raw_send(peer, datagram.bytes, datagram.length);
    answer = raw_receive(peer, &server);
    return message_code(&answer);
}

/* RFC 7959 section 2.4: what is of no use after EXCHANGE_LIFETIME is not kept. */
Test(coap_transfer, a_half_sent_body_expires)
{
    struct raw peer;

    start_peer(&peer);
    cr_assert_eq(put(&peer, 0), LOOM_CODE(2, 31));
    offset = EXCHANGE_LIFETIME_MS / 2;
    cr_assert_eq(put(&peer, 1), LOOM_CODE(2, 31), "a block renews it");
    cr_expect_eq(server.coap->transfer_bytes, 2u * BLOCK_BYTES);
    cr_expect_leq(loom_coap_deadline(server.coap),
                  server.port.now(server.port.self) + EXCHANGE_LIFETIME_MS);
    offset += EXCHANGE_LIFETIME_MS;
    endpoints_turn(&server, NULL);
    cr_expect_eq(server.coap->transfer_bytes, 0u);
    cr_expect_eq(put(&peer, 2), LOOM_CODE(4, 8));
    cr_expect_eq(server.request.count, 0u);
    raw_stop(&peer);
}

/* However many peers begin a body, all of them together have a bound, and the one that stood still
 * for longest goes first. */
Test(coap_transfer, half_sent_bodies_have_a_bound)
{
    enum { BLOCKS = 60, PEERS = LOOM_COAP_TRANSFERS_MAX / (BLOCKS * BLOCK_BYTES) + 2 };
    static struct raw peers[PEERS];

    for (unsigned i = 0; i < PEERS; i++) {
        start_peer(&peers[i]);
        for (unsigned number = 0; number < BLOCKS; number++) {
            cr_assert_eq(put(&peers[i], number), LOOM_CODE(2, 31));
            cr_assert_leq(server.coap->transfer_bytes, LOOM_COAP_TRANSFERS_MAX);
        }
    }
    cr_expect_eq(put(&peers[0], BLOCKS), LOOM_CODE(4, 8));
    cr_expect_eq(put(&peers[PEERS - 1], BLOCKS), LOOM_CODE(2, 31));
    for (unsigned i = 0; i < PEERS; i++) {
        raw_stop(&peers[i]);
    }
}

/* Bodies may hold keys: what is taken back from one does not stay in its memory. */
Test(coap_transfer, what_is_taken_back_is_wiped)
{
    static const char secret[] = "0123456789abcdef";
    struct loom_coap_transfer transfer = {.etag = 0};
    struct loom_request request = {.method = LOOM_PUT};

    cr_assert(loom_coap_transfer_begin(server.coap, &transfer, &request));
    cr_assert(loom_coap_transfer_append(server.coap, &transfer, secret, sizeof secret));
    loom_coap_transfer_cut(server.coap, &transfer, 1);
    cr_expect_eq(transfer.body.data[0], '0');
    for (size_t i = 1; i < sizeof secret; i++) {
        cr_expect_eq(transfer.body.data[i], 0, "byte %zu", i);
    }
    loom_coap_transfer_clear(server.coap, &transfer);
}
