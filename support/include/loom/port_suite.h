/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file
 * Tests of a port: what loom/port.h promises to the two sides that use it. They need nothing but
 * the C library with stdio, so they run with any port, on the machine where it runs.
 *
 * The port's author writes three functions: one makes two ends that can reach each other, one lets
 * both do what is due, one takes them away. docs/porting.md shows them.
 */
#ifndef LOOM_PORT_SUITE_H
#define LOOM_PORT_SUITE_H

#include <stdio.h>

#include "loom/port.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A side that the ends report to, and what else begin() is given and gives. */
struct loom_port_suite_ends {
    const struct loom_side *side; /**< of both ends */
    void *device;                 /**< first argument of its functions for the device's end */
    void *server;                 /**< the same for the server's end */
    struct loom_port device_port; /**< out */
    struct loom_port server_port; /**< out */
    /** Out: what the device opens the server with. What it points to lasts until end(). */
    struct loom_credentials credentials;
};

/** A port to test. */
struct loom_port_suite {
    void *self;

    /** Makes two ends, of which the device's can open a session to the server's.
     *  @return false: this cannot be done here, which fails the test */
    bool (*begin)(void *self, struct loom_port_suite_ends *ends);

    /** Lets both ends do what is due. If nothing is, it waits a little, 10 ms perhaps, or moves a
     *  simulated clock on. */
    void (*turn)(void *self);

    void (*end)(void *self);

    /** Longest body that both ends are sure to have room for; 0: 2048. */
    size_t body;

    /** Also tests what takes MAX_TRANSMIT_WAIT: the clock is simulated, or that time is short. */
    bool silence;
};

/**
 * Runs all tests, each with ends of its own. A test that waits for something gives up when the
 * clock of the device's end has moved on by four minutes.
 * @param report gets a line for each test: `ok carries every part`, or `FAILED ...` with what was
 *               expected; NULL: none
 * @return how many have failed
 */
unsigned loom_port_suite_run(const struct loom_port_suite *suite, FILE *report);

#ifdef __cplusplus
}
#endif

#endif
