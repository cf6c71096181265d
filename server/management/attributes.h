/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Attributes of notification as a server writes them (rules C.2).
 */
#ifndef LOOM_MANAGEMENT_ATTRIBUTES_H
#define LOOM_MANAGEMENT_ATTRIBUTES_H

#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Looks whether an argument of a query is an attribute: `pmin=10`, `gt=-2.5`, or, to unset it,
 * `pmin` (rule C-53). Whether it fits the path and the other attributes (rule C-52) is for the
 * client to say, which knows those that are set.
 * @param unset whether it may come without a value
 */
bool loom_dm_attribute_is_good(struct loom_text argument, bool unset);

#ifdef __cplusplus
}
#endif

#endif
