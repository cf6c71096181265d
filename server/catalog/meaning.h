/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What numbers mean to which the standard gives a meaning of its own, in words for people.
 */
#ifndef LOOM_CATALOG_MEANING_H
#define LOOM_CATALOG_MEANING_H

#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/** @return what the value of a resource or resource instance means, such as `Downloaded` of /5/0/3
 *  (rules C.6); NULL: a number is a number */
const char *loom_catalog_meaning(const struct loom_path *path, const struct loom_value *value);

#ifdef __cplusplus
}
#endif

#endif
