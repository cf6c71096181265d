/* SPDX-License-Identifier: Apache-2.0 */
/* The console's input: lines of standard input, and their words. */
#define _POSIX_C_SOURCE 200809L

#include "programs/program.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static bool end_line(struct loom_program *program, loom_program_console *console, void *user)
{
    bool overlong = program->overlong;
    program->line[program->line_length] = '\0';
    program->line_length = 0;
    program->overlong = false;
    if (overlong) {
        loom_program_complain(program, "the line is too long");
        return true;
    }
    return console(user, program->line);
}

static bool take_input(struct loom_program *program, const char *data, size_t length,
                       loom_program_console *console, void *user)
{
    bool running = true;
    for (size_t i = 0; running && i < length; i++) {
        if (data[i] == '\n') {
            running = end_line(program, console, user);
        } else if (program->line_length + 1 == sizeof program->line) {
            program->overlong = true;
        } else {
            program->line[program->line_length++] = data[i];
        }
    }
    return running;
}

bool loom_program_read_input(struct loom_program *program, loom_program_console *console,
                             void *user)
{
    char data[1024];
    ssize_t length = read(STDIN_FILENO, data, sizeof data);
    if (length > 0) {
        return take_input(program, data, (size_t)length, console, user);
    }
    if (length < 0 && (errno == EINTR || errno == EAGAIN)) {
        return true;
    }
    program->input_open = false;
    return program->line_length == 0 || end_line(program, console, user);
}

char *loom_program_rest(char *line)
{
    char *rest = line + strspn(line, " \t");
    size_t length = strlen(rest);
    if (length > 0 && rest[length - 1] == '\r') {
        rest[length - 1] = '\0';
    }
    return rest;
}

char *loom_program_word(char **line)
{
    char *word = *line + strspn(*line, " \t\r");
    if (*word == '\0') {
        return NULL;
    }
    char *end = word + strcspn(word, " \t\r");
    *line = end;
    if (*end != '\0') {
        *end = '\0';
        *line = end + 1;
    }
    return word;
}
