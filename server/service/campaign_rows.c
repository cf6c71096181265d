/* SPDX-License-Identifier: Apache-2.0 */
/* Campaigns in a database. What becomes of devices is stored in batches; an attempt begins when it
 * is stored. */
#include "service/campaign_table.h"

#include "common/text.h"
#include "store/stored_campaign.h"

#include <stdlib.h>
#include <string.h>

/* Rows of one job. */
#define DEVICES_MAX   256u
#define CAMPAIGNS_MAX 16u

/* Until what could not be stored is tried again. */
#define AGAIN_MS 1000

/* Devices that are removed in one job. */
#define REMOVED_MAX 1000u

struct loom_campaign_rows {
    struct loom_campaigns *campaigns;
    size_t target_count;
    size_t entry_count;
    struct loom_campaign_target *targets[DEVICES_MAX];
    struct loom_campaign_entry *entries[CAMPAIGNS_MAX];
    struct loom_stored_campaign_device devices[DEVICES_MAX];
    struct loom_stored_campaign rows[CAMPAIGNS_MAX];
    char *texts; /* what they point to */
};

/* ---- what is to be stored -------------------------------------------------------------------- */

void loom_campaign_save_target(struct loom_campaigns *campaigns,
                               struct loom_campaign_target *target)
{
    if (loom_list_is_empty(&target->dirty)) {
        target->campaign->unsaved++;
        loom_list_append(&campaigns->dirty, &target->dirty);
    }
    loom_campaigns_wake(campaigns);
}

void loom_campaign_save(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry)
{
    entry->dirty = true;
    loom_campaigns_wake(campaigns);
}

static struct loom_text put(char **at, struct loom_text text)
{
    const struct loom_text copy = {*at, text.length};
    memcpy(*at, text.data, text.length);
    *at += text.length;
    return copy;
}

static struct loom_stored_campaign row_of(const struct loom_campaigns *campaigns,
                                          const struct loom_campaign_entry *entry)
{
    const struct loom_campaign *campaign = &entry->campaign;
    return (struct loom_stored_campaign){
        .id = (int64_t)campaign->id,
        .node = campaigns->config.node,
        .document = loom_string_text(""),
        .who = loom_string_text(""),
        .state = loom_string_text(loom_campaign_state_name(campaign->state)),
        .reason = loom_string_text(campaign->reason),
        .tried_before = (int64_t)entry->tried_before,
        .failed_before = (int64_t)entry->failed_before,
        .created = campaign->created,
        .changed = campaign->changed,
    };
}

static struct loom_stored_campaign_device device_of(const struct loom_campaign_target *target,
                                                    char **at)
{
    return (struct loom_stored_campaign_device){
        .campaign = (int64_t)target->campaign->campaign.id,
        .endpoint = put(at, loom_campaign_endpoint(target)),
        .state = loom_string_text(loom_campaign_device_state_name(target->state)),
        .step = loom_string_text(loom_campaign_step_name(target->step)),
        .attempts = target->attempts,
        .result = target->result,
        .words = put(at, loom_string_text(target->words == NULL ? "" : target->words)),
        .changed = target->changed,
    };
}

/* ---- a batch --------------------------------------------------------------------------------- */

static enum loom_database_status run(struct loom_database *database, void *data)
{
    const struct loom_campaign_rows *rows = data;
    enum loom_database_status status = LOOM_DATABASE_OK;
    for (size_t i = 0; i < rows->entry_count && status == LOOM_DATABASE_OK; i++) {
        status = loom_stored_campaign_save(database, &rows->rows[i]);
    }
    for (size_t i = 0; i < rows->target_count && status == LOOM_DATABASE_OK; i++) {
        status = loom_stored_campaign_device_save(database, &rows->devices[i]);
    }
    return status;
}

static void begin_if_saved(struct loom_campaigns *campaigns, struct loom_campaign_target *target)
{
    target->campaign->unsaved--;
    if (target->step == LOOM_CAMPAIGN_SAVING && loom_list_is_empty(&target->dirty)) {
        loom_campaign_begin_update(campaigns, target);
    }
}

static void free_rows(struct loom_campaign_rows *rows)
{
    rows->campaigns->rows = NULL;
    free(rows->texts);
    free(rows);
}

