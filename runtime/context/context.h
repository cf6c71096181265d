/* SPDX-License-Identifier: Apache-2.0 */
/** What the rooms of a client share with each other: time, events, wishes, sessions, help with
 *  requests, and the stored accounts. */
#ifndef LOOM_CONTEXT_CONTEXT_H
#define LOOM_CONTEXT_CONTEXT_H

#include "loom/client.h"
#include "loom/codec.h"

/** No deadline. */
#define LOOM_NEVER UINT64_MAX

#define LOOM_MILLISECONDS 1000u

/** Seconds; CoAP's EXCHANGE_LIFETIME and MAX_TRANSMIT_WAIT with its default parameters. */
#define LOOM_EXCHANGE_LIFETIME 247u
#define LOOM_MAX_TRANSMIT_WAIT 93u

/* ---- context.c: time ---------------------------------------------------------------------------
 */

/** Milliseconds of the port's clock. */
uint64_t loom_context_now(const struct loom_context *context);

/** Whether a time has come. */
bool loom_context_is_due(const struct loom_context *context, uint64_t time);

/** The time `seconds` after another; before LOOM_NEVER. */
uint64_t loom_time_after(uint64_t time, uint32_t seconds);

/** Seconds from now to a time, rounded up; 0 if it is past, UINT32_MAX at most. */
uint32_t loom_context_seconds(const struct loom_context *context, uint64_t time);

/** The time `seconds` from now. */
uint64_t loom_context_after(const struct loom_context *context, uint32_t seconds);

/** Seconds since 1970, 0 if the device does not know. */
uint64_t loom_context_unix_time(const struct loom_context *context);

/* ---- context.c: events -------------------------------------------------------------------------
 */

/** Begins an event of this type: time and server set, everything else empty.
 *  @param ssid 0: of no server, or of the bootstrap server */
struct loom_event loom_context_event(const struct loom_context *context, enum loom_event_type type,
                                     uint16_t ssid);
void loom_context_emit(const struct loom_context *context, const struct loom_event *event);

/** Emits an event that says no more than its type. */
void loom_context_report(const struct loom_context *context, enum loom_event_type type,
                         uint16_t ssid);

/** Emits an event that says how long a wait is. */
void loom_context_report_wait(const struct loom_context *context, enum loom_event_type type,
                              uint16_t ssid, uint32_t seconds);

/** Emits an event that says no more than a reason. */
void loom_context_report_reason(const struct loom_context *context, enum loom_event_type type,
                                uint16_t ssid, enum loom_reason reason);

/** Emits an event of no server, or of the bootstrap server, with a code and a reason. */
void loom_context_explain(const struct loom_context *context, enum loom_event_type type,
                          uint8_t code, enum loom_reason reason);

/* ---- features ----------------------------------------------------------------------------------
 */

/** What the product has of the parts that it may leave out; never NULL. */
static inline const struct loom_features *loom_context_features(const struct loom_context *context)
{
    return context->features;
}

/* ---- context.c: wishes -------------------------------------------------------------------------
 *
 * The interfaces do not call one another. What one of them wants of another it posts as a wish, as
 * the last thing that it does; the client, which knows them all, sees to it. */

enum loom_wish {
    /* Fulfilled before the call of a room that posted them returns to the port or the product. */
    LOOM_WISH_BEGIN = 1 << 0,        /**< smartcard and factory are past: everything registers */
    LOOM_WISH_REGISTER_ALL = 1 << 1, /**< with the accounts of a bootstrap (rule A-16) */
    LOOM_WISH_RETRY_FAILED = 1 << 2, /**< no bootstrap helps those who were given up (yet) */
    LOOM_WISH_REGISTERED = 1 << 3,   /**< a server has taken the device, so its account is good */
    LOOM_WISH_LISTEN = 1 << 4,       /**< a session in which the bootstrap server may push */
    LOOM_WISHES_AT_ONCE = (1 << 5) - 1, /**< all of these */

