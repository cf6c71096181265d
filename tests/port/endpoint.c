/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "endpoint.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { RUN_LIMIT_MS = 20000 };

static void join(char *text, size_t size, const struct loom_text *parts, size_t count,
                 const char *between)
{
    size_t at = 0;

    text[0] = '\0';
    for (size_t i = 0; i < count && at < size; i++) {
        at += (size_t)snprintf(text + at, size - at, "%s%.*s", i == 0 ? "" : between,
                               (int)parts[i].length, parts[i].data);
    }
}

static void note_call(struct endpoint *endpoint)
{
    if (endpoint->within) {
        endpoint->reentered = true;
    }
}

/* Answers with one piece of the payload, or what is left of it. */
static void give_piece(const struct endpoint *endpoint, const struct loom_request *request,
                       struct loom_reply *reply)
{
    size_t left =
        request->answer_offset < endpoint->length ? endpoint->length - request->answer_offset : 0;

    reply->more = left > reply->piece_room;
    reply->length = (reply->more ? reply->piece_room : left) - endpoint->cut_short;
    reply->etag = endpoint->etag;
    reply->size = (uint32_t)endpoint->length;
    if (reply->length > 0) {
        memcpy(reply->payload, (const uint8_t *)endpoint->payload + request->answer_offset,
               reply->length);
    }
}

static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    struct endpoint *endpoint = side;
    struct seen_request *seen = &endpoint->request;

    note_call(endpoint);
    seen->count++;
    seen->method = request->method;
    join(seen->path, sizeof seen->path, request->path, request->path_count, "/");
    join(seen->query, sizeof seen->query, request->query, request->query_count, "&");
    seen->content_format = request->content_format;
    seen->accept = request->accept;
    seen->confirmable = request->confirmable;
    seen->observe = request->observe;
    seen->observation = (uint16_t)request->observation_of;
    cr_assert(request->piece.offset + request->payload.length <= sizeof seen->payload);
    seen->piece = request->piece;
    seen->length = request->payload.length;
    if (seen->length > 0) {
        memcpy(seen->payload + seen->piece.offset, request->payload.data, seen->length);
    }
    seen->session = session;
    seen->owner = owner;
    seen->responses = endpoint->response.count;

    seen->answer_offset = request->answer_offset;
    seen->piece_room = reply->piece_room;

    cr_assert(reply->code == 0 && reply->length == 0);
    reply->code = endpoint->code;
    if (request->piece.more && (endpoint->piece_limit == 0 ||
                                seen->piece.offset + seen->length <= endpoint->piece_limit)) {
        reply->code = LOOM_CONTINUE;
    }
    reply->content_format = endpoint->content_format;
    if (endpoint->in_pieces) {
        give_piece(endpoint, request, reply);
    } else if (endpoint->length > 0) {
        cr_assert(reply->room >= endpoint->length);
        memcpy(reply->payload, endpoint->payload, endpoint->length);
        reply->length = endpoint->length;
    }
    reply->observation = endpoint->observation;
    reply->held = endpoint->held;
    reply->max_age = endpoint->max_age;
    for (size_t i = 0; i < 2 && endpoint->location[i] != NULL; i++) {
        reply->location[i] =
            (struct loom_text){endpoint->location[i], strlen(endpoint->location[i])};
        reply->location_count++;
    }
    if (endpoint->ask_back) {
        cr_assert_eq(endpoint_ask(endpoint, session, LOOM_GET, "back", NULL, 0, 77), LOOM_OK);
    }
    if (endpoint->notify != 0) {
        struct loom_notification notification = {.code = LOOM_CONTENT,
                                                 .content_format = LOOM_FORMAT_ABSENT};

        endpoint->told =
            endpoint->port.notify(endpoint->port.self, session, endpoint->notify, &notification);
    }
    if (endpoint->close_on_request) {
        endpoint->port.close(endpoint->port.self, session);
    }
}

static bool on_takes_pieces(void *side, void *owner, struct loom_session *session,
                            const struct loom_request *request)
{
    struct endpoint *endpoint = side;

    (void)owner, (void)session;
    note_call(endpoint);
    endpoint->request.asked++;
    cr_assert(request->piece.offset == 0 && request->piece.more);
    return endpoint->takes_pieces && request->path_count == 1 &&
           strncmp(request->path[0].data, "whole", request->path[0].length) != 0;
}

static void on_response(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                        const struct loom_response *response, enum loom_failure failure)
{
    struct endpoint *endpoint = side;
    struct seen_response *seen = &endpoint->response;

    (void)session;
    note_call(endpoint);
    seen->count++;
    seen->exchange = exchange;
    seen->code = response->code;
    seen->observe_more = response->observe_more;
    seen->failure = failure;
    join(seen->location, sizeof seen->location, response->location, response->location_count, "/");
    seen->content_format = response->content_format;
    cr_assert(response->payload.length <= sizeof seen->payload);
    seen->length = response->payload.length;
    if (seen->length > 0) {
        memcpy(seen->payload, response->payload.data, seen->length);
    }
    seen->owner = owner;
    seen->piece = response->piece;
    seen->etag = response->etag;
    seen->size = response->size;
}

static void on_lost(void *side, void *owner, struct loom_session *session,
                    enum loom_failure failure, int alert)
{
    struct endpoint *endpoint = side;

    (void)owner;
    note_call(endpoint);
    endpoint->lost = (struct seen_loss){endpoint->lost.count + 1, failure, alert, session};
}

static void on_notified(void *side, void *owner, struct loom_session *session, uint16_t observation,
                        enum loom_failure failure)
{
    struct endpoint *endpoint = side;

