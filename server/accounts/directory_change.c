/* SPDX-License-Identifier: Apache-2.0 */
/* Changes on their way: they wait, are tried, are at the keeper, and come in force. */
#include "accounts/directory_entry.h"

#include <stdlib.h>
#include <string.h>

/* So often a change is tried again because another node has made one meanwhile. */
#define ATTEMPTS_MAX 16u

/* Changes that a source gives before others have their turn. */
#define OF_SOURCE 64u

#define CHANGE_OF(link) LOOM_LIST_ENTRY(link, struct loom_change, place)

static const struct loom_budget unlimited = {NULL, 0, 0};

/* ---- posting --------------------------------------------------------------------------------- */

static struct loom_change *new_change(struct loom_directory *directory, struct loom_text name)
{
    if (directory->lost || directory->waiting_count >= LOOM_DIRECTORY_WAITING_MAX) {
        return NULL;
    }
    struct loom_change *change = calloc(1, sizeof *change + name.length + 1);
    if (change != NULL) {
        loom_list_begin(&change->place);
        change->directory = directory;
        if (name.length > 0) {
            memcpy(change->name, name.data, name.length);
        }
        change->asked.name = (struct loom_text){change->name, name.length};
    }
    return change;
}

static void enqueue(struct loom_change *change)
{
    struct loom_directory *directory = change->directory;
    loom_list_append(&directory->waiting, &change->place);
    directory->waiting_count++;
    change->number = ++directory->number;
    directory->ready = true;
}

static struct loom_change *make(struct loom_directory *directory,
                                const struct loom_directory_change *asked)
{
    struct loom_change *change = new_change(directory, asked->name);
    if (change == NULL) {
        json_decref(asked->document);
        return NULL;
    }
    struct loom_text name = change->asked.name;
    change->asked = *asked;
    change->asked.name = name;
    return change;
}

bool loom_directory_post(struct loom_directory *directory,
                         const struct loom_directory_change *asked)
{
    struct loom_change *change = make(directory, asked);
    if (change != NULL) {
        enqueue(change);
    }
    return change != NULL;
}

bool loom_directory_post_source(struct loom_directory *directory,
                                const struct loom_directory_source *source)
{
    struct loom_change *change = new_change(directory, (struct loom_text){NULL, 0});
    if (change != NULL) {
        change->is_source = true;
        change->source = *source;
        enqueue(change);
    }
    return change != NULL;
}

uint64_t loom_change_adopt(struct loom_directory *directory, struct loom_bytes identity,
                           struct loom_text endpoint)
{
    struct loom_change *change =
        identity.length <= LOOM_ADOPTED_IDENTITY_MAX ? new_change(directory, endpoint) : NULL;
    if (change == NULL) {
        return 0;
    }
    change->asked.kind = LOOM_DIRECTORY_ACCOUNT;
    change->adopts = true;
    memcpy(change->identity, identity.data, identity.length);
    change->identity_length = identity.length;
    enqueue(change);
    return LOOM_FLEET_ADOPTIONS + change->number;
}

void loom_directory_on_adopted(struct loom_directory *directory, loom_directory_adopted *adopted,
                               void *user)
{
    directory->adopted = adopted;
    directory->adopted_user = user;
}

/* ---- the end of a change --------------------------------------------------------------------- */

static void leave_waiting(struct loom_change *change)
{
    loom_list_remove(&change->place);
    change->directory->waiting_count--;
}

/* Tells what became of it, and frees. It is in no list any more. */
static void finish(struct loom_change *change, enum loom_status status, int64_t generation)
{
    struct loom_directory *directory = change->directory;
    struct loom_budget budget = unlimited;
    (void)loom_change_forget(change, &budget);
    if (change->adopts && directory->adopted != NULL) {
        directory->adopted(directory->adopted_user, LOOM_FLEET_ADOPTIONS + change->number,
                           status == LOOM_OK || status == LOOM_END);
    } else if (change->asked.done != NULL) {
        change->asked.done(change->asked.user, status, generation);
    }
    json_decref(change->asked.document);
    free(change);
}

static void refuse(struct loom_change *change, enum loom_status status)
{
    leave_waiting(change);
    finish(change, status, 0);
}

