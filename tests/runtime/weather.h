/* SPDX-License-Identifier: Apache-2.0 */
/** A device with a kilobyte between two servers, over the simulator's network and its weather. */
#ifndef TEST_WEATHER_H
#define TEST_WEATHER_H

#include "loom/client.h"
#include "net.h"

enum { DEVICE, SERVER, OTHER, MEGABYTE = 1024 * 1024, PIECE = 1024, START_MS = 1000000 };

/** A server that takes whoever registers, and gives away a file. */
struct weather_server {
    struct loom_port port;
    unsigned answered; /* of its requests */
    uint8_t code;
    enum loom_failure failure;
    const uint8_t *file; /* NULL: none */
    uint32_t length;
    unsigned asked; /* for pieces of it */
};

struct weather {
    struct net net;
    struct weather_server server;
    struct weather_server other;
    struct loom_client client;
    struct loom_client_config config;
    struct loom_model model;
    struct loom_port port;
    struct loom_registration registrations[2];
    uint8_t locations[2 * 32];
    uint8_t buffer[PIECE];
    uint8_t larger[6 * PIECE]; /* where accounts are stored */
    void *data;
    void *staging;
    unsigned registered;
    unsigned writes;
    uint8_t write_code;
};

extern struct weather weather;

/** A body of a megabyte. */
extern uint8_t weather_image[MEGABYTE];

/** The product of the device of release 1.1. */
const struct loom_product *weather_product(void);

/** A device of this product, registered at one or two servers. The weather is fine.
 *  @param firmware may be NULL
 *  @param store may be NULL; with one the device has more than a kilobyte, for its accounts */
void weather_begin(const struct loom_product *product, unsigned accounts,
                   struct loom_firmware *firmware, const struct loom_store *store);
void weather_end(void);

/** Cuts the power and starts the device again; what its model holds stays. */
void weather_restart(void);

/** To the next thing that is due, `until` at the latest. */
void weather_turn(uint64_t until);

/** PUTs the beginning of the image to a resource, such as `32003`, `0`, `1`. */
void weather_push(struct weather_server *from, unsigned host, const char *object,
                  const char *resource, size_t length);
void weather_run_until_answered(const struct weather_server *server);

#endif
