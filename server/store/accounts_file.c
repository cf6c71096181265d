/* SPDX-License-Identifier: Apache-2.0 */
/* The accounts file: its lines and section heads. docs/servers.md describes it. */
#include "store/accounts_file.h"

#include "common/memory.h"
#include "loom/codec.h"
#include "store/accounts_reader.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* More than any fleet written by hand; keeps a wrong file name from filling the memory. */
#define FILE_SIZE_MAX (64u * 1024u * 1024u)

static void end_section(struct loom_fleet_reader *reader)
{
    if (reader->section == LOOM_FLEET_SECTION_SERVER && !reader->skipping) {
        loom_fleet_server_end(reader);
    }
    if (reader->section == LOOM_FLEET_SECTION_PROFILE && !reader->skipping) {
        loom_fleet_profile_end(reader);
    }
}

static void begin_any(struct loom_fleet_reader *reader, const struct loom_fleet_word *head)
{
    loom_fleet_endpoint_end(reader);
    reader->section = LOOM_FLEET_SECTION_ANY;
    reader->skipping = false;
    if (reader->accounts->any) {
        loom_fleet_error(reader, head, "[any] is in the file already");
    }
    reader->accounts->any = true;
}

static void begin_section(struct loom_fleet_reader *reader, const struct loom_fleet_word *line)
{
    struct loom_fleet_word rest = *line;
    struct loom_fleet_word head = *line;
    end_section(reader);
    reader->skipping = true;
    if (line->text.data[line->text.length - 1] != ']') {
        loom_fleet_error(reader, line, "a section head ends with ]");
        return;
    }
    rest.text.data++;
    rest.text.length -= 2;
    rest.column++;
    (void)loom_fleet_split(&rest, " \t", &head);
    loom_fleet_trim(&rest);
    if (loom_fleet_is(&head, "endpoint")) {
        loom_fleet_endpoint_end(reader);
        loom_fleet_endpoint_begin(reader, &rest);
    } else if (loom_fleet_is(&head, "server")) {
        loom_fleet_server_begin(reader, &head, &rest);
    } else if (loom_fleet_is(&head, "instance")) {
        loom_fleet_instance_begin(reader, &head, &rest);
    } else if (loom_fleet_is(&head, "any") && reader->kind == LOOM_FLEET_MANAGEMENT) {
        begin_any(reader, &head);
    } else if (loom_fleet_is(&head, "profile") && reader->kind == LOOM_FLEET_MANAGEMENT) {
        loom_fleet_endpoint_end(reader);
        loom_fleet_profile_begin(reader, &rest);
    } else {
        loom_fleet_error(reader, &head, "no such section");
    }
}

static void read_setting_line(struct loom_fleet_reader *reader, const struct loom_fleet_word *text)
{
    struct loom_fleet_line line = {*text, *text, false};
    struct loom_fleet_word rest = *text;
    line.has_value = memchr(text->text.data, '=', text->text.length) != NULL;
    (void)loom_fleet_split(&rest, "=", &line.key);
    loom_fleet_trim(&rest);
    line.value = rest;
    if (line.key.text.length == 0) {
        loom_fleet_error(reader, text, "expected a keyword before =");
        return;
    }
    switch (reader->section) {
    case LOOM_FLEET_SECTION_NONE:
        loom_fleet_error(reader, text,
                         "the file must begin with a section such as [endpoint NAME]");
        reader->skipping = true;
        break;
    case LOOM_FLEET_SECTION_ENDPOINT:
        loom_fleet_endpoint_line(reader, &line);
        break;
    case LOOM_FLEET_SECTION_SERVER:
        loom_fleet_server_line(reader, &line);
        break;
    case LOOM_FLEET_SECTION_INSTANCE:
        if (line.has_value) {
            loom_fleet_named_setting(
                reader, &loom_fleet_current(reader)->writes[reader->instance_write], &line);
        } else {
            loom_fleet_error(reader, text, "expected \"resource = value\"");
        }
        break;
    case LOOM_FLEET_SECTION_PROFILE:
        loom_fleet_profile_line(reader, &line);
        break;
    case LOOM_FLEET_SECTION_ANY:
        loom_fleet_error(reader, text, "[any] has no keywords");
        break;
    }
}

/* A comment is a line that begins with # or ;, or whatever follows a blank and #, outside quotes.
 */
static void drop_comment(struct loom_fleet_word *line)
{
    bool quoted = false;
    loom_fleet_trim(line);
    if (line->text.length > 0 && (line->text.data[0] == '#' || line->text.data[0] == ';')) {
        line->text.length = 0;
    }
    for (size_t at = 1; at < line->text.length; at++) {
        char before = line->text.data[at - 1];
        char c = line->text.data[at];
        if (quoted && c == '\\') {
            at++;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && c == '#' && (before == ' ' || before == '\t')) {
            line->text.length = at;
        }
    }
    loom_fleet_trim(line);
}

