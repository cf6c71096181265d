/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_port.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static uint64_t fake_now(void *self)
{
    const struct fake_port *fake = self;
    return fake->now;
}

static void append(char *text, size_t size, struct loom_text part)
{
    size_t used = strlen(text);
    (void)snprintf(text + used, size - used, "/%.*s", (int)part.length, part.data);
}

static enum loom_status fake_send(void *self, struct loom_session *session,
                                  const struct loom_request *request, uint32_t exchange)
{
    struct fake_port *fake = self;
    if (fake->refuse) {
        return LOOM_UNAVAILABLE;
    }
    cr_assert_lt(fake->sent_count, FAKE_SENT_MAX);
    struct fake_sent *sent = &fake->sent[fake->sent_count++];
    memset(sent, 0, sizeof *sent);
    sent->session = session;
    sent->exchange = exchange;
    sent->method = request->method;
    sent->content_format = request->content_format;
    sent->accept = request->accept;
    sent->observe = request->observe;
    sent->observation_of = request->observation_of;
    for (size_t i = 0; i < request->path_count; i++) {
        append(sent->path, sizeof sent->path, request->path[i]);
    }
    for (size_t i = 0; i < request->query_count; i++) {
        size_t used = strlen(sent->query);
        (void)snprintf(sent->query + used, sizeof sent->query - used, "%c%.*s", i == 0 ? '?' : '&',
                       (int)request->query[i].length, request->query[i].data);
    }
    cr_assert_leq(request->payload.length, sizeof sent->payload);
    if (request->payload.length > 0) {
        memcpy(sent->payload, request->payload.data, request->payload.length);
    }
    sent->length = request->payload.length;
    cr_assert(request->confirmable);
    return LOOM_OK;
}

static void fake_keep(void *self, struct loom_session *session, bool kept)
{
    (void)self;
    session->kept = kept;
}

static void fake_cancel(void *self, struct loom_session *session, uint32_t exchange)
{
    struct fake_port *fake = self;
    for (size_t i = 0; i < fake->sent_count; i++) {
        struct fake_sent *sent = &fake->sent[i];
        sent->cancelled |= sent->session == session && sent->exchange == exchange;
    }
}

static void fake_peer(void *self, const struct loom_session *session, struct loom_peer *peer)
{
    (void)self;
    peer->address.data = session->address;
    peer->address.length = strlen(session->address);
    peer->secure = session->identity != NULL;
    peer->identity.data = (const uint8_t *)session->identity;
    peer->identity.length = peer->secure ? strlen(session->identity) : 0;
}

static void fake_settle(void *self, uint64_t held, bool send)
{
    struct fake_port *fake = self;
    fake->settled = held;
    fake->settled_count++;
    fake->settled_sends = send;
}

static void fake_revise(void *self, uint64_t held, uint8_t code)
{
    struct fake_port *fake = self;
    (void)held;
    fake->revised = code;
}

/* The token of an exchange: its number behind a byte that the test chooses. */
static size_t fake_token(void *self, const struct loom_session *session, uint32_t exchange,
                         uint8_t *token)
{
    const struct fake_port *fake = self;
    (void)session;
    memset(token, 0, LOOM_TOKEN_MAX);
    token[0] = fake->token;
    token[LOOM_TOKEN_MAX - 1] = (uint8_t)exchange;
    return fake->token == 0 ? 0 : LOOM_TOKEN_MAX;
}

static void fake_close(void *self, struct loom_session *session)
{
    (void)self;
    session->closed = true;
}

void fake_port_begin(struct fake_port *fake, const struct loom_side *side)
{
    memset(fake, 0, sizeof *fake);
    fake->now = 1000;
    fake->room = sizeof((struct fake_reply *)NULL)->payload;
    fake->side = side;
    fake->port.self = fake;
    fake->port.now = fake_now;
    fake->port.request = fake_send;
    fake->port.cancel = fake_cancel;
    fake->port.keep = fake_keep;
    fake->port.close = fake_close;
    fake->port.peer = fake_peer;
    fake->port.settle = fake_settle;
    fake->port.revise = fake_revise;
    fake->port.token = fake_token;
}

static uint8_t split(const char *text, size_t length, char separator, struct loom_text *parts)
{
    uint8_t count = 0;
    while (length > 0) {
        const char *end = memchr(text, separator, length);
        size_t part = end == NULL ? length : (size_t)(end - text);
        parts[count].data = text;
        parts[count].length = part;
        count++;
        part += end == NULL ? 0 : 1;
        text += part;
        length -= part;
    }
    return count;
}

