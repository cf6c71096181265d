/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The paths of a composite request (rules C-30, C-31, D-36).
 */
#ifndef LOOM_MANAGEMENT_PATHS_H
#define LOOM_MANAGEMENT_PATHS_H

#include "loom/codec.h"
#include "management/management_events.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Content format of the lists that loom_dm_paths_write() makes. */
#define LOOM_DM_PATHS_FORMAT LOOM_FORMAT_SENML_CBOR

/** Writes a list of paths, of any depth: the payload of a Read- or Observe-Composite.
 *  @return LOOM_TOO_LARGE */
enum loom_status loom_dm_paths_write(const struct loom_path *paths, size_t count,
                                     struct loom_output *out);

/** @return whether a request says in its payload which paths it is about. */
bool loom_dm_has_paths(enum loom_dm_operation operation);

/**
 * Begins to read the paths of such a request; loom_decode_next() gives them, in the order in which
 * they stand there.
 * @param scratch room for one name that has to be decoded; the length of the payload is enough
 * @return as loom_decode_begin()
 */
enum loom_status loom_dm_paths_begin(struct loom_decoder *decoder,
                                     const struct loom_dm_request *request, uint8_t *scratch,
                                     size_t scratch_size);

#ifdef __cplusplus
}
#endif

#endif
