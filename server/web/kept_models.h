/* SPDX-License-Identifier: Apache-2.0 */
/** Models that are given over REST: changes of them take effect when they are stored. */
#ifndef LOOM_WEB_KEPT_MODELS_H
#define LOOM_WEB_KEPT_MODELS_H

#include "database/writer.h"
#include "http/http.h"
#include "models/models.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private, but for `writer`. */
struct loom_web_models {
    struct loom_models *models;
    struct loom_writer *writer; /**< keeps what is given; NULL: it is in memory alone */
    bool kept;                  /**< there is a database, and will be a writer */
};

/** A change. */
struct loom_web_model_change {
    struct loom_models_given *given; /**< taken; NULL: the object is removed */
    uint16_t object;
    struct loom_object_version version;
    struct loom_text name;      /**< of the file */
    struct loom_bytes document; /**< that was read */
    json_t *notices;            /**< taken; NULL: it is removed */
};

/** Stores a change, makes it, and answers the request, later or at once. */
void loom_web_model_change(struct loom_web_models *web, struct loom_http_request *request,
                           const struct loom_web_model_change *change);

/**
 * Reads the models that were given and kept.
 * @param report hears of those that cannot be read, which are left out, and a notice for each that
 *               takes another one's place
 * @return as loom_database_run()
 */
enum loom_database_status loom_web_models_restore(struct loom_models *models,
                                                  struct loom_database *database,
                                                  loom_models_report *report, void *user);

#ifdef __cplusplus
}
#endif

#endif
