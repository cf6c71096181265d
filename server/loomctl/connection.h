/* SPDX-License-Identifier: Apache-2.0 */
/** A connection to a server: TCP, and TLS over it. */
#ifndef LOOM_CTL_CONNECTION_H
#define LOOM_CTL_CONNECTION_H

#include "loomctl/server.h"

#include <stddef.h>

struct loom_ctl_connection;

/** Connects to one of the addresses of a host, within ten seconds each.
 *  @param error filled without a connection
 *  @return NULL: no connection */
struct loom_ctl_connection *loom_ctl_connect(const struct loom_ctl_server *server, int silence_s,
                                             char *error, size_t error_size);

/** Writes all of it. @return false: it could not be */
bool loom_ctl_write(struct loom_ctl_connection *connection, const char *data, size_t length);

/** @return bytes that were read; 0: the server has closed the connection; -1: it says nothing, or
 *          the connection is broken */
long loom_ctl_read(struct loom_ctl_connection *connection, char *data, size_t size);

/** NULL is allowed. */
void loom_ctl_disconnect(struct loom_ctl_connection *connection);

#endif
