/* SPDX-License-Identifier: Apache-2.0 */
#include "web/members.h"

#include <stdio.h>
#include <string.h>

static void add(json_t *errors, const char *name, const char *detail)
{
    char at[80];
    (void)snprintf(at, sizeof at, "%s%.64s", name[0] == '\0' ? "" : "/", name);
    (void)json_array_append_new(errors, json_pack("{s:s, s:s}", "at", at, "detail", detail));
}

static void answer(struct loom_http_request *request, json_t *errors)
{
    loom_http_problem_with(request, 422, "bad-body", "the body has mistakes, see errors",
                           json_pack("{s:o}", "errors", errors));
}

static const char *must_be(json_type type)
{
    switch (type) {
    case JSON_STRING:
        return "must be a string";
    case JSON_INTEGER:
        return "must be an integer";
    case JSON_OBJECT:
        return "must be an object";
    case JSON_ARRAY:
        return "must be an array";
    default:
        return "must be true or false";
    }
}

static bool is_known(const struct loom_web_member *members, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(members[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

bool loom_web_members(struct loom_http_request *request, const struct loom_web_member *members,
                      size_t count, json_t **values)
{
    json_t *body = loom_http_json(request);
    json_t *errors = json_array();
    const char *name;
    json_t *value;
    if (!json_is_object(body)) {
        add(errors, "", "must be an object");
    }
    json_object_foreach(body, name, value)
    {
        if (!is_known(members, count, name)) {
            /* Its name is not repeated: a mistyped name may stand before a password. */
            add(errors, "", "has an unknown member");
        }
    }
    for (size_t i = 0; i < count; i++) {
        values[i] = json_object_get(body, members[i].name);
        if (values[i] == NULL) {
            if (members[i].required && json_is_object(body)) {
                add(errors, members[i].name, "is missing");
            }
        } else if (json_typeof(values[i]) != members[i].type) {
            add(errors, members[i].name, must_be(members[i].type));
        }
    }
    if (json_array_size(errors) > 0) {
        answer(request, errors);
        return false;
    }
    json_decref(errors);
    return true;
}

void loom_web_mistake(struct loom_http_request *request, const char *at, const char *detail)
{
    json_t *errors = json_array();
    add(errors, at, detail);
    answer(request, errors);
}
