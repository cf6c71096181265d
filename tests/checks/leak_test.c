/* SPDX-License-Identifier: Apache-2.0 */
/* Leaks on purpose: CTest expects this program to fail, as proof that leaks fail a test. */
#include <criterion/criterion.h>

#include <stdlib.h>

static void *volatile lost;

Test(leak, fails_the_run)
{
    lost = malloc(1);
    lost = NULL;
}
