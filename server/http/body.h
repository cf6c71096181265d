/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Bodies of JSON. What a reader could be made to do is bounded before it is asked. Of this room
 * only.
 */
#ifndef LOOM_HTTP_BODY_H
#define LOOM_HTTP_BODY_H

#include "common/json_text.h"

#define LOOM_HTTP_JSON_DEPTH 32u     /**< arrays and objects in one another */
#define LOOM_HTTP_JSON_COUNT 100000u /**< values, a reader takes some 60 bytes for each */

/** What is wrong with a body, for people. */
#define LOOM_HTTP_BODY_ERROR LOOM_JSON_TEXT_ERROR

/** Reads a body.
 *  @return NULL: `error` says why. It never has a part of the body in it, which may hold a key */
json_t *loom_http_body_read(struct loom_bytes body, char error[LOOM_HTTP_BODY_ERROR]);

/** @return whether a Content-Type is application/json or ...+json */
bool loom_http_type_is_json(const char *type);

/** @return whether a page of another site can send this type without being asked whether it may:
 *          those of forms, or none (Fetch standard, CORS-safelisted) */
bool loom_http_type_is_simple(const char *type);

#endif
