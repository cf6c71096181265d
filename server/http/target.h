/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The target of a request: path and query, split and decoded once. Of this room only.
 */
#ifndef LOOM_HTTP_TARGET_H
#define LOOM_HTTP_TARGET_H

#include "loom/value.h"

#define LOOM_HTTP_TARGET_MAX   4096u /**< bytes of a target */
#define LOOM_HTTP_SEGMENTS_MAX 16u
#define LOOM_HTTP_QUERIES_MAX  16u

struct loom_http_argument {
    struct loom_text name;
    struct loom_text value;
};

/** Texts have a NUL behind them, which does not count. The segments stand one behind the other. */
struct loom_http_target {
    size_t segment_count;
    struct loom_text segments[LOOM_HTTP_SEGMENTS_MAX];
    size_t query_count;
    struct loom_http_argument queries[LOOM_HTTP_QUERIES_MAX];
};

/** Each text takes what it has in the target and its separator; only an argument without `=` has
 * one NUL more than separators. */
#define LOOM_HTTP_TARGET_ROOM(length) ((length) + LOOM_HTTP_QUERIES_MAX + 1u)

enum loom_http_target_status {
    LOOM_HTTP_TARGET_OK,
    LOOM_HTTP_TARGET_LONG,     /**< beyond LOOM_HTTP_TARGET_MAX */
    LOOM_HTTP_TARGET_ENCODING, /**< `%` without two digits, or a NUL */
    LOOM_HTTP_TARGET_UTF8,     /**< decoded it is no UTF-8 */
    LOOM_HTTP_TARGET_PATH,     /**< not `/...`, or with `.` or `..` as a segment */
    LOOM_HTTP_TARGET_MANY,     /**< more segments or arguments than there is room for */
    LOOM_HTTP_TARGET_TWICE,    /**< an argument that comes twice */
};

/** Reads a target as it stands in the request line.
 *  @param memory LOOM_HTTP_TARGET_ROOM(strlen(text)), which the texts point to afterwards */
enum loom_http_target_status loom_http_target_read(struct loom_http_target *target,
                                                   const char *text, char *memory);

/** What is wrong, for people. */
const char *loom_http_target_error(enum loom_http_target_status status);

#endif
