/* SPDX-License-Identifier: Apache-2.0 */
#include "service/campaign_table.h"

#include "common/text.h"
#include "service/devices.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Registrations that a step looks at for new devices of campaigns. */
#define ENROL_MAX 500u

/* Between two looks at what has waited too long, and between two events of one campaign. */
#define LOOK_MS 1000
#define TELL_MS 1000

/* ---- names ----------------------------------------------------------------------------------- */

static const char *const states[LOOM_CAMPAIGN_STATE_COUNT] = {
    [LOOM_CAMPAIGN_DRAFT] = "draft",       [LOOM_CAMPAIGN_RUNNING] = "running",
    [LOOM_CAMPAIGN_PAUSED] = "paused",     [LOOM_CAMPAIGN_STOPPED] = "stopped",
    [LOOM_CAMPAIGN_FINISHED] = "finished", [LOOM_CAMPAIGN_CANCELLED] = "cancelled",
};

static const char *const device_states[LOOM_CAMPAIGN_DEVICE_STATE_COUNT] = {
    [LOOM_CAMPAIGN_WAITING] = "waiting", [LOOM_CAMPAIGN_UPDATING] = "updating",
    [LOOM_CAMPAIGN_DONE] = "done",       [LOOM_CAMPAIGN_SKIPPED] = "skipped",
    [LOOM_CAMPAIGN_FAILED] = "failed",
};

const char *loom_campaign_state_name(enum loom_campaign_state state)
{
    return states[state];
}

const char *loom_campaign_device_state_name(enum loom_campaign_device_state state)
{
    return device_states[state];
}

bool loom_campaign_device_state_read(struct loom_text name, enum loom_campaign_device_state *state)
{
    for (unsigned i = 0; i < LOOM_CAMPAIGN_DEVICE_STATE_COUNT; i++) {
        if (loom_text_is(name, device_states[i])) {
            *state = (enum loom_campaign_device_state)i;
            return true;
        }
    }
    return false;
}

/* ---- finding --------------------------------------------------------------------------------- */

static struct loom_campaign_entry *entry_of(const struct loom_campaign *campaign)
{
    return (struct loom_campaign_entry *)(uintptr_t)campaign;
}

const struct loom_campaign *loom_campaigns_next(const struct loom_campaigns *campaigns,
                                                const struct loom_campaign *campaign)
{
    const struct loom_list *next =
        campaign == NULL ? campaigns->all.next : entry_of(campaign)->place.next;
    return next == &campaigns->all
               ? NULL
               : &LOOM_LIST_ENTRY((uintptr_t)next, struct loom_campaign_entry, place)->campaign;
}

const struct loom_campaign *loom_campaigns_find(const struct loom_campaigns *campaigns, uint64_t id)
{
    const struct loom_campaign *campaign = loom_campaigns_next(campaigns, NULL);
    while (campaign != NULL && campaign->id != id) {
        campaign = loom_campaigns_next(campaigns, campaign);
    }
    return campaign;
}

static bool is_adding(const struct loom_campaigns *campaigns, const char *image)
{
    const struct loom_list *at = campaigns->adding.next;
    while (at != &campaigns->adding &&
           strcmp(LOOM_LIST_ENTRY((uintptr_t)at, struct loom_campaign_entry, place)->plan.image,
                  image) != 0) {
        at = at->next;
    }
    return at != &campaigns->adding;
}

bool loom_campaigns_use(const struct loom_campaigns *campaigns, const char *image)
{
    const struct loom_campaign *campaign = NULL;
    if (is_adding(campaigns, image)) {
        return true;
    }
    while ((campaign = loom_campaigns_next(campaigns, campaign)) != NULL) {
        const struct loom_campaign_entry *entry = entry_of(campaign);
        bool over = loom_campaign_has_ended(entry) && entry->active_count == 0;
        if (!over && strcmp(campaign->image, image) == 0) {
            return true;
        }
    }
    return false;
}

