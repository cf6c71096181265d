/* SPDX-License-Identifier: Apache-2.0 */
/* The bootstrap server: requests in, sessions, commands out. */
#include "bootstrap/bootstrap_server.h"

#include "bootstrap/bootstrap_plan.h"
#include "common/query.h"
#include "loom/codec.h"
#include "store/accounts_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A client gives up when it has heard no command for this long (rule A-85): 247 s. */
#define EXCHANGE_LIFETIME_MS 247000u

/* Room for the payload of a Write: where it begins and where it ends to grow. */
#define PAYLOAD_ROOM     512u
#define PAYLOAD_ROOM_MAX (1024u * 1024u)

#define PATH_TEXT_SIZE 8

struct session {
    bool running;
    uint32_t number;
    struct loom_session *link; /* NULL when it is lost */
    uint64_t requested;
    uint64_t heard; /* the request, or the last answer */
    bool planned;   /* the plan holds; before that the Discover is the next command */
    struct loom_bs_plan plan;
    size_t next; /* in the plan */
    size_t done;
    bool waiting; /* for the answer to `current` */
    uint32_t exchange;
    struct loom_bs_command current;
};

struct loom_bootstrap_server {
    const struct loom_store_accounts *accounts;
    const struct loom_port *port;
    loom_bs_listener *listener;
    void *user;
    uint32_t last_number;
    uint32_t last_exchange;
    size_t session_count;
    struct session sessions[]; /* one for each account, same index: an endpoint has one session */
};

static const struct loom_store_account *account_of(const struct loom_bootstrap_server *server,
                                                   const struct session *session)
{
    return loom_store_accounts_get(server->accounts, (size_t)(session - server->sessions));
}

static struct session *session_of(struct loom_bootstrap_server *server,
                                  const struct loom_store_account *account)
{
    size_t index = (size_t)(account - loom_store_accounts_get(server->accounts, 0));
    return &server->sessions[index];
}

static uint64_t now(const struct loom_bootstrap_server *server)
{
    return server->port->now(server->port->self);
}

/* ---- events ---------------------------------------------------------------------------------- */

static struct loom_text address_of(const struct loom_bootstrap_server *server,
                                   const struct loom_session *link)
{
    struct loom_peer peer = {{NULL, 0}, {NULL, 0}, false};
    if (link != NULL) {
        server->port->peer(server->port->self, link, &peer);
    }
    return peer.address;
}

static struct loom_bs_event make_event(const struct loom_bootstrap_server *server,
                                       const struct session *session, enum loom_bs_event_kind kind)
{
    struct loom_bs_event event;
    memset(&event, 0, sizeof event);
    event.kind = kind;
    event.time = now(server);
    event.session = session->number;
    event.endpoint = account_of(server, session)->endpoint;
    event.address = address_of(server, session->link);
    event.operation = session->current.operation;
    event.path = session->current.path;
    event.bootstrap_instance = LOOM_ID_NONE;
    return event;
}

static void tell(const struct loom_bootstrap_server *server, const struct loom_bs_event *event)
{
    if (server->listener != NULL) {
        server->listener(server->user, event);
    }
}

/* ---- the end of a session -------------------------------------------------------------------- */

static void end(struct session *session)
{
    loom_bs_plan_free(&session->plan);
    session->running = false;
    session->link = NULL;
}

static void fail(struct loom_bootstrap_server *server, struct session *session,
                 enum loom_bs_reason reason, uint8_t code)
{
    struct loom_bs_event event = make_event(server, session, LOOM_BS_FAILED);
    event.reason = reason;
    event.code = code;
    event.duration = event.time - session->requested;
    end(session);
    tell(server, &event);
}

static void finish(struct loom_bootstrap_server *server, struct session *session)
{
    struct loom_bs_event event = make_event(server, session, LOOM_BS_FINISHED);
    event.duration = event.time - session->requested;
    end(session);
    tell(server, &event);
}

/* ---- commands out ---------------------------------------------------------------------------- */

/* The methods, targets and success codes of rules A.3. */
static const struct {
    enum loom_method method;
    uint8_t success;
} commands[] = {
    [LOOM_BS_DISCOVER] = {LOOM_GET, LOOM_CONTENT},
    [LOOM_BS_DELETE] = {LOOM_DELETE, LOOM_DELETED},
    [LOOM_BS_WRITE] = {LOOM_PUT, LOOM_CHANGED},
    [LOOM_BS_FINISH] = {LOOM_POST, LOOM_CHANGED},
};

static void fill_path(struct loom_request *request, const struct loom_bs_command *command,
                      char text[4][PATH_TEXT_SIZE])
{
    if (command->operation == LOOM_BS_FINISH) {
        request->path_count = 1;
        request->path[0].data = "bs";
        request->path[0].length = 2;
        return;
    }
    request->path_count = command->path.depth;
    for (size_t i = 0; i < command->path.depth; i++) {
        int length = snprintf(text[i], PATH_TEXT_SIZE, "%u", (unsigned)command->path.id[i]);
        request->path[i].data = text[i];
        request->path[i].length = (size_t)length;
    }
}

