/* SPDX-License-Identifier: Apache-2.0 */
#include "loom/port_loopback.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loom/pieces.h"
#include "uri.h"

#define TIMEOUT_MS  93000u /* MAX_TRANSMIT_WAIT */
#define ANSWER_ROOM 4096u
#define NEVER       UINT64_MAX

struct loom_loopback_host {
    struct loom_loopback *network;
    struct loom_loopback_host *next;
    char *authority;
    struct loom_coap_uri *place; /* what the authority says; NULL: others cannot reach it */
    const struct loom_side *side;
    void *side_self;
    bool (*find_key)(void *user, struct loom_bytes identity, struct loom_bytes *key);
    void *find_key_user;
    bool reachable;
    bool asking; /* the side, by a request: it must not notify now */
    size_t answer_room;
    uint16_t piece_room;
};

/* One end of a session. */
struct loom_session {
    struct loom_loopback_host *host;
    struct loom_session *next;
    struct loom_session *peer; /* NULL: nobody there */
    struct loom_loopback_host *target;
    void *owner;
    struct loom_bytes identity;
    bool secure;
    bool refused;    /* the handshake fails */
    bool confirming; /* a notification of this end is not acknowledged yet */
};

/* An observation, as one of its ends knows it: the exchange stands for the token. */
struct observation {
    struct observation *next;
    struct loom_session *session;
    uint32_t exchange;
    uint16_t name; /* that the end which is observed has given it; 0: the end that observes */
};

enum message_kind {
    MESSAGE_REQUEST,
    MESSAGE_RESPONSE,
    MESSAGE_NOTIFICATION,
    MESSAGE_NOTIFIED,
    MESSAGE_LOST
};

struct message {
    struct message *next;
    uint64_t due;                /* NEVER: it is kept back */
    uint64_t held;               /* the number under which it is */
    struct loom_session *holder; /* the end that keeps it back, or NULL */
    enum message_kind kind;
    struct loom_session *from; /* NULL: from nobody */
    struct loom_session *to;
    uint32_t exchange;
    uint16_t observation; /* of a notification */
    bool confirmable;     /* same */
    enum loom_failure failure;
    int alert;
    struct loom_request request;
    struct loom_response response;
    unsigned char *bytes; /* what the request or response points to */
    size_t used;
};

struct loom_loopback {
    uint64_t now;
    int64_t unix_offset_ms;
    bool knows_time;
    uint32_t random; /* 0: hosts have none */
    struct loom_loopback_host *hosts;
    struct loom_session *sessions;
    struct observation *observations;
    struct message *messages; /* by time */
};

static void *allocate(size_t size)
{
    void *memory = calloc(1, size == 0 ? 1 : size);
    if (memory == NULL) {
        abort();
    }
    return memory;
}

/* ---- messages -------------------------------------------------------------------------------- */

static struct message *new_message(enum message_kind kind, struct loom_session *from,
                                   struct loom_session *to, size_t bytes)
{
    struct message *message = allocate(sizeof *message);
    message->kind = kind;
    message->from = from;
    message->to = to;
    message->alert = -1;
    message->bytes = allocate(bytes);
    return message;
}

static void free_message(struct message *message)
{
    free(message->bytes);
    free(message);
}

static const unsigned char *keep(struct message *message, const void *data, size_t length)
{
    unsigned char *at = message->bytes + message->used;
    if (length > 0) {
        memcpy(at, data, length);
    }
    message->used += length;
    return at;
}

static void keep_texts(struct message *message, struct loom_text *texts, uint8_t count)
{
    for (uint8_t i = 0; i < count; i++) {
        texts[i].data = (const char *)keep(message, texts[i].data, texts[i].length);
    }
}

static size_t texts_size(const struct loom_text *texts, uint8_t count)
{
    size_t size = 0;
    for (uint8_t i = 0; i < count; i++) {
        size += texts[i].length;
    }
    return size;
}

static void post(struct loom_loopback *network, struct message *message, uint64_t delay)
{
    struct message **at = &network->messages;
    message->due = message->holder != NULL ? NEVER : network->now + delay;
    while (*at != NULL && (*at)->due <= message->due) {
        at = &(*at)->next;
    }
    message->next = *at;
    *at = message;
}

