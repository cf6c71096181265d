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

static void adopt(struct loom_session *session, coap_session_t *coap)
{
    session->coap = coap;
    coap_session_set_app_data(coap, session);
    set_times(session->port, coap);
}

static struct loom_session *session_new(struct loom_coap_port *port)
{
    struct loom_session *session = calloc(1, sizeof *session);

    if (session == NULL) {
        return NULL;
    }
    loom_ring_init(&session->place);
    loom_ring_init(&session->agenda);
    loom_ring_init(&session->exchanges);
    session->port = port;
    session->alert = -1;
    return session;
}

static void free_way(struct loom_session *session)
{
    if (session->way != NULL) {
        loom_body_clear(&session->way->identity);
        loom_body_clear(&session->way->key);
        free(session->way);
        session->way = NULL;
    }
}

/* A session that is going neither counts nor makes room for another. */
static void leave_place(struct loom_session *session)
{
    if (loom_ring_is_empty(&session->place)) {
        return;
    }
    loom_ring_remove(&session->place);
    if (!session->ours) {
        session->port->peer_count--;
    }
}

void loom_session_free(struct loom_session *session)
{
    leave_place(session);
    loom_ring_remove(&session->agenda);
    loom_exchange_forget(session);
    loom_answered_clear(session);
    loom_transfer_clear(&session->incoming);
    loom_transfer_clear(&session->outgoing);
    free_way(session);
    if (session->coap != NULL) {
        /* Releasing alone would leave messages of ours to be retransmitted, and the peer's DTLS
         * session without a close_notify. */
        coap_session_set_app_data(session->coap, NULL);
        coap_session_disconnected(session->coap, COAP_NACK_NOT_DELIVERABLE);
        coap_session_release(session->coap);
    }
    free(session);
}

/* Which session must make room for another peer. */
static struct loom_session *longest_silent_peer(struct loom_coap_port *port)
{
    struct loom_ring *kind =
        loom_ring_is_empty(&port->open_peers) ? &port->secure_peers : &port->open_peers;

    return LOOM_RING_ENTRY(kind->next, struct loom_session, place);
}

static struct loom_session *begin_peer(struct loom_coap_port *port, coap_session_t *coap)
{
    struct loom_session *session;

    if (port->peer_count >= port->config.peers_max) {
        loom_session_lose(longest_silent_peer(port), LOOM_FAILURE_CLOSED);
    }
    session = session_new(port);
    if (session == NULL) {
        return NULL;
    }
    adopt(session, coap);
    /* libcoap frees a session of a peer that is idle, unless somebody holds it. */
    coap_session_reference(coap);
    session->secure = coap_session_get_proto(coap) == COAP_PROTO_DTLS;
    port->peer_count++;
    loom_session_heard(session);
    return session;
}

struct loom_session *loom_session_of(struct loom_coap_port *port, coap_session_t *coap)
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

void loom_session_heard(struct loom_session *session)
{
    struct loom_coap_port *port = session->port;

    /* Asked anew each time: with a Connection ID the address may change. */
    const coap_address_t *remote = session->coap != NULL
                                       ? coap_session_get_addr_remote(session->coap)
                                       : &session->way->addresses[0];

    if (coap_print_addr(remote, (uint8_t *)session->address, sizeof session->address) == 0) {
        session->address[0] = '\0';
    }
    session->last_message = loom_coap_now(port);
    if (!session->ours) {
        loom_ring_append(session->secure ? &port->secure_peers : &port->open_peers,
                         &session->place);
    }
}

/* ---- connecting ------------------------------------------------------------------------------ */

static coap_session_t *connect_from(const struct loom_session *session, const coap_address_t *local,
                                    const coap_address_t *remote)
{
    coap_context_t *context = session->port->context;
    const struct loom_way *way = session->way;
    coap_dtls_cpsk_t setup;

    if (!way->secure) {
        return coap_new_client_session(context, local, remote, COAP_PROTO_UDP);
    }
    /* libcoap copies what the setup points to; nothing of the key stays here. */
    memset(&setup, 0, sizeof setup);
    setup.version = COAP_DTLS_CPSK_SETUP_VERSION;
    setup.psk_info.identity.s = way->identity.data;
    setup.psk_info.identity.length = way->identity.length;
    setup.psk_info.key.s = way->key.data;
    setup.psk_info.key.length = way->key.length;
    loom_coap_use_connection_id(&setup);
    return coap_new_client_session_psk2(context, local, remote, COAP_PROTO_DTLS, &setup);
}

static coap_session_t *connect_to(const struct loom_session *session, const coap_address_t *remote)
{
    uint16_t port = session->port->config.local_port;
    coap_session_t *coap = NULL;
    coap_address_t local;

    if (port != 0) {
        loom_address_any(&local, remote->addr.sa.sa_family, port);
        coap = connect_from(session, &local, remote);
    }
    return coap != NULL ? coap : connect_from(session, NULL, remote);
}

static bool connect_session(struct loom_session *session)
{
    coap_session_t *coap = NULL;

    for (size_t i = 0; i < session->way->address_count && coap == NULL; i++) {
        coap = connect_to(session, &session->way->addresses[i]);
    }
    if (coap == NULL) {
        return false;
    }
    free_way(session);
    adopt(session, coap);
    loom_session_heard(session);
    return true;
}

/* ---- lost ------------------------------------------------------------------------------------ */

void loom_session_attend(struct loom_session *session)
{
    if (loom_ring_is_empty(&session->agenda)) {
        loom_ring_append(&session->port->agenda, &session->agenda);
    }
}

