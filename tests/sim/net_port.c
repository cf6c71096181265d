/* SPDX-License-Identifier: Apache-2.0 */
/* Sessions, requests with their retransmissions, and the port that a host sees. */
#include "net_internal.h"

#include <stdio.h>
#include <string.h>

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
    net_dry("sessions");
    return NULL;
}

int net_index_of(const struct net *net, const struct loom_session *session)
{
    return (int)(session - net->sessions);
}

/* What has waited for the end of an exchange goes, the oldest first. */
static void go_on(struct net *net, int session)
{
    struct net_exchange *next = NULL;
    for (unsigned i = 0; i < NET_EXCHANGES; i++) {
        struct net_exchange *each = &net->exchanges[i];
        if (each->used && each->session == session && !each->notifies) {
            if (!each->waits) {
                return;
            }
            next = next == NULL || each->token < next->token ? each : next;
        }
    }
    if (next != NULL) {
        next->waits = false;
        net_set_retransmission(net, next, 0);
    }
}

void net_drop_exchange(struct net *net, struct net_exchange *exchange)
{
    net_drop_blob(net, exchange->blob);
    exchange->used = false;
    go_on(net, exchange->session);
}

void net_free_session(struct net *net, struct loom_session *session)
{
    for (unsigned i = 0; i < NET_EXCHANGES; i++) {
        struct net_exchange *exchange = &net->exchanges[i];
        if (exchange->used && exchange->session == net_index_of(net, session)) {
            net_drop_exchange(net, exchange);
        }
    }
    for (unsigned i = 0; i < NET_ANSWERED; i++) {
        if (session->answered[i].until != 0) {
            net_drop_blob(net, session->answered[i].blob);
        }
    }
    net_end_all_observed(net, session);
    if (!session->passive) {
        net->hosts[session->host].open_sessions--;
    }
    session->used = false;
}

void net_fail_exchange(struct net *net, struct net_exchange *exchange, enum loom_failure failure)
{
    struct loom_session *session = &net->sessions[exchange->session];
    const struct net_host *host = &net->hosts[session->host];
    struct loom_response nothing;
    uint32_t number = exchange->number;
    bool notifies = exchange->notifies;
    memset(&nothing, 0, sizeof nothing);
    nothing.content_format = LOOM_FORMAT_ABSENT;
    net_drop_exchange(net, exchange);
    if (notifies) {
        host->side->notified(host->side_self, session->owner, session, (uint16_t)number, failure);
        return;
    }
    host->side->response(host->side_self, session->owner, session, number, &nothing, failure);
}

/* The exchanges first, then the session. The side may close it in between. */
void net_lose_session(struct net *net, struct loom_session *session, enum loom_failure failure,
                      int alert)
{
    const struct net_host *host = &net->hosts[session->host];
    uint32_t generation = session->generation;
    for (unsigned i = 0; i < NET_EXCHANGES; i++) {
        struct net_exchange *exchange = &net->exchanges[i];
        if (exchange->used && exchange->session == net_index_of(net, session)) {
            net_fail_exchange(net, exchange, failure);
        }
        if (!session->used || session->generation != generation) {
            return;
        }
    }
    net_report_observed(net, session, failure);
    if (!session->used || session->generation != generation) {
        return;
    }
    host->side->lost(host->side_self, session->owner, session, failure, alert);
    if (session->used && session->generation == generation) {
        net_free_session(net, session);
    }
}

struct loom_session *net_find_active(struct net *net, const struct net_packet *packet)
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

struct loom_session *net_find_passive(struct net *net, const struct net_packet *packet)
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
        net_lose_session(net, oldest, LOOM_FAILURE_CLOSED, -1);
    }
}

struct loom_session *net_begin_passive(struct net *net, const struct net_packet *packet)
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
void net_transmit(struct net *net, struct net_exchange *exchange)
{
    struct loom_session *session = &net->sessions[exchange->session];
    bool greets = session->secure && !session->established;
    struct net_packet packet = net_packet_of(net, session,
                                             greets               ? NET_HELLO
                                             : exchange->notifies ? NET_NOTIFICATION
                                                                  : NET_REQUEST);
    packet.aside = exchange->aside;
    packet.sequence = exchange->sequence;
    packet.confirmable = exchange->notifies;
    packet.mid = exchange->mid;
    packet.token = exchange->token;
    if (greets) {
        struct net_blob *blob;
        struct loom_bytes identity = {session->identity, session->identity_length};
        struct loom_bytes key = {session->key, session->key_length};
        packet.blob = net_new_blob(net);
        blob = &net->blobs[packet.blob];
        net_keep_bytes(blob, &identity);
        net_keep_bytes(blob, &key);
        memset(&blob->request, 0, sizeof blob->request);
        blob->request.payload = identity;
        blob->response.payload = key;
        net_send_datagram(net, &packet, 0);
        net_drop_blob(net, packet.blob);
    } else {
        packet.blob = exchange->blob;
        net_send_datagram(net, &packet, 0);
    }
    session->last_used = net->now;
}

void net_set_retransmission(struct net *net, struct net_exchange *exchange, uint64_t delay)
{
    exchange->generation = ++net->generation;
    net_push_timer(net, net->now + delay, TIMER_RETRANSMIT, (int)(exchange - net->exchanges),
                   exchange->generation);
}

void net_on_retransmission(struct net *net, struct net_exchange *exchange)
{
    if (exchange->acknowledged || exchange->tries > NET_MAX_RETRANSMIT) {
        if (net_insist(net, exchange)) {
            return;
        }
        net_fail_exchange(net, exchange, LOOM_FAILURE_TIMEOUT);
        return;
    }
    if (exchange->tries > 0) {
        net->counts.retransmissions++;
    }
    exchange->tries++;
    net_transmit(net, exchange);
    net_set_retransmission(net, exchange, exchange->timeout);
    exchange->timeout *= 2;
}

