/* SPDX-License-Identifier: Apache-2.0 */
/**
 * HTTP as a part of a server program: the listener of `--http`. For the programs only.
 */
#ifndef LOOM_PROGRAM_WEB_H
#define LOOM_PROGRAM_WEB_H

#include "http/http.h"
#include "programs/program.h"
#include "programs/web_access.h"
#include "web/document_routes.h"
#include "web/model_routes.h"
#include "web/leshan_server.h"

struct loom_program_web {
    struct loom_program *program;
    struct loom_http *http; /**< NULL: there is no `--http` */
    struct loom_program_access access;
    struct loom_web_document document;
    struct loom_web_models models;
    struct loom_web_leshan_server leshan;
};

/** Changes of users and models are written by this writer from now on; NULL: it has ended. */
void loom_program_web_write(struct loom_program_web *web, struct loom_writer *writer);

/** Begins to listen, if the settings say so, with the routes of every program, `/metrics`,
 *  `/healthz`, models, sessions, users and tokens, and adds a part to the program.
 *  @param database where users are, and has no writer yet; NULL: they are in memory alone
 *  @return false after an error, which has been printed */
bool loom_program_web_begin(struct loom_program_web *web, struct loom_program *program,
                            struct loom_database *database);

/** Serves the OpenAPI document. @param parts see loom_web_document_begin() @return false: no memory
 */
bool loom_program_web_describe(struct loom_program_web *web, const char *const *parts);

void loom_program_web_end(struct loom_program_web *web);

/** Milliseconds since 1970. */
int64_t loom_program_unix_now(void *user);

/** The same moment on the port's clock; INT64_MAX becomes UINT64_MAX. */
uint64_t loom_program_port_time(const struct loom_program *program, int64_t unix_time);

#endif
