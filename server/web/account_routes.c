/* SPDX-License-Identifier: Apache-2.0 */
#include "web/account_routes.h"

#include "accounts/import.h"
#include "common/text.h"
#include "web/query.h"
#include "web/refusals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/** Entries of a page, if the request does not say, and at most. */
#define PAGE_USUAL 100u
#define PAGE_MAX   1000u

/** Bytes of an import by one request; more by the command line. */
#define IMPORT_MAX 67108864u

/** Mistakes of an import that are told one by one. */
#define MISTAKES_MAX 1000u

#define ETAG_SIZE 24

/* ---- what the routes of the three kinds share ------------------------------------------------ */

static const char *const plurals[LOOM_DIRECTORY_KINDS] = {
    [LOOM_DIRECTORY_PROFILE] = "profiles",
    [LOOM_DIRECTORY_GROUP] = "groups",
    [LOOM_DIRECTORY_ACCOUNT] = "accounts",
};

/* What an entry belongs to, and what belongs to it. */
static const char *const parents[LOOM_DIRECTORY_KINDS] = {
    [LOOM_DIRECTORY_GROUP] = "profile", [LOOM_DIRECTORY_ACCOUNT] = "group"};
static const char *const children[LOOM_DIRECTORY_KINDS] = {
    [LOOM_DIRECTORY_PROFILE] = "groups", [LOOM_DIRECTORY_GROUP] = "accounts"};

/* The kind is the second segment of the route. */
static enum loom_directory_kind kind_of(const struct loom_http_request *request)
{
    const char *segment = loom_http_route(request)->pattern + strlen("/v1/");
    for (int kind = 0; kind < LOOM_DIRECTORY_ACCOUNT; kind++) {
        if (strncmp(segment, plurals[kind], strlen(plurals[kind])) == 0) {
            return (enum loom_directory_kind)kind;
        }
    }
    return LOOM_DIRECTORY_ACCOUNT;
}

static struct loom_text name_of(const struct loom_http_request *request)
{
    return loom_http_parameter(request, "name");
}

static bool is_set(const struct loom_http_request *request, const char *name)
{
    struct loom_text text = loom_http_query(request, name);
    return loom_text_is(text, "1") || loom_text_is(text, "true");
}

static void write_etag(int64_t generation, char etag[ETAG_SIZE])
{
    (void)snprintf(etag, ETAG_SIZE, "\"%lld\"", (long long)generation);
}

static json_t *text_json(struct loom_text text)
{
    return text.data == NULL ? json_null() : json_stringn(text.data, text.length);
}

static void on_mistake(void *user, const char *at, const char *detail)
{
    json_t *errors = user;
    if (json_array_size(errors) < MISTAKES_MAX) {
        (void)json_array_append_new(errors, json_pack("{s:s, s:s}", "at", at, "detail", detail));
    }
}

static void refuse(struct loom_http_request *request, enum loom_status status, json_t *errors)
{
    switch (status) {
    case LOOM_BAD_REQUEST:
        loom_http_problem_with(request, 422, "bad-document", "the document has mistakes",
                               json_pack("{s:O}", "errors", errors));
        break;
    case LOOM_NOT_FOUND:
        loom_http_problem(request, 404, "not-found", "there is none of this name");
        break;
    case LOOM_PRECONDITION_FAILED:
        loom_http_problem(request, 412, "changed", "somebody has changed it; read it again");
        break;
    case LOOM_CONFLICT:
        loom_http_problem(request, 409, "in-use",
                          "something belongs to it, or another node has changed it");
        break;
    default:
        loom_web_refuse_unstored(request, "it could not be stored");
        break;
    }
}

/* ---- looking --------------------------------------------------------------------------------- */

struct page {
    enum loom_directory_kind kind;
    json_t *list;
    uint64_t limit;
    bool more;
};

static bool add_item(void *user, const struct loom_directory_item *item)
{
    struct page *page = user;
    if (json_array_size(page->list) == page->limit) {
        page->more = true;
        return false;
    }
    json_t *json = json_pack("{s:o, s:I}", "name", text_json(item->name), "generation",
                             (json_int_t)item->generation);
    if (parents[page->kind] != NULL) {
        (void)json_object_set_new(json, parents[page->kind], text_json(item->parent));
    }
    if (children[page->kind] != NULL) {
        (void)json_object_set_new(json, children[page->kind],
                                  json_integer((json_int_t)item->children));
    }
    (void)json_array_append_new(page->list, json);
    return true;
}