static void post_failure(struct loom_session *to, uint32_t exchange, enum loom_failure failure,
                         uint64_t delay)
{
    struct message *message = new_message(MESSAGE_RESPONSE, NULL, to, 0);
    message->exchange = exchange;
    message->failure = failure;
    message->response.content_format = LOOM_FORMAT_ABSENT;
    post(to->host->network, message, delay);
}

static void post_lost(struct loom_session *to, enum loom_failure failure, int alert, uint64_t delay)
{
    struct message *message = new_message(MESSAGE_LOST, NULL, to, 0);
    message->failure = failure;
    message->alert = alert;
    post(to->host->network, message, delay);
}

static void post_notified(struct loom_session *to, uint16_t observation, enum loom_failure failure,
                          bool confirmable, uint64_t delay)
{
    struct message *message = new_message(MESSAGE_NOTIFIED, NULL, to, 0);
    message->observation = observation;
    message->failure = failure;
    message->confirmable = confirmable;
    post(to->host->network, message, delay);
}

/* ---- observations ---------------------------------------------------------------------------- */

static void add_observation(struct loom_session *session, uint32_t exchange, uint16_t name)
{
    struct observation *added = allocate(sizeof *added);
    added->session = session;
    added->exchange = exchange;
    added->name = name;
    added->next = session->host->network->observations;
    session->host->network->observations = added;
}

static struct observation *find_exchange(const struct loom_session *session, uint32_t exchange)
{
    struct observation *found = session->host->network->observations;
    while (found != NULL && (found->session != session || found->exchange != exchange)) {
        found = found->next;
    }
    return found;
}

static struct observation *find_name(const struct loom_session *session, uint16_t name)
{
    struct observation *found = session->host->network->observations;
    while (found != NULL && (found->session != session || found->name != name)) {
        found = found->next;
    }
    return found;
}

/* NULL is allowed. */
static void remove_observation(struct loom_loopback *network, struct observation *removed)
{
    struct observation **at = &network->observations;
    while (*at != NULL && *at != removed) {
        at = &(*at)->next;
    }
    if (*at != NULL) {
        *at = removed->next;
        free(removed);
    }
}

static struct observation *any_observation(const struct loom_session *session)
{
    struct observation *found = session->host->network->observations;
    while (found != NULL && found->session != session) {
        found = found->next;
    }
    return found;
}

/* ---- sessions -------------------------------------------------------------------------------- */

static struct loom_session *new_session(struct loom_loopback_host *host, void *owner)
{
    struct loom_session *session = allocate(sizeof *session);
    session->host = host;
    session->owner = owner;
    session->next = host->network->sessions;
    host->network->sessions = session;
    return session;
}

/* Nothing comes instead of it, which is told in time. */
static void drop_answer(struct message *message)
{
    message->holder = NULL;
    message->failure = LOOM_FAILURE_TIMEOUT;
    message->response = (struct loom_response){.content_format = LOOM_FORMAT_ABSENT};
}

static void free_session(struct loom_session *session)
{
    struct loom_loopback *network = session->host->network;
    struct loom_session **at = &network->sessions;
    struct message **waiting = &network->messages;
    struct message *orphans = NULL;
    while (*waiting != NULL) {
        struct message *message = *waiting;
        if (message->from == session) {
            message->from = NULL;
        }
        if (message->holder == session && message->kind == MESSAGE_RESPONSE) {
            drop_answer(message);
            *waiting = message->next;
            message->next = orphans;
            orphans = message;
            continue;
        }
        if (message->holder == session) { /* a request that was never sent */
            *waiting = message->next;
            free_message(message);
            continue;
        }
        bool waited_for = message->kind == MESSAGE_REQUEST ||
                          (message->kind == MESSAGE_NOTIFICATION && message->confirmable);
        if (message->to == session && waited_for && message->from != NULL) {
            /* Nobody will answer it; the end that asked is told so in time. */
            message->kind = message->kind == MESSAGE_REQUEST ? MESSAGE_RESPONSE : MESSAGE_NOTIFIED;
            message->to = message->from;
            message->from = NULL;
            drop_answer(message);
            *waiting = message->next;
            message->next = orphans;
            orphans = message;
        } else if (message->to == session) {
            *waiting = message->next;
            free_message(message);
        } else {
            waiting = &message->next;
        }
    }
    while (orphans != NULL) {
        struct message *orphan = orphans;
        orphans = orphan->next;
        post(network, orphan, TIMEOUT_MS);
    }
    while (any_observation(session) != NULL) {
        remove_observation(network, any_observation(session));
    }
    while (*at != session) {
        at = &(*at)->next;
    }
    *at = session->next;
    if (session->peer != NULL) {
        session->peer->peer = NULL;
    }
    free((void *)(uintptr_t)session->identity.data);
    free(session);
}

