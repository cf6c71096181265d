/* SPDX-License-Identifier: Apache-2.0 */
/* What a program reads of its environment, and tells the service manager (sd_notify(3)). */
#define _XOPEN_SOURCE 700

#include "loom/service.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static void forget(void)
{
    (void)unsetenv("NOTIFY_SOCKET");
    (void)unsetenv("WATCHDOG_USEC");
    (void)unsetenv("WATCHDOG_PID");
    (void)unsetenv("JOURNAL_STREAM");
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_PID");
    (void)unsetenv("LISTEN_FDNAMES");
}

TestSuite(service, .init = forget, .timeout = 60);

Test(service, without_a_service_manager_nothing_is_told)
{
    cr_assert(not(loom_service_tell("READY=1")));
    cr_assert(eq(int, errno, 0));
    (void)setenv("NOTIFY_SOCKET", "", 1);
    cr_assert(not(loom_service_tell("READY=1")));
    cr_assert(eq(int, errno, 0));
}

Test(service, an_address_of_another_kind_is_refused)
{
    char longer[256];
    memset(longer, 'x', sizeof longer - 1);
    longer[0] = '/';
    longer[sizeof longer - 1] = '\0';
    const char *const wrong[] = {"vsock:2:1234", "relative", longer};
    for (size_t i = 0; i < 3; i++) {
        (void)setenv("NOTIFY_SOCKET", wrong[i], 1);
        cr_assert(not(loom_service_tell("READY=1")));
        cr_assert(eq(int, errno, EAFNOSUPPORT));
    }
    (void)setenv("NOTIFY_SOCKET", "/nowhere/notify", 1);
    cr_assert(not(loom_service_tell("READY=1")));
    cr_assert(eq(int, errno, ENOENT));
}

/* A service manager that has died and reads nothing keeps the program for a second at most. */
Test(service, a_full_socket_is_given_up)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int manager = socket(AF_UNIX, SOCK_DGRAM, 0);
    (void)snprintf(address.sun_path, sizeof address.sun_path, "/tmp/loom-notify-%ld",
                   (long)getpid());
    (void)unlink(address.sun_path);
    cr_assert(eq(int, bind(manager, (const struct sockaddr *)&address, sizeof address), 0));
    (void)setenv("NOTIFY_SOCKET", address.sun_path, 1);
    while (loom_service_tell("WATCHDOG=1")) {
    }
    cr_assert(eq(int, errno, EAGAIN));
    (void)close(manager);
    (void)unlink(address.sun_path);
}

static uint64_t watchdog(const char *time, const char *process)
{
    forget();
    if (time != NULL) {
        (void)setenv("WATCHDOG_USEC", time, 1);
    }
    if (process != NULL) {
        (void)setenv("WATCHDOG_PID", process, 1);
    }
    return loom_service_watchdog_ms();
}

Test(service, the_watchdog_is_that_of_this_process)
{
    char own[32];
    (void)snprintf(own, sizeof own, "%ld", (long)getpid());
    cr_assert(eq(u64, watchdog(NULL, NULL), 0));
    cr_assert(eq(u64, watchdog("30000000", NULL), 30000));
    cr_assert(eq(u64, watchdog("30000000", own), 30000));
    cr_assert(eq(u64, watchdog("30000000", "1"), 0));
    cr_assert(eq(u64, watchdog("30000000", "x"), 0));
    cr_assert(eq(u64, watchdog("-1", NULL), 0));
    cr_assert(eq(u64, watchdog("3s", NULL), 0));
    cr_assert(eq(u64, watchdog("99999999999999999999999", NULL), 0));
}

Test(service, the_journal_is_known_by_its_stream)
{
    struct stat status;
    char stream[64];
    cr_assert(eq(int, fstat(STDOUT_FILENO, &status), 0));
    cr_assert(not(loom_service_is_journal(STDOUT_FILENO)));
    (void)snprintf(stream, sizeof stream, "%ju:%ju", (uintmax_t)status.st_dev,
                   (uintmax_t)status.st_ino);
    (void)setenv("JOURNAL_STREAM", stream, 1);
    cr_assert(loom_service_is_journal(STDOUT_FILENO));
    cr_assert(not(loom_service_is_journal(-1)));
    (void)setenv("JOURNAL_STREAM", "1:1", 1);
    cr_assert(not(loom_service_is_journal(STDOUT_FILENO)));
}

