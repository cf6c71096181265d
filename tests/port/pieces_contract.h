/* SPDX-License-Identifier: Apache-2.0 */
/** What answers in pieces are to be on every network in memory. */
#ifndef LOOM_TESTS_PORT_PIECES_CONTRACT_H
#define LOOM_TESTS_PORT_PIECES_CONTRACT_H

#include "loom/port.h"

#define CONTRACT_URI  "coap://server:5683"
#define CONTRACT_HOST "server:5683"

struct contract_network {
    /** Makes a network with two hosts of this side, of which the one that `port` is of can reach
     * the other as CONTRACT_HOST. */
    void (*begin)(const struct loom_side *side, void *self, struct loom_port *port);
    /** Runs it until nothing is under way. */
    void (*run)(void);
    void (*end)(void);
};

/** A side that gives pieces is asked for them one at a time. */
void contract_gives_pieces(const struct contract_network *network);
/** Pieces come of an answer that a side gives as a whole. */
void contract_cuts_wholes(const struct contract_network *network);
/** Who wants the whole gets pieces joined. */
void contract_joins_pieces(const struct contract_network *network);

#endif
