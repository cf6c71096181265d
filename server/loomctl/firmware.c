/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware: images and campaigns. */
#define _POSIX_C_SOURCE 200809L

#include "loomctl/loomctl.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Of a server that brings an image to its disk. */
#define SILENCE_S 300

/* Asks, and prints what is answered: as JSON, or by `show`, once for each of a list. */
static int ask_and_show(const struct loom_ctl *ctl, const char *method, const char *pattern,
                        char *argument, const char *list, void (*show)(const json_t *one))
{
    json_t *answer;
    int result =
        loom_ctl_ask_for(ctl, method, pattern, argument == NULL ? 0 : 1, &argument, NULL, &answer);
    const json_t *all = list == NULL ? NULL : json_object_get(answer, list);
    if (result == LOOM_CTL_DONE && answer != NULL && (ctl->json || show == NULL)) {
        loom_ctl_print_json(answer);
    } else if (result == LOOM_CTL_DONE && list == NULL && answer != NULL) {
        show(answer);
    }
    for (size_t i = 0; show != NULL && !ctl->json && i < json_array_size(all); i++) {
        show(json_array_get(all, i));
    }
    json_decref(answer);
    return result;
}

static void print_members(const json_t *json, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            (void)putchar('\t');
        }
        loom_ctl_print_member(json, names[i]);
    }
}

/* ---- images ---------------------------------------------------------------------------------- */

static void print_image(const json_t *image)
{
    static const char *const names[] = {"name", "size", "version", "model", "created", "sha256"};
    print_members(image, names, sizeof names / sizeof names[0]);
    (void)putchar('\n');
}

/* A file as memory: it may be longer than what a program should allocate. @return false: said */
static bool map(const char *path, const char **bytes, size_t *length)
{
    struct stat about;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool good = file >= 0 && fstat(file, &about) == 0;
    void *memory = MAP_FAILED;
    if (good && (!S_ISREG(about.st_mode) || about.st_size == 0)) {
        errno = EINVAL;
        good = false;
    }
    if (good) {
        memory = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    }
    if (memory == MAP_FAILED) {
        (void)fprintf(stderr, "loomctl: cannot read %s: %s\n", path, strerror(errno));
    } else {
        *bytes = memory;
        *length = (size_t)about.st_size;
    }
    if (file >= 0) {
        (void)close(file);
    }
    return memory != MAP_FAILED;
}

/* The tag of the image that is there, to be replaced. @return false: it is not known; said */
static bool read_tag(const struct loom_ctl *ctl, char *name, char tag[80])
{
    json_t *answer;
    tag[0] = '\0';
    int result = loom_ctl_ask_for(ctl, "GET", "/v1/images", 0, NULL, NULL, &answer);
    const json_t *images = json_object_get(answer, "images");
    for (size_t i = 0; i < json_array_size(images); i++) {
        const json_t *image = json_array_get(images, i);
        const char *found = json_string_value(json_object_get(image, "name"));
        const char *digest = json_string_value(json_object_get(image, "sha256"));
        if (found != NULL && digest != NULL && strcmp(found, name) == 0) {
            (void)snprintf(tag, 80, "\"%.64s\"", digest);
        }
    }
    json_decref(answer);
    return result == LOOM_CTL_DONE;
}

static int send_image(const struct loom_ctl *ctl, char *const words[3], const char *bytes,
                      size_t length)
{
    char tag[80];
    if (!read_tag(ctl, words[0], tag)) {
        return LOOM_CTL_REFUSED;
    }
    char *target = loom_ctl_target("/v1/images/{}?version={}&model={}", words, 3);
    struct loom_ctl_exchange exchange = {.method = "PUT",
                                         .target = target,
                                         .accept = "application/json",
                                         .type = "application/octet-stream",
                                         .if_match = tag[0] == '\0' ? NULL : tag,
                                         .body = bytes,
                                         .body_length = length,
                                         .silence_s = SILENCE_S};
    bool good = target != NULL && loom_ctl_http(&ctl->server, &exchange);
    free(target);
    if (!good) {
        (void)fprintf(stderr, "loomctl: %s\n", exchange.error);
        return LOOM_CTL_NO_SERVER;
    }
    json_t *answer = exchange.answer == NULL ? NULL : json_loads(exchange.answer, 0, NULL);
    int result = exchange.status < 300 ? LOOM_CTL_DONE : loom_ctl_complain(exchange.status, answer);
    if (result == LOOM_CTL_DONE && answer != NULL) {
        if (ctl->json) {
            loom_ctl_print_json(answer);
        } else {
            print_image(answer);
        }
    }
    json_decref(answer);
    free(exchange.answer);
    return result;
}

