/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A fleet of devices without security at a server at 127.0.0.1, each with an address of its own.
 * It is told what to do on standard input, a line each, and says on standard output what came of
 * it, in JSON:
 *
 *   register|update|deregister|send|notify FIRST COUNT WINDOW [RATE]
 *                      so many devices do it, no more than WINDOW at a time and RATE a second
 *   churn SECONDS WINDOW SEED
 *                      all devices do this and that; what is under way then is ended
 *   check WINDOW       every device that is registered says Update
 *   observed COUNT SECONDS
 *                      waits until so many devices are observed
 *   ledger FILE        writes what has been acknowledged
 *
 * usage: loom-fleet PORT DEVICES
 */
#include "fleet.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whoever gets no answer for so long is not served at all. */
#define PATIENCE_S 600.0

static struct fleet fleet;

static int compare(const void *left, const void *right)
{
    float a = *(const float *)left;
    float b = *(const float *)right;
    return a < b ? -1 : a > b;
}

static double percentile(double part)
{
    return fleet.latencies == 0
               ? 0
               : (double)fleet.latency[(size_t)(part * (double)(fleet.latencies - 1))] * 1000;
}

static void report(double seconds)
{
    const struct tally *tally = &fleet.tally;
    qsort(fleet.latency, fleet.latencies, sizeof *fleet.latency, compare);
    printf("{\"ended\":%llu,\"seconds\":%.6f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,\"max_ms\":%.2f,"
           "\"resent\":%llu,\"put_off\":%llu,\"lost\":%llu,\"refused\":%llu,\"reset\":%llu,"
           "\"registered\":%u,\"observed\":%u}\n",
           (unsigned long long)tally->ended, seconds, percentile(0.5), percentile(0.99),
           percentile(1), (unsigned long long)tally->resent, (unsigned long long)tally->put_off,
           (unsigned long long)tally->lost, (unsigned long long)tally->refused,
           (unsigned long long)tally->reset, fleet.registered, fleet.observed);
    (void)fflush(stdout);
    fleet.tally = (struct tally){0};
    fleet.latencies = 0;
}

static void settle(void)
{
    double begun = fleet_now();
    while (fleet.active_count > 0) {
        (void)fleet_turn(&fleet, -1);
        if (fleet_now() > begun + PATIENCE_S) {
            errno = ETIMEDOUT;
            fleet_fail("some are not answered");
        }
    }
}

/* Which devices can do it. */
static bool may(const struct device *device, enum operation operation)
{
    return device->operation == NOTHING &&
           (operation == REGISTER || (operation == NOTIFY && device->token_length > 0) ||
            (operation != NOTIFY && device->location[0] != '\0'));
}

static void run(enum operation operation, unsigned first, unsigned count, unsigned window,
                double rate)
{
    double begun = fleet_now();
    for (unsigned i = first; i < first + count;) {
        double allowed = rate > 0 ? rate * (fleet_now() - begun) : count;
        while (i < first + count && fleet.active_count < window && i - first < allowed) {
            if (may(&fleet.device[i], operation)) {
                fleet_start(&fleet, i, operation);
            }
            i++;
        }
        (void)fleet_turn(&fleet, -1);
    }
    settle();
    report(fleet_now() - begun);
}

static uint64_t next_random(void)
{
    fleet.random ^= fleet.random << 13;
    fleet.random ^= fleet.random >> 7;
    fleet.random ^= fleet.random << 17;
    return fleet.random;
}

static enum operation choose(const struct device *device)
{
    static const enum operation likely[] = {UPDATE, UPDATE, UPDATE, NOTIFY,   NOTIFY,
                                            SEND,   SEND,   SEND,   REGISTER, DEREGISTER};
    enum operation operation = likely[next_random() % (sizeof likely / sizeof *likely)];
    if (device->location[0] == '\0') {
        return REGISTER;
    }
    return operation == NOTIFY && device->token_length == 0 ? UPDATE : operation;
}

static void churn(double seconds, unsigned window, unsigned seed)
{
    double begun = fleet_now();
    fleet.random += seed;
    while (fleet_now() < begun + seconds) {
        while (fleet.active_count < window) {
            unsigned number = (unsigned)(next_random() % fleet.count);
            if (fleet.device[number].operation == NOTHING) {
                fleet_start(&fleet, number, choose(&fleet.device[number]));
            }
        }
        (void)fleet_turn(&fleet, -1);
    }
    settle();
    report(fleet_now() - begun);
}

static void await_observed(unsigned count, double seconds)
{
    double begun = fleet_now();
    while (fleet.observed < count && fleet_now() < begun + seconds) {
        (void)fleet_turn(&fleet, -1);
    }
    report(fleet_now() - begun);
}

static unsigned window_of(unsigned window)
{
    unsigned most = fleet.count < FLEET_WINDOW_MAX ? fleet.count : FLEET_WINDOW_MAX;
    return window < 1 ? 1 : window > most ? most : window;
}

/* @return false: it is no command */
static bool obey(const char *line)
{
    char word[16];
    char path[1024];
    unsigned first;
    unsigned count;
    unsigned window;
    double rate = 0;
    if (sscanf(line, "churn %lf %u %u", &rate, &window, &count) == 3) {
        /* Of a device that is busy nothing is asked, so some have to be idle. */
        churn(rate, window_of(window < fleet.count / 2 ? window : fleet.count / 2), count);
    } else if (sscanf(line, "check %u", &window) == 1) {
        run(UPDATE, 0, fleet.count, window_of(window), 0);
    } else if (sscanf(line, "observed %u %lf", &count, &rate) == 2) {
        await_observed(count, rate);
    } else if (sscanf(line, "ledger %1023s", path) == 1) {
        if (!fleet_write_ledger(&fleet, path)) {
            fleet_fail(path);
        }
        report(0);
    } else if (sscanf(line, "%15s %u %u %u %lf", word, &first, &count, &window, &rate) >= 4 &&
               first <= fleet.count && count <= fleet.count - first) {
        for (unsigned i = REGISTER; i < OPERATION_COUNT; i++) {
            if (strcmp(word, operation_names[i]) == 0) {
                run((enum operation)i, first, count, window_of(window), rate);
                return true;
            }
        }
        return false;
    } else {
        return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    char line[2048];
    unsigned long port = argc == 3 ? strtoul(argv[1], NULL, 10) : 0;
    unsigned long count = argc == 3 ? strtoul(argv[2], NULL, 10) : 0;
    if (port == 0 || port > 65535 || count == 0 || count > FLEET_DEVICES_MAX) {
        (void)fprintf(stderr, "usage: loom-fleet PORT DEVICES\n");
        return EXIT_FAILURE;
    }
    fleet_begin(&fleet, (uint16_t)port, (unsigned)count);
    /* The server may ask at any time. */
    for (;;) {
        if (!fleet_turn(&fleet, STDIN_FILENO)) {
            continue;
        }
        if (fgets(line, sizeof line, stdin) == NULL) {
            return EXIT_SUCCESS;
        }
        if (!obey(line)) {
            (void)fprintf(stderr, "loom-fleet: what is: %s", line);
            return EXIT_FAILURE;
        }
    }
}
