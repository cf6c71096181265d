/* SPDX-License-Identifier: Apache-2.0 */
#include "client/servers.h"

#include "registration/registration.h"

static struct loom_registration *at_server(struct loom_context *context, uint16_t ssid)
{
    struct loom_registration *at = loom_registration_next(context, NULL);
    while (at != NULL && at->ssid != ssid) {
        at = loom_registration_next(context, at);
    }
    return at;
}

static void find(struct loom_context *context, uint16_t ssid, struct loom_report_server *server)
{
    const struct loom_registration *at = at_server(context, ssid);
    if (at == NULL) {
        return;
    }
    server->session = at->session;
    server->since = at->ended_at; /* its Register did, with success */
    server->instance = at->server_instance;
    server->lwm2m = at->lwm2m;
    server->known = true;
    server->ended = at->state == LOOM_REGISTRATION_OFF ||
                    (at->state == LOOM_REGISTRATION_DEREGISTERING &&
                     !loom_registration_has_wish(at, LOOM_REGISTRATION_WISH_DISABLE));
    server->stands = loom_registration_stands(at);
    server->awake = loom_registration_serves(at);
    server->settled = at->state == LOOM_REGISTRATION_REGISTERED;
}

/* A device that sleeps shows by an Update that it is awake (rule B-82); what is due follows it. */
static void wake(struct loom_context *context, uint16_t ssid)
{
    loom_registration_wish(at_server(context, ssid), LOOM_REGISTRATION_WISH_UPDATE);
}

/* Rule B-81: the last message may be a notification. Without queue mode no device sleeps. */
static void told(struct loom_context *context, uint16_t ssid)
{
    if (context->config.queue_mode) {
        loom_registration_take(at_server(context, ssid), LOOM_REGISTRATION_HEARD);
    }
}

static bool is_mute(struct loom_context *context, uint16_t ssid)
{
    return loom_registration_is_mute(at_server(context, ssid));
}

const struct loom_report_servers loom_report_servers = {find, wake, told, is_mute};
