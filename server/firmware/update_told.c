/* SPDX-License-Identifier: Apache-2.0 */
/* What comes of a firmware update, from what the device tells and from the server's events. */
#include "firmware/update.h"

#include "catalog/meaning.h"
#include "management/answer.h"

#include <stdlib.h>

enum { REPEATS_MAX = 3 };

/* ---- telling --------------------------------------------------------------------------------- */

const char *loom_dm_update_step_name(enum loom_dm_update_step step)
{
    static const char *const names[] = {
        [LOOM_DM_UPDATE_DOWNLOADING] = "downloading",
        [LOOM_DM_UPDATE_DOWNLOADED] = "downloaded",
        [LOOM_DM_UPDATE_UPDATING] = "updating",
        [LOOM_DM_UPDATE_DEFERRED] = "deferred",
        [LOOM_DM_UPDATE_DONE] = "done",
        [LOOM_DM_UPDATE_FAILED] = "failed",
    };
    return (unsigned)step < sizeof names / sizeof names[0] ? names[step] : "unknown";
}

static void tell(const struct loom_dm_updates *updates, struct loom_dm_update_event event)
{
    updates->listener(updates->user, &event);
}

static void tell_step(const struct loom_dm_updates *updates, const struct loom_dm_update *update,
                      uint64_t time, enum loom_dm_update_step step)
{
    tell(updates,
         (struct loom_dm_update_event){.step = step, .time = time, .endpoint = update->endpoint});
}

static void tell_result(const struct loom_dm_updates *updates, const struct loom_dm_update *update,
                        uint64_t time, enum loom_dm_update_step step, int result)
{
    struct loom_path path = loom_dm_update_path(LOOM_ID_FIRMWARE_UPDATE_UPDATE_RESULT);
    struct loom_value value = {.type = LOOM_INTEGER, .as.integer = result};
    const char *meaning = loom_catalog_meaning(NULL, &path, &value);
    tell(updates, (struct loom_dm_update_event){.step = step,
                                                .time = time,
                                                .endpoint = update->endpoint,
                                                .result = result,
                                                .text = meaning != NULL ? meaning : "Failed"});
}

/* A request has not done what it is for. */
static void give_up(struct loom_dm_updates *updates, struct loom_dm_update *update, uint64_t time,
                    uint8_t code, const char *text)
{
    tell(updates, (struct loom_dm_update_event){.step = LOOM_DM_UPDATE_FAILED,
                                                .time = time,
                                                .endpoint = update->endpoint,
                                                .code = code,
                                                .text = text});
    loom_dm_update_drop(updates, update);
}

/* ---- what the device tells ------------------------------------------------------------------- */

/* @return false: the update is over */
static bool on_result(struct loom_dm_updates *updates, struct loom_dm_update *update, uint64_t time,
                      int result)
{
    bool news = result != update->result;
    update->result = result;
    if (news) {
        update->silence = LOOM_DM_UPDATE_SILENCE_MIN_MS;
    }
    if (result == LOOM_DM_RESULT_INITIAL || !update->sent) {
        update->stale = result;
    } else if (result == LOOM_DM_RESULT_DEFERRED) {
        if (news) {
            tell_result(updates, update, time, LOOM_DM_UPDATE_DEFERRED, result);
        }
    } else if (result != update->stale) {
        tell_result(updates, update, time,
                    result == LOOM_DM_RESULT_SUCCESS ? LOOM_DM_UPDATE_DONE : LOOM_DM_UPDATE_FAILED,
                    result);
        loom_dm_update_drop(updates, update);
        return false;
    }
    return true;
}

static void ask_for_update(const struct loom_dm_updates *updates, struct loom_dm_update *update)
{
    update->executed =
        loom_dm_update_ask_without(updates, update, LOOM_DM_EXECUTE, LOOM_ID_FIRMWARE_UPDATE_UPDATE,
                                   &update->execute) == LOOM_OK;
}

static void execute(const struct loom_dm_updates *updates, struct loom_dm_update *update,
                    uint64_t time)
{
    tell_step(updates, update, time, LOOM_DM_UPDATE_DOWNLOADED);
    ask_for_update(updates, update);
}

