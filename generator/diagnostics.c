/* SPDX-License-Identifier: Apache-2.0 */
#include "diagnostics.h"

#include "buffer.h"
#include "utf8.h"

#include <stdarg.h>
#include <string.h>

#define MESSAGE_MAX 1024

/* An excerpt shows at most this much before and after the caret. */
#define COLUMNS_BEFORE 60
#define COLUMNS_AFTER  40

#define BOLD    "\x1b[1m"
#define RED     "\x1b[1;31m"
#define MAGENTA "\x1b[1;35m"
#define GREEN   "\x1b[1;32m"
#define PLAIN   "\x1b[0m"

struct problem {
    enum loomc_severity severity;
    const char *path;
    const struct loomc_place *place; /* NULL: the file as a whole */
    char text[MESSAGE_MAX];
};

static const char *severity_name(enum loomc_severity severity)
{
    return severity == LOOMC_ERROR ? "error" : "warning";
}

/* ---- the message as text --------------------------------------------------------------------- */

/* Puts text that others wrote, so that it cannot steer the reader's terminal. */
static void put_safely(struct loomc_buffer *out, const char *text)
{
    size_t length = strlen(text);

    while (length > 0) {
        uint32_t character = 0;
        size_t size = loomc_utf8_read(text, length, &character);

        if (size == 0) {
            loomc_put_format(out, "\\x%02X", (unsigned char)*text);
            size = 1;
        } else if (!loomc_utf8_steers(character)) {
            loomc_put(out, text, size);
        } else if (character < 0x100) {
            loomc_put_format(out, "\\x%02X", (unsigned)character);
        } else {
            loomc_put_format(out, "\\u%04X", (unsigned)character);
        }
        text += size;
        length -= size;
    }
}

static void put_color(const struct loomc_diagnostics *diagnostics, struct loomc_buffer *out,
                      const char *color)
{
    if (diagnostics->color) {
        loomc_put_text(out, color);
    }
}

static void put_line(const struct loomc_diagnostics *diagnostics, const struct problem *problem,
                     struct loomc_buffer *out)
{
    put_color(diagnostics, out, BOLD);
    put_safely(out, problem->path);
    if (problem->place != NULL) {
        loomc_put_format(out, ":%u:%u", problem->place->line, problem->place->column);
    }
    loomc_put_text(out, ": ");
    put_color(diagnostics, out, problem->severity == LOOMC_ERROR ? RED : MAGENTA);
    loomc_put_format(out, "%s: ", severity_name(problem->severity));
    put_color(diagnostics, out, PLAIN);
    put_safely(out, problem->text);
    loomc_put_char(out, '\n');
}

/* ---- the line of the source ------------------------------------------------------------------ */

struct shown {
    uint32_t character; /* a blank for a tab, '?' for what cannot be shown */
    size_t size;        /* bytes of the source */
    unsigned columns;
};

static struct shown shown_at(const struct loomc_source *source, size_t offset)
{
    struct shown shown = {'?', 1, 1};
    uint32_t character;
    size_t size = loomc_utf8_read(source->text + offset, source->length - offset, &character);

    if (size > 0) {
        shown.size = size;
        if (character == '\t') {
            shown.character = ' ';
        } else if (!loomc_utf8_steers(character)) {
            shown.character = character;
            shown.columns = loomc_utf8_columns(character);
        }
    }
    return shown;
}

static bool ends_line(const struct loomc_source *source, size_t offset)
{
    return offset >= source->length || source->text[offset] == '\n' ||
           (source->text[offset] == '\r' &&
            (offset + 1 == source->length || source->text[offset + 1] == '\n'));
}

/* Where to begin so that the cursor is in sight. */
static size_t excerpt_start(const struct loomc_cursor *cursor)
{
    const char *text = cursor->source->text;
    size_t offset = cursor->offset;

    for (unsigned count = 0; count < COLUMNS_BEFORE && offset > 0 && text[offset - 1] != '\n';
         count++) {
        do {
            offset--;
        } while (offset > 0 && text[offset - 1] != '\n' &&
                 ((unsigned char)text[offset] & 0xC0u) == 0x80u);
    }
    return offset;
}

static void put_shown(const struct loomc_source *source, size_t offset, struct loomc_buffer *out)
{
    struct shown shown = shown_at(source, offset);

    if (shown.character == ' ' || shown.character == '?') {
        loomc_put_char(out, (char)shown.character);
    } else {
        loomc_put(out, source->text + offset, shown.size);
    }
}

/* The line around the cursor and a caret below it. Of a long line only a part is shown. */
static void put_excerpt(const struct loomc_diagnostics *diagnostics, struct loomc_buffer *out)
{
    const struct loomc_cursor *cursor = &diagnostics->cursor;
    const struct loomc_source *source = cursor->source;
    size_t offset = excerpt_start(cursor);
    const char *cut = offset > 0 && source->text[offset - 1] != '\n' ? "..." : "";
    unsigned before = 0;
    unsigned after = 0;

    loomc_put_format(out, "%5u | %s", cursor->place.line, cut);
    while (!ends_line(source, offset) && (offset < cursor->offset || after < COLUMNS_AFTER)) {
        struct shown shown = shown_at(source, offset);

        *(offset < cursor->offset ? &before : &after) += shown.columns;
        put_shown(source, offset, out);
        offset += shown.size;
    }
    loomc_put_text(out, ends_line(source, offset) ? "\n      | " : "...\n      | ");
    loomc_put_format(out, "%*s", (int)(before + strlen(cut)), "");
    put_color(diagnostics, out, GREEN);
    loomc_put_char(out, '^');
    put_color(diagnostics, out, PLAIN);
    loomc_put_char(out, '\n');
}

