/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/updates.h"

#include "catalog/meaning.h"
#include "common/text.h"
#include "loom/ids.h"
#include "management/answer.h"

#include <stdlib.h>
#include <string.h>

enum state { STATE_UNKNOWN = -1, STATE_IDLE, STATE_DOWNLOADING, STATE_DOWNLOADED, STATE_UPDATING };
enum { RESULT_INITIAL = 0, RESULT_SUCCESS = 1, RESULT_DEFERRED = 11 };
enum { REPEATS_MAX = 3 };

/* A user may put an installation off for days: a device without news is read less and less often.
 */
enum { SILENCE_MIN_MS = 30000, SILENCE_MAX_MS = 3600000 };

/* An update; tickets are 0 where nothing is under way or observed. */
struct update {
    struct loom_list place;
    uint32_t reset;
    uint32_t write; /* of the image or its URI */
    uint32_t execute;
    uint32_t observed_result;
    uint32_t observed_state;
    uint32_t read_result; /* after a silence */
    uint32_t read_state;
    uint64_t heard;   /* of the device, milliseconds */
    uint32_t silence; /* for so long it may be silent, milliseconds */
    bool sent;        /* the write has begun: what the device tells from now on is of this update */
    bool executed;    /* Update */
    int state;        /* as it was last told */
    int result;       /* same */
    int stale;        /* Update Result from before */
    uint16_t resource;
    uint16_t format;
    bool asked;       /* for the write */
    uint8_t *payload; /* of that, as long as it may be needed */
    size_t length;
    unsigned repeats; /* of requests in a row that were not answered */
    struct loom_text endpoint;
    char name[]; /* of the endpoint */
};

void loom_dm_updates_begin(struct loom_dm_updates *updates, struct loom_management_server *server,
                           const struct loom_catalog *catalog, loom_dm_update_listener *listener,
                           void *user)
{
    updates->server = server;
    updates->catalog = catalog;
    updates->listener = listener;
    updates->user = user;
    loom_list_begin(&updates->all);
}

static struct update *first_of(const struct loom_dm_updates *updates)
{
    return LOOM_LIST_ENTRY(updates->all.next, struct update, place);
}

static void forget(struct update *update)
{
    loom_list_remove(&update->place);
    free(update->payload);
    free(update);
}

void loom_dm_updates_end(struct loom_dm_updates *updates)
{
    while (!loom_list_is_empty(&updates->all)) {
        forget(first_of(updates));
    }
}

static bool is_pushed(const struct update *update)
{
    return update->resource == LOOM_ID_FIRMWARE_UPDATE_PACKAGE;
}

static struct update *find(const struct loom_dm_updates *updates, struct loom_text endpoint)
{
    for (const struct loom_list *at = updates->all.next; at != &updates->all; at = at->next) {
        struct update *update = LOOM_LIST_ENTRY(at, struct update, place);
        if (loom_text_same(update->endpoint, endpoint)) {
            return update;
        }
    }
    return NULL;
}

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

/* ---- requests -------------------------------------------------------------------------------- */

static struct loom_path path_of(uint16_t resource)
{
    return loom_path_resource(LOOM_ID_FIRMWARE_UPDATE, 0, resource);
}

static enum loom_status ask(const struct loom_dm_updates *updates, const struct update *update,
                            enum loom_dm_operation operation, uint16_t resource, uint16_t format,
                            struct loom_bytes payload, uint32_t *ticket)
{
    struct loom_dm_request request = {.operation = operation,
                                      .path = path_of(resource),
                                      .accept = LOOM_FORMAT_ABSENT,
                                      .content_format = format,
                                      .payload = payload};
    return loom_management_server_send(updates->server, update->endpoint, &request, ticket);
}

static enum loom_status ask_without(const struct loom_dm_updates *updates,
                                    const struct update *update, enum loom_dm_operation operation,
                                    uint16_t resource, uint32_t *ticket)
{
    return ask(updates, update, operation, resource, LOOM_FORMAT_ABSENT,
               (struct loom_bytes){NULL, 0}, ticket);
}

/* Asks for one of the two after the other, the result first: an update that has failed may be
 * Downloaded again, and is not to be executed once more. */
