/* SPDX-License-Identifier: Apache-2.0 */
/** A bootstrap server over a fake port, with a small accounts file. */
#ifndef LOOM_TEST_BOOTSTRAP_BENCH_H
#define LOOM_TEST_BOOTSTRAP_BENCH_H

#include "bootstrap/bootstrap_server.h"
#include "fake_port.h"
#include "store/accounts_file.h"

struct bench {
    struct fake_port fake;
    struct loom_fleet_accounts *accounts;
    struct loom_fleet_store store; /**< the accounts */
    struct loom_bootstrap_server *server;
    char log[2048]; /**< one line for each event */
};

extern struct bench bench;

/* Sessions of the endpoint `probe`, and of those without security. */
extern struct loom_session link_probe;
extern struct loom_session link_open;

void bench_set_up(void);
void bench_tear_down(void);

/** Sends a POST. @return the code of the answer */
uint8_t ask(struct loom_session *session, const char *target);

void step(void);

/** The next request after an answer, as `PUT /0/1`; `nothing`. */
const char *next(void);
void assert_next(const char *expected);

/** Answers a Discover. */
void answer_links(const char *links);

void assert_logged(const char *line);

#endif
