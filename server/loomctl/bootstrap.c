/* SPDX-License-Identifier: Apache-2.0 */
/* A bootstrap of one device: a bootstrap server starts it, an LwM2M server asks the device. */
#include "loomctl/loomctl.h"

#include <stdio.h>
#include <string.h>

#define SERVER_OBJECT 1

/* Of several Server instances a server may only see its own, so that a Read tells which it is. */
static int seen_instance(const struct loom_ctl *ctl, char *endpoint, int *instance)
{
    char seconds[16];
    json_t *answer;
    (void)snprintf(seconds, sizeof seconds, "%u", ctl->wait);
    int result = loom_ctl_ask_for(ctl, "POST", "/v1/clients/{}/commands?wait={}", 2,
                                  (char *[]){endpoint, seconds},
                                  json_pack("{ssss}", "operation", "read", "path", "/1"), &answer);
    if (result == LOOM_CTL_DONE) {
        const json_t *values = json_object_get(json_object_get(answer, "result"), "values");
        const char *path = json_string_value(json_object_get(json_array_get(values, 0), "path"));
        if (path == NULL || sscanf(path, "/1/%d", instance) != 1) {
            (void)fputs("loomctl: the device does not show its Server object\n", stderr);
            result = loom_ctl_print_command(answer);
            result = result == LOOM_CTL_DONE ? LOOM_CTL_REFUSED : result;
        }
    }
    json_decref(answer);
    return result;
}

static int own_instance(const struct loom_ctl *ctl, char *endpoint, int *instance)
{
    json_t *client;
    const json_t *instances = NULL;
    int result = loom_ctl_ask_for(ctl, "GET", "/v1/clients/{}", 1, &endpoint, NULL, &client);
    const json_t *objects = json_object_get(client, "objects");
    for (size_t i = 0; i < json_array_size(objects); i++) {
        const json_t *object = json_array_get(objects, i);
        if (json_integer_value(json_object_get(object, "id")) == SERVER_OBJECT) {
            instances = json_object_get(object, "instances");
        }
    }
    if (result == LOOM_CTL_DONE && json_array_size(instances) == 0) {
        (void)fputs("loomctl: the device has no instance of the Server object\n", stderr);
        result = LOOM_CTL_REFUSED;
    } else if (result == LOOM_CTL_DONE && json_array_size(instances) == 1) {
        *instance = (int)json_integer_value(json_array_get(instances, 0));
    } else if (result == LOOM_CTL_DONE) {
        result = seen_instance(ctl, endpoint, instance);
    }
    json_decref(client);
    return result;
}

/* Execute of Bootstrap-Request Trigger, 1/x/9. */
static int trigger(const struct loom_ctl *ctl, char *endpoint)
{
    static const struct loom_ctl_command execute = {.operation = "execute"};
    char path[32];
    int instance = 0;
    int result = own_instance(ctl, endpoint, &instance);
    if (result != LOOM_CTL_DONE) {
        return result;
    }
    (void)snprintf(path, sizeof path, "/1/%d/9", instance);
    return loom_ctl_operate(ctl, &execute, 2, (char *[]){endpoint, path});
}

int loom_ctl_bootstrap(const struct loom_ctl *ctl, const struct loom_ctl_command *command,
                       int count, char **arguments)
{
    json_t *answer;
    (void)command;
    (void)count;
    int result = loom_ctl_ask_for(ctl, "GET", "/v1/session", 0, NULL, NULL, &answer);
    const char *program = json_string_value(json_object_get(answer, "program"));
    bool starts = program != NULL && strcmp(program, "loom-bootstrap-server") == 0;
    json_decref(answer);
    if (result != LOOM_CTL_DONE) {
        return result;
    }
    if (!starts) {
        return trigger(ctl, arguments[0]);
    }
    json_t *body = json_pack("{ss}", "endpoint", arguments[0]);
    if (body == NULL) {
        return loom_ctl_wrong("the endpoint is not UTF-8");
    }
    result = loom_ctl_ask_for(ctl, "POST", "/v1/bootstraps", 0, NULL, body, &answer);
    if (result == LOOM_CTL_DONE && ctl->json) {
        loom_ctl_print_json(answer);
    } else if (result == LOOM_CTL_DONE) {
        (void)fputs("the bootstrap has begun\n", stdout);
    }
    json_decref(answer);
    return result;
}

static void print_bootstrap(const json_t *one)
{
    static const char *const names[] = {"endpoint", "address", "operation", "answered", "seconds"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        (void)fputs(i > 0 ? "\t" : "", stdout);
        loom_ctl_print_member(one, names[i]);
    }
    (void)putchar('\n');
}

int loom_ctl_bootstraps(const struct loom_ctl *ctl, const struct loom_ctl_command *command,
                        int count, char **arguments)
{
    json_t *answer;
    (void)command;
    (void)count;
    (void)arguments;
    int result = loom_ctl_ask_for(ctl, "GET", "/v1/bootstraps", 0, NULL, NULL, &answer);
    const json_t *all = json_object_get(answer, "bootstraps");
    if (result == LOOM_CTL_DONE && ctl->json) {
        loom_ctl_print_json(answer);
    }
    for (size_t i = 0; result == LOOM_CTL_DONE && !ctl->json && i < json_array_size(all); i++) {
        print_bootstrap(json_array_get(all, i));
    }
    json_decref(answer);
    return result;
}
