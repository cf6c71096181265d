/* SPDX-License-Identifier: Apache-2.0 */
#include "nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define WORD_MAX 64

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edit distance (insert, delete, replace) without regard to case; words are at most WORD_MAX long.
 */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1];
    size_t length = strlen(b);

    for (size_t j = 0; j <= length; j++) {
        row[j] = j;
    }
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t diagonal = row[0];

        row[0] = i + 1;
        for (size_t j = 0; j < length; j++) {
            bool same = tolower((unsigned char)a[i]) == tolower((unsigned char)b[j]);
            size_t replaced = diagonal + (same ? 0 : 1);

            diagonal = row[j + 1];
            row[j + 1] = least(replaced, least(row[j + 1], row[j]) + 1);
        }
    }
    return row[length];
}

const char *loomc_nearest(const char *word, const char *const *candidates, size_t count)
{
    const char *best = NULL;
    size_t best_distance = strlen(word) / 3 + 2;

    if (strlen(word) > WORD_MAX) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (strlen(candidates[i]) <= WORD_MAX) {
            size_t d = distance(word, candidates[i]);

            if (d < best_distance && d < strlen(candidates[i])) {
                best = candidates[i];
                best_distance = d;
            }
        }
    }
    return best;
}
