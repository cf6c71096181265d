/* SPDX-License-Identifier: Apache-2.0 */
/* Answers, and what all of them have. */
#define _POSIX_C_SOURCE 200809L

#include "http/listener.h"

#include "loom/codec.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char no_scripts[] =
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

static void add(struct MHD_Response *response, const char *name, const char *value)
{
    (void)MHD_add_response_header(response, name, value);
}

void loom_http_add_header(struct loom_http_request *request, const char *name, const char *value)
{
    for (size_t i = 0; i < LOOM_HTTP_FIELDS_MAX; i++) {
        struct loom_http_field *field = &request->fields[i];
        if (field->name == NULL) {
            field->name = strdup(name);
            field->value = strdup(value);
            return;
        }
    }
}

static void add_fields(struct loom_http_request *request, struct MHD_Response *response)
{
    for (size_t i = 0; i < LOOM_HTTP_FIELDS_MAX; i++) {
        const struct loom_http_field *field = &request->fields[i];
        if (field->name != NULL && field->value != NULL) {
            add(response, field->name, field->value);
        }
    }
}

void loom_http_answer(struct loom_http_request *request, unsigned status,
                      struct MHD_Response *response, uint64_t size, const char *caching,
                      const char *policy)
{
    if (response == NULL) {
        request->gone = true;
        request->on_gone = NULL;
        loom_http_resume(request);
        return;
    }
    if (request->response != NULL || request->gone) {
        MHD_destroy_response(response);
        return;
    }
    add_fields(request, response);
    add(response, "Cache-Control", caching == NULL ? "no-store" : caching);
    add(response, "Content-Security-Policy", policy == NULL ? no_scripts : policy);
    add(response, "X-Content-Type-Options", "nosniff");
    add(response, "X-Frame-Options", "DENY");
    add(response, "Referrer-Policy", "no-referrer");
    add(response, "Cross-Origin-Opener-Policy", "same-origin");
    add(response, "Cross-Origin-Resource-Policy", "same-origin");
    if (request->close) {
        add(response, "Connection", "close");
    }
    request->status = status;
    request->answer_size = size;
    request->response = response;
    request->on_gone = NULL;
    loom_http_resume(request);
}

static void answer_buffer(struct loom_http_request *request, unsigned status, const char *type,
                          struct loom_text text, enum MHD_ResponseMemoryMode mode)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(text.length, (void *)(uintptr_t)text.data, mode);
    if (response != NULL) {
        add(response, "Content-Type", type);
    } else if (mode == MHD_RESPMEM_MUST_FREE) {
        free((void *)(uintptr_t)text.data);
    }
    loom_http_answer(request, status, response, text.length, NULL, NULL);
}

static void answer_json(struct loom_http_request *request, unsigned status, const char *type,
                        json_t *body)
{
    static const char no_memory[] = "{\"type\":\"about:blank\",\"title\":\"Internal Server Error\","
                                    "\"status\":500,\"detail\":\"\",\"reason\":\"no-memory\"}";
    char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(body);
    if (text != NULL) {
        answer_buffer(request, status, type, (struct loom_text){text, strlen(text)},
                      MHD_RESPMEM_MUST_FREE);
    } else {
        answer_buffer(request, 500, "application/problem+json",
                      (struct loom_text){no_memory, sizeof no_memory - 1}, MHD_RESPMEM_PERSISTENT);
    }
}

void loom_http_answer_json(struct loom_http_request *request, unsigned status, json_t *body)
{
    answer_json(request, status, "application/json", body);
}

void loom_http_answer_empty(struct loom_http_request *request, unsigned status)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(0, NULL, MHD_RESPMEM_PERSISTENT);
    loom_http_answer(request, status, response, 0, NULL, NULL);
}

void loom_http_answer_text(struct loom_http_request *request, unsigned status, const char *type,
                           struct loom_text text)
{
    answer_buffer(request, status, type, text, MHD_RESPMEM_MUST_COPY);
}

/* ---- errors ---------------------------------------------------------------------------------- */

