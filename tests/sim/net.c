/* SPDX-License-Identifier: Apache-2.0 */
/* What arrives, and the network as a whole. */
#include "net_internal.h"

#include "loom/pieces.h"

#include <string.h>

enum { INCOMPLETE = LOOM_CODE(4, 8) };

/* ---- what arrives ---------------------------------------------------------------------------- */

static void send_answer(struct net *net, struct loom_session *session,
                        const struct net_packet *request, int blob)
{
    const struct net_host *host = &net->hosts[session->host];
    struct net_packet packet = net_packet_of(net, session, NET_ANSWER);
    packet.mid = request->mid;
    packet.token = request->token;
    packet.aside = request->aside;
    packet.blob = blob;
    if (host->late > 0) {
        struct net_packet empty = packet;
        empty.kind = NET_EMPTY_ACK;
        empty.blob = NOTHING;
        net_send_datagram(net, &empty, 0);
        packet.kind = NET_SEPARATE;
    }
    for (unsigned i = 0; i <= host->repeats; i++) {
        net_send_datagram(net, &packet, host->late + i * NET_ACK_TIMEOUT);
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
        net_drop_blob(net, answered->blob);
    }
    answered->until = net->now + NET_EXCHANGE_LIFETIME;
    answered->mid = packet->mid;
    answered->token = packet->token;
    answered->blob = net_hold_blob(net, blob);
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
            send_answer(net, session, packet, answered->blob);
        }
        return;
    }
    memset(&reply, 0, sizeof reply);
    reply.content_format = LOOM_FORMAT_ABSENT;
    reply.payload = room;
    reply.room = sizeof room - 256;
    struct loom_request request = net->blobs[packet->blob].request;
    const struct net_observed *observed = net_find_observed(net, session, packet->token);
    request.observation_of = observed == NULL ? 0 : observed->name;
    if (host->pieces && request.piece_room > 0) {
        reply.room = request.piece_room;
    }
    loom_pieces_offer(&request, LOOM_PIECE_MAX, &reply);
    bool block = net_gather(net, session, &request, &reply.code);
    if (reply.code == 0) {
        net->counts.blocks += block ? 1 : 0;
        host->side->request(host->side_self, session->owner, session, &request, &reply);
    }
    if (!session->used || session->generation != generation) {
        return; /* the side closed it, or its host is down now */
    }
    if (block && reply.code != INCOMPLETE) {
        net_settle_body(session, &request, reply.code);
    }
    int blob = NOTHING;
    if (reply.code != 0 && host->up) {
        struct loom_response response;
        net_note_observation(net, session, packet, &reply);
        blob = net_new_blob(net);
        if (!loom_pieces_take(&request, &reply, &response) ||
            !net_keep_response(&net->blobs[blob], &response)) {
            net_dry("room for an answer");
        }
        send_answer(net, session, packet, blob);
    }
    remember(net, session, packet, blob);
    net_drop_blob(net, blob);
}

static void on_answer(struct net *net, struct loom_session *session,
                      const struct net_packet *packet)
{
    const struct net_host *host = &net->hosts[session->host];
    struct net_exchange *exchange = net_find_exchange(net, session, packet);
    session->last_used = net->now;
    if (exchange == NULL) {
        return;
    }
    if (packet->kind == NET_EMPTY_ACK) {
        if (!exchange->acknowledged) {
            exchange->acknowledged = true;
            net_set_retransmission(net, exchange, NET_SEPARATE_PATIENCE);
        }
        return;
    }
    if (packet->kind == NET_RESET) {
        net_fail_exchange(net, exchange, LOOM_FAILURE_RESET);
        return;
    }
    if (exchange->body.data != NULL &&
        net_continue_body(net, exchange, &net->blobs[packet->blob].response)) {
        return;
    }
    uint32_t number = exchange->number;
    net_drop_exchange(net, exchange);
    if (net->blobs[packet->blob].response.observe_more) {
        net_add_observed(net, session, packet->token, number, 0);
    }
    host->side->response(host->side_self, session->owner, session, number,
                         &net->blobs[packet->blob].response, LOOM_FAILURE_NONE);
}

