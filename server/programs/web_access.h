/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Who may use the HTTP interface of a program, and the record of what they do. For the programs
 * only.
 */
#ifndef LOOM_PROGRAM_WEB_ACCESS_H
#define LOOM_PROGRAM_WEB_ACCESS_H

#include "programs/program.h"
#include "web/access.h"

struct loom_program_access {
    struct loom_program *program;
    struct loom_http_users *users;
    struct loom_http_login *login;
    struct loom_web_access routes;
};

/** Makes the users, and the administrator of `--http-password-file`, before the listener.
 *  @return false after an error, which has been printed */
bool loom_program_access_begin(struct loom_program_access *access, struct loom_program *program);

/** Adds routes and login to the listener. @return as loom_program_access_begin() */
bool loom_program_access_attach(struct loom_program_access *access, struct loom_http *http);

/** To be called before the listener ends. */
void loom_program_access_detach(struct loom_program_access *access);

/** To be called after it has ended. */
void loom_program_access_end(struct loom_program_access *access);

/** Prints the event `audit` of a request that changes something. For struct loom_http_config. */
void loom_program_access_tell(struct loom_program *program, const struct loom_http_done *done);

#endif
