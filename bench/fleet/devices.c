/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE /* IP_PKTINFO, recvmmsg() */
#include "fleet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* The first device is 127.16.0.1. */
#define FIRST_ADDRESS 0x7F100001u

#define RESEND_SECONDS 2.0
#define TURN_MS        20
#define BATCH          64u

/* Room for the address of a device beside a datagram. */
union control {
    size_t align;
    char bytes[CMSG_SPACE(sizeof(struct in_pktinfo))];
};

const char *const operation_names[OPERATION_COUNT] = {"nothing",    "register", "update",
                                                      "deregister", "send",     "notify"};

double fleet_now(void)
{
    struct timespec time;
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

void fleet_fail(const char *what)
{
    (void)fprintf(stderr, "loom-fleet: %s: %s\n", what, errno == 0 ? "failed" : strerror(errno));
    exit(EXIT_FAILURE);
}

void fleet_begin(struct fleet *fleet, uint16_t port, unsigned count)
{
    struct sockaddr_in any = {.sin_family = AF_INET};
    int on = 1;
    int room = 1 << 24;
    fleet->port = port;
    fleet->count = count;
    fleet->random = 88172645463325252u;
    fleet->device = calloc(count, sizeof *fleet->device);
    fleet->active = calloc(FLEET_WINDOW_MAX, sizeof *fleet->active);
    fleet->latency_room = 4u * count;
    fleet->latency = calloc(fleet->latency_room, sizeof *fleet->latency);
    fleet->socket = socket(AF_INET, SOCK_DGRAM, 0);
    if (fleet->device == NULL || fleet->active == NULL || fleet->latency == NULL ||
        fleet->socket < 0 || bind(fleet->socket, (struct sockaddr *)&any, sizeof any) != 0 ||
        setsockopt(fleet->socket, IPPROTO_IP, IP_PKTINFO, &on, sizeof on) != 0) {
        fleet_fail("no socket for the devices");
    }
    if (setsockopt(fleet->socket, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) != 0) {
        (void)setsockopt(fleet->socket, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    }
    for (unsigned i = 0; i < count; i++) {
        fleet->device[i].mid = (uint16_t)(i * 7u);
    }
}

/* ---- sending --------------------------------------------------------------------------------- */

/* From the address of the device. What the kernel does not take is sent again later. */
static void transmit(const struct fleet *fleet, unsigned number, const uint8_t *bytes,
                     size_t length)
{
    union control control;
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(fleet->port)};
    struct iovec data = {(void *)(uintptr_t)bytes, length};
    struct msghdr head = {.msg_name = &server,
                          .msg_namelen = sizeof server,
                          .msg_iov = &data,
                          .msg_iovlen = 1,
                          .msg_control = control.bytes,
                          .msg_controllen = sizeof control.bytes};
    struct in_pktinfo from = {.ipi_spec_dst = {htonl(FIRST_ADDRESS + number)}};
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    memset(&control, 0, sizeof control);
    struct cmsghdr *item = CMSG_FIRSTHDR(&head);
    item->cmsg_level = IPPROTO_IP;
    item->cmsg_type = IP_PKTINFO;
    item->cmsg_len = CMSG_LEN(sizeof from);
    memcpy(CMSG_DATA(item), &from, sizeof from);
    if (sendmsg(fleet->socket, &head, MSG_DONTWAIT) < 0 && errno != EAGAIN && errno != ENOBUFS &&
        errno != ECONNREFUSED && errno != EPERM) {
        fleet_fail("sendmsg");
    }
}

static void send_operation(struct fleet *fleet, unsigned number, double now)
{
    struct device *device = &fleet->device[number];
    uint8_t bytes[FLEET_MESSAGE_MAX];
    size_t length = message_of(device, number, bytes);
    fleet->tally.resent += device->tries > 0 ? 1 : 0;
    device->tries++;
    device->due = now + RESEND_SECONDS;
    transmit(fleet, number, bytes, length);
}

void fleet_start(struct fleet *fleet, unsigned number, enum operation operation)
{
    struct device *device = &fleet->device[number];
    device->operation = (uint8_t)operation;
    device->mid++;
    device->sequence++;
    device->tries = 0;
    device->began = fleet_now();
    fleet->active[fleet->active_count++] = number;
    send_operation(fleet, number, device->began);
}

static void send_due(struct fleet *fleet)
{
    double now = fleet_now();
    for (unsigned i = 0; i < fleet->active_count; i++) {
        if (fleet->device[fleet->active[i]].due <= now) {
            send_operation(fleet, fleet->active[i], now);
        }
    }
}

/* ---- the ledger ------------------------------------------------------------------------------ */

static void forget_observation(struct fleet *fleet, struct device *device)
{
    fleet->observed -= device->token_length > 0 ? 1 : 0;
    device->token_length = 0;
}

static void set_location(struct fleet *fleet, struct device *device, const char *location)
{
    fleet->registered -= device->location[0] != '\0' ? 1 : 0;
    (void)snprintf(device->location, sizeof device->location, "%s", location);
    fleet->registered += device->location[0] != '\0' ? 1 : 0;
    forget_observation(fleet, device); /* it ends with its registration (rule C-62) */
}

static void take_created(struct fleet *fleet, unsigned number, const struct message *message)
{
    if (message->code == CREATED && message->location[0] != '\0') {
        set_location(fleet, &fleet->device[number], message->location);
        return;
    }
    fleet->tally.refused++;
}

/* A De-register that comes again after the server was killed may have been done before. */
static void take_deleted(struct fleet *fleet, unsigned number, const struct message *message)
{
    struct device *device = &fleet->device[number];
    bool repeated = message->code == NOT_FOUND && device->tries > 1;
    if (message->code == NOT_FOUND && !repeated) {
        fleet->tally.lost++;
    } else if (message->code != DELETED && !repeated) {
        fleet->tally.refused++;
        return;
    }
    set_location(fleet, device, "");
}

static void take_changed(struct fleet *fleet, unsigned number, const struct message *message)
{
    struct device *device = &fleet->device[number];
    if (message->code == NOT_FOUND) {
        (void)fprintf(stderr, "loom-fleet: %s of device %u at %s: 4.04\n",
                      operation_names[device->operation], number, device->location);
        fleet->tally.lost++;
        set_location(fleet, device, "");
    } else if (message->code != CHANGED) {
        fleet->tally.refused++;
    }
}

/* @return false: the device says it again, later */
static bool take(struct fleet *fleet, unsigned number, const struct message *message)
{
    struct device *device = &fleet->device[number];
    if (device->operation == NOTIFY) {
        if (message->kind == RST) {
            fleet->tally.reset++;
            forget_observation(fleet, device);
        }
        return true;
    }
    if (message->code == SERVICE_UNAVAILABLE) {
        fleet->tally.put_off++;
        device->mid++;
        device->tries = 0;
        device->due = fleet_now() + message->max_age;
        return false;
    }
    if (device->operation == REGISTER) {
        take_created(fleet, number, message);
    } else if (device->operation == DEREGISTER) {
        take_deleted(fleet, number, message);
    } else {
        take_changed(fleet, number, message);
    }
    return true;
}

static void end(struct fleet *fleet, unsigned number)
{
    struct device *device = &fleet->device[number];
    unsigned place = 0;
    while (fleet->active[place] != number) {
        place++;
    }
    fleet->active[place] = fleet->active[--fleet->active_count];
    fleet->tally.ended++;
    if (fleet->latencies < fleet->latency_room) {
        fleet->latency[fleet->latencies++] = (float)(fleet_now() - device->began);
    }
    device->operation = NOTHING;
}

/* ---- what comes ------------------------------------------------------------------------------ */

static void serve(struct fleet *fleet, unsigned number, const struct message *request)
{
    struct device *device = &fleet->device[number];
    uint8_t bytes[FLEET_MESSAGE_MAX];
    if (request->observe) {
        fleet->observed += device->token_length == 0 ? 1 : 0;
        memcpy(device->token, request->token, request->token_length);
        device->token_length = (uint8_t)request->token_length;
    }
    transmit(fleet, number, bytes, message_answer(request, bytes));
}

static void take_datagram(struct fleet *fleet, unsigned number, const uint8_t *bytes, size_t length)
{
    struct message message;
    if (number >= fleet->count || !message_read(&message, bytes, length)) {
        return;
    }
    struct device *device = &fleet->device[number];
    if (message.kind == CON && message.code > 0 && message.code < 32) {
        serve(fleet, number, &message);
    } else if (device->operation != NOTHING && message.mid == device->mid &&
               (message.kind == ACK || message.kind == RST) && take(fleet, number, &message)) {
        end(fleet, number);
    }
}

/* @return the device to which a message was sent */
static unsigned receiver(struct msghdr *head)
{
    for (struct cmsghdr *item = CMSG_FIRSTHDR(head); item != NULL; item = CMSG_NXTHDR(head, item)) {
        if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo to;
            memcpy(&to, CMSG_DATA(item), sizeof to);
            return ntohl(to.ipi_addr.s_addr) - FIRST_ADDRESS;
        }
    }
    return UINT32_MAX;
}

