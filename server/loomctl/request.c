/* SPDX-License-Identifier: Apache-2.0 */
/* Requests, and what every answer has. */
#define _POSIX_C_SOURCE 200809L

#include "loomctl/loomctl.h"

#include "events/print.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEPTH_OF_FLAGS = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, SILENCE_S = 75 };

static void encode(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (isalnum(c) || strchr("-._~", c) != NULL) {
            (void)fputc(c, out);
        } else {
            (void)fprintf(out, "%%%02X", c);
        }
    }
}

char *loom_ctl_target(const char *pattern, char *const *arguments, int count)
{
    char *target = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&target, &length);
    int next = 0;
    if (out == NULL) {
        return NULL;
    }
    for (; *pattern != '\0'; pattern++) {
        if (pattern[0] == '{' && pattern[1] == '}') {
            encode(out, next < count ? arguments[next] : "");
            next++;
            pattern++;
        } else {
            (void)fputc(*pattern, out);
        }
    }
    if (fclose(out) != 0) {
        free(target);
        return NULL;
    }
    return target;
}

int loom_ctl_wrong(const char *format, ...)
{
    va_list arguments;
    (void)fputs("loomctl: ", stderr);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputs("\nTry 'loomctl --help'.\n", stderr);
    return LOOM_CTL_USAGE;
}

static void print_error(const char *text)
{
    loom_print_text(stderr, (struct loom_text){text, strlen(text)});
}

int loom_ctl_complain(unsigned status, const json_t *problem)
{
    const char *detail = json_string_value(json_object_get(problem, "detail"));
    const json_t *errors = json_object_get(problem, "errors");
    (void)fprintf(stderr, "loomctl: %u ", status);
    print_error(detail != NULL ? detail : "the server refuses this");
    (void)fputc('\n', stderr);
    for (size_t i = 0; i < json_array_size(errors); i++) {
        const json_t *error = json_array_get(errors, i);
        const char *at = json_string_value(json_object_get(error, "at"));
        const char *what = json_string_value(json_object_get(error, "detail"));
        (void)fputs("  ", stderr);
        print_error(at == NULL ? "" : at);
        (void)fputs(": ", stderr);
        print_error(what == NULL ? "" : what);
        (void)fputc('\n', stderr);
    }
    return LOOM_CTL_REFUSED;
}

static json_t *read_json(const struct loom_ctl_exchange *exchange)
{
    json_error_t error;
    return exchange->answer == NULL
               ? NULL
               : json_loadb(exchange->answer, exchange->answer_length, DEPTH_OF_FLAGS, &error);
}

int loom_ctl_ask(const struct loom_ctl *ctl, const char *method, const char *target, json_t *body,
                 unsigned *status, json_t **answer)
{
    char *text = body == NULL ? NULL : json_dumps(body, JSON_COMPACT | JSON_ENCODE_ANY);
    struct loom_ctl_exchange exchange = {.method = method,
                                         .target = target,
                                         .accept = "application/json",
                                         .type = body == NULL ? NULL : "application/json",
                                         .body = text,
                                         .body_length = text == NULL ? 0 : strlen(text),
                                         .silence_s = SILENCE_S};
    json_decref(body);
    *answer = NULL;
    bool good = loom_ctl_http(&ctl->server, &exchange);
    free(text);
    if (!good) {
        (void)fprintf(stderr, "loomctl: %s\n", exchange.error);
        return LOOM_CTL_NO_SERVER;
    }
    json_t *json = read_json(&exchange);
    bool empty = exchange.answer_length == 0;
    free(exchange.answer);
    *status = exchange.status;
    if (exchange.status >= 300) {
        int refused = loom_ctl_complain(exchange.status, json);
        json_decref(json);
        return refused;
    }
    if (json == NULL && !empty) {
        (void)fputs("loomctl: the server does not answer in JSON\n", stderr);
        return LOOM_CTL_NO_SERVER;
    }
    *answer = json;
    return LOOM_CTL_DONE;
}

int loom_ctl_ask_for(const struct loom_ctl *ctl, const char *method, const char *pattern, int count,
                     char *const *arguments, json_t *body, json_t **answer)
{
    char *target = loom_ctl_target(pattern, arguments, count);
    unsigned status;
    *answer = NULL;
    if (target == NULL) {
        json_decref(body);
        (void)fputs("loomctl: out of memory\n", stderr);
        return LOOM_CTL_NO_SERVER;
    }
    int result = loom_ctl_ask(ctl, method, target, body, &status, answer);
    free(target);
    return result;
}
