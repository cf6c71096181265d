/* SPDX-License-Identifier: Apache-2.0 */
/* The bootstrap server: who may ask, and the sessions that follow. */
#include "bootstrap/bootstrap_server.h"

#include "bootstrap/bootstrap_pack.h"
#include "bootstrap/bootstrap_session.h"
#include "common/text.h"
#include "loom/codec.h"

#include <stdlib.h>
#include <string.h>

/* The time is asked once for each call from outside. */
static void take_time(struct loom_bootstrap_server *server)
{
    server->now = server->port->now(server->port->self);
}

/* ---- what the port tells --------------------------------------------------------------------- */

static void side_response(void *side, void *owner, struct loom_session *link, uint32_t exchange,
                          const struct loom_response *response, enum loom_failure failure)
{
    struct loom_bootstrap_server *server = side;
    struct loom_bs_session *session = loom_bs_session_by_exchange(server, exchange);
    (void)owner;
    take_time(server);
    if (session != NULL && session->link == link) {
        loom_bs_session_answered(server, session, response, failure);
        loom_bs_session_forget_idle(server, session);
    }
}

static void side_lost(void *side, void *owner, struct loom_session *link, enum loom_failure failure,
                      int alert)
{
    struct loom_bootstrap_server *server = side;
    (void)owner;
    (void)failure;
    (void)alert;
    struct loom_bs_session *session;
    take_time(server);
    while ((session = loom_bs_session_by_link(server, link)) != NULL) {
        loom_bs_session_set_link(server, session, NULL);
        loom_bs_session_fail(server, session, LOOM_BS_SESSION_LOST, 0);
        loom_bs_session_forget_idle(server, session);
    }
    while ((session = loom_bs_session_by_known(server, link)) != NULL) {
        loom_bs_session_set_known(server, session, NULL);
        loom_bs_session_forget_idle(server, session);
    }
    loom_bs_adoption_lost(server, link);
}

/* ---- Bootstrap-Request and Bootstrap-Pack-Request -------------------------------------------- */

/* A Bootstrap-Request or Bootstrap-Pack-Request that is looked at. */
struct asking {
    struct loom_session *link;
    struct loom_peer peer;
    struct loom_text endpoint; /* data NULL: not named */
    bool has_format;
    uint64_t format;      /* what writes are to have */
    struct loom_text own; /* its Bootstrap-Server Account, data NULL: not named */
    const struct loom_fleet_account *account; /* a reference; NULL: not admitted */
    struct loom_bs_session *session;          /* of the account */
};

static enum loom_bs_reason read_query(const struct loom_request *request, struct asking *asking)
{
    for (size_t i = 0; i < request->query_count; i++) {
        struct loom_text name;
        struct loom_text value;
        loom_query_split(request->query[i], &name, &value);
        if (loom_text_is(name, "ep")) {
            if (asking->endpoint.data != NULL || value.length == 0 || !loom_utf8_is_string(value)) {
                return LOOM_BS_BAD_REQUEST;
            }
            asking->endpoint = value;
        } else if (loom_text_is(name, "pct")) {
            if (asking->has_format || value.data == NULL ||
                !loom_text_to_unsigned(value, &asking->format)) {
                return LOOM_BS_BAD_REQUEST;
            }
            asking->has_format = true;
        } else if (loom_text_is(name, "acc")) {
            if (asking->own.data != NULL || value.data == NULL) {
                return LOOM_BS_BAD_REQUEST;
            }
            asking->own = value;
        }
    }
    return LOOM_BS_NO_REASON;
}

struct loom_bs_session *loom_bs_session_heard(struct loom_bootstrap_server *server,
                                              const struct loom_fleet_account *account,
                                              struct loom_session *link)
{
    struct loom_bs_session *session = loom_bs_session_find(server, account->endpoint);
    if (session == NULL) {
        session = loom_bs_session_new(server, account);
    }
    if (session != NULL) {
        loom_bs_session_set_known(server, session, link);
    }
    return session;
}

