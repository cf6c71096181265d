/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "programs/web.h"

#include "events/metrics.h"
#include "loom/service.h"
#include "programs/version.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

int64_t loom_program_unix_now(void *user)
{
    struct timespec time = {0, 0};
    (void)user;
    (void)clock_gettime(CLOCK_REALTIME, &time);
    return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

uint64_t loom_program_port_time(const struct loom_program *program, int64_t unix_time)
{
    if (unix_time == INT64_MAX) {
        return UINT64_MAX;
    }
    uint64_t now = program->port.now(program->port.self);
    int64_t left = unix_time - loom_program_unix_now(NULL);
    return left <= 0 ? now : now + (uint64_t)left;
}

static struct pollfd watch(void *user)
{
    const struct loom_program_web *web = user;
    struct pollfd watched = {loom_http_descriptor(web->http), POLLIN, 0};
    return watched;
}

/* Its clock is the monotonic one of the system, and so is the port's. */
static uint64_t deadline(void *user)
{
    const struct loom_program_web *web = user;
    uint64_t http = loom_http_deadline(web->http);
    uint64_t access = loom_program_access_deadline(&web->access);
    uint64_t users =
        loom_program_port_time(web->program, loom_kept_users_deadline(&web->access.kept));
    uint64_t first = http < access ? http : access;
    return first < users ? first : users;
}

static void step(void *user, short events)
{
    struct loom_program_web *web = user;
    (void)events;
    loom_http_step(web->http);
    loom_program_access_step(&web->access, false);
}

static void drain(void *user)
{
    loom_program_access_step(&((struct loom_program_web *)user)->access, true);
}

static uint64_t port_now(void *user)
{
    const struct loom_program *program = ((const struct loom_program_web *)user)->program;
    return program->port.now(program->port.self);
}

/* ---- what every program answers -------------------------------------------------------------- */

static void answer_metrics(void *user, struct loom_http_request *request)
{
    const struct loom_program_web *web = user;
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    if (out != NULL) {
        loom_program_print_metrics(web->program, out);
    }
    if (out == NULL || fclose(out) != 0) {
        loom_http_problem(request, 500, "no-memory", "out of memory");
    } else {
        loom_http_answer_text(request, 200, LOOM_METRICS_TYPE, (struct loom_text){text, length});
    }
    free(text);
}

/* For whoever spreads requests over servers, and for alarms: no role is needed, and nothing is told
 * that an intruder could use. */
static void answer_health(void *user, struct loom_http_request *request)
{
    const struct loom_program_web *web = user;
    const char *trouble = loom_program_trouble(web->program);
    loom_http_answer_json(request, trouble == NULL ? 200 : 503,
                          json_pack("{s:s}", "status", trouble == NULL ? "ok" : trouble));
}

static const struct loom_http_route routes[] = {
    {.method = LOOM_HTTP_GET,
     .pattern = "/metrics",
     .role = LOOM_HTTP_VIEWER,
     .handler = answer_metrics,
     .operation = "metrics"},
    {.method = LOOM_HTTP_GET,
     .pattern = "/healthz",
     .handler = answer_health,
     .operation = "health"},
};

/* Requests by the first digit of their status: those of devices are other figures. */
static void print_metrics(void *user, FILE *out)
{
    static const char *const classes[] = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
    const struct loom_program_web *web = user;
    struct loom_http_counts counts = loom_http_counts(web->http);
    loom_metric_begin(out, LOOM_METRIC_COUNTER, "loom_http_requests_total",
                      "HTTP requests, by the class of their status.");
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        loom_metric_labelled(out, "loom_http_requests_total", "status", classes[i], NULL, NULL,
                             counts.answers[i]);
    }
    loom_metric_single(out, LOOM_METRIC_GAUGE, "loom_http_connections",
                       "Connections that are open.", counts.connections);
    loom_metric_single(out, LOOM_METRIC_GAUGE, "loom_http_streams", "Readers of events.",
                       counts.streams);
    loom_metric_single(out, LOOM_METRIC_COUNTER, "loom_http_events_dropped_total",
                       "Events that a reader was too slow for.", counts.dropped);
}

static void on_done(void *user, const struct loom_http_done *done)
{
    loom_program_access_tell(&((struct loom_program_web *)user)->access, done);
}

