/* SPDX-License-Identifier: Apache-2.0 */
/* Registrations: when a Register, an Update or silence is due. */
#include "watch.h"

#include "loom/codec.h"

#include <stdio.h>
#include <string.h>

/* Defaults of rule B-56 and the value of B-58. */
#define TRANSMIT_WAIT_MS 93000u
#define RETRY_COUNT      5u
#define RETRY_TIMER      60u
#define SEQUENCE_DELAY   86400u
#define SEQUENCE_COUNT   1u
#define DELAY_NO_FURTHER 0xFFFFFFFFu

/* ---- when a Register is due: rules B-54 .. B-58, worked out anew ------------------------------
 */

static uint64_t at_least_1(uint64_t seconds)
{
    return seconds == 0 ? 1 : seconds;
}

static uint64_t doubled(uint64_t seconds, uint64_t times)
{
    while (times-- > 0 && seconds > 0 && seconds < 0xFFFFFFFFu) {
        seconds *= 2;
    }
    return seconds > 0xFFFFFFFFu ? 0xFFFFFFFFu : seconds;
}

static void model_begin(struct observed *server)
{
    server->modelled = true;
    server->phase = PHASE_UNKNOWN;
    server->attempts = 0;
    server->sequences = 1;
    server->expected = SIM_NEVER;
    server->spent = false;
    server->earliest = 0;
    server->latest = SIM_NEVER;
}

static void check_order(struct sim_world *world, uint16_t ssid, const struct observed *server);

static void model_register(struct sim_world *world, uint16_t ssid, struct observed *server)
{
    uint64_t now = watch_now(world);
    bool late = server->expected < world->watch->disturbed;
    if (server->modelled && server->expected != SIM_NEVER && server->expected != now && !late) {
        sim_fail(world, "B-54", "server %u: a Register %lld ms beside its time (attempt %llu)",
                 (unsigned)ssid, (long long)(now - server->expected),
                 (unsigned long long)server->attempts + 1);
    }
    if (server->modelled && now < server->earliest && server->earliest >= world->watch->disturbed) {
        sim_fail(world, "B-54",
                 "server %u: a Register %lld ms before the wait is over that a "
                 "reboot has not ended",
                 (unsigned)ssid, (long long)(server->earliest - now));
    }
    server->earliest = 0;
    server->latest = SIM_NEVER;
    if (server->modelled && server->spent) {
        sim_fail(world, "B-55", "server %u: a Register after all attempts were made",
                 (unsigned)ssid);
    }
    if (world->watch->ordered && server->outcome == OUTCOME_NONE && !server->begun) {
        check_order(world, ssid, server);
    }
    server->begun = true;
    server->attempts++;
    server->expected = SIM_NEVER;
    server->phase = PHASE_ASKING;
}

/* ---- who comes first: rules B-50 .. B-52 ------------------------------------------------------
 */

#define NO_PLACE UINT64_MAX
#define TURN_MS  1000u

/* After a bootstrap, until each has been registered or given up once. The first Register of a
 * server waits for those before it in the order, and after them for its Initial Registration Delay.
 */
static void check_order(struct sim_world *world, uint16_t ssid, const struct observed *server)
{
    struct sim_watch *watch = world->watch;
    uint64_t place = watch_resource(world, ssid, 13, NO_PLACE);
    uint64_t begin = watch->committed;
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        const struct observed *other = &watch->server[i];
        uint64_t other_place = watch_resource(world, SIM_SSID(i), 13, NO_PLACE);
        bool there = watch_resource(world, SIM_SSID(i), 0, 0) != 0;
        if (other == server || !there || place == NO_PLACE || other_place >= place) {
            continue;
        }
        if (other->outcome == OUTCOME_NONE) {
            sim_fail(world, "B-50", "server %u registers before the end of server %u",
                     (unsigned)ssid, (unsigned)SIM_SSID(i));
        }
        if (other->outcome == OUTCOME_FAILED && watch_resource(world, SIM_SSID(i), 15, 0) != 0) {
            sim_fail(world, "B-52", "server %u registers though the failure of %u blocks it",
                     (unsigned)ssid, (unsigned)SIM_SSID(i));
        }
        begin = other->outcome_at > begin ? other->outcome_at : begin;
    }
    uint64_t due = begin + watch_resource(world, ssid, 14, 0) * 1000;
    if (watch_now(world) < due && due >= watch->disturbed) {
        sim_fail(world, "B-51", "server %u registers before its Initial Registration Delay is over",
                 (unsigned)ssid);
    }
}

