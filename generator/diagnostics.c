/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnostics.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#define MESSAGE_MAX 1024
#define WORD_MAX    64

/* Messages quote text that others wrote; it must not steer the reader's terminal. C2 80..9F are the
 * control characters above ASCII. */
static void print_safely(FILE *out, const char *text)
{
    for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
        if (*p == 0xC2 && p[1] >= 0x80 && p[1] < 0xA0) {
            fprintf(out, "\\x%02X", p[1]);
            p++;
        } else if (*p < 0x20 || *p == 0x7F) {
            fprintf(out, "\\x%02X", *p);
        } else {
            fputc(*p, out);
        }
    }
}

LOOMC_PRINTF(5, 0)
static void print(struct loomc_diagnostics *diagnostics, const char *path,
                  const struct loomc_place *place, const char *kind, const char *format,
                  va_list list)
{
    char message[MESSAGE_MAX];

    print_safely(diagnostics->out, path);
    if (place != NULL) {
        fprintf(diagnostics->out, ":%u:%u", place->line, place->column);
    }
    fprintf(diagnostics->out, ": %s: ", kind);
    vsnprintf(message, sizeof(message), format, list);
    print_safely(diagnostics->out, message);
    fputc('\n', diagnostics->out);
}

void loomc_error_at(struct loomc_diagnostics *diagnostics, const struct loomc_source *source,
                    struct loomc_place place, const char *format, ...)
{
    va_list list;

    diagnostics->errors++;
    va_start(list, format);
    print(diagnostics, source->path, &place, "error", format, list);
    va_end(list);
}

void loomc_warning_at(struct loomc_diagnostics *diagnostics, const struct loomc_source *source,
                      struct loomc_place place, const char *format, ...)
{
    va_list list;

    diagnostics->warnings++;
    va_start(list, format);
    print(diagnostics, source->path, &place, "warning", format, list);
    va_end(list);
}

void loomc_error(struct loomc_diagnostics *diagnostics, const struct loomc_source *source,
                 size_t offset, const char *format, ...)
{
    struct loomc_place place = loomc_source_place(source, offset);
    va_list list;

    diagnostics->errors++;
    va_start(list, format);
    print(diagnostics, source->path, &place, "error", format, list);
    va_end(list);
}

void loomc_error_in_file(struct loomc_diagnostics *diagnostics, const char *path,
                         const char *format, ...)
{
    va_list list;

    diagnostics->errors++;
    va_start(list, format);
    print(diagnostics, path, NULL, "error", format, list);
    va_end(list);
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Edit distance (insert, delete, replace) without regard to case; words are at most WORD_MAX long.
 */
static size_t distance(const char *a, const char *b)
{
    size_t row[WORD_MAX + 1];
    size_t length = strlen(b);

    for (size_t j = 0; j <= length; j++) {
        row[j] = j;
    }
    for (size_t i = 0; a[i] != '\0'; i++) {
        size_t diagonal = row[0];

        row[0] = i + 1;
        for (size_t j = 0; j < length; j++) {
            bool same = tolower((unsigned char)a[i]) == tolower((unsigned char)b[j]);
            size_t replaced = diagonal + (same ? 0 : 1);

            diagonal = row[j + 1];
            row[j + 1] = least(replaced, least(row[j + 1], row[j]) + 1);
        }
    }
    return row[length];
}

const char *loomc_nearest(const char *word, const char *const *candidates, size_t count)
{
    const char *best = NULL;
    size_t best_distance = strlen(word) / 3 + 2;

    if (strlen(word) > WORD_MAX) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        if (strlen(candidates[i]) <= WORD_MAX) {
            size_t d = distance(word, candidates[i]);

            if (d < best_distance && d < strlen(candidates[i])) {
                best = candidates[i];
                best_distance = d;
            }
        }
    }
    return best;
}