void loom_session_lose(struct loom_session *session, enum loom_failure failure)
{
    /* libcoap 4.3.1 ends DTLS first and then tells of the ICMP error that was the reason. */
    if (session->gone == LOOM_FAILURE_NONE || failure == LOOM_FAILURE_UNREACHABLE) {
        session->gone = failure;
    }
    leave_place(session);
    loom_session_attend(session);
}

void loom_session_check_address(struct loom_session *session)
{
    uint64_t now = loom_coap_now(session->port);

    if (!session->ours || session->coap == NULL || now - session->last_message < ADDRESS_CHECK_MS) {
        return;
    }
    session->last_message = now;
    if (!loom_address_is_current(coap_session_get_addr_local(session->coap),
                                 coap_session_get_addr_remote(session->coap))) {
        loom_session_lose(session, LOOM_FAILURE_CLOSED);
    }
}

static void tell_lost(struct loom_session *session)
{
    struct loom_coap_port *port = session->port;

    port->side->lost(port->side_self, session->owner, session, session->gone, session->alert);
}

void loom_session_settle(struct loom_session *session)
{
    if (!session->closed && session->coap == NULL && !connect_session(session)) {
        loom_session_lose(session, LOOM_FAILURE_UNREACHABLE);
    }
    if (!session->closed) {
        loom_exchange_tell(session);
    }
    /* What was just told may have made the side close it. */
    if (!session->closed && session->gone != LOOM_FAILURE_NONE) {
        tell_lost(session);
    }
    if (session->closed || session->gone != LOOM_FAILURE_NONE) {
        loom_session_free(session);
        return;
    }
    loom_exchange_send(session);
}

/* ---- the port's functions -------------------------------------------------------------------- */

static bool credentials_fit(const struct loom_credentials *credentials, const struct loom_uri *uri)
{
    if (uri->port == 0) {
        return false;
    }
    if (!uri->secure) {
        return credentials->mode == LOOM_SECURITY_NOSEC;
    }
    return credentials->mode == LOOM_SECURITY_PSK && credentials->as.psk.identity.length > 0 &&
           credentials->as.psk.identity.length <= LOOM_COAP_IDENTITY_MAX &&
           credentials->as.psk.key.length > 0 &&
           credentials->as.psk.key.length <= LOOM_COAP_KEY_MAX;
}

bool loom_session_supports(void *self, const struct loom_credentials *credentials)
{
    struct loom_uri uri;

    (void)self;
    return loom_uri_parse(credentials->uri, &uri) && credentials_fit(credentials, &uri) &&
           (!uri.secure || credentials->as.psk.key.length <= LOOM_COAP_KEY_LIMIT);
}

static bool find_way(struct loom_session *session, const struct loom_uri *uri,
                     const struct loom_credentials *credentials)
{
    const struct loom_psk *psk = &credentials->as.psk;
    struct loom_way *way = calloc(1, sizeof *way);

    session->way = way;
    if (way == NULL) {
        return false;
    }
    way->secure = uri->secure;
    way->address_count = loom_uri_resolve(uri, way->addresses, LOOM_URI_ADDRESSES_MAX);
    if (way->address_count == 0 || !uri->secure) {
        return way->address_count > 0;
    }
    return loom_body_append(&way->identity, psk->identity.data, psk->identity.length,
                            LOOM_COAP_IDENTITY_MAX) &&
           loom_body_append(&way->key, psk->key.data, psk->key.length, LOOM_COAP_KEY_MAX);
}

/* From a port of its own a session is connected at once. One that is to have the place of another,
 * which the side has just closed, waits for the loop to end that one. */
static bool begin(struct loom_session *session)
{
    if (session->port->config.local_port == 0) {
        return connect_session(session);
    }
    loom_session_heard(session);
    loom_session_attend(session);
    return true;
}

enum loom_status loom_session_open(void *self, const struct loom_credentials *credentials,
                                   void *owner, struct loom_session **session)
{
    struct loom_coap_port *port = self;
    struct loom_session *opened;
    struct loom_uri uri;

    if (!loom_uri_parse(credentials->uri, &uri) || !credentials_fit(credentials, &uri)) {
        return LOOM_BAD_REQUEST;
    }
    if (uri.secure && credentials->as.psk.key.length > LOOM_COAP_KEY_LIMIT) {
        return LOOM_UNAVAILABLE;
    }
    opened = session_new(port);
    if (opened == NULL) {
        return LOOM_UNAVAILABLE;
    }
    opened->owner = owner;
    opened->ours = true;
    opened->secure = uri.secure;
    loom_ring_append(&port->own, &opened->place);
    if (!find_way(opened, &uri, credentials) || !begin(opened)) {
        loom_session_free(opened);
        return LOOM_UNAVAILABLE;
    }
    *session = opened;
    return LOOM_OK;
}

void loom_session_close(void *self, struct loom_session *session)
{
    (void)self;
    /* libcoap may be in the middle of a message of this session: the loop ends it. */
    session->closed = true;
    leave_place(session);
    loom_session_attend(session);
}

void loom_session_peer(void *self, const struct loom_session *session, struct loom_peer *peer)
{
    const coap_bin_const_t *identity = NULL;

    (void)self;
    if (session->secure && session->coap != NULL) {
        identity = coap_session_get_psk_identity(session->coap);
    }
    peer->address = (struct loom_text){session->address, strlen(session->address)};
    peer->identity = identity != NULL ? (struct loom_bytes){identity->s, identity->length}
                                      : (struct loom_bytes){NULL, 0};
    peer->secure = session->secure;
}
