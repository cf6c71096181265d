/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a program is told: on the command line, and in a configuration file of the same names. Each
 * option is a row of a constant table; `--help` is printed from it. For the programs only.
 *
 * A new option is a member of struct loom_settings and a row: in options.c if both servers have it,
 * else in the table of its program.
 */
#ifndef LOOM_OPTIONS_H
#define LOOM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOOM_OPTION_REPEAT_MAX 8u

/** Values of an option that may be given several times, in order. */
struct loom_option_list {
    const char *value[LOOM_OPTION_REPEAT_MAX];
    size_t count;
};

/** What a line of the log is; the first are the most urgent. */
enum loom_log_level { LOOM_LOG_ERROR, LOOM_LOG_WARNING, LOOM_LOG_INFO };

enum loom_log_format { LOOM_LOG_TEXT, LOOM_LOG_JSON };

/** Text that settings point to and that does not stand on the command line. */
struct loom_option_text;

/** All that a server can be told. Text that was not given is NULL. */
struct loom_settings {
    const char *config; /**< the configuration file */
    const char *accounts;
    struct loom_option_list listen;
    struct loom_option_list models;
    unsigned log_level;  /**< enum loom_log_level: lines up to this one are printed */
    unsigned log_format; /**< enum loom_log_format */
    unsigned drain;      /**< seconds */
    bool nosec_any;
    bool no_pack;
    const char *lwm2m;
    const char *files;
    unsigned image_max; /**< MiB */
    const char *http;
    const char *http_certificate;
    const char *http_key;
    const char *http_password_file;
    const char *store;
    const char *store_key;
    unsigned keep_events; /**< days */
    const char *node;
    const char *backup;

    struct loom_option_text *texts; /**< private */
};

/** How an option is written, and what its field is. */
enum loom_option_kind {
    LOOM_OPTION_FLAG,    /**< bool; `--name`, `--name=no`, in the file `name = yes` */
    LOOM_OPTION_TEXT,    /**< const char * */
    LOOM_OPTION_LIST,    /**< struct loom_option_list; may be repeated */
    LOOM_OPTION_CHOICE,  /**< unsigned; an index of `choices` */
    LOOM_OPTION_NUMBER,  /**< unsigned; from `least` to `most` */
    LOOM_OPTION_SHORT,   /**< a flag that stands for another option with a value, see `meaning` */
    LOOM_OPTION_CONFIG,  /**< const char *; from here on: not in the file */
    LOOM_OPTION_ONCE,    /**< const char *; what the program does instead of serving */
    LOOM_OPTION_HELP,    /**< no field */
    LOOM_OPTION_VERSION, /**< no field */
};

struct loom_option {
    const char *name; /**< without the dashes */
    enum loom_option_kind kind;
    size_t field;               /**< offset in struct loom_settings */
    const char *value;          /**< what --help calls the value; NULL: it has none */
    const char *help;           /**< for people; lines after the first are printed below it */
    const char *const *choices; /**< of a CHOICE; NULL ends them */
    const char *meaning;        /**< of a SHORT: `other-name=value` when it is on */
    unsigned least, most;       /**< of a NUMBER */
    unsigned initial;           /**< of a CHOICE or NUMBER that is not given */
    bool live;                  /**< SIGHUP can change it; what it cannot takes a restart */
    /** Whether a value can be right. @return NULL, or what is wrong. NULL: each one can */
    const char *(*check)(const char *value);
};

/** What a program is, and what it can be told besides what all servers can. */
struct loom_options {
    const char *program;
    const char *summary; /**< a sentence for --help */
    const char *console; /**< lines for --help, behind the options */
    const struct loom_option *own;
    size_t own_count;
    /** What is needed and what excludes each other. @return NULL, or what is wrong */
    const char *(*check)(const struct loom_settings *settings);
};

/** Hears what is wrong, a line at a time, without a line end. Values of options are in none. */
typedef void loom_options_report(void *user, const char *message);

/**
 * Reads the command line, and the configuration file that it names; what stands on the command line
 * wins. All errors of the file are reported as `file:line:column: error: ...`, in one run.
 * @param settings filled; to be ended by the caller in any case
 * @return -1, or the exit status of a program that has nothing more to do: 0 after --help, 1 for an
 *         error in the file, 2 for one on the command line
 */
int loom_options_read(const struct loom_options *options, int argc, char **argv,
                      struct loom_settings *settings, loom_options_report *report, void *user);

/** Frees what the settings hold. */
void loom_settings_end(struct loom_settings *settings);

/** Reports a mistake of usage. @return the exit status of that */
int loom_options_usage_error(const struct loom_options *options, loom_options_report *report,
                             void *user, const char *what);

/** @return the row, first those of all servers; NULL: there are no more */
const struct loom_option *loom_options_row(const struct loom_options *options, size_t index);

/** @return whether two settings say the same of an option */
bool loom_option_same(const struct loom_option *row, const struct loom_settings *a,
                      const struct loom_settings *b);

/* ---- between the sources of the options ------------------------------------------------------ */

/** Most rows of the two tables together. */
#define LOOM_OPTION_MAX 64u

/** Reading in progress. */
struct loom_options_reader {
    const struct loom_options *options;
    struct loom_settings *settings;
    loom_options_report *report;
    void *user;
    bool by_command[LOOM_OPTION_MAX]; /**< rows that the command line has given */
    unsigned line[LOOM_OPTION_MAX];   /**< where the file has first given a row, 0: not yet */
    unsigned errors;                  /**< of the file */
    char wrong[128];                  /**< room for what loom_options_take() says */
};

/** Puts a value into the settings. `value` is kept: it lasts as long as they do.
 *  @param by_command who says so; the file has no say in what the command line has given
 *  @return NULL, or what is wrong */
const char *loom_options_take(struct loom_options_reader *reader, size_t row, const char *value,
                              bool by_command);

/** Reads the file of `settings->config`. @return false after errors, which were reported */
bool loom_options_read_file(struct loom_options_reader *reader);

#endif
