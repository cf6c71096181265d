/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "source_file.h"

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
    while ((length = fread(chunk, 1, sizeof chunk, file)) > 0) {
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
        source = loomc_alloc(arena, sizeof *source);
        *source = loomc_source_of(loomc_copy(arena, path, strlen(path)),
                                  loomc_copy(arena, text.data, text.length), text.length);
    } else {
        loomc_error_in_file(diagnostics, path, "cannot read: %s", problem);
    }
    loomc_buffer_free(&text);
    return source;
}
