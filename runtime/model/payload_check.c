/* SPDX-License-Identifier: Apache-2.0 */
/* The pass that checks: what a payload would do, before it does any of it. */
#include "model/payload_pass.h"

/* Resources that the object lacks need not ascend. One that comes twice is found by so many looks
 * through the payload at most; what comes later is passed over (rule A-41). They are few, so that
 * who sends many of them costs no more than four times who sends them in order. */
#define UNKNOWN_LOOKS_MAX 6u

struct check {
    struct loom_pass pass;            /* first: the steps get it */
    const struct loom_object *object; /* what the number is about */
    unsigned room;                    /* instances more that there is room for */
    /* The multiple resource whose instances come; `highest` is LOOM_ID_NONE if they do not ascend.
     */
    const struct loom_resource *multiple;
    unsigned count;   /* of the instances that it would have */
    unsigned access;  /* of the rows that it writes, all together */
    uint32_t unknown; /* the last of what the object lacks, and looks for those */
    uint16_t unknown_looks;
    uint16_t highest;
};

static struct check *check_of(struct loom_pass *pass)
{
    return (struct check *)pass;
}

/* ---- instances ------------------------------------------------------------------------------- */

static unsigned count_unused(const struct loom_pass *pass)
{
    const unsigned char *at = loom_model_instances(pass->model, pass->entry);
    unsigned count = 0;
    for (unsigned i = 0; i < pass->entry->room; i++, at += pass->object->instance_size) {
        count += loom_instance_id(at) == LOOM_ID_NONE ? 1u : 0u;
    }
    return count;
}

static enum loom_status begin_instance(struct loom_pass *pass)
{
    struct check *check = check_of(pass);
    bool named = pass->instance != LOOM_ID_NONE;
    check->multiple = NULL;
    check->unknown = 0;
    if ((pass->object->flags & LOOM_OBJECT_MULTIPLE) == 0 && named && pass->instance != 0) {
        return LOOM_BAD_REQUEST;
    }
    if (pass->exists || !pass->payload->rules.create) {
        return pass->exists ? LOOM_OK : LOOM_NOT_FOUND;
    }
    if (pass->view != NULL) {
        return LOOM_OK;
    }
    if (check->object != pass->object) {
        check->object = pass->object;
        check->room = count_unused(pass);
    }
    return check->room-- > 0 ? LOOM_OK : LOOM_TOO_LARGE;
}

/* Credentials that a NoSec, PSK or EST account does not have, though the object calls them
 * mandatory (rules A-48, H.2), may be left out; the consistency check at Finish knows which. */
static enum loom_status end_instance(struct loom_pass *pass)
{
    const struct loom_object *object = pass->object;
    unsigned needs = LOOM_MANDATORY | (pass->payload->rules.writable_only ? LOOM_W : 0u);
    unsigned care = needs | LOOM_HANDLED | LOOM_CREDENTIAL;
    if (!pass->payload->rules.complete || pass->payload->path.depth >= 3) {
        return LOOM_OK;
    }
    const struct loom_resource *row = object->resources;
    const unsigned count = object->resource_count;
    for (unsigned i = 0; i < count; i++, row++) {
        if ((row->access & care) == needs && row->type != LOOM_NONE && !loom_bit(pass->seen, i)) {
            return LOOM_BAD_REQUEST;
        }
    }
    return LOOM_OK;
}

/* ---- what comes twice, and what there is no room for ----------------------------------------- */

/* Whether nothing stays of what the resource has. */
static bool is_emptied(const struct check *check)
{
    const struct loom_pass *pass = &check->pass;
    return !pass->exists || (pass->payload->rules.replace && pass->payload->path.depth < 4);
}

/* Whether the instance of a resource would be one more. */
static bool is_new(const struct check *check, const struct loom_path *path)
{
    uint16_t id = path->id[LOOM_RESOURCE_INSTANCE_ID];
    return is_emptied(check) || !loom_resource_next(check->pass.model, path, &id) ||
           id != path->id[LOOM_RESOURCE_INSTANCE_ID];
}

