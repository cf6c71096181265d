/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A trace of one device: each message of CoAP as a line of the log, decoded, without keys. For the
 * programs only.
 *
 * A device is known by the identity of its DTLS session, by the `ep` that it says, and then by its
 * address. A trace ends by itself after a number of messages, so that a forgotten one fills no
 * disk.
 */
#ifndef LOOM_PROGRAM_TRACE_H
#define LOOM_PROGRAM_TRACE_H

#include "programs/program.h"

/** When a trace ends by itself. */
struct loom_trace_bounds {
    unsigned messages; /**< above 0 */
    uint32_t seconds;  /**< 0: whenever the messages are there */
};

/** Begins a trace, or begins it anew.
 *  @param address where the endpoint is now; empty: it is known by its identity or name alone
 *  @return NULL, or what is wrong */
const char *loom_program_trace_begin(struct loom_program *program, struct loom_text endpoint,
                                     struct loom_text address,
                                     const struct loom_trace_bounds *bounds);

/** Ends a trace. @return NULL, or what is wrong */
const char *loom_program_trace_end(struct loom_program *program, struct loom_text endpoint);

/** @param left out: what is left of it; may be NULL. @return whether a device is traced */
bool loom_program_trace_is_on(struct loom_program *program, struct loom_text endpoint,
                              struct loom_trace_bounds *left);

/** Adds a listener, which is copied. @return false: there are LOOM_TRACE_LISTENERS_MAX, or no
 *  memory */
bool loom_program_trace_listen(struct loom_program *program,
                               const struct loom_trace_listener *listener);

/** Ends the traces whose time is over. */
void loom_program_trace_step(struct loom_program *program);

/** @return when that is next to be done, on the port's clock; UINT64_MAX: never */
uint64_t loom_program_trace_deadline(const struct loom_program *program);

/** Ends without a word; nobody hears of anything afterwards. */
void loom_program_trace_free(struct loom_program *program);

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
