/* SPDX-License-Identifier: Apache-2.0 */
#include "web/history_routes.h"

#include "common/moment.h"
#include "common/text.h"
#include "loom/codec.h"
#include "service/number.h"
#include "service/samples.h"
#include "store/stored_command.h"
#include "web/query.h"
#include "web/reading.h"

#include <stdlib.h>
#include <string.h>

/* Numbers of an answer, if the request does not say. */
#define POINTS_USUAL 500u

/* A span, if the request does not say. */
#define SPAN_USUAL_MS 86400000

/* Rows of one statement, of one turn of the reader, and that one request looks at. */
#define ROWS     256u
#define TURN     8192u
#define LOOK_MAX 200000u

struct question {
    struct loom_web_question question; /* first */
    const struct loom_devices *devices;
    struct loom_samples *samples;
    int64_t from;
    int64_t to;
    uint64_t begin;   /* where this turn of the reader begins: below this number */
    uint64_t reached; /* number of the last row that was looked at */
    uint64_t newest;  /* of the rows; 0: there was none */
    unsigned looked;  /* in this turn */
    unsigned before;  /* in the turns before */
    unsigned shown;   /* by the last statement */
    bool has_memory;  /* what is in memory alone was taken */
    bool more;
    char path[32];
    struct loom_text endpoint;
    char name[];
};

static void end(struct loom_web_question *self)
{
    struct question *question = (struct question *)self;
    loom_samples_destroy(question->samples);
    free(question);
}

/* ---- taking ---------------------------------------------------------------------------------- */

static bool read_event(void *user, const struct loom_stored_event *event)
{
    struct question *question = user;
    question->more = event->time >= question->from;
    if (!question->more) {
        return false;
    }
    question->shown++;
    question->looked++;
    question->reached = (uint64_t)event->number;
    if (question->newest == 0) {
        question->newest = question->reached;
    }
    loom_samples_take(question->samples, event->time, event->kind, event->document);
    return true;
}

static enum loom_database_status read_turn(struct loom_database *database,
                                           struct loom_web_question *self)
{
    struct question *question = (struct question *)self;
    enum loom_database_status status;
    question->reached = question->begin;
    question->looked = 0;
    do {
        question->shown = 0;
        question->more = false;
        status = loom_stored_event_before(database, question->endpoint, (int64_t)question->reached,
                                          ROWS, read_event, question);
    } while (status == LOOM_DATABASE_OK && question->shown == ROWS && question->looked < TURN);
    question->more = question->more && question->shown == ROWS;
    return status;
}

/* What is in memory and above a number. */
static void take_memory(struct question *question, uint64_t after)
{
    const struct loom_timeline_event *event;
    while ((event = loom_timeline_after(question->devices->timeline, after)) != NULL) {
        after = event->id;
        if (loom_text_is(question->endpoint, event->endpoint)) {
            loom_samples_take(question->samples, event->time, loom_string_text(event->kind),
                              loom_string_text(event->json));
        }
    }
    question->has_memory = true;
}

/* ---- the answer ------------------------------------------------------------------------------ */

static json_t *moment(int64_t time)
{
    char text[LOOM_MOMENT_SIZE];
    loom_moment_write(time, text);
    return json_string(text);
}

static void answer(struct loom_http_request *request, const struct question *question,
                   bool complete)
{
    json_t *points = json_array();
    struct loom_sample sample;
    size_t index = 0;
    while (loom_samples_next(question->samples, &index, &sample)) {
        (void)json_array_append_new(
            points, json_pack("{s:o, s:f}", "time", moment(sample.time), "value", sample.value));
    }
    loom_http_answer_json(request, 200,
                          json_pack("{s:s, s:o, s:o, s:b, s:o}", "path", question->path, "from",
                                    moment(question->from), "to", moment(question->to), "complete",
                                    complete, "points", points));
}

/* Events are stored a moment after they have happened: those behind the newest row are in memory.
 */
