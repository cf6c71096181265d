/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of the object models that a program knows.
 */
#ifndef LOOM_WEB_MODEL_ROUTES_H
#define LOOM_WEB_MODEL_ROUTES_H

#include "catalog/catalog.h"
#include "http/http.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Adds the routes; the catalog outlasts the listener. @return false: no room for them */
bool loom_web_models_begin(const struct loom_catalog *catalog, struct loom_http *http);

#ifdef __cplusplus
}
#endif

#endif
