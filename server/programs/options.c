/* SPDX-License-Identifier: Apache-2.0 */
/* The options of the servers: those that all have, the command line, and --help. */
#define _POSIX_C_SOURCE 200809L

#include "programs/options.h"

#include "programs/version.h"
#include "service/kept_events.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_USAGE 2

enum {
    FIRST_VALUE = 256,    /* of getopt_long(), above all characters */
    HELP_COLUMN_MAX = 30, /* --help: a longer option has its text on the next line */
    MESSAGE_MAX = 256,
};

static const char *const level_names[] = {
    [LOOM_LOG_ERROR] = "error", [LOOM_LOG_WARNING] = "warning", [LOOM_LOG_INFO] = "info", NULL};
static const char *const formats[] = {[LOOM_LOG_TEXT] = "text", [LOOM_LOG_JSON] = "json", NULL};

static const struct loom_option shared[] = {
    {.name = "config",
     .kind = LOOM_OPTION_CONFIG,
     .field = offsetof(struct loom_settings, config),
     .value = "FILE",
     .help = "file with options, one `name = value` per line"},
    {.name = "accounts",
     .kind = LOOM_OPTION_TEXT,
     .field = offsetof(struct loom_settings, accounts),
     .value = "FILE",
     .help = "accounts file: endpoints and their keys (docs/servers.md)",
     .live = true},
    {.name = "listen",
     .kind = LOOM_OPTION_LIST,
     .field = offsetof(struct loom_settings, listen),
     .value = "URI",
     .help = "coaps://ADDRESS[:PORT] or coap://ADDRESS[:PORT], up to eight times;\n"
             "port 0 picks a free port"},
    {.name = "models",
     .kind = LOOM_OPTION_LIST,
     .field = offsetof(struct loom_settings, models),
     .value = "PATH",
     .help = "additional object models: a file, or a directory of files;\n"
             "up to eight times",
     .live = true},
    {.name = "http",
     .kind = LOOM_OPTION_TEXT,
     .field = offsetof(struct loom_settings, http),
     .value = "URI",
     .help = "http://ADDRESS:PORT of the REST interface and web page, or\n"
             "http://systemd: the socket that systemd has opened"},
    {.name = "http-certificate",
     .kind = LOOM_OPTION_TEXT,
     .field = offsetof(struct loom_settings, http_certificate),
     .value = "FILE",
     .help = "certificate chain in PEM, for --http https://..."},
    {.name = "http-key",
     .kind = LOOM_OPTION_TEXT,
     .field = offsetof(struct loom_settings, http_key),
     .value = "FILE",
     .help = "its key, in PEM"},
    {.name = "http-password-file",
     .kind = LOOM_OPTION_TEXT,
     .field = offsetof(struct loom_settings, http_password_file),
     .value = "FILE",
     .help = "password of the user admin, who is created if there are no users"},
    {.name = "keep-events",
     .kind = LOOM_OPTION_NUMBER,
     .field = offsetof(struct loom_settings, keep_events),
     .value = "DAYS",
     .help = "how long the database keeps events (default: 30)",
     .least = 1,
     .most = 3650,
     .initial = LOOM_KEPT_EVENTS_DAYS,
     .live = true},
    {.name = "log-level",
     .kind = LOOM_OPTION_CHOICE,
     .field = offsetof(struct loom_settings, log_level),
     .value = "LEVEL",
     .help = "lowest severity to print: error, warning or info (default)",
     .choices = level_names,
     .initial = LOOM_LOG_INFO,
     .live = true},
    {.name = "log-format",
     .kind = LOOM_OPTION_CHOICE,
     .field = offsetof(struct loom_settings, log_format),
     .value = "FORMAT",
     .help = "text, or json with one object per line",
     .choices = formats,
     .live = true},
    {.name = "json",
     .kind = LOOM_OPTION_SHORT,
     .help = "short for --log-format json",
     .meaning = "log-format=json"},
    {.name = "drain",
     .kind = LOOM_OPTION_NUMBER,
     .field = offsetof(struct loom_settings, drain),
     .value = "SECONDS",
     .help = "seconds that SIGTERM waits for work in progress (default: 5)",
     .most = 3600,
     .initial = 5,
     .live = true},
    {.name = "help", .kind = LOOM_OPTION_HELP, .help = "print this and exit"},
    {.name = "version", .kind = LOOM_OPTION_VERSION, .help = "print the version and exit"},
};
#define SHARED_COUNT (sizeof shared / sizeof shared[0])

/* Those that every program has for itself come last. */
#define LAST_COUNT ((size_t)2)

const struct loom_option *loom_options_row(const struct loom_options *options, size_t index)
{
    size_t first = SHARED_COUNT - LAST_COUNT;
    if (index < first) {
        return &shared[index];
    }
    if (index < first + options->own_count) {
        return &options->own[index - first];
    }
    index -= options->own_count;
    return index < SHARED_COUNT ? &shared[index] : NULL;
}

