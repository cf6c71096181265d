/* SPDX-License-Identifier: Apache-2.0 */
/* The way back to a registered device, when everybody does what is right. */
#include "explore.h"

#include <stdio.h>

#define HEAL_EVENTS 2000u

static bool is_back(void)
{
    unsigned accounts = 0;
    if (stage.stopping) {
        return stage.client.stopped;
    }
    for (unsigned i = 0; i < SERVERS_MAX; i++) {
        if (loom_registration_used(&stage.registrations[i])) {
            accounts++;
            if (!stage.watch.registered[i] || !loom_registration_stands(&stage.registrations[i])) {
                return false;
            }
        }
    }
    return accounts == stage_setup->servers && !loom_bootstrap_silences(&stage.client.bootstrap);
}

static uint64_t left(uint64_t deadline)
{
    return deadline == LOOM_NEVER || deadline < stage.now ? 0 : deadline - stage.now;
}

/* What is pending, and after it the longest way there is: a bootstrap in which the other side has
 * forgotten what it was at, its next attempt, and all attempts to register. Milliseconds. */
static uint64_t bound(void)
{
    uint64_t pending = left(stage.client.bootstrap.deadline);
    uint64_t attempts = stage.client.bootstrap.attempts;
    uint64_t back_off = 10u << (attempts < 8 ? attempts + 1 : 9);
    bool old = stage_setup->lwm2m == LOOM_LWM2M_1_0; /* has no 1/x/17 .. 20: defaults, rule B-56 */
    uint64_t retries = old ? 86400 : RETRY_COUNT * SEQUENCE_COUNT * (2 * RETRY_TIMER + 93);
    uint64_t server =
        stage_lifetime() + DISABLE_TIME + INITIAL_DELAY + SEQUENCE_DELAY * SEQUENCE_COUNT;
    for (unsigned i = 0; i < SERVERS_MAX; i++) {
        pending += left(stage.registrations[i].deadline);
    }
    return pending + 1000 * (3 * (uint64_t)LOOM_EXCHANGE_LIFETIME + 2 * back_off +
                             2 * stage_setup->hold_off + stage_setup->servers * (server + retries));
}

/* What a world does in which everybody does what is right. `served`: how far the bootstrap server
 * has come with a bootstrap that it began to serve. */
static struct event next_event(unsigned *served)
{
    struct event event = {.kind = EVENT_TIME};
    for (uint8_t i = 0; i < LINKS; i++) {
        const struct link *link = &stage.links[i];
        event.link = i;
        if (link->before.kind != ASKED_NOTHING || link->now.kind != ASKED_NOTHING) {
            event.kind = link->before.kind != ASKED_NOTHING ? EVENT_LATE : EVENT_OK;
            *served = link->now.kind == ASKED_BOOTSTRAP && event.kind == EVENT_OK ? 1 : *served;
            return event;
        }
    }
    for (uint8_t i = 0; i < SLOTS; i++) {
        if (stage.tokens[i].sent != 0) {
            return (struct event){EVENT_ACKNOWLEDGED, OBSERVER, i};
        }
    }
    event.link = 0;
    if (stage.links[0].open && *served > 0) {
        event.kind = *served == 1 ? EVENT_WRITE : EVENT_FINISH;
        *served = (*served + 1) % 3;
    }
    return event;
}

void heal(void)
{
    uint64_t begin = stage.now;
    uint64_t most = bound();
    unsigned served = 0;
    static struct stage before;
    stage.open_fails = false;
    stage.send_fails = false;
    for (unsigned i = 0; i < HEAL_EVENTS && !is_back() && violation[0] == '\0'; i++) {
        struct event event = next_event(&served);
        if (event.kind == EVENT_TIME && stage.deadline == LOOM_NEVER) {
            break;
        }
        if (stage_trace) {
            char text[96];
            stage_tell(event, text, sizeof text);
            (void)printf("        - %s\n", text);
        }
        stage_copy(&before, &stage);
        stage_apply(event, &before);
    }
    if (!is_back() || stage.now - begin > most) {
        violate(INVARIANT_BACK, "all is well since %llu s, the bound was %llu s",
                (unsigned long long)((stage.now - begin) / 1000),
                (unsigned long long)(most / 1000));
    }
}

bool is_lost_by_rule(void)
{
    return stage.watch.expired && !loom_registration_used(&stage.registrations[0]);
}
