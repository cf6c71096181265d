/* SPDX-License-Identifier: Apache-2.0 */
#include "loom/port_print.h"

#include <inttypes.h>
#include <stdio.h>

#include "loom/codec.h"

void loom_text_print(FILE *file, struct loom_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c < 0x20 || c == 0x7F) {
            fprintf(file, "\\x%02x", c); /* nothing from outside may move a terminal's cursor */
        } else {
            fputc(c, file);
        }
    }
}

void loom_path_print(FILE *file, const struct loom_path *path)
{
    char text[24];
    struct loom_output written = loom_output(text, sizeof text);
    loom_put_path(&written, path);
    fprintf(file, "%.*s", (int)written.length, text);
}

void loom_event_print(void *file, const struct loom_event *event)
{
    FILE *out = file;
    struct loom_text text = loom_event_text(event);
    fprintf(out, "%-21s", loom_event_name(event->type));
    if (event->ssid != 0) {
        fprintf(out, " server %u", event->ssid);
    }
    if (event->has_path) {
        fputc(' ', out);
        loom_path_print(out, &event->path);
    }
    if (loom_event_is_send(event->type)) {
        fprintf(out, " number %" PRIu32, event->count);
    }
    if (event->type == LOOM_EVENT_FIRMWARE) {
        fprintf(out, " result %" PRIu32, event->count);
    }
    if (event->code != 0) {
        fprintf(out, " %u.%02u", event->code >> 5, event->code & 31u);
    }
    if (event->uri.length > 0) {
        fputc(' ', out);
        loom_text_print(out, event->uri);
    }
    if (event->seconds > 0) {
        fprintf(out, event->type == LOOM_EVENT_REGISTER ? " for %" PRIu32 " s" : " %" PRIu32 " s",
                event->seconds);
    }
    if (event->type == LOOM_EVENT_FACTORY) {
        fprintf(out, " %" PRIu32 " server account%s", event->count, event->count == 1 ? "" : "s");
    }
    if (event->failure != LOOM_FAILURE_NONE) {
        fprintf(out, " %s", loom_failure_name(event->failure));
    }
    if (event->alert >= 0) {
        fprintf(out, " (TLS alert %d)", event->alert);
    }
    if (text.length > 0) {
        fprintf(out, event->type == LOOM_EVENT_REGISTERED ? " at " : ": ");
        loom_text_print(out, text);
    }
    fputc('\n', out);
    fflush(out);
}
