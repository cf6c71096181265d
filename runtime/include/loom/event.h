/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a client reports to its product. Events are for people, logs and scripts: they never hold a
 * key, and nothing need be done about them.
 */
#ifndef LOOM_EVENT_H
#define LOOM_EVENT_H

#include "loom/port.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Kinds of events, with the members of struct loom_event that they fill. */
enum loom_event_type {
    /* Bootstrap interface */
    LOOM_EVENT_FACTORY,            /**< accounts found at start: `count` */
    LOOM_EVENT_SMARTCARD,          /**< the card was read: `code`, `text` what is wrong with it */
    LOOM_EVENT_HOLD_OFF,           /**< Client Hold Off Time begins: `seconds` */
    LOOM_EVENT_BOOTSTRAP_REQUEST,  /**< Bootstrap-Request sent: `uri` */
    LOOM_EVENT_BOOTSTRAP_ACCEPTED, /**< answered 2.04 */
    LOOM_EVENT_BOOTSTRAP_REFUSED,  /**< answered with an error: `code` */
    LOOM_EVENT_BOOTSTRAP_PUSH,     /**< the bootstrap server has begun, unasked (rule A-6) */
    LOOM_EVENT_BOOTSTRAP_PACK_REQUEST, /**< sent: `uri` */
    LOOM_EVENT_BOOTSTRAP_PACK, /**< its end: `code` answered; `text` and `path`: what is wrong with
                                *  it */
    LOOM_EVENT_BOOTSTRAP_DISCOVER, /**< `path`, `code` answered */
    LOOM_EVENT_BOOTSTRAP_READ,     /**< `path`, `code` answered */
    LOOM_EVENT_BOOTSTRAP_WRITE,    /**< `path`, `code` answered */
    LOOM_EVENT_BOOTSTRAP_DELETE,   /**< `path`, `code` answered */
    LOOM_EVENT_BOOTSTRAP_FINISH,   /**< `code` answered; `text` and `path`: what is inconsistent */
    LOOM_EVENT_BOOTSTRAP_FAILED,   /**< rolled back: `failure`, `text` */
    LOOM_EVENT_BOOTSTRAP_RETRY,    /**< next attempt, `seconds` at most */
    LOOM_EVENT_BOOTSTRAP_NO_ACCOUNT, /**< a bootstrap is due, but there is no account for one */
    LOOM_EVENT_ACCOUNT_EXPIRED,      /**< resource 0/x/12: the Bootstrap-Server Account is purged */
    LOOM_EVENT_STATE_SAVED,          /**< accounts are in the store */
    LOOM_EVENT_STATE_RECOVERED, /**< a stored record was damaged: the one before it, or what the
                                 *  product began with, is in force; `text` */
    LOOM_EVENT_STATE_FAILED,    /**< store or record failed: `code`, `text`; the old one stands */

    /* Sessions */
    LOOM_EVENT_SESSION,        /**< opened: `uri`, `ssid` (0: bootstrap server), `secure` */
    LOOM_EVENT_SESSION_FAILED, /**< could not be opened or was lost: `ssid`, `failure`, `alert` */

    /* Client Registration interface; all with `ssid` */
    LOOM_EVENT_REGISTER_QUEUED,       /**< waits for its turn (resource 1/x/13) */
    LOOM_EVENT_REGISTER_DELAYED,      /**< Initial Registration Delay (1/x/14) begins: `seconds` */
    LOOM_EVENT_REGISTER,              /**< sent: `uri`, `seconds` is the lifetime */
    LOOM_EVENT_REGISTERED,            /**< `text` is the location */
    LOOM_EVENT_REGISTER_REFUSED,      /**< `code` */
    LOOM_EVENT_VERSION_FALL_BACK,     /**< 4.12: `text` is the release tried next */
    LOOM_EVENT_PROFILE_REFUSED,       /**< 4.09: the whole object list is sent next */
    LOOM_EVENT_REGISTER_FAILED,       /**< no answer: `failure` */
    LOOM_EVENT_REGISTER_RETRY,        /**< next attempt in `seconds` */
    LOOM_EVENT_REGISTRATION_GIVEN_UP, /**< all attempts that the resources allow have failed */
    LOOM_EVENT_UPDATE,                /**< sent: `text` says what it carries */
    LOOM_EVENT_UPDATED,               /**< answered 2.04 */
    LOOM_EVENT_UPDATE_REFUSED,        /**< `code` */
    LOOM_EVENT_DEREGISTER,            /**< sent */
    LOOM_EVENT_DEREGISTERED,          /**< answered, or nobody answered */
    LOOM_EVENT_ASLEEP,                /**< queue mode: nothing is heard until the next Update */
    LOOM_EVENT_DISABLED,              /**< by resource 1/x/4, for `seconds` */

    /* Device Management and Service Enablement interface; all with `ssid`, `path`, `code` */
    LOOM_EVENT_READ,
    LOOM_EVENT_DISCOVER,
    LOOM_EVENT_WRITE,
    LOOM_EVENT_EXECUTE,
    LOOM_EVENT_CREATE,
    LOOM_EVENT_DELETE,
    LOOM_EVENT_REQUEST, /**< a request of no known operation */
    LOOM_EVENT_IGNORED, /**< a request was dropped without an answer: `text` says why */

    LOOM_EVENT_STOPPED, /**< after loom_client_stop(): nothing is under way any more */
    LOOM_EVENT_COUNT
};

struct loom_event {
    enum loom_event_type type;
    uint64_t time; /**< of the port's clock, milliseconds */
    uint16_t ssid; /**< Short Server ID; 0: the bootstrap server, or no server */
    uint8_t code;  /**< CoAP code, see LOOM_CODE() */
    bool secure;
    struct loom_path path;
    bool has_path;
    uint32_t seconds;
    uint32_t count;
    enum loom_failure failure;
    int alert;             /**< TLS alert received, -1: none */
    struct loom_text uri;  /**< empty if there is none */
    struct loom_text text; /**< empty if there is none */
};

/** @return the event's name, such as `bootstrap-request`. */
const char *loom_event_name(enum loom_event_type type);

/** @return a failure's name, such as `timeout`; `none` for LOOM_FAILURE_NONE. */
const char *loom_failure_name(enum loom_failure failure);

#ifdef __cplusplus
}
#endif

#endif
