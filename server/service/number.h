/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Numbers that grow with the time, over restarts too, and differ from those of other nodes, so that
 * nobody has to be asked for one.
 */
#ifndef LOOM_SERVICE_NUMBER_H
#define LOOM_SERVICE_NUMBER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Nodes that share a database have numbers below this. */
#define LOOM_NUMBER_NODES_MAX 1024u

/** Of these, bootstrap servers have the numbers from here on. They are no nodes, so each takes one
 * at random: two with the same one may have an event of the same number, of which one is stored. */
#define LOOM_NUMBER_BOOTSTRAPS 768u

/** @return the next number of a node: above `last`, also when the clock was set back; above 0 and
 *          below 2^63. @param now milliseconds since 1970 */
uint64_t loom_number_next(uint64_t last, unsigned node, int64_t now);

/** The number that something of this time would have at least. */
uint64_t loom_number_of(int64_t time);

/** @return whose number it is */
unsigned loom_number_node(uint64_t number);

#ifdef __cplusplus
}
#endif

#endif
