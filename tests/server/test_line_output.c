/* SPDX-License-Identifier: Apache-2.0 */
/* Lines go out in order and never wait for their reader. */
#define _POSIX_C_SOURCE 200809L

#include "loom/line_output.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ROOM ((size_t)256 * 1024)

static int ends[2];
static struct loom_line_output output;

static void set_up(void)
{
    (void)signal(SIGPIPE, SIG_IGN);
    cr_assert(eq(int, pipe(ends), 0));
    cr_assert(loom_line_output_open(&output, ends[1], ROOM));
}

static void tear_down(void)
{
    loom_line_output_close(&output, 0);
    (void)close(ends[0]);
    (void)close(ends[1]);
}

TestSuite(line_output, .init = set_up, .fini = tear_down, .timeout = 60);

static void put(unsigned number)
{
    (void)fprintf(loom_line_output_begin(&output), "%06u %0100u\n", number, number);
    loom_line_output_end(&output);
}

/* Reads one line of put(). @return its number */
static unsigned take(void)
{
    char line[109] = "";
    size_t used = 0;
    while (used < 108) {
        ssize_t got = read(ends[0], line + used, 108 - used);
        cr_assert_gt(got, 0);
        used += (size_t)got;
        loom_line_output_flush(&output);
    }
    cr_assert_eq(line[107], '\n');
    return (unsigned)strtoul(line, NULL, 10);
}

Test(line_output, a_line_goes_out_at_once)
{
    put(7);
    cr_assert_eq(loom_line_output_watch(&output).fd, -1);
    cr_assert(eq(u32, take(), 7));
}

/* Far more than a pipe takes: nothing is lost, and it comes in order. */
Test(line_output, what_the_reader_does_not_take_waits_in_order)
{
    for (unsigned i = 0; i < 2000; i++) {
        put(i);
    }
    cr_assert_eq(loom_line_output_watch(&output).fd, ends[1]);
    for (unsigned i = 0; i < 2000; i++) {
        cr_assert(eq(u32, take(), i));
    }
    cr_assert(eq(u64, loom_line_output_take_dropped(&output), 0));
    cr_assert_eq(loom_line_output_watch(&output).fd, -1);
}

Test(line_output, what_is_too_much_is_dropped_as_whole_lines_and_counted_once)
{
    enum { MANY = 6000 };
    uint64_t dropped;
    unsigned taken = 0;
    for (unsigned i = 0; i < MANY; i++) {
        put(i);
    }
    cr_assert(eq(u64, loom_line_output_take_dropped(&output), 0), "no room to say so");
    while ((dropped = loom_line_output_take_dropped(&output)) == 0) {
        cr_assert(eq(u32, take(), taken));
        taken++;
    }
    cr_assert(eq(u64, loom_line_output_take_dropped(&output), 0));
    put(MANY);
    for (; taken + dropped < MANY; taken++) {
        cr_assert(eq(u32, take(), taken));
    }
    cr_assert(eq(u32, take(), MANY));
}

Test(line_output, a_reader_that_has_gone_ends_the_output_only)
{
    (void)close(ends[0]);
    ends[0] = -1;
    for (unsigned i = 0; i < 10000; i++) {
        put(i);
    }
    cr_assert_eq(loom_line_output_watch(&output).fd, -1);
}
