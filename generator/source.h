/* SPDX-License-Identifier: Apache-2.0 */
/** A text that loomc reads, kept in memory for the whole run so that every message can point into
 * it. */
#ifndef LOOMC_SOURCE_H
#define LOOMC_SOURCE_H

#include "arena.h"

#include <stdbool.h>
#include <stddef.h>

/** Both from 1. Columns count characters. */
struct loomc_place {
    unsigned line;
    unsigned column;
};

struct loomc_source {
    const char *path; /**< as the user wrote it, for messages */
    const char *name; /**< the last part of the path, for generated files */
    const char *text; /**< without byte order mark, NUL behind the last byte */
    size_t length;
};

/** Makes a source of text that is in memory and stays there. */
struct loomc_source loomc_source_of(const char *path, const char *text, size_t length);

/** Moves a place over a piece of text. */
void loomc_place_advance(struct loomc_place *place, const char *text, size_t length);

/** @return below 0 if `a` comes before `b`, above 0 if after it, else 0. */
int loomc_place_compare(struct loomc_place a, struct loomc_place b);

/**
 * A byte of a source and its place. It moves from where it stands, so finding many places, one near
 * the other, costs one walk over the text. Starts as {source, 0, {1, 1}}.
 */
struct loomc_cursor {
    const struct loomc_source *source;
    size_t offset;
    struct loomc_place place;
};

/** Moves to a byte; behind the last one if there is no such byte. */
void loomc_cursor_to_offset(struct loomc_cursor *cursor, size_t offset);

/** Moves to the first byte of a character, or to the end of the line if that is too short. */
void loomc_cursor_to_place(struct loomc_cursor *cursor, struct loomc_place place);

#endif
