/* SPDX-License-Identifier: Apache-2.0 */
/** The names that templates use, bound to the plan. */
#ifndef LOOMC_FIELDS_H
#define LOOMC_FIELDS_H

#include "plan.h"
#include "vocabulary.h"

/** What object.h and object.c are rendered for. */
extern const struct loomc_vocabulary loomc_object_fields; /* struct loomc_plan_object */

/** What objects.h and objects.c are rendered for. */
extern const struct loomc_vocabulary loomc_plan_fields; /* struct loomc_plan */

/** A model file and the objects that come from it. */
struct loomc_unit {
    const struct loomc_source *source;
    const char *prefix; /**< what files begin with */
    const struct loomc_plan_object **objects;
    size_t count;
};

/** What unit.c is rendered for. */
extern const struct loomc_vocabulary loomc_unit_fields; /* struct loomc_unit */

#endif
