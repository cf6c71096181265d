/* SPDX-License-Identifier: Apache-2.0 */
#include "service/number.h"

/* A number: 42 bits of milliseconds, which last until 2109, 10 of the node, and 11 that count what
 * happens in a millisecond. The index events_by_node takes the node from there (store/schema.c). */
#define COUNT_BITS 11
#define NODE_BITS  10

uint64_t loom_number_of(int64_t time)
{
    return time <= 0 ? 0 : (uint64_t)time << (NODE_BITS + COUNT_BITS);
}

unsigned loom_number_node(uint64_t number)
{
    return (unsigned)(number >> COUNT_BITS) & (LOOM_NUMBER_NODES_MAX - 1);
}

uint64_t loom_number_next(uint64_t last, unsigned node, int64_t now)
{
    uint64_t own = (uint64_t)node << COUNT_BITS;
    uint64_t number = loom_number_of(now) | own;
    if (number > last) {
        return number;
    }
    uint64_t next = last + 1;
    return loom_number_node(next) == node
               ? next
               : (((last >> (NODE_BITS + COUNT_BITS)) + 1) << (NODE_BITS + COUNT_BITS)) | own;
}