static struct loom_loopback_host *find_host(struct loom_loopback *network,
                                            const struct loom_coap_uri *uri)
{
    struct loom_loopback_host *host = network->hosts;
    while (host != NULL && (host->place == NULL || host->place->port != uri->port ||
                            strcmp(host->place->host, uri->host) != 0)) {
        host = host->next;
    }
    return host;
}

/* The alert that a DTLS server sends for what it does not like: unknown_psk_identity,
 * decrypt_error. */
static int refusal_of(const struct loom_loopback_host *host,
                      const struct loom_credentials *credentials)
{
    const struct loom_psk *psk = &credentials->as.psk;
    struct loom_bytes key;
    if (host->find_key == NULL || !host->find_key(host->find_key_user, psk->identity, &key)) {
        return 115;
    }
    bool same = key.length == psk->key.length && memcmp(key.data, psk->key.data, key.length) == 0;
    return same ? -1 : 51;
}

struct loom_session *loom_loopback_session(struct loom_loopback_host *host)
{
    struct loom_session *session = host->network->sessions;
    while (session != NULL && (session->host != host || session->owner != NULL)) {
        session = session->next;
    }
    return session;
}

/* Reads the URI of a server. */
static bool read_uri(struct loom_text text, struct loom_coap_uri *uri)
{
    return loom_coap_uri_parse(text, uri) && uri->port != 0;
}

/* @return NULL: nobody finds a host under that authority */
static struct loom_coap_uri *read_authority(const char *authority)
{
    char text[LOOM_COAP_URI_LENGTH_MAX + 1];
    int length = snprintf(text, sizeof text, "coap://%s", authority);
    struct loom_coap_uri *place = allocate(sizeof *place);
    if (length >= (int)sizeof text || !read_uri((struct loom_text){text, (size_t)length}, place)) {
        free(place);
        return NULL;
    }
    return place;
}

static struct loom_bytes copy_of(struct loom_bytes bytes)
{
    unsigned char *copy = allocate(bytes.length);
    if (bytes.length > 0) {
        memcpy(copy, bytes.data, bytes.length);
    }
    return (struct loom_bytes){copy, bytes.length};
}

static bool port_supports(void *self, const struct loom_credentials *credentials)
{
    struct loom_coap_uri uri;
    (void)self;
    return read_uri(credentials->uri, &uri) &&
           credentials->mode == (uri.secure ? LOOM_SECURITY_PSK : LOOM_SECURITY_NOSEC);
}

static enum loom_status port_open(void *self, const struct loom_credentials *credentials,
                                  void *owner, struct loom_session **session)
{
    struct loom_loopback_host *host = self;
    struct loom_coap_uri uri;
    if (!port_supports(self, credentials) || !read_uri(credentials->uri, &uri)) {
        return LOOM_BAD_REQUEST;
    }
    struct loom_session *opened = new_session(host, owner);
    bool secure = uri.secure;
    opened->secure = secure;
    opened->target = find_host(host->network, &uri);
    if (secure && opened->target != NULL && opened->target->reachable) {
        int alert = refusal_of(opened->target, credentials);
        opened->refused = alert >= 0;
        if (opened->refused) {
            post_lost(opened, LOOM_FAILURE_SECURITY, alert, 4 * LOOM_LOOPBACK_LATENCY_MS);
        }
    }
    if (opened->target != NULL && !opened->refused) {
        struct loom_session *other = new_session(opened->target, NULL);
        if (secure) {
            other->identity = copy_of(credentials->as.psk.identity);
        }
        other->secure = secure;
        other->target = host;
        other->peer = opened;
        opened->peer = other;
    }
    *session = opened;
    return LOOM_OK;
}

