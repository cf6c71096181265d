/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The registered clients and the requests that wait for them. For the LwM2M server only.
 *
 * All lookups go through these functions, so that an index or another store can come behind them.
 */
#ifndef LOOM_MANAGEMENT_CLIENTS_H
#define LOOM_MANAGEMENT_CLIENTS_H

#include "management/profile.h"
#include "management/registration.h"

/** A request that waits for its turn, or for its answer if it is the first and `sent`. */
struct loom_ms_pending {
    struct loom_ms_pending *next;
    uint32_t ticket; /**< the exchange number too */
    bool sent;
    bool held;                      /**< told to wait for the client to wake up */
    struct loom_ms_request request; /**< the payload stands in `payload` */
    uint8_t payload[];
};

/** A registered client and what only the server knows of it. */
struct loom_ms_entry {
    struct loom_ms_client client; /**< first: a client seen outside is its entry */
    struct loom_session *link;    /**< NULL while it has none */
    struct loom_ms_pending *pending;
    struct loom_ms_entry *next;
};

struct loom_management_server {
    const struct loom_store_accounts *accounts;
    const struct loom_port *port;
    loom_ms_listener *listener;
    void *user;
    uint64_t random;
    unsigned releases; /**< LOOM_MS_LWM2M_... */
    uint32_t last_ticket;
    struct loom_ms_profiles profiles;
    struct loom_ms_entry *first; /**< in the order of registration */
};

/** Makes an entry that is in no list. Text and links are copied; `links` is taken over on success.
 *  @return NULL without memory */
struct loom_ms_entry *loom_ms_entry_new(struct loom_text endpoint,
                                        const struct loom_ms_parameters *parameters,
                                        struct loom_ms_links *links, const struct loom_peer *peer);

/** Changes what an Update says. `links` is taken over on success, its `count` 0 means none.
 *  @param changes out: LOOM_MS_CHANGED_...
 *  @return false without memory: then nothing has changed */
bool loom_ms_entry_update(struct loom_ms_entry *entry, const struct loom_ms_parameters *parameters,
                          struct loom_ms_links *links, unsigned *changes);

/** Frees an entry that is in no list, with the requests that wait for it. */
void loom_ms_entry_free(struct loom_ms_entry *entry);

/** Adds at the end, with a location of its own. */
void loom_ms_clients_add(struct loom_management_server *server, struct loom_ms_entry *entry);

/** Takes an entry out of the list. */
void loom_ms_clients_remove(struct loom_management_server *server, struct loom_ms_entry *entry);

struct loom_ms_entry *loom_ms_clients_by_endpoint(const struct loom_management_server *server,
                                                  struct loom_text endpoint);
struct loom_ms_entry *loom_ms_clients_by_location(const struct loom_management_server *server,
                                                  struct loom_text location);
/** The entry whose request is under way with this exchange number. */
struct loom_ms_entry *loom_ms_clients_by_exchange(const struct loom_management_server *server,
                                                  uint32_t exchange);

/** @return when the registration ends; UINT64_MAX: never */
uint64_t loom_ms_entry_expiry(const struct loom_ms_entry *entry);

/* ---- management_request.c -------------------------------------------------------------------- */

struct loom_ms_event loom_ms_event_of(const struct loom_management_server *server,
                                      const struct loom_ms_entry *entry,
                                      enum loom_ms_event_kind kind);
void loom_ms_tell(const struct loom_management_server *server, const struct loom_ms_event *event);

/** The client has sent something, and so is awake for a while (rule B-81). */
void loom_ms_heard(const struct loom_management_server *server, struct loom_ms_entry *entry);

bool loom_ms_asleep(const struct loom_management_server *server, const struct loom_ms_entry *entry);

/** @return whether loom_ms_send_next() has something to do. */
bool loom_ms_has_work(const struct loom_management_server *server,
                      const struct loom_ms_entry *entry);

/** Hands the requests that were not sent over to the next registration of the same client. */
void loom_ms_hand_over(struct loom_ms_entry *from, struct loom_ms_entry *to);

/** Sends the first waiting request if none is under way and the client is awake. */
void loom_ms_send_next(struct loom_management_server *server, struct loom_ms_entry *entry);

/** Ends all requests of an entry, which is in no list any more, and frees it. */
void loom_ms_abandon(struct loom_management_server *server, struct loom_ms_entry *entry);

/** The end of the request that is under way. */
void loom_ms_answered(struct loom_management_server *server, struct loom_ms_entry *entry,
                      const struct loom_response *response, enum loom_failure failure);

#endif