static void on_state(const struct loom_dm_updates *updates, struct loom_dm_update *update,
                     uint64_t time, int state)
{
    bool news = state != update->state;
    update->state = state;
    if (!update->sent || !news) {
        return;
    }
    update->begun |= state > LOOM_DM_STATE_IDLE;
    update->silence = LOOM_DM_UPDATE_SILENCE_MIN_MS;
    if (state == LOOM_DM_STATE_DOWNLOADING) {
        tell_step(updates, update, time, LOOM_DM_UPDATE_DOWNLOADING);
    } else if (state == LOOM_DM_STATE_UPDATING) {
        tell_step(updates, update, time, LOOM_DM_UPDATE_UPDATING);
    } else if (state == LOOM_DM_STATE_DOWNLOADED && !update->executed) {
        execute(updates, update, time);
    }
}

/* The number that an answer or a notification brings; -1: none. */
static int read_number(const struct loom_dm_updates *updates, const struct loom_dm_event *event)
{
    struct loom_dm_answer answer;
    struct loom_dm_value value;
    uint8_t scratch[64];
    if (event->code != LOOM_CONTENT ||
        loom_dm_answer_begin(&answer, updates->catalog, event->registration, &event->path,
                             event->content_format, event->payload, scratch,
                             sizeof scratch) != LOOM_OK ||
        loom_dm_answer_next(&answer, &value) != LOOM_OK || value.value.type != LOOM_INTEGER ||
        value.value.as.integer < 0 || value.value.as.integer > 255) {
        return -1;
    }
    return (int)value.value.as.integer;
}

/* @return false: the update is over */
static bool on_number(struct loom_dm_updates *updates, struct loom_dm_update *update,
                      const struct loom_dm_event *event)
{
    int number = read_number(updates, event);
    if (number >= 0 &&
        (event->ticket == update->observed_result || event->ticket == update->read_result)) {
        return on_result(updates, update, event->time, number);
    }
    if (number >= 0) {
        on_state(updates, update, event->time, number);
    }
    return true;
}

/* ---- the server's events --------------------------------------------------------------------- */

static void on_ended(struct loom_dm_update *update, uint32_t observation)
{
    if (observation == update->observed_state) {
        update->observed_state = 0;
    } else if (observation == update->observed_result) {
        update->observed_result = 0;
    }
}

/* A request that gets lost with all its repetitions is made again, some times: by chance that
 * happens to one in many. When the session is gone, the device comes back with an Update or a
 * Register. */
static bool may_repeat(struct loom_dm_update *update, const struct loom_dm_event *event)
{
    return event->failure == LOOM_FAILURE_TIMEOUT && update->repeats++ < REPEATS_MAX;
}

/* Both are observed: what the device tells of this update will not be missed. */
static void write_image(struct loom_dm_updates *updates, struct loom_dm_update *update,
                        uint64_t time)
{
    update->asked = true;
    enum loom_status status = loom_dm_update_ask(updates, update, LOOM_DM_WRITE, update->resource,
                                                 update->format, update->payload, &update->write);
    if (loom_dm_update_is_pushed(update)) { /* it may be long, and is not sent twice */
        loom_shared_release(update->payload);
        update->payload = NULL;
    }
    if (status != LOOM_OK) {
        give_up(updates, update, time, 0, "Out of memory");
    }
}

/* A device that downloads has got the URI, even if its answer was lost. */
static void on_write_answered(struct loom_dm_updates *updates, struct loom_dm_update *update,
                              const struct loom_dm_event *event)
{
    bool under_way = !loom_dm_update_is_pushed(update) && update->state > LOOM_DM_STATE_IDLE;
    update->write = 0;
    update->begun |= event->code != 0 && loom_dm_update_is_pushed(update);
    if (event->code >= LOOM_BAD_REQUEST) {
        give_up(updates, update, event->time, event->code, "The device refused the image");
    } else if (event->code == 0 && !under_way) {
        if (!loom_dm_update_is_pushed(update) && may_repeat(update, event)) {
            write_image(updates, update, event->time);
        } else {
            give_up(updates, update, event->time, 0, "The device did not acknowledge the image");
        }
    } else if (loom_dm_update_is_pushed(update) && update->state == LOOM_DM_STATE_DOWNLOADED &&
               !update->executed) {
        /* As it was before, so it was not notified. What is pulled has not even come. */
        execute(updates, update, event->time);
    }
}

