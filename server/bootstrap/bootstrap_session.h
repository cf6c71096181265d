/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A bootstrap session: what one client is sent, command by command. For the bootstrap server only.
 */
#ifndef LOOM_BOOTSTRAP_SESSION_H
#define LOOM_BOOTSTRAP_SESSION_H

#include "bootstrap/bootstrap_plan.h"
#include "bootstrap/bootstrap_server.h"

/** A client gives up when it has heard no command for this long (rule A-85): 247 s. */
#define LOOM_BS_EXCHANGE_LIFETIME_MS 247000u

/** Room for an encoded payload: where it begins and where it ends to grow. */
#define LOOM_BS_PAYLOAD_ROOM     512u
#define LOOM_BS_PAYLOAD_ROOM_MAX (1024u * 1024u)

struct loom_bs_session {
    /** Where the endpoint was last heard, for a push; outlives the session itself. NULL: nowhere,
     *  or the port has given it up. */
    struct loom_session *known;

    /* Of the running session. */
    bool running;
    uint32_t number;
    struct loom_session *link; /**< NULL when it is lost */
    uint64_t requested;
    uint64_t heard;   /**< the request, or the last answer */
    uint16_t format;  /**< of the writes: what the client prefers (rule A-32) */
    bool unversioned; /**< it refused a write with its object's version (rule A-47) */
    unsigned repairs; /**< begun after a refused Finish (rule A-81) */
    bool planned;     /**< the plan holds; before that the Discover is the next command */
    struct loom_bs_plan plan;
    size_t next; /**< in the plan */
    size_t done;
    bool waiting; /**< for the answer to `current` */
    uint32_t exchange;
    struct loom_bs_command current;
};

struct loom_bootstrap_server {
    const struct loom_store_accounts *accounts;
    const struct loom_port *port;
    loom_bs_listener *listener;
    void *user;
    bool packs;
    uint32_t last_number;
    uint32_t last_exchange;
    size_t session_count;
    struct loom_bs_session sessions[]; /**< one for each account, same index: an endpoint has one */
};

uint64_t loom_bs_now(const struct loom_bootstrap_server *server);

/** The account whose session it is. */
const struct loom_store_account *loom_bs_account_of(const struct loom_bootstrap_server *server,
                                                    const struct loom_bs_session *session);

/** The address behind a session of the port; empty if there is none. */
struct loom_text loom_bs_address_of(const struct loom_bootstrap_server *server,
                                    const struct loom_session *link);

/** An event about a session, filled in as far as all of them are. */
struct loom_bs_event loom_bs_event_of(const struct loom_bootstrap_server *server,
                                      const struct loom_bs_session *session,
                                      enum loom_bs_event_kind kind);
void loom_bs_tell(const struct loom_bootstrap_server *server, const struct loom_bs_event *event);

/** Begins a session; one that runs is replaced.
 *  @param why LOOM_BS_REQUESTED or LOOM_BS_PUSHED */
void loom_bs_session_begin(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                           struct loom_session *link, uint16_t format, enum loom_bs_event_kind why);

/** Ends a running session with an event. */
void loom_bs_session_fail(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                          enum loom_bs_reason reason, uint8_t code);

/** Sends what is due and gives up when it is overdue. */
void loom_bs_session_step(struct loom_bootstrap_server *server, struct loom_bs_session *session);

/** The end of the request that is under way. */
void loom_bs_session_answered(struct loom_bootstrap_server *server, struct loom_bs_session *session,
                              const struct loom_response *response, enum loom_failure failure);

#endif
