/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Stores registrations through the writer, as a server does, with more and more of them waiting for
 * an answer at a time. Each is durable before it counts.
 *
 * Prints, for each number of those that wait, registrations in a second, and microseconds of CPU
 * for each: of the loop, and of both threads. Last a line for each figure, `NAME VALUE UNIT`.
 *
 * usage: loom-store-load NAME URI [REGISTRATIONS]
 */
#define _GNU_SOURCE /* RUSAGE_THREAD */
#include "database/writer.h"
#include "store/schema.h"
#include "store/stored_registration.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define OUTSTANDING_MAX 1024u

struct job {
    unsigned number;
    bool busy;
};

struct load {
    struct loom_writer *writer;
    unsigned wanted;
    unsigned posted;
    unsigned durable;
    struct job jobs[OUTSTANDING_MAX];
};

static struct load load;

static void fail(const char *what)
{
    (void)fprintf(stderr, "loom-store-load: %s\n", what);
    exit(EXIT_FAILURE);
}

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static double cpu_of(int who)
{
    struct rusage usage;
    if (getrusage(who, &usage) != 0) {
        fail("no usage");
    }
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static struct loom_text text_of(const char *text)
{
    struct loom_text made = {text, strlen(text)};
    return made;
}

static enum loom_database_status run(struct loom_database *database, void *data)
{
    const struct job *job = data;
    char endpoint[32];
    char location[16];
    (void)snprintf(endpoint, sizeof endpoint, "urn:dev:load:%08u", job->number);
    (void)snprintf(location, sizeof location, "l%09u", job->number);
    struct loom_stored_registration registration = {
        .endpoint = text_of(endpoint),
        .location = text_of(location),
        .node = text_of(""),
        .address = text_of("192.0.2.1:5683"),
        .identity = {(const uint8_t *)endpoint, strlen(endpoint)},
        .lifetime = 86400,
        .lwm2m = 0x0101,
        .binding = text_of("U"),
        .links = text_of("</1/0>,</3/0>,</4/0>,</5/0>,</3303/0>,</3303/1>"),
        .registered = 1764500000000,
        .last_seen = 1764500000000,
    };
    return loom_stored_registration_replace(database, &registration);
}

static void done(void *data, enum loom_database_status status)
{
    struct job *job = data;
    if (status != LOOM_DATABASE_OK) {
        fail(loom_writer_error(load.writer).text);
    }
    job->busy = false;
    load.durable++;
}

static void post_all(unsigned outstanding, unsigned first)
{
    for (unsigned i = 0; i < outstanding && load.posted < load.wanted; i++) {
        struct job *job = &load.jobs[i];
        struct loom_writer_job posted = {.run = run, .done = done, .data = job};
        if (!job->busy) {
            job->number = first + load.posted++;
            job->busy = loom_writer_post(load.writer, &posted) != 0;
        }
    }
}

static double measure(unsigned outstanding, unsigned count, unsigned first)
{
    double loop = cpu_of(RUSAGE_THREAD);
    double both = cpu_of(RUSAGE_SELF);
    double began = now();
    load.wanted = count;
    load.posted = 0;
    load.durable = 0;
    while (load.durable < count) {
        struct pollfd file = {loom_writer_descriptor(load.writer), POLLIN, 0};
        post_all(outstanding, first);
        (void)poll(&file, 1, -1);
        loom_writer_step(load.writer);
    }
    double rate = count / (now() - began);
    (void)printf("%8u %16.0f %14.1f %14.1f\n", outstanding, rate,
                 (cpu_of(RUSAGE_THREAD) - loop) / count * 1e6,
                 (cpu_of(RUSAGE_SELF) - both) / count * 1e6);
    return rate;
}

int main(int argc, char **argv)
{
    static const unsigned outstanding[] = {1, 16, 64, 256, 1024};
    struct loom_database *database = NULL;
    struct loom_database_error error;
    unsigned count = argc > 3 ? (unsigned)strtoul(argv[3], NULL, 10) : 20000;
    double rate = 0;
    if (argc < 3 || argc > 4 || count == 0) {
        (void)fprintf(stderr, "usage: loom-store-load NAME URI [REGISTRATIONS]\n");
        return 2;
    }
    if (loom_store_open(argv[2], &database, &error) != LOOM_DATABASE_OK) {
        fail(error.text);
    }
    load.writer = loom_writer_create(database, NULL);
    if (load.writer == NULL) {
        fail("out of memory");
    }
    (void)printf("%s\n%8s %16s %14s %14s\n", argv[1], "waiting", "registrations/s",
                 "us of the loop", "us of both");
    for (size_t i = 0; i < sizeof outstanding / sizeof *outstanding; i++) {
        /* One at a time is as slow as the disk is. */
        unsigned some = outstanding[i] == 1 ? count / 20 + 1 : count;
        rate = measure(outstanding[i], some, (unsigned)i * count);
        (void)fflush(stdout);
    }
    loom_writer_end(load.writer, 10000);
    (void)printf("\nservers.%s_durable_registrations %.0f per_second\n", argv[1], rate);
    return EXIT_SUCCESS;
}
