/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware/update.h"

#include "common/text.h"

#include <stdlib.h>
#include <string.h>

void loom_dm_updates_begin(struct loom_dm_updates *updates, struct loom_management_server *server,
                           const struct loom_catalog *catalog, uint64_t seed,
                           loom_dm_update_listener *listener, void *user)
{
    updates->server = server;
    updates->catalog = catalog;
    updates->listener = listener;
    updates->user = user;
    loom_list_begin(&updates->all);
    loom_index_begin(&updates->by_endpoint, seed);
}

static struct loom_dm_update *first_of(const struct loom_dm_updates *updates)
{
    return LOOM_LIST_ENTRY(updates->all.next, struct loom_dm_update, place);
}

static void forget(struct loom_dm_updates *updates, struct loom_dm_update *update)
{
    loom_list_remove(&update->place);
    loom_index_remove(&updates->by_endpoint, &update->by_endpoint);
    loom_shared_release(update->payload);
    free(update);
}

void loom_dm_updates_end(struct loom_dm_updates *updates)
{
    while (!loom_list_is_empty(&updates->all)) {
        forget(updates, first_of(updates));
    }
    loom_index_end(&updates->by_endpoint);
}

static uint64_t hash_of(const struct loom_dm_updates *updates, struct loom_text endpoint)
{
    return loom_index_hash(&updates->by_endpoint, endpoint.data, endpoint.length);
}

struct loom_dm_update *loom_dm_update_find(const struct loom_dm_updates *updates,
                                           struct loom_text endpoint)
{
    struct loom_index_link *link =
        loom_index_first(&updates->by_endpoint, hash_of(updates, endpoint));
    for (; link != NULL; link = loom_index_next(link)) {
        struct loom_dm_update *update = LOOM_INDEX_ENTRY(link, struct loom_dm_update, by_endpoint);
        if (loom_text_same(update->endpoint, endpoint)) {
            return update;
        }
    }
    return NULL;
}

/* ---- requests -------------------------------------------------------------------------------- */

enum loom_status loom_dm_update_ask(const struct loom_dm_updates *updates,
                                    const struct loom_dm_update *update,
                                    enum loom_dm_operation operation, uint16_t resource,
                                    uint16_t format, struct loom_shared *payload, uint32_t *ticket)
{
    struct loom_dm_request request = {.operation = operation,
                                      .path = loom_dm_update_path(resource),
                                      .accept = LOOM_FORMAT_ABSENT,
                                      .content_format = format,
                                      .shared = payload};
    if (payload != NULL) {
        request.payload = loom_shared_bytes(payload);
    }
    return loom_management_server_send(updates->server, update->endpoint, &request, ticket);
}

enum loom_status loom_dm_update_ask_without(const struct loom_dm_updates *updates,
                                            const struct loom_dm_update *update,
                                            enum loom_dm_operation operation, uint16_t resource,
                                            uint32_t *ticket)
{
    return loom_dm_update_ask(updates, update, operation, resource, LOOM_FORMAT_ABSENT, NULL,
                              ticket);
}

enum loom_status loom_dm_update_observe(const struct loom_dm_updates *updates,
                                        struct loom_dm_update *update)
{
    if (update->observed_result == 0) {
        return loom_dm_update_ask_without(updates, update, LOOM_DM_OBSERVE,
                                          LOOM_ID_FIRMWARE_UPDATE_UPDATE_RESULT,
                                          &update->observed_result);
    }
    if (update->observed_state == 0) {
        update->state = LOOM_DM_STATE_UNKNOWN;
        return loom_dm_update_ask_without(updates, update, LOOM_DM_OBSERVE,
                                          LOOM_ID_FIRMWARE_UPDATE_STATE, &update->observed_state);
    }
    return LOOM_OK;
}

static void cancel(const struct loom_dm_updates *updates, const struct loom_dm_update *update,
                   uint32_t observation)
{
    uint32_t ticket;
    if (observation != 0) {
        (void)loom_management_server_cancel(updates->server, update->endpoint, observation,
                                            &ticket);
    }
}

void loom_dm_update_drop(struct loom_dm_updates *updates, struct loom_dm_update *update)
{
    cancel(updates, update, update->observed_state);
    cancel(updates, update, update->observed_result);
    forget(updates, update);
}

void loom_dm_updates_drop(struct loom_dm_updates *updates, struct loom_text endpoint)
{
    struct loom_dm_update *update = loom_dm_update_find(updates, endpoint);
    if (update != NULL) {
        loom_dm_update_drop(updates, update);
    }
}

