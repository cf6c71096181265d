/* SPDX-License-Identifier: Apache-2.0 */
/** The order among registrations. For the files of this room. */
#ifndef LOOM_REGISTRATION_ORDER_H
#define LOOM_REGISTRATION_ORDER_H

#include "loom/client.h"

/** The feature: resources 1/x/13 .. 15. */
struct loom_registration_order_feature {
    /** Whether the Initial Registration Delay of one whose turn has come still runs (rule B-51). */
    bool (*must_delay)(const struct loom_registration *registration);
    /** Waits until it ends. */
    void (*delay)(struct loom_registration *registration);
    /** Whether one before it in the order has failed and lets none after it try (rule B-52). */
    bool (*is_blocked)(const struct loom_registration *registration);
    /** Whether nothing before it in the order is in its way (rules B-50, B-52). */
    bool (*is_its_turn)(const struct loom_registration *registration);
};

#endif