static enum loom_status observe(const struct loom_dm_updates *updates, struct update *update)
{
    if (update->observed_result == 0) {
        return ask_without(updates, update, LOOM_DM_OBSERVE, LOOM_ID_FIRMWARE_UPDATE_UPDATE_RESULT,
                           &update->observed_result);
    }
    if (update->observed_state == 0) {
        update->state = STATE_UNKNOWN;
        return ask_without(updates, update, LOOM_DM_OBSERVE, LOOM_ID_FIRMWARE_UPDATE_STATE,
                           &update->observed_state);
    }
    return LOOM_OK;
}

static void cancel(const struct loom_dm_updates *updates, const struct update *update,
                   uint32_t observation)
{
    uint32_t ticket;
    if (observation != 0) {
        (void)loom_management_server_cancel(updates->server, update->endpoint, observation,
                                            &ticket);
    }
}

static void drop(const struct loom_dm_updates *updates, struct update *update)
{
    cancel(updates, update, update->observed_state);
    cancel(updates, update, update->observed_result);
    forget(update);
}

static struct update *update_new(struct loom_dm_updates *updates, struct loom_text endpoint,
                                 struct loom_bytes payload)
{
    struct update *update = calloc(1, sizeof *update + endpoint.length);
    if (update == NULL) {
        return NULL;
    }
    loom_list_begin(&update->place);
    update->payload = malloc(payload.length + 1);
    if (update->payload == NULL) {
        free(update);
        return NULL;
    }
    update->state = STATE_UNKNOWN;
    update->result = RESULT_INITIAL;
    update->silence = SILENCE_MIN_MS;
    update->length = payload.length;
    if (payload.length > 0) {
        memcpy(update->payload, payload.data, payload.length);
    }
    memcpy(update->name, endpoint.data, endpoint.length);
    update->endpoint = (struct loom_text){update->name, endpoint.length};
    loom_list_append(&updates->all, &update->place);
    return update;
}

/* An empty URI drops what the device may have of another update (rule C-93). A device that refuses
 * that is asked for the rest all the same. */
static enum loom_status begin(struct loom_dm_updates *updates, struct loom_text endpoint,
                              uint16_t resource, uint16_t format, struct loom_bytes payload)
{
    struct update *before = find(updates, endpoint);
    if (loom_management_server_find(updates->server, endpoint) == NULL) {
        return LOOM_NOT_FOUND;
    }
    struct update *update = update_new(updates, endpoint, payload);
    if (update == NULL) {
        return LOOM_UNAVAILABLE;
    }
    if (before != NULL) {
        drop(updates, before);
    }
    update->resource = resource;
    update->format = format;
    enum loom_status status =
        ask(updates, update, LOOM_DM_WRITE, LOOM_ID_FIRMWARE_UPDATE_PACKAGE_URI, LOOM_FORMAT_TEXT,
            (struct loom_bytes){NULL, 0}, &update->reset);
    if (status != LOOM_OK) {
        forget(update);
    }
    return status;
}

enum loom_status loom_dm_updates_push(struct loom_dm_updates *updates, struct loom_text endpoint,
                                      struct loom_bytes image)
{
    return begin(updates, endpoint, LOOM_ID_FIRMWARE_UPDATE_PACKAGE, LOOM_FORMAT_OPAQUE, image);
}

enum loom_status loom_dm_updates_pull(struct loom_dm_updates *updates, struct loom_text endpoint,
                                      struct loom_text uri)
{
    return begin(updates, endpoint, LOOM_ID_FIRMWARE_UPDATE_PACKAGE_URI, LOOM_FORMAT_TEXT,
                 (struct loom_bytes){(const uint8_t *)uri.data, uri.length});
}

/* ---- telling --------------------------------------------------------------------------------- */

static void tell(const struct loom_dm_updates *updates, struct loom_dm_update_event event)
{
    updates->listener(updates->user, &event);
}

static void tell_step(const struct loom_dm_updates *updates, const struct update *update,
                      uint64_t time, enum loom_dm_update_step step)
{
    tell(updates,
         (struct loom_dm_update_event){.step = step, .time = time, .endpoint = update->endpoint});
}

