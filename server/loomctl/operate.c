/* SPDX-License-Identifier: Apache-2.0 */
/* Commands for a device: words to the body of POST /v1/clients/{endpoint}/commands. */
#define _POSIX_C_SOURCE 200809L

#include "loomctl/loomctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* `true` and `false` are Booleans, what is in double quotes is text as JSON has it, and all else is
 * text: the server makes a number of it where the model wants one. */
static json_t *value_of(const char *text)
{
    json_error_t error;
    if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
        return json_boolean(text[0] == 't');
    }
    return text[0] == '"' ? json_loads(text, JSON_DECODE_ANY, &error) : json_string(text);
}

/* `lifetime=60`, and `acl/101=15` as `"acl": {"101": 15}`. @return false: it is neither */
static bool put_setting(json_t *values, const char *word, bool nested)
{
    const char *equals = strchr(word, '=');
    const char *slash =
        nested ? memchr(word, '/', equals == NULL ? 0 : (size_t)(equals - word)) : NULL;
    if (equals == NULL || equals == word) {
        return false;
    }
    const char *end = slash == NULL ? equals : slash;
    char *name = strndup(word, (size_t)(end - word));
    char *instance = slash == NULL ? NULL : strndup(slash + 1, (size_t)(equals - slash - 1));
    json_t *value = value_of(equals + 1);
    bool good = name != NULL && value != NULL;
    if (good && instance == NULL) {
        good = json_object_set(values, name, value) == 0;
    } else if (good) {
        json_t *list = json_object_get(values, name);
        if (!json_is_object(list)) {
            list = json_object();
            (void)json_object_set_new(values, name, list);
        }
        good = json_object_set(list, instance, value) == 0;
    }
    json_decref(value);
    free(instance);
    free(name);
    return good;
}

/* What follows the path of an operation. Each returns false for what cannot be. */

static bool put_values(json_t *body, int count, char **words, bool nested)
{
    json_t *values = json_object();
    bool good = true;
    for (int i = 0; good && i < count; i++) {
        good = put_setting(values, words[i], nested);
    }
    return json_object_set_new(body, "values", values) == 0 && good;
}

static bool put_text(json_t *body, const char *name, int count, char **words)
{
    return count == 0 ||
           (count == 1 && json_object_set_new(body, name, json_string(words[0])) == 0);
}

static bool put_depth(json_t *body, int count, char **words)
{
    return count == 0 ||
           (count == 1 && strlen(words[0]) == 1 && strchr("0123", words[0][0]) != NULL &&
            json_object_set_new(body, "depth", json_integer(words[0][0] - '0')) == 0);
}

/* A number is one, so that attributes are what they are in REST; without a value it is unset. */
static bool put_attributes(json_t *body, int count, char **words)
{
    json_t *attributes = json_object();
    bool good = count > 0;
    for (int i = 0; good && i < count; i++) {
        const char *equals = strchr(words[i], '=');
        char *name =
            strndup(words[i], equals == NULL ? strlen(words[i]) : (size_t)(equals - words[i]));
        json_error_t error;
        json_t *value =
            equals == NULL ? json_null() : json_loads(equals + 1, JSON_DECODE_ANY, &error);
        good = name != NULL && name[0] != '\0' && value != NULL &&
               json_object_set(attributes, name, value) == 0;
        json_decref(value);
        free(name);
    }
    return json_object_set_new(body, "attributes", attributes) == 0 && good;
}

static bool put_paths(json_t *body, int count, char **words)
{
    json_t *paths = json_array();
    for (int i = 0; i < count; i++) {
        (void)json_array_append_new(paths, json_string(words[i]));
    }
    return json_object_set_new(body, "paths", paths) == 0;
}

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* What stands behind the endpoint and, unless the operation is a composite, the path. */
static bool put_rest(json_t *body, const char *operation, int count, char **words)
{
    if (is(operation, "read") || is(operation, "observe")) {
        return put_text(body, "format", count, words);
    }
    if (is(operation, "discover")) {
        return put_depth(body, count, words);
    }
    if (is(operation, "execute")) {
        return put_text(body, "arguments", count, words);
    }
    if (is(operation, "write") && count == 1 && strchr(words[0], '=') == NULL) {
        json_t *value = value_of(words[0]);
        return value != NULL && json_object_set_new(body, "value", value) == 0;
    }
    if (is(operation, "write-attributes")) {
        return put_attributes(body, count, words);
    }
    if (is(operation, "read-composite") || is(operation, "observe-composite")) {
        return put_paths(body, count, words);
    }
    if (is(operation, "delete")) {
        return count == 0;
    }
    return (is(operation, "create") && count == 0) ||
           put_values(body, count, words, !is(operation, "write-composite"));
}

static int send_command(const struct loom_ctl *ctl, char *endpoint, json_t *body)
{
    char seconds[16];
    char *words[] = {endpoint, seconds};
    json_t *answer = NULL;
    unsigned status;
    (void)snprintf(seconds, sizeof seconds, "%u", ctl->wait);
    char *target = loom_ctl_target("/v1/clients/{}/commands?wait={}", words, 2);
    if (target == NULL) {
        json_decref(body);
        (void)fputs("loomctl: out of memory\n", stderr);
        return LOOM_CTL_NO_SERVER;
    }
    int result = loom_ctl_ask(ctl, "POST", target, body, &status, &answer);
    free(target);
    if (result != LOOM_CTL_DONE) {
        return result;
    }
    if (ctl->json) {
        const char *state = json_string_value(json_object_get(answer, "state"));
        const char *code = json_string_value(json_object_get(answer, "code"));
        loom_ctl_print_json(answer);
        result = status == 202 || state == NULL                            ? LOOM_CTL_WAITING
                 : is(state, "answered") && code != NULL && code[0] == '2' ? LOOM_CTL_DONE
                                                                           : LOOM_CTL_REFUSED;
    } else {
        result = loom_ctl_print_command(answer);
    }
    json_decref(answer);
    return result;
}

int loom_ctl_operate(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                     char **arguments)
{
    const char *operation = command->operation;
    json_t *body = json_object();
    int used = 1;
    (void)json_object_set_new(body, "operation", json_string(operation));
    if (strstr(operation, "composite") == NULL) {
        (void)json_object_set_new(body, "path", json_string(arguments[1]));
        used = 2;
    }
    if (!put_rest(body, operation, count - used, arguments + used)) {
        json_decref(body);
        return loom_ctl_wrong("usage: loomctl %s %s", command->name, command->arguments);
    }
    return send_command(ctl, arguments[0], body);
}
