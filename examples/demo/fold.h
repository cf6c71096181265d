/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Text in lines that are folded between words, where a terminal would break them anywhere.
 */
#ifndef LOOM_DEMO_FOLD_H
#define LOOM_DEMO_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define DEMO_FOLD_WORD 256u /* bytes of the longest word that stays whole */

/** Begins with `out`, `columns` and `indent` set and the rest zero. */
struct demo_fold {
    FILE *out;
    unsigned columns; /**< of the terminal; 0: lines are as long as they are */
    unsigned indent;  /**< of what does not fit a line, in columns */

    /* ---- private ---- */
    unsigned column;
    unsigned spaces; /**< before the word */
    unsigned width;  /**< of the word, in columns */
    size_t length;
    char word[DEMO_FOLD_WORD];
    bool in_escape; /**< a sequence that changes a colour, which takes no column */
};

/** Writes text, which may end anywhere in a line or a word. A line is out with its `\n`. */
void demo_fold_put(struct demo_fold *fold, const char *text);

/** @return the columns of the terminal that `file` is, fit to be folded to; 0: there are none */
unsigned demo_fold_columns(FILE *file);

#endif
