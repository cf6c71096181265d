/* SPDX-License-Identifier: Apache-2.0 */
#include "service/kept_registrations.h"

#include "management/management_server.h"
#include "service/kept_row.h"
#include "service/kept_takeover.h"

#include <stdlib.h>
#include <string.h>

/* Of the room of the writer, in per cent: beyond it nothing more is taken, so that what the server
 * has begun can still be posted. */
#define ENOUGH 90u

struct loom_kept_registrations {
    struct loom_kept_registrations_config config;
    struct loom_dm_keeper keeper;
    struct loom_writer *writer;
    int64_t due;    /* when what has changed is posted; INT64_MAX: nothing has */
    size_t posted;  /* jobs that are under way */
    size_t batches; /* of them */
    bool draining;
};

/* A job: what is to be done with rows, which are a list. */
struct job {
    struct loom_kept_registrations *kept;
    enum loom_database_status (*run)(struct loom_database *database, struct loom_kept_row *row);
    struct loom_kept_row *rows;
    uint64_t mark;
    bool awaited; /* the server is told */
    bool batch;
};

/* ---- jobs ------------------------------------------------------------------------------------ */

static enum loom_database_status run(struct loom_database *database, void *data)
{
    const struct job *job = data;
    enum loom_database_status status = LOOM_DATABASE_OK;
    for (struct loom_kept_row *row = job->rows; row != NULL && status == LOOM_DATABASE_OK;
         row = row->next) {
        status = job->run(database, row);
    }
    return status;
}

static void end_batch(struct loom_kept_registrations *kept, const struct job *job, bool stored)
{
    struct loom_management_server *server = kept->config.server;
    kept->batches--;
    for (const struct loom_kept_row *row = job->rows; !stored && row != NULL; row = row->next) {
        loom_management_server_unsaved(server, row->registration.endpoint, row->changes);
    }
}

/* @return whether there was one */
static bool drop_gone(struct loom_kept_registrations *kept, const struct job *job)
{
    bool found = false;
    for (const struct loom_kept_row *row = job->rows; row != NULL; row = row->next) {
        if (row->gone) {
            loom_management_server_moved(kept->config.server, row->registration.endpoint,
                                         row->registration.location);
            found = true;
        }
    }
    return found;
}

/* A De-register of what another node has is as good as not received: when it comes again, the other
 * node is asked for. */
static void done(void *data, enum loom_database_status status)
{
    struct job *job = data;
    struct loom_kept_registrations *kept = job->kept;
    bool stored = status == LOOM_DATABASE_OK;
    bool gone = stored && drop_gone(kept, job);
    kept->posted--;
    if (job->batch) {
        end_batch(kept, job, stored);
    }
    if (job->awaited) {
        loom_management_server_settle(kept->config.server, job->mark, stored && !gone);
    }
    loom_kept_rows_free(job->rows);
    free(job);
}

/* Posts a job. @return its mark; 0: it is not posted, and the rows are the caller's still */
static uint64_t post_rows(struct loom_kept_registrations *kept, const struct job *wanted)
{
    struct job *job = malloc(sizeof *job);
    if (job == NULL) {
        return 0;
    }
    *job = *wanted;
    job->kept = kept;
    const struct loom_writer_job posted = {.run = run, .done = done, .data = job};
    uint64_t mark = loom_writer_post(kept->writer, &posted);
    if (mark == 0) {
        free(job);
        return 0;
    }
    job->mark = mark;
    kept->posted++;
    return mark;
}

/* Posts a job of one row, which may be NULL. @return its mark; 0: it is not posted, and gone */
static uint64_t post(struct loom_kept_registrations *kept, const struct job *job)
{
    uint64_t mark = job->rows == NULL ? 0 : post_rows(kept, job);
    if (mark == 0) {
        loom_kept_rows_free(job->rows);
    }
    return mark;
}

static struct loom_kept_row *row_of(const struct loom_kept_registrations *kept,
                                    const struct loom_dm_client *client)
{
    struct loom_kept_times times = {.unix_now = kept->config.now(kept->config.user),
                                    .port_now = kept->config.port->now(kept->config.port->self)};
    return loom_kept_row_new(client, kept->config.node, &times);
}

/* ---- what jobs do ---------------------------------------------------------------------------- */

static enum loom_database_status replace(struct loom_database *database, struct loom_kept_row *row)
{
    return loom_stored_registration_replace(database, &row->registration);
}

/* A row that is not there any more is another node's, or has ended: without other nodes nobody
 * cares. */
static enum loom_database_status note_gone(struct loom_database *database,
                                           struct loom_kept_row *row,
                                           enum loom_database_status status)
{
    row->gone = status == LOOM_DATABASE_OK && row->registration.node.length > 0 &&
                loom_database_changes(database) == 0;
    return status;
}

static enum loom_database_status remove_row(struct loom_database *database,
                                            struct loom_kept_row *row)
{
    return note_gone(database, row, loom_stored_registration_remove(database, &row->registration));
}

