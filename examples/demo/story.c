/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "story.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fold.h"
#include "json.h"
#include "process.h"
#include "subject.h"

#include "loom/codec.h"

#define SHOWN_VALUES  6u  /* of an instance that was read */
#define SHOWN_VALUE   48u /* bytes */
#define FIELD_MAX     256u
#define WHO_WIDTH     16
#define VALUES_INDENT 28
#define FOLD_INDENT   30
#define SAID_MAX      512u

#define GREY  "\033[90m"
#define RED   "\033[31m"
#define PLAIN "\033[0m"

static const struct {
    const char *name;
    const char *colour;
} roles[DEMO_ROLE_COUNT] = {
    [DEMO_DEVICE] = {"device", "\033[32m"},
    [DEMO_BOOTSTRAP] = {"bootstrap server", "\033[33m"},
    [DEMO_SERVER] = {"server", "\033[36m"},
};

/* Standard output, of which there is one. */
static struct demo_fold page = {.indent = FOLD_INDENT};

const char *demo_role_name(enum demo_role role)
{
    return roles[role].name;
}

void demo_story_begin(struct demo_story *story)
{
    const char *terminal = getenv("TERM");
    memset(story, 0, sizeof *story);
    story->begin = demo_now();
    page.out = stdout;
    page.columns = demo_fold_columns(stdout);
    story->colour = isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == NULL && terminal != NULL &&
                    strcmp(terminal, "dumb") != 0;
}

/* ---- pieces of a line ------------------------------------------------------------------------ */

static const char *paint(const struct demo_story *story, const char *colour)
{
    return story->colour ? colour : "";
}

static void say_all(const char *format, va_list arguments)
{
    char text[SAID_MAX];
    (void)vsnprintf(text, sizeof text, format, arguments);
    demo_fold_put(&page, text);
}

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    say_all(format, arguments);
    va_end(arguments);
}

static void put_char(char c)
{
    const char text[] = {c, '\0'};
    demo_fold_put(&page, text);
}

static void begin_line(const struct demo_story *story, enum demo_role who)
{
    uint64_t passed = demo_now() - story->begin;
    say("%s%3u.%02u s%s  %s%-*s%s  ", paint(story, GREY), (unsigned)(passed / 1000),
        (unsigned)(passed % 1000 / 10), paint(story, PLAIN), paint(story, roles[who].colour),
        WHO_WIDTH, roles[who].name, paint(story, PLAIN));
}

/* Names and values are somebody else's: nothing in them may move a terminal's cursor. */
static void put_text(const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        put_char(c < 0x20 || c == 0x7F ? '?' : *text);
    }
}

static void put_member(struct loom_text event, const char *name)
{
    char text[FIELD_MAX];
    demo_json_member_plain(event, name, text, sizeof text);
    put_text(text);
}

/* A code with its name (rules C-1). */
static void put_code(const struct demo_story *story, const char *code)
{
    static const struct {
        const char *code;
        const char *name;
    } names[] = {
        {"2.01", "Created"},
        {"2.02", "Deleted"},
        {"2.04", "Changed"},
        {"2.05", "Content"},
        {"4.00", "Bad Request"},
        {"4.01", "Unauthorized"},
        {"4.03", "Forbidden"},
        {"4.04", "Not Found"},
        {"4.05", "Method Not Allowed"},
        {"4.06", "Not Acceptable"},
        {"4.15", "Unsupported Content-Format"},
        {"5.00", "Internal Server Error"},
        {"5.01", "Not Implemented"},
    };
    const char *name = "";
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(code, names[i].code) == 0) {
            name = names[i].name;
        }
    }
    say("  %s", paint(story, GREY));
    put_text(code);
    say(" %s%s", name, paint(story, PLAIN));
}

static bool read_path(struct loom_text object, struct loom_path *path)
{
    char text[FIELD_MAX];
    demo_json_member_plain(object, "path", text, sizeof text);
    return loom_text_to_path((struct loom_text){text, strlen(text)}, path);
}

static const char *path_name(const struct loom_path *path)
{
    if (path->depth == 0) {
        return "";
    }
    return path->depth < 3
               ? demo_subject_object_name(path->id[LOOM_OBJECT_ID])
               : demo_subject_resource_name(path->id[LOOM_OBJECT_ID], path->id[LOOM_RESOURCE_ID]);
}

/* `/3/0/9 Battery Level` */
static void put_path(struct loom_text event)
{
    struct loom_path path;
    put_member(event, "path");
    if (read_path(event, &path) && path_name(&path)[0] != '\0') {
        put_char(' ');
        put_text(path_name(&path));
    }
}

