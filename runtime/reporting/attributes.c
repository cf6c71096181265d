/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes as servers write them, and as they are shown. */
#include "reporting/attributes.h"

#include "codec/text.h"
#include "loom/client.h"

#include <string.h>

/* Types, as bits. What an attribute may be attached to is of one of them. */
#define BIT(type) (1u << (type))
#define NUMBERS   (BIT(LOOM_INTEGER) | BIT(LOOM_UNSIGNED) | BIT(LOOM_FLOAT) | BIT(LOOM_TIME))
#define BOOLEANS  BIT(LOOM_BOOLEAN)
#define ANYTHING  (BIT(LOOM_TYPE_COUNT) - 1u)

static const struct {
    char name[6];
    uint16_t types;
    uint16_t since;
} rows[LOOM_ATTRIBUTE_COUNT] = {
    [LOOM_ATTRIBUTE_PMIN] = {"pmin", ANYTHING, LOOM_LWM2M_1_0},
    [LOOM_ATTRIBUTE_PMAX] = {"pmax", ANYTHING, LOOM_LWM2M_1_0},
    [LOOM_ATTRIBUTE_EPMIN] = {"epmin", ANYTHING, LOOM_LWM2M_1_1},
    [LOOM_ATTRIBUTE_EPMAX] = {"epmax", ANYTHING, LOOM_LWM2M_1_1},
    [LOOM_ATTRIBUTE_CON] = {"con", ANYTHING, LOOM_LWM2M_1_2},
    [LOOM_ATTRIBUTE_HQMAX] = {"hqmax", ANYTHING, LOOM_LWM2M_1_2},
    [LOOM_ATTRIBUTE_EDGE] = {"edge", BOOLEANS, LOOM_LWM2M_1_2},
    [LOOM_ATTRIBUTE_GT] = {"gt", NUMBERS, LOOM_LWM2M_1_0},
    [LOOM_ATTRIBUTE_LT] = {"lt", NUMBERS, LOOM_LWM2M_1_0},
    [LOOM_ATTRIBUTE_ST] = {"st", NUMBERS, LOOM_LWM2M_1_0},
};

/* ---- reading --------------------------------------------------------------------------------- */

static bool may_be_attached(unsigned attribute, const struct loom_attribute_target *target)
{
    bool in_place = target->depth > 0 || attribute <= LOOM_ATTRIBUTE_CON; /* rule C-57 */
    return (rows[attribute].types >> target->type & 1) != 0 && in_place &&
           rows[attribute].since <= target->lwm2m;
}

static bool read_whole(struct loom_text text, unsigned attribute, uint32_t *value)
{
    bool flag = attribute == LOOM_ATTRIBUTE_CON || attribute == LOOM_ATTRIBUTE_EDGE;
    uint64_t number;
    if (!loom_text_to_unsigned(text, &number) || number > (flag ? 1 : UINT32_MAX)) {
        return false;
    }
    *value = (uint32_t)number;
    return true;
}

static bool read_value(struct loom_text text, unsigned attribute, struct loom_attributes *set)
{
    set->has |= LOOM_ATTRIBUTE_BIT(attribute);
    if (attribute < LOOM_ATTRIBUTE_GT) {
        return read_whole(text, attribute, &set->whole[attribute]);
    }
    double *number = &set->number[attribute - LOOM_ATTRIBUTE_GT];
    return loom_text_to_float(text, number) && (attribute != LOOM_ATTRIBUTE_ST || *number >= 0);
}

/* Finds what an argument names, and moves it behind the name.
 * @return LOOM_ATTRIBUTE_COUNT: nothing that there is */
static unsigned take_name(struct loom_text *argument)
{
    unsigned attribute = 0;
    for (; attribute < LOOM_ATTRIBUTE_COUNT; attribute++) {
        struct loom_text rest = *argument;
        if (loom_text_skip(&rest, rows[attribute].name) &&
            (rest.length == 0 || rest.data[0] == '=')) {
            *argument = rest;
            break;
        }
    }
    return attribute;
}

