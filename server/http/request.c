/* SPDX-License-Identifier: Apache-2.0 */
/* The life of a request: its head, its body, the handler, the answer, its end. */
#define _POSIX_C_SOURCE 200809L

#include "http/listener.h"

#include "http/body.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

/* Of a body that turns out too long so much is read on, so that the client reads the answer. */
#define SURPLUS_MAX (1u << 20)

/* So much of a body in pieces has a time to come in. */
#define WINDOW (64u << 10)

/* ---- beginning and end ----------------------------------------------------------------------- */

static void lost(struct loom_http_waker *waker)
{
    loom_http_lost((struct loom_http_request *)(void *)waker);
}

void *loom_http_on_target(void *self, const char *target, struct MHD_Connection *connection)
{
    struct loom_http *http = self;
    size_t length = strlen(target);
    /* Of a longer one no more is kept than shows that it is too long. */
    length = length > LOOM_HTTP_TARGET_MAX ? LOOM_HTTP_TARGET_MAX + 1 : length;
    struct loom_http_request *request =
        calloc(1, sizeof *request + length + 1 + LOOM_HTTP_TARGET_ROOM(length));
    if (request == NULL) {
        return NULL;
    }
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    memcpy(request->raw, target, length);
    request->memory = &request->raw[length + 1];
    request->waker.wake = lost;
    request->http = http;
    request->connection = connection;
    request->peer = info == NULL ? NULL : info->socket_context;
    request->began = http->now(http->user);
    loom_list_begin(&request->link);
    loom_list_append(&http->requests, &request->link);
    return request;
}

static void free_body(struct loom_http_request *request)
{
    request->http->bodies -= request->body_room;
    request->body_room = 0;
    request->body_length = 0;
    free(request->body);
    request->body = NULL;
}

static void report(struct loom_http_request *request)
{
    struct loom_http *http = request->http;
    size_t path = strcspn(request->raw, "?");
    request->raw[path] = '\0';
    struct loom_http_done done = {
        .route = request->route,
        .method = request->method,
        .path = request->raw,
        .who = request->who.name,
        .address = loom_http_address(request),
        .status = request->status,
        .milliseconds = (uint32_t)(http->now(http->user) - request->began),
        .changes = request->changes,
    };
    http->counts.answers[request->status / 100 % 6]++;
    if (http->done != NULL) {
        http->done(http->user, &done);
    }
}

static void unwatch(struct loom_http_request *request)
{
    if (request->watched && request->peer != NULL) {
        (void)epoll_ctl(request->http->epoll, EPOLL_CTL_DEL, request->peer->descriptor, NULL);
    }
    request->watched = false;
}

void loom_http_on_completed(void *self, struct MHD_Connection *connection, void **context,
                            enum MHD_RequestTerminationCode how)
{
    struct loom_http_request *request = *context;
    (void)self;
    (void)connection;
    (void)how;
    if (request == NULL) {
        return;
    }
    *context = NULL;
    unwatch(request);
    loom_http_lost(request);
    if (request->has_begun) {
        report(request);
    }
    loom_http_expect(request, 0);
    loom_http_stream_end(request);
    if (request->response != NULL) {
        MHD_destroy_response(request->response);
    }
    for (size_t i = 0; i < LOOM_HTTP_FIELDS_MAX; i++) {
        free(request->fields[i].name);
        free(request->fields[i].value);
    }
    free_body(request);
    json_decref(request->json);
    loom_list_remove(&request->link);
    free(request);
}

/* ---- the client's going ---------------------------------------------------------------------- */

void loom_http_suspend(struct loom_http_request *request)
{
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLET, .data = {.ptr = &request->waker}};
    if (!request->watched && request->peer != NULL) {
        request->watched =
            epoll_ctl(request->http->epoll, EPOLL_CTL_ADD, request->peer->descriptor, &event) == 0;
    }
    request->suspended = true;
    MHD_suspend_connection(request->connection);
}

void loom_http_resume(struct loom_http_request *request)
{
    if (request->suspended) {
        request->suspended = false;
        request->http->busy = true;
        MHD_resume_connection(request->connection);
    }
}

static void drop_taker(struct loom_http_request *request)
{
    void *taker = request->taker;
    request->taker = NULL;
    if (taker != NULL) {
        request->route->intake->end(taker);
    }
}

