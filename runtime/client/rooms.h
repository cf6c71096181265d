/* SPDX-License-Identifier: Apache-2.0 */
/** The rooms of a client as tables: what each does with the events of its sessions, with wishes and
 *  with time. A further room is a further row in those that it has to do with. */
#ifndef LOOM_CLIENT_ROOMS_H
#define LOOM_CLIENT_ROOMS_H

#include "bootstrap/bootstrap.h"
#include "management/management.h"
#include "registration/registration.h"

/** A room that opens sessions. */
struct loom_room {
    void (*request)(struct loom_client *client, void *owner, const struct loom_request *request,
                    struct loom_reply *reply);
    void (*response)(void *owner, uint32_t exchange, const struct loom_response *response,
                     enum loom_failure failure);
    void (*lost)(struct loom_client *client, void *owner, enum loom_failure failure, int alert);
    /** Where an owner keeps the session that is its own at present. */
    size_t session_at;
};

/** What the room of registrations does, for those that add to it. */
void loom_room_registration_request(struct loom_client *client, void *owner,
                                    const struct loom_request *request, struct loom_reply *reply);
void loom_room_registration_lost(struct loom_client *client, void *owner, enum loom_failure failure,
                                 int alert);

enum { LOOM_WISHES_COUNT = 3, LOOM_TIMER_COUNT = 5 };

/** See to the wishes of a room each, in a step and in this order.
 *  @return whether anything has changed */
extern bool (*const loom_wishes[LOOM_WISHES_COUNT])(struct loom_client *client);

/** What a room does when its time has come. */
struct loom_timer {
    uint64_t (*deadline)(const struct loom_client *client);
    void (*due)(struct loom_client *client);
};

/** A step looks at them in this order, after the wishes. */
extern const struct loom_timer loom_timers[LOOM_TIMER_COUNT];

/** The feature: the Firmware Update. */
struct loom_firmware_update_feature {
    /** Does what is due of it in a step, or notes when that is.
     *  @return whether anything has changed */
    bool (*run)(struct loom_client *client);
};

/** Begins all rooms with nothing under way. */
void loom_rooms_init(struct loom_client *client);

/** Listens to the changes of the model from now on. */
void loom_client_watch(struct loom_client *client);

/** Listens no longer: the client's memory may go, while the model stays. */
void loom_client_unwatch(struct loom_client *client);

/** Fulfils the wishes of enum loom_wish that do not wait for a step. */
void loom_client_fulfil(struct loom_client *client);

/* What sides of a client have in common (client.c). */
void loom_client_on_request(void *side, void *owner, struct loom_session *session,
                            const struct loom_request *request, struct loom_reply *reply);
void loom_client_on_response(void *side, void *owner, struct loom_session *session,
                             uint32_t exchange, const struct loom_response *response,
                             enum loom_failure failure);
void loom_client_on_lost(void *side, void *owner, struct loom_session *session,
                         enum loom_failure failure, int alert);
void loom_client_on_notified(void *side, void *owner, struct loom_session *session,
                             uint16_t observation, enum loom_failure failure);

/** Has the next step look at what is stored for servers: a registration has come or gone. */
static inline void loom_client_look_for_stored(struct loom_client *client)
{
    if (client->context.features->stored_notifications != NULL) {
        client->context.report_at = 0;
    }
}

/** Reports a request that is not answered. */
void loom_client_ignore(struct loom_client *client, uint16_t ssid, enum loom_reason why);

#endif
