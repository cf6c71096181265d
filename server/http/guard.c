/* SPDX-License-Identifier: Apache-2.0 */
/* What a request must be before its body is read, and before any handler hears of it. */
#define _POSIX_C_SOURCE 200809L

#include "http/listener.h"

#include "http/address.h"
#include "http/body.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* ---- the head -------------------------------------------------------------------------------- */

/* What the fields say of where the body ends. Two opinions about that are how one request is
 * smuggled in another one, past a proxy (RFC 9112, 6.3 and 11.2). */
struct framing {
    unsigned lengths;
    unsigned encodings;
    unsigned hosts;
    bool malformed;
    const char *length;
    const char *encoding;
};

static bool is_token(const char *text, size_t length)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            (c == '\0' || strchr(others, c) == NULL)) {
            return false;
        }
    }
    return length > 0;
}

/* A CR alone ends a line for some, and not for others (RFC 9112, 2.2); other control characters
 * have no business there either. */
static bool is_value(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        if ((c < ' ' && c != '\t') || c == 0x7F) {
            return false;
        }
    }
    return true;
}

static enum MHD_Result take_field(void *self, enum MHD_ValueKind kind, const char *name,
                                  size_t name_length, const char *value, size_t value_length)
{
    struct framing *framing = self;
    (void)kind;
    value = value == NULL ? "" : value;
    if (!is_token(name, name_length) || !is_value(value, value_length)) {
        framing->malformed = true;
    } else if (strcasecmp(name, "Content-Length") == 0) {
        framing->lengths++;
        framing->length = value;
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        framing->encodings++;
        framing->encoding = value;
    } else if (strcasecmp(name, "Host") == 0) {
        framing->hosts++;
    }
    return MHD_YES;
}

static bool is_ambiguous(const struct framing *framing, const char *version)
{
    if (framing->malformed || framing->hosts > 1 || framing->lengths + framing->encodings > 1) {
        return true;
    }
    if (framing->encodings == 1) {
        return strcasecmp(framing->encoding, "chunked") != 0 || strcmp(version, "HTTP/1.1") != 0;
    }
    return framing->lengths == 1 &&
           (framing->length[0] == '\0' ||
            framing->length[strspn(framing->length, "0123456789")] != '\0');
}

static bool refuse_head(struct loom_http_request *request, const struct framing *framing,
                        const char *version)
{
    if (is_ambiguous(framing, version)) {
        request->close = true;
        loom_http_problem(request, 400, "bad-head",
                          "the head is malformed, or says more than once where the body ends");
        return true;
    }
    enum loom_http_target_status status =
        loom_http_target_read(&request->target, request->raw, request->memory);
    if (status != LOOM_HTTP_TARGET_OK) {
        loom_http_problem(request, status == LOOM_HTTP_TARGET_LONG ? 414 : 400, "bad-target", "%s",
                          loom_http_target_error(status));
        return true;
    }
    const char *host = loom_http_header(request, "Host");
    if (!loom_http_is_closed(request->http) &&
        (host == NULL || !loom_http_host_is_loopback(host))) {
        loom_http_problem(request, 421, "wrong-host",
                          "without a user this server answers to its loopback addresses only");
        return true;
    }
    return false;
}

/* ---- who asks -------------------------------------------------------------------------------- */

static bool refuse_credentials(struct loom_http_request *request)
{
    struct loom_http *http = request->http;
    if (!loom_http_is_closed(http)) {
        /* The last user may go while it is listened at other addresses: `Host` proves nothing. */
        if (request->peer != NULL && request->peer->is_loopback) {
            request->who = (struct loom_http_who){
                .role = LOOM_HTTP_ADMINISTRATOR, .proof = LOOM_HTTP_LOOPBACK, .name = "local"};
        }
        return false;
    }
    if (http->gate.admit(http->gate.self, request, &request->who)) {
        return false;
    }
    memset(&request->who, 0, sizeof request->who);
    return true;
}

bool loom_http_may_go_on(struct loom_http_request *request)
{
    memset(&request->who, 0, sizeof request->who);
    return !refuse_credentials(request) && request->who.role >= request->route->role;
}

/* Whether a page of another site may have made a browser send this. SameSite cookies and what
 * browsers tell are two defences; a type that needs a preflight, or a field that does, is the
 * third. A browser that sends neither has not been made since 2020, so what comes from this machine
 * without them comes from a program, which nobody else makes ask. */
static bool is_forged(const struct loom_http_request *request)
{
    const char *site = loom_http_header(request, "Sec-Fetch-Site");
    const char *origin = loom_http_header(request, "Origin");
    const char *host = loom_http_header(request, "Host");
    if (site != NULL && strcmp(site, "same-origin") != 0 && strcmp(site, "none") != 0) {
        return true;
    }
    if (origin != NULL) {
        const char *authority = strstr(origin, "://");
        if (authority == NULL || host == NULL || strcasecmp(authority + 3, host) != 0) {
            return true;
        }
    }
    if (site == NULL && origin == NULL && request->who.proof == LOOM_HTTP_LOOPBACK) {
        return false;
    }
    return strcmp(request->method, "POST") == 0 &&
           loom_http_header(request, "X-Loom-Request") == NULL &&
           loom_http_type_is_simple(loom_http_header(request, "Content-Type"));
}

