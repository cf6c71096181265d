/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Traces of a program over REST. For the programs only.
 */
#ifndef LOOM_PROGRAM_WEB_TRACE_H
#define LOOM_PROGRAM_WEB_TRACE_H

#include "programs/trace.h"
#include "web/trace_routes.h"

struct loom_program_tracing {
    struct loom_program *program;
    struct loom_web_traces web;
    /** Where a device is; empty: that is not known. */
    struct loom_text (*address)(void *user, struct loom_text endpoint);
    void *user;
};

/** Traces for other routes, whose listener hears of them. */
struct loom_web_tracer loom_program_tracer(struct loom_program_tracing *tracing);

/** Adds the routes. @return false without memory, or room */
bool loom_program_tracing_begin(struct loom_program_tracing *tracing, struct loom_program *program,
                                struct loom_http *http,
                                struct loom_text (*address)(void *user, struct loom_text endpoint),
                                void *user);

#endif
