/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of a directory: profiles, groups and accounts, with their import and export.
 */
#ifndef LOOM_WEB_ACCOUNT_ROUTES_H
#define LOOM_WEB_ACCOUNT_ROUTES_H

#include "accounts/directory.h"
#include "http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Adds the routes; the directory outlasts the listener. @return false: no room for them */
bool loom_web_accounts_begin(struct loom_directory *directory, struct loom_http *http);

#ifdef __cplusplus
}
#endif

#endif
