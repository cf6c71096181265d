/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the registry and the store cost of a Register and an Update, without a transport: an LwM2M
 * server with a store registers devices, which then each send one Update, and all of them are
 * stored. With `watched` there is a timeline, too, as with `--http`: each of them is an event, and
 * is stored as one. Then something is wished of all of them: how long a step takes that asks some
 * of them, and what an Update costs when what is wished of its device is asked already.
 *
 * Prints bytes of the heap for each device, and microseconds of CPU for each: in the server, to
 * collect what has changed, and in the thread that writes. Last a line for each figure,
 * `NAME VALUE UNIT`.
 *
 * usage: loom-update-load URI [DEVICES [watched]]
 */
#define _GNU_SOURCE /* RUSAGE_THREAD, mallinfo2() */
#include "catalog/standard.h"
#include "management/management_server.h"
#include "service/devices.h"
#include "service/kept_events.h"
#include "service/kept_registrations.h"
#include "service/wishes.h"
#include "store/accounts_file.h"
#include "store/schema.h"

#include <malloc.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

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
static bool watched;
static struct loom_devices devices;
static struct loom_kept_events kept_events;
static struct loom_wishes *wishes; /* NULL: nothing is wished yet */

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

static void on_event(void *user, const struct loom_dm_event *event)
{
    (void)user;
    if (watched) {
        loom_devices_hear(&devices, event);
    }
    if (wishes != NULL) {
        loom_wishes_hear(wishes, event);
    }
}

/* Events go in batches, one at a time. */
static void step_events(void)
{
    if (watched) {
        loom_devices_step(&devices);
    }
}

static void pump(void)
{
    struct pollfd ready = {loom_writer_descriptor(writer), POLLIN, 0};
    step_events();
    while (loom_writer_waiting(writer) > 0) {
        (void)poll(&ready, 1, 1000);
        loom_writer_step(writer);
        step_events();
    }
    loom_writer_step(writer);
}

