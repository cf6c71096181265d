/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a profile says in the place of a model that its user may not edit: names, types, ranges and
 * named values. The reader of models asks before it judges what a model says; plan_repairs.c judges
 * what the profile says.
 */
#ifndef LOOMC_REPAIRS_H
#define LOOMC_REPAIRS_H

#include "model.h"
#include "profile.h"

/** @return whether a token of the profile speaks of a thing with that id and these names. */
bool loomc_token_names(const struct loomc_token *token, uint16_t id, const char *name,
                       const char *model_name);

/** @return the last line of that word about a resource, or NULL. @param profile NULL: none */
const struct loomc_setting *loomc_repair_find(const struct loomc_profile *profile,
                                              enum loomc_word word,
                                              const struct loomc_object *object,
                                              const struct loomc_resource *resource);

/** @return what an object is to be called, or NULL. */
const struct loomc_token *loomc_repair_object_name(const struct loomc_profile *profile,
                                                   const struct loomc_object *object);

/** @return whether a text can be a name. */
bool loomc_is_name(const char *text);

/** @return the arguments behind the first as one text, "" for `none`. */
const char *loomc_repair_text(struct loomc_arena *arena, const struct loomc_setting *setting);

#endif
