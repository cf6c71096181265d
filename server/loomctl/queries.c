/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that look: at clients, values, events, and any route. */
#define _POSIX_C_SOURCE 200809L

#include "loomctl/loomctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int no_memory(void)
{
    (void)fputs("loomctl: out of memory\n", stderr);
    return LOOM_CTL_NO_SERVER;
}

int loom_ctl_plain(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                   char **arguments)
{
    json_t *answer;
    int result =
        loom_ctl_ask_for(ctl, command->method, command->target, count, arguments, NULL, &answer);
    if (result == LOOM_CTL_DONE && answer != NULL) {
        loom_ctl_print_json(answer);
    }
    json_decref(answer);
    return result;
}

int loom_ctl_any(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                 char **arguments)
{
    json_t *body = NULL;
    json_t *answer;
    unsigned status;
    if (arguments[0][0] != '/' || strpbrk(arguments[0], " \t\r\n") != NULL) {
        return loom_ctl_wrong("a path begins with / and has no blanks, e.g. /v1/clients");
    }
    if (count == 2) {
        json_error_t error;
        body = json_loads(arguments[1], JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &error);
        if (body == NULL) {
            return loom_ctl_wrong("the body is not JSON: %s", error.text);
        }
    }
    int result = loom_ctl_ask(ctl, command->method, arguments[0], body, &status, &answer);
    if (result == LOOM_CTL_DONE && answer != NULL) {
        loom_ctl_print_json(answer);
    }
    json_decref(answer);
    return result;
}

/* ---- clients --------------------------------------------------------------------------------- */

static void print_client(const json_t *client)
{
    static const char *const columns[] = {"endpoint", "address", "lwm2m", "binding", "lastSeen"};
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        loom_ctl_print_member(client, columns[i]);
        (void)putchar('\t');
    }
    (void)puts(json_is_true(json_object_get(client, "asleep")) ? "asleep" : "awake");
}

/* All of them, page by page. @param show once for each */
static int each_client(const struct loom_ctl *ctl, int count, char **arguments,
                       void (*show)(const json_t *client))
{
    for (unsigned offset = 0;;) {
        char at[16];
        char *words[] = {count > 0 ? arguments[0] : (char *)"", at};
        json_t *answer;
        (void)snprintf(at, sizeof at, "%u", offset);
        int result =
            loom_ctl_ask_for(ctl, "GET", "/v1/clients?limit=1000&sort=endpoint&search={}&offset={}",
                             2, words, NULL, &answer);
        if (result != LOOM_CTL_DONE) {
            return result;
        }
        const json_t *clients = json_object_get(answer, "clients");
        size_t here = json_array_size(clients);
        for (size_t i = 0; i < here; i++) {
            show(json_array_get(clients, i));
        }
        json_decref(answer);
        if (here == 0) {
            return LOOM_CTL_DONE;
        }
        offset += (unsigned)here;
    }
}

int loom_ctl_clients(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                     char **arguments)
{
    (void)command;
    return each_client(ctl, count, arguments, ctl->json ? loom_ctl_print_json : print_client);
}

static void print_endpoint(const json_t *client)
{
    loom_ctl_print_member(client, "endpoint");
    (void)putchar('\n');
}

int loom_ctl_endpoints(const struct loom_ctl *ctl, const struct loom_ctl_command *command,
                       int count, char **arguments)
{
    (void)command;
    return each_client(ctl, count, arguments, print_endpoint);
}

int loom_ctl_values(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                    char **arguments)
{
    json_t *answer;
    (void)command;
    int result = loom_ctl_ask_for(
        ctl, "GET", count == 2 ? "/v1/clients/{}/values?path={}" : "/v1/clients/{}/values", count,
        arguments, NULL, &answer);
    if (result == LOOM_CTL_DONE && ctl->json) {
        loom_ctl_print_json(answer);
    } else if (result == LOOM_CTL_DONE) {
        loom_ctl_print_values(json_object_get(answer, "values"));
    }
    json_decref(answer);
    return result;
}

/* ---- events ---------------------------------------------------------------------------------- */

int loom_ctl_events(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                    char **arguments)
{
    json_t *answer;
    (void)command;
    int result = loom_ctl_ask_for(ctl, "GET", count == 1 ? "/v1/events?endpoint={}" : "/v1/events",
                                  count, arguments, NULL, &answer);
    const json_t *events = json_object_get(answer, "events");
    if (result == LOOM_CTL_DONE && ctl->json) {
        loom_ctl_print_json(answer);
    }
    /* The newest comes first; people read on downwards. */
    for (size_t i = json_array_size(events); result == LOOM_CTL_DONE && !ctl->json && i > 0; i--) {
        loom_ctl_print_event(json_array_get(events, i - 1));
    }
    json_decref(answer);
    return result;
}

