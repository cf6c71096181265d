/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The accounts of a server program that keeps them in the database of `--store`, their keys sealed
 * under the file of `--store-key`; and what reads them from files and writes them into files. For
 * the programs only.
 */
#ifndef LOOM_PROGRAM_DIRECTORY_H
#define LOOM_PROGRAM_DIRECTORY_H

#include "accounts/kept.h"
#include "programs/program.h"

struct loom_program_directory {
    struct loom_program *program;
    struct loom_database *database; /**< until there is a writer */
    struct loom_writer *writer;     /**< of documents alone: a large change delays nothing else */
    struct loom_seal *seal;
    struct loom_kept *kept;
    struct loom_directory *directory; /**< NULL without `--store-key` */
};

/**
 * Connects, brings the tables up to date, reads the key file and all that is kept. A key file that
 * is not there is made, but never while the database has something that is sealed.
 * @param store    as `--store` has it
 * @param key_file as `--store-key` has it
 * @param report   hears of every mistake, a line each
 * @return false after an error, of which `report` has heard
 */
bool loom_program_directory_open(struct loom_program_directory *self, const char *store,
                                 const char *key_file, enum loom_fleet_accounts_kind kind,
                                 const struct loom_catalog *catalog,
                                 loom_fleet_accounts_report *report, void *user);

/** Puts the accounts of a program in its place: those of the database if the settings have a
 *  `--store-key`, else those of the file. @return false after an error, which has been printed */
bool loom_program_directory_begin(struct loom_program_directory *self,
                                  struct loom_program *program);

/** Begins to write: from now on documents can be changed, and what others change is taken in.
 *  Documents of others that are of no use are told of, as the event `bad-document`.
 *  @param program NULL: none has a loop, and loom_program_directory_finish() is called; otherwise a
 *                 part is added to it
 *  @return false without memory or threads */
bool loom_program_directory_write(struct loom_program_directory *self,
                                  struct loom_program *program);

/** Goes on until all that was posted is decided. */
void loom_program_directory_finish(struct loom_program_directory *self);

/** Ends the thread: what is on its way is stored, or is told that it is not. Whoever listens to the
 *  directory must be there still, and hears nothing afterwards. */
void loom_program_directory_end(struct loom_program_directory *self);

void loom_program_directory_close(struct loom_program_directory *self);

/** `PROGRAM import` and `PROGRAM export`. @return the exit status; -1: it is neither */
int loom_program_transfer(const char *program, enum loom_fleet_accounts_kind kind, int argc,
                          char **argv);

#endif
