/* SPDX-License-Identifier: Apache-2.0 */
#include "net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LATENCY_LEAST 15u
#define LATENCY_MOST  45u
#define NOTHING       (-1)

enum timer_kind { TIMER_DATAGRAM, TIMER_RETRANSMIT };

/* ---- pools ----------------------------------------------------------------------------------- */

/* A pool that runs dry means that something sends without end: a fault of the simulation itself. */
static void dry(const char *what)
{
    (void)fprintf(stderr, "sim: the network has no %s left\n", what);
    abort();
}

static int new_blob(struct net *net)
{
    if (net->free_blob_count == 0) {
        dry("blobs");
    }
    int index = net->free_blobs[--net->free_blob_count];
    net->blobs[index].references = 1;
    net->blobs[index].used = 0;
    return index;
}

static int hold_blob(struct net *net, int index)
{
    if (index != NOTHING) {
        net->blobs[index].references++;
    }
    return index;
}

static void drop_blob(struct net *net, int index)
{
    if (index != NOTHING && --net->blobs[index].references == 0) {
        net->free_blobs[net->free_blob_count++] = (uint16_t)index;
    }
}

static bool is_before(const struct net_timer *a, const struct net_timer *b)
{
    return a->at != b->at ? a->at < b->at : (int32_t)(a->order - b->order) < 0;
}

