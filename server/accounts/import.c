/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts/import.h"

#include "common/memory.h"
#include "common/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PIECE_SIZE 4096u

/* What is read before others have their turn, if none of it is a change. */
#define LINES_AT_ONCE 16u
#define BYTES_AT_ONCE 65536u

struct loom_import {
    struct loom_directory *directory;
    struct loom_import_options options;
    struct loom_import_counts counts;
    size_t under_way; /* lines of which is not known yet what becomes of them */
    bool lost;        /* the store failed: nothing more is taken */
    bool exhausted;   /* there is nothing more to read */
    bool over;        /* the directory knows it */

    char piece[PIECE_SIZE];
    size_t piece_length;
    size_t piece_at;

    char *line; /* LOOM_IMPORT_LINE_MAX bytes */
    size_t length;
    size_t number; /* of the line that it began in */
    size_t inside; /* line ends in it so far */
    bool overlong;
    bool quoted; /* CSV: the line goes on in the next one */

    char *columns[LOOM_IMPORT_COLUMNS_MAX]; /* of the head of CSV */
    size_t column_count;
    bool bad_head;

    struct loom_text name; /* of the line that is read */
    bool said;
    struct line *made;                   /* a change that the line is */
    struct loom_directory_change change; /* the same, for the directory */
};

/* A line whose change is under way. */
struct line {
    struct loom_import *import;
    size_t number;
    bool said;
    size_t name_length;
    char name[];
};

/* ---- results --------------------------------------------------------------------------------- */

static void tell_of(const struct loom_import *import, const struct loom_import_result *result)
{
    if (import->options.report != NULL) {
        import->options.report(import->options.user, result);
    }
}

/* Of the line that is read. */
static void tell(struct loom_import *import, const char *at, const char *detail)
{
    const struct loom_import_result result = {
        .line = import->number, .name = import->name, .at = at, .detail = detail};
    import->said = true;
    tell_of(import, &result);
}

static void fail(struct loom_import *import, const char *detail)
{
    tell(import, "", detail);
}

static void tell_line(struct line *line, bool good, const char *at, const char *detail)
{
    const struct loom_import_result result = {.line = line->number,
                                              .name = {line->name, line->name_length},
                                              .good = good,
                                              .at = at,
                                              .detail = detail};
    line->said |= !good;
    tell_of(line->import, &result);
}

static void on_mistake(void *user, const char *at, const char *detail)
{
    tell_line(user, false, at, detail);
}

/* ---- the end --------------------------------------------------------------------------------- */

static void end_if_over(struct loom_import *import)
{
    if (!import->over || import->under_way > 0) {
        return;
    }
    for (size_t i = 0; i < import->column_count; i++) {
        free(import->columns[i]);
    }
    import->options.done(import->options.user, import->lost ? LOOM_UNAVAILABLE : LOOM_OK,
                         &import->counts);
    loom_memory_wipe(import->line, LOOM_IMPORT_LINE_MAX);
    loom_memory_wipe(import->piece, sizeof import->piece);
    free(import->line);
    free(import);
}

static void on_done(void *user, enum loom_status status, int64_t generation)
{
    struct line *line = user;
    struct loom_import *import = line->import;
    (void)generation;
    if (status == LOOM_OK) {
        tell_line(line, true, "", NULL);
    } else if (status == LOOM_UNAVAILABLE && !import->lost) {
        import->lost = true;
        tell_line(line, false, "", "it could not be stored, and nothing more is taken");
    } else if (!line->said) {
        tell_line(line, false, "", "it could not be stored");
    }
    *(status == LOOM_OK ? &import->counts.good : &import->counts.failed) += 1;
    free(line);
    import->under_way--;
    end_if_over(import);
}

/* ---- one document ---------------------------------------------------------------------------- */

static bool read_kind(struct loom_import *import, json_t *document, enum loom_directory_kind *kind)
{
    static const char *const kinds[] = {"profile", "group", "account"};
    json_t *value = json_object_get(document, "kind");
    *kind = LOOM_DIRECTORY_ACCOUNT;
    if (value == NULL) {
        return true;
    }
    for (unsigned i = 0; json_is_string(value) && i < LOOM_DIRECTORY_KINDS; i++) {
        if (strcmp(json_string_value(value), kinds[i]) == 0) {
            *kind = (enum loom_directory_kind)i;
            return json_object_del(document, "kind") == 0;
        }
    }
    tell(import, "/kind", "there are profile, group and account");
    return false;
}

/* The document is the change's from now on. */
static void make_change(struct loom_import *import, enum loom_directory_kind kind, json_t *document,
                        struct loom_text name)
{
    struct line *line = calloc(1, sizeof *line + name.length + 1);
    if (line == NULL) {
        fail(import, "there is no memory for it");
        return;
    }
    line->import = import;
    line->number = import->number;
    line->name_length = name.length;
    memcpy(line->name, name.data, name.length);
    import->made = line;
    import->change = (struct loom_directory_change){.kind = kind,
                                                    .name = {line->name, line->name_length},
                                                    .document = json_incref(document),
                                                    .try = import->options.try,
                                                    .report = on_mistake,
                                                    .done = on_done,
                                                    .user = line};
}

