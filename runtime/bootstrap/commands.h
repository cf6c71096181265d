/* SPDX-License-Identifier: Apache-2.0 */
/** What a bootstrap server may command, done to the staged model. For the files of this room. */
#ifndef LOOM_BOOTSTRAP_COMMANDS_H
#define LOOM_BOOTSTRAP_COMMANDS_H

#include "loom/client.h"
#include "loom/codec.h"

struct loom_payload;

/** Bootstrap-Write and -Delete on the staged model (rules A-40 .. A-55).
 *  @param why out: what is wrong, where the code alone does not say it */
enum loom_status loom_bootstrap_write(struct loom_bootstrap *bootstrap,
                                      const struct loom_path *path,
                                      const struct loom_request *request, enum loom_reason *why);
enum loom_status loom_bootstrap_delete(struct loom_bootstrap *bootstrap,
                                       const struct loom_path *path);

/** Deletes the instances of an object that a Bootstrap-Delete may delete (rules ). */
void loom_bootstrap_clear(struct loom_bootstrap *bootstrap, uint16_t object);

/** A bootstrap server that does not know where the client keeps the Bootstrap-Server Account may
 *  write a server's account over it. The account must outlive that (rule A-83), so it makes way. */
enum loom_status loom_bootstrap_make_way(struct loom_bootstrap *bootstrap,
                                         const struct loom_payload *payload);

/** The instances of the Bootstrap-Server Account as links (rule A-103). */
void loom_bootstrap_put_account(const struct loom_bootstrap *bootstrap, struct loom_output *out);

/** The feature Bootstrap-Discover (rules A-60 .. A-64). */
struct loom_bootstrap_discover_feature {
    enum loom_status (*discover)(const struct loom_bootstrap *bootstrap,
                                 const struct loom_path *path, struct loom_output *out);
};

/** The feature Bootstrap-Read (rules ). */
struct loom_bootstrap_read_feature {
    /** @param format in: what the server accepts; out: the format of the answer */
    enum loom_status (*read)(const struct loom_bootstrap *bootstrap, const struct loom_path *path,
                             uint16_t *format, struct loom_output *out);
};

/** The feature: what becomes of the Bootstrap-Server Account when another one is written. */
struct loom_account_replacement_feature {
    /** Rule A-84: a second account replaces the one that was there before.
     *  @return the new one, or LOOM_ID_NONE */
    uint16_t (*replacement)(const struct loom_bootstrap *bootstrap);
    /** Gives the account another instance id, one that this payload does not use. */
    enum loom_status (*move)(struct loom_bootstrap *bootstrap, const struct loom_payload *payload);
};

/** The `move` of the feature. */
enum loom_status loom_bootstrap_move_account(struct loom_bootstrap *bootstrap,
                                             const struct loom_payload *payload);

#endif
