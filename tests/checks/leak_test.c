/* SPDX-License-Identifier: Apache-2.0 */
/* Breaks what a sanitizer watches, on purpose, in the way that the environment asks for; CTest
 * expects each to fail, as proof that such a thing fails a test. Of two kinds Criterion itself sees
 * nothing. */
#include <criterion/criterion.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static void *volatile lost;
static volatile int most = INT_MAX;

static bool is_asked_for(const char *what)
{
    const char *asked = getenv("LOOM_BREAK");
    return asked != NULL && strcmp(asked, what) == 0;
}

Test(leak, fails_the_run)
{
    if (is_asked_for("leak")) {
        lost = malloc(1);
        lost = NULL;
    }
}

Test(use_after_free, fails_the_run)
{
    if (is_asked_for("memory")) {
        lost = malloc(1);
        free(lost);
        *(volatile char *)lost = 1;
    }
}

Test(undefined_behaviour, fails_the_run)
{
    if (is_asked_for("undefined")) {
        most = most + 1;
    }
}
