/* SPDX-License-Identifier: Apache-2.0 */
/** When a server is to be notified: pure functions of attributes, times and values (rules C.2,
 * C-55, C-60). */
#ifndef LOOM_REPORTING_EVALUATE_H
#define LOOM_REPORTING_EVALUATE_H

#include "reporting/attributes.h"

/** What is known of an observation, times in milliseconds of one clock. */
struct loom_report_state {
    uint64_t notified_at;  /**< the last notification */
    uint64_t evaluated_at; /**< the last look at the value */
    bool changed;          /**< the value may be another since that look */
    bool wanted;           /**< a notification is, and `pmin` holds it back */
};

enum loom_report_action {
    LOOM_REPORT_WAIT,
    LOOM_REPORT_EVALUATE, /**< look at the value now */
    LOOM_REPORT_NOTIFY
};

/** What is to be done now.
 *  @param attributes in force, with the defaults of the server for `pmin` and `pmax`
 *  @param next       out, of LOOM_REPORT_WAIT: when to ask again if nothing happens; UINT64_MAX:
 *                    never */
enum loom_report_action loom_report_action(const struct loom_attributes *attributes,
                                           const struct loom_report_state *state, uint64_t now,
                                           uint64_t *next);

/** Whether attributes speak of the value: then not every change is worth a notification. */
static inline bool loom_report_has_condition(const struct loom_attributes *attributes)
{
    unsigned conditions =
        LOOM_ATTRIBUTE_BIT(LOOM_ATTRIBUTE_GT) | LOOM_ATTRIBUTE_BIT(LOOM_ATTRIBUTE_LT) |
        LOOM_ATTRIBUTE_BIT(LOOM_ATTRIBUTE_ST) | LOOM_ATTRIBUTE_BIT(LOOM_ATTRIBUTE_EDGE);
    return (attributes->has & conditions) != 0;
}

/** Whether a value is worth a notification, after another one: a number after the one that was
 *  notified (rule C-55); a boolean, as 0 or 1, after the one that was looked at last.
 *  @param attributes of which loom_report_has_condition() */
bool loom_report_condition(const struct loom_attributes *attributes, double before, double now);

#endif
