/* SPDX-License-Identifier: Apache-2.0 */
#include "service/kept_wishes.h"

#include "common/text.h"
#include "store/stored_command.h"

#include <stdlib.h>
#include <string.h>

struct job {
    struct loom_kept_wishes *kept;
    loom_kept_wishes_done *done;
    void *user;
    uint64_t id;
    struct loom_stored_wish wish;
    int64_t stored; /* the id that the table has given */
    char bytes[];
};

/* What a wish is about, as the table tells it from others: `/3/0/9`, or several paths. */
static void write_paths(const json_t *body, char *text, size_t size)
{
    const char *path = json_string_value(json_object_get(body, "path"));
    const json_t *paths = json_object_get(body, "paths");
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; path != NULL || i < json_array_size(paths); i++) {
        const char *part = path != NULL ? path : json_string_value(json_array_get(paths, i));
        size_t length = part == NULL ? 0 : strlen(part);
        if (used + length + 2 > size) {
            break;
        }
        if (used > 0) {
            text[used++] = ' ';
        }
        memcpy(text + used, part == NULL ? "" : part, length + 1);
        used += length;
        path = NULL;
        if (paths == NULL) {
            break;
        }
    }
}

/* ---- storing --------------------------------------------------------------------------------- */

static enum loom_database_status run_save(struct loom_database *database, void *data)
{
    struct job *job = data;
    return loom_stored_wish_save(database, &job->wish, &job->stored);
}

static void saved(void *data, enum loom_database_status status)
{
    struct job *job = data;
    struct loom_wishes *wishes = job->kept->wishes;
    bool stored = status == LOOM_DATABASE_OK;
    if (stored) {
        loom_wishes_rename(wishes, job->id, (uint64_t)job->stored);
    } else {
        (void)loom_wishes_remove(wishes, job->id);
    }
    job->done(job->user, stored, stored ? (uint64_t)job->stored : 0);
    free(job);
}

static struct loom_text put(char **at, const char *text)
{
    struct loom_text copy = {*at, strlen(text)};
    memcpy(*at, text, copy.length);
    *at += copy.length;
    return copy;
}

static struct job *save_job(const struct loom_wish *wish)
{
    json_t *body = json_loads(wish->body, 0, NULL);
    size_t size = strlen(wish->name) + 2 * strlen(wish->body) + 2;
    struct job *job = calloc(1, sizeof *job + size);
    char *paths = malloc(strlen(wish->body) + 1);
    if (job == NULL || body == NULL || paths == NULL) {
        free(job);
        job = NULL;
    } else {
        char *at = job->bytes;
        write_paths(body, paths, strlen(wish->body) + 1);
        job->wish =
            (struct loom_stored_wish){.scope = loom_string_text(loom_wish_scope_name(wish->scope)),
                                      .name = put(&at, wish->name),
                                      .path = put(&at, paths),
                                      .options = put(&at, wish->body),
                                      .created = wish->created};
    }
    json_decref(body);
    free(paths);
    return job;
}

static bool post(struct loom_kept_wishes *kept, struct job *job,
                 enum loom_database_status (*run)(struct loom_database *database, void *data),
                 void (*ended)(void *data, enum loom_database_status status))
{
    const struct loom_writer_job posted = {.run = run, .done = ended, .data = job};
    return job != NULL && loom_writer_post(kept->writer, &posted) != 0;
}

void loom_kept_wishes_save(struct loom_kept_wishes *kept, uint64_t id, loom_kept_wishes_done *done,
                           void *user)
{
    const struct loom_wish *wish = loom_wishes_find(kept->wishes, id);
    if (kept->writer == NULL) {
        done(user, true, id);
        return;
    }
    struct job *job = save_job(wish);
    if (job != NULL) {
        job->kept = kept;
        job->done = done;
        job->user = user;
        job->id = id;
    }
    if (!post(kept, job, run_save, saved)) {
        free(job);
        (void)loom_wishes_remove(kept->wishes, id);
        done(user, false, 0);
    }
}

/* ---- removing -------------------------------------------------------------------------------- */

static enum loom_database_status run_remove(struct loom_database *database, void *data)
{
    return loom_stored_wish_remove(database, (int64_t)((const struct job *)data)->id);
}

static void removed(void *data, enum loom_database_status status)
{
    struct job *job = data;
    bool stored = status == LOOM_DATABASE_OK;
    if (stored) {
        (void)loom_wishes_remove(job->kept->wishes, job->id);
    }
    job->done(job->user, stored, 0);
    free(job);
}

void loom_kept_wishes_remove(struct loom_kept_wishes *kept, uint64_t id,
                             loom_kept_wishes_done *done, void *user)
{
    if (kept->writer == NULL) {
        (void)loom_wishes_remove(kept->wishes, id);
        done(user, true, 0);
        return;
    }
    struct job *job = calloc(1, sizeof *job);
    if (job != NULL) {
        job->kept = kept;
        job->done = done;
        job->user = user;
        job->id = id;
    }
    if (!post(kept, job, run_remove, removed)) {
        free(job);
        done(user, false, id);
    }
}

/* ---- after a restart ------------------------------------------------------------------------- */

struct restoring {
    struct loom_kept_wishes *kept;
    size_t count;
};

static bool restore(void *user, const struct loom_stored_wish *stored)
{
    struct restoring *restoring = user;
    json_t *body = json_loadb(stored->options.data, stored->options.length, 0, NULL);
    json_t *errors = json_array();
    enum loom_wish_scope scope;
    uint64_t id = (uint64_t)stored->id;
    if (body != NULL && errors != NULL && stored->id > 0 &&
        loom_wish_scope_read(stored->scope, &scope) &&
        loom_wishes_add(restoring->kept->wishes, scope, stored->name, body, stored->created, errors,
                        &id) == LOOM_WISHES_OK) {
        restoring->count++;
    }
    json_decref(errors);
    json_decref(body);
    return true;
}

enum loom_database_status loom_kept_wishes_restore(struct loom_kept_wishes *kept,
                                                   struct loom_database *database, size_t *count)
{
    struct restoring restoring = {.kept = kept};
    enum loom_database_status status = loom_stored_wish_each(database, restore, &restoring);
    *count = restoring.count;
    return status;
}
