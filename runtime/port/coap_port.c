/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "coap_internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

enum {
    ACK_TIMEOUT_MIN_MS = 1000, /* libcoap takes no less */
    ACK_TIMEOUT_MAX_MS = 60000,
    MAX_RETRANSMIT_MAX = 8,
    TWO_LATENCIES_MS = 200000, /* RFC 7252 section 4.8.2 */
    /* Sessions of peers that have not asked anything yet: handshakes under way, and idle ones. */
    STRANGERS_MAX = 256,
    EVENTS_MAX = 16 /* sockets that libcoap hears of in a turn */
};

/* ---- the port's functions -------------------------------------------------------------------- */

static uint64_t port_now(void *self)
{
    return loom_coap_now(self);
}

static int64_t port_unix_time(void *self)
{
    return loom_coap_unix_time(self);
}

static uint32_t port_random(void *self)
{
    uint32_t bits = 0;

    (void)self;
    (void)coap_prng(&bits, sizeof bits);
    return bits;
}

/* The alert that a refused identity is answered with (RFC 4279 section 2). */
#define UNKNOWN_PSK_IDENTITY 115

/* A peer that never asked anything is no session of the side's: only its failure is told. */
static void report_handshake_failed(coap_session_t *coap, const coap_bin_const_t *identity,
                                    int alert)
{
    struct loom_coap_port *port = loom_coap_port_of(coap_session_get_context(coap));
    char address[LOOM_COAP_URI_SIZE];

    if (port->config.handshake_failed == NULL ||
        coap_print_addr(coap_session_get_addr_remote(coap), (uint8_t *)address, sizeof address) ==
            0) {
        return;
    }
    port->config.handshake_failed(
        port->config.handshake_failed_user, (struct loom_text){address, strlen(address)},
        identity == NULL ? (struct loom_bytes){NULL, 0}
                         : (struct loom_bytes){identity->s, identity->length},
        alert);
}

static int on_event(coap_session_t *coap, const coap_event_t event)
{
    struct loom_session *session = coap_session_get_app_data(coap);

    if (event == COAP_EVENT_DTLS_ERROR && session != NULL) {
        session->refused = true;
    } else if (event == COAP_EVENT_DTLS_ERROR) {
        report_handshake_failed(coap, coap_session_get_psk_identity(coap), loom_coap_take_alert());
    } else if (event == COAP_EVENT_DTLS_CLOSED) {
        /* A session that nobody waits for ends with this alone. */
        loom_coap_exchange_on_failure(coap, NULL, COAP_NACK_TLS_FAILED, COAP_INVALID_MID);
        /* The alert of a stranger is not to be taken for that of the next session. */
        (void)loom_coap_take_alert();
    }
    return 0;
}

/* ---- create and destroy ---------------------------------------------------------------------- */

static void handle_all_methods(coap_resource_t *resource)
{
    static const coap_request_t methods[] = {
        COAP_REQUEST_GET,   COAP_REQUEST_POST,  COAP_REQUEST_PUT,   COAP_REQUEST_DELETE,
        COAP_REQUEST_FETCH, COAP_REQUEST_PATCH, COAP_REQUEST_IPATCH};

    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        coap_register_request_handler(resource, methods[i], loom_coap_serve_on_request);
    }
}

/* libcoap hands what has no resource to the unknown one, but answers /.well-known/core by itself.
 */
static bool add_resources(coap_context_t *context)
{
    static const char well_known[] = ".well-known/core";
    coap_str_const_t path = {sizeof well_known - 1, (const uint8_t *)well_known};
    coap_resource_t *unknown = coap_resource_unknown_init(loom_coap_serve_on_request);
    coap_resource_t *core = coap_resource_init(&path, 0);

    if (unknown == NULL || core == NULL) {
        /* libcoap frees only resources that a context has. */
        if (unknown != NULL) {
            coap_add_resource(context, unknown);
        }
        if (core != NULL) {
            coap_add_resource(context, core);
        }
        return false;
    }
    handle_all_methods(unknown);
    handle_all_methods(core);
    coap_add_resource(context, unknown);
    coap_add_resource(context, core);
    return true;
}

/* A ping is answered by a Reset (RFC 7252 section 4.3). libcoap lets a quarter of a second pass
 * between two of them, the first included, counted from the beginning of its clock: so that one is
 * ours. */
