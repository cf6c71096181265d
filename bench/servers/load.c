/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Registers many devices at a LwM2M server that it starts, without security, and then lets each of
 * them say Update. Each device has a loopback address of its own, as it would have an address of
 * its own in a network; no more than OUTSTANDING of them wait for an answer at a time.
 *
 * Prints, for each step, exchanges in a second, microseconds of the server's CPU for each, and how
 * the server has grown; last a line for each figure, `NAME VALUE UNIT`.
 *
 * usage: loom-load SERVER [DEVICES [STEP]]
 */
#define _DEFAULT_SOURCE

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DEVICES_MAX  60000u
#define OUTSTANDING  64u
#define MESSAGE_SIZE 256u
#define DEVICE_PORT  5683u
#define STEPS_MAX    100u

/* A run that takes longer than this is given up. */
#define SECONDS_MAX 900.0

#define STARTUP_SECONDS 10.0

#define RESEND_SECONDS 2.0
#define RESENDS_MAX    10u

enum { CODE_POST = 0x02, CODE_CREATED = 0x41, CODE_CHANGED = 0x44 };
enum { LOCATION_PATH = 8, URI_PATH = 11, CONTENT_FORMAT = 12, URI_QUERY = 15 };

struct device {
    char location[16];
};

/* An exchange of a device that is under way. */
struct slot {
    int socket; /* -1: free */
    unsigned device;
    unsigned resends;
    double sent;
    uint8_t message[MESSAGE_SIZE];
    size_t length;
};

struct load {
    pid_t server;
    uint16_t port;
    unsigned devices;
    double began;
    bool updating; /* else registering */
    struct device device[DEVICES_MAX];
    struct slot slot[OUTSTANDING];
};

static struct load load;

static void fail(const char *what)
{
    (void)fprintf(stderr, "loom-load: %s: %s\n", what, errno == 0 ? "failed" : strerror(errno));
    if (load.server > 0) {
        (void)kill(load.server, SIGKILL);
    }
    exit(EXIT_FAILURE);
}

static double now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

/* ---- the server ------------------------------------------------------------------------------ */

static uint16_t free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int file = socket(AF_INET, SOCK_DGRAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (file < 0 || bind(file, (struct sockaddr *)&address, size) != 0 ||
        getsockname(file, (struct sockaddr *)&address, &size) != 0) {
        fail("no port");
    }
    (void)close(file);
    return ntohs(address.sin_port);
}

static void start_server(const char *program)
{
    char uri[64];
    load.port = free_port();
    (void)snprintf(uri, sizeof uri, "coap://127.0.0.1:%u", (unsigned)load.port);
    load.server = fork();
    if (load.server == 0) {
        if (freopen("/dev/null", "r", stdin) != NULL && freopen("/dev/null", "w", stdout) != NULL) {
            (void)execl(program, program, "--nosec-any", "--json", "--listen", uri, (char *)NULL);
        }
        _exit(127);
    }
    if (load.server < 0) {
        fail("fork");
    }
}

/* Until it answers a ping, which is an empty confirmable message, with a reset. */
static void await_server(void)
{
    static const uint8_t ping[] = {0x40, 0, 0, 1};
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(load.port)};
    int file = socket(AF_INET, SOCK_DGRAM, 0);
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (file < 0 || connect(file, (struct sockaddr *)&server, sizeof server) != 0) {
        fail("no socket");
    }
    for (;;) {
        struct pollfd ready = {file, POLLIN, 0};
        uint8_t answer[16];
        (void)send(file, ping, sizeof ping, 0);
        if (poll(&ready, 1, 50) == 1 && recv(file, answer, sizeof answer, 0) > 0) {
            break;
        }
        if (now() > load.began + STARTUP_SECONDS) {
            errno = ETIMEDOUT;
            fail("the server does not answer");
        }
        (void)usleep(10000);
    }
    (void)close(file);
}

/* What the server has used so far: seconds of CPU, and KiB of memory. */
static void read_usage(double *cpu, double *kibibytes)
{
    char path[64];
    unsigned long user = 0;
    unsigned long kernel = 0;
    unsigned long pages = 0;
    (void)snprintf(path, sizeof path, "/proc/%ld/stat", (long)load.server);
    FILE *file = fopen(path, "r");
    if (file == NULL || fscanf(file, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
                               &user, &kernel) != 2) {
        fail("the server has ended");
    }
    (void)fclose(file);
    (void)snprintf(path, sizeof path, "/proc/%ld/statm", (long)load.server);
    file = fopen(path, "r");
    if (file == NULL || fscanf(file, "%*u %lu", &pages) != 1) {
        fail("the server has ended");
    }
    (void)fclose(file);
    *cpu = (double)(user + kernel) / (double)sysconf(_SC_CLK_TCK);
    *kibibytes = (double)pages * (double)sysconf(_SC_PAGESIZE) / 1024.0;
}

