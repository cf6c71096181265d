/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * The events that a client reports to its product. Events are for people, logs and scripts: they
 * never contain a key, and they require no reaction.
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
    LOOM_EVENT_FACTORY,                /**< accounts found at start: `count` */
    LOOM_EVENT_SMARTCARD,              /**< the card was read: `code`, `reason` */
    LOOM_EVENT_HOLD_OFF,               /**< Client Hold Off Time begins: `seconds` */
    LOOM_EVENT_BOOTSTRAP_REQUEST,      /**< Bootstrap-Request sent: `uri` */
    LOOM_EVENT_BOOTSTRAP_ACCEPTED,     /**< answered 2.04 */
    LOOM_EVENT_BOOTSTRAP_REFUSED,      /**< answered with an error: `code` */
    LOOM_EVENT_BOOTSTRAP_PUSH,         /**< server-initiated bootstrap (rule A-6) */
    LOOM_EVENT_BOOTSTRAP_PACK_REQUEST, /**< sent: `uri` */
    LOOM_EVENT_BOOTSTRAP_PACK,     /**< its end: `code` answered; `reason`, `path` of an error */
    LOOM_EVENT_BOOTSTRAP_DISCOVER, /**< `path`, `code` answered */
    LOOM_EVENT_BOOTSTRAP_READ,     /**< `path`, `code` answered */
    LOOM_EVENT_BOOTSTRAP_WRITE,    /**< `path`, `code` answered, `reason` */
    LOOM_EVENT_BOOTSTRAP_DELETE,   /**< `path`, `code` answered */
    LOOM_EVENT_BOOTSTRAP_FINISH, /**< `code` answered; `reason` and `path`: what is inconsistent */
    LOOM_EVENT_BOOTSTRAP_FAILED, /**< rolled back: `failure`, `reason` */
    LOOM_EVENT_BOOTSTRAP_RETRY,  /**< next attempt, `seconds` at most */
    LOOM_EVENT_BOOTSTRAP_NO_ACCOUNT, /**< a bootstrap is due, but there is no account for one */
    LOOM_EVENT_ACCOUNT_EXPIRED,      /**< resource 0/x/12: the Bootstrap-Server Account is purged */
    LOOM_EVENT_STATE_SAVED,          /**< accounts and persistent objects were saved */
    LOOM_EVENT_STATE_RECOVERED, /**< a stored record was damaged: the previous one, or the initial
                                 *  state, is used; `reason` */
    LOOM_EVENT_STATE_FAILED, /**< store or record failed: `code`, `reason`; the old one remains */

    /* Sessions */
    LOOM_EVENT_SESSION,        /**< opened: `uri`, `ssid` (0: bootstrap server), `secure` */
    LOOM_EVENT_SESSION_FAILED, /**< could not be opened or was lost: `ssid`, `failure`, `alert`,
                                *  `reason` */

    /* Client Registration interface; all with `ssid` */
    LOOM_EVENT_REGISTER_QUEUED,       /**< waits for other registrations (1/x/13) */
    LOOM_EVENT_REGISTER_DELAYED,      /**< Initial Registration Delay (1/x/14) begins: `seconds` */
    LOOM_EVENT_REGISTER,              /**< sent: `uri`, `seconds` is the lifetime */
    LOOM_EVENT_REGISTERED,            /**< `text` is the location */
    LOOM_EVENT_REGISTER_REFUSED,      /**< `code`, `reason` */
    LOOM_EVENT_VERSION_FALL_BACK,     /**< 4.12: `text` is the release tried next */
    LOOM_EVENT_PROFILE_REFUSED,       /**< 4.09: the whole object list is sent next */
    LOOM_EVENT_REGISTER_FAILED,       /**< no answer: `failure`, `reason` */
    LOOM_EVENT_REGISTER_RETRY,        /**< next attempt in `seconds` */
    LOOM_EVENT_REGISTRATION_GIVEN_UP, /**< all attempts that the resources allow have failed:
                                       *   `reason` is the next action */
    LOOM_EVENT_UPDATE,                /**< sent: `text` lists its content */
    LOOM_EVENT_UPDATED,               /**< answered 2.04 */
    LOOM_EVENT_UPDATE_REFUSED,        /**< `code` */
    LOOM_EVENT_DEREGISTER,            /**< sent */
    LOOM_EVENT_DEREGISTERED,          /**< answered, or no answer */
    LOOM_EVENT_ASLEEP,                /**< queue mode: nothing is received until the next Update */
    LOOM_EVENT_DISABLED,              /**< by resource 1/x/4, for `seconds` */

    /* Device Management and Service Enablement interface; all with `ssid`, `path`, `code` */
    LOOM_EVENT_READ,
    LOOM_EVENT_DISCOVER,
    LOOM_EVENT_WRITE,
    LOOM_EVENT_EXECUTE,
    LOOM_EVENT_CREATE,
    LOOM_EVENT_DELETE,
    LOOM_EVENT_WRITE_ATTRIBUTES,
    LOOM_EVENT_NOTIFY,  /**< a notification was sent: the observed path, and `code` */
    LOOM_EVENT_REQUEST, /**< a request that is no known operation */
    LOOM_EVENT_IGNORED, /**< a request was dropped without an answer: `reason` */

    /* Send; all with `ssid`, and `count` is the handle from loom_client_send() */
    LOOM_EVENT_SEND,           /**< it was sent */
    LOOM_EVENT_SEND_DELIVERED, /**< the server accepted it: `code` */
    LOOM_EVENT_SEND_FAILED,    /**< it is sent again later: `code` or `failure` */
    LOOM_EVENT_SEND_REFUSED,   /**< the server refused it; it is not sent again: `code` */
    LOOM_EVENT_SEND_DROPPED,   /**< it is not sent any more: `reason` */

    /* Firmware Update, object 5; with the `ssid` of the requesting server, 0: the product */
    LOOM_EVENT_FIRMWARE,       /**< its state has changed: `text`; `count` is Update Result */
    LOOM_EVENT_FIRMWARE_RETRY, /**< a download is retried in `seconds`: `code` or `failure` */

    LOOM_EVENT_STOPPED, /**< after loom_client_stop(): nothing is in progress any more */
    LOOM_EVENT_COUNT
};

