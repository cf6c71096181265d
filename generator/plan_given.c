/* SPDX-License-Identifier: Apache-2.0 */
/* Instances that a product has from the factory: accounts, for the most part. */
#include "plan.h"

#include "first_value.h"
#include "repairs.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

/* The highest instance id; the next one means none. */
#define INSTANCE_MAX 65534u

struct giving {
    const struct loomc_planner *planner;
    struct loomc_plan_object *planned;
    size_t room; /* for what is given */
};

static void report(const struct giving *giving, const struct loomc_token *token,
                   const char *problem)
{
    loomc_error(giving->planner->diagnostics, giving->planner->profile->source, token->offset, "%s",
                problem);
}

static struct loomc_given *put(struct giving *giving, uint16_t instance,
                               const struct loomc_token *token, struct loomc_preset value)
{
    struct loomc_plan_object *planned = giving->planned;

    planned->given = loomc_grow(giving->planner->arena, planned->given, planned->given_count,
                                &giving->room, sizeof planned->given[0]);
    struct loomc_given *given = &planned->given[planned->given_count++];

    *given = (struct loomc_given){instance, token, value, false};
    return given;
}

/* ---- instances ------------------------------------------------------------------------------- */

static bool read_instance(const struct giving *giving, const struct loomc_token *token,
                          uint16_t *instance)
{
    const struct loomc_plan_object *planned = giving->planned;
    unsigned id;

    if (!loomc_plan_number(giving->planner, token, 0, INSTANCE_MAX, &id)) {
        return false;
    }
    if (planned->view) {
        report(giving, token, "a view has no instances of its own");
        return false;
    }
    if (id > 0 && !planned->object->multiple) {
        report(giving, token, "the object has a single instance, 0");
        return false;
    }
    *instance = (uint16_t)id;
    return true;
}

static bool has_instance(const struct loomc_plan_object *planned, uint16_t instance)
{
    for (size_t i = 0; i < planned->given_count; i++) {
        if (planned->given[i].instance == instance && planned->given[i].value.row == NULL) {
            return true;
        }
    }
    return false;
}

