/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the bootstrap server reports.
 */
#ifndef LOOM_BOOTSTRAP_EVENTS_H
#define LOOM_BOOTSTRAP_EVENTS_H

#include "loom/port.h"

#ifdef __cplusplus
extern "C" {
#endif

enum loom_bs_operation { LOOM_BS_DISCOVER, LOOM_BS_DELETE, LOOM_BS_WRITE, LOOM_BS_FINISH };

enum loom_bs_event_kind {
    LOOM_BS_REQUESTED,       /**< a Bootstrap-Request was accepted; a session begins */
    LOOM_BS_PUSHED,          /**< a session begins that the operator asked for (rule A-6) */
    LOOM_BS_PACKED,          /**< a Bootstrap-Pack-Request was answered with the pack */
    LOOM_BS_REFUSED,         /**< a request of either kind was answered with the error `code` */
    LOOM_BS_SENT,            /**< `operation` on `path` went out */
    LOOM_BS_ANSWERED,        /**< it was answered with `code` */
    LOOM_BS_DISCOVERED,      /**< what the client has: `links`, `bootstrap_instance` */
    LOOM_BS_VERSION_REFUSED, /**< a Write with `ver=` was answered with the error `code`: it goes
                              * out again without, and so do all others of the session (rule A-47)
                              */
    LOOM_BS_REPAIRING,       /**< the Finish was answered 4.06; a correction follows (rule A-81) */
    LOOM_BS_FINISHED,        /**< the Finish was answered 2.04; the session has ended */
    LOOM_BS_FAILED,          /**< the session has ended before */
    LOOM_BS_EVENT_COUNT
};

/** Why a request was refused or a session failed. */
enum loom_bs_reason {
    LOOM_BS_NO_REASON,
    LOOM_BS_BAD_REQUEST,        /**< malformed or not confirmable (4.00) */
    LOOM_BS_UNKNOWN_ENDPOINT,   /**< 4.00 */
    LOOM_BS_WRONG_IDENTITY,     /**< the name is not that of the identity, H-4 (4.00) */
    LOOM_BS_UNSUPPORTED_FORMAT, /**< `pct` asks for what this server cannot write (4.15) */
    LOOM_BS_PACK_UNSUPPORTED,   /**< this server gives no packs (5.01) */
    LOOM_BS_PACK_REFUSED,       /**< this account gets none, or cannot be said in one (4.05) */
    LOOM_BS_NOT_ACCEPTABLE,     /**< a pack in another format than SenML CBOR (4.06) */
    LOOM_BS_CLIENT_REFUSED,     /**< `operation` was answered with the error `code` */
    LOOM_BS_UNEXPECTED_ANSWER,  /**< a success, but not the one of `operation` */
    LOOM_BS_BAD_DISCOVER,       /**< the list of instances cannot be read or used */
    LOOM_BS_NO_ANSWER,          /**< nothing for MAX_TRANSMIT_WAIT or EXCHANGE_LIFETIME */
    LOOM_BS_UNREACHABLE,
    LOOM_BS_RESET,
    LOOM_BS_SESSION_LOST, /**< closed by the peer or its security layer */
    LOOM_BS_NOT_SENT,     /**< the port could not send */
    LOOM_BS_ASKED_AGAIN,  /**< a new Bootstrap-Request of this endpoint replaced it */
    LOOM_BS_SHUT_DOWN,
    LOOM_BS_NO_MEMORY, /**< 5.00 */
    LOOM_BS_NO_STORE,  /**< the device cannot be adopted now (5.03) */
    LOOM_BS_REASON_COUNT
};

/** Something that happened. All memory lasts for the duration of the call; no value and no key of a
 *  Write is ever in an event. Members that a kind does not name are empty. */
struct loom_bs_event {
    enum loom_bs_event_kind kind;
    uint64_t time;             /**< milliseconds of the port's clock */
    uint32_t session;          /**< number of the session, from 1; 0 in REFUSED and PACKED */
    struct loom_text endpoint; /**< as sent, or as the identity says; may be empty in REFUSED */
    struct loom_text address;  /**< of the peer; empty when the session is lost */
    enum loom_bs_operation operation; /**< SENT, ANSWERED, VERSION_REFUSED, FAILED */
    struct loom_path path;            /**< as `operation`; the root in a Finish */
    uint8_t code; /**< ANSWERED, REFUSED, VERSION_REFUSED, REPAIRING, FAILED; 0: none */
    enum loom_bs_reason reason;  /**< REFUSED, FAILED */
    struct loom_text lwm2m;      /**< DISCOVERED: version, empty if not named */
    uint16_t bootstrap_instance; /**< DISCOVERED: of the Bootstrap-Server Account; LOOM_ID_NONE */
    struct loom_text links;      /**< DISCOVERED: as the client wrote them */
    uint64_t duration;           /**< FINISHED, FAILED: milliseconds since the request */
};

typedef void loom_bs_listener(void *user, const struct loom_bs_event *event);

/* Names for people and scripts: `requested`, `client-refused`, `write`. */
const char *loom_bs_event_name(enum loom_bs_event_kind kind);
const char *loom_bs_reason_name(enum loom_bs_reason reason);
const char *loom_bs_operation_name(enum loom_bs_operation operation);

#ifdef __cplusplus
}
#endif

#endif
