/* SPDX-License-Identifier: Apache-2.0 */
/* What a campaign does with one device: its version, the update, its version again. */
#include "service/campaign_table.h"

#include "common/text.h"
#include "loom/codec.h"
#include "loom/ids.h"
#include "management/answer.h"
#include "service/devices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long an answer about the version may take. */
#define ASK_MS 120000

/* How often a device is asked for its version after the update, if it does not say. */
#define ASKED_MAX 10u

/* Of 5/0/1. */
#define URI_SIZE 256

const char *loom_campaign_step_name(enum loom_campaign_step step)
{
    static const char *const names[LOOM_CAMPAIGN_STEP_COUNT] = {
        [LOOM_CAMPAIGN_NO_STEP] = "",
        [LOOM_CAMPAIGN_MODEL] = "checking",
        [LOOM_CAMPAIGN_CHECKING] = "checking",
        [LOOM_CAMPAIGN_SAVING] = "starting",
        [LOOM_CAMPAIGN_LOADING] = "starting",
        [LOOM_CAMPAIGN_STARTING] = "starting",
        [LOOM_CAMPAIGN_DOWNLOADING] = "downloading",
        [LOOM_CAMPAIGN_DOWNLOADED] = "downloaded",
        [LOOM_CAMPAIGN_INSTALLING] = "updating",
        [LOOM_CAMPAIGN_DEFERRED] = "deferred",
        [LOOM_CAMPAIGN_VERIFYING] = "verifying",
        [LOOM_CAMPAIGN_SETTLING] = "verifying",
        [LOOM_CAMPAIGN_LOOKING] = "looking",
        [LOOM_CAMPAIGN_LOOK_STATE] = "looking",
        [LOOM_CAMPAIGN_LOOK_RESULT] = "looking",
        [LOOM_CAMPAIGN_LOOK_VERSION] = "looking",
        [LOOM_CAMPAIGN_FOLLOWING] = "looking",
    };
    return names[step];
}

/* Nobody knows for how long: others have their turn meanwhile. */
static bool is_put_off(enum loom_campaign_step step)
{
    return step == LOOM_CAMPAIGN_DEFERRED || step == LOOM_CAMPAIGN_LOOKING;
}

static bool is_on_wire(const struct loom_campaign_target *target)
{
    return target->step >= LOOM_CAMPAIGN_STARTING && target->step <= LOOM_CAMPAIGN_DEFERRED;
}

/* ---- states and steps ------------------------------------------------------------------------ */

static void set_words(struct loom_campaign_target *target, const char *words)
{
    size_t size = strlen(words) + 1;
    free(target->words);
    target->words = size == 1 ? NULL : malloc(size);
    if (target->words != NULL) {
        memcpy(target->words, words, size);
    }
}

/* An event of the device. */
static void tell(const struct loom_campaigns *campaigns, const struct loom_campaign_target *target,
                 const char *step)
{
    char id[LOOM_COMMAND_ID_SIZE];
    loom_command_id_write(target->campaign->campaign.id, id);
    json_t *json =
        json_pack("{s:s, s:s, s:s, s:i, s:s*}", "endpoint", target->name, "campaign", id, "step",
                  step, "attempts", (int)target->attempts, "text", target->words);
    char *text = json == NULL ? NULL : json_dumps(json, JSON_COMPACT);
    if (text != NULL) {
        const struct loom_text members = {text + 1, strlen(text) - 2};
        (void)loom_timeline_tell(campaigns->config.timeline, "firmware",
                                 loom_campaign_endpoint(target), members,
                                 loom_campaigns_now(campaigns));
    }
    free(text);
    json_decref(json);
}

