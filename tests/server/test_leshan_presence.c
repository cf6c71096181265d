/* SPDX-License-Identifier: Apache-2.0 */
/* Which devices are awake, and when that is told (rule B-81). */
#include "web/leshan_presence.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

static struct loom_leshan_presence presence;
static char told[1024];

static void tell(void *user, const char *endpoint, bool awake)
{
    size_t used = strlen(told);
    (void)user;
    (void)snprintf(told + used, sizeof told - used, "%c%s ", awake ? '+' : '-', endpoint);
}

static void begin(void)
{
    told[0] = '\0';
    loom_leshan_presence_begin(&presence, 7, tell, NULL);
}

static void end(void)
{
    loom_leshan_presence_end(&presence);
}

TestSuite(leshan_presence, .init = begin, .fini = end);

static struct loom_text text(const char *name)
{
    struct loom_text result = {name, strlen(name)};
    return result;
}

static void heard(const char *name, uint64_t until)
{
    loom_leshan_presence_heard(&presence, text(name), until, false);
}

Test(leshan_presence, a_device_is_awake_until_its_time_is_over)
{
    cr_expect(eq(u64, loom_leshan_presence_deadline(&presence), UINT64_MAX));
    heard("a", 100);
    heard("b", 110);
    heard("a", 120); /* heard again, which is nothing to tell */
    cr_expect(eq(str, told, "+a +b "));
    cr_expect(eq(u64, loom_leshan_presence_deadline(&presence), 110));
    loom_leshan_presence_step(&presence, 109);
    cr_expect(eq(str, told, "+a +b "));
    loom_leshan_presence_step(&presence, 110);
    cr_expect(eq(str, told, "+a +b -b "));
    loom_leshan_presence_step(&presence, 500);
    cr_expect(eq(str, told, "+a +b -b -a "));
    heard("b", 600);
    cr_expect(eq(str, told, "+a +b -b -a +b "));
}

Test(leshan_presence, the_one_that_sleeps_first_is_told_first_whatever_the_order)
{
    heard("c", 300);
    heard("a", 100);
    heard("b", 200);
    heard("d", 150);
    told[0] = '\0';
    loom_leshan_presence_step(&presence, 1000);
    cr_expect(eq(str, told, "-a -d -b -c "));
}

/* One that does not answer sleeps at once; one that is gone is no matter. */
Test(leshan_presence, a_device_may_sleep_before_its_time_or_be_gone)
{
    heard("a", 100);
    heard("b", 100);
    told[0] = '\0';
    loom_leshan_presence_slept(&presence, text("a"));
    loom_leshan_presence_slept(&presence, text("a"));
    loom_leshan_presence_gone(&presence, text("b"));
    loom_leshan_presence_gone(&presence, text("nobody"));
    loom_leshan_presence_step(&presence, 1000);
    cr_expect(eq(str, told, "-a "));
}

Test(leshan_presence, who_was_awake_before_is_not_told_of_but_when_it_sleeps)
{
    loom_leshan_presence_heard(&presence, text("a"), 100, true);
    heard("a", 110);
    cr_expect(eq(str, told, ""));
    loom_leshan_presence_step(&presence, 110);
    cr_expect(eq(str, told, "-a "));
}
