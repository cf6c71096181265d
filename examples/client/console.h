/* SPDX-License-Identifier: Apache-2.0 */
/** The console of loom-client: one command a line. */
#ifndef LOOM_CLIENT_CONSOLE_H
#define LOOM_CLIENT_CONSOLE_H

#include "live.h"
#include "report.h"

#define CONSOLE_LINE_MAX 1024u

/** What the console works on, and what it wants of the program. */
struct client_console {
    struct loom_client *client;
    struct loom_model *model;
    const struct loom_port *port;
    struct client_report *report;
    struct client_live *live;
    uint64_t advance_ms; /**< how far the program is to move the clock; it sets 0 when done */
    bool quit;
    bool closed; /**< standard input has ended or failed */
    bool too_long;
    size_t length;
    char line[CONSOLE_LINE_MAX];
};

/** Reads what there is on standard input and does the whole lines of it. Call it when there is
 *  something; it reads once. Stops before what follows an `advance` or `quit`, until the program
 *  has done it: call client_console_run() then. */
void client_console_read(struct client_console *console);

/** Does the lines that were read and wait. */
void client_console_run(struct client_console *console);

#endif