static void set_step(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                     enum loom_campaign_step step, int64_t patience)
{
    struct loom_campaign_entry *entry = target->campaign;
    int64_t now = loom_campaigns_now(campaigns);
    entry->deferred -= is_put_off(target->step) ? 1 : 0;
    entry->deferred += is_put_off(step) ? 1 : 0;
    target->step = step;
    target->changed = now;
    target->deadline = patience == INT64_MAX ? INT64_MAX : now + patience;
    loom_campaign_note(campaigns, entry);
}

static void set_state(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                      enum loom_campaign_device_state state)
{
    struct loom_campaign_entry *entry = target->campaign;
    bool was_active = target->state == LOOM_CAMPAIGN_UPDATING;
    bool is_active = state == LOOM_CAMPAIGN_UPDATING;
    entry->campaign.counts[target->state]--;
    entry->campaign.counts[state]++;
    entry->active_count -= was_active ? 1 : 0;
    entry->active_count += is_active ? 1 : 0;
    target->state = state;
    loom_list_remove(&target->queue);
    if (is_active) {
        loom_list_append(&entry->active, &target->queue);
    } else {
        target->ticket = 0;
        set_step(campaigns, target, LOOM_CAMPAIGN_NO_STEP, INT64_MAX);
    }
}

/* That a whole campaign ends is one event, and not one of each device that has only waited. */
static void end(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                enum loom_campaign_device_state state, const char *words)
{
    bool was_active = target->state == LOOM_CAMPAIGN_UPDATING;
    set_words(target, words);
    set_state(campaigns, target, state);
    if (was_active) {
        tell(campaigns, target,
             state == LOOM_CAMPAIGN_DONE ? "verified" : loom_campaign_device_state_name(state));
    }
    loom_campaign_save_target(campaigns, target);
}

void loom_campaign_skip(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                        const char *words)
{
    end(campaigns, target, LOOM_CAMPAIGN_SKIPPED, words);
}

/* Trying it again would end in the same way: the package, the URI or the protocol is not for this
 * device, or somebody there has cancelled it (rule C-91). */
static bool may_try_again(const struct loom_campaign_target *target, int result)
{
    return target->attempts < LOOM_CAMPAIGN_ATTEMPTS_MAX && result != 6 && result != 7 &&
           result != 9 && result != 10;
}

static void fail_attempt(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                         int result, const char *words)
{
    target->result = result;
    if (!may_try_again(target, result) || loom_campaign_has_ended(target->campaign)) {
        end(campaigns, target, LOOM_CAMPAIGN_FAILED, words);
        return;
    }
    end(campaigns, target, LOOM_CAMPAIGN_WAITING, words);
    loom_campaign_make_ready(campaigns, target);
}

static void cancel(struct loom_campaigns *campaigns, struct loom_campaign_target *target)
{
    loom_campaign_skip(campaigns, target, "The campaign was cancelled");
}

/* It could not be asked: it gets its turn when it is heard again. */
static void put_back(struct loom_campaigns *campaigns, struct loom_campaign_target *target)
{
    if (loom_campaign_has_ended(target->campaign)) {
        cancel(campaigns, target);
    } else {
        set_state(campaigns, target, LOOM_CAMPAIGN_WAITING);
    }
}

static const char lost[] = "It was not heard again after a restart of the server";

/* Until it is heard; of a campaign that has ended that would be in the way for ever. */
static void look_later(struct loom_campaigns *campaigns, struct loom_campaign_target *target)
{
    if (loom_campaign_has_ended(target->campaign)) {
        end(campaigns, target, LOOM_CAMPAIGN_FAILED, lost);
    } else {
        set_step(campaigns, target, LOOM_CAMPAIGN_LOOKING, INT64_MAX);
    }
}

void loom_campaign_put(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                       enum loom_campaign_device_state state, const char *words, bool had_begun)
{
    set_words(target, words);
    set_state(campaigns, target, state);
    target->had_begun = had_begun;
    if (state == LOOM_CAMPAIGN_UPDATING) {
        bool has_ended = loom_campaign_has_ended(target->campaign);
        target->begun = loom_campaigns_now(campaigns);
        set_step(campaigns, target, LOOM_CAMPAIGN_LOOKING,
                 has_ended ? LOOM_CAMPAIGN_PATIENCE_MS : INT64_MAX);
    }
}

