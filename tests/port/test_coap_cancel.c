/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that the side gives up before their end. */
#include "raw.h"

#include <coap3/coap.h>
#include <criterion/criterion.h>
#include <string.h>

static struct endpoint client;
static struct endpoint peer;
static struct raw raw;
static struct loom_session *session;

static void begin(void)
{
    endpoint_start(&client);
    raw_start(&raw);
    session = endpoint_open(&client, raw.uri);
}

static void end(void)
{
    raw_stop(&raw);
    endpoint_stop(&client);
}

TestSuite(coap_cancel, .init = begin, .fini = end);

static void ask(const char *segment, uint32_t exchange)
{
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, segment, NULL, 0, exchange), LOOM_OK);
}

static void give_up(uint32_t exchange)
{
    client.port.cancel(client.port.self, session, exchange);
}

/* Where the path begins: after the token of eight bytes and the head of the option. */
static char path_of(const struct datagram *request)
{
    cr_assert_gt(request->length, 13u);
    return (char)request->bytes[13];
}

static void answer(const struct datagram *request)
{
    struct datagram reply = *request;

    reply.bytes[0] = 0x68;
    reply.bytes[1] = LOOM_CONTENT;
    reply.length = 12;
    raw_send(&raw, reply.bytes, reply.length);
}

Test(coap_cancel, a_request_that_waits_is_never_sent)
{
    struct datagram first;
    struct datagram next;

    ask("a", 1);
    ask("b", 2);
    ask("c", 3);
    first = raw_accept(&raw, &client);
    cr_expect_eq(path_of(&first), 'a');
    give_up(2);
    give_up(99);
    answer(&first);
    next = raw_receive(&raw, &client);
    cr_expect_eq(path_of(&next), 'c');
    cr_expect_eq(client.response.count, 1u);
    answer(&next);
    endpoints_run(&client, NULL, &client.response.count, 2);
    cr_expect_eq(client.response.exchange, 3u);
}

#ifdef COAP_CANCEL_MESSAGE

/* What the side has given up is not sent again: a request that nobody answers is sent twice, and
 * one that was given up before it, whose time for that comes first, once. */
Test(coap_cancel, a_request_under_way_is_not_sent_again)
{
    unsigned given_up = 1;
    unsigned kept = 0;

    ask("a", 1);
    (void)raw_accept(&raw, &client);
    give_up(1);
    ask("b", 2);
    while (kept < 1 + ENDPOINT_MAX_RETRANSMIT) {
        struct datagram request = raw_receive(&raw, &client);

        if (path_of(&request) == 'a') {
            given_up++;
        } else {
            kept++;
        }
    }
    endpoints_run(&client, NULL, &client.response.count, 1);
    cr_expect_eq(client.response.exchange, 2u);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_TIMEOUT);
    cr_expect_eq(given_up + raw_pending(&raw), 1u);
}

/* Neither is what waits for a handshake to end. */
Test(coap_cancel, what_waits_for_a_handshake_is_never_sent)
{
    struct endpoint *server = &peer;

    endpoint_start(server);
    endpoint_listen(server, "coaps");
    session = endpoint_open(&client, server->bound);
    ask("a", 1);
    endpoints_turn(&client, NULL);
    give_up(1);
    ask("b", 2);
    endpoints_run(&client, server, &client.response.count, 1);
    cr_expect_eq(client.response.exchange, 2u);
    cr_expect_eq(server->request.count, 1u);
    cr_expect_str_eq(server->request.path, "b");
    endpoint_stop(server);
}

#endif

/* The answer to what was given up is dropped, and the next request does not wait for it. */
Test(coap_cancel, nothing_is_reported_of_it)
{
    struct datagram first;
    struct datagram next;

    ask("a", 1);
    first = raw_accept(&raw, &client);
    ask("b", 2);
    give_up(1);
    next = raw_receive(&raw, &client);
    cr_expect_eq(path_of(&next), 'b');
    answer(&first);
    answer(&next);
    endpoints_run(&client, NULL, &client.response.count, 1);
    cr_expect_eq(client.response.exchange, 2u);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_NONE);
    cr_expect_eq(client.lost.count, 0u);
}
