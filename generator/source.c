/* SPDX-License-Identifier: Apache-2.0 */
#include "source.h"

#include "buffer.h"
#include "diagnostics.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Reads the file into `text`. @return 0, or an errno value; EFBIG if it is too large. */
static int read_all(FILE *file, struct loomc_buffer *text)
{
    char chunk[16384];
    size_t length;

    errno = 0;
    while ((length = fread(chunk, 1, sizeof(chunk), file)) > 0) {
        loomc_put(text, chunk, length);
        if (text->length > LOOMC_SOURCE_MAX) {
            return EFBIG;
        }
    }
    if (ferror(file)) {
        return errno != 0 ? errno : EIO;
    }
    return 0;
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
    FILE *file = fopen(path, "rb");
    int error = file == NULL ? errno : read_all(file, &text);

    if (file != NULL) {
        fclose(file);
    }
    if (error == 0) {
        source = loomc_alloc(arena, sizeof(*source));
        *source = loomc_source_of(loomc_copy(arena, path, strlen(path)),
                                  loomc_copy(arena, text.data, text.length), text.length);
    } else {
        loomc_error_in_file(diagnostics, path, "cannot read: %s", strerror(error));
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

struct loomc_place loomc_source_place(const struct loomc_source *source, size_t offset)
{
    struct loomc_place place = {1, 1};

    loomc_place_advance(&place, source->text, offset < source->length ? offset : source->length);
    return place;
}