static enum loom_database_status update(struct loom_database *database, struct loom_kept_row *row)
{
    bool all = (row->changes & ~(unsigned)LOOM_DM_CHANGED_ADDRESS) != 0;
    return note_gone(database, row,
                     all ? loom_stored_registration_update(database, &row->registration)
                         : loom_stored_registration_heard(database, &row->registration));
}

static enum loom_database_status observe(struct loom_database *database, struct loom_kept_row *row)
{
    return loom_stored_observation_save(database, &row->registration, &row->observation);
}

static enum loom_database_status unobserve(struct loom_database *database,
                                           struct loom_kept_row *row)
{
    return loom_stored_observation_remove(database, &row->registration, row->observation.token);
}

/* ---- the keeper ------------------------------------------------------------------------------ */

static bool keeper_ready(void *self, uint32_t *retry)
{
    const struct loom_kept_registrations *kept = self;
    *retry = LOOM_KEPT_RETRY_S;
    return !loom_writer_lost(kept->writer) &&
           loom_writer_waiting(kept->writer) < LOOM_WRITER_ROOM / 100u * ENOUGH;
}

static uint64_t keeper_registered(void *self, const struct loom_dm_client *client)
{
    const struct job job = {.run = replace, .rows = row_of(self, client), .awaited = true};
    return post(self, &job);
}

static uint64_t keeper_leaves(void *self, const struct loom_dm_client *client)
{
    const struct job job = {.run = remove_row, .rows = row_of(self, client), .awaited = true};
    return post(self, &job);
}

/* A row that stays is restored after the next restart, and ends again. */
static void keeper_expired(void *self, const struct loom_dm_client *client)
{
    const struct job job = {.run = remove_row, .rows = row_of(self, client)};
    (void)post(self, &job);
}

static void keeper_changed(void *self)
{
    struct loom_kept_registrations *kept = self;
    if (kept->due == INT64_MAX) {
        kept->due =
            kept->config.now(kept->config.user) + (kept->draining ? 0 : LOOM_KEPT_UPDATES_MS);
    }
}

/* One that is not stored ends with a Reset after a restart (rule C-61). */
static void keeper_observing(void *self, const struct loom_dm_client *client,
                             const struct loom_dm_kept_observation *observation)
{
    const struct loom_kept_registrations *kept = self;
    const struct job job = {.run = observe,
                            .rows =
                                loom_kept_row_observation(client, kept->config.node, observation,
                                                          kept->config.now(kept->config.user))};
    (void)post(self, &job);
}

static void keeper_observed(void *self, const struct loom_dm_client *client,
                            struct loom_bytes token)
{
    const struct loom_kept_registrations *kept = self;
    const struct loom_dm_kept_observation observation = {NULL, token};
    const struct job job = {
        .run = unobserve,
        .rows = loom_kept_row_observation(client, kept->config.node, &observation, 0)};
    (void)post(self, &job);
}

/* ---- registrations of other nodes ------------------------------------------------------------ */

static enum loom_database_status run_takeover(struct loom_database *database, void *data)
{
    return loom_kept_takeover_run(data, database);
}

static void done_takeover(void *data, enum loom_database_status status)
{
    struct loom_kept_takeover *takeover = data;
    struct loom_kept_registrations *kept = loom_kept_takeover_user(takeover);
    bool known = status == LOOM_DATABASE_OK;
    kept->posted--;
    if (known) {
        loom_kept_takeover_give(takeover, kept->config.server, kept->config.now(kept->config.user));
    }
    /* The mark of this job. */
    loom_management_server_settle(kept->config.server, loom_writer_passed(kept->writer) + 1, known);
    loom_kept_takeover_free(takeover);
}

static uint64_t keeper_unknown(void *self, struct loom_text location, const struct loom_peer *peer)
{
    struct loom_kept_registrations *kept = self;
    struct loom_kept_takeover *takeover = loom_kept_takeover_new(
        location, peer, kept->config.node, kept->config.now(kept->config.user), kept);
    const struct loom_writer_job posted = {
        .run = run_takeover, .done = done_takeover, .data = takeover};
    uint64_t mark = takeover == NULL ? 0 : loom_writer_post(kept->writer, &posted);
    if (mark == 0) {
        loom_kept_takeover_free(takeover);
    } else {
        kept->posted++;
    }
    return mark;
}

void loom_kept_registrations_check(struct loom_kept_registrations *kept, struct loom_text endpoint)
{
    if (loom_management_server_find(kept->config.server, endpoint) != NULL) {
        loom_management_server_unsaved(kept->config.server, endpoint, 0);
        kept->due = kept->config.now(kept->config.user);
    }
}

/* ---- Updates --------------------------------------------------------------------------------- */

static struct loom_kept_row *collect(struct loom_kept_registrations *kept)
{
    const struct loom_dm_client *client = NULL;
    struct loom_kept_row *rows = NULL;
    unsigned changes;
    for (size_t i = 0;
         i < LOOM_KEPT_BATCH_MAX &&
         (client = loom_management_server_next_changed(kept->config.server, &changes)) != NULL;
         i++) {
        struct loom_kept_row *row = row_of(kept, client);
        if (row == NULL) {
            loom_management_server_unsaved(kept->config.server, client->endpoint, changes);
            break;
        }
        row->changes = changes;
        row->next = rows;
        rows = row;
    }
    return rows;
}

