/* SPDX-License-Identifier: Apache-2.0 */
/* Wishes that were given, or taken back, at other nodes. There are few: all of them are compared.
 */
#include "service/kept_wishes.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>

/* Ids below are those of the table. */
#define KEPT_BELOW (UINT64_C(1) << 62)

struct row {
    struct row *next;
    struct loom_stored_wish wish;
    char bytes[];
};

struct look {
    struct loom_kept_wishes *kept;
    struct row *rows; /* in the order of their ids */
    struct row **last;
    size_t count;
    bool full; /* no memory */
};

static void forget(struct look *look)
{
    while (look->rows != NULL) {
        struct row *row = look->rows;
        look->rows = row->next;
        free(row);
    }
    look->last = &look->rows;
    look->count = 0;
    look->full = false;
}

static struct loom_text put(char **at, struct loom_text text)
{
    struct loom_text copy = {*at, text.length};
    if (text.length > 0) {
        memcpy(*at, text.data, text.length);
    }
    *at += text.length;
    return copy;
}

static bool read_wish(void *user, const struct loom_stored_wish *stored)
{
    struct look *look = user;
    struct row *row =
        malloc(sizeof *row + stored->scope.length + stored->name.length + stored->request.length);
    if (row == NULL) {
        look->full = true;
        return false;
    }
    char *at = row->bytes;
    row->next = NULL;
    row->wish = *stored;
    row->wish.scope = put(&at, stored->scope);
    row->wish.name = put(&at, stored->name);
    row->wish.request = put(&at, stored->request);
    *look->last = row;
    look->last = &row->next;
    look->count++;
    return true;
}

static enum loom_database_status run(struct loom_database *database, void *data)
{
    struct look *look = data;
    forget(look);
    enum loom_database_status status = loom_stored_wish_each(database, read_wish, look);
    return look->full ? LOOM_DATABASE_ERROR : status;
}

static int compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a;
    uint64_t right = *(const uint64_t *)b;
    return left < right ? -1 : left > right;
}

static bool is_among(const uint64_t *ids, size_t count, uint64_t id)
{
    return count > 0 && bsearch(&id, ids, count, sizeof id, compare) != NULL;
}

static size_t ids_of_rows(const struct look *look, uint64_t *ids)
{
    size_t count = 0;
    for (const struct row *row = look->rows; row != NULL; row = row->next) {
        ids[count++] = (uint64_t)row->wish.id;
    }
    return count;
}

static size_t ids_of_wishes(const struct loom_wishes *wishes, uint64_t *ids)
{
    const struct loom_wish *wish = NULL;
    size_t count = 0;
    while ((wish = loom_wishes_next(wishes, wish)) != NULL && count < LOOM_WISHES_MAX) {
        ids[count++] = wish->id;
    }
    qsort(ids, count, sizeof *ids, compare);
    return count;
}

/* One that is not stored yet has no id of the table. */
static void remove_gone(struct loom_wishes *wishes, const uint64_t *stored, size_t count)
{
    const struct loom_wish *wish = loom_wishes_next(wishes, NULL);
    while (wish != NULL) {
        uint64_t id = wish->id;
        wish = loom_wishes_next(wishes, wish);
        if (id < KEPT_BELOW && !is_among(stored, count, id)) {
            (void)loom_wishes_remove(wishes, id);
        }
    }
}

static void take_new(const struct look *look, const uint64_t *known, size_t count)
{
    for (const struct row *row = look->rows; row != NULL; row = row->next) {
        if (!is_among(known, count, (uint64_t)row->wish.id)) {
            (void)loom_kept_wishes_take(look->kept, &row->wish);
        }
    }
}

static void compare_all(const struct look *look)
{
    size_t room = look->count > LOOM_WISHES_MAX ? look->count : LOOM_WISHES_MAX;
    uint64_t *ids = malloc(room * sizeof *ids);
    if (ids != NULL) { /* else the next look finds it */
        remove_gone(look->kept->wishes, ids, ids_of_rows(look, ids));
        take_new(look, ids, ids_of_wishes(look->kept->wishes, ids));
        free(ids);
    }
}

static void done(void *data, enum loom_database_status status)
{
    struct look *look = data;
    look->kept->looking = false;
    if (status == LOOM_DATABASE_OK) {
        compare_all(look);
    }
    forget(look);
    free(look);
}

void loom_kept_wishes_look(struct loom_kept_wishes *kept)
{
    struct look *look = kept->writer == NULL || kept->looking ? NULL : calloc(1, sizeof *look);
    const struct loom_writer_job posted = {.run = run, .done = done, .data = look};
    if (look == NULL) {
        return;
    }
    look->kept = kept;
    look->last = &look->rows;
    kept->looking = loom_writer_post(kept->writer, &posted) != 0;
    if (!kept->looking) {
        free(look);
    }
}
