/* SPDX-License-Identifier: Apache-2.0 */
#include "loom/port_suite.h"

#include <string.h>

enum {
    PATIENCE_MS = 240000,
    BODY = 2048, /* longest body unless the port says another */
    BODY_MAX = 65536,
    TEXT = 128,
    OBSERVATION = 7
};

/* What one end has heard. */
struct end {
    struct run *run;
    struct loom_port port;

    unsigned requests;
    struct loom_session *session; /* of the last request, as of the other report */
    void *owner;
    enum loom_method method;
    char path[TEXT];
    char query[TEXT];
    uint16_t content_format;
    uint16_t accept;
    uint8_t observe;
    uint32_t observation_of;
    uint8_t body[BODY_MAX];
    size_t length;

    unsigned responses;
    uint32_t exchange;
    uint8_t code;
    enum loom_failure failure;
    bool more;
    unsigned ends_of[8]; /* how often each of these exchanges has ended */
    char location[TEXT];

    unsigned lost;
    unsigned notified;
    enum loom_failure notified_failure;
};

struct run {
    const struct loom_port_suite *suite;
    FILE *report;
    struct loom_port_suite_ends ends;
    struct end device;
    struct end server;
    /* What the server answers. */
    uint8_t code;
    uint16_t format;
    uint16_t observation;
    uint64_t held;
    size_t length;
    bool echo_location;
    bool notify_within;
    enum loom_status notified_within;
    unsigned calls; /* of the port that are under way */
    bool reported_within;
    const char *test;
    bool failed;
};

static uint8_t pattern[BODY_MAX];

/* ---- the side -------------------------------------------------------------------------------- */

static void join(char text[TEXT], const struct loom_text *parts, size_t count)
{
    size_t length = 0;
    for (size_t i = 0; i < count && length + parts[i].length + 2 < TEXT; i++) {
        memcpy(text + length, parts[i].data, parts[i].length);
        length += parts[i].length;
        text[length++] = '|';
    }
    text[length] = '\0';
}

static void hear(struct end *end)
{
    end->run->reported_within = end->run->reported_within || end->run->calls > 0;
}

static void answer(struct run *run, struct end *end, struct loom_session *session,
                   struct loom_reply *reply)
{
    reply->code = run->code;
    reply->content_format = run->length > 0 ? run->format : LOOM_FORMAT_ABSENT;
    reply->observation = run->observation;
    reply->held = run->held;
    reply->length = run->length < reply->room ? run->length : reply->room;
    memcpy(reply->payload, pattern, reply->length);
    if (run->echo_location) {
        reply->location[0] = (struct loom_text){"rd", 2};
        reply->location[1] = (struct loom_text){"a b", 3};
        reply->location_count = 2;
    }
    if (run->notify_within) {
        struct loom_notification notification = {.code = LOOM_CONTENT,
                                                 .content_format = LOOM_FORMAT_ABSENT};
        run->notified_within =
            end->port.notify(end->port.self, session, OBSERVATION, &notification);
    }
}

static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    struct end *end = side;
    hear(end);
    end->requests++;
    end->session = session;
    end->owner = owner;
    end->method = request->method;
    join(end->path, request->path, request->path_count);
    join(end->query, request->query, request->query_count);
    end->content_format = request->content_format;
    end->accept = request->accept;
    end->observe = request->observe;
    end->observation_of = request->observation_of;
    end->length = request->payload.length < BODY_MAX ? request->payload.length : BODY_MAX;
    if (end->length > 0) {
        memcpy(end->body, request->payload.data, end->length);
    }
    answer(end->run, end, session, reply);
}

static void on_response(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                        const struct loom_response *response, enum loom_failure failure)
{
    struct end *end = side;
    (void)session;
    hear(end);
    end->responses++;
    end->owner = owner;
    end->exchange = exchange;
    end->code = response->code;
    end->failure = failure;
    end->more = response->observe_more;
    end->content_format = response->content_format;
    end->length = response->payload.length < BODY_MAX ? response->payload.length : BODY_MAX;
    if (end->length > 0) {
        memcpy(end->body, response->payload.data, end->length);
    }
    join(end->location, response->location, response->location_count);
    if (!response->observe_more && exchange < sizeof end->ends_of / sizeof end->ends_of[0]) {
        end->ends_of[exchange]++;
    }
}

