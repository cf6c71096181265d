/* SPDX-License-Identifier: Apache-2.0 */
/** Words that cannot be names in C or C++. */
#ifndef LOOMC_WORDS_H
#define LOOMC_WORDS_H

#include <stdbool.h>

/** Whether a symbol cannot be the name of a struct's member as it is: a word of C or C++, or a
 * member that every instance has. No symbol ends with `_`, so one is put behind it. */
bool loomc_is_word(const char *symbol);

#endif