static void on_ping(coap_session_t *session, const coap_pdu_t *received, const coap_mid_t mid)
{
    coap_tick_t now;

    (void)mid;
    coap_ticks(&now);
    if (now <= COAP_TICKS_PER_SECOND / 4) {
        (void)coap_send_rst(session, received);
    }
}

static bool set_up_context(struct loom_coap_port *port)
{
    port->context = coap_new_context(NULL);
    if (port->context == NULL || coap_context_get_coap_fd(port->context) < 0 ||
        !add_resources(port->context)) {
        return false;
    }
    loom_coap_set_port(port->context, port);
    coap_context_set_block_mode(port->context, 0);
    coap_context_set_max_idle_sessions(port->context, STRANGERS_MAX);
    coap_context_set_max_handshake_sessions(port->context, STRANGERS_MAX);
    coap_register_response_handler(port->context, loom_coap_exchange_on_response);
    coap_register_nack_handler(port->context, loom_coap_exchange_on_failure);
    loom_coap_on_acknowledgement(port->context, loom_coap_observe_on_acknowledgement);
    coap_register_event_handler(port->context, on_event);
    coap_register_ping_handler(port->context, on_ping);
    return true;
}

static void set_defaults(struct loom_coap_config *config)
{
    if (config->payload_max == 0) {
        config->payload_max = LOOM_COAP_PAYLOAD_MAX;
    }
    if (config->request_max == 0) {
        config->request_max = config->payload_max;
    }
    if (config->answer_max == 0) {
        config->answer_max = config->payload_max;
    }
    if (config->peers_max == 0) {
        config->peers_max = LOOM_COAP_PEERS_MAX;
    }
    if (config->ack_timeout_ms == 0) {
        config->ack_timeout_ms = LOOM_COAP_ACK_TIMEOUT_MS;
    }
    if (config->max_retransmit == 0) {
        config->max_retransmit = LOOM_COAP_MAX_RETRANSMIT;
    }
    if (config->secure_retransmit == 0) {
        config->secure_retransmit = config->max_retransmit < LOOM_COAP_SECURE_RETRANSMIT
                                        ? config->max_retransmit
                                        : LOOM_COAP_SECURE_RETRANSMIT;
    }
}

static bool config_is_valid(const struct loom_coap_config *config)
{
    return config->ack_timeout_ms >= ACK_TIMEOUT_MIN_MS &&
           config->ack_timeout_ms <= ACK_TIMEOUT_MAX_MS &&
           config->max_retransmit <= MAX_RETRANSMIT_MAX &&
           config->secure_retransmit <= config->max_retransmit &&
           (config->answer_max == config->payload_max ||
            (config->answer_max >= LOOM_COAP_ANSWER_MIN &&
             config->answer_max < config->payload_max)) &&
           config->log <= LOOM_COAP_LOG_DEBUG;
}

/* RFC 7252 section 4.8.2, with ACK_RANDOM_FACTOR 1.5. */
static void derive_times(struct loom_coap_port *port)
{
    uint32_t unit = port->config.ack_timeout_ms;
    uint32_t retransmit = port->config.max_retransmit;

    port->transmit_wait_ms = unit * ((2u << retransmit) - 1u) * 3u / 2u;
    port->secure_wait_ms = unit * ((2u << port->config.secure_retransmit) - 1u) * 3u / 2u;
    port->lifetime_ms =
        (uint64_t)unit * ((1u << retransmit) - 1u) * 3u / 2u + TWO_LATENCIES_MS + unit;
}

static void derive_limits(struct loom_coap_port *port)
{
    size_t two = port->config.payload_max < SIZE_MAX / 2 ? 2 * port->config.payload_max : SIZE_MAX;

    port->transfer_limit = two > LOOM_COAP_TRANSFERS_MAX ? two : LOOM_COAP_TRANSFERS_MAX;
}

/* libcoap has one start for the process; ports share it. */
static unsigned ports_open;

static void libcoap_hold(enum loom_coap_log log)
{
    if (ports_open++ == 0) {
        coap_startup();
    }
    loom_coap_start_log(log);
}

static void libcoap_release(void)
{
    if (--ports_open == 0) {
        coap_cleanup();
    }
}

/* libcoap lets its sockets share an address, so another program's would go unnoticed. */
static bool claim_local_port(const struct loom_coap_port *port)
{
    return port->config.local_port == 0 || loom_coap_address_port_is_free(port->config.local_port);
}