bool net_has_exchange(const struct net *net, const struct loom_session *session)
{
    for (unsigned i = 0; i < NET_EXCHANGES; i++) {
        if (net->exchanges[i].used && net->exchanges[i].session == net_index_of(net, session)) {
            return true;
        }
    }
    return false;
}

struct net_exchange *net_find_exchange(struct net *net, const struct loom_session *session,
                                       const struct net_packet *packet)
{
    for (unsigned i = 0; i < NET_EXCHANGES; i++) {
        struct net_exchange *exchange = &net->exchanges[i];
        if (exchange->used && exchange->session == net_index_of(net, session) &&
            exchange->token == packet->token && !exchange->notifies) {
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

#define IDENTITY_ROOM sizeof((struct loom_session *)0)->identity
#define KEY_ROOM      sizeof((struct loom_session *)0)->key

static bool port_supports(void *self, const struct loom_credentials *credentials)
{
    struct loom_text authority;
    bool secure;
    (void)self;
    return split_uri(credentials->uri, &secure, &authority) &&
           credentials->mode == (secure ? LOOM_SECURITY_PSK : LOOM_SECURITY_NOSEC) &&
           (!secure || (credentials->as.psk.identity.length <= IDENTITY_ROOM &&
                        credentials->as.psk.key.length <= KEY_ROOM));
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
    if (secure) {
        const struct loom_psk *psk = &credentials->as.psk;
        opened->identity_length = psk->identity.length;
        opened->key_length = psk->key.length;
        memcpy(opened->identity, psk->identity.data, psk->identity.length);
        memcpy(opened->key, psk->key.data, psk->key.length);
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
        struct net_packet packet = net_packet_of(net, session, NET_GOODBYE);
        net_send_datagram(net, &packet, 0);
    }
    net_free_session(net, session);
}

static bool is_send(const struct loom_request *request)
{
    return request->path_count == 1 && request->path[0].length == 2 &&
           memcmp(request->path[0].data, "dp", 2) == 0;
}

/* The device asks one thing at a time (NSTART, RFC 7252 section 4.7): what it gives up leaves the
 * wire before something else is asked. A Send and what the registration asks wait for each other.
 */
static bool is_busy(struct net *net, const struct loom_session *session,
                    const struct loom_request *request)
{
    bool busy = false;
    for (unsigned i = 0; i < NET_EXCHANGES; i++) {
        const struct net_exchange *exchange = &net->exchanges[i];
        if (exchange->used && exchange->session == net_index_of(net, session) &&
            exchange->session_generation == session->generation && !exchange->notifies) {
            busy = true;
            if (is_send(request) == is_send(&net->blobs[exchange->blob].request)) {
                net->complaint = "a request was sent while another one of its session was under "
                                 "way";
            }
        }
    }
    return busy;
}

struct net_exchange *net_new_exchange(struct net *net, const struct loom_session *session)
{
    unsigned index = 0;
    while (index < NET_EXCHANGES && net->exchanges[index].used) {
        index++;
    }
    if (index == NET_EXCHANGES) {
        net_dry("exchanges");
    }
    struct net_exchange *made = &net->exchanges[index];
    struct sim_random *random = net_chances(net, net->aside);
    memset(made, 0, sizeof *made);
    made->used = true;
    made->session = net_index_of(net, session);
    made->session_generation = session->generation;
    made->mid = ++net->hosts[session->host].last_mid;
    made->timeout = NET_ACK_TIMEOUT + sim_random_below(random, NET_ACK_TIMEOUT / 2 + 1);
    made->aside = net->aside;
    return made;
}

static enum loom_status port_request(void *self, struct loom_session *session,
                                     const struct loom_request *request, uint32_t exchange)
{
    struct net_host *host = self;
    struct net *net = host->net;
    if (!session->used || session->host != (uint8_t)(host - net->hosts)) {
        net->complaint = "a request was sent in a session that is gone";
        return LOOM_UNAVAILABLE;
    }
    if (!request->confirmable) {
        net->complaint = "a request was sent that nobody repeats when it is lost";
    }
    if (!host->up) {
        return LOOM_UNAVAILABLE;
    }
    bool busy = !session->passive && is_busy(net, session, request);
    bool ends = request->observe == LOOM_OBSERVE_END && request->observation_of != 0;
    struct net_exchange *made = net_new_exchange(net, session);
    made->number = exchange;
    made->token = ends ? net_token_of(net, session, request->observation_of) : 0;
    made->token = made->token != 0 ? made->token : ++net->last_token;
    if (ends) {
        net_stop_observing(net, session, request->observation_of);
    }
    made->blob = net_new_blob(net);
    if (!net_keep_request(&net->blobs[made->blob], request)) {
        net_drop_blob(net, made->blob);
        if (!net_begin_body(net, made, request)) {
            net_drop_exchange(net, made);
            return LOOM_TOO_LARGE;
        }
    }
    net->counts.requests++;
    made->waits = busy;
    if (!busy) {
        net_set_retransmission(net, made, 0); /* what it leads to is not to happen in this call */
    }
    return LOOM_OK;
}

static void port_cancel(void *self, struct loom_session *session, uint32_t exchange)
{
    struct net *net = ((struct net_host *)self)->net;
    if (!session->used) {
        net->complaint = "a request was given up in a session that is gone";
        return;
    }
    net_stop_observing(net, session, exchange);
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
    port->cancel = port_cancel;
    port->peer = port_peer;
    port->notify = net_notify;
    port->forget = net_forget_observation;
}