/* A stream of events (WHATWG HTML 9.2.5), of which only the data counts here. */
struct stream {
    const struct loom_ctl *ctl;
    char line[65536];
    size_t length;
    bool overlong; /* the line is left out */
};

static bool end_line(struct stream *stream)
{
    static const char data[] = "data:";
    stream->line[stream->length] = '\0';
    if (!stream->overlong && strncmp(stream->line, data, sizeof data - 1) == 0) {
        const char *text = stream->line + sizeof data - 1;
        json_error_t error;
        json_t *event = json_loads(text + strspn(text, " "), JSON_REJECT_DUPLICATES, &error);
        bool says_something = json_object_size(event) > 0;
        if (says_something && stream->ctl->json) {
            (void)puts(text + strspn(text, " "));
        } else if (says_something) {
            loom_ctl_print_event(event);
        }
        json_decref(event);
    }
    stream->length = 0;
    stream->overlong = false;
    /* Whoever reads has it at once; when nobody reads any more, that is the end. */
    return fflush(stdout) == 0;
}

static bool take(void *user, const char *data, size_t length)
{
    struct stream *stream = user;
    for (size_t i = 0; i < length; i++) {
        if (data[i] == '\n') {
            if (!end_line(stream)) {
                return false;
            }
        } else if (stream->length + 1 == sizeof stream->line) {
            stream->overlong = true;
        } else if (data[i] != '\r') {
            stream->line[stream->length++] = data[i];
        }
    }
    return true;
}

static int follow(const struct loom_ctl *ctl, const char *pattern, int count, char **arguments)
{
    static struct stream stream;
    char *target = loom_ctl_target(pattern, arguments, count);
    struct loom_ctl_exchange exchange = {.method = "GET",
                                         .target = target,
                                         .accept = "text/event-stream",
                                         .silence_s = 60, /* a comment comes each 15 s */
                                         .take = take,
                                         .user = &stream};
    stream.ctl = ctl;
    if (target == NULL) {
        return no_memory();
    }
    bool good = loom_ctl_http(&ctl->server, &exchange);
    free(target);
    if (good && exchange.status != 200) {
        json_error_t error;
        json_t *problem = exchange.answer == NULL ? NULL : json_loads(exchange.answer, 0, &error);
        int result = loom_ctl_complain(exchange.status, problem);
        json_decref(problem);
        free(exchange.answer);
        return result;
    }
    if (!ferror(stdout)) {
        (void)fprintf(stderr, "loomctl: %s\n",
                      good ? "the server has ended the stream" : exchange.error);
    }
    return LOOM_CTL_NO_SERVER;
}

int loom_ctl_follow(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                    char **arguments)
{
    (void)command;
    return follow(ctl, count == 1 ? "/v1/events?endpoint={}" : "/v1/events", count, arguments);
}

int loom_ctl_trace(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                   char **arguments)
{
    json_t *answer;
    int result = loom_ctl_ask_for(ctl, "POST", command->target, count, arguments, NULL, &answer);
    json_decref(answer);
    return result == LOOM_CTL_DONE ? follow(ctl, command->target, count, arguments) : result;
}

int loom_ctl_audit(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                   char **arguments)
{
    json_t *answer;
    (void)command;
    int result = loom_ctl_ask_for(ctl, "GET", count == 1 ? "/v1/audit?user={}" : "/v1/audit", count,
                                  arguments, NULL, &answer);
    const json_t *list = json_object_get(answer, "audit");
    if (result == LOOM_CTL_DONE && ctl->json) {
        loom_ctl_print_json(answer);
    }
    for (size_t i = json_array_size(list); result == LOOM_CTL_DONE && !ctl->json && i > 0; i--) {
        loom_ctl_print_deed(json_array_get(list, i - 1));
    }
    json_decref(answer);
    return result;
}

/* What is no JSON, such as figures. */
int loom_ctl_text(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                  char **arguments)
{
    struct loom_ctl_exchange exchange = {
        .method = "GET", .target = command->target, .accept = "*/*", .silence_s = 60};
    (void)count;
    (void)arguments;
    if (!loom_ctl_http(&ctl->server, &exchange)) {
        (void)fprintf(stderr, "loomctl: %s\n", exchange.error);
        return LOOM_CTL_NO_SERVER;
    }
    if (exchange.answer != NULL) {
        (void)fwrite(exchange.answer, 1, exchange.answer_length, stdout);
        (void)fputs(
            exchange.answer_length > 0 && exchange.answer[exchange.answer_length - 1] != '\n' ? "\n"
                                                                                              : "",
            stdout);
    }
    free(exchange.answer);
    return exchange.status == 200 ? LOOM_CTL_DONE : LOOM_CTL_REFUSED;
}
