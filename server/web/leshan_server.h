/* SPDX-License-Identifier: Apache-2.0 */
/** What a server says of itself, as Leshan's demo servers do: `/api/server`. */
#ifndef LOOM_WEB_LESHAN_SERVER_H
#define LOOM_WEB_LESHAN_SERVER_H

#include "http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_web_leshan_server {
    /** Gives the URIs at which it listens for devices. @return NULL: there are no more */
    const char *(*uri)(void *user, size_t place);
    void *user;
};

/** Adds the routes; all of it outlasts the listener. @return false: no room for them */
bool loom_web_leshan_server_begin(struct loom_web_leshan_server *server, struct loom_http *http);

#ifdef __cplusplus
}
#endif

#endif