static enum loom_status send_request(struct loom_bootstrap_server *server, struct session *session,
                                     struct loom_bytes payload)
{
    char text[4][PATH_TEXT_SIZE];
    struct loom_request request;
    memset(&request, 0, sizeof request);
    request.method = commands[session->current.operation].method;
    request.content_format = LOOM_FORMAT_ABSENT;
    request.accept = LOOM_FORMAT_ABSENT;
    request.confirmable = true; /* rule A-23 */
    request.payload = payload;
    fill_path(&request, &session->current, text);
    if (session->current.operation == LOOM_BS_DISCOVER) {
        request.accept = LOOM_FORMAT_LINK;
    } else if (session->current.operation == LOOM_BS_WRITE) {
        request.content_format = LOOM_FORMAT_TLV;
    }
    session->exchange = ++server->last_exchange;
    return server->port->request(server->port->self, session->link, &request, session->exchange);
}

/* Encodes and sends a Write. The buffer holds keys, so it is wiped. */
static enum loom_status send_write(struct loom_bootstrap_server *server, struct session *session)
{
    enum loom_status status = LOOM_TOO_LARGE;
    for (size_t room = PAYLOAD_ROOM; status == LOOM_TOO_LARGE && room <= PAYLOAD_ROOM_MAX;
         room *= 2) {
        uint8_t *buffer = malloc(room);
        if (buffer == NULL) {
            return LOOM_UNAVAILABLE;
        }
        struct loom_output out = loom_output(buffer, room);
        loom_bs_write_encode(session->current.write, &out);
        if (!out.overflow) {
            struct loom_bytes payload = {buffer, out.length};
            status = send_request(server, session, payload);
            room = PAYLOAD_ROOM_MAX; /* what the port finds too large does not get smaller */
        }
        loom_store_wipe(buffer, out.overflow ? room : out.length);
        free(buffer);
    }
    return status;
}

static void send_next(struct loom_bootstrap_server *server, struct session *session)
{
    static const struct loom_bytes nothing = {NULL, 0};
    static const struct loom_bs_command discover = {LOOM_BS_DISCOVER, {{0, 0, 0, 0}, 0}, NULL};
    session->current = session->planned ? session->plan.commands[session->next++] : discover;
    struct loom_bs_event event = make_event(server, session, LOOM_BS_SENT);
    enum loom_status status = session->current.operation == LOOM_BS_WRITE
                                  ? send_write(server, session)
                                  : send_request(server, session, nothing);
    if (status != LOOM_OK) {
        fail(server, session, LOOM_BS_NOT_SENT, 0);
        return;
    }
    session->waiting = true;
    tell(server, &event);
}

/* ---- answers in ------------------------------------------------------------------------------ */

static void make_plan(struct loom_bootstrap_server *server, struct session *session,
                      struct loom_bs_inventory *inventory)
{
    enum loom_status status =
        loom_bs_plan_make(&session->plan, account_of(server, session), inventory);
    loom_bs_inventory_free(inventory);
    session->planned = status == LOOM_OK;
    session->next = 0;
    if (status != LOOM_OK) {
        fail(server, session, status == LOOM_CONFLICT ? LOOM_BS_BAD_DISCOVER : LOOM_BS_NOT_SENT, 0);
    }
}

static void on_discovered(struct loom_bootstrap_server *server, struct session *session,
                          const struct loom_response *response)
{
    struct loom_bs_inventory inventory;
    struct loom_text links = {(const char *)response->payload.data, response->payload.length};
    bool is_list = response->content_format == LOOM_FORMAT_LINK ||
                   response->content_format == LOOM_FORMAT_ABSENT;
    if (!is_list || loom_bs_inventory_read(&inventory, links) != LOOM_OK) {
        fail(server, session, LOOM_BS_BAD_DISCOVER, 0);
        return;
    }
    struct loom_bs_event event = make_event(server, session, LOOM_BS_DISCOVERED);
    event.lwm2m = inventory.lwm2m;
    event.bootstrap_instance = inventory.bootstrap_instance;
    event.links = links;
    tell(server, &event);
    make_plan(server, session, &inventory);
}

/* Whether the session can go on after this answer. What a Delete does not find is gone already. */
static bool is_good(const struct session *session, uint8_t code)
{
    return code == commands[session->current.operation].success ||
           (session->current.operation == LOOM_BS_DELETE && code == LOOM_NOT_FOUND);
}

static void on_answer(struct loom_bootstrap_server *server, struct session *session,
                      const struct loom_response *response)
{
    struct loom_bs_event event = make_event(server, session, LOOM_BS_ANSWERED);
    event.code = response->code;
    session->heard = event.time;
    session->waiting = false;
    session->done++;
    tell(server, &event);
    if (!is_good(session, response->code)) {
        bool refused = response->code >= LOOM_BAD_REQUEST;
        fail(server, session, refused ? LOOM_BS_CLIENT_REFUSED : LOOM_BS_UNEXPECTED_ANSWER,
             response->code);
    } else if (session->current.operation == LOOM_BS_DISCOVER) {
        on_discovered(server, session, response);
    } else if (session->current.operation == LOOM_BS_FINISH) {
        finish(server, session);
    }
}

