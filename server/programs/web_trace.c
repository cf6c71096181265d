/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/web_trace.h"

static const char *begin(void *self, struct loom_text endpoint,
                         const struct loom_web_trace_bounds *wanted)
{
    const struct loom_program_tracing *tracing = self;
    const struct loom_trace_bounds bounds = {wanted->messages, wanted->seconds};
    return loom_program_trace_begin(tracing->program, endpoint,
                                    tracing->address(tracing->user, endpoint), &bounds);
}

static bool end(void *self, struct loom_text endpoint)
{
    const struct loom_program_tracing *tracing = self;
    return loom_program_trace_end(tracing->program, endpoint) == NULL;
}

static bool is_on(void *self, struct loom_text endpoint, struct loom_web_trace_bounds *left)
{
    const struct loom_program_tracing *tracing = self;
    struct loom_trace_bounds bounds;
    bool on = loom_program_trace_is_on(tracing->program, endpoint, &bounds);
    if (on) {
        *left = (struct loom_web_trace_bounds){bounds.messages, bounds.seconds};
    }
    return on;
}

struct loom_web_tracer loom_program_tracer(struct loom_program_tracing *tracing)
{
    const struct loom_web_tracer tracer = {begin, end, is_on, tracing};
    return tracer;
}

bool loom_program_tracing_begin(struct loom_program_tracing *tracing, struct loom_program *program,
                                struct loom_http *http,
                                struct loom_text (*address)(void *user, struct loom_text endpoint),
                                void *user)
{
    const struct loom_web_tracer tracer = loom_program_tracer(tracing);
    const struct loom_trace_listener listener = {loom_web_traces_tell, loom_web_traces_ended,
                                                 &tracing->web};
    tracing->program = program;
    tracing->address = address;
    tracing->user = user;
    return loom_web_traces_begin(&tracing->web, http, &tracer) &&
           loom_program_trace_listen(program, &listener);
}
