/* SPDX-License-Identifier: Apache-2.0 */
/** Arguments of the query, as several routes have them. */
#ifndef LOOM_WEB_QUERY_H
#define LOOM_WEB_QUERY_H

#include "http/http.h"

/** Reads an unsigned argument, which stays as it is where there is none.
 *  @return false: it is no number up to `most`; the request was answered */
bool loom_web_query_number(struct loom_http_request *request, const char *name, uint64_t most,
                           uint64_t *number);

/** Reads a moment, which stays as it is where there is none. @return as loom_web_query_number() */
bool loom_web_query_moment(struct loom_http_request *request, const char *name, int64_t *time);

#endif
