/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The programs that the demo runs: started with pipes, heard line by line, always reaped.
 */
#ifndef LOOM_DEMO_PROCESS_H
#define LOOM_DEMO_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "loom/value.h"

/** A longer line is taken for several. */
#define DEMO_LINE_MAX 65536u

struct demo_process {
    pid_t pid;    /**< 0: not started, or reaped */
    int input;    /**< its standard input, -1: closed */
    int output;   /**< its standard output and error, -1: closed, it is ending or has ended */
    int status;   /**< of waitpid(), once it is reaped */
    char **lines; /**< all that it has said, without newlines */
    size_t count;
    size_t room;
    size_t length; /**< of the line that has begun */
    char line[DEMO_LINE_MAX];
};

/** Hears of every line as it comes. The text ends with NUL, which `length` does not count. */
typedef void demo_process_listener(void *user, const struct demo_process *process,
                                   struct loom_text line);

/** To be called before anything else. */
void demo_process_init(struct demo_process *process);

/** Starts a program; without a slash in its name it is looked for in PATH. `arguments` end with
 * NULL.
 *  @return false after an error; errno says which */
bool demo_process_start(struct demo_process *process, const char *const *arguments);

/** Writes to the program's console. @return false: it does not listen any more */
bool demo_process_say(struct demo_process *process, const char *text);

/**
 * Waits until one of the programs has said something, or `wake` can be read, or the time is over.
 * @param wake    a descriptor that ends the wait; -1: none
 * @param timeout milliseconds
 * @return false: `wake` can be read
 */
bool demo_process_listen(struct demo_process *processes, size_t count, int wake, int timeout,
                         demo_process_listener *listener, void *user);

/** Waits for the end of a program whose output is closed. */
void demo_process_reap(struct demo_process *process);

/** Ends all that still run: asks, and after two seconds insists. Frees what was heard. */
void demo_process_end(struct demo_process *processes, size_t count);

/** Milliseconds of a clock that only goes forward. */
uint64_t demo_now(void);

#endif