/* Whose turn it is, begins: when all that come before it have ended, and none of them blocks it. */
static void check_turns(struct sim_world *world)
{
    const struct sim_watch *watch = world->watch;
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        const struct observed *server = &watch->server[i];
        if (!watch->ordered || server->begun || server->outcome != OUTCOME_NONE) {
            continue;
        }
        uint64_t place = watch_resource(world, SIM_SSID(i), 13, NO_PLACE);
        uint64_t due = watch->committed;
        bool free = watch_resource(world, SIM_SSID(i), 0, 0) != 0;
        for (unsigned k = 0; free && k < SIM_SERVERS; k++) {
            const struct observed *other = &watch->server[k];
            bool there = watch_resource(world, SIM_SSID(k), 0, 0) != 0;
            bool before = k != i && there && place != NO_PLACE &&
                          watch_resource(world, SIM_SSID(k), 13, NO_PLACE) <= place;
            bool blocks =
                other->outcome != OUTCOME_REGISTERED &&
                (other->outcome == OUTCOME_NONE || watch_resource(world, SIM_SSID(k), 15, 0) != 0);
            free = !before || !blocks;
            due = before && other->outcome_at > due ? other->outcome_at : due;
        }
        due += watch_resource(world, SIM_SSID(i), 14, 0) * 1000 + TURN_MS;
        if (free && watch_now(world) > due && due >= watch->disturbed) {
            sim_fail(world, "B-50", "server %u has its turn, and does not register",
                     (unsigned)SIM_SSID(i));
        }
    }
}

/* The first end of a first registration starts the delays of those that come after it; a failure
 * that blocks them does not. */
static void set_outcome(struct sim_world *world, uint16_t ssid, struct observed *server,
                        enum outcome outcome)
{
    bool blocked = server->outcome == OUTCOME_FAILED && watch_resource(world, ssid, 15, 0) != 0;
    if (server->outcome == OUTCOME_NONE || blocked) {
        server->outcome = outcome;
        server->outcome_at = watch_now(world);
    }
}

static void model_failure(struct sim_world *world, uint16_t ssid, struct observed *server)
{
    uint64_t count = watch_resource(world, ssid, 17, RETRY_COUNT);
    uint64_t timer = watch_resource(world, ssid, 18, RETRY_TIMER);
    uint64_t delay = watch_resource(world, ssid, 19, SEQUENCE_DELAY);
    uint64_t sequences = watch_resource(world, ssid, 20, SEQUENCE_COUNT);
    uint64_t now = watch_now(world);
    if (server->phase != PHASE_ASKING) {
        return;
    }
    server->phase = PHASE_FAILED;
    if (server->attempts < count) {
        server->expected = now + at_least_1(doubled(timer, server->attempts - 1)) * 1000;
    } else if (server->sequences < sequences && delay < DELAY_NO_FURTHER) {
        server->sequences++;
        server->attempts = 0;
        server->expected = now + at_least_1(delay) * 1000;
    } else {
        server->spent = true;
        server->given_up = false;
    }
}

/* Rule B-53: a refusal for good leads to a bootstrap if 1/x/16 wants one; else it is as any other
 * failure. */
/* B-53: without a Bootstrap-Server Account nobody can be asked. */
static bool has_bootstrap_account(const struct sim_world *world)
{
    const struct loom_model *model = world->client.context.config.model;
    uint16_t instance = 0;
    bool is_account = false;
    for (; !is_account && loom_model_next_instance(model, 0, &instance); instance++) {
        loom_get_boolean(model, loom_path_resource(0, instance, 1), &is_account);
    }
    return is_account;
}

static void model_refusal(struct sim_world *world, uint16_t ssid, struct observed *server)
{
    if (watch_resource(world, ssid, 16, 1) == 0 || !has_bootstrap_account(world)) {
        model_failure(world, ssid, server);
    } else if (server->phase == PHASE_ASKING) {
        server->phase = PHASE_FAILED;
        server->spent = true;
        server->given_up = false;
    }
}

