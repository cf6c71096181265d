/* SPDX-License-Identifier: Apache-2.0 */
#include "report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "loom/codec.h"
#include "loom/firmware.h"
#include "loom/json_line.h"
#include "loom/port_print.h"

static void end(struct client_report *report)
{
    loom_line_output_end(&report->output);
}

static void report_dropped(struct client_report *report, uint64_t lines)
{
    FILE *out = loom_line_output_begin(&report->output);
    if (report->json) {
        struct loom_json json;
        loom_json_begin(&json, out);
        loom_json_string(&json, "event", "dropped");
        loom_json_unsigned(&json, "lines", lines);
        loom_json_end(&json);
    } else {
        fprintf(out, "%" PRIu64 " lines were dropped: they were not read in time\n", lines);
    }
    end(report);
}

/* Where the next line is written to. */
static FILE *begin(struct client_report *report)
{
    uint64_t dropped = loom_line_output_take_dropped(&report->output);
    if (dropped > 0) {
        report_dropped(report, dropped);
    }
    return loom_line_output_begin(&report->output);
}

static void print_time(FILE *out, struct client_report *report, uint64_t time)
{
    uint64_t passed = time - report->begin;
    fprintf(out, "%9" PRIu64 ".%03u  ", passed / 1000, (unsigned)(passed % 1000));
}

static bool has_wait(enum loom_event_type type)
{
    return type == LOOM_EVENT_HOLD_OFF || type == LOOM_EVENT_BOOTSTRAP_RETRY ||
           type == LOOM_EVENT_REGISTER_DELAYED || type == LOOM_EVENT_REGISTER_RETRY ||
           type == LOOM_EVENT_DISABLED || type == LOOM_EVENT_FIRMWARE_RETRY;
}

static void print_event(struct client_report *report, const struct loom_event *event)
{
    FILE *out = begin(report);
    print_time(out, report, event->time);
    loom_event_print(out, event);
    end(report);
}

static void print_event_json(struct client_report *report, const struct loom_event *event)
{
    struct loom_text text = loom_event_text(event);
    struct loom_json json;
    loom_json_begin(&json, begin(report));
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
    } else if (loom_event_is_send(event->type)) {
        loom_json_unsigned(&json, "number", event->count);
    } else if (event->type == LOOM_EVENT_FIRMWARE) {
        loom_json_unsigned(&json, "result", event->count);
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
    end(report);
}

void client_report_event(struct client_report *report, const struct loom_event *event)
{
    if (report->json) {
        print_event_json(report, event);
    } else {
        print_event(report, event);
    }
}

void client_report_executed(struct client_report *report, const struct loom_path *path,
                            struct loom_text arguments)
{
    if (report->json) {
        struct loom_json json;
        loom_json_begin(&json, begin(report));
        loom_json_string(&json, "event", "executed");
        loom_json_path(&json, "path", path);
        loom_json_text(&json, "arguments", arguments);
        loom_json_end(&json);
        end(report);
        return;
    }
    FILE *out = begin(report);
    fprintf(out, "the device executes ");
    loom_path_print(out, path);
    fprintf(out, " says (");
    loom_text_print(out, arguments);
    fprintf(out, ")\n");
    end(report);
}

void client_report_value(struct client_report *report, const struct loom_path *path,
                         const struct loom_value *value)
{
    uint8_t room[4096];
    if (report->json) {
        struct loom_json json;
        loom_json_begin(&json, begin(report));
        loom_json_string(&json, "event", "value");
        loom_json_path(&json, "path", path);
        loom_json_value(&json, "value", value);
        loom_json_end(&json);
        end(report);
        return;
    }
    struct loom_output written = loom_output(room, sizeof room);
    loom_text_put(&written, value);
    struct loom_text text = {(const char *)room, written.overflow ? 0 : written.length};
    FILE *out = begin(report);
    loom_path_print(out, path);
    fprintf(out, " = ");
    loom_text_print(out, text);
    fputc('\n', out);
    end(report);
}

void client_report_done(struct client_report *report, const char *command)
{
    if (report->json) {
        struct loom_json json;
        loom_json_begin(&json, begin(report));
        loom_json_string(&json, "event", "done");
        loom_json_string(&json, "command", command);
        loom_json_end(&json);
        end(report);
    }
}

void client_report_error(struct client_report *report, const char *command, const char *problem)
{
    if (report->json) {
        struct loom_json json;
        loom_json_begin(&json, begin(report));
        loom_json_string(&json, "event", "error");
        loom_json_string(&json, "command", command);
        loom_json_string(&json, "text", problem);
        loom_json_end(&json);
        end(report);
        return;
    }
    FILE *out = begin(report);
    fprintf(out, "error: %s: %s\n", command, problem);
    end(report);
}

static void report_registration(struct client_report *report,
                                const struct loom_registration_status *status, bool may_send,
                                uint64_t now)
{
    bool timed = status->deadline != UINT64_MAX;
    uint64_t left = timed && status->deadline > now ? (status->deadline - now + 999) / 1000 : 0;
    if (report->json) {
        struct loom_json json;
        loom_json_begin(&json, begin(report));
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
        end(report);
        return;
    }
    FILE *out = begin(report);
    fprintf(out, "server %u: %s, ", status->ssid, status->state);
    loom_text_print(out, status->uri);
    fprintf(out, ", lifetime %" PRId64 " s%s", status->lifetime, may_send ? ", takes Send" : "");
    if (timed) {
        fprintf(out, ", next in %" PRIu64 " s", left);
    }
    fputc('\n', out);
    end(report);
}

void client_report_status(struct client_report *report, const struct loom_client *client,
                          uint64_t now)
{
    struct loom_registration_status status;
    const char *firmware = loom_client_firmware_state(client);
    bool has_firmware = strcmp(firmware, "none") != 0;
    if (report->json) {
        struct loom_json json;
        loom_json_begin(&json, begin(report));
        loom_json_string(&json, "event", "status");
        loom_json_string(&json, "bootstrap", loom_client_bootstrap_state(client));
        if (has_firmware) {
            loom_json_string(&json, "firmware", firmware);
        }
        loom_json_end(&json);
    } else {
        fprintf(begin(report), "bootstrap: %s%s%s\n", loom_client_bootstrap_state(client),
                has_firmware ? ", firmware: " : "", has_firmware ? firmware : "");
    }
    end(report);
    for (unsigned i = 0; loom_client_registration(client, i, &status); i++) {
        report_registration(report, &status, loom_client_may_send(client, status.ssid), now);
    }
}

void client_report_store(struct client_report *report, const char *text)
{
    if (report->json) {
        struct loom_json json;
        loom_json_begin(&json, begin(report));
        loom_json_string(&json, "event", "store-error");
        loom_json_string(&json, "text", text);
        loom_json_end(&json);
        end(report);
        return;
    }
    fprintf(stderr, "loom-client: error: %s\n", text);
}
