/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "process.h"

#include "json.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CHUNK      4096u
#define VALUE_SIZE 4096u

static uint64_t now_ms(void)
{
    struct timespec time;

    cr_assert_eq(clock_gettime(CLOCK_MONOTONIC, &time), 0);
    return (uint64_t)time.tv_sec * 1000u + (uint64_t)time.tv_nsec / 1000000u;
}

/* ---- start and end --------------------------------------------------------------------------- */

/* In the child: nothing but calls that are safe after a fork, up to the exec. */
static void become(const struct process *process, char *const *arguments, int pipes[3][2])
{
    struct rlimit limit = {process->file_limit, process->file_limit};

    /* SIGPIPE is ignored for the test's sake alone. */
    if (signal(SIGPIPE, SIG_DFL) == SIG_ERR || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
        dup2(pipes[0][0], STDIN_FILENO) < 0 || dup2(pipes[1][1], STDOUT_FILENO) < 0 ||
        dup2(pipes[2][1], STDERR_FILENO) < 0) {
        _exit(127);
    }
    if (process->file_limit > 0) {
        /* The write then fails with EFBIG, as it would with ENOSPC on a full disk. */
        if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &limit) != 0) {
            _exit(127);
        }
    }
    execv(arguments[0], arguments);
    _exit(127);
}

static void make_pipe(int ends[2])
{
    cr_assert_eq(pipe(ends), 0);
    cr_assert_eq(fcntl(ends[0], F_SETFD, FD_CLOEXEC), 0);
    cr_assert_eq(fcntl(ends[1], F_SETFD, FD_CLOEXEC), 0);
}

#define ARGUMENTS_MAX 40u

void process_start(struct process *process, const char *program, ...)
{
    const char *arguments[ARGUMENTS_MAX];
    size_t count = 0;
    va_list list;

    va_start(list, program);
    do {
        cr_assert_lt(count, ARGUMENTS_MAX);
        arguments[count] = va_arg(list, const char *);
    } while (arguments[count++] != NULL);
    va_end(list);
    process_start_with(process, program, arguments);
}

void process_start_with(struct process *process, const char *program, const char *const *arguments)
{
    char path[512];
    char *argv[ARGUMENTS_MAX + 1] = {path};
    int pipes[3][2];

    cr_assert_lt(snprintf(path, sizeof path, "%s/%s", LOOM_BIN_DIR, program), (int)sizeof path);
    cr_assert_eq(access(path, X_OK), 0, "%s is not built", path);
    for (size_t i = 0; arguments[i] != NULL; i++) {
        cr_assert_lt(i + 1, ARGUMENTS_MAX);
        argv[i + 1] = (char *)(uintptr_t)arguments[i]; /* execv() changes nothing */
    }
    for (size_t i = 0; i < 3; i++) {
        make_pipe(pipes[i]);
    }
    cr_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    process->name = program;
    process->id = fork();
    cr_assert_geq(process->id, 0);
    if (process->id == 0) {
        become(process, argv, pipes);
    }
    close(pipes[0][0]);
    close(pipes[1][1]);
    close(pipes[2][1]);
    process->input = pipes[0][1];
    process->output = pipes[1][0];
    process->errors = pipes[2][0];
}

static void close_end(int *end)
{
    if (*end >= 0) {
        close(*end);
    }
    *end = -1;
}

void process_stop(struct process *process)
{
    if (process->name == NULL) {
        return;
    }
    if (process->id > 0) {
        kill(process->id, SIGKILL);
        waitpid(process->id, NULL, 0);
    }
    close_end(&process->input);
    close_end(&process->output);
    close_end(&process->errors);
    free(process->out.bytes);
    free(process->err.bytes);
    free(process->line);
    memset(process, 0, sizeof *process);
}

/* ---- reading --------------------------------------------------------------------------------- */

static const char *text_of(const struct process_text *text)
{
    return text->bytes == NULL ? "" : text->bytes;
}

