/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "steps.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "json.h"

#include "loom/codec.h"

#define COMMAND_MAX  (DEMO_VALUE_MAX + 64u)
#define HOLD_OFF     "1"
#define NEW_LIFETIME "120"
#define NEW_OFFSET   "+02:00"
#define MATCHES_MAX  3u
#define OPTIONS_MAX  12u

struct step {
    const char *title;
    enum demo_role who;             /* whose event proves it */
    const char *match[MATCHES_MAX]; /* members of that event, `name=value` */
    const char *code;               /* it must bear; NULL: none */
    bool (*act)(struct demo *demo); /* NULL: it comes by itself */
    bool (*check)(struct demo *demo, struct loom_text event); /* NULL: nothing more to look at */
};

__attribute__((format(printf, 2, 3))) static bool fail(struct demo *demo, const char *format, ...)
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
        return fail(demo, "the path of %s is too long", program);
    }
    if (!demo_process_start(&demo->processes[who], arguments)) {
        return fail(demo, "%s cannot be started: %s", path, strerror(errno));
    }
    return true;
}

static bool start_server(struct demo *demo)
{
    const char *const options[] = {"--accounts", demo->scene.server_accounts,
                                   "--listen",   "coaps://127.0.0.1:0",
                                   "--json",     NULL};
    return start(demo, DEMO_SERVER, "loom-server", options);
}

static bool start_bootstrap(struct demo *demo)
{
    const char *const options[] = {"--accounts", demo->scene.bootstrap_accounts,
                                   "--listen",   "coaps://127.0.0.1:0",
                                   "--json",     NULL};
    const char *problem = demo_scene_write_bootstrap(&demo->scene, demo->server_uri);
    if (problem != NULL) {
        return fail(demo, "%s: %s", problem, strerror(errno));
    }
    return start(demo, DEMO_BOOTSTRAP, "loom-bootstrap-server", options);
}

static bool start_device(struct demo *demo)
{
    char key[DEMO_PATH_MAX + 1];
    const char *const options[] = {"--endpoint",  DEMO_ENDPOINT,
                                   "--bootstrap", demo->bootstrap_uri,
                                   "--identity",  DEMO_BOOTSTRAP_IDENTITY,
                                   "--key",       key,
                                   "--hold-off",  HOLD_OFF,
                                   "--json",      NULL};
    (void)snprintf(key, sizeof key, "@%s", demo->scene.key_file);
    return start(demo, DEMO_DEVICE, demo->device == NULL ? "loom-demo-device" : demo->device,
                 options);
}

static bool keep_server_uri(struct demo *demo, struct loom_text event)
{
    demo_json_member_plain(event, "uri", demo->server_uri, sizeof demo->server_uri);
    return true;
}

static bool keep_bootstrap_uri(struct demo *demo, struct loom_text event)
{
    demo_json_member_plain(event, "uri", demo->bootstrap_uri, sizeof demo->bootstrap_uri);
    return true;
}

/* ---- managing -------------------------------------------------------------------------------- */

static bool say(struct demo *demo, enum demo_role who, const char *text)
{
    return demo_process_say(&demo->processes[who], text) ||
           fail(demo, "the %s does not listen to its console", demo_role_name(who));
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
        return fail(demo, "the value is too long");
    }
    command[out.length] = '\0';
    return say(demo, DEMO_SERVER, command);
}

static bool order_write(struct demo *demo, const struct loom_path *path, const char *value)
{
    /* The story shows its beginning. */
    (void)snprintf(demo->story.written, sizeof demo->story.written, "%.*s",
                   (int)sizeof demo->story.written - 1, value);
    return order(demo, "write", path, value);
}

static bool read_device(struct demo *demo)
{
    struct loom_path path = loom_path_instance(3, 0);
    return order(demo, "read", &path, "");
}

static bool read_subject(struct demo *demo)
{
    /* The server may not know the object, but text it can always show. */
    return order(demo, "read", &demo->subject.path,
                 demo->subject.way == DEMO_READ_INSTANCE ? "" : "text");
}

