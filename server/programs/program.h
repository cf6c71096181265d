/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the two server programs share: settings, signals, the console's lines, the loop, and output
 * for people. For the programs only.
 */
#ifndef LOOM_PROGRAM_H
#define LOOM_PROGRAM_H

#include "loom/json_line.h"
#include "loom/line_output.h"
#include "loom/port_coap.h"
#include "programs/options.h"
#include "store/accounts_file.h"

#define LOOM_PROGRAM_LINE_MAX 4096u
/** Most bytes of a request, such as firmware: 16 MiB, where numbers of the smallest blocks end. */
#define LOOM_PROGRAM_REQUEST_MAX 16777216u

struct loom_program {
    const char *name;                   /**< for messages */
    enum loom_fleet_accounts_kind kind; /**< of server */
    struct loom_settings settings;      /**< from the command line and the configuration file */

    struct loom_fleet_accounts *accounts;
    struct loom_fleet_store store;             /**< the accounts; where a handshake finds its key */
    const struct loom_fleet_account *last_key; /**< whose key the port was given last */
    void (*progress)(void *side, uint32_t exchange, size_t done); /**< as the port's; or NULL */
    struct loom_coap_port *coap;
    struct loom_port port;
    uint64_t started;                                       /**< milliseconds of the port's clock */
    char bound[LOOM_OPTION_REPEAT_MAX][LOOM_COAP_URI_SIZE]; /**< where it listens */
    size_t bound_count;

    int signals; /**< readable once the program is to end */
    struct loom_line_output output;
    bool input_open;
    bool overlong; /**< the rest of the input line is dropped */
    size_t line_length;
    char line[LOOM_PROGRAM_LINE_MAX];
};

/** What the program does with one line of its console; the line ends with NUL.
 *  @return false: the program is to end */
typedef bool loom_program_console(void *user, char *line);

/** Reads the options and catches the signals.
 *  @return -1 to go on, else the exit status of a program that has nothing more to do */
int loom_program_begin(struct loom_program *program, const struct loom_options *options, int argc,
                       char **argv);

/** Reads the accounts into `store`; errors go to standard error. @return false after an error */
bool loom_program_accounts(struct loom_program *program, const struct loom_catalog *catalog);

/** Makes the port. @return false after an error, which has been printed */
bool loom_program_open(struct loom_program *program, const struct loom_side *side, void *self);

/** Binds the addresses of the settings and says where. @return as loom_program_open() */
bool loom_program_listen(struct loom_program *program);

/** One turn of the loop, until `deadline` at most. @return false: the program is to end */
bool loom_program_turn(struct loom_program *program, uint64_t deadline,
                       loom_program_console *console, void *user);

/** Gives back what the program holds, the port included. */
void loom_program_end(struct loom_program *program);

/* ---- output.c -------------------------------------------------------------------------------- */

/** A line in the making: JSON, or for people. */
struct loom_program_line {
    FILE *out;
    struct loom_json *json; /**< NULL: for people */
    struct loom_json object;
};

/** @return false without memory */
bool loom_program_open_output(struct loom_program *program);
void loom_program_close_output(struct loom_program *program);

/** Reports how many lines were dropped, if it is time to. */
void loom_program_report_dropped(struct loom_program *program);

/** Milliseconds of the port's clock. */
uint64_t loom_program_now(const struct loom_program *program);

/** Begins an event's line. For people it begins with the time, and the caller prints the name. */
void loom_program_begin_event(struct loom_program *program, struct loom_program_line *line,
                              uint64_t time, const char *event);
/** Begins an answer of the console; for people it has neither time nor name. */
void loom_program_begin_answer(struct loom_program *program, struct loom_program_line *line,
                               const char *name);
void loom_program_end_line(struct loom_program *program, struct loom_program_line *line);

/** Reports that a line of the console was wrong. */
void loom_program_complain(struct loom_program *program, const char *text);
/** Answers `help`. */
void loom_program_help(struct loom_program *program, const char *text);
/** Ends a list that the console asked for. */
void loom_program_print_count(struct loom_program *program, const char *what, size_t count);

/** Cuts the next word off a console line. @return NULL: no more */
char *loom_program_word(char **line);

/** What is left of a console line, without blanks before it. */
char *loom_program_rest(char *line);

static inline struct loom_text loom_program_text(const char *text)
{
    struct loom_text result = {text, 0};
    while (text[result.length] != '\0') {
        result.length++;
    }
    return result;
}

#endif
