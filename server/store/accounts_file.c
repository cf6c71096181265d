/* SPDX-License-Identifier: Apache-2.0 */
/* The accounts file: its lines and section heads. docs/servers.md describes it. */
#include "store/accounts_file.h"

#include "common/memory.h"
#include "loom/codec.h"
#include "store/accounts_reader.h"

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

static void begin_any(struct loom_fleet_reader *reader, const struct loom_word *head)
{
    loom_fleet_endpoint_end(reader);
    reader->section = LOOM_FLEET_SECTION_ANY;
    reader->skipping = false;
    if (reader->accounts->any) {
        loom_fleet_error(reader, head, "[any] is already in the file");
    }
    reader->accounts->any = true;
}

static void begin_section(struct loom_fleet_reader *reader, const struct loom_word *line)
{
    struct loom_word rest = *line;
    struct loom_word head = *line;
    end_section(reader);
    reader->skipping = true;
    if (line->text.data[line->text.length - 1] != ']') {
        loom_fleet_error(reader, line, "a section header must end with ]");
        return;
    }
    rest.text.data++;
    rest.text.length -= 2;
    rest.column++;
    (void)loom_word_split(&rest, " \t", &head);
    loom_word_trim(&rest);
    if (loom_word_is(&head, "endpoint")) {
        loom_fleet_endpoint_end(reader);
        loom_fleet_endpoint_begin(reader, &rest);
    } else if (loom_word_is(&head, "server")) {
        loom_fleet_server_begin(reader, &head, &rest);
    } else if (loom_word_is(&head, "instance")) {
        loom_fleet_instance_begin(reader, &head, &rest);
    } else if (loom_word_is(&head, "any") && reader->kind == LOOM_FLEET_MANAGEMENT) {
        begin_any(reader, &head);
    } else if (loom_word_is(&head, "profile") && reader->kind == LOOM_FLEET_MANAGEMENT) {
        loom_fleet_endpoint_end(reader);
        loom_fleet_profile_begin(reader, &rest);
    } else {
        loom_fleet_error(reader, &head, "unknown section");
    }
}

static void read_setting_line(struct loom_fleet_reader *reader, const struct loom_word *text)
{
    struct loom_fleet_line line = {*text, *text, false};
    struct loom_word rest = *text;
    line.has_value = memchr(text->text.data, '=', text->text.length) != NULL;
    (void)loom_word_split(&rest, "=", &line.key);
    loom_word_trim(&rest);
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

static void read_line(struct loom_fleet_reader *reader, struct loom_word line)
{
    struct loom_word place;
    const char *wrong = loom_line_check(&line, &place);
    if (wrong != NULL) {
        loom_fleet_error(reader, &place, "%s", wrong);
        return;
    }
    loom_line_drop_comment(&line);
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
    struct loom_lines lines = loom_lines(text);
    struct loom_word line;
    while (loom_lines_next(&lines, &line)) {
        read_line(reader, line);
    }
    end_section(reader);
    loom_fleet_endpoint_end(reader);
    if (reader->errors == 0 && reader->accounts->count == 0 && !reader->accounts->any) {
        struct loom_word start = {text, 1, 1};
        loom_fleet_error(reader, &start, "there is no [endpoint] in this file");
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
    struct loom_word start = {text, 1, 1};
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

struct loom_fleet_accounts *loom_fleet_accounts_load(const char *path,
                                                     enum loom_fleet_accounts_kind kind,
                                                     const struct loom_catalog *catalog,
                                                     loom_fleet_accounts_report *report, void *user)
{
    struct loom_text text;
    const char *what = loom_file_read(path, FILE_SIZE_MAX, &text);
    if (what != NULL) {
        report_file(path, what, report, user);
        return NULL;
    }
    struct loom_fleet_accounts *accounts =
        loom_fleet_accounts_parse(path, text, kind, catalog, report, user);
    loom_memory_wipe((void *)(uintptr_t)text.data, text.length);
    free((void *)(uintptr_t)text.data);
    return accounts;
}
