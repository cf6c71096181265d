/* SPDX-License-Identifier: Apache-2.0 */
/* The feature that ties reporting to the registrations, which say whom to notify. */
#include "registration/registration.h"
#include "reporting/reporting.h"

static void find(struct loom_context *context, uint16_t ssid, struct loom_report_server *server)
{
    struct loom_registration *at = loom_registration_next(context, NULL);
    while (at != NULL && at->ssid != ssid) {
        at = loom_registration_next(context, at);
    }
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
    struct loom_registration *at = loom_registration_next(context, NULL);
    for (; at != NULL; at = loom_registration_next(context, at)) {
        if (at->ssid == ssid) {
            loom_registration_wish(at, LOOM_REGISTRATION_WISH_UPDATE);
        }
    }
}

static void run(struct loom_context *context)
{
    static const struct loom_report_servers servers = {find, wake};
    loom_reporting_run(context, &servers, loom_context_now(context));
}

const struct loom_reporting_feature loom_feature_reporting = {
    .observe = loom_reporting_observe,
    .write_attributes = loom_reporting_write_attributes,
    .put_attributes = loom_reporting_put_attributes,
    .changed = loom_reporting_changed,
    .notified = loom_reporting_notified,
    .run = run};