static bool read_instead(struct demo *demo)
{
    demo_story_tell(&demo->story, DEMO_SERVER, "%s has nothing that can be written, so:",
                    demo_subject_object_name(demo->subject.path.id[LOOM_OBJECT_ID]));
    return read_subject(demo);
}

static bool write_subject(struct demo *demo)
{
    if (!demo_subject_value(&demo->subject, demo->present[0] == '\0' ? NULL : demo->present,
                            demo->value, sizeof demo->value)) {
        return fail(demo, "there is no other value to write than %s", demo->present);
    }
    return order_write(demo, &demo->subject.path, demo->value);
}

static bool write_unread(struct demo *demo)
{
    demo_story_tell(&demo->story, DEMO_SERVER,
                    "what can be written to %s cannot be read, so without reading it back:",
                    demo_subject_object_name(demo->subject.path.id[LOOM_OBJECT_ID]));
    return write_subject(demo);
}

static bool execute_subject(struct demo *demo)
{
    demo_story_tell(&demo->story, DEMO_SERVER, "%s has nothing that can be read or written, so:",
                    demo_subject_object_name(demo->subject.path.id[LOOM_OBJECT_ID]));
    return order(demo, "execute", &demo->subject.path, "");
}

static bool discover_subject(struct demo *demo)
{
    uint16_t object = demo->subject.path.id[LOOM_OBJECT_ID];
    const char *why = "has nothing that can be read, written or executed, so:";
    if (demo->subject.way == DEMO_REFUSED) {
        why = "is for the bootstrap server alone; no other server is let in:";
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
        return fail(demo, "the answer has no value of the resource's type");
    }
    return true;
}

/* An optional resource need not be there before it is written. */
static bool keep_present(struct demo *demo, struct loom_text event)
{
    if (demo_json_member_is(event, "code", "4.04")) {
        demo_story_tell(&demo->story, DEMO_SERVER, "it is optional, and not there yet");
        return true;
    }
    return take_value(demo, event, demo->present, sizeof demo->present);
}

static bool is_written(struct demo *demo, struct loom_text event)
{
    char text[DEMO_VALUE_MAX];
    if (!take_value(demo, event, text, sizeof text)) {
        return false;
    }
    return strcmp(text, demo->value) == 0 ||
           fail(demo, "'%.100s' was written, but '%.100s' was read back", demo->value, text);
}

/* The device's UTC offset, which every device has here and nobody else writes. */
static struct loom_path offset_path(void)
{
    return loom_path_resource(3, 0, 14);
}

static bool write_attributes(struct demo *demo)
{
    struct loom_path path = offset_path();
    return order(demo, "write-attributes", &path, "pmin=1 pmax=60");
}

static bool observe_offset(struct demo *demo)
{
    struct loom_path path = offset_path();
    return order(demo, "observe", &path, "");
}

static bool write_offset(struct demo *demo)
{
    struct loom_path path = offset_path();
    return order_write(demo, &path, NEW_OFFSET);
}

static bool is_new_offset(struct demo *demo, struct loom_text event)
{
    struct loom_text values;
    struct loom_text entry;
    return (demo_json_member(event, "values", &values) && demo_json_element(&values, &entry) &&
            demo_json_member_is(entry, "value", NEW_OFFSET)) ||
           fail(demo, "the notification has another value than " NEW_OFFSET);
}

static bool read_composite(struct demo *demo)
{
    return say(demo, DEMO_SERVER, "read-composite " DEMO_ENDPOINT " /3/0/14 /1/0/1\n");
}

/* Sends are muted unless the server says otherwise (rule B-74). */
static bool unmute(struct demo *demo)
{
    struct loom_path path = loom_path_resource(1, 0, 23);
    return order_write(demo, &path, "false");
}

static bool send_values(struct demo *demo)
{
    return say(demo, DEMO_DEVICE, "send /3/0/14 /1/0/1\n");
}

