/* SPDX-License-Identifier: Apache-2.0 */
#include "coap_internal.h"

#include <stdlib.h>
#include <string.h>

/* Silence after which a session's address is worth a look. */
#define ADDRESS_CHECK_MS 60000u

/* ---- begin and end --------------------------------------------------------------------------- */

static void set_times(const struct loom_coap_port *port, coap_session_t *coap)
{
    uint32_t milliseconds = port->config.ack_timeout_ms;
    coap_fixed_point_t seconds = {(uint16_t)(milliseconds / 1000), (uint16_t)(milliseconds % 1000)};

    coap_session_set_ack_timeout(coap, seconds);
    coap_session_set_max_retransmit(coap, port->config.max_retransmit);
    /* The session's ring of exchanges sees to NSTART 1. libcoap would count a message that the port
     * has given up already. */
    coap_session_set_nstart(coap, UINT16_MAX);
}

void loom_coap_session_adopt(struct loom_session *session, coap_session_t *coap)
{
    session->coap = coap;
    coap_session_set_app_data(coap, session);
    set_times(session->port, coap);
}

struct loom_session *loom_coap_session_new(struct loom_coap_port *port)
{
    struct loom_session *session = calloc(1, sizeof *session);

    if (session == NULL) {
        return NULL;
    }
    session->address = malloc(LOOM_COAP_URI_SIZE);
    if (session->address == NULL) {
        free(session);
        return NULL;
    }
    loom_coap_ring_init(&session->place);
    loom_coap_ring_init(&session->agenda);
    loom_coap_ring_init(&session->held);
    loom_coap_ring_init(&session->exchanges);
    loom_coap_ring_init(&session->observed);
    loom_coap_ring_init(&session->observations);
    session->port = port;
    session->alert = -1;
    return session;
}

/* A session that is going neither counts nor makes room for another. */
void loom_coap_session_leave(struct loom_session *session)
{
    if (loom_coap_ring_is_empty(&session->place)) {
        return;
    }
    loom_coap_ring_remove(&session->place);
    if (!session->ours && !session->kept) {
        session->port->peer_count--;
    }
}

/* Which session must make room for another peer. */
static struct loom_session *longest_silent_peer(struct loom_coap_port *port)
{
    struct loom_coap_ring *kind =
        loom_coap_ring_is_empty(&port->open_peers) ? &port->secure_peers : &port->open_peers;

    return LOOM_COAP_RING_ENTRY(kind->next, struct loom_session, place);
}

static struct loom_session *begin_peer(struct loom_coap_port *port, coap_session_t *coap)
{
    struct loom_session *session;

    while (port->peer_count >= port->config.peers_max) {
        loom_coap_session_lose(longest_silent_peer(port), LOOM_FAILURE_CLOSED);
    }
    session = loom_coap_session_new(port);
    if (session == NULL) {
        return NULL;
    }
    loom_coap_session_adopt(session, coap);
    /* libcoap frees a session of a peer that is idle, unless somebody holds it. */
    coap_session_reference(coap);
    session->secure = coap_session_get_proto(coap) == COAP_PROTO_DTLS;
    port->peer_count++;
    loom_coap_session_heard(session);
    return session;
}

struct loom_session *loom_coap_session_of(struct loom_coap_port *port, coap_session_t *coap)
{
    struct loom_session *session = coap_session_get_app_data(coap);

    if (session == NULL) {
        if (coap_session_get_type(coap) != COAP_SESSION_TYPE_SERVER) {
            return NULL;
        }
        return begin_peer(port, coap);
    }
    return session->closed || session->gone != LOOM_FAILURE_NONE ? NULL : session;
}

static struct loom_coap_ring *place_of(const struct loom_session *session)
{
    struct loom_coap_port *port = session->port;

    if (session->kept) {
        return &port->kept_peers;
    }
    return session->secure ? &port->secure_peers : &port->open_peers;
}

void loom_coap_session_heard(struct loom_session *session)
{
    session->last_message = loom_coap_turn_now(session->port);
    if (!session->ours) {
        loom_coap_ring_append(place_of(session), &session->place);
    }
}

