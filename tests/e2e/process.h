/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A program of the project under test: its console, its events, its end.
 *
 * Every wait ends with the event, or fails the test after a limit far beyond what any step takes;
 * nothing here sleeps. A program dies with the test that started it.
 */
#ifndef LOOM_TESTS_E2E_PROCESS_H
#define LOOM_TESTS_E2E_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** How long a step may take before the test gives it up. */
#define PROCESS_LIMIT_MS 20000

/** What a program wrote; grows as it does. Always ends with NUL. */
struct process_text {
    char *bytes;
    size_t length;
};

struct process {
    const char *name; /**< of the program, in messages */
    pid_t id;
    int input;  /**< write end of its standard input; -1: closed */
    int output; /**< read ends; -1: it closed them */
    int errors;
    struct process_text out;
    struct process_text err;
    size_t read;       /**< how much of `out` the waits have consumed */
    char *line;        /**< the event last waited for, until the next wait */
    size_t file_limit; /**< set before the start: no file may grow beyond; 0: no limit */
};

/** Starts a program of the build, such as `loom-client`; its arguments, each a string, end with
 *  NULL. All of `process` but `file_limit` must be zero. */
void process_start(struct process *process, const char *program, ...) __attribute__((sentinel));
/** The same with arguments in an array that ends with NULL. */
void process_start_with(struct process *process, const char *program, const char *const *arguments);

/** Kills what still runs and frees all. Allowed on a process that is all zero. */
void process_stop(struct process *process);

/** Writes a line to its console. */
void process_say(struct process *process, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** Ends its standard input. */
void process_close_input(struct process *process);

/** Sends a signal, such as SIGTERM. */
void process_signal(const struct process *process, int number);

/** Waits until it has ended by itself. @return its exit status; 128 + n after signal n */
int process_wait(struct process *process);

/* ---- events: lines of JSON ---- */

/* After the name come pairs of member and value, and NULL. A value is a string without its quotes,
 * or a number, a literal or an array as it stands in the line. */

/** Waits for an event; what comes before it is passed over. @return its line */
const char *process_event(struct process *process, const char *name, ...) __attribute__((sentinel));

/** Waits for the next event, which must be this one. `done`, with which the client's console
 * answers at a moment of its own, is passed over unless it is waited for. @return its line */
const char *process_next(struct process *process, const char *name, ...) __attribute__((sentinel));

/** @return a member of the event last waited for; the test fails if it has none. Lasts until the
 *  next call of this function in any process. */
const char *process_member(const struct process *process, const char *member);

/** @return how many such events there are among those that the waits have consumed */
unsigned process_count(const struct process *process, const char *name, ...)
    __attribute__((sentinel));

/** Waits for a line of output, JSON or not, that has `text` in it. */
void process_output_with(struct process *process, const char *text);

/** Waits until its standard error has `text` in it. */
void process_error_with(struct process *process, const char *text);

/** Fails the test if the bytes stand in anything that it wrote so far, as they are or in
 *  hexadecimal. */
void process_never_said(const struct process *process, const char *secret);

#endif
