/* SPDX-License-Identifier: Apache-2.0 */
/* The operations on the machine that builds, for a tool that counts instructions: host_mark() is
 * called before and behind the repeats of each. Prints one name a line, in the order of the
 * operations, and whether the product refused it.
 *
 * usage: host REPEATS */
#include "mark.h"
#include "measure.h"

#include <stdio.h>
#include <stdlib.h>

static void begin(const char *name)
{
    (void)name;
    host_mark();
}

static void end(const char *name, bool good)
{
    host_mark();
    printf("%s%s\n", name, good ? "" : " refused");
}

int main(int count, char **arguments)
{
    struct measure measure = {.begin = begin, .end = end};

    measure.repeats = count == 2 ? (unsigned)strtoul(arguments[1], NULL, 10) : 0;
    measure_all(&measure);
    return 0;
}
