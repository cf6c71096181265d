/* SPDX-License-Identifier: Apache-2.0 */
#include "loom/port_loopback.h"
#include "pieces_contract.h"

#include <criterion/criterion.h>
#include <string.h>

enum { LONG = 1000000 };

static uint16_t begins;   /* the observation that an answer begins */
static uint16_t notifies; /* it is notified while the side is asked; 0: it is not */
static enum loom_status told;

static enum loom_status notify(uint16_t observation, bool confirmable);

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
    if (notifies != 0) {
        told = notify(notifies, false);
    }
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

/* RFC 7252 6.1 and 6.2: a URI without a port means that of its scheme, and other ports other hosts.
 */
Test(loopback, a_uri_need_not_name_the_port)
{
    static const struct {
        const char *uri;
        unsigned heard;
    } cases[] = {{"coap://server", 1},      {"coap://server/", 1},      {"coap://server:05683", 1},
                 {"coap://server:5684", 0}, {"coap://server2:5683", 0}, {"coap://[::1]", 1},
                 {"coap://[::1]:5683", 1}};
    (void)loom_loopback_add(network, "[::1]:5683", &side, NULL, &server);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct loom_credentials credentials = {.uri = {cases[i].uri, strlen(cases[i].uri)},
                                               .mode = LOOM_SECURITY_NOSEC};
        cr_assert_eq(port.open(port.self, &credentials, NULL, &session), LOOM_OK, "%s",
                     cases[i].uri);
        asked = 0;
        ask(1);
        deliver_all();
        cr_expect_eq(asked, cases[i].heard, "%s", cases[i].uri);
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

/* As a port over a network, which may not have the memory for it. */
Test(loopback, nothing_is_notified_within_a_request)
{
    begins = 3;
    observe(LOOM_OBSERVE_BEGIN, 1, 0);
    begins = 0;
    notifies = 3;
    observe(LOOM_OBSERVE_NONE, 2, 0);
    cr_expect_eq(told, LOOM_UNAVAILABLE);
    cr_expect_eq(more, 1u);
    cr_expect_eq(notify(3, false), LOOM_OK);
    deliver_all();
    cr_expect_eq(more, 2u);
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

/* ---- bodies in pieces
 * ---------------------------------------------------------------------------------- */

static bool takes;
static unsigned takes_asked;
static unsigned pieces;
static uint8_t joined[5000];
static size_t joined_length;
static struct loom_piece last_piece;
static uint8_t refused_with; /* at the second piece; 0: none is refused */
static bool closes;          /* the session, at the second piece */
static uint8_t code;

static bool on_takes_pieces(void *self, void *owner, struct loom_session *from,
                            const struct loom_request *request)
{
    (void)self, (void)owner, (void)from;
    takes_asked++;
    cr_assert(request->piece.offset == 0 && request->piece.more);
    cr_assert_eq(request->payload.length, LOOM_LOOPBACK_PIECE);
    return takes;
}

static void on_piece(void *self, void *owner, struct loom_session *from,
                     const struct loom_request *request, struct loom_reply *reply)
{
    (void)self, (void)owner;
    pieces++;
    cr_assert_eq(reply->code, 0);
    cr_assert_leq(request->piece.offset + request->payload.length, sizeof joined);
    memcpy(joined + request->piece.offset, request->payload.data, request->payload.length);
    joined_length = request->piece.offset + request->payload.length;
    last_piece = request->piece;
    reply->code = request->piece.more ? LOOM_CONTINUE : LOOM_CHANGED;
    if (refused_with != 0 && pieces == 2) {
        reply->code = refused_with;
    }
    if (closes && pieces == 2) {
        server.close(server.self, from);
    }
}

static void on_code(void *self, void *owner, struct loom_session *from, uint32_t exchange,
                    const struct loom_response *response, enum loom_failure failure)
{
    (void)self, (void)owner, (void)from, (void)exchange, (void)failure;
    code = response->code;
}

static const struct loom_side piecemeal = {
    .request = on_piece, .takes_pieces = on_takes_pieces, .response = on_code, .lost = on_lost};

static void put(size_t length)
{
    static uint8_t body[5000];
    struct loom_request request = {.method = LOOM_PUT,
                                   .content_format = LOOM_FORMAT_OPAQUE,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .confirmable = true,
                                   .payload = {body, length}};

    for (size_t i = 0; i < sizeof body; i++) {
        body[i] = (uint8_t)(i * 7 + i / 251);
    }
    loom_loopback_set_side(server.self, &piecemeal);
    loom_loopback_set_side(port.self, &piecemeal);
    pieces = 0;
    takes_asked = 0;
    code = 0;
    joined_length = 0;
    cr_assert_eq(port.request(port.self, session, &request, 1), LOOM_OK);
    deliver_all();
    cr_expect_eq(memcmp(joined, body, joined_length), 0);
}

/* Contract of loom_side.takes_pieces: a long body goes piece by piece, if the side says so. */
Test(loopback, hands_on_pieces)
{
    takes = true;
    put(2500);
    cr_expect_eq(takes_asked, 1u);
    cr_expect_eq(pieces, 3u);
    cr_expect_eq(joined_length, 2500u);
    cr_expect(last_piece.offset == 2 * LOOM_LOOPBACK_PIECE && !last_piece.more);
    cr_expect_eq(code, LOOM_CHANGED);
    put(LOOM_LOOPBACK_PIECE);
    cr_expect(takes_asked == 0 && pieces == 1 && !last_piece.more);
    put(2 * LOOM_LOOPBACK_PIECE);
    cr_expect(pieces == 2 && joined_length == 2 * LOOM_LOOPBACK_PIECE && !last_piece.more);
    takes = false;
    put(2500);
    cr_expect(takes_asked == 1 && pieces == 1 && joined_length == 2500);
}

/* What is not 2.31 is the answer, and nothing more comes. */
Test(loopback, a_refused_piece_is_the_last)
{
    takes = true;
    refused_with = LOOM_NOT_ACCEPTABLE;
    put(5000);
    cr_expect_eq(pieces, 2u);
    cr_expect_eq(code, LOOM_NOT_ACCEPTABLE);
    refused_with = 0;
}

/* A side may close the session that a piece came in: nothing more comes, and nothing is answered.
 */
Test(loopback, a_session_that_is_closed_takes_no_more)
{
    takes = true;
    closes = true;
    put(5000);
    cr_expect_eq(pieces, 2u);
    cr_expect_eq(code, 0);
    closes = false;
}