static void list(void *user, struct loom_http_request *request)
{
    const struct loom_directory *directory = user;
    struct page page = {.kind = kind_of(request), .limit = PAGE_USUAL};
    struct loom_text parent = {NULL, 0};
    if (!loom_web_query_number(request, "limit", PAGE_MAX, &page.limit)) {
        return;
    }
    if (parents[page.kind] != NULL) {
        parent = loom_http_query(request, parents[page.kind]);
    }
    page.list = json_array();
    loom_directory_each(directory, page.kind, loom_http_query(request, "after"), parent,
                        loom_http_query(request, "search"), add_item, &page);
    const json_t *last = json_array_get(page.list, json_array_size(page.list) - 1);
    json_t *next =
        page.more && last != NULL ? json_incref(json_object_get(last, "name")) : json_null();
    loom_http_answer_json(request, 200,
                          json_pack("{s:o, s:I, s:o}", plurals[page.kind], page.list, "total",
                                    (json_int_t)loom_directory_count(directory, page.kind), "next",
                                    next));
}

static void show(void *user, struct loom_http_request *request)
{
    const struct loom_directory *directory = user;
    char etag[ETAG_SIZE];
    int64_t generation;
    bool whole = is_set(request, "whole");
    json_t *document =
        loom_directory_get(directory, kind_of(request), name_of(request), whole, &generation);
    if (document == NULL) {
        refuse(request, LOOM_NOT_FOUND, NULL);
        return;
    }
    write_etag(generation, etag);
    loom_http_add_header(request, "ETag", etag);
    /* The whole changes with its group and profile, of which the tag says nothing. */
    if (!whole && loom_http_is_known(request, etag)) {
        json_decref(document);
    } else {
        loom_http_answer_json(request, 200, document);
    }
}

/* ---- changing -------------------------------------------------------------------------------- */

/* A request that waits until its change is in force. */
struct waiting {
    struct loom_http_request *request; /* NULL: the client has gone, or it was answered */
    json_t *errors;
    bool try;
    bool is_new;
};

static void gone(void *user)
{
    ((struct waiting *)user)->request = NULL;
}

static struct waiting *wait_for(struct loom_http_request *request)
{
    struct waiting *waiting = calloc(1, sizeof *waiting);
    json_t *errors = json_array();
    if (waiting == NULL || errors == NULL) {
        free(waiting);
        json_decref(errors);
        loom_http_problem(request, 500, "no-memory", "out of memory");
        return NULL;
    }
    waiting->request = request;
    waiting->errors = errors;
    return waiting;
}

static void end_waiting(struct waiting *waiting)
{
    json_decref(waiting->errors);
    free(waiting);
}

static void hear_mistake(void *user, const char *at, const char *detail)
{
    on_mistake(((struct waiting *)user)->errors, at, detail);
}

/* A change names the version that it is made of; a new document needs no version. It is judged when
 * its turn has come, by what is there then. @return false: the request was answered, or is gone */
static bool may_change(void *user, int64_t generation)
{
    struct waiting *waiting = user;
    struct loom_http_request *request = waiting->request;
    char etag[ETAG_SIZE];
    if (request == NULL) {
        return false;
    }
    waiting->is_new = generation == 0;
    write_etag(generation, etag);
    bool is_new = loom_http_header(request, "If-None-Match") != NULL;
    bool may = true;
    if (is_new || generation == 0) {
        may = generation == 0 && loom_http_header(request, "If-Match") == NULL;
        if (!may) {
            loom_http_problem(request, 412, "changed",
                              generation != 0 ? "there is one of this name"
                                              : "there is none of this name");
        }
    } else {
        may = loom_http_may_change(request, etag);
    }
    if (!may) {
        waiting->request = NULL;
    }
    return may;
}

static bool may_remove(void *user, int64_t generation)
{
    struct waiting *waiting = user;
    char etag[ETAG_SIZE];
    write_etag(generation, etag);
    if (waiting->request != NULL && !loom_http_may_change(waiting->request, etag)) {
        waiting->request = NULL;
    }
    return waiting->request != NULL;
}

static bool check_name(struct loom_http_request *request)
{
    size_t length = name_of(request).length;
    if (length > 0 && length <= LOOM_DIRECTORY_NAME_MAX) {
        return true;
    }
    loom_http_problem(request, 400, "bad-name", "a name has 1 to %u bytes",
                      LOOM_DIRECTORY_NAME_MAX);
    return false;
}

static void answer_put(struct loom_http_request *request, const struct waiting *waiting,
                       int64_t generation)
{
    char etag[ETAG_SIZE];
    if (waiting->try) {
        loom_http_answer_empty(request, 204);
        return;
    }
    write_etag(generation, etag);
    loom_http_add_header(request, "ETag", etag);
    loom_http_answer_json(request, waiting->is_new ? 201 : 200,
                          json_pack("{s:I}", "generation", (json_int_t)generation));
}

