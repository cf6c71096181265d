/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The registered clients with the requests that wait for them. For the LwM2M server only.
 */
#ifndef LOOM_MANAGEMENT_CLIENTS_H
#define LOOM_MANAGEMENT_CLIENTS_H

#include "management/keeper.h"
#include "management/profile.h"
#include "management/registration.h"
#include "registry/registry.h"

/** `65534` and what ends it. */
#define LOOM_DM_ID_TEXT_SIZE 8u

/** A request that waits for its turn, or for its answer if it is the first and `sent`; then, if it
 *  was an Observe, the observation that it began. */
struct loom_dm_pending {
    struct loom_dm_order order;         /**< first: an observation seen outside is its request */
    struct loom_dm_pending *next;       /**< that waits */
    struct loom_dm_entry *entry;        /**< whose it is; undefined until it is sent */
    struct loom_index_link by_exchange; /**< in the index from then on */
    struct loom_index_link by_token;    /**< in the index if `resumable` */
    struct loom_list place;             /**< among the observations of the entry */
    bool sent;
    bool kept;      /**< an observation that the keeper knows by its token */
    bool resumable; /**< one of before a restart: the session does not know it yet */
    uint8_t token[LOOM_TOKEN_MAX];
    bool held;       /**< reported to wait for the client to wake up */
    uint8_t tenths;  /**< of the payload that the client has taken, as reported */
    uint8_t bytes[]; /**< payload and query */
};

void loom_dm_pending_free(struct loom_dm_pending *pending);

/** A registered client and what only the server knows of it. */
struct loom_dm_entry {
    struct loom_registry_entry registered; /**< first: a client seen outside is its entry */
    struct loom_dm_pending *pending;
    struct loom_dm_pending *last_pending; /**< undefined while there is none */
    struct loom_list ready;               /**< in the server's list while there may be work */
    struct loom_list changed;             /**< in the server's list while the keeper lacks it */
    struct loom_list observations;        /**< all of them in the session of the client */
    struct loom_dm_unsettled *leaving; /**< its De-register, which the keeper has not stored yet */
    uint8_t unsaved;                   /**< LOOM_DM_CHANGED_..., all since it was last stored */
    uint64_t told; /**< when the keeper last heard of a change, milliseconds of the port's clock */
};

/** A Register or De-register that the keeper has not stored yet, or a request to a location that it
 *  has not looked up yet. */
struct loom_dm_unsettled {
    struct loom_list place; /**< in the server's list, in the order of the marks */
    uint64_t mark;
    uint64_t held;               /**< the answer: `mark`, or that of the look-up before */
    struct loom_dm_entry *entry; /**< of a De-register NULL, if it has ended in another way */
    struct loom_session *link;   /**< NULL: lost meanwhile */
    bool leaves;                 /**< De-register: `entry` is registered; else it is not yet */
    bool unwelcome;              /**< a Register whose account has gone meanwhile */
    struct loom_dm_asked
        *asked; /**< a look-up: the request; NULL: it is none, and `entry` counts */
};

/** Requests that are sent in a burst, and how often there may be one: what is asked of a whole
 * fleet is spread out, or the answers of all devices would come at once, and all of their
 * repetitions. */
#define LOOM_DM_BURST    256u
#define LOOM_DM_BURST_MS 100u

struct loom_management_server {
    const struct loom_fleet_store *store;
    const struct loom_port *port;
    const struct loom_files *files; /**< NULL: none */
    loom_dm_listener *listener;
    void *user;
    uint64_t now;      /**< of the port's clock, as of when the server was last called */
    unsigned releases; /**< LOOM_DM_LWM2M_... */
    uint32_t last_ticket;
    bool draining;      /**< sends no new requests */
    unsigned burst;     /**< requests that were sent in this one */
    uint64_t burst_end; /**< same clock as `now` */
    struct loom_dm_profiles profiles;
    struct loom_registry registry;
    struct loom_list ready;                /**< entries that a step has to look at */
    struct loom_index by_exchange;         /**< what is under way or observed, by its ticket */
    struct loom_index by_token;            /**< observations of before a restart */
    const struct loom_dm_keeper *keeper;   /**< NULL: nothing is kept */
    struct loom_list unsettled;            /**< what the keeper has not stored yet */
    unsigned unknown;                      /**< look-ups among them */
    struct loom_list changed;              /**< entries with something that the keeper lacks */
    char resumed[4][LOOM_DM_ID_TEXT_SIZE]; /**< path of the request that was resumed last */
};

