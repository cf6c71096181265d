/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Answers in pieces, for networks in memory: what a port of these does that carries whole answers
 * and has no blocks to count.
 */
#ifndef LOOM_PIECES_H
#define LOOM_PIECES_H

#include "loom/port.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Longest piece, as the longest block over UDP. */
#define LOOM_PIECE_MAX 1024u

/** Says in `reply` how long a piece of its answer may be.
 *  @param most a power of two, at least 16 */
void loom_pieces_offer(const struct loom_request *request, uint16_t most, struct loom_reply *reply);

/**
 * Makes a response of what the side has answered: the piece that the request asks for, cut out of
 * an answer that is whole, if need be. Its memory is that of the reply.
 * @return false: the reply is none that a port takes
 */
bool loom_pieces_take(const struct loom_request *request, const struct loom_reply *reply,
                      struct loom_response *response);

#ifdef __cplusplus
}
#endif

#endif