static void port_close(void *self, struct loom_session *session)
{
    (void)self;
    if (session->peer != NULL && session->secure) {
        post_lost(session->peer, LOOM_FAILURE_CLOSED, -1, LOOM_LOOPBACK_LATENCY_MS);
    }
    free_session(session);
}

/* What waits for the newest answer that this end keeps back. */
static void wait_behind_answers(const struct loom_loopback *network, struct message *message)
{
    for (const struct message *other = network->messages; other != NULL; other = other->next) {
        if (other->holder == message->from) {
            message->holder = other->holder;
            message->held = other->held;
        }
    }
}

static void port_settle(void *self, uint64_t held, bool send)
{
    struct loom_loopback_host *host = self;
    struct message **at = &host->network->messages;
    struct message *settled = NULL;
    struct message **last = &settled;
    while (*at != NULL) {
        struct message *message = *at;
        if (message->holder == NULL || message->holder->host != host || message->held != held) {
            at = &message->next;
            continue;
        }
        *at = message->next;
        message->next = NULL;
        *last = message;
        last = &message->next;
    }
    while (settled != NULL) {
        struct message *message = settled;
        settled = message->next;
        message->holder = NULL;
        bool dropped = !send && message->kind == MESSAGE_RESPONSE;
        if (dropped) {
            drop_answer(message);
        }
        post(host->network, message, dropped ? TIMEOUT_MS : LOOM_LOOPBACK_LATENCY_MS);
    }
}

static void port_revise(void *self, uint64_t held, uint8_t code)
{
    struct loom_loopback_host *host = self;
    for (struct message *message = host->network->messages; message != NULL;
         message = message->next) {
        if (message->holder != NULL && message->holder->host == host && message->held == held &&
            message->kind == MESSAGE_RESPONSE) {
            message->response =
                (struct loom_response){.code = code, .content_format = LOOM_FORMAT_ABSENT};
        }
    }
}

static enum loom_status port_request(void *self, struct loom_session *session,
                                     const struct loom_request *request, uint32_t exchange)
{
    struct loom_loopback_host *host = self;
    if (session->refused) {
        post_failure(session, exchange, LOOM_FAILURE_SECURITY, 3 * LOOM_LOOPBACK_LATENCY_MS);
        return LOOM_OK;
    }
    if (session->peer == NULL || !session->target->reachable || !host->reachable) {
        post_failure(session, exchange, LOOM_FAILURE_TIMEOUT, TIMEOUT_MS);
        return LOOM_OK;
    }
    if (request->observe == LOOM_OBSERVE_END) {
        remove_observation(host->network, find_exchange(session, request->observation_of));
    }
    size_t size = texts_size(request->path, request->path_count) +
                  texts_size(request->query, request->query_count) + request->payload.length;
    struct message *message = new_message(MESSAGE_REQUEST, session, session->peer, size);
    message->exchange = exchange;
    message->request = *request;
    message->request.confirmable = true;
    keep_texts(message, message->request.path, request->path_count);
    keep_texts(message, message->request.query, request->query_count);
    message->request.payload.data = keep(message, request->payload.data, request->payload.length);
    wait_behind_answers(host->network, message);
    post(host->network, message, LOOM_LOOPBACK_LATENCY_MS);
    return LOOM_OK;
}