/* ---- asking ---------------------------------------------------------------------------------- */

static void ask(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                struct loom_path path, enum loom_campaign_step step)
{
    const struct loom_dm_request request = {.operation = LOOM_DM_READ,
                                            .path = path,
                                            .accept = LOOM_FORMAT_ABSENT,
                                            .content_format = LOOM_FORMAT_ABSENT};
    target->ticket = 0;
    (void)loom_management_server_send(campaigns->config.server, loom_campaign_endpoint(target),
                                      &request, &target->ticket);
    set_step(campaigns, target, step, ASK_MS);
}

static void ask_version(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                        enum loom_campaign_step step)
{
    ask(campaigns, target, target->campaign->plan.path, step);
}

static void verify(struct loom_campaigns *campaigns, struct loom_campaign_target *target)
{
    target->asked++;
    ask_version(campaigns, target, LOOM_CAMPAIGN_VERIFYING);
}

static struct loom_path firmware_path(uint16_t resource)
{
    return loom_path_resource(LOOM_ID_FIRMWARE_UPDATE, 0, resource);
}

/* The value that an answer brings. @return false: none */
static bool read_value(const struct loom_campaigns *campaigns, const struct loom_dm_event *event,
                       uint8_t scratch[LOOM_WISH_NAME_MAX], struct loom_dm_value *value)
{
    struct loom_dm_answer answer;
    return event->code == LOOM_CONTENT &&
           loom_dm_answer_begin(&answer, campaigns->config.catalog, event->registration,
                                &event->path, event->content_format, event->payload, scratch,
                                LOOM_WISH_NAME_MAX) == LOOM_OK &&
           loom_dm_answer_next(&answer, value) == LOOM_OK;
}

/* @return its length; 0: it is no text, or too long */
static size_t read_text(const struct loom_campaigns *campaigns, const struct loom_dm_event *event,
                        char text[LOOM_WISH_NAME_MAX])
{
    uint8_t scratch[LOOM_WISH_NAME_MAX];
    struct loom_dm_value value;
    if (!read_value(campaigns, event, scratch, &value) || value.value.type != LOOM_STRING ||
        value.value.as.text.length > LOOM_WISH_NAME_MAX) {
        return 0;
    }
    memcpy(text, value.value.as.text.data, value.value.as.text.length);
    return value.value.as.text.length;
}

static int read_number(const struct loom_campaigns *campaigns, const struct loom_dm_event *event)
{
    uint8_t scratch[LOOM_WISH_NAME_MAX];
    struct loom_dm_value value;
    bool good = read_value(campaigns, event, scratch, &value) && value.value.type == LOOM_INTEGER &&
                value.value.as.integer >= 0 && value.value.as.integer <= 255;
    return good ? (int)value.value.as.integer : -1;
}

/* ---- the update ------------------------------------------------------------------------------ */

static void save_and_begin(struct loom_campaigns *campaigns, struct loom_campaign_target *target)
{
    target->begun = loom_campaigns_now(campaigns);
    target->result = 0;
    target->asked = 0;
    target->had_begun = false;
    set_step(campaigns, target, LOOM_CAMPAIGN_SAVING, INT64_MAX);
    loom_campaign_save_target(campaigns, target);
}

static void begin_attempt(struct loom_campaigns *campaigns, struct loom_campaign_target *target)
{
    if (loom_campaign_has_ended(target->campaign)) {
        cancel(campaigns, target);
        return;
    }
    target->attempts++;
    save_and_begin(campaigns, target);
}

static void loaded(void *user, struct loom_shared *bytes);

struct loading {
    struct loom_campaigns *campaigns;
    struct loom_campaign_entry *entry;
};

