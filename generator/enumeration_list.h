/* SPDX-License-Identifier: Apache-2.0 */
/** Lists of named values as they stand in a text: `0: idle, 1: driving`. */
#ifndef LOOMC_ENUMERATION_LIST_H
#define LOOMC_ENUMERATION_LIST_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Most values of one list. */
#define LOOMC_NAMED_MAX 64u

/** `1: CLICK`, as the text has it. */
struct loomc_listed {
    int32_t value;
    const char *name;
    size_t length;
    size_t symbol_length; /**< of its beginning, where it is longer than a name may be */
    const char *remark;   /**< what stands in parentheses behind it, NULL if nothing does */
    size_t remark_length;
    const char *end; /**< of what was read */
};

struct loomc_list {
    struct loomc_listed items[LOOMC_NAMED_MAX];
    size_t count;
};

/** The text with typographic signs and line breaks of HTML as plain ones. */
const char *loomc_list_plain_text(struct loomc_arena *arena, const char *text);

/** Finds the one list of a plain text. @return false if there is none or it is not clear. */
bool loomc_list_find(const char *text, struct loomc_list *list);

/** Takes a plain text that is a list from its first to its last byte. */
bool loomc_list_read(const char *text, struct loomc_list *list);

#endif