static void push_timer(struct net *net, uint64_t at, enum timer_kind kind, int index,
                       uint32_t generation)
{
    struct net_timer timer = {.at = at,
                              .order = net->order++,
                              .kind = (uint8_t)kind,
                              .index = index,
                              .generation = generation};
    if (net->timer_count == NET_TIMERS) {
        dry("timers");
    }
    unsigned i = net->timer_count++;
    while (i > 0 && is_before(&timer, &net->timers[(i - 1) / 2])) {
        net->timers[i] = net->timers[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    net->timers[i] = timer;
}

static struct net_timer pop_timer(struct net *net)
{
    struct net_timer first = net->timers[0];
    struct net_timer last = net->timers[--net->timer_count];
    unsigned i = 0;
    for (;;) {
        unsigned child = 2 * i + 1;
        if (child >= net->timer_count) {
            break;
        }
        if (child + 1 < net->timer_count &&
            is_before(&net->timers[child + 1], &net->timers[child])) {
            child++;
        }
        if (!is_before(&net->timers[child], &last)) {
            break;
        }
        net->timers[i] = net->timers[child];
        i = child;
    }
    net->timers[i] = last;
    return first;
}

/* ---- messages as bytes ----------------------------------------------------------------------- */

static bool keep(struct net_blob *blob, const void *data, size_t length, const void **at)
{
    if (length > NET_DATAGRAM - blob->used) {
        return false;
    }
    if (length > 0) {
        memcpy(blob->bytes + blob->used, data, length);
    }
    *at = blob->bytes + blob->used;
    blob->used = (uint16_t)(blob->used + length);
    return true;
}

static bool keep_texts(struct net_blob *blob, struct loom_text *texts, uint8_t count)
{
    bool fits = true;
    for (uint8_t i = 0; fits && i < count; i++) {
        const void *at = NULL;
        fits = keep(blob, texts[i].data, texts[i].length, &at);
        texts[i].data = at;
    }
    return fits;
}

static bool keep_bytes(struct net_blob *blob, struct loom_bytes *bytes)
{
    const void *at = NULL;
    bool fits = keep(blob, bytes->data, bytes->length, &at);
    bytes->data = at;
    return fits;
}

static bool keep_request(struct net_blob *blob, const struct loom_request *request)
{
    blob->request = *request;
    blob->request.confirmable = true;
    return keep_texts(blob, blob->request.path, request->path_count) &&
           keep_texts(blob, blob->request.query, request->query_count) &&
           keep_bytes(blob, &blob->request.payload);
}

static bool keep_reply(struct net_blob *blob, const struct loom_reply *reply)
{
    struct loom_response *response = &blob->response;
    memset(response, 0, sizeof *response);
    response->code = reply->code;
    response->content_format = reply->content_format;
    response->location_count = reply->location_count;
    memcpy(response->location, reply->location, reply->location_count * sizeof reply->location[0]);
    response->payload.data = reply->payload;
    response->payload.length = reply->length;
    return keep_texts(blob, response->location, response->location_count) &&
           keep_bytes(blob, &response->payload);
}

/* ---- datagrams ------------------------------------------------------------------------------- */

static void post(struct net *net, const struct net_packet *packet, uint64_t delay)
{
    if (net->free_packet_count == 0) {
        dry("packets");
    }
    int index = net->free_packets[--net->free_packet_count];
    net->packets[index] = *packet;
    net->packets[index].used = true;
    hold_blob(net, packet->blob);
    push_timer(net, net->now + delay, TIMER_DATAGRAM, index, 0);
}

static void send_datagram(struct net *net, const struct net_packet *packet, uint32_t hold)
{
    struct net_weather *weather = &net->weather;
    unsigned copies = sim_random_chance(&net->random, weather->doubled) ? 2 : 1;
    if (!net->hosts[packet->from].up) {
        return;
    }
    if (net->listener != NULL) {
        net->listener(net->listener_user, packet, false);
    }
    net->counts.datagrams++;
    net->counts.doubled += copies - 1;
    for (unsigned i = 0; i < copies; i++) {
        bool lost =
            net->cut[packet->from][packet->to] || sim_random_chance(&net->random, weather->loss);
        uint64_t delay = hold + sim_random_between(&net->random, LATENCY_LEAST, LATENCY_MOST) +
                         sim_random_below(&net->random, (uint64_t)weather->delay + 1);
        if (lost) {
            net->counts.lost++;
        } else {
            post(net, packet, delay);
        }
    }
}

/* A packet from this end of a session to the other. */
static struct net_packet packet_of(const struct net *net, const struct loom_session *session,
                                   enum net_kind kind)
{
    struct net_packet packet = {.used = true,
                                .kind = (uint8_t)kind,
                                .from = session->host,
                                .to = session->peer,
                                .association = session->association,
                                .blob = NOTHING};
    if (session->passive) {
        packet.to_place = session->place;
        packet.to_port = session->port;
        packet.from_place = net->hosts[session->host].place;
    } else {
        packet.from_place = net->hosts[session->host].place;
        packet.from_port = session->port;
        packet.to_place = net->hosts[session->peer].place;
    }
    return packet;
}

/* ---- sessions -------------------------------------------------------------------------------- */

static struct loom_session *new_session(struct net *net, unsigned host, unsigned peer)
{
    for (unsigned i = 0; i < NET_SESSIONS; i++) {
        struct loom_session *session = &net->sessions[net->next_session];
        net->next_session = (net->next_session + 1) % (int)NET_SESSIONS;
        if (!session->used) {
            memset(session, 0, sizeof *session);
            session->used = true;
            session->host = (uint8_t)host;
            session->peer = (uint8_t)peer;
            session->generation = ++net->generation;
            session->alert = -1;
            session->last_used = net->now;
            return session;
        }
    }
    dry("sessions");
    return NULL;
}

static int index_of(const struct net *net, const struct loom_session *session)
{
    return (int)(session - net->sessions);
}

static void drop_exchange(struct net *net, struct net_exchange *exchange)
{
    drop_blob(net, exchange->blob);
    exchange->used = false;
}

static void free_session(struct net *net, struct loom_session *session)
{
    for (unsigned i = 0; i < NET_EXCHANGES; i++) {
        struct net_exchange *exchange = &net->exchanges[i];
        if (exchange->used && exchange->session == index_of(net, session)) {
            drop_exchange(net, exchange);
        }
    }
    for (unsigned i = 0; i < NET_ANSWERED; i++) {
        if (session->answered[i].until != 0) {
            drop_blob(net, session->answered[i].blob);
        }
    }
    if (!session->passive) {
        net->hosts[session->host].open_sessions--;
    }
    session->used = false;
}

static void fail_exchange(struct net *net, struct net_exchange *exchange, enum loom_failure failure)
{
    struct loom_session *session = &net->sessions[exchange->session];
    const struct net_host *host = &net->hosts[session->host];
    struct loom_response nothing;
    uint32_t number = exchange->number;
    memset(&nothing, 0, sizeof nothing);
    nothing.content_format = LOOM_FORMAT_ABSENT;
    drop_exchange(net, exchange);
    host->side->response(host->side_self, session->owner, session, number, &nothing, failure);
}

/* The exchanges first, then the session. The side may close it in between. */
static void lose_session(struct net *net, struct loom_session *session, enum loom_failure failure,
                         int alert)
{
    const struct net_host *host = &net->hosts[session->host];
    uint32_t generation = session->generation;
    for (unsigned i = 0; i < NET_EXCHANGES; i++) {
        struct net_exchange *exchange = &net->exchanges[i];
        if (exchange->used && exchange->session == index_of(net, session)) {
            fail_exchange(net, exchange, failure);
        }
        if (!session->used || session->generation != generation) {
            return;
        }
    }
    host->side->lost(host->side_self, session->owner, session, failure, alert);
    if (session->used && session->generation == generation) {
        free_session(net, session);
    }
}

static struct loom_session *find_active(struct net *net, const struct net_packet *packet)
{
    for (unsigned i = 0; i < NET_SESSIONS; i++) {
        struct loom_session *session = &net->sessions[i];
        if (session->used && !session->passive && session->host == packet->to &&
            session->peer == packet->from && session->port == packet->to_port) {
            return session;
        }
    }
    return NULL;
}

static struct loom_session *find_passive(struct net *net, const struct net_packet *packet)
{
    for (unsigned i = 0; i < NET_SESSIONS; i++) {
        struct loom_session *session = &net->sessions[i];
        bool same = session->used && session->passive && session->host == packet->to &&
                    session->peer == packet->from && session->place == packet->from_place &&
                    session->port == packet->from_port;
        if (same && (packet->kind == NET_HELLO ? session->secure
                                               : session->association == packet->association)) {
            return session;
        }
    }
    return NULL;
}

struct loom_session *net_session_from(struct net *net, unsigned host, unsigned peer)
{
    struct loom_session *latest = NULL;
    for (unsigned i = 0; i < NET_SESSIONS; i++) {
        struct loom_session *session = &net->sessions[i];
        if (session->used && session->passive && session->host == host && session->peer == peer &&
            (latest == NULL || session->generation > latest->generation)) {
            latest = session;
        }
    }
    return latest;
}

/* A host keeps only so many sessions of peers; the one that was idle for longest makes room. */
static void make_room(struct net *net, unsigned host)
{
    struct loom_session *oldest = NULL;
    unsigned count = 0;
    for (unsigned i = 0; i < NET_SESSIONS; i++) {
        struct loom_session *session = &net->sessions[i];
        if (session->used && session->passive && session->host == host) {
            count++;
            oldest = oldest == NULL || session->last_used < oldest->last_used ? session : oldest;
        }
    }
    if (count >= NET_PASSIVE) {
        lose_session(net, oldest, LOOM_FAILURE_CLOSED, -1);
    }
}

static struct loom_session *begin_passive(struct net *net, const struct net_packet *packet)
{
    make_room(net, packet->to);
    struct loom_session *session = new_session(net, packet->to, packet->from);
    session->passive = true;
    session->established = true;
    session->place = packet->from_place;
    session->port = packet->from_port;
    (void)snprintf(session->address, sizeof session->address, "10.0.%u.%u:%u",
                   (unsigned)packet->from, (unsigned)(packet->from_place % 256),
                   (unsigned)(packet->from_port % 65536));
    return session;
}

/* ---- requests of this end -------------------------------------------------------------------- */

/* Sends or repeats a request; where the session is not secured yet, what begins it. */
static void transmit(struct net *net, struct net_exchange *exchange)
{
    struct loom_session *session = &net->sessions[exchange->session];
    bool greets = session->secure && !session->established;
    struct net_packet packet = packet_of(net, session, greets ? NET_HELLO : NET_REQUEST);
    packet.mid = exchange->mid;
    packet.token = exchange->token;
    if (greets) {
        struct net_blob *blob;
        struct loom_bytes identity = {session->identity, session->identity_length};
        struct loom_bytes key = {session->key, session->key_length};
        packet.blob = new_blob(net);
        blob = &net->blobs[packet.blob];
        keep_bytes(blob, &identity);
        keep_bytes(blob, &key);
        memset(&blob->request, 0, sizeof blob->request);
        blob->request.payload = identity;
        blob->response.payload = key;
        send_datagram(net, &packet, 0);
        drop_blob(net, packet.blob);
    } else {
        packet.blob = exchange->blob;
        send_datagram(net, &packet, 0);
    }
    session->last_used = net->now;
}

static void set_retransmission(struct net *net, struct net_exchange *exchange, uint64_t delay)
{
    exchange->generation = ++net->generation;
    push_timer(net, net->now + delay, TIMER_RETRANSMIT, (int)(exchange - net->exchanges),
               exchange->generation);
}

static void on_retransmission(struct net *net, struct net_exchange *exchange)
{
    if (exchange->acknowledged || exchange->tries > NET_MAX_RETRANSMIT) {
        fail_exchange(net, exchange, LOOM_FAILURE_TIMEOUT);
        return;
    }
    if (exchange->tries > 0) {
        net->counts.retransmissions++;
    }
    exchange->tries++;
    transmit(net, exchange);
    set_retransmission(net, exchange, exchange->timeout);
    exchange->timeout *= 2;
}

static bool has_exchange(const struct net *net, const struct loom_session *session)
{
    for (unsigned i = 0; i < NET_EXCHANGES; i++) {
        if (net->exchanges[i].used && net->exchanges[i].session == index_of(net, session)) {
            return true;
        }
    }
    return false;
}

static struct net_exchange *find_exchange(struct net *net, const struct loom_session *session,
                                          const struct net_packet *packet)
{
    for (unsigned i = 0; i < NET_EXCHANGES; i++) {
        struct net_exchange *exchange = &net->exchanges[i];
        if (exchange->used && exchange->session == index_of(net, session) &&
            exchange->token == packet->token) {
            return exchange;
        }
    }
    return NULL;
}

/* ---- the port of a host ---------------------------------------------------------------------- */

static uint64_t port_now(void *self)
{
    const struct net_host *host = self;
    return host->net->now + (uint64_t)host->clock_offset;
}

static int64_t port_unix_time(void *self)
{
    const struct net *net = ((const struct net_host *)self)->net;
    return net->knows_time ? net->unix_offset + (int64_t)(net->now / 1000) : 0;
}

static uint32_t port_random(void *self)
{
    return (uint32_t)sim_random_next(&((struct net_host *)self)->net->random);
}

static bool split_uri(struct loom_text uri, bool *secure, struct loom_text *authority)
{
    static const char *const schemes[] = {"coap://", "coaps://"};
    for (int i = 0; i < 2; i++) {
        size_t length = strlen(schemes[i]);
        if (uri.length > length && memcmp(uri.data, schemes[i], length) == 0) {
            *secure = i == 1;
            authority->data = uri.data + length;
            authority->length = uri.length - length;
            return true;
        }
    }
    return false;
}

static bool port_supports(void *self, const struct loom_credentials *credentials)
{
    struct loom_text authority;
    bool secure;
    (void)self;
    return split_uri(credentials->uri, &secure, &authority) &&
           credentials->mode == (secure ? LOOM_SECURITY_PSK : LOOM_SECURITY_NOSEC) &&
           credentials->identity.length <= sizeof((struct loom_session *)0)->identity &&
           credentials->key.length <= sizeof((struct loom_session *)0)->key;
}

static enum loom_status port_open(void *self, const struct loom_credentials *credentials,
                                  void *owner, struct loom_session **session)
{
    struct net_host *host = self;
    struct net *net = host->net;
    struct loom_text authority;
    bool secure;
    unsigned peer = 0;
    if (!port_supports(self, credentials) || !split_uri(credentials->uri, &secure, &authority)) {
        return LOOM_BAD_REQUEST;
    }
    while (peer < NET_HOSTS &&
           (net->hosts[peer].authority == NULL ||
            strlen(net->hosts[peer].authority) != authority.length ||
            memcmp(net->hosts[peer].authority, authority.data, authority.length) != 0)) {
        peer++;
    }
    if (peer == NET_HOSTS || !host->up) {
        return LOOM_UNAVAILABLE;
    }
    struct loom_session *opened = new_session(net, (unsigned)(host - net->hosts), peer);
    opened->owner = owner;
    opened->secure = secure;
    opened->port = ++host->last_port;
    opened->place = host->place;
    opened->identity_length = credentials->identity.length;
    opened->key_length = credentials->key.length;
    if (secure) {
        memcpy(opened->identity, credentials->identity.data, credentials->identity.length);
        memcpy(opened->key, credentials->key.data, credentials->key.length);
    }
    host->open_sessions++;
    host->most_sessions =
        host->open_sessions > host->most_sessions ? host->open_sessions : host->most_sessions;
    *session = opened;
    return LOOM_OK;
}

static void port_close(void *self, struct loom_session *session)
{
    struct net *net = ((struct net_host *)self)->net;
    if (!session->used) {
        net->complaint = "a session was closed that is gone already";
        return;
    }
    if (session->secure && session->established) {
        struct net_packet packet = packet_of(net, session, NET_GOODBYE);
        send_datagram(net, &packet, 0);
    }
    free_session(net, session);
}

static enum loom_status port_request(void *self, struct loom_session *session,
                                     const struct loom_request *request, uint32_t exchange)
{
    struct net_host *host = self;
    struct net *net = host->net;
    unsigned index = 0;
    if (!session->used || session->host != (uint8_t)(host - net->hosts)) {
        net->complaint = "a request was sent in a session that is gone";
        return LOOM_UNAVAILABLE;
    }
    if (!host->up) {
        return LOOM_UNAVAILABLE;
    }
    int blob = new_blob(net);
    if (!keep_request(&net->blobs[blob], request)) {
        drop_blob(net, blob);
        return LOOM_TOO_LARGE;
    }
    while (index < NET_EXCHANGES && net->exchanges[index].used) {
        index++;
    }
    if (index == NET_EXCHANGES) {
        dry("exchanges");
    }
    struct net_exchange *made = &net->exchanges[index];
    memset(made, 0, sizeof *made);
    made->used = true;
    made->session = index_of(net, session);
    made->session_generation = session->generation;
    made->number = exchange;
    made->token = ++net->last_token;
    made->mid = ++host->last_mid;
    made->blob = blob;
    made->timeout = NET_ACK_TIMEOUT + sim_random_below(&net->random, NET_ACK_TIMEOUT / 2 + 1);
    net->counts.requests++;
    set_retransmission(net, made, 0); /* what it leads to must not happen within this call */
    return LOOM_OK;
}

static void port_peer(void *self, const struct loom_session *session, struct loom_peer *peer)
{
    struct net *net = ((struct net_host *)self)->net;
    const char *authority = net->hosts[session->peer].authority;
    if (!session->used) {
        net->complaint = "the peer of a session was asked for that is gone";
    }
    peer->address.data = session->passive || authority == NULL ? session->address : authority;
    peer->address.length = strlen(peer->address.data);
    peer->identity.data = session->identity;
    peer->identity.length = session->passive ? session->identity_length : 0;
    peer->secure = session->secure;
}

/* ---- what arrives ---------------------------------------------------------------------------- */

static void send_answer(struct net *net, struct loom_session *session, uint16_t mid, uint32_t token,
                        int blob)
{
    const struct net_host *host = &net->hosts[session->host];
    struct net_packet packet = packet_of(net, session, NET_ANSWER);
    packet.mid = mid;
    packet.token = token;
    packet.blob = blob;
    if (host->late > 0) {
        struct net_packet empty = packet;
        empty.kind = NET_EMPTY_ACK;
        empty.blob = NOTHING;
        send_datagram(net, &empty, 0);
        packet.kind = NET_SEPARATE;
    }
    for (unsigned i = 0; i <= host->repeats; i++) {
        send_datagram(net, &packet, host->late + i * NET_ACK_TIMEOUT);
    }
}

static struct net_answered *find_answered(const struct net *net, struct loom_session *session,
                                          const struct net_packet *packet)
{
    for (unsigned i = 0; i < NET_ANSWERED; i++) {
        struct net_answered *answered = &session->answered[i];
        if (answered->until > net->now && answered->mid == packet->mid &&
            answered->token == packet->token) {
            return answered;
        }
    }
    return NULL;
}

static void remember(struct net *net, struct loom_session *session, const struct net_packet *packet,
                     int blob)
{
    struct net_answered *answered = &session->answered[session->next_answered];
    session->next_answered = (uint8_t)((session->next_answered + 1) % NET_ANSWERED);
    if (answered->until != 0) {
        drop_blob(net, answered->blob);
    }
    answered->until = net->now + NET_EXCHANGE_LIFETIME;
    answered->mid = packet->mid;
    answered->token = packet->token;
    answered->blob = hold_blob(net, blob);
}

static void on_request(struct net *net, struct loom_session *session,
                       const struct net_packet *packet)
{
    const struct net_host *host = &net->hosts[session->host];
    struct net_answered *answered = find_answered(net, session, packet);
    uint32_t generation = session->generation;
    uint8_t room[NET_DATAGRAM];
    struct loom_reply reply;
    session->last_used = net->now;
    if (answered != NULL) {
        net->counts.repeats_answered++;
        if (answered->blob != NOTHING) {
            send_answer(net, session, packet->mid, packet->token, answered->blob);
        }
        return;
    }
    memset(&reply, 0, sizeof reply);
    reply.content_format = LOOM_FORMAT_ABSENT;
    reply.payload = room;
    reply.room = sizeof room - 256;
    host->side->request(host->side_self, session->owner, session, &net->blobs[packet->blob].request,
                        &reply);
    if (!session->used || session->generation != generation) {
        return; /* the side closed it, or its host is down now */
    }
    int blob = NOTHING;
    if (reply.code != 0 && host->up) {
        blob = new_blob(net);
        if (!keep_reply(&net->blobs[blob], &reply)) {
            dry("room for an answer");
        }
        send_answer(net, session, packet->mid, packet->token, blob);
    }
    remember(net, session, packet, blob);
    drop_blob(net, blob);
}

static void on_answer(struct net *net, struct loom_session *session,
                      const struct net_packet *packet)
{
    const struct net_host *host = &net->hosts[session->host];
    struct net_exchange *exchange = find_exchange(net, session, packet);
    session->last_used = net->now;
    if (exchange == NULL) {
        return;
    }
    if (packet->kind == NET_EMPTY_ACK) {
        if (!exchange->acknowledged) {
            exchange->acknowledged = true;
            set_retransmission(net, exchange, NET_SEPARATE_PATIENCE);
        }
        return;
    }
    if (packet->kind == NET_RESET) {
        fail_exchange(net, exchange, LOOM_FAILURE_RESET);
        return;
    }
    uint32_t number = exchange->number;
    drop_exchange(net, exchange);
    host->side->response(host->side_self, session->owner, session, number,
                         &net->blobs[packet->blob].response, LOOM_FAILURE_NONE);
}

static void on_hello(struct net *net, const struct net_packet *packet)
{
    const struct net_host *host = &net->hosts[packet->to];
    const struct net_blob *blob = &net->blobs[packet->blob];
    struct loom_bytes identity = blob->request.payload;
    struct loom_session *session = find_passive(net, packet);
    struct net_packet answer = {.used = true,
                                .kind = NET_WELCOME,
                                .from = packet->to,
                                .to = packet->from,
                                .from_place = host->place,
                                .to_place = packet->from_place,
                                .to_port = packet->from_port,
                                .blob = NOTHING};
    int alert = host->handshake == NULL
                    ? 40
                    : host->handshake(host->handshake_user, identity, blob->response.payload);
    if (alert >= 0) {
        answer.kind = NET_ALERT;
        answer.mid = (uint16_t)alert;
        send_datagram(net, &answer, 0);
        return;
    }
    if (session == NULL) {
        session = begin_passive(net, packet);
        session->secure = true;
        session->association = ++net->last_association;
        session->identity_length = identity.length;
        memcpy(session->identity, identity.data, identity.length);
    }
    answer.association = session->association;
    send_datagram(net, &answer, 0);
}

static void on_welcome(struct net *net, struct loom_session *session,
                       const struct net_packet *packet)
{
    if (session->established) {
        return;
    }
    session->established = true;
    session->association = packet->association;
    for (unsigned i = 0; i < NET_EXCHANGES; i++) {
        struct net_exchange *exchange = &net->exchanges[i];
        if (exchange->used && exchange->session == index_of(net, session)) {
            transmit(net, exchange);
        }
    }
}

/* To a port that a session of this host had: the session is gone. */
static void refuse(struct net *net, const struct net_packet *packet)
{
    struct net_packet reset = {.used = true,
                               .kind = NET_RESET,
                               .from = packet->to,
                               .to = packet->from,
                               .from_place = packet->to_place,
                               .from_port = packet->to_port,
                               .to_place = packet->from_place,
                               .to_port = packet->from_port,
                               .mid = packet->mid,
                               .token = packet->token,
                               .blob = NOTHING};
    if (packet->kind == NET_REQUEST && packet->association == 0) {
        send_datagram(net, &reset, 0);
    }
}

static void arrive_at_session(struct net *net, struct loom_session *session,
                              const struct net_packet *packet)
{
    bool right = session->association == packet->association;
    switch ((enum net_kind)packet->kind) {
    case NET_REQUEST:
        if (right) {
            on_request(net, session, packet);
        }
        break;
    case NET_ANSWER:
    case NET_EMPTY_ACK:
    case NET_SEPARATE:
    case NET_RESET:
        if (right) {
            on_answer(net, session, packet);
        }
        break;
    case NET_WELCOME:
        on_welcome(net, session, packet);
        break;
    case NET_ALERT:
        if (!session->established && has_exchange(net, session)) {
            lose_session(net, session, LOOM_FAILURE_SECURITY, packet->mid);
        }
        break;
    case NET_GOODBYE:
        if (right) {
            lose_session(net, session, LOOM_FAILURE_CLOSED, -1);
        }
        break;
    case NET_HELLO:
        break;
    }
}

static void arrive(struct net *net, const struct net_packet *packet)
{
    const struct net_host *host = &net->hosts[packet->to];
    struct loom_session *session;
    if (!host->up || packet->to_place != host->place) {
        net->counts.lost++;
        return;
    }
    if (net->listener != NULL) {
        net->listener(net->listener_user, packet, true);
    }
    if (packet->kind == NET_HELLO) {
        on_hello(net, packet);
        return;
    }
    if (packet->to_port != 0) {
        session = find_active(net, packet);
    } else {
        session = find_passive(net, packet);
        if (session == NULL && packet->kind == NET_REQUEST && packet->association == 0) {
            session = begin_passive(net, packet);
        }
    }
    if (session != NULL) {
        arrive_at_session(net, session, packet);
    } else {
        refuse(net, packet);
    }
}

/* ---- the network ----------------------------------------------------------------------------- */

uint64_t net_due(const struct net *net)
{
    return net->timer_count == 0 ? UINT64_MAX : net->timers[0].at;
}

bool net_run(struct net *net)
{
    if (net_due(net) > net->now) {
        return false;
    }
    struct net_timer timer = pop_timer(net);
    unsigned host = timer.kind == TIMER_DATAGRAM
                        ? net->packets[timer.index].to
                        : net->sessions[net->exchanges[timer.index].session].host;
    if (net->hosts[host].wakes > net->now) {
        timer.at = net->hosts[host].wakes;
        push_timer(net, timer.at, (enum timer_kind)timer.kind, timer.index, timer.generation);
        return true;
    }
    if (timer.kind == TIMER_DATAGRAM) {
        struct net_packet packet = net->packets[timer.index];
        net->packets[timer.index].used = false;
        net->free_packets[net->free_packet_count++] = (uint16_t)timer.index;
        arrive(net, &packet);
        drop_blob(net, packet.blob);
    } else {
        struct net_exchange *exchange = &net->exchanges[timer.index];
        if (exchange->used && exchange->generation == timer.generation) {
            on_retransmission(net, exchange);
        }
    }
    return true;
}

void net_hang_up(struct net *net, unsigned host, unsigned peer)
{
    for (unsigned i = 0; i < NET_SESSIONS; i++) {
        struct loom_session *session = &net->sessions[i];
        if (session->used && session->passive && session->established && session->secure &&
            session->host == host && session->peer == peer) {
            struct net_packet packet = packet_of(net, session, NET_GOODBYE);
            send_datagram(net, &packet, 0);
            lose_session(net, session, LOOM_FAILURE_CLOSED, -1);
        }
    }
}

void net_init(struct net *net, uint64_t seed)
{
    void (*listener)(void *, const struct net_packet *, bool) = net->listener;
    void *user = net->listener_user;
    memset(net, 0, sizeof *net);
    net->listener = listener; /* of all stories */
    net->listener_user = user;
    net->random = sim_random_stream(seed, 1);
    for (unsigned i = 0; i < NET_PACKETS; i++) {
        net->free_packets[net->free_packet_count++] = (uint16_t)(NET_PACKETS - 1 - i);
    }
    for (unsigned i = 0; i < NET_BLOBS; i++) {
        net->free_blobs[net->free_blob_count++] = (uint16_t)(NET_BLOBS - 1 - i);
    }
}

void net_add(struct net *net, unsigned host, const char *authority, const struct loom_side *side,
             void *side_self, struct loom_port *port)
{
    struct net_host *added = &net->hosts[host];
    memset(added, 0, sizeof *added);
    added->net = net;
    added->authority = authority;
    added->side = side;
    added->side_self = side_self;
    added->up = true;
    added->place = 1;
    added->last_mid = (uint16_t)sim_random_next(&net->random);
    added->last_port = 40000;
    memset(port, 0, sizeof *port);
    port->self = added;
    port->now = port_now;
    port->unix_time = port_unix_time;
    port->random = port_random;
    port->supports = port_supports;
    port->open = port_open;
    port->close = port_close;
    port->request = port_request;
    port->peer = port_peer;
}

void net_forget(struct net *net, unsigned host)
{
    for (unsigned i = 0; i < NET_SESSIONS; i++) {
        if (net->sessions[i].used && net->sessions[i].host == host) {
            free_session(net, &net->sessions[i]);
        }
    }
}

void net_move(struct net *net, unsigned host)
{
    net->hosts[host].place++;
}

enum loom_status net_intrude(struct net *net, unsigned host, unsigned target,
                             const struct loom_request *request)
{
    struct net_host *from = &net->hosts[host];
    int blob = new_blob(net);
    bool fits = keep_request(&net->blobs[blob], request);
    struct net_packet packet = {.used = true,
                                .kind = NET_REQUEST,
                                .from = (uint8_t)host,
                                .to = (uint8_t)target,
                                .from_place = from->place,
                                .from_port = ++from->last_port,
                                .to_place = net->hosts[target].place,
                                .mid = ++from->last_mid,
                                .token = ++net->last_token,
                                .blob = blob};
    if (fits) {
        send_datagram(net, &packet, 0);
    }
    drop_blob(net, blob);
    return fits ? LOOM_OK : LOOM_TOO_LARGE;
}
