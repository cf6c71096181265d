/* SPDX-License-Identifier: Apache-2.0 */
/* What a program reads of its environment, and tells the service manager (sd_notify(3)). */
#define _XOPEN_SOURCE 700

#include "loom/service.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static void forget(void)
{
    (void)unsetenv("NOTIFY_SOCKET");
    (void)unsetenv("WATCHDOG_USEC");
    (void)unsetenv("WATCHDOG_PID");
    (void)unsetenv("JOURNAL_STREAM");
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
