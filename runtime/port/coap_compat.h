/* SPDX-License-Identifier: Apache-2.0 */
/**
 * libcoap's headers, and the differences between its versions and those of mbedTLS: 4.3.1 on 2.28
 * as Debian 12 has them, and 4.3.5 on 3.6. No other file asks for a version.
 */
#ifndef LOOM_PORT_COAP_COMPAT_H
#define LOOM_PORT_COAP_COMPAT_H

#include <coap3/coap.h>
#include <mbedtls/ssl.h>
#include <stdbool.h>

/** Longest PSK that mbedTLS was built for. libcoap leaks memory on a longer one. */
#define LOOM_COAP_KEY_LIMIT ((size_t)MBEDTLS_PSK_MAX_LEN)

/* The CMake build of 4.3.1 leaves LIBCOAP_VERSION without a number; it then counts as 0 here. */
#if LIBCOAP_VERSION >= 4003002

#define LOOM_COAP_LEVEL_SILENT  COAP_LOG_EMERG
#define LOOM_COAP_LEVEL_WARNING COAP_LOG_WARN
#define LOOM_COAP_LEVEL_INFO    COAP_LOG_INFO
#define LOOM_COAP_LEVEL_DEBUG   COAP_LOG_DEBUG

/** A Connection ID (RFC 9146) keeps the session when a NAT gives the client another address.
 * Without Loom's patches (deps/patches) anybody could give it one, so there it is not offered. */
static inline void loom_coap_use_connection_id(coap_dtls_cpsk_t *setup)
{
#ifdef COAP_DTLS_CID_AUTHENTIC
    setup->use_cid = 1;
#else
    (void)setup;
#endif
}

static inline void loom_coap_set_port(coap_context_t *context, void *port)
{
    coap_context_set_app_data(context, port);
}

static inline void *loom_coap_port_of(const coap_context_t *context)
{
    return coap_context_get_app_data(context);
}

#else

#define LOOM_COAP_LEVEL_SILENT  LOG_EMERG
#define LOOM_COAP_LEVEL_WARNING LOG_WARNING
#define LOOM_COAP_LEVEL_INFO    LOG_INFO
#define LOOM_COAP_LEVEL_DEBUG   LOG_DEBUG

static inline void loom_coap_use_connection_id(coap_dtls_cpsk_t *setup)
{
    (void)setup;
}

static inline void loom_coap_set_port(coap_context_t *context, void *port)
{
    coap_set_app_data(context, port);
}

static inline void *loom_coap_port_of(const coap_context_t *context)
{
    return coap_get_app_data(context);
}

#endif

/** Asks to be told of each message that is acknowledged without a response. A libcoap without
 * Loom's patches (deps/patches) does not tell. */
static inline void loom_coap_on_acknowledgement(coap_context_t *context,
                                                void (*on_acknowledged)(coap_session_t *session,
                                                                        const coap_pdu_t *sent,
                                                                        const coap_mid_t mid))
{
#ifdef COAP_ACK_HANDLER
    coap_register_ack_handler(context, on_acknowledged);
#else
    (void)context;
    (void)on_acknowledged;
#endif
}

/** Whether nothing waits for an acknowledgement any more, for want of being told of each: what
 * libcoap would send again is not acknowledged. */
static inline bool loom_coap_all_acknowledged(coap_context_t *context)
{
#ifdef COAP_ACK_HANDLER
    (void)context;
    return false;
#else
    return coap_can_exit(context) != 0;
#endif
}

/** Ends the retransmission of a message; nothing is reported of it. A libcoap without Loom's
 * patches (deps/patches) repeats it once more, until the next message of the session is sent as
 * often as any other; the port drops what comes of that.
 *  @return false: it had been acknowledged; true as well where libcoap does not say */
static inline bool loom_coap_cancel_message(coap_session_t *session, coap_mid_t mid)
{
#ifdef COAP_CANCEL_MESSAGE
    return coap_cancel_message(session, mid) != 0;
#else
    (void)mid;
    coap_session_set_max_retransmit(session, 1); /* it takes no less */
    return true;
#endif
}

#endif