bool loom_campaign_device_at(const struct loom_campaign *campaign, size_t place,
                             struct loom_campaign_device *device)
{
    const struct loom_campaign_entry *entry = entry_of(campaign);
    if (place >= entry->target_count) {
        return false;
    }
    const struct loom_campaign_target *target = entry->targets[place];
    *device = (struct loom_campaign_device){
        .endpoint = target->name,
        .state = target->state,
        .step = loom_campaign_step_name(target->step),
        .attempts = target->attempts,
        .result = target->result,
        .words = target->words == NULL ? "" : target->words,
        .changed = target->changed,
    };
    return true;
}

struct loom_campaign_target *loom_campaign_target_next(const struct loom_campaigns *campaigns,
                                                       struct loom_text endpoint,
                                                       struct loom_campaign_target *target)
{
    struct loom_index_link *link =
        target == NULL ? loom_index_first(&campaigns->by_endpoint,
                                          loom_index_hash(&campaigns->by_endpoint, endpoint.data,
                                                          endpoint.length))
                       : loom_index_next(&target->by_endpoint);
    for (; link != NULL; link = loom_index_next(link)) {
        struct loom_campaign_target *found =
            LOOM_INDEX_ENTRY(link, struct loom_campaign_target, by_endpoint);
        if (loom_text_same(loom_campaign_endpoint(found), endpoint)) {
            return found;
        }
    }
    return NULL;
}

struct loom_campaign_target *loom_campaign_target_of(const struct loom_campaigns *campaigns,
                                                     const struct loom_campaign_entry *entry,
                                                     struct loom_text endpoint)
{
    struct loom_campaign_target *target = loom_campaign_target_next(campaigns, endpoint, NULL);
    while (target != NULL && target->campaign != entry) {
        target = loom_campaign_target_next(campaigns, endpoint, target);
    }
    return target;
}

/* ---- telling --------------------------------------------------------------------------------- */

static void tell(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry, int64_t now)
{
    static const struct loom_text nobody = {"", 0};
    const struct loom_campaign *campaign = &entry->campaign;
    char id[LOOM_COMMAND_ID_SIZE];
    loom_command_id_write(campaign->id, id);
    json_t *json = json_pack("{s:s, s:s, s:s, s:I}", "campaign", id, "image", campaign->image,
                             "state", loom_campaign_state_name(campaign->state), "devices",
                             (json_int_t)entry->target_count);
    for (unsigned i = 0; json != NULL && i < LOOM_CAMPAIGN_DEVICE_STATE_COUNT; i++) {
        (void)json_object_set_new(json, device_states[i],
                                  json_integer((json_int_t)campaign->counts[i]));
    }
    if (json != NULL && campaign->reason[0] != '\0') {
        (void)json_object_set_new(json, "text", json_string(campaign->reason));
    }
    char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
    if (text != NULL) {
        const struct loom_text members = {text + 1, strlen(text) - 2};
        (void)loom_timeline_tell(campaigns->config.timeline, "campaign", nobody, members, now);
    }
    free(text);
    json_decref(json);
    entry->told = true;
    entry->last_told = now;
}

void loom_campaign_note(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry)
{
    entry->told = false;
    loom_campaigns_wake(campaigns);
}

/* Has a campaign in a state, and tells of it. */
static void become(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry,
                   enum loom_campaign_state state, const char *reason)
{
    int64_t now = loom_campaigns_now(campaigns);
    bool starts = state == LOOM_CAMPAIGN_RUNNING;
    if (starts) { /* what has failed before is known */
        const size_t *counts = entry->campaign.counts;
        entry->failed_before = counts[LOOM_CAMPAIGN_FAILED];
        entry->tried_before = counts[LOOM_CAMPAIGN_FAILED] + counts[LOOM_CAMPAIGN_DONE];
    }
    entry->campaign.state = state;
    entry->campaign.changed = now;
    (void)snprintf(entry->reason, sizeof entry->reason, "%s", reason);
    if (state == LOOM_CAMPAIGN_CANCELLED) {
        loom_campaign_give_up_lost(campaigns, entry);
        for (size_t i = 0; i < entry->target_count; i++) {
            if (entry->targets[i]->state == LOOM_CAMPAIGN_WAITING) {
                loom_campaign_skip(campaigns, entry->targets[i], "The campaign was cancelled");
            }
        }
    }
    tell(campaigns, entry, now);
    loom_campaigns_wake(campaigns);
}

