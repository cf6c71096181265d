/* SPDX-License-Identifier: Apache-2.0 */
#include "web/event_routes.h"

#include "common/text.h"
#include "service/history.h"
#include "service/number.h"
#include "web/query.h"
#include "web/reading.h"
#include "web/streams.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Entries of a list, if the request does not say, and at most. */
#define LIST_USUAL 100u
#define LIST_MAX   1000u

/** How late the events of other nodes may be. */
#define OVERLAP_MS 15000

/** Entries from memory that a request holds while it waits for the database. */
#define WAITING_MAX 100u

/** Events in memory that one request looks at; where there are more it goes on in the next. */
#define LOOK_MAX 20000u

static struct loom_text endpoint_of(const struct loom_timeline_event *event)
{
    return (struct loom_text){event->endpoint, strlen(event->endpoint)};
}

/* ---- lists ----------------------------------------------------------------------------------- */

/* A list in the making. */
struct listing {
    struct loom_web_question question; /* first */
    const struct loom_web_events *web;
    struct loom_history_filter filter; /* its texts are behind */
    json_t *list;
    uint64_t limit;
    uint64_t before;
    struct loom_history_page page;
    char texts[];
};

static void end_listing(struct loom_web_question *question)
{
    struct listing *listing = (struct listing *)question;
    json_decref(listing->list);
    loom_history_page_end(&listing->page);
    free(listing);
}

static void append(struct listing *listing, const struct loom_timeline_event *event)
{
    (void)json_array_append_new(listing->list, json_loads(event->json, 0, NULL));
}

/* @return whether there is more in memory, or the list is full */
static bool take_from_memory(struct listing *listing)
{
    const struct loom_timeline *timeline = listing->web->timeline;
    const struct loom_timeline_event *event = NULL;
    unsigned looked = 0;
    while (json_array_size(listing->list) < listing->limit && looked++ < LOOK_MAX &&
           (event = loom_timeline_before(timeline, listing->before)) != NULL) {
        listing->before = event->id;
        if (loom_history_wants(&listing->filter, event)) {
            append(listing, event);
        }
    }
    return loom_timeline_before(timeline, listing->before) != NULL;
}

static void answer_list(struct loom_http_request *request, struct listing *listing, bool more)
{
    json_t *body = json_pack("{s:O}", "events", listing->list);
    if (more) {
        char next[24];
        (void)snprintf(next, sizeof next, "%llu", (unsigned long long)listing->before);
        (void)json_object_set_new(body, "next", json_string(next));
    }
    loom_http_answer_json(request, 200, body);
}

static enum loom_database_status read_list(struct loom_database *database,
                                           struct loom_web_question *question)
{
    struct listing *listing = (struct listing *)question;
    size_t left = (size_t)listing->limit - json_array_size(listing->list);
    return loom_history_before(database, &listing->filter, listing->before, left, &listing->page);
}

static void answer_read(struct loom_http_request *request, struct loom_web_question *question)
{
    struct listing *listing = (struct listing *)question;
    for (size_t i = 0; i < listing->page.count; i++) {
        append(listing, listing->page.events[i]);
    }
    listing->before = listing->page.reached;
    answer_list(request, listing, listing->page.more);
}

/* What is in memory is given also while the database is gone. */
static bool answer_memory(struct loom_http_request *request, struct loom_web_question *question)
{
    struct listing *listing = (struct listing *)question;
    if (json_array_size(listing->list) == 0) {
        return false;
    }
    answer_list(request, listing, true);
    return true;
}

static struct loom_text put(char **at, struct loom_text text)
{
    struct loom_text copy = {text.data == NULL ? NULL : *at, text.length};
    if (text.length > 0) {
        memcpy(*at, text.data, text.length);
    }
    *at += text.length;
    return copy;
}

