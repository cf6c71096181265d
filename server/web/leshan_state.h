/* SPDX-License-Identifier: Apache-2.0 */
/** What the interface of Leshan's demo server remembers; for its own files. */
#ifndef LOOM_WEB_LESHAN_STATE_H
#define LOOM_WEB_LESHAN_STATE_H

#include "common/list.h"
#include "web/leshan_log.h"
#include "web/leshan_presence.h"
#include "web/waiting.h"

/** Members are private. */
struct loom_web_leshan {
    struct loom_devices *devices;
    struct loom_management_server *server;
    const struct loom_port *port;
    struct loom_web_waiting *waiting;
    struct loom_list streams;
    struct loom_list cancels;  /**< requests to devices that end observations */
    struct loom_index delayed; /**< commands that somebody was told to be delayed */
    int64_t began;
    struct loom_leshan_presence presence;
    bool watching; /**< `presence` is followed, for there are streams */
    struct loom_leshan_log log;
};

#endif
