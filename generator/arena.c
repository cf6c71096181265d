/* SPDX-License-Identifier: Apache-2.0 */
#include "arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_SIZE 65536u
#define ALIGNMENT  16u

struct loomc_block {
    struct loomc_block *next;
    size_t used;
    size_t size;
    char *bytes;
};

void loomc_out_of_memory(void)
{
    fputs("loomc: error: out of memory\n", stderr);
    exit(1);
}

static struct loomc_block *new_block(size_t size)
{
    struct loomc_block *block = malloc(sizeof *block);
    char *bytes = calloc(1, size);

    if (block == NULL || bytes == NULL) {
        loomc_out_of_memory();
        return NULL;
    }
    block->next = NULL;
    block->used = 0;
    block->size = size;
    block->bytes = bytes;
    return block;
}

void *loomc_alloc(struct loomc_arena *arena, size_t size)
{
    struct loomc_block *block = arena->blocks;

    if (size > SIZE_MAX - ALIGNMENT) {
        loomc_out_of_memory();
    }
    size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    if (block == NULL || block->size - block->used < size) {
        block = new_block(size > BLOCK_SIZE ? size : BLOCK_SIZE);
        block->next = arena->blocks;
        arena->blocks = block;
    }
    void *memory = block->bytes + block->used;
    block->used += size;
    return memory;
}

char *loomc_copy(struct loomc_arena *arena, const char *text, size_t length)
{
    char *copy = loomc_alloc(arena, length + 1);

    if (length > 0) {
        memcpy(copy, text, length);
    }
    return copy;
}

char *loomc_format(struct loomc_arena *arena, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    int length = vsnprintf(NULL, 0, format, list);
    va_end(list);

    char *text = loomc_alloc(arena, (size_t)length + 1);

    va_start(list, format);
    vsnprintf(text, (size_t)length + 1, format, list);
    va_end(list);
    return text;
}

void *loomc_grow(struct loomc_arena *arena, void *items, size_t count, size_t *room,
                 size_t item_size)
{
    if (count < *room) {
        return items;
    }
    size_t larger = *room == 0 ? 8 : *room * 2;

    if (larger > SIZE_MAX / item_size) {
        loomc_out_of_memory();
    }
    void *moved = loomc_alloc(arena, larger * item_size);

    if (count > 0) {
        memcpy(moved, items, count * item_size);
    }
    *room = larger;
    return moved;
}

void loomc_arena_free(struct loomc_arena *arena)
{
    while (arena->blocks != NULL) {
        struct loomc_block *block = arena->blocks;

        arena->blocks = block->next;
        free(block->bytes);
        free(block);
    }
}
