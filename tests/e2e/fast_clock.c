/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded, it lets a program's time pass so many times as fast: what it waits for, it waits for
 * shorter, and its clocks run ahead. So a megabyte can be sent over a bad network, with all its
 * retransmissions after seconds, in a test. */
#define _GNU_SOURCE

#include <poll.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { SPEED = 40, CLOCKS = 16 };

#define SECOND INT64_C(1000000000)

static int64_t begun[CLOCKS]; /* nanoseconds, each when it was first asked */

/* Clocks are asked for their time as it is by others than these programs, too: early, and from
 * several threads. The first time that is asked for is the same for all. */
int clock_gettime(clockid_t id, struct timespec *time)
{
    long status = syscall(SYS_clock_gettime, id, time);
    if (status != 0 || id < 0 || id >= CLOCKS) {
        return (int)status;
    }
    int64_t now = time->tv_sec * SECOND + time->tv_nsec;
    int64_t first = 0;
    if (__atomic_compare_exchange_n(&begun[id], &first, now, 0, __ATOMIC_SEQ_CST,
                                    __ATOMIC_SEQ_CST)) {
        first = now;
    }
    now = first + (now - first) * SPEED;
    time->tv_sec = now / SECOND;
    time->tv_nsec = now % SECOND;
    return 0;
}

static struct timespec shortened(int64_t nanoseconds)
{
    int64_t passed = (nanoseconds + SPEED - 1) / SPEED;
    return (struct timespec){passed / SECOND, passed % SECOND};
}

int poll(struct pollfd *watched, nfds_t count, int milliseconds)
{
    struct timespec wait = shortened(milliseconds * INT64_C(1000000));
    return (int)syscall(SYS_ppoll, watched, count, milliseconds < 0 ? NULL : &wait, NULL, 0);
}

int timerfd_settime(int timer, int flags, const struct itimerspec *set, struct itimerspec *before)
{
    struct itimerspec sooner = {
        .it_value = shortened(set->it_value.tv_sec * SECOND + set->it_value.tv_nsec),
        .it_interval = shortened(set->it_interval.tv_sec * SECOND + set->it_interval.tv_nsec)};
    return (int)syscall(SYS_timerfd_settime, timer, flags, &sooner, before);
}
