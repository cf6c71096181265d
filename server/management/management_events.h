/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Requests to a client, and what the LwM2M server reports.
 */
#ifndef LOOM_MANAGEMENT_EVENTS_H
#define LOOM_MANAGEMENT_EVENTS_H

#include "common/shared.h"
#include "loom/port.h"
#include "registry/client.h"

#ifdef __cplusplus
extern "C" {
#endif

enum loom_dm_operation {
    LOOM_DM_READ,
    LOOM_DM_DISCOVER,         /**< `query` may say how deep, `depth=2` (rule C-14) */
    LOOM_DM_WRITE,            /**< replace (PUT) */
    LOOM_DM_PARTIAL_UPDATE,   /**< add and change (POST) */
    LOOM_DM_WRITE_ATTRIBUTES, /**< `query` */
    LOOM_DM_EXECUTE,
    LOOM_DM_CREATE,
    LOOM_DM_DELETE,
    LOOM_DM_READ_COMPOSITE,  /**< the payload is a list of paths, loom_dm_paths_write() */
    LOOM_DM_WRITE_COMPOSITE, /**< the payload is a list of values */
    LOOM_DM_OBSERVE,         /**< `query` may override attributes (rule C-57) */
    LOOM_DM_OBSERVE_COMPOSITE,
    LOOM_DM_CANCEL, /**< only by loom_management_server_cancel() */
    LOOM_DM_CANCEL_COMPOSITE
};

/** A request to a client. Memory is the caller's, for the duration of the call. */
struct loom_dm_request {
    enum loom_dm_operation operation;
    struct loom_path path;
    /** Wanted format of what is read or observed; LOOM_FORMAT_ABSENT: the client's choice. */
    uint16_t accept;
    uint16_t content_format; /**< of the payload; LOOM_FORMAT_ABSENT without one */
    struct loom_bytes payload;
    /** What the payload stands in: it is held as long as the request waits or is under way. NULL:
     * the payload is copied */
    struct loom_shared *shared;
    struct loom_text query; /**< at most LOOM_SEGMENTS_MAX arguments, `pmin=10&pmax=60` */
    uint32_t observation;   /**< CANCEL: the ticket of the Observe */
};

/** A request that was queued, and the observation that it begins. */
struct loom_dm_order {
    uint32_t ticket; /**< names it in its events */
    struct loom_dm_request request;
};

enum loom_dm_event_kind {
    LOOM_DM_REGISTERED,   /**< `replaced`: it was registered already (rule B-16) */
    LOOM_DM_UPDATED,      /**< `changes` */
    LOOM_DM_DEREGISTERED, /**< the client said so */
    LOOM_DM_EXPIRED,      /**< its lifetime is over (rule B-20) */
    LOOM_DM_REMOVED,      /**< by loom_management_server_remove(): its account is gone */
    LOOM_DM_MOVED,        /**< another server has it now (keeper.h) */
    LOOM_DM_TAKEN_OVER,   /**< it was at another server, which has gone (keeper.h) */
    LOOM_DM_REFUSED,      /**< a Register, Update, De-register or Send, or the request for a `file`,
                           *   was answered with `code` */
    LOOM_DM_HELD,         /**< request `ticket` waits until the client wakes up (rule B-82) */
    LOOM_DM_SENT,         /**< request `ticket` went out */
    LOOM_DM_ANSWERED,     /**< request `ticket` has ended: `code`, `payload` or `failure`;
                           *   `observing`: an observation has begun, of the same ticket */
    LOOM_DM_NOTIFIED,     /**< observation `ticket`: `code`, `payload` */
    LOOM_DM_ENDED,        /**< observation `ticket`, see `end` */
    LOOM_DM_RECEIVED,     /**< values that a client sent by itself (Send, rule C-34): `payload` */
    LOOM_DM_PROGRESS,     /**< the client has taken `done` of the `size` bytes that request `ticket`
                           *   carries; told about ten times */
    LOOM_DM_FETCHING,     /**< a peer has got the first piece of `file`, `size` bytes long */
    LOOM_DM_FETCHED,      /**< and the last one */
    LOOM_DM_EVENT_COUNT
};

/** Why a request of a client was refused. */
enum loom_dm_reason {
    LOOM_DM_NO_REASON,
    LOOM_DM_MISSING_PARAMETER,
    LOOM_DM_BAD_PARAMETER, /**< malformed, given twice or unknown */
    LOOM_DM_BAD_OBJECT_LIST,
    LOOM_DM_NO_OBJECT_LIST,
    LOOM_DM_UNSUPPORTED_VERSION,
    LOOM_DM_UNKNOWN_ENDPOINT,
    LOOM_DM_WRONG_IDENTITY, /**< the name is not that of the identity, H-4 */
    LOOM_DM_UNKNOWN_LOCATION,
    LOOM_DM_NOT_REGISTERED, /**< who sends values must be */
    LOOM_DM_UNKNOWN_OBJECT, /**< values of one that is not in the registration (rule C-34) */
    LOOM_DM_UNSUPPORTED_FORMAT,
    LOOM_DM_BAD_PAYLOAD,
    LOOM_DM_NO_FILE,      /**< none that peers may have */
    LOOM_DM_BEYOND_END,   /**< of the file */
    LOOM_DM_FILE_CHANGES, /**< while it is read */
    LOOM_DM_NO_MEMORY,
    LOOM_DM_NO_STORE, /**< what must be durable cannot be stored now (5.03) */
    LOOM_DM_REASON_COUNT
};

/** Why an observation is over. */
enum loom_dm_end {
    LOOM_DM_NO_END,
    LOOM_DM_END_CANCELLED,    /**< by loom_management_server_cancel() or _forget() */
    LOOM_DM_END_BY_CLIENT,    /**< with `code`, and `payload` if that is a success */
    LOOM_DM_END_REGISTRATION, /**< it ended with it, or with a new one (rule C-62) */
    LOOM_DM_END_SESSION,      /**< the session is lost, or the client came with another one */
    LOOM_DM_END_COUNT
};

/** What an Update changed, bits of `changes`; 0: it only refreshed the lifetime. */
enum {
    LOOM_DM_CHANGED_LIFETIME = 0x01,
    LOOM_DM_CHANGED_BINDING = 0x02,
    LOOM_DM_CHANGED_SMS = 0x04,
    LOOM_DM_CHANGED_OBJECTS = 0x08,
    LOOM_DM_CHANGED_ADDRESS = 0x10
};

/** Something that happened. All memory lasts for the duration of the call. Members that a kind does
 *  not name are empty. */
struct loom_dm_event {
    enum loom_dm_event_kind kind;
    uint64_t time;                             /**< milliseconds of the port's clock */
    struct loom_text endpoint;                 /**< may be empty in REFUSED, FETCHING and FETCHED */
    struct loom_text address;                  /**< of the peer, where there is one */
    const struct loom_dm_client *registration; /**< NULL in REFUSED, FETCHING and FETCHED */
    bool replaced;
    unsigned changes;
    uint8_t code;
    enum loom_dm_reason reason;
    uint32_t ticket;
    enum loom_dm_operation operation;
    struct loom_path path;
    const struct loom_dm_request *request; /**< NULL: the event is of no request */
    bool observing;
    enum loom_dm_end end;
    enum loom_failure failure; /**< why ANSWERED has the code 0 */
    uint16_t content_format;
    struct loom_bytes payload;
    struct loom_path created; /**< depth 2 if a Create named the new instance */
    struct loom_text file;    /**< its name, as the peer says it */
    uint32_t done;            /**< bytes */
    uint32_t size;            /**< bytes */
};

typedef void loom_dm_listener(void *user, const struct loom_dm_event *event);

/* Names for people and scripts: `registered`, `unknown-endpoint`, `read`, `cancelled`. */
const char *loom_dm_event_name(enum loom_dm_event_kind kind);
const char *loom_dm_reason_name(enum loom_dm_reason reason);
const char *loom_dm_operation_name(enum loom_dm_operation operation);
const char *loom_dm_end_name(enum loom_dm_end end);

#ifdef __cplusplus
}
#endif

#endif
