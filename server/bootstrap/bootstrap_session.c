/* SPDX-License-Identifier: Apache-2.0 */
/* A bootstrap session: commands out, answers in, and its end. */
#include "bootstrap/bootstrap_session.h"

#include "common/memory.h"
#include "loom/codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Corrections that one session sends after a Finish that was refused (rule A-81): a client that
 * refuses the corrected configuration too will not take it a third time. */
#define REPAIRS_MAX 1u

#define PATH_TEXT_SIZE    8
#define VERSION_TEXT_SIZE 16

/* ---- events ---------------------------------------------------------------------------------- */

struct loom_text loom_bs_address_of(const struct loom_bootstrap_server *server,
                                    const struct loom_session *link)
{
    struct loom_peer peer = {{NULL, 0}, {NULL, 0}, false};
    if (link != NULL) {
        server->port->peer(server->port->self, link, &peer);
    }
    return peer.address;
}

struct loom_bs_event loom_bs_event_of(const struct loom_bootstrap_server *server,
                                      const struct loom_bs_session *session,
                                      enum loom_bs_event_kind kind)
{
    struct loom_bs_event event;
    memset(&event, 0, sizeof event);
    event.kind = kind;
    event.time = server->now;
    event.session = session->number;
    event.endpoint = session->account->endpoint;
    event.address = loom_bs_address_of(server, session->link);
    event.operation = session->current.operation;
    event.path = session->current.path;
    event.bootstrap_instance = LOOM_ID_NONE;
    return event;
}

void loom_bs_tell(const struct loom_bootstrap_server *server, const struct loom_bs_event *event)
{
    if (server->listener != NULL) {
        server->listener(server->user, event);
    }
}

/* ---- the end of a session -------------------------------------------------------------------- */

static void end(struct loom_bootstrap_server *server, struct loom_bs_session *session)
{
    if (session->waiting && session->link != NULL) {
        server->port->cancel(server->port->self, session->link, session->exchange);
    }
    loom_bs_plan_free(&session->plan);
    session->running = false;
    loom_bs_session_set_waiting(server, session, false);
    loom_bs_session_set_link(server, session, NULL);
    loom_list_remove(&session->turn);
    loom_list_append(&server->idle, &session->order);
}

static struct loom_bs_event failure(const struct loom_bootstrap_server *server,
                                    const struct loom_bs_session *session,
                                    enum loom_bs_reason reason, uint8_t code)
{
    struct loom_bs_event event = loom_bs_event_of(server, session, LOOM_BS_FAILED);
    event.reason = reason;
    event.code = code;
    event.duration = event.time - session->requested;
    return event;
}

void loom_bs_session_fail(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                          enum loom_bs_reason reason, uint8_t code)
{
    struct loom_bs_event event = failure(server, session, reason, code);
    end(server, session);
    loom_bs_tell(server, &event);
}

static void finish(struct loom_bootstrap_server *server, struct loom_bs_session *session)
{
    struct loom_bs_event event = loom_bs_event_of(server, session, LOOM_BS_FINISHED);
    event.duration = event.time - session->requested;
    end(server, session);
    loom_bs_tell(server, &event);
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

static const struct loom_bs_command discover = {LOOM_BS_DISCOVER, {{0, 0, 0, 0}, 0}, NULL};

static void fill_path(struct loom_request *request, const struct loom_bs_command *command,
                      char text[4][PATH_TEXT_SIZE])
{
    if (command->operation == LOOM_BS_FINISH) {
        request->path_count = 1;
        request->path[0].data = "bs";
        request->path[0].length = 2;
        return;
    }
    request->path_count = (uint8_t)command->path.depth;
    for (size_t i = 0; i < command->path.depth; i++) {
        int length = snprintf(text[i], PATH_TEXT_SIZE, "%u", (unsigned)command->path.id[i]);
        request->path[i].data = text[i];
        request->path[i].length = (size_t)length;
    }
}

/* Whether the current command tells the version of its object (rule A-46). */
static bool is_versioned(const struct loom_bs_session *session)
{
    return session->current.operation == LOOM_BS_WRITE &&
           session->current.write->version_major != 0 && !session->unversioned;
}

static void fill_version(struct loom_request *request, const struct loom_fleet_write *write,
                         char text[VERSION_TEXT_SIZE])
{
    int length = snprintf(text, VERSION_TEXT_SIZE, "ver=%u.%u", (unsigned)write->version_major,
                          (unsigned)write->version_minor);
    request->query_count = 1;
    request->query[0].data = text;
    request->query[0].length = (size_t)length;
}

static enum loom_status send_request(struct loom_bootstrap_server *server,
                                     struct loom_bs_session *session, struct loom_bytes payload)
{
    char text[4][PATH_TEXT_SIZE];
    char version[VERSION_TEXT_SIZE];
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
        request.content_format = session->format;
    }
    if (is_versioned(session)) {
        fill_version(&request, session->current.write, version);
    }
    session->exchange = ++server->last_exchange;
    return server->port->request(server->port->self, session->link, &request, session->exchange);
}