static void done(void *data, enum loom_database_status status)
{
    struct loom_campaign_rows *rows = data;
    struct loom_campaigns *campaigns = rows->campaigns;
    bool good = status == LOOM_DATABASE_OK;
    campaigns->save_again = good ? 0 : loom_campaigns_now(campaigns) + AGAIN_MS;
    for (size_t i = 0; i < rows->entry_count; i++) {
        rows->entries[i]->dirty = rows->entries[i]->dirty || !good;
    }
    for (size_t i = 0; i < rows->target_count; i++) {
        if (good) {
            begin_if_saved(campaigns, rows->targets[i]);
        } else {
            rows->targets[i]->campaign->unsaved--;
            loom_campaign_save_target(campaigns, rows->targets[i]);
        }
    }
    free_rows(rows);
    loom_campaigns_wake(campaigns);
}

static size_t take_targets(struct loom_campaigns *campaigns, struct loom_campaign_rows *rows)
{
    size_t bytes = 0;
    while (rows->target_count < DEVICES_MAX && !loom_list_is_empty(&campaigns->dirty)) {
        struct loom_campaign_target *target =
            LOOM_LIST_ENTRY(campaigns->dirty.next, struct loom_campaign_target, dirty);
        loom_list_remove(&target->dirty);
        rows->targets[rows->target_count++] = target;
        bytes += target->length + (target->words == NULL ? 0 : strlen(target->words));
    }
    return bytes;
}

static void take_entries(struct loom_campaigns *campaigns, struct loom_campaign_rows *rows)
{
    for (struct loom_list *at = campaigns->all.next;
         at != &campaigns->all && rows->entry_count < CAMPAIGNS_MAX; at = at->next) {
        struct loom_campaign_entry *entry = LOOM_LIST_ENTRY(at, struct loom_campaign_entry, place);
        if (entry->dirty && !entry->changing) {
            entry->dirty = false;
            rows->entries[rows->entry_count++] = entry;
        }
    }
}

/* A reason may change while it is being stored. */
static bool copy_texts(const struct loom_campaigns *campaigns, struct loom_campaign_rows *rows,
                       size_t bytes)
{
    char *at = malloc(bytes + rows->entry_count * sizeof rows->entries[0]->reason + 1);
    rows->texts = at;
    if (at == NULL) {
        return false;
    }
    for (size_t i = 0; i < rows->target_count; i++) {
        rows->devices[i] = device_of(rows->targets[i], &at);
    }
    for (size_t i = 0; i < rows->entry_count; i++) {
        rows->rows[i] = row_of(campaigns, rows->entries[i]);
        rows->rows[i].reason = put(&at, rows->rows[i].reason);
    }
    return true;
}

static void save_batch(struct loom_campaigns *campaigns)
{
    struct loom_campaign_rows *rows = calloc(1, sizeof *rows);
    const struct loom_writer_job job = {.run = run, .done = done, .data = rows};
    if (rows == NULL) {
        return;
    }
    rows->campaigns = campaigns;
    campaigns->rows = rows;
    size_t bytes = take_targets(campaigns, rows);
    take_entries(campaigns, rows);
    if (rows->target_count + rows->entry_count == 0) {
        free_rows(rows);
    } else if (!copy_texts(campaigns, rows, bytes) || loom_writer_lost(campaigns->writer) ||
               loom_writer_post(campaigns->writer, &job) == 0) {
        done(rows, LOOM_DATABASE_LOST);
    }
}

/* Without a store what is done is as good as stored. */
static void pass_all(struct loom_campaigns *campaigns)
{
    struct loom_list passed;
    loom_list_begin(&passed);
    loom_list_move(&passed, &campaigns->dirty);
    while (!loom_list_is_empty(&passed)) {
        struct loom_campaign_target *target =
            LOOM_LIST_ENTRY(passed.next, struct loom_campaign_target, dirty);
        loom_list_remove(&target->dirty);
        begin_if_saved(campaigns, target);
    }
    for (struct loom_list *at = campaigns->all.next; at != &campaigns->all; at = at->next) {
        LOOM_LIST_ENTRY(at, struct loom_campaign_entry, place)->dirty = false;
    }
}

/* ---- one campaign ---------------------------------------------------------------------------- */

struct job {
    struct loom_campaigns *campaigns;
    struct loom_stored_campaign row;
    char *document; /* of the row; NULL: none */
    void (*done)(void *user, enum loom_database_status status);
    void *user;
    bool gone; /* of a removal */
};

