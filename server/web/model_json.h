/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Models as JSON.
 */
#ifndef LOOM_WEB_MODEL_JSON_H
#define LOOM_WEB_MODEL_JSON_H

#include "catalog/catalog.h"

#include <jansson.h>

#ifdef __cplusplus
extern "C" {
#endif

/** @param whole with its resources @return NULL without memory */
json_t *loom_web_model_json(const struct loom_catalog_object *model, bool whole);

#ifdef __cplusplus
}
#endif

#endif
