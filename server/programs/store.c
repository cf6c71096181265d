/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/store.h"

#include "events/metrics.h"
#include "store/schema.h"

bool loom_program_store_open(struct loom_program_store *store, struct loom_program *program)
{
    struct loom_database_error error;
    const char *uri = program->settings.store;
    *store = (struct loom_program_store){.program = program};
    if (uri != NULL && loom_store_open(uri, &store->database, &error) != LOOM_DATABASE_OK) {
        loom_program_fail(program, "cannot use the store: %s", error.text);
        return false;
    }
    return true;
}

/* The tables stay as they are: a server that is older than this program may be using them. */
bool loom_program_store_backup(struct loom_program *program)
{
    struct loom_database *database = NULL;
    struct loom_database_error error;
    if (loom_database_open_existing(program->settings.store, &database, &error) !=
        LOOM_DATABASE_OK) {
        loom_program_fail(program, "cannot use the store: %s", error.text);
        return false;
    }
    bool good = loom_database_backup(database, program->settings.backup) == LOOM_DATABASE_OK;
    if (!good) {
        loom_program_fail(program, "%s", loom_database_error(database));
    }
    loom_database_close(database);
    return good;
}

/* ---- the part -------------------------------------------------------------------------------- */

static struct pollfd watch(void *user)
{
    const struct loom_program_store *store = user;
    return (struct pollfd){loom_writer_descriptor(store->writer), POLLIN, 0};
}

static void step(void *user, short events)
{
    (void)events;
    loom_writer_step(((struct loom_program_store *)user)->writer);
}

static bool is_busy(void *user)
{
    return loom_writer_waiting(((struct loom_program_store *)user)->writer) > 0;
}

void loom_program_store_metrics(struct loom_writer *writer, FILE *out)
{
    loom_metric_single(out, LOOM_METRIC_GAUGE, "loom_store_waiting",
                       "Jobs that are not stored yet.", loom_writer_waiting(writer));
    loom_metric_single(out, LOOM_METRIC_GAUGE, "loom_store_lost",
                       "1 while the database cannot be reached.", loom_writer_lost(writer) ? 1 : 0);
}

static void print_metrics(void *user, FILE *out)
{
    loom_program_store_metrics(((const struct loom_program_store *)user)->writer, out);
}

static const char *trouble(void *user)
{
    return loom_writer_lost(((const struct loom_program_store *)user)->writer) ? "store-lost"
                                                                               : NULL;
}

static void tell_change(void *user, bool lost)
{
    const struct loom_program_store *store = user;
    struct loom_database_error error = loom_writer_error(store->writer);
    loom_program_say(store->program, lost ? "store-lost" : "store-back",
                     lost ? LOOM_LOG_ERROR : LOOM_LOG_INFO, lost ? error.text : "");
}

bool loom_program_store_begin(struct loom_program_store *store)
{
    const struct loom_writer_options options = {.changed = tell_change, .user = store};
    const struct loom_program_part part = {.self = store,
                                           .watch = watch,
                                           .step = step,
                                           .busy = is_busy,
                                           .metrics = print_metrics,
                                           .trouble = trouble};
    if (store->database == NULL) {
        return true;
    }
    store->writer = loom_writer_create(store->database, &options);
    store->database = NULL; /* it is the writer's, or closed */
    if (store->writer == NULL) {
        loom_program_fail(store->program, "cannot write to the store: out of memory");
        return false;
    }
    loom_program_add(store->program, &part);
    return true;
}

void loom_program_store_end(struct loom_program_store *store)
{
    if (store->writer != NULL) {
        loom_writer_end(store->writer, LOOM_PROGRAM_STORE_PATIENCE_MS);
        store->writer = NULL;
    }
    loom_database_close(store->database);
    store->database = NULL;
}