static void receive(struct fleet *fleet)
{
    static uint8_t bytes[BATCH][FLEET_MESSAGE_MAX];
    static union control control[BATCH];
    struct mmsghdr heads[BATCH];
    struct iovec data[BATCH];
    int count;
    do {
        memset(heads, 0, sizeof heads);
        for (unsigned i = 0; i < BATCH; i++) {
            data[i] = (struct iovec){bytes[i], sizeof bytes[i]};
            heads[i].msg_hdr = (struct msghdr){.msg_iov = &data[i],
                                               .msg_iovlen = 1,
                                               .msg_control = &control[i],
                                               .msg_controllen = sizeof control[i]};
        }
        count = recvmmsg(fleet->socket, heads, BATCH, MSG_DONTWAIT, NULL);
        for (int i = 0; i < count; i++) {
            take_datagram(fleet, receiver(&heads[i].msg_hdr), bytes[i], heads[i].msg_len);
        }
    } while (count == (int)BATCH);
}

bool fleet_turn(struct fleet *fleet, int also)
{
    struct pollfd ready[] = {{fleet->socket, POLLIN, 0}, {also, POLLIN, 0}};
    (void)poll(ready, 2, TURN_MS);
    /* What has come is read before anything is sent again. */
    receive(fleet);
    send_due(fleet);
    return (ready[1].revents & (POLLIN | POLLHUP)) != 0;
}

bool fleet_write_ledger(const struct fleet *fleet, const char *path)
{
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        return false;
    }
    for (unsigned i = 0; i < fleet->count; i++) {
        const char *location = fleet->device[i].location;
        (void)fprintf(file, "urn:imei:49%013u %s\n", i, location[0] == '\0' ? "-" : location);
    }
    return fclose(file) == 0;
}
