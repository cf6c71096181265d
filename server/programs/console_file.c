/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "programs/console_file.h"

#include "files/folder.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STEP = 65536 };

static void complain(struct loom_program *program, const char *file, const char *why)
{
    char text[LOOM_PROGRAM_LINE_MAX + 128];
    (void)snprintf(text, sizeof text, "cannot read %s: %s", file, why);
    loom_program_complain(program, text);
}

static bool read_all(struct loom_program *program, const char *file, int from, uint8_t **bytes,
                     size_t *length)
{
    ssize_t got;
    do {
        uint8_t *more = realloc(*bytes, *length + STEP);
        if (more == NULL) {
            complain(program, file, "out of memory");
            return false;
        }
        *bytes = more;
        got = read(from, *bytes + *length, STEP);
        if (got < 0 && errno != EINTR) {
            complain(program, file, strerror(errno));
            return false;
        }
        *length += got > 0 ? (size_t)got : 0;
        if (*length > LOOM_PROGRAM_REQUEST_MAX) {
            complain(program, file, "it is longer than 16 MiB");
            return false;
        }
    } while (got != 0);
    return true;
}

bool loom_dm_console_read_file(struct loom_program *program, const char *file,
                               struct loom_bytes *content)
{
    uint8_t *bytes = NULL;
    size_t length = 0;
    int from = loom_folder_open_file(file);
    if (from < 0) {
        complain(program, file, errno != 0 ? strerror(errno) : "it is not a regular file");
        return false;
    }
    bool good = read_all(program, file, from, &bytes, &length);
    (void)close(from);
    if (!good) {
        free(bytes);
        return false;
    }
    *content = (struct loom_bytes){bytes, length};
    return true;
}
