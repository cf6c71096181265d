/* SPDX-License-Identifier: Apache-2.0 */
/** Messages in the form of compilers: `file:line:col: error: text`. A run reports all of them. */
#ifndef LOOMC_DIAGNOSTICS_H
#define LOOMC_DIAGNOSTICS_H

#include "source.h"

#include <stdio.h>

enum loomc_severity { LOOMC_ERROR, LOOMC_WARNING };

/**
 * Starts as {.out = FILE}: then each message is one line of text and nothing else. Text from models
 * may stand in a message: what would steer the reader's terminal is printed as an escape.
 */
struct loomc_diagnostics {
    FILE *out;
    unsigned errors;
    unsigned warnings;
    bool json;     /**< one JSON object a line: file, line, column, severity, text */
    bool excerpts; /**< the line of the source follows, and a caret under the place */
    bool color;
    bool errors_only;           /**< warnings are counted, not written */
    struct loomc_cursor cursor; /**< where the last message pointed */
};

/** Reports a problem at a place of a source. */
LOOMC_PRINTF(5, 6)
void loomc_report_at(struct loomc_diagnostics *diagnostics, enum loomc_severity severity,
                     const struct loomc_source *source, struct loomc_place place,
                     const char *format, ...);
LOOMC_PRINTF(4, 5)
void loomc_error_at(struct loomc_diagnostics *diagnostics, const struct loomc_source *source,
                    struct loomc_place place, const char *format, ...);
LOOMC_PRINTF(4, 5)
void loomc_warning_at(struct loomc_diagnostics *diagnostics, const struct loomc_source *source,
                      struct loomc_place place, const char *format, ...);

/** Same at a byte of a source. */
LOOMC_PRINTF(4, 5)
void loomc_error(struct loomc_diagnostics *diagnostics, const struct loomc_source *source,
                 size_t offset, const char *format, ...);

/** A problem with a file as a whole. */
LOOMC_PRINTF(3, 4)
void loomc_error_in_file(struct loomc_diagnostics *diagnostics, const char *path,
                         const char *format, ...);

#endif
