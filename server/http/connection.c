/* SPDX-License-Identifier: Apache-2.0 */
/* Connections, and the time that they are given. libmicrohttpd closes those on which nothing
 * happens; one that sends a byte now and then would stay for ever. */
#define _POSIX_C_SOURCE 200809L

#include "http/listener.h"

#include "http/address.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LOOK_MS 1000u

static void write_address(const struct sockaddr *from, char text[LOOM_HTTP_ADDRESS_SIZE])
{
    text[0] = '\0';
    if (from != NULL && from->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)from;
        (void)inet_ntop(AF_INET, &in->sin_addr, text, LOOM_HTTP_ADDRESS_SIZE);
    } else if (from != NULL && from->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = (const void *)from;
        (void)inet_ntop(AF_INET6, &in->sin6_addr, text, LOOM_HTTP_ADDRESS_SIZE);
    }
}

static void begin(struct loom_http *http, struct MHD_Connection *connection, void **context)
{
    /* In libmicrohttpd 1.0 what a call returns lasts until the next one. */
    const union MHD_ConnectionInfo *from =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = from == NULL ? NULL : from->client_addr;
    const union MHD_ConnectionInfo *descriptor =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct loom_http_connection *peer = calloc(1, sizeof *peer);
    *context = peer;
    http->counts.connections++;
    if (peer == NULL || descriptor == NULL) {
        free(peer);
        *context = NULL;
        return;
    }
    peer->descriptor = descriptor->connect_fd;
    peer->deadline = http->now(http->user) + http->limits.head_time;
    peer->is_loopback = address != NULL && loom_http_socket_is_loopback(address);
    write_address(address, peer->address);
    loom_list_begin(&peer->link);
    loom_list_append(&http->connections, &peer->link);
}

void loom_http_on_connection(void *self, struct MHD_Connection *connection, void **context,
                             enum MHD_ConnectionNotificationCode what)
{
    struct loom_http *http = self;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        begin(http, connection, context);
        return;
    }
    struct loom_http_connection *peer = *context;
    http->counts.connections--;
    /* At its limit libmicrohttpd does not look at the listening socket, until it runs again. */
    http->busy = true;
    if (peer != NULL) {
        loom_list_remove(&peer->link);
        free(peer);
        *context = NULL;
    }
}

void loom_http_expect(struct loom_http_request *request, uint64_t size)
{
    const struct loom_http *http = request->http;
    if (request->peer != NULL) {
        request->peer->deadline =
            size == UINT64_MAX
                ? UINT64_MAX
                : http->now(http->user) + http->limits.head_time + size * 1000u / http->limits.rate;
    }
}

/* libmicrohttpd has no call to close a connection; it notices that this one has ended. */
void loom_http_look(struct loom_http *http, uint64_t now)
{
    if (now < http->next_look) {
        return;
    }
    http->next_look = now + LOOK_MS;
    for (struct loom_list *link = http->connections.next; link != &http->connections;
         link = link->next) {
        struct loom_http_connection *peer =
            LOOM_LIST_ENTRY(link, struct loom_http_connection, link);
        if (peer->deadline <= now) {
            peer->deadline = UINT64_MAX;
            (void)shutdown(peer->descriptor, SHUT_RDWR);
        }
    }
}
