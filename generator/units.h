/* SPDX-License-Identifier: Apache-2.0 */
/** The units of SenML, which resources have: those of IANA's registry (RFC 8428 section 12.1, RFC
 *  8798), and the one that OMA has added. */
#ifndef LOOMC_UNITS_H
#define LOOMC_UNITS_H

#include "arena.h"

#include <stdbool.h>

/** What is known of a unit. */
struct loomc_unit {
    bool known;
    const char *better; /**< what is recommended in its place, or what was most likely meant; or
                             NULL */
};

struct loomc_unit loomc_unit_find(const char *units);

/** @return whether it is a unit of something else than data: a length is in none of them. */
bool loomc_unit_measures(const char *units);

/**
 * The range of a number without the unit behind its numbers: `0..100` of `0 %..100 %`.
 * @param units of the resource: its range can be in no other one. "": any that is known, but for
 *        those that may be a multiple, as K and kB may
 * @return the text itself if it has units of several kinds
 */
const char *loomc_unit_cut(struct loomc_arena *arena, const char *text, const char *units);

#endif