static unsigned count_kept(const struct check *check, const struct loom_path *path)
{
    unsigned count = 0;
    uint16_t id = 0;
    while (!is_emptied(check) && loom_resource_next(check->pass.model, path, &id)) {
        count++;
        id++;
    }
    return count;
}

/* Looks all of the payload through for the other instances of a resource: they do not ascend, or
 * are not together. Each look finds one more instance or refuses, and there is room for 255 at
 * most, so the payload is read no more often than that, whatever it brings. */
static enum loom_status look_again(struct check *check, const struct loom_path *path)
{
    struct loom_decoder decoder;
    struct loom_item item;
    unsigned same = 0;
    enum loom_status status = loom_payload_begin(check->pass.payload, &decoder);
    check->count = count_kept(check, path);
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        const uint16_t *id = item.path.id;
        if (item.path.depth < 3 || id[0] != path->id[0] || id[1] != path->id[1] ||
            id[2] != path->id[2]) {
            continue;
        }
        check->count += is_new(check, &item.path) ? 1u : 0u;
        same += item.path.depth == 3 || id[3] == path->id[3] ? 1u : 0u;
    }
    check->highest = LOOM_ID_NONE;
    return status != LOOM_END ? status : same > 1 ? LOOM_BAD_REQUEST : LOOM_OK;
}

/* A resource that comes twice says two things at once, and so does a multiple one in two entries of
 * TLV (rule D-13); in SenML its instances may be anywhere. */
static enum loom_status check_instance_of(struct check *check, const struct loom_resource *row)
{
    const struct loom_pass *pass = &check->pass;
    const struct loom_path *path = &pass->item.path;
    uint16_t id = path->id[LOOM_RESOURCE_INSTANCE_ID];
    bool before = loom_pass_mark(&check->pass);
    bool goes_on = check->multiple == row;
    enum loom_status status = LOOM_OK;
    check->multiple = row;
    if (before && !goes_on && (pass->payload->format->traits & LOOM_FORMAT_ANY_ORDER) == 0) {
        return LOOM_BAD_REQUEST;
    }
    if (before && (!goes_on || id <= check->highest)) {
        status = look_again(check, path);
    } else {
        check->highest = id;
        check->count = before ? check->count : count_kept(check, path);
        check->count += is_new(check, path) ? 1u : 0u;
    }
    unsigned limit = (row->access & LOOM_HANDLED) != 0 ? UINT8_MAX : row->count;
    unsigned room = limit + pass->payload->more_room;
    return status == LOOM_OK && check->count > room ? LOOM_TOO_LARGE : status;
}

/* The same for a resource that the object lacks, of which nothing else is known. */
static enum loom_status check_unknown(struct check *check)
{
    const struct loom_path *path = &check->pass.item.path;
    uint32_t id = 1u + ((uint32_t)path->id[LOOM_RESOURCE_ID] << 16);
    id += path->depth == 4 ? path->id[LOOM_RESOURCE_INSTANCE_ID] : 0u;
    check->multiple = NULL;
    if (id > check->unknown) {
        check->unknown = id;
        return LOOM_OK;
    }
    if (check->unknown_looks == UNKNOWN_LOOKS_MAX) {
        return LOOM_OK;
    }
    check->unknown_looks++;
    return look_again(check, path);
}

static enum loom_status check_place(struct check *check, const struct loom_resource *row)
{
    if (check->pass.item.path.depth == 4) {
        return check_instance_of(check, row);
    }
    check->multiple = NULL;
    return loom_pass_mark(&check->pass) ? LOOM_BAD_REQUEST : LOOM_OK;
}

/* ---- values ---------------------------------------------------------------------------------- */

