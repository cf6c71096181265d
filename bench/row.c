/* SPDX-License-Identifier: Apache-2.0 */
/* Prints how many bytes one resource takes in a table. */
#include "loom/table.h"

#include <stdio.h>

int main(void)
{
    return printf("%zu\n", sizeof(struct loom_resource)) > 0 ? 0 : 1;
}
