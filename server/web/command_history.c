/* SPDX-License-Identifier: Apache-2.0 */
#include "web/command_history.h"

#include "common/text.h"
#include "loom/codec.h"
#include "service/kept_commands.h"
#include "web/reading.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows of one statement, and of all of one request; and bytes, as a command can be large. */
#define ROWS      32u
#define ROWS_MAX  1000u
#define BYTES_MAX 4194304u

struct question {
    struct loom_web_question question; /* first */
    const struct loom_devices *devices;
    uint64_t id;                            /* of the one that is looked for */
    struct loom_stored_command_place place; /* where it begins, and then how far it has come */
    struct loom_stored_command_place begin;
    size_t limit;
    struct loom_devices *changed; /* of one that is to be cancelled */
    int64_t now;
    bool cancelled;
    bool all; /* also what is in memory */
    bool more;
    bool full; /* no memory */
    size_t shown;
    size_t bytes;
    size_t count;
    struct loom_command *commands[ROWS_MAX];
    struct loom_text endpoint;
    char name[];
};

static void forget_read(struct question *question)
{
    while (question->count > 0) {
        free(question->commands[--question->count]);
    }
    question->bytes = 0;
    question->more = false;
    question->full = false;
    question->place = question->begin;
}

static void end(struct loom_web_question *self)
{
    struct question *question = (struct question *)self;
    forget_read(question);
    free(question);
}

/* ---- reading --------------------------------------------------------------------------------- */

static bool read_command(void *user, const struct loom_stored_command *stored)
{
    struct question *question = user;
    struct loom_command *copy;
    if (question->count == question->limit || question->bytes >= BYTES_MAX) {
        question->more = true;
        return false;
    }
    question->shown++;
    question->place = (struct loom_stored_command_place){stored->created, stored->id};
    question->full = !loom_kept_command_copy(stored, &copy);
    if (copy != NULL) {
        question->commands[question->count++] = copy;
        question->bytes += stored->body.length + stored->result.length;
    }
    return !question->full;
}

static enum loom_database_status read_page(struct loom_database *database,
                                           struct loom_web_question *self)
{
    struct question *question = (struct question *)self;
    enum loom_database_status status;
    forget_read(question);
    do {
        question->shown = 0;
        status = loom_stored_command_page(database, question->endpoint, &question->place, ROWS,
                                          read_command, question);
    } while (status == LOOM_DATABASE_OK && question->shown == ROWS && !question->more &&
             !question->full);
    return question->full ? LOOM_DATABASE_ERROR : status;
}

static enum loom_database_status read_one(struct loom_database *database,
                                          struct loom_web_question *self)
{
    struct question *question = (struct question *)self;
    forget_read(question);
    enum loom_database_status status =
        loom_stored_command_find(database, (int64_t)question->id, read_command, question);
    return question->full ? LOOM_DATABASE_ERROR : status;
}

/* ---- answers --------------------------------------------------------------------------------- */

static json_t *command_json(const struct question *question, struct loom_command *command)
{
    command->catalog = question->devices->config.catalog;
    return loom_command_json(command);
}

static void answer_page(struct loom_http_request *request, struct loom_web_question *self)
{
    struct question *question = (struct question *)self;
    json_t *list = json_array();
    for (size_t i = 0; i < question->count; i++) {
        if (question->all ||
            loom_commands_find(question->devices->commands, question->commands[i]->id) == NULL) {
            (void)json_array_append_new(list, command_json(question, question->commands[i]));
        }
    }
    json_t *body = json_pack("{s:o}", "commands", list);
    if (question->more) {
        char next[64];
        (void)snprintf(next, sizeof next, "%" PRId64 ".%" PRId64, question->place.created,
                       question->place.id);
        (void)json_object_set_new(body, "next", json_string(next));
    }
    loom_http_answer_json(request, 200, body);
}

static void answer_one(struct loom_http_request *request, struct loom_web_question *self)
{
    struct question *question = (struct question *)self;
    if (question->count == 0) {
        loom_http_problem(request, 404, "no-such-command", "there is no such command");
    } else {
        loom_http_answer_json(request, 200, command_json(question, question->commands[0]));
    }
}

/* ---- cancelling ------------------------------------------------------------------------------ */

static enum loom_database_status cancel(struct loom_database *database,
                                        struct loom_web_question *self)
{
    struct question *question = (struct question *)self;
    enum loom_database_status status =
        loom_stored_command_cancel(database, (int64_t)question->id, question->now);
    question->cancelled = status == LOOM_DATABASE_OK && loom_database_changes(database) > 0;
    return status == LOOM_DATABASE_OK ? read_one(database, self) : status;
}

