/* SPDX-License-Identifier: Apache-2.0 */
/* Signals come to the loop of a program, whatever it was started with. */
#define _POSIX_C_SOURCE 200809L

#include "loom/signals.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <unistd.h>

TestSuite(signals, .timeout = 60);

static bool is_readable(int file)
{
    struct pollfd ready = {file, POLLIN, 0};
    return poll(&ready, 1, 0) == 1 && (ready.revents & POLLIN) != 0;
}

Test(signals, what_ends_a_program_wakes_its_loop)
{
    static const int ends[] = {SIGTERM, SIGINT};
    for (size_t i = 0; i < 2; i++) {
        int signals = loom_signals_catch();
        cr_assert(ge(int, signals, 0));
        cr_assert(not(is_readable(signals)));
        cr_assert(eq(int, raise(ends[i]), 0));
        cr_assert(is_readable(signals));
    }
}

Test(signals, signals_are_taken_in_their_order)
{
    int signals = loom_signals_catch();
    cr_assert(loom_signals_also(SIGHUP));
    cr_assert(eq(int, loom_signals_take(signals), 0));
    (void)raise(SIGHUP);
    (void)raise(SIGTERM);
    cr_assert(eq(int, loom_signals_take(signals), SIGHUP));
    cr_assert(is_readable(signals));
    cr_assert(eq(int, loom_signals_take(signals), SIGTERM));
    cr_assert(eq(int, loom_signals_take(signals), 0));
    cr_assert(not(is_readable(signals)));
}

Test(signals, a_program_that_ends_already_is_ended_at_once, .signal = SIGTERM)
{
    (void)loom_signals_catch();
    (void)raise(SIGTERM);
    loom_signals_let_end();
    (void)raise(SIGTERM);
}

Test(signals, a_reader_that_has_gone_ends_no_program)
{
    int signals = loom_signals_catch();
    cr_assert(eq(int, raise(SIGPIPE), 0));
    cr_assert(not(is_readable(signals)));
}

/* Whichever of them are closed: nothing that is opened later takes their place, so that what is
 * read from the console and written to it has nothing to do with signals, files or sockets. */
Test(signals, closed_standard_descriptors_are_held)
{
    for (unsigned closed = 1; closed < 8; closed++) {
        for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++) {
            if ((closed >> file & 1) != 0) {
                (void)close(file);
            }
        }
        int signals = loom_signals_catch();
        cr_assert(gt(int, signals, STDERR_FILENO));
        for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++) {
            char byte = 'x';
            if ((closed >> file & 1) != 0) {
                cr_assert_eq(write(file, &byte, 1), 1);
                cr_assert_eq(read(file, &byte, 1), 0);
            }
        }
        cr_assert(not(is_readable(signals)));
        cr_assert(eq(int, raise(SIGTERM), 0));
        cr_assert(is_readable(signals));
    }
}
