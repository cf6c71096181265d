/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The registered clients with the requests that wait for them. For the LwM2M server only.
 */
#ifndef LOOM_MANAGEMENT_CLIENTS_H
#define LOOM_MANAGEMENT_CLIENTS_H

#include "management/profile.h"
#include "management/registration.h"
#include "registry/registry.h"

/** A request that waits for its turn, or for its answer if it is the first and `sent`; then, if it
 *  was an Observe, the observation that it began. */
struct loom_dm_pending {
    struct loom_dm_order order;         /**< first: an observation seen outside is its request */
    struct loom_dm_pending *next;       /**< that waits */
    struct loom_dm_entry *entry;        /**< whose it is; undefined until it is sent */
    struct loom_index_link by_exchange; /**< in the index from then on */
    struct loom_list place;             /**< among the observations of the entry */
    bool sent;
    bool held;       /**< reported to wait for the client to wake up */
    uint8_t tenths;  /**< of the payload that the client has taken, as reported */
    uint8_t bytes[]; /**< payload and query */
};

/** A registered client and what only the server knows of it. */
struct loom_dm_entry {
    struct loom_registry_entry registered; /**< first: a client seen outside is its entry */
    struct loom_dm_pending *pending;
    struct loom_dm_pending *last_pending; /**< undefined while there is none */
    struct loom_list ready;               /**< in the server's list while there may be work */
    struct loom_list observations;        /**< all of them in the session of the client */
};

struct loom_management_server {
    const struct loom_fleet_store *store;
    const struct loom_port *port;
    const struct loom_files *files; /**< NULL: none */
    loom_dm_listener *listener;
    void *user;
    uint64_t now;      /**< of the port's clock, as of when the server was last called */
    unsigned releases; /**< LOOM_DM_LWM2M_... */
    uint32_t last_ticket;
    bool draining; /**< sends no new requests */
    struct loom_dm_profiles profiles;
    struct loom_registry registry;
    struct loom_list ready;        /**< entries that a step has to look at */
    struct loom_index by_exchange; /**< what is under way or observed, by its ticket */
};

static inline struct loom_dm_entry *loom_dm_entry_of(const struct loom_registry_entry *registered)
{
    return (struct loom_dm_entry *)(uintptr_t)registered;
}

static inline struct loom_dm_client *loom_dm_client_of(struct loom_dm_entry *entry)
{
    return &entry->registered.client;
}

/** Makes an entry that is in no list. Text and links are copied; `links` is taken over on success.
 *  @return NULL without memory */
struct loom_dm_entry *loom_dm_entry_new(struct loom_text endpoint,
                                        const struct loom_dm_parameters *parameters,
                                        struct loom_dm_links *links, const struct loom_peer *peer);

/** Changes what an Update says. `links` is taken over on success, its `count` 0 means none.
 *  @param changes out: LOOM_DM_CHANGED_...
 *  @return false without memory: then nothing has changed */
bool loom_dm_entry_update(struct loom_dm_entry *entry, const struct loom_dm_parameters *parameters,
                          struct loom_dm_links *links, unsigned *changes);

/** Frees an entry that is not in the registry, with the requests that wait for it. */
void loom_dm_entry_free(struct loom_dm_entry *entry);

/* ---- management_request.c -------------------------------------------------------------------- */

struct loom_dm_event loom_dm_event_of(const struct loom_management_server *server,
                                      struct loom_dm_entry *entry, enum loom_dm_event_kind kind);
struct loom_dm_event loom_dm_event_of_order(const struct loom_management_server *server,
                                            struct loom_dm_entry *entry,
                                            const struct loom_dm_order *order,
                                            enum loom_dm_event_kind kind);
void loom_dm_tell(const struct loom_management_server *server, const struct loom_dm_event *event);

/** The client has sent something, and so is awake for a while (rule B-81). */
void loom_dm_heard(struct loom_management_server *server, struct loom_dm_entry *entry);

/** @return whether the client is taken to be asleep at that time. */
bool loom_dm_asleep(const struct loom_dm_entry *entry, uint64_t now);

/** Queues a request that has been checked, with a ticket of its own. @return LOOM_UNAVAILABLE */
enum loom_status loom_dm_queue(struct loom_management_server *server, struct loom_dm_entry *entry,
                               const struct loom_dm_request *request, uint32_t *ticket);

/** Hands the requests that were not sent over to the next registration of the same client. */
void loom_dm_hand_over(struct loom_dm_entry *from, struct loom_dm_entry *to);

/** Sends the first waiting request if none is under way and the client is awake. */
void loom_dm_send_next(struct loom_management_server *server, struct loom_dm_entry *entry);

/** Ends all requests of an entry, which is not in the registry any more, and frees it. */
void loom_dm_abandon(struct loom_management_server *server, struct loom_dm_entry *entry);

/** What is under way or observed with this exchange number, or NULL. */
struct loom_dm_pending *loom_dm_by_exchange(const struct loom_management_server *server,
                                            uint32_t exchange);

/** The client has taken so many bytes of the payload of a request. */
void loom_dm_progressed(const struct loom_management_server *server,
                        struct loom_dm_pending *pending, size_t done);

/** The end of the request that is under way to a client. */
void loom_dm_answered(struct loom_management_server *server, struct loom_dm_entry *entry,
                      const struct loom_response *response, enum loom_failure failure);

/* ---- observations.c -------------------------------------------------------------------------- */

/** The observation of a client with this ticket, or NULL. */
struct loom_dm_pending *loom_dm_observation(const struct loom_management_server *server,
                                            const struct loom_dm_entry *entry, uint32_t ticket);

/** A notification, or the end of the observation. */
void loom_dm_notified(struct loom_management_server *server, struct loom_dm_pending *observation,
                      const struct loom_response *response);

/** Reports the end of an observation, of which the port knows, and frees it. */
void loom_dm_end_observation(struct loom_management_server *server,
                             struct loom_dm_pending *observation, enum loom_dm_end end);

/** Ends all observations of a client, at the port too. Whoever wants them to go on with the next
 *  registration (rule C-62) asks again. */
void loom_dm_end_observations(struct loom_management_server *server, struct loom_dm_entry *entry,
                              enum loom_dm_end end);

/* ---- send.c ---------------------------------------------------------------------------------- */

/** Takes what a client sends by itself (rule C-34), and reports it.
 *  @param entry NULL: not registered */
enum loom_dm_reason loom_dm_receive(struct loom_management_server *server,
                                    struct loom_dm_entry *entry,
                                    const struct loom_request *request);

#endif