static bool begins(const char *word, const char *with, char **rest)
{
    size_t length = strlen(with);
    bool good = strncmp(word, with, length) == 0;
    if (good) {
        *rest = (char *)(uintptr_t)word + length;
    }
    return good;
}

static int put_image(const struct loom_ctl *ctl, int count, char **arguments)
{
    const char *slash = strrchr(arguments[0], '/');
    char *words[3] = {slash == NULL ? arguments[0] : (char *)(uintptr_t)slash + 1, (char *)"",
                      (char *)""};
    const char *bytes;
    size_t length;
    for (int i = 1; i < count; i++) {
        if (!begins(arguments[i], "version=", &words[1]) &&
            !begins(arguments[i], "model=", &words[2])) {
            words[0] = arguments[i];
        }
    }
    if (!map(arguments[0], &bytes, &length)) {
        return LOOM_CTL_REFUSED;
    }
    int result = send_image(ctl, words, bytes, length);
    (void)munmap((void *)(uintptr_t)bytes, length);
    return result;
}

int loom_ctl_image(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                   char **arguments)
{
    if (strcmp(arguments[0], "list") == 0 && count == 1) {
        return ask_and_show(ctl, "GET", "/v1/images", NULL, "images", print_image);
    }
    if (strcmp(arguments[0], "put") == 0 && count >= 2) {
        return put_image(ctl, count - 1, arguments + 1);
    }
    if (strcmp(arguments[0], "delete") == 0 && count == 2) {
        return ask_and_show(ctl, "DELETE", "/v1/images/{}", arguments[1], NULL, NULL);
    }
    return loom_ctl_wrong("usage: loomctl %s %s", command->name, command->arguments);
}

/* ---- campaigns ------------------------------------------------------------------------------- */

static void print_campaign(const json_t *campaign)
{
    static const char *const first[] = {"id", "image", "state", "devices"};
    static const char *const counts[] = {"waiting", "updating", "done", "skipped", "failed"};
    const json_t *found = json_object_get(campaign, "counts");
    const char *reason = json_string_value(json_object_get(campaign, "reason"));
    print_members(campaign, first, sizeof first / sizeof first[0]);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        (void)printf("\t%s ", counts[i]);
        loom_ctl_print_member(found, counts[i]);
    }
    if (reason != NULL && reason[0] != '\0') {
        (void)putchar('\t');
        loom_ctl_print_text(reason);
    }
    (void)putchar('\n');
}

static void print_device(const json_t *device)
{
    static const char *const names[] = {"endpoint", "state", "step", "attempts", "result", "text"};
    print_members(device, names, sizeof names / sizeof names[0]);
    (void)putchar('\n');
}

/* All of them, page by page. */
static int list_devices(const struct loom_ctl *ctl, char *id, char *state)
{
    char next[24] = "0";
    int result = LOOM_CTL_DONE;
    while (next[0] != '\0' && result == LOOM_CTL_DONE) {
        char *words[] = {id, next, state};
        char *target =
            loom_ctl_target(state == NULL ? "/v1/campaigns/{}/devices?limit=1000&after={}"
                                          : "/v1/campaigns/{}/devices?limit=1000&after={}&state={}",
                            words, 3);
        json_t *answer = NULL;
        result = target == NULL ? LOOM_CTL_NO_SERVER
                                : loom_ctl_ask_for(ctl, "GET", target, 0, NULL, NULL, &answer);
        const json_t *devices = json_object_get(answer, "devices");
        const char *more = json_string_value(json_object_get(answer, "next"));
        for (size_t i = 0; i < json_array_size(devices); i++) {
            (ctl->json ? loom_ctl_print_json : print_device)(json_array_get(devices, i));
        }
        (void)snprintf(next, sizeof next, "%s", more == NULL ? "" : more);
        json_decref(answer);
        free(target);
    }
    return result;
}

