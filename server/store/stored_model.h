/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Object models that operators have given at run time, by object id and version.
 */
#ifndef LOOM_STORED_MODEL_H
#define LOOM_STORED_MODEL_H

#include "database/database.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Models that are kept. */
#define LOOM_STORED_MODELS_MAX 1000u

struct loom_stored_model {
    int64_t object;
    int64_t major;
    int64_t minor;
    struct loom_text name;      /**< of the file */
    struct loom_bytes document; /**< XML, as it was given */
    struct loom_text who;       /**< gave it; may be empty */
    int64_t created;
};

/** @return false: no more of them are wanted */
typedef bool loom_stored_model_visitor(void *user, const struct loom_stored_model *model);

/** Stores a model, in the place of that of its object and version.
 *  @return LOOM_DATABASE_CONFLICT there are LOOM_STORED_MODELS_MAX */
enum loom_database_status loom_stored_model_save(struct loom_database *database,
                                                 const struct loom_stored_model *model);

/** Removes a model, if it is there. */
enum loom_database_status loom_stored_model_remove(struct loom_database *database, int64_t object,
                                                   int64_t major, int64_t minor);

/** Shows all, by object and version. */
enum loom_database_status loom_stored_model_each(struct loom_database *database,
                                                 loom_stored_model_visitor *visit, void *user);

#ifdef __cplusplus
}
#endif

#endif