/* ---- messages -------------------------------------------------------------------------------- */

/* All options here are shorter than 269 bytes and less than 13 apart. */
static void put_option(struct slot *slot, unsigned *last, unsigned number, const char *value)
{
    size_t length = strlen(value);
    size_t nibble = length < 13 ? length : 13;
    slot->message[slot->length++] = (uint8_t)((number - *last) << 4 | nibble);
    if (length >= 13) {
        slot->message[slot->length++] = (uint8_t)(length - 13);
    }
    memcpy(slot->message + slot->length, value, length);
    slot->length += length;
    *last = number;
}

static void make_message(struct slot *slot)
{
    static const char list[] = "\xFF</1/0>,</3/0>";
    static const char link_format[] = {40, 0};
    char name[32];
    unsigned last = 0;
    uint16_t id = (uint16_t)(slot->device + (load.updating ? 1u : 0u));
    uint8_t head[] = {0x42,        CODE_POST,          (uint8_t)(id >> 8),
                      (uint8_t)id, (uint8_t)(id >> 8), (uint8_t)id};
    memcpy(slot->message, head, sizeof head);
    slot->length = sizeof head;
    put_option(slot, &last, URI_PATH, "rd");
    if (load.updating) {
        put_option(slot, &last, URI_PATH, load.device[slot->device].location);
        return;
    }
    (void)snprintf(name, sizeof name, "ep=urn:dev:load:%06u", slot->device);
    put_option(slot, &last, CONTENT_FORMAT, link_format);
    put_option(slot, &last, URI_QUERY, name);
    put_option(slot, &last, URI_QUERY, "lt=86400");
    put_option(slot, &last, URI_QUERY, "lwm2m=1.1");
    put_option(slot, &last, URI_QUERY, "b=U");
    memcpy(slot->message + slot->length, list, sizeof list - 1);
    slot->length += sizeof list - 1;
}

/* Takes the last Location-Path of an answer. */
static void read_location(const uint8_t *message, size_t length, char *location, size_t size)
{
    size_t at = 4u + (message[0] & 0x0Fu);
    unsigned number = 0;
    while (at < length && message[at] != 0xFF) {
        unsigned delta = message[at] >> 4;
        size_t option = message[at] & 0x0Fu;
        at++;
        if (delta > 12 || option > 12 || at + option > length) {
            fail("an answer that this program does not read");
        }
        number += delta;
        if (number == LOCATION_PATH && option < size) {
            memcpy(location, message + at, option);
            location[option] = '\0';
        }
        at += option;
    }
}

/* ---- exchanges ------------------------------------------------------------------------------- */

static void send_message(struct slot *slot)
{
    slot->sent = now();
    if (send(slot->socket, slot->message, slot->length, 0) < 0 && errno != ECONNREFUSED) {
        fail("send");
    }
}

/* 127.16.0.1 and on; the same device has the same address and port each time. */
static void begin(struct slot *slot, unsigned device)
{
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons(DEVICE_PORT)};
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(load.port)};
    own.sin_addr.s_addr = htonl(0x7F100001u + device);
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    slot->device = device;
    slot->resends = 0;
    slot->socket = socket(AF_INET, SOCK_DGRAM, 0);
    if (slot->socket < 0 || bind(slot->socket, (struct sockaddr *)&own, sizeof own) != 0 ||
        connect(slot->socket, (struct sockaddr *)&server, sizeof server) != 0) {
        fail("no socket for a device");
    }
    make_message(slot);
    send_message(slot);
}

/* Reads what has come. @return whether the exchange has ended */
static bool receive(struct slot *slot)
{
    uint8_t message[1024];
    ssize_t length = recv(slot->socket, message, sizeof message, MSG_DONTWAIT);
    uint8_t wanted = load.updating ? CODE_CHANGED : CODE_CREATED;
    if (length < 4 || memcmp(message + 2, slot->message + 2, 2) != 0) {
        return false; /* nothing, or not for this exchange; it may be that nobody listens yet */
    }
    if (message[1] != wanted) {
        errno = 0;
        fail("the server refuses a device");
    }
    if (!load.updating) {
        struct device *device = &load.device[slot->device];
        read_location(message, (size_t)length, device->location, sizeof device->location);
    }
    (void)close(slot->socket);
    slot->socket = -1;
    return true;
}

static void resend(struct slot *slot)
{
    if (now() < slot->sent + RESEND_SECONDS) {
        return;
    }
    if (++slot->resends > RESENDS_MAX || now() > load.began + SECONDS_MAX) {
        errno = ETIMEDOUT;
        fail("a device has no answer");
    }
    send_message(slot);
}