static void on_lost(void *side, void *owner, struct loom_session *session,
                    enum loom_failure failure, int alert)
{
    struct end *end = side;
    (void)owner, (void)session, (void)failure, (void)alert;
    hear(end);
    end->lost++;
}

static void on_notified(void *side, void *owner, struct loom_session *session, uint16_t observation,
                        enum loom_failure failure)
{
    struct end *end = side;
    (void)owner, (void)session, (void)observation;
    hear(end);
    end->notified++;
    end->notified_failure = failure;
}

static const struct loom_side side = {
    .request = on_request, .response = on_response, .lost = on_lost, .notified = on_notified};

/* ---- calls of the port, none of which may report anything ------------------------------------ */

static enum loom_status open(struct run *run, const struct loom_credentials *credentials,
                             struct loom_session **session)
{
    struct loom_port *port = &run->device.port;
    run->calls++;
    enum loom_status status = port->open(port->self, credentials, &run->device, session);
    run->calls--;
    return status;
}

static enum loom_status ask(struct end *end, struct loom_session *session,
                            const struct loom_request *request, uint32_t exchange)
{
    end->run->calls++;
    enum loom_status status = end->port.request(end->port.self, session, request, exchange);
    end->run->calls--;
    return status;
}

static void cancel(struct end *end, struct loom_session *session, uint32_t exchange)
{
    end->run->calls++;
    end->port.cancel(end->port.self, session, exchange);
    end->run->calls--;
}

static void close(struct end *end, struct loom_session *session)
{
    end->run->calls++;
    end->port.close(end->port.self, session);
    end->run->calls--;
}

static enum loom_status notify(struct end *end, uint16_t observation, bool confirmable)
{
    struct loom_notification notification = {
        .code = LOOM_CONTENT, .confirmable = confirmable, .content_format = LOOM_FORMAT_ABSENT};
    end->run->calls++;
    enum loom_status status =
        end->port.notify(end->port.self, end->session, observation, &notification);
    end->run->calls--;
    return status;
}

/* ---- what tests are made of ------------------------------------------------------------------ */

static bool expect(struct run *run, bool good, const char *what)
{
    if (!good && run->report != NULL) {
        fprintf(run->report, "FAILED %s: %s\n", run->test, what);
    }
    run->failed = run->failed || !good;
    return good;
}

static bool wait_for(struct run *run, const unsigned *count, unsigned wanted)
{
    struct loom_port *port = &run->device.port;
    uint64_t end = port->now(port->self) + PATIENCE_MS;
    while (*count < wanted && port->now(port->self) < end) {
        run->suite->turn(run->suite->self);
    }
    return *count >= wanted;
}

static struct loom_request get(void)
{
    return (struct loom_request){.method = LOOM_GET,
                                 .path_count = 1,
                                 .path = {{"a", 1}},
                                 .content_format = LOOM_FORMAT_ABSENT,
                                 .accept = LOOM_FORMAT_ABSENT};
}

static struct loom_session *opened(struct run *run)
{
    struct loom_session *session = NULL;
    expect(run, open(run, &run->ends.credentials, &session) == LOOM_OK, "open() is LOOM_OK");
    return session;
}

/* A request and its answer: so what was reported before has been reported by now. */
static bool exchange(struct run *run, struct loom_session *session, uint32_t number)
{
    struct loom_request request = get();
    unsigned before = run->device.ends_of[number];
    return expect(run, ask(&run->device, session, &request, number) == LOOM_OK,
                  "request() is LOOM_OK") &&
           expect(run, wait_for(run, &run->device.ends_of[number], before + 1),
                  "a request comes to its end") &&
           expect(run, run->device.code == run->code && run->device.exchange == number,
                  "the answer is that of the other side");
}

/* ---- tests ----------------------------------------------------------------------------------- */

static void clock_goes_on(struct run *run, struct loom_session *session)
{
    struct loom_port *port = &run->device.port;
    (void)session;
    uint64_t before = port->now(port->self);
    for (unsigned i = 0; i < 100; i++) {
        run->suite->turn(run->suite->self);
        uint64_t now = port->now(port->self);
        expect(run, now >= before, "the clock never goes back");
        before = now;
    }
}

