/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Who may use the HTTP interface of a program, and the record of what they do. For the programs
 * only.
 */
#ifndef LOOM_PROGRAM_WEB_ACCESS_H
#define LOOM_PROGRAM_WEB_ACCESS_H

#include "programs/failures.h"
#include "programs/program.h"
#include "web/access.h"
#include "web/kept_users.h"

struct loom_program_access {
    struct loom_program *program;
    struct loom_kept_users kept;
    struct loom_http_users *users;
    struct loom_http_login *login;
    struct loom_web_access routes;
    struct loom_program_failures failures;
};

/** Reads the users, and makes the administrator of `--http-password-file` if there are none, before
 * the listener begins and the database has its writer.
 *  @param database NULL: users are in memory alone
 *  @return false after an error, which has been printed */
bool loom_program_access_begin(struct loom_program_access *access, struct loom_program *program,
                               struct loom_database *database);

/** Changes are written by this writer from now on; NULL: there is none. */
void loom_program_access_write(struct loom_program_access *access, struct loom_writer *writer);

/** Adds routes and login to the listener. @return as loom_program_access_begin() */
bool loom_program_access_attach(struct loom_program_access *access, struct loom_http *http);

/** Writes down how many logins have failed that were not written down one by one.
 *  @param all also where the time to count is not over */
void loom_program_access_step(struct loom_program_access *access, bool all);

/** @return when that is next due, on the port's clock; UINT64_MAX: never */
uint64_t loom_program_access_deadline(const struct loom_program_access *access);

/** To be called before the listener ends. */
void loom_program_access_detach(struct loom_program_access *access);

/** To be called after it has ended. */
void loom_program_access_end(struct loom_program_access *access);

/** Writes down what a request changes, and prints it as the event `audit`. For struct
 *  loom_http_config. */
void loom_program_access_tell(struct loom_program_access *access,
                              const struct loom_http_done *done);

#endif
