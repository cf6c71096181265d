/* SPDX-License-Identifier: Apache-2.0 */
/* The document of a campaign. */
#include "service/campaign_table.h"

#include "common/moment.h"
#include "common/text.h"
#include "loom/ids.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define URI_MAX 150u /* with a name behind it, 5/0/1 takes 255 bytes */

#define PARALLEL_USUAL 10u
#define STOP_USUAL     10u

static void mistake(json_t *errors, const char *at, const char *detail)
{
    (void)json_array_append_new(errors, json_pack("{s:s, s:s}", "at", at, "detail", detail));
}

static const struct {
    const char *name;
    json_type type;
    const char *must;
} members[] = {
    {"image", JSON_STRING, "must be a string"},
    {"version", JSON_STRING, "must be a string"},
    {"versionPath", JSON_STRING, "must be a string"},
    {"scope", JSON_STRING, "must be a string"},
    {"name", JSON_STRING, "must be a string"},
    {"endpoints", JSON_ARRAY, "must be an array"},
    {"mode", JSON_STRING, "must be a string"},
    {"parallel", JSON_INTEGER, "must be an integer"},
    {"stopAfter", JSON_NULL, ""},
    {"notBefore", JSON_STRING, "must be a time"},
    {"expires", JSON_STRING, "must be a time"},
    {"uri", JSON_STRING, "must be a string"},
    {"draft", JSON_NULL, ""},
};

static bool check_members(const json_t *document, json_t *errors)
{
    const char *name;
    json_t *value;
    if (!json_is_object(document)) {
        mistake(errors, "", "must be an object");
        return false;
    }
    json_object_foreach((json_t *)(uintptr_t)document, name, value)
    {
        char at[80];
        size_t i = 0;
        while (i < sizeof members / sizeof members[0] && strcmp(members[i].name, name) != 0) {
            i++;
        }
        (void)snprintf(at, sizeof at, "/%.64s", name);
        if (i == sizeof members / sizeof members[0]) {
            mistake(errors, "", "has an unknown member");
        } else if (members[i].type != JSON_NULL && json_typeof(value) != members[i].type) {
            mistake(errors, at, members[i].must);
        }
    }
    return json_array_size(errors) == 0;
}

static const char *text_of(const json_t *document, const char *name)
{
    return json_string_value(json_object_get(document, name));
}

static void read_scope(const json_t *document, unsigned scopes, json_t *errors,
                       struct loom_campaign_plan *plan)
{
    const char *scope = text_of(document, "scope");
    const json_t *name = json_object_get(document, "name");
    plan->endpoints = json_object_get(document, "endpoints");
    plan->name = (struct loom_text){json_string_value(name), json_string_length(name)};
    if (scope == NULL || !loom_wish_scope_read(loom_string_text(scope), &plan->scope)) {
        mistake(errors, "/scope", "must be endpoint, group, model or all");
        return;
    }
    if ((scopes & 1u << plan->scope) == 0) {
        mistake(errors, "/scope", "this server has no groups");
    }
    bool named = plan->scope == LOOM_WISH_GROUP || plan->scope == LOOM_WISH_MODEL;
    if (named != (name != NULL) || plan->name.length > LOOM_WISH_NAME_MAX ||
        (named && plan->name.length == 0)) {
        mistake(errors, "/name", "is the name of the group or model, and of nothing else");
    }
    if ((plan->scope == LOOM_WISH_ENDPOINT) != (plan->endpoints != NULL)) {
        mistake(errors, "/endpoints", "are the devices of the scope endpoint, and of no other");
    }
}

static void read_endpoints(json_t *errors, const struct loom_campaign_plan *plan)
{
    size_t count = json_array_size(plan->endpoints);
    if (plan->endpoints != NULL && (count == 0 || count > LOOM_CAMPAIGN_LIST_MAX)) {
        mistake(errors, "/endpoints", "are 1 to 50000");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        const json_t *endpoint = json_array_get(plan->endpoints, i);
        size_t length = json_string_length(endpoint);
        if (length == 0 || length > LOOM_WISH_NAME_MAX ||
            memchr(json_string_value(endpoint), '\0', length) != NULL) {
            mistake(errors, "/endpoints", "each is a string of 1 to 256 bytes");
            return;
        }
    }
}

static bool read_percent(const char *text, unsigned *percent)
{
    char *end = NULL;
    unsigned long value = text[0] >= '1' && text[0] <= '9' ? strtoul(text, &end, 10) : 0;
    *percent = (unsigned)value;
    return value >= 1 && value <= 100 && strcmp(end, "%") == 0;
}