static inline struct loom_dm_entry *loom_dm_entry_of(const struct loom_registry_entry *registered)
{
    return (struct loom_dm_entry *)(uintptr_t)registered;
}

static inline struct loom_dm_client *loom_dm_client_of(struct loom_dm_entry *entry)
{
    return &entry->registered.client;
}

/** Makes an entry that is in no list. Text and links are copied.
 *  @param known its address before a restart; data NULL: it is here, at that of `peer`
 *  @return NULL without memory */
struct loom_dm_entry *loom_dm_entry_new(struct loom_text endpoint,
                                        const struct loom_dm_parameters *parameters,
                                        const struct loom_dm_links *links,
                                        const struct loom_peer *peer, struct loom_text known);

/** Changes what an Update says. Links are copied; a `count` of 0 means none.
 *  @param changes out: LOOM_DM_CHANGED_...
 *  @return false without memory: then nothing has changed */
bool loom_dm_entry_update(struct loom_dm_entry *entry, const struct loom_dm_parameters *parameters,
                          const struct loom_dm_links *links, unsigned *changes);

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

/** A client has sent a message, perhaps one that is refused. The keeper need not hear of each:
 *  it is told at most once in LOOM_DM_SEEN_MS. */
void loom_dm_seen(struct loom_management_server *server, struct loom_dm_entry *entry);

/** @return whether the client is taken to be asleep at that time. */
bool loom_dm_asleep(const struct loom_dm_entry *entry, uint64_t now);

/** Queues a request that has been checked, with a ticket of its own. @return LOOM_UNAVAILABLE */
enum loom_status loom_dm_queue(struct loom_management_server *server, struct loom_dm_entry *entry,
                               const struct loom_dm_request *request, uint32_t *ticket);

/** @return whether a request begins an observation, and may be sent. */
bool loom_dm_may_observe(const struct loom_dm_request *request);

/** Makes an observation that nobody has asked for in this run, of before a restart.
 *  @return NULL without memory */
struct loom_dm_pending *loom_dm_observe_again(struct loom_management_server *server,
                                              struct loom_dm_entry *entry,
                                              const struct loom_dm_request *request);

/** Fills the message of a request. @param text room for its path, lasts as long as the message */
void loom_dm_fill_request(const struct loom_dm_entry *entry, const struct loom_dm_pending *pending,
                          char text[4][LOOM_DM_ID_TEXT_SIZE], struct loom_request *request);

/** Hands the requests that were not sent over to the next registration of the same client. */
void loom_dm_hand_over(struct loom_dm_entry *from, struct loom_dm_entry *to);

/** Sends the first waiting request if none is under way and the client is awake. */
void loom_dm_send_next(struct loom_management_server *server, struct loom_dm_entry *entry);

/** A client has left a session: ends what reads a shared payload there. Nobody would know later
 *  where that is to be cancelled before the payload goes. */
void loom_dm_leave(struct loom_management_server *server, struct loom_dm_entry *entry,
                   struct loom_session *before);

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

/* ---- kept.c ---------------------------------------------------------------------------------- */

/** Notes that an answer waits for the keeper, behind all that do already. Its mark is to be set.
 *  @return NULL without memory */
struct loom_dm_unsettled *loom_dm_unsettled_new(struct loom_management_server *server);

/** Nothing waits after all. NULL is allowed. */
void loom_dm_unsettled_drop(struct loom_dm_unsettled *unsettled);

/** Whether the keeper can store now. If not, the reply says when to come again. */
bool loom_dm_keeper_ready(const struct loom_management_server *server, struct loom_reply *reply);

/** Has a Register or De-register stored; its answer waits for that. Without a keeper it is settled
 *  at once.
 *  @return false: it cannot be; nothing has changed then */
bool loom_dm_keep(struct loom_management_server *server, struct loom_dm_entry *entry,
                  struct loom_session *link, bool leaves, struct loom_reply *reply);

