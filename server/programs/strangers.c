/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that anybody on the network can cause: so many a second, and a count of the others, so that
 * nobody can fill a disk or hide what else happens. */
#include "programs/program.h"

#include <inttypes.h>
#include <string.h>

enum { LINES_MAX = 20, SECOND_MS = 1000 };

static struct loom_program_strangers *find(struct loom_program *program, const char *event)
{
    struct loom_program_strangers *strangers = program->strangers;
    while (strangers->event != NULL && strcmp(strangers->event, event) != 0) {
        strangers++;
    }
    strangers->event = event;
    return strangers;
}

static void report(struct loom_program *program, const struct loom_program_strangers *strangers)
{
    struct loom_program_line line;
    if (!loom_program_begin_event(program, &line, loom_program_now(program), "suppressed",
                                  LOOM_LOG_WARNING)) {
        return;
    }
    if (line.json != NULL) {
        loom_json_string(line.json, "of", strangers->event);
        loom_json_unsigned(line.json, "lines", strangers->counted);
    } else {
        (void)fprintf(line.out, "%-12s %" PRIu64 " more lines of %s", "suppressed",
                      strangers->counted, strangers->event);
    }
    loom_program_end_line(program, &line);
}

/* A second that is over makes room for the next one. */
static void begin_anew(struct loom_program *program, struct loom_program_strangers *strangers)
{
    uint64_t now = loom_program_now(program);
    if (now - strangers->since < SECOND_MS) {
        return;
    }
    if (strangers->counted > 0) {
        report(program, strangers);
    }
    strangers->since = now;
    strangers->lines = 0;
    strangers->counted = 0;
}

bool loom_program_may_say(struct loom_program *program, const char *event)
{
    struct loom_program_strangers *strangers = find(program, event);
    begin_anew(program, strangers);
    if (strangers->lines < LINES_MAX) {
        strangers->lines++;
        return true;
    }
    strangers->counted++;
    program->suppressed++;
    return false;
}

void loom_program_count_strangers(struct loom_program *program)
{
    for (size_t i = 0; i < LOOM_PROGRAM_STRANGERS_MAX; i++) {
        if (program->strangers[i].counted > 0) {
            begin_anew(program, &program->strangers[i]);
        }
    }
}

uint64_t loom_program_strangers_deadline(const struct loom_program *program)
{
    uint64_t deadline = UINT64_MAX;
    for (size_t i = 0; i < LOOM_PROGRAM_STRANGERS_MAX; i++) {
        uint64_t end = program->strangers[i].since + SECOND_MS;
        deadline = program->strangers[i].counted > 0 && end < deadline ? end : deadline;
    }
    return deadline;
}