static void answer_turn(struct loom_http_request *request, struct loom_web_question *self)
{
    struct question *question = (struct question *)self;
    if (!question->has_memory) {
        take_memory(question, question->newest);
    }
    question->before += question->looked;
    question->begin = question->reached;
    if (question->more && question->before < LOOK_MAX) {
        loom_web_ask_on(self);
    } else {
        answer(request, question, !question->more);
    }
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* A resource, or an instance of one. @return false: it is none, and the request was answered */
static bool read_path(struct loom_http_request *request, struct question *question)
{
    struct loom_text text = loom_http_query(request, "path");
    struct loom_output out = loom_output(question->path, sizeof question->path - 1);
    struct loom_path path;
    if (text.data == NULL || !loom_text_to_path(text, &path) || path.depth < 3) {
        loom_http_problem(request, 400, "bad-query", "path is a resource, as in /3303/0/5700");
        return false;
    }
    loom_put_path(&out, &path);
    question->path[out.length] = '\0';
    return true;
}

static bool read_span(struct loom_http_request *request, struct question *question)
{
    question->to = question->devices->config.now(question->devices->config.user);
    if (!loom_web_query_moment(request, "to", &question->to)) {
        return false;
    }
    question->from = question->to - SPAN_USUAL_MS;
    if (!loom_web_query_moment(request, "from", &question->from)) {
        return false;
    }
    if (question->from > question->to || question->to < 0) {
        loom_http_problem(request, 400, "bad-query", "from is not behind to");
        return false;
    }
    /* Below the first number of the next millisecond. */
    question->begin = loom_number_of(question->to + 1);
    question->begin = question->begin > INT64_MAX ? INT64_MAX : question->begin;
    return true;
}

/* @return NULL: the request was answered */
static struct question *new_question(const struct loom_web_history *history,
                                     struct loom_http_request *request)
{
    struct loom_text endpoint = loom_http_parameter(request, "endpoint");
    struct question *question = calloc(1, sizeof *question + endpoint.length + 1);
    uint64_t points = POINTS_USUAL;
    if (question == NULL) {
        loom_http_problem(request, 500, "no-memory", "out of memory");
        return NULL;
    }
    question->question =
        (struct loom_web_question){.read = read_turn, .answer = answer_turn, .end = end};
    question->devices = history->devices;
    question->endpoint = (struct loom_text){question->name, endpoint.length};
    memcpy(question->name, endpoint.data, endpoint.length);
    bool good = read_path(request, question) && read_span(request, question) &&
                loom_web_query_number(request, "points", 2 * LOOM_SAMPLES_PARTS_MAX, &points);
    if (good && points < 2) {
        loom_http_problem(request, 400, "bad-query", "points is 2 to 2000");
        good = false;
    }
    if (good) {
        question->samples = loom_samples_create(loom_string_text(question->path), question->from,
                                                question->to, (size_t)points / 2);
        if (question->samples == NULL) {
            loom_http_problem(request, 500, "no-memory", "out of memory");
        }
    }
    if (question->samples == NULL) {
        end(&question->question);
        return NULL;
    }
    return question;
}

static void show_history(void *user, struct loom_http_request *request)
{
    const struct loom_web_history *history = user;
    struct question *question = new_question(history, request);
    if (question == NULL) {
        return;
    }
    if (*history->reader != NULL) {
        loom_web_ask(*history->reader, request, &question->question);
        return;
    }
    take_memory(question, 0);
    answer(request, question, loom_timeline_forgotten(history->devices->timeline) == 0);
    end(&question->question);
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/clients/{endpoint}/history",
     .role = LOOM_HTTP_VIEWER,
     .handler = show_history,
     .operation = "showHistory",
     .queries = "path from to points"},
};

bool loom_web_history_begin(struct loom_web_history *history, struct loom_http *http,
                            const struct loom_devices *devices, struct loom_writer *const *reader)
{
    history->devices = devices;
    history->reader = reader;
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], history);
}
