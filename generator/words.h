/* SPDX-License-Identifier: Apache-2.0 */
/** Words that cannot be names in programs. */
#ifndef LOOMC_WORDS_H
#define LOOMC_WORDS_H

#include <stdbool.h>

/** Whether a symbol cannot be the name of a struct's member as it is: a word of C or C++, or a
 * member that every instance has. No symbol ends with `_`, so one is put behind it. */
bool loomc_is_word(const char *symbol);

/** Whether a symbol is a word of Python or Rust. */
bool loomc_is_word_elsewhere(const char *symbol);

/** Whether a name in CamelCase is one of them. */
bool loomc_is_camel_word(const char *name);

#endif