static void model_given_up(struct sim_world *world, uint16_t ssid, struct observed *server)
{
    server->given_up = true;
    if (server->modelled && server->phase == PHASE_FAILED && !server->spent) {
        sim_fail(world, "B-55", "server %u is given up with attempts left", (unsigned)ssid);
    }
    server->modelled = false;
}

/* ---- a session that is lost ------------------------------------------------------------------
 */

/* Rule B-17: the first loss is mended at once; what is lost again and again, each time sooner after
 * its Register than the retry timer says, at the pace of that timer, and at last of 1/x/19. */
static void model_loss(struct sim_world *world, uint16_t ssid, struct observed *server)
{
    uint64_t now = watch_now(world);
    uint64_t timer = watch_resource(world, ssid, 18, RETRY_TIMER);
    uint64_t delay = watch_resource(world, ssid, 19, SEQUENCE_DELAY);
    bool lasted = (now - server->registered_at) / 1000 >= at_least_1(timer);
    model_begin(server);
    server->modelled = server->loses;
    if (server->losses == 0 || lasted) {
        server->losses = lasted ? 0 : 1;
        server->expected = now;
    } else if (server->losses < watch_resource(world, ssid, 17, RETRY_COUNT)) {
        server->expected = now + at_least_1(doubled(timer, server->losses - 1)) * 1000;
        server->losses++;
    } else {
        server->losses = 0;
        delay = delay < DELAY_NO_FURTHER ? delay : SEQUENCE_DELAY;
        server->expected = now + at_least_1(delay) * 1000;
    }
}

/* ---- over a reboot ---------------------------------------------------------------------------
 */

/* A record keeps seconds, rounded. */
#define ROUNDED_MS 2000u

void watch_registration_saved(struct sim_world *world)
{
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        struct kept *kept = &world->watch->kept[i];
        kept->valid = true;
        kept->server = world->watch->server[i];
        kept->saved_at = watch_now(world);
    }
}

/* What was waited for is waited for, and what was counted is counted on (loom/store.h). */
static void go_on(struct sim_world *world, const struct kept *kept, struct observed *server)
{
    uint64_t now = watch_now(world);
    uint64_t until = kept->server.expected;
    model_begin(server);
    server->modelled = kept->server.modelled || kept->server.registered;
    if (kept->server.registered || !kept->server.modelled) {
        return;
    }
    server->attempts = kept->server.attempts;
    server->sequences = kept->server.sequences;
    server->spent = kept->server.spent;
    if (until != SIM_NEVER) {
        bool jumped = world->watch->states.clock_jumped;
        uint64_t left = until > kept->saved_at ? until - kept->saved_at : 0;
        server->earliest = jumped || until < ROUNDED_MS ? 0 : until - ROUNDED_MS;
        server->latest = now + left + ROUNDED_MS;
        if (world->setup.knows_time && !jumped) {
            server->latest = (until > now ? until : now) + ROUNDED_MS;
        }
    }
}

void watch_registration_loaded(struct sim_world *world, bool whole)
{
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        struct observed *server = &world->watch->server[i];
        const struct kept *kept = &world->watch->kept[i];
        server->modelled = false;
        if (whole && kept->valid) {
            go_on(world, kept, server);
        }
    }
}

void watch_end_all(struct sim_world *world)
{
    struct sim_watch *watch = world->watch;
    watch->committed = watch_now(world);
    watch->ordered = true;
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        memset(&watch->server[i], 0, sizeof watch->server[i]);
        watch->server[i].alert = -1;
        watch->server[i].loses = true;
        model_begin(&watch->server[i]);
    }
}

/* Rules B-18, B-19: by the next step. */
void watch_registration_must_update(struct sim_world *world, uint16_t ssid)
{
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        struct observed *server = &world->watch->server[i];
        if (ssid == 0 || ssid == SIM_SSID(i)) {
            server->must_update = server->registered;
        }
    }
}

void watch_update_asked(struct sim_world *world)
{
    watch_registration_must_update(world, 0);
}

