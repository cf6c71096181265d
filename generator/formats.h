/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What is made. A format EXT is two templates: object.EXT is rendered once for each object, into
 * SYMBOL.EXT, and objects.EXT once for the run, into objects.EXT; h and c with the prefix before.
 * Either may be missing. So a format is added by a template alone. The format `c` is the extensions
 * h and c together.
 */
#ifndef LOOMC_FORMATS_H
#define LOOMC_FORMATS_H

#include "template.h"

struct loomc_format {
    const char *extension;
    bool each; /**< there is object.EXT */
    bool all;  /**< there is objects.EXT */
};

struct loomc_formats {
    struct loomc_format *items;
    size_t count;
};

/**
 * Reads a list of formats.
 * @param list with commas; NULL: `c`
 * @return each format once, in the order of the list; without those that an error was reported for
 */
struct loomc_formats loomc_formats_read(struct loomc_templates *templates, const char *list);

/** @return whether the format of that extension is among them. */
bool loomc_formats_have(const struct loomc_formats *formats, const char *extension);

#endif