/* ---- values ---------------------------------------------------------------------------------- */

static void *field_of(struct loom_settings *settings, const struct loom_option *row)
{
    return (char *)settings + row->field;
}

/* yes, no and what else is used for them; a flag without a value is on. */
static const char *read_flag(const char *value, bool *flag)
{
    static const char *const words[] = {"no", "yes", "false", "true", "0", "1"};
    if (value == NULL) {
        *flag = true;
        return NULL;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(value, words[i]) == 0) {
            *flag = i % 2 == 1;
            return NULL;
        }
    }
    return "must be yes or no";
}

static const char *read_choice(struct loom_options_reader *reader, const struct loom_option *row,
                               const char *value, unsigned *choice)
{
    size_t used = (size_t)snprintf(reader->wrong, sizeof reader->wrong, "takes");
    for (unsigned i = 0; row->choices[i] != NULL; i++) {
        if (strcmp(row->choices[i], value) == 0) {
            *choice = i;
            return NULL;
        }
        used += (size_t)snprintf(reader->wrong + used, sizeof reader->wrong - used, "%s %s",
                                 i == 0                        ? ""
                                 : row->choices[i + 1] == NULL ? " or"
                                                               : ",",
                                 row->choices[i]);
    }
    return reader->wrong;
}

static const char *read_number(struct loom_options_reader *reader, const struct loom_option *row,
                               const char *value, unsigned *number)
{
    char *end = NULL;
    errno = 0;
    unsigned long read = strtoul(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || *end != '\0' || errno != 0 || read < row->least ||
        read > row->most) {
        (void)snprintf(reader->wrong, sizeof reader->wrong, "takes a number from %u to %u",
                       row->least, row->most);
        return reader->wrong;
    }
    *number = (unsigned)read;
    return NULL;
}

static const char *add_to_list(struct loom_option_list *list, const char *value)
{
    if (list->count == LOOM_OPTION_REPEAT_MAX) {
        return "is given too many times";
    }
    list->value[list->count++] = value;
    return NULL;
}

/* The row that a SHORT stands for, and its value. */
static const char *take_meaning(struct loom_options_reader *reader, const struct loom_option *row,
                                bool by_command)
{
    const char *value = strchr(row->meaning, '=') + 1;
    size_t length = (size_t)(value - row->meaning) - 1;
    size_t other = 0;
    const char *name = loom_options_row(reader->options, other)->name;
    while (strncmp(name, row->meaning, length) != 0 || name[length] != '\0') {
        name = loom_options_row(reader->options, ++other)->name;
    }
    return loom_options_take(reader, other, value, by_command);
}

const char *loom_options_take(struct loom_options_reader *reader, size_t index, const char *value,
                              bool by_command)
{
    const struct loom_option *row = loom_options_row(reader->options, index);
    const char *wrong = row->check == NULL ? NULL : row->check(value);
    struct loom_settings unused; /* a value that does not count is still checked */
    struct loom_settings *settings = reader->settings;
    bool on = false;
    if (!by_command && reader->by_command[index]) {
        memset(&unused, 0, sizeof unused);
        settings = &unused;
    }
    reader->by_command[index] |= by_command;
    if (wrong != NULL) {
        return wrong;
    }
    switch (row->kind) {
    case LOOM_OPTION_FLAG:
        return read_flag(value, field_of(settings, row));
    case LOOM_OPTION_SHORT:
        wrong = read_flag(value, &on);
        return on ? take_meaning(reader, row, by_command) : wrong;
    case LOOM_OPTION_CHOICE:
        return read_choice(reader, row, value, field_of(settings, row));
    case LOOM_OPTION_NUMBER:
        return read_number(reader, row, value, field_of(settings, row));
    case LOOM_OPTION_LIST:
        return add_to_list(field_of(settings, row), value);
    default:
        *(const char **)field_of(settings, row) = value;
        return NULL;
    }
}

static void set_initial(const struct loom_options *options, struct loom_settings *settings)
{
    const struct loom_option *row;
    memset(settings, 0, sizeof *settings);
    for (size_t i = 0; (row = loom_options_row(options, i)) != NULL; i++) {
        if (row->kind == LOOM_OPTION_NUMBER || row->kind == LOOM_OPTION_CHOICE) {
            *(unsigned *)field_of(settings, row) = row->initial;
        }
    }
}

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_list(const struct loom_option_list *a, const struct loom_option_list *b)
{
    size_t same = 0;
    while (same < a->count && same < b->count && same_text(a->value[same], b->value[same])) {
        same++;
    }
    return same == a->count && same == b->count;
}

bool loom_option_same(const struct loom_option *row, const struct loom_settings *a,
                      const struct loom_settings *b)
{
    const void *one = (const char *)a + row->field;
    const void *other = (const char *)b + row->field;
    switch (row->kind) {
    case LOOM_OPTION_FLAG:
        return *(const bool *)one == *(const bool *)other;
    case LOOM_OPTION_CHOICE:
    case LOOM_OPTION_NUMBER:
        return *(const unsigned *)one == *(const unsigned *)other;
    case LOOM_OPTION_LIST:
        return same_list(one, other);
    case LOOM_OPTION_TEXT:
        return same_text(*(const char *const *)one, *(const char *const *)other);
    default:
        return true;
    }
}

