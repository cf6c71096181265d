/* SPDX-License-Identifier: Apache-2.0 */
#include "web/account_routes.h"

#include "accounts/import.h"
#include "common/text.h"
#include "web/query.h"

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
        loom_http_add_header(request, "Retry-After", "5");
        loom_http_problem(request, 503, "not-stored", "it could not be stored");
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
    json_t *document = loom_directory_get(directory, kind_of(request), name_of(request),
                                          is_set(request, "whole"), &generation);
    if (document == NULL) {
        refuse(request, LOOM_NOT_FOUND, NULL);
        return;
    }
    write_etag(generation, etag);
    loom_http_add_header(request, "ETag", etag);
    if (loom_http_is_known(request, etag)) {
        json_decref(document);
    } else {
        loom_http_answer_json(request, 200, document);
    }
}

/* ---- changing -------------------------------------------------------------------------------- */

/* The generation that is there. @return false: there is none */
static bool find_generation(const struct loom_directory *directory,
                            const struct loom_http_request *request, int64_t *generation)
{
    json_t *document =
        loom_directory_get(directory, kind_of(request), name_of(request), false, generation);
    json_decref(document);
    return document != NULL;
}

/* A change names the version that it is made of; a new document needs no version.
 * @return false: the request was answered */
static bool read_condition(const struct loom_directory *directory,
                           struct loom_http_request *request,
                           struct loom_directory_condition *condition)
{
    char etag[ETAG_SIZE];
    const char *none = loom_http_header(request, "If-None-Match");
    bool there = find_generation(directory, request, &condition->generation);
    if (!there || none != NULL) {
        condition->generation = 0;
        condition->absent = true;
        if (!there && loom_http_header(request, "If-Match") == NULL) {
            return true;
        }
        loom_http_problem(request, 412, "changed",
                          there ? "there is one of this name" : "there is none of this name");
        return false;
    }
    write_etag(condition->generation, etag);
    condition->present = true;
    return loom_http_may_change(request, etag);
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

static void answer_put(struct loom_http_request *request, bool is_new, bool try, int64_t generation)
{
    char etag[ETAG_SIZE];
    if (try) {
        loom_http_answer_empty(request, 204);
        return;
    }
    write_etag(generation, etag);
    loom_http_add_header(request, "ETag", etag);
    loom_http_answer_json(request, is_new ? 201 : 200,
                          json_pack("{s:I}", "generation", (json_int_t)generation));
}

/* A dry run tells the mistakes of a document and changes nothing; it needs no version. */
static void put(void *user, struct loom_http_request *request)
{
    struct loom_directory *directory = user;
    struct loom_directory_condition condition = {0};
    bool try = is_set(request, "dryRun");
    int64_t generation = 0;
    if (!check_name(request) || (!try && !read_condition(directory, request, &condition))) {
        return;
    }
    if (!json_is_object(loom_http_json(request))) {
        loom_http_problem(request, 400, "bad-body", "expected a document: an object");
        return;
    }
    json_t *errors = json_array();
    enum loom_status status =
        loom_directory_put(directory, kind_of(request), name_of(request), loom_http_json(request),
                           &condition, try, on_mistake, errors, &generation);
    if (status == LOOM_OK) {
        answer_put(request, condition.absent, try, generation);
    } else {
        refuse(request, status, errors);
    }
    json_decref(errors);
}

static void take_away(void *user, struct loom_http_request *request)
{
    struct loom_directory *directory = user;
    struct loom_directory_condition condition = {.present = true};
    char etag[ETAG_SIZE];
    if (!find_generation(directory, request, &condition.generation)) {
        refuse(request, LOOM_NOT_FOUND, NULL);
        return;
    }
    write_etag(condition.generation, etag);
    if (!loom_http_may_change(request, etag)) {
        return;
    }
    enum loom_status status =
        loom_directory_remove(directory, kind_of(request), name_of(request), &condition);
    if (status == LOOM_OK) {
        loom_http_answer_empty(request, 204);
    } else {
        refuse(request, status, NULL);
    }
}

/* ---- import and export ----------------------------------------------------------------------- */

static void on_line(void *user, const struct loom_import_result *result)
{
    json_t *mistakes = user;
    if (!result->good && json_array_size(mistakes) < MISTAKES_MAX) {
        (void)json_array_append_new(
            mistakes, json_pack("{s:I, s:o, s:s, s:s}", "line", (json_int_t)result->line, "name",
                                text_json(result->name), "at", result->at != NULL ? result->at : "",
                                "detail", result->detail != NULL ? result->detail : ""));
    }
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
    struct loom_directory *directory = user;
    struct loom_import_counts counts;
    enum loom_import_format format;
    struct loom_bytes bytes = loom_http_bytes(request);
    if (!read_format(request, &format)) {
        return;
    }
    json_t *mistakes = json_array();
    struct loom_import *running =
        loom_import_begin(directory, format, is_set(request, "dryRun"), on_line, mistakes);
    if (running == NULL) {
        json_decref(mistakes);
        refuse(request, LOOM_UNAVAILABLE, NULL);
        return;
    }
    loom_import_take(running, (struct loom_text){(const char *)bytes.data, bytes.length});
    if (loom_import_end(running, &counts) != LOOM_OK) {
        json_decref(mistakes);
        loom_http_add_header(request, "Retry-After", "5");
        loom_http_problem(request, 503, "not-stored",
                          "the store failed: %zu lines are stored, and those behind them are not",
                          counts.good);
        return;
    }
    loom_http_answer_json(request, 200,
                          json_pack("{s:I, s:I, s:I, s:o}", "lines", (json_int_t)counts.lines,
                                    "good", (json_int_t)counts.good, "failed",
                                    (json_int_t)counts.failed, "mistakes", mistakes));
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
