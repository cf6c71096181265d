/* SPDX-License-Identifier: Apache-2.0 */
/** The command `firmware` of the console of loom-server, and what it tells. For that program only.
 */
#ifndef LOOM_PROGRAMS_CONSOLE_FIRMWARE_H
#define LOOM_PROGRAMS_CONSOLE_FIRMWARE_H

#include "programs/console_values.h"

/** Does what the words behind `firmware` say. */
void loom_dm_console_firmware(const struct loom_dm_console *console, char *line);

/** Prints what is told of an update. */
void loom_dm_console_tell_update(struct loom_program *program,
                                 const struct loom_dm_update_event *event);

#endif
