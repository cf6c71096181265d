/* SPDX-License-Identifier: Apache-2.0 */
/* Figures and health of a program: its own, and those of its parts. */
#include "programs/program.h"

#include "events/metrics.h"
#include "programs/version.h"

void loom_program_print_metrics(const struct loom_program *program, FILE *out)
{
    loom_metric_begin(out, LOOM_METRIC_GAUGE, "loom_build_info", "1, and what is running.");
    loom_metric_labelled(out, "loom_build_info", "program", program->name, "version", LOOM_VERSION,
                         1);
    loom_metric_single(out, LOOM_METRIC_COUNTER, "loom_handshakes_failed_total",
                       "DTLS handshakes that failed.", program->handshakes_failed);
    loom_metric_single(out, LOOM_METRIC_COUNTER, "loom_log_lines_suppressed_total",
                       "Lines that strangers caused and that were only counted.",
                       program->suppressed);
    loom_metric_single(out, LOOM_METRIC_COUNTER, "loom_reloads_refused_total",
                       "SIGHUPs that changed nothing, because something was wrong.",
                       program->reloads_refused);
    for (size_t i = 0; i < program->part_count; i++) {
        const struct loom_program_part *part = &program->parts[i];
        if (part->metrics != NULL) {
            part->metrics(part->self, out);
        }
    }
    loom_metrics_print_process(out);
}

const char *loom_program_trouble(const struct loom_program *program)
{
    const char *trouble = program->draining ? "draining" : NULL;
    for (size_t i = 0; trouble == NULL && i < program->part_count; i++) {
        const struct loom_program_part *part = &program->parts[i];
        trouble = part->trouble == NULL ? NULL : part->trouble(part->self);
    }
    return trouble;
}
