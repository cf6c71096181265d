/* SPDX-License-Identifier: Apache-2.0 */
#include "loom/port_loopback.h"
#include "pieces_contract.h"

#include <criterion/criterion.h>
#include <string.h>

enum { LONG = 1000000 };

static uint16_t begins; /* the observation that an answer begins */
static struct loom_session *asking;
static unsigned more;
static unsigned notified;
static enum loom_failure last_end;
static unsigned asked;
static unsigned answered;
static uint32_t last_answered;

static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    (void)side, (void)owner, (void)request;
    asking = session;
    asked++;
    reply->code = LOOM_CONTENT;
    reply->observation = begins;
}

static void on_response(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                        const struct loom_response *response, enum loom_failure failure)
{
    (void)side, (void)owner, (void)session, (void)failure;
    answered++;
    more += response->observe_more;
    last_answered = exchange;
}

static void on_lost(void *side, void *owner, struct loom_session *session,
                    enum loom_failure failure, int alert)
{
    (void)side, (void)owner, (void)session, (void)failure, (void)alert;
}

static void on_notified(void *side, void *owner, struct loom_session *session, uint16_t observation,
                        enum loom_failure failure)
{
    (void)side, (void)owner, (void)session, (void)observation;
    notified++;
    last_end = failure;
}

static const struct loom_side side = {
    .request = on_request, .response = on_response, .lost = on_lost, .notified = on_notified};

static struct loom_loopback *network;
static struct loom_port port;
static struct loom_port server;
static struct loom_session *session;

static void begin(void)
{
    static const char uri[] = "coap://server:5683";
    struct loom_credentials credentials = {.uri = {uri, strlen(uri)}, .mode = LOOM_SECURITY_NOSEC};

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

static void observe(enum loom_observe what, uint32_t exchange, uint32_t of)
{
    struct loom_request request = {.method = LOOM_GET,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .confirmable = true,
                                   .observe = (uint8_t)what,
                                   .observation_of = of};

    cr_assert_eq(port.request(port.self, session, &request, exchange), LOOM_OK);
    deliver_all();
    begins = 0;
}

static enum loom_status notify(uint16_t observation, bool confirmable)
{
    struct loom_notification notification = {
        .code = LOOM_CONTENT, .confirmable = confirmable, .content_format = LOOM_FORMAT_ABSENT};

    return server.notify(server.self, asking, observation, &notification);
}

/* C-60, C-61: notifications come under the exchange that began them, until either end has enough;
 * one that is not wanted is refused. */
Test(loopback, carries_notifications)
{
    begins = 3;
    observe(LOOM_OBSERVE_BEGIN, 1, 0);
    cr_expect_eq(more, 1u);
    cr_assert_eq(notify(3, true), LOOM_OK);
    cr_expect_eq(notify(3, true), LOOM_UNAVAILABLE);
    deliver_all();
    cr_expect_eq(more, 2u);
    cr_expect_eq(last_answered, 1u);
    cr_expect_eq(notified, 1u);
    cr_expect_eq(last_end, LOOM_FAILURE_NONE);
    observe(LOOM_OBSERVE_END, 2, 1);
    cr_expect_eq(more, 2u);
    cr_expect_eq(notify(3, false), LOOM_NOT_FOUND);
    begins = 4;
    observe(LOOM_OBSERVE_BEGIN, 5, 0);
    port.cancel(port.self, session, 5);
    cr_assert_eq(notify(4, false), LOOM_OK);
    deliver_all();
    cr_expect_eq(notified, 2u);
    cr_expect_eq(last_end, LOOM_FAILURE_RESET);
    cr_expect_eq(more, 3u);
    cr_expect_eq(notify(4, false), LOOM_NOT_FOUND);
}

/* ---- answers in pieces ----------------------------------------------------------------------- */

static void begin_contract(const struct loom_side *both, void *self, struct loom_port *asks)
{
    end();
    network = loom_loopback_create(0);
    (void)loom_loopback_add(network, CONTRACT_HOST, both, self, &server);
    (void)loom_loopback_add(network, NULL, both, self, asks);
}

static void end_contract(void)
{
}

static const struct contract_network contract = {begin_contract, deliver_all, end_contract};

Test(loopback, gives_pieces)
{
    contract_gives_pieces(&contract);
}

Test(loopback, cuts_wholes)
{
    contract_cuts_wholes(&contract);
}

Test(loopback, joins_pieces)
{
    contract_joins_pieces(&contract);
}
