/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A bootstrap session: what one client is sent, command by command. For the bootstrap server only.
 */
#ifndef LOOM_BOOTSTRAP_SESSION_H
#define LOOM_BOOTSTRAP_SESSION_H

#include "bootstrap/bootstrap_events.h"
#include "bootstrap/bootstrap_plan.h"
#include "common/index.h"
#include "common/list.h"
#include "store/store.h"

/** A client gives up when it has heard no command for this long (rule A-85): 247 s. */
#define LOOM_BS_EXCHANGE_LIFETIME_MS 247000u

/** ACK_TIMEOUT: no command is sent a second time before (RFC 7252). */
#define LOOM_BS_ACK_TIMEOUT_MS 2000u

/** Room for an encoded payload: where it begins and where it ends to grow. */
#define LOOM_BS_PAYLOAD_ROOM     512u
#define LOOM_BS_PAYLOAD_ROOM_MAX (1024u * 1024u)

/** What the server knows of an endpoint that has been here: where it was last heard, and its
 * session while one is running. It is forgotten when there is neither. */
struct loom_bs_session {
    struct loom_list order; /**< among all of them, or among those that are running */
    struct loom_index_link by_endpoint;

    /** The account, a reference: of the running session, or of the last request. */
    const struct loom_fleet_account *account;

    /** Where the endpoint was last heard, for a push; outlives the session itself. NULL: nowhere,
     *  or the port has given it up. */
    struct loom_session *known;
    struct loom_index_link by_known; /**< in the index while `known` is not NULL */

    /* Of the running session. */
    bool running;
    uint32_t number;
    struct loom_session *link;      /**< NULL when it is lost */
    struct loom_index_link by_link; /**< in the index while `link` is not NULL */
    struct loom_list turn;          /**< in the server's list `ready` or `waiting` */
    uint64_t requested;
    uint64_t heard;   /**< the request, or the last answer */
    uint16_t format;  /**< of the writes: what the client prefers (rule A-32) */
    bool unversioned; /**< it refused a write with its object's version (rule A-47) */
    unsigned repairs; /**< begun after a refused Finish (rule A-81) */
    bool planned;     /**< the plan is made; before that the Discover is the next command */
    struct loom_bs_plan plan;
    size_t next; /**< in the plan */
    size_t done;
    bool waiting;  /**< for the answer to `current` */
    uint64_t sent; /**< when `current` was */
    uint32_t exchange;
    struct loom_index_link by_exchange; /**< in the index while `waiting` */
    struct loom_bs_command current;
};

struct loom_bootstrap_server {
    const struct loom_fleet_store *store;
    const struct loom_port *port;
    loom_bs_listener *listener;
    void *user;
    bool packs;
    bool draining; /**< takes no new session */
    uint64_t now;  /**< of the port's clock, as of when the server was last called */
    uint32_t last_number;
    uint32_t last_exchange;
    struct loom_list idle;    /**< sessions that are not running */
    struct loom_list running; /**< the oldest first */
    struct loom_list ready;   /**< running ones that a step has to look at */
    struct loom_list waiting; /**< running ones that wait for an answer, in the order of `heard` */
    struct loom_list adopted; /**< requests of devices that are being adopted, by their numbers */
    struct loom_index by_endpoint;
    struct loom_index by_known;
    struct loom_index by_link;
    struct loom_index by_exchange;
};

/* ---- bootstrap_sessions.c: the sessions that there are --------------------------------------- */

void loom_bs_sessions_begin(struct loom_bootstrap_server *server);
/** Frees all sessions, of which none is running. */
void loom_bs_sessions_end(struct loom_bootstrap_server *server);

/** The session of an endpoint, or NULL. */
struct loom_bs_session *loom_bs_session_find(const struct loom_bootstrap_server *server,
                                             struct loom_text endpoint);

/** Makes a session of an account's endpoint, which has none. The reference of the caller stays
 *  the caller's. @return NULL without memory */
