/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700

#include "command.h"

#include "support.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define UNDER_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_SANITIZER 1
#endif
#endif
#ifndef UNDER_SANITIZER
#define UNDER_SANITIZER 0
#endif

const struct limits no_limits = {RLIM_INFINITY, RLIM_INFINITY, RLIM_INFINITY};

static void set_limit(int resource, rlim_t value)
{
    struct rlimit limit = {value, value};

    if (setrlimit(resource, &limit) != 0) {
        _exit(125);
    }
}

static void set_limits(const struct limits *limits)
{
    /* A file over the limit is then an error like that of a full disk. */
    signal(SIGXFSZ, SIG_IGN);
    set_limit(RLIMIT_FSIZE, limits->file_size);
    set_limit(RLIMIT_CPU, limits->seconds);
    if (!UNDER_SANITIZER) {
        set_limit(RLIMIT_AS, limits->memory);
    }
}

int run_limited(const char *folder, const struct limits *limits, const char *const *arguments)
{
    pid_t child = fork();
    int status = 0;

    cr_assert_neq(child, -1);
    if (child == 0) {
        if (chdir(folder) != 0 || freopen("out", "w", stdout) == NULL ||
            freopen("err", "w", stderr) == NULL) {
            _exit(126);
        }
        set_limits(limits);
        execv(LOOMC, (char *const *)arguments);
        _exit(127);
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status), "loomc was ended by signal %d", WTERMSIG(status));
    return WEXITSTATUS(status);
}

int run(const char *folder, ...)
{
    const char *arguments[16] = {"loomc"};
    size_t count = 1;
    va_list list;

    va_start(list, folder);
    do {
        arguments[count] = va_arg(list, const char *);
    } while (arguments[count++] != NULL);
    va_end(list);
    return run_limited(folder, &no_limits, arguments);
}

void expect_file(const char *folder, const char *name, const char *text)
{
    char *found = folder_read(folder, name);

    cr_assert_not_null(found, "%s", name);
    cr_expect_str_eq(found, text, "%s holds:\n%s", name, found);
    free(found);
}

bool exists(const char *folder, const char *name)
{
    char *path = folder_path(folder, name);
    bool found = access(path, F_OK) == 0;

    free(path);
    return found;
}