static bool write_lifetime(struct demo *demo)
{
    struct loom_path path = loom_path_resource(1, 0, 1);
    return order_write(demo, &path, NEW_LIFETIME);
}

static bool deregister(struct demo *demo)
{
    return say(demo, DEMO_DEVICE, "deregister\n");
}

/* ---- the tables ------------------------------------------------------------------------------ */

static const struct step opening[] = {
    {.title = "the server's start",
     .who = DEMO_SERVER,
     .match = {"event=listening"},
     .act = start_server,
     .check = keep_server_uri},
    {.title = "the bootstrap server's start",
     .who = DEMO_BOOTSTRAP,
     .match = {"event=listening"},
     .act = start_bootstrap,
     .check = keep_bootstrap_uri},
    {.title = "the Client Hold Off Time",
     .who = DEMO_DEVICE,
     .match = {"event=hold-off", "seconds=" HOLD_OFF},
     .act = start_device},
    {.title = "the Bootstrap-Request",
     .who = DEMO_BOOTSTRAP,
     .match = {"event=requested", "endpoint=" DEMO_ENDPOINT}},
    {.title = "the Bootstrap-Discover",
     .who = DEMO_BOOTSTRAP,
     .match = {"event=answered", "operation=discover"},
     .code = "2.05"},
    {.title = "the Bootstrap-Delete",
     .who = DEMO_BOOTSTRAP,
     .match = {"event=answered", "operation=delete", "path=/"},
     .code = "2.02"},
    {.title = "the Bootstrap-Write of the hold-off time",
     .who = DEMO_BOOTSTRAP,
     .match = {"event=answered", "operation=write", "path=/0/1/11"},
     .code = "2.04"},
    {.title = "the Bootstrap-Write of the server's security",
     .who = DEMO_BOOTSTRAP,
     .match = {"event=answered", "operation=write", "path=/0/0"},
     .code = "2.04"},
    {.title = "the Bootstrap-Write of the server",
     .who = DEMO_BOOTSTRAP,
     .match = {"event=answered", "operation=write", "path=/1/0"},
     .code = "2.04"},
    {.title = "the Bootstrap-Finish",
     .who = DEMO_BOOTSTRAP,
     .match = {"event=answered", "operation=finish"},
     .code = "2.04"},
    {.title = "the new DTLS session",
     .who = DEMO_DEVICE,
     .match = {"event=session", "ssid=" DEMO_SSID, "secure=true"}},
    {.title = "the Register",
     .who = DEMO_SERVER,
     .match = {"event=registered", "endpoint=" DEMO_ENDPOINT, "secure=true"}},
    {.title = "the answer to the Register",
     .who = DEMO_DEVICE,
     .match = {"event=registered", "ssid=" DEMO_SSID}},
    {.title = "the Read of /3/0",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=read", "path=/3/0"},
     .code = "2.05",
     .act = read_device},
};

static const struct step write_steps[] = {
    {.title = "the first Read of the resource",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=read"},
     .act = read_subject,
     .check = keep_present},
    {.title = "the Write of the resource",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=write"},
     .code = "2.04",
     .act = write_subject},
    {.title = "the Read of what was written",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=read"},
     .code = "2.05",
     .act = read_subject,
     .check = is_written},
};

static const struct step write_only_steps[] = {
    {.title = "the Write of the resource",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=write"},
     .code = "2.04",
     .act = write_unread},
};

static const struct step read_steps[] = {
    {.title = "the Read",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=read"},
     .code = "2.05",
     .act = read_instead},
};

static const struct step execute_steps[] = {
    {.title = "the Execute",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=execute"},
     .code = "2.04",
     .act = execute_subject},
    {.title = "what the Execute asks for", .who = DEMO_DEVICE, .match = {"event=executed"}},
};

static const struct step discover_steps[] = {
    {.title = "the Discover of the object",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=discover"},
     .code = "2.05",
     .act = discover_subject},
};