static void on_registered(struct sim_world *world, struct observed *server,
                          const struct loom_event *event)
{
    server->registered = true;
    server->updating = false;
    server->must_update = false;
    server->registered_at = watch_now(world);
    set_outcome(world, event->ssid, server, OUTCOME_REGISTERED);
    server->heard = watch_now(world);
    server->asleep = false;
    server->refreshed = watch_now(world);
    server->lifetime = (uint32_t)watch_resource(world, event->ssid, 1, 86400);
    server->modelled = false;
    (void)snprintf(server->location, sizeof server->location, "%.*s", (int)event->text.length,
                   event->text.data);
    server->place = world->net.hosts[HOST_DEVICE].place;
    world->counts->registrations++;
}

static void on_update(struct sim_world *world, struct observed *server,
                      const struct loom_event *event)
{
    uint64_t end = server->refreshed + (uint64_t)server->lifetime * 1000;
    uint64_t half = server->refreshed + (uint64_t)server->lifetime * 500;
    watch_asked(world);
    world->counts->updates++;
    server->updating = true;
    server->must_update = false;
    if (server->registered && !server->may_update && half >= world->watch->disturbed &&
        (server->lifetime == 0 || watch_now(world) < half)) {
        sim_fail(world, "B-18", "server %u: an Update that nothing calls for",
                 (unsigned)event->ssid);
    }
    server->may_update = false;
    server->asleep = false;
    if (!server->registered) {
        sim_fail(world, "B-20", "server %u: an Update without a registration",
                 (unsigned)event->ssid);
    }
    if (server->lifetime != 0 && watch_now(world) >= end && end >= world->watch->disturbed) {
        sim_fail(world, "B-22", "server %u: the Update comes after the lifetime is over",
                 (unsigned)event->ssid);
    }
}

/* At or after the end of a lifetime: an Update should be under way. */
static void check_updated_in_time(struct sim_world *world, uint16_t ssid,
                                  const struct observed *server)
{
    uint64_t end = server->refreshed + (uint64_t)server->lifetime * 1000;
    if (server->registered && !server->updating && server->lifetime != 0 &&
        watch_now(world) >= end && end >= world->watch->disturbed) {
        sim_fail(world, "B-22", "server %u: no Update before the lifetime is over", (unsigned)ssid);
    }
}

/* Alerts after which another attempt would end the same way (rule H-17). */
static bool is_for_good(int alert)
{
    return (alert >= 42 && alert <= 49 && alert != 47) || (alert >= 112 && alert <= 115);
}

void watch_registration_event(struct sim_world *world, const struct loom_event *event)
{
    struct observed *server = watch_server(world, event->ssid);
    if (server == NULL) {
        return;
    }
    switch (event->type) {
    case LOOM_EVENT_REGISTER:
        watch_asked(world);
        check_updated_in_time(world, event->ssid, server);
        if (server->registered) {
            model_begin(server); /* an Update that came to nothing, or another address */
        }
        server->registered = false;
        model_register(world, event->ssid, server);
        if (server->disabled_until > watch_now(world)) {
            sim_fail(world, "B-70", "server %u: a Register while disabled", (unsigned)event->ssid);
        }
        server->disabled_until = 0;
        break;
    case LOOM_EVENT_VERSION_FALL_BACK:
    case LOOM_EVENT_PROFILE_REFUSED:
        server->attempts -= server->attempts > 0; /* the same attempt, said otherwise */
        break;
    case LOOM_EVENT_REGISTERED:
        on_registered(world, server, event);
        break;
    case LOOM_EVENT_REGISTER_FAILED:
        server->begun = true;
        model_failure(world, event->ssid, server);
        break;
    case LOOM_EVENT_REGISTER_REFUSED:
        if (event->code < LOOM_CODE(4, 0) || event->code >= LOOM_CODE(5, 0)) {
            model_failure(world, event->ssid, server);
        } else {
            model_refusal(world, event->ssid, server);
        }
        break;
    case LOOM_EVENT_REGISTRATION_GIVEN_UP:
        server->registered = false;
        set_outcome(world, event->ssid, server, OUTCOME_FAILED);
        model_given_up(world, event->ssid, server);
        break;
    case LOOM_EVENT_UPDATE:
        on_update(world, server, event);
        server->told = (uint32_t)watch_resource(world, event->ssid, 1, 86400);
        break;
    case LOOM_EVENT_ASLEEP:
        if (watch_now(world) < server->heard + TRANSMIT_WAIT_MS) {
            sim_fail(world, "B-81", "server %u: asleep within 93 s of its last message",
                     (unsigned)event->ssid);
        }
        server->asleep = true;
        break;
    case LOOM_EVENT_UPDATED:
        server->updating = false;
        server->heard = watch_now(world);
        server->refreshed = watch_now(world);
        server->lifetime = server->told;
        break;
    case LOOM_EVENT_DEREGISTER:
    case LOOM_EVENT_DEREGISTERED:
        server->registered = false;
        break;
    case LOOM_EVENT_DISABLED:
        server->registered = false;
        server->disabled_until = watch_now(world) + (uint64_t)event->seconds * 1000;
        model_begin(server);
        server->expected = server->disabled_until;
        if (event->seconds != watch_resource(world, event->ssid, 5, 86400)) {
            sim_fail(world, "B-70", "server %u: disabled for %u s, which is not what 1/x/5 says",
                     (unsigned)event->ssid, (unsigned)event->seconds);
        }
        break;
    case LOOM_EVENT_SESSION_FAILED:
        server->begun = true;
        if (server->registered) {
            model_loss(world, event->ssid, server);
        } else if (is_for_good(event->alert)) {
            model_refusal(world, event->ssid, server);
        } else {
            model_failure(world, event->ssid, server);
        }
        server->registered = false;
        if (event->alert >= 0) {
            world->watch->may_change[1] = true; /* 1/x/11, rule A-111 */
            server->alert = event->alert;
        }
        break;
    default:
        break;
    }
}

