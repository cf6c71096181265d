/* SPDX-License-Identifier: Apache-2.0 */
/** The rooms of a client as a table: what each does with the events of its sessions, with time and
 *  with wishes. A further room is a further row. */
#ifndef LOOM_CLIENT_ROOMS_H
#define LOOM_CLIENT_ROOMS_H

#include "bootstrap/bootstrap.h"
#include "management/management.h"
#include "registration/registration.h"

/** A row. Functions that a room has no need of are NULL; those of a room that opens sessions are
 *  all there. */
struct loom_room {
    /** @return false: the session is not, or no longer, the owner's */
    bool (*request)(struct loom_client *client, void *owner, struct loom_session *session,
                    const struct loom_request *request, struct loom_reply *reply);
    void (*response)(struct loom_client *client, void *owner, struct loom_session *session,
                     uint32_t exchange, const struct loom_response *response,
                     enum loom_failure failure);
    void (*lost)(struct loom_client *client, void *owner, struct loom_session *session,
                 enum loom_failure failure, int alert);

    /** When `timer` has something to do. */
    uint64_t (*deadline)(const struct loom_client *client);
    void (*timer)(struct loom_client *client, uint64_t now);

    /** Sees to the wishes that are this room's, in a step. @return whether anything has changed */
    bool (*wishes)(struct loom_client *client);
};

enum {
    LOOM_ROOM_BOOTSTRAP,
    LOOM_ROOM_ACCOUNT,
    LOOM_ROOM_REGISTRATION,
    LOOM_ROOM_NEED,
    LOOM_ROOM_STATE,
    LOOM_ROOM_COUNT
};

/** A step serves them in this order. */
extern const struct loom_room loom_rooms[LOOM_ROOM_COUNT];

/** Begins all rooms with nothing under way. */
void loom_rooms_init(struct loom_client *client);

/** Listens to the changes of the model from now on. */
void loom_client_watch(struct loom_client *client);

/** Listens no longer: the client's memory may go, while the model stays. */
void loom_client_unwatch(struct loom_client *client);

/** Fulfils the wishes of enum loom_wish that do not wait for a step. */
void loom_client_fulfil(struct loom_client *client);

/** Reports a request that is not answered. */
void loom_client_ignore(struct loom_client *client, uint16_t ssid, enum loom_reason why);

#endif
