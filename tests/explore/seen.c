/* SPDX-License-Identifier: Apache-2.0 */
/* States that were seen: a hash table. */
#include "explore.h"

#include <stdlib.h>

#define SIZE_FIRST (1u << 12)

static struct seen *table;
static size_t table_size; /* a power of 2 */
static size_t table_used;

static void resize(size_t size)
{
    struct seen *old = table;
    size_t old_size = table_size;
    table = calloc(size, sizeof *table);
    if (table == NULL) {
        abort();
    }
    table_size = size;
    for (size_t i = 0; i < old_size; i++) {
        if (old[i].depth != 0) {
            *seen_find(old[i].hash) = old[i];
        }
    }
    free(old);
}

void seen_begin(void)
{
    seen_end();
    resize(SIZE_FIRST);
}

void seen_end(void)
{
    free(table);
    table = NULL;
    table_size = 0;
    table_used = 0;
}

struct seen *seen_find(uint64_t hash)
{
    size_t at = (size_t)hash & (table_size - 1);
    while (table[at].depth != 0 && table[at].hash != hash) {
        at = (at + 1) & (table_size - 1);
    }
    return &table[at];
}

struct seen *seen_add(uint64_t hash)
{
    struct seen *seen = seen_find(hash);
    if (seen->depth == 0) {
        table_used++;
        if (table_used * 2 > table_size) {
            resize(table_size * 2);
            seen = seen_find(hash);
        }
        seen->hash = hash;
        seen->ways[0] = 1; /* no event at all */
    }
    return seen;
}

uint64_t seen_count(void)
{
    return table_used;
}