/** The reason of a refusal, failure or ignored request. loom_reason_text() returns its text. */
enum loom_reason {
    LOOM_REASON_NONE,

    /* Reasons for refusing a Bootstrap-Finish, with the path of the error. */
    LOOM_REASON_MANDATORY,       /**< a mandatory resource is missing */
    LOOM_REASON_TIME,            /**< a time is below 0 or above 4294967295 s */
    LOOM_REASON_MODE,            /**< the security mode is not known */
    LOOM_REASON_SCHEME,          /**< the server URI has no known scheme */
    LOOM_REASON_SCHEME_AND_MODE, /**< the scheme of the server URI does not fit the security mode */
    LOOM_REASON_IDENTITY,        /**< the security mode needs a public key or identity */
    LOOM_REASON_SECRET_KEY,      /**< the security mode needs a secret key */
    LOOM_REASON_SERVER_KEY,      /**< the security mode needs a server public key */
    LOOM_REASON_UNUSABLE, /**< the client cannot open a session with this URI and security mode */
    LOOM_REASON_OSCORE,   /**< the account links to an OSCORE instance that does not exist */
    LOOM_REASON_OSCORE_TWICE,      /**< two accounts link to the same OSCORE instance */
    LOOM_REASON_SSID,              /**< the Short Server ID is missing or not 1 to 65534 */
    LOOM_REASON_ACCOUNT_TWICE,     /**< two accounts have the same Short Server ID */
    LOOM_REASON_NO_SERVER,         /**< no Server instance has this Short Server ID */
    LOOM_REASON_BOOTSTRAP_TWICE,   /**< there is more than one Bootstrap-Server Account */
    LOOM_REASON_BINDING,           /**< the client does not know the binding */
    LOOM_REASON_SERVER_TWICE,      /**< two Server instances have the same Short Server ID */
    LOOM_REASON_NO_SECURITY,       /**< no Security instance has this Short Server ID */
    LOOM_REASON_NO_ACCESS_CONTROL, /**< several servers need the Access Control object */
    LOOM_REASON_ACCESS_TARGET,     /**< access control of an object that the client lacks */
    LOOM_REASON_ACCESS_OWNER,      /**< the access control owner is not a server of the client */
    LOOM_REASON_ACCESS_RIGHT,      /**< an access right for a server that the client lacks */
    LOOM_REASON_NO_DEVICE,         /**< the Device instance is missing */
    LOOM_REASON_DEVICE_BINDING,    /**< the Device instance has no supported binding */
    LOOM_REASON_NO_ACCOUNT,        /**< there is no Server Account */

    /* Stored state. */
    LOOM_REASON_NOT_STORED, /**< the accounts could not be stored */
    LOOM_REASON_BUFFER,     /**< the accounts do not fit the client's buffer */
    LOOM_REASON_UNREADABLE, /**< the stored accounts cannot be read */
    LOOM_REASON_DAMAGED, /**< the stored accounts are damaged: those that the product began with are
                            in force */
    LOOM_REASON_FOREIGN, /**< the stored accounts do not fit this product: those that it began with
                            are in force */
    LOOM_REASON_PREVIOUS, /**< the accounts stored last are damaged or were cut off: those before
                             them are in force */
    LOOM_REASON_STATE_NOT_STORED,      /**< the state of the registrations could not be stored */
    LOOM_REASON_STATE_UNREADABLE,      /**< the stored state cannot be read: ignored */
    LOOM_REASON_STATE_FORM,            /**< the stored state has an unknown format: ignored */
    LOOM_REASON_STATE_DAMAGED,         /**< the stored state is damaged: ignored */
    LOOM_REASON_FIRMWARE_NOT_STORED,   /**< the state of the Firmware Update could not be stored */
    LOOM_REASON_FIRMWARE_UNREADABLE,   /**< its stored state cannot be read, or is none: ignored */
    LOOM_REASON_FIRMWARE_PREVIOUS,     /**< its state is the one before the last */
    LOOM_REASON_STATE_PREVIOUS,        /**< the previous state of the registrations is used */
    LOOM_REASON_ATTRIBUTES_NOT_STORED, /**< attributes do not fit the client's buffer beside it */

