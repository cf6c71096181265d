/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object models that an operator gives, read by the reader of `loomc`, and the catalog of them and
 * of what is compiled in.
 *
 * A model that is given takes the place of one that is compiled in, or was given before, with the
 * same object id and version. Models are taken or refused as a whole: after an error the catalog is
 * what it was. All functions are for the thread of the loop.
 */
#ifndef LOOM_MODELS_H
#define LOOM_MODELS_H

#include "catalog/catalog.h"

#ifdef __cplusplus
extern "C" {
#endif

struct loom_models;

/** The largest model that is read from memory, bytes: four times the largest of the OMA registry.
 */
#define LOOM_MODELS_SIZE_MAX (1024u * 1024u)

/** A line about models, ready to be printed: `dir/33000.xml:7:9: error: ...`, or a notice. */
typedef void loom_models_report(void *user, const char *message);

/** @param standard what is compiled in; outlives the models. @return NULL without memory */
struct loom_models *loom_models_create(const struct loom_catalog *standard);

/** Frees the models. NULL is allowed. */
void loom_models_destroy(struct loom_models *models);

/** The catalog of all. It stays at its place as long as the models live, and what is in it changes
 *  with a call of one of the functions below. */
const struct loom_catalog *loom_models_catalog(const struct loom_models *models);

/**
 * Reads files, and of folders all files whose names end with `.xml`.
 * @param report hears every error, and a notice for each object that takes another one's place
 * @return false after any error: nothing was taken
 */
bool loom_models_load(struct loom_models *models, const char *const *paths, size_t count,
                      loom_models_report *report, void *user);

/**
 * Reads one more model, from memory.
 * @param name of its file, for messages and lists
 * @return LOOM_OK; LOOM_BAD_REQUEST it has errors; LOOM_TOO_LARGE; LOOM_UNAVAILABLE without memory
 */
enum loom_status loom_models_add(struct loom_models *models, const char *name,
                                 struct loom_text text, loom_models_report *report, void *user);

/** Objects that were read and are not in the catalog yet. */
struct loom_models_given;

/** Reads as loom_models_add(), and leaves the catalog as it is.
 *  @param given out: to be taken or dropped; NULL on failure */
enum loom_status loom_models_read(struct loom_models *models, const char *name,
                                  struct loom_text text, loom_models_report *report, void *user,
                                  struct loom_models_given **given);

/** @return how many objects they are. */
size_t loom_models_given_count(const struct loom_models_given *given);

/** @return one of them. */
const struct loom_object *loom_models_given_object(const struct loom_models_given *given,
                                                   size_t index);

/** Puts them into the catalog; they are gone in any case. @return LOOM_UNAVAILABLE without memory
 */
enum loom_status loom_models_take(struct loom_models *models, struct loom_models_given *given);

/** Forgets them. NULL is allowed. */
void loom_models_drop(struct loom_models_given *given);

/** @return whether an object was given in this version. */
bool loom_models_has(const struct loom_models *models, uint16_t object,
                     struct loom_object_version version);

/** Removes an object that was given; if one is compiled in, it is back again.
 *  @return LOOM_NOT_FOUND it was not given; LOOM_UNAVAILABLE without memory */
enum loom_status loom_models_remove(struct loom_models *models, uint16_t object,
                                    struct loom_object_version version);

#ifdef __cplusplus
}
#endif

#endif
