/* SPDX-License-Identifier: Apache-2.0 */
/* What a value must be before it is written. */
#include "model/node.h"

#include "loom/codec.h"

#include <float.h>
#include <string.h>

static bool in_range(const struct loom_range *range, const struct loom_value *value)
{
    uint64_t size = value->as.unsigned_integer;
    switch (value->type) {
    case LOOM_INTEGER:
    case LOOM_TIME:
        return value->as.integer >= range->min.integer && value->as.integer <= range->max.integer;
    case LOOM_FLOAT:
        return value->as.number >= range->min.number && value->as.number <= range->max.number;
    case LOOM_STRING:
    case LOOM_CORELNK:
        size = value->as.text.length;
        break;
    case LOOM_OPAQUE:
        size = value->as.opaque.length;
        break;
    case LOOM_UNSIGNED:
        break;
    case LOOM_BOOLEAN:
    case LOOM_OBJLNK:
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        return true;
    }
    return size >= range->min.unsigned_integer && size <= range->max.unsigned_integer;
}

bool loom_resource_allows(const struct loom_object *object, const struct loom_resource *row,
                          const struct loom_value *value)
{
    if (row->range == 0) {
        return true;
    }
    const struct loom_range *range = &object->ranges[row->range - 1];
    while (!in_range(range, value)) {
        if (range->more == 0) {
            return false;
        }
        range++;
    }
    return true;
}

static enum loom_status fits(const struct loom_resource *row, const struct loom_value *value)
{
    unsigned bits = 8u * row->size;
    switch (value->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        return value->as.text.length < row->size ? LOOM_OK : LOOM_TOO_LARGE;
    case LOOM_OPAQUE:
        return value->as.opaque.length <= row->size ? LOOM_OK : LOOM_TOO_LARGE;
    case LOOM_INTEGER:
    case LOOM_TIME:
        if (bits < 64) {
            int64_t limit = INT64_C(1) << (bits - 1);
            return value->as.integer >= -limit && value->as.integer < limit ? LOOM_OK
                                                                            : LOOM_BAD_REQUEST;
        }
        return LOOM_OK;
    case LOOM_UNSIGNED:
        return bits >= 64 || value->as.unsigned_integer >> bits == 0 ? LOOM_OK : LOOM_BAD_REQUEST;
    case LOOM_FLOAT:
    case LOOM_BOOLEAN:
    case LOOM_OBJLNK:
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
    return LOOM_OK;
}

bool loom_is_number(const struct loom_value *value)
{
    return value->type != LOOM_FLOAT ||
           (value->as.number >= -DBL_MAX && value->as.number <= DBL_MAX);
}

enum loom_status loom_check_value(const struct loom_node *node, const struct loom_value *value)
{
    if (value->type != (enum loom_type)node->row->type || value->type == LOOM_NONE ||
        !loom_is_number(value) || !loom_resource_allows(node->object, node->row, value) ||
        !loom_resource_allows(node->range_object, node->range_row, value)) {
        return LOOM_BAD_REQUEST;
    }
    if ((value->type == LOOM_STRING || value->type == LOOM_CORELNK) &&
        !loom_utf8_is_string(value->as.text)) {
        return LOOM_BAD_REQUEST;
    }
    return (node->row->access & LOOM_HANDLED) != 0 ? LOOM_OK : fits(node->row, value);
}
