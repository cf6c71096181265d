/* SPDX-License-Identifier: Apache-2.0 */
/** The names of what is about a single value: types, ranges, named values, presets. */
#ifndef LOOMC_FIELDS_VALUE_H
#define LOOMC_FIELDS_VALUE_H

#include "plan.h"
#include "vocabulary.h"

/** How a data type looks in C. */
struct loomc_c_type {
    const char *constant;  /**< LOOM_... */
    const char *accessor;  /**< loom_get_... */
    const char *type;      /**< of a value */
    const char *member;    /**< of struct loom_value */
    const char *parameter; /**< of a setter */
    const char *argument;
};

const struct loomc_c_type *loomc_c_type(enum loomc_type type);

extern const struct loomc_vocabulary loomc_line_fields;   /* const char * */
extern const struct loomc_vocabulary loomc_range_fields;  /* struct loomc_range_row */
extern const struct loomc_vocabulary loomc_text_fields;   /* const char * */
extern const struct loomc_vocabulary loomc_named_fields;  /* struct loomc_named */
extern const struct loomc_vocabulary loomc_preset_fields; /* struct loomc_preset */
extern const struct loomc_vocabulary loomc_given_fields;  /* struct loomc_given */

#endif
