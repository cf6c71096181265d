/* SPDX-License-Identifier: Apache-2.0 */
/* The operations on the machine that builds, for a tool that counts instructions: host_mark() is
 * called before and behind the repeats of each. Prints one name a line, in the order of the
 * operations.
 *
 * usage: host REPEATS */
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>

void host_mark(const char *name);

static unsigned marks;

void host_mark(const char *name)
{
    if (marks++ % 2 == 1) {
        puts(name);
    }
}

int main(int count, char **arguments)
{
    struct measure measure = {.begin = host_mark, .end = host_mark};
    const char *failed;

    measure.repeats = count == 2 ? (unsigned)strtoul(arguments[1], NULL, 10) : 0;
    failed = measure_all(&measure);
    if (failed != NULL) {
        fprintf(stderr, "host: %s did not do what it should\n", failed);
        return 1;
    }
    return 0;
}
