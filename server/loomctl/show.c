/* SPDX-License-Identifier: Apache-2.0 */
/* Answers for people. Names and values come from devices, so nothing is printed as it is. */
#include "loomctl/loomctl.h"

#include "events/print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void loom_ctl_print_text(const char *text)
{
    loom_print_text(stdout, (struct loom_text){text, strlen(text)});
}

static void print_json_as(const json_t *json, size_t flags)
{
    char *text = json_dumps(json, flags | JSON_ENCODE_ANY);
    if (text != NULL) {
        (void)fputs(text, stdout);
    }
    free(text);
}

void loom_ctl_print_json(const json_t *json)
{
    print_json_as(json, JSON_INDENT(2));
    (void)putchar('\n');
}

static void print_any(const json_t *json)
{
    if (json == NULL || json_is_null(json)) {
        (void)putchar('-');
    } else if (json_is_string(json)) {
        loom_print_text(stdout,
                        (struct loom_text){json_string_value(json), json_string_length(json)});
    } else {
        print_json_as(json, JSON_COMPACT);
    }
}

void loom_ctl_print_member(const json_t *json, const char *name)
{
    print_any(json_object_get(json, name));
}

/* A blank and a member, if there is one. */
static void print_more(const json_t *json, const char *before, const char *name, const char *behind)
{
    const json_t *member = json_object_get(json, name);
    if (member != NULL && !json_is_null(member)) {
        (void)fputs(before, stdout);
        print_any(member);
        (void)fputs(behind, stdout);
    }
}

void loom_ctl_print_values(const json_t *values)
{
    for (size_t i = 0; i < json_array_size(values); i++) {
        const json_t *value = json_array_get(values, i);
        loom_ctl_print_member(value, "path");
        print_more(value, " ", "name", "");
        print_more(value, " = ", "value", "");
        print_more(value, " = hex ", "hex", "");
        if (json_is_true(json_object_get(value, "secret"))) {
            (void)fputs(" = (secret)", stdout);
        }
        print_more(value, " ", "units", "");
        print_more(value, " (", "meaning", ")");
        (void)putchar('\n');
    }
}

static void print_result(const json_t *result)
{
    loom_ctl_print_values(json_object_get(result, "values"));
    print_more(result, "", "links", "\n");
    print_more(result, "", "diagnostic", "\n");
    print_more(result, "created ", "created", "\n");
    print_more(result, "hex ", "hex", "\n");
    if (json_is_true(json_object_get(result, "observing"))) {
        (void)puts("observing");
    }
}

static bool is_state(const json_t *command, const char *state)
{
    const char *said = json_string_value(json_object_get(command, "state"));
    return said != NULL && strcmp(said, state) == 0;
}

int loom_ctl_print_command(const json_t *command)
{
    const char *code = json_string_value(json_object_get(command, "code"));
    bool waits = is_state(command, "queued") || is_state(command, "sent");
    (void)fputs("command ", stdout);
    loom_ctl_print_member(command, "id");
    (void)putchar(' ');
    loom_ctl_print_member(command, "state");
    print_more(command, " ", "code", "");
    print_more(command, ": ", "failure", "");
    (void)putchar('\n');
    print_result(json_object_get(command, "result"));
    if (waits) {
        return LOOM_CTL_WAITING;
    }
    return is_state(command, "answered") && code != NULL && code[0] == '2' ? LOOM_CTL_DONE
                                                                           : LOOM_CTL_REFUSED;
}

void loom_ctl_print_event(const json_t *event)
{
    static const char *const head[] = {"id", "time", "time_ms", "event", "endpoint", "level"};
    loom_ctl_print_member(event, "time");
    (void)putchar(' ');
    loom_ctl_print_member(event, "event");
    print_more(event, " ", "endpoint", "");
    for (void *at = json_object_iter((json_t *)(uintptr_t)event); at != NULL;
         at = json_object_iter_next((json_t *)(uintptr_t)event, at)) {
        size_t i = 0;
        const char *name = json_object_iter_key(at);
        while (i < sizeof head / sizeof head[0] && strcmp(head[i], name) != 0) {
            i++;
        }
        if (i == sizeof head / sizeof head[0]) {
            (void)putchar(' ');
            loom_ctl_print_text(name);
            (void)putchar('=');
            print_any(json_object_iter_value(at));
        }
    }
    (void)putchar('\n');
}

void loom_ctl_print_deed(const json_t *deed)
{
    static const char *const names[] = {"time",   "user",   "address", "action",
                                        "target", "status", "detail"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        print_more(deed, i == 0 ? "" : " ", names[i], "");
    }
    (void)putchar('\n');
}
