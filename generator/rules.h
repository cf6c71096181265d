/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the standard asks of authors of new objects (LwM2M Core, the appendix on object templates)
 * and no schema can say.
 */
#ifndef LOOMC_RULES_H
#define LOOMC_RULES_H

#include "diagnostics.h"
#include "model.h"

/** Reports what is wrong with an object that was read, as errors; as warnings what may be meant. */
void loomc_rules_check(struct loomc_diagnostics *diagnostics, const struct loomc_object *object);

#endif