/* Waits a while. @return how many exchanges have ended */
static unsigned turn(void)
{
    struct pollfd ready[OUTSTANDING];
    unsigned ended = 0;
    for (size_t i = 0; i < OUTSTANDING; i++) {
        ready[i].fd = load.slot[i].socket; /* poll() passes over -1 */
        ready[i].events = POLLIN;
        ready[i].revents = 0;
    }
    (void)poll(ready, OUTSTANDING, 100);
    for (size_t i = 0; i < OUTSTANDING; i++) {
        struct slot *slot = &load.slot[i];
        if (slot->socket >= 0 && ready[i].revents != 0 && receive(slot)) {
            ended++;
        } else if (slot->socket >= 0) {
            resend(slot);
        }
    }
    return ended;
}

/* One exchange of each of the devices from `first` on. @return exchanges in a second */
static double run(unsigned first, unsigned count)
{
    double begun = now();
    unsigned next = first;
    unsigned ended = 0;
    while (ended < count) {
        for (size_t i = 0; i < OUTSTANDING && next < first + count; i++) {
            if (load.slot[i].socket < 0) {
                begin(&load.slot[i], next++);
            }
        }
        ended += turn();
    }
    return count / (now() - begun);
}

/* ---- figures --------------------------------------------------------------------------------- */

struct figures {
    double rate;
    double cpu; /* microseconds for each */
    double kibibytes;
};

static struct figures measure(unsigned first, unsigned count)
{
    struct figures figures;
    double before;
    double after;
    double memory;
    read_usage(&before, &memory);
    figures.rate = run(first, count);
    read_usage(&after, &figures.kibibytes);
    figures.kibibytes -= memory;
    figures.cpu = (after - before) * 1e6 / count;
    return figures;
}

static unsigned number_of(const char *text, unsigned most)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (*end != '\0' || number < 1 || number > most) {
        (void)fprintf(stderr, "loom-load: expected a number up to %u, not %s\n", most, text);
        exit(EXIT_FAILURE);
    }
    return (unsigned)number;
}

static void print_step(const char *what, unsigned first, unsigned end, const struct figures *step)
{
    (void)printf("%-8s %6u to %6u  %8.0f/s  %7.1f us CPU each  %+8.0f KiB\n", what, first, end,
                 step->rate, step->cpu, step->kibibytes);
    (void)fflush(stdout);
}

/* Every device from the first to the last, in steps. */
static unsigned measure_steps(const char *what, unsigned step, struct figures *figures)
{
    unsigned steps = 0;
    for (unsigned first = 0; first < load.devices; first += step) {
        unsigned end = load.devices - first < step ? load.devices : first + step;
        figures[steps] = measure(first, end - first);
        print_step(what, first, end, &figures[steps]);
        steps++;
    }
    return steps;
}

static void print_figures(const char *what, unsigned step, const struct figures *figures,
                          unsigned steps)
{
    for (unsigned i = 0; i < steps; i++) {
        (void)printf("servers.%s_from_%u %.0f per_second\n", what, i * step, figures[i].rate);
        (void)printf("servers.%s_from_%u.cpu %.1f us\n", what, i * step, figures[i].cpu);
    }
}

static void stop_server(void)
{
    int status = 0;
    (void)kill(load.server, SIGTERM);
    if (waitpid(load.server, &status, 0) != load.server || !WIFEXITED(status) ||
        WEXITSTATUS(status) != 0) {
        load.server = 0;
        errno = 0;
        fail("the end of the server");
    }
}

int main(int argc, char **argv)
{
    static struct figures registers[STEPS_MAX];
    static struct figures updates[STEPS_MAX];
    double kibibytes = 0;
    if (argc < 2 || argc > 4) {
        (void)fprintf(stderr, "usage: loom-load SERVER [DEVICES [STEP]]\n");
        return EXIT_FAILURE;
    }
    load.devices = argc > 2 ? number_of(argv[2], DEVICES_MAX) : 10000;
    unsigned step = argc > 3 ? number_of(argv[3], DEVICES_MAX) : 2000;
    if ((load.devices - 1) / step >= STEPS_MAX) {
        (void)fprintf(stderr, "loom-load: more than %u steps\n", STEPS_MAX);
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < OUTSTANDING; i++) {
        load.slot[i].socket = -1;
    }
    load.began = now();
    start_server(argv[1]);
    await_server();
    unsigned steps = measure_steps("register", step, registers);
    load.updating = true;
    (void)measure_steps("update", step, updates);
    stop_server();
    for (unsigned i = 0; i < steps; i++) {
        kibibytes += registers[i].kibibytes;
    }
    print_figures("register", step, registers, steps);
    print_figures("update", step, updates, steps);
    (void)printf("servers.registration %.0f bytes\n", kibibytes * 1024 / load.devices);
    return EXIT_SUCCESS;
}
