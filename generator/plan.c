/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include <string.h>

static const char *shared_license(const struct loomc_models *models)
{
    const char *license = models->count > 0 ? models->objects[0].license : NULL;

    for (size_t i = 0; i < models->count && license != NULL; i++) {
        const char *other = models->objects[i].license;

        if (other == NULL || strcmp(other, license) != 0) {
            license = NULL;
        }
    }
    return license;
}

static bool is_in_a_product(const struct loomc_plan *plan, const struct loomc_plan_object *planned)
{
    for (size_t i = 0; i < plan->product_count; i++) {
        for (size_t j = 0; j < plan->products[i].count; j++) {
            if (plan->products[i].objects[j] == planned) {
                return true;
            }
        }
    }
    return false;
}

static bool has_functions(const struct loomc_plan_object *planned)
{
    for (size_t i = 0; i < planned->row_count; i++) {
        const struct loomc_row *row = &planned->rows[i];

        if (row->serving == LOOMC_HANDLED && !row->constant && !row->own) {
            return true;
        }
    }
    return false;
}

static void find_handled(const struct loomc_planner *planner)
{
    struct loomc_plan *plan = planner->plan;

    plan->handled = loomc_alloc(planner->arena, (plan->count + 1) * sizeof plan->handled[0]);
    for (size_t i = 0; i < plan->count; i++) {
        const struct loomc_plan_object *planned = &plan->objects[i];

        if (has_functions(planned) && is_in_a_product(plan, planned)) {
            plan->handled[plan->handled_count++] = planned;
        }
    }
}

struct loomc_plan loomc_plan_make(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                                  const struct loomc_models *models, struct loomc_names *names,
                                  const struct loomc_profile *profile)
{
    struct loomc_plan plan = {.license = shared_license(models), .prefix = names->prefix};
    struct loomc_told told = {.places = {.arena = arena}};
    struct loomc_cursor cursor = {profile != NULL ? profile->source : NULL, 0, {1, 1}};
    struct loomc_planner planner = {arena, diagnostics, profile, names,
                                    &plan, &told,       &cursor, true};

    plan.objects = loomc_alloc(arena, (models->count + 1) * sizeof plan.objects[0]);
    plan.count = models->count;
    for (size_t i = 0; i < models->count; i++) {
        plan.objects[i].object = &models->objects[i];
        plan.objects[i].prefix = names->prefix;
    }
    loomc_plan_settings(&planner);
    loomc_plan_clashes(&planner);
    planner.settled = diagnostics->errors == 0;
    loomc_plan_layout(&planner);
    loomc_plan_presets(&planner);
    loomc_plan_given(&planner);
    loomc_plan_products(&planner);
    find_handled(&planner);
    return plan;
}
