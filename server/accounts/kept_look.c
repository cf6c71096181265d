/* SPDX-License-Identifier: Apache-2.0 */
/* A directory learns what is in the database: all of it at the start, later what others change. */
#include "accounts/kept_parts.h"

#include <stdlib.h>

#define FORGET_EVERY_MS (3600ll * 1000ll)

static void tell_of_key(const struct loom_kept_reading *reading, loom_document_report *report,
                        void *user)
{
    if (reading->sealed_otherwise != NULL) {
        report(user, reading->sealed_otherwise,
               "a key cannot be opened: the key file is another one");
    }
}

/* ---- at the start ---------------------------------------------------------------------------- */

struct loading {
    struct loom_kept_counts *counts;
    loom_document_report *report;
    void *user;
};

static void on_mistake(void *user, const char *at, const char *detail)
{
    const struct loading *loading = user;
    loading->report(loading->user, at, detail);
}

static void loaded(void *user, size_t unusable)
{
    ((struct loading *)user)->counts->unusable = unusable;
}

enum loom_database_status loom_kept_load(struct loom_kept *kept, struct loom_directory *directory,
                                         struct loom_kept_counts *counts,
                                         loom_document_report *report, void *user)
{
    struct loading loading = {counts, report, user};
    struct loom_kept_reading reading = {.kept = kept, .all = true};
    memset(counts, 0, sizeof *counts);
    enum loom_database_status status = loom_database_begin_reading(kept->database);
    if (status == LOOM_DATABASE_OK) {
        status = loom_kept_read(kept->database, &reading);
        loom_database_rollback(kept->database);
        tell_of_key(&reading, report, user);
    }
    if (status == LOOM_DATABASE_OK) {
        counts->documents = reading.documents;
        counts->keys = reading.keys;
        reading.found.report = on_mistake;
        reading.found.done = loaded;
        reading.found.user = &loading;
        status =
            loom_directory_take(directory, &reading.found) ? LOOM_DATABASE_OK : LOOM_DATABASE_ERROR;
        while (loom_directory_is_taking(directory)) {
            loom_directory_step(directory);
        }
    }
    loom_kept_drop(&reading);
    return status;
}

/* ---- later ----------------------------------------------------------------------------------- */

static enum loom_database_status run(struct loom_database *database, void *data)
{
    return loom_kept_read(database, data);
}

static void end(struct loom_kept_reading *reading)
{
    reading->kept->looking = false;
    loom_kept_drop(reading);
    free(reading);
}

static void taken(void *user, size_t unusable)
{
    (void)unusable;
    end(user);
}

static void on_other_mistake(void *user, const char *at, const char *detail)
{
    const struct loom_kept *kept = ((const struct loom_kept_reading *)user)->kept;
    kept->report(kept->user, at, detail);
}

static void done(void *data, enum loom_database_status status)
{
    struct loom_kept_reading *reading = data;
    struct loom_kept *kept = reading->kept;
    if (!kept->told) {
        tell_of_key(reading, kept->report, kept->user);
    }
    kept->told = reading->sealed_otherwise != NULL;
    reading->found.report = on_other_mistake;
    reading->found.done = taken;
    reading->found.user = reading;
    if (status != LOOM_DATABASE_OK || !loom_directory_take(kept->directory, &reading->found)) {
        kept->failed = true;
        loom_directory_missed(kept->directory);
        end(reading);
    } else if (reading->author.length == 0) {
        kept->unsure = false;
    }
}

static bool look(struct loom_kept *kept, int64_t now)
{
    struct loom_kept_reading *reading = calloc(1, sizeof *reading);
    const struct loom_writer_job job = {run, done, reading};
    if (reading == NULL) {
        return false;
    }
    reading->kept = kept;
    reading->seen = loom_directory_seen(kept->directory);
    reading->author = kept->unsure ? (struct loom_text){"", 0} : loom_kept_text(kept->author);
    if (now - kept->forgot >= FORGET_EVERY_MS || now < kept->forgot) {
        reading->forget = now - LOOM_KEPT_REMOVALS_MS;
    }
    if (loom_writer_lost(kept->writer) || loom_writer_post(kept->writer, &job) == 0) {
        free(reading);
        return false;
    }
    kept->forgot = reading->forget != 0 ? now : kept->forgot;
    kept->looking = true;
    return true;
}

void loom_kept_begin(struct loom_kept *kept, struct loom_directory *directory,
                     struct loom_writer *writer, loom_document_report *report, void *user)
{
    kept->database = NULL;
    kept->directory = directory;
    kept->writer = writer;
    kept->report = report;
    kept->user = user;
    kept->looked = kept->now();
}

/* Changes that wait for others' do not wait for the next second. */
void loom_kept_step(struct loom_kept *kept)
{
    int64_t now = kept->now();
    bool behind = loom_directory_is_behind(kept->directory);
    bool due = now - kept->looked >= LOOM_KEPT_LOOK_MS || now < kept->looked;
    if (!kept->looking && (due || (behind && !kept->failed))) {
        kept->looked = now;
        kept->failed = !look(kept, now);
        if (kept->failed) {
            loom_directory_missed(kept->directory);
        }
    }
}

int64_t loom_kept_deadline(const struct loom_kept *kept)
{
    return kept->looking ? INT64_MAX : kept->looked + LOOM_KEPT_LOOK_MS;
}