/* Encodes and sends a Write. The buffer holds keys, so it is wiped. */
static enum loom_status send_write(struct loom_bootstrap_server *server,
                                   struct loom_bs_session *session)
{
    enum loom_status status = LOOM_TOO_LARGE;
    for (size_t room = LOOM_BS_PAYLOAD_ROOM;
         status == LOOM_TOO_LARGE && room <= LOOM_BS_PAYLOAD_ROOM_MAX; room *= 2) {
        uint8_t *buffer = malloc(room);
        if (buffer == NULL) {
            return LOOM_UNAVAILABLE;
        }
        struct loom_output out = loom_output(buffer, room);
        loom_bs_write_encode(session->current.write, &session->current.path, session->format, &out);
        if (!out.overflow) {
            struct loom_bytes payload = {buffer, out.length};
            status = send_request(server, session, payload);
            room =
                LOOM_BS_PAYLOAD_ROOM_MAX; /* what the port finds too large does not get smaller */
        }
        loom_memory_wipe(buffer, out.overflow ? room : out.length);
        free(buffer);
    }
    return status;
}

static void send_next(struct loom_bootstrap_server *server, struct loom_bs_session *session)
{
    static const struct loom_bytes nothing = {NULL, 0};
    session->current = session->planned ? session->plan.commands[session->next++] : discover;
    struct loom_bs_event event = loom_bs_event_of(server, session, LOOM_BS_SENT);
    enum loom_status status = session->current.operation == LOOM_BS_WRITE
                                  ? send_write(server, session)
                                  : send_request(server, session, nothing);
    if (status != LOOM_OK) {
        loom_bs_session_fail(server, session, LOOM_BS_NOT_SENT, 0);
        return;
    }
    session->sent = server->now;
    loom_bs_session_set_waiting(server, session, true);
    loom_list_append(&server->waiting, &session->turn);
    loom_bs_tell(server, &event);
}

/* ---- answers in ------------------------------------------------------------------------------ */

static void make_plan(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                      struct loom_bs_inventory *inventory)
{
    enum loom_status status =
        loom_bs_plan_make(&session->plan, session->account, session->repairs > 0, inventory);
    loom_bs_inventory_free(inventory);
    session->planned = status == LOOM_OK;
    session->next = 0;
    if (status != LOOM_OK) {
        loom_bs_session_fail(server, session,
                             status == LOOM_CONFLICT ? LOOM_BS_BAD_DISCOVER : LOOM_BS_NOT_SENT, 0);
    }
}

static void on_discovered(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                          const struct loom_response *response)
{
    struct loom_bs_inventory inventory;
    struct loom_text links = {(const char *)response->payload.data, response->payload.length};
    bool is_list = response->content_format == LOOM_FORMAT_LINK ||
                   response->content_format == LOOM_FORMAT_ABSENT;
    if (!is_list || loom_bs_inventory_read(&inventory, links) != LOOM_OK) {
        loom_bs_session_fail(server, session, LOOM_BS_BAD_DISCOVER, 0);
        return;
    }
    struct loom_bs_event event = loom_bs_event_of(server, session, LOOM_BS_DISCOVERED);
    event.lwm2m = inventory.lwm2m;
    event.bootstrap_instance = inventory.bootstrap_instance;
    event.links = links;
    loom_bs_tell(server, &event);
    make_plan(server, session, &inventory);
}

/* Whether the session can go on after this answer. What a Delete does not find is gone already. */
static bool is_good(const struct loom_bs_session *session, uint8_t code)
{
    return code == commands[session->current.operation].success ||
           (session->current.operation == LOOM_BS_DELETE && code == LOOM_NOT_FOUND);
}

/* The same write once more, without what an older client does not know (rule A-47). */
static void drop_version(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                         uint8_t code)
{
    struct loom_bs_event event = loom_bs_event_of(server, session, LOOM_BS_VERSION_REFUSED);
    event.code = code;
    session->unversioned = true;
    session->next--;
    loom_bs_tell(server, &event);
}

/* Looks at the client again, deletes what the account says and sends everything again. */
static void repair(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                   uint8_t code)
{
    struct loom_bs_event event = loom_bs_event_of(server, session, LOOM_BS_REPAIRING);
    event.code = code;
    session->repairs++;
    session->planned = false;
    loom_bs_plan_free(&session->plan);
    loom_bs_tell(server, &event);
}

