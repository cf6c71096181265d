/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "programs/web.h"

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
    return loom_http_deadline(((struct loom_program_web *)user)->http);
}

static void step(void *user, short events)
{
    (void)events;
    loom_http_step(((struct loom_program_web *)user)->http);
}

static uint64_t port_now(void *user)
{
    const struct loom_program *program = ((const struct loom_program_web *)user)->program;
    return program->port.now(program->port.self);
}

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

bool loom_program_web_begin(struct loom_program_web *web, struct loom_program *program)
{
    struct loom_http_config config = {.uri = program->settings.http, .now = port_now, .user = web};
    const struct loom_program_part part = {
        .self = web, .watch = watch, .deadline = deadline, .step = step};
    char bound[LOOM_HTTP_URI_SIZE];
    char error[LOOM_HTTP_ERROR_SIZE];
    web->program = program;
    web->http = NULL;
    if (config.uri == NULL) {
        return true;
    }
    web->http = loom_http_create(&config, bound, error);
    if (web->http == NULL) {
        (void)fprintf(stderr, "%s: cannot listen on %s: %s\n", program->name, config.uri, error);
        return false;
    }
    say_where(program, bound);
    loom_program_add(program, &part);
    return true;
}

void loom_program_web_end(struct loom_program_web *web)
{
    loom_http_destroy(web->http);
    web->http = NULL;
}
