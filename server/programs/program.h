/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the two server programs share: settings, signals, the loop and its parts, the console's
 * lines, and output for people. For the programs only.
 */
#ifndef LOOM_PROGRAM_H
#define LOOM_PROGRAM_H

#include "loom/json_line.h"
#include "loom/line_output.h"
#include "loom/port_coap.h"
#include "models/models.h"
#include "programs/options.h"
#include "programs/traced.h"
#include "store/accounts_file.h"

#define LOOM_PROGRAM_LINE_MAX 4096u
/** Most bytes of a request, such as firmware: 16 MiB, where numbers of the smallest blocks end. */
#define LOOM_PROGRAM_REQUEST_MAX 16777216u

#if defined(__GNUC__)
#define LOOM_PROGRAM_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define LOOM_PROGRAM_PRINTF(text, first)
#endif

/** Kinds of events that strangers can cause. */
#define LOOM_PROGRAM_STRANGERS_MAX 4u

/** Lines of an event that anybody can cause. */
struct loom_program_strangers {
    const char *event; /**< NULL: not used yet */
    uint64_t since;    /**< when the second began, on the port's clock */
    unsigned lines;    /**< printed in it */
    uint64_t counted;  /**< not printed in it */
};

/** Most parts of a program: the port watches as many descriptors beside the three of the program.
 */
#define LOOM_PROGRAM_PARTS_MAX (LOOM_COAP_EXTRA_MAX - 3u)

/**
 * What works in the loop beside CoAP: a server, HTTP, a database. Every function but `step` may be
 * NULL.
 */
struct loom_program_part {
    void *self; /**< given to every function */

    /** @return what to wait for, asked before each wait; `fd` -1: nothing */
    struct pollfd (*watch)(void *self);

    /** @return when the next step is due if nothing happens, in milliseconds of the port's clock;
     *          UINT64_MAX: never */
    uint64_t (*deadline)(void *self);

    /** Called in every turn, after the wait, in the order in which the parts were added.
     *  @param events what poll() found of `watch`, 0: nothing */
    void (*step)(void *self, short events);

    /** The settings of the program were read again, for those that are `live`. */
    void (*reload)(void *self);

    /** The program is to end: takes no new work from now on. */
    void (*drain)(void *self);

    /** @return whether work is under way that the end of the program should wait for */
    bool (*busy)(void *self);

    /** Prints figures, see events/metrics.h. */
    void (*metrics)(void *self, FILE *out);

    /** @return NULL, or a word for what keeps the program from its work: `store-lost` */
    const char *(*trouble)(void *self);
};

/** What the program does with one line of its console; the line ends with NUL.
 *  @return false: the program is to end */
typedef bool loom_program_console(void *user, char *line);

struct loom_program {
    const char *name;                   /**< for messages */
    enum loom_fleet_accounts_kind kind; /**< of server */
    /** From the command line and the configuration file. Text lasts until they are read again: a
     *  part that needs it later has a copy. */
    struct loom_settings settings;
    const struct loom_options *options; /**< to read them again */
    int argc;
    char **argv;

    struct loom_program_part parts[LOOM_PROGRAM_PARTS_MAX];
    size_t part_count;

    struct loom_models *models;
    const struct loom_catalog *catalog;        /**< of the models and of what is compiled in */
    struct loom_fleet_accounts *accounts;      /**< of a file; NULL: `store` has its own */
    bool accounts_are_kept;                    /**< in a database: no file is read again */
    struct loom_fleet_store store;             /**< the accounts; where a handshake finds its key */
    const struct loom_fleet_account *last_key; /**< whose key the port was given last */
    void (*progress)(void *side, uint32_t exchange, size_t done); /**< as the port's; or NULL */
    uint32_t (*resume)(void *side, struct loom_session *session, struct loom_bytes token,
                       struct loom_request *request); /**< as the port's; or NULL */
    struct loom_coap_port *coap;
    struct loom_port port;
    uint64_t started;                                       /**< milliseconds of the port's clock */
    char bound[LOOM_OPTION_REPEAT_MAX][LOOM_COAP_URI_SIZE]; /**< where it listens */
    size_t bound_count;

    int signals; /**< as loom_signals_catch() has it */
    bool draining;
    bool failed;       /**< a part cannot go on, and has said why: the program ends */
    uint64_t drained;  /**< when the program ends in any case, on the port's clock */
    uint64_t watchdog; /**< when the service manager is to hear of it, on the port's clock */
    struct loom_line_output output;
    bool journal; /**< what is printed goes to the journal */
    struct loom_program_strangers strangers[LOOM_PROGRAM_STRANGERS_MAX];
    struct loom_traces traces;
    uint64_t handshakes_failed;
    uint64_t suppressed; /**< lines, of all events */
    uint64_t reloads_refused;
    bool input_open;
    bool overlong; /**< the rest of the input line is dropped */
    size_t line_length;
    char line[LOOM_PROGRAM_LINE_MAX];
};