/* A failure says what the program said until then. */
#define FAIL(process, ...)                                                                         \
    do {                                                                                           \
        char what_[256];                                                                           \
        snprintf(what_, sizeof what_, __VA_ARGS__);                                                \
        cr_assert_fail("%s: %s\n--- its output:\n%s--- its errors:\n%s", (process)->name, what_,   \
                       text_of(&(process)->out), text_of(&(process)->err));                        \
    } while (0)

/* @return false at the end of the file */
static bool take(int end, struct process_text *text)
{
    char *grown = realloc(text->bytes, text->length + CHUNK + 1);
    ssize_t got;

    cr_assert_not_null(grown);
    text->bytes = grown;
    do {
        got = read(end, text->bytes + text->length, CHUNK);
    } while (got < 0 && errno == EINTR);
    cr_assert_geq(got, 0);
    text->length += (size_t)got;
    text->bytes[text->length] = '\0';
    return got > 0;
}

/* Reads what there is, waiting for it until `deadline`.
 * @return false if nothing more will come: in time, or ever */
static bool pump(struct process *process, uint64_t deadline)
{
    struct pollfd ends[2] = {{process->output, POLLIN, 0}, {process->errors, POLLIN, 0}};
    uint64_t now = now_ms();
    int ready;

    if ((process->output < 0 && process->errors < 0) || now >= deadline) {
        return false;
    }
    do {
        ready = poll(ends, 2, (int)(deadline - now));
    } while (ready < 0 && errno == EINTR);
    cr_assert_geq(ready, 0);
    if (ends[0].revents != 0 && !take(process->output, &process->out)) {
        close_end(&process->output);
    }
    if (ends[1].revents != 0 && !take(process->errors, &process->err)) {
        close_end(&process->errors);
    }
    return ready > 0;
}

