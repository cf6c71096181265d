/* SPDX-License-Identifier: Apache-2.0 */
#include "web/kept_models.h"

#include "common/text.h"
#include "store/stored_model.h"
#include "web/refusals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A change that is being stored. */
struct job {
    struct loom_web_models *web;
    struct loom_http_request *request; /* NULL: the client has gone */
    struct loom_web_model_change change;
    struct loom_stored_model stored;
    char bytes[];
};

/* ---- the change itself ----------------------------------------------------------------------- */

static enum loom_status make(const struct loom_web_models *web,
                             const struct loom_web_model_change *change)
{
    return change->given == NULL ? loom_models_remove(web->models, change->object, change->version)
                                 : loom_models_take(web->models, change->given);
}

static void answer(struct loom_http_request *request, const struct loom_web_model_change *change,
                   enum loom_status status)
{
    if (status == LOOM_OK && change->given == NULL) {
        loom_http_answer_empty(request, 204);
    } else if (status == LOOM_OK) {
        loom_http_answer_json(request, 200, json_pack("{s:O}", "notices", change->notices));
    } else if (status == LOOM_NOT_FOUND) {
        loom_http_problem(request, 404, "no-model", "no such model was given");
    } else {
        loom_http_problem(request, 503, "no-memory", "there is no memory for it");
    }
}

static void answer_not_kept(struct loom_http_request *request, enum loom_database_status status)
{
    if (status == LOOM_DATABASE_CONFLICT) {
        loom_http_problem(request, 409, "too-many-models", "%u models are kept already",
                          LOOM_STORED_MODELS_MAX);
        return;
    }
    loom_web_refuse_unstored(request, "the change could not be stored");
}

/* ---- storing it ------------------------------------------------------------------------------ */

static enum loom_database_status run(struct loom_database *database, void *data)
{
    const struct job *job = data;
    return job->change.given == NULL
               ? loom_stored_model_remove(database, job->stored.object, job->stored.major,
                                          job->stored.minor)
               : loom_stored_model_save(database, &job->stored);
}

static void done(void *data, enum loom_database_status status)
{
    struct job *job = data;
    if (status == LOOM_DATABASE_OK) {
        enum loom_status made = make(job->web, &job->change);
        if (job->request != NULL) {
            answer(job->request, &job->change, made);
        }
    } else {
        loom_models_drop(job->change.given);
        if (job->request != NULL) {
            answer_not_kept(job->request, status);
        }
    }
    json_decref(job->change.notices);
    free(job);
}

static void gone(void *user)
{
    ((struct job *)user)->request = NULL;
}

static const char *put(char **at, const void *bytes, size_t length)
{
    const char *copy = *at;
    if (length > 0) {
        memcpy(*at, bytes, length);
    }
    *at += length;
    return copy;
}

static struct job *new_job(struct loom_web_models *web, struct loom_http_request *request,
                           const struct loom_web_model_change *change)
{
    struct loom_text who = loom_string_text(loom_http_who(request)->name);
    struct job *job =
        calloc(1, sizeof *job + change->name.length + change->document.length + who.length + 1);
    if (job == NULL) {
        return NULL;
    }
    char *at = job->bytes;
    job->web = web;
    job->request = request;
    job->change = *change;
    job->stored = (struct loom_stored_model){
        .object = change->object,
        .major = change->version.major,
        .minor = change->version.minor,
        .name = {put(&at, change->name.data, change->name.length), change->name.length},
        .who = {put(&at, who.data, who.length), who.length},
        .created = (int64_t)time(NULL) * 1000};
    job->stored.document = (struct loom_bytes){(const uint8_t *)at, change->document.length};
    (void)put(&at, change->document.data, change->document.length);
    return job;
}

void loom_web_model_change(struct loom_web_models *web, struct loom_http_request *request,
                           const struct loom_web_model_change *change)
{
    if (!web->kept) {
        answer(request, change, make(web, change));
        json_decref(change->notices);
        return;
    }
    struct job *job = new_job(web, request, change);
    const struct loom_writer_job posted = {.run = run, .done = done, .data = job};
    if (job != NULL && web->writer != NULL && loom_writer_post(web->writer, &posted) != 0) {
        loom_http_defer(request, gone, job);
        return;
    }
    free(job);
    loom_models_drop(change->given);
    json_decref(change->notices);
    answer_not_kept(request, LOOM_DATABASE_LOST);
}

/* ---- after a restart ------------------------------------------------------------------------- */

struct restoring {
    struct loom_models *models;
    loom_models_report *report;
    void *user;
};

static bool restore(void *self, const struct loom_stored_model *stored)
{
    const struct restoring *restoring = self;
    char name[160];
    char message[240];
    struct loom_text text = {(const char *)stored->document.data, stored->document.length};
    (void)snprintf(name, sizeof name, "%.*s", (int)stored->name.length, stored->name.data);
    if (loom_models_add(restoring->models, name, text, restoring->report, restoring->user) !=
        LOOM_OK) {
        (void)snprintf(message, sizeof message,
                       "%s: the stored model of object %u version %u.%u is left out", name,
                       (unsigned)stored->object, (unsigned)stored->major, (unsigned)stored->minor);
        restoring->report(restoring->user, message);
    }
    return true;
}

enum loom_database_status loom_web_models_restore(struct loom_models *models,
                                                  struct loom_database *database,
                                                  loom_models_report *report, void *user)
{
    struct restoring restoring = {models, report, user};
    return loom_stored_model_each(database, restore, &restoring);
}