static void on_refused(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                       uint8_t code)
{
    const struct loom_fleet_account *account = session->account;
    bool client_error = code >= LOOM_BAD_REQUEST && code < LOOM_INTERNAL_ERROR;
    if (client_error && is_versioned(session)) {
        drop_version(server, session, code);
    } else if (session->current.operation == LOOM_BS_FINISH && code == LOOM_NOT_ACCEPTABLE &&
               account->repair_count > 0 && session->repairs < REPAIRS_MAX) {
        repair(server, session, code);
    } else {
        bool refused = code >= LOOM_BAD_REQUEST;
        loom_bs_session_fail(server, session,
                             refused ? LOOM_BS_CLIENT_REFUSED : LOOM_BS_UNEXPECTED_ANSWER, code);
    }
}

static void on_answer(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                      const struct loom_response *response)
{
    struct loom_bs_event event = loom_bs_event_of(server, session, LOOM_BS_ANSWERED);
    event.code = response->code;
    session->heard = event.time;
    session->done++;
    loom_bs_tell(server, &event);
    if (!is_good(session, response->code)) {
        on_refused(server, session, response->code);
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
    case LOOM_FAILURE_UNUSABLE:
        break;
    }
    return LOOM_BS_NO_ANSWER;
}

void loom_bs_session_answered(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                              const struct loom_response *response, enum loom_failure failure)
{
    loom_bs_session_set_waiting(server, session, false);
    if (response->code != 0) {
        on_answer(server, session, response);
    } else {
        loom_bs_session_fail(server, session, reason_of(failure), 0);
    }
    if (session->running) {
        loom_list_append(&server->ready, &session->turn);
    }
}

/* ---- the life of a session ------------------------------------------------------------------- */

/* Whether a session that is asked for would only send again the Discover that was sent just now.
 * Later than that its next retransmission may be far away. Other commands are not taken over: an
 * answer to the old session's says nothing of what the client has done in the new one. */
static bool begins_alike(const struct loom_bootstrap_server *server,
                         const struct loom_bs_session *session,
                         const struct loom_fleet_account *account, const struct loom_session *link,
                         uint16_t format)
{
    return session->running && session->waiting && session->done == 0 && session->link == link &&
           session->account == account && session->format == format &&
           session->current.operation == LOOM_BS_DISCOVER &&
           server->now < session->sent + LOOM_BS_ACK_TIMEOUT_MS;
}

/* A new session takes over the Discover that is under way: many requests send no more than one. */
static void restart(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                    enum loom_bs_event_kind why)
{
    struct loom_bs_event failed = failure(server, session, LOOM_BS_ASKED_AGAIN, 0);
    session->number = ++server->last_number;
    session->requested = server->now;
    session->heard = server->now;
    loom_list_append(&server->running, &session->order);
    loom_list_append(&server->waiting, &session->turn);
    struct loom_bs_event begun = loom_bs_event_of(server, session, why);
    loom_bs_tell(server, &failed);
    loom_bs_tell(server, &begun);
}

void loom_bs_session_begin(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                           const struct loom_fleet_account *account, struct loom_session *link,
                           uint16_t format, enum loom_bs_event_kind why)
{
    static const struct loom_bs_plan no_plan = {NULL, 0};
    if (begins_alike(server, session, account, link, format)) {
        restart(server, session, why);
        return;
    }
    if (session->running) {
        loom_bs_session_fail(server, session, LOOM_BS_ASKED_AGAIN, 0);
    }
    (void)loom_fleet_account_hold(account);
    loom_fleet_account_release(session->account);
    session->account = account;
    session->running = true;
    session->number = ++server->last_number;
    session->requested = server->now;
    session->heard = server->now;
    session->format = format;
    session->unversioned = false;
    session->repairs = 0;
    session->planned = false;
    session->plan = no_plan;
    session->next = 0;
    session->done = 0;
    session->current = discover;
    loom_bs_session_set_link(server, session, link);
    loom_list_append(&server->running, &session->order);
    loom_list_append(&server->ready, &session->turn);
    struct loom_bs_event event = loom_bs_event_of(server, session, why);
    loom_bs_tell(server, &event);
}

/* A client that is not asked what it has gets its plan here, in the first step. */
static void prepare(struct loom_bootstrap_server *server, struct loom_bs_session *session)
{
    const struct loom_fleet_account *account = session->account;
    struct loom_bs_inventory inventory;
    if (session->planned || account->discover) {
        return;
    }
    if (loom_bs_inventory_assume(&inventory, account->bootstrap_instance) != LOOM_OK) {
        loom_bs_session_fail(server, session, LOOM_BS_NOT_SENT, 0);
        return;
    }
    make_plan(server, session, &inventory);
}

void loom_bs_session_step(struct loom_bootstrap_server *server, struct loom_bs_session *session)
{
    prepare(server, session);
    if (session->running) {
        send_next(server, session);
    }
}
