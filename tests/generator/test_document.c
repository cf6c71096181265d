/* SPDX-License-Identifier: Apache-2.0 */
/* docs/templates.md and what loomc knows agree, both ways: every name, every escape and every
 * built-in format is in the document, and nothing else is. */
#include "support.h"

#include "escape.h"
#include "fields.h"
#include "fields_value.h"
#include "ids.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define THINGS_MAX 32u

/* The vocabularies that a template can come to. */
struct things {
    const struct loomc_vocabulary *items[THINGS_MAX];
    size_t count;
};

/* A row of a table: | `name` | kind | ... */
struct row {
    char name[64];
    char kind[96];
};

static void collect(struct things *things, const struct loomc_vocabulary *vocabulary)
{
    for (size_t i = 0; i < things->count; i++) {
        if (things->items[i] == vocabulary) {
            return;
        }
    }
    cr_assert_lt(things->count, THINGS_MAX);
    things->items[things->count++] = vocabulary;
    for (size_t i = 0; i < vocabulary->count; i++) {
        if (vocabulary->fields[i].kind == LOOMC_FIELD_LIST) {
            collect(things, vocabulary->fields[i].items);
        }
    }
}

static struct things things_of_plans(void)
{
    struct things things = {{NULL}, 0};

    collect(&things, &loomc_plan_fields);
    collect(&things, &loomc_object_fields);
    collect(&things, &loomc_unit_fields);
    return things;
}

static struct things things_of_ids(void)
{
    struct things things = {{NULL}, 0};

    collect(&things, &loomc_ids_fields);
    return things;
}

static struct things all_things(void)
{
    struct things things = things_of_plans();

    collect(&things, &loomc_ids_fields);
    return things;
}

/* ---- the document ---------------------------------------------------------------------------- */

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');

    return end != NULL ? end + 1 : line + strlen(line);
}

static bool begins_with(const char *line, const char *text)
{
    return strncmp(line, text, strlen(text)) == 0;
}

/* @return the first line of a section, or NULL. */
static const char *find_section(const char *document, const char *heading)
{
    size_t length = strlen(heading);

    for (const char *line = document; *line != '\0'; line = next_line(line)) {
        if (begins_with(line, heading) && line[length] == '\n') {
            return next_line(line);
        }
    }
    return NULL;
}

/* Reads the next row at or behind `*line`. @return false at the end of the section. */
static bool next_row(const char **line, struct row *row)
{
    for (; **line != '\0' && **line != '#'; *line = next_line(*line)) {
        if (sscanf(*line, "| `%63[^`]` | %95[^|]", row->name, row->kind) == 2) {
            size_t length = strlen(row->kind);

            while (length > 0 && row->kind[length - 1] == ' ') {
                row->kind[--length] = '\0';
            }
            *line = next_line(*line);
            return true;
        }
    }
    return false;
}

static void expected_kind(const struct loomc_field *field, char *kind, size_t size)
{
    static const char *const kinds[] = {
        [LOOMC_FIELD_SAFE] = "value", [LOOMC_FIELD_TEXT] = "text", [LOOMC_FIELD_FLAG] = "flag"};

    if (field->kind != LOOMC_FIELD_LIST) {
        snprintf(kind, size, "%s", kinds[field->kind]);
        return;
    }
    const char *thing = field->items->thing;
    int length = snprintf(kind, size, "list of [%s](#", thing);

    for (; *thing != '\0'; thing++) {
        kind[length++] = (char)(*thing == ' ' ? '-' : *thing);
    }
    snprintf(kind + length, size - (size_t)length, ")");
}

/* ---- comparing ------------------------------------------------------------------------------- */

static void compare_section(const char *section, const struct loomc_vocabulary *vocabulary,
                            struct loomc_buffer *problems)
{
    unsigned seen[128] = {0};
    struct row row;

    cr_assert_leq(vocabulary->count, sizeof(seen) / sizeof(seen[0]));
    while (next_row(&section, &row)) {
        size_t i = 0;
        char kind[96];

        while (i < vocabulary->count && strcmp(vocabulary->fields[i].name, row.name) != 0) {
            i++;
        }
        if (i == vocabulary->count) {
            loomc_put_format(problems, "%s: there is no `%s`\n", vocabulary->thing, row.name);
            continue;
        }
        seen[i]++;
        expected_kind(&vocabulary->fields[i], kind, sizeof(kind));
        if (strcmp(kind, row.kind) != 0) {
            loomc_put_format(problems, "%s: `%s` is a %s, not a %s\n", vocabulary->thing, row.name,
                             kind, row.kind);
        }
    }
    for (size_t i = 0; i < vocabulary->count; i++) {
        if (seen[i] != 1) {
            loomc_put_format(problems, "%s: `%s` is documented %u times\n", vocabulary->thing,
                             vocabulary->fields[i].name, seen[i]);
        }
    }
}

