/* SPDX-License-Identifier: Apache-2.0 */
/* The feature that ties the Firmware Update to the client. While a bootstrap runs nothing of it is
 * due: no piece is asked for and nothing installed, because both would break into it. Whether the
 * server is registered at means nothing to it: a download has a session of its own. */
#include "firmware/firmware.h"

#include "client/rooms.h"

#include <stddef.h>

/* Nobody asks the client anything where it fetches. */
static void request(struct loom_client *client, void *owner, const struct loom_request *request,
                    struct loom_reply *reply)
{
    const struct loom_firmware *firmware = owner;
    (void)request;
    (void)reply;
    loom_client_ignore(client, firmware->ssid, LOOM_REASON_STRANGER);
}

static void response(void *owner, uint32_t exchange, const struct loom_response *response,
                     enum loom_failure failure)
{
    (void)failure;
    loom_firmware_response(owner, exchange, response);
}

static void lost(struct loom_client *client, void *owner, enum loom_failure failure, int alert)
{
    struct loom_firmware *firmware = owner;
    struct loom_event event =
        loom_context_event(&client->context, LOOM_EVENT_SESSION_FAILED, firmware->ssid);
    event.failure = failure;
    event.alert = alert;
    loom_context_emit(&client->context, &event);
    loom_firmware_lost(firmware);
}

static const struct loom_room room = {.request = request,
                                      .response = response,
                                      .lost = lost,
                                      .session_at = offsetof(struct loom_firmware, session)};

static bool run(struct loom_client *client)
{
    struct loom_context *context = &client->context;
    struct loom_firmware *firmware = context->config.firmware;
    if (firmware == NULL) {
        return false;
    }
    if (!client->firmware_begun) {
        client->firmware_begun = true;
        loom_firmware_begin(firmware, context, &room);
    }
    if (context->stopping) {
        loom_firmware_stop(firmware);
        return false;
    }
    loom_firmware_keep_terms(firmware);
    if (loom_bootstrap_silences(&client->bootstrap)) {
        return false;
    }
    uint64_t deadline = loom_firmware_deadline(firmware);
    if (loom_context_is_due(context, deadline)) {
        loom_firmware_timer(firmware);
        return true;
    }
    if (deadline < context->quiet_until) {
        context->quiet_until = deadline;
    }
    return false;
}

const struct loom_firmware_update_feature loom_feature_firmware_update = {.run = run};

/* ---- as the product calls it -------------------------------------------------------------------
 */

static struct loom_firmware *begun(const struct loom_client *client)
{
    return client->firmware_begun ? client->context.config.firmware : NULL;
}

void loom_client_firmware_done(struct loom_client *client, enum loom_firmware_result result)
{
    struct loom_firmware *firmware = begun(client);
    if (firmware != NULL) {
        loom_firmware_done(firmware, result);
    }
}

void loom_client_firmware_accept(struct loom_client *client)
{
    struct loom_firmware *firmware = begun(client);
    if (firmware != NULL) {
        loom_firmware_take(firmware, LOOM_FIRMWARE_ACCEPTED);
    }
}

const char *loom_client_firmware_state(const struct loom_client *client)
{
    const struct loom_firmware *firmware = begun(client);
    return firmware == NULL ? "none" : loom_firmware_state_name(firmware);
}
