/* SPDX-License-Identifier: Apache-2.0 */
/** The names of a resource. */
#ifndef LOOMC_FIELDS_ROW_H
#define LOOMC_FIELDS_ROW_H

#include "vocabulary.h"

extern const struct loomc_vocabulary loomc_row_fields; /* struct loomc_row */

#endif
