/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Room in memory in which events are written as JSON, one at a time.
 */
#ifndef LOOM_SERVICE_RENDERING_H
#define LOOM_SERVICE_RENDERING_H

#include "loom/json_line.h"

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_rendering {
    FILE *file;
    char *text;
    size_t length;
    struct loom_json json;
};

/** @return false without memory */
bool loom_rendering_begin(struct loom_rendering *rendering);
void loom_rendering_end(struct loom_rendering *rendering);

/** Begins an object, in which integers that a double would round are strings. */
struct loom_json *loom_rendering_open(struct loom_rendering *rendering);

/** Ends the object. @return it, until the next one begins; empty without memory */
struct loom_text loom_rendering_close(struct loom_rendering *rendering);

/** The members of an object: what is between its braces. */
static inline struct loom_text loom_rendering_members(struct loom_text object)
{
    struct loom_text members = {object.data + 1, object.length - 2};
    return members;
}

#ifdef __cplusplus
}
#endif

#endif