static enum loom_database_status run_put(struct loom_database *database, void *data)
{
    return loom_stored_campaign_save(database, &((struct job *)data)->row);
}

static void put_done(void *data, enum loom_database_status status)
{
    struct job *job = data;
    job->done(job->user, status);
    free(job->document);
    free(job);
}

static bool post(struct loom_campaigns *campaigns, struct job *job,
                 enum loom_database_status (*work)(struct loom_database *database, void *data),
                 void (*ended)(void *data, enum loom_database_status status))
{
    const struct loom_writer_job posted = {.run = work, .done = ended, .data = job};
    return !loom_writer_lost(campaigns->writer) &&
           loom_writer_post(campaigns->writer, &posted) != 0;
}

bool loom_campaign_rows_put(struct loom_campaigns *campaigns,
                            const struct loom_campaign_entry *entry, enum loom_campaign_state state,
                            const json_t *document,
                            void (*done_with)(void *user, enum loom_database_status status),
                            void *user)
{
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        return false;
    }
    job->campaigns = campaigns;
    job->done = done_with;
    job->user = user;
    job->row = row_of(campaigns, entry);
    job->row.state = loom_string_text(loom_campaign_state_name(state));
    job->row.reason = loom_string_text("");
    job->row.changed = loom_campaigns_now(campaigns);
    if (state == LOOM_CAMPAIGN_RUNNING) {
        const size_t *counts = entry->campaign.counts;
        job->row.failed_before = (int64_t)counts[LOOM_CAMPAIGN_FAILED];
        job->row.tried_before =
            (int64_t)(counts[LOOM_CAMPAIGN_FAILED] + counts[LOOM_CAMPAIGN_DONE]);
    }
    if (document != NULL) {
        job->document = json_dumps(document, JSON_COMPACT);
        job->row.document = loom_string_text(job->document == NULL ? "" : job->document);
        job->row.who = loom_string_text(entry->who);
    }
    if ((document != NULL && job->document == NULL) || !post(campaigns, job, run_put, put_done)) {
        free(job->document);
        free(job);
        return false;
    }
    return true;
}

static enum loom_database_status run_remove(struct loom_database *database, void *data)
{
    struct job *job = data;
    return loom_stored_campaign_remove(database, job->row.id, REMOVED_MAX, &job->gone);
}

static void remove_done(void *data, enum loom_database_status status)
{
    struct job *job = data;
    if (status == LOOM_DATABASE_OK && !job->gone) {
        if (post(job->campaigns, job, run_remove, remove_done)) {
            return;
        }
        status = LOOM_DATABASE_LOST;
    }
    job->done(job->user, status);
    free(job);
}

bool loom_campaign_rows_remove(struct loom_campaigns *campaigns, uint64_t id,
                               void (*done_with)(void *user, enum loom_database_status status),
                               void *user)
{
    struct job *job = calloc(1, sizeof *job);
    if (job == NULL) {
        return false;
    }
    job->campaigns = campaigns;
    job->row.id = (int64_t)id;
    job->done = done_with;
    job->user = user;
    if (!post(campaigns, job, run_remove, remove_done)) {
        free(job);
        return false;
    }
    return true;
}

static void undone(void *user, enum loom_database_status status)
{
    struct loom_campaigns *campaigns = user;
    campaigns->undoing = false;
    if (status == LOOM_DATABASE_OK) {
        loom_campaign_entry_free(
            campaigns, LOOM_LIST_ENTRY(campaigns->undone.next, struct loom_campaign_entry, place));
    } else {
        campaigns->save_again = loom_campaigns_now(campaigns) + AGAIN_MS;
    }
    loom_campaigns_wake(campaigns);
}

static void undo_next(struct loom_campaigns *campaigns, int64_t now)
{
    if (campaigns->undoing || loom_list_is_empty(&campaigns->undone)) {
        return;
    }
    const struct loom_campaign_entry *entry =
        LOOM_LIST_ENTRY(campaigns->undone.next, struct loom_campaign_entry, place);
    campaigns->undoing =
        loom_campaign_rows_remove(campaigns, entry->campaign.id, undone, campaigns);
    if (!campaigns->undoing) {
        campaigns->save_again = now + AGAIN_MS;
    }
}

/* ---- what is due ----------------------------------------------------------------------------- */