static void on_put(void *user, enum loom_status status, int64_t generation)
{
    struct waiting *waiting = user;
    if (waiting->request != NULL && status == LOOM_OK) {
        answer_put(waiting->request, waiting, generation);
    } else if (waiting->request != NULL) {
        refuse(waiting->request, status, waiting->errors);
    }
    end_waiting(waiting);
}

static void on_removed(void *user, enum loom_status status, int64_t generation)
{
    struct waiting *waiting = user;
    (void)generation;
    if (waiting->request != NULL && status == LOOM_OK) {
        loom_http_answer_empty(waiting->request, 204);
    } else if (waiting->request != NULL) {
        refuse(waiting->request, status, waiting->errors);
    }
    end_waiting(waiting);
}

static void post(struct loom_directory *directory, const struct loom_directory_change *change)
{
    struct waiting *waiting = change->user;
    if (!loom_directory_post(directory, change)) {
        refuse(waiting->request, LOOM_UNAVAILABLE, NULL);
        end_waiting(waiting);
        return;
    }
    loom_http_defer(waiting->request, gone, waiting);
}

/* A dry run tells the mistakes of a document and changes nothing; it needs no version. */
static void put(void *user, struct loom_http_request *request)
{
    struct loom_directory_change change = {.kind = kind_of(request),
                                           .name = name_of(request),
                                           .try = is_set(request, "dryRun"),
                                           .report = hear_mistake,
                                           .done = on_put};
    if (!check_name(request)) {
        return;
    }
    if (!json_is_object(loom_http_json(request))) {
        loom_http_problem(request, 400, "bad-body", "expected a document: an object");
        return;
    }
    struct waiting *waiting = wait_for(request);
    if (waiting != NULL) {
        waiting->try = change.try;
        change.may = change.try ? NULL : may_change;
        change.document = json_incref(loom_http_json(request));
        change.user = waiting;
        post(user, &change);
    }
}

static void take_away(void *user, struct loom_http_request *request)
{
    struct loom_directory_change change = {
        .kind = kind_of(request), .name = name_of(request), .may = may_remove, .done = on_removed};
    change.user = wait_for(request);
    if (change.user != NULL) {
        post(user, &change);
    }
}

/* ---- import and export ----------------------------------------------------------------------- */

/* An import: its text is the body of the request, which lasts until it is answered. */
struct importing {
    struct loom_http_request *request; /* NULL: the client has gone */
    json_t *mistakes;
    size_t at;
};

static void import_gone(void *user)
{
    ((struct importing *)user)->request = NULL;
}

static void on_line(void *user, const struct loom_import_result *result)
{
    json_t *mistakes = ((struct importing *)user)->mistakes;
    if (!result->good && json_array_size(mistakes) < MISTAKES_MAX) {
        (void)json_array_append_new(
            mistakes, json_pack("{s:I, s:o, s:s, s:s}", "line", (json_int_t)result->line, "name",
                                text_json(result->name), "at", result->at != NULL ? result->at : "",
                                "detail", result->detail != NULL ? result->detail : ""));
    }
}

/* Without the client nothing more of it is read. */
static size_t read_body(void *user, char *piece, size_t size)
{
    struct importing *importing = user;
    if (importing->request == NULL) {
        return 0;
    }
    struct loom_bytes bytes = loom_http_bytes(importing->request);
    size_t left = bytes.length - importing->at;
    size_t length = left < size ? left : size;
    if (length > 0) {
        memcpy(piece, bytes.data + importing->at, length);
    }
    importing->at += length;
    return length;
}

static void on_imported(void *user, enum loom_status status,
                        const struct loom_import_counts *counts)
{
    struct importing *importing = user;
    struct loom_http_request *request = importing->request;
    if (request != NULL && status == LOOM_OK) {
        loom_http_answer_json(request, 200,
                              json_pack("{s:I, s:I, s:I, s:O}", "lines", (json_int_t)counts->lines,
                                        "good", (json_int_t)counts->good, "failed",
                                        (json_int_t)counts->failed, "mistakes",
                                        importing->mistakes));
    } else if (request != NULL) {
        char detail[96];
        (void)snprintf(detail, sizeof detail,
                       "the store failed: %zu lines are stored, and the others are not",
                       counts->good);
        loom_web_refuse_unstored(request, detail);
    }
    json_decref(importing->mistakes);
    free(importing);
}

static bool read_format(struct loom_http_request *request, enum loom_import_format *format)
{
    struct loom_text text = loom_http_query(request, "format");
    *format = loom_text_is(text, "csv") ? LOOM_IMPORT_CSV : LOOM_IMPORT_NDJSON;
    if (text.data == NULL || *format == LOOM_IMPORT_CSV || loom_text_is(text, "ndjson")) {
        return true;
    }
    loom_http_problem(request, 400, "bad-query", "format is ndjson or csv");
    return false;
}

