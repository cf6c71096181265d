/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of HTTP that read what a stranger wrote, by themselves. */
#include "http/address.h"
#include "http/body.h"
#include "http/route.h"

#include "common/text.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

/* Exactly the memory that is asked for, so that a sanitizer sees the byte behind it. */
static enum loom_http_target_status read_target(struct loom_http_target *target, const char *text,
                                                char **memory)
{
    *memory = malloc(LOOM_HTTP_TARGET_ROOM(strlen(text)));
    return loom_http_target_read(target, text, *memory);
}

static enum loom_http_target_status status_of(const char *text)
{
    struct loom_http_target target;
    char *memory;
    enum loom_http_target_status status = read_target(&target, text, &memory);
    free(memory);
    return status;
}

Test(http_target, is_decoded_once)
{
    struct loom_http_target target;
    char *memory;
    cr_assert(read_target(&target, "/v1/%2541/?x&y=&z=1%3D2+3&", &memory) == LOOM_HTTP_TARGET_OK);
    cr_assert(eq(sz, target.segment_count, 3));
    cr_assert(loom_text_is(target.segments[0], "v1"));
    cr_assert(loom_text_is(target.segments[1], "%41"));
    cr_assert(loom_text_is(target.segments[2], ""));
    cr_assert(eq(sz, target.query_count, 3));
    cr_assert(loom_text_is(target.queries[0].name, "x"));
    cr_assert(loom_text_is(target.queries[0].value, ""));
    cr_assert(loom_text_is(target.queries[1].value, ""));
    cr_assert(loom_text_is(target.queries[2].value, "1=2 3"));
    cr_assert(eq(str, (char *)(uintptr_t)target.queries[2].value.data, (char *)"1=2 3"));
    free(memory);
}

Test(http_target, needs_the_room_that_is_promised)
{
    char text[LOOM_HTTP_TARGET_MAX + 2];
    struct loom_http_target target;
    char *memory;
    /* Each argument without `=` has two NULs for one separator. */
    cr_assert(read_target(&target, "/?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p", &memory) ==
              LOOM_HTTP_TARGET_OK);
    cr_assert(eq(sz, target.query_count, 16));
    free(memory);
    memset(text, 'x', sizeof text);
    text[0] = '/';
    text[LOOM_HTTP_TARGET_MAX] = '\0';
    cr_assert(status_of(text) == LOOM_HTTP_TARGET_OK);
    text[LOOM_HTTP_TARGET_MAX] = 'x';
    text[LOOM_HTTP_TARGET_MAX + 1] = '\0';
    cr_assert(status_of(text) == LOOM_HTTP_TARGET_LONG);
}

Test(http_target, is_refused_for_a_reason)
{
    static const struct {
        const char *text;
        enum loom_http_target_status status;
    } cases[] = {
        {"", LOOM_HTTP_TARGET_PATH},
        {"*", LOOM_HTTP_TARGET_PATH},
        {"http://localhost/", LOOM_HTTP_TARGET_PATH},
        {"/.", LOOM_HTTP_TARGET_PATH},
        {"/a/%2E%2e/b", LOOM_HTTP_TARGET_PATH},
        {"/...", LOOM_HTTP_TARGET_OK},
        {"/%", LOOM_HTTP_TARGET_ENCODING},
        {"/%1", LOOM_HTTP_TARGET_ENCODING},
        {"/%1g", LOOM_HTTP_TARGET_ENCODING},
        {"/%/1f", LOOM_HTTP_TARGET_ENCODING},
        {"/%00", LOOM_HTTP_TARGET_ENCODING},
        {"/?a=%0", LOOM_HTTP_TARGET_ENCODING},
        {"/\xff", LOOM_HTTP_TARGET_UTF8},
        {"/%c3/%a4", LOOM_HTTP_TARGET_UTF8},
        {"/?%ff=1", LOOM_HTTP_TARGET_UTF8},
        {"/?a=1&%61=2", LOOM_HTTP_TARGET_TWICE},
        {"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16", LOOM_HTTP_TARGET_OK},
        {"/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17", LOOM_HTTP_TARGET_MANY},
        {"/?a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q", LOOM_HTTP_TARGET_MANY},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cr_assert(status_of(cases[i].text) == cases[i].status, "%s", cases[i].text);
    }
}