static void begin_rings(struct loom_coap_port *coap)
{
    loom_coap_ring_init(&coap->own);
    loom_coap_ring_init(&coap->open_peers);
    loom_coap_ring_init(&coap->secure_peers);
    loom_coap_ring_init(&coap->kept_peers);
    loom_coap_ring_init(&coap->transfers);
    loom_coap_ring_init(&coap->agenda);
    loom_coap_ring_init(&coap->waiting);
    loom_coap_ring_init(&coap->secure_waiting);
    loom_coap_ring_init(&coap->confirming);
    loom_coap_ring_init(&coap->held);
}

struct loom_coap_port *loom_coap_create(const struct loom_coap_config *config,
                                        const struct loom_side *side, void *side_self,
                                        struct loom_port *port)
{
    struct loom_coap_port *coap = calloc(1, sizeof *coap);

    if (coap == NULL) {
        return NULL;
    }
    coap->side = side;
    coap->side_self = side_self;
    coap->config = *config;
    set_defaults(&coap->config);
    if (!config_is_valid(&coap->config)) {
        free(coap);
        return NULL;
    }
    derive_times(coap);
    derive_limits(coap);
    coap->turn_real = loom_coap_clock_monotonic_ms();
    begin_rings(coap);
    libcoap_hold(config->log);
    coap->reply = malloc(coap->config.answer_max);
    if (coap->reply == NULL || !coap_dtls_is_supported() || !set_up_context(coap) ||
        !claim_local_port(coap)) {
        int reason = errno;

        loom_coap_destroy(coap);
        errno = reason;
        return NULL;
    }
    *port = (struct loom_port){
        .self = coap,
        .now = port_now,
        .unix_time = port_unix_time,
        .random = port_random,
        .transports = "U",
        .supports = loom_coap_session_supports,
        .open = loom_coap_session_open,
        .close = loom_coap_session_close,
        .keep = loom_coap_session_keep,
        .request = loom_coap_exchange_request,
        .cancel = loom_coap_exchange_cancel,
        .peer = loom_coap_session_peer,
        .notify = loom_coap_observe_notify,
        .forget = loom_coap_observe_forget,
        .settle = loom_coap_held_settle,
        .revise = loom_coap_held_revise,
        .token = loom_coap_observed_token,
    };
    return coap;
}

static void free_sessions(struct loom_coap_ring *ring)
{
    while (!loom_coap_ring_is_empty(ring)) {
        loom_coap_session_free(LOOM_COAP_RING_ENTRY(ring->next, struct loom_session, place));
    }
}

void loom_coap_destroy(struct loom_coap_port *coap)
{
    if (coap == NULL) {
        return;
    }
    /* Sessions that are closed or lost stand on the agenda alone. */
    while (!loom_coap_ring_is_empty(&coap->agenda)) {
        loom_coap_session_free(
            LOOM_COAP_RING_ENTRY(coap->agenda.next, struct loom_session, agenda));
    }
    free_sessions(&coap->own);
    free_sessions(&coap->open_peers);
    free_sessions(&coap->secure_peers);
    free_sessions(&coap->kept_peers);
    coap_free_context(coap->context);
    loom_coap_names_free(coap->names);
    free(coap->reply);
    free(coap);
    libcoap_release();
}

/* ---- listening ------------------------------------------------------------------------------- */

static const coap_bin_const_t *find_key(coap_bin_const_t *identity, coap_session_t *session,
                                        void *self)
{
    struct loom_coap_port *port = self;
    struct loom_bytes key = {NULL, 0};

    if (!port->config.find_key(port->config.find_key_user,
                               (struct loom_bytes){identity->s, identity->length}, &key) ||
        key.length == 0 || key.length > LOOM_COAP_KEY_LIMIT) {
        report_handshake_failed(session, identity, UNKNOWN_PSK_IDENTITY);
        return NULL;
    }
    /* libcoap copies it at once. */
    port->found_key.s = key.data;
    port->found_key.length = key.length;
    return &port->found_key;
}

static bool set_up_key_lookup(struct loom_coap_port *port)
{
    coap_dtls_spsk_t setup;

    if (port->key_lookup) {
        return true;
    }
    memset(&setup, 0, sizeof setup);
    setup.version = COAP_DTLS_SPSK_SETUP_VERSION;
    setup.validate_id_call_back = find_key;
    setup.id_call_back_arg = port;
    port->key_lookup = coap_context_set_psk2(port->context, &setup) != 0;
    return port->key_lookup;
}

