/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that the side gives up before their end. */
#include "raw.h"

#include <criterion/criterion.h>
#include <string.h>

static struct endpoint client;
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