static void add_instance(struct giving *giving, const struct loomc_token *token)
{
    static const struct loomc_preset none = {NULL, 0, NULL, 0, false};
    struct loomc_plan_object *planned = giving->planned;
    unsigned count = planned->account ? 0 : planned->initial; /* that are there anyway */
    uint16_t instance;

    if (!read_instance(giving, token, &instance) || has_instance(planned, instance)) {
        return;
    }
    put(giving, instance, token, none);
    for (size_t i = 0; i < planned->given_count; i++) {
        const struct loomc_given *given = &planned->given[i];

        count +=
            given->value.row == NULL && (planned->account || given->instance >= planned->initial)
                ? 1
                : 0;
    }
    if (count > planned->room) {
        report(giving, token, "more instances than there is room for; see `room`");
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

static const struct loomc_row *find_row(const struct giving *giving,
                                        const struct loomc_token *token)
{
    const struct loomc_plan_object *planned = giving->planned;

    for (size_t i = 0; i < planned->row_count; i++) {
        const struct loomc_resource *resource = planned->rows[i].resource;

        if (loomc_token_names(token, resource->id, resource->name, resource->model_name)) {
            return &planned->rows[i];
        }
    }
    loomc_error(giving->planner->diagnostics, giving->planner->profile->source, token->offset,
                "the product has no resource %s of object %u (%s)", token->text,
                planned->object->id, planned->object->name);
    return NULL;
}

/* `101=15`: the value of resource instance 101. Only numbers can be told from text. */
static struct loomc_token split(const struct giving *giving, const struct loomc_row *row,
                                const struct loomc_token *token, uint16_t *id)
{
    const char *equals = strchr(token->text, '=');
    struct loomc_token value = *token;
    unsigned long number;

    if (token->quoted || equals == NULL || loomc_type_has_length(row->resource->type)) {
        return value;
    }
    if (loomc_text_number(
            loomc_copy(giving->planner->arena, token->text, (size_t)(equals - token->text)),
            INSTANCE_MAX, &number)) {
        value.text = equals + 1;
        *id = (uint16_t)number;
    }
    return value;
}

/* What was said of it before counts no more. */
static void forget(struct loomc_plan_object *planned, uint16_t instance,
                   const struct loomc_row *row)
{
    size_t kept = 0;

    for (size_t i = 0; i < planned->given_count; i++) {
        if (planned->given[i].instance != instance || planned->given[i].value.row != row) {
            planned->given[kept++] = planned->given[i];
        }
    }
    planned->given_count = kept;
}

static bool can_have(const struct giving *giving, const struct loomc_row *row,
                     const struct loomc_setting *setting)
{
    const char *problem = NULL;

    if (row->serving != LOOMC_STORED) {
        problem = "is not stored: an instance has no value of it";
    } else if (setting->count > 2 && !row->resource->multiple) {
        problem = "is a single resource: it has one value";
    } else if (setting->count - 1 > row->count) {
        problem = "has no room for so many values; see `count`";
    }
    if (problem != NULL) {
        loomc_error(giving->planner->diagnostics, giving->planner->profile->source,
                    setting->arguments[0].offset, "resource %u (%s) %s", row->resource->id,
                    row->resource->name, problem);
    }
    return problem == NULL;
}

/* The line has said a value of it before. */
static bool is_repeated(const struct giving *giving, size_t first, uint16_t id)
{
    for (size_t i = first; i < giving->planned->given_count; i++) {
        if (giving->planned->given[i].value.resource_instance == id) {
            return true;
        }
    }
    return false;
}

static void add_values(struct giving *giving, const struct loomc_given_line *line)
{
    const struct loomc_setting *setting = line->setting;
    const struct loomc_row *row = find_row(giving, &setting->arguments[0]);
    unsigned long instance = 0;

    if (row == NULL || !can_have(giving, row, setting) ||
        !loomc_text_number(line->instance->text, INSTANCE_MAX, &instance)) {
        return;
    }
    forget(giving->planned, (uint16_t)instance, row);
    size_t first = giving->planned->given_count;

    for (size_t i = 1; i < setting->count; i++) {
        uint16_t id = (uint16_t)(i - 1);
        struct loomc_token token = setting->arguments[i];
        struct loomc_preset preset;

        if (row->resource->multiple) {
            token = split(giving, row, &setting->arguments[i], &id);
        }
        if (is_repeated(giving, first, id)) {
            loomc_error(giving->planner->diagnostics, giving->planner->profile->source,
                        token.offset, "resource %u (%s) is given resource instance %u twice",
                        row->resource->id, row->resource->name, id);
        } else if (loomc_plan_value(giving->planner, row, &token, "is given", &preset)) {
            preset.resource_instance = id;
            put(giving, (uint16_t)instance, &setting->arguments[i], preset);
        }
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static bool is_given(const struct loomc_plan_object *planned, uint16_t instance,
                     const struct loomc_row *row)
{
    for (size_t i = 0; i < planned->given_count; i++) {
        if (planned->given[i].instance == instance && planned->given[i].value.row == row) {
            return true;
        }
    }
    return row->preset != NULL;
}

/* Whether 0, or nothing, is no value of it. A credential is there if the security mode wants it. */
static bool needs_value(const struct loomc_row *row)
{
    const struct loomc_resource *resource = row->resource;
    struct loomc_bound bound;

    if (!resource->mandatory || resource->multiple || row->serving != LOOMC_STORED ||
        row->credential) {
        return false;
    }
    if (loomc_type_has_length(resource->type)) {
        return loomc_ranges_lengths(&resource->ranges).least > 0;
    }
    return resource->ranges.count > 0 && loomc_first_number(resource, &bound);
}

/* What a bootstrap would have written has to be said. */
static void judge(const struct giving *giving, const struct loomc_given *given)
{
    const struct loomc_plan_object *planned = giving->planned;

    for (size_t i = 0; i < planned->row_count && given->value.row == NULL; i++) {
        const struct loomc_row *row = &planned->rows[i];

        if (planned->account && needs_value(row) && !is_given(planned, given->instance, row)) {
            loomc_error(giving->planner->diagnostics, giving->planner->profile->source,
                        given->token->offset,
                        "instance %u needs a value of resource %u (%s), whose range is %s",
                        given->instance, row->resource->id, row->resource->name,
                        row->resource->range_text);
        }
    }
}

static int compare(const void *left, const void *right)
{
    const struct loomc_given *a = left;
    const struct loomc_given *b = right;

    if (a->instance != b->instance) {
        return a->instance < b->instance ? -1 : 1;
    }
    if ((a->value.row == NULL) != (b->value.row == NULL)) {
        return a->value.row == NULL ? -1 : 1;
    }
    return a->token->offset < b->token->offset ? -1 : a->token->offset > b->token->offset;
}

void loomc_plan_given(const struct loomc_planner *planner)
{
    for (size_t i = 0; i < planner->plan->count; i++) {
        struct loomc_plan_object *planned = &planner->plan->objects[i];
        struct giving giving = {planner, planned, 0};
        unsigned errors = planner->diagnostics->errors;

        for (size_t j = 0; j < planned->given_line_count; j++) {
            if (planned->given_lines[j].setting == NULL) {
                add_instance(&giving, planned->given_lines[j].instance);
            } else {
                add_values(&giving, &planned->given_lines[j]);
            }
        }
        if (planned->given_count > 1) {
            qsort(planned->given, planned->given_count, sizeof planned->given[0], compare);
        }
        for (size_t j = 0; j < planned->given_count; j++) {
            planned->given[j].more = j + 1 < planned->given_count;
            if (planner->settled && planner->diagnostics->errors == errors) {
                judge(&giving, &planned->given[j]);
            }
        }
    }
}
