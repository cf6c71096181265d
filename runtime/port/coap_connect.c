/* SPDX-License-Identifier: Apache-2.0 */
/* From a URI to a session that is connected, and its end. */
#include "coap_internal.h"

#include <stdlib.h>
#include <string.h>

/* ---- connecting ------------------------------------------------------------------------------ */

static void free_way(struct loom_session *session)
{
    if (session->way != NULL) {
        if (session->way->lookup != NULL) {
            loom_coap_lookup_end(session->way->lookup);
        }
        loom_coap_body_clear(&session->way->identity);
        loom_coap_body_clear(&session->way->key);
        free(session->way);
        session->way = NULL;
    }
}

static coap_session_t *connect_from(const struct loom_session *session, const coap_address_t *local,
                                    const coap_address_t *remote)
{
    coap_context_t *context = session->port->context;
    const struct loom_coap_way *way = session->way;
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
        loom_coap_address_any(&local, remote->addr.sa.sa_family, port);
        coap = connect_from(session, &local, remote);
    }
    return coap != NULL ? coap : connect_from(session, NULL, remote);
}

/* Which address to begin with: not one that failed when it was tried last (RFC 6724 section 2: the
 * order is one to try them in). */
static uint32_t first_address(struct loom_session *session)
{
    const struct loom_coap_host *host = loom_coap_host_find(session->port, session->way->host);

    session->host = session->way->address_count > 1 ? session->way->host : 0;
    return host == NULL ? 0 : host->next;
}

static bool connect_session(struct loom_session *session)
{
    const struct loom_coap_way *way = session->way;
    uint32_t first = first_address(session);
    coap_session_t *coap = NULL;

    for (uint32_t i = 0; i < way->address_count && coap == NULL; i++) {
        coap = connect_to(session, &way->addresses[(first + i) % way->address_count]);
    }
    if (coap == NULL) {
        return false;
    }
    free_way(session);
    loom_coap_session_adopt(session, coap);
    loom_coap_session_heard(session);
    return true;
}

/* Whether the addresses of the server are still being looked up. */
static bool is_looking_up(struct loom_session *session)
{
    struct loom_coap_way *way = session->way;
    const coap_address_t *addresses;

    if (way->lookup == NULL) {
        return false;
    }
    if (!loom_coap_lookup_done(way->lookup)) {
        return true;
    }
    way->address_count = loom_coap_lookup_addresses(way->lookup, &addresses);
    memcpy(way->addresses, addresses, way->address_count * sizeof *addresses);
    loom_coap_lookup_end(way->lookup);
    way->lookup = NULL;
    return false;
}

/* ---- the end ----------------------------------------------------------------------------------
 */

void loom_coap_session_free(struct loom_session *session)
{
    loom_coap_session_leave(session);
    loom_coap_ring_remove(&session->agenda);
    loom_coap_exchange_forget(session);
    loom_coap_observe_clear(session);
    loom_coap_held_clear(session);
    loom_coap_answered_clear(session);
    loom_coap_transfer_clear(session->port, &session->incoming);
    loom_coap_transfer_clear(session->port, &session->outgoing);
    free_way(session);
    free(session->address);
    if (session->coap != NULL) {
        /* Releasing alone would leave messages of ours to be retransmitted, and the peer's DTLS
         * session without a close_notify. */
        coap_session_set_app_data(session->coap, NULL);
        coap_session_disconnected(session->coap, COAP_NACK_NOT_DELIVERABLE);
        coap_session_release(session->coap);
    }
    free(session);
}

static void report_lost(struct loom_session *session)
{
    struct loom_coap_port *port = session->port;

    port->side->lost(port->side_self, session->owner, session, session->gone, session->alert);
}

void loom_coap_session_settle(struct loom_session *session)
{
    if (!session->closed && session->coap == NULL && is_looking_up(session)) {
        return; /* until the loop hears of the lookup */
    }
    if (!session->closed && session->coap == NULL && !connect_session(session)) {
        loom_coap_session_lose(session, LOOM_FAILURE_UNREACHABLE);
    }
    if (!session->closed) {
        loom_coap_exchange_report(session);
    }
    if (!session->closed && session->gone == LOOM_FAILURE_NONE) {
        loom_coap_observe_report(session);
    }
    /* What was just told may have made the side close it. */
    if (!session->closed && session->gone != LOOM_FAILURE_NONE) {
        report_lost(session);
    }
    if (session->closed || session->gone != LOOM_FAILURE_NONE) {
        loom_coap_session_free(session);
        return;
    }
    loom_coap_exchange_send(session);
}

