/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Symbols of generated code. They follow from the names in the models alone: what a profile leaves
 * out changes no name, and neither does the order of files.
 */
#ifndef LOOMC_NAMES_H
#define LOOMC_NAMES_H

#include "model.h"

/** Identifiers of the runtime's headers that generated code includes; made when loomc is built. */
extern const char *const loomc_reserved[];
extern const size_t loomc_reserved_count;

/** Identifiers that are taken, in the run as a whole. Starts as zeros. */
struct loomc_names {
    struct loomc_arena *arena;
    const char **slots; /**< open addressing */
    size_t count;
    size_t room;
};

/** Takes an identifier. @return false if somebody has it. */
bool loomc_names_claim(struct loomc_names *names, const char *identifier);

/**
 * Gives every object and resource its symbol, so that all identifiers made from them differ from
 * each other and from the runtime's:
 *  - resources of one name in an object all get `_<resource id>`,
 *  - objects of one name but different ids all get `_<object id>`,
 *  - objects in several versions all get `_<major>_<minor>`,
 *  - an object whose identifiers would still meet others gets `_<object id>`,
 *  - a named value whose constant somebody has gets `_<value>`; an enumeration with one that is
 *    still not alone is dropped.
 * `names` holds all identifiers afterwards.
 */
void loomc_names_assign(struct loomc_names *names, struct loomc_arena *arena,
                        struct loomc_models *models);

/** A symbol in upper case. */
const char *loomc_names_upper(struct loomc_arena *arena, const char *symbol);

#endif