static bool check_characters(struct loom_fleet_reader *reader, const struct loom_fleet_word *line)
{
    const unsigned char *bytes = (const unsigned char *)line->text.data;
    size_t at = 0;
    while (at < line->text.length) {
        struct loom_text rest = {line->text.data + at, line->text.length - at};
        size_t length = loom_utf8_length(rest);
        bool control = length == 1 && (bytes[at] < ' ' || bytes[at] == 0x7F) && bytes[at] != '\t' &&
                       bytes[at] != '\r';
        if (length == 0 || control) {
            struct loom_fleet_word place = *line;
            place.column += (unsigned)at;
            loom_fleet_error(reader, &place, control ? "control character" : "not UTF-8");
            return false;
        }
        at += length;
    }
    return true;
}

static void read_line(struct loom_fleet_reader *reader, struct loom_fleet_word line)
{
    if (!check_characters(reader, &line)) {
        return;
    }
    drop_comment(&line);
    if (line.text.length == 0) {
        return;
    }
    if (line.text.data[0] == '[') {
        begin_section(reader, &line);
    } else if (!reader->skipping) {
        read_setting_line(reader, &line);
    }
}

static void read_lines(struct loom_fleet_reader *reader, struct loom_text text)
{
    struct loom_fleet_word line = {text, 1, 1};
    if (text.length >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0) {
        text.data += 3;
        text.length -= 3;
    }
    while (text.length > 0) {
        const char *end = memchr(text.data, '\n', text.length);
        line.text = text;
        line.text.length = end == NULL ? text.length : (size_t)(end - text.data);
        read_line(reader, line);
        size_t used = line.text.length + (end == NULL ? 0 : 1);
        text.data += used;
        text.length -= used;
        line.line++;
    }
    end_section(reader);
    loom_fleet_endpoint_end(reader);
    if (reader->errors == 0 && reader->accounts->count == 0 && !reader->accounts->any) {
        line.column = 1;
        line.line = 1;
        loom_fleet_error(reader, &line, "there is no [endpoint] in this file");
    }
}

/* A hash of a key says something of it, too. */
static void forget_keys(struct loom_fleet_reader *reader)
{
    while (reader->keys != NULL) {
        struct loom_fleet_used_key *used = reader->keys;
        reader->keys = used->next;
        loom_memory_wipe(used, sizeof *used);
        free(used);
    }
    loom_index_end(&reader->by_key);
}

struct loom_fleet_accounts *loom_fleet_accounts_parse(const char *name, struct loom_text text,
                                                      enum loom_fleet_accounts_kind kind,
                                                      const struct loom_catalog *catalog,
                                                      loom_fleet_accounts_report *report,
                                                      void *user)
{
    struct loom_fleet_reader reader = {
        .name = name, .kind = kind, .catalog = catalog, .report = report, .user = user};
    struct loom_fleet_word start = {text, 1, 1};
    reader.accounts = loom_fleet_accounts_new();
    if (reader.accounts == NULL) {
        loom_fleet_out_of_memory(&reader, &start);
        return NULL;
    }
    loom_index_begin(&reader.by_key, 0);
    read_lines(&reader, text);
    forget_keys(&reader);
    if (reader.errors > 0) {
        loom_fleet_accounts_free(reader.accounts);
        return NULL;
    }
    return reader.accounts;
}

/* ---- from a file ----------------------------------------------------------------------------- */

static void report_file(const char *path, const char *what, loom_fleet_accounts_report *report,
                        void *user)
{
    char message[640];
    (void)snprintf(message, sizeof message, "%s: error: %s", path, what);
    if (report != NULL) {
        report(user, message);
    }
}

/* Reads to the end rather than asking for the size: the file may be a pipe. */
static bool read_all(FILE *file, char **data, size_t *length, const char **what)
{
    size_t room = 0;
    *data = NULL;
    *length = 0;
    for (;;) {
        if (*length == room) {
            size_t more = room == 0 ? 4096 : 2 * room;
            char *grown = more > 2 * FILE_SIZE_MAX ? NULL : malloc(more);
            if (grown == NULL) {
                *what = more > 2 * FILE_SIZE_MAX ? "the file is too large" : "out of memory";
                return false;
            }
            if (*data != NULL) {
                memcpy(grown, *data, *length);
                loom_memory_wipe(*data, *length);
                free(*data);
            }
            *data = grown;
            room = more;
        }
        size_t got = fread(*data + *length, 1, room - *length, file);
        *length += got;
        if (got == 0) {
            *what = ferror(file) ? strerror(errno) : NULL;
            return *what == NULL;
        }
    }
}

struct loom_fleet_accounts *loom_fleet_accounts_load(const char *path,
                                                     enum loom_fleet_accounts_kind kind,
                                                     const struct loom_catalog *catalog,
                                                     loom_fleet_accounts_report *report, void *user)
{
    struct loom_fleet_accounts *accounts = NULL;
    const char *what = NULL;
    char *data = NULL;
    size_t length = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        report_file(path, strerror(errno), report, user);
        return NULL;
    }
    /* Unbuffered: no copy of the keys stays behind in a buffer of the library. */
    (void)setvbuf(file, NULL, _IONBF, 0);
    if (read_all(file, &data, &length, &what)) {
        struct loom_text text = {data, length};
        accounts = loom_fleet_accounts_parse(path, text, kind, catalog, report, user);
    } else {
        report_file(path, what, report, user);
    }
    (void)fclose(file);
    if (data != NULL) {
        loom_memory_wipe(data, length);
        free(data);
    }
    return accounts;
}