/* ---- values that a server read --------------------------------------------------------------- */

static void put_value(struct loom_text entry)
{
    char text[SHOWN_VALUE];
    struct loom_text value;
    struct loom_path path;
    bool shown = demo_json_member(entry, "value", &value);
    demo_json_member_plain(entry, shown ? "value" : "hex", text, sizeof text);
    bool cut = shown && value.length >= sizeof text + 2;
    put_text(text[0] == '\0' ? "(empty)" : text);
    say("%s", cut ? "..." : "");
    if (demo_json_member(entry, "meaning", &value)) {
        say(" (");
        put_member(entry, "meaning");
        put_char(')');
    }
    if (read_path(entry, &path) && path.depth >= 3) {
        const char *units =
            demo_subject_resource_units(path.id[LOOM_OBJECT_ID], path.id[LOOM_RESOURCE_ID]);
        say("%s", units[0] == '\0' ? "" : " ");
        put_text(units);
    }
}

static unsigned count_values(struct loom_text values)
{
    struct loom_text entry;
    unsigned count = 0;
    while (demo_json_element(&values, &entry)) {
        count++;
    }
    return count;
}

/* Empty text, no bytes, or a multiple resource without instances. */
static bool is_empty(struct loom_text entry)
{
    return demo_json_member_is(entry, "value", "") || demo_json_member_is(entry, "hex", "");
}

/* An instance may have dozens of resources; the first ones with something in them tell enough. */
static void put_values(const struct demo_story *story, struct loom_text values, unsigned count)
{
    struct loom_text entry;
    unsigned shown = 0;
    while (shown < SHOWN_VALUES && demo_json_element(&values, &entry)) {
        if (is_empty(entry)) {
            continue;
        }
        say("\n%*s", VALUES_INDENT, "");
        put_path(entry);
        say(" = ");
        put_value(entry);
        shown++;
    }
    if (shown < count) {
        say("\n%*s%sand %u more%s", VALUES_INDENT, "", paint(story, GREY), count - shown,
            paint(story, PLAIN));
    }
}

/* ---- events ---------------------------------------------------------------------------------- */

typedef void teller(const struct demo_story *story, struct loom_text event);

static void tell_listening(const struct demo_story *story, struct loom_text event)
{
    (void)story;
    say("listens on ");
    put_member(event, "uri");
}

static void tell_hold_off(const struct demo_story *story, struct loom_text event)
{
    (void)story;
    say("waits ");
    put_member(event, "seconds");
    say(" s before its Bootstrap-Request (Client Hold Off Time)");
}

static void tell_session(const struct demo_story *story, struct loom_text event)
{
    struct loom_text ssid;
    (void)story;
    say(demo_json_member_is(event, "secure", "true") ? "new DTLS session with "
                                                     : "new session without security with ");
    say(demo_json_member(event, "ssid", &ssid) ? "the server at " : "the bootstrap server at ");
    put_member(event, "uri");
}

static void tell_bootstrap_request(const struct demo_story *story, struct loom_text event)
{
    (void)story;
    (void)event;
    say("Bootstrap-Request");
}

/* The device has the last word of a bootstrap: what it was given may contradict itself. */
static void tell_finish(const struct demo_story *story, struct loom_text event)
{
    char code[FIELD_MAX];
    demo_json_member_plain(event, "code", code, sizeof code);
    say("Bootstrap-Finish");
    put_code(story, code);
    if (demo_json_member_is(event, "code", "2.04")) {
        say("; its new accounts are in effect");
    } else {
        say(": ");
        put_member(event, "text");
    }
}

static void tell_register(const struct demo_story *story, struct loom_text event)
{
    (void)story;
    say("Register for ");
    put_member(event, "seconds");
    say(" s");
}

static void tell_registered_at(const struct demo_story *story, struct loom_text event)
{
    (void)story;
    say("is registered at ");
    put_member(event, "location");
}

static void tell_executed(const struct demo_story *story, struct loom_text event)
{
    (void)story;
    say("executes ");
    put_path(event);
}

static void tell_deregister(const struct demo_story *story, struct loom_text event)
{
    (void)story;
    (void)event;
    say("De-register");
}

