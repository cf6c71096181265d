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
    return true;
}

static enum loom_database_status run(struct loom_database *database, void *data)
{
    struct look *look = data;
    forget(look);
    enum loom_database_status status = loom_stored_wish_each(database, read_wish, look);
    return look->full ? LOOM_DATABASE_ERROR : status;
}

static bool is_stored(const struct look *look, uint64_t id)
{
    const struct row *row = look->rows;
    while (row != NULL && (uint64_t)row->wish.id < id) {
        row = row->next;
    }
    return row != NULL && (uint64_t)row->wish.id == id;
}

/* One that is not stored yet has no id of the table. */
static const struct loom_wish *first_gone(const struct look *look)
{
    const struct loom_wish *wish = loom_wishes_next(look->kept->wishes, NULL);
    while (wish != NULL && (wish->id >= KEPT_BELOW || is_stored(look, wish->id))) {
        wish = loom_wishes_next(look->kept->wishes, wish);
    }
    return wish;
}

static void done(void *data, enum loom_database_status status)
{
    struct look *look = data;
    struct loom_kept_wishes *kept = look->kept;
    const struct loom_wish *gone = NULL;
    kept->looking = false;
    while (status == LOOM_DATABASE_OK && (gone = first_gone(look)) != NULL) {
        (void)loom_wishes_remove(kept->wishes, gone->id);
    }
    for (const struct row *row = look->rows; status == LOOM_DATABASE_OK && row != NULL;
         row = row->next) {
        if (loom_wishes_find(kept->wishes, (uint64_t)row->wish.id) == NULL) {
            (void)loom_kept_wishes_take(kept, &row->wish);
        }
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
