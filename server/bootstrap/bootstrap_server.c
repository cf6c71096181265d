/* SPDX-License-Identifier: Apache-2.0 */
/* The bootstrap server: who may ask, and the sessions that follow. */
#include "bootstrap/bootstrap_server.h"

#include "bootstrap/bootstrap_pack.h"
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

/* ---- Bootstrap-Request and Bootstrap-Pack-Request -------------------------------------------- */

/* A Bootstrap-Request or Bootstrap-Pack-Request that is looked at. */
struct asking {
    struct loom_session *link;
    struct loom_peer peer;
    struct loom_text endpoint; /* data NULL: not named */
    bool has_format;
    uint64_t format;      /* what writes are to have */
    struct loom_text own; /* its Bootstrap-Server Account, data NULL: not told */
    const struct loom_store_account *account;
};

static enum loom_bs_reason read_query(const struct loom_request *request, struct asking *asking)
{
    for (size_t i = 0; i < request->query_count; i++) {
        struct loom_text name;
        struct loom_text value;
        loom_query_split(request->query[i], &name, &value);
        if (loom_query_text_is(name, "ep")) {
            if (asking->endpoint.data != NULL || value.length == 0) {
                return LOOM_BS_BAD_REQUEST;
            }
            asking->endpoint = value;
        } else if (loom_query_text_is(name, "pct")) {
            if (asking->has_format || value.data == NULL ||
                !loom_text_to_unsigned(value, &asking->format)) {
                return LOOM_BS_BAD_REQUEST;
            }
            asking->has_format = true;
        } else if (loom_query_text_is(name, "acc")) {
            if (asking->own.data != NULL || value.data == NULL) {
                return LOOM_BS_BAD_REQUEST;
            }
            asking->own = value;
        }
    }
    return LOOM_BS_NO_REASON;
}

static enum loom_bs_reason admit(struct loom_bootstrap_server *server, struct asking *asking,
                                 const struct loom_request *request)
{
    enum loom_bs_reason reason = read_query(request, asking);
    if (!request->confirmable) {
        return LOOM_BS_BAD_REQUEST; /* rule A-23 */
    }
    if (reason != LOOM_BS_NO_REASON) {
        return reason;
    }
    switch (loom_store_accounts_admit(server->accounts, &asking->peer, asking->endpoint,
                                      &asking->account)) {
    case LOOM_STORE_ADMITTED:
        if (asking->account == NULL) {
            return LOOM_BS_UNKNOWN_ENDPOINT;
        }
        session_of(server, asking->account)->known = asking->link;
        return LOOM_BS_NO_REASON;
    case LOOM_STORE_ADMISSION_UNKNOWN:
        return LOOM_BS_UNKNOWN_ENDPOINT;
    case LOOM_STORE_ADMISSION_WRONG_IDENTITY:
        break;
    }
    return LOOM_BS_WRONG_IDENTITY;
}

static void tell_of_request(const struct loom_bootstrap_server *server, const struct asking *asking,
                            enum loom_bs_event_kind kind, enum loom_bs_reason reason, uint8_t code)
{
    struct loom_bs_event event;
    memset(&event, 0, sizeof event);
    event.kind = kind;
    event.time = loom_bs_now(server);
    event.endpoint = asking->endpoint.data == NULL && asking->account != NULL
                         ? asking->account->endpoint
                         : asking->endpoint;
    event.address = asking->peer.address;
    event.code = code;
    event.reason = reason;
    event.bootstrap_instance = LOOM_ID_NONE;
    loom_bs_tell(server, &event);
}

/* The code that answers a refused request (rules ). */
static uint8_t code_of(enum loom_bs_reason reason)
{
    switch (reason) {
    case LOOM_BS_UNSUPPORTED_FORMAT:
        return LOOM_UNSUPPORTED_FORMAT;
    case LOOM_BS_PACK_UNSUPPORTED:
        return LOOM_NOT_IMPLEMENTED;
    case LOOM_BS_PACK_REFUSED:
        return LOOM_METHOD_NOT_ALLOWED;
    case LOOM_BS_NOT_ACCEPTABLE:
        return LOOM_NOT_ACCEPTABLE;
    default:
        return LOOM_BAD_REQUEST;
    }
}