/* ---- the port's functions -------------------------------------------------------------------- */

static bool credentials_fit(const struct loom_credentials *credentials,
                            const struct loom_coap_uri *uri)
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

bool loom_coap_session_supports(void *self, const struct loom_credentials *credentials)
{
    struct loom_coap_uri uri;

    (void)self;
    return loom_coap_uri_parse(credentials->uri, &uri) && credentials_fit(credentials, &uri) &&
           (!uri.secure || credentials->as.psk.key.length <= LOOM_COAP_KEY_LIMIT);
}

static bool keep_psk(struct loom_coap_way *way, const struct loom_psk *psk)
{
    return loom_coap_body_append(&way->identity, psk->identity.data, psk->identity.length,
                                 LOOM_COAP_IDENTITY_MAX) &&
           loom_coap_body_append(&way->key, psk->key.data, psk->key.length, LOOM_COAP_KEY_MAX);
}

/* Two servers with one digest only begin with another address than they need (FNV-1a). */
static uint32_t digest_of(const struct loom_coap_uri *uri)
{
    uint32_t digest = 2166136261u ^ uri->port;

    for (const char *byte = uri->host; *byte != '\0'; byte++) {
        digest = (digest ^ (uint8_t)*byte) * 16777619u;
    }
    return digest == 0 ? 1 : digest;
}

static bool begin_lookup(struct loom_session *session, const struct loom_coap_uri *uri)
{
    struct loom_coap_port *port = session->port;

    if (port->names == NULL) {
        port->names = loom_coap_names_new();
    }
    if (port->names != NULL) {
        session->way->lookup = loom_coap_lookup_begin(port->names, uri);
    }
    return session->way->lookup != NULL;
}

static bool find_way(struct loom_session *session, const struct loom_coap_uri *uri,
                     const struct loom_credentials *credentials)
{
    const struct loom_psk *psk = &credentials->as.psk;
    struct loom_coap_way *way = calloc(1, sizeof *way);

    session->way = way;
    if (way == NULL) {
        return false;
    }
    way->secure = uri->secure;
    way->host = digest_of(uri);
    way->address_count = loom_coap_uri_address(uri, way->addresses);
    if (way->address_count == 0 && !begin_lookup(session, uri)) {
        return false;
    }
    return !uri->secure || keep_psk(way, psk);
}

/* From a port of its own, and to an address, a session is connected at once. One that is to have
 * the place of another, which the side has just closed, waits for the loop to end that one. */
static bool begin(struct loom_session *session)
{
    if (session->port->config.local_port == 0 && session->way->lookup == NULL) {
        return connect_session(session);
    }
    loom_coap_session_heard(session);
    loom_coap_session_attend(session);
    return true;
}

enum loom_status loom_coap_session_open(void *self, const struct loom_credentials *credentials,
                                        void *owner, struct loom_session **session)
{
    struct loom_coap_port *port = self;
    struct loom_session *opened;
    struct loom_coap_uri uri;

    if (!loom_coap_uri_parse(credentials->uri, &uri) || !credentials_fit(credentials, &uri)) {
        return LOOM_BAD_REQUEST;
    }
    if (uri.secure && credentials->as.psk.key.length > LOOM_COAP_KEY_LIMIT) {
        return LOOM_UNAVAILABLE;
    }
    opened = loom_coap_session_new(port);
    if (opened == NULL) {
        return LOOM_UNAVAILABLE;
    }
    opened->owner = owner;
    opened->ours = true;
    opened->secure = uri.secure;
    loom_coap_ring_append(&port->own, &opened->place);
    if (!find_way(opened, &uri, credentials) || !begin(opened)) {
        loom_coap_session_free(opened);
        return LOOM_UNAVAILABLE;
    }
    *session = opened;
    return LOOM_OK;
}
