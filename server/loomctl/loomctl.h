/* SPDX-License-Identifier: Apache-2.0 */
/** What the sources of loomctl share. */
#ifndef LOOM_CTL_H
#define LOOM_CTL_H

#include "loomctl/http_client.h"

#include <jansson.h>

/** Exit statuses. */
enum {
    LOOM_CTL_DONE = 0,
    LOOM_CTL_REFUSED = 1,   /**< the server or the device says no, or the device says nothing */
    LOOM_CTL_USAGE = 2,     /**< options or arguments are wrong */
    LOOM_CTL_NO_SERVER = 3, /**< no answer of the server */
    LOOM_CTL_WAITING = 4    /**< the command has not ended yet */
};

struct loom_ctl {
    struct loom_ctl_server server;
    bool json;
    unsigned wait; /**< seconds, 0 to 60 */
};

/** A word of the command line and what it does. */
struct loom_ctl_command {
    const char *name;
    const char *arguments; /**< for --help; empty: none */
    const char *help;
    int least, most; /**< arguments; most -1: any number */
    const char *method;
    const char *target;    /**< pattern of plain requests, see loom_ctl_plain() */
    const char *operation; /**< of a command for a device, as REST has it */
    /** @return an exit status */
    int (*run)(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
               char **arguments);
};

/* ---- request.c ------------------------------------------------------------------------------- */

/** Builds a target: `{}` of the pattern is the next argument, percent-encoded. @return to be freed;
 *  NULL: no memory */
char *loom_ctl_target(const char *pattern, char *const *arguments, int count);

/** Sends a request and reads JSON. Errors are printed.
 *  @param body   taken; NULL: none
 *  @param answer out: a reference; NULL if the answer has no body
 *  @return an exit status */
int loom_ctl_ask(const struct loom_ctl *ctl, const char *method, const char *target, json_t *body,
                 unsigned *status, json_t **answer);

/** The same for a pattern and its arguments, see loom_ctl_target(). */
int loom_ctl_ask_for(const struct loom_ctl *ctl, const char *method, const char *pattern, int count,
                     char *const *arguments, json_t *body, json_t **answer);

/** Prints the problem that a server answered, or what else it says. @return LOOM_CTL_REFUSED */
int loom_ctl_complain(unsigned status, const json_t *problem);

/** Prints what is wrong with the arguments. @return LOOM_CTL_USAGE */
int loom_ctl_wrong(const char *format, ...)
#if defined(__GNUC__)
    __attribute__((format(printf, 1, 2)))
#endif
    ;

/* ---- run_...(): commands --------------------------------------------------------------------- */

/** A request by method and target of the row, whose answer is printed as JSON. */
int loom_ctl_plain(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                   char **arguments);
/** `get PATH`, `post PATH BODY` ...: any route. */
int loom_ctl_any(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                 char **arguments);
int loom_ctl_clients(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                     char **arguments);
int loom_ctl_endpoints(const struct loom_ctl *ctl, const struct loom_ctl_command *command,
                       int count, char **arguments);
int loom_ctl_values(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                    char **arguments);
int loom_ctl_events(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                    char **arguments);
int loom_ctl_follow(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                    char **arguments);
int loom_ctl_trace(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                   char **arguments);
int loom_ctl_audit(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                   char **arguments);
int loom_ctl_text(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                  char **arguments);
/** `image list|put|delete`, `campaign create|list|...`: firmware. */
int loom_ctl_image(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                   char **arguments);
int loom_ctl_campaign(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                      char **arguments);
/** Starts a bootstrap of a device, or asks the device for one. */
int loom_ctl_bootstrap(const struct loom_ctl *ctl, const struct loom_ctl_command *command,
                       int count, char **arguments);
int loom_ctl_bootstraps(const struct loom_ctl *ctl, const struct loom_ctl_command *command,
                        int count, char **arguments);
/** A command for a device, of the row's operation. */
int loom_ctl_operate(const struct loom_ctl *ctl, const struct loom_ctl_command *command, int count,
                     char **arguments);

/* ---- show.c ---------------------------------------------------------------------------------- */

/** Text of peers, so that it moves no cursor. */
void loom_ctl_print_text(const char *text);
/** JSON with indents. */
void loom_ctl_print_json(const json_t *json);
/** A member for people: text as it is, anything else as JSON; `-` without one. */
void loom_ctl_print_member(const json_t *json, const char *name);
/** `/3/0/9 Battery Level = 98 %`, a line each. */
void loom_ctl_print_values(const json_t *values);
/** What has become of a command. @return an exit status */
int loom_ctl_print_command(const json_t *command);
/** An event: when, what, and the rest. */
void loom_ctl_print_event(const json_t *event);
void loom_ctl_print_deed(const json_t *deed);

#endif