/* Lines are taken one by one: those with mistakes are told, the others are there. */
static void import(void *user, struct loom_http_request *request)
{
    struct loom_import_options options = {.try = is_set(request, "dryRun"),
                                          .read = read_body,
                                          .report = on_line,
                                          .done = on_imported};
    if (!read_format(request, &options.format)) {
        return;
    }
    struct importing *importing = calloc(1, sizeof *importing);
    json_t *mistakes = json_array();
    options.user = importing;
    if (importing == NULL || mistakes == NULL || !loom_import_post(user, &options)) {
        free(importing);
        json_decref(mistakes);
        refuse(request, LOOM_UNAVAILABLE, NULL);
        return;
    }
    importing->request = request;
    importing->mistakes = mistakes;
    loom_http_defer(request, import_gone, importing);
}

/* Text that grows. */
struct lines {
    char *data;
    size_t length;
    size_t room;
};

static bool add_line(void *user, struct loom_text line)
{
    struct lines *lines = user;
    if (lines->room - lines->length < line.length) {
        size_t room = 2 * lines->room + line.length + 4096;
        char *data = realloc(lines->data, room);
        if (data == NULL) {
            return false;
        }
        lines->data = data;
        lines->room = room;
    }
    memcpy(lines->data + lines->length, line.data, line.length);
    lines->length += line.length;
    return true;
}

/* Without keys, which no request gets. */
static void export_all(void *user, struct loom_http_request *request)
{
    const struct loom_directory *directory = user;
    struct lines lines = {NULL, 0, 0};
    if (loom_export(directory, false, add_line, &lines) == LOOM_OK) {
        struct loom_text text = {lines.data != NULL ? lines.data : "", lines.length};
        loom_http_answer_text(request, 200, "application/x-ndjson", text);
    } else {
        loom_http_problem(request, 500, "no-memory", "out of memory");
    }
    free(lines.data);
}

/* ---- the routes ------------------------------------------------------------------------------ */

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/profiles",
     .role = LOOM_HTTP_VIEWER,
     .handler = list,
     .operation = "listProfiles",
     .queries = "search after limit"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/profiles/{name}",
     .role = LOOM_HTTP_VIEWER,
     .handler = show,
     .operation = "showProfile",
     .queries = "whole"},
    {.method = LOOM_HTTP_PUT,
     .pattern = "/v1/profiles/{name}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = put,
     .operation = "putProfile",
     .queries = "dryRun",
     .body = LOOM_HTTP_JSON,
     .body_max = LOOM_DOCUMENT_SIZE_MAX},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/v1/profiles/{name}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = take_away,
     .operation = "deleteProfile"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/groups",
     .role = LOOM_HTTP_VIEWER,
     .handler = list,
     .operation = "listGroups",
     .queries = "search after limit profile"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/groups/{name}",
     .role = LOOM_HTTP_VIEWER,
     .handler = show,
     .operation = "showGroup",
     .queries = "whole"},
    {.method = LOOM_HTTP_PUT,
     .pattern = "/v1/groups/{name}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = put,
     .operation = "putGroup",
     .queries = "dryRun",
     .body = LOOM_HTTP_JSON,
     .body_max = LOOM_DOCUMENT_SIZE_MAX},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/v1/groups/{name}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = take_away,
     .operation = "deleteGroup"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/accounts",
     .role = LOOM_HTTP_VIEWER,
     .handler = list,
     .operation = "listAccounts",
     .queries = "search after limit group"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/accounts/{name}",
     .role = LOOM_HTTP_VIEWER,
     .handler = show,
     .operation = "showAccount",
     .queries = "whole"},
    {.method = LOOM_HTTP_PUT,
     .pattern = "/v1/accounts/{name}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = put,
     .operation = "putAccount",
     .queries = "dryRun",
     .body = LOOM_HTTP_JSON,
     .body_max = LOOM_DOCUMENT_SIZE_MAX},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/v1/accounts/{name}",
     .role = LOOM_HTTP_OPERATOR,
     .handler = take_away,
     .operation = "deleteAccount"},
    {.method = LOOM_HTTP_POST,
     .pattern = "/v1/import",
     .role = LOOM_HTTP_OPERATOR,
     .handler = import,
     .operation = "importDocuments",
     .queries = "format dryRun",
     .body = LOOM_HTTP_BYTES,
     .body_max = IMPORT_MAX},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/export",
     .role = LOOM_HTTP_OPERATOR,
     .handler = export_all,
     .operation = "exportDocuments"},
};

bool loom_web_accounts_begin(struct loom_directory *directory, struct loom_http *http)
{
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], directory);
}