static bool is_alone(const struct loom_change *change)
{
    return change->asked.kind != LOOM_DIRECTORY_ACCOUNT;
}

/* ---- what is at the keeper ------------------------------------------------------------------- */

static uint64_t name_hash(const struct loom_change *change)
{
    return loom_index_hash(&change->directory->posted_names, change->asked.name.data,
                           change->asked.name.length);
}

/* Whether something that is not in force yet has its name, or claims what it claims. */
static bool meets_posted(const struct loom_change *change)
{
    const struct loom_directory *directory = change->directory;
    bool meets = loom_index_first(&directory->posted_names, name_hash(change)) != NULL;
    for (size_t i = 0; !meets && change->count > 0 && i < change->changed[0].claims.count; i++) {
        meets = loom_index_first(&directory->posted_claims,
                                 change->changed[0].claims.items[i].hash) != NULL;
    }
    return meets;
}

static void enter_posted(struct loom_change *change)
{
    struct loom_directory *directory = change->directory;
    leave_waiting(change);
    loom_list_append(&directory->posted, &change->place);
    directory->posted_count++;
    change->stage = LOOM_CHANGE_POSTED;
    if (is_alone(change)) {
        return;
    }
    loom_index_add(&directory->posted_names, &change->by_name, name_hash(change));
    for (size_t i = 0; change->count > 0 && i < change->changed[0].claims.count; i++) {
        struct loom_claim *claim = &change->changed[0].claims.items[i];
        loom_index_add(&directory->posted_claims, &claim->link, claim->hash);
    }
}

static void leave_posted(struct loom_change *change)
{
    struct loom_directory *directory = change->directory;
    if (!is_alone(change)) {
        loom_index_remove(&directory->posted_names, &change->by_name);
        for (size_t i = 0; change->count > 0 && i < change->changed[0].claims.count; i++) {
            loom_index_remove(&directory->posted_claims, &change->changed[0].claims.items[i].link);
        }
    }
    loom_list_remove(&change->place);
    directory->posted_count--;
}

/* It is tried again when it is known what others have changed; those that were posted with it
 * follow it, so they keep their order. */
static void try_again(struct loom_change *change)
{
    struct loom_directory *directory = change->directory;
    struct loom_budget budget = unlimited;
    (void)loom_change_forget(change, &budget);
    change->stage = LOOM_CHANGE_WAITS;
    change->at = 0;
    directory->behind = true;
    struct loom_list *at = directory->waiting.next;
    while (at != &directory->waiting && CHANGE_OF(at)->number < change->number) {
        at = at->next;
    }
    loom_list_append(at, &change->place);
    directory->waiting_count++;
}

static void on_kept(void *data, enum loom_status status, const int64_t *generations)
{
    struct loom_change *change = data;
    struct loom_directory *directory = change->directory;
    directory->ready = true;
    if (status != LOOM_OK) {
        leave_posted(change);
        directory->behind = directory->behind || directory->options.keeper != NULL;
        if (status == LOOM_CONFLICT && ++change->attempts < ATTEMPTS_MAX) {
            try_again(change);
        } else {
            finish(change, LOOM_UNAVAILABLE, 0);
        }
        return;
    }
    change->generation = generations[0];
    if (change->after != NULL) {
        change->after->generation = change->generation;
    }
    if (is_alone(change)) { /* goes on in steps */
        size_t row = 1;
        for (size_t i = 0; i < change->count; i++) {
            if (change->changed[i].adds_keys) {
                change->changed[i].generation = generations[row++];
            }
        }
        change->stage = LOOM_CHANGE_ENTERED;
        change->at = 0;
        return;
    }
    struct loom_budget budget = unlimited;
    leave_posted(change);
    (void)loom_change_enter(change, &budget);
    finish(change, LOOM_OK, change->generation);
}

/* ---- rows for the keeper --------------------------------------------------------------------- */

static struct loom_directory_row row_of(const struct loom_entry *entry,
                                        enum loom_directory_kind kind,
                                        const struct loom_document_key *keys)
{
    struct loom_directory_row row = {.kind = kind,
                                     .name = loom_entry_name(entry),
                                     .document = {entry->text, strlen(entry->text)},
                                     .keys = keys,
                                     .generation = entry->generation};
    if (entry->parent != NULL) {
        row.parent = loom_entry_name(entry->parent);
    }
    return row;
}

