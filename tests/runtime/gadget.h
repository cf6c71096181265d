/* SPDX-License-Identifier: Apache-2.0 */
/** Two small objects of one shape: 32001 has a stored level, 32002 also a function that refuses. */
#ifndef TEST_GADGET_H
#define TEST_GADGET_H

#include "loom/model.h"

struct gadget {
    uint16_t id;
    uint8_t present[1];
    int8_t level; /* resource 0 */
};

enum { GADGET_PLAIN, GADGET_REFUSING, GADGETS };

extern const struct loom_object gadgets[GADGETS];

#endif