static void load(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry)
{
    struct loading *loading = entry->loading ? NULL : malloc(sizeof *loading);
    if (loading == NULL) {
        return;
    }
    *loading = (struct loading){campaigns, entry};
    entry->loading = loom_images_load(campaigns->config.images, entry->plan.image,
                                      LOOM_CAMPAIGN_PUSH_MAX, loaded, loading);
    if (!entry->loading) {
        free(loading);
    }
}

static enum loom_status pull(const struct loom_campaigns *campaigns,
                             const struct loom_campaign_target *target,
                             const struct loom_dm_client *client)
{
    const struct loom_campaign_plan *plan = &target->campaign->plan;
    const char *base = plan->uri;
    char uri[URI_SIZE];
    if (base == NULL && campaigns->config.base != NULL) {
        base = campaigns->config.base(campaigns->config.user, client);
    }
    int length = base == NULL ? -1 : snprintf(uri, sizeof uri, "%s/%s", base, plan->image);
    if (length < 0 || (size_t)length >= sizeof uri) {
        return LOOM_BAD_REQUEST;
    }
    const struct loom_text text = {uri, (size_t)length};
    return loom_dm_updates_pull(campaigns->config.updates, client->endpoint, text);
}

void loom_campaign_begin_update(struct loom_campaigns *campaigns,
                                struct loom_campaign_target *target)
{
    struct loom_campaign_entry *entry = target->campaign;
    const struct loom_dm_client *client =
        loom_management_server_find(campaigns->config.server, loom_campaign_endpoint(target));
    if (client == NULL || entry->campaign.state == LOOM_CAMPAIGN_CANCELLED) {
        target->attempts--; /* nothing was done */
        put_back(campaigns, target);
        loom_campaign_save_target(campaigns, target);
        return;
    }
    if (entry->plan.pushes && entry->body == NULL) {
        set_step(campaigns, target, LOOM_CAMPAIGN_LOADING, LOOM_CAMPAIGN_PATIENCE_MS);
        load(campaigns, entry);
        return;
    }
    set_step(campaigns, target, LOOM_CAMPAIGN_STARTING, LOOM_CAMPAIGN_PATIENCE_MS);
    enum loom_status status =
        entry->plan.pushes
            ? loom_dm_updates_push(campaigns->config.updates, client->endpoint, entry->body)
            : pull(campaigns, target, client);
    if (status == LOOM_BAD_REQUEST) {
        end(campaigns, target, LOOM_CAMPAIGN_FAILED,
            "The address at which the device reaches the image is unknown; say the URI");
    } else if (status != LOOM_OK) {
        fail_attempt(campaigns, target, 0, "Out of memory");
    } else {
        tell(campaigns, target, "begun");
    }
}

static void loaded(void *user, struct loom_shared *bytes)
{
    struct loading *loading = user;
    struct loom_campaigns *campaigns = loading->campaigns;
    struct loom_campaign_entry *entry = loading->entry;
    struct loom_list *at = entry->active.next;
    free(loading);
    entry->loading = false;
    entry->body = bytes == NULL ? NULL : loom_shared_hold(bytes);
    while (at != &entry->active) {
        struct loom_campaign_target *target =
            LOOM_LIST_ENTRY(at, struct loom_campaign_target, queue);
        at = at->next;
        if (target->step == LOOM_CAMPAIGN_LOADING && bytes != NULL) {
            loom_campaign_begin_update(campaigns, target);
        } else if (target->step == LOOM_CAMPAIGN_LOADING) {
            end(campaigns, target, LOOM_CAMPAIGN_FAILED, "The image cannot be read");
        }
    }
}

