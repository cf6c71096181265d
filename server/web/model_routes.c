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

static const struct loom_catalog *catalog_of(const struct loom_web_models *web)
{
    return loom_models_catalog(web->models);
}

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
    const struct loom_catalog *catalog = catalog_of(user);
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
            ? find_model(catalog_of(user), id, loom_http_query(request, "version"))
            : NULL;
    if (model == NULL) {
        loom_http_problem(request, 404, "no-model", "no model of this object and version is known");
        return;
    }
    loom_http_answer_json(request, 200, loom_web_model_json(model, true));
}

/* ---- models that are given ------------------------------------------------------------------- */

/* `file:line:column: error: text` as a mistake of the body, a notice as a text. */
static void on_line(void *user, const char *message)
{
    json_t *said = user;
    const char *error = strstr(message, ": error: ");
    const char *notice = strstr(message, ": warning: ");
    const char *colon = strchr(message, ':');
    if (error == NULL) {
        (void)json_array_append_new(json_object_get(said, "notices"),
                                    json_string(notice == NULL ? message : notice + 11));
        return;
    }
    size_t place = colon != NULL && colon < error ? (size_t)(error - colon - 1) : 0;
    (void)json_array_append_new(
        json_object_get(said, "errors"),
        json_pack("{s:s%, s:s}", "at", place > 0 ? colon + 1 : "", place, "detail", error + 9));
}

/* The name of its file, for lists and messages: one that parts no message, and needs no escape. */
static bool is_file_name(struct loom_text name)
{
    bool good = name.length > 0 && name.length <= 100;
    for (size_t i = 0; good && i < name.length; i++) {
        unsigned char c = (unsigned char)name.data[i];
        good = c > ' ' && c < 0x7F && c != ':' && c != '/';
    }
    return good;
}

/* @param notices taken */
static void change_to(struct loom_web_models *web, struct loom_http_request *request,
                      struct loom_models_given *given, const char *file, json_t *notices)
{
    const struct loom_object *object = loom_models_given_object(given, 0);
    const struct loom_web_model_change change = {
        .given = given,
        .object = object->id,
        .version = {object->version_major, object->version_minor},
        .name = loom_string_text(file),
        .document = loom_http_bytes(request),
        .notices = notices};
    loom_web_model_change(web, request, &change);
}

static void add_model(void *user, struct loom_http_request *request)
{
    struct loom_web_models *web = user;
    struct loom_bytes bytes = loom_http_bytes(request);
    struct loom_text name = loom_http_query(request, "name");
    json_t *said = json_pack("{s:[], s:[]}", "errors", "notices");
    if (name.data != NULL && !is_file_name(name)) {
        json_decref(said);
        loom_http_problem(request, 400, "bad-query", "name is that of a file: pump.xml");
        return;
    }
    struct loom_text text = {(const char *)bytes.data, bytes.length};
    struct loom_models_given *given;
    const char *file = name.data == NULL ? "model.xml" : name.data;
    enum loom_status status = loom_models_read(web->models, file, text, on_line, said, &given);
    if (status == LOOM_OK && loom_models_given_count(given) != 1) {
        (void)json_array_append_new(
            json_object_get(said, "errors"),
            json_pack("{s:s, s:s}", "at", "", "detail", "the file has not one object"));
        loom_models_drop(given);
        status = LOOM_BAD_REQUEST;
    }
    if (status == LOOM_OK) {
        change_to(web, request, given, file, json_incref(json_object_get(said, "notices")));
    } else if (status == LOOM_BAD_REQUEST) {
        loom_http_problem_with(request, 422, "invalid-model", "the model has errors",
                               json_pack("{s:O}", "errors", json_object_get(said, "errors")));
    } else {
        loom_http_problem(request, 503, "no-memory", "there is no memory for it");
    }
    json_decref(said);
}

static void remove_model(void *user, struct loom_http_request *request)
{
    struct loom_web_models *web = user;
    uint64_t id;
    struct loom_web_model_change change = {0};
    struct loom_text text = loom_http_query(request, "version");
    if (text.data == NULL ||
        !loom_version_read(text, &change.version.major, &change.version.minor)) {
        loom_http_problem(request, 400, "bad-query", "version is needed, as in version=1.0");
        return;
    }
    if (!loom_text_to_unsigned(loom_http_parameter(request, "object"), &id) || id >= LOOM_ID_NONE ||
        !loom_models_has(web->models, (uint16_t)id, change.version)) {
        loom_http_problem(request, 404, "no-model", "no such model was given");
        return;
    }
    change.object = (uint16_t)id;
    loom_web_model_change(web, request, &change);
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
    {.method = LOOM_HTTP_POST,
     .pattern = "/v1/models",
     .role = LOOM_HTTP_ADMINISTRATOR,
     .handler = add_model,
     .operation = "addModel",
     .queries = "name",
     .body = LOOM_HTTP_BYTES,
     .body_max = LOOM_MODELS_SIZE_MAX},
    {.method = LOOM_HTTP_DELETE,
     .pattern = "/v1/models/{object}",
     .role = LOOM_HTTP_ADMINISTRATOR,
     .handler = remove_model,
     .operation = "removeModel",
     .queries = "version"},
};

bool loom_web_models_begin(struct loom_web_models *web, struct loom_models *models, bool kept,
                           struct loom_http *http)
{
    web->models = models;
    web->writer = NULL;
    web->kept = kept;
    return loom_http_add_routes(http, routes, sizeof routes / sizeof routes[0], web);
}
