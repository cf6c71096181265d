/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "programs/console_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { STEP = 65536 };

static void complain(struct loom_program *program, const char *file, const char *why)
{
    char text[LOOM_PROGRAM_LINE_MAX + 128];
    (void)snprintf(text, sizeof text, "cannot read %s: %s", file, why);
    loom_program_complain(program, text);
}

static bool read_all(struct loom_program *program, const char *file, FILE *from, uint8_t **bytes,
                     size_t *length)
{
    size_t got;
    do {
        uint8_t *more = realloc(*bytes, *length + STEP);
        if (more == NULL) {
            complain(program, file, "out of memory");
            return false;
        }
        *bytes = more;
        errno = 0;
        got = fread(*bytes + *length, 1, STEP, from);
        *length += got;
        if (*length > LOOM_PROGRAM_REQUEST_MAX) {
            complain(program, file, "it is longer than 16 MiB");
            return false;
        }
    } while (got == STEP);
    if (ferror(from) != 0) {
        complain(program, file, strerror(errno));
        return false;
    }
    return true;
}

bool loom_dm_console_read_file(struct loom_program *program, const char *file,
                               struct loom_bytes *content)
{
    struct stat about;
    /* Anything else might keep the server waiting. */
    bool regular = stat(file, &about) != 0 || S_ISREG(about.st_mode);
    FILE *from = regular ? fopen(file, "rb") : NULL;
    uint8_t *bytes = NULL;
    size_t length = 0;
    if (from == NULL) {
        complain(program, file, regular ? strerror(errno) : "it is no regular file");
        return false;
    }
    bool good = read_all(program, file, from, &bytes, &length);
    (void)fclose(from);
    if (!good) {
        free(bytes);
        return false;
    }
    *content = (struct loom_bytes){bytes, length};
    return true;
}
