/* SPDX-License-Identifier: Apache-2.0 */
#include "events/metrics.h"

#include "loom/event.h"

/* Codes that a device may answer. A device may also answer any other byte; all of those are one
 * figure, so that no device can make more of them. */
static const struct {
    uint8_t code;
    const char *name;
} codes[] = {
    {LOOM_CODE(2, 1), "2.01"},  {LOOM_CODE(2, 2), "2.02"},  {LOOM_CODE(2, 3), "2.03"},
    {LOOM_CODE(2, 4), "2.04"},  {LOOM_CODE(2, 5), "2.05"},  {LOOM_CODE(2, 31), "2.31"},
    {LOOM_CODE(4, 0), "4.00"},  {LOOM_CODE(4, 1), "4.01"},  {LOOM_CODE(4, 2), "4.02"},
    {LOOM_CODE(4, 3), "4.03"},  {LOOM_CODE(4, 4), "4.04"},  {LOOM_CODE(4, 5), "4.05"},
    {LOOM_CODE(4, 6), "4.06"},  {LOOM_CODE(4, 8), "4.08"},  {LOOM_CODE(4, 9), "4.09"},
    {LOOM_CODE(4, 13), "4.13"}, {LOOM_CODE(4, 15), "4.15"}, {LOOM_CODE(5, 0), "5.00"},
    {LOOM_CODE(5, 1), "5.01"},  {LOOM_CODE(5, 3), "5.03"},  {0, "other"},
};

/* As many as there is room for. */
typedef char codes_fit[sizeof codes / sizeof codes[0] == LOOM_DM_METRICS_CODES ? 1 : -1];

static size_t index_of(uint8_t code)
{
    size_t index = 0;
    while (index + 1 < LOOM_DM_METRICS_CODES && codes[index].code != code) {
        index++;
    }
    return index;
}

void loom_dm_metrics_hear(struct loom_dm_metrics *metrics, const struct loom_dm_event *event)
{
    metrics->events[event->kind]++;
    switch (event->kind) {
    case LOOM_DM_REGISTERED:
        metrics->replaced += event->replaced ? 1 : 0;
        break;
    case LOOM_DM_REFUSED:
        metrics->refused[event->reason]++;
        break;
    case LOOM_DM_SENT:
        metrics->sent[event->operation]++;
        break;
    case LOOM_DM_ANSWERED:
        if (event->code != 0) {
            metrics->answered[event->operation][index_of(event->code)]++;
        } else {
            metrics->failed[event->operation][event->failure]++;
        }
        break;
    default:
        break;
    }
}

static void print_events(FILE *out, const struct loom_dm_metrics *metrics)
{
    static const struct {
        enum loom_dm_event_kind kind;
        const char *name;
        const char *help;
    } rows[] = {
        {LOOM_DM_REGISTERED, "loom_registrations_total", "Registers that were accepted."},
        {LOOM_DM_UPDATED, "loom_updates_total", "Updates that were accepted."},
        {LOOM_DM_DEREGISTERED, "loom_deregistrations_total", "De-registers."},
        {LOOM_DM_EXPIRED, "loom_expirations_total", "Registrations whose lifetime ended."},
        {LOOM_DM_REMOVED, "loom_removals_total", "Registrations whose account was removed."},
        {LOOM_DM_MOVED, "loom_registrations_moved_total",
         "Registrations that other nodes have now."},
        {LOOM_DM_TAKEN_OVER, "loom_registrations_taken_over_total",
         "Registrations of nodes that have gone, which this node has now."},
        {LOOM_DM_HELD, "loom_requests_held_total", "Requests that waited for a device to wake."},
        {LOOM_DM_NOTIFIED, "loom_notifications_total", "Notifications of observations."},
        {LOOM_DM_ENDED, "loom_observations_ended_total", "Observations that ended."},
        {LOOM_DM_RECEIVED, "loom_sends_total", "Sends of devices that were accepted."},
        {LOOM_DM_FETCHED, "loom_files_fetched_total", "Files that devices have fetched."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        loom_metric_single(out, LOOM_METRIC_COUNTER, rows[i].name, rows[i].help,
                           metrics->events[rows[i].kind]);
    }
    loom_metric_single(out, LOOM_METRIC_COUNTER, "loom_registrations_replaced_total",
                       "Registers of devices that were registered already.", metrics->replaced);
}

static void print_requests(FILE *out, const struct loom_dm_metrics *metrics)
{
    loom_metric_begin(out, LOOM_METRIC_COUNTER, "loom_requests_sent_total",
                      "Requests to devices, by operation.");
    for (unsigned i = 0; i < LOOM_DM_METRICS_OPERATIONS; i++) {
        loom_metric_labelled(out, "loom_requests_sent_total", "operation",
                             loom_dm_operation_name(i), NULL, NULL, metrics->sent[i]);
    }
    loom_metric_begin(out, LOOM_METRIC_COUNTER, "loom_requests_answered_total",
                      "Answers of devices, by operation and code.");
    for (unsigned i = 0; i < LOOM_DM_METRICS_OPERATIONS; i++) {
        for (size_t code = 0; code < LOOM_DM_METRICS_CODES; code++) {
            if (metrics->answered[i][code] > 0) {
                loom_metric_labelled(out, "loom_requests_answered_total", "operation",
                                     loom_dm_operation_name(i), "code", codes[code].name,
                                     metrics->answered[i][code]);
            }
        }
    }
    loom_metric_begin(out, LOOM_METRIC_COUNTER, "loom_requests_failed_total",
                      "Requests to devices that no answer came to, by operation and reason.");
    for (unsigned i = 0; i < LOOM_DM_METRICS_OPERATIONS; i++) {
        for (unsigned why = 0; why < LOOM_DM_METRICS_FAILURES; why++) {
            if (metrics->failed[i][why] > 0) {
                loom_metric_labelled(out, "loom_requests_failed_total", "operation",
                                     loom_dm_operation_name(i), "reason", loom_failure_name(why),
                                     metrics->failed[i][why]);
            }
        }
    }
}

void loom_dm_metrics_print(FILE *out, const struct loom_dm_metrics *metrics)
{
    print_events(out, metrics);
    loom_metric_begin(out, LOOM_METRIC_COUNTER, "loom_refusals_total",
                      "Requests of devices and strangers that were refused, by reason.");
    for (unsigned i = LOOM_DM_NO_REASON + 1; i < LOOM_DM_REASON_COUNT; i++) {
        loom_metric_labelled(out, "loom_refusals_total", "reason", loom_dm_reason_name(i), NULL,
                             NULL, metrics->refused[i]);
    }
    print_requests(out, metrics);
}