/* ---- devices --------------------------------------------------------------------------------- */

struct loom_campaign_target *loom_campaign_enrol(struct loom_campaigns *campaigns,
                                                 struct loom_campaign_entry *entry,
                                                 struct loom_text endpoint)
{
    if (campaigns->target_count >= LOOM_CAMPAIGN_DEVICES_MAX) {
        return NULL;
    }
    if (entry->target_count == entry->target_room) {
        size_t room = entry->target_room == 0 ? 16 : 2 * entry->target_room;
        struct loom_campaign_target **more = realloc(entry->targets, room * sizeof *entry->targets);
        if (more == NULL) {
            return NULL;
        }
        entry->targets = more;
        entry->target_room = room;
    }
    struct loom_campaign_target *target = calloc(1, sizeof *target + endpoint.length + 1);
    if (target == NULL) {
        return NULL;
    }
    target->campaign = entry;
    target->length = endpoint.length;
    memcpy(target->name, endpoint.data, endpoint.length);
    loom_list_begin(&target->queue);
    loom_list_begin(&target->dirty);
    loom_index_add(&campaigns->by_endpoint, &target->by_endpoint,
                   loom_index_hash(&campaigns->by_endpoint, endpoint.data, endpoint.length));
    entry->targets[entry->target_count++] = target;
    entry->campaign.counts[LOOM_CAMPAIGN_WAITING]++;
    campaigns->target_count++;
    loom_campaign_note(campaigns, entry);
    return target;
}

static bool concerns(const struct loom_campaigns *campaigns,
                     const struct loom_campaign_entry *entry, struct loom_text endpoint)
{
    const struct loom_campaigns_config *config = &campaigns->config;
    const struct loom_campaign_plan *plan = &entry->plan;
    char name[LOOM_WISH_NAME_MAX];
    if (plan->scope == LOOM_WISH_ALL) {
        return true;
    }
    if (plan->scope == LOOM_WISH_ENDPOINT) {
        return false; /* they are all there */
    }
    const struct loom_text found = {name, config->name(config->user, plan->scope, endpoint, name)};
    return found.length > 0 && loom_text_same(found, plan->name);
}

static void see_to(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry,
                   struct loom_text endpoint)
{
    if (endpoint.length <= LOOM_WISH_NAME_MAX && concerns(campaigns, entry, endpoint) &&
        loom_campaign_target_of(campaigns, entry, endpoint) == NULL) {
        struct loom_campaign_target *target = loom_campaign_enrol(campaigns, entry, endpoint);
        if (target != NULL) {
            loom_campaign_make_ready(campaigns, target);
        }
    }
}

/* A device that has gone since takes the place with it: then it begins once more, and passes over
 * those that it has. */
static void enrol_more(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry)
{
    const struct loom_management_server *server = campaigns->config.server;
    const struct loom_dm_client *client =
        entry->cursor[0] == '\0'
            ? NULL
            : loom_management_server_find(server, loom_string_text(entry->cursor));
    client = loom_management_server_next(server, client);
    for (unsigned i = 0; client != NULL && i < ENROL_MAX; i++) {
        see_to(campaigns, entry, client->endpoint);
        if (client->endpoint.length <= LOOM_WISH_NAME_MAX) {
            memcpy(entry->cursor, client->endpoint.data, client->endpoint.length);
            entry->cursor[client->endpoint.length] = '\0';
        }
        client = loom_management_server_next(server, client);
    }
    if (client == NULL) {
        entry->campaign.enrols = false;
        loom_campaign_note(campaigns, entry);
    }
}