static struct fake_reply deliver(struct fake_port *fake, struct loom_session *session,
                                 struct loom_request *request, const char *target)
{
    const char *query = strchr(target, '?');
    size_t path = query == NULL ? strlen(target) : (size_t)(query - target);
    struct loom_reply reply;
    struct fake_reply copy;
    memset(&copy, 0, sizeof copy);
    memset(&reply, 0, sizeof reply);
    reply.content_format = LOOM_FORMAT_ABSENT;
    reply.payload = copy.payload;
    reply.room = fake->room;
    reply.piece_room = fake->piece_room;
    request->answer_offset = fake->answer_offset;
    request->path_count = split(target + 1, path - 1, '/', request->path);
    if (query != NULL) {
        request->query_count = split(query + 1, strlen(query + 1), '&', request->query);
    }
    fake->side->request(fake->self, NULL, session, request, &reply);
    copy.code = reply.code;
    copy.content_format = reply.content_format;
    copy.length = reply.length;
    copy.more = reply.more;
    copy.etag = reply.etag;
    copy.size = reply.size;
    copy.held = reply.held;
    copy.max_age = reply.max_age;
    for (size_t i = 0; i < reply.location_count; i++) {
        append(copy.location, sizeof copy.location, reply.location[i]);
    }
    return copy;
}

struct fake_reply fake_port_request(struct fake_port *fake, struct loom_session *session,
                                    enum loom_method method, const char *target,
                                    uint16_t content_format, const char *payload)
{
    struct loom_request request;
    memset(&request, 0, sizeof request);
    request.method = method;
    request.confirmable = true;
    request.content_format = content_format;
    request.accept = LOOM_FORMAT_ABSENT;
    request.payload.data = (const uint8_t *)payload;
    request.payload.length = strlen(payload);
    return deliver(fake, session, &request, target);
}

struct fake_reply fake_port_request_non(struct fake_port *fake, struct loom_session *session,
                                        enum loom_method method, const char *target)
{
    struct loom_request request;
    memset(&request, 0, sizeof request);
    request.method = method;
    request.content_format = LOOM_FORMAT_ABSENT;
    request.accept = LOOM_FORMAT_ABSENT;
    return deliver(fake, session, &request, target);
}

struct fake_reply fake_port_get(struct fake_port *fake, struct loom_session *session,
                                const char *target, uint16_t accept)
{
    struct loom_request request;
    memset(&request, 0, sizeof request);
    request.method = LOOM_GET;
    request.confirmable = true;
    request.content_format = LOOM_FORMAT_ABSENT;
    request.accept = accept;
    return deliver(fake, session, &request, target);
}

const struct fake_sent *fake_port_last(const struct fake_port *fake)
{
    cr_assert_gt(fake->sent_count, 0);
    return &fake->sent[fake->sent_count - 1];
}

static void respond(struct fake_port *fake, const struct fake_sent *sent,
                    const struct loom_response *response, enum loom_failure failure)
{
    cr_assert_not(sent->cancelled, "nothing is reported of what was given up");
    fake->side->response(fake->self, NULL, sent->session, sent->exchange, response, failure);
}

void fake_port_answer_with(struct fake_port *fake, uint8_t code, uint16_t content_format,
                           const void *payload, size_t length)
{
    struct loom_response response;
    memset(&response, 0, sizeof response);
    response.code = code;
    response.content_format = content_format;
    response.payload.data = payload;
    response.payload.length = length;
    respond(fake, fake_port_last(fake), &response, LOOM_FAILURE_NONE);
}

void fake_port_answer(struct fake_port *fake, uint8_t code)
{
    fake_port_answer_with(fake, code, LOOM_FORMAT_ABSENT, NULL, 0);
}

void fake_port_notify(struct fake_port *fake, const struct fake_sent *sent, uint8_t code,
                      const char *text, bool more)
{
    struct loom_response response = {.code = code,
                                     .observe_more = more,
                                     .content_format = LOOM_FORMAT_TEXT,
                                     .payload = {(const uint8_t *)text, strlen(text)}};
    respond(fake, sent, &response, LOOM_FAILURE_NONE);
}

void fake_port_end(struct fake_port *fake, const struct fake_sent *sent, enum loom_failure failure)
{
    struct loom_response response = {.content_format = LOOM_FORMAT_ABSENT};
    respond(fake, sent, &response, failure);
}

void fake_port_fail(struct fake_port *fake, enum loom_failure failure)
{
    fake_port_end(fake, fake_port_last(fake), failure);
}

void fake_port_lose(struct fake_port *fake, struct loom_session *session)
{
    fake->side->lost(fake->self, NULL, session, LOOM_FAILURE_CLOSED, -1);
}
