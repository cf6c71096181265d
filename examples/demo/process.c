/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PROCESSES_MAX   4u
#define END_PATIENCE_MS 2000u

extern char **environ;

uint64_t demo_now(void)
{
    struct timespec time = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000u + (uint64_t)time.tv_nsec / 1000000u;
}

void demo_process_init(struct demo_process *process)
{
    memset(process, 0, sizeof *process);
    process->input = -1;
    process->output = -1;
}

/* ---- start ----------------------------------------------------------------------------------- */

static void shut(int *descriptor)
{
    if (*descriptor >= 0) {
        (void)close(*descriptor);
    }
    *descriptor = -1;
}

/* A program must not keep the pipes of another open, or its end would not be heard. */
static bool make_pipe(int ends[2])
{
    if (pipe(ends) != 0) {
        return false;
    }
    return fcntl(ends[0], F_SETFD, FD_CLOEXEC) == 0 && fcntl(ends[1], F_SETFD, FD_CLOEXEC) == 0;
}

static int spawn(pid_t *pid, const char *const *arguments, int input, int output)
{
    /* posix_spawnp() does not change the arguments; its type is older than const. */
    union {
        const char *const *given;
        char *const *wanted;
    } argv = {arguments};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    int error = posix_spawn_file_actions_init(&actions);
    if (error != 0) {
        return error;
    }
    error = posix_spawnattr_init(&attributes);
    if (error != 0) {
        (void)posix_spawn_file_actions_destroy(&actions);
        return error;
    }
    /* The demo ignores SIGPIPE; whether its programs do is their own matter. */
    (void)sigemptyset(&defaults);
    (void)sigaddset(&defaults, SIGPIPE);
    (void)posix_spawnattr_setsigdefault(&attributes, &defaults);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    error = posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    }
    if (error == 0) {
        error = posix_spawn_file_actions_adddup2(&actions, output, STDERR_FILENO);
    }
    if (error == 0) {
        error = posix_spawnp(pid, arguments[0], &actions, &attributes, argv.wanted, environ);
    }
    (void)posix_spawnattr_destroy(&attributes);
    (void)posix_spawn_file_actions_destroy(&actions);
    return error;
}

bool demo_process_start(struct demo_process *process, const char *const *arguments)
{
    int input[2] = {-1, -1};
    int output[2] = {-1, -1};
    int error = make_pipe(input) && make_pipe(output) ? 0 : errno;
    if (error == 0) {
        error = spawn(&process->pid, arguments, input[0], output[1]);
    }
    shut(&input[0]);
    shut(&output[1]);
    if (error != 0) {
        shut(&input[1]);
        shut(&output[0]);
        process->pid = 0;
        errno = error;
        return false;
    }
    process->input = input[1];
    process->output = output[0];
    return true;
}

/* ---- console and lines ----------------------------------------------------------------------- */

bool demo_process_say(struct demo_process *process, const char *text)
{
    size_t left = strlen(text);
    while (left > 0) {
        ssize_t written = process->input < 0 ? -1 : write(process->input, text, left);
        if (written < 0 && process->input >= 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return false;
        }
        text += written;
        left -= (size_t)written;
    }
    return true;
}

/* Without memory a line is forgotten: the step that waits for it then says that it did not come. */
static void end_line(struct demo_process *process, demo_process_listener *listener, void *user)
{
    if (process->count == process->room) {
        size_t room = process->room * 2 + 16;
        char **lines = realloc(process->lines, room * sizeof *lines);
        if (lines == NULL) {
            return;
        }
        process->lines = lines;
        process->room = room;
    }
    char *line = malloc(process->length + 1);
    if (line == NULL) {
        return;
    }
    memcpy(line, process->line, process->length);
    line[process->length] = '\0';
    process->lines[process->count++] = line;
    struct loom_text text = {line, process->length};
    listener(user, process, text);
}

static void hear(struct demo_process *process, demo_process_listener *listener, void *user)
{
    char data[4096];
    ssize_t got = read(process->output, data, sizeof data);
    if (got < 0 && errno == EINTR) {
        return;
    }
    for (ssize_t i = 0; i < got; i++) {
        bool full = process->length == sizeof process->line;
        if (data[i] == '\n' || full) {
            end_line(process, listener, user);
            process->length = 0;
        }
        if (data[i] != '\n') {
            process->line[process->length++] = data[i];
        }
    }
    if (got <= 0) {
        if (process->length > 0) {
            end_line(process, listener, user);
            process->length = 0;
        }
        shut(&process->output);
    }
}

bool demo_process_listen(struct demo_process *processes, size_t count, int wake, int timeout,
                         demo_process_listener *listener, void *user)
{
    struct pollfd watched[PROCESSES_MAX + 1];
    for (size_t i = 0; i < count; i++) {
        watched[i] = (struct pollfd){processes[i].output, POLLIN, 0};
    }
    watched[count] = (struct pollfd){wake, POLLIN, 0};
    if (poll(watched, (nfds_t)count + 1, timeout) <= 0) {
        return true; /* a signal that matters has written to `wake` */
    }
    for (size_t i = 0; i < count; i++) {
        if (watched[i].revents != 0) {
            hear(&processes[i], listener, user);
        }
    }
    return watched[count].revents == 0;
}

/* ---- end ------------------------------------------------------------------------------------- */

void demo_process_reap(struct demo_process *process)
{
    shut(&process->input);
    while (process->pid > 0 && waitpid(process->pid, &process->status, 0) < 0 && errno == EINTR) {
    }
    process->pid = 0;
}

static void ignore_line(void *user, const struct demo_process *process, struct loom_text line)
{
    (void)user;
    (void)process;
    (void)line;
}

static bool any_output(const struct demo_process *processes, size_t count)
{
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        any = any || processes[i].output >= 0;
    }
    return any;
}

static void signal_all(const struct demo_process *processes, size_t count, int number)
{
    for (size_t i = 0; i < count; i++) {
        if (processes[i].pid > 0) {
            (void)kill(processes[i].pid, number);
        }
    }
}

static void forget(struct demo_process *process)
{
    for (size_t i = 0; i < process->count; i++) {
        free(process->lines[i]);
    }
    free(process->lines);
    process->lines = NULL;
    process->count = 0;
    process->room = 0;
}

void demo_process_end(struct demo_process *processes, size_t count)
{
    uint64_t limit = demo_now() + END_PATIENCE_MS;
    signal_all(processes, count, SIGTERM);
    for (uint64_t now = demo_now(); any_output(processes, count) && now < limit; now = demo_now()) {
        (void)demo_process_listen(processes, count, -1, (int)(limit - now), ignore_line, NULL);
    }
    /* Those that have ended by now do not mind. */
    signal_all(processes, count, SIGKILL);
    for (size_t i = 0; i < count; i++) {
        demo_process_reap(&processes[i]);
        shut(&processes[i].output);
        forget(&processes[i]);
    }
}