/* @param payload NULL: none; held */
static struct loom_dm_update *update_new(struct loom_dm_updates *updates, struct loom_text endpoint,
                                         struct loom_shared *payload)
{
    struct loom_dm_update *update = calloc(1, sizeof *update + endpoint.length);
    if (update == NULL) {
        return NULL;
    }
    loom_list_begin(&update->place);
    update->payload = payload == NULL ? NULL : loom_shared_hold(payload);
    update->state = LOOM_DM_STATE_UNKNOWN;
    update->result = LOOM_DM_RESULT_INITIAL;
    update->silence = LOOM_DM_UPDATE_SILENCE_MIN_MS;
    memcpy(update->name, endpoint.data, endpoint.length);
    update->endpoint = (struct loom_text){update->name, endpoint.length};
    loom_list_append(&updates->all, &update->place);
    loom_index_add(&updates->by_endpoint, &update->by_endpoint, hash_of(updates, endpoint));
    return update;
}

/* An empty URI drops what the device may have of another update (rule C-93). A device that refuses
 * that is asked for the rest all the same. */
static enum loom_status begin(struct loom_dm_updates *updates, struct loom_text endpoint,
                              uint16_t resource, uint16_t format, struct loom_shared *payload)
{
    struct loom_dm_update *before = loom_dm_update_find(updates, endpoint);
    if (loom_management_server_find(updates->server, endpoint) == NULL) {
        return LOOM_NOT_FOUND;
    }
    struct loom_dm_update *update = update_new(updates, endpoint, payload);
    if (update == NULL) {
        return LOOM_UNAVAILABLE;
    }
    if (before != NULL) {
        loom_dm_update_drop(updates, before);
    }
    update->resource = resource;
    update->format = format;
    enum loom_status status =
        loom_dm_update_ask(updates, update, LOOM_DM_WRITE, LOOM_ID_FIRMWARE_UPDATE_PACKAGE_URI,
                           LOOM_FORMAT_TEXT, NULL, &update->reset);
    if (status != LOOM_OK) {
        forget(updates, update);
    }
    return status;
}

enum loom_status loom_dm_updates_push(struct loom_dm_updates *updates, struct loom_text endpoint,
                                      struct loom_shared *image)
{
    return begin(updates, endpoint, LOOM_ID_FIRMWARE_UPDATE_PACKAGE, LOOM_FORMAT_OPAQUE, image);
}

enum loom_status loom_dm_updates_pull(struct loom_dm_updates *updates, struct loom_text endpoint,
                                      struct loom_text uri)
{
    const struct loom_bytes bytes = {(const uint8_t *)uri.data, uri.length};
    struct loom_shared *payload = loom_shared_copy(bytes);
    if (payload == NULL) {
        return LOOM_UNAVAILABLE;
    }
    enum loom_status status =
        begin(updates, endpoint, LOOM_ID_FIRMWARE_UPDATE_PACKAGE_URI, LOOM_FORMAT_TEXT, payload);
    loom_shared_release(payload);
    return status;
}

enum loom_status loom_dm_updates_follow(struct loom_dm_updates *updates, struct loom_text endpoint)
{
    if (loom_management_server_find(updates->server, endpoint) == NULL) {
        return LOOM_NOT_FOUND;
    }
    loom_dm_updates_drop(updates, endpoint);
    struct loom_dm_update *update = update_new(updates, endpoint, NULL);
    if (update == NULL) {
        return LOOM_UNAVAILABLE;
    }
    update->resource = LOOM_ID_FIRMWARE_UPDATE_PACKAGE_URI;
    update->asked = true;
    update->sent = true;
    update->begun = true;
    return loom_dm_update_observe(updates, update);
}

/* ---- silence --------------------------------------------------------------------------------- */

/* Notifications need not be confirmable, and a device that has told its last one says no more. */
static uint64_t deadline_of(const struct loom_dm_update *update)
{
    bool waits = update->asked && update->write == 0 && update->execute == 0 &&
                 update->read_result == 0 && update->read_state == 0;
    return waits ? update->heard + update->silence : UINT64_MAX;
}

uint64_t loom_dm_updates_deadline(const struct loom_dm_updates *updates)
{
    uint64_t earliest = UINT64_MAX;
    for (const struct loom_list *at = updates->all.next; at != &updates->all; at = at->next) {
        uint64_t deadline = deadline_of(LOOM_LIST_ENTRY(at, struct loom_dm_update, place));
        earliest = deadline < earliest ? deadline : earliest;
    }
    return earliest;
}

void loom_dm_updates_step(struct loom_dm_updates *updates, uint64_t now)
{
    for (const struct loom_list *at = updates->all.next; at != &updates->all; at = at->next) {
        struct loom_dm_update *update = LOOM_LIST_ENTRY(at, struct loom_dm_update, place);
        if (deadline_of(update) <= now) {
            update->heard = now;
            update->silence = update->silence < LOOM_DM_UPDATE_SILENCE_MAX_MS / 2
                                  ? update->silence * 2
                                  : (uint32_t)LOOM_DM_UPDATE_SILENCE_MAX_MS;
            (void)loom_dm_update_ask_without(updates, update, LOOM_DM_READ,
                                             LOOM_ID_FIRMWARE_UPDATE_UPDATE_RESULT,
                                             &update->read_result);
        }
    }
}
