/* SPDX-License-Identifier: Apache-2.0 */
/* One step and one deadline for all rooms of a client. */
#include "client/rooms.h"
#include "context/context.h"

/* More rounds than the events of one moment need; what is left is done by the next step, which is
 * due at once. */
#define ROUNDS 16

static bool do_wishes(struct loom_client *client)
{
    bool done = false;
    for (unsigned i = 0; i < LOOM_ROOM_COUNT; i++) {
        if (loom_rooms[i].wishes != NULL) {
            done = loom_rooms[i].wishes(client) || done;
            loom_client_fulfil(client);
        }
    }
    return done;
}

static bool do_timers(struct loom_client *client)
{
    uint64_t now = loom_context_now(&client->context);
    bool done = false;
    for (unsigned i = 0; i < LOOM_ROOM_COUNT; i++) {
        const struct loom_room *room = &loom_rooms[i];
        if (room->deadline != NULL && room->deadline(client) <= now) {
            room->timer(client, now);
            loom_client_fulfil(client);
            done = true;
        }
    }
    return done;
}

static uint64_t first_deadline(const struct loom_client *client)
{
    uint64_t first = LOOM_NEVER;
    for (unsigned i = 0; i < LOOM_ROOM_COUNT; i++) {
        const struct loom_room *room = &loom_rooms[i];
        uint64_t deadline = room->deadline == NULL ? LOOM_NEVER : room->deadline(client);
        first = deadline < first ? deadline : first;
    }
    return first;
}

uint64_t loom_client_step(struct loom_client *client)
{
    struct loom_context *context = &client->context;
    bool again = true;
    loom_bootstrap_begin(&client->bootstrap);
    loom_client_fulfil(client);
    for (int round = 0; again && round < ROUNDS; round++) {
        again = do_wishes(client);
        again = do_timers(client) || again;
    }
    if (context->stopping && !client->stopped && loom_registrations_are_off(context)) {
        client->stopped = true;
        loom_client_unwatch(client);
        loom_context_report(context, LOOM_EVENT_STOPPED, 0);
    }
    const struct loom_remembered_registrations_feature *remembered =
        loom_context_features(context)->remembered_registrations;
    if (remembered != NULL) {
        remembered->remember(context);
    }
    if (client->stopped) {
        return LOOM_NEVER;
    }
    uint64_t deadline = first_deadline(client);
    uint64_t now = loom_context_now(context);
    return again || deadline < now ? now : deadline;
}
