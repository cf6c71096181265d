/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The parts of the OpenAPI document, which are compiled in (server/web/document,
 * cmake/LoomEmbed.cmake).
 */
#ifndef LOOM_WEB_DOCUMENT_FILES_H
#define LOOM_WEB_DOCUMENT_FILES_H

#include "web/page_files.h"

extern const struct loom_page_file loom_document_files[];
extern const size_t loom_document_file_count;

#endif
