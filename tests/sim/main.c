/* SPDX-License-Identifier: Apache-2.0 */
/* sim: runs stories, and tells the shortest one that it can find of a failure. */
#include "world.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define YEAR_MS       (365.25 * 86400.0 * 1000.0)
#define FAILURES_MOST 10u
#define KINDS_IN_LINE 4u

static const char usage[] =
    "usage: sim [--seeds N] [--base B]   runs N stories, seeds B and following\n"
    "       sim --seed S [--trace] [--whole]   one story; --whole does not shrink a failure\n"
    "       --quiet   tells a failure in one line and ends\n";

struct options {
    const char *program;
    uint64_t base;
    uint64_t count;
    bool trace;
    bool whole;
    bool quiet;
};

static struct sim_world world;
static struct sim_counts counts;

static void on_packet(void *user, const struct net_packet *packet, bool arrives)
{
    static const char *const kinds[] = {"hello",   "welcome",      "alert", "goodbye",
                                        "request", "answer",       "ack",   "separate",
                                        "reset",   "notification", "noted"};
    struct sim_world *self = user;
    watch_datagram(self, packet, arrives);
    if (self->trace) {
        const struct net_blob *blob = packet->blob < 0 ? NULL : &self->net.blobs[packet->blob];
        char what[96] = "";
        if (packet->kind == NET_REQUEST && blob != NULL) {
            int used = snprintf(what, sizeof what, "%u ", (unsigned)blob->request.method);
            for (unsigned i = 0; i < blob->request.path_count && used < 80; i++) {
                used += snprintf(what + used, sizeof what - (size_t)used, "/%.*s",
                                 (int)blob->request.path[i].length, blob->request.path[i].data);
            }
        } else if ((packet->kind == NET_ANSWER || packet->kind == NET_SEPARATE ||
                    packet->kind == NET_NOTIFICATION) &&
                   blob != NULL) {
            (void)snprintf(what, sizeof what, "%u.%02u", (unsigned)blob->response.code / 32,
                           (unsigned)blob->response.code % 32);
        }
        sim_say(self, "      %s %s: %s -> %s #%u %s", arrives ? "arrives" : "is sent",
                kinds[packet->kind], host_name(packet->from), host_name(packet->to),
                (unsigned)packet->mid, what);
    }
}

static bool run(const struct sim_setup *setup, const struct fault *faults, unsigned count)
{
    world.net.listener = on_packet;
    world.net.listener_user = &world;
    return sim_run(&world, setup, faults, count);
}

/* ---- shrinking ------------------------------------------------------------------------------- */

/* Whether the story without some entries fails by the same rule. */
static bool still_fails(const struct sim_setup *setup, const struct fault *faults, unsigned count,
                        const char *rule)
{
    return !run(setup, faults, count) && strcmp(world.rule, rule) == 0;
}

/* Leaves out entries, many at first, as long as the same rule is broken. */
static unsigned shrink(const struct sim_setup *setup, struct fault *faults, unsigned count,
                       const char *rule)
{
    struct fault fewer[FAULTS_MAX];
    for (unsigned chunk = count; chunk > 0; chunk /= 2) {
        for (unsigned at = 0; at + chunk <= count;) {
            memcpy(fewer, faults, at * sizeof *faults);
            memcpy(fewer + at, faults + at + chunk, (count - at - chunk) * sizeof *faults);
            if (still_fails(setup, fewer, count - chunk, rule)) {
                count -= chunk;
                memcpy(faults, fewer, count * sizeof *faults);
            } else {
                at += chunk;
            }
        }
    }
    return count;
}

/* A shorter life with the same failure. */
static void shorten(struct sim_setup *setup, const struct fault *faults, unsigned count,
                    const char *rule)
{
    uint64_t last = 0;
    for (unsigned i = 0; i < count; i++) {
        uint64_t end = faults[i].at + faults[i].lasts + 1;
        last = end > last ? end : last;
    }
    while (setup->healed / 2 > last) {
        struct sim_setup shorter = *setup;
        shorter.healed = setup->healed / 2;
        if (!still_fails(&shorter, faults, count, rule)) {
            break;
        }
        *setup = shorter;
    }
}