/* A device is adopted as its group and profile are; what else others change does not matter,
 * because nobody else may have its identity, and its keys are new. */
static bool expect_parents(const struct loom_change *change)
{
    const struct loom_directory_keeper *keeper = change->directory->options.keeper;
    const struct loom_entry *group = change->after->parent;
    const struct loom_entry *profile = group->parent;
    return keeper->expect(change->rows, LOOM_DIRECTORY_GROUP, loom_entry_name(group),
                          group->generation) &&
           (profile == NULL || keeper->expect(change->rows, LOOM_DIRECTORY_PROFILE,
                                              loom_entry_name(profile), profile->generation));
}

static bool add_first(struct loom_change *change)
{
    const struct loom_directory_keeper *keeper = change->directory->options.keeper;
    bool account = change->asked.kind == LOOM_DIRECTORY_ACCOUNT;
    struct loom_directory_row row = {.kind = change->asked.kind, .name = change->asked.name};
    if (change->after != NULL) {
        row = row_of(change->after, change->asked.kind,
                     account ? change->changed[0].keys : change->after->keys);
    }
    row.generation = change->before == NULL ? 0 : change->before->generation;
    return keeper->add(change->rows, &row);
}

/* Of the accounts below only those are stored that get keys. @return true: it is done */
static bool write_rows(struct loom_change *change, struct loom_budget *budget)
{
    const struct loom_directory_keeper *keeper = change->directory->options.keeper;
    if (change->rows == NULL) {
        change->rows = keeper->begin(keeper->self);
        change->good = change->rows != NULL && add_first(change) &&
                       (!change->adopts || expect_parents(change));
    }
    while (change->good && is_alone(change) && change->at < change->count) {
        struct loom_changed *changed = &change->changed[change->at++];
        if (changed->adds_keys) {
            struct loom_directory_row row =
                row_of(changed->entry, LOOM_DIRECTORY_ACCOUNT, changed->keys);
            change->good = keeper->add(change->rows, &row);
        }
        if (loom_budget_is_spent(budget)) {
            return false;
        }
    }
    return true;
}

static bool post_rows(struct loom_change *change)
{
    const struct loom_directory *directory = change->directory;
    const struct loom_directory_keeper *keeper = directory->options.keeper;
    struct loom_directory_rows *rows = change->rows;
    change->rows = NULL;
    if (!change->good) {
        if (rows != NULL) {
            keeper->drop(rows);
        }
        return false;
    }
    return keeper->post(rows, change->adopts ? -1 : directory->seen, on_kept, change);
}

/* Without a keeper all is kept at once. */
static void keep_in_memory(struct loom_change *change)
{
    struct loom_directory *directory = change->directory;
    size_t added = 1;
    for (size_t i = 0; is_alone(change) && i < change->count; i++) {
        added += change->changed[i].adds_keys ? 1 : 0;
    }
    int64_t *generations = calloc(added, sizeof *generations);
    for (size_t i = 0; generations != NULL && i < added; i++) {
        generations[i] = ++directory->generation;
    }
    on_kept(change, generations == NULL ? LOOM_UNAVAILABLE : LOOM_OK, generations);
    free(generations);
}

/* Goes to the keeper; there is room for what is new. */
static void post(struct loom_change *change)
{
    struct loom_directory *directory = change->directory;
    if (change->after != NULL && change->before == NULL &&
        !loom_entries_reserve(&directory->entries[change->asked.kind],
                              directory->posted_count + 1)) {
        change->good = false;
    }
    if (directory->options.keeper != NULL && !post_rows(change)) {
        refuse(change, LOOM_UNAVAILABLE);
        return;
    }
    enter_posted(change);
    if (directory->options.keeper == NULL) {
        keep_in_memory(change);
    }
}

/* ---- steps ----------------------------------------------------------------------------------- */

/* Of an account, in one go. A mistake may be one only because of what is not in force yet: then it
 * is tried once more behind it. @return false: it waits for those that are posted */