struct loom_bs_session *loom_bs_session_new(struct loom_bootstrap_server *server,
                                            const struct loom_fleet_account *account);

/** Forgets a session that is not running and has no session of the port. */
void loom_bs_session_forget_idle(struct loom_bootstrap_server *server,
                                 struct loom_bs_session *session);

/** Sets `known`, `link`, or that an answer is waited for; NULL and false take it out of the index.
 */
void loom_bs_session_set_known(struct loom_bootstrap_server *server,
                               struct loom_bs_session *session, struct loom_session *known);
void loom_bs_session_set_link(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                              struct loom_session *link);
void loom_bs_session_set_waiting(struct loom_bootstrap_server *server,
                                 struct loom_bs_session *session, bool waiting);

/** One session that `known` or `link` leads to, or that waits for an exchange; NULL: none. */
struct loom_bs_session *loom_bs_session_by_known(const struct loom_bootstrap_server *server,
                                                 const struct loom_session *known);
struct loom_bs_session *loom_bs_session_by_link(const struct loom_bootstrap_server *server,
                                                const struct loom_session *link);
struct loom_bs_session *loom_bs_session_by_exchange(const struct loom_bootstrap_server *server,
                                                    uint32_t exchange);

/* ---- bootstrap_adoption.c: requests that wait until the device has an account -----------------
 */

/** A request that is looked at. */
struct loom_bs_request {
    struct loom_session *link;
    struct loom_peer peer;
    struct loom_text endpoint; /**< data NULL: not named */
    uint16_t format;           /**< of the writes */
    bool pack;                 /**< a Bootstrap-Pack is wanted */
};

/**
 * Begins to adopt a device that has no account; its answer is held then.
 * @return LOOM_BS_NO_REASON; LOOM_BS_UNKNOWN_ENDPOINT it is not to be adopted; LOOM_BS_NO_STORE;
 *         LOOM_BS_NO_MEMORY
 */
enum loom_bs_reason loom_bs_adopt(struct loom_bootstrap_server *server,
                                  const struct loom_bs_request *request, struct loom_reply *reply);

/** A session of the port has gone. */
void loom_bs_adoption_lost(struct loom_bootstrap_server *server, const struct loom_session *link);

void loom_bs_adoption_end(struct loom_bootstrap_server *server);

/** The session of an account's endpoint, which was heard now. @return NULL without memory */
struct loom_bs_session *loom_bs_session_heard(struct loom_bootstrap_server *server,
                                              const struct loom_fleet_account *account,
                                              struct loom_session *link);

/* ---- bootstrap_session.c --------------------------------------------------------------------- */

/** The address behind a session of the port; empty if there is none. */
struct loom_text loom_bs_address_of(const struct loom_bootstrap_server *server,
                                    const struct loom_session *link);

/** An event about a session, filled in as far as all of them are. */
struct loom_bs_event loom_bs_event_of(const struct loom_bootstrap_server *server,
                                      const struct loom_bs_session *session,
                                      enum loom_bs_event_kind kind);
void loom_bs_tell(const struct loom_bootstrap_server *server, const struct loom_bs_event *event);

/** Begins a session with the account as it is now; one that runs is replaced.
 *  @param why LOOM_BS_REQUESTED or LOOM_BS_PUSHED */
void loom_bs_session_begin(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                           const struct loom_fleet_account *account, struct loom_session *link,
                           uint16_t format, enum loom_bs_event_kind why);

/** Ends a running session with an event. */
void loom_bs_session_fail(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                          enum loom_bs_reason reason, uint8_t code);

/** Sends the next command of a session that waits for nothing. */
void loom_bs_session_step(struct loom_bootstrap_server *server, struct loom_bs_session *session);

/** The end of the request that is under way. */
void loom_bs_session_answered(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                              const struct loom_response *response, enum loom_failure failure);

#endif
