/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The document that describes the REST interface (OpenAPI 3.1). It is put together from parts,
 * which are compiled in (server/web/document): one for each group of routes that a program has.
 */
#ifndef LOOM_WEB_DOCUMENT_ROUTES_H
#define LOOM_WEB_DOCUMENT_ROUTES_H

#include "http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_web_document {
    char *text;
    char etag[20];
    struct loom_http_file file;
};

/** Adds the route `/v1/openapi.json`. The listener must end before the document.
 *  @param title name of the program
 *  @param parts names of what there is besides `common.json`; NULL ends them
 *  @return false: no memory, or no room for a route */
bool loom_web_document_begin(struct loom_web_document *document, struct loom_http *http,
                             const char *title, const char *version, const char *const *parts);
void loom_web_document_end(struct loom_web_document *document);

#ifdef __cplusplus
}
#endif

#endif