/* An attribute without a value is unset (rule C-53). */
static bool read_argument(struct loom_text argument, const struct loom_attribute_target *target,
                          struct loom_attribute_change *change)
{
    unsigned attribute = take_name(&argument);
    if (attribute == LOOM_ATTRIBUTE_COUNT || !may_be_attached(attribute, target) ||
        ((change->set.has | change->unset) & LOOM_ATTRIBUTE_BIT(attribute)) != 0) {
        return false;
    }
    if (argument.length == 0) {
        change->unset |= LOOM_ATTRIBUTE_BIT(attribute);
        return true;
    }
    struct loom_text value = {argument.data + 1, argument.length - 1};
    return read_value(value, attribute, &change->set);
}

enum loom_status loom_attributes_parse(const struct loom_request *request,
                                       const struct loom_attribute_target *target,
                                       struct loom_attribute_change *change)
{
    memset(change, 0, sizeof *change);
    for (uint8_t i = 0; i < request->query_count; i++) {
        if (!read_argument(request->query[i], target, change)) {
            return LOOM_BAD_REQUEST;
        }
    }
    return LOOM_OK;
}

/* ---- sets ------------------------------------------------------------------------------------ */

void loom_attributes_inherit(struct loom_attributes *attributes,
                             const struct loom_attributes *others, uint16_t unset)
{
    unsigned missing = others->has & ~(unsigned)(attributes->has | unset);
    for (unsigned i = 0; i < LOOM_ATTRIBUTE_COUNT; i++) {
        if ((missing & LOOM_ATTRIBUTE_BIT(i)) == 0) {
            continue;
        }
        if (i < LOOM_ATTRIBUTE_GT) {
            attributes->whole[i] = others->whole[i];
        } else {
            attributes->number[i - LOOM_ATTRIBUTE_GT] = others->number[i - LOOM_ATTRIBUTE_GT];
        }
    }
    attributes->has |= (uint16_t)missing;
}

static bool have_all(const struct loom_attributes *attributes, unsigned bits)
{
    return (attributes->has & bits) == bits;
}

/* Rule C-52, and epmin < epmax. */
static bool are_consistent(const struct loom_attributes *attributes)
{
    double gt = loom_attributes_number(attributes, LOOM_ATTRIBUTE_GT);
    double lt = loom_attributes_number(attributes, LOOM_ATTRIBUTE_LT);
    double st = loom_attributes_number(attributes, LOOM_ATTRIBUTE_ST);
    unsigned thresholds =
        LOOM_ATTRIBUTE_BIT(LOOM_ATTRIBUTE_GT) | LOOM_ATTRIBUTE_BIT(LOOM_ATTRIBUTE_LT);
    unsigned periods =
        LOOM_ATTRIBUTE_BIT(LOOM_ATTRIBUTE_EPMIN) | LOOM_ATTRIBUTE_BIT(LOOM_ATTRIBUTE_EPMAX);
    if (have_all(attributes, periods) &&
        attributes->whole[LOOM_ATTRIBUTE_EPMIN] >= attributes->whole[LOOM_ATTRIBUTE_EPMAX]) {
        return false;
    }
    if (!have_all(attributes, thresholds)) {
        return true;
    }
    bool stepped = loom_attributes_have(attributes, LOOM_ATTRIBUTE_ST);
    return lt < gt && (!stepped || lt + 2 * st < gt);
}

bool loom_attributes_apply(struct loom_attributes *attributes,
                           const struct loom_attribute_change *change)
{
    struct loom_attributes after = change->set;
    loom_attributes_inherit(&after, attributes, change->unset);
    if (!are_consistent(&after)) {
        return false;
    }
    *attributes = after;
    return true;
}

void loom_attributes_put(struct loom_output *out, const struct loom_attributes *attributes)
{
    for (unsigned i = 0; i < LOOM_ATTRIBUTE_COUNT; i++) {
        if ((attributes->has & LOOM_ATTRIBUTE_BIT(i)) == 0) {
            continue;
        }
        loom_put_byte(out, ';');
        loom_put_text(out, rows[i].name);
        loom_put_byte(out, '=');
        if (i < LOOM_ATTRIBUTE_GT) {
            loom_put_unsigned(out, attributes->whole[i]);
        } else {
            loom_put_float(out, attributes->number[i - LOOM_ATTRIBUTE_GT]);
        }
    }
}
