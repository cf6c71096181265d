/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#include "console.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "device.h"
#include "expected.h"

#include "loom/codec.h"
#include "loom/firmware.h"

/* Of one Send. */
#define PATHS_MAX 16u

struct words {
    struct loom_text command;
    struct loom_text path;
    struct loom_text value; /* the rest of the line */
};

static struct loom_text take_word(struct loom_text *rest)
{
    while (rest->length > 0 && rest->data[0] == ' ') {
        rest->data++;
        rest->length--;
    }
    struct loom_text word = {rest->data, 0};
    while (word.length < rest->length && rest->data[word.length] != ' ') {
        word.length++;
    }
    rest->data += word.length;
    rest->length -= word.length;
    return word;
}

static bool is_word(struct loom_text word, const char *text)
{
    return word.length == strlen(text) && memcmp(word.data, text, word.length) == 0;
}

static void refuse(const struct client_console *console, const struct words *words,
                   const char *problem)
{
    char command[32];
    size_t length =
        words->command.length < sizeof command ? words->command.length : sizeof command - 1;
    memcpy(command, words->command.data, length);
    command[length] = '\0';
    client_report_error(console->report, command, problem);
}

static const char *problem_of(enum loom_status status)
{
    switch (status) {
    case LOOM_NOT_FOUND:
        return "no value at this path";
    case LOOM_METHOD_NOT_ALLOWED:
        return "the path is not that of a single value";
    case LOOM_TOO_LARGE:
        return "the value is too long";
    default:
        return "the operation failed";
    }
}

/* ---- get and set --------------------------------------------------------------------------------
 */

/* Keys never appear, not even to the one at the console. */
static bool is_secret(const struct loom_model *model, const struct loom_path *path)
{
    const struct loom_product_object *entry = loom_model_object(model, path->id[0]);
    const struct loom_resource *row =
        entry == NULL ? NULL : loom_object_resource(entry->object, path->id[2]);
    return row != NULL && (row->access & LOOM_SECRET) != 0;
}

static enum loom_status get_value(const struct client_console *console,
                                  const struct loom_path *path)
{
    struct loom_value value;
    enum loom_status status = loom_model_read(console->model, path, &value);
    if (status == LOOM_OK && is_secret(console->model, path)) {
        struct loom_text hidden = {"(secret)", 8};
        value.type = LOOM_STRING;
        value.as.text = hidden;
    }
    if (status == LOOM_OK) {
        client_report_value(console->report, path, &value);
    }
    return status;
}

static enum loom_status get_resource(const struct client_console *console,
                                     const struct loom_path *path)
{
    struct loom_path one = *path;
    uint16_t id = 0;
    enum loom_status status = get_value(console, path);
    if (status != LOOM_METHOD_NOT_ALLOWED || path->depth != 3) {
        return status;
    }
    one.depth = 4;
    for (; loom_model_next_resource_instance(console->model, one.id[0], one.id[1], one.id[2], &id);
         id++) {
        one.id[3] = id;
        get_value(console, &one);
        status = LOOM_OK;
    }
    return status;
}

static void get_instance(const struct client_console *console, struct loom_path path)
{
    uint16_t resource = 0;
    path.depth = 3;
    for (; loom_model_next_resource(console->model, path.id[0], path.id[1], &resource);
         resource++) {
        path.id[2] = resource;
        get_resource(console, &path);
    }
}

static void do_get(struct client_console *console, const struct words *words)
{
    struct loom_path path;
    enum loom_status status;
    if (!loom_text_to_path(words->path, &path) || path.depth == 0) {
        refuse(console, words, "expected a path, e.g. /3/0/1");
        return;
    }
    client_live_look(console->live);
    status = loom_model_exists(console->model, &path);
    if (status == LOOM_OK && path.depth >= 3) {
        status = get_resource(console, &path);
    } else if (status == LOOM_OK && path.depth == 2) {
        get_instance(console, path);
    } else if (status == LOOM_OK) {
        uint16_t instance = 0;
        for (; loom_model_next_instance(console->model, path.id[0], &instance); instance++) {
            get_instance(console, loom_path_instance(path.id[0], instance));
        }
    }
    if (status != LOOM_OK) {
        refuse(console, words, problem_of(status));
    }
}

static bool is_value(const struct loom_model *model, const struct loom_path *path)
{
    struct loom_value value;
    return loom_model_read(model, path, &value) == LOOM_OK;
}

static void refuse_value(const struct client_console *console, const struct words *words,
                         const struct loom_path *path)
{
    const struct loom_object *object = loom_model_object(console->model, path->id[0])->object;
    char text[CLIENT_EXPECTED_SIZE];
    char problem[CLIENT_EXPECTED_SIZE + 16];
    snprintf(problem, sizeof problem, "expected %s",
             client_expected(object, loom_object_resource(object, path->id[2]), text));
    refuse(console, words, problem);
}

static void do_set(struct client_console *console, const struct words *words)
{
    struct loom_path path;
    if (!loom_text_to_path(words->path, &path) || path.depth < 3) {
        refuse(console, words, "expected the path of a resource, e.g. /3/0/15");
        return;
    }
    enum loom_status status = client_device_set(console->model, words->path, words->value);
    if (status == LOOM_METHOD_NOT_ALLOWED && is_value(console->model, &path)) {
        refuse(console, words, "the device sets this value itself");
        return;
    }
    if (status == LOOM_BAD_REQUEST) {
        refuse_value(console, words, &path);
        return;
    }
    if (status != LOOM_OK) {
        refuse(console, words, problem_of(status));
        return;
    }
    client_report_done(console->report, "set");
}