/* ---- --help ---------------------------------------------------------------------------------- */

static int width_of(const struct loom_option *row)
{
    return 4 + (int)strlen(row->name) + (row->value == NULL ? 0 : 1 + (int)strlen(row->value));
}

static void print_row(const struct loom_option *row, int column)
{
    const char *line = row->help;
    int used = printf("  --%s%s%s", row->name, row->value == NULL ? "" : " ",
                      row->value == NULL ? "" : row->value);
    if (used >= column) {
        used = printf("\n") - 1;
    }
    while (line != NULL) {
        size_t length = strcspn(line, "\n");
        (void)printf("%*s%.*s\n", column - used, "", (int)length, line);
        line = line[length] == '\0' ? NULL : line + length + 1;
        used = 0;
    }
}

static void print_help(const struct loom_options *options)
{
    const struct loom_option *row;
    int column = 0;
    (void)printf("Usage: %s [OPTION ...]\n\n%s\n\n", options->program, options->summary);
    for (size_t i = 0; (row = loom_options_row(options, i)) != NULL; i++) {
        int width = width_of(row) + 2;
        column = width > column && width <= HELP_COLUMN_MAX ? width : column;
    }
    for (size_t i = 0; (row = loom_options_row(options, i)) != NULL; i++) {
        print_row(row, column);
    }
    (void)printf("\nConsole on standard input:\n%s", options->console);
}

/* ---- the command line ------------------------------------------------------------------------ */

int loom_options_usage_error(const struct loom_options *options, loom_options_report *report,
                             void *user, const char *what)
{
    char text[2 * MESSAGE_MAX]; /* the program and a message */
    if (what != NULL) {
        (void)snprintf(text, sizeof text, "%s: %s", options->program, what);
        report(user, text);
    }
    (void)snprintf(text, sizeof text, "Try '%s --help'.", options->program);
    report(user, text);
    return EXIT_USAGE;
}

static void fill_options(const struct loom_options *options, struct option *rows)
{
    const struct loom_option *row;
    size_t i = 0;
    for (; (row = loom_options_row(options, i)) != NULL; i++) {
        bool flag = row->kind == LOOM_OPTION_FLAG || row->kind == LOOM_OPTION_SHORT;
        rows[i] = (struct option){.name = row->name,
                                  .has_arg = flag                 ? optional_argument
                                             : row->value == NULL ? no_argument
                                                                  : required_argument,
                                  .val = FIRST_VALUE + (int)i};
    }
    rows[i] = (struct option){.name = NULL};
}

/* @return as loom_options_read() */
static int take_option(struct loom_options_reader *reader, size_t index)
{
    const struct loom_option *row = loom_options_row(reader->options, index);
    if (row->kind == LOOM_OPTION_HELP) {
        print_help(reader->options);
        return EXIT_SUCCESS;
    }
    if (row->kind == LOOM_OPTION_VERSION) {
        (void)printf("%s %s\n", reader->options->program, LOOM_VERSION);
        return EXIT_SUCCESS;
    }
    const char *wrong = loom_options_take(reader, index, optarg, true);
    if (wrong != NULL) {
        char text[MESSAGE_MAX];
        (void)snprintf(text, sizeof text, "--%s %s", row->name, wrong);
        return loom_options_usage_error(reader->options, reader->report, reader->user, text);
    }
    return -1;
}

static int read_command(struct loom_options_reader *reader, int argc, char **argv)
{
    struct option rows[LOOM_OPTION_MAX + 1];
    int status = -1;
    int option;
    fill_options(reader->options, rows);
    optind = 0; /* begins anew: the command line is read again when the file is */
    while (status < 0 && (option = getopt_long(argc, argv, "", rows, NULL)) != -1) {
        status = option < FIRST_VALUE
                     ? loom_options_usage_error(reader->options, reader->report, reader->user, NULL)
                     : take_option(reader, (size_t)(option - FIRST_VALUE));
    }
    if (status < 0 && optind < argc) {
        status = loom_options_usage_error(reader->options, reader->report, reader->user,
                                          "only options are accepted");
    }
    return status;
}

int loom_options_read(const struct loom_options *options, int argc, char **argv,
                      struct loom_settings *settings, loom_options_report *report, void *user)
{
    struct loom_options_reader reader = {
        .options = options, .settings = settings, .report = report, .user = user};
    set_initial(options, settings);
    int status = read_command(&reader, argc, argv);
    if (status < 0 && settings->config != NULL && !loom_options_read_file(&reader)) {
        status = EXIT_FAILURE;
    }
    const char *wrong = status < 0 ? options->check(settings) : NULL;
    return wrong == NULL ? status : loom_options_usage_error(options, report, user, wrong);
}
