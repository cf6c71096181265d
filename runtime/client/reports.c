/* SPDX-License-Identifier: Apache-2.0 */
/* The feature that ties reporting to the registrations, which say whom to notify. */
#include "registration/registration.h"
#include "reporting/reporting.h"

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
    server->stands = loom_registration_stands(at);
    server->awake = loom_registration_serves(at);
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

static const struct loom_report_servers servers = {find, wake, told};

static void make_room(struct loom_context *context)
{
    loom_reporting_make_room(context, &servers);
}

static void run(struct loom_context *context)
{
    loom_reporting_run(context, &servers, loom_context_now(context));
}

const struct loom_reporting_feature loom_feature_reporting = {
    .observe = loom_reporting_observe,
    .make_room = make_room,
    .write_attributes = loom_reporting_write_attributes,
    .put_attributes = loom_reporting_put_attributes,
    .changed = loom_reporting_changed,
    .notified = loom_reporting_notified,
    .run = run};
