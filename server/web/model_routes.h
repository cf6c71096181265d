/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of the object models that a program knows.
 */
#ifndef LOOM_WEB_MODEL_ROUTES_H
#define LOOM_WEB_MODEL_ROUTES_H

#include "http/http.h"
#include "models/models.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Adds the routes. The models outlast the listener. @return false: no room for them */
bool loom_web_models_begin(struct loom_models *models, struct loom_http *http);

#ifdef __cplusplus
}
#endif

#endif