static void tell_result(const struct loom_dm_updates *updates, const struct update *update,
                        uint64_t time, enum loom_dm_update_step step, int result)
{
    struct loom_path path = path_of(LOOM_ID_FIRMWARE_UPDATE_UPDATE_RESULT);
    struct loom_value value = {.type = LOOM_INTEGER, .as.integer = result};
    const char *meaning = loom_catalog_meaning(&path, &value);
    tell(updates, (struct loom_dm_update_event){.step = step,
                                                .time = time,
                                                .endpoint = update->endpoint,
                                                .result = result,
                                                .text = meaning != NULL ? meaning : "Failed"});
}

/* A request has not done what it is for. */
static void give_up(struct loom_dm_updates *updates, struct update *update, uint64_t time,
                    uint8_t code, const char *text)
{
    tell(updates, (struct loom_dm_update_event){.step = LOOM_DM_UPDATE_FAILED,
                                                .time = time,
                                                .endpoint = update->endpoint,
                                                .code = code,
                                                .text = text});
    drop(updates, update);
}

/* ---- what the device tells ------------------------------------------------------------------- */

/* @return false: the update is over */
static bool on_result(struct loom_dm_updates *updates, struct update *update, uint64_t time,
                      int result)
{
    bool news = result != update->result;
    update->result = result;
    if (news) {
        update->silence = SILENCE_MIN_MS;
    }
    if (result == RESULT_INITIAL || !update->sent) {
        update->stale = result;
    } else if (result == RESULT_DEFERRED) {
        if (news) {
            tell_result(updates, update, time, LOOM_DM_UPDATE_DEFERRED, result);
        }
    } else if (result != update->stale) {
        tell_result(updates, update, time,
                    result == RESULT_SUCCESS ? LOOM_DM_UPDATE_DONE : LOOM_DM_UPDATE_FAILED, result);
        drop(updates, update);
        return false;
    }
    return true;
}

static void ask_for_update(const struct loom_dm_updates *updates, struct update *update)
{
    update->executed = ask_without(updates, update, LOOM_DM_EXECUTE, LOOM_ID_FIRMWARE_UPDATE_UPDATE,
                                   &update->execute) == LOOM_OK;
}

static void execute(const struct loom_dm_updates *updates, struct update *update, uint64_t time)
{
    tell_step(updates, update, time, LOOM_DM_UPDATE_DOWNLOADED);
    ask_for_update(updates, update);
}