static void carries_every_part(struct run *run, struct loom_session *session)
{
    struct loom_request request = {.method = LOOM_POST,
                                   .path_count = 2,
                                   .path = {{"rd", 2}, {"a/b c", 5}},
                                   .query_count = 2,
                                   .query = {{"ep=x&y", 6}, {"lt=60", 5}},
                                   .content_format = LOOM_FORMAT_LINK,
                                   .accept = LOOM_FORMAT_TLV,
                                   .payload = {pattern, 6}};
    run->code = LOOM_CREATED;
    run->length = 4;
    run->echo_location = true;
    expect(run, ask(&run->device, session, &request, 1) == LOOM_OK, "request() is LOOM_OK");
    expect(run, wait_for(run, &run->device.responses, 1), "it is answered");
    expect(run, run->server.requests == 1, "the other side is asked once");
    expect(run, run->server.method == LOOM_POST, "the method is that of the request");
    expect(run, strcmp(run->server.path, "rd|a/b c|") == 0, "so is the path, decoded");
    expect(run, strcmp(run->server.query, "ep=x&y|lt=60|") == 0, "so are the arguments, decoded");
    expect(run, run->server.content_format == LOOM_FORMAT_LINK, "so is the content format");
    expect(run, run->server.accept == LOOM_FORMAT_TLV, "so is the format that it accepts");
    expect(run, run->server.length == 6 && memcmp(run->server.body, pattern, 6) == 0,
           "so is the payload");
    expect(run, run->server.owner == NULL, "a session that the peer began has no owner");
    expect(run, run->device.exchange == 1, "the answer has the number of the exchange");
    expect(run, run->device.code == LOOM_CREATED, "the code is that of the reply");
    expect(run, strcmp(run->device.location, "rd|a b|") == 0, "so is the location");
    expect(run, run->device.content_format == LOOM_FORMAT_TEXT, "so is the format");
    expect(run, run->device.length == 4, "so is the payload");
    expect(run, run->device.owner == &run->device, "the owner is that of open()");
}

static void takes_every_method(struct run *run, struct loom_session *session)
{
    static const enum loom_method methods[] = {LOOM_GET,   LOOM_POST,  LOOM_PUT,   LOOM_DELETE,
                                               LOOM_FETCH, LOOM_PATCH, LOOM_IPATCH};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        struct loom_request request = get();
        request.method = methods[i];
        if (methods[i] >= LOOM_FETCH) { /* they have a payload (RFC 8132) */
            request.content_format = LOOM_FORMAT_OPAQUE;
            request.payload = (struct loom_bytes){pattern, 1};
        }
        expect(run, ask(&run->device, session, &request, 1) == LOOM_OK, "request() is LOOM_OK");
        expect(run, wait_for(run, &run->device.responses, (unsigned)i + 1), "it is answered");
        expect(run, run->server.method == methods[i], "the method is that of the request");
    }
}

static void carries_long_bodies(struct run *run, struct loom_session *session)
{
    size_t length = run->suite->body == 0 ? BODY : run->suite->body;
    struct loom_request request = get();
    request.method = LOOM_PUT;
    request.content_format = LOOM_FORMAT_OPAQUE;
    request.payload = (struct loom_bytes){pattern, length};
    run->code = LOOM_CHANGED;
    run->length = 0;
    expect(run, ask(&run->device, session, &request, 1) == LOOM_OK, "request() is LOOM_OK");
    expect(run, wait_for(run, &run->device.responses, 1), "it is answered");
    expect(run, run->server.requests == 1, "a body is joined, and reported once");
    expect(run, run->server.length == length && memcmp(run->server.body, pattern, length) == 0,
           "all of a long body arrives");
    run->code = LOOM_CONTENT;
    run->length = length;
    exchange(run, session, 2);
    expect(run, run->device.length == length && memcmp(run->device.body, pattern, length) == 0,
           "all of a long answer arrives");
}

static void ends_each_request_once(struct run *run, struct loom_session *session)
{
    struct loom_request request = get();
    for (uint32_t i = 1; i < 6; i++) {
        expect(run, ask(&run->device, session, &request, i) == LOOM_OK, "request() is LOOM_OK");
    }
    expect(run, wait_for(run, &run->device.responses, 5), "all of several requests are answered");
    exchange(run, session, 6);
    for (uint32_t i = 1; i < 6; i++) {
        expect(run, run->device.ends_of[i] == 1, "each request ends once");
    }
    expect(run, run->server.requests == 6, "each request is reported once");
}

