/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "loomctl/server.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool copy(char *to, size_t size, const char *from, size_t length)
{
    if (length == 0 || length >= size) {
        return false;
    }
    memcpy(to, from, length);
    to[length] = '\0';
    return true;
}

static bool read_port(const char *text, char port[6])
{
    size_t length = strspn(text, "0123456789");
    const char *end = text + length;
    return (*end == '\0' || strcmp(end, "/") == 0) && copy(port, 6, text, length) &&
           strtoul(port, NULL, 10) <= 65535 && strtoul(port, NULL, 10) > 0;
}

bool loom_ctl_server_read(const char *uri, struct loom_ctl_server *server)
{
    server->secure = strncasecmp(uri, "https://", 8) == 0;
    if (!server->secure && strncasecmp(uri, "http://", 7) != 0) {
        return false;
    }
    const char *host = uri + (server->secure ? 8 : 7);
    bool bracket = host[0] == '[';
    host += bracket ? 1 : 0;
    size_t length = strcspn(host, bracket ? "]" : ":/?#@");
    const char *rest = host + length + (bracket && host[length] == ']' ? 1 : 0);
    (void)strcpy(server->port, server->secure ? "443" : "80");
    if (!copy(server->host, sizeof server->host, host, length) ||
        (bracket && host[length] != ']')) {
        return false;
    }
    if (*rest == ':') {
        return read_port(rest + 1, server->port);
    }
    return *rest == '\0' || strcmp(rest, "/") == 0;
}
