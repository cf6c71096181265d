/* SPDX-License-Identifier: Apache-2.0 */
/* Whether what a profile says in the place of a model makes sense. It has been taken already. */
#include "plan.h"

#include "repairs.h"

#include <string.h>

static const char *judge_type(struct loomc_arena *arena, const struct loomc_resource *resource,
                              const char *text)
{
    enum loomc_type type;

    if (resource->executable) {
        return "is executable: it has no type";
    }
    return loomc_type_find(text, &type)
               ? NULL
               : loomc_format(arena,
                              "cannot be of type \"%s\"; there are String, Integer, Unsigned "
                              "Integer, Float, Boolean, Opaque, Time, Objlnk and Corelnk",
                              text);
}

static const char *judge_range(struct loomc_arena *arena, const struct loomc_resource *resource)
{
    struct loomc_ranges ranges;
    const char *remark = loomc_resource_read_range(arena, resource, &ranges);
    bool told = ranges.count == 0 && resource->ranges.count > 0; /* by a list of named values */

    if (remark == NULL || told || ranges.none) {
        return NULL;
    }
    static const char begin[] = "not enforced: ";
    size_t skipped = strncmp(remark, begin, strlen(begin)) == 0 ? strlen(begin) : 0;

    return loomc_format(arena, "cannot have the range \"%s\": %s", resource->range_text,
                        remark + skipped);
}

static const char *judge_values(struct loomc_arena *arena, const struct loomc_resource *resource,
                                const struct loomc_setting *setting)
{
    if (resource->type != LOOMC_INTEGER && resource->type != LOOMC_UNSIGNED) {
        return "has no numbers that could have names: it is no Integer or Unsigned Integer";
    }
    return resource->enumeration.count > 0 || *loomc_repair_text(arena, setting) == '\0'
               ? NULL
               : "gets no names by that; write them as \"0: off, 1: on\", all within its range";
}

const char *loomc_plan_judge_repair(const struct loomc_planner *planner,
                                    const struct loomc_setting *setting,
                                    const struct loomc_resource *resource)
{
    switch (setting->word) {
    case LOOMC_WORD_TYPE:
        return judge_type(planner->arena, resource, setting->arguments[1].text);
    case LOOMC_WORD_RANGE:
        return judge_range(planner->arena, resource);
    case LOOMC_WORD_VALUES:
        return judge_values(planner->arena, resource, setting);
    default:
        return loomc_is_name(setting->arguments[1].text)
                   ? NULL
                   : "cannot be called so: a name is a line of text, at most 255 bytes";
    }
}
