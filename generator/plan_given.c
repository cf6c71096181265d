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
    uint8_t *known;    /* bit k: there is an instance k */
    unsigned count;    /* of instances that take room */
    size_t room;       /* for what is given */
    size_t line_begin; /* of what is given: what the line at hand says */
};

static void report(const struct giving *giving, const struct loomc_token *token,
                   const char *problem)
{
    loomc_plan_error(giving->planner, token->offset, LOOMC_PART_NONE, problem);
}

static struct loomc_given *put(struct giving *giving, uint16_t instance,
                               const struct loomc_token *token, struct loomc_preset value)
{
    struct loomc_plan_object *planned = giving->planned;

    planned->given = loomc_grow(giving->planner->arena, planned->given, planned->given_count,
                                &giving->room, sizeof planned->given[0]);
    struct loomc_given *given = &planned->given[planned->given_count++];

    *given = (struct loomc_given){instance, token, NULL, value, false};
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

/* @return false if it is there already */
static bool note_instance(const struct giving *giving, uint16_t instance)
{
    uint8_t bit = (uint8_t)(1u << instance % 8);

    if ((giving->known[instance / 8] & bit) != 0) {
        return false;
    }
    giving->known[instance / 8] |= bit;
    return true;
}

static void add_instance(struct giving *giving, const struct loomc_token *token)
{
    static const struct loomc_preset none = {NULL, 0, NULL, 0, false};
    const struct loomc_plan_object *planned = giving->planned;
    uint16_t instance;

    if (!read_instance(giving, token, &instance) || !note_instance(giving, instance)) {
        return;
    }
    put(giving, instance, token, none);
    giving->count += planned->account || instance >= planned->initial ? 1 : 0;
    /* Once is enough for all that are too many. */
    if (giving->count == planned->room + 1) {
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
    report(giving, token,
           loomc_format(giving->planner->arena, "the product has no resource %s of object %u (%s)",
                        token->text, planned->object->id, planned->object->name));
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

static bool can_have(const struct giving *giving, const struct loomc_row *row,
                     const struct loomc_setting *setting)
{
    const char *problem = NULL;

    if (row->serving != LOOMC_STORED && row->said.serving != NULL) {
        problem = loomc_format(giving->planner->arena,
                               "is not stored, by line %u: an instance has no value of it",
                               loomc_plan_line(giving->planner, row->said.serving));
    } else if (row->serving != LOOMC_STORED) {
        problem = "is not stored: an instance has no value of it";
    } else if (setting->count > 2 && !row->resource->multiple) {
        problem = "is a single resource: it has one value";
    } else if (setting->count - 1 > row->count) {
        problem = "has no room for so many values; see `count`";
    }
    if (problem != NULL) {
        loomc_plan_error_of(giving->planner, setting->arguments[0].offset, row->resource, problem);
    }
    return problem == NULL;
}

/* The line has said a value of it before. */
static bool is_repeated(const struct giving *giving, uint16_t id)
{
    for (size_t i = giving->line_begin; i < giving->planned->given_count; i++) {
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
    giving->line_begin = giving->planned->given_count;
    for (size_t i = 1; i < setting->count; i++) {
        uint16_t id = (uint16_t)(i - 1);
        struct loomc_token token = setting->arguments[i];
        struct loomc_preset preset;

        if (row->resource->multiple) {
            token = split(giving, row, &setting->arguments[i], &id);
        }
        if (is_repeated(giving, id)) {
            loomc_plan_error_of(
                giving->planner, token.offset, row->resource,
                loomc_format(giving->planner->arena, "is given resource instance %u twice", id));
        } else if (loomc_plan_value(giving->planner, row, &token, "is given", &preset)) {
            preset.resource_instance = id;
            put(giving, (uint16_t)instance, &setting->arguments[i], preset)->line = line;
        }
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

static int compare_offsets(const struct loomc_given *a, const struct loomc_given *b)
{
    return a->token->offset < b->token->offset ? -1 : a->token->offset > b->token->offset;
}

/* The instance itself comes before its values. */
static int compare_rows(const struct loomc_row *a, const struct loomc_row *b)
{
    unsigned left = a == NULL ? 0 : 1u + a->resource->id;
    unsigned right = b == NULL ? 0 : 1u + b->resource->id;

    return left < right ? -1 : left > right;
}

static int by_row(const void *left, const void *right)
{
    const struct loomc_given *a = left;
    const struct loomc_given *b = right;

    if (a->instance != b->instance) {
        return a->instance < b->instance ? -1 : 1;
    }
    int order = compare_rows(a->value.row, b->value.row);

    return order != 0 ? order : compare_offsets(a, b);
}

static int by_place(const void *left, const void *right)
{
    const struct loomc_given *a = left;
    const struct loomc_given *b = right;

    if (a->instance != b->instance) {
        return a->instance < b->instance ? -1 : 1;
    }
    if ((a->value.row == NULL) != (b->value.row == NULL)) {
        return a->value.row == NULL ? -1 : 1;
    }
    return compare_offsets(a, b);
}

static bool same_row(const struct loomc_given *a, const struct loomc_given *b)
{
    return a->instance == b->instance && a->value.row == b->value.row;
}

/* Of several lines about one resource of an instance the last one counts. */
static void drop_replaced(struct loomc_plan_object *planned)
{
    struct loomc_given *given = planned->given;
    size_t kept = 0;

    for (size_t i = 0; i < planned->given_count;) {
        size_t end = i + 1;

        while (end < planned->given_count && same_row(&given[i], &given[end])) {
            end++;
        }
        for (size_t j = i; j < end; j++) {
            if (given[j].line == given[end - 1].line) {
                given[kept++] = given[j];
            }
        }
        i = end;
    }
    planned->given_count = kept;
}

static void settle(struct loomc_plan_object *planned)
{
    if (planned->given_count == 0) {
        return;
    }
    qsort(planned->given, planned->given_count, sizeof planned->given[0], by_row);
    drop_replaced(planned);
    qsort(planned->given, planned->given_count, sizeof planned->given[0], by_place);
    for (size_t i = 0; i + 1 < planned->given_count; i++) {
        planned->given[i].more = true;
    }
}

/* @param at the instance itself, which its values follow */
static bool is_given(const struct loomc_plan_object *planned, size_t at,
                     const struct loomc_row *row)
{
    for (size_t i = at + 1; i < planned->given_count && planned->given[i].value.row != NULL; i++) {
        if (planned->given[i].value.row == row) {
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
static void judge(const struct giving *giving, size_t at)
{
    const struct loomc_plan_object *planned = giving->planned;
    const struct loomc_given *given = &planned->given[at];

    for (size_t i = 0; i < planned->row_count && given->value.row == NULL; i++) {
        const struct loomc_row *row = &planned->rows[i];

        if (planned->account && needs_value(row) && !is_given(planned, at, row)) {
            loomc_plan_error(
                giving->planner, given->token->offset, row->resource->id,
                loomc_format(giving->planner->arena,
                             "instance %u needs a value of resource %u (%s), whose range is %s",
                             given->instance, row->resource->id, row->resource->name,
                             row->resource->range_text));
        }
    }
}

void loomc_plan_given(const struct loomc_planner *planner)
{
    for (size_t i = 0; i < planner->plan->count; i++) {
        struct loomc_plan_object *planned = &planner->plan->objects[i];
        struct giving giving = {.planner = planner, .planned = planned};
        unsigned faults = planner->told->faults;

        if (planned->given_line_count == 0) {
            continue;
        }
        giving.known = loomc_alloc(planner->arena, INSTANCE_MAX / 8 + 1);
        giving.count = planned->account ? 0 : planned->initial; /* that are there anyway */
        for (size_t j = 0; j < planned->given_line_count; j++) {
            if (planned->given_lines[j].setting == NULL) {
                add_instance(&giving, planned->given_lines[j].instance);
            } else {
                add_values(&giving, &planned->given_lines[j]);
            }
        }
        settle(planned);
        bool sound = planner->settled && planner->told->faults == faults;

        for (size_t j = 0; j < planned->given_count; j++) {
            if (sound) {
                judge(&giving, j);
            }
        }
    }
}
