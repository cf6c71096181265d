/* SPDX-License-Identifier: Apache-2.0 */
/**
 * JSON that anybody may have written, read with Jansson. What a reader could be made to do is
 * bounded before it is asked.
 */
#ifndef LOOM_SERVER_JSON_TEXT_H
#define LOOM_SERVER_JSON_TEXT_H

#include "loom/value.h"

#include <jansson.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Room for what is wrong, for people. */
#define LOOM_JSON_TEXT_ERROR 160

/**
 * Reads one JSON value. Numbers beyond 64 bits and names that come twice are errors.
 * @param depth most arrays and objects in one another
 * @param count most values; a reader takes some 60 bytes for each
 * @param error out, on failure. It never has a part of the text in it, which may hold a key
 * @return NULL on failure
 */
json_t *loom_json_text_read(struct loom_text text, size_t depth, size_t count,
                            char error[LOOM_JSON_TEXT_ERROR]);

#ifdef __cplusplus
}
#endif

#endif
