/* SPDX-License-Identifier: Apache-2.0 */
/** What somebody who mistyped a word most likely wanted to write. */
#ifndef LOOMC_NEAREST_H
#define LOOMC_NEAREST_H

#include <stddef.h>

/** The candidate that `word` is most likely a slip of, or NULL if none is near. */
const char *loomc_nearest(const char *word, const char *const *candidates, size_t count);

#endif
