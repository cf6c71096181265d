/* SPDX-License-Identifier: Apache-2.0 */
/** What a product picks by keyword: content formats and features. Adding one is a row of a table.
 */
#ifndef LOOMC_PICKS_H
#define LOOMC_PICKS_H

#include "plan.h"

struct loomc_pick {
    const char *keyword; /**< in the profile */
    const char *symbol;  /**< the keyword with `_` for `-`, as the runtime's symbols have it */
    bool standard;       /**< a product has it whose profile names none */
};

/** All that can be picked of one kind, at most 64. */
struct loomc_picks {
    const char *kind; /**< "format" */
    enum loomc_word word;
    const struct loomc_pick *items;
    size_t count;
    bool may_be_none; /**< the keyword `none` alone picks nothing */
};

extern const struct loomc_picks loomc_format_picks;
extern const struct loomc_picks loomc_feature_picks;

/** @return bit k: row k of the table; what a profile without any choice has */
uint64_t loomc_picks_standard(const struct loomc_picks *picks);

/** Whether a keyword is among what was picked. */
bool loomc_picks_have(const struct loomc_picks *picks, uint64_t picked, const char *keyword);

/**
 * Reads the settings of a section that pick. What is written later replaces what was before.
 * @param section NULL: changes nothing
 * @param picked  bit k: row k of the table
 */
void loomc_picks_read(const struct loomc_planner *planner, const struct loomc_picks *picks,
                      const struct loomc_section *section, uint64_t *picked);

#endif
