/* SPDX-License-Identifier: Apache-2.0 */
/* Servers that are named, on a name service of the test's own. */
#define _GNU_SOURCE

#include "endpoint.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <dlfcn.h>
#include <netdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `slow.test` is found when the test lets it; `two.test` has two addresses, of which nobody is at
 * the first. Freed by freeaddrinfo() of the system, which is a list of what malloc() gives. */

static pthread_mutex_t answering = PTHREAD_MUTEX_INITIALIZER;

typedef int getaddrinfo_function(const char *, const char *, const struct addrinfo *,
                                 struct addrinfo **);

static getaddrinfo_function *system_function(void)
{
    void *symbol = dlsym(RTLD_NEXT, "getaddrinfo");
    getaddrinfo_function *function;

    memcpy(&function, &symbol, sizeof function);
    return function;
}

static struct addrinfo *addresses_of(const char *service, const struct addrinfo *hints,
                                     const char *const *hosts)
{
    struct addrinfo *found = NULL;

    if (hosts[0] == NULL) {
        return NULL;
    }
    cr_assert_eq(system_function()(hosts[0], service, hints, &found), 0);
    found->ai_next = addresses_of(service, hints, hosts + 1);
    return found;
}

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
                struct addrinfo **found)
{
    static const char *const two[] = {"127.0.0.91", "127.0.0.1", NULL};
    bool name = (hints->ai_flags & AI_NUMERICHOST) == 0;

    if (name && strcmp(node, "slow.test") == 0) {
        pthread_mutex_lock(&answering);
        pthread_mutex_unlock(&answering);
        node = "127.0.0.1";
    } else if (name && strcmp(node, "two.test") == 0) {
        *found = addresses_of(service, hints, two);
        return 0;
    } else if (name && strcmp(node, "unknown.test") == 0) {
        return EAI_NONAME;
    }
    return system_function()(node, service, hints, found);
}

static struct endpoint client;
static struct endpoint server;

static void start(void)
{
    endpoint_start(&client);
    endpoint_start(&server);
    endpoint_listen(&server, "coap");
}

static void stop(void)
{
    endpoint_stop(&client);
    endpoint_stop(&server);
}

TestSuite(coap_names, .init = start, .fini = stop, .timeout = 60);

static struct loom_session *open_name(const char *name)
{
    char uri[LOOM_COAP_URI_SIZE];

    snprintf(uri, sizeof uri, "coap://%s%s", name, strrchr(server.bound, ':'));
    return endpoint_open(&client, uri);
}

static void ask(struct loom_session *session, uint32_t exchange)
{
    cr_assert_eq(endpoint_ask(&client, session, LOOM_GET, "x", NULL, 0, exchange), LOOM_OK);
}

/* A name server that says nothing stops neither the program nor the other sessions. */
Test(coap_names, are_looked_up_beside_the_loop)
{
    struct loom_session *slow;

    pthread_mutex_lock(&answering);
    slow = open_name("slow.test");
    ask(slow, 1);
    ask(endpoint_open(&client, server.bound), 2);
    endpoints_run(&client, &server, &client.response.count, 1);
    cr_expect_eq(client.response.exchange, 2u);
    pthread_mutex_unlock(&answering);
    endpoints_run(&client, &server, &client.response.count, 2);
    cr_expect_eq(client.response.exchange, 1u);
    cr_expect_eq(client.response.code, LOOM_CONTENT);
}

/* What is closed before its name is found leaves nothing behind, nor does a port that goes. */
Test(coap_names, are_forgotten_with_their_session)
{
    struct endpoint other;

    pthread_mutex_lock(&answering);
    client.port.close(client.port.self, open_name("slow.test"));
    endpoints_turn(&client, NULL);
    endpoint_start(&other);
    (void)endpoint_open(&other, "coap://slow.test");
    endpoint_stop(&other);
    pthread_mutex_unlock(&answering);
    ask(open_name("slow.test"), 1);
    endpoints_run(&client, &server, &client.response.count, 1);
    cr_expect_eq(client.lost.count, 0u);
}

Test(coap_names, that_nobody_knows_are_unreachable)
{
    ask(open_name("unknown.test"), 1);
    endpoints_run(&client, NULL, &client.lost.count, 1);
    cr_expect_eq(client.lost.failure, LOOM_FAILURE_UNREACHABLE);
    cr_expect_eq(client.response.failure, LOOM_FAILURE_UNREACHABLE);
}

/* RFC 6724 section 2: the next address is tried when nobody is at the first, and stays in use. */
Test(coap_names, with_several_addresses_are_tried_in_turn)
{
    ask(open_name("two.test"), 1);
    endpoints_run(&client, &server, &client.lost.count, 1);
    cr_expect_eq(client.lost.failure, LOOM_FAILURE_UNREACHABLE);
    for (uint32_t i = 0; i < 2; i++) {
        ask(open_name("two.test"), 2 + i);
        endpoints_run(&client, &server, &client.response.count, 2 + i);
        cr_expect_eq(client.response.code, LOOM_CONTENT);
    }
    cr_expect_eq(client.lost.count, 1u);
}