/* A request that is on its way arrives, but nobody waits for the answer. */
static void port_cancel(void *self, struct loom_session *session, uint32_t exchange)
{
    const struct loom_loopback_host *host = self;
    struct message **at = &host->network->messages;
    while (*at != NULL) {
        struct message *message = *at;
        bool same = message->kind != MESSAGE_LOST && message->exchange == exchange;
        bool unsent = message->kind == MESSAGE_REQUEST && message->holder != NULL;
        if (same && ((message->to == session && message->kind == MESSAGE_RESPONSE) ||
                     (message->from == session && unsent))) {
            *at = message->next;
            free_message(message);
            continue;
        }
        if (same && message->from == session && message->kind == MESSAGE_REQUEST) {
            message->from = NULL;
        }
        at = &message->next;
    }
    remove_observation(host->network, find_exchange(session, exchange));
}

static enum loom_status port_notify(void *self, struct loom_session *session, uint16_t observation,
                                    const struct loom_notification *notification)
{
    const struct loom_loopback_host *host = self;
    struct observation *observed = find_name(session, observation);
    if (host->asking) {
        return LOOM_UNAVAILABLE;
    }
    if (observed == NULL) {
        return LOOM_NOT_FOUND;
    }
    if (notification->confirmable && session->confirming) {
        return LOOM_UNAVAILABLE;
    }
    session->confirming = session->confirming || notification->confirmable;
    uint32_t exchange = observed->exchange;
    if (notification->code >> 5 != 2) {
        remove_observation(host->network, observed);
    }
    if (session->peer == NULL || !session->target->reachable || !host->reachable) {
        if (notification->confirmable) {
            post_notified(session, observation, LOOM_FAILURE_TIMEOUT, true, TIMEOUT_MS);
        }
        return LOOM_OK;
    }
    struct message *message =
        new_message(MESSAGE_NOTIFICATION, session, session->peer, notification->payload.length);
    message->exchange = exchange;
    message->observation = observation;
    message->confirmable = notification->confirmable;
    message->response.code = notification->code;
    message->response.content_format = notification->content_format;
    message->response.payload.data =
        keep(message, notification->payload.data, notification->payload.length);
    message->response.payload.length = notification->payload.length;
    message->response.observe_more = notification->code >> 5 == 2;
    post(host->network, message, LOOM_LOOPBACK_LATENCY_MS);
    return LOOM_OK;
}

static void port_forget(void *self, struct loom_session *session, uint16_t observation)
{
    const struct loom_loopback_host *host = self;
    struct message **at = &host->network->messages;
    while (*at != NULL) {
        struct message *message = *at;
        if (message->kind == MESSAGE_NOTIFIED && message->to == session &&
            message->observation == observation) {
            session->confirming = session->confirming && !message->confirmable;
            *at = message->next;
            free_message(message);
            continue;
        }
        if (message->kind == MESSAGE_NOTIFICATION && message->from == session &&
            message->observation == observation) {
            session->confirming = session->confirming && !message->confirmable;
            message->from = NULL;
        }
        at = &message->next;
    }
    remove_observation(host->network, find_name(session, observation));
}

static uint64_t port_now(void *self)
{
    const struct loom_loopback_host *host = self;
    return host->network->now;
}

static int64_t port_unix_time(void *self)
{
    const struct loom_loopback *network = ((const struct loom_loopback_host *)self)->network;
    return network->knows_time ? (network->unix_offset_ms + (int64_t)network->now) / 1000 : 0;
}

/* xorshift, which never comes to 0. */
static uint32_t port_random(void *self)
{
    struct loom_loopback *network = ((struct loom_loopback_host *)self)->network;
    network->random ^= network->random << 13;
    network->random ^= network->random >> 17;
    network->random ^= network->random << 5;
    return network->random;
}

static void port_peer(void *self, const struct loom_session *session, struct loom_peer *peer)
{
    static const char client[] = "client";
    const char *authority = session->target == NULL ? NULL : session->target->authority;
    (void)self;
    peer->address.data = authority != NULL ? authority : client;
    peer->address.length = strlen(peer->address.data);
    peer->identity = session->identity;
    peer->secure = session->secure;
}

/* ---- delivery -------------------------------------------------------------------------------- */