static void ignore(void *user, struct loom_http_request *request)
{
    (void)user;
    (void)request;
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET, .pattern = "/c/all", .handler = ignore, .operation = "all"},
    {.method = LOOM_HTTP_GET, .pattern = "/c/{name}", .handler = ignore, .operation = "one"},
    {.method = LOOM_HTTP_PUT,
     .pattern = "/c/{name}/{path*}",
     .handler = ignore,
     .operation = "rest"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/c/{name}/x",
     .handler = ignore,
     .operation = "x",
     .queries = "from limit"},
};

static const struct loom_http_table table = {.routes = routes,
                                             .count = sizeof routes / sizeof routes[0]};

static const char *operation_of(int method, const char *path, unsigned *allowed, char *values)
{
    struct loom_http_target target;
    struct loom_http_parameters parameters = {.count = 0};
    char *memory;
    cr_assert(read_target(&target, path, &memory) == LOOM_HTTP_TARGET_OK);
    struct loom_http_found found = loom_http_find(&table, 1, method, &target, &parameters);
    values[0] = '\0';
    for (size_t i = 0; i < parameters.count; i++) {
        /* There is a NUL behind each. */
        strcat(values, parameters.values[i].value.data);
        strcat(values, ";");
        cr_assert(strlen(parameters.values[i].value.data) == parameters.values[i].value.length);
    }
    *allowed = found.allowed;
    free(memory);
    return found.route == NULL ? "" : found.route->operation;
}

Test(http_route, is_the_first_that_fits)
{
    static const struct {
        int method;
        const char *path;
        const char *operation;
        unsigned allowed;
        const char *values;
    } cases[] = {
        {LOOM_HTTP_GET, "/c/all", "all", 1u << LOOM_HTTP_GET, ""},
        {LOOM_HTTP_GET, "/c/al", "one", 1u << LOOM_HTTP_GET, "al;"},
        {LOOM_HTTP_GET, "/c/a%2fb", "one", 1u << LOOM_HTTP_GET, "a/b;"},
        {LOOM_HTTP_PUT, "/c/n/3/0/9", "rest", 1u << LOOM_HTTP_PUT, "n;3/0/9;"},
        {LOOM_HTTP_PUT, "/c/n/x", "rest", 1u << LOOM_HTTP_PUT | 1u << LOOM_HTTP_GET, "n;x;"},
        {LOOM_HTTP_GET, "/c/n/x", "x", 1u << LOOM_HTTP_PUT | 1u << LOOM_HTTP_GET, "n;"},
        {-1, "/c/n/x", "", 1u << LOOM_HTTP_PUT | 1u << LOOM_HTTP_GET, ""},
        {LOOM_HTTP_PUT, "/c/n/3%2f0", "", 0, ""},
        {LOOM_HTTP_PUT, "/c/n/3/", "", 0, ""},
        {LOOM_HTTP_PUT, "/c/n/", "", 0, ""},
        {LOOM_HTTP_GET, "/c/", "", 0, ""},
        {LOOM_HTTP_GET, "/c", "", 0, ""},
        {LOOM_HTTP_GET, "/", "", 0, ""},
        {LOOM_HTTP_GET, "/c/n/x/", "", 0, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        unsigned allowed;
        char values[64];
        const char *operation = operation_of(cases[i].method, cases[i].path, &allowed, values);
        cr_assert(strcmp(operation, cases[i].operation) == 0, "%zu: %s", i, operation);
        cr_assert(strcmp(values, cases[i].values) == 0 || cases[i].operation[0] == '\0', "%zu: %s",
                  i, values);
        cr_assert(allowed == cases[i].allowed, "%zu: %u", i, allowed);
    }
}

Test(http_route, knows_its_arguments)
{
    struct loom_http_target target;
    char *memory;
    cr_assert(read_target(&target, "/c/n/x?limit=1&from=2", &memory) == LOOM_HTTP_TARGET_OK);
    cr_assert(zero(ptr, (void *)(uintptr_t)loom_http_unknown_query(&routes[3], &target)));
    cr_assert(loom_http_unknown_query(&routes[0], &target) == &target.queries[0]);
    free(memory);
    cr_assert(read_target(&target, "/c/n/x?lim=1", &memory) == LOOM_HTTP_TARGET_OK);
    cr_assert(loom_http_unknown_query(&routes[3], &target) == &target.queries[0]);
    free(memory);
}

Test(http_body, never_quotes_what_it_refuses)
{
    static const char *const bodies[] = {"{\"key\":\"6d1f4a9b", "{\"key\": 6d1f4a9b}",
                                         "\"6d1f4a9b\\q\"", "{\"6d1f4a9b\":1,\"6d1f4a9b\":1}"};
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        char error[LOOM_HTTP_BODY_ERROR] = "";
        struct loom_bytes body = {(const uint8_t *)bodies[i], strlen(bodies[i])};
        cr_assert(loom_http_body_read(body, error) == NULL);
        cr_assert(strlen(error) > 10);
        cr_assert(strstr(error, "6d1f") == NULL, "%s", error);
    }
}

