/* SPDX-License-Identifier: Apache-2.0 */
/* The listener: its socket, libmicrohttpd, and what the loop asks. */
#define _POSIX_C_SOURCE 200809L

#include "http/listener.h"

#include "http/address.h"
#include "http/pem.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#define EVENTS_MAX 64

const struct loom_http_limits loom_http_limits_usual = {.connections = 512,
                                                        .connections_of_one = 256,
                                                        .head = 32768,
                                                        .bodies = 64u << 20,
                                                        .head_time = 30000,
                                                        .rate = 1024,
                                                        .streams = 128,
                                                        .stream_bytes = 1u << 20};

static uint64_t system_now(void *user)
{
    (void)user;
    struct timespec time = {0, 0};
    (void)clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000u + (uint64_t)time.tv_nsec / 1000000u;
}

static bool complain(char error[LOOM_HTTP_ERROR_SIZE], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool complain(char error[LOOM_HTTP_ERROR_SIZE], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(error, LOOM_HTTP_ERROR_SIZE, format, arguments);
    va_end(arguments);
    return false;
}

/* Decoding is done once, by our own rules. */
static size_t leave_encoded(void *self, struct MHD_Connection *connection, char *text)
{
    (void)self;
    (void)connection;
    return strlen(text);
}

/* ---- beginning ------------------------------------------------------------------------------- */

static bool start(struct loom_http *http, const struct loom_http_pem *pem,
                  char error[LOOM_HTTP_ERROR_SIZE])
{
    const struct loom_http_limits *limits = &http->limits;
    struct MHD_OptionItem options[12] = {
        {MHD_OPTION_LISTEN_SOCKET, http->listening, NULL},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)limits->connections, NULL},
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, (intptr_t)limits->connections_of_one, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)limits->head, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)((limits->head_time + 999) / 1000), NULL},
        {MHD_OPTION_STRICT_FOR_CLIENT, 1, NULL},
    };
    size_t count = 6;
    unsigned flags = MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME;
    if (http->secure) {
        flags |= MHD_USE_TLS;
        options[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, pem->key};
        options[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, pem->certificate};
        options[count++] = (struct MHD_OptionItem){
            MHD_OPTION_HTTPS_PRIORITIES, 0,
            (void *)(uintptr_t) "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"};
    }
    /* It asks for certificates when it has one to trust in, but does not look at them itself. */
    if (http->secure && http->asks_certificates) {
        options[count++] = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_TRUST, 0, pem->certificate};
    }
    options[count] = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    http->daemon = MHD_start_daemon(
        flags, 0, NULL, NULL, loom_http_on_access, http, MHD_OPTION_ARRAY, options,
        MHD_OPTION_URI_LOG_CALLBACK, loom_http_on_target, http, MHD_OPTION_UNESCAPE_CALLBACK,
        leave_encoded, http, MHD_OPTION_NOTIFY_COMPLETED, loom_http_on_completed, http,
        MHD_OPTION_NOTIFY_CONNECTION, loom_http_on_connection, http, MHD_OPTION_END);
    return http->daemon != NULL ||
           complain(error, "cannot start HTTP%s",
                    http->secure ? ": certificate and key are not usable, or not of each other"
                                 : "");
}

bool loom_http_watch(struct loom_http *http, int descriptor, struct loom_http_waker *waker)
{
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = waker}};
    return epoll_ctl(http->epoll, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void loom_http_unwatch(struct loom_http *http, int descriptor)
{
    (void)epoll_ctl(http->epoll, EPOLL_CTL_DEL, descriptor, NULL);
}

bool loom_http_is_closed(const struct loom_http *http)
{
    const struct loom_http_gate *gate = &http->gate;
    return gate->admit != NULL && (gate->is_closed == NULL || gate->is_closed(gate->self));
}

/* The descriptor of libmicrohttpd among those that the loop's one stands for. */
static bool watch(struct loom_http *http, char error[LOOM_HTTP_ERROR_SIZE])
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = NULL}};
    http->epoll = epoll_create1(EPOLL_CLOEXEC);
    return (info != NULL && http->epoll >= 0 &&
            epoll_ctl(http->epoll, EPOLL_CTL_ADD, info->epoll_fd, &event) == 0) ||
           complain(error, "cannot start HTTP: %s", strerror(errno));
}

static bool find_address(const struct loom_http_config *config, struct loom_http_address *address,
                         char bound[LOOM_HTTP_URI_SIZE], char error[LOOM_HTTP_ERROR_SIZE])
{
    if (config->socket > 0) {
        bool secure = strncmp(config->uri, "https:", 6) == 0;
        return loom_http_address_adopt(config->socket, secure, address, bound,
                                       LOOM_HTTP_URI_SIZE) ||
               complain(error, "%.100s: what was passed is no TCP socket that listens",
                        config->uri);
    }
    return loom_http_address_read(config->uri, address) ||
           complain(error, "'%.100s' is not of the form http://ADDRESS:PORT", config->uri);
}