static const char *title_of(unsigned status)
{
    static const struct {
        unsigned status;
        const char *title;
    } titles[] = {
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {409, "Conflict"},
        {410, "Gone"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {421, "Misdirected Request"},
        {422, "Unprocessable Content"},
        {428, "Precondition Required"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {502, "Bad Gateway"},
        {503, "Service Unavailable"},
        {504, "Gateway Timeout"},
        {507, "Insufficient Storage"},
    };
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++) {
        if (titles[i].status == status) {
            return titles[i].title;
        }
    }
    return "Error";
}

/* The length of the letter that a text begins with. @return 0: it is none, as where one was cut */
static size_t letter(const char *text)
{
    for (size_t length = 1; length <= 4 && text[length - 1] != '\0'; length++) {
        if (loom_utf8_is_string((struct loom_text){text, length})) {
            return length;
        }
    }
    return 0;
}

/* JSON takes UTF-8 alone, and a sentence quotes strangers: theirs may be cut within a letter. */
static void mend(char *text)
{
    while (*text != '\0') {
        size_t length = letter(text);
        if (length == 0) {
            *text = '?';
        }
        text += length == 0 ? 1 : length;
    }
}

void loom_http_problem_with(struct loom_http_request *request, unsigned status, const char *reason,
                            const char *detail, json_t *more)
{
    json_t *body =
        json_pack("{s:s, s:s, s:i, s:s, s:s}", "type", "about:blank", "title", title_of(status),
                  "status", (int)status, "detail", detail, "reason", reason);
    if (body != NULL && more != NULL && json_object_update_missing(body, more) != 0) {
        json_decref(body);
        body = NULL;
    }
    json_decref(more);
    answer_json(request, status, "application/problem+json", body);
}

void loom_http_problem(struct loom_http_request *request, unsigned status, const char *reason,
                       const char *format, ...)
{
    char detail[256];
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(detail, sizeof detail, format, arguments);
    va_end(arguments);
    mend(detail);
    loom_http_problem_with(request, status, reason, detail, NULL);
}

/* ---- versions -------------------------------------------------------------------------------- */

/* Whether a list of tags names one. Weak tags count only where a weak comparison is meant (RFC
 * 9110, 8.8.3.2). */
static bool names(const char *list, const char *etag, bool weakly)
{
    size_t length = strlen(etag);
    while (*list != '\0') {
        list += strspn(list, " \t,");
        bool weak = strncmp(list, "W/", 2) == 0;
        list += weak ? 2 : 0;
        size_t item = strcspn(list, ",");
        size_t end = item;
        while (end > 0 && (list[end - 1] == ' ' || list[end - 1] == '\t')) {
            end--;
        }
        if ((end == 1 && list[0] == '*') ||
            ((weakly || !weak) && end == length && memcmp(list, etag, length) == 0)) {
            return true;
        }
        list += item;
    }
    return false;
}

bool loom_http_may_change(struct loom_http_request *request, const char *etag)
{
    const char *wanted = loom_http_header(request, "If-Match");
    if (wanted == NULL) {
        loom_http_problem(request, 428, "if-match", "say with If-Match which version you change");
        return false;
    }
    if (etag == NULL || !names(wanted, etag, false)) {
        loom_http_problem(request, 412, "changed", "somebody has changed it; read it again");
        return false;
    }
    return true;
}

/* Whether who asks says that it has what the tag names. */
static bool has_same(const struct loom_http_request *request, const char *etag)
{
    const char *known = loom_http_header(request, "If-None-Match");
    return known != NULL && request->is_get && names(known, etag, true);
}

bool loom_http_is_known(struct loom_http_request *request, const char *etag)
{
    if (!has_same(request, etag)) {
        return false;
    }
    loom_http_answer_empty(request, 304);
    return true;
}

void loom_http_answer_file(struct loom_http_request *request, const struct loom_http_file *file)
{
    const char *caching = file->caching == NULL ? "no-cache" : file->caching;
    bool same = has_same(request, file->etag);
    size_t length = same ? 0 : file->bytes.length;
    struct MHD_Response *response = MHD_create_response_from_buffer(
        length, (void *)(uintptr_t)file->bytes.data, MHD_RESPMEM_PERSISTENT);
    loom_http_add_header(request, "ETag", file->etag);
    if (response != NULL && !same) {
        add(response, "Content-Type", file->type);
    }
    /* What a 304 says is taken over by who has the file (RFC 9111, 4.3.4): so it says the same. */
    loom_http_answer(request, same ? 304 : 200, response, length, caching, file->policy);
}