    (void)owner, (void)session;
    note_call(endpoint);
    endpoint->notified = (struct seen_end){endpoint->notified.count + 1, observation, failure};
}

static const struct loom_side recorder = {.request = on_request,
                                          .takes_pieces = on_takes_pieces,
                                          .response = on_response,
                                          .lost = on_lost,
                                          .notified = on_notified};

static bool find_key(void *user, struct loom_bytes identity, struct loom_bytes *key)
{
    (void)user;
    if (identity.length != strlen(ENDPOINT_IDENTITY) ||
        memcmp(identity.data, ENDPOINT_IDENTITY, identity.length) != 0) {
        return false;
    }
    *key = (struct loom_bytes){(const uint8_t *)ENDPOINT_KEY, strlen(ENDPOINT_KEY)};
    return true;
}

void endpoint_start_with(struct endpoint *endpoint, struct loom_coap_config config)
{
    memset(endpoint, 0, sizeof *endpoint);
    config.ack_timeout_ms = ENDPOINT_ACK_TIMEOUT_MS;
    if (config.max_retransmit == 0) {
        config.max_retransmit = ENDPOINT_MAX_RETRANSMIT;
    }
    config.find_key = find_key;
    endpoint->code = LOOM_CONTENT;
    endpoint->content_format = LOOM_FORMAT_ABSENT;
    endpoint->coap = loom_coap_create(&config, &recorder, endpoint, &endpoint->port);
    cr_assert_not_null(endpoint->coap);
}

void endpoint_start(struct endpoint *endpoint)
{
    endpoint_start_with(endpoint, (struct loom_coap_config){0});
}

void endpoint_stop(struct endpoint *endpoint)
{
    loom_coap_destroy(endpoint->coap);
    cr_assert_not(endpoint->reentered, "the port called the side from within a call of the side");
}

void endpoint_listen(struct endpoint *endpoint, const char *scheme)
{
    char uri[64];

    snprintf(uri, sizeof uri, "%s://127.0.0.1:0", scheme);
    cr_assert_eq(loom_coap_listen(endpoint->coap, uri, endpoint->bound, sizeof endpoint->bound),
                 LOOM_OK);
}

struct loom_session *endpoint_open_as(struct endpoint *endpoint, const char *uri,
                                      const char *identity, const char *key)
{
    struct loom_credentials credentials = {.uri = {uri, strlen(uri)}, .mode = LOOM_SECURITY_NOSEC};
    struct loom_session *session = NULL;

    if (strncmp(uri, "coaps:", 6) == 0) {
        credentials.mode = LOOM_SECURITY_PSK;
        credentials.as.psk.identity =
            (struct loom_bytes){(const uint8_t *)identity, strlen(identity)};
        credentials.as.psk.key = (struct loom_bytes){(const uint8_t *)key, strlen(key)};
    }
    endpoint->within = true;
    cr_assert_eq(endpoint->port.open(endpoint->port.self, &credentials, endpoint, &session),
                 LOOM_OK);
    endpoint->within = false;
    return session;
}

struct loom_session *endpoint_open(struct endpoint *endpoint, const char *uri)
{
    return endpoint_open_as(endpoint, uri, ENDPOINT_IDENTITY, ENDPOINT_KEY);
}

enum loom_status endpoint_ask(struct endpoint *endpoint, struct loom_session *session,
                              enum loom_method method, const char *segment, const void *payload,
                              size_t length, uint32_t exchange)
{
    struct loom_request request = {.method = method,
                                   .content_format =
                                       length > 0 ? LOOM_FORMAT_OPAQUE : LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .payload = {payload, length},
                                   .payload_lasts = endpoint->payload_lasts};
    bool within = endpoint->within;
    enum loom_status status;

    if (segment != NULL) {
        request.path[0] = (struct loom_text){segment, strlen(segment)};
        request.path_count = 1;
    }
    endpoint->within = true;
    status = endpoint->port.request(endpoint->port.self, session, &request, exchange);
    endpoint->within = within;
    return status;
}

enum loom_status endpoint_ask_piece(struct endpoint *endpoint, struct loom_session *session,
                                    const char *segment, uint32_t offset, uint16_t room,
                                    uint32_t exchange)
{
    struct loom_request request = {.method = LOOM_GET,
                                   .path_count = 1,
                                   .path = {{segment, strlen(segment)}},
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .answer_offset = offset,
                                   .piece_room = room};

    return endpoint->port.request(endpoint->port.self, session, &request, exchange);
}

static int64_t milliseconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The descriptor of the other port is not known here, so with two of them neither waits for long.
 */
static void turn(struct endpoint *endpoint, uint32_t timeout_ms)
{
    if (endpoint != NULL) {
        cr_assert_eq(loom_coap_step(endpoint->coap, timeout_ms, NULL, 0), LOOM_OK);
    }
}

void endpoints_turn(struct endpoint *one, struct endpoint *other)
{
    turn(one, 0);
    turn(other, 0);
}

void endpoints_run(struct endpoint *one, struct endpoint *other, const unsigned *count,
                   unsigned wanted)
{
    int64_t limit = milliseconds() + RUN_LIMIT_MS;

    while (*count < wanted) {
        turn(one, 1);
        turn(other, 1);
        cr_assert(milliseconds() < limit, "waited %d ms in vain", (int)RUN_LIMIT_MS);
    }
    /* What came with the last turn may have left something to send. */
    endpoints_turn(one, other);
    cr_assert_eq(*count, wanted);
}