void loom_campaign_welcome(struct loom_campaigns *campaigns, struct loom_text endpoint)
{
    const struct loom_campaign *campaign = NULL;
    while ((campaign = loom_campaigns_next(campaigns, campaign)) != NULL) {
        if (!loom_campaign_has_ended(entry_of(campaign))) {
            see_to(campaigns, entry_of(campaign), endpoint);
        }
    }
}

/* ---- entries --------------------------------------------------------------------------------- */

struct loom_campaign_entry *loom_campaign_entry_new(const json_t *document, unsigned scopes,
                                                    const char *who)
{
    struct loom_campaign_entry *entry = calloc(1, sizeof *entry);
    json_t *errors = json_array();
    size_t length = strlen(who) + 1;
    if (entry == NULL) {
        json_decref(errors);
        return NULL;
    }
    loom_list_begin(&entry->place);
    loom_list_begin(&entry->ready);
    loom_list_begin(&entry->active);
    entry->who = malloc(length);
    /* It was read before; here its texts are those of the copy. */
    entry->document = json_deep_copy(document);
    bool good = errors != NULL && entry->who != NULL && entry->document != NULL &&
                loom_campaign_plan_read(entry->document, scopes, errors, &entry->plan);
    json_decref(errors);
    if (!good) {
        json_decref(entry->document);
        free(entry->who);
        free(entry);
        return NULL;
    }
    memcpy(entry->who, who, length);
    entry->plan.endpoints = NULL;
    (void)json_object_del(entry->document, "endpoints");
    entry->told = true;
    entry->campaign.document = entry->document;
    entry->campaign.image = entry->plan.image;
    entry->campaign.who = entry->who;
    entry->campaign.reason = entry->reason;
    return entry;
}

void loom_campaign_entry_free(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry)
{
    for (size_t i = 0; i < entry->target_count; i++) {
        struct loom_campaign_target *target = entry->targets[i];
        loom_list_remove(&target->queue);
        loom_list_remove(&target->dirty);
        loom_index_remove(&campaigns->by_endpoint, &target->by_endpoint);
        free(target->words);
        free(target);
    }
    campaigns->target_count -= entry->target_count;
    loom_list_remove(&entry->place);
    loom_shared_release(entry->body);
    json_decref(entry->document);
    free(entry->targets);
    free(entry->who);
    free(entry);
}

void loom_campaign_enter(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry,
                         const json_t *document)
{
    const json_t *endpoints = json_object_get(document, "endpoints");
    size_t count = json_array_size(endpoints);
    loom_list_append(campaigns->all.next, &entry->place);
    campaigns->count++;
    entry->campaign.enrols =
        entry->plan.scope != LOOM_WISH_ENDPOINT && !loom_campaign_has_ended(entry);
    for (size_t i = 0; i < count; i++) {
        const json_t *endpoint = json_array_get(endpoints, i);
        const struct loom_text name = {json_string_value(endpoint), json_string_length(endpoint)};
        if (loom_campaign_target_of(campaigns, entry, name) == NULL) {
            struct loom_campaign_target *target = loom_campaign_enrol(campaigns, entry, name);
            if (target != NULL) {
                loom_campaign_make_ready(campaigns, target);
            }
        }
    }
    loom_campaigns_wake(campaigns);
}

/* ---- for operators --------------------------------------------------------------------------- */

struct change {
    struct loom_campaigns *campaigns;
    struct loom_campaign_entry *entry;
    enum loom_campaign_state state;
    json_t *document; /* of a new one, with its endpoints */
    loom_campaigns_done *done;
    void *user;
};

static struct change *new_change(struct loom_campaigns *campaigns,
                                 struct loom_campaign_entry *entry, enum loom_campaign_state state,
                                 loom_campaigns_done *done, void *user)
{
    struct change *change = malloc(sizeof *change);
    if (change != NULL) {
        *change = (struct change){campaigns, entry, state, NULL, done, user};
    }
    return change;
}