/* @param held under which number `from` keeps it back; 0: it does not */
static void answer(struct loom_session *from, uint64_t held, struct loom_session *to,
                   uint32_t exchange, const struct loom_response *response)
{
    size_t size =
        texts_size(response->location, response->location_count) + response->payload.length;
    struct message *message = new_message(MESSAGE_RESPONSE, NULL, to, size);
    message->exchange = exchange;
    message->holder = held != 0 ? from : NULL;
    message->held = held;
    message->response = *response;
    keep_texts(message, message->response.location, response->location_count);
    message->response.payload.data =
        keep(message, response->payload.data, response->payload.length);
    post(to->host->network, message, LOOM_LOOPBACK_LATENCY_MS);
}

/* What an answer means for the observation that has the token of the request. */
static void note_observation(const struct message *message, const struct loom_reply *reply)
{
    struct loom_session *to = message->to;
    const struct loom_request *request = &message->request;
    if (reply->observation != 0 && reply->code >> 5 == 2) {
        add_observation(to, message->exchange, reply->observation);
        if (message->from != NULL) {
            add_observation(message->from, message->exchange, 0);
        }
    } else if (request->observe == LOOM_OBSERVE_END && request->observation_of != 0 &&
               reply->code >> 5 == 2) {
        port_forget(to->host, to, (uint16_t)request->observation_of);
    }
}

static bool is_open(const struct loom_loopback *network, const struct loom_session *session)
{
    const struct loom_session *open = network->sessions;
    while (open != NULL && open != session) {
        open = open->next;
    }
    return open != NULL;
}

/* The pieces of a long body, if the side takes them.
 * @return false: it wants the whole */
static bool ask_in_pieces(struct loom_session *to, const struct loom_request *request,
                          struct loom_reply *reply)
{
    const struct loom_loopback_host *host = to->host;
    struct loom_bytes body = request->payload;
    struct loom_request part = *request;
    part.payload.length = LOOM_LOOPBACK_PIECE;
    part.piece.more = true;
    if (body.length <= LOOM_LOOPBACK_PIECE || host->side->takes_pieces == NULL ||
        !host->side->takes_pieces(host->side_self, to->owner, to, &part)) {
        return false;
    }
    do {
        size_t rest = body.length - part.piece.offset;
        part.piece.more = rest > LOOM_LOOPBACK_PIECE;
        part.payload.data = body.data + part.piece.offset;
        part.payload.length = part.piece.more ? LOOM_LOOPBACK_PIECE : rest;
        reply->code = 0;
        host->side->request(host->side_self, to->owner, to, &part, reply);
        part.piece.offset += LOOM_LOOPBACK_PIECE;
    } while (part.piece.more && reply->code == LOOM_CONTINUE && is_open(host->network, to));
    return true;
}

/* Asks the side. @return false: it does not answer, or has closed the session */
static bool ask(const struct message *message, const struct loom_request *request,
                struct loom_reply *reply)
{
    struct loom_session *to = message->to;
    struct loom_loopback_host *host = to->host;
    uint8_t *room = reply->payload;
    memset(reply, 0, sizeof *reply);
    reply->content_format = LOOM_FORMAT_ABSENT;
    reply->payload = room;
    reply->room = host->answer_room;
    loom_pieces_offer(request, host->piece_room, reply);
    host->asking = true;
    if (!ask_in_pieces(to, request, reply)) {
        host->side->request(host->side_self, to->owner, to, request, reply);
    }
    host->asking = false;
    return reply->code != 0 && is_open(host->network, to);
}

/* Joins an answer of which the first piece has come. What it comes to is in `joined` then. An
 * answer that becomes another meanwhile, or has no end, is none. */
static bool join(const struct message *message, struct loom_reply *reply,
                 struct loom_response *response, unsigned char *joined)
{
    struct loom_request request = message->request;
    uint32_t etag = response->etag;
    size_t length = 0;
    bool more = true;
    request.observe = LOOM_OBSERVE_NONE;
    request.observation_of = 0;
    while (response->etag == etag && response->code >> 5 == 2 &&
           response->payload.length <= LOOM_LOOPBACK_ANSWER_MAX - length) {
        if (response->payload.length > 0) {
            memcpy(joined + length, response->payload.data, response->payload.length);
        }
        length += response->payload.length;
        more = response->piece.more;
        request.answer_offset = (uint32_t)length;
        if (!more || !ask(message, &request, reply) ||
            !loom_pieces_take(&request, reply, response)) {
            break;
        }
    }
    response->payload = (struct loom_bytes){joined, length};
    response->piece = (struct loom_piece){0, false};
    return !more;
}