static void gives_up_quietly(struct run *run, struct loom_session *session)
{
    struct loom_request request = get();
    expect(run, ask(&run->device, session, &request, 1) == LOOM_OK, "request() is LOOM_OK");
    cancel(&run->device, session, 1);
    cancel(&run->device, session, 1);
    cancel(&run->device, session, 5);
    exchange(run, session, 2);
    expect(run, run->device.ends_of[1] == 0, "nothing is reported of what was given up");
}

static void asks_both_ways(struct run *run, struct loom_session *session)
{
    struct loom_request request = get();
    if (!exchange(run, session, 1)) {
        return;
    }
    expect(run, ask(&run->server, run->server.session, &request, 2) == LOOM_OK,
           "a server asks in the session that its client began");
    expect(run, wait_for(run, &run->server.responses, 1), "it is answered");
    expect(run, run->device.requests == 1, "the device is asked");
    expect(run, run->device.owner == &run->device, "with the owner of open()");
    expect(run, run->device.session == session, "in the session that it opened");
}

static void knows_its_peer(struct run *run, struct loom_session *session)
{
    bool secure = run->ends.credentials.mode == LOOM_SECURITY_PSK;
    struct loom_bytes identity = run->ends.credentials.as.psk.identity;
    struct loom_peer peer = {{NULL, 0}, {NULL, 0}, false};
    if (!exchange(run, session, 1)) {
        return;
    }
    run->server.port.peer(run->server.port.self, run->server.session, &peer);
    expect(run, peer.address.length > 0, "a peer has an address");
    expect(run, peer.secure == secure, "peer() says whether the session is secure");
    expect(run,
           secure ? peer.identity.length == identity.length &&
                        memcmp(peer.identity.data, identity.data, identity.length) == 0
                  : peer.identity.length == 0,
           "peer() tells the identity of a secure session, and none of another");
}

static void closes_quietly(struct run *run, struct loom_session *session)
{
    struct loom_request request = get();
    exchange(run, session, 1);
    expect(run, ask(&run->device, session, &request, 2) == LOOM_OK, "request() is LOOM_OK");
    close(&run->device, session);
    struct loom_session *other = opened(run);
    if (other != NULL) {
        exchange(run, other, 3);
    }
    expect(run, run->device.ends_of[2] == 0, "exchanges of a closed session end without a word");
    expect(run, run->device.lost == 0, "a session that the side has closed is not lost");
}

static void refuses_what_is_no_uri(struct run *run, struct loom_session *session)
{
    static const char *const uris[] = {"", "nonsense", "http://server:80", "coap://"};
    for (size_t i = 0; i < sizeof uris / sizeof uris[0]; i++) {
        struct loom_credentials credentials = {.uri = {uris[i], strlen(uris[i])},
                                               .mode = LOOM_SECURITY_NOSEC};
        session = NULL;
        expect(run, open(run, &credentials, &session) != LOOM_OK, "open() refuses what is no URI");
        expect(run,
               run->device.port.supports == NULL ||
                   !run->device.port.supports(run->device.port.self, &credentials),
               "supports() says so");
    }
}

static bool observes(struct run *run, struct loom_session *session)
{
    struct loom_request request = get();
    request.observe = LOOM_OBSERVE_BEGIN;
    run->observation = OBSERVATION;
    expect(run, ask(&run->device, session, &request, 1) == LOOM_OK, "request() is LOOM_OK");
    bool answered = expect(run, wait_for(run, &run->device.responses, 1), "it is answered");
    run->observation = 0;
    return answered && expect(run, run->device.more, "the first answer says that more may follow");
}