static bool run_account(struct loom_change *change, struct loom_budget *budget)
{
    struct loom_directory *directory = change->directory;
    struct loom_budget all = unlimited;
    if (directory->posted_count >= LOOM_DIRECTORY_POSTED_MAX) {
        return false;
    }
    change->silent = directory->posted_count > 0;
    enum loom_status status = loom_change_try(change);
    if (change->silent && (status != LOOM_OK || meets_posted(change))) {
        (void)loom_change_forget(change, &all);
        return false;
    }
    budget->calls += 7; /* an account may be a large one: the clock is asked after each */
    if (status != LOOM_OK || change->asked.try) {
        refuse(change, status);
        return true;
    }
    change->good = true;
    if (directory->options.keeper != NULL) {
        (void)write_rows(change, &all);
    }
    post(change);
    return true;
}

static void begin_alone(struct loom_change *change)
{
    change->silent = false;
    change->status = loom_change_try(change);
    change->stage = LOOM_CHANGE_TRIED;
}

/* @return false: the step is spent, or it waits */
static bool run_alone(struct loom_change *change, struct loom_budget *budget)
{
    if (change->directory->posted_count > 0) {
        return false;
    }
    if (change->stage == LOOM_CHANGE_WAITS) {
        begin_alone(change);
    }
    if (change->stage == LOOM_CHANGE_TRIED) {
        if (change->status == LOOM_OK && !loom_change_try_more(change, budget)) {
            return false;
        }
        change->stage = LOOM_CHANGE_COMPARED;
    }
    if (change->stage == LOOM_CHANGE_COMPARED) {
        if (change->status == LOOM_OK && change->good && !loom_change_compare(change, budget)) {
            return false;
        }
        if (change->status == LOOM_OK && !change->good) {
            change->status = LOOM_BAD_REQUEST;
        }
        bool posted = change->status == LOOM_OK && !change->asked.try;
        change->stage = posted ? LOOM_CHANGE_WRITTEN : LOOM_CHANGE_ENDED;
    }
    if (change->stage == LOOM_CHANGE_WRITTEN) {
        if (change->directory->options.keeper != NULL && !write_rows(change, budget)) {
            return false;
        }
        post(change);
        return true;
    }
    if (!loom_change_forget(change, budget)) {
        return false;
    }
    refuse(change, change->status);
    return true;
}

static void let_others(struct loom_change *source)
{
    source->number = ++source->directory->number;
    loom_list_append(&source->directory->waiting, &source->place);
}

/* Each of its changes is tried before the source is asked for the next one. */
static bool run_source(struct loom_change *source, struct loom_budget *budget)
{
    struct loom_directory *directory = source->directory;
    struct loom_directory_change asked = {.name = {NULL, 0}};
    if (!source->source.next(source->source.user, &asked)) {
        leave_waiting(source);
        free(source);
        return true;
    }
    if (asked.kind == LOOM_DIRECTORY_KINDS) {
        budget->calls += 7; /* it may have read much */
        let_others(source);
        return true;
    }
    struct loom_change *change = calloc(1, sizeof *change + asked.name.length + 1);
    if (change == NULL) {
        json_decref(asked.document);
        if (asked.done != NULL) {
            asked.done(asked.user, LOOM_UNAVAILABLE, 0);
        }
        return true;
    }
    loom_list_begin(&change->place);
    change->directory = directory;
    change->asked = asked;
    if (asked.name.length > 0) {
        memcpy(change->name, asked.name.data, asked.name.length);
    }
    change->asked.name = (struct loom_text){change->name, asked.name.length};
    change->number = ++directory->number;
    loom_list_append(&source->place, &change->place); /* before it */
    directory->waiting_count++;
    source->number = ++directory->number;
    if (++source->at % OF_SOURCE == 0) {
        let_others(source);
    }
    return true;
}

/* A large change is tried on what is there: if that is about to be another, the trial begins again.
 * What has mistakes already stays refused. @return false: the step is spent */
