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
    for (unsigned i = 0; i < LOOM_WISHES_COUNT; i++) {
        done = loom_wishes[i](client) || done;
        if (loom_context_wishes(&client->context, LOOM_WISHES_AT_ONCE)) {
            loom_client_fulfil(client);
        }
    }
    return done;
}

/* Notes the first deadline of those that have not come. @return whether one had */
static bool do_timers(struct loom_client *client)
{
    struct loom_context *context = &client->context;
    uint64_t now = loom_context_now(context);
    bool done = false;
    context->quiet_until = LOOM_NEVER;
    for (unsigned i = 0; i < LOOM_TIMER_COUNT; i++) {
        uint64_t deadline = loom_timers[i].deadline(client);
        if (deadline <= now) {
            loom_timers[i].due(client);
            loom_client_fulfil(client);
            done = true;
        } else if (deadline < context->quiet_until) {
            context->quiet_until = deadline;
        }
    }
    const struct loom_firmware_update_feature *firmware =
        loom_context_features(context)->firmware_update;
    if (firmware != NULL) {
        done = firmware->run(client) || done;
    }
    return done;
}

/* @return whether there is more to be done at once */
static bool do_rounds(struct loom_client *client)
{
    bool again = true;
    for (int round = 0; again && round < ROUNDS; round++) {
        again = do_wishes(client);
        again = do_timers(client) || again;
    }
    return again;
}

uint64_t loom_client_step(struct loom_client *client)
{
    struct loom_context *context = &client->context;
    if (context->quiet_until != 0 && !loom_context_wishes(context, LOOM_WISHES_OF_STEP) &&
        !loom_context_is_due(context, context->quiet_until)) {
        return context->quiet_until;
    }
    loom_bootstrap_begin(&client->bootstrap);
    loom_client_fulfil(client);
    if (do_rounds(client)) {
        context->quiet_until = 0;
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
        context->quiet_until = 0;
        return LOOM_NEVER;
    }
    uint64_t now = loom_context_now(context);
    return context->quiet_until < now ? now : context->quiet_until;
}