static void added(void *user, enum loom_database_status status)
{
    struct change *change = user;
    struct loom_campaigns *campaigns = change->campaigns;
    if (status == LOOM_DATABASE_OK) {
        loom_campaign_enter(campaigns, change->entry, change->document);
        become(campaigns, change->entry, change->state, "");
        change->done(change->user, LOOM_CAMPAIGNS_OK, &change->entry->campaign);
    } else {
        if (status == LOOM_DATABASE_LOST) { /* it may be there: it must not begin at a restart */
            loom_list_append(&campaigns->undone, &change->entry->place);
            loom_campaigns_wake(campaigns);
        } else {
            loom_campaign_entry_free(campaigns, change->entry);
        }
        change->done(change->user, LOOM_CAMPAIGNS_NOT_STORED, NULL);
    }
    json_decref(change->document);
    free(change);
}

/* What the image says of itself, the document need not say. @return NULL: it cannot be used */
static json_t *complete(const struct loom_campaigns *campaigns, const json_t *document,
                        json_t *errors)
{
    const json_t *name = json_object_get(document, "image");
    const json_t *mode = json_object_get(document, "mode");
    const char *wrong = NULL;
    if (!json_is_object(document) || !json_is_string(name)) {
        return json_deep_copy(document);
    }
    const struct loom_image *image =
        loom_images_find(campaigns->config.images,
                         (struct loom_text){json_string_value(name), json_string_length(name)});
    if (image == NULL) {
        wrong = "there is no such image";
    } else if (loom_image_is_going(campaigns->config.images, image)) {
        wrong = "is being replaced or removed";
    } else if (!image->is_known) {
        wrong = "is still being read, or cannot be read";
    } else if (image->size == 0) {
        wrong = "is empty";
    } else if (json_is_string(mode) && strcmp(json_string_value(mode), "push") == 0 &&
               image->size > LOOM_CAMPAIGN_PUSH_MAX) {
        wrong = "is longer than 16 MiB, and can only be pulled";
    }
    if (wrong != NULL) {
        (void)json_array_append_new(errors,
                                    json_pack("{s:s, s:s}", "at", "/image", "detail", wrong));
        return NULL;
    }
    json_t *whole = json_deep_copy(document);
    if (whole != NULL && json_object_get(whole, "version") == NULL && image->version[0] != '\0') {
        (void)json_object_set_new(whole, "version", json_string(image->version));
    }
    return whole;
}

static uint64_t new_id(struct loom_campaigns *campaigns)
{
    uint64_t id;
    do {
        id = loom_random_next(&campaigns->random) >> 1; /* a database has signed integers */
    } while (id == 0 || loom_campaigns_find(campaigns, id) != NULL);
    return id;
}

enum loom_campaigns_status loom_campaigns_add(struct loom_campaigns *campaigns,
                                              const json_t *document, const char *who,
                                              json_t *errors, loom_campaigns_done *done, void *user)
{
    struct loom_campaign_plan plan;
    json_t *whole = complete(campaigns, document, errors);
    if (json_array_size(errors) > 0 ||
        !loom_campaign_plan_read(whole, campaigns->config.scopes, errors, &plan)) {
        json_decref(whole);
        return LOOM_CAMPAIGNS_BAD;
    }
    if (campaigns->count >= LOOM_CAMPAIGNS_MAX ||
        campaigns->target_count + json_array_size(plan.endpoints) > LOOM_CAMPAIGN_DEVICES_MAX) {
        json_decref(whole);
        return LOOM_CAMPAIGNS_TOO_MANY;
    }
    enum loom_campaign_state state = plan.draft ? LOOM_CAMPAIGN_DRAFT : LOOM_CAMPAIGN_RUNNING;
    struct loom_campaign_entry *entry =
        loom_campaign_entry_new(whole, campaigns->config.scopes, who);
    struct change *change = entry == NULL ? NULL : new_change(campaigns, entry, state, done, user);
    if (change == NULL) {
        if (entry != NULL) {
            loom_campaign_entry_free(campaigns, entry);
        }
        json_decref(whole);
        return LOOM_CAMPAIGNS_NO_MEMORY;
    }
    entry->campaign.id = new_id(campaigns);
    entry->campaign.created = loom_campaigns_now(campaigns);
    entry->campaign.changed = entry->campaign.created;
    change->document = whole;
    loom_list_append(&campaigns->adding, &entry->place);
    if (campaigns->writer == NULL) {
        added(change, LOOM_DATABASE_OK);
    } else if (!loom_campaign_rows_put(campaigns, entry, state, whole, added, change)) {
        loom_campaign_entry_free(campaigns, entry);
        json_decref(whole);
        free(change);
        return LOOM_CAMPAIGNS_NOT_STORED;
    }
    return LOOM_CAMPAIGNS_OK;
}

