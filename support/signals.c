/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "loom/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* The end of a pipe that the handler writes to: a signal in the middle of anything wakes the loop.
 */
static volatile sig_atomic_t signal_write = -1;

static void on_signal(int number)
{
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    (void)!write(signal_write, &byte, 1);
    errno = saved;
}

static void hold_standard_descriptors(void)
{
    int file;
    do {
        file = open("/dev/null", O_RDWR);
    } while (file >= 0 && file <= STDERR_FILENO);
    if (file > STDERR_FILENO) {
        (void)close(file);
    }
}

static bool handle(int number, void (*handler)(int))
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    (void)sigemptyset(&action.sa_mask);
    action.sa_handler = handler;
    return sigaction(number, &action, NULL) == 0;
}

int loom_signals_catch(void)
{
    int ends[2];
    hold_standard_descriptors();
    if (pipe(ends) != 0) {
        return -1;
    }
    for (size_t i = 0; i < 2; i++) {
        (void)fcntl(ends[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(ends[i], F_SETFL, O_NONBLOCK);
    }
    signal_write = ends[1];
    return handle(SIGTERM, on_signal) && handle(SIGINT, on_signal) && handle(SIGPIPE, SIG_IGN)
               ? ends[0]
               : -1;
}

bool loom_signals_also(int number)
{
    return handle(number, on_signal);
}

int loom_signals_take(int signals)
{
    unsigned char number = 0;
    return read(signals, &number, 1) == 1 ? number : 0;
}

void loom_signals_let_end(void)
{
    (void)handle(SIGTERM, SIG_DFL);
    (void)handle(SIGINT, SIG_DFL);
}
