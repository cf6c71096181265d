/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>

#include "loom/codec.h"
#include "loom/json_line.h"

static void print_text(struct loom_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < 0x20 || c == 0x7F) {
            printf("\\x%02x", c); /* nothing from outside may move a terminal's cursor */
        } else {
            putchar(c);
        }
    }
}

static void print_path(const struct loom_path *path)
{
    char text[24];
    struct loom_output out = loom_output(text, sizeof text);
    loom_put_path(&out, path);
    printf("%.*s", (int)out.length, text);
}

static void print_time(const struct client_report *report, uint64_t time)
{
    uint64_t passed = time - report->begin;
    printf("%9" PRIu64 ".%03u  ", passed / 1000, (unsigned)(passed % 1000));
}

static bool has_wait(enum loom_event_type type)
{
    return type == LOOM_EVENT_HOLD_OFF || type == LOOM_EVENT_BOOTSTRAP_RETRY ||
           type == LOOM_EVENT_REGISTER_DELAYED || type == LOOM_EVENT_REGISTER_RETRY ||
           type == LOOM_EVENT_DISABLED;
}

static void print_event(const struct client_report *report, const struct loom_event *event)
{
    struct loom_text text = loom_event_text(event);
    print_time(report, event->time);
    printf("%-21s", loom_event_name(event->type));
    if (event->ssid != 0) {
        printf(" server %u", event->ssid);
    }
    if (event->has_path) {
        putchar(' ');
        print_path(&event->path);
    }
    if (event->code != 0) {
        printf(" %u.%02u", event->code >> 5, event->code & 31u);
    }
    if (event->uri.length > 0) {
        putchar(' ');
        print_text(event->uri);
    }
    if (has_wait(event->type)) {
        printf(" %" PRIu32 " s", event->seconds);
    }
    if (event->type == LOOM_EVENT_REGISTER) {
        printf(" for %" PRIu32 " s", event->seconds);
    }
    if (event->type == LOOM_EVENT_FACTORY) {
        printf(" %" PRIu32 " server account%s", event->count, event->count == 1 ? "" : "s");
    }
    if (event->failure != LOOM_FAILURE_NONE) {
        printf(" %s", loom_failure_name(event->failure));
    }
    if (event->alert >= 0) {
        printf(" (TLS alert %d)", event->alert);
    }
    if (text.length > 0) {
        printf(event->type == LOOM_EVENT_REGISTERED ? " at " : ": ");
        print_text(text);
    }
    putchar('\n');
    fflush(stdout);
}

static void print_event_json(const struct client_report *report, const struct loom_event *event)
{
    struct loom_text text = loom_event_text(event);
    struct loom_json json;
    loom_json_begin(&json, stdout);
    loom_json_string(&json, "event", loom_event_name(event->type));
    loom_json_unsigned(&json, "time_ms", event->time - report->begin);
    if (event->ssid != 0) {
        loom_json_unsigned(&json, "ssid", event->ssid);
    }
    if (event->has_path) {
        loom_json_path(&json, "path", &event->path);
    }
    if (event->code != 0) {
        loom_json_code(&json, "code", event->code);
    }
    if (event->uri.length > 0) {
        loom_json_text(&json, "uri", event->uri);
    }
    if (has_wait(event->type) || event->type == LOOM_EVENT_REGISTER) {
        loom_json_unsigned(&json, "seconds", event->seconds);
    } else if (event->type == LOOM_EVENT_FACTORY) {
        loom_json_unsigned(&json, "accounts", event->count);
    } else if (event->type == LOOM_EVENT_SESSION) {
        loom_json_boolean(&json, "secure", event->secure);
    }
    if (event->failure != LOOM_FAILURE_NONE) {
        loom_json_string(&json, "failure", loom_failure_name(event->failure));
    }
    if (event->alert >= 0) {
        loom_json_integer(&json, "alert", event->alert);
    }
    if (text.length > 0) {
        loom_json_text(&json, event->type == LOOM_EVENT_REGISTERED ? "location" : "text", text);
    }
    loom_json_end(&json);
}

void client_report_event(const struct client_report *report, const struct loom_event *event)
{
    if (report->json) {
        print_event_json(report, event);
    } else {
        print_event(report, event);
    }
}

