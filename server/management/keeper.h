/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What outlives the LwM2M server: whoever stores registrations is its *keeper*. The server knows no
 * database; it asks a table of functions, and is told when something is stored.
 *
 * A Register or De-register is answered when it is stored, and changes nothing before. An Update
 * changes the registration at once, and is stored when the keeper next asks what has changed.
 */
#ifndef LOOM_MANAGEMENT_KEEPER_H
#define LOOM_MANAGEMENT_KEEPER_H

#include "management/management_events.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_management_server;

/** An observation that goes on after a restart. Memory is the caller's, for the duration of the
 *  call. */
struct loom_dm_kept_observation {
    const struct loom_dm_request *request;
    struct loom_bytes token; /**< names it, LOOM_TOKEN_MAX bytes */
};

/** What a server asks its keeper. All functions are called from within the server and call nothing
 *  of it; what they are given lasts for the duration of the call. */
struct loom_dm_keeper {
    void *self; /**< given to every function */

    /** @param retry out: if not, seconds until it is worth asking again, 1 or more
     *  @return whether registered() and leaves() are likely to succeed now */
    bool (*ready)(void *self, uint32_t *retry);

    /** A client registers, in the place of what its endpoint had before, with all observations.
     *  @return the mark under which loom_management_server_settle() will tell the outcome, each one
     *          more than the one before; 0: it cannot be stored */
    uint64_t (*registered)(void *self, const struct loom_dm_client *client);

    /** A client de-registers. @return as registered() */
    uint64_t (*leaves)(void *self, const struct loom_dm_client *client);

    /** A registration has ended that nobody is told about: its lifetime is over, or its account is
     *  gone. */
    void (*expired)(void *self, const struct loom_dm_client *client);

    /** Something has changed that loom_management_server_next_changed() tells. */
    void (*changed)(void *self);

    /** An observation has begun. NULL: they are not kept */
    void (*observing)(void *self, const struct loom_dm_client *client,
                      const struct loom_dm_kept_observation *observation);

    /** It has ended, before its registration. There if `observing` is. */
    void (*observed)(void *self, const struct loom_dm_client *client, struct loom_bytes token);

    /**
     * A peer speaks of a registration that is not here. If it is at another server that has gone,
     * and is of this peer, it is given to this one with loom_management_server_take_over(), before
     * the mark is settled. Needs a port with `revise`. NULL: no other server has any
     * @return as registered(); the outcome is whether it is known now what there is
     */
    uint64_t (*unknown)(void *self, struct loom_text location, const struct loom_peer *peer);
};

/** Requests to unknown locations that wait for their keeper; more are told to come again. Anybody
 *  can send them. */
#define LOOM_DM_UNKNOWN_MAX 256u

/** Bytes of such a request, all its texts together; a longer one is answered at once. */
#define LOOM_DM_UNKNOWN_BYTES 8192u

/** Gives the server a keeper, before the first request comes. Needs a port with `settle`.
 *  @param keeper outlives the server */
void loom_management_server_keep(struct loom_management_server *server,
                                 const struct loom_dm_keeper *keeper);

/** Tells the server what became of what the keeper has taken under a mark: the answer is sent, or
 *  the device asks again. Not from within a function of the server. */
void loom_management_server_settle(struct loom_management_server *server, uint64_t mark,
                                   bool stored);

/**
 * Gives one of the registrations that have changed since they were last given, and takes it off the
 * list.
 * @param changes out: LOOM_DM_CHANGED_...; 0: only `heard` and `seen` are others
 * @return NULL: there is none
 */
const struct loom_dm_client *
loom_management_server_next_changed(struct loom_management_server *server, unsigned *changes);

/** Puts one back on the list, as it could not be stored. One that is not there any more is no
 * error.
 */
void loom_management_server_unsaved(struct loom_management_server *server,
                                    struct loom_text endpoint, unsigned changes);

/** That a client has sent something else than an Update is stored at most as often: devices that
 *  send a value each second do not cost a row each second. */
#define LOOM_DM_SEEN_MS 300000u

/** How long a registration lasts after a restart at least: its device could not be heard while the
 *  server was away. */
#define LOOM_DM_GRACE_MS 300000u

/** A registration as it was stored. */
struct loom_dm_kept_client {
    struct loom_text endpoint;
    struct loom_text location;  /**< LOOM_DM_LOCATION_LENGTH bytes */
    struct loom_text address;   /**< may be empty */
    struct loom_bytes identity; /**< empty without security */
    struct loom_text binding;
    struct loom_text sms;
    struct loom_text alternate_path;
    uint32_t lifetime;
    uint16_t lwm2m;
    bool queue_mode;
    const struct loom_dm_link *objects;
    size_t object_count;
    uint64_t registered_ago; /**< milliseconds, by the clock of the world */
    uint64_t heard_ago;      /**< Register or Update */
    uint64_t seen_ago;       /**< any message */
};

/**
 * Puts a registration back that was stored before a restart, before the server listens. It has no
 * session: requests to it wait until it is heard. No event tells of it.
 * @return LOOM_BAD_REQUEST what is stored cannot be a registration, or there is one of that
 * endpoint or location; LOOM_UNAVAILABLE no memory
 */
enum loom_status loom_management_server_restore(struct loom_management_server *server,
                                                const struct loom_dm_kept_client *client);

/**
 * The same for a registration of another server, which is this one's from now on: it may come at
 * any time, and is told as LOOM_DM_TAKEN_OVER. What this server has of the endpoint is older, and
 * goes.
 * @return as loom_management_server_restore(); LOOM_CONFLICT it is here already; LOOM_NOT_FOUND its
 *         account has gone: it has ended
 */
enum loom_status loom_management_server_take_over(struct loom_management_server *server,
                                                  const struct loom_dm_kept_client *client);

/** A registration is another server's now: it is gone here, and the client hears nothing of that.
 *  One that is not there any more is no error. Not from within a function of the server. */
void loom_management_server_moved(struct loom_management_server *server, struct loom_text endpoint,
                                  struct loom_text location);

/**
 * Puts an observation of a client without security back, which goes on when a notification with its
 * token comes from the address that the client had.
 * @return LOOM_NOT_FOUND no such client, or one with security: observe again; LOOM_BAD_REQUEST;
 *         LOOM_UNAVAILABLE no memory
 */
enum loom_status
loom_management_server_restore_observation(struct loom_management_server *server,
                                           struct loom_text endpoint,
                                           const struct loom_dm_kept_observation *observation);

/** For the port: `resume` of struct loom_coap_config; `server` is the server. */
uint32_t loom_management_server_resume(void *server, struct loom_session *session,
                                       struct loom_bytes token, struct loom_request *request);

#ifdef __cplusplus
}
#endif

#endif
