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

/** What identifiers and files of C begin with where nothing else is wanted. */
#define LOOMC_PREFIX "loom"

/** Identifiers that are taken, in the run as a whole. Starts as {.prefix = PREFIX}. */
struct loomc_names {
    const char *prefix; /**< what identifiers and files of C begin with */
    struct loomc_arena *arena;
    const char **slots; /**< open addressing */
    size_t count;
    size_t room;
};

/** @return whether it can be a prefix: a-z, 0-9 and _, a letter first, no _ last, no two together
 */
bool loomc_names_is_prefix(const char *text);

/** Takes an identifier. @return false if somebody has it. */
bool loomc_names_claim(struct loomc_names *names, const char *identifier);

/**
 * Gives every object and resource its symbol, so that all identifiers made from them differ from
 * each other and from the runtime's. A name that is there twice stays with the lowest id, so that
 * what is added renames nothing:
 *  - the other resources of one name in an object get `_<resource id>`,
 *  - the other objects of one name get `_<object id>`,
 *  - the other versions of an object get `_<major>_<minor>`,
 *  - an object whose identifiers would still meet others gets `_<object id>`,
 *  - what has no letter of ASCII in its name is `resource_<id>` or `object_<id>`,
 *  - a named value whose constant somebody has gets `_<value>`; an enumeration with one that is
 *    still not alone is dropped.
 * @param diagnostics told of names that were shared or have lost letters; NULL: nobody
 * `names` holds all identifiers afterwards.
 */
void loomc_names_assign(struct loomc_names *names, struct loomc_arena *arena,
                        struct loomc_models *models, struct loomc_diagnostics *diagnostics);

/** A symbol in upper case. */
const char *loomc_names_upper(struct loomc_arena *arena, const char *symbol);

#endif
