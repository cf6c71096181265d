/* SPDX-License-Identifier: Apache-2.0 */
/** One run of loomc: models and a profile in, files out. */
#ifndef LOOMC_GENERATE_H
#define LOOMC_GENERATE_H

#include "diagnostics.h"
#include "template.h"

/** What the command line says. Paths that were not given are NULL. */
struct loomc_request {
    const char *directory; /**< for the output; NULL: write nothing, only check */
    const char *profile;
    const char *depfile;
    const char *list;
    const char *templates;
    const char *prefix;   /**< what identifiers and files of C begin with; NULL: LOOMC_PREFIX */
    const char *ids;      /**< receives the ids of all versions; NULL: not made */
    const char *stubs;    /**< receives first bodies of the product's functions; must not exist */
    const char *names;    /**< compared with what the run names, and added to; NULL: nothing */
    const char *registry; /**< a copy of OMA's, whose reusable resources are compared; NULL: none */
    FILE *sizes;          /**< told what the products take of memory; NULL: nobody */
    const char *formats;  /**< what is made, with commas; NULL: `c` (formats.h) */
    bool units;           /**< a translation unit for each model file */
    bool check;           /**< nothing is written, `names` neither */
    bool strict;          /**< models are held to the schema and the rules for new objects */
    char **models;
    size_t model_count;
};

/** The templates that are built in; made when loomc is built. */
extern const struct loomc_builtin loomc_builtins[];
extern const size_t loomc_builtin_count;

/** Does it. @return false after all problems were reported; then nothing was written. */
bool loomc_generate(const struct loomc_request *request, struct loomc_diagnostics *diagnostics);

#endif
