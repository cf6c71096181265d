/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What numbers mean, in words for people.
 */
#ifndef LOOM_CATALOG_MEANING_H
#define LOOM_CATALOG_MEANING_H

#include "catalog/catalog.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * @param entry of the resource; NULL: it is not known
 * @return what the value of a resource or resource instance means: the words of the standard, such
 *         as `Downloaded` of /5/0/3 (rules C.6), or what its model says; NULL: a number is a number
 */
const char *loom_catalog_meaning(const struct loom_catalog_entry *entry,
                                 const struct loom_path *path, const struct loom_value *value);

#ifdef __cplusplus
}
#endif

#endif