static struct listing *new_listing(const struct loom_web_events *web,
                                   const struct loom_http_request *request)
{
    struct loom_text endpoint = loom_http_query(request, "endpoint");
    struct loom_text kinds = loom_http_query(request, "kind");
    struct listing *listing = calloc(1, sizeof *listing + endpoint.length + kinds.length + 1);
    if (listing != NULL) {
        char *at = listing->texts;
        listing->question = (struct loom_web_question){.read = read_list,
                                                       .answer = answer_read,
                                                       .answer_without = answer_memory,
                                                       .end = end_listing};
        listing->web = web;
        listing->filter.endpoint = put(&at, endpoint);
        listing->filter.kinds = put(&at, kinds);
        listing->list = json_array();
        listing->limit = LIST_USUAL;
        listing->before = INT64_MAX;
    }
    return listing;
}

static void list_events(const struct loom_web_events *web, struct loom_http_request *request)
{
    struct listing *listing = new_listing(web, request);
    if (listing == NULL) {
        loom_http_problem(request, 500, "no-memory", "out of memory");
        return;
    }
    if (!loom_web_query_number(request, "limit", LIST_MAX, &listing->limit) ||
        !loom_web_query_number(request, "before", INT64_MAX, &listing->before)) {
        end_listing(&listing->question);
        return;
    }
    bool more = take_from_memory(listing);
    uint64_t forgotten = loom_timeline_forgotten(web->timeline);
    bool in_database = !more && *web->reader != NULL && forgotten > 0 && listing->before > 1;
    if (in_database && listing->before > forgotten) {
        listing->before = forgotten + 1;
    }
    /* Who waits for the database holds little: what memory has of a long page is answered at once.
     */
    size_t found = json_array_size(listing->list);
    if (in_database && found < listing->limit && found <= WAITING_MAX) {
        loom_web_ask(*web->reader, request, &listing->question);
    } else {
        answer_list(request, listing, more || in_database);
        end_listing(&listing->question);
    }
}

/* ---- streams --------------------------------------------------------------------------------- */

void loom_web_events_tell(void *self, const struct loom_timeline_event *event)
{
    struct loom_web_events *web = self;
    if (loom_list_is_empty(&web->streams)) {
        return;
    }
    struct loom_http_frame *frame = loom_web_event_frame(event);
    if (frame != NULL) {
        loom_web_streams_send(&web->streams, endpoint_of(event), frame);
        loom_http_frame_release(frame);
    }
}

static void stream_events(struct loom_web_events *web, struct loom_http_request *request)
{
    struct loom_text endpoint = loom_http_query(request, "endpoint");
    uint64_t after = 0;
    bool refused = false;
    bool resumes = loom_http_stream_after(request, &after, &refused);
    if (refused) {
        return;
    }
    struct loom_web_stream *stream = loom_web_stream_create(endpoint);
    if (stream == NULL) {
        loom_http_problem(request, 500, "no-memory", "out of memory");
        return;
    }
    if (loom_web_stream_begin(stream, &web->streams, request) && resumes) {
        loom_web_replay(web, stream, after);
    }
}

static void get_events(void *user, struct loom_http_request *request)
{
    const char *accept = loom_http_header(request, "Accept");
    if (accept != NULL && strstr(accept, "text/event-stream") != NULL) {
        stream_events(user, request);
    } else {
        list_events(user, request);
    }
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/events",
     .role = LOOM_HTTP_VIEWER,
     .handler = get_events,
     .operation = "listEvents",
     .queries = "endpoint kind before after limit"},
};

bool loom_web_events_begin(struct loom_web_events *web, struct loom_http *http,
                           const struct loom_timeline *timeline, struct loom_writer *const *reader,
                           const unsigned *days)
{
    web->timeline = timeline;
    web->reader = reader;
    web->days = days;
    loom_list_begin(&web->streams);
    loom_list_begin(&web->replays);
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], web);
}

void loom_web_events_share(struct loom_web_events *web)
{
    web->overlap = loom_number_of(OVERLAP_MS);
}