static void deliver_request(struct message *message)
{
    struct loom_session *to = message->to;
    struct loom_loopback_host *host = to->host;
    struct loom_response response = {0};
    struct loom_reply reply = {.payload = allocate(host->answer_room)};
    unsigned char *joined = NULL;
    bool heard = host->reachable;
    const struct observation *known = message->request.observe == LOOM_OBSERVE_END
                                          ? find_exchange(to, message->request.observation_of)
                                          : NULL;
    message->request.observation_of = known == NULL ? 0 : known->name;
    bool answered = heard && ask(message, &message->request, &reply);
    if (answered) {
        note_observation(message, &reply);
        answered = loom_pieces_take(&message->request, &reply, &response);
    }
    if (answered && message->request.piece_room == 0 && response.piece.more) {
        bool observed = response.observe_more;
        joined = allocate(LOOM_LOOPBACK_ANSWER_MAX);
        answered = join(message, &reply, &response, joined);
        response.observe_more = observed;
    }
    /* The end that asked may have gone in the meantime. */
    if (message->from != NULL && answered) {
        answer(to, reply.held, message->from, message->exchange, &response);
    } else if (message->from != NULL) {
        post_failure(message->from, message->exchange, LOOM_FAILURE_TIMEOUT,
                     TIMEOUT_MS - LOOM_LOOPBACK_LATENCY_MS);
    }
    free(joined);
    free(reply.payload);
}

/* Nobody waits for it any more: it is refused (rule C-61). */
static void deliver_notification(const struct message *message)
{
    struct loom_session *to = message->to;
    struct loom_session *from = message->from;
    struct loom_loopback_host *host = to->host;
    struct observation *observation = find_exchange(to, message->exchange);
    bool confirmable = message->confirmable;
    bool wanted = observation != NULL;
    if (!host->reachable) {
        if (from != NULL && confirmable) {
            post_notified(from, message->observation, LOOM_FAILURE_TIMEOUT, true,
                          TIMEOUT_MS - LOOM_LOOPBACK_LATENCY_MS);
        }
        return;
    }
    if (from != NULL && (confirmable || !wanted)) {
        post_notified(from, message->observation, wanted ? LOOM_FAILURE_NONE : LOOM_FAILURE_RESET,
                      confirmable, LOOM_LOOPBACK_LATENCY_MS);
    }
    if (wanted) {
        if (!message->response.observe_more) {
            remove_observation(host->network, observation);
        }
        host->side->response(host->side_self, to->owner, to, message->exchange, &message->response,
                             LOOM_FAILURE_NONE);
    }
}

static void deliver_notified(const struct message *message)
{
    struct loom_session *to = message->to;
    struct loom_loopback_host *host = to->host;
    to->confirming = to->confirming && !message->confirmable;
    if (message->failure == LOOM_FAILURE_RESET) {
        remove_observation(host->network, find_name(to, message->observation));
    }
    if (host->side->notified != NULL) {
        host->side->notified(host->side_self, to->owner, to, message->observation,
                             message->failure);
    }
}

/* What this end observes comes to its end with the session. The side may close it meanwhile. */
static void report_observed(struct loom_loopback_host *host, struct loom_session *session)
{
    struct loom_response nothing;
    struct observation *observation;
    memset(&nothing, 0, sizeof nothing);
    nothing.content_format = LOOM_FORMAT_ABSENT;
    while (is_open(host->network, session) && (observation = find_name(session, 0)) != NULL) {
        uint32_t exchange = observation->exchange;
        remove_observation(host->network, observation);
        host->side->response(host->side_self, session->owner, session, exchange, &nothing,
                             LOOM_FAILURE_CLOSED);
    }
}

