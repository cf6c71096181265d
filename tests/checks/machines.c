/* SPDX-License-Identifier: Apache-2.0 */
/* Writes docs/state-machines.md from the tables of the machines, so that what a person reads is
 * what the client runs: the same files of rows are included here and in the runtime.
 *
 * usage: machines RUNTIME_DIR, the document goes to stdout
 *
 * What the rows cannot say to the preprocessor, namely the comments behind them and behind the
 * states and events of its header, is read from the files. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

struct row {
    int line;
    const char *state;
    const char *event;
    const char *guard;  /* "NULL": always */
    const char *action; /* "NULL": nothing */
    const char *next;   /* NULL: ignored */
    const char *why;    /* of what is ignored */
};

#define ROW(state, event, guard, action, next)                                                     \
    {__LINE__, #state, #event, #guard, #action, #next, NULL},
#define IGNORE(state, event, why) {__LINE__, #state, #event, "NULL", "NULL", NULL, why},

static const struct row bootstrap_rows[] = {
#include "bootstrap/bootstrap_rows.h"
};

static const struct row registration_rows[] = {
#include "registration/registration_rows.h"
};

static const struct row firmware_rows[] = {
#include "firmware/firmware_rows.h"
};

enum { NAMES = 32 };

struct name {
    char text[32];
    const char *rest; /* what follows it in its declaration */
};

struct machine {
    const char *title;
    const char *about;
    const char *file;
    const char *header; /* that has its states and events */
    const char *prefix; /* of these */
    const struct row *rows;
    size_t row_count;
    char *text; /* of the file */
    struct name states[NAMES];
    size_t state_count;
    struct name events[NAMES];
    size_t event_count;
};

static struct machine machines[] = {
    {.title = "Bootstrap",
     .about = "One per client. It decides when the client contacts its bootstrap server, and what "
              "ends a bootstrap.",
     .file = "bootstrap/bootstrap_rows.h",
     .header = "bootstrap/bootstrap.h",
     .prefix = "bootstrap",
     .rows = bootstrap_rows,
     .row_count = COUNT(bootstrap_rows)},
    {.title = "Registration",
     .about = "One per LwM2M server for which the client has an account.",
     .file = "registration/registration_rows.h",
     .header = "registration/states.h",
     .prefix = "registration",
     .rows = registration_rows,
     .row_count = COUNT(registration_rows)},
    {.title = "Firmware Update",
     .about = "One per client whose product has object 5. It decides what a server may do with an "
              "image, "
              "and when the next piece is requested.",
     .file = "firmware/firmware_rows.h",
     .header = "firmware/states.h",
     .prefix = "firmware",
     .rows = firmware_rows,
     .row_count = COUNT(firmware_rows)},
};

static bool is(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

/* ---- what stands in the sources
 * ------------------------------------------------------------------
 */

static char *read_file(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    long size = ftell(file);
    char *text = calloc((size_t)size + 1, 1);
    if (text == NULL || fseek(file, 0, SEEK_SET) != 0 ||
        fread(text, 1, (size_t)size, file) != (size_t)size) {
        perror(path);
        exit(EXIT_FAILURE);
    }
    fclose(file);
    return text;
}

/* A text in a cell of a table, on one line and without what Markdown takes for a column. */
static void print_cell(const char *text, size_t length)
{
    bool blank = true;
    for (size_t i = 0; i < length; i++) {
        bool layout = text[i] == '\n' || text[i] == ' ';
        bool star = text[i] == '*' && i > 0 && blank;
        if (!layout && !star) {
            printf(text[i] == '|' ? "\\%c" : "%c", text[i]);
            blank = false;
        } else if (layout && !blank && i + 1 < length && text[i + 1] != '\n') {
            putchar(' ');
            blank = true;
        }
    }
}

static size_t trimmed(const char *text, size_t length)
{
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\n')) {
        length--;
    }
    return length;
}

/* The comment that begins with `opening` between `from` and `end`, NULL if there is none. */
static const char *find_comment(const char *from, const char *end, const char *opening)
{
    const char *begin = strstr(from, opening);
    if (begin == NULL || begin >= end) {
        return NULL;
    }
    begin += strlen(opening);
    return begin + strspn(begin, " ");
}

static void print_comment(const char *begin)
{
    const char *close = strstr(begin, "*/");
    size_t length = close != NULL ? (size_t)(close - begin) : strlen(begin);
    print_cell(begin, trimmed(begin, length));
}

/* What the row's line says behind it, which is where the rules are cited. */
static void print_remark(const struct machine *machine, const struct row *row)
{
    const char *line = machine->text;
    for (int i = 1; i < row->line; i++) {
        line = strchr(line, '\n') + 1;
    }
    const char *remark = find_comment(line, line + strcspn(line, "\n"), "/*");
    if (remark != NULL) {
        print_comment(remark);
    }
}

/* The names of an enum such as loom_bootstrap_state in their order, without COUNT. */
static size_t collect(const char *header, const char *machine, const char *what, struct name *names)
{
    char start[64];
    snprintf(start, sizeof start, "enum loom_%s_%s {", machine, what);
    const char *at = strstr(header, start);
    const char *end = at != NULL ? strstr(at, "};") : NULL;
    if (end == NULL) {
        fprintf(stderr, "no %s in its header\n", start);
        exit(EXIT_FAILURE);
    }
    size_t count = 0;
    snprintf(start, sizeof start, "\n    LOOM_%s_", machine);
    for (char *c = start; *c != '\0'; c++) {
        *c = (char)toupper((unsigned char)*c);
    }
    while (count < NAMES && (at = strstr(at, start)) != NULL && at < end) {
        at += strlen(start);
        size_t length = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789");
        snprintf(names[count].text, sizeof names[count].text, "%.*s", (int)length, at);
        names[count].rest = at + length;
        bool is_count = length > 6 && strncmp(at + length - 6, "_COUNT", 6) == 0;
        count += is_count ? 0 : 1;
    }
    return count;
}

/* ---- the diagram
 * ---------------------------------------------------------------------------------
 */

static bool is_edge(const struct row *row, const char *from, const char *to)
{
    bool nothing = is(row->action, "NULL") && row->next != NULL && is(row->state, row->next);
    return row->next != NULL && is(row->state, from) && is(row->next, to) && !nothing;
}

/* All that leads from one state to another stands on one arrow. */
static void print_arrow(const struct machine *machine, const char *from, const char *to)
{
    bool first = true;
    for (size_t i = 0; i < machine->row_count; i++) {
        const struct row *row = &machine->rows[i];
        if (!is_edge(row, from, to)) {
            continue;
        }
        if (first) {
            printf("    %s --> %s : ", from, to);
        }
        printf("%s%s", first ? "" : "<br/>", row->event);
        if (!is(row->guard, "NULL")) {
            printf(" [%s]", row->guard);
        }
        if (!is(row->action, "NULL")) {
            printf(" / %s", row->action);
        }
        first = false;
    }
    if (!first) {
        putchar('\n');
    }
}

static void print_diagram(const struct machine *machine)
{
    printf("```mermaid\nstateDiagram-v2\n    [*] --> %s\n", machine->states[0].text);
    for (size_t from = 0; from < machine->state_count; from++) {
        for (size_t to = 0; to < machine->state_count; to++) {
            print_arrow(machine, machine->states[from].text, machine->states[to].text);
        }
    }
    printf("```\n\n");
}

/* ---- the tables
 * ----------------------------------------------------------------------------------
 */

/* Those that the code explains; the others are what they are called. */
static void print_meanings(const struct name *names, size_t count, const char *what)
{
    printf("| %s | Meaning |\n|---|---|\n", what);
    for (size_t i = 0; i < count; i++) {
        const char *rest = names[i].rest;
        const char *meaning = find_comment(rest, rest + strcspn(rest, "}"), "/**<");
        const char *next = strstr(rest, "LOOM_");
        if (meaning != NULL && (next == NULL || meaning < next)) {
            printf("| %s | ", names[i].text);
            print_comment(meaning);
            printf(" |\n");
        }
    }
    putchar('\n');
}

/* Where a state goes on an event: the states of its rows, in their order. */
static void print_meeting(const struct machine *machine, const char *state, const char *event)
{
    const char *last = NULL;
    for (size_t i = 0; i < machine->row_count; i++) {
        const struct row *row = &machine->rows[i];
        if (!is(row->state, state) || !is(row->event, event)) {
            continue;
        }
        const char *next = row->next == NULL ? "–" : row->next;
        if (last == NULL || !is(last, next)) {
            printf("%s%s", last == NULL ? " " : "<br/>", next);
        }
        last = next;
    }
    printf(" |");
}

static void print_matrix(const struct machine *machine)
{
    printf("| |");
    for (size_t event = 0; event < machine->event_count; event++) {
        printf(" %s |", machine->events[event].text);
    }
    printf("\n|---|");
    for (size_t event = 0; event < machine->event_count; event++) {
        printf("---|");
    }
    putchar('\n');
    for (size_t state = 0; state < machine->state_count; state++) {
        printf("| **%s** |", machine->states[state].text);
        for (size_t event = 0; event < machine->event_count; event++) {
            print_meeting(machine, machine->states[state].text, machine->events[event].text);
        }
        putchar('\n');
    }
    putchar('\n');
}

static void print_name(const char *name)
{
    printf(is(name, "NULL") ? " | " : "`%s` | ", name);
}

static void print_row(const struct machine *machine, const struct row *row, bool first)
{
    printf("| %s | ", first ? row->event : "");
    if (row->next == NULL) {
        printf("| | *ignored* | ");
        print_cell(row->why, strlen(row->why));
        printf(" |\n");
        return;
    }
    print_name(row->guard);
    print_name(row->action);
    printf("%s | ", is(row->next, row->state) ? "*stays*" : row->next);
    print_remark(machine, row);
    printf(" |\n");
}

static void print_state(const struct machine *machine, const char *state)
{
    printf("#### %s\n\n| Event | If | Do | Then | |\n|---|---|---|---|---|\n", state);
    for (size_t event = 0; event < machine->event_count; event++) {
        bool first = true;
        for (size_t i = 0; i < machine->row_count; i++) {
            const struct row *row = &machine->rows[i];
            if (is(row->state, state) && is(row->event, machine->events[event].text)) {
                print_row(machine, row, first);
                first = false;
            }
        }
    }
    putchar('\n');
}

static void print_machine(const struct machine *machine)
{
    printf("## %s\n\n", machine->title);
    const char *end = strstr(machine->text, "See context/machine.h");
    const char *about = NULL;
    for (const char *at = strstr(machine->text, "/* "); at != NULL && end != NULL && at < end;
         at = strstr(at + 1, "/* ")) {
        about = at;
    }
    if (about == NULL) {
        fprintf(stderr, "%s: no comment with: See context/machine.h\n", machine->file);
        exit(EXIT_FAILURE);
    }
    about += 3;
    size_t length = (size_t)(end - about);
    while (length > 0 && strchr(" *\n", about[length - 1]) != NULL) {
        length--;
    }
    print_cell(about, length);
    printf("\n%s\nThe rows are in [`%s`](../runtime/%s).\n\n", machine->about, machine->file,
           machine->file);
    print_diagram(machine);
    print_meanings(machine->states, machine->state_count, "State");
    print_meanings(machine->events, machine->event_count, "Event");
    printf("### %s: next states\n\n"
           "Several states: see the conditions below. A dash: ignored on purpose.\n\n",
           machine->title);
    print_matrix(machine);
    printf("### %s: state by state\n\n", machine->title);
    for (size_t i = 0; i < machine->state_count; i++) {
        print_state(machine, machine->states[i].text);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: machines RUNTIME_DIR\n");
        return 2;
    }
    printf(
        "<!-- SPDX-License-Identifier: Apache-2.0 -->\n"
        "<!-- Generated from the tables of the runtime: `make regenerate` writes it. -->\n"
        "# State machines\n\n"
        "The client's state machines are tables. This page is generated from them, to be compared "
        "with the text of the standard.\n\n"
        "An arrow has the label `EVENT [guard] / action`. Rows are tried from top to bottom: the "
        "first one whose guard (the column *If*)\nis true is taken; a row without a guard is "
        "always taken. Rows that change nothing have no arrow, but are in the tables.\nGuards and "
        "actions are functions of the file that includes the rows. Numbers such as A-85 are rules "
        "of the\n[conformance report](conformance.md).\n\n");
    for (size_t i = 0; i < COUNT(machines); i++) {
        struct machine *machine = &machines[i];
        const char *header = read_file(argv[1], machine->header);
        machine->text = read_file(argv[1], machine->file);
        machine->state_count = collect(header, machine->prefix, "state", machine->states);
        machine->event_count = collect(header, machine->prefix, "event", machine->events);
        print_machine(machine);
    }
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
