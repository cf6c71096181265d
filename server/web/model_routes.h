/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of the object models that a program knows. Models that are given are kept in the database,
 * if there is one.
 */
#ifndef LOOM_WEB_MODEL_ROUTES_H
#define LOOM_WEB_MODEL_ROUTES_H

#include "web/kept_models.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Adds the routes. The models outlast the listener. @param kept whether there is a database
 *  @return false: no room for them */
bool loom_web_models_begin(struct loom_web_models *web, struct loom_models *models, bool kept,
                           struct loom_http *http);

#ifdef __cplusplus
}
#endif

#endif