static void answer_cancelled(struct loom_http_request *request, struct loom_web_question *self)
{
    const struct question *question = (const struct question *)self;
    if (question->cancelled || question->count == 0) {
        answer_one(request, self);
    } else {
        loom_web_command_refuse(request, question->commands[0]->state == LOOM_COMMAND_SENT
                                             ? LOOM_COMMANDS_UNDER_WAY
                                             : LOOM_COMMANDS_OVER);
    }
}

/* That it is cancelled is told also if nobody waits for the answer any more. */
static void end_cancelling(struct loom_web_question *self)
{
    struct question *question = (struct question *)self;
    if (question->cancelled && question->count > 0) {
        question->commands[0]->catalog = question->devices->config.catalog;
        loom_devices_tell_command(question->changed, question->commands[0]);
    }
    end(self);
}

/* ---- asking ---------------------------------------------------------------------------------- */

/* @return NULL without memory, which was answered */
static struct question *new_question(const struct loom_devices *devices,
                                     struct loom_http_request *request, struct loom_text endpoint)
{
    struct question *question = calloc(1, sizeof *question + endpoint.length + 1);
    if (question == NULL) {
        loom_http_problem(request, 500, "no-memory", "out of memory");
        return NULL;
    }
    question->question.end = end;
    question->devices = devices;
    question->begin = (struct loom_stored_command_place){INT64_MAX, INT64_MAX};
    question->endpoint = (struct loom_text){question->name, endpoint.length};
    if (endpoint.length > 0) {
        memcpy(question->name, endpoint.data, endpoint.length);
    }
    return question;
}

/* Of one command, of whichever device. */
static struct question *new_question_of(const struct loom_devices *devices,
                                        struct loom_http_request *request, uint64_t id)
{
    static const struct loom_text nobody = {"", 0};
    struct question *question = new_question(devices, request, nobody);
    if (question != NULL) {
        question->id = id;
        question->limit = 1;
    }
    return question;
}

/* `CREATED.ID`, as in `next`. */
static bool read_place(struct loom_text text, struct loom_stored_command_place *place)
{
    const char *point = text.length == 0 ? NULL : memchr(text.data, '.', text.length);
    uint64_t created;
    uint64_t id;
    if (loom_text_is(text, LOOM_WEB_COMMANDS_STORED)) {
        return true;
    }
    if (point == NULL) {
        return false;
    }
    struct loom_text first = {text.data, (size_t)(point - text.data)};
    struct loom_text second = {point + 1, text.length - first.length - 1};
    if (!loom_text_to_unsigned(first, &created) || created > INT64_MAX ||
        !loom_text_to_unsigned(second, &id) || id > INT64_MAX) {
        return false;
    }
    *place = (struct loom_stored_command_place){(int64_t)created, (int64_t)id};
    return true;
}

void loom_web_command_page(const struct loom_devices *devices, struct loom_writer *reader,
                           struct loom_http_request *request,
                           const struct loom_web_command_page *page)
{
    struct question *question = new_question(devices, request, page->endpoint);
    if (question == NULL) {
        return;
    }
    question->question.read = read_page;
    question->question.answer = answer_page;
    question->limit = page->limit < ROWS_MAX ? page->limit : ROWS_MAX;
    question->all = page->all;
    if (!read_place(page->before, &question->begin)) {
        loom_http_problem(request, 400, "bad-query", "before is `next` of another page");
        end(&question->question);
        return;
    }
    loom_web_ask(reader, request, &question->question);
}

void loom_web_command_find(const struct loom_devices *devices, struct loom_writer *reader,
                           struct loom_http_request *request, uint64_t id)
{
    struct question *question = new_question_of(devices, request, id);
    if (question != NULL) {
        question->question.read = read_one;
        question->question.answer = answer_one;
        loom_web_ask(reader, request, &question->question);
    }
}

void loom_web_command_cancel(struct loom_devices *devices, struct loom_writer *writer,
                             struct loom_http_request *request, uint64_t id)
{
    struct question *question = new_question_of(devices, request, id);
    if (question != NULL) {
        question->question.read = cancel;
        question->question.answer = answer_cancelled;
        question->question.end = end_cancelling;
        question->changed = devices;
        question->now = devices->config.now(devices->config.user);
        loom_web_ask(writer, request, &question->question);
    }
}