static void put(struct loom_import *import, json_t *document)
{
    enum loom_directory_kind kind;
    if (!read_kind(import, document, &kind)) {
        return;
    }
    const char *member = kind == LOOM_DIRECTORY_ACCOUNT ? "endpoint" : "name";
    json_t *name = json_incref(json_object_get(document, member));
    if (!json_is_string(name)) {
        char detail[64];
        (void)snprintf(detail, sizeof detail, "%s is missing, or no text", member);
        fail(import, detail);
        json_decref(name);
        return;
    }
    (void)json_object_del(document, member);
    make_change(import, kind, document,
                (struct loom_text){json_string_value(name), json_string_length(name)});
    json_decref(name);
}

static void begin_line(struct loom_import *import)
{
    import->said = false;
    import->name = (struct loom_text){NULL, 0};
    import->counts.lines++;
}

static void end_line(struct loom_import *import)
{
    if (import->made != NULL) {
        import->under_way++;
    } else {
        import->counts.failed++;
    }
}

/* ---- NDJSON ---------------------------------------------------------------------------------- */

static void take_json(struct loom_import *import, struct loom_text line)
{
    char error[LOOM_JSON_TEXT_ERROR];
    json_t *document =
        loom_json_text_read(line, LOOM_DOCUMENT_DEPTH_MAX, LOOM_DOCUMENT_COUNT_MAX, error);
    begin_line(import);
    if (document == NULL) {
        fail(import, error);
    } else if (!json_is_object(document)) {
        fail(import, "expected an object");
    } else {
        put(import, document);
    }
    json_decref(document);
    end_line(import);
}

/* ---- CSV (RFC 4180) -------------------------------------------------------------------------- */

/* Takes the next field off a row, in place. @return false: none, or quotes that are wrong */
static bool next_field(char **at, char *end, struct loom_text *field, bool *more)
{
    char *from = *at;
    char *to = from;
    if (from < end && *from == '"') {
        char *begin = ++from;
        to = begin;
        while (from < end && (*from != '"' || (from + 1 < end && from[1] == '"'))) {
            from += *from == '"' ? 1 : 0;
            *to++ = *from++;
        }
        if (from == end || (from + 1 < end && from[1] != ',')) {
            return false;
        }
        from++;
        *field = (struct loom_text){begin, (size_t)(to - begin)};
    } else {
        while (from < end && *from != ',') {
            from++;
        }
        *field = (struct loom_text){*at, (size_t)(from - *at)};
    }
    *more = from < end;
    *at = from + (*more ? 1 : 0);
    return true;
}

static void read_head(struct loom_import *import, char *row, char *end)
{
    bool more = true;
    bool endpoint = false;
    while (more && !import->bad_head) {
        struct loom_text field;
        if (!next_field(&row, end, &field, &more) || field.length == 0 ||
            import->column_count == LOOM_IMPORT_COLUMNS_MAX) {
            import->bad_head = true;
            break;
        }
        char *name = malloc(field.length + 1);
        if (name == NULL) {
            import->bad_head = true;
            break;
        }
        memcpy(name, field.data, field.length);
        name[field.length] = '\0';
        endpoint |= strcmp(name, "endpoint") == 0;
        import->columns[import->column_count++] = name;
    }
    if (import->bad_head || !endpoint) {
        import->bad_head = true;
        begin_line(import);
        fail(import, "the first row names the columns, at most 64, and one of them is endpoint");
        end_line(import);
    }
}

/* `nosec` is true or false, all else is text: who reads it knows the type. */
static json_t *value_of(const char *column, struct loom_text field)
{
    size_t length = strlen(column);
    bool flag = length >= 5 && strcmp(column + length - 5, "nosec") == 0;
    if (flag && (loom_text_is(field, "yes") || loom_text_is(field, "true"))) {
        return json_true();
    }
    if (flag && (loom_text_is(field, "no") || loom_text_is(field, "false"))) {
        return json_false();
    }
    return json_stringn(field.data, field.length);
}

/* `servers.101.key` is the member of a member of a member. */
static bool set_field(json_t *document, const char *column, struct loom_text field)
{
    char name[LOOM_DOCUMENT_PLACE_SIZE];
    json_t *at = document;
    const char *dot;
    while ((dot = strchr(column, '.')) != NULL) {
        size_t length = (size_t)(dot - column);
        if (length == 0 || length >= sizeof name) {
            return false;
        }
        memcpy(name, column, length);
        name[length] = '\0';
        json_t *inner = json_object_get(at, name);
        if (inner == NULL) {
            inner = json_object();
            if (json_object_set_new(at, name, inner) != 0) {
                return false;
            }
        }
        if (!json_is_object(inner)) {
            return false;
        }
        at = inner;
        column = dot + 1;
    }
    return json_object_set_new(at, column, value_of(column, field)) == 0;
}

