/* SPDX-License-Identifier: Apache-2.0 */
/* Bootstraps: when one may be asked for, what it may do, and what must be true after it. */
#include "watch.h"

#include "loom/codec.h"
#include "model/node.h"

#include <string.h>

#define EXCHANGE_LIFETIME_MS 247000u
/* The waits between attempts begin at 10 s, double up to an hour and are spread by half of it. */
#define BACK_OFF_LEAST 10u
#define BACK_OFF_MOST  5400u

static uint64_t account_resource(const struct sim_world *world, uint16_t resource)
{
    int64_t number;
    struct loom_path path = loom_path_resource(0, loom_account_instance(&world->model), resource);
    return loom_get_integer(&world->model, path, &number) == LOOM_OK && number > 0
               ? (uint64_t)number
               : 0;
}

/* Rules: the hold-off is that of the account. */
static void on_hold_off(struct sim_world *world, const struct loom_event *event)
{
    if (event->seconds != account_resource(world, 11)) {
        sim_fail(world, "A-13", "the hold-off of %u s is not that of 0/x/11",
                 (unsigned)event->seconds);
    }
    world->watch->ask_after = watch_now(world) + (uint64_t)event->seconds * 1000;
}

static void on_retry(struct sim_world *world, const struct loom_event *event)
{
    struct sim_watch *watch = world->watch;
    if (event->seconds < BACK_OFF_LEAST ||
        event->seconds > BACK_OFF_MOST + account_resource(world, 11)) {
        sim_fail(world, "A-14", "the next bootstrap in %u s", (unsigned)event->seconds);
    }
    /* A push that failed and an account that could not be purged were no attempts; after bootstraps
     * that were of no use the wait is at least the hold-off. */
    bool held_off = 2 * (uint64_t)watch->last_back_off <= 3 * account_resource(world, 11);
    if (!held_off && watch->tries > watch->last_tries &&
        event->seconds < watch->last_back_off * 4 / 3 && event->seconds < BACK_OFF_MOST * 2 / 3) {
        sim_fail(world, "A-14", "attempt %u after %u s, the one before after %u s: no back-off",
                 watch->tries + 1, (unsigned)event->seconds, (unsigned)watch->last_back_off);
    }
    watch->last_back_off = watch->tries > 0 ? event->seconds : 0;
    watch->last_tries = watch->tries;
    /* What is told is rounded up. */
    watch->ask_after = watch_now(world) + ((uint64_t)event->seconds - 1) * 1000 + 1;
}

static void on_ask(struct sim_world *world)
{
    struct sim_watch *watch = world->watch;
    watch_asked(world);
    if (watch_now(world) < watch->ask_after && watch->ask_after >= watch->disturbed) {
        sim_fail(world, "A-12", "a bootstrap is asked for before its time");
    }
    if (loom_account_instance(&world->model) == LOOM_ID_NONE) {
        sim_fail(world, "A-10", "a bootstrap is asked for without an account");
    }
}

/* Rule A-85: 247 s from the request or the last command, no more and no less. */
static void on_failed(struct sim_world *world, const struct loom_event *event)
{
    struct sim_watch *watch = world->watch;
    bool silent = event->reason == LOOM_REASON_SILENCE;
    uint64_t due = watch->commanded + EXCHANGE_LIFETIME_MS;
    if (silent && watch_now(world) != due && due >= watch->disturbed) {
        sim_fail(world, "A-85", "silence is told %lld ms beside the 247 s",
                 (long long)(watch_now(world) - due));
    }
}

void watch_bootstrap_after(struct sim_world *world)
{
    struct sim_watch *watch = world->watch;
    uint64_t due = watch->commanded + EXCHANGE_LIFETIME_MS;
    if (!watch->bootstrapping) {
        return;
    }
    if (strcmp(loom_client_bootstrap_state(&world->client), "idle") == 0) {
        watch->bootstrapping = false; /* a registration has made it needless */
    } else if (watch_now(world) > due && due >= watch->disturbed &&
               world->net.hosts[HOST_DEVICE].wakes <= world->net.now) {
        sim_fail(world, "A-85", "a bootstrap goes on after 247 s of silence");
    }
}

void watch_bootstrap_event(struct sim_world *world, const struct loom_event *event)
{
    struct sim_watch *watch = world->watch;
    /* A request that makes no sense is a sign of life, too. */
    bool command = (event->type >= LOOM_EVENT_BOOTSTRAP_DISCOVER &&
                    event->type <= LOOM_EVENT_BOOTSTRAP_FINISH) ||
                   (event->type == LOOM_EVENT_REQUEST && event->code != 0);
    if (command || (event->type == LOOM_EVENT_BOOTSTRAP_ACCEPTED && !watch->command_seen)) {
        watch->commanded = watch_now(world);
        watch->command_seen = command;
    }
    switch (event->type) {
    case LOOM_EVENT_BOOTSTRAP_REQUEST:
        on_ask(world);
        watch->tries++;
        watch->command_seen = false;
        watch->commanded = watch_now(world);
        watch->bootstrapping = true;
        break;
    case LOOM_EVENT_BOOTSTRAP_PACK_REQUEST: /* until the pack is there nothing is changed */
        on_ask(world);
        break;
    case LOOM_EVENT_BOOTSTRAP_PUSH:
        watch->tries = 0;
        watch->last_tries = 0;
        watch->command_seen = true;
        watch->commanded = watch_now(world);
        watch->bootstrapping = true;
        break;
    case LOOM_EVENT_BOOTSTRAP_FINISH:
        if (event->code != LOOM_CHANGED) {
            break;
        }
        if (!watch->bootstrapping) {
            sim_fail(world, "A-22", "a Finish outside a bootstrap is answered 2.04");
        }
        watch->bootstrapping = false;
        watch->may_change[0] = true;
        watch->may_change[1] = true;
        watch->compare = true;
        world->counts->bootstraps++;
        watch_end_all(world);
        break;
    case LOOM_EVENT_BOOTSTRAP_PACK:
        if (event->code == LOOM_CONTENT && event->reason == LOOM_REASON_NONE) {
            watch->bootstrapping = false;
            watch->may_change[0] = true;
            watch->may_change[1] = true;
            watch->compare = true;
            world->counts->bootstraps++;
            watch_end_all(world);
        }
        break;
    case LOOM_EVENT_BOOTSTRAP_FAILED:
        on_failed(world, event);
        watch->bootstrapping = false;
        break;
    case LOOM_EVENT_BOOTSTRAP_RETRY:
        on_retry(world, event);
        watch->bootstrapping = false;
        break;
    case LOOM_EVENT_HOLD_OFF:
        watch->tries = 0;
        watch->last_tries = 0;
        watch->last_back_off = 0;
        on_hold_off(world, event);
        watch->bootstrapping = false;
        break;
    case LOOM_EVENT_BOOTSTRAP_REFUSED:
    case LOOM_EVENT_BOOTSTRAP_NO_ACCOUNT:
        watch->bootstrapping = false;
        break;
    case LOOM_EVENT_ACCOUNT_EXPIRED:
        watch->expired = true;
        watch->may_change[0] = true;
        break;
    case LOOM_EVENT_BOOTSTRAP_WRITE:
    case LOOM_EVENT_BOOTSTRAP_DELETE:
        if (!watch->bootstrapping && watch_is_done(event)) {
            sim_fail(world, "A-22", "a bootstrap command is done outside a bootstrap");
        }
        break;
    default:
        break;
    }
}
