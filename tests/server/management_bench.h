/* SPDX-License-Identifier: Apache-2.0 */
/** An LwM2M server over a fake port, with a small accounts file. */
#ifndef LOOM_TEST_MANAGEMENT_BENCH_H
#define LOOM_TEST_MANAGEMENT_BENCH_H

#include "fake_port.h"
#include "management/management_server.h"
#include "store/accounts_file.h"

#define LIST "</1/0>,</3/0>"

struct bench {
    struct fake_port fake;
    struct loom_fleet_accounts *accounts;
    struct loom_fleet_store store; /**< the accounts */
    struct loom_management_server *server;
    char log[2048];
    unsigned changes;
    char payload[64];
    char endpoint[64];
    struct loom_path created;
    bool observing; /**< the last answer has begun an observation */
    bool send_when_registered;
    void (*hear)(const struct loom_dm_event *event); /**< of every event; or NULL */
};

extern struct bench bench;

/* Sessions of the endpoint `dev`, and some without security. */
extern struct loom_session link_dev;
extern struct loom_session link_dev_again;
extern struct loom_session link_open;
extern struct loom_session link_moved;

void bench_begin(const char *accounts);
void bench_set_up(void);
void bench_tear_down(void);

struct loom_text text_of(const char *literal);

/** Queues a Read. */
enum loom_status send_read(const char *endpoint, struct loom_path path);

/** Sends a POST, with an object list unless that is empty. */
struct fake_reply post(struct loom_session *session, const char *target, const char *list);

/** Registers `dev`. */
struct fake_reply enter(void);

/** Sends a request to a location. @return the code of the answer */
uint8_t at_location(struct loom_session *session, enum loom_method method, const char *location,
                    const char *query, const char *list);

/** The registration of an endpoint, or NULL. */
const struct loom_dm_client *client(const char *endpoint);

void step(void);

#endif
