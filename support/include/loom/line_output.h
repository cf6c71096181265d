/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Lines to a file descriptor, without ever waiting for whoever reads it.
 *
 * A line is written into memory and goes out as far as the descriptor takes it; the rest goes out
 * later. When too much has piled up, whole lines are dropped and counted. When the reader has gone,
 * all are.
 *
 * A program ignores SIGPIPE and calls loom_line_output_flush() when the descriptor is ready.
 */
#ifndef LOOM_LINE_OUTPUT_H
#define LOOM_LINE_OUTPUT_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_line_output {
    int file; /* -1: nobody reads it any more */
    FILE *line;
    char *text; /* of `line` */
    size_t text_length;
    char *waiting;
    size_t room;
    size_t first; /* of the bytes that wait */
    size_t count;
    uint64_t dropped;
};

/**
 * Begins. The descriptor stays the caller's and is used as it is.
 * @param room bytes that may wait
 * @return false without memory
 */
bool loom_line_output_open(struct loom_line_output *output, int file, size_t room);

/** @return where to write the next line or lines; ends with loom_line_output_end() */
FILE *loom_line_output_begin(struct loom_line_output *output);

/** What was written since loom_line_output_begin() goes out: all of it or nothing. */
void loom_line_output_end(struct loom_line_output *output);

/** Writes what waits as far as that is possible at once. */
void loom_line_output_flush(struct loom_line_output *output);

/** What poll() has to watch for; its `fd` is -1 while nothing waits. */
struct pollfd loom_line_output_watch(const struct loom_line_output *output);

/** @return how many lines were dropped, each reported once, and only when there is room to say so
 */
uint64_t loom_line_output_take_dropped(struct loom_line_output *output);

/** Writes what waits, for `milliseconds` at most while nothing is taken, and frees. */
void loom_line_output_close(struct loom_line_output *output, int milliseconds);

#ifdef __cplusplus
}
#endif

#endif
