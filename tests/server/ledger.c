/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Registers and de-registers devices through the writer until it is killed, and tells an
 * independent ledger, its standard output, what was acknowledged. Devices have numbers; each is
 * registered, and half of them are de-registered later.
 *
 * usage: ledger write URI FIRST   prints `ready`, then lines:
 *            + N    device N is registered, durable
 *            ? N    it will be de-registered; from now on it may be gone
 *            - N    it is de-registered, durable
 *            lost, back, full    what the writer says
 *        ledger list URI          prints the numbers of the devices that are there
 */
#define _POSIX_C_SOURCE 200809L
#include "database/writer.h"
#include "store/schema.h"
#include "store/stored_registration.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OUTSTANDING 200u

/* How long a device is registered, counted in devices. */
#define STAY 300u

enum deed { REGISTER, DEREGISTER };

struct job {
    enum deed deed;
    unsigned number;
    bool busy;
};

static struct loom_writer *writer;
static struct job jobs[OUTSTANDING];
static bool is_full;

/* At once, whole, and gone to the reader when it returns. */
static void tell(const char *line)
{
    size_t length = strlen(line);
    if (write(STDOUT_FILENO, line, length) != (ssize_t)length) {
        exit(EXIT_FAILURE);
    }
}

static void tell_number(const char *what, unsigned number)
{
    char line[32];
    (void)snprintf(line, sizeof line, "%s %u\n", what, number);
    tell(line);
}

/* ---- devices --------------------------------------------------------------------------------- */

struct name {
    char endpoint[32];
    char location[16];
    char links[512]; /* as long as a usual list is, and different from device to device */
};

static void name_it(struct name *name, unsigned number)
{
    (void)snprintf(name->endpoint, sizeof name->endpoint, "urn:dev:os:%08u", number);
    (void)snprintf(name->location, sizeof name->location, "l%09u", number);
    name->links[0] = '\0';
    for (unsigned i = 0; i < 8; i++) {
        char link[32];
        (void)snprintf(link, sizeof link, "%s</%u/%u>", i == 0 ? "" : ",", number, i);
        (void)strncat(name->links, link, sizeof name->links - strlen(name->links) - 1);
    }
}

static struct loom_text text_of(const char *text)
{
    struct loom_text made = {text, strlen(text)};
    return made;
}

static enum loom_database_status run(struct loom_database *database, void *data)
{
    const struct job *job = data;
    struct name name;
    name_it(&name, job->number);
    struct loom_stored_registration registration = {.endpoint = text_of(name.endpoint),
                                                    .location = text_of(name.location),
                                                    .node = {"", 0},
                                                    .address = {"192.0.2.1:5683", 14},
                                                    .lifetime = 86400,
                                                    .lwm2m = 0x0101,
                                                    .binding = {"U", 1},
                                                    .links = text_of(name.links),
                                                    .registered = job->number,
                                                    .last_seen = job->number};
    return job->deed == DEREGISTER ? loom_stored_registration_remove(database, &registration)
                                   : loom_stored_registration_replace(database, &registration);
}

/* ---- writing --------------------------------------------------------------------------------- */

static void done(void *data, enum loom_database_status status)
{
    struct job *job = data;
    job->busy = false;
    if (status == LOOM_DATABASE_OK) {
        tell_number(job->deed == REGISTER ? "+" : "-", job->number);
        is_full = false;
    } else if (status == LOOM_DATABASE_FULL && !is_full) {
        tell("full\n");
        is_full = true;
    } else if (status == LOOM_DATABASE_ERROR || status == LOOM_DATABASE_CONFLICT) {
        (void)fprintf(stderr, "ledger: %s\n", loom_writer_error(writer).text);
        exit(EXIT_FAILURE);
    }
}

static void changed(void *user, bool lost)
{
    (void)user;
    tell(lost ? "lost\n" : "back\n");
}

/* @return false: the writer takes no more */
static bool post(struct job *job, enum deed deed, unsigned number)
{
    struct loom_writer_job posted = {.run = run, .done = done, .data = job};
    job->deed = deed;
    job->number = number;
    if (deed == DEREGISTER) {
        tell_number("?", number);
    }
    job->busy = loom_writer_post(writer, &posted) != 0;
    return job->busy;
}

static void write_devices(struct loom_database *database, unsigned first)
{
    struct loom_writer_options options = {.changed = changed};
    unsigned next = first;
    bool leaving = false; /* an old one goes next */
    writer = loom_writer_create(database, &options);
    if (writer == NULL) {
        exit(EXIT_FAILURE);
    }
    tell("ready\n");
    for (;;) {
        bool taken = true;
        for (size_t i = 0; i < OUTSTANDING && taken; i++) {
            if (jobs[i].busy) {
                continue;
            }
            if (leaving && next >= first + STAY) {
                taken = post(&jobs[i], DEREGISTER, next - STAY);
            } else {
                taken = post(&jobs[i], REGISTER, next++);
            }
            leaving = !leaving;
        }
        /* While it is gone, or full, there is nothing to do but wait a little. */
        struct pollfd file = {loom_writer_descriptor(writer), POLLIN, 0};
        if (is_full || !taken) {
            (void)poll(NULL, 0, 5);
        }
        (void)poll(&file, 1, taken ? -1 : 20);
        loom_writer_step(writer);
    }
}

/* ---- listing --------------------------------------------------------------------------------- */

/* A device that is there is whole. */
static bool list(void *user, const struct loom_stored_registration *got)
{
    struct name name;
    unsigned number = (unsigned)got->registered;
    (void)user;
    name_it(&name, number);
    if (got->endpoint.length != strlen(name.endpoint) ||
        memcmp(got->endpoint.data, name.endpoint, got->endpoint.length) != 0 ||
        got->links.length != strlen(name.links) ||
        memcmp(got->links.data, name.links, got->links.length) != 0 ||
        got->last_seen != got->registered) {
        (void)fprintf(stderr, "ledger: device %u is not what was stored\n", number);
        exit(EXIT_FAILURE);
    }
    (void)printf("%u\n", number);
    return true;
}

int main(int argc, char **argv)
{
    struct loom_database *database = NULL;
    struct loom_database_error error;
    struct loom_text all = {NULL, 0};
    bool writes = argc == 4 && strcmp(argv[1], "write") == 0;
    if (!writes && (argc != 3 || strcmp(argv[1], "list") != 0)) {
        (void)fprintf(stderr, "usage: ledger write URI FIRST | ledger list URI\n");
        return 2;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    if (loom_store_open(argv[2], &database, &error) != LOOM_DATABASE_OK) {
        (void)fprintf(stderr, "ledger: %s\n", error.text);
        return EXIT_FAILURE;
    }
    if (writes) {
        write_devices(database, (unsigned)strtoul(argv[3], NULL, 10));
    }
    enum loom_database_status status = loom_stored_registration_each(database, all, list, NULL);
    if (status != LOOM_DATABASE_OK) {
        (void)fprintf(stderr, "ledger: %s\n", loom_database_error(database));
    }
    loom_database_close(database);
    return status == LOOM_DATABASE_OK && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
