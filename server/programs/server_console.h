/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The console of loom-server: words to requests. For that program only.
 */
#ifndef LOOM_SERVER_CONSOLE_H
#define LOOM_SERVER_CONSOLE_H

#include "management/management_server.h"
#include "programs/program.h"

struct loom_dm_console {
    struct loom_program *program;
    const struct loom_catalog *catalog;
    struct loom_management_server *server;
};

/** Does what one line says; changes the line. @return false: quit */
bool loom_dm_console_line(const struct loom_dm_console *console, char *line);

#endif
