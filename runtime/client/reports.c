/* SPDX-License-Identifier: Apache-2.0 */
/* The feature that ties reporting to the registrations, which say whom to notify. */
#include "client/servers.h"

static void make_room(struct loom_context *context)
{
    loom_reporting_make_room(context, &loom_report_servers);
}

static void run(struct loom_context *context)
{
    loom_reporting_run(context, &loom_report_servers, loom_context_now(context));
}

const struct loom_reporting_feature loom_feature_reporting = {
    .observe = loom_reporting_observe,
    .answered = loom_reporting_answered,
    .make_room = make_room,
    .write_attributes = loom_reporting_write_attributes,
    .put_attributes = loom_reporting_put_attributes,
    .changed = loom_reporting_changed,
    .notified = loom_reporting_notified,
    .run = run};
