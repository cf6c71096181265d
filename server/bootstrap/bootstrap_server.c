/* SPDX-License-Identifier: Apache-2.0 */
/* The bootstrap server: who may ask, and the sessions that follow. */
#include "bootstrap/bootstrap_server.h"

#include "bootstrap/bootstrap_session.h"
#include "common/query.h"
#include "loom/codec.h"

#include <stdlib.h>
#include <string.h>

static struct loom_bs_session *session_of(struct loom_bootstrap_server *server,
                                          const struct loom_store_account *account)
{
    size_t index = (size_t)(account - loom_store_accounts_get(server->accounts, 0));
    return &server->sessions[index];
}

/* ---- what the port tells --------------------------------------------------------------------- */

static void side_response(void *side, void *owner, struct loom_session *link, uint32_t exchange,
                          const struct loom_response *response, enum loom_failure failure)
{
    struct loom_bootstrap_server *server = side;
    (void)owner;
    for (size_t i = 0; i < server->session_count; i++) {
        struct loom_bs_session *session = &server->sessions[i];
        if (!session->running || !session->waiting || session->link != link ||
            session->exchange != exchange) {
            continue;
        }
        loom_bs_session_answered(server, session, response, failure);
        return;
    }
}

static void side_lost(void *side, void *owner, struct loom_session *link, enum loom_failure failure,
                      int alert)
{
    struct loom_bootstrap_server *server = side;
    (void)owner;
    (void)failure;
    (void)alert;
    for (size_t i = 0; i < server->session_count; i++) {
        struct loom_bs_session *session = &server->sessions[i];
        if (session->known == link) {
            session->known = NULL;
        }
        if (session->running && session->link == link) {
            session->link = NULL;
            loom_bs_session_fail(server, session, LOOM_BS_SESSION_LOST, 0);
        }
    }
}

/* ---- Bootstrap-Request ----------------------------------------------------------------------- */

/* What the request asks for: the name in `endpoint`, data NULL if it has none. */
static enum loom_bs_reason read_query(const struct loom_request *request,
                                      struct loom_text *endpoint)
{
    uint64_t format = LOOM_FORMAT_TLV;
    bool has_format = false;
    endpoint->data = NULL;
    endpoint->length = 0;
    for (size_t i = 0; i < request->query_count; i++) {
        struct loom_text name;
        struct loom_text value;
        loom_query_split(request->query[i], &name, &value);
        if (loom_query_text_is(name, "ep")) {
            if (endpoint->data != NULL || value.length == 0) {
                return LOOM_BS_BAD_REQUEST;
            }
            *endpoint = value;
        } else if (loom_query_text_is(name, "pct")) {
            if (has_format || value.data == NULL || !loom_text_to_unsigned(value, &format)) {
                return LOOM_BS_BAD_REQUEST;
            }
            has_format = true;
        }
    }
    return format == LOOM_FORMAT_TLV ? LOOM_BS_NO_REASON : LOOM_BS_UNSUPPORTED_FORMAT;
}

static enum loom_bs_reason admit(const struct loom_bootstrap_server *server,
                                 const struct loom_peer *peer, const struct loom_request *request,
                                 struct loom_text *endpoint,
                                 const struct loom_store_account **account)
{
    enum loom_bs_reason reason = read_query(request, endpoint);
    if (!request->confirmable) {
        return LOOM_BS_BAD_REQUEST; /* rule A-23 */
    }
    if (reason == LOOM_BS_BAD_REQUEST) {
        return reason;
    }
    switch (loom_store_accounts_admit(server->accounts, peer, *endpoint, account)) {
    case LOOM_STORE_ADMITTED:
        return *account != NULL ? reason : LOOM_BS_UNKNOWN_ENDPOINT;
    case LOOM_STORE_ADMISSION_UNKNOWN:
        return LOOM_BS_UNKNOWN_ENDPOINT;
    case LOOM_STORE_ADMISSION_WRONG_IDENTITY:
        break;
    }
    return LOOM_BS_WRONG_IDENTITY;
}