/* `127.0.0.1:40001 UDP` is how libcoap tells where an endpoint is bound. */
static void write_bound(const coap_endpoint_t *endpoint, bool secure, char *bound, size_t size)
{
    const char *text = coap_endpoint_str(endpoint);

    snprintf(bound, size, "coap%s://%.*s", secure ? "s" : "", (int)strcspn(text, " "), text);
}

enum loom_status loom_coap_listen(struct loom_coap_port *coap, const char *uri, char *bound,
                                  size_t bound_size)
{
    coap_address_t addresses[LOOM_COAP_URI_ADDRESSES_MAX];
    coap_endpoint_t *endpoint = NULL;
    struct loom_coap_uri parts;
    size_t count;

    if ((bound != NULL && bound_size < LOOM_COAP_URI_SIZE) ||
        !loom_coap_uri_parse((struct loom_text){uri, strlen(uri)}, &parts) ||
        (parts.secure && coap->config.find_key == NULL)) {
        return LOOM_BAD_REQUEST;
    }
    if (parts.secure && !set_up_key_lookup(coap)) {
        errno = ENOMEM;
        return LOOM_UNAVAILABLE;
    }
    count = loom_coap_uri_resolve(&parts, addresses, LOOM_COAP_URI_ADDRESSES_MAX);
    errno = EADDRNOTAVAIL; /* unless claiming finds another reason */
    for (size_t i = 0; i < count && endpoint == NULL; i++) {
        if (loom_coap_address_claim(&addresses[i])) {
            endpoint = coap_new_endpoint(coap->context, &addresses[i],
                                         parts.secure ? COAP_PROTO_DTLS : COAP_PROTO_UDP);
        }
    }
    if (endpoint == NULL) {
        return LOOM_UNAVAILABLE;
    }
    if (bound != NULL) {
        write_bound(endpoint, parts.secure, bound, bound_size);
    }
    return LOOM_OK;
}

/* ---- the loop -------------------------------------------------------------------------------- */

/* Works off what stands on the agenda now. What that brings about waits for the next turn, or a
 * side that repeats a request at once could keep the loop here. */
static void settle(struct loom_coap_port *port)
{
    struct loom_coap_ring now;

    if (loom_coap_ring_is_empty(&port->agenda)) {
        return;
    }
    now = port->agenda;
    now.next->previous = &now;
    now.previous->next = &now;
    loom_coap_ring_init(&port->agenda);
    while (!loom_coap_ring_is_empty(&now)) {
        struct loom_session *session = LOOM_COAP_RING_ENTRY(now.next, struct loom_session, agenda);

        loom_coap_ring_remove(&session->agenda);
        loom_coap_session_settle(session);
    }
}