    /* Fulfilled by the next step. */
    LOOM_WISH_BOOTSTRAP = 1 << 5, /**< asked for by a server or the product */
    LOOM_WISH_REVIEW = 1 << 6,    /**< a registration was given up, or there is none */
    LOOM_WISH_REMEMBER = 1 << 7,  /**< what the record of the registrations holds may be another */
    LOOM_WISH_MOVE = 1 << 8,      /**< the device has another address */
    LOOM_WISH_COMPARE = 1 << 9,   /**< what servers know of the device may be out of date */
    LOOM_WISH_KEEP = 1 << 10,     /**< what outlives a restart has changed since it was stored */

    /** Those that a step may find without anything else having happened. */
    LOOM_WISHES_OF_STEP =
        LOOM_WISH_BOOTSTRAP | LOOM_WISH_REVIEW | LOOM_WISH_MOVE | LOOM_WISH_COMPARE | LOOM_WISH_KEEP
};

/** @param wishes one or more of enum loom_wish */
void loom_context_wish(struct loom_context *context, uint32_t wishes);
static inline bool loom_context_wishes(const struct loom_context *context, enum loom_wish wish)
{
    return (context->wishes & (uint32_t)wish) != 0;
}

/** @return whether there was this wish; it is no more. */
bool loom_context_take_wish(struct loom_context *context, enum loom_wish wish);

/* ---- context.c: exchanges and sessions ---------------------------------------------------------
 */

/** A number of the exchange with which to ask the port; never 0. */
uint32_t loom_context_exchange(struct loom_context *context);

/** Gives up an exchange, if there is one, and forgets it. The session goes on without it. */
void loom_context_cancel(struct loom_context *context, struct loom_session *session,
                         uint32_t *exchange);

/** Opens a session and reports it.
 *  @param credentials NULL: the account has none that can be used
 *  @return NULL if that is impossible; an event has said why */
struct loom_session *loom_context_open(struct loom_context *context,
                                       const struct loom_credentials *credentials, uint16_t ssid,
                                       void *owner);

/** Closes a session if there is one, and forgets it. */
void loom_context_close(struct loom_context *context, struct loom_session **session);

/** Clears the client's buffer, where a key may have been. */
void loom_context_wipe(struct loom_context *context);

/* ---- request.c ---------------------------------------------------------------------------------
 */

/** Reads the ids of a request's path. @return LOOM_NOT_FOUND if it is not made of ids,
 *  LOOM_METHOD_NOT_ALLOWED if there are too many (rule C-3) */
enum loom_status loom_request_path(const struct loom_request *request, struct loom_path *path);

/** Whether a request's path is this one text segment. */
bool loom_request_path_is(const struct loom_request *request, const char *segment);

struct loom_payload;

/** What a peer has sent to `path`, to be read with the client's buffer; its rules are still to be
 *  set.
 *  @param format its number; LOOM_FORMAT_ABSENT: none is named */
struct loom_payload loom_request_payload(const struct loom_context *context, uint16_t format,
                                         const struct loom_path *path, struct loom_bytes bytes);

/** An outgoing request while it is made. What it says is written into the client's buffer. */
struct loom_draft {
    struct loom_output out;
    struct loom_request request;
};

/** Begins with no path, query or payload. */
void loom_draft_begin(struct loom_draft *draft, const struct loom_context *context,
                      enum loom_method method);
void loom_draft_add_path(struct loom_draft *draft, const char *segment, size_t length);
/** Adds what was written since `begin` as a query argument. */
void loom_draft_end_query(struct loom_draft *draft, size_t begin);
/** Adds `name=value`. */
void loom_draft_add_query(struct loom_draft *draft, const char *name, struct loom_text value);
/** The same of a string; NULL: a name without a value. */
void loom_draft_add_string(struct loom_draft *draft, const char *name, const char *value);