/* ---- the rest -------------------------------------------------------------------------------- */

static void do_advance(struct client_console *console, const struct words *words)
{
    uint64_t seconds;
    if (!loom_text_to_unsigned(words->path, &seconds) || seconds > UINT32_MAX) {
        refuse(console, words, "expected seconds, 0 to 4294967295");
        return;
    }
    console->advance_ms = seconds * 1000;
    if (seconds == 0) {
        client_report_done(console->report, "advance");
    }
}

static void do_error(struct client_console *console, const struct words *words)
{
    uint64_t error;
    if (!loom_text_to_unsigned(words->path, &error) ||
        client_live_raise(console->live, error) != LOOM_OK) {
        refuse(console, words, "expected an error code, 1 to 8, or with LwM2M 1.2 also 16 to 32");
        return;
    }
    client_report_done(console->report, "error");
}

static const char *problem_of_send(enum loom_status status)
{
    switch (status) {
    case LOOM_NOT_FOUND:
        return "no value at these paths";
    case LOOM_METHOD_NOT_ALLOWED:
        return "servers cannot read these paths";
    case LOOM_UNAUTHORIZED:
        return "servers have no access to this object";
    case LOOM_FORBIDDEN:
        return "no server accepts it: none is registered, it has muted Send (1/x/23), or it uses "
               "LwM2M 1.0";
    case LOOM_NOT_ACCEPTABLE:
        return "this release has no suitable format";
    case LOOM_TOO_LARGE:
        return "the outbox is full";
    default:
        return "the operation failed";
    }
}

/* To every server that takes it. */
static void do_send(const struct client_console *console, const struct words *words)
{
    struct loom_path paths[PATHS_MAX];
    struct loom_send send = {.paths = paths};
    struct loom_text rest = words->value;
    struct loom_text word = words->path;
    for (; word.length > 0; word = take_word(&rest)) {
        if (send.path_count == PATHS_MAX || !loom_text_to_path(word, &paths[send.path_count]) ||
            paths[send.path_count].depth == 0) {
            send.path_count = 0;
            break;
        }
        send.path_count++;
    }
    if (send.path_count == 0) {
        refuse(console, words, "expected 1 to 16 paths, e.g. /3/0/9");
        return;
    }
    client_live_look(console->live);
    enum loom_status status = loom_client_send(console->client, &send, NULL);
    if (status != LOOM_OK) {
        refuse(console, words, problem_of_send(status));
    }
}

static void do_install(const struct client_console *console, const struct words *words)
{
    if (strcmp(loom_client_firmware_state(console->client), "deferred") == 0) {
        loom_client_firmware_accept(console->client);
    } else {
        refuse(console, words, "no installation is postponed");
    }
}

static void do_line(struct client_console *console, struct loom_text line)
{
    struct words words;
    words.command = take_word(&line);
    words.path = take_word(&line);
    if (line.length > 0) {
        line.data++; /* the one blank before a value; the value itself may begin with blanks */
        line.length--;
    }
    words.value = line;
    if (words.command.length == 0) {
        return;
    }
    if (is_word(words.command, "get")) {
        do_get(console, &words);
    } else if (is_word(words.command, "set")) {
        do_set(console, &words);
    } else if (is_word(words.command, "send")) {
        do_send(console, &words);
    } else if (is_word(words.command, "error")) {
        do_error(console, &words);
    } else if (is_word(words.command, "install")) {
        do_install(console, &words);
    } else if (is_word(words.command, "advance")) {
        do_advance(console, &words);
    } else if (is_word(words.command, "status")) {
        client_report_status(console->report, console->client,
                             console->port->now(console->port->self));
    } else if (is_word(words.command, "update")) {
        loom_client_update(console->client);
    } else if (is_word(words.command, "deregister")) {
        loom_client_deregister(console->client);
    } else if (is_word(words.command, "bootstrap")) {
        loom_client_bootstrap(console->client);
    } else if (is_word(words.command, "address-changed")) {
        loom_client_address_changed(console->client);
    } else if (is_word(words.command, "quit")) {
        console->quit = true;
    } else {
        refuse(console, &words,
               "unknown command; the commands are status, get, set, send, install, error, update, "
               "deregister, bootstrap, address-changed, advance and quit");
    }
}

void client_console_run(struct client_console *console)
{
    char *end;
    while (console->advance_ms == 0 && !console->quit &&
           (end = memchr(console->line, '\n', console->length)) != NULL) {
        size_t used = (size_t)(end - console->line) + 1;
        struct loom_text line = {console->line, used - 1};
        if (line.length > 0 && line.data[line.length - 1] == '\r') {
            line.length--;
        }
        if (console->too_long) {
            console->too_long = false;
            client_report_error(console->report, "console", "the line is too long");
        } else {
            do_line(console, line);
        }
        memmove(console->line, console->line + used, console->length - used);
        console->length -= used;
    }
    if (console->length == sizeof console->line &&
        memchr(console->line, '\n', console->length) == NULL) {
        console->too_long = true;
        console->length = 0;
    }
}

void client_console_read(struct client_console *console)
{
    ssize_t got =
        read(STDIN_FILENO, console->line + console->length, sizeof console->line - console->length);
    if (got > 0) {
        console->length += (size_t)got;
        client_console_run(console);
    } else if (got == 0 || (errno != EINTR && errno != EAGAIN)) {
        console->closed = true;
    }
}