static void on_request(struct loom_bootstrap_server *server, struct loom_session *link,
                       const struct loom_request *request, struct loom_reply *reply)
{
    const struct loom_store_account *account = NULL;
    struct loom_text endpoint;
    struct loom_peer peer;
    server->port->peer(server->port->self, link, &peer);
    enum loom_bs_reason reason = admit(server, &peer, request, &endpoint, &account);
    if (reason == LOOM_BS_NO_REASON || reason == LOOM_BS_UNSUPPORTED_FORMAT) {
        session_of(server, account)->known = link;
    }
    if (reason == LOOM_BS_NO_REASON) {
        reply->code = LOOM_CHANGED;
        loom_bs_session_begin(server, session_of(server, account), link, LOOM_FORMAT_TLV,
                              LOOM_BS_REQUESTED);
        return;
    }
    reply->code = reason == LOOM_BS_UNSUPPORTED_FORMAT ? LOOM_UNSUPPORTED_FORMAT : LOOM_BAD_REQUEST;
    struct loom_bs_event event;
    memset(&event, 0, sizeof event);
    event.kind = LOOM_BS_REFUSED;
    event.time = loom_bs_now(server);
    event.endpoint = endpoint;
    event.address = peer.address;
    event.code = reply->code;
    event.reason = reason;
    event.bootstrap_instance = LOOM_ID_NONE;
    loom_bs_tell(server, &event);
}

static void side_request(void *side, void *owner, struct loom_session *link,
                         const struct loom_request *request, struct loom_reply *reply)
{
    bool one = request->path_count == 1;
    (void)owner;
    if (one && loom_query_text_is(request->path[0], "bs")) {
        if (request->method == LOOM_POST) {
            on_request(side, link, request, reply);
        } else {
            reply->code = LOOM_METHOD_NOT_ALLOWED;
        }
    } else if (one && loom_query_text_is(request->path[0], "bspack")) {
        reply->code = LOOM_NOT_IMPLEMENTED; /* rule A-100: the client then asks at /bs */
    } else {
        reply->code = LOOM_NOT_FOUND;
    }
}

const struct loom_side loom_bootstrap_server_side = {side_request, side_response, side_lost};

/* ---- the server ------------------------------------------------------------------------------ */

struct loom_bootstrap_server *
loom_bootstrap_server_create(const struct loom_store_accounts *accounts,
                             const struct loom_port *port, loom_bs_listener *listener, void *user)
{
    size_t count = loom_store_accounts_count(accounts);
    struct loom_bootstrap_server *server =
        calloc(1, sizeof *server + count * sizeof server->sessions[0]);
    if (server != NULL) {
        server->accounts = accounts;
        server->port = port;
        server->listener = listener;
        server->user = user;
        server->session_count = count;
    }
    return server;
}

void loom_bootstrap_server_destroy(struct loom_bootstrap_server *server)
{
    for (size_t i = 0; server != NULL && i < server->session_count; i++) {
        if (server->sessions[i].running) {
            loom_bs_session_fail(server, &server->sessions[i], LOOM_BS_SHUT_DOWN, 0);
        }
    }
    free(server);
}

void loom_bootstrap_server_step(struct loom_bootstrap_server *server)
{
    for (size_t i = 0; i < server->session_count; i++) {
        loom_bs_session_step(server, &server->sessions[i]);
    }
}

enum loom_status loom_bootstrap_server_push(struct loom_bootstrap_server *server,
                                            struct loom_text endpoint)
{
    const struct loom_store_account *account =
        loom_store_accounts_by_endpoint(server->accounts, endpoint);
    if (account == NULL) {
        return LOOM_NOT_FOUND;
    }
    struct loom_bs_session *session = session_of(server, account);
    if (session->running) {
        return LOOM_CONFLICT;
    }
    if (session->known == NULL) {
        return LOOM_UNAVAILABLE;
    }
    loom_bs_session_begin(server, session, session->known, LOOM_FORMAT_TLV, LOOM_BS_PUSHED);
    return LOOM_OK;
}

uint64_t loom_bootstrap_server_deadline(const struct loom_bootstrap_server *server)
{
    uint64_t deadline = UINT64_MAX;
    for (size_t i = 0; i < server->session_count; i++) {
        const struct loom_bs_session *session = &server->sessions[i];
        uint64_t due =
            session->waiting ? session->heard + LOOM_BS_EXCHANGE_LIFETIME_MS : session->heard;
        if (session->running && due < deadline) {
            deadline = due;
        }
    }
    return deadline;
}

bool loom_bootstrap_server_next_session(const struct loom_bootstrap_server *server, size_t *cursor,
                                        struct loom_bs_session_info *info)
{
    while (*cursor < server->session_count) {
        const struct loom_bs_session *session = &server->sessions[(*cursor)++];
        if (session->running) {
            info->session = session->number;
            info->endpoint = loom_bs_account_of(server, session)->endpoint;
            info->address = loom_bs_address_of(server, session->link);
            info->operation = session->current.operation;
            info->path = session->current.path;
            info->done = session->done;
            info->requested = session->requested;
            return true;
        }
    }
    return false;
}