static uint64_t earliest(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

uint64_t loom_coap_deadline(const struct loom_coap_port *coap)
{
    uint64_t messages =
        earliest(loom_coap_exchange_deadline(coap), loom_coap_observe_deadline(coap));

    return earliest(messages, loom_coap_transfer_deadline(coap));
}

/* Milliseconds until something is to be given up, at most `limit`. */
static uint32_t deadline_wait(const struct loom_coap_port *port, uint32_t limit)
{
    uint64_t deadline = loom_coap_deadline(port);
    uint64_t now = loom_coap_now(port);

    if (deadline <= now) {
        return 0;
    }
    return deadline - now < limit ? (uint32_t)(deadline - now) : limit;
}

/* How long to wait; libcoap's own timer makes its descriptor ready. */
static int wait_ms(struct loom_coap_port *port, uint32_t timeout_ms)
{
    coap_tick_t ticks;
    uint32_t wait = deadline_wait(port, timeout_ms);
    unsigned due;

    coap_ticks(&ticks);
    due = coap_io_prepare_epoll(port->context, ticks);
    if (due > 0 && due < wait) {
        wait = due;
    }
    /* Preparing sends what is due, and may find sessions at their end. */
    if (!loom_coap_ring_is_empty(&port->agenda)) {
        return 0;
    }
    if (wait == UINT32_MAX) {
        return -1;
    }
    return wait < INT32_MAX ? (int)wait : INT32_MAX;
}

/* Looks first: what has come is handled before anything is prepared for a wait. */
static int watch(struct loom_coap_port *port, struct pollfd *watched, size_t count,
                 uint32_t timeout_ms)
{
    int ready = poll(watched, (nfds_t)count, 0);

    if (ready != 0 || !loom_coap_ring_is_empty(&port->agenda)) {
        return ready;
    }
    return poll(watched, (nfds_t)count, wait_ms(port, timeout_ms));
}

/* Has libcoap read what has come. */
static bool handle(struct loom_coap_port *port)
{
    struct epoll_event events[EVENTS_MAX];
    int count = epoll_wait(coap_context_get_coap_fd(port->context), events, EVENTS_MAX, 0);

    if (count < 0) {
        return errno == EINTR;
    }
    coap_io_do_epoll(port->context, events, (size_t)count);
    return true;
}

static void begin_turn(struct loom_coap_port *port)
{
    port->turn_real = loom_coap_clock_monotonic_ms();
    loom_coap_transfer_expire(port);
}

/* Sessions whose server's name has been looked up go on. */
static void take_names(struct loom_coap_port *port)
{
    loom_coap_names_clear(port->names);
    for (struct loom_coap_ring *place = port->own.next; place != &port->own; place = place->next) {
        struct loom_session *session = LOOM_COAP_RING_ENTRY(place, struct loom_session, place);

        if (session->coap == NULL) {
            loom_coap_session_attend(session);
        }
    }
}

/* The port's own descriptors, in front of the program's. */
enum { COAP, NAMES, EXTRA };

static void list_descriptors(const struct loom_coap_port *port, struct pollfd *watched,
                             const struct pollfd *extra, size_t extra_count)
{
    watched[COAP] =
        (struct pollfd){.fd = coap_context_get_coap_fd(port->context), .events = POLLIN};
    /* poll() passes over what is negative. */
    watched[NAMES] = (struct pollfd){
        .fd = port->names == NULL ? -1 : loom_coap_names_descriptor(port->names), .events = POLLIN};
    for (size_t i = 0; i < extra_count; i++) {
        watched[EXTRA + i] = extra[i];
    }
}

enum loom_status loom_coap_step(struct loom_coap_port *coap, uint32_t timeout_ms,
                                struct pollfd *extra, size_t extra_count)
{
    struct pollfd watched[EXTRA + LOOM_COAP_EXTRA_MAX];
    int ready;

    if (extra_count > LOOM_COAP_EXTRA_MAX) {
        return LOOM_INTERNAL_ERROR;
    }
    begin_turn(coap);
    settle(coap);
    list_descriptors(coap, watched, extra, extra_count);
    ready = watch(coap, watched, EXTRA + extra_count, timeout_ms);
    if (ready < 0 && errno != EINTR) {
        return LOOM_INTERNAL_ERROR;
    }
    for (size_t i = 0; i < extra_count; i++) {
        extra[i].revents = ready > 0 ? watched[EXTRA + i].revents : 0;
    }
    begin_turn(coap);
    if (ready > 0 && watched[NAMES].revents != 0) {
        take_names(coap);
    }
    if (ready > 0 && watched[COAP].revents != 0 && !handle(coap)) {
        return LOOM_INTERNAL_ERROR;
    }
    loom_coap_exchange_expire(coap);
    if (!loom_coap_ring_is_empty(&coap->confirming)) {
        loom_coap_observe_check(coap);
    }
    settle(coap);
    return LOOM_OK;
}

enum loom_status loom_coap_wait(struct loom_coap_port *coap, uint64_t deadline,
                                struct pollfd *extra, size_t extra_count)
{
    uint64_t now = loom_coap_now(coap);
    uint64_t wait = deadline > now ? deadline - now : 0;

    if (deadline == UINT64_MAX) {
        wait = UINT32_MAX;
    } else if (wait >= UINT32_MAX) {
        wait = UINT32_MAX - 1;
    }
    return loom_coap_step(coap, (uint32_t)wait, extra, extra_count);
}

size_t loom_coap_watch(struct loom_coap_port *coap, struct pollfd *watched, uint32_t *timeout_ms)
{
    int wait = loom_coap_ring_is_empty(&coap->agenda) ? wait_ms(coap, UINT32_MAX) : 0;

    list_descriptors(coap, watched, NULL, 0);
    *timeout_ms = wait < 0 ? UINT32_MAX : (uint32_t)wait;
    return watched[NAMES].fd < 0 ? NAMES : EXTRA;
}
