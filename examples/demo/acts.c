/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "acts.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "json.h"

#include "loom/codec.h"

#define COMMAND_MAX (DEMO_VALUE_MAX + 64u)
#define NEW_OFFSET  "+02:00"
#define OPTIONS_MAX 16u

bool demo_fail(struct demo *demo, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(demo->problem, sizeof demo->problem, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- starting -------------------------------------------------------------------------------- */

static bool start(struct demo *demo, enum demo_role who, const char *program,
                  const char *const *options)
{
    char path[DEMO_PATH_MAX];
    const char *arguments[OPTIONS_MAX + 2] = {path};
    bool complete = demo->programs == NULL || strchr(program, '/') != NULL;
    int length = complete ? snprintf(path, sizeof path, "%s", program)
                          : snprintf(path, sizeof path, "%s/%s", demo->programs, program);
    for (size_t i = 0; options[i] != NULL; i++) {
        arguments[i + 1] = options[i];
    }
    if (length < 0 || (size_t)length >= sizeof path) {
        return demo_fail(demo, "the path of %s is too long", program);
    }
    if (!demo_process_start(&demo->processes[who], arguments)) {
        return demo_fail(demo, "%s cannot be started: %s", path, strerror(errno));
    }
    return true;
}

bool demo_start_server(struct demo *demo)
{
    const char *const options[] = {
        "--accounts", demo->scene.server_accounts, "--listen", "coaps://127.0.0.1:0",
        "--files",    demo->scene.files,           "--json",   NULL};
    return start(demo, DEMO_SERVER, "loom-server", options);
}

bool demo_start_bootstrap(struct demo *demo)
{
    const char *const options[] = {"--accounts", demo->scene.bootstrap_accounts,
                                   "--listen",   "coaps://127.0.0.1:0",
                                   "--json",     NULL};
    const char *problem = demo_scene_write_bootstrap(&demo->scene, demo->server_uri);
    if (problem != NULL) {
        return demo_fail(demo, "%s: %s", problem, strerror(errno));
    }
    return start(demo, DEMO_BOOTSTRAP, "loom-bootstrap-server", options);
}

bool demo_start_device(struct demo *demo)
{
    char key[DEMO_PATH_MAX + 1];
    const char *const options[] = {"--endpoint",
                                   DEMO_ENDPOINT,
                                   "--bootstrap",
                                   demo->bootstrap_uri,
                                   "--identity",
                                   DEMO_BOOTSTRAP_IDENTITY,
                                   "--key",
                                   key,
                                   "--hold-off",
                                   DEMO_HOLD_OFF,
                                   "--json",
                                   "--firmware",
                                   demo->scene.firmware,
                                   "--state",
                                   demo->scene.device,
                                   NULL};
    (void)snprintf(key, sizeof key, "@%s", demo->scene.key_file);
    return start(demo, DEMO_DEVICE, demo->device == NULL ? "loom-demo-device" : demo->device,
                 options);
}

bool demo_keep_server_uri(struct demo *demo, struct loom_text event)
{
    demo_json_member_plain(event, "uri", demo->server_uri, sizeof demo->server_uri);
    return true;
}

bool demo_keep_bootstrap_uri(struct demo *demo, struct loom_text event)
{
    demo_json_member_plain(event, "uri", demo->bootstrap_uri, sizeof demo->bootstrap_uri);
    return true;
}

/* ---- managing -------------------------------------------------------------------------------- */

bool demo_say(struct demo *demo, enum demo_role who, const char *text)
{
    return demo_process_say(&demo->processes[who], text) ||
           demo_fail(demo, "the %s does not read its console", demo_role_name(who));
}

/* Tells the server `word demo path rest`. */
static bool order(struct demo *demo, const char *word, const struct loom_path *path,
                  const char *rest)
{
    char command[COMMAND_MAX];
    struct loom_output out = loom_output(command, sizeof command - 1);
    loom_put_text(&out, word);
    loom_put_text(&out, " " DEMO_ENDPOINT " ");
    loom_put_path(&out, path);
    loom_put_byte(&out, ' ');
    loom_put_text(&out, rest);
    loom_put_byte(&out, '\n');
    if (out.overflow) {
        return demo_fail(demo, "the value is too long");
    }
    command[out.length] = '\0';
    return demo_say(demo, DEMO_SERVER, command);
}

static bool order_write(struct demo *demo, const struct loom_path *path, const char *value)
{
    /* The story shows its beginning. */
    (void)snprintf(demo->story.written, sizeof demo->story.written, "%.*s",
                   (int)sizeof demo->story.written - 1, value);
    return order(demo, "write", path, value);
}

bool demo_read_device(struct demo *demo)
{
    struct loom_path path = loom_path_instance(3, 0);
    return order(demo, "read", &path, "");
}

bool demo_read_subject(struct demo *demo)
{
    /* The server may not know the object, but text it can always show. */
    return order(demo, "read", &demo->subject.path,
                 demo->subject.way == DEMO_READ_INSTANCE ? "" : "text");
}

bool demo_read_instead(struct demo *demo)
{
    demo_story_tell(&demo->story, DEMO_SERVER, "%s has nothing that can be written, so:",
                    demo_subject_object_name(demo->subject.path.id[LOOM_OBJECT_ID]));
    return demo_read_subject(demo);
}

bool demo_write_subject(struct demo *demo)
{
    if (!demo_subject_value(&demo->subject, demo->present[0] == '\0' ? NULL : demo->present,
                            demo->value, sizeof demo->value)) {
        return demo_fail(demo, "there is no other value to write than %s", demo->present);
    }
    return order_write(demo, &demo->subject.path, demo->value);
}

bool demo_write_unread(struct demo *demo)
{
    demo_story_tell(&demo->story, DEMO_SERVER,
                    "what can be written to %s cannot be read, so without reading it back:",
                    demo_subject_object_name(demo->subject.path.id[LOOM_OBJECT_ID]));
    return demo_write_subject(demo);
}

bool demo_execute_subject(struct demo *demo)
{
    demo_story_tell(&demo->story, DEMO_SERVER, "%s has nothing that can be read or written, so:",
                    demo_subject_object_name(demo->subject.path.id[LOOM_OBJECT_ID]));
    return order(demo, "execute", &demo->subject.path, "");
}

bool demo_discover_subject(struct demo *demo)
{
    uint16_t object = demo->subject.path.id[LOOM_OBJECT_ID];
    const char *why = "has nothing that can be read, written or executed, so:";
    if (demo->subject.way == DEMO_REFUSED) {
        why = "is only accessible to the bootstrap server:";
    } else if (!loom_model_has_instance(&demo->subject.model, object, 0)) {
        why = "has no instance, so:";
    }
    demo_story_tell(&demo->story, DEMO_SERVER, "%s %s", demo_subject_object_name(object), why);
    return order(demo, "discover", &demo->subject.path, "");
}

/* The value of the subject's resource in an answer. */
static bool take_value(struct demo *demo, struct loom_text event, char *text, size_t room)
{
    struct loom_text values;
    struct loom_text entry;
    if (!demo_json_member(event, "values", &values) || !demo_json_element(&values, &entry) ||
        !demo_subject_read(&demo->subject, entry, text, room)) {
        return demo_fail(demo, "the answer has no value of the type of the resource");
    }
    return true;
}

/* An optional resource need not be there before it is written. */
bool demo_keep_present(struct demo *demo, struct loom_text event)
{
    if (demo_json_member_is(event, "code", "4.04")) {
        demo_story_tell(&demo->story, DEMO_SERVER, "it is optional and does not exist yet");
        return true;
    }
    return take_value(demo, event, demo->present, sizeof demo->present);
}

bool demo_is_written(struct demo *demo, struct loom_text event)
{
    char text[DEMO_VALUE_MAX];
    if (!take_value(demo, event, text, sizeof text)) {
        return false;
    }
    return strcmp(text, demo->value) == 0 ||
           demo_fail(demo, "'%.100s' was written, but '%.100s' was read back", demo->value, text);
}

/* The device's UTC offset, which every device has here and nobody else writes. */
static struct loom_path offset_path(void)
{
    return loom_path_resource(3, 0, 14);
}

bool demo_write_attributes(struct demo *demo)
{
    struct loom_path path = offset_path();
    return order(demo, "write-attributes", &path, "pmin=1 pmax=60");
}

bool demo_observe_offset(struct demo *demo)
{
    struct loom_path path = offset_path();
    return order(demo, "observe", &path, "");
}

bool demo_write_offset(struct demo *demo)
{
    struct loom_path path = offset_path();
    return order_write(demo, &path, NEW_OFFSET);
}

bool demo_is_new_offset(struct demo *demo, struct loom_text event)
{
    struct loom_text values;
    struct loom_text entry;
    return (demo_json_member(event, "values", &values) && demo_json_element(&values, &entry) &&
            demo_json_member_is(entry, "value", NEW_OFFSET)) ||
           demo_fail(demo, "the notification has another value than " NEW_OFFSET);
}

bool demo_read_composite(struct demo *demo)
{
    return demo_say(demo, DEMO_SERVER, "read-composite " DEMO_ENDPOINT " /3/0/14 /1/0/1\n");
}

/* Sends are muted unless the server says otherwise (rule B-74). */
bool demo_unmute(struct demo *demo)
{
    struct loom_path path = loom_path_resource(1, 0, 23);
    return order_write(demo, &path, "false");
}

bool demo_send_values(struct demo *demo)
{
    return demo_say(demo, DEMO_DEVICE, "send /3/0/14 /1/0/1\n");
}

bool demo_write_lifetime(struct demo *demo)
{
    struct loom_path path = loom_path_resource(1, 0, 1);
    return order_write(demo, &path, DEMO_NEW_LIFETIME);
}

bool demo_deregister(struct demo *demo)
{
    return demo_say(demo, DEMO_DEVICE, "deregister\n");
}

/* ---- a firmware update ----------------------------------------------------------------------- */

bool demo_read_version(struct demo *demo)
{
    struct loom_path path = loom_path_resource(3, 0, 3);
    return order(demo, "read", &path, "");
}

static bool take_version(struct demo *demo, struct loom_text event, char *text, size_t room)
{
    struct loom_text values;
    struct loom_text entry;
    if (!demo_json_member(event, "values", &values) || !demo_json_element(&values, &entry)) {
        return demo_fail(demo, "the device does not report the version of its firmware");
    }
    demo_json_member_plain(entry, "value", text, room);
    return true;
}

bool demo_keep_version(struct demo *demo, struct loom_text event)
{
    return take_version(demo, event, demo->present, sizeof demo->present);
}

bool demo_update_firmware(struct demo *demo)
{
    static const char command[] = "firmware " DEMO_ENDPOINT " pull " DEMO_IMAGE "\n";
    demo->story.written[0] = '\0';
    demo_story_tell(&demo->story, DEMO_SERVER, "gets the command: %.*s", (int)(sizeof command - 2),
                    command);
    return demo_say(demo, DEMO_SERVER, command);
}

bool demo_is_new_version(struct demo *demo, struct loom_text event)
{
    char text[DEMO_VALUE_MAX];
    if (!take_version(demo, event, text, sizeof text)) {
        return false;
    }
    return strcmp(text, demo->present) != 0 ||
           demo_fail(demo, "the device still has the firmware version %.100s", text);
}