/* So many failures, or so many of a hundred devices; 0: it does not stop. */
static void read_stop(const json_t *document, json_t *errors, struct loom_campaign_plan *plan)
{
    const json_t *stop = json_object_get(document, "stopAfter");
    json_int_t number = json_integer_value(stop);
    plan->stop_percent = stop == NULL ? STOP_USUAL : 0;
    if (json_is_integer(stop) && number >= 0 && number <= (json_int_t)LOOM_CAMPAIGN_DEVICES_MAX) {
        plan->stop_count = (unsigned)number;
    } else if (stop != NULL && (!json_is_string(stop) ||
                                !read_percent(json_string_value(stop), &plan->stop_percent))) {
        mistake(errors, "/stopAfter", "is a number of devices, or 1% to 100%");
    }
}

static void read_time(const json_t *document, const char *name, json_t *errors, int64_t *time)
{
    const char *text = text_of(document, name);
    char at[16];
    if (text != NULL && !loom_moment_read(loom_string_text(text), time)) {
        (void)snprintf(at, sizeof at, "/%s", name);
        mistake(errors, at, "must be a time, 2026-11-30T12:00:00Z");
    }
}

static bool is_uri(const char *text)
{
    bool good = strncmp(text, "coap", 4) == 0 || strncmp(text, "http", 4) == 0;
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++) {
        good = good && text[i] > ' ' && text[i] < 0x7F;
    }
    return good && length <= URI_MAX && strstr(text, "://") != NULL;
}

static void read_image(const json_t *document, json_t *errors, struct loom_campaign_plan *plan)
{
    const char *path = text_of(document, "versionPath");
    const char *mode = text_of(document, "mode");
    plan->image = text_of(document, "image");
    plan->version = text_of(document, "version");
    plan->uri = text_of(document, "uri");
    plan->path = loom_path_resource(3, 0, 3);
    if (plan->image == NULL) {
        mistake(errors, "/image", "is missing");
    }
    if (plan->version == NULL || plan->version[0] == '\0' ||
        strlen(plan->version) > LOOM_IMAGE_VERSION_MAX) {
        mistake(
            errors, "/version",
            "is what a device reports after the update, 1 to 100 bytes; nobody has said it of the "
            "image");
    }
    if (path != NULL && strcmp(path, "/5/0/7") == 0) {
        plan->path = loom_path_resource(LOOM_ID_FIRMWARE_UPDATE, 0, 7);
    } else if (path != NULL && strcmp(path, "/3/0/3") != 0) {
        mistake(errors, "/versionPath", "is /3/0/3 or /5/0/7");
    }
    plan->pushes = mode != NULL && strcmp(mode, "push") == 0;
    if (mode != NULL && !plan->pushes && strcmp(mode, "pull") != 0) {
        mistake(errors, "/mode", "is pull or push");
    }
    if (plan->uri != NULL && (plan->pushes || !is_uri(plan->uri))) {
        mistake(errors, "/uri",
                "is a URI for pull, to which / and the name of the image are added");
    }
}

bool loom_campaign_plan_read(const json_t *document, unsigned scopes, json_t *errors,
                             struct loom_campaign_plan *plan)
{
    const json_t *parallel = json_object_get(document, "parallel");
    const json_t *draft = json_object_get(document, "draft");
    json_int_t at_once = json_integer_value(parallel);
    memset(plan, 0, sizeof *plan);
    if (!check_members(document, errors)) {
        return false;
    }
    read_image(document, errors, plan);
    read_scope(document, scopes, errors, plan);
    read_endpoints(errors, plan);
    read_stop(document, errors, plan);
    read_time(document, "notBefore", errors, &plan->not_before);
    read_time(document, "expires", errors, &plan->expires);
    plan->parallel = parallel == NULL ? PARALLEL_USUAL : (unsigned)at_once;
    if (parallel != NULL && (at_once < 1 || at_once > (json_int_t)LOOM_CAMPAIGN_PARALLEL_MAX)) {
        mistake(errors, "/parallel", "is 1 to 1000");
    }
    if (draft != NULL && !json_is_boolean(draft)) {
        mistake(errors, "/draft", "must be true or false");
    }
    plan->draft = json_is_true(draft);
    if (plan->expires != 0 && plan->expires <= plan->not_before) {
        mistake(errors, "/expires", "is after notBefore");
    }
    return json_array_size(errors) == 0;
}