static void carries_notifications(struct run *run, struct loom_session *session)
{
    if (!observes(run, session)) {
        return;
    }
    expect(run, notify(&run->server, OBSERVATION, false) == LOOM_OK, "notify() is LOOM_OK");
    expect(run, wait_for(run, &run->device.responses, 2), "a notification arrives");
    expect(run, run->device.exchange == 1 && run->device.more, "as an answer to its request");
    expect(run, notify(&run->server, OBSERVATION, true) == LOOM_OK, "a confirmable one is taken");
    expect(run, wait_for(run, &run->server.notified, 1), "its end is reported");
    expect(run, run->server.notified_failure == LOOM_FAILURE_NONE, "it was acknowledged");
    expect(run, notify(&run->server, OBSERVATION + 1, false) == LOOM_NOT_FOUND,
           "an observation that there is not is LOOM_NOT_FOUND");
    run->server.port.forget(run->server.port.self, run->server.session, OBSERVATION);
    expect(run, notify(&run->server, OBSERVATION, false) == LOOM_NOT_FOUND,
           "so is one that was forgotten");
}

static void ends_observations(struct run *run, struct loom_session *session)
{
    struct loom_request request = get();
    if (!observes(run, session)) {
        return;
    }
    request.observe = LOOM_OBSERVE_END;
    request.observation_of = 1;
    expect(run, ask(&run->device, session, &request, 2) == LOOM_OK, "request() is LOOM_OK");
    expect(run, wait_for(run, &run->device.ends_of[2], 1), "it is answered");
    expect(run, run->server.observe == LOOM_OBSERVE_END, "the other side sees the end");
    expect(run, run->server.observation_of == OBSERVATION, "and which observation it is of");
    expect(run, notify(&run->server, OBSERVATION, false) == LOOM_NOT_FOUND,
           "nothing is notified of it any more");
}

static void notifies_nothing_within_a_request(struct run *run, struct loom_session *session)
{
    if (!observes(run, session)) {
        return;
    }
    run->notify_within = true;
    exchange(run, session, 2);
    run->notify_within = false;
    expect(run, run->notified_within != LOOM_OK, "notify() within a request sends nothing");
}

static void settle(struct run *run, uint64_t held, bool send)
{
    run->calls++;
    run->server.port.settle(run->server.port.self, held, send);
    run->calls--;
}

/* Asks something that the server keeps its answer to back. */
static bool is_kept_back(struct run *run, struct loom_session *session, uint64_t held)
{
    struct loom_request request = get();
    unsigned asked = run->server.requests;
    run->held = held;
    expect(run, ask(&run->device, session, &request, 1) == LOOM_OK, "request() is LOOM_OK");
    bool heard =
        expect(run, wait_for(run, &run->server.requests, asked + 1), "the other side is asked");
    run->held = 0;
    return heard;
}

static void keeps_answers_back(struct run *run, struct loom_session *session)
{
    struct loom_request request = get();
    run->echo_location = true;
    if (!is_kept_back(run, session, 5)) {
        return;
    }
    settle(run, 4, true);
    expect(run, ask(&run->server, run->server.session, &request, 2) == LOOM_OK,
           "request() is LOOM_OK");
    for (unsigned i = 0; i < 100; i++) {
        run->suite->turn(run->suite->self);
    }
    expect(run, run->device.responses == 0, "an answer is kept back until it is settled");
    expect(run, run->device.requests == 0, "what is asked in its session waits for it");
    settle(run, 5, true);
    expect(run, wait_for(run, &run->device.responses, 1), "then it is sent");
    expect(run, run->device.code == run->code && strcmp(run->device.location, "rd|a b|") == 0,
           "as it was given");
    expect(run, wait_for(run, &run->server.ends_of[2], 1), "what has waited goes on");
    expect(run, run->server.requests == 1, "the request was reported once");
    settle(run, 5, true);
    exchange(run, session, 3);
    expect(run, run->device.ends_of[1] == 1, "it is sent once");
}

static void replaces_answers(struct run *run, struct loom_session *session)
{
    run->echo_location = true;
    if (!is_kept_back(run, session, 5)) {
        return;
    }
    run->calls++;
    run->server.port.revise(run->server.port.self, 4, LOOM_FORBIDDEN);
    run->server.port.revise(run->server.port.self, 5, LOOM_NOT_FOUND);
    run->calls--;
    settle(run, 5, true);
    expect(run, wait_for(run, &run->device.responses, 1), "an answer that was replaced is sent");
    expect(run, run->device.code == LOOM_NOT_FOUND && strcmp(run->device.location, "") == 0,
           "it has its code and nothing else");
}

