/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What follows the path on the console of loom-server: formats, attributes, more paths. What is
 * wrong is printed, and then the function returns false. For that program only.
 */
#ifndef LOOM_CONSOLE_OPTIONS_H
#define LOOM_CONSOLE_OPTIONS_H

#include "management/management_events.h"
#include "programs/program.h"

/** Which words may come. */
enum {
    LOOM_CONSOLE_FORMAT = 0x01,     /**< `senml-cbor`, the format of the answer */
    LOOM_CONSOLE_ATTRIBUTES = 0x02, /**< `pmin=10` */
    LOOM_CONSOLE_UNSET = 0x04,      /**< `pmin`; not together with formats */
    LOOM_CONSOLE_PATHS = 0x08       /**< `/3/0/9`, one at least */
};

/** Room for what the words say, which the request points into. */
struct loom_console_room {
    char query[LOOM_PROGRAM_LINE_MAX];
    uint8_t list[2 * LOOM_PROGRAM_LINE_MAX]; /**< a path takes a byte more than on the line */
    struct loom_path paths[LOOM_PROGRAM_LINE_MAX / 2];
};

/** Reads the words of a line, in any order, into a request. */
bool loom_console_options(struct loom_program *program, unsigned may_come, char *line,
                          struct loom_console_room *room, struct loom_dm_request *request);

#endif