/* ---- the message as JSON --------------------------------------------------------------------- */

static void put_json_string(struct loomc_buffer *out, const char *text)
{
    size_t length = strlen(text);

    loomc_put_char(out, '"');
    while (length > 0) {
        uint32_t character = 0xFFFD;
        size_t size = loomc_utf8_read(text, length, &character);

        if (size == 0 || loomc_utf8_steers(character)) {
            loomc_put_format(out, "\\u%04x", (unsigned)character);
        } else {
            if (character == '"' || character == '\\') {
                loomc_put_char(out, '\\');
            }
            loomc_put(out, text, size);
        }
        size += size == 0;
        text += size;
        length -= size;
    }
    loomc_put_char(out, '"');
}

static void put_json(const struct problem *problem, struct loomc_buffer *out)
{
    loomc_put_text(out, "{\"file\":");
    put_json_string(out, problem->path);
    if (problem->place != NULL) {
        loomc_put_format(out, ",\"line\":%u,\"column\":%u", problem->place->line,
                         problem->place->column);
    } else {
        loomc_put_text(out, ",\"line\":null,\"column\":null");
    }
    loomc_put_format(out, ",\"severity\":\"%s\",\"text\":", severity_name(problem->severity));
    put_json_string(out, problem->text);
    loomc_put_text(out, "}\n");
}

/* ---- reporting ------------------------------------------------------------------------------- */

/* A message too long for its room must not end in a part of a character. */
static void drop_torn_end(char *text)
{
    size_t length = strlen(text);
    size_t last = length;
    uint32_t character;

    while (last > 0 && length - last < 4 && ((unsigned char)text[last - 1] & 0xC0u) == 0x80u) {
        last--;
    }
    if (last > 0 && (unsigned char)text[last - 1] >= 0xC0u &&
        loomc_utf8_read(text + last - 1, length - last + 1, &character) == 0) {
        text[last - 1] = '\0';
    }
}

/* Each message is written at once: those of several runs do not mix. */
LOOMC_PRINTF(3, 0)
static void report(struct loomc_diagnostics *diagnostics, struct problem *problem,
                   const char *format, va_list list)
{
    struct loomc_buffer out = {NULL, 0, 0};
    unsigned *count =
        problem->severity == LOOMC_ERROR ? &diagnostics->errors : &diagnostics->warnings;

    (*count)++;
    if (diagnostics->errors_only && problem->severity == LOOMC_WARNING) {
        return;
    }
    if (vsnprintf(problem->text, sizeof problem->text, format, list) >= MESSAGE_MAX) {
        drop_torn_end(problem->text);
    }
    if (diagnostics->json) {
        put_json(problem, &out);
    } else {
        put_line(diagnostics, problem, &out);
        if (diagnostics->excerpts && problem->place != NULL) {
            put_excerpt(diagnostics, &out);
        }
    }
    fwrite(out.data, 1, out.length, diagnostics->out);
    loomc_buffer_free(&out);
}

static void aim(struct loomc_diagnostics *diagnostics, const struct loomc_source *source)
{
    if (diagnostics->cursor.source != source) {
        diagnostics->cursor = (struct loomc_cursor){source, 0, {1, 1}};
    }
}

LOOMC_PRINTF(5, 0)
static void report_at(struct loomc_diagnostics *diagnostics, enum loomc_severity severity,
                      const struct loomc_source *source, struct loomc_place place,
                      const char *format, va_list list)
{
    struct problem problem = {.severity = severity, .path = source->path, .place = &place};

    if (diagnostics->excerpts) {
        aim(diagnostics, source);
        loomc_cursor_to_place(&diagnostics->cursor, place);
    }
    report(diagnostics, &problem, format, list);
}

void loomc_report_at(struct loomc_diagnostics *diagnostics, enum loomc_severity severity,
                     const struct loomc_source *source, struct loomc_place place,
                     const char *format, ...)
{
    va_list list;

    va_start(list, format);
    report_at(diagnostics, severity, source, place, format, list);
    va_end(list);
}

void loomc_error_at(struct loomc_diagnostics *diagnostics, const struct loomc_source *source,
                    struct loomc_place place, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    report_at(diagnostics, LOOMC_ERROR, source, place, format, list);
    va_end(list);
}

void loomc_warning_at(struct loomc_diagnostics *diagnostics, const struct loomc_source *source,
                      struct loomc_place place, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    report_at(diagnostics, LOOMC_WARNING, source, place, format, list);
    va_end(list);
}

void loomc_error(struct loomc_diagnostics *diagnostics, const struct loomc_source *source,
                 size_t offset, const char *format, ...)
{
    va_list list;

    aim(diagnostics, source);
    loomc_cursor_to_offset(&diagnostics->cursor, offset);
    va_start(list, format);
    report_at(diagnostics, LOOMC_ERROR, source, diagnostics->cursor.place, format, list);
    va_end(list);
}

void loomc_error_in_file(struct loomc_diagnostics *diagnostics, const char *path,
                         const char *format, ...)
{
    struct problem problem = {.severity = LOOMC_ERROR, .path = path};
    va_list list;

    va_start(list, format);
    report(diagnostics, &problem, format, list);
    va_end(list);
}
