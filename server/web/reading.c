/* SPDX-License-Identifier: Apache-2.0 */
#include "web/reading.h"

#include "web/refusals.h"

static void refuse(struct loom_web_question *question)
{
    struct loom_http_request *request = question->request;
    if (question->answer_without == NULL || !question->answer_without(request, question)) {
        loom_web_refuse_unread(request);
    }
}

static enum loom_database_status run(struct loom_database *database, void *data)
{
    struct loom_web_question *question = data;
    return question->read(database, question);
}

static void done(void *data, enum loom_database_status status);

static bool post(struct loom_web_question *question)
{
    const struct loom_writer_job job = {.run = run, .done = done, .data = question};
    return question->reader != NULL && loom_writer_post(question->reader, &job) != 0;
}

static void done(void *data, enum loom_database_status status)
{
    struct loom_web_question *question = data;
    question->goes_on = false;
    if (question->request != NULL && status == LOOM_DATABASE_OK) {
        question->answer(question->request, question);
    } else if (question->request != NULL) {
        refuse(question);
    }
    if (question->goes_on && question->request != NULL) {
        if (post(question)) {
            return;
        }
        refuse(question);
    }
    question->end(question);
}

static void gone(void *user)
{
    ((struct loom_web_question *)user)->request = NULL;
}

void loom_web_ask(struct loom_writer *reader, struct loom_http_request *request,
                  struct loom_web_question *question)
{
    question->reader = reader;
    question->request = request;
    if (post(question)) {
        loom_http_defer(request, gone, question);
    } else {
        refuse(question);
        question->end(question);
    }
}

void loom_web_ask_on(struct loom_web_question *question)
{
    question->goes_on = true;
}
