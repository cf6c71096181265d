/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "loom/service.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* A path, or with @ a name without a file: then its first byte is zero. */
static bool find_address(struct sockaddr_un *address, socklen_t *length)
{
    const char *name = getenv("NOTIFY_SOCKET");
    size_t bytes = name == NULL ? 0 : strlen(name);
    errno = 0;
    if (bytes == 0) {
        return false;
    }
    if ((name[0] != '/' && name[0] != '@') || bytes >= sizeof address->sun_path) {
        errno = EAFNOSUPPORT;
        return false;
    }
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, name, bytes);
    if (name[0] == '@') {
        address->sun_path[0] = '\0';
    }
    *length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + bytes);
    return true;
}

bool loom_service_tell(const char *state)
{
    struct sockaddr_un address;
    socklen_t length = 0;
    if (!find_address(&address, &length)) {
        return false;
    }
    int told = socket(AF_UNIX, SOCK_DGRAM, 0);
    if (told < 0) {
        return false;
    }
    struct timeval patience = {.tv_sec = 1};
    (void)setsockopt(told, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    bool sent =
        sendto(told, state, strlen(state), 0, (const struct sockaddr *)&address, length) >= 0;
    int saved = errno;
    (void)close(told);
    errno = saved;
    return sent;
}

bool loom_service_tell_reloading(void)
{
    char state[LOOM_SERVICE_STATE_MAX];
    struct timespec now = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    (void)snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%" PRIu64,
                   (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u);
    return loom_service_tell(state);
}

/* A number of the environment; 0: there is none, or something else. */
static uint64_t read_number(const char *name)
{
    const char *text = getenv(name);
    char *end = NULL;
    if (text == NULL || text[0] < '0' || text[0] > '9') {
        return 0;
    }
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' ? number : 0;
}

uint64_t loom_service_watchdog_ms(void)
{
    uint64_t process = read_number("WATCHDOG_PID");
    if (getenv("WATCHDOG_PID") != NULL && process != (uint64_t)getpid()) {
        return 0;
    }
    return read_number("WATCHDOG_USEC") / 1000;
}

/* Descriptors that are passed begin behind those of every program. */
#define PASSED 3

static const char *check_passed(const char *name)
{
    const char *names = getenv("LISTEN_FDNAMES");
    uint64_t count = read_number("LISTEN_FDS");
    if (count == 0) {
        return "LISTEN_FDS is no number of sockets";
    }
    if (count != 1) {
        return "more than one socket was passed (LISTEN_FDS), but one is served";
    }
    if (name != NULL && (names == NULL || strcmp(name, names) != 0)) {
        return "the socket that was passed has another name (LISTEN_FDNAMES)";
    }
    return fcntl(PASSED, F_SETFD, FD_CLOEXEC) == 0
               ? NULL
               : "the descriptor 3, which LISTEN_FDS announces, is not open";
}

bool loom_service_take_socket(const char *name, int *socket, const char **trouble)
{
    *socket = -1;
    *trouble = NULL;
    /* What is meant for another process, such as the one that has started this one, was inherited.
     */
    if (getenv("LISTEN_FDS") == NULL || read_number("LISTEN_PID") != (uint64_t)getpid()) {
        return true;
    }
    *trouble = check_passed(name);
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_PID");
    (void)unsetenv("LISTEN_FDNAMES");
    if (*trouble == NULL) {
        *socket = PASSED;
    }
    return *trouble == NULL;
}

bool loom_service_is_journal(int file)
{
    const char *text = getenv("JOURNAL_STREAM");
    char own[64];
    struct stat status;
    if (text == NULL || fstat(file, &status) != 0) {
        return false;
    }
    (void)snprintf(own, sizeof own, "%ju:%ju", (uintmax_t)status.st_dev, (uintmax_t)status.st_ino);
    return strcmp(own, text) == 0;
}
