/* SPDX-License-Identifier: Apache-2.0 */
#include "first_value.h"

#include "loom/ids.h"

#include <inttypes.h>

struct loomc_bound loomc_bound_of(int32_t value)
{
    struct loomc_bound bound = {value < 0, 0, (double)value, NULL};

    bound.magnitude = (uint64_t)(value < 0 ? -(int64_t)value : (int64_t)value);
    return bound;
}

/* Values that a description names say more than none; ranges say more than those. */
static bool may_be_0(const struct loomc_resource *resource)
{
    static const struct loomc_bound zero = {false, 0, 0, NULL};
    const struct loomc_enumeration *enumeration = &resource->enumeration;
    bool named = enumeration->count == 0;

    if (resource->ranges.count > 0) {
        return loomc_ranges_allow(resource->type, &resource->ranges, &zero);
    }
    for (size_t i = 0; i < enumeration->count; i++) {
        named = named || enumeration->items[i].value == 0;
    }
    return named;
}

static double distance(enum loomc_type type, const struct loomc_bound *bound)
{
    double distance = type == LOOMC_FLOAT ? bound->number : (double)bound->magnitude;

    return distance < 0 ? -distance : distance;
}

/* 0 lies in none of the ranges, so the bound that faces it is the nearest value of each. */
static struct loomc_bound nearest_bound(const struct loomc_resource *resource)
{
    static const struct loomc_bound zero = {false, 0, 0, NULL};
    enum loomc_type type = resource->type;
    const struct loomc_range *items = resource->ranges.items;
    const struct loomc_bound *nearest = NULL;

    for (size_t i = 0; i < resource->ranges.count; i++) {
        const struct loomc_bound *bound =
            loomc_bound_compare(type, &items[i].min, &zero) > 0 ? &items[i].min : &items[i].max;

        if (nearest == NULL || distance(type, bound) < distance(type, nearest)) {
            nearest = bound;
        }
    }
    return *nearest;
}

bool loomc_first_number(const struct loomc_resource *resource, struct loomc_bound *bound)
{
    const struct loomc_enumeration *enumeration = &resource->enumeration;

    if (may_be_0(resource)) {
        return false;
    }
    for (size_t i = 0; i < enumeration->count; i++) {
        *bound = loomc_bound_of(enumeration->items[i].value);
        if (loomc_ranges_allow(resource->type, &resource->ranges, bound)) {
            return true;
        }
    }
    *bound = nearest_bound(resource);
    return true;
}

const char *loomc_first_of_standard(uint16_t object, uint16_t resource)
{
    static const struct {
        uint16_t object;
        uint16_t resource;
        const char *value;
    } values[] = {
        {LOOM_ID_DEVICE, LOOM_ID_DEVICE_ERROR_CODE, "0"},                  /* no error */
        {LOOM_ID_DEVICE, LOOM_ID_DEVICE_SUPPORTED_BINDING_AND_MODES, "U"}, /* as in the register */
    };

    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (values[i].object == object && values[i].resource == resource) {
            return values[i].value;
        }
    }
    return NULL;
}

const char *loomc_whole_constant(struct loomc_arena *arena, bool is_unsigned,
                                 const struct loomc_bound *bound)
{
    const char *macro = is_unsigned ? "UINT64_C" : "INT64_C";
    bool wide = bound->magnitude > INT32_MAX;

    if (bound->magnitude > INT64_MAX && bound->negative) {
        return "INT64_MIN"; /* no literal has this value */
    }
    return loomc_format(arena, "%s%s%s%" PRIu64 "%s", bound->negative ? "-" : "", wide ? macro : "",
                        wide ? "(" : "", bound->magnitude, wide ? ")" : "");
}
