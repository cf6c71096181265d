/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of several paths. */
#include "web/leshan_parts.h"

#include "loom/codec.h"
#include "web/leshan_node.h"

#include <stdio.h>
#include <string.h>

json_t *loom_leshan_paths(const struct loom_http_request *request)
{
    struct loom_text rest = loom_http_query(request, "paths");
    json_t *paths = json_array();
    while (rest.length > 0) {
        const char *comma = memchr(rest.data, ',', rest.length);
        size_t length = comma == NULL ? rest.length : (size_t)(comma - rest.data);
        (void)json_array_append_new(paths, json_stringn(rest.data, length));
        length += comma == NULL ? 0 : 1;
        rest.data += length;
        rest.length -= length;
    }
    return paths;
}

static json_t *body_of(const char *operation, const struct loom_http_request *request)
{
    return json_pack("{s:s, s:o}", "operation", operation, "paths", loom_leshan_paths(request));
}

void loom_leshan_read_composite(void *user, struct loom_http_request *request)
{
    loom_leshan_give_in_format(user, request, "nodeformat", body_of("read-composite", request));
}

void loom_leshan_observe_composite(void *user, struct loom_http_request *request)
{
    loom_leshan_give_in_format(user, request, "nodeformat", body_of("observe-composite", request));
}

/* A value of a path, or several of the instances of a multiple resource: each has a path of its
 * own. @return false: it is none, or there is no memory; `value` is taken */
static bool add_values(json_t *values, const char *path, json_t *value, bool many)
{
    char text[40];
    const char *id;
    json_t *one;
    if (!many) {
        return value != NULL && json_object_set_new(values, path, value) == 0;
    }
    bool good = json_is_object(value);
    json_object_foreach(value, id, one)
    {
        int length = snprintf(text, sizeof text, "%s/%s", path, id);
        good = good && length > 0 && (size_t)length < sizeof text &&
               json_object_set(values, text, one) == 0;
    }
    json_decref(value);
    return good;
}

/* `{"/3/0/13": NODE, "/1/0/1": NODE}`: nodes of resources, and of instances of them. */
static json_t *read_values(const json_t *nodes)
{
    json_t *values = json_is_object(nodes) ? json_object() : NULL;
    const char *text;
    json_t *node;
    json_object_foreach((json_t *)(uintptr_t)nodes, text, node)
    {
        bool many = false;
        struct loom_path path;
        json_t *value =
            loom_text_to_path((struct loom_text){text, strlen(text)}, &path) && path.depth >= 3
                ? loom_leshan_read(node, path.depth, &many)
                : NULL;
        if (!add_values(values, text, value, many)) {
            json_decref(values);
            return NULL;
        }
    }
    return values;
}

void loom_leshan_write_composite(void *user, struct loom_http_request *request)
{
    json_t *nodes = loom_leshan_body(request);
    json_t *values = read_values(nodes);
    json_decref(nodes);
    if (values == NULL) {
        loom_leshan_refuse(request, 400, "invalid node");
        return;
    }
    loom_leshan_give_in_format(
        user, request, "nodeformat",
        json_pack("{s:s, s:o}", "operation", "write-composite", "values", values));
}