static void drops_answers(struct run *run, struct loom_session *session)
{
    if (!is_kept_back(run, session, 5)) {
        return;
    }
    settle(run, 5, false);
    settle(run, 5, true);
    for (unsigned i = 0; i < 100; i++) {
        run->suite->turn(run->suite->self);
    }
    expect(run, run->device.ends_of[1] == 0 || run->device.code == 0 || run->server.requests > 1,
           "an answer that is dropped does not arrive");
}

static void tells_of_silence(struct run *run, struct loom_session *session)
{
    struct loom_request request = get();
    run->code = 0;
    expect(run, ask(&run->device, session, &request, 1) == LOOM_OK, "request() is LOOM_OK");
    expect(run, wait_for(run, &run->device.responses, 1), "a request that is ignored ends");
    expect(run, run->device.code == 0 && run->device.failure == LOOM_FAILURE_TIMEOUT,
           "as LOOM_FAILURE_TIMEOUT");
    expect(run, run->server.requests == 1, "repetitions of a request are not reported");
}

/* ---- all of them ----------------------------------------------------------------------------- */

static const struct test {
    const char *name;
    void (*function)(struct run *run, struct loom_session *session);
    enum { ALWAYS, OBSERVED, KEPT_BACK, REPLACED, SILENCE } when;
} tests[] = {
    {"clock goes on", clock_goes_on, ALWAYS},
    {"carries every part", carries_every_part, ALWAYS},
    {"takes every method", takes_every_method, ALWAYS},
    {"carries long bodies", carries_long_bodies, ALWAYS},
    {"ends each request once", ends_each_request_once, ALWAYS},
    {"gives up quietly", gives_up_quietly, ALWAYS},
    {"asks both ways", asks_both_ways, ALWAYS},
    {"knows its peer", knows_its_peer, ALWAYS},
    {"closes quietly", closes_quietly, ALWAYS},
    {"refuses what is no URI", refuses_what_is_no_uri, ALWAYS},
    {"carries notifications", carries_notifications, OBSERVED},
    {"ends observations", ends_observations, OBSERVED},
    {"notifies nothing within a request", notifies_nothing_within_a_request, OBSERVED},
    {"keeps answers back", keeps_answers_back, KEPT_BACK},
    {"replaces answers", replaces_answers, REPLACED},
    {"drops answers", drops_answers, KEPT_BACK},
    {"tells of silence", tells_of_silence, SILENCE},
};

static bool applies(const struct run *run, const struct test *test)
{
    return test->when == ALWAYS || (test->when == SILENCE && run->suite->silence) ||
           (test->when == OBSERVED && run->server.port.notify != NULL) ||
           (test->when == KEPT_BACK && run->server.port.settle != NULL) ||
           (test->when == REPLACED && run->server.port.revise != NULL);
}

static bool passes(const struct loom_port_suite *suite, const struct test *test, FILE *report)
{
    static struct run run;
    memset(&run, 0, sizeof run);
    run.suite = suite;
    run.report = report;
    run.test = test->name;
    run.code = LOOM_CONTENT;
    run.format = LOOM_FORMAT_TEXT;
    run.device.run = run.server.run = &run;
    run.ends.side = &side;
    run.ends.device = &run.device;
    run.ends.server = &run.server;
    if (!expect(&run, suite->begin(suite->self, &run.ends), "begin() makes two ends")) {
        return false;
    }
    run.device.port = run.ends.device_port;
    run.server.port = run.ends.server_port;
    bool tried = applies(&run, test);
    struct loom_session *session = opened(&run);
    if (tried && session != NULL) {
        test->function(&run, session);
    }
    expect(&run, !run.reported_within, "nothing is reported from within a call of the side");
    suite->end(suite->self);
    if (report != NULL && !run.failed) {
        fprintf(report, "%s %s\n", tried ? "ok" : "skipped", test->name);
    }
    return !run.failed;
}

unsigned loom_port_suite_run(const struct loom_port_suite *suite, FILE *report)
{
    unsigned failed = 0;
    for (size_t i = 0; i < sizeof pattern; i++) {
        pattern[i] = (uint8_t)(i * 7 + i / 251);
    }
    for (size_t i = 0; i < sizeof tests / sizeof tests[0]; i++) {
        failed += passes(suite, &tests[i], report) ? 0 : 1;
    }
    return failed;
}