void loom_http_lost(struct loom_http_request *request)
{
    void (*on_gone)(void *user) = request->on_gone;
    request->on_gone = NULL;
    request->gone = true;
    drop_taker(request);
    if (on_gone != NULL) {
        on_gone(request->on_gone_user);
    }
    loom_http_resume(request);
}

void loom_http_defer(struct loom_http_request *request, void (*gone)(void *user), void *user)
{
    request->deferred = true;
    request->on_gone = gone;
    request->on_gone_user = user;
}

/* ---- the body -------------------------------------------------------------------------------- */

/* Makes room in steps, so that a length that is only announced costs nothing. */
static bool make_room(struct loom_http_request *request, size_t needed)
{
    struct loom_http *http = request->http;
    if (needed <= request->body_room) {
        return true;
    }
    size_t room = request->body_room == 0 ? 1024 : request->body_room * 2;
    room = room < needed ? needed : room;
    room = room > request->body_max ? request->body_max : room;
    if (http->bodies + (room - request->body_room) > http->limits.bodies) {
        return false;
    }
    uint8_t *body = realloc(request->body, room);
    if (body == NULL) {
        return false;
    }
    http->bodies += room - request->body_room;
    request->body = body;
    request->body_room = room;
    return true;
}

static enum MHD_Result take_body(struct loom_http_request *request, const char *data,
                                 size_t *length)
{
    size_t count = *length;
    *length = 0;
    if (request->body_failure == 0) {
        bool too_long = count > request->body_max - request->body_length;
        if (too_long || !make_room(request, request->body_length + count)) {
            free_body(request);
            request->body_failure = too_long ? 413 : 503;
        } else {
            memcpy(&request->body[request->body_length], data, count);
        }
    }
    request->body_length += count;
    return request->body_failure != 0 && request->body_length > SURPLUS_MAX ? MHD_NO : MHD_YES;
}

bool loom_http_take(struct loom_http_request *request, void *taker, size_t most)
{
    bool says = request->body_max != SIZE_MAX;
    if (says && request->body_max > most) {
        request->body_max = most;
        loom_http_refuse_body(request, 413);
        return false;
    }
    request->body_max = says ? request->body_max : most;
    request->taker = taker;
    loom_http_expect(request, WINDOW);
    return true;
}

void *loom_http_taker(const struct loom_http_request *request)
{
    return request->taker;
}

void loom_http_go_on(struct loom_http_request *request)
{
    if (request->rests) {
        request->rests = false;
        loom_http_expect(request, WINDOW);
        loom_http_resume(request);
    }
}

/* Each part has its time. */
static void count_piece(struct loom_http_request *request, size_t length)
{
    size_t before = request->body_length;
    request->body_length += length;
    if (request->body_length / WINDOW != before / WINDOW) {
        loom_http_expect(request, WINDOW);
    }
}

/* What was refused is read on to its end, if it has said where that is: only then does
 * libmicrohttpd send an answer. Otherwise no more of it than of other bodies. */
static enum MHD_Result drop_piece(struct loom_http_request *request, size_t *length)
{
    count_piece(request, *length);
    *length = 0;
    return request->body_failure != 0 && request->body_length > request->body_max + SURPLUS_MAX
               ? MHD_NO
               : MHD_YES;
}

static enum MHD_Result take_piece(struct loom_http_request *request, const char *data,
                                  size_t *length)
{
    if (request->gone) {
        return MHD_NO;
    }
    if (request->response == NULL && request->body_failure == 0 &&
        *length > request->body_max - request->body_length) {
        request->body_failure = 413;
        drop_taker(request);
    }
    if (request->response != NULL || request->body_failure != 0) {
        return drop_piece(request, length);
    }
    const struct loom_bytes piece = {(const uint8_t *)data, *length};
    size_t taken = request->route->intake->take(request->taker, piece);
    if (request->response != NULL) {
        return drop_piece(request, length);
    }
    count_piece(request, taken);
    *length -= taken;
    if (*length > 0) {
        request->rests = true;
        loom_http_expect(request, UINT64_MAX);
        loom_http_suspend(request);
    }
    return MHD_YES;
}

