/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as what a stranger's HTTP request has in it: a target and the route that it means, a
 * body of JSON, a field Host, a cursor. The first byte says which. */
#include "http/address.h"
#include "http/base64.h"
#include "http/body.h"
#include "http/route.h"

#include "common/text.h"
#include "loom/codec.h"

#include <stdlib.h>
#include <string.h>

static void require(bool good)
{
    if (!good) {
        abort();
    }
}

static void ignore(void *user, struct loom_http_request *request)
{
    (void)user;
    (void)request;
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET, .pattern = "/", .handler = ignore},
    {.method = LOOM_HTTP_GET, .pattern = "/c/{name}", .handler = ignore, .queries = "a bc"},
    {.method = LOOM_HTTP_PUT, .pattern = "/c/{name}/{path*}", .handler = ignore},
    {.method = LOOM_HTTP_GET, .pattern = "/c/{name}/x/{other}", .handler = ignore},
    {.method = LOOM_HTTP_GET, .pattern = "/{file*}", .handler = ignore},
};

/* Text of ours: within the memory, UTF-8 without NUL, and a NUL behind it. */
static void require_text(struct loom_text text, const char *memory, size_t room)
{
    require(text.data >= memory && text.data + text.length < memory + room);
    require(text.data[text.length] == '\0' && loom_utf8_is_string(text));
}

static void try_target(const char *text, int method)
{
    size_t room = LOOM_HTTP_TARGET_ROOM(strlen(text));
    char *memory = malloc(room);
    const struct loom_http_table table = {routes, sizeof routes / sizeof routes[0], NULL};
    struct loom_http_target target;
    struct loom_http_parameters parameters = {.count = 0};
    require(memory != NULL);
    if (loom_http_target_read(&target, text, memory) == LOOM_HTTP_TARGET_OK) {
        for (size_t i = 0; i < target.segment_count; i++) {
            require_text(target.segments[i], memory, room);
            require(!loom_text_is(target.segments[i], "..") &&
                    !loom_text_is(target.segments[i], "."));
        }
        for (size_t i = 0; i < target.query_count; i++) {
            require_text(target.queries[i].name, memory, room);
            require_text(target.queries[i].value, memory, room);
        }
        struct loom_http_found found = loom_http_find(&table, 1, method, &target, &parameters);
        for (size_t i = 0; found.route != NULL && i < parameters.count; i++) {
            require_text(parameters.values[i].value, memory, room);
        }
        if (found.route != NULL) {
            (void)loom_http_unknown_query(found.route, &target);
            require((found.allowed & 1u << found.route->method) != 0);
        }
    }
    free(memory);
}

static unsigned depth_of(const json_t *json)
{
    unsigned deepest = 0;
    const char *name;
    size_t i;
    json_t *member;
    if (json_is_array(json)) {
        json_array_foreach(json, i, member)
        {
            unsigned depth = depth_of(member);
            deepest = depth > deepest ? depth : deepest;
        }
    } else if (json_is_object(json)) {
        json_object_foreach((json_t *)(uintptr_t)json, name, member)
        {
            unsigned depth = depth_of(member);
            deepest = depth > deepest ? depth : deepest;
        }
    } else {
        return 0;
    }
    return deepest + 1;
}

static void try_body(const uint8_t *data, size_t size)
{
    char error[LOOM_HTTP_BODY_ERROR] = "";
    json_t *json = loom_http_body_read((struct loom_bytes){data, size}, error);
    if (json == NULL) {
        require(error[0] != '\0');
        return;
    }
    require(depth_of(json) <= LOOM_HTTP_JSON_DEPTH);
    char *text = json_dumps(json, JSON_ENCODE_ANY | JSON_COMPACT);
    require(text != NULL);
    json_t *again =
        loom_http_body_read((struct loom_bytes){(const uint8_t *)text, strlen(text)}, error);
    require(json_equal(json, again));
    json_decref(again);
    free(text);
    json_decref(json);
}

static void try_base64(struct loom_text text)
{
    size_t length = text.length;
    uint8_t *bytes = malloc(length + 1);
    char *again = malloc(text.length + 4);
    require(bytes != NULL && again != NULL);
    if (loom_http_base64_read(text, bytes, &length)) {
        loom_http_base64_write((struct loom_bytes){bytes, length}, again);
        require(loom_text_is(text, again));
    }
    free(again);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    char *text = malloc(size);
    require(text != NULL);
    memcpy(text, &data[1], size - 1);
    text[size - 1] = '\0';
    switch (data[0] % 4) {
    case 0:
        try_target(text, data[0] / 4 % 6 - 1);
        break;
    case 1:
        try_body(&data[1], size - 1);
        (void)loom_http_type_is_json(text);
        (void)loom_http_type_is_simple(text);
        break;
    case 2:
        (void)loom_http_host_is_loopback(text);
        break;
    default:
        try_base64((struct loom_text){text, strlen(text)});
        break;
    }
    free(text);
    return 0;
}
