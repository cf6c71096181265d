/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The events COAPLOG of Leshan's demo server: a device is traced while somebody reads the events of
 * just this device.
 */
#ifndef LOOM_WEB_LESHAN_LOG_H
#define LOOM_WEB_LESHAN_LOG_H

#include "http/http.h"
#include "web/trace_routes.h"

#ifdef __cplusplus
extern "C" {
#endif

#define LOOM_LESHAN_TRACED_MAX      4u
#define LOOM_LESHAN_TRACED_NAME_MAX 255u

/** Members are private. */
struct loom_leshan_log {
    struct loom_web_tracer tracer; /**< `begin` NULL: there is none */
    char traced[LOOM_LESHAN_TRACED_MAX][LOOM_LESHAN_TRACED_NAME_MAX + 1];
};

/** Somebody reads the events of a device: it is traced from now on, if it is not already, there is
 *  room, and the reader may begin a trace. */
void loom_leshan_log_open(struct loom_leshan_log *log, const struct loom_http_request *request,
                          struct loom_text endpoint);

/** Ends traces that nobody reads any more. @param streams of `struct loom_web_stream` */
void loom_leshan_log_step(struct loom_leshan_log *log, const struct loom_list *streams);

/** A trace has ended. */
void loom_leshan_log_ended(struct loom_leshan_log *log, struct loom_text endpoint);

/** A message as COAPLOG has it. @param json as traces have it: one line, without keys
 *  @return a new value; NULL: it is none, or there is no memory */
json_t *loom_leshan_log_json(struct loom_text endpoint, struct loom_text json, int64_t now);

#ifdef __cplusplus
}
#endif

#endif