static void on_hello(struct net *net, const struct net_packet *packet)
{
    const struct net_host *host = &net->hosts[packet->to];
    const struct net_blob *blob = &net->blobs[packet->blob];
    struct loom_bytes identity = blob->request.payload;
    struct loom_session *session = net_find_passive(net, packet);
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
        net_send_datagram(net, &answer, 0);
        return;
    }
    if (session == NULL) {
        session = net_begin_passive(net, packet);
        session->secure = true;
        session->association = ++net->last_association;
        session->identity_length = identity.length;
        memcpy(session->identity, identity.data, identity.length);
    }
    answer.association = session->association;
    net_send_datagram(net, &answer, 0);
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
        if (exchange->used && exchange->session == net_index_of(net, session)) {
            net_transmit(net, exchange);
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
                               .aside = packet->aside,
                               .blob = NOTHING};
    bool wanted = packet->kind == NET_REQUEST || packet->kind == NET_NOTIFICATION;
    if (wanted && packet->association == 0) {
        net_send_datagram(net, &reset, 0);
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
        if (right) {
            on_answer(net, session, packet);
        }
        break;
    case NET_RESET:
        if (right && !net_on_reset(net, session, packet)) {
            on_answer(net, session, packet);
        }
        break;
    case NET_NOTIFICATION:
        if (right) {
            net_on_notification(net, session, packet);
        }
        break;
    case NET_NOTED:
        if (right) {
            net_on_noted(net, session, packet);
        }
        break;
    case NET_WELCOME:
        on_welcome(net, session, packet);
        break;
    case NET_ALERT:
        if (!session->established && net_has_exchange(net, session)) {
            net_lose_session(net, session, LOOM_FAILURE_SECURITY, packet->mid);
        }
        break;
    case NET_GOODBYE:
        if (right) {
            net_lose_session(net, session, LOOM_FAILURE_CLOSED, -1);
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
        session = net_find_active(net, packet);
    } else {
        session = net_find_passive(net, packet);
        if (session == NULL && packet->kind == NET_REQUEST && packet->association == 0) {
            session = net_begin_passive(net, packet);
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
    struct net_timer timer = net_pop_timer(net);
    unsigned host = timer.kind == TIMER_DATAGRAM
                        ? net->packets[timer.index].to
                        : net->sessions[net->exchanges[timer.index].session].host;
    if (net->hosts[host].wakes > net->now) {
        timer.at = net->hosts[host].wakes;
        net_push_timer(net, timer.at, (enum timer_kind)timer.kind, timer.index, timer.generation);
        return true;
    }
    if (timer.kind == TIMER_DATAGRAM) {
        struct net_packet packet = net->packets[timer.index];
        net->packets[timer.index].used = false;
        net->free_packets[net->free_packet_count++] = (uint16_t)timer.index;
        arrive(net, &packet);
        net_drop_blob(net, packet.blob);
    } else {
        struct net_exchange *exchange = &net->exchanges[timer.index];
        if (exchange->used && exchange->generation == timer.generation) {
            net_on_retransmission(net, exchange);
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
            struct net_packet packet = net_packet_of(net, session, NET_GOODBYE);
            net_send_datagram(net, &packet, 0);
            net_lose_session(net, session, LOOM_FAILURE_CLOSED, -1);
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
    net->reports = sim_random_stream(seed, 8);
    for (unsigned i = 0; i < NET_PACKETS; i++) {
        net->free_packets[net->free_packet_count++] = (uint16_t)(NET_PACKETS - 1 - i);
    }
    for (unsigned i = 0; i < NET_BLOBS; i++) {
        net->free_blobs[net->free_blob_count++] = (uint16_t)(NET_BLOBS - 1 - i);
    }
}

void net_forget(struct net *net, unsigned host)
{
    for (unsigned i = 0; i < NET_SESSIONS; i++) {
        if (net->sessions[i].used && net->sessions[i].host == host) {
            net_free_session(net, &net->sessions[i]);
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
    int blob = net_new_blob(net);
    bool fits = net_keep_request(&net->blobs[blob], request);
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
        net_send_datagram(net, &packet, 0);
    }
    net_drop_blob(net, blob);
    return fits ? LOOM_OK : LOOM_TOO_LARGE;
}
