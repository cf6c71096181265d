/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "steps.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "acts.h"
#include "json.h"

#define MATCHES_MAX 3u

struct step {
    const char *title;
    enum demo_role who;             /* whose event proves it */
    const char *match[MATCHES_MAX]; /* members of that event, `name=value` */
    const char *code;               /* it must bear; NULL: none */
    bool (*act)(struct demo *demo); /* NULL: it comes by itself */
    bool (*check)(struct demo *demo, struct loom_text event); /* NULL: nothing more to look at */
};

/* ---- the tables ------------------------------------------------------------------------------ */

static const struct step opening[] = {
    {.title = "the server's start",
     .who = DEMO_SERVER,
     .match = {"event=listening"},
     .act = demo_start_server,
     .check = demo_keep_server_uri},
    {.title = "the bootstrap server's start",
     .who = DEMO_BOOTSTRAP,
     .match = {"event=listening"},
     .act = demo_start_bootstrap,
     .check = demo_keep_bootstrap_uri},
    {.title = "the Client Hold Off Time",
     .who = DEMO_DEVICE,
     .match = {"event=hold-off", "seconds=" DEMO_HOLD_OFF},
     .act = demo_start_device},
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
     .act = demo_read_device},
};

static const struct step write_steps[] = {
    {.title = "the first Read of the resource",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=read"},
     .act = demo_read_subject,
     .check = demo_keep_present},
    {.title = "the Write of the resource",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=write"},
     .code = "2.04",
     .act = demo_write_subject},
    {.title = "the Read of the written value",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=read"},
     .code = "2.05",
     .act = demo_read_subject,
     .check = demo_is_written},
};

static const struct step write_only_steps[] = {
    {.title = "the Write of the resource",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=write"},
     .code = "2.04",
     .act = demo_write_unread},
};

static const struct step read_steps[] = {
    {.title = "the Read",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=read"},
     .code = "2.05",
     .act = demo_read_instead},
};

static const struct step execute_steps[] = {
    {.title = "the Execute",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=execute"},
     .code = "2.04",
     .act = demo_execute_subject},
    {.title = "the execution", .who = DEMO_DEVICE, .match = {"event=executed"}},
};

static const struct step discover_steps[] = {
    {.title = "the Discover of the object",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=discover"},
     .code = "2.05",
     .act = demo_discover_subject},
};

static const struct step refused_steps[] = {
    {.title = "the refusal of the Discover",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=discover"},
     .code = "4.01",
     .act = demo_discover_subject},
};

static const struct step reporting[] = {
    {.title = "the Write-Attributes",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=write-attributes"},
     .code = "2.04",
     .act = demo_write_attributes},
    {.title = "the Observe",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=observe", "observing=true"},
     .code = "2.05",
     .act = demo_observe_offset},
    {.title = "the Write of the observed resource",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=write", "path=/3/0/14"},
     .code = "2.04",
     .act = demo_write_offset},
    {.title = "the notification",
     .who = DEMO_SERVER,
     .match = {"event=notified", "path=/3/0/14"},
     .code = "2.05",
     .check = demo_is_new_offset},
    {.title = "the Read-Composite",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=read-composite"},
     .code = "2.05",
     .act = demo_read_composite},
    {.title = "the Write that unmutes Send",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=write", "path=/1/0/23"},
     .code = "2.04",
     .act = demo_unmute},
    {.title = "the Send",
     .who = DEMO_SERVER,
     .match = {"event=received", "endpoint=" DEMO_ENDPOINT},
     .act = demo_send_values},
};

static const struct step updating[] = {
    {.title = "the Read of the firmware version",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=read", "path=/3/0/3"},
     .code = "2.05",
     .act = demo_read_version,
     .check = demo_keep_version},
    {.title = "the download of the firmware",
     .who = DEMO_SERVER,
     .match = {"event=firmware", "step=downloaded"},
     .act = demo_update_firmware},
    {.title = "the restart with the new firmware",
     .who = DEMO_SERVER,
     .match = {"event=registered", "endpoint=" DEMO_ENDPOINT, "secure=true"}},
    {.title = "the result of the firmware update",
     .who = DEMO_SERVER,
     .match = {"event=firmware", "step=done", "result=1"}},
    {.title = "the Read of the new firmware version",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=read", "path=/3/0/3"},
     .code = "2.05",
     .act = demo_read_version,
     .check = demo_is_new_version},
};

static const struct step closing[] = {
    {.title = "the Write of the lifetime",
     .who = DEMO_SERVER,
     .match = {"event=answered", "operation=write", "path=/1/0/1"},
     .code = "2.04",
     .act = demo_write_lifetime},
    {.title = "the Update",
     .who = DEMO_SERVER,
     .match = {"event=updated", "lifetime=" DEMO_NEW_LIFETIME}},
    {.title = "the De-register",
     .who = DEMO_SERVER,
     .match = {"event=deregistered", "endpoint=" DEMO_ENDPOINT},
     .act = demo_deregister},
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
    [DEMO_SHOWN_ANYWAY] = {NULL, 0},
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
        (void)demo_fail(demo, "%s: the %s reported: %s", step->title, demo_role_name(step->who),
                        text);
        return WRONG;
    }
    if (demo_json_member_is(event, "step", "failed")) {
        demo_json_member_plain(event, "text", text, sizeof text);
        (void)demo_fail(demo, "%s: %s", step->title, text);
        return WRONG;
    }
    for (size_t i = 0; i < MATCHES_MAX && step->match[i] != NULL; i++) {
        if (!matches(event, step->match[i])) {
            return OTHER;
        }
    }
    if (step->code != NULL && !demo_json_member_is(event, "code", step->code)) {
        demo_json_member_plain(event, "code", text, sizeof text);
        (void)demo_fail(demo, "%s was answered with %s instead of %s", step->title,
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
    return WIFEXITED(process->status) ? demo_fail(demo, "the %s has ended, with exit status %d",
                                                  demo_role_name(who), WEXITSTATUS(process->status))
                                      : demo_fail(demo, "the %s was ended by signal %d",
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
        return demo_fail(demo, "%s did not happen within %u s", title, demo->limit_s);
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
    if (!demo_say(demo, who, "quit\n")) {
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
        return demo_fail(demo, "%s: %s", problem, strerror(errno));
    }
    return run_steps(demo, STEPS(opening)) &&
           run_steps(demo, ways[demo->subject.way].steps, ways[demo->subject.way].count) &&
           run_steps(demo, STEPS(reporting)) && run_steps(demo, STEPS(updating)) &&
           run_steps(demo, STEPS(closing)) && end_program(demo, DEMO_DEVICE) &&
           end_program(demo, DEMO_BOOTSTRAP) && end_program(demo, DEMO_SERVER);
}
