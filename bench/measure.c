/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Measures the runs of a command: one run with all arguments behind `--`, or with --each a run for
 * each of them. Prints runs, failed runs, seconds of CPU of all and KiB of the largest. What the
 * command prints is dropped.
 *
 * usage: loom-measure [--each] COMMAND [ARGUMENT...] -- ITEM...
 */
#define _DEFAULT_SOURCE

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct total {
    unsigned runs;
    unsigned failed;
    double seconds;
    long kibibytes;
};

static double seconds_of(struct timeval time)
{
    return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

static void execute(char **arguments)
{
    if (freopen("/dev/null", "w", stdout) != NULL && freopen("/dev/null", "w", stderr) != NULL) {
        execvp(arguments[0], arguments);
    }
    _exit(127);
}

/* @return false if the command could not be run at all */
static bool measure(char **arguments, struct total *total)
{
    struct rusage usage;
    int status;
    pid_t child = fork();

    if (child == 0) {
        execute(arguments);
    }
    if (child == -1 || wait4(child, &status, 0, &usage) != child) {
        perror("loom-measure");
        return false;
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
        fprintf(stderr, "loom-measure: cannot run %s\n", arguments[0]);
        return false;
    }
    total->runs++;
    total->failed += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    total->seconds += seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    if (usage.ru_maxrss > total->kibibytes) {
        total->kibibytes = usage.ru_maxrss;
    }
    return true;
}

/* A run for each item: the command, and the item behind it. */
static bool measure_each(char **command, size_t count, char **items, struct total *total)
{
    char **arguments = calloc(count + 2, sizeof(*arguments));
    bool good = arguments != NULL;

    if (good) {
        memcpy(arguments, command, count * sizeof(*arguments));
    }
    for (; good && *items != NULL; items++) {
        arguments[count] = *items;
        good = measure(arguments, total);
    }
    free(arguments);
    return good;
}

int main(int argc, char **argv)
{
    struct total total = {0, 0, 0, 0};
    bool each = argc > 1 && strcmp(argv[1], "--each") == 0;
    char **command = argv + (each ? 2 : 1);
    char **separator = command;

    while (*separator != NULL && strcmp(*separator, "--") != 0) {
        separator++;
    }
    if (separator == command || *separator == NULL) {
        fputs("usage: loom-measure [--each] COMMAND [ARGUMENT...] -- ITEM...\n", stderr);
        return 2;
    }
    bool good;

    if (each) {
        good = measure_each(command, (size_t)(separator - command), separator + 1, &total);
    } else {
        /* The items take the place of the separator; the NULL behind the last one moves too. */
        memmove(separator, separator + 1, (size_t)(argv + argc - separator) * sizeof(*separator));
        good = measure(command, &total);
    }
    if (good) {
        printf("%u %u %.3f %ld\n", total.runs, total.failed, total.seconds, total.kibibytes);
    }
    return good ? 0 : 1;
}
