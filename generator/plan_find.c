/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "nearest.h"
#include "plan.h"
#include "text.h"

#include <string.h>
#include <strings.h>

unsigned loomc_plan_line(const struct loomc_planner *planner, const struct loomc_setting *setting)
{
    loomc_cursor_to_offset(planner->cursor, setting->offset);
    return planner->cursor->place.line;
}

void loomc_plan_error(const struct loomc_planner *planner, size_t offset, unsigned part,
                      const char *problem)
{
    planner->told->faults++;
    if (loomc_names_claim(&planner->told->places,
                          loomc_format(planner->arena, "%zu %u", offset, part))) {
        loomc_error(planner->diagnostics, planner->profile->source, offset, "%s", problem);
    }
}

void loomc_plan_error_of(const struct loomc_planner *planner, size_t offset,
                         const struct loomc_resource *resource, const char *problem)
{
    loomc_plan_error(
        planner, offset, resource->id,
        loomc_format(planner->arena, "resource %u (%s) %s", resource->id, resource->name, problem));
}

bool loomc_plan_number(const struct loomc_planner *planner, const struct loomc_token *token,
                       unsigned least, unsigned most, unsigned *number)
{
    unsigned long value;

    if (token->quoted || !loomc_text_number(token->text, most, &value) || value < least) {
        loomc_plan_error(planner, token->offset, LOOMC_PART_NONE,
                         loomc_format(planner->arena, "expected a number from %u to %u, not \"%s\"",
                                      least, most, token->text));
        return false;
    }
    *number = (unsigned)value;
    return true;
}

static bool has_version(const struct loomc_plan_object *planned, const char *version)
{
    uint8_t major;
    uint8_t minor;

    return version == NULL ||
           (loomc_text_version(version, &major, &minor) &&
            planned->object->version_major == major && planned->object->version_minor == minor);
}

static void report_no_object(const struct loomc_planner *planner, const struct loomc_token *token)
{
    const struct loomc_plan *plan = planner->plan;
    const char **names = loomc_alloc(planner->arena, (plan->count + 1) * sizeof names[0]);

    for (size_t i = 0; i < plan->count; i++) {
        names[i] = plan->objects[i].object->name;
    }
    const char *nearest = loomc_nearest(token->text, names, plan->count);

    unsigned long id;
    bool number = !token->quoted && loomc_text_number(token->text, UINT32_MAX, &id);

    if (number) {
        loomc_error(planner->diagnostics, planner->profile->source, token->offset,
                    "no model of object %s", token->text);
    } else {
        loomc_error(planner->diagnostics, planner->profile->source, token->offset,
                    "no model of an object \"%s\"%s%s%s", token->text,
                    nearest != NULL ? "; did you mean \"" : "", nearest != NULL ? nearest : "",
                    nearest != NULL ? "\"?" : "");
    }
}

static void report_no_version(const struct loomc_planner *planner, const struct loomc_token *token,
                              const struct loomc_plan_object *first)
{
    const struct loomc_plan_object *end = planner->plan->objects + planner->plan->count;
    const char *versions = NULL;

    for (const struct loomc_plan_object *p = first; p < end && p->object->id == first->object->id;
         p++) {
        versions = loomc_format(planner->arena, "%s%s%u.%u", versions != NULL ? versions : "",
                                versions != NULL ? ", " : "", p->object->version_major,
                                p->object->version_minor);
    }
    loomc_error(planner->diagnostics, planner->profile->source, token->offset,
                "no model of object %u (%s) version %s; there is %s", first->object->id,
                first->object->name, token->text, versions);
}

/* @return the first object that the token speaks of, or NULL after an error was reported. */
static struct loomc_plan_object *find_first(const struct loomc_planner *planner,
                                            const struct loomc_token *token)
{
    unsigned long id = 0;
    bool named = token->quoted || !loomc_text_number(token->text, 65534, &id);

    for (size_t i = 0; i < planner->plan->count; i++) {
        const struct loomc_object *object = planner->plan->objects[i].object;

        if (named ? strcasecmp(object->name, token->text) == 0 : object->id == id) {
            return &planner->plan->objects[i];
        }
    }
    report_no_object(planner, token);
    return NULL;
}

size_t loomc_plan_find(const struct loomc_planner *planner, const struct loomc_setting *setting,
                       struct loomc_plan_object **first)
{
    const char *version = setting->count > 1 ? setting->arguments[1].text : NULL;
    struct loomc_plan_object *end = planner->plan->objects + planner->plan->count;
    struct loomc_plan_object *begin = find_first(planner, &setting->arguments[0]);
    size_t count = 0;

    if (begin == NULL) {
        return 0;
    }
    for (struct loomc_plan_object *p = begin; p < end && p->object->id == begin->object->id; p++) {
        if (has_version(p, version)) {
            *first = count == 0 ? p : *first;
            count++;
        }
    }
    if (count == 0) {
        report_no_version(planner, &setting->arguments[1], begin);
    }
    return count;
}
