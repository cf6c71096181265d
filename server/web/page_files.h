/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The files of the operator's page, which are compiled in (server/page, cmake/LoomEmbed.cmake).
 */
#ifndef LOOM_WEB_PAGE_FILES_H
#define LOOM_WEB_PAGE_FILES_H

#include "http/http.h"

/** Nothing comes from elsewhere, and nothing that stands in the page itself is run. */
#define LOOM_PAGE_POLICY                                                                           \
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "                    \
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

struct loom_page_file {
    const char *name; /**< its path, without the first slash */
    struct loom_http_file file;
};

extern const struct loom_page_file loom_page_files[];
extern const size_t loom_page_file_count;

#endif
