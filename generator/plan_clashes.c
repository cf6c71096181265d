/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a profile that contradict each other. Of two lines of one kind the later one counts; of
 * two kinds that exclude each other the product has either, and nobody can know which was meant. */
#include "plan.h"

struct clash {
    const struct loomc_planner *planner;
    const struct loomc_row *row;
};

static bool is_named(const struct loomc_setting *line, enum loomc_word word)
{
    return line != NULL && line->word == word;
}

/* Reports it at the later line. @param why what is wrong with the two together */
static void report(const struct clash *clash, const struct loomc_setting *a,
                   const struct loomc_setting *b, const char *why)
{
    const struct loomc_setting *first = a->offset < b->offset ? a : b;
    const struct loomc_setting *second = first == a ? b : a;

    loomc_plan_error_of(clash->planner, second->offset, clash->row->resource,
                        loomc_format(clash->planner->arena, "%s; the other line is %u", why,
                                     loomc_plan_line(clash->planner, first)));
}

/* ---- pairs ----------------------------------------------------------------------------------- */

/* A line may speak of all versions and another one leave the resource out of some of them. */
static bool is_somewhere(const struct clash *clash, const struct loomc_plan_object *planned,
                         const struct loomc_setting *line)
{
    const struct loomc_plan *plan = clash->planner->plan;

    for (size_t i = 0; i < plan->count; i++) {
        const struct loomc_plan_object *other = &plan->objects[i];

        for (size_t j = 0; other->object->id == planned->object->id && j < other->row_count; j++) {
            const struct loomc_row *row = &other->rows[j];

            if (row->resource->id == clash->row->resource->id && !row->left_out &&
                (row->said.named == line || row->preset == line)) {
                return true;
            }
        }
    }
    return false;
}

static void judge_left_out(const struct clash *clash, const struct loomc_plan_object *planned)
{
    const struct loomc_row *row = clash->row;
    const struct loomc_setting *line = row->said.named;
    const struct loomc_setting *left_out =
        row->said.left_out != NULL ? row->said.left_out : planned->view_line;

    if (!row->left_out || left_out == NULL || line == NULL || is_somewhere(clash, planned, line)) {
        return;
    }
    report(clash, line, left_out, "is left out, and a line gives it something");
}

static void judge_hidden(const struct clash *clash, const struct loomc_plan_object *planned)
{
    const struct loomc_row *row = clash->row;
    const struct loomc_setting *hide =
        row->said.hide != NULL ? row->said.hide : planned->hidden_line;

    if (row->left_out || hide == NULL) {
        return;
    }
    if (row->constant) {
        report(clash, row->preset, hide, "is hidden and a constant, which is for servers to read");
    } else if (row->stream && is_named(row->said.serving, LOOMC_WORD_STREAM)) {
        report(clash, row->said.serving, hide,
               "is hidden and a stream, which is for servers to read or write");
    }
}

/* `view`, `firmware`: what serves the resource, unless a later line says something else. */
static void judge_serving(const struct clash *clash, const struct loomc_plan_object *planned)
{
    const struct loomc_row *row = clash->row;
    const struct loomc_setting *serving = row->said.serving;

    if (serving == NULL || row->left_out) {
        return;
    }
    if (planned->view && row->serving != LOOMC_SHOWN) {
        report(clash, serving, planned->view_line, "belongs to a view, which shows another one");
    }
    if (row->said.firmware != NULL && !row->own) {
        report(clash, serving, row->said.firmware, "is served by the client itself");
    }
}

void loomc_plan_clashes(const struct loomc_planner *planner)
{
    for (size_t i = 0; i < planner->plan->count; i++) {
        const struct loomc_plan_object *planned = &planner->plan->objects[i];

        for (size_t j = 0; j < planned->row_count; j++) {
            struct clash clash = {planner, &planned->rows[j]};

            judge_left_out(&clash, planned);
            judge_hidden(&clash, planned);
            judge_serving(&clash, planned);
        }
    }
}