/* ---- lost ------------------------------------------------------------------------------------ */

void loom_coap_session_attend(struct loom_session *session)
{
    if (loom_coap_ring_is_empty(&session->agenda)) {
        loom_coap_ring_append(&session->port->agenda, &session->agenda);
    }
}

struct loom_coap_host *loom_coap_host_find(struct loom_coap_port *port, uint32_t host)
{
    for (size_t i = 0; i < LOOM_COAP_HOSTS_MAX; i++) {
        if (host != 0 && port->hosts[i].host == host) {
            return &port->hosts[i];
        }
    }
    return NULL;
}

/* Nobody has answered at the address that was tried: the next session begins with the one after it.
 */
static void pass_over_address(struct loom_session *session, enum loom_failure failure)
{
    struct loom_coap_port *port = session->port;
    struct loom_coap_host *host = loom_coap_host_find(port, session->host);

    if (session->host == 0 || session->reached ||
        (failure != LOOM_FAILURE_UNREACHABLE && failure != LOOM_FAILURE_TIMEOUT)) {
        return;
    }
    if (host == NULL) {
        host = &port->hosts[port->host_count++ % LOOM_COAP_HOSTS_MAX];
        *host = (struct loom_coap_host){session->host, 0};
    }
    host->next++;
}

void loom_coap_session_lose(struct loom_session *session, enum loom_failure failure)
{
    /* libcoap 4.3.1 ends DTLS first and then tells of the ICMP error that was the reason. */
    if (session->gone == LOOM_FAILURE_NONE || failure == LOOM_FAILURE_UNREACHABLE) {
        if (session->gone == LOOM_FAILURE_NONE) {
            pass_over_address(session, failure);
        }
        session->gone = failure;
    }
    loom_coap_session_leave(session);
    loom_coap_session_attend(session);
}

void loom_coap_session_check_address(struct loom_session *session)
{
    uint64_t now = loom_coap_now(session->port);

    if (!session->ours || session->coap == NULL || now - session->last_message < ADDRESS_CHECK_MS) {
        return;
    }
    session->last_message = now;
    if (!loom_coap_address_is_current(coap_session_get_addr_local(session->coap),
                                      coap_session_get_addr_remote(session->coap))) {
        loom_coap_session_lose(session, LOOM_FAILURE_CLOSED);
    }
}

/* ---- the port's functions -------------------------------------------------------------------- */

void loom_coap_session_close(void *self, struct loom_session *session)
{
    (void)self;
    /* libcoap may be in the middle of a message of this session: the loop ends it. */
    session->closed = true;
    loom_coap_session_leave(session);
    loom_coap_session_attend(session);
}

void loom_coap_session_keep(void *self, struct loom_session *session, bool kept)
{
    struct loom_coap_port *port = self;

    if (session->ours || session->kept == kept || session->gone != LOOM_FAILURE_NONE) {
        return;
    }
    session->kept = kept;
    port->peer_count += kept ? SIZE_MAX : 1u;
    loom_coap_ring_append(place_of(session), &session->place);
}

/* Asked again each time: with a Connection ID the address may change. */
static const char *address_of(const struct loom_session *session)
{
    const coap_address_t *remote = NULL;

    if (session->coap != NULL) {
        remote = coap_session_get_addr_remote(session->coap);
    } else if (session->way->address_count > 0) {
        remote = &session->way->addresses[0];
    }
    if (remote == NULL ||
        coap_print_addr(remote, (uint8_t *)session->address, LOOM_COAP_URI_SIZE) == 0) {
        session->address[0] = '\0';
    }
    return session->address;
}

void loom_coap_session_peer(void *self, const struct loom_session *session, struct loom_peer *peer)
{
    const coap_bin_const_t *identity = NULL;

    (void)self;
    if (session->secure && session->coap != NULL) {
        identity = coap_session_get_psk_identity(session->coap);
    }
    peer->address.data = address_of(session);
    peer->address.length = strlen(peer->address.data);
    peer->identity = identity != NULL ? (struct loom_bytes){identity->s, identity->length}
                                      : (struct loom_bytes){NULL, 0};
    peer->secure = session->secure;
}