void loom_campaign_rows_step(struct loom_campaigns *campaigns, int64_t now)
{
    if (campaigns->writer == NULL) {
        pass_all(campaigns);
    } else if (now >= campaigns->save_again) {
        undo_next(campaigns, now);
        if (campaigns->rows == NULL) {
            save_batch(campaigns);
        }
    }
}

/* ---- after a restart ------------------------------------------------------------------------- */

struct restoring {
    struct loom_campaigns *campaigns;
    struct loom_campaign_entry *last; /* whose device came last */
};

static bool read_state(struct loom_text name, enum loom_campaign_state *state)
{
    for (unsigned i = 0; i < LOOM_CAMPAIGN_STATE_COUNT; i++) {
        if (loom_text_is(name, loom_campaign_state_name((enum loom_campaign_state)i))) {
            *state = (enum loom_campaign_state)i;
            return true;
        }
    }
    return false;
}

static char *string_of(struct loom_text text)
{
    char *string = malloc(text.length + 1);
    if (string != NULL) {
        if (text.length > 0) {
            memcpy(string, text.data, text.length);
        }
        string[text.length] = '\0';
    }
    return string;
}

/* One that this program cannot read is left out. */
static bool restore_campaign(void *user, const struct loom_stored_campaign *row)
{
    struct restoring *restoring = user;
    struct loom_campaigns *campaigns = restoring->campaigns;
    json_t *document = json_loadb(row->document.data, row->document.length, 0, NULL);
    char *who = string_of(row->who);
    enum loom_campaign_state state;
    struct loom_campaign_entry *entry =
        document == NULL || who == NULL || row->id <= 0 || !read_state(row->state, &state)
            ? NULL
            : loom_campaign_entry_new(document, campaigns->config.scopes | 1u << LOOM_WISH_GROUP,
                                      who);
    if (entry != NULL) {
        size_t length = row->reason.length < sizeof entry->reason ? row->reason.length : 0;
        entry->campaign.id = (uint64_t)row->id;
        entry->campaign.state = state;
        entry->campaign.created = row->created;
        entry->campaign.changed = row->changed;
        entry->tried_before = (size_t)row->tried_before;
        entry->failed_before = (size_t)row->failed_before;
        if (length > 0) {
            memcpy(entry->reason, row->reason.data, length);
        }
        loom_campaign_enter(campaigns, entry, document);
        entry->told = true;
    }
    free(who);
    json_decref(document);
    return true;
}

static struct loom_campaign_entry *find_entry(struct restoring *restoring, int64_t id)
{
    if (restoring->last == NULL || restoring->last->campaign.id != (uint64_t)id) {
        restoring->last = (struct loom_campaign_entry *)(uintptr_t)loom_campaigns_find(
            restoring->campaigns, (uint64_t)id);
    }
    return restoring->last;
}

static bool restore_device(void *user, const struct loom_stored_campaign_device *row)
{
    struct restoring *restoring = user;
    struct loom_campaigns *campaigns = restoring->campaigns;
    struct loom_campaign_entry *entry = find_entry(restoring, row->campaign);
    enum loom_campaign_device_state state;
    if (entry == NULL || !loom_campaign_device_state_read(row->state, &state)) {
        return true;
    }
    struct loom_campaign_target *target = loom_campaign_target_of(campaigns, entry, row->endpoint);
    if (target == NULL) {
        target = loom_campaign_enrol(campaigns, entry, row->endpoint);
    }
    char *words = target == NULL ? NULL : string_of(row->words);
    if (words == NULL) {
        return true;
    }
    target->attempts = (uint8_t)row->attempts;
    target->result = (int)row->result;
    loom_campaign_put(campaigns, target, state, words,
                      !loom_text_is(row->step, "starting") && row->step.length > 0);
    target->changed = row->changed;
    entry->told = true;
    free(words);
    return true;
}

enum loom_database_status loom_campaign_rows_restore(struct loom_campaigns *campaigns,
                                                     struct loom_database *database)
{
    const struct loom_text node = campaigns->config.node;
    struct restoring restoring = {campaigns, NULL};
    enum loom_database_status status =
        loom_stored_campaign_each(database, node, restore_campaign, &restoring);
    return status == LOOM_DATABASE_OK
               ? loom_stored_campaign_device_each(database, node, restore_device, &restoring)
               : status;
}
