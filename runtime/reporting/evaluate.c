/* SPDX-License-Identifier: Apache-2.0 */
#include "reporting/evaluate.h"

#define MILLISECONDS 1000u

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t after(uint64_t time, const struct loom_attributes *attributes,
                      enum loom_attribute attribute)
{
    uint32_t seconds =
        loom_attributes_have(attributes, attribute) ? attributes->whole[attribute] : 0;
    return time + (uint64_t)seconds * MILLISECONDS;
}

/* A period of 0 seconds is none. */
static bool is_period(const struct loom_attributes *attributes, enum loom_attribute attribute)
{
    return loom_attributes_have(attributes, attribute) && attributes->whole[attribute] > 0;
}

/* What `pmax` demands comes whatever the value is; one that is less than `pmin` does not count. */
static uint64_t notification_due(const struct loom_attributes *attributes,
                                 const struct loom_report_state *state)
{
    bool bounded = is_period(attributes, LOOM_ATTRIBUTE_PMAX);
    if (!bounded && !state->wanted) {
        return UINT64_MAX;
    }
    uint64_t least = after(state->notified_at, attributes, LOOM_ATTRIBUTE_PMIN);
    uint64_t most = after(state->notified_at, attributes, LOOM_ATTRIBUTE_PMAX);
    uint64_t due = state->wanted ? least : UINT64_MAX;
    return bounded && most >= least ? earlier(due, most) : due;
}

static uint64_t evaluation_due(const struct loom_attributes *attributes,
                               const struct loom_report_state *state)
{
    uint64_t due =
        state->changed ? after(state->evaluated_at, attributes, LOOM_ATTRIBUTE_EPMIN) : UINT64_MAX;
    return is_period(attributes, LOOM_ATTRIBUTE_EPMAX)
               ? earlier(due, after(state->evaluated_at, attributes, LOOM_ATTRIBUTE_EPMAX))
               : due;
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

bool loom_report_condition(const struct loom_attributes *attributes, double before, double now)
{
    double gt = loom_attributes_number(attributes, LOOM_ATTRIBUTE_GT);
    double lt = loom_attributes_number(attributes, LOOM_ATTRIBUTE_LT);
    double st = loom_attributes_number(attributes, LOOM_ATTRIBUTE_ST);
    double step = now > before ? now - before : before - now;
    bool rising = attributes->whole[LOOM_ATTRIBUTE_EDGE] == 1;
    bool edge = rising ? before < now : now < before;
    return (loom_attributes_have(attributes, LOOM_ATTRIBUTE_GT) && (before > gt) != (now > gt)) ||
           (loom_attributes_have(attributes, LOOM_ATTRIBUTE_LT) && (before < lt) != (now < lt)) ||
           (loom_attributes_have(attributes, LOOM_ATTRIBUTE_ST) && step > 0 && step >= st) ||
           (loom_attributes_have(attributes, LOOM_ATTRIBUTE_EDGE) && edge);
}