static void deliver(struct message *message)
{
    struct loom_session *to = message->to;
    struct loom_loopback_host *host = to->host;
    switch (message->kind) {
    case MESSAGE_REQUEST:
        deliver_request(message);
        break;
    case MESSAGE_RESPONSE:
        host->side->response(host->side_self, to->owner, to, message->exchange, &message->response,
                             message->failure);
        break;
    case MESSAGE_NOTIFICATION:
        deliver_notification(message);
        break;
    case MESSAGE_NOTIFIED:
        deliver_notified(message);
        break;
    case MESSAGE_LOST:
        report_observed(host, to);
        if (is_open(host->network, to)) {
            host->side->lost(host->side_self, to->owner, to, message->failure, message->alert);
            free_session(to);
        }
        break;
    }
}

bool loom_loopback_deliver(struct loom_loopback *network, uint64_t until)
{
    struct message *message = network->messages;
    if (message == NULL || message->due > until || message->due == NEVER) {
        return false;
    }
    network->now = message->due > network->now ? message->due : network->now;
    network->messages = message->next;
    deliver(message);
    free_message(message);
    return true;
}

/* ---- the network ----------------------------------------------------------------------------- */

struct loom_loopback *loom_loopback_create(uint64_t now)
{
    struct loom_loopback *network = allocate(sizeof *network);
    network->now = now;
    return network;
}

void loom_loopback_destroy(struct loom_loopback *network)
{
    while (network->sessions != NULL) {
        free_session(network->sessions);
    }
    while (network->hosts != NULL) {
        struct loom_loopback_host *host = network->hosts;
        network->hosts = host->next;
        free(host->authority);
        free(host->place);
        free(host);
    }
    free(network);
}

struct loom_loopback_host *loom_loopback_add(struct loom_loopback *network, const char *authority,
                                             const struct loom_side *side, void *side_self,
                                             struct loom_port *port)
{
    struct loom_loopback_host *host = allocate(sizeof *host);
    host->network = network;
    host->next = network->hosts;
    host->side = side;
    host->side_self = side_self;
    host->reachable = true;
    host->answer_room = ANSWER_ROOM;
    host->piece_room = LOOM_PIECE_MAX;
    network->hosts = host;
    if (authority != NULL) {
        size_t size = strlen(authority) + 1;
        host->authority = allocate(size);
        memcpy(host->authority, authority, size);
        host->place = read_authority(authority);
    }
    port->self = host;
    port->now = port_now;
    port->unix_time = port_unix_time;
    port->random = network->random != 0 ? port_random : NULL;
    port->transports = "U";
    port->supports = port_supports;
    port->open = port_open;
    port->close = port_close;
    port->request = port_request;
    port->cancel = port_cancel;
    port->peer = port_peer;
    port->notify = port_notify;
    port->forget = port_forget;
    port->settle = port_settle;
    port->revise = port_revise;
    return host;
}

void loom_loopback_set_keys(struct loom_loopback_host *host,
                            bool (*find_key)(void *user, struct loom_bytes identity,
                                             struct loom_bytes *key),
                            void *user)
{
    host->find_key = find_key;
    host->find_key_user = user;
}

void loom_loopback_set_side(struct loom_loopback_host *host, const struct loom_side *side)
{
    host->side = side;
}

void loom_loopback_set_reachable(struct loom_loopback_host *host, bool reachable)
{
    host->reachable = reachable;
}

void loom_loopback_set_rooms(struct loom_loopback_host *host, size_t answer, uint16_t piece)
{
    host->answer_room = answer;
    host->piece_room = piece;
}

uint64_t loom_loopback_now(const struct loom_loopback *network)
{
    return network->now;
}

void loom_loopback_set_unix_time(struct loom_loopback *network, int64_t seconds)
{
    network->knows_time = seconds != 0;
    network->unix_offset_ms = seconds * 1000 - (int64_t)network->now;
}

void loom_loopback_set_random(struct loom_loopback *network, uint32_t seed)
{
    network->random = seed;
}

void loom_loopback_advance(struct loom_loopback *network, uint64_t to)
{
    if (to > network->now) {
        network->now = to;
    }
}
