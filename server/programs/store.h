/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The database as a part of a server program: that of `--store`, and the thread that writes to it.
 * For the programs only.
 */
#ifndef LOOM_PROGRAM_STORE_H
#define LOOM_PROGRAM_STORE_H

#include "database/writer.h"
#include "programs/program.h"

/** How long a program that ends waits for what is not stored yet. */
#define LOOM_PROGRAM_STORE_PATIENCE_MS 5000u

struct loom_program_store {
    struct loom_program *program;
    struct loom_database *database; /**< until there is a writer; NULL without `--store` */
    struct loom_writer *writer;     /**< NULL without `--store` */
};

/** Connects, if the settings say so, and brings the tables up to date. What is kept can be read
 * then, before anything else is done. @return false after an error, which has been printed */
bool loom_program_store_open(struct loom_program_store *store, struct loom_program *program);

/** Copies the database of `--store` to the file of `--backup`. @return as loom_program_store_open()
 */
bool loom_program_store_backup(struct loom_program *program);

/** Begins to write, and adds a part to the program. @return as loom_program_store_open() */
bool loom_program_store_begin(struct loom_program_store *store);

/** Prints the figures of a writer. */
void loom_program_store_metrics(struct loom_writer *writer, FILE *out);

/** Ends the thread; what was posted is stored, or is told that it is not. */
void loom_program_store_end(struct loom_program_store *store);

#endif
