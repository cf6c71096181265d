/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "source.h"

#include "buffer.h"
#include "diagnostics.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char too_large[] = "larger than 4 MiB";

/* Opens a regular file. Nothing else is read: a FIFO or a device may have no end, or no beginning.
 * @return the file, or NULL with what is wrong in `*problem` */
static FILE *open_regular(const char *path, const char **problem)
{
    struct stat status;
    FILE *file = NULL;
    int descriptor = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

    if (descriptor == -1 || fstat(descriptor, &status) != 0) {
        *problem = strerror(errno);
    } else if (S_ISDIR(status.st_mode)) {
        *problem = strerror(EISDIR);
    } else if (!S_ISREG(status.st_mode)) {
        *problem = "not a regular file";
    } else if (status.st_size > (off_t)LOOMC_SOURCE_MAX) {
        *problem = too_large;
    } else {
        file = fdopen(descriptor, "rb");
        *problem = file == NULL ? strerror(errno) : NULL;
    }
    if (file == NULL && descriptor != -1) {
        close(descriptor);
    }
    return file;
}

/* Reads the file into `text`. @return NULL, or what is wrong. */
static const char *read_all(FILE *file, struct loomc_buffer *text)
{
    char chunk[16384];
    size_t length;

    errno = 0;
    while ((length = fread(chunk, 1, sizeof(chunk), file)) > 0) {
        loomc_put(text, chunk, length);
        if (text->length > LOOMC_SOURCE_MAX) {
            return too_large; /* it has grown meanwhile */
        }
    }
    if (ferror(file)) {
        return strerror(errno != 0 ? errno : EIO);
    }
    return NULL;
}

struct loomc_source loomc_source_of(const char *path, const char *text, size_t length)
{
    const char *slash = strrchr(path, '/');
    struct loomc_source source = {path, slash != NULL ? slash + 1 : path, text, length};

    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        source.text += 3;
        source.length -= 3;
    }
    return source;
}

const struct loomc_source *loomc_source_read(struct loomc_arena *arena,
                                             struct loomc_diagnostics *diagnostics,
                                             const char *path)
{
    struct loomc_source *source = NULL;
    struct loomc_buffer text = {NULL, 0, 0};
    const char *problem;
    FILE *file = open_regular(path, &problem);

    if (file != NULL) {
        problem = read_all(file, &text);
        fclose(file);
    }
    if (problem == NULL) {
        source = loomc_alloc(arena, sizeof(*source));
        *source = loomc_source_of(loomc_copy(arena, path, strlen(path)),
                                  loomc_copy(arena, text.data, text.length), text.length);
    } else {
        loomc_error_in_file(diagnostics, path, "cannot read: %s", problem);
    }
    loomc_buffer_free(&text);
    return source;
}

void loomc_place_advance(struct loomc_place *place, const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];

        if (c == '\n') {
            place->line++;
            place->column = 1;
        } else if ((c & 0xC0u) != 0x80u) {
            place->column++;
        }
    }
}

int loomc_place_compare(struct loomc_place a, struct loomc_place b)
{
    if (a.line != b.line) {
        return a.line < b.line ? -1 : 1;
    }
    return (a.column > b.column) - (a.column < b.column);
}

static bool continues(const struct loomc_source *source, size_t offset)
{
    return offset < source->length && ((unsigned char)source->text[offset] & 0xC0u) == 0x80u;
}

static void step(struct loomc_cursor *cursor)
{
    loomc_place_advance(&cursor->place, cursor->source->text + cursor->offset, 1);
    cursor->offset++;
}

/* The column of a byte, counted from the beginning of its line. */
static unsigned column_at(const struct loomc_source *source, size_t offset)
{
    unsigned column = 1;

    for (; offset > 0 && source->text[offset - 1] != '\n'; offset--) {
        column += !continues(source, offset - 1);
    }
    return column;
}

/* To the first byte of the character before. */
static void step_back(struct loomc_cursor *cursor)
{
    do {
        cursor->offset--;
    } while (cursor->offset > 0 && continues(cursor->source, cursor->offset));
    if (cursor->offset == 0) {
        cursor->place = (struct loomc_place){1, 1};
    } else if (cursor->source->text[cursor->offset] == '\n') {
        cursor->place.line--;
        cursor->place.column = column_at(cursor->source, cursor->offset);
    } else {
        cursor->place.column--;
    }
}

void loomc_cursor_to_offset(struct loomc_cursor *cursor, size_t offset)
{
    while (cursor->offset > offset) {
        step_back(cursor);
    }
    while (cursor->offset < offset && cursor->offset < cursor->source->length) {
        step(cursor);
    }
}

void loomc_cursor_to_place(struct loomc_cursor *cursor, struct loomc_place place)
{
    const struct loomc_source *source = cursor->source;

    while (cursor->offset > 0 && loomc_place_compare(cursor->place, place) > 0) {
        step_back(cursor);
    }
    while (cursor->offset < source->length &&
           (loomc_place_compare(cursor->place, place) < 0 || continues(source, cursor->offset))) {
        step(cursor);
    }
    if (cursor->place.line > place.line) {
        step_back(cursor);
    }
}
