/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "loom/line_output.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A pipe that poll() finds ready takes as much without waiting. */
#define CHUNK ((size_t)_POSIX_PIPE_BUF)

bool loom_line_output_open(struct loom_line_output *output, int file, size_t room)
{
    memset(output, 0, sizeof *output);
    output->file = file;
    output->room = room;
    output->waiting = malloc(room);
    output->line = open_memstream(&output->text, &output->text_length);
    if (output->waiting == NULL || output->line == NULL) {
        loom_line_output_close(output, 0);
        return false;
    }
    return true;
}

FILE *loom_line_output_begin(struct loom_line_output *output)
{
    (void)fseeko(output->line, 0, SEEK_SET);
    return output->line;
}

static void append(struct loom_line_output *output, const char *text, size_t length)
{
    size_t end = (output->first + output->count) % output->room;
    size_t straight = output->room - end < length ? output->room - end : length;
    memcpy(output->waiting + end, text, straight);
    memcpy(output->waiting, text + straight, length - straight);
    output->count += length;
}

static uint64_t lines_in(const char *text, size_t length)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < length; i++) {
        lines += text[i] == '\n' ? 1 : 0;
    }
    return lines;
}

void loom_line_output_end(struct loom_line_output *output)
{
    bool written = fflush(output->line) == 0 && !ferror(output->line);
    clearerr(output->line);
    size_t length = output->text_length;
    if (output->file < 0) {
        return;
    }
    if (!written || length > output->room - output->count) {
        output->dropped += written ? lines_in(output->text, length) : 1;
    } else {
        append(output, output->text, length);
    }
    loom_line_output_flush(output);
}

static bool is_ready(int file, int milliseconds)
{
    struct pollfd ready = {.fd = file, .events = POLLOUT};
    return poll(&ready, 1, milliseconds) == 1;
}

/* @return false: the descriptor takes no more for now */
static bool write_some(struct loom_line_output *output)
{
    size_t length = output->room - output->first;
    length = length < output->count ? length : output->count;
    length = length < CHUNK ? length : CHUNK;
    ssize_t written = write(output->file, output->waiting + output->first, length);
    if (written < 0 && errno != EINTR && errno != EAGAIN) {
        /* The reader has gone, or the disk is full: the program goes on in any case. */
        output->file = errno == EPIPE || errno == EBADF ? -1 : output->file;
        output->dropped++;
        output->count = 0;
    }
    if (written <= 0) {
        return false;
    }
    output->first = (output->first + (size_t)written) % output->room;
    output->count -= (size_t)written;
    return true;
}

static void flush(struct loom_line_output *output, int milliseconds)
{
    while (output->count > 0 && is_ready(output->file, milliseconds) && write_some(output)) {
    }
}

void loom_line_output_flush(struct loom_line_output *output)
{
    flush(output, 0);
}

struct pollfd loom_line_output_watch(const struct loom_line_output *output)
{
    struct pollfd watch = {.fd = output->count > 0 ? output->file : -1, .events = POLLOUT};
    return watch;
}

uint64_t loom_line_output_take_dropped(struct loom_line_output *output)
{
    uint64_t dropped = output->count <= output->room / 2 ? output->dropped : 0;
    output->dropped -= dropped;
    return dropped;
}

void loom_line_output_close(struct loom_line_output *output, int milliseconds)
{
    flush(output, milliseconds);
    if (output->line != NULL) {
        (void)fclose(output->line);
    }
    free(output->text);
    free(output->waiting);
    memset(output, 0, sizeof *output);
    output->file = -1;
}
