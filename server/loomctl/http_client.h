/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A client of HTTP/1.1 for one request after the other, each over a connection of its own, with TLS
 * where the address says https. Whatever the server says is bounded.
 */
#ifndef LOOM_CTL_HTTP_CLIENT_H
#define LOOM_CTL_HTTP_CLIENT_H

#include "loomctl/server.h"

#include <stddef.h>

/** Most bytes of an answer that is gathered. */
#define LOOM_CTL_BODY_MAX ((size_t)64 * 1024 * 1024)

/** A request, and what came of it. */
struct loom_ctl_exchange {
    const char *method;
    const char *target; /**< path and query, encoded */
    const char *accept;
    const char *type;     /**< of the body; NULL: there is no body */
    const char *if_match; /**< the version that is changed, with its quotes; NULL: it is not said */
    const char *body;
    size_t body_length;
    int silence_s; /**< how long the server may say nothing */

    /** Takes a part of the body as it comes, in place of `answer`; NULL: it is gathered.
     *  @return false: no more is wanted */
    bool (*take)(void *user, const char *data, size_t length);
    void *user;

    unsigned status;
    char *answer; /**< ends with NUL; the caller frees it */
    size_t answer_length;
    char error[256]; /**< why there is no answer */
};

/** Sends a request and reads its answer. @return false: there is none, `error` says why */
bool loom_ctl_http(const struct loom_ctl_server *server, struct loom_ctl_exchange *exchange);

#endif