/* ---- telling --------------------------------------------------------------------------------- */

static void tell_setup(const struct sim_setup *setup)
{
    static const char *const names[SETTING_COUNT] = {
        "lifetime",  "disable timeout", "priority",    "initial delay",  "failure block",
        "bootstrap", "retry count",     "retry timer", "sequence delay", "sequence count"};
    static const char *const cards[CARD_COUNT] = {"", ", no card in its reader", ", a silent card",
                                                  ", a card that cannot be read",
                                                  ", a damaged card"};
    char time[32];
    (void)printf("   LwM2M 1.%u, %s, hold-off %u s%s%s%s%s%s; the clock begins at %s\n",
                 (unsigned)setup->lwm2m & 0xFFu,
                 setup->has_bootstrap_account ? "a bootstrap account" : "no bootstrap account",
                 (unsigned)setup->hold_off, setup->deletes_all ? ", deletes all first" : "",
                 setup->queue_mode ? ", queue mode" : "", setup->pack ? ", pack" : "",
                 setup->observes ? ", observed" : "", cards[setup->card],
                 sim_time_text(setup->clock, time));
    if (setup->account_timeout != 0) {
        (void)printf("   the bootstrap account is purged after %u s\n",
                     (unsigned)setup->account_timeout);
    }
    for (unsigned i = 0; i < setup->servers; i++) {
        const struct sim_account *account = &setup->account[i];
        (void)printf("   server %c, %u, %s%s:", (int)('A' + i), (unsigned)SIM_SSID(i),
                     account->secure ? "secure" : "plain",
                     i < setup->factory_servers ? ", from the factory" : "");
        for (unsigned s = 0; s < SETTING_COUNT; s++) {
            if (account->present[s]) {
                (void)printf(" %s %u,", names[s], (unsigned)account->value[s]);
            }
        }
        (void)printf("\n");
    }
}

static void tell_story(const struct sim_setup *setup, const struct fault *faults, unsigned count)
{
    tell_setup(setup);
    for (unsigned i = 0; i < count; i++) {
        char time[32];
        char text[192];
        fault_tell(&faults[i], text, sizeof text);
        (void)printf("   %s  %s\n", sim_time_text(faults[i].at, time), text);
    }
    char healed[32];
    (void)printf("   %s  everything is healed\n", sim_time_text(setup->healed, healed));
}

static void tell_failure(const struct options *options, struct sim_setup *setup,
                         struct fault *faults, unsigned count)
{
    char rule[32];
    (void)snprintf(rule, sizeof rule, "%s", world.rule);
    (void)printf("FAILED: seed %" PRIu64 ", rule %s: %s\n", setup->seed, rule, world.failure);
    if (!options->whole) {
        world.trace = false;
        count = shrink(setup, faults, count, rule);
        shorten(setup, faults, count, rule);
        still_fails(setup, faults, count, rule);
        (void)printf("  the shortest story of it, %u faults: rule %s: %s\n", count, world.rule,
                     world.failure);
    }
    tell_story(setup, faults, count);
    (void)printf("  again: %s --seed %" PRIu64 " --trace --whole\n", options->program, setup->seed);
    if (options->trace && !options->whole) {
        (void)printf("  and here it is:\n");
        world.trace = true;
        run(setup, faults, count);
        world.trace = false;
    }
}