/** The server that a request is from. */
struct loom_requester {
    uint16_t ssid;
    uint16_t server_instance;
    uint16_t lwm2m; /**< release that the server is addressed in */
    struct loom_registration *registration;
};

/** An executable that is done by the client and not by the product. */
struct loom_executable {
    uint16_t object;
    uint16_t resource;
    /** May do no more than wish: the answer to the Execute is still to be sent. */
    enum loom_status (*execute)(struct loom_context *context, const struct loom_requester *from,
                                struct loom_text arguments);
};

/** The feature: observations and notifications. Rooms and the client reach them through this. */
struct loom_reporting_feature {
    /** loom_reporting_observe() */
    enum loom_status (*observe)(struct loom_context *context, const struct loom_requester *from,
                                const struct loom_request *request, const struct loom_path *path,
                                const struct loom_resource *row, struct loom_reply *reply);
    /** loom_reporting_answered() */
    void (*answered)(struct loom_context *context, uint16_t ssid,
                     const struct loom_request *request, const struct loom_reply *reply);
    /** loom_reporting_make_room() */
    void (*make_room)(struct loom_context *context);
    /** loom_reporting_write_attributes() */
    enum loom_status (*write_attributes)(struct loom_context *context,
                                         const struct loom_requester *from,
                                         const struct loom_request *request,
                                         const struct loom_path *path,
                                         const struct loom_resource *row);
    /** loom_reporting_put_attributes() */
    void (*put_attributes)(const struct loom_context *context, uint16_t ssid,
                           const struct loom_path *path, bool inherited, struct loom_output *out);
    /** loom_reporting_changed() */
    void (*changed)(struct loom_context *context, const struct loom_at *at,
                    enum loom_change change);
    /** loom_reporting_notified() */
    void (*notified)(struct loom_context *context, uint16_t ssid, uint16_t observation,
                     enum loom_failure failure);
    /** loom_reporting_run() */
    void (*run)(struct loom_context *context);
};

/** The feature: attributes in the record of the registrations. */
struct loom_remembered_attributes_feature {
    /** Writes what servers have attached. */
    void (*put)(const struct loom_context *context, struct loom_output *out);
    /** Takes that up after a reboot. @return false: it is malformed, and nothing is taken */
    bool (*take)(struct loom_context *context, struct loom_bytes records);
};

/** Paths, one after the other. */
struct loom_path_list {
    bool (*next)(void *self, struct loom_path *path); /**< @return false: there are no more */
    void *self;
};

struct loom_attributes;

/** The feature: observations of a list of paths, beside those of one. */
struct loom_observe_composite_feature {
    /** The answer to a Read-Composite with Observe has been made: as loom_reporting_observe().
     *  @param list of paths, none of which leads to what another one does */
    enum loom_status (*observe)(struct loom_context *context, const struct loom_requester *from,
                                const struct loom_request *request,
                                const struct loom_path_list *list, struct loom_reply *reply);

    /* For the room of reporting, of an observation of a list. */

    /** Whether something of the list is in what a path leads to, or the other way round. */
    bool (*is_met)(const struct loom_context *context, const struct loom_observation *observation,
                   const struct loom_path *path);
    /** What holds for it. @param attributes out */
    void (*in_force)(const struct loom_context *context, const struct loom_observation *observation,
                     uint16_t server_instance, struct loom_attributes *attributes);
    /** Shows all of it.
     *  @return LOOM_UNAUTHORIZED nothing of it may be read (any more); else as a Read-Composite */
    enum loom_status (*show)(const struct loom_context *context,
                             const struct loom_observation *observation, struct loom_output *out);
};

struct loom_report_server;
struct loom_report_servers;

/** The feature: notifications that fall due while a server cannot be reached (rule B-72). All for
 *  the room of reporting. */