/* What could not be posted is collected anew. */
static void give_back(const struct loom_kept_registrations *kept, struct loom_kept_row *rows)
{
    for (const struct loom_kept_row *row = rows; row != NULL; row = row->next) {
        loom_management_server_unsaved(kept->config.server, row->registration.endpoint,
                                       row->changes);
    }
    loom_kept_rows_free(rows);
}

/* @return false: nothing was posted */
static bool post_batch(struct loom_kept_registrations *kept)
{
    const struct job job = {.run = update, .rows = collect(kept), .batch = true};
    if (job.rows == NULL) {
        return false;
    }
    if (post_rows(kept, &job) == 0) {
        give_back(kept, job.rows);
        return false;
    }
    kept->batches++;
    return true;
}

void loom_kept_registrations_step(struct loom_kept_registrations *kept)
{
    int64_t now = kept->config.now(kept->config.user);
    if (kept->batches > 0 || kept->due > now) {
        return;
    }
    kept->due = INT64_MAX;
    if (loom_writer_lost(kept->writer)) {
        kept->due = now + LOOM_KEPT_UPDATES_MS;
    } else if (post_batch(kept)) {
        kept->due = now; /* there may be more of them than a batch has room for */
    }
}

int64_t loom_kept_registrations_deadline(const struct loom_kept_registrations *kept)
{
    return kept->batches > 0 ? INT64_MAX : kept->due;
}

void loom_kept_registrations_drain(struct loom_kept_registrations *kept)
{
    kept->draining = true;
    if (!loom_writer_lost(kept->writer)) {
        while (post_batch(kept)) {
        }
    }
    kept->due = INT64_MAX;
}

bool loom_kept_registrations_busy(const struct loom_kept_registrations *kept)
{
    return kept->posted > 0;
}

/* ---- after a restart ------------------------------------------------------------------------- */

struct restoring {
    struct loom_kept_registrations *kept;
    struct loom_kept_restored *restored;
    int64_t now;
    bool full; /* no memory */
};

static bool note(struct restoring *restoring, enum loom_status status, size_t *count)
{
    if (status == LOOM_OK) {
        ++*count;
    } else if (status == LOOM_UNAVAILABLE) {
        restoring->full = true;
    } else {
        restoring->restored->unusable++;
    }
    return !restoring->full;
}

static bool restore_registration(void *user, const struct loom_stored_registration *registration)
{
    struct restoring *restoring = user;
    enum loom_status status =
        loom_kept_row_restore(restoring->kept->config.server, registration, restoring->now);
    return note(restoring, status, &restoring->restored->registrations);
}

static bool restore_observation(void *user, const struct loom_stored_observation *observation)
{
    struct restoring *restoring = user;
    enum loom_status status =
        loom_kept_row_restore_observation(restoring->kept->config.server, observation);
    return note(restoring, status, &restoring->restored->observations);
}

enum loom_database_status loom_kept_registrations_restore(struct loom_kept_registrations *kept,
                                                          struct loom_database *database,
                                                          struct loom_kept_restored *restored)
{
    struct restoring restoring = {
        .kept = kept, .restored = restored, .now = kept->config.now(kept->config.user)};
    static const struct loom_text all = {NULL, 0};
    struct loom_text node = kept->config.node.length > 0 ? kept->config.node : all;
    memset(restored, 0, sizeof *restored);
    enum loom_database_status status =
        loom_stored_registration_each(database, node, restore_registration, &restoring);
    if (status == LOOM_DATABASE_OK && !restoring.full) {
        status = loom_stored_observation_each(database, node, restore_observation, &restoring);
    }
    return restoring.full ? LOOM_DATABASE_ERROR : status;
}

/* ---- begin and end --------------------------------------------------------------------------- */

struct loom_kept_registrations *
loom_kept_registrations_create(const struct loom_kept_registrations_config *config)
{
    struct loom_kept_registrations *kept = calloc(1, sizeof *kept);
    if (kept != NULL) {
        kept->config = *config;
        kept->due = INT64_MAX;
    }
    return kept;
}

void loom_kept_registrations_begin(struct loom_kept_registrations *kept, struct loom_writer *writer)
{
    kept->keeper = (struct loom_dm_keeper){.self = kept,
                                           .ready = keeper_ready,
                                           .registered = keeper_registered,
                                           .leaves = keeper_leaves,
                                           .expired = keeper_expired,
                                           .changed = keeper_changed,
                                           .observing = keeper_observing,
                                           .observed = keeper_observed};
    if (kept->config.node.length > 0) {
        kept->keeper.unknown = keeper_unknown;
    }
    kept->writer = writer;
    loom_management_server_keep(kept->config.server, &kept->keeper);
}

void loom_kept_registrations_destroy(struct loom_kept_registrations *kept)
{
    free(kept);
}