static void take_row(struct loom_import *import, char *row, char *end)
{
    bool more = true;
    size_t column = 0;
    json_t *document = json_object();
    begin_line(import);
    while (more && document != NULL && !import->said) {
        struct loom_text field;
        if (!next_field(&row, end, &field, &more)) {
            fail(import, "a field in quotes ends with a quote and a comma");
        } else if (column == import->column_count) {
            fail(import, "the row has more fields than the first one");
        } else if (field.length > 0 && !set_field(document, import->columns[column], field)) {
            tell(import, import->columns[column], "this field cannot be used");
        }
        column++;
    }
    if (document == NULL) {
        fail(import, "there is no memory for it");
    } else if (!import->said) {
        put(import, document);
    }
    json_decref(document);
    end_line(import);
}

/* ---- lines ----------------------------------------------------------------------------------- */

static bool is_blank(struct loom_text line)
{
    for (size_t i = 0; i < line.length; i++) {
        if (line.data[i] != ' ' && line.data[i] != '\t' && line.data[i] != '\r') {
            return false;
        }
    }
    return true;
}

static void take_line(struct loom_import *import)
{
    struct loom_text line = {import->line, import->length};
    if (import->overlong) {
        begin_line(import);
        fail(import, "the line is too long");
        end_line(import);
    } else if (is_blank(line)) {
        /* says nothing */
    } else if (import->options.format == LOOM_IMPORT_NDJSON) {
        take_json(import, line);
    } else {
        size_t length = line.data[line.length - 1] == '\r' ? line.length - 1 : line.length;
        char *end = import->line + length;
        if (import->column_count == 0 && !import->bad_head) {
            read_head(import, import->line, end);
        } else if (!import->bad_head) {
            take_row(import, import->line, end);
        }
    }
    loom_memory_wipe(import->line, import->length); /* there may have been a key in it */
    import->length = 0;
    import->overlong = false;
    import->quoted = false;
}

/* @return false: there is nothing more */
static bool take_byte(struct loom_import *import)
{
    if (import->piece_at == import->piece_length) {
        import->piece_at = 0;
        import->piece_length =
            import->options.read(import->options.user, import->piece, sizeof import->piece);
    }
    if (import->piece_length == 0) {
        return false;
    }
    char c = import->piece[import->piece_at++];
    bool csv = import->options.format == LOOM_IMPORT_CSV;
    if (c == '\n' && !(csv && import->quoted)) {
        take_line(import);
        import->number += 1 + import->inside;
        import->inside = 0;
        return true;
    }
    import->inside += c == '\n' ? 1 : 0;
    import->quoted ^= csv && c == '"';
    if (import->length == LOOM_IMPORT_LINE_MAX) {
        import->overlong = true;
        import->quoted = false; /* the line ends with its line end, whatever is in it */
    } else {
        import->line[import->length++] = c;
    }
    return true;
}

/* Lines up to one that is a change, or as many as may be read at once. */
static void read_text(struct loom_import *import)
{
    size_t lines = import->counts.lines + LINES_AT_ONCE;
    for (size_t i = 0; i < BYTES_AT_ONCE && import->made == NULL && !import->exhausted &&
                       import->counts.lines < lines;
         i++) {
        if (!take_byte(import)) {
            import->exhausted = true;
            if (import->length > 0) {
                take_line(import);
            }
        }
    }
}

/* ---- an accounts file ------------------------------------------------------------------------ */

static void read_account(struct loom_import *import)
{
    const struct loom_fleet_account *account = import->options.next(import->options.user);
    import->exhausted = account == NULL;
    if (account == NULL) {
        return;
    }
    json_t *document = loom_document_of(account, loom_directory_catalog(import->directory));
    begin_line(import);
    if (document == NULL ||
        json_object_set_new(document, "endpoint",
                            json_stringn(account->endpoint.data, account->endpoint.length)) != 0) {
        fail(import, "it cannot be said in a document");
    } else {
        put(import, document);
    }
    json_decref(document);
    end_line(import);
    loom_fleet_account_release(account);
    import->number++;
}

/* ---- for the directory ----------------------------------------------------------------------- */

static bool next(void *user, struct loom_directory_change *change)
{
    struct loom_import *import = user;
    import->made = NULL;
    if (import->exhausted || import->lost) {
        import->over = true;
        end_if_over(import);
        return false;
    }
    if (import->options.next != NULL) {
        read_account(import);
    } else {
        read_text(import);
    }
    change->kind = LOOM_DIRECTORY_KINDS;
    if (import->made != NULL) {
        *change = import->change;
    }
    return true;
}

static void ended(void *user)
{
    struct loom_import *import = user;
    import->lost = true;
    import->over = true;
    end_if_over(import);
}

bool loom_import_post(struct loom_directory *directory, const struct loom_import_options *options)
{
    struct loom_import *import = calloc(1, sizeof *import);
    const struct loom_directory_source source = {next, ended, import};
    if (import != NULL) {
        import->line = malloc(LOOM_IMPORT_LINE_MAX);
        import->directory = directory;
        import->options = *options;
        import->number = 1;
    }
    if (import == NULL || import->line == NULL || !loom_directory_post_source(directory, &source)) {
        free(import == NULL ? NULL : import->line);
        free(import);
        return false;
    }
    return true;
}
