/* SPDX-License-Identifier: Apache-2.0 */
/** Numbers that a resource can begin with where 0 is no value of it. */
#ifndef LOOMC_FIRST_VALUE_H
#define LOOMC_FIRST_VALUE_H

#include "model.h"

/**
 * Finds what a number begins with: the first of its named values or else the bound of its ranges
 * that is nearest to 0.
 * @return false if it can begin with 0
 */
bool loomc_first_number(const struct loomc_resource *resource, struct loomc_bound *bound);

/** A number that a name stands for, as a bound. */
struct loomc_bound loomc_bound_of(int32_t value);

/** A whole number as a constant of C. */
const char *loomc_whole_constant(struct loomc_arena *arena, bool is_unsigned,
                                 const struct loomc_bound *bound);

/**
 * @return what the standard wants a mandatory resource to begin with where the product says nothing
 *         else, written as a profile has it; NULL if it wants nothing
 */
const char *loomc_first_of_standard(uint16_t object, uint16_t resource);

#endif
