/* SPDX-License-Identifier: Apache-2.0 */
#include "http/route.h"

#include "common/text.h"

#include <string.h>

static const char *const methods[] = {
    [LOOM_HTTP_GET] = "GET",     [LOOM_HTTP_POST] = "POST",     [LOOM_HTTP_PUT] = "PUT",
    [LOOM_HTTP_PATCH] = "PATCH", [LOOM_HTTP_DELETE] = "DELETE",
};

#define METHODS (sizeof methods / sizeof methods[0])

int loom_http_method_of(const char *name)
{
    for (size_t i = 0; i < METHODS; i++) {
        if (strcmp(name, methods[i]) == 0) {
            return (int)i;
        }
    }
    return strcmp(name, "HEAD") == 0 ? LOOM_HTTP_GET : -1;
}

void loom_http_allow(unsigned allowed, char text[LOOM_HTTP_ALLOW_SIZE])
{
    text[0] = '\0';
    for (size_t i = 0; i < METHODS; i++) {
        if ((allowed & 1u << i) != 0) {
            strcat(text, methods[i]);
            strcat(text, i == LOOM_HTTP_GET ? ", HEAD, " : ", ");
        }
    }
    strcat(text, "OPTIONS");
}

/* The rest of a path, from a segment on. One that has a `/` of its own would be taken for two. */
static bool rest_of(const struct loom_http_target *target, size_t first, struct loom_text *rest)
{
    const struct loom_text *last = &target->segments[target->segment_count - 1];
    for (size_t i = first; i < target->segment_count; i++) {
        const struct loom_text *segment = &target->segments[i];
        if (segment->length == 0 || memchr(segment->data, '/', segment->length) != NULL) {
            return false;
        }
    }
    rest->data = target->segments[first].data;
    rest->length = (size_t)(last->data - rest->data) + last->length;
    return true;
}

bool loom_http_pattern_fits(const char *pattern, const struct loom_http_target *target,
                            struct loom_http_parameters *parameters)
{
    size_t at = 0;
    parameters->count = 0;
    while (*pattern == '/') {
        pattern++;
        size_t length = strcspn(pattern, "/");
        if (at == target->segment_count) {
            return false;
        }
        struct loom_text segment = target->segments[at];
        if (pattern[0] != '{') {
            if (segment.length != length || memcmp(segment.data, pattern, length) != 0) {
                return false;
            }
        } else {
            bool rest = pattern[length - 2] == '*';
            struct loom_http_argument *value = &parameters->values[parameters->count++];
            value->name.data = &pattern[1];
            value->name.length = length - (rest ? 3 : 2);
            value->value = segment;
            if (rest) {
                return rest_of(target, at, &value->value);
            }
            if (segment.length == 0) {
                return false;
            }
        }
        pattern += length;
        at++;
    }
    return at == target->segment_count;
}

/* Only the rest of a path has a NUL in it, between segments. */
static void join(struct loom_text rest)
{
    char *data = (char *)(uintptr_t)rest.data;
    for (size_t i = 0; i < rest.length; i++) {
        if (data[i] == '\0') {
            data[i] = '/';
        }
    }
}

struct loom_http_found loom_http_find(const struct loom_http_table *tables, size_t count,
                                      int method, const struct loom_http_target *target,
                                      struct loom_http_parameters *parameters)
{
    struct loom_http_found found = {NULL, NULL, 0};
    struct loom_http_parameters values;
    for (size_t t = 0; t < count; t++) {
        for (size_t r = 0; r < tables[t].count; r++) {
            const struct loom_http_route *route = &tables[t].routes[r];
            bool wanted = found.route == NULL && (int)route->method == method;
            if (!loom_http_pattern_fits(route->pattern, target, &values)) {
                continue;
            }
            found.allowed |= 1u << route->method;
            if (wanted) {
                found.route = route;
                found.user = tables[t].user;
                *parameters = values;
            }
        }
    }
    if (found.route != NULL && parameters->count > 0) {
        join(parameters->values[parameters->count - 1].value);
    }
    return found;
}

const struct loom_http_argument *loom_http_unknown_query(const struct loom_http_route *route,
                                                         const struct loom_http_target *target)
{
    const char *all = route->queries == NULL ? "" : route->queries;
    for (size_t i = 0; i < target->query_count && strcmp(all, "*") != 0; i++) {
        struct loom_text name = target->queries[i].name;
        const char *known = all;
        bool is_known = false;
        while (*known != '\0' && !is_known) {
            size_t length = strcspn(known, " ");
            is_known = length == name.length && memcmp(known, name.data, length) == 0;
            known += length + strspn(&known[length], " ");
        }
        if (!is_known) {
            return &target->queries[i];
        }
    }
    return NULL;
}