/** The keeper lacks something of a client that may be stored later.
 *  @param changes LOOM_DM_CHANGED_...; 0: only when it was heard */
void loom_dm_changed(struct loom_management_server *server, struct loom_dm_entry *entry,
                     unsigned changes);

/** An observation has begun, which goes on after a restart if its session can. */
void loom_dm_keep_observation(struct loom_management_server *server,
                              struct loom_dm_pending *observation);

/** Nothing is left of an observation. */
void loom_dm_drop_observation(struct loom_management_server *server,
                              struct loom_dm_pending *observation);

/** Registers of an endpoint that are not stored yet end when they are. */
void loom_dm_unsettled_dismiss(struct loom_management_server *server, struct loom_text endpoint);

/** A session is lost: what it was to be used for goes without it. */
void loom_dm_unsettled_lost(struct loom_management_server *server, const struct loom_session *link);

/** Frees all that is not stored yet, with the entries that are not registered. */
void loom_dm_unsettled_free(struct loom_management_server *server);

/* ---- unknown.c -------------------------------------------------------------------------------
 */

/** A request to a location that is not here: the keeper is asked, and the answer waits for it.
 *  @param reply out: `held`, or an error if it can wait no more
 *  @return false: nobody else can have it */
bool loom_dm_ask_keeper(struct loom_management_server *server, struct loom_session *link,
                        const struct loom_peer *peer, const struct loom_request *request,
                        struct loom_reply *reply);

/** The keeper has looked. @return whether the answer that is held is to be sent now */
bool loom_dm_answer_asked(struct loom_management_server *server,
                          struct loom_dm_unsettled *unsettled);

void loom_dm_asked_free(struct loom_dm_asked *asked);

/* ---- register.c -------------------------------------------------------------------------------
 */

/** Refuses a request of a client, and tells so. */
void loom_dm_refuse(const struct loom_management_server *server, struct loom_reply *reply,
                    struct loom_text endpoint, struct loom_text address, enum loom_dm_reason reason,
                    uint16_t lwm2m);

/** The list of the payload, of the profiles, or both together (rule B-41). */
enum loom_dm_reason loom_dm_find_list(const struct loom_management_server *server,
                                      struct loom_text endpoint,
                                      const struct loom_dm_parameters *parameters,
                                      const struct loom_request *request,
                                      struct loom_dm_links *links);

void loom_dm_on_register(struct loom_management_server *server, struct loom_session *link,
                         const struct loom_request *request, struct loom_reply *reply);

/** A Register is stored: it takes the place of the one before (rule B-16). */
void loom_dm_enter(struct loom_management_server *server, struct loom_dm_entry *entry,
                   struct loom_session *link);

/** The session of a client is not to make room for a stranger's. @param link NULL is allowed */
void loom_dm_keep_session(const struct loom_management_server *server, struct loom_session *link);

/* ---- management_server.c --------------------------------------------------------------------- */

/** Handles an Update or De-register. @param may_ask whether the keeper may be asked of a location
 *  that is not here */
void loom_dm_on_location(struct loom_management_server *server, struct loom_session *link,
                         const struct loom_request *request, bool may_ask,
                         struct loom_reply *reply);

/** Reports the end of a registration, which is then gone. */
void loom_dm_remove(struct loom_management_server *server, struct loom_dm_entry *entry,
                    enum loom_dm_event_kind kind);

/** Ends the registration of a client that is not to be here any more, and its session. */
void loom_dm_dismiss(struct loom_management_server *server, struct loom_dm_entry *entry);

/** A client that is registered is reached over this session from now on.
 *  @return whether that was another one before */
bool loom_dm_connect(struct loom_management_server *server, struct loom_dm_entry *entry,
                     struct loom_session *link, struct loom_text address);

/* ---- send.c ---------------------------------------------------------------------------------- */

/** Takes what a client sends by itself (rule C-34), and reports it.
 *  @param entry NULL: not registered */
enum loom_dm_reason loom_dm_receive(struct loom_management_server *server,
                                    struct loom_dm_entry *entry,
                                    const struct loom_request *request);

#endif
