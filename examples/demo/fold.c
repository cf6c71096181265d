/* SPDX-License-Identifier: Apache-2.0 */
#define _DEFAULT_SOURCE /* TIOCGWINSZ */

#include "fold.h"

#include <sys/ioctl.h>
#include <unistd.h>

#define ESCAPE     '\033'
#define ESCAPE_END 'm'
/* With less a column of text is not worth reading. */
#define COLUMNS_LEAST 60u

unsigned demo_fold_columns(FILE *file)
{
    struct winsize size;
    if (isatty(fileno(file)) != 1 || ioctl(fileno(file), TIOCGWINSZ, &size) != 0) {
        return 0;
    }
    return size.ws_col < COLUMNS_LEAST ? 0 : size.ws_col;
}

static void flush(struct demo_fold *fold)
{
    unsigned end = fold->column + fold->spaces + fold->width;
    if (fold->columns != 0 && end > fold->columns && fold->column > fold->indent) {
        fputc('\n', fold->out);
        fold->column = 0;
        fold->spaces = fold->indent;
    }
    (void)fprintf(fold->out, "%*s%.*s", (int)fold->spaces, "", (int)fold->length, fold->word);
    fold->column += fold->spaces + fold->width;
    fold->spaces = 0;
    fold->width = 0;
    fold->length = 0;
}

static void add(struct demo_fold *fold, char c)
{
    unsigned char byte = (unsigned char)c;
    if (fold->length == sizeof fold->word) {
        flush(fold);
    }
    fold->word[fold->length++] = c;
    if (c == ESCAPE) {
        fold->in_escape = true;
    } else if (fold->in_escape) {
        fold->in_escape = c != ESCAPE_END;
    } else if (byte < 0x80 || byte >= 0xC0) { /* the first byte of a character in UTF-8 */
        fold->width++;
    }
}

void demo_fold_put(struct demo_fold *fold, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == ' ') {
            if (fold->length > 0) {
                flush(fold);
            }
            fold->spaces++;
        } else if (*text == '\n') {
            flush(fold);
            fputc('\n', fold->out);
            fold->column = 0;
        } else {
            add(fold, *text);
        }
    }
}
