/* SPDX-License-Identifier: Apache-2.0 */
#include "service/withheld.h"

#include "loom/codec.h"

#include <string.h>

static bool read_path(const char *text, struct loom_path *path)
{
    return text != NULL && loom_text_to_path((struct loom_text){text, strlen(text)}, path);
}

static json_t *withheld(void)
{
    return json_pack("{s:b}", "secret", 1);
}

/* A resource of an instance by its number or name; what the catalog does not know any more may be
 * anything. */
static bool is_secret_of(const struct loom_catalog *catalog, const struct loom_path *path,
                         const char *name)
{
    struct loom_text text = {name, strlen(name)};
    struct loom_catalog_entry entry;
    struct loom_path resource = *path;
    resource.depth = 3;
    if (!loom_text_to_id(text, &resource.id[LOOM_RESOURCE_ID])) {
        if (!loom_catalog_resource_by_name(catalog, path->id[LOOM_OBJECT_ID], text, &entry)) {
            return true;
        }
        resource.id[LOOM_RESOURCE_ID] = entry.row->id;
    }
    return loom_catalog_is_secret(catalog, &resource);
}

/* A member of `values`: below a path, or a path itself. */
static bool is_secret(const struct loom_catalog *catalog, const struct loom_path *path,
                      const char *name)
{
    struct loom_path own;
    if (path->depth == 0) {
        return !read_path(name, &own) || loom_catalog_is_secret(catalog, &own);
    }
    return path->depth > LOOM_RESOURCE_ID ? loom_catalog_is_secret(catalog, path)
                                          : is_secret_of(catalog, path, name);
}

void loom_service_withhold(const struct loom_catalog *catalog, json_t *request)
{
    const char *text = json_string_value(json_object_get(request, "path"));
    json_t *values = json_object_get(request, "values");
    struct loom_path path;
    const char *name;
    json_t *value;
    if (!read_path(text, &path)) {
        path = loom_path_root();
    }
    if (json_object_get(request, "value") != NULL && loom_catalog_is_secret(catalog, &path)) {
        (void)json_object_set_new(request, "value", withheld());
    }
    json_object_foreach(values, name, value)
    {
        if (is_secret(catalog, &path, name)) {
            (void)json_object_set_new(values, name, withheld());
        }
    }
}
