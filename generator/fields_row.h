/* SPDX-License-Identifier: Apache-2.0 */
/** The names of a resource. */
#ifndef LOOMC_FIELDS_ROW_H
#define LOOMC_FIELDS_ROW_H

#include "vocabulary.h"

/** Whether there is a function that reads it, or writes it, where it is handled. */
bool loomc_row_is_read(const void *row);
bool loomc_row_is_written(const void *row);

extern const struct loomc_vocabulary loomc_row_fields; /* struct loomc_row */

#endif
