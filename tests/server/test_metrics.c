/* SPDX-License-Identifier: Apache-2.0 */
/* Figures in the text format of Prometheus, 0.0.4. */
#define _POSIX_C_SOURCE 200809L

#include "events/metrics.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *text;
static size_t length;
static FILE *out;

static void begin(void)
{
    out = open_memstream(&text, &length);
    cr_assert_not_null(out);
}

static void end(void)
{
    (void)fclose(out);
    free(text);
}

TestSuite(metrics, .init = begin, .fini = end);

/* The value behind a name with its labels; -1: there is no such line. */
static double value_of(const char *name)
{
    size_t size = strlen(name);
    (void)fflush(out);
    for (const char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n' ? 1 : 0;
        if (strncmp(line, name, size) == 0 && line[size] == ' ') {
            return strtod(line + size, NULL);
        }
    }
    return -1;
}

static bool is_name(const char *from, size_t size)
{
    return size > 0 && size < 100 && strspn(from, "abcdefghijklmnopqrstuvwxyz_") >= size;
}

/* Each name has one HELP, one TYPE and then its figures, and no line of another between them. */
static void expect_format(void)
{
    char name[128] = "";
    char *line = strtok(text, "\n");
    while (line != NULL) {
        size_t size = strcspn(line, " {");
        if (strncmp(line, "# HELP ", 7) == 0) {
            size = strcspn(line + 7, " ");
            cr_assert(is_name(line + 7, size), "%s", line);
            (void)snprintf(name, sizeof name, "%.*s", (int)size, line + 7);
            cr_assert_null(strchr(line, '\\'));
            line = strtok(NULL, "\n");
            cr_assert_not_null(line);
            cr_assert(eq(int, strncmp(line, "# TYPE ", 7), 0), "%s", line);
            cr_assert(eq(int, strncmp(line + 7, name, size), 0), "%s", line);
            bool total = size > 6 && strcmp(name + size - 6, "_total") == 0;
            cr_assert(eq(str, line + 7 + size, total ? " counter" : " gauge"));
        } else {
            cr_assert(eq(sz, size, strlen(name)), "%s", line);
            cr_assert(eq(int, strncmp(line, name, size), 0), "%s", line);
            const char *value = strrchr(line, ' ') + 1;
            char *rest = NULL;
            cr_assert(ge(dbl, strtod(value, &rest), 0.0));
            cr_assert(eq(chr, *rest, '\0'), "%s", line);
        }
        line = strtok(NULL, "\n");
    }
}

Test(metrics, the_lwm2m_server_counts_what_it_reports)
{
    struct loom_dm_metrics metrics;
    struct loom_dm_event event = {.kind = LOOM_DM_REGISTERED};
    memset(&metrics, 0, sizeof metrics);
    loom_dm_metrics_hear(&metrics, &event);
    event.replaced = true;
    loom_dm_metrics_hear(&metrics, &event);
    event = (struct loom_dm_event){.kind = LOOM_DM_SENT, .operation = LOOM_DM_READ};
    loom_dm_metrics_hear(&metrics, &event);
    event = (struct loom_dm_event){
        .kind = LOOM_DM_ANSWERED, .operation = LOOM_DM_READ, .code = LOOM_CONTENT};
    loom_dm_metrics_hear(&metrics, &event);
    event = (struct loom_dm_event){.kind = LOOM_DM_ANSWERED,
                                   .operation = LOOM_DM_CANCEL_COMPOSITE,
                                   .failure = LOOM_FAILURE_UNUSABLE};
    loom_dm_metrics_hear(&metrics, &event);
    event = (struct loom_dm_event){.kind = LOOM_DM_REFUSED, .reason = LOOM_DM_UNKNOWN_ENDPOINT};
    loom_dm_metrics_hear(&metrics, &event);
    loom_dm_metrics_print(out, &metrics);
    cr_assert(eq(dbl, value_of("loom_registrations_total"), 2.0));
    cr_assert(eq(dbl, value_of("loom_registrations_replaced_total"), 1.0));
    cr_assert(eq(dbl, value_of("loom_updates_total"), 0.0));
    cr_assert(eq(dbl, value_of("loom_requests_sent_total{operation=\"read\"}"), 1.0));
    cr_assert(
        eq(dbl, value_of("loom_requests_answered_total{operation=\"read\",code=\"2.05\"}"), 1.0));
    cr_assert(eq(dbl,
                 value_of("loom_requests_failed_total{operation=\"cancel-composite\","
                          "reason=\"unusable\"}"),
                 1.0),
              "%s", text);
    cr_assert(eq(dbl, value_of("loom_refusals_total{reason=\"unknown-endpoint\"}"), 1.0));
    expect_format();
}