    /* A bootstrap that fails. */
    LOOM_REASON_CARD_SILENT,     /**< the card reader does not answer */
    LOOM_REASON_CARD_UNREADABLE, /**< the card cannot be read */
    LOOM_REASON_CARD_CONTENT,    /**< the card's file is damaged, or does not match the objects */
    LOOM_REASON_PACK_CONTENT,    /**< the pack cannot be read, or does not match the objects */
    LOOM_REASON_VERSION_FORM,    /**< the object version is malformed */
    LOOM_REASON_VERSION,         /**< the client does not have this object version */
    LOOM_REASON_NOT_ANSWERED,    /**< the Bootstrap-Request was not answered */
    LOOM_REASON_SILENCE,         /**< no message from the bootstrap server for 247 s */
    LOOM_REASON_SESSION_LOST,    /**< the session with the bootstrap server is lost */
    LOOM_REASON_ASKED_AGAIN,     /**< a new bootstrap was requested */

    /* Sessions and registrations. */
    LOOM_REASON_UNREACHABLE,    /**< the server's name or address cannot be reached */
    LOOM_REASON_CREDENTIALS,    /**< the account's URI or security mode cannot be used */
    LOOM_REASON_NOT_SENT,       /**< the request could not be sent */
    LOOM_REASON_NO_ROOM,        /**< there is no memory for another registration */
    LOOM_REASON_EXPIRED,        /**< the lifetime ended before the Update was answered */
    LOOM_REASON_BOOTSTRAP_NEXT, /**< a bootstrap follows */
    LOOM_REASON_ROUND_NEXT,     /**< the next round of attempts follows after 1/x/19 */
    LOOM_REASON_NO_MORE,        /**< 1/x/19 allows no further attempts */
    LOOM_REASON_LOCATION,       /**< its Location-Path is missing or too long */

    /* Requests that are dropped without an answer. */
    LOOM_REASON_STRANGER,       /**< not from a server of this client */
    LOOM_REASON_BOOTSTRAPPING,  /**< a bootstrap is in progress */
    LOOM_REASON_ASLEEP,         /**< asleep until the next Update */
    LOOM_REASON_NOT_REGISTERED, /**< not registered at this server */

    /* Why a request of a server failed with 5.00. */
    LOOM_REASON_NO_MEMORY, /**< the value, instance or answer does not fit the product's memory */

    /* Why a Send was dropped; LOOM_REASON_NO_MEMORY: it does not fit the client's buffer. */
    LOOM_REASON_TOO_LATE,       /**< it has expired */
    LOOM_REASON_NO_SUCH_SERVER, /**< the account of its server was deleted */
    LOOM_REASON_MUTED,          /**< the server has muted Send with 1/x/23, or uses LwM2M 1.0 */
    LOOM_REASON_NOT_READABLE,   /**< the server has no right to read it */
    LOOM_REASON_NO_FORMAT,      /**< the server and the product have no format in common */

    LOOM_REASON_COUNT
};

struct loom_event {
    enum loom_event_type type;
    enum loom_failure failure;
    enum loom_reason reason;
    uint8_t code;  /**< CoAP code, see LOOM_CODE() */
    uint16_t ssid; /**< Short Server ID; 0: the bootstrap server, or no server */
    bool secure;
    bool has_path;
    struct loom_path path;
    int alert; /**< TLS alert received, -1: none */
    uint32_t seconds;
    uint32_t count;
    struct loom_text uri;  /**< empty if there is none */
    struct loom_text text; /**< empty if there is none */
    uint64_t time;         /**< of the port's clock, milliseconds */
};

/** Whether `count` is the handle of a Send. */
static inline bool loom_event_is_send(enum loom_event_type type)
{
    return type >= LOOM_EVENT_SEND && type <= LOOM_EVENT_SEND_DROPPED;
}

/** @return a text in English, empty for LOOM_REASON_NONE. The linker drops the texts from a product
 *  that calls neither this function nor loom_event_text(). */
const char *loom_reason_text(enum loom_reason reason);

/** @return a text for an event: its own, or that of its reason. */
struct loom_text loom_event_text(const struct loom_event *event);

/** @return the event's name, such as `bootstrap-request`. */
const char *loom_event_name(enum loom_event_type type);

/** @return a failure's name, such as `timeout`; `none` for LOOM_FAILURE_NONE. */
const char *loom_failure_name(enum loom_failure failure);

#ifdef __cplusplus
}
#endif

#endif
