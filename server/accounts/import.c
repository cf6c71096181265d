/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts/import.h"

#include "common/memory.h"
#include "common/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lines that become durable together. */
#define TOGETHER 1000u

struct loom_import {
    struct loom_directory *directory;
    enum loom_import_format format;
    bool try;
    loom_import_report *report;
    void *user;
    struct loom_import_counts counts;
    bool lost;        /* a commit failed: nothing more is taken */
    size_t waiting;   /* documents since the last commit */
    size_t good_then; /* lines that were good at the last commit */

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
};

/* ---- results --------------------------------------------------------------------------------- */

static void tell(struct loom_import *import, bool good, const char *at, const char *detail)
{
    struct loom_import_result result = {
        .line = import->number, .name = import->name, .good = good, .at = at, .detail = detail};
    import->said |= !good;
    if (import->report != NULL) {
        import->report(import->user, &result);
    }
}

static void on_mistake(void *user, const char *at, const char *detail)
{
    tell(user, false, at, detail);
}

static void fail(struct loom_import *import, const char *detail)
{
    tell(import, false, "", detail);
}

/* ---- one document ---------------------------------------------------------------------------- */

/* Nothing since the last commit is there. */
static void lose(struct loom_import *import)
{
    static const char detail[] = "the lines since the last commit could not be stored, and nothing "
                                 "more is taken";
    size_t lines = import->counts.good - import->good_then;
    import->lost = true;
    import->waiting = 0;
    import->counts.good -= lines;
    import->counts.failed += lines;
    import->name = (struct loom_text){NULL, 0};
    fail(import, detail);
}

static void commit(struct loom_import *import)
{
    if (import->waiting == 0) {
        return;
    }
    import->waiting = 0;
    if (loom_directory_end(import->directory) == LOOM_OK) {
        import->good_then = import->counts.good;
    } else {
        lose(import);
    }
}

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
    tell(import, false, "/kind", "there are profile, group and account");
    return false;
}

static const char *words_for(enum loom_status status)
{
    return status == LOOM_CONFLICT ? "another node has changed it meanwhile"
                                   : "it could not be stored";
}

/* Without the store there is no use in the lines that follow. */
static void put_document(struct loom_import *import, enum loom_directory_kind kind,
                         json_t *document)
{
    static const struct loom_directory_condition any = {.absent = false};
    if (!import->try && import->waiting == 0 &&
        loom_directory_begin(import->directory) != LOOM_OK) {
        lose(import);
        return;
    }
    import->waiting += import->try ? 0 : 1;
    enum loom_status status = loom_directory_put(import->directory, kind, import->name, document,
                                                 &any, import->try, on_mistake, import, NULL);
    if (status == LOOM_OK) {
        tell(import, true, "", NULL);
    } else if (status == LOOM_UNAVAILABLE && !import->try) {
        loom_directory_give_up(import->directory);
        lose(import);
    } else if (!import->said) {
        fail(import, words_for(status));
    }
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
    import->name = (struct loom_text){json_string_value(name), json_string_length(name)};
    put_document(import, kind, document);
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
    *(import->said ? &import->counts.failed : &import->counts.good) += 1;
    import->name = (struct loom_text){NULL, 0};
    if (import->waiting >= TOGETHER) {
        commit(import);
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
            tell(import, false, import->columns[column], "this field cannot be used");
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
    } else if (import->format == LOOM_IMPORT_NDJSON) {
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

struct loom_import *loom_import_begin(struct loom_directory *directory,
                                      enum loom_import_format format, bool try,
                                      loom_import_report *report, void *user)
{
    struct loom_import *import = calloc(1, sizeof *import);
    if (import != NULL) {
        import->line = malloc(LOOM_IMPORT_LINE_MAX);
    }
    if (import == NULL || import->line == NULL) {
        free(import);
        return NULL;
    }
    import->directory = directory;
    import->format = format;
    import->try = try;
    import->report = report;
    import->user = user;
    import->number = 1;
    return import;
}

void loom_import_take(struct loom_import *import, struct loom_text piece)
{
    for (size_t i = 0; i < piece.length && !import->lost; i++) {
        char c = piece.data[i];
        bool csv = import->format == LOOM_IMPORT_CSV;
        if (c == '\n' && !(csv && import->quoted)) {
            take_line(import);
            import->number += 1 + import->inside;
            import->inside = 0;
            continue;
        }
        import->inside += c == '\n' ? 1 : 0;
        import->quoted ^= csv && c == '"';
        if (import->length == LOOM_IMPORT_LINE_MAX) {
            import->overlong = true;
            import->quoted = false; /* the line ends with its line end, whatever is in it */
        } else {
            import->line[import->length++] = c;
        }
    }
}

enum loom_status loom_import_end(struct loom_import *import, struct loom_import_counts *counts)
{
    if (import->length > 0 && !import->lost) {
        take_line(import);
    }
    commit(import);
    enum loom_status kept = import->lost ? LOOM_UNAVAILABLE : LOOM_OK;
    *counts = import->counts;
    for (size_t i = 0; i < import->column_count; i++) {
        free(import->columns[i]);
    }
    loom_memory_wipe(import->line, LOOM_IMPORT_LINE_MAX);
    free(import->line);
    free(import);
    return kept;
}

/* ---- an accounts file ------------------------------------------------------------------------ */

struct all {
    struct loom_import *import;
    const struct loom_catalog *catalog;
};

static void take_account(void *user, const struct loom_fleet_account *account)
{
    struct loom_import *import = ((struct all *)user)->import;
    if (import->lost) {
        return;
    }
    json_t *document = loom_document_of(account, ((struct all *)user)->catalog);
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
    import->number++;
}

enum loom_status loom_import_accounts(struct loom_directory *directory,
                                      const struct loom_fleet_store *accounts, bool try,
                                      loom_import_report *report, void *user,
                                      struct loom_import_counts *counts)
{
    struct loom_import *import =
        loom_import_begin(directory, LOOM_IMPORT_NDJSON, try, report, user);
    if (import == NULL) {
        return LOOM_UNAVAILABLE;
    }
    struct all all = {import, loom_directory_catalog(directory)};
    accounts->each(accounts->self, take_account, &all);
    return loom_import_end(import, counts);
}
