/* SPDX-License-Identifier: Apache-2.0 */
/** Bodies and errors of the interface of Leshan's demo servers; for its files only. */
#ifndef LOOM_WEB_LESHAN_TEXT_H
#define LOOM_WEB_LESHAN_TEXT_H

#include "http/http.h"

/** Entries of a list. These lists have no pages, so above that they are refused: making them would
 * keep devices waiting. */
#define LOOM_LESHAN_LIST_MAX 2000u

/** Refuses a list that is too long. @param instead the route that has pages */
void loom_leshan_refuse_list(struct loom_http_request *request, const char *instead);

/** Answers with an error, which is plain text there. */
void loom_leshan_refuse(struct loom_http_request *request, unsigned status, const char *text);

/** The body as JSON, of whatever type it says to be, as far as a reader can be made to do no harm.
 *  @return a new value; NULL: it is none */
json_t *loom_leshan_body(const struct loom_http_request *request);

#endif
