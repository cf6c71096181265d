/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Which route a path means. Of this room only.
 */
#ifndef LOOM_HTTP_ROUTE_H
#define LOOM_HTTP_ROUTE_H

#include "http/http.h"
#include "http/target.h"

#define LOOM_HTTP_PARAMETERS_MAX 4u

/** The values of a pattern's names. */
struct loom_http_parameters {
    size_t count;
    struct loom_http_argument values[LOOM_HTTP_PARAMETERS_MAX];
};

struct loom_http_table {
    const struct loom_http_route *routes;
    size_t count;
    void *user;
};

/** What became of looking for a route. */
struct loom_http_found {
    const struct loom_http_route *route; /**< NULL: none */
    void *user;                          /**< of its table */
    unsigned allowed;                    /**< bits of methods that the path has, 1 << method */
};

/** @return whether a path has the form of a pattern. The value of `{name*}` still has a NUL between
 * its segments. */
bool loom_http_pattern_fits(const char *pattern, const struct loom_http_target *target,
                            struct loom_http_parameters *parameters);

/** Finds the route of a method and a path, and the values of its names. That of `{name*}` is joined
 *  by `/` in the memory of the target.
 *  @param method one of enum loom_http_method, or -1 for one that no route has */
struct loom_http_found loom_http_find(const struct loom_http_table *tables, size_t count,
                                      int method, const struct loom_http_target *target,
                                      struct loom_http_parameters *parameters);

/** @return the method of a name, GET for HEAD, or -1 */
int loom_http_method_of(const char *name);

#define LOOM_HTTP_ALLOW_SIZE 64

/** Writes the field Allow: `GET, HEAD, OPTIONS`. */
void loom_http_allow(unsigned allowed, char text[LOOM_HTTP_ALLOW_SIZE]);

/** @return the first argument that a route does not know, or NULL */
const struct loom_http_argument *loom_http_unknown_query(const struct loom_http_route *route,
                                                         const struct loom_http_target *target);

#endif
