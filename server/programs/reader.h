/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Another connection to the database of `--store`, from which a thread of its own reads, so that a
 * long answer holds up nothing that is to be stored. For the programs only.
 */
#ifndef LOOM_PROGRAM_READER_H
#define LOOM_PROGRAM_READER_H

#include "database/writer.h"
#include "programs/program.h"

struct loom_program_reader {
    struct loom_program *program;
    /** Whose jobs only read, and see what was committed before they run; NULL without `--store`. A
     * job should be short: those behind it wait. */
    struct loom_writer *jobs;
};

/** Connects, if the settings say so, and adds a part to the program. The tables are there.
 *  @return false after an error, which has been printed */
bool loom_program_reader_begin(struct loom_program_reader *reader, struct loom_program *program);

/** Ends the thread; what waits is told that it is lost. */
void loom_program_reader_end(struct loom_program_reader *reader);

#endif