static const struct step refused_steps[] = {
    {.title = "the refusal of the Discover",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=discover"},
     .code = "4.01",
     .act = discover_subject},
};

static const struct step reporting[] = {
    {.title = "the Write-Attributes",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=write-attributes"},
     .code = "2.04",
     .act = write_attributes},
    {.title = "the Observe",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=observe", "observing=true"},
     .code = "2.05",
     .act = observe_offset},
    {.title = "the Write of what is observed",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=write", "path=/3/0/14"},
     .code = "2.04",
     .act = write_offset},
    {.title = "the notification",
     .who = DEMO_SERVER,
     .match = {"event=notified", "path=/3/0/14"},
     .code = "2.05",
     .check = is_new_offset},
    {.title = "the Read-Composite",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=read-composite"},
     .code = "2.05",
     .act = read_composite},
    {.title = "the Write that lets the device send",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=write", "path=/1/0/23"},
     .code = "2.04",
     .act = unmute},
    {.title = "the Send",
     .who = DEMO_SERVER,
     .match = {"event=received", "endpoint=" DEMO_ENDPOINT},
     .act = send_values},
};

static const struct step closing[] = {
    {.title = "the Write of the lifetime",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=write", "path=/1/0/1"},
     .code = "2.04",
     .act = write_lifetime},
    {.title = "the Update",
     .who = DEMO_SERVER,
     .match = {"event=updated", "lifetime=" NEW_LIFETIME}},
    {.title = "the De-register",
     .who = DEMO_SERVER,
     .match = {"event=deregistered", "endpoint=" DEMO_ENDPOINT},
     .act = deregister},
};

#define STEPS(steps) (steps), sizeof(steps) / sizeof((steps)[0])

static const struct {
    const struct step *steps;
    size_t count;
} ways[] = {
    [DEMO_WRITE] = {STEPS(write_steps)},
    /* An instance that is not there yet has no value to begin with. */
    [DEMO_WRITE_INSTANCE] = {write_steps + 1, sizeof write_steps / sizeof write_steps[0] - 1},
    [DEMO_WRITE_ONLY] = {STEPS(write_only_steps)},
    [DEMO_READ] = {STEPS(read_steps)},
    [DEMO_READ_INSTANCE] = {STEPS(read_steps)},
    [DEMO_EXECUTE] = {STEPS(execute_steps)},
    [DEMO_DISCOVER] = {STEPS(discover_steps)},
    [DEMO_REFUSED] = {STEPS(refused_steps)},
};

/* ---- running --------------------------------------------------------------------------------- */

static void on_line(void *user, const struct demo_process *process, struct loom_text line)
{
    const struct demo *demo = user;
    demo_story_line(&demo->story, (enum demo_role)(process - demo->processes), line);
}

enum verdict { OTHER, HAPPENED, WRONG };

static bool matches(struct loom_text event, const char *wanted)
{
    char name[32];
    const char *value = strchr(wanted, '=') + 1;
    (void)snprintf(name, sizeof name, "%.*s", (int)(value - wanted - 1), wanted);
    return demo_json_member_is(event, name, value);
}

static enum verdict judge(struct demo *demo, const struct step *step, struct loom_text event)
{
    char text[DEMO_PROBLEM_MAX / 2];
    if (demo_json_member_is(event, "event", "error")) {
        demo_json_member_plain(event, "text", text, sizeof text);
        (void)fail(demo, "%s: the %s says: %s", step->title, demo_role_name(step->who), text);
        return WRONG;
    }
    for (size_t i = 0; i < MATCHES_MAX && step->match[i] != NULL; i++) {
        if (!matches(event, step->match[i])) {
            return OTHER;
        }
    }
    if (step->code != NULL && !demo_json_member_is(event, "code", step->code)) {
        demo_json_member_plain(event, "code", text, sizeof text);
        (void)fail(demo, "%s was answered with %s instead of %s", step->title,
                   text[0] == '\0' ? "nothing" : text, step->code);
        return WRONG;
    }
    return step->check == NULL || step->check(demo, event) ? HAPPENED : WRONG;
}