static void compare_names(const char *document, struct loomc_buffer *problems)
{
    struct things things = all_things();
    size_t headings = 0;

    for (size_t i = 0; i < things.count; i++) {
        char heading[64];

        snprintf(heading, sizeof(heading), "### %s", things.items[i]->thing);
        const char *section = find_section(document, heading);

        if (section == NULL) {
            loomc_put_format(problems, "there is no section \"%s\"\n", heading);
        } else {
            compare_section(section, things.items[i], problems);
        }
    }
    for (const char *line = document; *line != '\0'; line = next_line(line)) {
        headings += begins_with(line, "### ");
    }
    if (headings != things.count) {
        loomc_put_format(problems, "%zu sections about %zu things\n", headings, things.count);
    }
}

static void compare_escapes(const char *document, struct loomc_buffer *problems)
{
    const char *section = find_section(document, "## Escapes");
    size_t documented = 0;
    size_t count;
    struct row row;

    cr_assert_not_null(section);
    loomc_escape_names(&count);
    for (; next_row(&section, &row); documented++) {
        if (loomc_escape_find(row.name, strlen(row.name)) == NULL) {
            loomc_put_format(problems, "there is no escape `%s`\n", row.name);
        }
    }
    if (documented != count) {
        loomc_put_format(problems, "%zu of %zu escapes are documented\n", documented, count);
    }
}

static void expect_problems(const char *document, const char *expected)
{
    struct loomc_buffer problems = {NULL, 0, 0};

    loomc_put_text(&problems, "");
    compare_names(document, &problems);
    compare_escapes(document, &problems);
    cr_expect_str_eq(problems.data, expected, "docs/templates.md:\n%sinstead of:\n%s",
                     problems.data, expected);
    loomc_buffer_free(&problems);
}

/* The document with one piece replaced. */
static void expect_problems_after(const char *piece, const char *replacement, const char *expected)
{
    char *document = folder_read(DOCS, "templates.md");
    struct loomc_buffer changed = {NULL, 0, 0};

    cr_assert_not_null(document);
    const char *place = strstr(document, piece);

    cr_assert_not_null(place, "%s", piece);
    loomc_put(&changed, document, (size_t)(place - document));
    loomc_put_text(&changed, replacement);
    loomc_put_text(&changed, place + strlen(piece));
    expect_problems(changed.data, expected);
    loomc_buffer_free(&changed);
    free(document);
}

Test(document, lists_every_name_and_no_other)
{
    char *document = folder_read(DOCS, "templates.md");

    cr_assert_not_null(document);
    expect_problems(document, "");
    free(document);
}

Test(document, would_be_found_wrong)
{
    expect_problems_after("| `least` | value |", "| `lowest` | value |",
                          "a range: there is no `lowest`\n"
                          "a range: `least` is documented 0 times\n");
    expect_problems_after("| `least` | value |", "| `most` | value | |\n| `least` | value |",
                          "a range: `most` is documented 2 times\n");
    expect_problems_after("| `line` | text |", "| `line` | value |",
                          "a line: `line` is a text, not a value\n");
    expect_problems_after("list of [a line](#a-line)", "list of [a range](#a-range)",
                          "an object: `comment` is a list of [a line](#a-line), not a list of [a "
                          "range](#a-range)\n");
    expect_problems_after("### a line", "### a word", "there is no section \"### a line\"\n");
    expect_problems_after("| `csv` |", "| `tsv` |", "there is no escape `tsv`\n");
}

static void expect_nothing_hidden(const struct things *things)
{
    static const char *const shared[] = {"prefix",  "PREFIX", "license",
                                         "comment", "model",  "objects"};

    for (size_t i = 0; i < things->count; i++) {
        for (size_t j = 0; j < things->items[i]->count; j++) {
            const char *name = things->items[i]->fields[j].name;
            bool allowed = false;

            for (size_t k = 0; k < sizeof(shared) / sizeof(shared[0]); k++) {
                allowed = allowed || strcmp(shared[k], name) == 0;
            }
            for (size_t k = 0; !allowed && k < i; k++) {
                for (size_t m = 0; m < things->items[k]->count; m++) {
                    cr_expect_str_neq(name, things->items[k]->fields[m].name, "%s and %s",
                                      things->items[k]->thing, things->items[i]->thing);
                }
            }
        }
    }
}

/* One name means one thing in all places, but for those that are the same fact of another thing. No
 * template comes to both a plan and the ids. */
Test(document, names_are_not_hidden_by_accident)
{
    struct things plans = things_of_plans();
    struct things ids = things_of_ids();

    expect_nothing_hidden(&plans);
    expect_nothing_hidden(&ids);
}

/* What names say of each type is in a table of the page. */
Test(document, tells_what_the_types_are_in_c)
{
    char *document = folder_read(DOCS, "templates.md");

    cr_assert_not_null(document);
    for (int type = LOOMC_STRING; type <= LOOMC_CORELNK; type++) {
        const struct loomc_c_type *c = loomc_c_type((enum loomc_type)type);
        char row[256];

        snprintf(row, sizeof(row), "\n| `%s` | `%s` | `%s` | `%s` | `%s` | `%s` | `%s` | `",
                 loomc_type_name((enum loomc_type)type), c->constant, c->accessor, c->type,
                 c->parameter, c->argument, c->member);
        cr_expect_not_null(strstr(document, row), "%s", row);
    }
    free(document);
}
