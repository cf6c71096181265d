/* SPDX-License-Identifier: Apache-2.0 */
#include "web/model_routes.h"

#include "common/text.h"
#include "loom/codec.h"
#include "web/model_json.h"
#include "web/query.h"

#include <stdio.h>
#include <string.h>

#define PAGE_USUAL 100u
#define PAGE_MAX   1000u

/* A part of the name, or the id. */
static bool is_wanted(const struct loom_catalog_object *model, struct loom_text search)
{
    char id[8];
    (void)snprintf(id, sizeof id, "%u", (unsigned)model->object->id);
    return search.length == 0 || loom_text_is(search, id) ||
           loom_text_holds((struct loom_text){model->names->names, strlen(model->names->names)},
                           search);
}

static void list_models(void *user, struct loom_http_request *request)
{
    const struct loom_catalog *catalog = user;
    struct loom_text search = loom_http_query(request, "search");
    uint64_t limit = PAGE_USUAL;
    uint64_t offset = 0;
    uint64_t count = 0;
    if (!loom_web_query_number(request, "limit", PAGE_MAX, &limit) ||
        !loom_web_query_number(request, "offset", INT64_MAX, &offset)) {
        return;
    }
    json_t *list = json_array();
    for (size_t i = 0; i < catalog->count; i++) {
        if (is_wanted(&catalog->objects[i], search)) {
            if (count >= offset && count - offset < limit) {
                (void)json_array_append_new(list, loom_web_model_json(&catalog->objects[i], false));
            }
            count++;
        }
    }
    loom_http_answer_json(request, 200,
                          json_pack("{s:o, s:I}", "models", list, "total", (json_int_t)count));
}

/* The version that is asked for, or the newest. @return NULL: there is none */
static const struct loom_catalog_object *find_model(const struct loom_catalog *catalog, uint64_t id,
                                                    struct loom_text version)
{
    const struct loom_catalog_object *found = NULL;
    uint8_t major = 0;
    uint8_t minor = 0;
    if (version.data != NULL && !loom_version_read(version, &major, &minor)) {
        return NULL;
    }
    for (size_t i = 0; i < catalog->count; i++) {
        const struct loom_object *object = catalog->objects[i].object;
        if (object->id == id && (version.data == NULL || (object->version_major == major &&
                                                          object->version_minor == minor))) {
            found = &catalog->objects[i];
        }
    }
    return found;
}

static void show_model(void *user, struct loom_http_request *request)
{
    uint64_t id;
    const struct loom_catalog_object *model =
        loom_text_to_unsigned(loom_http_parameter(request, "object"), &id)
            ? find_model(user, id, loom_http_query(request, "version"))
            : NULL;
    if (model == NULL) {
        loom_http_problem(request, 404, "no-model", "no model of this object and version is known");
        return;
    }
    loom_http_answer_json(request, 200, loom_web_model_json(model, true));
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/models",
     .role = LOOM_HTTP_VIEWER,
     .handler = list_models,
     .operation = "listModels",
     .queries = "search offset limit"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/v1/models/{object}",
     .role = LOOM_HTTP_VIEWER,
     .handler = show_model,
     .operation = "showModel",
     .queries = "version"},
};

bool loom_web_models_begin(const struct loom_catalog *catalog, struct loom_http *http)
{
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0],
                                (void *)(uintptr_t)catalog);
}