/* A device that answers with whatever it likes makes no more figures. */
Test(metrics, codes_of_devices_have_a_bound)
{
    static struct loom_dm_metrics metrics;
    size_t lines = 0;
    memset(&metrics, 0, sizeof metrics);
    for (unsigned i = 0; i < LOOM_DM_METRICS_OPERATIONS; i++) {
        for (unsigned code = 1; code < 256; code++) {
            struct loom_dm_event event = {
                .kind = LOOM_DM_ANSWERED, .operation = i, .code = (uint8_t)code};
            loom_dm_metrics_hear(&metrics, &event);
        }
    }
    loom_dm_metrics_print(out, &metrics);
    cr_assert(eq(dbl, value_of("loom_requests_answered_total{operation=\"read\",code=\"other\"}"),
                 255.0 - 20.0));
    for (const char *at = text; (at = strstr(at, "code=\"")) != NULL; at++) {
        lines++;
    }
    cr_assert(eq(sz, lines, (size_t)(LOOM_DM_METRICS_OPERATIONS * LOOM_DM_METRICS_CODES)));
    expect_format();
}

Test(metrics, the_bootstrap_server_counts_what_it_reports)
{
    struct loom_bs_metrics metrics;
    struct loom_bs_event event = {.kind = LOOM_BS_FINISHED, .duration = 1250};
    memset(&metrics, 0, sizeof metrics);
    loom_bs_metrics_hear(&metrics, &event);
    loom_bs_metrics_hear(&metrics, &event);
    event = (struct loom_bs_event){.kind = LOOM_BS_FAILED, .reason = LOOM_BS_NO_ANSWER};
    loom_bs_metrics_hear(&metrics, &event);
    event = (struct loom_bs_event){.kind = LOOM_BS_REFUSED, .reason = LOOM_BS_NO_MEMORY};
    loom_bs_metrics_hear(&metrics, &event);
    loom_bs_metrics_print(out, &metrics);
    cr_assert(eq(dbl, value_of("loom_bootstraps_finished_total"), 2.0));
    cr_assert(eq(dbl, value_of("loom_bootstrap_seconds_total"), 2.5));
    cr_assert(eq(dbl, value_of("loom_bootstraps_failed_total{reason=\"no-answer\"}"), 1.0));
    cr_assert(eq(dbl, value_of("loom_bootstraps_failed_total{reason=\"no-memory\"}"), 0.0));
    cr_assert(eq(dbl, value_of("loom_bootstraps_refused_total{reason=\"no-memory\"}"), 1.0));
    expect_format();
}

Test(metrics, the_process_is_what_linux_says)
{
    loom_metrics_print_process(out);
    cr_assert(gt(dbl, value_of("process_resident_memory_bytes"), 100000.0));
    cr_assert(ge(dbl, value_of("process_open_fds"), 3.0));
    cr_assert(ge(dbl, value_of("process_cpu_seconds_total"), 0.0));
    cr_assert(gt(dbl, value_of("process_start_time_seconds"), 1.5e9));
    expect_format();
}
