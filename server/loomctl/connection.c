/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "loomctl/connection.h"

#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

enum { CONNECT_MS = 10000 };

struct loom_ctl_connection {
    int socket;
    int silence_ms;
    bool secure;
    gnutls_certificate_credentials_t credentials;
    gnutls_session_t session;
};

/* ---- TCP ------------------------------------------------------------------------------------- */

static bool wait_for(int socket, short events, int milliseconds)
{
    struct pollfd ready = {socket, events, 0};
    int found;
    do {
        found = poll(&ready, 1, milliseconds);
    } while (found < 0 && errno == EINTR);
    if (found == 0) {
        errno = ETIMEDOUT;
    }
    return found == 1;
}

static bool finish_connecting(int file)
{
    int failure = 0;
    socklen_t size = sizeof failure;
    if (errno != EINPROGRESS || !wait_for(file, POLLOUT, CONNECT_MS) ||
        getsockopt(file, SOL_SOCKET, SO_ERROR, &failure, &size) != 0) {
        return false;
    }
    errno = failure;
    return failure == 0;
}

/* @return -1 with errno */
static int connect_to(const struct addrinfo *address)
{
    int file = socket(address->ai_family, address->ai_socktype, address->ai_protocol);
    if (file < 0) {
        return -1;
    }
    (void)fcntl(file, F_SETFL, O_NONBLOCK);
    if (connect(file, address->ai_addr, address->ai_addrlen) != 0 && !finish_connecting(file)) {
        int saved = errno;
        (void)close(file);
        errno = saved;
        return -1;
    }
    return file;
}

static int connect_to_any(const struct loom_ctl_server *server, char *error, size_t error_size)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
    struct addrinfo *all = NULL;
    int wrong = getaddrinfo(server->host, server->port, &hints, &all);
    int file = -1;
    if (wrong != 0) {
        (void)snprintf(error, error_size, "%s: %s", server->host, gai_strerror(wrong));
        return -1;
    }
    for (const struct addrinfo *at = all; at != NULL && file < 0; at = at->ai_next) {
        file = connect_to(at);
    }
    if (file < 0) {
        (void)snprintf(error, error_size, "cannot connect to %s port %s: %s", server->host,
                       server->port, strerror(errno));
    }
    freeaddrinfo(all);
    return file;
}

/* ---- TLS ------------------------------------------------------------------------------------- */

static bool trust(struct loom_ctl_connection *connection, const char *authority_file)
{
    return (authority_file == NULL
                ? gnutls_certificate_set_x509_system_trust(connection->credentials)
                : gnutls_certificate_set_x509_trust_file(connection->credentials, authority_file,
                                                         GNUTLS_X509_FMT_PEM)) > 0;
}

static int shake_hands(struct loom_ctl_connection *connection)
{
    int result;
    do {
        result = gnutls_handshake(connection->session);
    } while (result == GNUTLS_E_INTERRUPTED ||
             (result == GNUTLS_E_AGAIN &&
              wait_for(connection->socket,
                       gnutls_record_get_direction(connection->session) == 0 ? POLLIN : POLLOUT,
                       CONNECT_MS)));
    return result;
}

static bool begin_tls(struct loom_ctl_connection *connection, const struct loom_ctl_server *server,
                      char *error, size_t error_size)
{
    const char *what = "out of memory";
    if (gnutls_certificate_allocate_credentials(&connection->credentials) < 0) {
        connection->credentials = NULL;
    } else if (!trust(connection, server->authority_file)) {
        what = "no certificates of authorities can be read";
    } else if (gnutls_init(&connection->session, GNUTLS_CLIENT | GNUTLS_NONBLOCK) < 0) {
        connection->session = NULL;
    } else {
        gnutls_session_t session = connection->session;
        (void)gnutls_set_default_priority(session);
        (void)gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, connection->credentials);
        (void)gnutls_server_name_set(session, GNUTLS_NAME_DNS, server->host, strlen(server->host));
        gnutls_session_set_verify_cert(session, server->host, 0);
        gnutls_transport_set_int(session, connection->socket);
        int result = shake_hands(connection);
        if (result >= 0) {
            return true;
        }
        what = gnutls_strerror(result);
    }
    (void)snprintf(error, error_size, "TLS with %s: %s", server->host, what);
    return false;
}

/* ---- both ------------------------------------------------------------------------------------ */

struct loom_ctl_connection *loom_ctl_connect(const struct loom_ctl_server *server, int silence_s,
                                             char *error, size_t error_size)
{
    struct loom_ctl_connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL) {
        (void)snprintf(error, error_size, "out of memory");
        return NULL;
    }
    connection->silence_ms = silence_s * 1000;
    connection->secure = server->secure;
    connection->socket = connect_to_any(server, error, error_size);
    if (connection->socket < 0 ||
        (server->secure && !begin_tls(connection, server, error, error_size))) {
        loom_ctl_disconnect(connection);
        return NULL;
    }
    return connection;
}

static long write_some(struct loom_ctl_connection *connection, const char *data, size_t length)
{
    if (!connection->secure) {
        ssize_t written = send(connection->socket, data, length, MSG_NOSIGNAL);
        return written < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : (long)written;
    }
    ssize_t written = gnutls_record_send(connection->session, data, length);
    return written == GNUTLS_E_AGAIN || written == GNUTLS_E_INTERRUPTED ? 0 : (long)written;
}

bool loom_ctl_write(struct loom_ctl_connection *connection, const char *data, size_t length)
{
    while (length > 0) {
        long written = write_some(connection, data, length);
        if (written < 0 ||
            (written == 0 && !wait_for(connection->socket, POLLOUT, connection->silence_ms))) {
            return false;
        }
        data += written;
        length -= (size_t)written;
    }
    return true;
}

long loom_ctl_read(struct loom_ctl_connection *connection, char *data, size_t size)
{
    for (;;) {
        ssize_t got = connection->secure ? gnutls_record_recv(connection->session, data, size)
                                         : recv(connection->socket, data, size, 0);
        bool again = connection->secure ? got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED
                                        : got < 0 && (errno == EAGAIN || errno == EINTR);
        if (!again) {
            return got < 0 ? -1 : (long)got;
        }
        if (!wait_for(connection->socket, POLLIN, connection->silence_ms)) {
            return -1;
        }
    }
}

void loom_ctl_disconnect(struct loom_ctl_connection *connection)
{
    if (connection == NULL) {
        return;
    }
    if (connection->session != NULL) {
        (void)gnutls_bye(connection->session, GNUTLS_SHUT_WR);
        gnutls_deinit(connection->session);
    }
    if (connection->credentials != NULL) {
        gnutls_certificate_free_credentials(connection->credentials);
    }
    if (connection->socket >= 0) {
        (void)close(connection->socket);
    }
    free(connection);
}
