/* SPDX-License-Identifier: Apache-2.0 */
/* What the servers print: events, and answers of the console. */
#define _POSIX_C_SOURCE 200809L

#include "programs/program.h"

#include "events/print.h"

#include <inttypes.h>
#include <unistd.h>

/* What may wait for whoever reads the events: some ten thousand of them. */
#define OUTPUT_ROOM ((size_t)4 * 1024 * 1024)

/* How long the end of a program waits for a reader that takes nothing. */
#define LAST_WAIT_MS 2000

bool loom_program_open_output(struct loom_program *program)
{
    return loom_line_output_open(&program->output, STDOUT_FILENO, OUTPUT_ROOM);
}

void loom_program_close_output(struct loom_program *program)
{
    loom_line_output_close(&program->output, LAST_WAIT_MS);
}

static uint64_t elapsed(const struct loom_program *program, uint64_t time)
{
    return time > program->started ? time - program->started : 0;
}

uint64_t loom_program_now(const struct loom_program *program)
{
    return program->port.now(program->port.self);
}

static void begin(struct loom_program *program, struct loom_program_line *line, uint64_t time,
                  const char *name)
{
    line->out = loom_line_output_begin(&program->output);
    line->json = program->settings.log_format == LOOM_LOG_JSON ? &line->object : NULL;
    if (line->json != NULL) {
        loom_json_begin(line->json, line->out);
        loom_json_string(line->json, "event", name);
        loom_json_unsigned(line->json, "time_ms", elapsed(program, time));
    }
}

/* For people: the time of the event, in seconds since the program began. */
static void print_time(const struct loom_program *program, const struct loom_program_line *line,
                       uint64_t time)
{
    uint64_t milliseconds = elapsed(program, time);
    if (line->json == NULL) {
        (void)fprintf(line->out, "%5" PRIu64 ".%03u  ", milliseconds / 1000,
                      (unsigned)(milliseconds % 1000));
    }
}

void loom_program_report_dropped(struct loom_program *program)
{
    uint64_t dropped = loom_line_output_take_dropped(&program->output);
    uint64_t now = loom_program_now(program);
    struct loom_program_line line;
    if (dropped == 0) {
        return;
    }
    begin(program, &line, now, "dropped");
    print_time(program, &line, now);
    if (line.json != NULL) {
        loom_json_unsigned(line.json, "lines", dropped);
    } else {
        (void)fprintf(line.out, "%-12s %" PRIu64 " lines that nobody read in time", "dropped",
                      dropped);
    }
    loom_program_end_line(program, &line);
}

void loom_program_begin_event(struct loom_program *program, struct loom_program_line *line,
                              uint64_t time, const char *event)
{
    loom_program_report_dropped(program);
    begin(program, line, time, event);
    print_time(program, line, time);
}

void loom_program_begin_answer(struct loom_program *program, struct loom_program_line *line,
                               const char *name)
{
    begin(program, line, loom_program_now(program), name);
}

void loom_program_end_line(struct loom_program *program, struct loom_program_line *line)
{
    if (line->json != NULL) {
        loom_json_end(line->json);
    } else {
        (void)fputc('\n', line->out);
    }
    loom_line_output_end(&program->output);
}

static void answer(struct loom_program *program, const char *kind, const char *text)
{
    struct loom_program_line line;
    loom_program_begin_answer(program, &line, kind);
    if (line.json != NULL) {
        loom_json_string(line.json, "text", text);
    } else {
        (void)fprintf(line.out, "%s: ", kind);
        loom_print_text(line.out, loom_program_text(text));
    }
    loom_program_end_line(program, &line);
}

void loom_program_say(struct loom_program *program, const char *event, const char *text)
{
    struct loom_program_line line;
    loom_program_begin_event(program, &line, loom_program_now(program), event);
    if (line.json != NULL) {
        loom_json_string(line.json, "text", text);
    } else {
        (void)fprintf(line.out, "%-12s ", event);
        loom_print_text(line.out, loom_program_text(text));
    }
    loom_program_end_line(program, &line);
}

void loom_program_complain(struct loom_program *program, const char *text)
{
    answer(program, "error", text);
}

void loom_program_help(struct loom_program *program, const char *text)
{
    answer(program, "help", text);
}

void loom_program_print_count(struct loom_program *program, const char *what, size_t count)
{
    struct loom_program_line line;
    loom_program_begin_answer(program, &line, what);
    if (line.json != NULL) {
        loom_json_unsigned(line.json, "count", count);
    } else {
        (void)fprintf(line.out, "%s: %zu", what, count);
    }
    loom_program_end_line(program, &line);
}
