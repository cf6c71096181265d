/* SPDX-License-Identifier: Apache-2.0 */
/* A file of its own, so that it is not inlined. */
#include "mark.h"

void host_mark(void)
{
}
