/* SPDX-License-Identifier: Apache-2.0 */
/** Escapes of templates: how text from a model becomes a harmless part of a file. */
#ifndef LOOMC_ESCAPE_H
#define LOOMC_ESCAPE_H

#include "buffer.h"

struct loomc_escape {
    const char *name;
    void (*put)(struct loomc_buffer *out, const char *text, size_t length);
};

/** @return the escape of that name, or NULL. */
const struct loomc_escape *loomc_escape_find(const char *name, size_t length);

/** The names of all escapes, for messages. */
const char *const *loomc_escape_names(size_t *count);

/* c_string: the inside of a string literal of C or C++; all that is not printable ASCII becomes an
 * octal escape, no trigraph comes to be. */
void loomc_escape_c_string(struct loomc_buffer *out, const char *text, size_t length);

/* c_comment: the inside of a block comment on one line; cannot end the comment, begin another one,
 * splice lines or turn the direction of writing. */
void loomc_escape_c_comment(struct loomc_buffer *out, const char *text, size_t length);

/* c_ident: lower-case letters, digits and single underscores, none at an end; may be empty or begin
 * with a digit. Words in CamelCase are parted, and Latin letters transliterated (symbol.h). */
void loomc_escape_c_ident(struct loomc_buffer *out, const char *text, size_t length);

/* json: the inside of a string of JSON, harmless in a <script> of HTML too. What is no UTF-8
 * becomes U+FFFD. */
void loomc_escape_json(struct loomc_buffer *out, const char *text, size_t length);

/* html: text of an element or of an attribute in quotes. Line ends stay. */
void loomc_escape_html(struct loomc_buffer *out, const char *text, size_t length);

/* markdown: text within a line of CommonMark, or in a cell of a table; not for code spans. A line
 * end becomes <br>. */
void loomc_escape_markdown(struct loomc_buffer *out, const char *text, size_t length);

/* rust_string: the inside of a string literal of Rust, on one line. */
void loomc_escape_rust_string(struct loomc_buffer *out, const char *text, size_t length);

/* csv: the inside of a field in double quotes (RFC 4180). The data stay what they are. */
void loomc_escape_csv(struct loomc_buffer *out, const char *text, size_t length);

#endif
