/* SPDX-License-Identifier: Apache-2.0 */
/* The feature that ties Send to the registrations, which say where it may go. Registrations hear of
 * the ends of its exchanges first, since they own the sessions; so once something is in the outbox
 * they have a room of their own that looks at them. A product that never sends does not pay for
 * that. What is there may be from before the client was started again. */
#include "reporting/send.h"

#include "client/rooms.h"
#include "client/servers.h"
#include "reporting/observation.h"

#include <stddef.h>

static void on_response(void *owner, uint32_t exchange, const struct loom_response *response,
                        enum loom_failure failure)
{
    struct loom_registration *registration = owner;
    struct loom_context *context = registration->context;
    if (!loom_send_response(context, &loom_report_servers, registration->ssid, exchange, response,
                            failure)) {
        loom_registration_response(registration, exchange, response, failure);
    }
    /* The server may have taken the device, or be free for the next Send. */
    loom_reporting_look_soon(context);
}

static const struct loom_room sending_room = {.request = loom_room_registration_request,
                                              .response = on_response,
                                              .lost = loom_room_registration_lost,
                                              .session_at =
                                                  offsetof(struct loom_registration, session)};

static void listen(struct loom_context *context)
{
    for (unsigned i = 0; i < context->config.registration_room; i++) {
        context->config.registrations[i].room = &sending_room;
    }
}

/* Finds the next server that takes a Send now, or may once the device is registered. */
static struct loom_registration *
next_taker(struct loom_context *context, const struct loom_send *send, struct loom_registration *at)
{
    do {
        at = loom_registration_next(context, at);
    } while (at != NULL &&
             (loom_registration_is_mute(at) || (send->ssid != 0 && send->ssid != at->ssid)));
    return at;
}

/* The values are read once; other servers get a copy of them. All of them, or none. */
static enum loom_status add_for_each(struct loom_context *context, const struct loom_send *send,
                                     uint16_t handle)
{
    struct loom_outbox outbox = loom_outbox_of(context);
    struct loom_registration *at = NULL;
    enum loom_status status = LOOM_FORBIDDEN;
    uint8_t takers = 0;
    while ((at = next_taker(context, send, at)) != NULL) {
        takers++;
    }
    if ((at = next_taker(context, send, NULL)) != NULL) {
        status = loom_send_add(context, send, at->ssid, handle, takers);
    }
    while (status == LOOM_OK && (at = next_taker(context, send, at)) != NULL) {
        status = loom_outbox_repeat(&outbox, at->ssid) ? LOOM_OK : LOOM_TOO_LARGE;
    }
    uint16_t entry;
    while (status != LOOM_OK && loom_outbox_find(&outbox, LOOM_OUTBOX_SEND, handle, &entry)) {
        loom_outbox_remove(&outbox, entry);
    }
    return status;
}

static enum loom_status queue(struct loom_client *client, const struct loom_send *send,
                              uint16_t *handle)
{
    struct loom_context *context = &client->context;
    struct loom_outbox outbox = loom_outbox_of(context);
    uint16_t name = outbox.size < LOOM_OUTBOX_LEAST ? 0 : loom_outbox_handle(&outbox);
    enum loom_status status = name == 0 ? LOOM_TOO_LARGE : add_for_each(context, send, name);
    if (status != LOOM_OK) {
        return status;
    }
    if (handle != NULL) {
        *handle = name;
    }
    loom_reporting_look_soon(context);
    return LOOM_OK;
}

static void run(struct loom_context *context)
{
    const struct loom_reporting_feature *reporting = loom_context_features(context)->reporting;
    struct loom_outbox outbox = loom_outbox_of(context);
    context->report_at = LOOM_NEVER;
    if (reporting != NULL) {
        reporting->run(context);
    }
    if (loom_outbox_first(&outbox) != LOOM_OUTBOX_NONE) {
        listen(context);
    }
    uint64_t next = loom_send_run(context, &loom_report_servers, loom_context_now(context));
    context->report_at = next < context->report_at ? next : context->report_at;
}

const struct loom_send_feature loom_feature_send = {.queue = queue, .run = run};
