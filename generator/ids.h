/* SPDX-License-Identifier: Apache-2.0 */
/** One header with the ids of objects and resources, whatever their version: loomc --ids. */
#ifndef LOOMC_IDS_H
#define LOOMC_IDS_H

#include "model.h"
#include "vocabulary.h"

/** What ids.h is rendered for. */
struct loomc_ids {
    const char *prefix;         /**< what the constants begin with */
    const char *guard;          /**< the macro that keeps the header from being read twice */
    const char *license;        /**< the licence that all models share, or NULL */
    struct loomc_models models; /**< each object once, with the resources of all its versions */
};

extern const struct loomc_vocabulary loomc_ids_fields; /* struct loomc_ids */

/**
 * Makes one model of those of all versions of an object. What versions say differently the newest
 * one decides. The objects get symbols as in a run that has one version of each.
 * @param models in order of id and version, as loomc_models_sort() leaves them
 * @param prefix what the constants and the guard begin with
 * @param path where the header goes; its guard is made of the file's name
 * @return the ids; an object with too many resources is reported
 */
struct loomc_ids loomc_ids_make(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                                const struct loomc_models *models, const char *license,
                                const char *prefix, const char *path);

#endif
