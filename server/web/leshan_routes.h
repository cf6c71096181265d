/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST in the shapes of Leshan's demo server, below `/api`, so that scripts and test suites written
 * for it run against this server. New programs use `/v1`, which says more.
 */
#ifndef LOOM_WEB_LESHAN_ROUTES_H
#define LOOM_WEB_LESHAN_ROUTES_H

#include "web/leshan_state.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Adds the routes; everything outlasts the listener. @return false: no room for them */
bool loom_web_leshan_begin(struct loom_web_leshan *web, struct loom_http *http,
                           struct loom_devices *devices, struct loom_management_server *server,
                           const struct loom_port *port, struct loom_web_waiting *waiting);

/** Traces devices whose events somebody reads. @param tracer copied; it tells of messages by the
 * two functions below */
void loom_web_leshan_trace(struct loom_web_leshan *web, const struct loom_web_tracer *tracer);

/** A message of a device that is traced, and the end of a trace. @param web struct loom_web_leshan
 */
void loom_web_leshan_traced(void *web, struct loom_text endpoint, struct loom_text json);
void loom_web_leshan_trace_ended(void *web, struct loom_text endpoint);

/** Tells which devices have fallen asleep. */
void loom_web_leshan_step(struct loom_web_leshan *web);

/** @return when the next step is due, on the port's clock; UINT64_MAX: never */
uint64_t loom_web_leshan_deadline(const struct loom_web_leshan *web);

#ifdef __cplusplus
}
#endif

#endif