static bool may_become(enum loom_campaign_state from, enum loom_campaign_state to)
{
    switch (to) {
    case LOOM_CAMPAIGN_RUNNING:
        return from == LOOM_CAMPAIGN_DRAFT || from == LOOM_CAMPAIGN_PAUSED ||
               from == LOOM_CAMPAIGN_STOPPED;
    case LOOM_CAMPAIGN_PAUSED:
        return from == LOOM_CAMPAIGN_RUNNING;
    default:
        return to == LOOM_CAMPAIGN_CANCELLED && from < LOOM_CAMPAIGN_FINISHED;
    }
}

/* It may have finished or stopped meanwhile, or not be stored: then what it is is stored again. */
static void changed(void *user, enum loom_database_status status)
{
    struct change *change = user;
    struct loom_campaign_entry *entry = change->entry;
    bool good = status == LOOM_DATABASE_OK;
    bool may = may_become(entry->campaign.state, change->state);
    entry->changing = false;
    loom_campaigns_wake(change->campaigns);
    if (good && may) {
        become(change->campaigns, entry, change->state, "");
    } else { /* after LOOM_DATABASE_LOST, too, what is stored may be the change */
        loom_campaign_save(change->campaigns, entry);
    }
    change->done(change->user,
                 !good  ? LOOM_CAMPAIGNS_NOT_STORED
                 : !may ? LOOM_CAMPAIGNS_STATE
                        : LOOM_CAMPAIGNS_OK,
                 good && may ? &entry->campaign : NULL);
    free(change);
}

enum loom_campaigns_status loom_campaigns_change(struct loom_campaigns *campaigns,
                                                 const struct loom_campaign *campaign,
                                                 enum loom_campaign_state state,
                                                 loom_campaigns_done *done, void *user)
{
    struct loom_campaign_entry *entry = entry_of(campaign);
    if (!may_become(campaign->state, state)) {
        return LOOM_CAMPAIGNS_STATE;
    }
    if (entry->changing) {
        return LOOM_CAMPAIGNS_BUSY;
    }
    struct change *change = new_change(campaigns, entry, state, done, user);
    if (change == NULL) {
        return LOOM_CAMPAIGNS_NO_MEMORY;
    }
    entry->changing = true;
    if (campaigns->writer == NULL) {
        changed(change, LOOM_DATABASE_OK);
    } else if (!loom_campaign_rows_put(campaigns, entry, state, NULL, changed, change)) {
        entry->changing = false;
        free(change);
        return LOOM_CAMPAIGNS_NOT_STORED;
    }
    return LOOM_CAMPAIGNS_OK;
}

static void removed(void *user, enum loom_database_status status)
{
    struct change *change = user;
    bool good = status == LOOM_DATABASE_OK;
    change->entry->changing = false;
    if (good) {
        change->campaigns->count--;
        loom_campaign_entry_free(change->campaigns, change->entry);
    }
    change->done(change->user, good ? LOOM_CAMPAIGNS_OK : LOOM_CAMPAIGNS_NOT_STORED, NULL);
    free(change);
}

