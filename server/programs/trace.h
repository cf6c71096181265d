/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A trace of one device: each message of CoAP as a line of the log, decoded, without keys. For the
 * programs only.
 *
 * A device is known by the identity of its DTLS session, by the `ep` that it says, and then by its
 * address. A trace ends by itself after LOOM_TRACE_MESSAGES, so that a forgotten one fills no disk.
 */
#ifndef LOOM_PROGRAM_TRACE_H
#define LOOM_PROGRAM_TRACE_H

#include "loom/port_coap.h"
#include "loom/value.h"

struct loom_program;

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
    size_t next_asked;
    struct loom_trace_asked asked[LOOM_TRACE_ASKED_MAX];
};

/** Begins a trace, or begins it anew.
 *  @param address where the endpoint is now; empty: it is known by its identity or name alone
 *  @return NULL, or what is wrong */
const char *loom_program_trace_begin(struct loom_program *program, struct loom_text endpoint,
                                     struct loom_text address);

/** Ends a trace. @return NULL, or what is wrong */
const char *loom_program_trace_end(struct loom_program *program, struct loom_text endpoint);

/** A device has another address now. */
void loom_program_trace_follow(struct loom_program *program, struct loom_text endpoint,
                               struct loom_text address);

/** Does `trace ENDPOINT on|off` of a console.
 *  @param endpoint NULL: there was no word
 *  @param line     what follows it
 *  @param address  as loom_program_trace_begin() has it */
void loom_program_trace_line(struct loom_program *program, const char *endpoint, char *line,
                             struct loom_text address);

/* ---- trace_print.c --------------------------------------------------------------------------- */

/** Prints the event of a message.
 *  @param about what the message, or the request that it answers, is about */
void loom_trace_print(struct loom_program *program, const struct loom_trace *trace,
                      const struct loom_coap_message *message,
                      const struct loom_trace_asked *about);

#endif