/* An Update that is not answered ends the registration with its lifetime. */
static void check_lifetimes(struct sim_world *world)
{
    uint64_t now = watch_now(world);
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        const struct observed *server = &world->watch->server[i];
        uint64_t end = server->refreshed + (uint64_t)server->lifetime * 1000;
        if (now > end) {
            check_updated_in_time(world, SIM_SSID(i), server);
        }
        end = end > world->watch->disturbed ? end : world->watch->disturbed;
        if (server->registered && server->lifetime != 0 && now > end) {
            sim_fail(world, "B-20", "server %u: registered for longer than the lifetime",
                     (unsigned)SIM_SSID(i));
        }
    }
}

static void check_updates(struct sim_world *world)
{
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        struct observed *server = &world->watch->server[i];
        bool waits = server->updating && server->registered;
        if (server->must_update && server->registered && !waits && !world->stopping &&
            !world->restarting) {
            sim_fail(world, "B-18", "server %u: an Update is wanted, and none is sent",
                     (unsigned)SIM_SSID(i));
        }
        server->must_update = server->must_update && waits;
    }
}

/* All attempts were made, and that is not told. */
static void check_given_up(struct sim_world *world)
{
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        const struct observed *server = &world->watch->server[i];
        if (server->modelled && server->phase == PHASE_FAILED && server->spent &&
            !server->given_up && !world->stopping && !world->restarting) {
            sim_fail(world, "B-55", "server %u: all attempts were made, but it is not given up",
                     (unsigned)SIM_SSID(i));
        }
    }
}

/* A Register that is due and does not come. */
static void check_due(struct sim_world *world)
{
    uint64_t now = watch_now(world);
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        const struct observed *server = &world->watch->server[i];
        uint64_t due = server->expected < server->latest ? server->expected : server->latest;
        if (server->modelled && due < now && due >= world->watch->disturbed) {
            sim_fail(world, "B-54", "server %u: no Register when its time has come",
                     (unsigned)SIM_SSID(i));
        }
    }
}

/* What the bootstrap server can read of a server that it cannot reach (rules ). */
static void check_alerts(struct sim_world *world)
{
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        struct observed *server = &world->watch->server[i];
        bool has = world->setup.lwm2m >= LOOM_LWM2M_1_1;
        if (server->alert >= 0 && has &&
            watch_resource(world, SIM_SSID(i), 11, 999) != (uint64_t)server->alert) {
            sim_fail(world, "A-111", "server %u: 1/x/11 is not the alert %d that it sent",
                     (unsigned)SIM_SSID(i), server->alert);
        }
        server->alert = -1;
    }
}

void watch_registration_after(struct sim_world *world)
{
    check_alerts(world);
    check_lifetimes(world);
    check_given_up(world);
    check_updates(world);
    check_due(world);
    if (world->watch->told && !world->stopping && !world->restarting) {
        check_turns(world);
    }
}
