/* SPDX-License-Identifier: Apache-2.0 */
/** What a product takes of a device's memory, computed without a compiler. */
#ifndef LOOMC_SIZE_H
#define LOOMC_SIZE_H

#include "buffer.h"
#include "plan.h"

/**
 * Puts a table for each product: RAM and flash of every object, in bytes.
 *
 * RAM is exact where 64-bit numbers are aligned to 8 bytes: on 64-bit machines and on ARM. Flash is
 * the constant tables, for pointers of 32 and of 64 bits; the accessors are inline and cost where
 * they are called. Names are counted apart, as LOOM_WITHOUT_NAMES and the linker leave them out.
 */
void loomc_size_put(const struct loomc_plan *plan, struct loomc_buffer *out);

#endif