void loom_campaigns_hear_update(struct loom_campaigns *campaigns,
                                const struct loom_dm_update_event *event)
{
    struct loom_campaign_target *target = NULL;
    while ((target = loom_campaign_target_next(campaigns, event->endpoint, target)) != NULL &&
           !is_on_wire(target)) {
    }
    if (target == NULL) {
        return;
    }
    switch (event->step) {
    case LOOM_DM_UPDATE_DOWNLOADING:
        set_step(campaigns, target, LOOM_CAMPAIGN_DOWNLOADING, LOOM_CAMPAIGN_PATIENCE_MS);
        break;
    case LOOM_DM_UPDATE_DOWNLOADED:
        set_step(campaigns, target, LOOM_CAMPAIGN_DOWNLOADED, LOOM_CAMPAIGN_PATIENCE_MS);
        break;
    case LOOM_DM_UPDATE_UPDATING:
        set_step(campaigns, target, LOOM_CAMPAIGN_INSTALLING, LOOM_CAMPAIGN_PATIENCE_MS);
        break;
    case LOOM_DM_UPDATE_DEFERRED: /* for as long as its user likes */
        set_step(campaigns, target, LOOM_CAMPAIGN_DEFERRED, INT64_MAX);
        break;
    case LOOM_DM_UPDATE_DONE:
        target->result = event->result;
        verify(campaigns, target);
        break;
    default:
        fail_attempt(campaigns, target, event->result, event->text);
        return;
    }
    loom_campaign_save_target(campaigns, target);
}

/* ---- versions -------------------------------------------------------------------------------- */

static bool is_wished(const struct loom_campaign_target *target, const char *text, size_t length)
{
    return loom_text_is((struct loom_text){text, length}, target->campaign->plan.version);
}

static void fail_unchanged(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                           const char *version, size_t length)
{
    char words[160];
    (void)snprintf(words, sizeof words, "Version unchanged: after the update it reports %.*s",
                   (int)(length > 100 ? 100 : length), version);
    if (!loom_utf8_is_string(loom_string_text(words))) { /* cut within a letter, or worse */
        for (char *at = words; *at != '\0'; at++) {
            *at = (unsigned char)*at < 0x80 ? *at : '?';
        }
    }
    end(campaigns, target, LOOM_CAMPAIGN_FAILED, words);
}

static void on_model(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                     const struct loom_dm_event *event)
{
    const struct loom_image *image =
        loom_images_find(campaigns->config.images, loom_string_text(target->campaign->plan.image));
    char model[LOOM_WISH_NAME_MAX];
    size_t length = read_text(campaigns, event, model);
    if (event->code == 0) {
        put_back(campaigns, target);
    } else if (image == NULL || !loom_text_is((struct loom_text){model, length}, image->model)) {
        loom_campaign_skip(campaigns, target, "The image is for another model");
    } else {
        ask_version(campaigns, target, LOOM_CAMPAIGN_CHECKING);
    }
}

static void on_check(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                     const struct loom_dm_event *event)
{
    char version[LOOM_WISH_NAME_MAX];
    size_t length = read_text(campaigns, event, version);
    if (event->code == 0) {
        put_back(campaigns, target);
    } else if (is_wished(target, version, length)) {
        loom_campaign_skip(campaigns, target, "It has this version already");
    } else if (event->code >= LOOM_BAD_REQUEST &&
               target->campaign->plan.path.id[LOOM_OBJECT_ID] != LOOM_ID_FIRMWARE_UPDATE) {
        /* Nobody could tell whether the update has changed anything. */
        end(campaigns, target, LOOM_CAMPAIGN_FAILED, "It does not tell its version");
    } else {
        begin_attempt(campaigns, target);
    }
}

static void on_verified(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                        const struct loom_dm_event *event)
{
    char version[LOOM_WISH_NAME_MAX];
    size_t length = read_text(campaigns, event, version);
    if (is_wished(target, version, length)) {
        end(campaigns, target, LOOM_CAMPAIGN_DONE, "");
    } else if (event->code == 0 ? target->asked < ASKED_MAX : target->asked < 2) {
        /* It may be about to restart. */
        set_step(campaigns, target, LOOM_CAMPAIGN_SETTLING, LOOM_CAMPAIGN_SETTLE_MS);
    } else if (event->code == 0) {
        end(campaigns, target, LOOM_CAMPAIGN_FAILED, "It does not answer after the update");
    } else {
        fail_unchanged(campaigns, target, version, length);
    }
}