/* ---- the part -------------------------------------------------------------------------------- */

static void say_where(struct loom_program *program, const char *uri)
{
    struct loom_program_line line;
    loom_program_begin_answer(program, &line, "listening");
    if (line.json != NULL) {
        loom_json_string(line.json, "uri", uri);
    } else {
        (void)fprintf(line.out, "listening on %s", uri);
    }
    loom_program_end_line(program, &line);
}

void loom_program_web_write(struct loom_program_web *web, struct loom_writer *writer)
{
    if (web->http != NULL) {
        loom_program_access_write(&web->access, writer);
        web->models.writer = writer;
    }
}

static const char *bound_uri(void *user, size_t place)
{
    const struct loom_program *program = user;
    return place < program->bound_count ? program->bound[place] : NULL;
}

/* `http://systemd`, `https://systemd`, and with :NAME behind them: the socket that the service
 * manager has opened. One that it has opened and nobody serves would let clients wait for ever. */
static bool take_socket(struct loom_program *program, struct loom_http_config *config)
{
    const char *trouble;
    int taken;
    const char *uri = config->uri == NULL ? "" : config->uri;
    const char *rest = strncmp(uri, "https", 5) == 0  ? uri + 5
                       : strncmp(uri, "http", 4) == 0 ? uri + 4
                                                      : "";
    bool named = strncmp(rest, "://systemd:", 11) == 0;
    bool wanted = named || strcmp(rest, "://systemd") == 0;
    if (!loom_service_take_socket(named ? &rest[11] : NULL, &taken, &trouble)) {
        loom_program_fail(program, "--http: %s", trouble);
    } else if (wanted && taken < 0) {
        loom_program_fail(program, "--http: %s: no socket was passed (LISTEN_FDS)", config->uri);
    } else if (!wanted && taken >= 0) {
        loom_program_fail(
            program, "a socket was passed (LISTEN_FDS), which only --http http://systemd serves");
    } else {
        config->socket = wanted ? taken : 0;
        return true;
    }
    return false;
}

bool loom_program_web_begin(struct loom_program_web *web, struct loom_program *program,
                            struct loom_database *database)
{
    struct loom_http_config config = {.uri = program->settings.http,
                                      .certificate_file = program->settings.http_certificate,
                                      .key_file = program->settings.http_key,
                                      .now = port_now,
                                      .done = on_done,
                                      .user = web};
    const struct loom_program_part part = {.self = web,
                                           .watch = watch,
                                           .deadline = deadline,
                                           .step = step,
                                           .drain = drain,
                                           .metrics = print_metrics};
    char bound[LOOM_HTTP_URI_SIZE];
    char error[LOOM_HTTP_ERROR_SIZE];
    web->program = program;
    web->http = NULL;
    web->leshan.uri = bound_uri;
    web->leshan.user = program;
    if (!take_socket(program, &config)) {
        return false;
    }
    if (config.uri == NULL) {
        return true;
    }
    if (!loom_program_access_begin(&web->access, program, database)) {
        return false;
    }
    config.gate = loom_http_login_gate(web->access.login);
    web->http = loom_http_create(&config, bound, error);
    if (web->http == NULL) {
        loom_program_fail(program, "--http: %s", error);
        return false;
    }
    (void)loom_http_add_routes(web->http, routes, sizeof routes / sizeof routes[0], web);
    if (!loom_program_access_attach(&web->access, web->http) ||
        !loom_web_models_begin(&web->models, program->models, program->settings.store != NULL,
                               web->http) ||
        !loom_web_leshan_server_begin(&web->leshan, web->http)) {
        return false;
    }
    say_where(program, bound);
    loom_program_add(program, &part);
    return true;
}

bool loom_program_web_describe(struct loom_program_web *web, const char *const *parts)
{
    return web->http == NULL || loom_web_document_begin(&web->document, web->http,
                                                        web->program->name, LOOM_VERSION, parts);
}

void loom_program_web_end(struct loom_program_web *web)
{
    if (web->http != NULL) {
        loom_program_access_detach(&web->access);
    }
    loom_http_destroy(web->http);
    web->http = NULL;
    loom_web_document_end(&web->document);
    loom_program_access_end(&web->access);
}
