/* SPDX-License-Identifier: Apache-2.0 */
#include "directory_bench.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct loom_directory_rows {
    struct directory_bench *bench;
    unsigned count;
    int64_t seen;
    loom_directory_kept *done;
    void *data;
};

static void note(struct directory_bench *bench, const char *what, struct loom_text name)
{
    size_t used = strlen(bench->said);
    (void)snprintf(bench->said + used, sizeof bench->said - used, "%s%s%.*s\n", what,
                   name.length > 0 ? " " : "", (int)name.length, name.length > 0 ? name.data : "");
}

static struct loom_directory_rows *begin(void *self)
{
    struct loom_directory_rows *rows = calloc(1, sizeof *rows);
    cr_assert_not_null(rows);
    rows->bench = self;
    rows->bench->begun++;
    return rows;
}

static bool add(struct loom_directory_rows *rows, const struct loom_directory_row *row)
{
    bool removal = row->document.data == NULL;
    note(rows->bench, removal ? "remove" : "save", row->name);
    for (size_t i = 0; !removal && i + 4 <= row->document.length; i++) { /* no key is in it */
        cr_expect(memcmp(row->document.data + i, "0001", 4) != 0);
    }
    rows->count++;
    return true;
}

static bool expect(struct loom_directory_rows *rows, enum loom_directory_kind kind,
                   struct loom_text name, int64_t generation)
{
    (void)kind;
    cr_expect(generation > 0);
    note(rows->bench, "expect", name);
    return true;
}

static void drop(struct loom_directory_rows *rows)
{
    rows->bench->begun--;
    free(rows);
}

static bool post(struct loom_directory_rows *rows, int64_t seen, loom_directory_kept *done,
                 void *data)
{
    struct directory_bench *bench = rows->bench;
    if (bench->refuses) {
        drop(rows);
        return false;
    }
    note(bench, "post", (struct loom_text){NULL, 0});
    rows->seen = seen;
    rows->done = done;
    rows->data = data;
    cr_assert(bench->posted_count < DIRECTORY_BENCH_POSTED_MAX);
    bench->posted[bench->posted_count++] = rows;
    return true;
}

const struct loom_directory_keeper *directory_bench_begin(struct directory_bench *bench)
{
    memset(bench, 0, sizeof *bench);
    bench->keeper = (struct loom_directory_keeper){
        .self = bench, .begin = begin, .add = add, .expect = expect, .post = post, .drop = drop};
    return &bench->keeper;
}

void directory_bench_decide(struct directory_bench *bench, enum loom_status status)
{
    struct loom_directory_rows *rows = bench->posted[0];
    int64_t *generations = calloc(rows->count + 1, sizeof *generations);
    cr_assert_not_null(generations);
    bench->posted_count--;
    memmove(&bench->posted[0], &bench->posted[1], bench->posted_count * sizeof bench->posted[0]);
    for (unsigned i = 0; status == LOOM_OK && i < rows->count; i++) {
        generations[i] = ++bench->generation;
    }
    rows->done(rows->data, status, generations);
    free(generations);
    drop(rows);
}

static void nothing_wrong(void *user, const char *at, const char *detail)
{
    (void)user;
    cr_expect_fail("%s: %s", at, detail);
}

static void looked(void *user, size_t unusable)
{
    (void)user;
    cr_expect(unusable == 0);
}

void directory_bench_run(struct directory_bench *bench, struct loom_directory *directory)
{
    bool more = true;
    while (more) {
        loom_directory_step(directory);
        more = loom_directory_is_ready(directory);
        if (loom_directory_is_behind(directory) && !loom_directory_is_taking(directory)) {
            const struct loom_directory_found nothing = {.generation =
                                                             loom_directory_seen(directory),
                                                         .report = nothing_wrong,
                                                         .done = looked};
            cr_assert(loom_directory_take(directory, &nothing));
            more = true;
        }
        while (bench != NULL && !bench->holds && bench->posted_count > 0) {
            bool fails = bench->fail_at == 0 || bench->fail_at == bench->posts + 1;
            bench->posts++;
            directory_bench_decide(bench, fails ? bench->status : LOOM_OK);
            more = true;
        }
    }
}

static bool may(void *user, int64_t generation)
{
    const struct directory_change *change = user;
    return !(change->condition.absent && generation != 0) &&
           !(change->condition.present && generation == 0) &&
           (change->condition.generation == 0 || change->condition.generation == generation);
}

static void report(void *user, const char *at, const char *detail)
{
    const struct directory_change *change = user;
    if (change->report != NULL) {
        change->report(NULL, at, detail);
    }
}

static void done(void *user, enum loom_status status, int64_t generation)
{
    struct directory_change *change = user;
    cr_expect(!change->over);
    change->over = true;
    change->status = status;
    change->generation = generation;
}

void directory_change_post(struct directory_change *change, struct loom_directory *directory,
                           enum loom_directory_kind kind, const char *name, const char *document,
                           bool try)
{
    json_error_t error;
    struct loom_directory_change asked = {.kind = kind,
                                          .name = {name, strlen(name)},
                                          .try = try,
                                          .may = may,
                                          .report = report,
                                          .done = done,
                                          .user = change};
    if (document != NULL) {
        asked.document = json_loads(document, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &error);
        cr_assert_not_null(asked.document, "%s: %s", document, error.text);
    }
    change->over = false;
    cr_assert(loom_directory_post(directory, &asked));
}

enum loom_status directory_change_now(struct directory_change *change,
                                      struct loom_directory *directory,
                                      enum loom_directory_kind kind, const char *name,
                                      const char *document, bool try, void (*turn)(void *user),
                                      void *user)
{
    directory_change_post(change, directory, kind, name, document, try);
    while (!change->over) {
        turn(user);
    }
    return change->status;
}