static enum loom_bs_reason reason_of(enum loom_failure failure)
{
    switch (failure) {
    case LOOM_FAILURE_UNREACHABLE:
        return LOOM_BS_UNREACHABLE;
    case LOOM_FAILURE_RESET:
        return LOOM_BS_RESET;
    case LOOM_FAILURE_SECURITY:
    case LOOM_FAILURE_CLOSED:
        return LOOM_BS_SESSION_LOST;
    case LOOM_FAILURE_NONE:
    case LOOM_FAILURE_TIMEOUT:
        break;
    }
    return LOOM_BS_NO_ANSWER;
}

static void side_response(void *side, void *owner, struct loom_session *link, uint32_t exchange,
                          const struct loom_response *response, enum loom_failure failure)
{
    struct loom_bootstrap_server *server = side;
    (void)owner;
    for (size_t i = 0; i < server->session_count; i++) {
        struct session *session = &server->sessions[i];
        if (!session->running || !session->waiting || session->link != link ||
            session->exchange != exchange) {
            continue;
        }
        if (response->code != 0) {
            on_answer(server, session, response);
        } else {
            fail(server, session, reason_of(failure), 0);
        }
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
        struct session *session = &server->sessions[i];
        if (session->running && session->link == link) {
            session->link = NULL;
            fail(server, session, LOOM_BS_SESSION_LOST, 0);
        }
    }
}

/* ---- Bootstrap-Request ----------------------------------------------------------------------- */

static void begin(struct loom_bootstrap_server *server, struct session *session,
                  struct loom_session *link)
{
    if (session->running) {
        fail(server, session, LOOM_BS_ASKED_AGAIN, 0);
    }
    memset(session, 0, sizeof *session);
    session->running = true;
    session->number = ++server->last_number;
    session->link = link;
    session->requested = now(server);
    session->heard = session->requested;
    struct loom_bs_event event = make_event(server, session, LOOM_BS_REQUESTED);
    tell(server, &event);
}

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
    if (reason == LOOM_BS_NO_REASON) {
        reply->code = LOOM_CHANGED;
        begin(server, session_of(server, account), link);
        return;
    }
    reply->code = reason == LOOM_BS_UNSUPPORTED_FORMAT ? LOOM_UNSUPPORTED_FORMAT : LOOM_BAD_REQUEST;
    struct loom_bs_event event;
    memset(&event, 0, sizeof event);
    event.kind = LOOM_BS_REFUSED;
    event.time = now(server);
    event.endpoint = endpoint;
    event.address = peer.address;
    event.code = reply->code;
    event.reason = reason;
    event.bootstrap_instance = LOOM_ID_NONE;
    tell(server, &event);
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
            fail(server, &server->sessions[i], LOOM_BS_SHUT_DOWN, 0);
        }
    }
    free(server);
}

/* A client that is not asked what it has gets its plan here, in the first step. */
static void prepare(struct loom_bootstrap_server *server, struct session *session)
{
    const struct loom_store_account *account = account_of(server, session);
    struct loom_bs_inventory inventory;
    if (session->planned || account->discover) {
        return;
    }
    if (loom_bs_inventory_assume(&inventory, account->bootstrap_instance) != LOOM_OK) {
        fail(server, session, LOOM_BS_NOT_SENT, 0);
        return;
    }
    make_plan(server, session, &inventory);
}

void loom_bootstrap_server_step(struct loom_bootstrap_server *server)
{
    for (size_t i = 0; i < server->session_count; i++) {
        struct session *session = &server->sessions[i];
        if (session->running && session->waiting &&
            now(server) >= session->heard + EXCHANGE_LIFETIME_MS) {
            fail(server, session, LOOM_BS_NO_ANSWER, 0);
        }
        if (session->running && !session->waiting) {
            prepare(server, session);
        }
        if (session->running && !session->waiting) {
            send_next(server, session);
        }
    }
}

uint64_t loom_bootstrap_server_deadline(const struct loom_bootstrap_server *server)
{
    uint64_t deadline = UINT64_MAX;
    for (size_t i = 0; i < server->session_count; i++) {
        const struct session *session = &server->sessions[i];
        uint64_t due = session->waiting ? session->heard + EXCHANGE_LIFETIME_MS : session->heard;
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
        const struct session *session = &server->sessions[(*cursor)++];
        if (session->running) {
            info->session = session->number;
            info->endpoint = account_of(server, session)->endpoint;
            info->address = address_of(server, session->link);
            info->operation = session->current.operation;
            info->path = session->current.path;
            info->done = session->done;
            info->requested = session->requested;
            return true;
        }
    }
    return false;
}