static void answer_unauthorized(struct loom_http_request *request, bool wrong)
{
    loom_http_add_header(request, "WWW-Authenticate", "Bearer realm=\"loom\"");
    loom_http_problem(request, 401, wrong ? "bad-credentials" : "login-needed",
                      wrong ? "the session or token is unknown, or over"
                            : "log in, or send a token");
}

static bool refuse_who(struct loom_http_request *request)
{
    /* Who logs in may still have the cookie of a session that is over. */
    if (refuse_credentials(request) && request->route->role > LOOM_HTTP_NOBODY) {
        answer_unauthorized(request, true);
        return true;
    }
    if (request->who.role < request->route->role) {
        if (request->who.role == LOOM_HTTP_NOBODY) {
            answer_unauthorized(request, false);
        } else {
            loom_http_problem(request, 403, "role", "your role does not allow this");
        }
        return true;
    }
    if ((request->changes || request->route->acts) && request->who.proof != LOOM_HTTP_TOKEN &&
        is_forged(request)) {
        loom_http_problem(request, 403, "cross-site",
                          "this comes from another site, or lacks X-Loom-Request");
        return true;
    }
    return false;
}

/* ---- the route ------------------------------------------------------------------------------- */

/* Whether there is such an operation is told to who may know: the document is no secret. */
static bool refuse_route(struct loom_http_request *request, const struct loom_http_found *found)
{
    char allow[LOOM_HTTP_ALLOW_SIZE];
    if (found->allowed == 0) {
        loom_http_problem(request, 404, "no-route", "there is nothing at this path");
        return true;
    }
    if (found->route == NULL) {
        loom_http_allow(found->allowed, allow);
        loom_http_add_header(request, "Allow", allow);
        if (strcmp(request->method, "OPTIONS") == 0) {
            loom_http_answer_empty(request, 204);
        } else {
            loom_http_problem(request, 405, "method", "this path takes %s", allow);
        }
        return true;
    }
    const struct loom_http_argument *unknown =
        loom_http_unknown_query(found->route, &request->target);
    if (unknown != NULL) {
        loom_http_problem(request, 400, "unknown-argument", "no argument '%.100s' is known here",
                          unknown->name.data);
        return true;
    }
    return false;
}

void loom_http_refuse_body(struct loom_http_request *request, unsigned status)
{
    request->close = true;
    if (status == 413) {
        loom_http_problem(request, status, "body-too-long", "the body may have %zu bytes at most",
                          request->body_max);
    } else {
        loom_http_add_header(request, "Retry-After", "5");
        loom_http_problem(request, status, "busy", "too much is being sent to this server");
    }
}

static bool refuse_body(struct loom_http_request *request, const struct framing *framing)
{
    const struct loom_http_route *route = request->route;
    request->body_max = route->body == LOOM_HTTP_NO_BODY ? 0
                        : route->body_max > 0            ? route->body_max
                                                         : LOOM_HTTP_BODY_USUAL;
    if (!request->has_body) {
        return false;
    }
    if (route->body == LOOM_HTTP_NO_BODY) {
        request->close = true;
        loom_http_problem(request, 400, "unexpected-body", "this operation takes no body");
        return true;
    }
    if (route->body == LOOM_HTTP_JSON &&
        !loom_http_type_is_json(loom_http_header(request, "Content-Type"))) {
        request->close = true;
        loom_http_problem(request, 415, "content-type", "the body has to be application/json");
        return true;
    }
    size_t digits = framing->lengths > 0 ? strlen(framing->length) : 0;
    unsigned long long length = digits > 0 ? strtoull(framing->length, NULL, 10) : 0;
    if (route->body == LOOM_HTTP_PIECES) { /* its taker says how much */
        request->body_max = digits > 0 && length < SIZE_MAX ? (size_t)length : SIZE_MAX;
        return false;
    }
    if (length > request->body_max) {
        loom_http_refuse_body(request, 413);
        return true;
    }
    if (length + request->http->bodies > request->http->limits.bodies) {
        loom_http_refuse_body(request, 503);
        return true;
    }
    /* libmicrohttpd gives no more than that, and no more room is made. */
    request->body_max = length > 0 ? (size_t)length : request->body_max;
    loom_http_expect(request, request->body_max);
    return false;
}

void loom_http_guard(struct loom_http_request *request, const char *version)
{
    struct framing framing = {0};
    (void)MHD_get_connection_values_n(request->connection, MHD_HEADER_KIND, take_field, &framing);
    int method = loom_http_method_of(request->method);
    request->is_get = method == LOOM_HTTP_GET;
    request->changes = !request->is_get && strcmp(request->method, "OPTIONS") != 0;
    request->has_body =
        framing.encodings > 0 ||
        (framing.lengths > 0 && strspn(framing.length, "0") != strlen(framing.length));
    if (refuse_head(request, &framing, version)) {
        return;
    }
    struct loom_http_found found = loom_http_find(request->http->tables, request->http->table_count,
                                                  method, &request->target, &request->parameters);
    if (refuse_route(request, &found)) {
        return;
    }
    request->route = found.route;
    request->route_user = found.user;
    if (!refuse_who(request)) {
        (void)refuse_body(request, &framing);
    }
}
