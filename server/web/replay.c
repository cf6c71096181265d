/* SPDX-License-Identifier: Apache-2.0 */
#include "web/replay.h"

#include "service/history.h"
#include "service/kept_events.h"
#include "service/number.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* While so many bytes wait for the reader, it is given no more. */
#define PIECE_BYTES 65536u

/* Events that are read from the database at a time. */
#define PIECE_EVENTS 256u

struct replay {
    struct loom_web_events *web;
    struct loom_web_stream *stream; /* NULL: its reader has gone */
    uint64_t after;
    size_t left;           /* events that it may still be given */
    bool reading;          /* the reader of the database has it */
    uint64_t all_are_kept; /* up to this number, before it was asked */
    struct loom_history_filter filter;
    struct loom_history_page page;
    char endpoint[];
};

static void go_on(struct replay *replay);

struct loom_http_frame *loom_web_event_frame(const struct loom_timeline_event *event)
{
    return loom_http_frame_create(event->id, event->kind,
                                  (struct loom_text){event->json, strlen(event->json)});
}

/* ---- the end --------------------------------------------------------------------------------- */

static void free_replay(struct replay *replay)
{
    loom_history_page_end(&replay->page);
    free(replay);
}

static void gone(void *user)
{
    struct replay *replay = user;
    replay->stream = NULL;
    if (!replay->reading) {
        free_replay(replay);
    }
}

/* From now on the stream is given what happens. */
static void finish(struct replay *replay)
{
    struct loom_web_stream *stream = replay->stream;
    stream->gone = NULL;
    loom_list_remove(&stream->place);
    loom_list_append(&replay->web->streams, &stream->place);
    free_replay(replay);
}

/* What was missed is too much, or cannot be had: the reader looks at everything anew. */
static void give_up(struct replay *replay)
{
    struct loom_http_frame *reset = loom_http_frame_create(0, "reset", (struct loom_text){"{}", 2});
    (void)loom_http_stream_send(replay->stream->http, reset);
    loom_http_frame_release(reset);
    finish(replay);
}

/* ---- giving ---------------------------------------------------------------------------------- */

/* @return false: it was given up */
static bool give(struct replay *replay, const struct loom_timeline_event *event)
{
    if (loom_history_wants(&replay->filter, event)) {
        struct loom_http_frame *frame = replay->left == 0 ? NULL : loom_web_event_frame(event);
        if (frame == NULL) {
            give_up(replay);
            return false;
        }
        replay->left--;
        (void)loom_http_stream_send(replay->stream->http, frame);
        loom_http_frame_release(frame);
    }
    replay->after = event->id;
    return true;
}

static enum loom_database_status run(struct loom_database *database, void *data)
{
    struct replay *replay = data;
    return loom_history_after(database, &replay->filter, replay->after, PIECE_EVENTS,
                              &replay->page);
}

static bool give_page(struct replay *replay)
{
    for (size_t i = 0; i < replay->page.count; i++) {
        if (!give(replay, replay->page.events[i])) {
            return false;
        }
    }
    if (!replay->page.more && replay->after < replay->all_are_kept) {
        replay->after = replay->all_are_kept;
    }
    return true;
}

static void done(void *data, enum loom_database_status status)
{
    struct replay *replay = data;
    replay->reading = false;
    if (replay->stream == NULL) {
        free_replay(replay);
    } else if (status != LOOM_DATABASE_OK) {
        give_up(replay);
    } else if (give_page(replay)) {
        go_on(replay);
    }
}

/* Events that are older than what the database keeps may have been removed. */
static bool may_be_removed(const struct loom_web_events *web, uint64_t number)
{
    return number < loom_number_of(loom_kept_events_oldest(*web->days, (int64_t)time(NULL) * 1000));
}

static void read_more(struct replay *replay)
{
    struct loom_writer *reader = *replay->web->reader;
    const struct loom_writer_job job = {.run = run, .done = done, .data = replay};
    replay->all_are_kept = loom_timeline_forgotten(replay->web->timeline);
    replay->reading = reader != NULL && !may_be_removed(replay->web, replay->after) &&
                      loom_writer_post(reader, &job) != 0;
    if (!replay->reading) {
        give_up(replay);
    }
}

static void on_empty(void *user)
{
    go_on(user);
}

static void go_on(struct replay *replay)
{
    const struct loom_timeline *timeline = replay->web->timeline;
    while (loom_http_stream_waiting(replay->stream->http) < PIECE_BYTES) {
        if (replay->after < loom_timeline_forgotten(timeline)) {
            read_more(replay);
            return;
        }
        const struct loom_timeline_event *event = loom_timeline_after(timeline, replay->after);
        if (event == NULL) {
            finish(replay);
            return;
        }
        if (!give(replay, event)) {
            return;
        }
    }
    loom_http_stream_when_empty(replay->stream->http, on_empty, replay);
}

void loom_web_replay(struct loom_web_events *web, struct loom_web_stream *stream, uint64_t after)
{
    struct replay *replay = calloc(1, sizeof *replay + stream->endpoint.length + 1);
    if (replay == NULL) {
        struct loom_http_frame *none = NULL;
        (void)loom_http_stream_send(stream->http, none); /* which makes it a reset */
        return;
    }
    replay->web = web;
    replay->stream = stream;
    replay->after = after > web->overlap ? after - web->overlap : after;
    replay->left = LOOM_WEB_REPLAY_MAX;
    if (stream->endpoint.data != NULL) {
        memcpy(replay->endpoint, stream->endpoint.data, stream->endpoint.length);
        replay->filter.endpoint = (struct loom_text){replay->endpoint, stream->endpoint.length};
    }
    stream->gone = gone;
    stream->user = replay;
    loom_list_remove(&stream->place);
    loom_list_append(&web->replays, &stream->place);
    go_on(replay);
}
