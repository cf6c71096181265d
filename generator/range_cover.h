/* SPDX-License-Identifier: Apache-2.0 */
/** Whether all values of one range are in another. */
#ifndef LOOMC_RANGE_COVER_H
#define LOOMC_RANGE_COVER_H

#include "range.h"

/** @return whether each value that `inner` allows is allowed by `outer`, both of the type. */
bool loomc_ranges_cover(enum loomc_type type, const struct loomc_ranges *outer,
                        const struct loomc_ranges *inner);

#endif
