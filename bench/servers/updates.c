/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the registry and the store cost of an Update, without a transport: an LwM2M server with a
 * store registers devices, which then each send one Update, and all of them are stored.
 *
 * Prints bytes of the heap for each device, and microseconds of CPU for each Update: in the server,
 * to collect what has changed, and in the thread that writes. Last a line for each figure,
 * `NAME VALUE UNIT`.
 *
 * usage: loom-update-load URI [DEVICES]
 */
#define _GNU_SOURCE /* RUSAGE_THREAD, mallinfo2() */
#include "management/management_server.h"
#include "service/kept_registrations.h"
#include "store/accounts_file.h"
#include "store/schema.h"

#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define DEVICES 100000u
#define LIST    "</1/0>,</3/0>,</4/0>,</5/0>,</3303/0>;ver=1.1"

/* A peer without security. */
struct loom_session {
    char address[16];
    char location[16];
};

static uint64_t clock_ms = 1000;
static struct loom_management_server *server;
static struct loom_writer *writer;

static void fail(const char *what)
{
    (void)fprintf(stderr, "error: %s\n", what);
    exit(EXIT_FAILURE);
}

static uint64_t port_now(void *self)
{
    (void)self;
    return clock_ms;
}

static void port_peer(void *self, const struct loom_session *session, struct loom_peer *peer)
{
    (void)self;
    *peer = (struct loom_peer){.address = {session->address, strlen(session->address)}};
}

static void port_settle(void *self, uint64_t held, bool send)
{
    (void)self;
    (void)held;
    if (!send) {
        fail("something could not be stored");
    }
}

static int64_t unix_now(void *user)
{
    (void)user;
    return INT64_C(1764500000000) + (int64_t)clock_ms;
}

/* Microseconds of CPU. */
static double used(int who)
{
    struct rusage usage;
    (void)getrusage(who, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static void pump(void)
{
    struct pollfd ready = {loom_writer_descriptor(writer), POLLIN, 0};
    while (loom_writer_waiting(writer) > 0) {
        (void)poll(&ready, 1, 1000);
        loom_writer_step(writer);
    }
    loom_writer_step(writer);
}

static void ask(struct loom_session *session, const struct loom_request *request, uint8_t code)
{
    uint8_t room[64];
    struct loom_reply reply = {
        .payload = room, .room = sizeof room, .content_format = LOOM_FORMAT_ABSENT};
    loom_management_server_side.request(server, NULL, session, request, &reply);
    if (reply.code != code) {
        fail("a request was refused");
    }
    if (reply.location_count == 2) {
        memcpy(session->location, reply.location[1].data, reply.location[1].length);
    }
}

static void enter(struct loom_session *session, unsigned number)
{
    char endpoint[40];
    int length = snprintf(endpoint, sizeof endpoint, "ep=urn:dev:os:load-%07u", number);
    (void)snprintf(session->address, sizeof session->address, "device-%u", number % 1000000);
    const struct loom_request request = {
        .method = LOOM_POST,
        .path_count = 1,
        .query_count = 3,
        .path = {{"rd", 2}},
        .query = {{endpoint, (size_t)length}, {"lt=86400", 8}, {"lwm2m=1.1", 9}},
        .content_format = LOOM_FORMAT_LINK,
        .accept = LOOM_FORMAT_ABSENT,
        .confirmable = true,
        .payload = {(const uint8_t *)LIST, sizeof LIST - 1}};
    ask(session, &request, LOOM_CREATED);
}

static void update(struct loom_session *session)
{
    const struct loom_request request = {
        .method = LOOM_POST,
        .path_count = 2,
        .path = {{"rd", 2}, {session->location, strlen(session->location)}},
        .content_format = LOOM_FORMAT_ABSENT,
        .accept = LOOM_FORMAT_ABSENT,
        .confirmable = true};
    ask(session, &request, LOOM_CHANGED);
}

static void store_changes(struct loom_kept_registrations *kept)
{
    clock_ms += 2 * LOOM_KEPT_UPDATES_MS;
    while (loom_kept_registrations_deadline(kept) <= unix_now(NULL) ||
           loom_kept_registrations_busy(kept)) {
        loom_kept_registrations_step(kept);
        pump();
    }
}

static void measure(struct loom_kept_registrations *kept, struct loom_session *sessions,
                    unsigned count)
{
    size_t heap = mallinfo2().uordblks;
    for (unsigned i = 0; i < count; i++) {
        enter(&sessions[i], i);
        if (i % 4096 == 4095) {
            pump();
        }
    }
    pump();
    double bytes = (double)(mallinfo2().uordblks - heap) / count;
    double all = used(RUSAGE_SELF);
    double loop = used(RUSAGE_THREAD);
    for (unsigned i = 0; i < count; i++) {
        update(&sessions[i]);
    }
    double updated = used(RUSAGE_THREAD);
    store_changes(kept);
    double end = used(RUSAGE_THREAD);
    all = used(RUSAGE_SELF) - all;
    printf("%u devices: %.0f bytes of the heap each\n"
           "an Update: %.2f us in the server, %.2f us to collect, %.2f us to write\n",
           count, bytes, (updated - loop) / count, (end - updated) / count,
           (all - (end - loop)) / count);
    printf("servers.device_bytes %.0f bytes\nservers.update_cpu %.2f us\n", bytes, all / count);
}

int main(int argc, char **argv)
{
    unsigned count = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : DEVICES;
    struct loom_port port = {.now = port_now, .peer = port_peer, .settle = port_settle};
    struct loom_fleet_accounts *accounts = loom_fleet_accounts_any();
    struct loom_fleet_store store = loom_fleet_accounts_store(accounts);
    struct loom_session *sessions = calloc(count, sizeof *sessions);
    struct loom_database *database;
    struct loom_database_error error;
    server = loom_management_server_create(&store, &port, 1, NULL, NULL);
    const struct loom_kept_registrations_config config = {
        .server = server, .port = &port, .now = unix_now};
    struct loom_kept_registrations *kept = loom_kept_registrations_create(&config);
    if (argc < 2 || count == 0 || accounts == NULL || sessions == NULL || server == NULL ||
        kept == NULL) {
        fail("usage: loom-update-load URI [DEVICES]");
    }
    if (loom_store_open(argv[1], &database, &error) != LOOM_DATABASE_OK) {
        fail(error.text);
    }
    writer = loom_writer_create(database, NULL);
    if (writer == NULL) {
        fail("out of memory");
    }
    loom_kept_registrations_begin(kept, writer);
    measure(kept, sessions, count);
    loom_writer_end(writer, 5000);
    loom_management_server_destroy(server);
    loom_kept_registrations_destroy(kept);
    loom_fleet_accounts_free(accounts);
    free(sessions);
    return EXIT_SUCCESS;
}