struct loom_stored_notifications_feature {
    /** The registration of an observation has ended. @return whether it goes on, dormant */
    bool (*rest)(struct loom_context *context, struct loom_observation *observation,
                 const struct loom_report_server *server);
    /** Stores what a dormant one would notify now. */
    void (*store)(struct loom_context *context, const struct loom_observation *observation,
                  const struct loom_attributes *attributes, uint64_t now);
    /** Sends what is stored.
     *  @param next out: when to look again
     *  @return false: there is nothing; else what is true now has to wait */
    bool (*flush)(struct loom_context *context, struct loom_observation *observation,
                  const struct loom_report_server *server,
                  const struct loom_report_servers *servers, uint64_t now, uint64_t *next);
    /** A confirmable notification has ended. @return whether it was one of what is stored */
    bool (*is_acknowledged)(struct loom_context *context,
                            const struct loom_observation *observation, bool taken);
    /** An observation is forgotten, and what is stored for it. */
    void (*drop)(struct loom_context *context, const struct loom_observation *observation);
    /** @return the dormant one of a path, NULL: there is none */
    struct loom_observation *(*find_dormant)(const struct loom_context *context, uint16_t ssid,
                                             const struct loom_path *path);
    /** Forgets a dormant one for one of today. @return its place, NULL: there is none */
    struct loom_observation *(*evict)(struct loom_context *context);
};

/** The feature: Send. */
struct loom_send_feature {
    /** Adds a Send to the outbox: loom_client_send(). */
    enum loom_status (*queue)(struct loom_client *client, const struct loom_send *send,
                              uint16_t *handle);
    /** Does what is due of Sends and, where there is the feature, of notifications. */
    void (*run)(struct loom_context *context);
};

/* ---- stored.c ----------------------------------------------------------------------------------
 */

/** When a wait of so many seconds ends, in seconds since 1970; 0 if the device does not know. */
uint64_t loom_stored_end(const struct loom_context *context, uint32_t left);

/** What is left of a wait, in seconds: less by the time that the device was off, if it knows the
 *  time. A clock that was set forward ends the wait; one that was set back does not make it longer
 *  than it was.
 *  @param left when it was stored
 *  @param end  what loom_stored_end() said then */
uint32_t loom_stored_left(const struct loom_context *context, uint32_t left, uint64_t end);

/** Reports that a record could not be stored or read. @return `status` */
enum loom_status loom_stored_failed(const struct loom_context *context, enum loom_status status,
                                    enum loom_reason why);

/** Reports what is in force in the place of a record that was damaged. */
void loom_stored_recovered(const struct loom_context *context, enum loom_reason why);

/** The feature: loom_state_save() and loom_state_load() where there is a store. */
struct loom_stored_accounts_feature {
    enum loom_status (*save)(struct loom_context *context, const struct loom_model *model);
    enum loom_status (*load)(struct loom_context *context, struct loom_model *model);
    void (*keep)(struct loom_context *context);
};

/* ---- context.c: stored accounts ----------------------------------------------------------------
 */

/** Writes the persistent objects of a model to the store, if there is one and the product has the
 *  feature. Reports failure. With success nothing is left to be kept: the model is the client's, or
 *  about to be. */
enum loom_status loom_state_save(struct loom_context *context, const struct loom_model *model);

/** Whether there is a store, and the product has the feature. */
bool loom_state_is_stored(const struct loom_context *context);

/** Stores what has changed in the client's model, if anything has. Where the store fails it is
 * tried again after a minute, then after ever longer waits. */
void loom_state_keep(struct loom_context *context);

/** Reads them into the model, and reports damage.
 *  @return LOOM_OK; LOOM_NOT_FOUND nothing to be had: no store, nothing stored, or nothing of use;
 *          LOOM_UNAVAILABLE the store cannot be read. The model holds nothing of use unless LOOM_OK
 */
enum loom_status loom_state_load(struct loom_context *context, struct loom_model *model);

#endif
