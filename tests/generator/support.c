/* SPDX-License-Identifier: Apache-2.0 */
#define _XOPEN_SOURCE 700

#include "support.h"

#include "profile.h"
#include "xml_reader.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void read_texts(struct outcome *outcome, bool strict, const struct loomc_profile *profile,
                       const char *const *texts, size_t count)
{
    memset(outcome, 0, sizeof(*outcome));
    outcome->names.prefix = LOOMC_PREFIX;
    outcome->diagnostics.out = open_memstream(&outcome->messages, &outcome->messages_size);
    cr_assert_not_null(outcome->diagnostics.out);
    for (size_t i = 0; i < count; i++) {
        struct loomc_source *source = loomc_alloc(&outcome->arena, sizeof(*source));

        *source = loomc_source_of(loomc_format(&outcome->arena, "%c.xml", (char)('a' + i)),
                                  texts[i], strlen(texts[i]));
        loomc_xml_read(&outcome->arena, &outcome->diagnostics, source, strict, profile,
                       &outcome->models);
    }
    loomc_models_sort(&outcome->models, &outcome->diagnostics);
}

void outcome_run(struct outcome *outcome, const char *const *texts, size_t count,
                 const char *profile_text)
{
    static struct loomc_source source;
    struct outcome first;

    memset(&first, 0, sizeof first);
    source = loomc_source_of("p.profile", profile_text, strlen(profile_text));
    first.diagnostics.out = open_memstream(&first.messages, &first.messages_size);
    struct loomc_profile profile = loomc_profile_read(&first.arena, &first.diagnostics, &source);

    read_texts(outcome, false, &profile, texts, count);
    outcome_free(&first); /* it is read again, with what is wrong with it */
    outcome_plan(outcome, profile_text);
}

void outcome_read(struct outcome *outcome, const char *const *texts, size_t count)
{
    read_texts(outcome, false, NULL, texts, count);
}

void outcome_read_one(struct outcome *outcome, const char *text)
{
    read_texts(outcome, false, NULL, &text, 1);
}

void outcome_read_strict(struct outcome *outcome, const char *text)
{
    read_texts(outcome, true, NULL, &text, 1);
}

void outcome_plan(struct outcome *outcome, const char *text)
{
    struct loomc_profile profile = {NULL, NULL, 0, 0};
    struct loomc_source *source = loomc_alloc(&outcome->arena, sizeof(*source));

    if (text != NULL) {
        *source = loomc_source_of("p.profile", text, strlen(text));
        profile = loomc_profile_read(&outcome->arena, &outcome->diagnostics, source);
    }
    loomc_names_assign(&outcome->names, &outcome->arena, &outcome->models, &outcome->diagnostics);
    outcome->plan = loomc_plan_make(&outcome->arena, &outcome->diagnostics, &outcome->models,
                                    &outcome->names, text != NULL ? &profile : NULL);
}

const char *outcome_messages(struct outcome *outcome)
{
    fflush(outcome->diagnostics.out);
    return outcome->messages;
}

void outcome_free(struct outcome *outcome)
{
    fclose(outcome->diagnostics.out);
    free(outcome->messages);
    loomc_arena_free(&outcome->arena);
}

void expect_messages(struct outcome *outcome, const char *expected)
{
    cr_expect_str_eq(outcome_messages(outcome), expected, "got:\n%sinstead of:\n%s",
                     outcome_messages(outcome), expected);
}

const struct loomc_row *find_row(const struct loomc_plan_object *planned, unsigned id)
{
    for (size_t i = 0; i < planned->row_count; i++) {
        if (planned->rows[i].resource->id == id) {
            return &planned->rows[i];
        }
    }
    return NULL;
}

/* ---- folders --------------------------------------------------------------------------------- */

char *folder_make(void)
{
    const char *base = getenv("TMPDIR");
    char *folder = malloc(4096);

    cr_assert_not_null(folder);
    snprintf(folder, 4096, "%s/loomc-test-XXXXXX", base != NULL ? base : "/tmp");
    cr_assert_not_null(mkdtemp(folder));
    return folder;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

void folder_remove(char *folder)
{
    nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(folder);
}

char *folder_path(const char *folder, const char *name)
{
    char *path = malloc(strlen(folder) + strlen(name) + 2);

    cr_assert_not_null(path);
    sprintf(path, "%s/%s", folder, name);
    return path;
}

void folder_write(const char *folder, const char *name, const char *text)
{
    char *path = folder_path(folder, name);
    FILE *file = fopen(path, "wb");

    cr_assert_not_null(file, "%s", path);
    cr_assert(fputs(text, file) >= 0);
    cr_assert_eq(fclose(file), 0);
    free(path);
}

char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        return NULL;
    }
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    int c;

    cr_assert_not_null(out);
    while ((c = fgetc(file)) != EOF) {
        fputc(c, out);
    }
    fclose(out);
    fclose(file);
    return text;
}

char *folder_read(const char *folder, const char *name)
{
    char *path = folder_path(folder, name);
    char *text = read_file(path);

    free(path);
    return text;
}

unsigned folder_count(const char *folder)
{
    DIR *directory = opendir(folder);
    unsigned count = 0;

    cr_assert_not_null(directory);
    for (const struct dirent *entry = readdir(directory); entry != NULL;
         entry = readdir(directory)) {
        count += entry->d_name[0] != '.';
    }
    closedir(directory);
    return count;
}