/* ---- after a restart ------------------------------------------------------------------------- */

/* Nothing has come of this attempt. Of one by pull nothing was done, either; an image that was
 * being pushed is sent once more at most: should that be what the server has died of, it would for
 * ever. */
static void begin_again(struct loom_campaigns *campaigns, struct loom_campaign_target *target)
{
    if (target->campaign->plan.pushes) {
        fail_attempt(campaigns, target, 0, "The server was restarted while it sent the image");
    } else {
        save_and_begin(campaigns, target);
    }
}

/* What the device says of itself decides what is done with it. */
static void decide(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                   const struct loom_dm_event *event)
{
    char version[LOOM_WISH_NAME_MAX];
    size_t length = read_text(campaigns, event, version);
    bool idle = target->look_state == 0;
    bool half = target->look_state == 1 && target->campaign->plan.pushes;
    if (is_wished(target, version, length) && idle) {
        end(campaigns, target, LOOM_CAMPAIGN_DONE, "");
    } else if (half || (idle && target->look_result == 0)) {
        begin_again(campaigns, target);
    } else if (!idle) {
        set_step(campaigns, target, LOOM_CAMPAIGN_FOLLOWING, 0);
    } else if (target->look_result == 1 && target->had_begun) {
        target->result = 1;
        fail_unchanged(campaigns, target, version, length);
    } else {
        /* Of this attempt, or of one before it. */
        fail_attempt(campaigns, target, target->look_result,
                     "It had failed when the server came back");
    }
}

static void follow(struct loom_campaigns *campaigns, struct loom_campaign_target *target)
{
    set_step(campaigns, target, LOOM_CAMPAIGN_STARTING, LOOM_CAMPAIGN_PATIENCE_MS);
    if (loom_dm_updates_follow(campaigns->config.updates, loom_campaign_endpoint(target)) !=
        LOOM_OK) {
        look_later(campaigns, target);
    }
}

static void on_look(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                    const struct loom_dm_event *event)
{
    if (event->code == 0) {
        look_later(campaigns, target);
    } else if (target->step == LOOM_CAMPAIGN_LOOK_STATE) {
        target->look_state = read_number(campaigns, event);
        ask(campaigns, target, firmware_path(LOOM_ID_FIRMWARE_UPDATE_UPDATE_RESULT),
            LOOM_CAMPAIGN_LOOK_RESULT);
    } else if (target->step == LOOM_CAMPAIGN_LOOK_RESULT) {
        target->look_result = read_number(campaigns, event);
        ask_version(campaigns, target, LOOM_CAMPAIGN_LOOK_VERSION);
    } else if (target->look_state < 0 || target->look_result < 0) {
        fail_attempt(campaigns, target, 0, "State and Update Result cannot be read");
    } else {
        decide(campaigns, target, event);
    }
}

void loom_campaign_give_up_lost(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry)
{
    struct loom_list *at = entry->active.next;
    while (at != &entry->active) {
        struct loom_campaign_target *target =
            LOOM_LIST_ENTRY(at, struct loom_campaign_target, queue);
        at = at->next;
        if (target->step == LOOM_CAMPAIGN_LOOKING) {
            end(campaigns, target, LOOM_CAMPAIGN_FAILED, lost);
        }
    }
}

/* ---- turns ----------------------------------------------------------------------------------- */