static enum loom_bs_reason admit(struct loom_bootstrap_server *server, struct asking *asking,
                                 const struct loom_request *request)
{
    enum loom_bs_reason reason = read_query(request, asking);
    if (!request->confirmable) {
        return LOOM_BS_BAD_REQUEST; /* rule A-23 */
    }
    if (server->draining) {
        return LOOM_BS_SHUT_DOWN;
    }
    if (reason != LOOM_BS_NO_REASON) {
        return reason;
    }
    switch (loom_fleet_admit(server->store, &asking->peer, asking->endpoint, &asking->account)) {
    case LOOM_FLEET_ADMITTED:
        if (asking->account == NULL) {
            return LOOM_BS_UNKNOWN_ENDPOINT;
        }
        asking->session = loom_bs_session_heard(server, asking->account, asking->link);
        return asking->session != NULL ? LOOM_BS_NO_REASON : LOOM_BS_NO_MEMORY;
    case LOOM_FLEET_ADMISSION_UNKNOWN:
        return LOOM_BS_UNKNOWN_ENDPOINT;
    case LOOM_FLEET_ADMISSION_WRONG_IDENTITY:
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
    event.time = server->now;
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
    case LOOM_BS_NO_MEMORY:
        return LOOM_INTERNAL_ERROR;
    case LOOM_BS_SHUT_DOWN:
    case LOOM_BS_NO_STORE:
        return LOOM_UNAVAILABLE;
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

/* Whoever is unknown may be one of ours all the same. */
static enum loom_bs_reason adopt(struct loom_bootstrap_server *server, const struct asking *asking,
                                 bool pack, struct loom_reply *reply)
{
    const struct loom_bs_request request = {.link = asking->link,
                                            .peer = asking->peer,
                                            .endpoint = asking->endpoint,
                                            .format = (uint16_t)asking->format,
                                            .pack = pack};
    return loom_bs_adopt(server, &request, reply);
}

static void on_request(struct loom_bootstrap_server *server, struct asking *asking,
                       const struct loom_request *request, struct loom_reply *reply)
{
    enum loom_bs_reason reason = admit(server, asking, request);
    bool writable = asking->format == LOOM_FORMAT_TLV || asking->format == LOOM_FORMAT_SENML_CBOR;
    if (reason == LOOM_BS_NO_REASON && !writable) {
        reason = LOOM_BS_UNSUPPORTED_FORMAT; /* rule A-32 */
    }
    if (reason == LOOM_BS_UNKNOWN_ENDPOINT && writable) {
        reason = adopt(server, asking, false, reply);
        if (reason == LOOM_BS_NO_REASON) {
            return;
        }
    }
    if (reason != LOOM_BS_NO_REASON) {
        refuse(server, asking, reason, reply);
        return;
    }
    reply->code = LOOM_CHANGED;
    loom_bs_session_begin(server, asking->session, asking->account, asking->link,
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
    if (reason == LOOM_BS_UNKNOWN_ENDPOINT) {
        reason = adopt(server, asking, true, reply);
        if (reason == LOOM_BS_NO_REASON) {
            return;
        }
    }
    if (reason != LOOM_BS_NO_REASON) {
        refuse(server, asking, reason, reply);
        return;
    }
    if (asking->session->running) {
        loom_bs_session_fail(server, asking->session, LOOM_BS_ASKED_AGAIN, 0);
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
    bool ask = one && loom_text_is(request->path[0], "bs");
    bool ask_pack = one && loom_text_is(request->path[0], "bspack");
    struct asking asking;
    (void)owner;
    take_time(server);
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
    loom_fleet_account_release(asking.account);
}

const struct loom_side loom_bootstrap_server_side = {
    .request = side_request, .response = side_response, .lost = side_lost};

/* ---- the server ------------------------------------------------------------------------------ */

struct loom_bootstrap_server *loom_bootstrap_server_create(const struct loom_fleet_store *store,
                                                           const struct loom_port *port,
                                                           loom_bs_listener *listener, void *user)
{
    struct loom_bootstrap_server *server = calloc(1, sizeof *server);
    if (server != NULL) {
        server->store = store;
        server->port = port;
        server->listener = listener;
        server->user = user;
        server->packs = true;
        loom_bs_sessions_begin(server);
    }
    return server;
}

void loom_bootstrap_server_give_packs(struct loom_bootstrap_server *server, bool packs)
{
    server->packs = packs;
}

void loom_bootstrap_server_drain(struct loom_bootstrap_server *server)
{
    server->draining = true;
}

bool loom_bootstrap_server_busy(const struct loom_bootstrap_server *server)
{
    return !loom_list_is_empty(&server->running) || !loom_list_is_empty(&server->adopted);
}

void loom_bootstrap_server_destroy(struct loom_bootstrap_server *server)
{
    if (server == NULL) {
        return;
    }
    take_time(server);
    while (!loom_list_is_empty(&server->running)) {
        struct loom_bs_session *session =
            LOOM_LIST_ENTRY(server->running.next, struct loom_bs_session, order);
        loom_bs_session_fail(server, session, LOOM_BS_SHUT_DOWN, 0);
    }
    loom_bs_adoption_end(server);
    loom_bs_sessions_end(server);
    free(server);
}

/* The one that has waited longest for an answer, if that is too long; NULL: none. */
static struct loom_bs_session *overdue(const struct loom_bootstrap_server *server)
{
    struct loom_bs_session *first =
        LOOM_LIST_ENTRY(server->waiting.next, struct loom_bs_session, turn);
    bool is = !loom_list_is_empty(&server->waiting) &&
              server->now >= first->heard + LOOM_BS_EXCHANGE_LIFETIME_MS;
    return is ? first : NULL;
}

void loom_bootstrap_server_step(struct loom_bootstrap_server *server)
{
    struct loom_bs_session *session;
    take_time(server);
    while ((session = overdue(server)) != NULL) {
        loom_bs_session_fail(server, session, LOOM_BS_NO_ANSWER, 0);
        loom_bs_session_forget_idle(server, session);
    }
    while (!loom_list_is_empty(&server->ready)) {
        session = LOOM_LIST_ENTRY(server->ready.next, struct loom_bs_session, turn);
        loom_list_remove(&session->turn);
        loom_bs_session_step(server, session);
        loom_bs_session_forget_idle(server, session);
    }
}

static enum loom_status push_session(struct loom_bootstrap_server *server,
                                     const struct loom_fleet_account *account)
{
    struct loom_bs_session *session = loom_bs_session_find(server, account->endpoint);
    if (session != NULL && session->running) {
        return LOOM_CONFLICT;
    }
    if (session == NULL || session->known == NULL) {
        return LOOM_UNAVAILABLE;
    }
    loom_bs_session_begin(server, session, account, session->known, LOOM_FORMAT_TLV,
                          LOOM_BS_PUSHED);
    return LOOM_OK;
}

enum loom_status loom_bootstrap_server_push(struct loom_bootstrap_server *server,
                                            struct loom_text endpoint)
{
    const struct loom_fleet_account *account =
        server->store->by_endpoint(server->store->self, endpoint);
    take_time(server);
    enum loom_status status = LOOM_NOT_FOUND;
    if (server->draining) {
        status = LOOM_UNAVAILABLE;
    } else if (account != NULL && !account->closed) {
        status = push_session(server, account);
    }
    loom_fleet_account_release(account);
    return status;
}

uint64_t loom_bootstrap_server_deadline(const struct loom_bootstrap_server *server)
{
    const struct loom_bs_session *first =
        LOOM_LIST_ENTRY(server->waiting.next, struct loom_bs_session, turn);
    if (!loom_list_is_empty(&server->ready)) {
        return server->now;
    }
    return loom_list_is_empty(&server->waiting) ? UINT64_MAX
                                                : first->heard + LOOM_BS_EXCHANGE_LIFETIME_MS;
}

void loom_bootstrap_server_each_session(const struct loom_bootstrap_server *server,
                                        loom_bs_visitor *visit, void *user)
{
    for (struct loom_list *at = server->running.next; at != &server->running; at = at->next) {
        const struct loom_bs_session *session = LOOM_LIST_ENTRY(at, struct loom_bs_session, order);
        struct loom_bs_session_info info = {.session = session->number,
                                            .endpoint = session->account->endpoint,
                                            .address = loom_bs_address_of(server, session->link),
                                            .operation = session->current.operation,
                                            .path = session->current.path,
                                            .done = session->done,
                                            .requested = session->requested};
        visit(user, &info);
    }
}