static void tell_counts(double seconds)
{
    double years = (double)counts.milliseconds / YEAR_MS;
    (void)printf("%" PRIu64 " stories, %.1f device-years, %.0f device-years a minute\n",
                 counts.stories, years, years / seconds * 60);
    (void)printf("boots %" PRIu64 ", bootstraps %" PRIu64 ", registrations %" PRIu64
                 ", updates %" PRIu64 ", management operations %" PRIu64 ", rounds %" PRIu64 "\n",
                 counts.boots, counts.bootstraps, counts.registrations, counts.updates,
                 counts.operations, counts.checks);
    (void)printf("observations %" PRIu64 ", notifications %" PRIu64 ", values stored %" PRIu64
                 ", sends %" PRIu64 ", delivered %" PRIu64 "\npieces %" PRIu64
                 ", answers in pieces %" PRIu64 "\n",
                 counts.observations, counts.notifications, counts.stored, counts.sends,
                 counts.delivered, counts.pieces, counts.whole);
    (void)printf("datagrams %" PRIu64 ", lost %" PRIu64 ", doubled %" PRIu64 ", sent again %" PRIu64
                 ", repeated requests answered from the cache %" PRIu64 "\n",
                 counts.net.datagrams, counts.net.lost, counts.net.doubled,
                 counts.net.retransmissions, counts.net.repeats_answered);
    (void)printf("came back within the bound %" PRIu64 ", may stay away by their resources %" PRIu64
                 "\n",
                 counts.back, counts.never);
    (void)printf("faults injected:\n");
    for (unsigned i = 0; i < FAULT_KIND_COUNT; i++) {
        (void)printf("  %-14s %8" PRIu64 "%s", fault_name((enum fault_kind)i), counts.faults[i],
                     i % KINDS_IN_LINE == KINDS_IN_LINE - 1 || i == FAULT_KIND_COUNT - 1 ? "\n"
                                                                                         : "");
    }
}

/* ---- main ------------------------------------------------------------------------------------ */

static uint64_t number(const char *text)
{
    char *end;
    uint64_t value = strtoull(text == NULL ? "" : text, &end, 10);
    if (text == NULL || end == text || *end != '\0') {
        (void)fprintf(stderr, "%s", usage);
        exit(2);
    }
    return value;
}

static struct options parse(char **argv)
{
    struct options options = {.program = argv[0], .base = 1, .count = 100};
    for (char **at = argv + 1; *at != NULL; at++) {
        if (strcmp(*at, "--seeds") == 0) {
            options.count = number(*++at);
        } else if (strcmp(*at, "--base") == 0) {
            options.base = number(*++at);
        } else if (strcmp(*at, "--seed") == 0) {
            options.base = number(*++at);
            options.count = 1;
        } else if (strcmp(*at, "--trace") == 0) {
            options.trace = true;
        } else if (strcmp(*at, "--whole") == 0) {
            options.whole = true;
        } else if (strcmp(*at, "--quiet") == 0) {
            options.quiet = true;
        } else {
            (void)fprintf(stderr, "%s", usage);
            exit(2);
        }
    }
    return options;
}

int main(int argc, char **argv)
{
    struct options options = parse(argv);
    uint64_t failed = 0;
    clock_t begin = clock();
    (void)argc;
    (void)setvbuf(stdout, NULL, _IOLBF, 0);
    world.watch = watch_create();
    world.counts = &counts;
    for (uint64_t i = 0; i < options.count && failed < FAILURES_MOST; i++) {
        struct sim_setup setup;
        struct fault faults[FAULTS_MAX];
        sim_setup_draw(&setup, options.base + i);
        unsigned count = fault_draw(faults, setup.seed, setup.healed);
        world.trace = options.trace && options.whole;
        if (!run(&setup, faults, count)) {
            failed++;
            if (options.quiet) {
                (void)printf("seed %" PRIu64 " rule %s\n", setup.seed, world.rule);
                break;
            }
            tell_failure(&options, &setup, faults, count);
        }
    }
    if (failed == FAILURES_MOST) {
        (void)printf("%u failures are enough: the other seeds were not run\n", FAILURES_MOST);
    }
    if (!options.quiet) {
        tell_counts((double)(clock() - begin) / CLOCKS_PER_SEC);
    }
    free(world.watch);
    return failed == 0 ? 0 : 1;
}
