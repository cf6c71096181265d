/* SPDX-License-Identifier: Apache-2.0 */
/** Answers of routes to which the database does not answer: 503, to be asked again. */
#ifndef LOOM_WEB_REFUSALS_H
#define LOOM_WEB_REFUSALS_H

#include "http/http.h"

/** A change that is not durable. @param detail what was not stored */
void loom_web_refuse_unstored(struct loom_http_request *request, const char *detail);

/** What only the database has. */
void loom_web_refuse_unread(struct loom_http_request *request);

#endif