/* One that sleeps soon goes first. */
void loom_campaign_make_ready(struct loom_campaigns *campaigns, struct loom_campaign_target *target)
{
    const struct loom_management_server *server = campaigns->config.server;
    const struct loom_dm_client *client =
        loom_management_server_find(server, loom_campaign_endpoint(target));
    struct loom_list *ready = &target->campaign->ready;
    if (target->state == LOOM_CAMPAIGN_WAITING && client != NULL &&
        !loom_management_server_asleep(server, client)) {
        loom_list_append(client->queue_mode ? ready->next : ready, &target->queue);
        loom_campaigns_wake(campaigns);
    }
}

/* A device belongs to the campaign that has it, or else to the oldest. @return its id; 0: this one
 */
static uint64_t whose(const struct loom_campaigns *campaigns,
                      const struct loom_campaign_target *target)
{
    const struct loom_campaign *own = &target->campaign->campaign;
    struct loom_campaign_target *other = NULL;
    while ((other = loom_campaign_target_next(campaigns, loom_campaign_endpoint(target), other)) !=
           NULL) {
        const struct loom_campaign *campaign = &other->campaign->campaign;
        bool open = campaign->state == LOOM_CAMPAIGN_RUNNING ||
                    campaign->state == LOOM_CAMPAIGN_PAUSED ||
                    campaign->state == LOOM_CAMPAIGN_STOPPED;
        bool older = campaign->created < own->created ||
                     (campaign->created == own->created && campaign->id < own->id);
        if (other != target && (other->state == LOOM_CAMPAIGN_UPDATING ||
                                (open && other->state == LOOM_CAMPAIGN_WAITING && older))) {
            return campaign->id;
        }
    }
    return 0;
}

static void begin_one(struct loom_campaigns *campaigns, struct loom_campaign_target *target)
{
    const struct loom_management_server *server = campaigns->config.server;
    const struct loom_dm_client *client =
        loom_management_server_find(server, loom_campaign_endpoint(target));
    const struct loom_image *image =
        loom_images_find(campaigns->config.images, loom_string_text(target->campaign->plan.image));
    uint64_t other = whose(campaigns, target);
    loom_list_remove(&target->queue);
    if (client == NULL || loom_management_server_asleep(server, client)) {
        return; /* until it is heard */
    }
    if (other != 0) {
        char id[LOOM_COMMAND_ID_SIZE];
        char words[64];
        loom_command_id_write(other, id);
        (void)snprintf(words, sizeof words, "It belongs to campaign %s", id);
        loom_campaign_skip(campaigns, target, words);
        return;
    }
    set_state(campaigns, target, LOOM_CAMPAIGN_UPDATING);
    if (image != NULL && image->model[0] != '\0') {
        ask(campaigns, target, loom_path_resource(3, 0, 1), LOOM_CAMPAIGN_MODEL);
    } else {
        ask_version(campaigns, target, LOOM_CAMPAIGN_CHECKING);
    }
}

void loom_campaign_begin_ready(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry)
{
    while (entry->active_count - entry->deferred < entry->plan.parallel &&
           !loom_list_is_empty(&entry->ready)) {
        begin_one(campaigns,
                  LOOM_LIST_ENTRY(entry->ready.next, struct loom_campaign_target, queue));
    }
}

static void too_late(struct loom_campaigns *campaigns, struct loom_campaign_target *target)
{
    const struct loom_dm_event nothing = {.code = 0};
    switch (target->step) {
    case LOOM_CAMPAIGN_MODEL:
    case LOOM_CAMPAIGN_CHECKING:
        put_back(campaigns, target);
        break;
    case LOOM_CAMPAIGN_VERIFYING:
        on_verified(campaigns, target, &nothing);
        break;
    case LOOM_CAMPAIGN_SETTLING:
        verify(campaigns, target);
        break;
    case LOOM_CAMPAIGN_LOOKING:
    case LOOM_CAMPAIGN_LOOK_STATE:
    case LOOM_CAMPAIGN_LOOK_RESULT:
    case LOOM_CAMPAIGN_LOOK_VERSION:
        look_later(campaigns, target);
        break;
    case LOOM_CAMPAIGN_FOLLOWING:
        follow(campaigns, target);
        break;
    default:
        loom_dm_updates_drop(campaigns->config.updates, loom_campaign_endpoint(target));
        fail_attempt(campaigns, target, 0, "Nothing was heard of the update for too long");
        break;
    }
}