static bool open_listener(struct loom_http *http, const struct loom_http_config *config,
                          char bound[LOOM_HTTP_URI_SIZE], char error[LOOM_HTTP_ERROR_SIZE])
{
    struct loom_http_address address;
    struct loom_http_pem pem = {NULL, NULL};
    if (!find_address(config, &address, bound, error)) {
        return false;
    }
    if (config->socket > 0) {
        http->listening = config->socket;
    }
    if (!loom_http_is_closed(http) && !loom_http_address_is_loopback(&address)) {
        return complain(error, "%.100s: without a user only loopback addresses are listened at",
                        config->uri);
    }
    http->secure = address.secure;
    if (http->secure && (config->certificate_file == NULL || config->key_file == NULL)) {
        return complain(error, "%.100s needs the files of a certificate and its key", config->uri);
    }
    if (http->secure && !loom_http_pem_read(&pem, config->certificate_file, config->key_file)) {
        return complain(error, "cannot read %.100s or %.100s: %s", config->certificate_file,
                        config->key_file, strerror(errno));
    }
    if (config->socket <= 0) {
        http->listening = loom_http_address_listen(&address, bound, LOOM_HTTP_URI_SIZE);
    }
    bool good = http->listening >= 0
                    ? start(http, &pem, error) && watch(http, error)
                    : complain(error, "cannot listen on %.100s: %s", config->uri, strerror(errno));
    loom_http_pem_free(&pem);
    return good;
}

struct loom_http *loom_http_create(const struct loom_http_config *config,
                                   char bound[LOOM_HTTP_URI_SIZE], char error[LOOM_HTTP_ERROR_SIZE])
{
    struct loom_http *http = calloc(1, sizeof *http);
    if (http == NULL) {
        (void)complain(error, "no memory");
        return NULL;
    }
    http->epoll = -1;
    http->listening = -1;
    http->limits = config->limits == NULL ? loom_http_limits_usual : *config->limits;
    if (config->gate != NULL) {
        http->gate = *config->gate;
    }
    http->now = config->now == NULL ? system_now : config->now;
    http->asks_certificates = config->asks_certificates;
    http->done = config->done;
    http->user = config->user;
    loom_list_begin(&http->connections);
    loom_list_begin(&http->requests);
    loom_list_begin(&http->streams);
    if (!open_listener(http, config, bound, error)) {
        loom_http_destroy(http);
        return NULL;
    }
    return http;
}

bool loom_http_add_routes(struct loom_http *http, const struct loom_http_route *routes,
                          size_t count, void *user)
{
    if (http->table_count == LOOM_HTTP_TABLES_MAX) {
        return false;
    }
    struct loom_http_table *table = &http->tables[http->table_count++];
    table->routes = routes;
    table->count = count;
    table->user = user;
    return true;
}

/* ---- the loop -------------------------------------------------------------------------------- */

int loom_http_descriptor(const struct loom_http *http)
{
    return http->epoll;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* What libmicrohttpd has read of a socket and not worked on makes its descriptor readable no more:
 * only its time-out says so. */
uint64_t loom_http_deadline(struct loom_http *http)
{
    MHD_UNSIGNED_LONG_LONG wait = 0;
    uint64_t now = http->now(http->user);
    if (http->busy) {
        return now;
    }
    uint64_t deadline = loom_http_streams_deadline(http);
    if (!loom_list_is_empty(&http->connections)) {
        deadline = earlier(deadline, http->next_look);
    }
    return MHD_get_timeout(http->daemon, &wait) == MHD_YES ? earlier(deadline, now + wait)
                                                           : deadline;
}

static void wake(struct loom_http *http)
{
    struct epoll_event events[EVENTS_MAX];
    int count = epoll_wait(http->epoll, events, EVENTS_MAX, 0);
    for (int i = 0; i < count; i++) {
        if (events[i].data.ptr != NULL) {
            struct loom_http_waker *waker = events[i].data.ptr;
            waker->wake(waker);
        }
    }
}

void loom_http_step(struct loom_http *http)
{
    uint64_t now = http->now(http->user);
    http->busy = false;
    wake(http);
    loom_http_streams_step(http, now);
    loom_http_look(http, now);
    (void)MHD_run(http->daemon);
}

/* Suspended connections must not be there when libmicrohttpd ends. */
static void let_go(struct loom_http *http)
{
    http->ending = true;
    for (struct loom_list *link = http->requests.next; link != &http->requests; link = link->next) {
        loom_http_lost(LOOM_LIST_ENTRY(link, struct loom_http_request, link));
    }
    (void)MHD_run(http->daemon);
}

void loom_http_destroy(struct loom_http *http)
{
    if (http == NULL) {
        return;
    }
    if (http->daemon != NULL) {
        let_go(http);
        MHD_stop_daemon(http->daemon);
    } else if (http->listening >= 0) {
        (void)close(http->listening);
    }
    if (http->epoll >= 0) {
        (void)close(http->epoll);
    }
    free(http);
}

struct loom_http_counts loom_http_counts(const struct loom_http *http)
{
    return http->counts;
}
