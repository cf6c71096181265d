/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Figures of a server for Prometheus: text format 0.0.4. They are counted from the events of the
 * servers. No figure is of one device: a fleet would have too many of them.
 */
#ifndef LOOM_METRICS_H
#define LOOM_METRICS_H

#include "bootstrap/bootstrap_events.h"
#include "management/management_events.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Content-Type of the text. */
#define LOOM_METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* ---- metrics.c: the text --------------------------------------------------------------------- */

/** What a figure does: a counter only grows while the program runs. */
enum loom_metric_kind { LOOM_METRIC_COUNTER, LOOM_METRIC_GAUGE };

/** Begins the figures of one name. All of them follow, before the next name.
 *  @param name `loom_...`, a counter ends with `_total`
 *  @param help a sentence without a line end or backslash */
void loom_metric_begin(FILE *out, enum loom_metric_kind kind, const char *name, const char *help);

/** A figure without labels. */
void loom_metric_value(FILE *out, const char *name, uint64_t value);

/** A figure with a label, or two. Values of labels are words of ours, never those of a peer.
 *  @param second name of the second label; NULL: there is none */
void loom_metric_labelled(FILE *out, const char *name, const char *label, const char *word,
                          const char *second, const char *second_word, uint64_t value);

/** One name with one figure. */
void loom_metric_single(FILE *out, enum loom_metric_kind kind, const char *name, const char *help,
                        uint64_t value);

/** Events that were lost, of either server. */
void loom_metrics_print_lost(FILE *out, uint64_t lost);

/** Figures of the process: memory, CPU time, start, open files. */
void loom_metrics_print_process(FILE *out);

/* ---- management_metrics.c -------------------------------------------------------------------- */

/** Operations, CANCEL_COMPOSITE being the last one. */
#define LOOM_DM_METRICS_OPERATIONS (LOOM_DM_CANCEL_COMPOSITE + 1u)
/** Codes of answers that are counted each for itself, and those of all others. */
#define LOOM_DM_METRICS_CODES 21u
/** Ways in which a request ends without an answer, LOOM_FAILURE_... */
#define LOOM_DM_METRICS_FAILURES (LOOM_FAILURE_UNUSABLE + 1u)

/** Counters of the LwM2M server, all 0 at first. */
struct loom_dm_metrics {
    uint64_t events[LOOM_DM_EVENT_COUNT];
    uint64_t replaced; /**< of REGISTERED */
    uint64_t refused[LOOM_DM_REASON_COUNT];
    uint64_t sent[LOOM_DM_METRICS_OPERATIONS];
    uint64_t answered[LOOM_DM_METRICS_OPERATIONS][LOOM_DM_METRICS_CODES];
    uint64_t failed[LOOM_DM_METRICS_OPERATIONS][LOOM_DM_METRICS_FAILURES];
};

void loom_dm_metrics_hear(struct loom_dm_metrics *metrics, const struct loom_dm_event *event);
void loom_dm_metrics_print(FILE *out, const struct loom_dm_metrics *metrics);

/* ---- bootstrap_metrics.c --------------------------------------------------------------------- */

/** Counters of the bootstrap server, all 0 at first. */
struct loom_bs_metrics {
    uint64_t events[LOOM_BS_EVENT_COUNT];
    uint64_t refused[LOOM_BS_REASON_COUNT];
    uint64_t failed[LOOM_BS_REASON_COUNT];
    uint64_t milliseconds; /**< of all sessions that were finished */
};

void loom_bs_metrics_hear(struct loom_bs_metrics *metrics, const struct loom_bs_event *event);
void loom_bs_metrics_print(FILE *out, const struct loom_bs_metrics *metrics);

#ifdef __cplusplus
}
#endif

#endif
