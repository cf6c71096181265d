/* SPDX-License-Identifier: Apache-2.0 */
/** What a program remembers of a device that is traced, see trace.h. */
#ifndef LOOM_PROGRAM_TRACED_H
#define LOOM_PROGRAM_TRACED_H

#include "loom/port_coap.h"
#include "loom/value.h"
#include "service/rendering.h"

#define LOOM_TRACE_DEVICES_MAX  4u
#define LOOM_TRACE_MESSAGES     1000u
#define LOOM_TRACE_ENDPOINT_MAX 255u

/** Requests whose answers are still to be understood, observations among them. */
#define LOOM_TRACE_ASKED_MAX 64u

/** What a message is about, as far as its payload may be shown. */
enum loom_trace_target {
    LOOM_TRACE_UNKNOWN, /**< an answer to a request that was not seen */
    LOOM_TRACE_OBJECTS, /**< of the data model, see `path` */
    LOOM_TRACE_SEND,    /**< values of any object */
    LOOM_TRACE_LINKS,   /**< Register, Update, Bootstrap-Request: links */
    LOOM_TRACE_FILE,
    LOOM_TRACE_PACK, /**< a whole bootstrap configuration: keys */
    LOOM_TRACE_OTHER
};

struct loom_trace_asked {
    uint8_t token[8];
    size_t token_length;
    bool received; /**< the request was */
    enum loom_trace_target target;
    struct loom_path path;
};

struct loom_trace {
    bool on;
    char endpoint[LOOM_TRACE_ENDPOINT_MAX + 1];
    char address[LOOM_COAP_URI_SIZE]; /**< where it was last heard; empty: not yet */
    unsigned left;                    /**< messages */
    uint64_t until;                   /**< when it ends, on the port's clock; UINT64_MAX: never */
    size_t next_asked;
    struct loom_trace_asked asked[LOOM_TRACE_ASKED_MAX];
};

#define LOOM_TRACE_LISTENERS_MAX 2u

/** Hears of each message as a JSON object in one line, and of the end of a trace. Both last for the
 * duration of the call. */
struct loom_trace_listener {
    void (*on_message)(void *self, struct loom_text endpoint, struct loom_text json);
    void (*on_end)(void *self, struct loom_text endpoint);
    void *self;
};

/** Traces of a program, and who hears of them. */
struct loom_traces {
    struct loom_trace traces[LOOM_TRACE_DEVICES_MAX];
    struct loom_trace_listener listeners[LOOM_TRACE_LISTENERS_MAX];
    size_t listener_count;
    struct loom_rendering rendering; /**< if there is a listener */
};

#endif
