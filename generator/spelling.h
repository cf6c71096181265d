/* SPDX-License-Identifier: Apache-2.0 */
/** Keywords as authors write them: in another case, with other blanks, or by the name of another
 *  language. */
#ifndef LOOMC_SPELLING_H
#define LOOMC_SPELLING_H

#include <stddef.h>

/** @return the index of the word that differs in case, blanks and signs at most, or -1. */
int loomc_spelling_find(const char *text, const char *const *words, size_t count);

/** @return what to use in the place of a type that LwM2M does not have, or NULL. */
const char *loomc_spelling_type(const char *text);

/** @return the keyword that another word can only mean in the place of one of `words`, or NULL:
 *  `Mandatory` for `Yes`, `RW` for `Read/Write`. */
const char *loomc_spelling_keyword(const char *text, const char *const *words, size_t count);

#endif