/* A member of the request as a word of the command line. */
static const struct {
    const char *word;
    const char *member;
    bool is_number; /* if it is digits alone */
} members[] = {
    {"version=", "version", false},     {"version-path=", "versionPath", false},
    {"mode=", "mode", false},           {"parallel=", "parallel", true},
    {"stop-after=", "stopAfter", true}, {"not-before=", "notBefore", false},
    {"expires=", "expires", false},     {"uri=", "uri", false},
};

static bool take_member(json_t *body, const char *word)
{
    char *value;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (begins(word, members[i].word, &value)) {
            bool digits = value[0] != '\0' && strlen(value) < 10 &&
                          value[strspn(value, "0123456789")] == '\0';
            (void)json_object_set_new(body, members[i].member,
                                      members[i].is_number && digits
                                          ? json_integer((json_int_t)strtol(value, NULL, 10))
                                          : json_string(value));
            return true;
        }
    }
    return false;
}

static void set_scope(json_t *body, const char *scope, const char *name)
{
    (void)json_object_set_new(body, "scope", json_string(scope));
    if (name != NULL) {
        (void)json_object_set_new(body, "name", json_string(name));
    }
}

static int create_campaign(const struct loom_ctl *ctl, int count, char **arguments)
{
    json_t *body = json_pack("{s:s}", "image", arguments[0]);
    json_t *endpoints = json_array();
    json_t *answer;
    for (int i = 1; i < count; i++) {
        char *value = arguments[i];
        if (begins(arguments[i], "group=", &value)) {
            set_scope(body, "group", value);
        } else if (begins(arguments[i], "model=", &value)) {
            set_scope(body, "model", value);
        } else if (strcmp(arguments[i], "all") == 0) {
            set_scope(body, "all", NULL);
        } else if (strcmp(arguments[i], "draft") == 0) {
            (void)json_object_set_new(body, "draft", json_true());
        } else if (!take_member(body, arguments[i])) {
            (void)begins(arguments[i], "endpoint=", &value);
            (void)json_array_append_new(endpoints, json_string(value));
        }
    }
    if (json_array_size(endpoints) > 0) {
        set_scope(body, "endpoint", NULL);
        (void)json_object_set(body, "endpoints", endpoints);
    }
    json_decref(endpoints);
    int result = loom_ctl_ask_for(ctl, "POST", "/v1/campaigns", 0, NULL, body, &answer);
    if (result == LOOM_CTL_DONE) {
        (ctl->json ? loom_ctl_print_json : print_campaign)(answer);
    }
    json_decref(answer);
    return result;
}

int loom_ctl_campaign(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                      char **arguments)
{
    static const struct {
        const char *word;
        const char *method;
        const char *pattern;
    } changes[] = {
        {"show", "GET", "/v1/campaigns/{}"},           {"start", "POST", "/v1/campaigns/{}/start"},
        {"resume", "POST", "/v1/campaigns/{}/start"},  {"pause", "POST", "/v1/campaigns/{}/pause"},
        {"cancel", "POST", "/v1/campaigns/{}/cancel"}, {"delete", "DELETE", "/v1/campaigns/{}"},
    };
    if (strcmp(arguments[0], "list") == 0 && count == 1) {
        return ask_and_show(ctl, "GET", "/v1/campaigns?limit=1000", NULL, "campaigns",
                            print_campaign);
    }
    if (strcmp(arguments[0], "create") == 0 && count >= 3) {
        return create_campaign(ctl, count - 1, arguments + 1);
    }
    if (strcmp(arguments[0], "devices") == 0 && (count == 2 || count == 3)) {
        return list_devices(ctl, arguments[1], count == 3 ? arguments[2] : NULL);
    }
    for (size_t i = 0; i < sizeof changes / sizeof changes[0] && count == 2; i++) {
        if (strcmp(arguments[0], changes[i].word) == 0) {
            return ask_and_show(ctl, changes[i].method, changes[i].pattern, arguments[1], NULL,
                                print_campaign);
        }
    }
    return loom_ctl_wrong("usage: loomctl %s %s", command->name, command->arguments);
}
