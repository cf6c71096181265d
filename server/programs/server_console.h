/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The console of loom-server: words to requests. For that program only.
 */
#ifndef LOOM_SERVER_CONSOLE_H
#define LOOM_SERVER_CONSOLE_H

#include "programs/console_values.h"

/** Does what one line says; changes the line. @return false: quit */
bool loom_dm_console_line(const struct loom_dm_console *console, char *line);

#endif
