/* SPDX-License-Identifier: Apache-2.0 */
/* The port in loops: one of its own that has a deadline, and one of somebody else's. */
#define _POSIX_C_SOURCE 200809L

#include "endpoint.h"

#include <criterion/criterion.h>
#include <unistd.h>

static struct endpoint client;
static struct endpoint server;

static void start(void)
{
    endpoint_start(&client);
    endpoint_start(&server);
}

static void stop(void)
{
    endpoint_stop(&client);
    endpoint_stop(&server);
}

TestSuite(coap_loop, .init = start, .fini = stop, .timeout = 60);

static void request_over(const char *scheme)
{
    struct loom_request request = {.method = LOOM_GET, .path_count = 1, .path = {{"a", 1}}};
    struct loom_session *session;

    endpoint_listen(&server, scheme);
    server.code = LOOM_CONTENT;
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(client.port.request(client.port.self, session, &request, 7), LOOM_OK);
}

/* Nothing but poll() waits here, and for as long as the ports say. */
static void turn(void)
{
    struct pollfd watched[2 * LOOM_COAP_WATCHED_MAX];
    uint32_t client_ms;
    uint32_t server_ms;
    size_t count = loom_coap_watch(client.coap, watched, &client_ms);

    count += loom_coap_watch(server.coap, watched + count, &server_ms);
    uint32_t wait = client_ms < server_ms ? client_ms : server_ms;
    cr_assert_geq(poll(watched, (nfds_t)count, wait == UINT32_MAX ? -1 : (int)wait), 0);
    cr_assert_eq(loom_coap_step(client.coap, 0, NULL, 0), LOOM_OK);
    cr_assert_eq(loom_coap_step(server.coap, 0, NULL, 0), LOOM_OK);
}

Test(coap_loop, joins_another_loop)
{
    request_over("coap");
    while (client.response.count == 0) {
        turn();
    }
    cr_expect_eq(client.response.code, LOOM_CONTENT);
}

/* A handshake needs the port's own timers and several messages. */
Test(coap_loop, joins_another_loop_with_dtls)
{
    request_over("coaps");
    while (client.response.count == 0) {
        turn();
    }
    cr_expect_eq(client.response.code, LOOM_CONTENT);
}

/* What the port gives up by itself is in the time that it names: nobody answers here. */
Test(coap_loop, names_the_time_of_a_failure)
{
    struct loom_request request = {.method = LOOM_GET, .path_count = 1, .path = {{"a", 1}}};
    struct loom_session *session;

    endpoint_listen(&server, "coap");
    session = endpoint_open(&client, server.bound);
    cr_assert_eq(client.port.request(client.port.self, session, &request, 7), LOOM_OK);
    while (client.response.count == 0) {
        struct pollfd watched[LOOM_COAP_WATCHED_MAX];
        uint32_t wait;
        size_t count = loom_coap_watch(client.coap, watched, &wait);

        cr_assert_neq(wait, UINT32_MAX, "something is under way");
        cr_assert_geq(poll(watched, (nfds_t)count, (int)wait), 0);
        cr_assert_eq(loom_coap_step(client.coap, 0, NULL, 0), LOOM_OK);
    }
    cr_expect_eq(client.response.failure, LOOM_FAILURE_TIMEOUT);
}

Test(coap_loop, a_deadline_in_the_past_only_looks)
{
    cr_expect_eq(loom_coap_wait(client.coap, 0, NULL, 0), LOOM_OK);
    cr_expect_eq(loom_coap_wait(client.coap, client.port.now(client.port.self), NULL, 0), LOOM_OK);
}

/* A wait without end is ended by the program's own descriptor. */
Test(coap_loop, waits_for_others_without_a_deadline)
{
    int pipes[2];

    cr_assert_eq(pipe(pipes), 0);
    struct pollfd extra = {.fd = pipes[0], .events = POLLIN};
    cr_assert_eq(write(pipes[1], "x", 1), 1);
    while (extra.revents == 0) {
        cr_assert_eq(loom_coap_wait(client.coap, UINT64_MAX, &extra, 1), LOOM_OK);
    }
    cr_expect_neq(extra.revents & POLLIN, 0);
    close(pipes[0]);
    close(pipes[1]);
}
