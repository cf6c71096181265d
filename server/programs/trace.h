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

#include "programs/program.h"

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
