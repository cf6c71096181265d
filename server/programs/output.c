/* SPDX-License-Identifier: Apache-2.0 */
/* What the servers print: events, and answers of the console. */
#define _POSIX_C_SOURCE 200809L

#include "programs/program.h"

#include "events/print.h"
#include "loom/service.h"

#include <inttypes.h>
#include <stdarg.h>
#include <time.h>
#include <unistd.h>

/* What may wait for whoever reads the events: some ten thousand of them. */
#define OUTPUT_ROOM ((size_t)4 * 1024 * 1024)

/* How long the end of a program waits for a reader that takes nothing. */
#define LAST_WAIT_MS 2000

bool loom_program_open_output(struct loom_program *program)
{
    program->journal = loom_service_is_journal(STDOUT_FILENO);
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

static const struct level {
    const char *name;
    int syslog; /* its number in syslog(3) */
} levels[] = {
    [LOOM_LOG_ERROR] = {"error", 3},
    [LOOM_LOG_WARNING] = {"warning", 4},
    [LOOM_LOG_INFO] = {"info", 6},
};

/* The time of the day, RFC 3339 with milliseconds, of a time on the port's clock. */
static void print_wall_clock(const struct loom_program *program, uint64_t time, char *text,
                             size_t size)
{
    struct timespec now = {0, 0};
    struct tm parts;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    int64_t milliseconds = (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000 -
                           (int64_t)(loom_program_now(program) - time);
    time_t seconds = (time_t)(milliseconds / 1000);
    text[0] = '\0';
    if (gmtime_r(&seconds, &parts) != NULL) {
        size_t used = strftime(text, size, "%Y-%m-%dT%H:%M:%S", &parts);
        (void)snprintf(text + used, size - used, ".%03dZ", (int)(milliseconds % 1000));
    }
}

/* @param level of an event, NULL: an answer of the console */
static void begin(struct loom_program *program, struct loom_program_line *line, uint64_t time,
                  const char *name, const struct level *level)
{
    char wall_clock[40];
    line->out = loom_line_output_begin(&program->output);
    if (program->journal && level != NULL) {
        (void)fprintf(line->out, "<%d>", level->syslog);
    }
    line->json = program->settings.log_format == LOOM_LOG_JSON ? &line->object : NULL;
    if (line->json == NULL) {
        return;
    }
    loom_json_begin(line->json, line->out);
    loom_json_string(line->json, "event", name);
    loom_json_unsigned(line->json, "time_ms", elapsed(program, time));
    if (level != NULL) {
        print_wall_clock(program, time, wall_clock, sizeof wall_clock);
        loom_json_string(line->json, "time", wall_clock);
        loom_json_string(line->json, "level", level->name);
    }
}

/* For people: the time of the day, which the journal has by itself, and the seconds since the
 * program began. */
static void print_time(const struct loom_program *program, const struct loom_program_line *line,
                       uint64_t time)
{
    uint64_t milliseconds = elapsed(program, time);
    char wall_clock[40];
    if (!program->journal) {
        print_wall_clock(program, time, wall_clock, sizeof wall_clock);
        (void)fprintf(line->out, "%s ", wall_clock);
    }
    (void)fprintf(line->out, "%5" PRIu64 ".%03u  ", milliseconds / 1000,
                  (unsigned)(milliseconds % 1000));
}

static void begin_event(struct loom_program *program, struct loom_program_line *line, uint64_t time,
                        const char *event, enum loom_log_level level)
{
    begin(program, line, time, event, &levels[level]);
    if (line->json == NULL) {
        print_time(program, line, time);
    }
}

void loom_program_report_dropped(struct loom_program *program)
{
    uint64_t dropped = loom_line_output_take_dropped(&program->output);
    struct loom_program_line line;
    if (dropped == 0) {
        return;
    }
    begin_event(program, &line, loom_program_now(program), "dropped", LOOM_LOG_WARNING);
    if (line.json != NULL) {
        loom_json_unsigned(line.json, "lines", dropped);
    } else {
        (void)fprintf(line.out, "%-12s %" PRIu64 " lines that were not read in time", "dropped",
                      dropped);
    }
    loom_program_end_line(program, &line);
}

bool loom_program_begin_event(struct loom_program *program, struct loom_program_line *line,
                              uint64_t time, const char *event, enum loom_log_level level)
{
    loom_program_report_dropped(program);
    if ((unsigned)level > program->settings.log_level) {
        return false;
    }
    begin_event(program, line, time, event, level);
    return true;
}

bool loom_program_begin_strange(struct loom_program *program, struct loom_program_line *line,
                                uint64_t time, const char *event)
{
    return program->settings.log_level >= LOOM_LOG_WARNING &&
           loom_program_may_say(program, event) &&
           loom_program_begin_event(program, line, time, event, LOOM_LOG_WARNING);
}

void loom_program_begin_answer(struct loom_program *program, struct loom_program_line *line,
                               const char *name)
{
    begin(program, line, loom_program_now(program), name, NULL);
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

void loom_program_say(struct loom_program *program, const char *event, enum loom_log_level level,
                      const char *text)
{
    struct loom_program_line line;
    if (!loom_program_begin_event(program, &line, loom_program_now(program), event, level)) {
        return;
    }
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

/* ---- standard error -------------------------------------------------------------------------- */

static void begin_error(void)
{
    if (loom_service_is_journal(STDERR_FILENO)) {
        (void)fprintf(stderr, "<%d>", levels[LOOM_LOG_ERROR].syslog);
    }
}

void loom_program_fail(const struct loom_program *program, const char *format, ...)
{
    va_list arguments;
    begin_error();
    (void)fprintf(stderr, "%s: ", program->name);
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
}

void loom_program_print_error(const char *message)
{
    begin_error();
    (void)fprintf(stderr, "%s\n", message);
}