static void on_observe_answered(struct loom_dm_updates *updates, struct loom_dm_update *update,
                                const struct loom_dm_event *event)
{
    bool of_state = event->ticket == update->observed_state;
    if (event->code == 0) {
        on_ended(update, event->ticket);
        if (may_repeat(update, event)) {
            (void)loom_dm_update_observe(updates, update);
        }
    } else if (!event->observing) {
        on_ended(update, event->ticket);
        give_up(updates, update, event->time, event->code,
                "State and Update Result cannot be observed");
    } else if (on_number(updates, update, event)) {
        (void)loom_dm_update_observe(updates, update);
        if (of_state && !update->asked) {
            write_image(updates, update, event->time);
        }
    }
}

/* A restart may be quicker than the answer to what it was asked for. */
static void on_execute_answered(struct loom_dm_updates *updates, struct loom_dm_update *update,
                                const struct loom_dm_event *event)
{
    update->execute = 0;
    if (event->code == 0) {
        update->executed = false;
        if (update->state == LOOM_DM_STATE_DOWNLOADED && may_repeat(update, event)) {
            ask_for_update(updates, update);
        }
    } else if (event->code >= LOOM_BAD_REQUEST && update->state == LOOM_DM_STATE_DOWNLOADED) {
        give_up(updates, update, event->time, event->code, "The device refused to update");
    }
}

/* The device has reset it, another server had it do so, or it has forgotten how it ended. A result
 * may be on its way behind a State: only what was Idle before, too, is over. */
static bool is_dropped(const struct loom_dm_update *update, int before)
{
    return update->begun && before == LOOM_DM_STATE_IDLE && update->state == LOOM_DM_STATE_IDLE &&
           update->result == LOOM_DM_RESULT_INITIAL;
}

/* The result first, as with observations. */
static void on_read_answered(struct loom_dm_updates *updates, struct loom_dm_update *update,
                             const struct loom_dm_event *event)
{
    bool of_result = event->ticket == update->read_result;
    int before = update->state;
    if (!on_number(updates, update, event)) {
        return;
    }
    if (!of_result && event->code == LOOM_CONTENT && is_dropped(update, before)) {
        give_up(updates, update, event->time, 0, "The device is idle and reports no result");
        return;
    }
    update->read_result = 0;
    update->read_state = 0;
    if (of_result) {
        (void)loom_dm_update_ask_without(updates, update, LOOM_DM_READ,
                                         LOOM_ID_FIRMWARE_UPDATE_STATE, &update->read_state);
    }
}

static void on_answered(struct loom_dm_updates *updates, struct loom_dm_update *update,
                        const struct loom_dm_event *event)
{
    if (event->code != 0) {
        update->repeats = 0;
    }
    if (event->ticket == update->reset) {
        (void)loom_dm_update_observe(updates, update);
    } else if (event->ticket == update->write) {
        on_write_answered(updates, update, event);
    } else if (event->ticket == update->execute) {
        on_execute_answered(updates, update, event);
    } else if (event->ticket == update->observed_state ||
               event->ticket == update->observed_result) {
        on_observe_answered(updates, update, event);
    } else if (event->ticket == update->read_result || event->ticket == update->read_state) {
        on_read_answered(updates, update, event);
    }
}

/* Whatever else the device says, such as an Update every half a minute, tells nothing of it. */
static bool is_of(const struct loom_dm_update *update, const struct loom_dm_event *event)
{
    return event->kind == LOOM_DM_REGISTERED ||
           (event->ticket != 0 &&
            (event->ticket == update->write || event->ticket == update->execute ||
             event->ticket == update->observed_result || event->ticket == update->observed_state ||
             event->ticket == update->read_result || event->ticket == update->read_state));
}

void loom_dm_updates_hear(struct loom_dm_updates *updates, const struct loom_dm_event *event)
{
    struct loom_dm_update *update = loom_dm_update_find(updates, event->endpoint);
    if (update == NULL) {
        return;
    }
    if (is_of(update, event)) {
        update->heard = event->time;
    }
    switch (event->kind) {
    case LOOM_DM_REGISTERED:
    case LOOM_DM_UPDATED:
        /* Observations end with registrations and sessions (rule C-62). */
        (void)loom_dm_update_observe(updates, update);
        break;
    case LOOM_DM_SENT:
        update->sent |= event->ticket == update->write;
        break;
    case LOOM_DM_ANSWERED:
        on_answered(updates, update, event);
        break;
    case LOOM_DM_NOTIFIED:
        if (event->ticket == update->observed_state || event->ticket == update->observed_result) {
            on_number(updates, update, event);
        }
        break;
    case LOOM_DM_ENDED:
        on_ended(update, event->ticket);
        break;
    default:
        break;
    }
}