/** Reads the options and catches the signals.
 *  @return -1 to go on, else the exit status of a program that has nothing more to do */
int loom_program_begin(struct loom_program *program, const struct loom_options *options, int argc,
                       char **argv);

/** Reads the models into `catalog`, and those of the database; errors and notices go to standard
 * error. @return false after an error */
bool loom_program_models(struct loom_program *program);

/** Reads the accounts into `store`, by the catalog. @return as loom_program_models() */
bool loom_program_accounts(struct loom_program *program);

/** Reads the accounts that settings name. @param report hears every error
 *  @return NULL after an error */
struct loom_fleet_accounts *loom_program_load_accounts(const struct loom_program *program,
                                                       const struct loom_settings *settings,
                                                       const struct loom_catalog *catalog,
                                                       loom_fleet_accounts_report *report,
                                                       void *user);

/** Makes the port. @return false after an error, which has been printed */
bool loom_program_open(struct loom_program *program, const struct loom_side *side, void *self);

/** Binds the addresses of the settings and says where. @return as loom_program_open() */
bool loom_program_listen(struct loom_program *program);

/** Adds a part; there is room for LOOM_PROGRAM_PARTS_MAX. */
void loom_program_add(struct loom_program *program, const struct loom_program_part *part);

/**
 * Runs the loop until the console says so, or a signal. SIGTERM and SIGINT end it when no part is
 * busy, or after the time of `--drain`, and a second one at once; SIGHUP reads the configuration
 * and the accounts again.
 * @return false: waiting failed, which has been printed
 */
bool loom_program_run(struct loom_program *program, loom_program_console *console, void *user);

/** Gives back what the program holds, the port included. */
void loom_program_end(struct loom_program *program);

/* ---- input.c --------------------------------------------------------------------------------- */

/** Reads what is there on standard input, and gives each line to the console. When standard input
 *  ends, the program goes on without it. @return false: the program is to end */
bool loom_program_read_input(struct loom_program *program, loom_program_console *console,
                             void *user);

/* ---- reload.c -------------------------------------------------------------------------------- */

/** Reads the configuration and the accounts again. After any error everything stays as it was. */
void loom_program_reload(struct loom_program *program);

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

/** Begins an event's line. For people it begins with the time, and the caller prints the name.
 *  @return false: lines of this level are not wanted; there is no line then */
bool loom_program_begin_event(struct loom_program *program, struct loom_program_line *line,
                              uint64_t time, const char *event, enum loom_log_level level);
/** The same for a warning that anybody on the network can cause: of each event a second has a
 *  number of lines, and then a count of the others.
 *  @param event a constant */
bool loom_program_begin_strange(struct loom_program *program, struct loom_program_line *line,
                                uint64_t time, const char *event);
/** Begins an answer of the console; for people it has neither time nor name. */
void loom_program_begin_answer(struct loom_program *program, struct loom_program_line *line,
                               const char *name);
void loom_program_end_line(struct loom_program *program, struct loom_program_line *line);

/** Reports an event that is told in one text. */
void loom_program_say(struct loom_program *program, const char *event, enum loom_log_level level,
                      const char *text);
/** Reports that a line of the console was wrong. */
void loom_program_complain(struct loom_program *program, const char *text);
/** Answers `help`. */
void loom_program_help(struct loom_program *program, const char *text);
/** Ends a list that the console asked for. */
void loom_program_print_count(struct loom_program *program, const char *what, size_t count);

/** Prints on standard error why the program cannot go on, with its name before it. */
void loom_program_fail(const struct loom_program *program, const char *format, ...)
    LOOM_PROGRAM_PRINTF(2, 3);
/** Prints a line on standard error as it is. */
void loom_program_print_error(const char *message);

/* ---- metrics.c ------------------------------------------------------------------------------- */

/** Prints all figures in the text format of Prometheus, see events/metrics.h. */
void loom_program_print_metrics(const struct loom_program *program, FILE *out);

/** @return NULL if the program does its work, else a word for why not: `draining`, or what a part
 *          says */
const char *loom_program_trouble(const struct loom_program *program);

/* ---- strangers.c ----------------------------------------------------------------------------- */

/** @return whether one more line of this event is to be printed now; else it is counted */
bool loom_program_may_say(struct loom_program *program, const char *event);
/** Reports the lines that were counted, when their second is over. */
void loom_program_count_strangers(struct loom_program *program);
/** @return when that is next to be done, UINT64_MAX: never */
uint64_t loom_program_strangers_deadline(const struct loom_program *program);

/* ---- input.c: words -------------------------------------------------------------------------- */

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
