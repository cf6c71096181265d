/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A fleet of devices without security that say hand-made messages of CoAP, and its ledger: what a
 * server has acknowledged to each of them. Nothing here knows the server or libcoap.
 */
#ifndef LOOM_FLEET_H
#define LOOM_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define FLEET_DEVICES_MAX 1000000u
#define FLEET_WINDOW_MAX  4096u
#define FLEET_MESSAGE_MAX 1280u

/** Types and codes of messages, as they stand in them. */
enum { CON = 0, NON = 1, ACK = 2, RST = 3 };
enum {
    POST = 0x02,
    DELETE = 0x04,
    CREATED = 0x41,
    DELETED = 0x42,
    CHANGED = 0x44,
    CONTENT = 0x45,
    NOT_FOUND = 0x84,
    SERVICE_UNAVAILABLE = 0xA3
};

enum operation { NOTHING, REGISTER, UPDATE, DEREGISTER, SEND, NOTIFY, OPERATION_COUNT };

extern const char *const operation_names[OPERATION_COUNT];

struct device {
    char location[12]; /**< acknowledged; empty: not registered */
    uint8_t operation; /**< under way */
    uint8_t token_length;
    uint8_t token[8];  /**< of its observation; length 0: none */
    uint16_t mid;      /**< of what is under way */
    uint16_t tries;    /**< how often it was sent */
    uint32_t sequence; /**< of its notifications and Sends */
    double began;      /**< seconds */
    double due;        /**< when it is sent, or sent again */
};

/** What has come of the operations since the last report. */
struct tally {
    uint64_t ended;   /**< acknowledged */
    uint64_t resent;  /**< messages */
    uint64_t put_off; /**< answered 5.03, and said again later */
    uint64_t lost;    /**< the server did not know what it had acknowledged */
    uint64_t refused; /**< any other answer that was not expected */
    uint64_t reset;   /**< notifications of observations that the server does not know (any more) */
};

struct fleet {
    int socket; /**< of all devices: each has an address of its own */
    uint16_t port;
    unsigned count;
    struct device *device;
    struct tally tally;
    unsigned observed; /**< devices with an observation */
    unsigned registered;
    uint64_t random;
    float *latency; /**< seconds of what has ended, as many as `latencies` */
    size_t latencies;
    size_t latency_room;
    unsigned *active; /**< devices with something under way */
    unsigned active_count;
};

double fleet_now(void);
void fleet_fail(const char *what);

/* ---- message.c ------------------------------------------------------------------------------- */

/** A message that has come; what it points to is in its bytes. */
struct message {
    uint8_t kind; /**< 0 CON, 1 NON, 2 ACK, 3 RST */
    uint8_t code;
    uint16_t mid;
    const uint8_t *token;
    size_t token_length;
    char location[12]; /**< the last Location-Path */
    bool observe;      /**< it has an Observe that registers */
    uint32_t max_age;  /**< 60: it does not say (RFC 7252, 5.10.5) */
};

/** @return false: it is none */
bool message_read(struct message *message, const uint8_t *bytes, size_t length);

/** What a device says in its operation. @return its length */
size_t message_of(const struct device *device, unsigned number, uint8_t *bytes);

/** What a device says to a request of the server. @return its length */
size_t message_answer(const struct message *request, uint8_t *bytes);

/* ---- devices.c ------------------------------------------------------------------------------- */

/** Opens the socket of the devices of a server at 127.0.0.1. */
void fleet_begin(struct fleet *fleet, uint16_t port, unsigned count);

/** Lets a device begin; nothing is under way at it. */
void fleet_start(struct fleet *fleet, unsigned number, enum operation operation);

/** Sends what is due, and reads what has come until then. @param also another file to wait for; -1:
 *  none. @return whether there is something to read there */
bool fleet_turn(struct fleet *fleet, int also);

/** Writes the ledger, a line for each device: endpoint, location (`-`: none). @return false: error
 */
bool fleet_write_ledger(const struct fleet *fleet, const char *path);

#endif
