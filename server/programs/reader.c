/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/reader.h"

#include "events/metrics.h"

/* Questions that wait or are under way. */
#define ROOM 4096u

static struct pollfd watch(void *user)
{
    const struct loom_program_reader *reader = user;
    return (struct pollfd){loom_writer_descriptor(reader->jobs), POLLIN, 0};
}

static void step(void *user, short events)
{
    (void)events;
    loom_writer_step(((struct loom_program_reader *)user)->jobs);
}

static void print_metrics(void *user, FILE *out)
{
    loom_metric_single(out, LOOM_METRIC_GAUGE, "loom_store_questions",
                       "Questions to the database that are not answered yet.",
                       loom_writer_waiting(((struct loom_program_reader *)user)->jobs));
}

/* Who writes tells that the database is gone: it asks more often. */
bool loom_program_reader_begin(struct loom_program_reader *reader, struct loom_program *program)
{
    const struct loom_writer_options options = {.room = ROOM, .reading = true};
    const struct loom_program_part part = {
        .self = reader, .watch = watch, .step = step, .metrics = print_metrics};
    struct loom_database *database = NULL;
    struct loom_database_error error;
    reader->program = program;
    if (program->settings.store == NULL) {
        return true;
    }
    if (loom_database_open_existing(program->settings.store, &database, &error) !=
        LOOM_DATABASE_OK) {
        loom_program_fail(program, "cannot use the store: %s", error.text);
        return false;
    }
    reader->jobs = loom_writer_create(database, &options);
    if (reader->jobs == NULL) {
        loom_program_fail(program, "cannot read from the store: out of memory");
        return false;
    }
    loom_program_add(program, &part);
    return true;
}

void loom_program_reader_end(struct loom_program_reader *reader)
{
    if (reader->jobs != NULL) {
        loom_writer_end(reader->jobs, 0);
        reader->jobs = NULL;
    }
}
