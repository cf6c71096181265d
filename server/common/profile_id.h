/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Profile IDs (rules B.2): names for an object list that a Register then need not carry.
 */
#ifndef LOOM_PROFILE_ID_H
#define LOOM_PROFILE_ID_H

#include "loom/value.h"

#ifdef __cplusplus
extern "C" {
#endif

/** @return whether it is a dynamic id (rule B-40): the number of an RFC 6920 suite, a colon and a
 *  hash of at least 32 bits in lower-case hex, as in `6:27354b9a`. */
bool loom_profile_id_is_dynamic(struct loom_text id);

/** @return whether it is a pre-configured id: `oma:` or `v:`, then letters, digits and hyphens. */
bool loom_profile_id_is_configured(struct loom_text id);

/** Takes the next id off what a `pid` says: one id, or a list with commas in double quotes. Begin
 *  with loom_profile_ids().
 *  @return false: no more, or what follows is no id; then `list` is not empty */
bool loom_profile_id_next(struct loom_text *list, struct loom_text *id);

/** Takes the quotes off. @return false: malformed, or a list without quotes */
bool loom_profile_ids(struct loom_text value, struct loom_text *list);

#ifdef __cplusplus
}
#endif

#endif
