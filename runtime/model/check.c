/* SPDX-License-Identifier: Apache-2.0 */
/* What a value must be before it is written. */
#include "model/node.h"

#include "codec/number.h"
#include "loom/codec.h"

/* Numbers below 0 come first when the sign bit of all is turned over. */
#define SIGN (UINT64_C(1) << 63)

/* Types, as bits. */
#define IS_WHOLE (1u << LOOM_INTEGER | 1u << LOOM_TIME | 1u << LOOM_UNSIGNED)

/* A number, or what its length is, in the order of its type. */
static uint64_t order_of(enum loom_type type, uint64_t bits)
{
    if (type == LOOM_FLOAT) {
        bits = (uint64_t)loom_double_order(loom_double_of_bits(bits));
    }
    bool has_sign = type == LOOM_INTEGER || type == LOOM_TIME || type == LOOM_FLOAT;
    return has_sign ? bits ^ SIGN : bits;
}

/* What ranges are about. */
static uint64_t measure(const struct loom_value *value)
{
    switch (value->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        return value->as.text.length;
    case LOOM_OPAQUE:
        return value->as.opaque.length;
    default:
        return order_of(value->type, value->as.unsigned_integer);
    }
}

bool loom_resource_allows(const struct loom_object *object, const struct loom_resource *row,
                          const struct loom_value *value)
{
    if (row->range == 0) {
        return true;
    }
    const struct loom_range *range = &object->ranges[row->range - 1];
    if (range->more == LOOM_RANGE_TEXTS) {
        return range->max.allows(range, value);
    }
    uint64_t order = measure(value);
    while (order < order_of(value->type, range->min.unsigned_integer) ||
           order > order_of(value->type, range->max.unsigned_integer)) {
        if (range->more == 0) {
            return false;
        }
        range++;
    }
    return true;
}

static bool is_text(enum loom_type type)
{
    return type == LOOM_STRING || type == LOOM_CORELNK;
}

static enum loom_status fits(const struct loom_resource *row, const struct loom_value *value)
{
    uint64_t magnitude = value->as.unsigned_integer >> 1; /* without the highest bit, or the sign */
    if (is_text(value->type)) {
        return value->as.text.length < row->size ? LOOM_OK : LOOM_TOO_LARGE;
    }
    if (value->type == LOOM_OPAQUE) {
        return value->as.opaque.length <= row->size ? LOOM_OK : LOOM_TOO_LARGE;
    }
    if ((IS_WHOLE >> value->type & 1u) == 0) {
        return LOOM_OK;
    }
    if (value->type != LOOM_UNSIGNED) {
        magnitude =
            (uint64_t)(value->as.integer < 0 ? -(value->as.integer + 1) : value->as.integer);
    }
    bool good = row->size == sizeof magnitude ||
                (magnitude <= UINT32_MAX && (uint32_t)magnitude >> (8u * row->size - 1u) == 0);
    return good ? LOOM_OK : LOOM_BAD_REQUEST;
}

/* Infinity and what is not a number have an exponent of ones alone. */
bool loom_is_number(const struct loom_value *value)
{
    return value->type != LOOM_FLOAT ||
           (~(uint32_t)(loom_double_bits(value->as.number) >> 32) & 0x7FF00000u) != 0;
}

enum loom_status loom_check_value(const struct loom_object *object, const struct loom_resource *row,
                                  const struct loom_value *value)
{
    if (value->type != (enum loom_type)row->type || value->type == LOOM_NONE ||
        !loom_is_number(value) || (object != NULL && !loom_resource_allows(object, row, value))) {
        return LOOM_BAD_REQUEST;
    }
    if (is_text(value->type) && !loom_utf8_is_string(value->as.text)) {
        return LOOM_BAD_REQUEST;
    }
    return (row->access & LOOM_HANDLED) != 0 ? LOOM_OK : fits(row, value);
}
