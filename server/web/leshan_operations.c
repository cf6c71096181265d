/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of one path: `clients/{endpoint}/3/0/9`, with a word behind it for some. */
#include "web/leshan_parts.h"

#include "common/text.h"
#include "loom/codec.h"
#include "web/leshan_node.h"

#include <stdio.h>
#include <string.h>

/* ---- paths and what stands behind them ------------------------------------------------------- */

/* `3/0/9` or `3/0/9/observe`. */
struct target {
    struct loom_path path;
    char text[32];         /* `/3/0/9` */
    struct loom_text word; /* `observe`; empty: none */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool read_target(struct loom_http_request *request, struct target *target)
{
    struct loom_text rest = loom_http_parameter(request, "path");
    size_t length = 0;
    while (length < rest.length && (is_digit(rest.data[length]) || rest.data[length] == '/')) {
        length++;
    }
    size_t path = length > 0 && rest.data[length - 1] == '/' ? length - 1 : length;
    (void)snprintf(target->text, sizeof target->text, "/%.*s", (int)path, rest.data);
    target->word = (struct loom_text){rest.data + length, rest.length - length};
    if (path >= sizeof target->text - 1 || path == 0 ||
        !loom_text_to_path((struct loom_text){target->text, path + 1}, &target->path)) {
        loom_leshan_refuse(request, 400, "invalid path");
        return false;
    }
    return true;
}

static json_t *body_of(const char *operation, const struct target *target)
{
    return json_pack("{s:s, s:s}", "operation", operation, "path", target->text);
}

/* ---- GET ------------------------------------------------------------------------------------- */

void loom_leshan_get(void *user, struct loom_http_request *request)
{
    struct loom_web_leshan *web = user;
    struct target target;
    if (!read_target(request, &target)) {
        return;
    }
    if (loom_text_is(target.word, "discover")) {
        loom_leshan_give(web, request, body_of("discover", &target));
    } else if (target.word.length == 0) {
        loom_leshan_give_in_format(web, request, "format", body_of("read", &target));
    } else {
        loom_leshan_refuse(request, 400, "invalid path");
    }
}

/* ---- PUT ------------------------------------------------------------------------------------- */

static bool is_text(const struct loom_http_request *request)
{
    static const char name[] = "text/plain";
    const char *type = loom_http_header(request, "Content-Type");
    return type != NULL && strncmp(type, name, sizeof name - 1) == 0;
}

/* The value of a body: a node, or text as it is. @return a new value, or NULL */
static json_t *value_of(const struct loom_http_request *request, unsigned depth, bool *many)
{
    struct loom_bytes bytes = loom_http_bytes(request);
    if (is_text(request)) {
        *many = false;
        return depth < 3 || bytes.length == 0
                   ? NULL
                   : json_stringn((const char *)bytes.data, bytes.length);
    }
    json_t *node = loom_leshan_body(request);
    json_t *value = loom_leshan_read(node, depth, many);
    json_decref(node);
    return value;
}

/* A node of the body into `value` or `values`. */
static bool set_node(struct loom_http_request *request, unsigned depth, json_t *body)
{
    bool many;
    json_t *value = value_of(request, depth, &many);
    if (value == NULL) {
        loom_leshan_refuse(request, 400, "invalid node");
        return false;
    }
    (void)json_object_set_new(body, many ? "values" : "value", value);
    return true;
}

static json_t *number_of(struct loom_text text)
{
    json_t *number =
        text.length == 0 ? json_null() : json_loadb(text.data, text.length, JSON_DECODE_ANY, NULL);
    return number != NULL ? number : json_stringn(text.data, text.length);
}

static void set_attributes(struct loom_http_request *request, json_t *body)
{
    static const char *const names[] = {"pmin", "pmax", "gt", "lt", "st", "epmin", "epmax"};
    json_t *attributes = json_object();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct loom_text text = loom_http_query(request, names[i]);
        if (text.data != NULL) {
            (void)json_object_set_new(attributes, names[i], number_of(text));
        }
    }
    (void)json_object_set_new(body, "attributes", attributes);
}

void loom_leshan_put(void *user, struct loom_http_request *request)
{
    struct loom_web_leshan *web = user;
    struct target target;
    if (!read_target(request, &target)) {
        return;
    }
    if (loom_text_is(target.word, "attributes")) {
        json_t *body = body_of("write-attributes", &target);
        set_attributes(request, body);
        loom_leshan_give(web, request, body);
        return;
    }
    bool partial = loom_text_is(loom_http_query(request, "replace"), "false");
    json_t *body = body_of(partial && target.path.depth == 2 ? "partial-update" : "write", &target);
    if (target.word.length != 0) {
        loom_leshan_refuse(request, 400, "invalid path");
        json_decref(body);
    } else if (set_node(request, target.path.depth, body)) {
        loom_leshan_give_in_format(web, request, "format", body);
    } else {
        json_decref(body);
    }
}

/* ---- POST ------------------------------------------------------------------------------------ */

/* The body of an Execute is its arguments, as they are. */
static void execute(struct loom_web_leshan *web, struct loom_http_request *request,
                    const struct target *target)
{
    struct loom_bytes bytes = loom_http_bytes(request);
    json_t *body = body_of("execute", target);
    json_t *arguments =
        bytes.length == 0 ? NULL : json_stringn((const char *)bytes.data, bytes.length);
    if (bytes.length > 0 && arguments == NULL) {
        loom_leshan_refuse(request, 400, "invalid arguments");
        json_decref(body);
        return;
    }
    if (arguments != NULL) {
        (void)json_object_set_new(body, "arguments", arguments);
    }
    loom_leshan_give(web, request, body);
}

/* `{"id": 2, "resources": [...]}` for an object, with the id of the new instance or without. */
static void create(struct loom_web_leshan *web, struct loom_http_request *request,
                   struct target *target)
{
    json_t *node = loom_leshan_body(request);
    bool many;
    uint16_t id;
    json_t *values = loom_leshan_read(node, 2, &many);
    if (target->path.depth == 1 && loom_leshan_id(node, &id)) {
        size_t used = strlen(target->text);
        (void)snprintf(target->text + used, sizeof target->text - used, "/%u", (unsigned)id);
    }
    json_decref(node);
    if (values == NULL) {
        loom_leshan_refuse(request, 400, "invalid node");
        return;
    }
    json_t *body = body_of("create", target);
    (void)json_object_set_new(body, "values", values);
    loom_leshan_give_in_format(web, request, "format", body);
}

void loom_leshan_post(void *user, struct loom_http_request *request)
{
    struct loom_web_leshan *web = user;
    struct target target;
    if (!read_target(request, &target)) {
        return;
    }
    if (loom_text_is(target.word, "observe")) {
        loom_leshan_give_in_format(web, request, "format", body_of("observe", &target));
    } else if (target.word.length != 0) {
        loom_leshan_refuse(request, 400, "invalid path");
    } else if (target.path.depth == 3) {
        execute(web, request, &target);
    } else {
        create(web, request, &target);
    }
}

/* ---- DELETE ---------------------------------------------------------------------------------- */

void loom_leshan_delete(void *user, struct loom_http_request *request)
{
    struct loom_web_leshan *web = user;
    struct target target;
    if (!read_target(request, &target)) {
        return;
    }
    if (loom_text_is(target.word, "observe")) {
        loom_leshan_end_observation(web, request, &target.path);
    } else if (target.word.length == 0) {
        loom_leshan_give(web, request, body_of("delete", &target));
    } else {
        loom_leshan_refuse(request, 400, "invalid path");
    }
}