/* ---- sockets that are passed ----------------------------------------------------------------- */

static void pass(const char *count, long process, const char *names)
{
    char number[32];
    (void)snprintf(number, sizeof number, "%ld", process);
    (void)setenv("LISTEN_FDS", count, 1);
    (void)setenv("LISTEN_PID", number, 1);
    if (names != NULL) {
        (void)setenv("LISTEN_FDNAMES", names, 1);
    }
}

Test(service, a_socket_for_another_process_is_none)
{
    int taken = 0;
    const char *trouble = "";
    cr_assert(loom_service_take_socket("http", &taken, &trouble));
    cr_assert(eq(int, taken, -1));
    pass("1", (long)getpid() + 1, "http");
    cr_assert(loom_service_take_socket("http", &taken, &trouble));
    cr_assert(eq(int, taken, -1));
    (void)setenv("LISTEN_PID", "me", 1);
    cr_assert(loom_service_take_socket("http", &taken, &trouble));
    cr_assert(eq(int, taken, -1));
    (void)unsetenv("LISTEN_PID");
    cr_assert(loom_service_take_socket("http", &taken, &trouble));
    cr_assert(eq(int, taken, -1));
}

/* In a process of its own: the descriptor 3 of this one is Criterion's. */
static bool is_so_in_a_child(bool (*check)(void))
{
    int status = -1;
    pid_t child = fork();
    if (child == 0) {
        _exit(check() ? 0 : 1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static bool is_taken_once(void)
{
    int taken = 0;
    const char *trouble = "";
    (void)dup2(socket(AF_INET, SOCK_STREAM, 0), 3);
    pass("1", (long)getpid(), "http");
    bool good = loom_service_take_socket("http", &taken, &trouble) && taken == 3 && trouble == NULL;
    good = good && (fcntl(3, F_GETFD) & FD_CLOEXEC) != 0; /* no program inherits it */
    return good && loom_service_take_socket("http", &taken, &trouble) && taken == -1;
}

Test(service, the_socket_that_is_passed_is_taken_once)
{
    cr_assert(is_so_in_a_child(is_taken_once));
}

static bool is_seen_to_be_missing(void)
{
    int taken = 0;
    const char *trouble = NULL;
    (void)close(3);
    pass("1", (long)getpid(), NULL);
    return !loom_service_take_socket(NULL, &taken, &trouble) && taken == -1 &&
           strstr(trouble, "not open") != NULL;
}

Test(service, what_is_passed_wrongly_is_refused)
{
    static const struct {
        const char *count;
        const char *names;
        const char *word;
    } cases[] = {
        {"x", NULL, "LISTEN_FDS is no number"},
        {"0", NULL, "LISTEN_FDS is no number"},
        {"-1", NULL, "LISTEN_FDS is no number"},
        {"", NULL, "LISTEN_FDS is no number"},
        {"2", "http:other", "more than one"},
        {"99999999999999999999", NULL, "no number"},
        {"1", "other", "another name"},
        {"1", "http:http", "another name"},
        {"1", NULL, "another name"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int taken = 0;
        const char *trouble = NULL;
        forget();
        pass(cases[i].count, (long)getpid(), cases[i].names);
        cr_assert(not(loom_service_take_socket("http", &taken, &trouble)), "%s", cases[i].count);
        cr_assert(eq(int, taken, -1));
        cr_assert(ne(ptr, (void *)(uintptr_t)strstr(trouble, cases[i].word), NULL), "%s", trouble);
        cr_assert(loom_service_take_socket("http", &taken, &trouble), "the variables are gone");
    }
    cr_assert(is_so_in_a_child(is_seen_to_be_missing));
}