/* As many at once as may be on their way in a loop. */
static void pump_now_and_then(unsigned number)
{
    if (number % 1024 == 1023) {
        pump();
    }
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

/* Microseconds for each. */
struct cost {
    double server;  /**< in the loop, until the answer is ready or the job is posted */
    double collect; /**< in the loop, later */
    double write;   /**< in the writer */
};

static struct cost cost_of(double begin, double asked, double all, unsigned count)
{
    double end = used(RUSAGE_THREAD);
    double whole = used(RUSAGE_SELF) - all;
    return (struct cost){(asked - begin) / count, (end - asked) / count,
                         (whole - (end - begin)) / count};
}

static struct cost register_all(struct loom_session *sessions, unsigned count)
{
    double all = used(RUSAGE_SELF);
    double begin = used(RUSAGE_THREAD);
    for (unsigned i = 0; i < count; i++) {
        enter(&sessions[i], i);
        pump_now_and_then(i);
    }
    pump();
    return cost_of(begin, used(RUSAGE_THREAD), all, count);
}

static struct cost update_all(struct loom_kept_registrations *kept, struct loom_session *sessions,
                              unsigned count)
{
    double all = used(RUSAGE_SELF);
    double begin = used(RUSAGE_THREAD);
    for (unsigned i = 0; i < count; i++) {
        update(&sessions[i]);
        if (watched) {
            pump_now_and_then(i);
        }
    }
    double asked = used(RUSAGE_THREAD);
    store_changes(kept);
    return cost_of(begin, asked, all, count);
}

static void measure(struct loom_kept_registrations *kept, struct loom_session *sessions,
                    unsigned count)
{
    const char *name = watched ? "watched_" : "";
    size_t heap = mallinfo2().uordblks;
    struct cost entered = register_all(sessions, count);
    double bytes = (double)(mallinfo2().uordblks - heap) / count;
    struct cost updated = update_all(kept, sessions, count);
    double all = updated.server + updated.collect + updated.write;
    printf("%u devices%s: %.0f bytes of the heap each\n"
           "a Register: %.2f us in the loop, %.2f us to write\n"
           "an Update: %.2f us in the server, %.2f us to collect, %.2f us to write\n",
           count, watched ? " with a timeline" : "", bytes, entered.server + entered.collect,
           entered.write, updated.server, updated.collect, updated.write);
    printf("servers.%sdevice_bytes %.0f bytes\nservers.%sregister_cpu %.2f us\n"
           "servers.%supdate_cpu %.2f us\n",
           name, bytes, name, entered.server + entered.collect + entered.write, name, all);
}

/* ---- what is wished of all of them ----------------------------------------------------------- */

static uint64_t add_wish(void)
{
    json_t *body = json_pack("{s:s, s:s}", "operation", "observe", "path", "/3/0/9");
    json_t *errors = json_array();
    uint64_t id = 0;
    if (loom_wishes_add(wishes, LOOM_WISH_ALL, (struct loom_text){"", 0}, body, 0, errors, &id) !=
        LOOM_WISHES_OK) {
        fail("a wish was refused");
    }
    json_decref(errors);
    json_decref(body);
    return id;
}

/* Microseconds of CPU of this thread: a step is shorter than a tick of getrusage(). */
static double precise(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

/* Goes on until nothing is left to do. @return the longest step, in microseconds of CPU */
static double longest_step(void)
{
    double longest = 0;
    bool more = true;
    while (more) {
        double begin = precise();
        more = loom_wishes_step(wishes);
        double took = precise() - begin;
        longest = took > longest ? took : longest;
    }
    return longest;
}

static void measure_wishes(struct loom_session *sessions, unsigned count)
{
    const struct loom_wishes_config config = {.server = server,
                                              .catalog = &loom_catalog_standard,
                                              .seed = 3,
                                              .scopes = 1u << LOOM_WISH_ALL};
    size_t heap = mallinfo2().uordblks;
    wishes = loom_wishes_create(&config);
    if (wishes == NULL) {
        fail("out of memory");
    }
    double begin = precise();
    uint64_t id = add_wish();
    double first = precise() - begin;
    double longest = longest_step();
    double whole = precise() - begin;
    longest = first > longest ? first : longest;
    double bytes = (double)(mallinfo2().uordblks - heap) / count;
    begin = precise();
    for (unsigned i = 0; i < count; i++) {
        update(&sessions[i]);
    }
    double updated = (precise() - begin) / count;
    begin = precise();
    (void)loom_wishes_remove(wishes, id);
    first = precise() - begin;
    double removing = longest_step();
    removing = first > removing ? first : removing;
    printf("a wish for all: %.2f us for each device, %.0f us the longest step, %.0f us when it is "
           "removed; %.0f bytes each with the request\n"
           "an Update with a wish: %.2f us in the server\n"
           "servers.wish_step_max %.0f us\nservers.wish_device_cpu %.2f us\n",
           whole / count, longest, removing, bytes, updated,
           longest > removing ? longest : removing, whole / count);
    loom_wishes_destroy(wishes);
    wishes = NULL;
}

static bool begin_watching(void)
{
    loom_kept_events_begin(&kept_events, unix_now, NULL);
    const struct loom_devices_config config = {.server = server,
                                               .catalog = &loom_catalog_standard,
                                               .timeline_keeper = &kept_events.keeper,
                                               .now = unix_now};
    if (!loom_devices_begin(&devices, &config)) {
        return false;
    }
    loom_kept_events_write(&kept_events, devices.timeline, writer);
    return true;
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
    server = loom_management_server_create(&store, &port, 1, on_event, NULL);
    const struct loom_kept_registrations_config config = {
        .server = server, .port = &port, .now = unix_now};
    struct loom_kept_registrations *kept = loom_kept_registrations_create(&config);
    if (argc < 2 || count == 0 || accounts == NULL || sessions == NULL || server == NULL ||
        kept == NULL) {
        fail("usage: loom-update-load URI [DEVICES [watched]]");
    }
    if (loom_store_open(argv[1], &database, &error) != LOOM_DATABASE_OK) {
        fail(error.text);
    }
    writer = loom_writer_create(database, NULL);
    if (writer == NULL || (argc > 3 && !begin_watching())) {
        fail("out of memory");
    }
    watched = argc > 3;
    loom_kept_registrations_begin(kept, writer);
    measure(kept, sessions, count);
    if (!watched) {
        measure_wishes(sessions, count);
    }
    loom_writer_end(writer, 5000);
    loom_management_server_destroy(server);
    if (watched) {
        loom_devices_end(&devices);
    }
    loom_kept_registrations_destroy(kept);
    loom_fleet_accounts_free(accounts);
    free(sessions);
    return EXIT_SUCCESS;
}
