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

bool loom_leshan_has_credentials(const json_t *document)
{
    return json_object_get(document, "identity") != NULL;
}

/* ---- changing -------------------------------------------------------------------------------- */

/* The first one is told. */
static void on_mistake(void *user, const char *at, const char *detail)
{
    char *mistake = user;
    if (mistake[0] == '\0') {
        (void)snprintf(mistake, MISTAKE_SIZE, "%s%s%s", at, at[0] == '\0' ? "" : ": ", detail);
    }
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

void loom_leshan_change(struct loom_directory *directory, struct loom_http_request *request,
                        const struct loom_leshan_change *change)
{
    char mistake[MISTAKE_SIZE] = "";
    const struct loom_directory_condition condition = {.absent = change->generation == 0,
                                                       .present = change->generation != 0,
                                                       .generation = change->generation};
    enum loom_status status = LOOM_BAD_REQUEST;
    if (change->endpoint.length == 0 || change->endpoint.length > LOOM_DIRECTORY_NAME_MAX) {
        on_mistake(mistake, "endpoint", "a name has 1 to 252 bytes");
    } else if (change->document == NULL) {
        status =
            loom_directory_remove(directory, LOOM_DIRECTORY_ACCOUNT, change->endpoint, &condition);
    } else {
        status = loom_directory_put(directory, LOOM_DIRECTORY_ACCOUNT, change->endpoint,
                                    change->document, &condition, false, on_mistake, mistake, NULL);
    }
    answer(request, status, change->status, mistake);
    json_decref(change->document);
}

/* ---- looking --------------------------------------------------------------------------------- */

struct listing {
    const struct loom_directory *directory;
    json_t *list;
    loom_leshan_visit *visit;
    bool good;
};

static bool add_item(void *user, const struct loom_directory_item *item)
{
    struct listing *listing = user;
    char name[LOOM_DIRECTORY_NAME_MAX + 1];
    json_t *document =
        loom_directory_get(listing->directory, LOOM_DIRECTORY_ACCOUNT, item->name, true, NULL);
    memcpy(name, item->name.data, item->name.length);
    name[item->name.length] = '\0';
    listing->good = document != NULL && listing->visit(listing->list, name, document);
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
        loom_leshan_refuse(request, 400,
                           "there are too many accounts for this list; /v1/accounts "
                           "gives them in pages");
        return;
    }
    loom_directory_each(directory, LOOM_DIRECTORY_ACCOUNT, all, all, all, add_item, &listing);
    if (!listing.good) {
        json_decref(list);
        list = NULL;
    }
    loom_http_answer_json(request, 200, list);
}
