/* SPDX-License-Identifier: Apache-2.0 */
/** A program of ours as a child process, with its standard input and output. */
#ifndef LOOM_TEST_PROCESS_H
#define LOOM_TEST_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct process {
    pid_t pid;
    int input;
    int output;
    char buffer[65536]; /* output that no test has looked at yet */
    size_t used;
};

/** @param arguments end with NULL; the first is the program's file */
void process_start(struct process *process, const char *const *arguments);

void process_write(struct process *process, const char *text);
void process_close_input(struct process *process);
/** From now on nobody reads what the program says. */
void process_close_output(struct process *process);

/** Reads output that is there, without waiting. */
void process_read(struct process *process);

/** Takes the first line that holds all of `words` (NULL ends them) out of the output, with what is
 *  before it. @return false: it is not there yet */
bool process_take_line(struct process *process, char *line, size_t size, const char *const *words);

void process_signal(struct process *process, int signal_number);

/** Waits for the end. @return the exit status, or -1 if it was killed */
int process_wait(struct process *process);

#endif
