/* SPDX-License-Identifier: Apache-2.0 */
#include "loom/port_loopback.h"

#include <criterion/criterion.h>
#include <string.h>

enum { LONG = 1000000 };

static unsigned asked;
static unsigned answered;
static uint32_t last_answered;

static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    (void)side, (void)owner, (void)session, (void)request;
    asked++;
    reply->code = LOOM_CONTENT;
}

static void on_response(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                        const struct loom_response *response, enum loom_failure failure)
{
    (void)side, (void)owner, (void)session, (void)response, (void)failure;
    answered++;
    last_answered = exchange;
}

static void on_lost(void *side, void *owner, struct loom_session *session,
                    enum loom_failure failure, int alert)
{
    (void)side, (void)owner, (void)session, (void)failure, (void)alert;
}

static const struct loom_side side = {
    .request = on_request, .response = on_response, .lost = on_lost};

static struct loom_loopback *network;
static struct loom_port port;
static struct loom_session *session;

static void begin(void)
{
    static const char uri[] = "coap://server:5683";
    struct loom_credentials credentials = {.uri = {uri, strlen(uri)}, .mode = LOOM_SECURITY_NOSEC};
    struct loom_port server;

    network = loom_loopback_create(0);
    (void)loom_loopback_add(network, "server:5683", &side, NULL, &server);
    (void)loom_loopback_add(network, NULL, &side, NULL, &port);
    cr_assert_eq(port.open(port.self, &credentials, NULL, &session), LOOM_OK);
}

static void end(void)
{
    loom_loopback_destroy(network);
}

TestSuite(loopback, .init = begin, .fini = end);

static void ask(uint32_t exchange)
{
    struct loom_request request = {.method = LOOM_GET,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .confirmable = true};

    cr_assert_eq(port.request(port.self, session, &request, exchange), LOOM_OK);
}

static void deliver_all(void)
{
    while (loom_loopback_deliver(network, LONG)) {
    }
}

/* Of a request that was given up nothing is reported, whether it has arrived by then or not. */
Test(loopback, reports_nothing_of_what_was_given_up)
{
    ask(1);
    ask(2);
    port.cancel(port.self, session, 1);
    cr_assert(loom_loopback_deliver(network, LONG));
    cr_assert(loom_loopback_deliver(network, LONG));
    cr_expect_eq(asked, 2u);
    ask(3);
    cr_assert(loom_loopback_deliver(network, LONG));
    cr_expect_eq(last_answered, 2u);
    cr_assert(loom_loopback_deliver(network, LONG));
    cr_assert_eq(asked, 3u);
    port.cancel(port.self, session, 3);
    port.cancel(port.self, session, 99);
    deliver_all();
    cr_expect_eq(answered, 1u);
}