static void refuse(const struct loom_bootstrap_server *server, const struct asking *asking,
                   enum loom_bs_reason reason, struct loom_reply *reply)
{
    reply->code = code_of(reason);
    tell_of_request(server, asking, LOOM_BS_REFUSED, reason, reply->code);
}

static void on_request(struct loom_bootstrap_server *server, struct asking *asking,
                       const struct loom_request *request, struct loom_reply *reply)
{
    enum loom_bs_reason reason = admit(server, asking, request);
    bool writable = asking->format == LOOM_FORMAT_TLV || asking->format == LOOM_FORMAT_SENML_CBOR;
    if (reason == LOOM_BS_NO_REASON && !writable) {
        reason = LOOM_BS_UNSUPPORTED_FORMAT; /* rule A-32 */
    }
    if (reason != LOOM_BS_NO_REASON) {
        refuse(server, asking, reason, reply);
        return;
    }
    reply->code = LOOM_CHANGED;
    loom_bs_session_begin(server, session_of(server, asking->account), asking->link,
                          (uint16_t)asking->format, LOOM_BS_REQUESTED);
}

static enum loom_bs_reason make_pack(struct loom_bootstrap_server *server, struct asking *asking,
                                     const struct loom_request *request, struct loom_output *out)
{
    if (!server->packs) {
        return LOOM_BS_PACK_UNSUPPORTED;
    }
    enum loom_bs_reason reason = admit(server, asking, request);
    if (reason != LOOM_BS_NO_REASON) {
        return reason;
    }
    if (request->accept != LOOM_FORMAT_ABSENT && request->accept != LOOM_FORMAT_SENML_CBOR) {
        return LOOM_BS_NOT_ACCEPTABLE;
    }
    if (!loom_bs_pack_can(asking->account)) {
        return LOOM_BS_PACK_REFUSED;
    }
    switch (loom_bs_pack_encode(asking->account, asking->own, out)) {
    case LOOM_OK:
        return LOOM_BS_NO_REASON;
    case LOOM_BAD_REQUEST:
        return LOOM_BS_BAD_REQUEST;
    default:
        return LOOM_BS_PACK_REFUSED;
    }
}

/* There is no Finish (rule A-102): the answer is all there is to it. */
static void on_pack_request(struct loom_bootstrap_server *server, struct asking *asking,
                            const struct loom_request *request, struct loom_reply *reply)
{
    struct loom_output out = loom_output(reply->payload, reply->room);
    enum loom_bs_reason reason = make_pack(server, asking, request, &out);
    if (reason != LOOM_BS_NO_REASON) {
        refuse(server, asking, reason, reply);
        return;
    }
    struct loom_bs_session *session = session_of(server, asking->account);
    if (session->running) {
        loom_bs_session_fail(server, session, LOOM_BS_ASKED_AGAIN, 0);
    }
    reply->code = LOOM_CONTENT;
    reply->content_format = LOOM_FORMAT_SENML_CBOR;
    reply->length = out.length;
    tell_of_request(server, asking, LOOM_BS_PACKED, LOOM_BS_NO_REASON, LOOM_CONTENT);
}

static void side_request(void *side, void *owner, struct loom_session *link,
                         const struct loom_request *request, struct loom_reply *reply)
{
    struct loom_bootstrap_server *server = side;
    bool one = request->path_count == 1;
    bool ask = one && loom_query_text_is(request->path[0], "bs");
    bool ask_pack = one && loom_query_text_is(request->path[0], "bspack");
    struct asking asking;
    (void)owner;
    memset(&asking, 0, sizeof asking);
    asking.link = link;
    asking.format = LOOM_FORMAT_TLV;
    server->port->peer(server->port->self, link, &asking.peer);
    if (ask && request->method == LOOM_POST) {
        on_request(server, &asking, request, reply);
    } else if (ask_pack && request->method == LOOM_GET) {
        on_pack_request(server, &asking, request, reply);
    } else {
        reply->code = ask || ask_pack ? LOOM_METHOD_NOT_ALLOWED : LOOM_NOT_FOUND;
    }
}

const struct loom_side loom_bootstrap_server_side = {
    .request = side_request, .response = side_response, .lost = side_lost};

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
        server->packs = true;
        server->session_count = count;
    }
    return server;
}

void loom_bootstrap_server_give_packs(struct loom_bootstrap_server *server, bool packs)
{
    server->packs = packs;
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