static void on_state(const struct loom_dm_updates *updates, struct update *update, uint64_t time,
                     int state)
{
    bool news = state != update->state;
    update->state = state;
    if (!update->sent || !news) {
        return;
    }
    update->silence = SILENCE_MIN_MS;
    if (state == STATE_DOWNLOADING) {
        tell_step(updates, update, time, LOOM_DM_UPDATE_DOWNLOADING);
    } else if (state == STATE_UPDATING) {
        tell_step(updates, update, time, LOOM_DM_UPDATE_UPDATING);
    } else if (state == STATE_DOWNLOADED && !update->executed) {
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
static bool on_number(struct loom_dm_updates *updates, struct update *update,
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

static void on_ended(struct update *update, uint32_t observation)
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
static bool may_repeat(struct update *update, const struct loom_dm_event *event)
{
    return event->failure == LOOM_FAILURE_TIMEOUT && update->repeats++ < REPEATS_MAX;
}

/* Both are observed: what the device tells of this update will not be missed. */
static void write_image(struct loom_dm_updates *updates, struct update *update, uint64_t time)
{
    struct loom_bytes payload = {update->payload, update->length};
    update->asked = true;
    enum loom_status status = ask(updates, update, LOOM_DM_WRITE, update->resource, update->format,
                                  payload, &update->write);
    if (is_pushed(update)) { /* it may be long, and is not sent twice */
        free(update->payload);
        update->payload = NULL;
    }
    if (status != LOOM_OK) {
        give_up(updates, update, time, 0, "Out of memory");
    }
}

/* A device that downloads has got the URI, even if its answer was lost. */
static void on_write_answered(struct loom_dm_updates *updates, struct update *update,
                              const struct loom_dm_event *event)
{
    bool under_way = !is_pushed(update) && update->state > STATE_IDLE;
    update->write = 0;
    if (event->code >= LOOM_BAD_REQUEST) {
        give_up(updates, update, event->time, event->code, "The device refuses the image");
    } else if (event->code == 0 && !under_way) {
        if (!is_pushed(update) && may_repeat(update, event)) {
            write_image(updates, update, event->time);
        } else {
            give_up(updates, update, event->time, 0, "No answer to the image");
        }
    } else if (is_pushed(update) && update->state == STATE_DOWNLOADED && !update->executed) {
        /* As it was before, so it was not notified. What is pulled has not even come. */
        execute(updates, update, event->time);
    }
}

static void on_observe_answered(struct loom_dm_updates *updates, struct update *update,
                                const struct loom_dm_event *event)
{
    bool of_state = event->ticket == update->observed_state;
    if (event->code == 0) {
        on_ended(update, event->ticket);
        if (may_repeat(update, event)) {
            (void)observe(updates, update);
        }
    } else if (!event->observing) {
        on_ended(update, event->ticket);
        give_up(updates, update, event->time, event->code, "State and result cannot be observed");
    } else if (on_number(updates, update, event)) {
        (void)observe(updates, update);
        if (of_state && !update->asked) {
            write_image(updates, update, event->time);
        }
    }
}

/* A restart may be quicker than the answer to what it was asked for. */
static void on_execute_answered(struct loom_dm_updates *updates, struct update *update,
                                const struct loom_dm_event *event)
{
    update->execute = 0;
    if (event->code == 0) {
        update->executed = false;
        if (update->state == STATE_DOWNLOADED && may_repeat(update, event)) {
            ask_for_update(updates, update);
        }
    } else if (event->code >= LOOM_BAD_REQUEST && update->state == STATE_DOWNLOADED) {
        give_up(updates, update, event->time, event->code, "The device refuses to update");
    }
}

/* The result first, as with observations. */
static void on_read_answered(struct loom_dm_updates *updates, struct update *update,
                             const struct loom_dm_event *event)
{
    bool of_result = event->ticket == update->read_result;
    if (!on_number(updates, update, event)) {
        return;
    }
    update->read_result = 0;
    update->read_state = 0;
    if (of_result) {
        (void)ask_without(updates, update, LOOM_DM_READ, LOOM_ID_FIRMWARE_UPDATE_STATE,
                          &update->read_state);
    }
}

static void on_answered(struct loom_dm_updates *updates, struct update *update,
                        const struct loom_dm_event *event)
{
    if (event->code != 0) {
        update->repeats = 0;
    }
    if (event->ticket == update->reset) {
        (void)observe(updates, update);
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

void loom_dm_updates_hear(struct loom_dm_updates *updates, const struct loom_dm_event *event)
{
    struct update *update = find(updates, event->endpoint);
    if (update == NULL) {
        return;
    }
    update->heard = event->time;
    switch (event->kind) {
    case LOOM_DM_REGISTERED:
    case LOOM_DM_UPDATED:
        /* Observations end with registrations and sessions (rule C-62). */
        (void)observe(updates, update);
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

/* ---- silence --------------------------------------------------------------------------------- */

/* Notifications need not be confirmable, and a device that has told its last one says no more. */
static uint64_t deadline_of(const struct update *update)
{
    bool waits = update->asked && update->write == 0 && update->execute == 0 &&
                 update->read_result == 0 && update->read_state == 0;
    return waits ? update->heard + update->silence : UINT64_MAX;
}

uint64_t loom_dm_updates_deadline(const struct loom_dm_updates *updates)
{
    uint64_t earliest = UINT64_MAX;
    for (const struct loom_list *at = updates->all.next; at != &updates->all; at = at->next) {
        uint64_t deadline = deadline_of(LOOM_LIST_ENTRY(at, struct update, place));
        earliest = deadline < earliest ? deadline : earliest;
    }
    return earliest;
}

void loom_dm_updates_step(struct loom_dm_updates *updates, uint64_t now)
{
    for (const struct loom_list *at = updates->all.next; at != &updates->all; at = at->next) {
        struct update *update = LOOM_LIST_ENTRY(at, struct update, place);
        if (deadline_of(update) <= now) {
            update->heard = now;
            update->silence = update->silence < SILENCE_MAX_MS / 2 ? update->silence * 2
                                                                   : (uint32_t)SILENCE_MAX_MS;
            (void)ask_without(updates, update, LOOM_DM_READ, LOOM_ID_FIRMWARE_UPDATE_UPDATE_RESULT,
                              &update->read_result);
        }
    }
}
