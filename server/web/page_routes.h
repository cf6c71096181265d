/* SPDX-License-Identifier: Apache-2.0 */
/** The operator's page, at `/`. */
#ifndef LOOM_WEB_PAGE_ROUTES_H
#define LOOM_WEB_PAGE_ROUTES_H

#include "http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Adds the routes, behind all others: the last one fits every path. Anybody may load the page;
 * what it shows needs a role. @return false: no room for them */
bool loom_web_page_add(struct loom_http *http);

#ifdef __cplusplus
}
#endif

#endif
