/* SPDX-License-Identifier: Apache-2.0 */
/** Where a server is, and what it wants to see. */
#ifndef LOOM_CTL_SERVER_H
#define LOOM_CTL_SERVER_H

#include <stdbool.h>

/** Where a server is. */
struct loom_ctl_server {
    bool secure;
    char host[256];
    char port[6];
    const char *authority_file; /**< PEM, who may vouch for the server; NULL: those of the system */
    const char *token;          /**< NULL: none */
};

/** Reads `http://HOST[:PORT]` or `https://...`; a host of IPv6 is in brackets.
 *  @return false: it is none of these */
bool loom_ctl_server_read(const char *uri, struct loom_ctl_server *server);

#endif
