/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of traces: each CoAP message of one device, as a stream of its own. It is in no timeline.
 */
#ifndef LOOM_WEB_TRACE_ROUTES_H
#define LOOM_WEB_TRACE_ROUTES_H

#include "common/list.h"
#include "http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/** When a trace ends by itself. */
struct loom_web_trace_bounds {
    unsigned messages;
    uint32_t seconds; /**< 0: whenever the messages are there */
};

/** Traces devices, and tells of it by loom_web_traces_tell() and loom_web_traces_ended(). */
struct loom_web_tracer {
    /** Begins a trace, or begins it anew. @return NULL, or what is wrong */
    const char *(*begin)(void *self, struct loom_text endpoint,
                         const struct loom_web_trace_bounds *bounds);
    /** @return false: the device is not traced */
    bool (*end)(void *self, struct loom_text endpoint);
    /** @param left out: what is left of it. @return whether the device is traced */
    bool (*is_on)(void *self, struct loom_text endpoint, struct loom_web_trace_bounds *left);
    void *self;
};

/** Members are private. */
struct loom_web_traces {
    struct loom_web_tracer tracer;
    struct loom_list streams;
    uint64_t told;
};

/** Adds the routes; everything outlasts the listener. @param tracer is copied
 *  @return false: no room for them */
bool loom_web_traces_begin(struct loom_web_traces *web, struct loom_http *http,
                           const struct loom_web_tracer *tracer);

/** Gives a message to who looks on. @param web struct loom_web_traces @param json one line */
void loom_web_traces_tell(void *web, struct loom_text endpoint, struct loom_text json);

/** Tells who looks on that a trace has ended. @param web struct loom_web_traces */
void loom_web_traces_ended(void *web, struct loom_text endpoint);

#ifdef __cplusplus
}
#endif

#endif
