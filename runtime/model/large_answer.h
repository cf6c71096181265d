/* SPDX-License-Identifier: Apache-2.0 */
/** Answers that have no room as a whole: one piece of them, which the peer asks for by its place.
 *  The mechanism, for each room that reads the model. */
#ifndef LOOM_MODEL_LARGE_ANSWER_H
#define LOOM_MODEL_LARGE_ANSWER_H

#include "codec/window.h"
#include "loom/port.h"
#include "model/walk.h"

struct loom_bootstrap;
struct loom_operation;

/** The feature. The client puts it together of what its rooms answer. */
struct loom_large_answers_feature {
    /** loom_operation_answer_in_pieces() */
    enum loom_status (*answer)(struct loom_operation *operation);
    /** loom_bootstrap_answer_in_pieces() */
    enum loom_status (*bootstrap_answer)(const struct loom_bootstrap *bootstrap,
                                         const struct loom_path *path,
                                         const struct loom_format *format,
                                         const struct loom_request *request,
                                         struct loom_reply *reply);
};

/** What is answered. The first member is private, the caller sets the others. */
struct loom_large {
    struct loom_window_source source;
    const struct loom_model *model;
    enum loom_read_filter filter;     /**< of what a walk visits */
    const struct loom_format *format; /**< of the answer; NULL: a list of links */
    /** Writes all of it; several times for each piece.
     *  @param format writes what is in `format`; NULL: there is none */
    enum loom_status (*write)(const struct loom_large *large, const struct loom_format *format,
                              struct loom_output *out);
};

/**
 * Answers with the piece that a request asks for.
 * @param reply in: its room, and the format; out: the piece
 * @return LOOM_TOO_LARGE no piece fits; LOOM_BAD_REQUEST nothing is there; LOOM_UNAVAILABLE it
 *         becomes another at each look; else why it cannot be written
 */
enum loom_status loom_large_answer(struct loom_large *large, const struct loom_request *request,
                                   struct loom_reply *reply);

#endif