static void put_objects(struct loom_text event)
{
    struct loom_text objects;
    struct loom_text object;
    if (!demo_json_member(event, "objects", &objects)) {
        return;
    }
    while (demo_json_element(&objects, &object)) {
        char path[FIELD_MAX];
        demo_json_plain(object, path, sizeof path);
        put_char(' ');
        put_text(path);
    }
}

static void tell_registration(const struct demo_story *story, struct loom_text event)
{
    (void)story;
    say("has registered ");
    put_member(event, "endpoint");
    say(":");
    put_objects(event);
}

static void tell_updated(const struct demo_story *story, struct loom_text event)
{
    (void)story;
    say("gets an Update of ");
    put_member(event, "endpoint");
    say(" with a lifetime of ");
    put_member(event, "lifetime");
    say(" s");
}

static void tell_deregistered(const struct demo_story *story, struct loom_text event)
{
    (void)story;
    say("removes the registration of ");
    put_member(event, "endpoint");
}

/* The arguments of an operation, `pmin=1&pmax=60`. */
static void put_query(struct loom_text event)
{
    struct loom_text query;
    if (demo_json_member(event, "query", &query)) {
        put_char(' ');
        put_member(event, "query");
    }
}

/* An operation and its answer, of either server. */
static void put_answered(const struct demo_story *story, struct loom_text event)
{
    char operation[FIELD_MAX];
    char code[FIELD_MAX];
    struct loom_text values;
    demo_json_member_plain(event, "operation", operation, sizeof operation);
    demo_json_member_plain(event, "code", code, sizeof code);
    unsigned count = demo_json_member(event, "values", &values) ? count_values(values) : 0;
    operation[0] = (char)toupper((unsigned char)operation[0]);
    put_text(operation);
    put_char(' ');
    put_path(event);
    if (count == 1) {
        struct loom_text entry;
        say(" = ");
        (void)demo_json_element(&values, &entry);
        put_value(entry);
    } else if (demo_json_member_is(event, "operation", "write") && story->written[0] != '\0') {
        say(" := ");
        put_text(story->written);
    }
    put_query(event);
    if (code[0] == '\0') {
        say("  no answer: ");
        put_member(event, "failure");
        return;
    }
    put_code(story, code);
    if (count > 1) {
        put_values(story, values, count);
    }
}

static void tell_answered(const struct demo_story *story, struct loom_text event)
{
    put_answered(story, event);
}

static void tell_notified(const struct demo_story *story, struct loom_text event)
{
    struct loom_text values;
    struct loom_text entry;
    (void)story;
    say("gets a notification: ");
    put_path(event);
    if (demo_json_member(event, "values", &values) && demo_json_element(&values, &entry)) {
        say(" = ");
        put_value(entry);
    }
}

static void tell_received(const struct demo_story *story, struct loom_text event)
{
    struct loom_text values;
    struct loom_text entry;
    (void)story;
    say("gets a Send:");
    if (!demo_json_member(event, "values", &values)) {
        return;
    }
    for (unsigned i = 0; demo_json_element(&values, &entry); i++) {
        say(i == 0 ? " " : ", ");
        put_path(entry);
        say(" = ");
        put_value(entry);
    }
}

static void tell_fetching(const struct demo_story *story, struct loom_text event)
{
    (void)story;
    say("sends ");
    put_member(event, "file");
    say(" to ");
    put_member(event, "endpoint");
    say(", ");
    put_member(event, "size");
    say(" bytes, block-wise");
}

static void tell_firmware(const struct demo_story *story, struct loom_text event)
{
    (void)story;
    say("reports the firmware update of ");
    put_member(event, "endpoint");
    say(": ");
    put_member(event, "text");
}

static void tell_start(const struct demo_story *story, struct loom_text event)
{
    (void)story;
    say(demo_json_member_is(event, "accounts", "0") ? "starts without a server account"
                                                    : "starts with its stored accounts");
}

static void tell_provisioned(const struct demo_story *story, struct loom_text event)
{
    say("Bootstrap-");
    put_answered(story, event);
}

/* Whatever has no words of its own: failures above all. */
static void tell_anything(const struct demo_story *story, struct loom_text event)
{
    static const char *const members[] = {"path", "code", "failure", "reason", "seconds", "text"};
    say("%s", paint(story, RED));
    put_member(event, "event");
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        struct loom_text value;
        if (demo_json_member(event, members[i], &value)) {
            put_char(' ');
            put_member(event, members[i]);
        }
    }
    say("%s", paint(story, PLAIN));
}

