/* SPDX-License-Identifier: Apache-2.0 */
#include "reporting/evaluate.h"

#define MILLISECONDS 1000u

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* When a period is over that began at `time`. One of 0 seconds is none.
 * @param none what it is then */
static uint64_t after(uint64_t time, const struct loom_attributes *attributes,
                      enum loom_attribute attribute, uint64_t none)
{
    uint32_t seconds =
        loom_attributes_have(attributes, attribute) ? attributes->whole[attribute] : 0;
    return seconds > 0 ? time + (uint64_t)seconds * MILLISECONDS : none;
}

/* What `pmax` demands comes whatever the value is; one that is less than `pmin` does not count. */
static uint64_t notification_due(const struct loom_attributes *attributes,
                                 const struct loom_report_state *state)
{
    uint64_t begin = state->notified_at;
    uint64_t least = after(begin, attributes, LOOM_ATTRIBUTE_PMIN, begin);
    if (state->wanted) {
        return least;
    }
    uint64_t most = after(begin, attributes, LOOM_ATTRIBUTE_PMAX, UINT64_MAX);
    return most >= least ? most : UINT64_MAX;
}

static uint64_t evaluation_due(const struct loom_attributes *attributes,
                               const struct loom_report_state *state)
{
    uint64_t begin = state->evaluated_at;
    uint64_t most = after(begin, attributes, LOOM_ATTRIBUTE_EPMAX, UINT64_MAX);
    return state->changed ? earlier(after(begin, attributes, LOOM_ATTRIBUTE_EPMIN, begin), most)
                          : most;
}

enum loom_report_action loom_report_action(const struct loom_attributes *attributes,
                                           const struct loom_report_state *state, uint64_t now,
                                           uint64_t *next)
{
    uint64_t notification = notification_due(attributes, state);
    uint64_t evaluation = evaluation_due(attributes, state);
    *next = earlier(notification, evaluation);
    if (notification <= now) {
        return LOOM_REPORT_NOTIFY;
    }
    return evaluation <= now ? LOOM_REPORT_EVALUATE : LOOM_REPORT_WAIT;
}

/* A threshold is crossed in either direction. */
bool loom_report_condition(const struct loom_attributes *attributes, double before, double now)
{
    bool rises = now > before;
    double low = rises ? before : now;
    double high = rises ? now : before;
    double gt = loom_attributes_number(attributes, LOOM_ATTRIBUTE_GT);
    double lt = loom_attributes_number(attributes, LOOM_ATTRIBUTE_LT);
    double st = loom_attributes_number(attributes, LOOM_ATTRIBUTE_ST);
    bool rising = attributes->whole[LOOM_ATTRIBUTE_EDGE] == 1;
    return low < high &&
           ((loom_attributes_have(attributes, LOOM_ATTRIBUTE_GT) && low <= gt && high > gt) ||
            (loom_attributes_have(attributes, LOOM_ATTRIBUTE_LT) && low < lt && high >= lt) ||
            (loom_attributes_have(attributes, LOOM_ATTRIBUTE_ST) && high - low >= st) ||
            (loom_attributes_have(attributes, LOOM_ATTRIBUTE_EDGE) && rises == rising));
}