Test(http_body, has_a_type)
{
    cr_assert(loom_http_type_is_json("application/json"));
    cr_assert(loom_http_type_is_json("application/senml+json;x=y"));
    cr_assert(not(loom_http_type_is_json(NULL)));
    cr_assert(not(loom_http_type_is_json("text/json")));
    cr_assert(not(loom_http_type_is_json("application/jsonx")));
    cr_assert(not(loom_http_type_is_json("text/x+json")));
    cr_assert(loom_http_type_is_simple(NULL));
    cr_assert(loom_http_type_is_simple("Text/Plain;charset=x"));
    cr_assert(not(loom_http_type_is_simple("application/json")));
    cr_assert(not(loom_http_type_is_simple("application/octet-stream")));
}

Test(http_address, is_numeric)
{
    static const struct {
        const char *uri;
        bool good;
        bool loopback;
    } cases[] = {
        {"http://127.0.0.1:8080", true, true},  {"https://[::1]:0", true, true},
        {"http://127.255.1.2:1", true, true},   {"http://0.0.0.0:80", true, false},
        {"http://[::]:80", true, false},        {"http://[::ffff:127.0.0.1]:80", true, false},
        {"http://127.0.0.1", false, false},     {"http://127.0.0.1:65536", false, false},
        {"http://127.0.0.1:1x", false, false},  {"http://localhost:1", false, false},
        {"http://[127.0.0.1]:1", false, false}, {"http://::1:1", false, false},
        {"HTTP://127.0.0.1:1", false, false},   {"http://:1", false, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct loom_http_address address;
        bool good = loom_http_address_read(cases[i].uri, &address);
        cr_assert(good == cases[i].good, "%s", cases[i].uri);
        bool loopback = good && loom_http_address_is_loopback(&address);
        cr_assert(loopback == cases[i].loopback, "%s", cases[i].uri);
    }
}

/* Who asks from this machine, whatever its socket calls that. */
Test(http_address, of_this_machine_is_known)
{
    static const struct {
        const char *text;
        bool is_loopback;
    } cases[] = {{"127.0.0.1", true},
                 {"127.9.9.9", true},
                 {"128.0.0.1", false},
                 {"10.0.0.127", false},
                 {"::1", true},
                 {"::2", false},
                 {"::", false},
                 {"::ffff:127.0.0.1", true},
                 {"::ffff:10.0.0.1", false},
                 {"::127.0.0.1", false}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sockaddr_storage socket = {.ss_family = AF_INET};
        struct sockaddr_in *in = (void *)&socket;
        struct sockaddr_in6 *in_6 = (void *)&socket;
        if (strchr(cases[i].text, ':') != NULL) {
            socket.ss_family = AF_INET6;
            cr_assert(inet_pton(AF_INET6, cases[i].text, &in_6->sin6_addr) == 1);
        } else {
            cr_assert(inet_pton(AF_INET, cases[i].text, &in->sin_addr) == 1);
        }
        cr_assert(loom_http_socket_is_loopback((struct sockaddr *)&socket) == cases[i].is_loopback,
                  "%s", cases[i].text);
    }
    const struct sockaddr local = {.sa_family = AF_UNIX};
    cr_assert(not(loom_http_socket_is_loopback(&local)));
}
