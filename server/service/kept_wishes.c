/* SPDX-License-Identifier: Apache-2.0 */
#include "service/kept_wishes.h"

#include "common/text.h"

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
    struct job *job = calloc(1, sizeof *job + strlen(wish->name) + strlen(wish->body));
    if (job != NULL) {
        char *at = job->bytes;
        job->wish =
            (struct loom_stored_wish){.scope = loom_string_text(loom_wish_scope_name(wish->scope)),
                                      .name = put(&at, wish->name),
                                      .request = put(&at, wish->body),
                                      .created = wish->created};
    }
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

bool loom_kept_wishes_take(struct loom_kept_wishes *kept, const struct loom_stored_wish *stored)
{
    json_t *body = json_loadb(stored->request.data, stored->request.length, 0, NULL);
    json_t *errors = json_array();
    enum loom_wish_scope scope;
    uint64_t id = (uint64_t)stored->id;
    bool good = body != NULL && errors != NULL && stored->id > 0 &&
                loom_wish_scope_read(stored->scope, &scope) &&
                loom_wishes_add(kept->wishes, scope, stored->name, body, stored->created, errors,
                                &id) == LOOM_WISHES_OK;
    json_decref(errors);
    json_decref(body);
    return good;
}

static bool restore(void *user, const struct loom_stored_wish *stored)
{
    struct restoring *restoring = user;
    restoring->count += loom_kept_wishes_take(restoring->kept, stored) ? 1 : 0;
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
