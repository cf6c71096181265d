/* SPDX-License-Identifier: Apache-2.0 */
/** Runs of loomc as a program, each in a folder of its own. */
#ifndef TESTS_GENERATOR_COMMAND_H
#define TESTS_GENERATOR_COMMAND_H

#include <stdbool.h>
#include <sys/resource.h>

/** What a run may use at most. A run that hangs is ended by its limit of CPU, or by the test's own.
 */
struct limits {
    rlim_t file_size; /**< bytes of each file written */
    rlim_t memory;    /**< bytes of address space; under a sanitizer it is not limited */
    rlim_t seconds;   /**< of CPU */
};

extern const struct limits no_limits;

/** Runs loomc in a folder; its output goes to files `out` and `err` there. @return exit status */
int run_limited(const char *folder, const struct limits *limits, const char *const *arguments);

/** Same without limits; at most 14 arguments, NULL at the end. */
int run(const char *folder, ...);

/** Fails unless the file holds the text. */
void expect_file(const char *folder, const char *name, const char *text);

bool exists(const char *folder, const char *name);

#endif
