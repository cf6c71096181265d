/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Memory of one run. Everything loomc reads and plans lives as long as the run, so it is taken from
 * one arena and given back at once.
 */
#ifndef LOOMC_ARENA_H
#define LOOMC_ARENA_H

#include <stddef.h>

/** Lets compilers check arguments against the format. */
#if defined(__GNUC__)
#define LOOMC_PRINTF(string, first) __attribute__((format(printf, string, first)))
#else
#define LOOMC_PRINTF(string, first)
#endif

struct loomc_block;

/** Starts as {NULL}. */
struct loomc_arena {
    struct loomc_block *blocks;
};

/** Zeroed memory for any type. Never NULL: a run without memory ends with a message and status 1,
 *  before any output was touched. */
void *loomc_alloc(struct loomc_arena *arena, size_t size);

/** A copy of `length` bytes, with a NUL after them. */
char *loomc_copy(struct loomc_arena *arena, const char *text, size_t length);

/** Text made as printf does. */
LOOMC_PRINTF(2, 3)
char *loomc_format(struct loomc_arena *arena, const char *format, ...);

/**
 * Makes room for one more item at the end of a growing array.
 * @param items the array so far, NULL at first
 * @param room  in and out: items there is room for
 * @return the array, perhaps at another place
 */
void *loomc_grow(struct loomc_arena *arena, void *items, size_t count, size_t *room,
                 size_t item_size);

void loomc_arena_free(struct loomc_arena *arena);

/** Ends the run: there is no memory. */
void loomc_out_of_memory(void);

#endif