void loom_campaign_look_after(struct loom_campaigns *campaigns, struct loom_campaign_entry *entry,
                              int64_t now)
{
    struct loom_list *at = entry->active.next;
    while (at != &entry->active) {
        struct loom_campaign_target *target =
            LOOM_LIST_ENTRY(at, struct loom_campaign_target, queue);
        bool worn = is_on_wire(target) && target->step != LOOM_CAMPAIGN_DEFERRED &&
                    now >= target->begun + LOOM_CAMPAIGN_ATTEMPT_MS;
        at = at->next;
        if (now >= target->deadline || worn) {
            too_late(campaigns, target);
        }
    }
}

/* ---- the server's events --------------------------------------------------------------------- */

static void on_heard(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                     enum loom_dm_event_kind kind)
{
    if (target->state == LOOM_CAMPAIGN_WAITING && !loom_campaign_has_ended(target->campaign)) {
        loom_campaign_make_ready(campaigns, target);
    } else if (target->step == LOOM_CAMPAIGN_LOOKING) {
        ask(campaigns, target, firmware_path(LOOM_ID_FIRMWARE_UPDATE_STATE),
            LOOM_CAMPAIGN_LOOK_STATE);
    } else if (target->step == LOOM_CAMPAIGN_SETTLING && kind != LOOM_DM_RECEIVED) {
        verify(campaigns, target);
    }
}

static void on_answered(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                        const struct loom_dm_event *event)
{
    target->ticket = 0;
    switch (target->step) {
    case LOOM_CAMPAIGN_MODEL:
        on_model(campaigns, target, event);
        break;
    case LOOM_CAMPAIGN_CHECKING:
        on_check(campaigns, target, event);
        break;
    case LOOM_CAMPAIGN_VERIFYING:
        on_verified(campaigns, target, event);
        break;
    case LOOM_CAMPAIGN_LOOK_STATE:
    case LOOM_CAMPAIGN_LOOK_RESULT:
    case LOOM_CAMPAIGN_LOOK_VERSION:
        on_look(campaigns, target, event);
        break;
    default:
        break;
    }
}

static void on_each(struct loom_campaigns *campaigns, struct loom_campaign_target *target,
                    const struct loom_dm_event *event)
{
    bool came = event->kind == LOOM_DM_REGISTERED || event->kind == LOOM_DM_UPDATED ||
                event->kind == LOOM_DM_RECEIVED;
    bool news = came || event->kind == LOOM_DM_PROGRESS ||
                (event->kind == LOOM_DM_ANSWERED && event->code != 0);
    if (news && is_on_wire(target) && target->deadline != INT64_MAX) {
        target->deadline = loom_campaigns_now(campaigns) + LOOM_CAMPAIGN_PATIENCE_MS;
    }
    if (came) {
        on_heard(campaigns, target, event->kind);
    } else if (event->kind == LOOM_DM_ANSWERED && target->ticket != 0 &&
               target->ticket == event->ticket) {
        on_answered(campaigns, target, event);
    }
}

void loom_campaigns_hear(struct loom_campaigns *campaigns, const struct loom_dm_event *event)
{
    struct loom_campaign_target *target =
        loom_campaign_target_next(campaigns, event->endpoint, NULL);
    while (target != NULL) {
        struct loom_campaign_target *next =
            loom_campaign_target_next(campaigns, event->endpoint, target);
        on_each(campaigns, target, event);
        target = next;
    }
    if (event->kind == LOOM_DM_REGISTERED || event->kind == LOOM_DM_UPDATED) {
        loom_campaign_welcome(campaigns, event->endpoint);
    }
}