static bool leave_trial(struct loom_directory *directory, struct loom_budget *budget)
{
    struct loom_change *first = CHANGE_OF(directory->waiting.next);
    if (!loom_taking_changes(directory) || loom_list_is_empty(&directory->waiting) ||
        first->stage == LOOM_CHANGE_WAITS) {
        return true;
    }
    if (first->stage != LOOM_CHANGE_ENDED) {
        bool good = first->status == LOOM_OK && first->good;
        bool last = good && ++first->attempts >= ATTEMPTS_MAX;
        first->again = good && !last;
        first->status = last                       ? LOOM_UNAVAILABLE
                        : first->status != LOOM_OK ? first->status
                                                   : LOOM_BAD_REQUEST;
        first->stage = LOOM_CHANGE_ENDED;
    }
    if (!loom_change_forget(first, budget)) {
        return false;
    }
    if (first->again) {
        first->again = false;
        first->stage = LOOM_CHANGE_WAITS;
    } else {
        refuse(first, first->status);
    }
    return true;
}

/* @return false: nothing more can be done in this step */
static bool run_first(struct loom_directory *directory, struct loom_budget *budget)
{
    struct loom_change *posted = CHANGE_OF(directory->posted.next); /* if there is one */
    if (directory->posted_count > 0 && posted->stage > LOOM_CHANGE_POSTED) {
        if (posted->stage != LOOM_CHANGE_ENDED && !loom_change_enter(posted, budget)) {
            return false;
        }
        posted->stage = LOOM_CHANGE_ENDED;
        if (!loom_change_forget(posted, budget)) {
            return false;
        }
        leave_posted(posted);
        finish(posted, LOOM_OK, posted->generation);
        return true;
    }
    if (directory->posted_count > 0 && is_alone(posted)) {
        return false;
    }
    if (directory->taking != NULL) {
        return directory->posted_count == 0 && leave_trial(directory, budget) &&
               loom_taking_step(directory, budget);
    }
    if (directory->behind || loom_list_is_empty(&directory->waiting)) {
        return false;
    }
    struct loom_change *first = CHANGE_OF(directory->waiting.next);
    return first->is_source  ? run_source(first, budget)
           : is_alone(first) ? run_alone(first, budget)
                             : run_account(first, budget);
}

void loom_directory_step(struct loom_directory *directory)
{
    struct loom_budget budget = {.clock = directory->options.clock};
    if (budget.clock != NULL) {
        budget.end = budget.clock() + LOOM_DIRECTORY_STEP_US;
    }
    while (run_first(directory, &budget)) {
        if (loom_budget_is_spent(&budget)) {
            return;
        }
    }
    directory->ready = budget.clock != NULL && budget.clock() >= budget.end;
}

bool loom_directory_is_ready(const struct loom_directory *directory)
{
    return directory->ready;
}

bool loom_directory_is_busy(const struct loom_directory *directory)
{
    return directory->waiting_count > 0 || directory->posted_count > 0 || directory->taking != NULL;
}

bool loom_directory_is_behind(const struct loom_directory *directory)
{
    return directory->behind;
}

int64_t loom_directory_seen(const struct loom_directory *directory)
{
    return directory->seen;
}

/* A source ends as soon as one of its changes is refused like that. */
void loom_directory_missed(struct loom_directory *directory)
{
    struct loom_budget budget = unlimited;
    directory->lost = true;
    for (size_t left = directory->waiting_count;
         left > 0 && directory->behind && !loom_list_is_empty(&directory->waiting); left--) {
        struct loom_change *first = CHANGE_OF(directory->waiting.next);
        if (first->is_source) {
            (void)run_source(first, &budget);
        } else {
            refuse(first, LOOM_UNAVAILABLE);
        }
    }
}

void loom_changes_end(struct loom_directory *directory)
{
    loom_taking_end(directory);
    while (directory->posted_count > 0) {
        struct loom_change *posted = CHANGE_OF(directory->posted.next);
        struct loom_budget budget = unlimited;
        bool entered = posted->stage > LOOM_CHANGE_POSTED;
        if (posted->stage == LOOM_CHANGE_ENTERED || posted->stage == LOOM_CHANGE_LEFT) {
            (void)loom_change_enter(posted, &budget);
        }
        leave_posted(posted);
        finish(posted, entered ? LOOM_OK : LOOM_UNAVAILABLE, posted->generation);
    }
    while (!loom_list_is_empty(&directory->waiting)) {
        struct loom_change *first = CHANGE_OF(directory->waiting.next);
        if (first->is_source) {
            leave_waiting(first);
            first->source.ended(first->source.user);
            free(first);
        } else {
            refuse(first, LOOM_UNAVAILABLE);
        }
    }
}