/* Events and how they are told; NULL: not at all. */
static const struct {
    enum demo_role who;
    const char *event;
    teller *tell;
} tales[] = {
    {DEMO_BOOTSTRAP, "listening", tell_listening},
    {DEMO_BOOTSTRAP, "requested", NULL},
    {DEMO_BOOTSTRAP, "sent", NULL},
    {DEMO_BOOTSTRAP, "answered", tell_provisioned},
    {DEMO_BOOTSTRAP, "discovered", NULL},
    {DEMO_BOOTSTRAP, "finished", NULL},
    {DEMO_DEVICE, "factory", tell_start},
    {DEMO_DEVICE, "state-saved", NULL},
    {DEMO_DEVICE, "firmware", NULL},
    {DEMO_DEVICE, "hold-off", tell_hold_off},
    {DEMO_DEVICE, "session", tell_session},
    {DEMO_DEVICE, "bootstrap-request", tell_bootstrap_request},
    {DEMO_DEVICE, "bootstrap-accepted", NULL},
    {DEMO_DEVICE, "bootstrap-discover", NULL},
    {DEMO_DEVICE, "bootstrap-delete", NULL},
    {DEMO_DEVICE, "bootstrap-write", NULL},
    {DEMO_DEVICE, "bootstrap-finish", tell_finish},
    {DEMO_DEVICE, "register", tell_register},
    {DEMO_DEVICE, "registered", tell_registered_at},
    {DEMO_DEVICE, "read", NULL},
    {DEMO_DEVICE, "discover", NULL},
    {DEMO_DEVICE, "write", NULL},
    {DEMO_DEVICE, "write-attributes", NULL},
    {DEMO_DEVICE, "notify", NULL},
    {DEMO_DEVICE, "send", NULL},
    {DEMO_DEVICE, "send-delivered", NULL},
    {DEMO_DEVICE, "execute", NULL},
    {DEMO_DEVICE, "executed", tell_executed},
    {DEMO_DEVICE, "request", NULL},
    {DEMO_DEVICE, "update", NULL},
    {DEMO_DEVICE, "updated", NULL},
    {DEMO_DEVICE, "deregister", tell_deregister},
    {DEMO_DEVICE, "deregistered", NULL},
    {DEMO_DEVICE, "stopped", NULL},
    {DEMO_SERVER, "listening", tell_listening},
    {DEMO_SERVER, "registered", tell_registration},
    {DEMO_SERVER, "sent", NULL},
    {DEMO_SERVER, "answered", tell_answered},
    {DEMO_SERVER, "notified", tell_notified},
    {DEMO_SERVER, "received", tell_received},
    {DEMO_SERVER, "ended", NULL},
    {DEMO_SERVER, "fetching", tell_fetching},
    {DEMO_SERVER, "fetched", NULL},
    {DEMO_SERVER, "firmware", tell_firmware},
    {DEMO_SERVER, "updated", tell_updated},
    {DEMO_SERVER, "deregistered", tell_deregistered},
};

static teller *find_teller(enum demo_role who, struct loom_text event)
{
    struct loom_text text;
    /* A good Finish is the device's to tell. */
    if (who == DEMO_BOOTSTRAP && demo_json_member_is(event, "operation", "finish") &&
        demo_json_member_is(event, "code", "2.04")) {
        return NULL;
    }
    /* The steps of a firmware update are notified, too; its end is in words. */
    if (demo_json_member_is(event, "operation", "cancel") ||
        (who == DEMO_SERVER && demo_json_member_is(event, "event", "firmware") &&
         !demo_json_member(event, "text", &text))) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof tales / sizeof tales[0]; i++) {
        if (tales[i].who == who && demo_json_member_is(event, "event", tales[i].event)) {
            return tales[i].tell;
        }
    }
    return tell_anything;
}

void demo_story_line(const struct demo_story *story, enum demo_role who, struct loom_text line)
{
    struct loom_text name;
    if (!demo_json_member(line, "event", &name)) {
        begin_line(story, who);
        say("%s", paint(story, RED));
        put_text(line.data);
        say("%s\n", paint(story, PLAIN));
        return;
    }
    teller *tell = find_teller(who, line);
    if (tell != NULL) {
        begin_line(story, who);
        tell(story, line);
        put_char('\n');
        (void)fflush(stdout);
    }
}

void demo_story_tell(const struct demo_story *story, enum demo_role who, const char *format, ...)
{
    va_list arguments;
    begin_line(story, who);
    va_start(arguments, format);
    say_all(format, arguments);
    va_end(arguments);
    put_char('\n');
    (void)fflush(stdout);
}