enum loom_campaigns_status loom_campaigns_remove(struct loom_campaigns *campaigns,
                                                 const struct loom_campaign *campaign,
                                                 loom_campaigns_done *done, void *user)
{
    struct loom_campaign_entry *entry = entry_of(campaign);
    if (!loom_campaign_has_ended(entry)) {
        return LOOM_CAMPAIGNS_STATE;
    }
    if (entry->changing || entry->dirty || entry->unsaved > 0 || entry->active_count > 0 ||
        entry->loading) {
        return LOOM_CAMPAIGNS_BUSY;
    }
    struct change *change = new_change(campaigns, entry, campaign->state, done, user);
    if (change == NULL) {
        return LOOM_CAMPAIGNS_NO_MEMORY;
    }
    entry->changing = true;
    if (campaigns->writer == NULL) {
        removed(change, LOOM_DATABASE_OK);
    } else if (!loom_campaign_rows_remove(campaigns, campaign->id, removed, change)) {
        entry->changing = false;
        free(change);
        return LOOM_CAMPAIGNS_NOT_STORED;
    }
    return LOOM_CAMPAIGNS_OK;
}

/* ---- events and steps ------------------------------------------------------------------------ */

static void end_when_done(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry,
                          int64_t now)
{
    const struct loom_campaign *campaign = &entry->campaign;
    const struct loom_campaign_plan *plan = &entry->plan;
    bool open = plan->scope != LOOM_WISH_ENDPOINT && plan->expires != 0 && now < plan->expires;
    if (plan->expires != 0 && now >= plan->expires && !campaign->enrols) {
        loom_campaign_give_up_lost(campaigns, entry);
        for (size_t i = 0; i < entry->target_count; i++) {
            if (entry->targets[i]->state == LOOM_CAMPAIGN_WAITING) {
                loom_campaign_skip(campaigns, entry->targets[i], "The campaign has expired");
            }
        }
    }
    if (!open && !campaign->enrols && campaign->counts[LOOM_CAMPAIGN_WAITING] == 0 &&
        campaign->counts[LOOM_CAMPAIGN_UPDATING] == 0 && !entry->changing) {
        become(campaigns, entry, LOOM_CAMPAIGN_FINISHED, "");
        loom_campaign_save(campaigns, entry);
    }
}

