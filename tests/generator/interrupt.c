/* SPDX-License-Identifier: Apache-2.0 */
/* Preloaded into loomc: before the rename of number INTERRUPT_AT the process gets the signal
 * INTERRUPT_SIGNAL. So a test can interrupt a run at the worst moment, each time at the same. */
#define _GNU_SOURCE

#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

int rename(const char *from, const char *to)
{
    static int count;
    int (*next)(const char *, const char *);
    const char *at = getenv("INTERRUPT_AT");
    const char *number = getenv("INTERRUPT_SIGNAL");

    *(void **)&next = dlsym(RTLD_NEXT, "rename");
    if (at != NULL && number != NULL && ++count == atoi(at)) {
        raise(atoi(number));
    }
    return next(from, to);
}
