/* SPDX-License-Identifier: Apache-2.0 */
/* How documents are looked at and changed for scripts of Leshan's demo. */
#include "web/leshan_accounts.h"

#include "web/leshan_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MISTAKE_SIZE 320

json_t *loom_leshan_document(const struct loom_directory *directory, struct loom_text endpoint,
                             int64_t *generation)
{
    json_t *document =
        loom_directory_get(directory, LOOM_DIRECTORY_ACCOUNT, endpoint, false, generation);
    if (document == NULL) {
        *generation = 0;
        document = json_object();
    }
    return document;
}

json_t *loom_leshan_whole(const struct loom_directory *directory, struct loom_text endpoint)
{
    json_t *whole = loom_directory_get(directory, LOOM_DIRECTORY_ACCOUNT, endpoint, true, NULL);
    return whole != NULL ? whole : json_object();
}

bool loom_leshan_has_credentials(const json_t *whole)
{
    return json_is_string(json_object_get(whole, "identity"));
}

/* ---- changing -------------------------------------------------------------------------------- */

/* A request that waits until its change is in force. */
struct waiting {
    struct loom_http_request *request; /* NULL: the client has gone */
    int64_t generation;
    unsigned status;
    char mistake[MISTAKE_SIZE];
};

static void gone(void *user)
{
    ((struct waiting *)user)->request = NULL;
}

/* The first one is told. */
static void on_mistake(void *user, const char *at, const char *detail)
{
    char *mistake = ((struct waiting *)user)->mistake;
    if (mistake[0] == '\0') {
        (void)snprintf(mistake, MISTAKE_SIZE, "%s%s%s", at, at[0] == '\0' ? "" : ": ", detail);
    }
}

static bool may_change(void *user, int64_t generation)
{
    const struct waiting *waiting = user;
    return waiting->request != NULL && waiting->generation == generation;
}

static void answer(struct loom_http_request *request, enum loom_status status, unsigned good,
                   const char *mistake)
{
    switch (status) {
    case LOOM_OK:
        loom_http_answer_empty(request, good);
        break;
    case LOOM_BAD_REQUEST:
        loom_leshan_refuse(request, 400, mistake);
        break;
    case LOOM_PRECONDITION_FAILED:
    case LOOM_CONFLICT:
    case LOOM_NOT_FOUND:
        loom_leshan_refuse(request, 409, "it was changed meanwhile");
        break;
    default:
        loom_http_add_header(request, "Retry-After", "5");
        loom_leshan_refuse(request, 503, "it could not be stored");
        break;
    }
}

static void on_done(void *user, enum loom_status status, int64_t generation)
{
    struct waiting *waiting = user;
    (void)generation;
    if (waiting->request != NULL) {
        answer(waiting->request, status, waiting->status, waiting->mistake);
    }
    free(waiting);
}

void loom_leshan_change(struct loom_directory *directory, struct loom_http_request *request,
                        const struct loom_leshan_change *change)
{
    struct loom_directory_change posted = {.kind = LOOM_DIRECTORY_ACCOUNT,
                                           .name = change->endpoint,
                                           .document = change->document,
                                           .may = may_change,
                                           .report = on_mistake,
                                           .done = on_done};
    if (change->endpoint.length == 0 || change->endpoint.length > LOOM_DIRECTORY_NAME_MAX) {
        json_decref(change->document);
        answer(request, LOOM_BAD_REQUEST, 0, "endpoint: a name has 1 to 252 bytes");
        return;
    }
    struct waiting *waiting = calloc(1, sizeof *waiting);
    posted.user = waiting;
    if (waiting == NULL) {
        json_decref(change->document);
    } else {
        waiting->request = request;
        waiting->generation = change->generation;
        waiting->status = change->status;
    }
    if (waiting == NULL || !loom_directory_post(directory, &posted)) {
        free(waiting);
        answer(request, LOOM_UNAVAILABLE, 0, NULL);
        return;
    }
    loom_http_defer(request, gone, waiting);
}

/* ---- looking --------------------------------------------------------------------------------- */

struct listing {
    const struct loom_directory *directory;
    json_t *list;
    loom_leshan_visit *visit;
    bool good;
};

/* `{endpoint}` is the name of the device. */
static void fill_in(json_t *object, const char *name, const char *endpoint)
{
    static const char mark[] = "{endpoint}";
    const char *text = json_string_value(json_object_get(object, name));
    const char *at = text == NULL ? NULL : strstr(text, mark);
    if (at != NULL) {
        json_t *filled =
            json_sprintf("%.*s%s%s", (int)(at - text), text, endpoint, at + sizeof mark - 1);
        (void)json_object_set_new(object, name, filled);
    }
}

/* A copy: parts of a whole document are those of its profile. */
static json_t *fill_in_all(const json_t *whole, const char *endpoint)
{
    json_t *document = json_deep_copy(whole);
    const char *id;
    json_t *server;
    fill_in(document, "identity", endpoint);
    json_object_foreach(json_object_get(document, "servers"), id, server)
    {
        fill_in(server, "identity", endpoint);
        fill_in(server, "uri", endpoint);
    }
    return document;
}

static bool add_item(void *user, const struct loom_directory_item *item)
{
    struct listing *listing = user;
    char name[LOOM_DIRECTORY_NAME_MAX + 1];
    json_t *document =
        loom_directory_get(listing->directory, LOOM_DIRECTORY_ACCOUNT, item->name, true, NULL);
    memcpy(name, item->name.data, item->name.length);
    name[item->name.length] = '\0';
    json_t *filled = document == NULL ? NULL : fill_in_all(document, name);
    listing->good = filled != NULL;
    if (listing->good) {
        listing->visit(listing->list, name, filled);
    }
    json_decref(filled);
    json_decref(document);
    return listing->good;
}

void loom_leshan_answer_list(const struct loom_directory *directory,
                             struct loom_http_request *request, json_t *list,
                             loom_leshan_visit *visit)
{
    const struct loom_text all = {NULL, 0};
    struct listing listing = {.directory = directory, .list = list, .visit = visit, .good = true};
    if (loom_directory_count(directory, LOOM_DIRECTORY_ACCOUNT) > LOOM_LESHAN_LIST_MAX) {
        json_decref(list);
        loom_leshan_refuse_list(request, "/v1/accounts");
        return;
    }
    loom_directory_each(directory, LOOM_DIRECTORY_ACCOUNT, all, all, all, add_item, &listing);
    if (!listing.good) {
        json_decref(list);
        list = NULL;
    }
    loom_http_answer_json(request, 200, list);
}