int process_wait(struct process *process)
{
    uint64_t deadline = now_ms() + PROCESS_LIMIT_MS;
    int status;

    while (process->output >= 0 || process->errors >= 0) {
        if (!pump(process, deadline)) {
            FAIL(process, "it goes on, and should have ended");
        }
    }
    cr_assert_eq(waitpid(process->id, &status, 0), process->id);
    process->id = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- writing --------------------------------------------------------------------------------- */

void process_say(struct process *process, const char *format, ...)
{
    char line[2048];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    cr_assert(length >= 0 && (size_t)length < sizeof line - 1);
    line[length] = '\n';
    cr_assert_eq(write(process->input, line, (size_t)length + 1), length + 1);
}

void process_close_input(struct process *process)
{
    close_end(&process->input);
}

void process_signal(const struct process *process, int number)
{
    cr_assert_gt(process->id, 0);
    cr_assert_eq(kill(process->id, number), 0);
}

/* ---- events ---------------------------------------------------------------------------------- */

static bool is_named(const char *line, const char *name)
{
    char value[VALUE_SIZE];

    return json_member(line, "event", value, sizeof value) && strcmp(value, name) == 0;
}

static bool is_event(const char *line, const char *name, va_list pairs)
{
    char value[VALUE_SIZE];
    const char *member;
    bool is = is_named(line, name);

    while (is && (member = va_arg(pairs, const char *)) != NULL) {
        is = json_member(line, member, value, sizeof value) &&
             strcmp(value, va_arg(pairs, const char *)) == 0;
    }
    return is;
}

/* Gives the line at `at` in memory of its own. @return false if it is not whole yet */
static bool copy_line(const struct process *process, size_t at, char **line)
{
    const char *begin = text_of(&process->out) + at;
    const char *end = strchr(begin, '\n');

    free(*line);
    *line = NULL;
    if (end == NULL) {
        return false;
    }
    *line = strndup(begin, (size_t)(end - begin));
    cr_assert_not_null(*line);
    return true;
}

static bool next_line(struct process *process, uint64_t deadline)
{
    while (!copy_line(process, process->read, &process->line)) {
        if (!pump(process, deadline)) {
            return false;
        }
    }
    process->read += strlen(process->line) + 1;
    return true;
}

/* With --json every line is an object, whatever was put into it. */
static bool next_event(struct process *process, uint64_t deadline)
{
    if (!next_line(process, deadline)) {
        return false;
    }
    if (!json_is_object(process->line)) {
        FAIL(process, "this line is no JSON object: %s", process->line);
    }
    return true;
}

const char *process_event(struct process *process, const char *name, ...)
{
    uint64_t deadline = now_ms() + PROCESS_LIMIT_MS;
    bool found = false;

    while (!found) {
        va_list pairs;

        if (!next_event(process, deadline)) {
            FAIL(process, "no event '%s' like the one that is waited for", name);
        }
        va_start(pairs, name);
        found = is_event(process->line, name, pairs);
        va_end(pairs);
    }
    return process->line;
}

const char *process_next(struct process *process, const char *name, ...)
{
    uint64_t deadline = now_ms() + PROCESS_LIMIT_MS;
    bool passed_over;
    va_list pairs;

    do {
        if (!next_event(process, deadline)) {
            FAIL(process, "no event at all, but '%s' is waited for", name);
        }
        passed_over = is_named(process->line, "done") && strcmp(name, "done") != 0;
    } while (passed_over);
    va_start(pairs, name);
    if (!is_event(process->line, name, pairs)) {
        FAIL(process, "the next event is not '%s' as it should be, but %s", name, process->line);
    }
    va_end(pairs);
    return process->line;
}

const char *process_member(const struct process *process, const char *member)
{
    static char value[VALUE_SIZE];

    if (!json_member(process->line, member, value, sizeof value)) {
        FAIL(process, "no member '%s' in %s", member, process->line);
    }
    return value;
}

unsigned process_count(const struct process *process, const char *name, ...)
{
    unsigned count = 0;
    char *line = NULL;

    for (size_t at = 0; at < process->read && copy_line(process, at, &line);) {
        va_list pairs;

        at += strlen(line) + 1;
        va_start(pairs, name);
        count += is_event(line, name, pairs) ? 1u : 0u;
        va_end(pairs);
    }
    free(line);
    return count;
}

void process_output_with(struct process *process, const char *text)
{
    uint64_t deadline = now_ms() + PROCESS_LIMIT_MS;

    do {
        if (!next_line(process, deadline)) {
            FAIL(process, "no line with '%s'", text);
        }
    } while (strstr(process->line, text) == NULL);
}

void process_error_with(struct process *process, const char *text)
{
    uint64_t deadline = now_ms() + PROCESS_LIMIT_MS;

    while (strstr(text_of(&process->err), text) == NULL) {
        if (!pump(process, deadline)) {
            FAIL(process, "its errors do not say '%s'", text);
        }
    }
}

/* ---- secrets --------------------------------------------------------------------------------- */

static bool has_text(const struct process_text *text, const char *wanted)
{
    size_t length = strlen(wanted);

    for (size_t i = 0; i + length <= text->length; i++) {
        size_t same = 0;

        while (same < length && tolower((unsigned char)text->bytes[i + same]) ==
                                    tolower((unsigned char)wanted[same])) {
            same++;
        }
        if (same == length) {
            return true;
        }
    }
    return false;
}

void process_never_said(const struct process *process, const char *secret)
{
    char hex[256];
    size_t length = 0;

    for (const char *c = secret; *c != '\0'; c++) {
        cr_assert_lt(length + 3, sizeof hex);
        length += (size_t)snprintf(hex + length, sizeof hex - length, "%02x", (unsigned char)*c);
    }
    if (has_text(&process->out, secret) || has_text(&process->err, secret) ||
        has_text(&process->out, hex) || has_text(&process->err, hex)) {
        FAIL(process, "it told a key");
    }
}
