/* SPDX-License-Identifier: Apache-2.0 */
#include "events/metrics.h"

#include <inttypes.h>

void loom_bs_metrics_hear(struct loom_bs_metrics *metrics, const struct loom_bs_event *event)
{
    metrics->events[event->kind]++;
    if (event->kind == LOOM_BS_REFUSED) {
        metrics->refused[event->reason]++;
    } else if (event->kind == LOOM_BS_FAILED) {
        metrics->failed[event->reason]++;
    } else if (event->kind == LOOM_BS_FINISHED) {
        metrics->milliseconds += event->duration;
    }
}

static void print_reasons(FILE *out, const char *name, const char *help, const uint64_t *counts)
{
    loom_metric_begin(out, LOOM_METRIC_COUNTER, name, help);
    for (unsigned i = LOOM_BS_NO_REASON + 1; i < LOOM_BS_REASON_COUNT; i++) {
        loom_metric_labelled(out, name, "reason", loom_bs_reason_name(i), NULL, NULL, counts[i]);
    }
}

void loom_bs_metrics_print(FILE *out, const struct loom_bs_metrics *metrics)
{
    static const struct {
        enum loom_bs_event_kind kind;
        const char *name;
        const char *help;
    } rows[] = {
        {LOOM_BS_REQUESTED, "loom_bootstraps_requested_total",
         "Sessions that a Bootstrap-Request began."},
        {LOOM_BS_PUSHED, "loom_bootstraps_pushed_total", "Sessions that the operator began."},
        {LOOM_BS_PACKED, "loom_bootstrap_packs_total", "Bootstrap-Packs that were given."},
        {LOOM_BS_SENT, "loom_bootstrap_commands_total", "Requests to devices in sessions."},
        {LOOM_BS_VERSION_REFUSED, "loom_bootstrap_versions_refused_total",
         "Sessions in which a device refused the version of an object."},
        {LOOM_BS_REPAIRING, "loom_bootstrap_repairs_total",
         "Sessions in which a device found the configuration inconsistent at first."},
        {LOOM_BS_FINISHED, "loom_bootstraps_finished_total", "Sessions with a Finish."},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        loom_metric_single(out, LOOM_METRIC_COUNTER, rows[i].name, rows[i].help,
                           metrics->events[rows[i].kind]);
    }
    loom_metric_begin(out, LOOM_METRIC_COUNTER, "loom_bootstrap_seconds_total",
                      "Time of all finished sessions, in seconds.");
    (void)fprintf(out, "loom_bootstrap_seconds_total %" PRIu64 ".%03u\n",
                  metrics->milliseconds / 1000, (unsigned)(metrics->milliseconds % 1000));
    print_reasons(out, "loom_bootstraps_failed_total", "Sessions without a Finish, by reason.",
                  metrics->failed);
    print_reasons(out, "loom_bootstraps_refused_total", "Requests that were refused, by reason.",
                  metrics->refused);
}