/* @return whether the handler may have it */
static bool read_body(struct loom_http_request *request)
{
    if (request->body_failure != 0) {
        request->body_length = 0;
        loom_http_refuse_body(request, request->body_failure);
        return false;
    }
    if (request->route->body != LOOM_HTTP_JSON || request->body_length == 0) {
        return true;
    }
    char error[LOOM_HTTP_BODY_ERROR];
    struct loom_bytes body = {request->body, request->body_length};
    request->json = loom_http_body_read(body, error);
    free_body(request);
    if (request->json == NULL) {
        loom_http_problem(request, 400, "bad-json", "%s", error);
    }
    return request->json != NULL;
}

/* ---- the handler ----------------------------------------------------------------------------- */

static void handle(struct loom_http_request *request)
{
    request->handled = true;
    loom_http_expect(request, UINT64_MAX);
    if (!read_body(request)) {
        return;
    }
    request->route->handler(request->route_user, request);
    if (request->response == NULL && !request->deferred) {
        loom_http_problem(request, 500, "no-answer", "the server has a bug: it made no answer");
    }
}

static enum MHD_Result queue(struct loom_http_request *request)
{
    struct MHD_Response *response = request->response;
    request->response = NULL;
    loom_http_expect(request, request->answer_size);
    enum MHD_Result result = MHD_queue_response(request->connection, request->status, response);
    MHD_destroy_response(response);
    return result;
}

static void begin(struct loom_http_request *request, const char *method, const char *version)
{
    request->has_begun = true;
    size_t length = strlen(method);
    memcpy(request->method, method,
           length < sizeof request->method ? length : sizeof request->method - 1);
    loom_http_guard(request, version);
    if (request->response == NULL && request->route->body == LOOM_HTTP_PIECES) {
        request->body_max = request->has_body ? request->body_max : 0;
        request->route->intake->begin(request->route_user, request);
    }
}

enum MHD_Result loom_http_on_access(void *self, struct MHD_Connection *connection, const char *url,
                                    const char *method, const char *version, const char *data,
                                    size_t *length, void **context)
{
    struct loom_http_request *request = *context;
    (void)self;
    (void)connection;
    (void)url;
    /* At the end libmicrohttpd runs once more. A handler that hears of something now may put it
     * off, and nobody would let its connection go. */
    if (request == NULL || request->http->ending) {
        return MHD_NO;
    }
    if (!request->has_begun) {
        begin(request, method, version);
        /* libmicrohttpd closes the connection behind an answer that comes before the end of the
         * request. That is what is wanted where there is a body, or may be one. */
        return request->response != NULL && (request->has_body || request->close) ? queue(request)
                                                                                  : MHD_YES;
    }
    if (*length > 0) {
        bool in_pieces = request->route != NULL && request->route->body == LOOM_HTTP_PIECES;
        return in_pieces ? take_piece(request, data, length) : take_body(request, data, length);
    }
    if (request->gone) {
        return MHD_NO;
    }
    if (!request->handled && request->response == NULL) {
        handle(request);
    }
    if (request->response != NULL) {
        return queue(request);
    }
    if (request->gone) {
        return MHD_NO;
    }
    loom_http_suspend(request);
    return MHD_YES;
}

/* ---- what it says ---------------------------------------------------------------------------- */

static struct loom_text find(const struct loom_http_argument *arguments, size_t count,
                             const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (loom_text_is(arguments[i].name, name)) {
            return arguments[i].value;
        }
    }
    return (struct loom_text){NULL, 0};
}

struct loom_text loom_http_parameter(const struct loom_http_request *request, const char *name)
{
    return find(request->parameters.values, request->parameters.count, name);
}

struct loom_text loom_http_query(const struct loom_http_request *request, const char *name)
{
    return find(request->target.queries, request->target.query_count, name);
}

const char *loom_http_header(const struct loom_http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *loom_http_cookie(const struct loom_http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, name);
}

json_t *loom_http_json(const struct loom_http_request *request)
{
    return request->json;
}

struct loom_bytes loom_http_bytes(const struct loom_http_request *request)
{
    return (struct loom_bytes){request->body, request->body_length};
}

const struct loom_http_who *loom_http_who(const struct loom_http_request *request)
{
    return &request->who;
}

const char *loom_http_address(const struct loom_http_request *request)
{
    return request->peer == NULL ? "" : request->peer->address;
}

const struct loom_http_route *loom_http_route(const struct loom_http_request *request)
{
    return request->route;
}

bool loom_http_is_secure(const struct loom_http_request *request)
{
    return request->http->secure;
}
