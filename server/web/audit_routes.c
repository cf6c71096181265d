/* SPDX-License-Identifier: Apache-2.0 */
#include "web/audit_routes.h"

#include "common/moment.h"
#include "common/text.h"
#include "store/stored_user.h"
#include "web/query.h"
#include "web/reading.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Entries of a list, if the request does not say, and at most. */
#define LIST_USUAL 100u
#define LIST_MAX   1000u

/* Rows of one statement, and that one request looks at. */
#define ROWS     256u
#define LOOK_MAX 10000u

struct question {
    struct loom_web_question question; /* first */
    struct loom_text user;             /* data NULL: anybody; texts are behind */
    struct loom_text action;           /* data NULL: anything */
    int64_t from;
    int64_t to; /* INT64_MAX: now */
    uint64_t limit;
    uint64_t before;
    json_t *list;
    int64_t reached; /* number of the last row that was looked at */
    unsigned looked;
    unsigned shown; /* by the last statement */
    bool more;
    bool over; /* what follows is older than what is wanted */
    char texts[];
};

static void end(struct loom_web_question *self)
{
    struct question *question = (struct question *)self;
    json_decref(question->list);
    free(question);
}

/* ---- reading --------------------------------------------------------------------------------- */

/* JSON of its own belongs to the thread that makes it until it is given away. */
static json_t *deed_json(const struct loom_stored_deed *deed)
{
    char number[24];
    char moment[LOOM_MOMENT_SIZE];
    (void)snprintf(number, sizeof number, "%" PRId64, deed->number);
    loom_moment_write(deed->time, moment);
    json_t *json = json_pack("{s:s, s:s, s:s%, s:s%, s:s%, s:s%}", "id", number, "time", moment,
                             "user", deed->user.data, deed->user.length, "address",
                             deed->address.data, deed->address.length, "action", deed->action.data,
                             deed->action.length, "target", deed->target.data, deed->target.length);
    if (json != NULL && deed->status != 0) {
        (void)json_object_set_new(json, "status", json_integer(deed->status));
    }
    if (json != NULL && deed->detail.data != NULL) {
        (void)json_object_set_new(json, "detail",
                                  json_stringn(deed->detail.data, deed->detail.length));
    }
    return json;
}

static bool is_wanted(const struct question *question, const struct loom_stored_deed *deed)
{
    return deed->time < question->to &&
           (question->user.data == NULL || loom_text_same(question->user, deed->user)) &&
           (question->action.data == NULL || loom_text_same(question->action, deed->action));
}

/* Numbers and times grow together, but for a clock that was set back. */
static bool read_deed(void *user, const struct loom_stored_deed *deed)
{
    struct question *question = user;
    question->over = deed->time < question->from;
    question->more = !question->over && json_array_size(question->list) == question->limit;
    if (question->over || question->more) {
        return false;
    }
    question->shown++;
    question->looked++;
    question->reached = deed->number;
    if (is_wanted(question, deed)) {
        (void)json_array_append_new(question->list, deed_json(deed));
    }
    return true;
}

static enum loom_database_status find_begin(struct loom_database *database,
                                            struct question *question)
{
    int64_t newest;
    question->reached = (int64_t)question->before;
    if (question->to == INT64_MAX) {
        return LOOM_DATABASE_OK;
    }
    enum loom_database_status status = loom_stored_deed_of_time(database, question->to, &newest);
    if (status == LOOM_DATABASE_OK && newest < question->reached) {
        question->reached = newest + 1;
    }
    return status;
}

static enum loom_database_status read_page(struct loom_database *database,
                                           struct loom_web_question *self)
{
    struct question *question = (struct question *)self;
    (void)json_array_clear(question->list);
    question->looked = 0;
    question->more = false;
    question->over = false;
    enum loom_database_status status = find_begin(database, question);
    do {
        question->shown = 0;
        if (status == LOOM_DATABASE_OK) {
            status = loom_stored_deed_page(database, question->reached, ROWS, read_deed, question);
        }
    } while (status == LOOM_DATABASE_OK && question->shown == ROWS && question->looked < LOOK_MAX);
    question->more = question->more || (question->shown == ROWS && !question->over);
    return status;
}

static void answer(struct loom_http_request *request, struct loom_web_question *self)
{
    struct question *question = (struct question *)self;
    json_t *body = json_pack("{s:O}", "audit", question->list);
    if (question->more) {
        char next[24];
        (void)snprintf(next, sizeof next, "%" PRId64, question->reached);
        (void)json_object_set_new(body, "next", json_string(next));
    }
    loom_http_answer_json(request, 200, body);
}

/* ---- asking ---------------------------------------------------------------------------------- */

static struct loom_text put(char **at, struct loom_text text)
{
    struct loom_text copy = {text.data == NULL ? NULL : *at, text.length};
    if (text.length > 0) {
        memcpy(*at, text.data, text.length);
    }
    *at += text.length;
    return copy;
}

static void list_audit(void *user, struct loom_http_request *request)
{
    const struct loom_web_audit *audit = user;
    struct loom_text who = loom_http_query(request, "user");
    struct loom_text action = loom_http_query(request, "action");
    if (*audit->reader == NULL) {
        loom_http_problem(request, 404, "no-store", "without --store no record is kept");
        return;
    }
    struct question *question = calloc(1, sizeof *question + who.length + action.length + 1);
    if (question == NULL) {
        loom_http_problem(request, 500, "no-memory", "out of memory");
        return;
    }
    char *at = question->texts;
    question->question =
        (struct loom_web_question){.read = read_page, .answer = answer, .end = end};
    question->user = put(&at, who);
    question->action = put(&at, action);
    question->to = INT64_MAX;
    question->limit = LIST_USUAL;
    question->before = INT64_MAX;
    question->list = json_array();
    if (loom_web_query_number(request, "limit", LIST_MAX, &question->limit) &&
        loom_web_query_number(request, "before", INT64_MAX, &question->before) &&
        loom_web_query_moment(request, "from", &question->from) &&
        loom_web_query_moment(request, "to", &question->to)) {
        loom_web_ask(*audit->reader, request, &question->question);
    } else {
        end(&question->question);
    }
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/audit",
     .role = LOOM_HTTP_ADMINISTRATOR,
     .handler = list_audit,
     .operation = "listAudit",
     .queries = "user action from to before limit"},
};

bool loom_web_audit_begin(struct loom_web_audit *audit, struct loom_http *http,
                          struct loom_writer *const *reader)
{
    audit->reader = reader;
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], audit);
}