static enum verdict look_at_lines(struct demo *demo, const struct step *step)
{
    const struct demo_process *process = &demo->processes[step->who];
    enum verdict verdict = OTHER;
    while (verdict == OTHER && demo->heard[step->who] < process->count) {
        const char *line = process->lines[demo->heard[step->who]++];
        verdict = judge(demo, step, (struct loom_text){line, strlen(line)});
    }
    return verdict;
}

static bool fail_ended(struct demo *demo, enum demo_role who)
{
    struct demo_process *process = &demo->processes[who];
    demo_process_reap(process);
    return WIFEXITED(process->status) ? fail(demo, "the %s has ended, with exit status %d",
                                             demo_role_name(who), WEXITSTATUS(process->status))
                                      : fail(demo, "the %s was ended by signal %d",
                                             demo_role_name(who), WTERMSIG(process->status));
}

static bool all_alive(struct demo *demo)
{
    for (size_t i = 0; i < DEMO_ROLE_COUNT; i++) {
        const struct demo_process *process = &demo->processes[i];
        if (process->pid > 0 && process->output < 0 && !demo->may_end[i]) {
            return fail_ended(demo, (enum demo_role)i);
        }
    }
    return true;
}

/* Waits for more lines. @return false: no time is left, or the demo is to stop */
static bool listen_on(struct demo *demo, uint64_t limit, const char *title)
{
    uint64_t now = demo_now();
    if (now >= limit) {
        return fail(demo, "%s did not happen within %u s", title, demo->limit_s);
    }
    demo->interrupted = !demo_process_listen(demo->processes, DEMO_ROLE_COUNT, demo->wake,
                                             (int)(limit - now), on_line, demo);
    return !demo->interrupted;
}

static uint64_t limit_from_now(const struct demo *demo)
{
    return demo_now() + 1000u * (uint64_t)demo->limit_s;
}

static bool run_step(struct demo *demo, const struct step *step)
{
    uint64_t limit = limit_from_now(demo);
    if (step->act != NULL && !step->act(demo)) {
        return false;
    }
    for (;;) {
        enum verdict verdict = look_at_lines(demo, step);
        if (verdict != OTHER) {
            return verdict == HAPPENED;
        }
        if (!all_alive(demo) || !listen_on(demo, limit, step->title)) {
            return false;
        }
    }
}

static bool run_steps(struct demo *demo, const struct step *steps, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!run_step(demo, &steps[i])) {
            return false;
        }
    }
    return true;
}

/* A program that is told to end must do so, and be content with how it went. */
static bool end_program(struct demo *demo, enum demo_role who)
{
    struct demo_process *process = &demo->processes[who];
    uint64_t limit = limit_from_now(demo);
    char title[64];
    (void)snprintf(title, sizeof title, "the end of the %s", demo_role_name(who));
    demo->may_end[who] = true;
    if (!say(demo, who, "quit\n")) {
        return false;
    }
    while (process->output >= 0) {
        if (!all_alive(demo) || !listen_on(demo, limit, title)) {
            return false;
        }
    }
    demo_process_reap(process);
    return (WIFEXITED(process->status) && WEXITSTATUS(process->status) == 0) ||
           fail_ended(demo, who);
}

bool demo_steps_run(struct demo *demo)
{
    const char *problem = demo_scene_build(&demo->scene);
    if (problem != NULL) {
        return fail(demo, "%s: %s", problem, strerror(errno));
    }
    return run_steps(demo, STEPS(opening)) &&
           run_steps(demo, ways[demo->subject.way].steps, ways[demo->subject.way].count) &&
           run_steps(demo, STEPS(reporting)) && run_steps(demo, STEPS(closing)) &&
           end_program(demo, DEMO_DEVICE) && end_program(demo, DEMO_BOOTSTRAP) &&
           end_program(demo, DEMO_SERVER);
}
