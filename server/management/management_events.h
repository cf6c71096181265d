/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Requests to a client, and what the LwM2M server reports.
 */
#ifndef LOOM_MANAGEMENT_EVENTS_H
#define LOOM_MANAGEMENT_EVENTS_H

#include "loom/port.h"
#include "registry/client.h"

#ifdef __cplusplus
extern "C" {
#endif

enum loom_dm_operation {
    LOOM_DM_READ,
    LOOM_DM_DISCOVER,
    LOOM_DM_WRITE, /**< replace (PUT) */
    LOOM_DM_EXECUTE,
    LOOM_DM_CREATE,
    LOOM_DM_DELETE
};

/** A request to a client. Memory is the caller's, for the duration of the call. */
struct loom_dm_request {
    enum loom_dm_operation operation;
    struct loom_path path;
    uint16_t accept;         /**< READ: wanted format; LOOM_FORMAT_ABSENT: the client's choice */
    uint16_t content_format; /**< of the payload; LOOM_FORMAT_ABSENT without one */
    struct loom_bytes payload;
};

enum loom_dm_event_kind {
    LOOM_DM_REGISTERED,   /**< `replaced`: it was registered already (rule B-16) */
    LOOM_DM_UPDATED,      /**< `changes` */
    LOOM_DM_DEREGISTERED, /**< the client said so */
    LOOM_DM_EXPIRED,      /**< its lifetime is over (rule B-20) */
    LOOM_DM_REFUSED,      /**< a Register, Update or De-register was answered with `code` */
    LOOM_DM_HELD,         /**< request `ticket` waits until the client wakes up (rule B-82) */
    LOOM_DM_SENT,         /**< request `ticket` went out */
    LOOM_DM_ANSWERED,     /**< request `ticket` has ended: `code`, `payload` or `failure` */
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
    LOOM_DM_NO_MEMORY,
    LOOM_DM_REASON_COUNT
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
    struct loom_text endpoint;                 /**< may be empty in REFUSED */
    struct loom_text address;                  /**< of the peer, where there is one */
    const struct loom_dm_client *registration; /**< NULL in REFUSED */
    bool replaced;
    unsigned changes;
    uint8_t code;
    enum loom_dm_reason reason;
    uint32_t ticket;
    enum loom_dm_operation operation;
    struct loom_path path;
    enum loom_failure failure; /**< why ANSWERED has the code 0 */
    uint16_t content_format;
    struct loom_bytes payload;
    struct loom_path created; /**< depth 2 if a Create named the new instance */
};

typedef void loom_dm_listener(void *user, const struct loom_dm_event *event);

/* Names for people and scripts: `registered`, `unknown-endpoint`, `read`. */
const char *loom_dm_event_name(enum loom_dm_event_kind kind);
const char *loom_dm_reason_name(enum loom_dm_reason reason);
const char *loom_dm_operation_name(enum loom_dm_operation operation);

#ifdef __cplusplus
}
#endif

#endif