/* So many have failed of those that were tried; a few are no rate. */
static void stop_on_failures(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry)
{
    const size_t *counts = entry->campaign.counts;
    size_t failed = counts[LOOM_CAMPAIGN_FAILED] - entry->failed_before;
    size_t tried = counts[LOOM_CAMPAIGN_FAILED] + counts[LOOM_CAMPAIGN_DONE] - entry->tried_before;
    unsigned most = entry->plan.stop_count;
    unsigned percent = entry->plan.stop_percent;
    bool left = counts[LOOM_CAMPAIGN_WAITING] > 0 || entry->campaign.enrols;
    char reason[120];
    if (!left || failed == 0 || entry->changing) {
        return;
    }
    if (most > 0 && failed >= most) {
        (void)snprintf(reason, sizeof reason, "%zu devices have failed", failed);
    } else if (percent > 0 && tried >= 10 && failed * 100 >= (size_t)percent * tried) {
        (void)snprintf(reason, sizeof reason, "%zu of %zu devices have failed", failed, tried);
    } else {
        return;
    }
    become(campaigns, entry, LOOM_CAMPAIGN_STOPPED, reason);
    loom_campaign_save(campaigns, entry);
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* When a campaign has something to do without an event. */
static int64_t due(const struct loom_campaign_entry *entry, int64_t now)
{
    const struct loom_campaign *campaign = &entry->campaign;
    int64_t next = entry->told ? INT64_MAX : entry->last_told + TELL_MS;
    bool running = campaign->state == LOOM_CAMPAIGN_RUNNING;
    if (campaign->enrols && !loom_campaign_has_ended(entry)) {
        return now;
    }
    if (entry->active_count > 0) {
        next = earlier(next, now + LOOK_MS);
    }
    if (running && now < entry->plan.not_before) {
        next = earlier(next, entry->plan.not_before);
    } else if (running && entry->plan.expires != 0 && now < entry->plan.expires) {
        next = earlier(next, entry->plan.expires);
    }
    return next;
}

static void step_campaign(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry,
                          int64_t now, bool look)
{
    if (entry->campaign.enrols && !loom_campaign_has_ended(entry)) {
        enrol_more(campaigns, entry);
    }
    if (look) {
        loom_campaign_look_after(campaigns, entry, now);
    }
    if (entry->campaign.state == LOOM_CAMPAIGN_RUNNING) {
        stop_on_failures(campaigns, entry);
    }
    if (entry->campaign.state == LOOM_CAMPAIGN_RUNNING && now >= entry->plan.not_before) {
        loom_campaign_begin_ready(campaigns, entry);
        end_when_done(campaigns, entry, now);
    }
    if (entry->active_count == 0 && entry->body != NULL) {
        loom_shared_release(entry->body);
        entry->body = NULL;
    }
    if (!entry->told && now >= entry->last_told + TELL_MS) {
        tell(campaigns, entry, now);
    }
}

void loom_campaigns_step(struct loom_campaigns *campaigns)
{
    int64_t now = loom_campaigns_now(campaigns);
    bool look = now >= campaigns->next_look;
    const struct loom_campaign *campaign = NULL;
    int64_t next = INT64_MAX;
    if (now < campaigns->next) {
        return;
    }
    campaigns->next = INT64_MAX;
    campaigns->next_look = look ? now + LOOK_MS : campaigns->next_look;
    while ((campaign = loom_campaigns_next(campaigns, campaign)) != NULL) {
        struct loom_campaign_entry *entry = entry_of(campaign);
        step_campaign(campaigns, entry, now, look);
        next = earlier(next, due(entry, now));
    }
    loom_campaign_rows_step(campaigns, now);
    if (campaigns->save_again > now) {
        next = earlier(next, campaigns->save_again);
    }
    campaigns->next = earlier(next, campaigns->next);
}

int64_t loom_campaigns_deadline(const struct loom_campaigns *campaigns)
{
    return campaigns->next;
}

/* ---- begin and end --------------------------------------------------------------------------- */

struct loom_campaigns *loom_campaigns_create(const struct loom_campaigns_config *config,
                                             struct loom_database *database,
                                             struct loom_database_error *error)
{
    struct loom_campaigns *campaigns = calloc(1, sizeof *campaigns);
    if (campaigns == NULL) {
        (void)snprintf(error->text, sizeof error->text, "out of memory");
        return NULL;
    }
    campaigns->config = *config;
    campaigns->random = config->seed;
    loom_list_begin(&campaigns->all);
    loom_list_begin(&campaigns->adding);
    loom_list_begin(&campaigns->undone);
    loom_list_begin(&campaigns->dirty);
    loom_index_begin(&campaigns->by_endpoint, loom_random_next(&campaigns->random));
    if (database != NULL && loom_campaign_rows_restore(campaigns, database) != LOOM_DATABASE_OK) {
        (void)snprintf(error->text, sizeof error->text, "%s", loom_database_error(database));
        loom_campaigns_destroy(campaigns);
        return NULL;
    }
    return campaigns;
}

void loom_campaigns_write(struct loom_campaigns *campaigns, struct loom_writer *writer)
{
    campaigns->writer = writer;
}

static void free_all(struct loom_campaigns *campaigns, const struct loom_list *entries)
{
    while (!loom_list_is_empty(entries)) {
        loom_campaign_entry_free(campaigns,
                                 LOOM_LIST_ENTRY(entries->next, struct loom_campaign_entry, place));
    }
}

void loom_campaigns_destroy(struct loom_campaigns *campaigns)
{
    if (campaigns == NULL) {
        return;
    }
    free_all(campaigns, &campaigns->all);
    free_all(campaigns, &campaigns->undone);
    loom_index_end(&campaigns->by_endpoint);
    free(campaigns);
}
