/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration file: a line `name = value` for each option, as on the command line. */
#include "programs/options.h"

#include "catalog/value.h"
#include "common/words.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than any configuration; keeps a wrong file name from filling the memory. */
#define FILE_SIZE_MAX ((size_t)1024 * 1024)

enum { MESSAGE_MAX = 640 };

struct loom_option_text {
    struct loom_option_text *next;
    char text[];
};

void loom_settings_end(struct loom_settings *settings)
{
    while (settings->texts != NULL) {
        struct loom_option_text *text = settings->texts;
        settings->texts = text->next;
        free(text);
    }
}

static void complain(struct loom_options_reader *reader, const struct loom_word *at,
                     const char *what, unsigned line)
{
    char message[MESSAGE_MAX];
    int used = snprintf(message, sizeof message, "%s:%u:%u: error: %s", reader->settings->config,
                        at->line, at->column, what);
    if (line != 0 && used > 0 && (size_t)used < sizeof message) {
        (void)snprintf(message + used, sizeof message - (size_t)used, " %u", line);
    }
    reader->errors++;
    reader->report(reader->user, message);
}

/* @return the row of a name that may stand in the file, or LOOM_OPTION_MAX */
static size_t find_row(const struct loom_options *options, const struct loom_word *name)
{
    const struct loom_option *row;
    for (size_t i = 0; (row = loom_options_row(options, i)) != NULL; i++) {
        if (row->kind < LOOM_OPTION_CONFIG && loom_word_is(name, row->name)) {
            return i;
        }
    }
    return LOOM_OPTION_MAX;
}

/* A value without its quotes, kept by the settings. @return NULL after an error */
static const char *keep_value(struct loom_options_reader *reader, const struct loom_word *word)
{
    struct loom_option_text *kept = malloc(sizeof *kept + word->text.length + 1);
    size_t length;
    if (kept == NULL) {
        complain(reader, word, "out of memory", 0);
        return NULL;
    }
    if (!loom_text_unquote(word->text, kept->text, &length)) {
        complain(reader, word, "quoted text must end with one \", and nothing may follow", 0);
        free(kept);
        return NULL;
    }
    kept->text[length] = '\0';
    kept->next = reader->settings->texts;
    reader->settings->texts = kept;
    return kept->text;
}

static void take_value(struct loom_options_reader *reader, size_t index, const struct loom_word *at)
{
    const char *value = keep_value(reader, at);
    const char *wrong = value == NULL ? NULL : loom_options_take(reader, index, value, false);
    if (wrong != NULL) {
        complain(reader, at, wrong, 0);
    }
}

static void read_setting(struct loom_options_reader *reader, const struct loom_word *line)
{
    struct loom_word rest = *line;
    struct loom_word name = *line;
    bool has_value = memchr(line->text.data, '=', line->text.length) != NULL;
    (void)loom_word_split(&rest, "=", &name);
    loom_word_trim(&rest);
    size_t index = find_row(reader->options, &name);
    if (line->text.data[0] == '[') {
        complain(reader, line, "a configuration file has no sections", 0);
    } else if (!has_value || name.text.length == 0) {
        complain(reader, line, "expected \"name = value\"", 0);
    } else if (index == LOOM_OPTION_MAX) {
        complain(reader, &name, "unknown option; --help lists the options", 0);
    } else if (reader->line[index] != 0 &&
               loom_options_row(reader->options, index)->kind != LOOM_OPTION_LIST) {
        complain(reader, &name, "this is already set in line", reader->line[index]);
    } else if (rest.text.length == 0) {
        complain(reader, &rest, "the value is missing", 0);
    } else {
        reader->line[index] = line->line;
        take_value(reader, index, &rest);
    }
}

static void read_line(struct loom_options_reader *reader, struct loom_word line)
{
    struct loom_word place;
    const char *wrong = loom_line_check(&line, &place);
    if (wrong != NULL) {
        complain(reader, &place, wrong, 0);
        return;
    }
    loom_line_drop_comment(&line);
    if (line.text.length > 0) {
        read_setting(reader, &line);
    }
}

bool loom_options_read_file(struct loom_options_reader *reader)
{
    struct loom_text text;
    const char *what = loom_file_read(reader->settings->config, FILE_SIZE_MAX, &text);
    if (what != NULL) {
        char message[MESSAGE_MAX];
        (void)snprintf(message, sizeof message, "%s: error: %s", reader->settings->config, what);
        reader->report(reader->user, message);
        return false;
    }
    struct loom_lines lines = loom_lines(text);
    struct loom_word line;
    while (loom_lines_next(&lines, &line)) {
        read_line(reader, line);
    }
    free((void *)(uintptr_t)text.data);
    return reader->errors == 0;
}
