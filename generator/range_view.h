/* SPDX-License-Identifier: Apache-2.0 */
/** What the signs of a RangeEnumeration may mean. */
#ifndef LOOMC_RANGE_VIEW_H
#define LOOMC_RANGE_VIEW_H

#include <stdbool.h>

/** A comma that touches digits on both sides. */
enum loomc_comma { LOOMC_COMMA_LIST, LOOMC_COMMA_THOUSANDS, LOOMC_COMMA_DECIMAL };

/** Two numbers with nothing but a blank between them. */
enum loomc_gap { LOOMC_GAP_LIST, LOOMC_GAP_RANGE, LOOMC_GAP_THOUSANDS };

/** A hyphen whose meaning its surroundings do not tell. */
enum loomc_hyphen {
    LOOMC_HYPHEN_RANGE, /**< `5 -10` is 5 to 10, `-1-5` is -1 to 5, `1--5` is 1 to -5 */
    LOOMC_HYPHEN_OTHER, /**< 5 and -10; -1 to -5; 1 to 5 */
    LOOMC_HYPHEN_LIST   /**< `1-2-3`: three numbers; else the first to the last */
};

/** What the signs mean. */
struct loomc_view {
    enum loomc_comma comma;
    bool points_group; /**< points part thousands */
    enum loomc_gap gap;
    enum loomc_hyphen hyphen;
    bool interval; /**< `[0, 5]` is a range */
};

#endif
