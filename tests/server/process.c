/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "process.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

void process_start(struct process *process, const char *const *arguments)
{
    int in[2];
    int out[2];
    memset(process, 0, sizeof *process);
    cr_assert(pipe(in) == 0 && pipe(out) == 0);
    process->pid = fork();
    cr_assert_geq(process->pid, 0);
    if (process->pid == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nothing behind */
        (void)dup2(in[0], STDIN_FILENO);
        (void)dup2(out[1], STDOUT_FILENO);
        (void)close(in[0]);
        (void)close(in[1]);
        (void)close(out[0]);
        (void)close(out[1]);
        (void)execv(arguments[0], (char *const *)arguments);
        _exit(127);
    }
    (void)close(in[0]);
    (void)close(out[1]);
    process->input = in[1];
    process->output = out[0];
    (void)fcntl(process->input, F_SETFD, FD_CLOEXEC);
    (void)fcntl(process->output, F_SETFD, FD_CLOEXEC);
}

void process_write(struct process *process, const char *text)
{
    cr_assert_eq(write(process->input, text, strlen(text)), (ssize_t)strlen(text));
}

void process_close_input(struct process *process)
{
    if (process->input >= 0) {
        (void)close(process->input);
        process->input = -1;
    }
}

void process_close_output(struct process *process)
{
    if (process->output >= 0) {
        (void)close(process->output);
        process->output = -1;
    }
}

void process_read(struct process *process)
{
    struct pollfd ready = {process->output, POLLIN, 0};
    while (process->used + 1 < sizeof process->buffer && poll(&ready, 1, 0) == 1) {
        ssize_t length = read(process->output, process->buffer + process->used,
                              sizeof process->buffer - process->used - 1);
        if (length <= 0) {
            return;
        }
        process->used += (size_t)length;
        process->buffer[process->used] = '\0';
    }
}

static bool has_all(const char *line, const char *const *words)
{
    while (*words != NULL && strstr(line, *words) != NULL) {
        words++;
    }
    return *words == NULL;
}

bool process_take_line(struct process *process, char *line, size_t size, const char *const *words)
{
    char *at = process->buffer;
    char *end;
    while ((end = memchr(at, '\n', process->used - (size_t)(at - process->buffer))) != NULL) {
        *end = '\0';
        bool found = has_all(at, words);
        if (found) {
            (void)strncpy(line, at, size - 1);
            line[size - 1] = '\0';
        }
        *end = '\n';
        at = end + 1;
        if (found) {
            process->used -= (size_t)(at - process->buffer);
            memmove(process->buffer, at, process->used);
            process->buffer[process->used] = '\0';
            return true;
        }
    }
    return false;
}

void process_signal(struct process *process, int signal_number)
{
    cr_assert_eq(kill(process->pid, signal_number), 0);
}

int process_wait(struct process *process)
{
    int status = 0;
    pid_t done;
    process_close_input(process);
    do {
        done = waitpid(process->pid, &status, 0);
    } while (done < 0 && errno == EINTR);
    process_close_output(process);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
