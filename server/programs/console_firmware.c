/* SPDX-License-Identifier: Apache-2.0 */
#include "programs/console_firmware.h"

#include "events/print.h"
#include "programs/console_file.h"
#include "programs/firmware.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { URI_MAX = 255 /* bytes, of resource 5/x/1 */ };

static bool complain(const struct loom_dm_console *console, const char *text)
{
    loom_program_complain(console->program, text);
    return false;
}

static void take_status(const struct loom_dm_console *console, enum loom_status status)
{
    if (status != LOOM_OK) {
        (void)complain(console,
                       status == LOOM_NOT_FOUND ? "no such client is registered" : "out of memory");
    }
}

static void push(const struct loom_dm_console *console, const char *endpoint, const char *file)
{
    struct loom_bytes image;
    if (!loom_dm_console_read_file(console->program, file, &image)) {
        return;
    }
    if (image.length == 0 || (image.length == 1 && image.data[0] == 0)) {
        /* Rule C-93: that would be a reset, of which no result comes. */
        (void)complain(console, "an empty file or a single zero byte is not an image");
    } else {
        struct loom_shared *shared = loom_shared_copy(image);
        take_status(console, shared == NULL
                                 ? LOOM_UNAVAILABLE
                                 : loom_dm_updates_push(console->updates,
                                                        loom_program_text(endpoint), shared));
        loom_shared_release(shared);
    }
    free((void *)(uintptr_t)image.data);
}

/* ---- where a file of ours is fetched --------------------------------------------------------- */

static bool is_plain(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           strchr("-._~", c) != NULL;
}

/* RFC 3986 section 2.1 */
static void put_encoded(struct loom_output *out, const char *name)
{
    static const char digits[] = "0123456789ABCDEF";
    for (; *name != '\0'; name++) {
        unsigned char byte = (unsigned char)*name;
        if (is_plain(*name)) {
            loom_put_byte(out, byte);
        } else {
            const char code[] = {'%', digits[byte >> 4], digits[byte & 15]};
            loom_put_bytes(out, code, sizeof code);
        }
    }
}

/* Whether there is such a file, before a device finds out. */
static bool check_file(const struct loom_dm_console *console, const char *name)
{
    struct loom_file_piece piece;
    if (console->files == NULL) {
        return complain(console, "the server was started without --files; give a URI, e.g. "
                                 "firmware my-device pull coap://192.0.2.1/firmware.bin");
    }
    if (console->files->read(console->files->self, loom_program_text(name), 0, NULL, 0, &piece) !=
        LOOM_OK) {
        return complain(console, "the directory of --files has no such file");
    }
    return piece.size > 0 || complain(console, "an empty file is not an image");
}

static bool put_uri(const struct loom_dm_console *console, const char *endpoint, const char *name,
                    struct loom_output *out)
{
    const struct loom_dm_client *client =
        loom_management_server_find(console->server, loom_program_text(endpoint));
    if (client == NULL) {
        return complain(console, "no such client is registered");
    }
    const char *address = loom_program_address(console->program, client);
    if (address == NULL) {
        return complain(console,
                        "the address that the device can reach is unknown; give a URI, e.g. "
                        "firmware my-device pull coap://192.0.2.1/files/firmware.bin");
    }
    loom_put_bytes(out, address, strlen(address));
    loom_put_bytes(out, "/files/", 7);
    put_encoded(out, name);
    return true;
}

static void pull(const struct loom_dm_console *console, const char *endpoint, const char *what)
{
    uint8_t uri[URI_MAX];
    struct loom_output out = loom_output(uri, sizeof uri);
    if (strstr(what, "://") != NULL) {
        loom_put_bytes(&out, what, strlen(what));
    } else if (!check_file(console, what) || !put_uri(console, endpoint, what, &out)) {
        return;
    }
    if (out.overflow) {
        (void)complain(console, "a URI has at most 255 bytes");
        return;
    }
    take_status(console, loom_dm_updates_pull(console->updates, loom_program_text(endpoint),
                                              (struct loom_text){(const char *)uri, out.length}));
}

/* ---- the command ----------------------------------------------------------------------------- */

void loom_dm_console_firmware(const struct loom_dm_console *console, char *line)
{
    const char *endpoint = loom_program_word(&line);
    const char *how = endpoint == NULL ? NULL : loom_program_word(&line);
    const char *what = loom_program_rest(line);
    bool pushed = how != NULL && strcmp(how, "push") == 0;
    if (how == NULL || *what == '\0' || (!pushed && strcmp(how, "pull") != 0)) {
        (void)complain(console,
                       "expected an endpoint and push FILE, or pull URI or the NAME of a file of "
                       "--files, e.g. firmware my-device push firmware.bin");
    } else if (pushed) {
        push(console, endpoint, what);
    } else {
        pull(console, endpoint, what);
    }
}

void loom_dm_console_tell_update(struct loom_program *program,
                                 const struct loom_dm_update_event *event)
{
    const char *step = loom_dm_update_step_name(event->step);
    struct loom_program_line line;
    if (!loom_program_begin_event(program, &line, event->time, "firmware",
                                  event->step == LOOM_DM_UPDATE_FAILED ? LOOM_LOG_WARNING
                                                                       : LOOM_LOG_INFO)) {
        return;
    }
    if (line.json != NULL) {
        loom_json_text(line.json, "endpoint", event->endpoint);
        loom_json_string(line.json, "step", step);
        if (event->result > 0) {
            loom_json_unsigned(line.json, "result", (uint64_t)event->result);
        }
        if (event->code != 0) {
            loom_json_code(line.json, "code", event->code);
        }
        if (event->text != NULL) {
            loom_json_string(line.json, "text", event->text);
        }
    } else {
        (void)fprintf(line.out, "%-12s ", "firmware");
        loom_print_text(line.out, event->endpoint);
        (void)fprintf(line.out, ": %s", step);
        if (event->text != NULL) {
            (void)fprintf(line.out, ": %s", event->text);
        }
        if (event->code != 0) {
            (void)fputs(" (", line.out);
            loom_print_code(line.out, event->code);
            (void)fputc(')', line.out);
        }
    }
    loom_program_end_line(program, &line);
}