void client_report_executed(const struct client_report *report, const struct loom_path *path,
                            struct loom_text arguments)
{
    if (report->json) {
        struct loom_json json;
        loom_json_begin(&json, stdout);
        loom_json_string(&json, "event", "executed");
        loom_json_path(&json, "path", path);
        loom_json_text(&json, "arguments", arguments);
        loom_json_end(&json);
        return;
    }
    printf("the device does what ");
    print_path(path);
    printf(" says (");
    print_text(arguments);
    printf(")\n");
    fflush(stdout);
}

void client_report_value(const struct client_report *report, const struct loom_path *path,
                         const struct loom_value *value)
{
    uint8_t room[4096];
    if (report->json) {
        struct loom_json json;
        loom_json_begin(&json, stdout);
        loom_json_string(&json, "event", "value");
        loom_json_path(&json, "path", path);
        loom_json_value(&json, "value", value);
        loom_json_end(&json);
        return;
    }
    struct loom_output out = loom_output(room, sizeof room);
    loom_text_put(&out, value);
    struct loom_text text = {(const char *)room, out.overflow ? 0 : out.length};
    print_path(path);
    printf(" = ");
    print_text(text);
    putchar('\n');
    fflush(stdout);
}

void client_report_done(const struct client_report *report, const char *command)
{
    if (report->json) {
        struct loom_json json;
        loom_json_begin(&json, stdout);
        loom_json_string(&json, "event", "done");
        loom_json_string(&json, "command", command);
        loom_json_end(&json);
    }
}

void client_report_error(const struct client_report *report, const char *command,
                         const char *problem)
{
    if (report->json) {
        struct loom_json json;
        loom_json_begin(&json, stdout);
        loom_json_string(&json, "event", "error");
        loom_json_string(&json, "command", command);
        loom_json_string(&json, "text", problem);
        loom_json_end(&json);
        return;
    }
    printf("error: %s: %s\n", command, problem);
    fflush(stdout);
}

static void report_registration(const struct client_report *report,
                                const struct loom_registration_status *status, bool may_send,
                                uint64_t now)
{
    bool timed = status->deadline != UINT64_MAX;
    uint64_t left = timed && status->deadline > now ? (status->deadline - now + 999) / 1000 : 0;
    if (report->json) {
        struct loom_json json;
        loom_json_begin(&json, stdout);
        loom_json_string(&json, "event", "status");
        loom_json_unsigned(&json, "ssid", status->ssid);
        loom_json_string(&json, "state", status->state);
        loom_json_text(&json, "uri", status->uri);
        loom_json_integer(&json, "lifetime", status->lifetime);
        loom_json_boolean(&json, "may_send", may_send);
        if (timed) {
            loom_json_unsigned(&json, "next_in", left);
        }
        loom_json_end(&json);
        return;
    }
    printf("server %u: %s, ", status->ssid, status->state);
    print_text(status->uri);
    printf(", lifetime %" PRId64 " s%s", status->lifetime, may_send ? ", takes Send" : "");
    if (timed) {
        printf(", next in %" PRIu64 " s", left);
    }
    putchar('\n');
}

void client_report_status(const struct client_report *report, const struct loom_client *client,
                          uint64_t now)
{
    struct loom_registration_status status;
    if (report->json) {
        struct loom_json json;
        loom_json_begin(&json, stdout);
        loom_json_string(&json, "event", "status");
        loom_json_string(&json, "bootstrap", loom_client_bootstrap_state(client));
        loom_json_end(&json);
    } else {
        printf("bootstrap: %s\n", loom_client_bootstrap_state(client));
    }
    for (unsigned i = 0; loom_client_registration(client, i, &status); i++) {
        report_registration(report, &status, loom_client_may_send(client, status.ssid), now);
    }
    fflush(stdout);
}

void client_report_store(const struct client_report *report, const char *text)
{
    if (report->json) {
        struct loom_json json;
        loom_json_begin(&json, stdout);
        loom_json_string(&json, "event", "store-error");
        loom_json_string(&json, "text", text);
        loom_json_end(&json);
        return;
    }
    fprintf(stderr, "loom-client: error: %s\n", text);
}
