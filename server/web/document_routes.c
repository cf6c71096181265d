/* SPDX-License-Identifier: Apache-2.0 */
#include "web/document_routes.h"

#include "http/base64.h"
#include "http/secret.h"
#include "web/document_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *load(const char *name)
{
    for (size_t i = 0; i < loom_document_file_count; i++) {
        const struct loom_page_file *part = &loom_document_files[i];
        if (strcmp(part->name, name) == 0) {
            return json_loadb((const char *)part->file.bytes.data, part->file.bytes.length,
                              JSON_REJECT_DUPLICATES, NULL);
        }
    }
    return NULL;
}

/* Adds the members of one object to another one; what is there stays. */
static void merge(json_t *to, const json_t *from)
{
    if (to != NULL && from != NULL) {
        (void)json_object_update_missing(to, (json_t *)(uintptr_t)from);
    }
}

static bool add_part(json_t *document, const char *name)
{
    json_t *part = load(name);
    if (part == NULL) {
        return false;
    }
    (void)json_array_extend(json_object_get(document, "tags"), json_object_get(part, "tags"));
    merge(json_object_get(document, "paths"), json_object_get(part, "paths"));
    merge(json_object_get(json_object_get(document, "components"), "schemas"),
          json_object_get(json_object_get(part, "components"), "schemas"));
    json_decref(part);
    return true;
}

static char *put_together(const char *title, const char *version, const char *const *parts)
{
    json_t *document = load("common.json");
    json_t *info = json_object_get(document, "info");
    bool good = json_object_set_new(info, "title", json_string(title)) == 0 &&
                json_object_set_new(info, "version", json_string(version)) == 0;
    for (; good && *parts != NULL; parts++) {
        good = add_part(document, *parts);
    }
    char *text = good ? json_dumps(document, JSON_COMPACT) : NULL;
    json_decref(document);
    return text;
}

static void show_document(void *user, struct loom_http_request *request)
{
    const struct loom_web_document *document = user;
    loom_http_answer_file(request, &document->file);
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/openapi.json",
     .handler = show_document,
     .operation = "document"},
};

bool loom_web_document_begin(struct loom_web_document *document, struct loom_http *http,
                             const char *title, const char *version, const char *const *parts)
{
    uint8_t digest[LOOM_HTTP_DIGEST_SIZE];
    document->text = put_together(title, version, parts);
    if (document->text == NULL) {
        return false;
    }
    size_t length = strlen(document->text);
    loom_http_digest(document->text, length, digest);
    document->etag[0] = '"';
    loom_http_base64_write((struct loom_bytes){digest, 12}, &document->etag[1]);
    strcat(document->etag, "\"");
    document->file = (struct loom_http_file){.type = "application/json",
                                             .etag = document->etag,
                                             .bytes = {(const uint8_t *)document->text, length}};
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], document);
}

void loom_web_document_end(struct loom_web_document *document)
{
    free(document->text);
    document->text = NULL;
}
