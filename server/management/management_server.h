/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The LwM2M server: client registration and device management from the server's side (rules B, C).
 *
 * It is a side of a `struct loom_port`: it does no input or output and knows no clock of its own.
 * The program runs the port and calls loom_management_server_step() after every turn of the port's
 * loop and when the deadline is reached. Requests to a client are queued and go out in a step, one
 * at a time for each client (NSTART 1), hence never before the answer to its Register (rule A-93).
 *
 * A client in queue mode (rules B.5) sleeps when nothing was heard of it for MAX_TRANSMIT_WAIT.
 * Requests to it are held meanwhile, without limit of time, and go out when it says Update or
 * Register.
 */
#ifndef LOOM_MANAGEMENT_SERVER_H
#define LOOM_MANAGEMENT_SERVER_H

#include "loom/port.h"
#include "registry/client.h"
#include "store/store.h"

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
    struct loom_path created; /**< depth 2 if a Create told the new instance */
};

typedef void loom_dm_listener(void *user, const struct loom_dm_event *event);

struct loom_management_server;

/** The functions to register with a port; the side is the server. */
extern const struct loom_side loom_management_server_side;

/**
 * Creates a server.
 * @param store, port outlive the server
 * @param seed        what no peer can guess: it keys the indexes, and makes locations differ from
 *                    run to run; those are names, not secrets
 * @param listener    hears every event; may call loom_management_server_send() only
 * @return NULL if there is no memory
 */
struct loom_management_server *
loom_management_server_create(const struct loom_fleet_store *store, const struct loom_port *port,
                              uint64_t seed, loom_dm_listener *listener, void *user);

/** LwM2M releases, to be combined. */
enum { LOOM_DM_LWM2M_1_0 = 0x01, LOOM_DM_LWM2M_1_1 = 0x02, LOOM_DM_LWM2M_1_2 = 0x04 };

/** Says which releases the server supports, all unless told otherwise: a Register of another one is
 *  answered 4.12 (rule B-13). Registrations that stand are not touched. */
void loom_management_server_support(struct loom_management_server *server, unsigned releases);

/** Forgets all registrations without an event and frees. Before the port goes. NULL is allowed. */
void loom_management_server_destroy(struct loom_management_server *server);

/** Sends what is queued and removes what has expired. Never call it from a listener or a port's
 *  call. */
void loom_management_server_step(struct loom_management_server *server);

/** @return when, in milliseconds of the port's clock, the next step is due without a port's event;
 *  UINT64_MAX: never */
uint64_t loom_management_server_deadline(const struct loom_management_server *server);

/**
 * Queues a request to a registered client; its end is told as ANSWERED, exactly once.
 * @param ticket out: names the request in its events
 * @return LOOM_NOT_FOUND no such client; LOOM_METHOD_NOT_ALLOWED the operation has no such path
 *         (rules C.1); LOOM_UNAVAILABLE no memory
 */
enum loom_status loom_management_server_send(struct loom_management_server *server,
                                             struct loom_text endpoint,
                                             const struct loom_dm_request *request,
                                             uint32_t *ticket);

/** @return the registration of an endpoint, or NULL. */
const struct loom_dm_client *
loom_management_server_find(const struct loom_management_server *server, struct loom_text endpoint);

/** @return whether a client in queue mode is taken to be asleep now. */
bool loom_management_server_asleep(const struct loom_management_server *server,
                                   const struct loom_dm_client *registration);

/** Gives the registrations in the order they came. NULL starts; @return NULL: no more */
const struct loom_dm_client *
loom_management_server_next(const struct loom_management_server *server,
                            const struct loom_dm_client *registration);

/* Names for people and scripts: `registered`, `unknown-endpoint`, `read`. */
const char *loom_dm_event_name(enum loom_dm_event_kind kind);
const char *loom_dm_reason_name(enum loom_dm_reason reason);
const char *loom_dm_operation_name(enum loom_dm_operation operation);
const char *loom_dm_failure_name(enum loom_failure failure);

#ifdef __cplusplus
}
#endif

#endif
