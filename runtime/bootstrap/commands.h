/* SPDX-License-Identifier: Apache-2.0 */
/** What a bootstrap server may command, done to the staged model. For the files of this room. */
#ifndef LOOM_BOOTSTRAP_COMMANDS_H
#define LOOM_BOOTSTRAP_COMMANDS_H

#include "loom/client.h"
#include "loom/codec.h"

struct loom_fault;
struct loom_payload;

/** Bootstrap-Write and -Delete on the staged model (rules A-40 .. A-55).
 *  @param fault in: the path; out: what is wrong, where the code alone does not say it */
enum loom_status loom_bootstrap_write(struct loom_bootstrap *bootstrap,
                                      const struct loom_request *request, struct loom_fault *fault);
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

/** The features Bootstrap-Discover (rules A-60 .. A-66) and Bootstrap-Read (rules ). */
struct loom_bootstrap_get_feature {
    /** @param reply out: payload and its format */
    enum loom_status (*get)(const struct loom_bootstrap *bootstrap, const struct loom_path *path,
                            const struct loom_request *request, struct loom_reply *reply);
    /** All that a Bootstrap-Discover lists at a path that it may have. NULL: it is the other. */
    void (*put_links)(const struct loom_bootstrap *bootstrap, const struct loom_path *path,
                      struct loom_output *out);
};

/** Gives the piece that is asked for of an answer that has no room as a whole.
 *  @param format NULL: the links of a Bootstrap-Discover; else of a Bootstrap-Read
 *  @return LOOM_INTERNAL_ERROR no piece fits; else as loom_large_answer() */
enum loom_status loom_bootstrap_answer_in_pieces(const struct loom_bootstrap *bootstrap,
                                                 const struct loom_path *path,
                                                 const struct loom_format *format,
                                                 const struct loom_request *request,
                                                 struct loom_reply *reply);

/** The feature: object versions in Bootstrap-Writes (rules ). */
struct loom_written_versions_feature {
    /** @return LOOM_REASON_NONE: the request names no version of the object, or one that it has */
    enum loom_reason (*fault)(const struct loom_object *object, const struct loom_request *request);
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
