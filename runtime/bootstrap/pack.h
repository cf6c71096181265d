/* SPDX-License-Identifier: Apache-2.0 */
/** A whole bootstrap in one piece. For the files of this room. */
#ifndef LOOM_BOOTSTRAP_PACK_H
#define LOOM_BOOTSTRAP_PACK_H

#include "loom/client.h"
#include "loom/codec.h"

struct loom_draft;

/* ---- pack.c ------------------------------------------------------------------------------------
 */

/** Replaces each object that a payload names as a whole; the Bootstrap-Server Account and /3/0 stay
 *  (rule A-101). A refused payload leaves the staged model in pieces, so the caller drops it. */
enum loom_status loom_pack_replace(struct loom_bootstrap *bootstrap, uint16_t format,
                                   const struct loom_path *path, struct loom_bytes bytes);

/** The feature. */
struct loom_bootstrap_pack_feature {
    /** Makes the Bootstrap-Pack-Request (rules ). */
    void (*prepare)(const struct loom_bootstrap *bootstrap, struct loom_draft *draft);
    /** Takes the answer to a Bootstrap-Pack-Request (rules A-100 .. A-102): staged, checked and in
     *  force, or refused. */
    enum loom_status (*apply)(struct loom_bootstrap *bootstrap,
                              const struct loom_response *response, enum loom_failure failure);
};

/* ---- card.c ------------------------------------------------------------------------------------
 */

/** The feature. */
struct loom_smartcard_feature {
    /** Takes what a smartcard holds (rules E.4): staged, checked and in force, or dropped. */
    void (*apply)(struct loom_bootstrap *bootstrap, enum loom_status status,
                  struct loom_bytes file);
};

#endif
