/* SPDX-License-Identifier: Apache-2.0 */
/** Object 32003: a stream that is read and written (0), one that is written (1) and a number (2).
 *  Its functions note what reaches them. */
#ifndef TEST_DEPOT_H
#define TEST_DEPOT_H

#include "loom/model.h"

enum { DEPOT = 32003, IMAGE = 0, INBOX = 1, LEVEL = 2, DEPOT_ROOM = 2 };

struct depot {
    uint16_t id;
    uint8_t present[1];
    int8_t level;
};

/** What the functions have seen and what they say. */
struct depot_seen {
    unsigned calls;
    uint16_t resource;
    uint16_t ssid;
    enum loom_origin origin;
    uint32_t offset;
    bool more;
    size_t length;       /* of the piece */
    size_t longest;      /* of all pieces */
    uint32_t total;      /* of all since the last that began */
    uint32_t sum;        /* a digest of them */
    uint8_t value[8192]; /* the first of them put together */
    uint32_t refused_at; /* the piece of this offset is refused */
    enum loom_status refusal;
    unsigned reads;
    bool nests;       /* each piece of the image makes it write "own" to the inbox */
    uint32_t version; /* of what is read */
    size_t short_by;  /* bytes that are missing of each piece */
};

extern struct depot_seen depot_seen;

/** The digest of bytes, or of those that follow others. */
uint32_t depot_sum(uint32_t before, const uint8_t *bytes, size_t length);

/** A product with the depot among its objects; its data has to be as long as it says. One at a
 *  time: it is in the memory of this function. */
const struct loom_product *depot_product(const struct loom_product *product);

#endif
