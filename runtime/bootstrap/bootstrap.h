/* SPDX-License-Identifier: Apache-2.0 */
/** The Bootstrap interface, as the client sees it. */
#ifndef LOOM_BOOTSTRAP_BOOTSTRAP_H
#define LOOM_BOOTSTRAP_BOOTSTRAP_H

#include "loom/client.h"

struct loom_requester;

enum loom_bootstrap_state {
    LOOM_BOOTSTRAP_START,      /**< before the first step of the sequence */
    LOOM_BOOTSTRAP_CARD,       /**< a smartcard is being read */
    LOOM_BOOTSTRAP_IDLE,       /**< none under way */
    LOOM_BOOTSTRAP_HOLD_OFF,   /**< decided, Client Hold Off Time runs */
    LOOM_BOOTSTRAP_PACK,       /**< Bootstrap-Pack-Request is on its way */
    LOOM_BOOTSTRAP_REQUESTING, /**< Bootstrap-Request is on its way */
    LOOM_BOOTSTRAP_RUNNING,    /**< the bootstrap server commands */
    LOOM_BOOTSTRAP_COMMITTED,  /**< accounts in force, Finish being answered */
    LOOM_BOOTSTRAP_FINISHED,   /**< registering; the session lingers for repeated messages */
    LOOM_BOOTSTRAP_WAITING,    /**< failed; the next attempt has its time */
    LOOM_BOOTSTRAP_STATE_COUNT
};

enum loom_bootstrap_event {
    LOOM_BOOTSTRAP_BEGIN,
    LOOM_BOOTSTRAP_CARD_DONE, /**< read and applied, or not to be had */
    LOOM_BOOTSTRAP_NEEDED,    /**< for want of a registration, or asked for */
    LOOM_BOOTSTRAP_TIMER,
    LOOM_BOOTSTRAP_ACCEPTED,       /**< Bootstrap-Request answered 2.04 */
    LOOM_BOOTSTRAP_REFUSED,        /**< Bootstrap-Request answered with an error */
    LOOM_BOOTSTRAP_FORMAT_REFUSED, /**< answered 4.15 */
    LOOM_BOOTSTRAP_NO_PACK,        /**< an error, no answer, or a pack that is inconsistent */
    LOOM_BOOTSTRAP_COMMAND,        /**< of the bootstrap server */
    LOOM_BOOTSTRAP_COMPLETE,       /**< consistent, stored and in force */
    LOOM_BOOTSTRAP_LOST,           /**< the session, or the request could not be sent */
    LOOM_BOOTSTRAP_REGISTERED,     /**< at some server, so the accounts are good for something */
    LOOM_BOOTSTRAP_EXPIRED,        /**< resource 0/x/12 */
    LOOM_BOOTSTRAP_STOP,
    LOOM_BOOTSTRAP_EVENT_COUNT
};

/** Begins with nothing under way.
 *  @param room given to the port as the beginning of a session's owner */
void loom_bootstrap_init(struct loom_bootstrap *bootstrap, struct loom_context *context,
                         const struct loom_room *room);

/** Puts in force what the store has (finish.c).
 *  @return LOOM_OK; LOOM_NOT_FOUND there is nothing of use; else the store cannot be read */
enum loom_status loom_bootstrap_recall(struct loom_bootstrap *bootstrap);

/** @return false if the event means nothing in the present state */
bool loom_bootstrap_take(struct loom_bootstrap *bootstrap, enum loom_bootstrap_event event);

/** Begins the sequence (rule A-10) with the first step of the client. */
void loom_bootstrap_begin(struct loom_bootstrap *bootstrap);

/** A bootstrap is needed.
 *  @param asked_for by a server or the product, and not for want of a registration
 *  @return false: not now, as for loom_bootstrap_take() */
bool loom_bootstrap_need(struct loom_bootstrap *bootstrap, bool asked_for);

void loom_bootstrap_request(struct loom_bootstrap *bootstrap, const struct loom_request *request,
                            struct loom_reply *reply);
void loom_bootstrap_response(struct loom_bootstrap *bootstrap, uint32_t exchange,
                             const struct loom_response *response, enum loom_failure failure);

/** The session is lost. The fact `servers_well` is of now, as for loom_bootstrap_timer(). */
void loom_bootstrap_lost(struct loom_bootstrap *bootstrap);

/** What the card reader says; nothing if it says it too late. */
void loom_bootstrap_smartcard(struct loom_bootstrap *bootstrap, enum loom_status status,
                              struct loom_bytes file);

/** The way to the network is another: the session is given up, and begun again where the bootstrap
 *  server may push. */
void loom_bootstrap_moved(struct loom_bootstrap *bootstrap);

/** Opens a session for a push where a bootstrap server may push. */
void loom_bootstrap_listen(struct loom_bootstrap *bootstrap);

/** Its deadline has come. */
void loom_bootstrap_timer(struct loom_bootstrap *bootstrap);

/** The feature: a bootstrap server of LwM2M 1.0 may begin unasked (rules ). */
struct loom_bootstrap_push_feature {
    /** A number that changes when the address or the keys of the Bootstrap-Server Account do. */
    uint32_t (*digest)(const struct loom_model *model);
    /** Whether a request may be the first command of one. */
    bool (*is_begun_by)(const struct loom_request *request);
    void (*begin)(struct loom_bootstrap *bootstrap);
    /** It failed, and is not needed. @param why LOOM_REASON_SILENCE or LOOM_REASON_SESSION_LOST */
    void (*end)(struct loom_bootstrap *bootstrap, enum loom_reason why);
};

/** The feature: Bootstrap-Server Account Timeout, 0/x/12 (rule A-87). */
struct loom_account_timeout_feature {
    /** Begins the time, by what the staged account says. */
    void (*start)(struct loom_bootstrap *bootstrap);
    /** Its time is over: purges the account. */
    void (*expire)(struct loom_bootstrap *bootstrap);
    /** Purges it: what the machine does, never when the account is in use. */
    void (*purge)(struct loom_bootstrap *bootstrap);
};

/** Whether requests of servers are to be ignored for a bootstrap (rules ). */
bool loom_bootstrap_silences(const struct loom_bootstrap *bootstrap);

/** Whether no bootstrap is under way or waits for its time. */
bool loom_bootstrap_is_idle(const struct loom_bootstrap *bootstrap);

/** Whether accounts are in force with which nothing has registered yet: registrations of before may
 *  have lost theirs. */
bool loom_bootstrap_has_committed(const struct loom_bootstrap *bootstrap);

const char *loom_bootstrap_state_name(enum loom_bootstrap_state state);

/** Execute on 1/x/9 (rule A-110). @return LOOM_METHOD_NOT_ALLOWED there is no bootstrap server */
enum loom_status loom_bootstrap_trigger(struct loom_context *context,
                                        const struct loom_requester *from,
                                        struct loom_text arguments);

#endif