/* A null link, or one that leads to an object, or to an instance of it (rule C-24). */
static bool link_leads(const struct loom_model *model, struct loom_objlnk link)
{
    if (link.object == LOOM_ID_NONE) {
        return link.instance == LOOM_ID_NONE;
    }
    return loom_model_object(model, link.object) != NULL &&
           (link.instance == LOOM_ID_NONE ||
            loom_model_has_instance(model, link.object, link.instance));
}

/* The instance need not exist yet, so the value is checked against the row alone; that of a view
 * and the one that it shows. */
static enum loom_status check_row(const struct loom_pass *pass, const struct loom_resource *row,
                                  const struct loom_value *value)
{
    bool ranges = !pass->payload->rules.stored;
    return pass->view != NULL ? pass->view->check(pass->model, pass->object, row, ranges, value)
                              : loom_check_value(ranges ? pass->object : NULL, row, value);
}

static enum loom_status check_value(const struct loom_pass *pass, const struct loom_resource *row,
                                    const struct loom_value *value)
{
    const struct loom_item *item = &pass->item;
    bool multiple = (row->access & LOOM_MULTIPLE) != 0;
    if (multiple != (item->empty_multiple || item->path.depth == 4)) {
        return LOOM_BAD_REQUEST;
    }
    if (value->type == LOOM_NONE) {
        return LOOM_OK;
    }
    if (value->type == LOOM_OBJLNK && pass->payload->rules.check_links &&
        !link_leads(pass->model, value->as.objlnk)) {
        return LOOM_BAD_REQUEST;
    }
    return check_row(pass, row, value);
}

static enum loom_status take_value(struct loom_pass *pass, const struct loom_resource *row,
                                   const struct loom_value *value)
{
    const struct loom_write_rules *rules = &pass->payload->rules;
    struct check *check = check_of(pass);
    enum loom_status status = LOOM_OK;
    if (row == NULL) {
        /* Unknown optional resources are no error in a write of an instance (C-22) nor anywhere in
         * a bootstrap. */
        bool asked = pass->payload->path.depth >= 3 && rules->writable_only;
        return asked ? LOOM_NOT_FOUND : check_unknown(check);
    }
    if (value != NULL) {
        check->access |= row->access;
        status = check_value(pass, row, value);
    } else if (rules->writable_only && (row->access & LOOM_W) == 0 && !rules->create) {
        /* Create ignores what is read-only (C-25); elsewhere it spoils the payload (C-22). In an
         * executable a bootstrap writes nothing. */
        return LOOM_METHOD_NOT_ALLOWED;
    }
    return status == LOOM_OK ? check_place(check, row) : status;
}

/* ---- the pass -------------------------------------------------------------------------------- */

/* Nothing at all is a value of a multiple resource: it has no instances then. */
static bool lacks_its_value(const struct loom_pass *pass)
{
    const struct loom_path *path = &pass->payload->path;
    const struct loom_resource *row =
        path->depth < 3 || pass->values > 0
            ? NULL
            : loom_object_resource(pass->object, path->id[LOOM_RESOURCE_ID]);
    return row != NULL && (path->depth == 4 || (row->access & LOOM_MULTIPLE) == 0);
}

enum loom_status loom_payload_check(const struct loom_model *model,
                                    const struct loom_payload *payload,
                                    struct loom_payload_plan *plan)
{
    static const struct loom_pass_steps steps = {begin_instance, take_value, end_instance};
    struct check check;
    enum loom_status status;
    bool again;
    loom_pass_begin(&check.pass, model, payload);
    check.access = 0;
    check.unknown_looks = 0;
    plan->scattered = false;
    do { /* as scattered, if that is what turns out */
        check.object = NULL;
        again = !plan->scattered;
        status = loom_pass_run(&check.pass, &steps, &plan->scattered);
    } while (again && plan->scattered);
    plan->handled = (check.access & LOOM_HANDLED) != 0;
    return status == LOOM_OK && lacks_its_value(&check.pass) ? LOOM_BAD_REQUEST : status;
}
