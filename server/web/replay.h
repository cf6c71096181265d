/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the reader of a stream has missed, from memory and from the database: given in pieces, each
 * when the one before has been taken, so that a slow reader costs little. Then the stream is given
 * what happens.
 */
#ifndef LOOM_WEB_REPLAY_H
#define LOOM_WEB_REPLAY_H

#include "common/list.h"
#include "database/writer.h"
#include "service/timeline.h"
#include "web/streams.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Events that a stream is given from the past at most; who has missed more reads everything anew.
 */
#define LOOM_WEB_REPLAY_MAX 5000u

/** The routes of events. Members are private. */
struct loom_web_events {
    const struct loom_timeline *timeline;
    struct loom_writer *const *reader;
    const unsigned *days;     /* that events are kept */
    struct loom_list streams; /* that are given what happens */
    struct loom_list replays; /* that are given what they have missed first */
    uint64_t overlap;         /* what is looked for before the place that a reader names */
};

/** Begins with the event after a number. The stream is in the list of streams, and is there again
 * when it has been given everything. */
void loom_web_replay(struct loom_web_events *web, struct loom_web_stream *stream, uint64_t after);

/** @return NULL without memory */
struct loom_http_frame *loom_web_event_frame(const struct loom_timeline_event *event);

#ifdef __cplusplus
}
#endif

#endif
