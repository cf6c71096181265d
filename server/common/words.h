/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Files that an operator writes: lines of `keyword = value`, each word with its place, so that an
 * error can name it. The accounts and the configuration are such files.
 */
#ifndef LOOM_SERVER_WORDS_H
#define LOOM_SERVER_WORDS_H

#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Text of a file and where it stands; both count from 1, columns in bytes. */
struct loom_word {
    struct loom_text text;
    unsigned line;
    unsigned column;
};

/** Takes blanks off both ends. */
void loom_word_trim(struct loom_word *word);

/** Takes the part up to the next of `ends` off the front of `rest`, trimmed, and leaves in `rest`
 * what is behind it. @return false: `rest` is used up */
bool loom_word_split(struct loom_word *rest, const char *ends, struct loom_word *part);

/** @return whether the word is `literal`. */
bool loom_word_is(const struct loom_word *word, const char *literal);

/** The lines of a file that are not read yet. */
struct loom_lines {
    struct loom_text rest;
    unsigned line; /**< number of the last one */
};

/** Begins with the text of a file, behind its byte order mark if it has one. */
struct loom_lines loom_lines(struct loom_text text);

/** @return false: there are no more */
bool loom_lines_next(struct loom_lines *lines, struct loom_word *line);

/** @param place where the first character is that no line may have
 *  @return NULL, or what is wrong: `not UTF-8` or `control character` */
const char *loom_line_check(const struct loom_word *line, struct loom_word *place);

/** Takes off a comment and the blanks at both ends. A comment is a line that begins with # or ;, or
 *  whatever follows a blank and #, outside quotes. */
void loom_line_drop_comment(struct loom_word *line);

/**
 * Reads a file as a whole, to its end: it may be a pipe. What is freed on the way is wiped, as it
 * may hold keys.
 * @param most bytes that the file may have
 * @param text its `data` is the caller's to wipe and free, also when it is empty
 * @return NULL, or why it could not be read
 */
const char *loom_file_read(const char *path, size_t most, struct loom_text *text);

#ifdef __cplusplus
}
#endif

#endif
