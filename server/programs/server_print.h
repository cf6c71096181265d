/* SPDX-License-Identifier: Apache-2.0 */
/**
 * How loom-server prints its events and its clients. For that program only.
 */
#ifndef LOOM_SERVER_PRINT_H
#define LOOM_SERVER_PRINT_H

#include "management/management_server.h"
#include "programs/program.h"

void loom_server_print_event(const struct loom_program *program, const struct loom_catalog *catalog,
                             const struct loom_dm_event *event);
void loom_server_print_client(const struct loom_program *program,
                              const struct loom_dm_client *client, bool asleep);

#endif
