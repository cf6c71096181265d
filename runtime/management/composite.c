/* SPDX-License-Identifier: Apache-2.0 */
/* Read-Composite and Write-Composite, rules C-30, C-31 and C-77. */
#include "management/composite.h"

#include "accounts/access.h"
#include "accounts/accounts.h"
#include "accounts/gather.h"
#include "context/context.h"
#include "loom/ids.h"
#include "management/operation.h"
#include "model/payload.h"

/* ---- Read-Composite -------------------------------------------------------------------------- */

/* A list in which something comes twice is read again to see to it that it comes once, but not more
 * often than so many of its paths together: lists of 64 at least are without repetition. In pieces,
 * where no room ends it, a longer list is not answered: what comes again and again would make much
 * of little. */
#define LOOKS_MAX 4096u

struct list {
    const struct loom_payload *payload;
    struct loom_decoder decoder;
    enum loom_status status;
    unsigned index; /* of the next path */
    unsigned looks; /* that are left */
    bool in_pieces;
};

static enum loom_status begin_names(const struct loom_payload *payload,
                                    struct loom_decoder *decoder)
{
    return loom_decode_begin(decoder, payload->format, &payload->path, LOOM_DECODE_NAMES,
                             payload->bytes, payload->scratch, payload->scratch_size);
}

static void begin_list(struct list *list, const struct loom_payload *payload, bool in_pieces)
{
    list->in_pieces = in_pieces;
    list->payload = payload;
    list->index = 0;
    list->looks = LOOKS_MAX;
    list->status = begin_names(payload, &list->decoder);
}

static bool leads_to(const struct loom_path *from, const struct loom_path *to)
{
    bool same = from->depth <= to->depth;
    for (uint8_t i = 0; same && i < from->depth; i++) {
        same = from->id[i] == to->id[i];
    }
    return same;
}

/* Whether another path of the list leads to what this one, the `index`-th, does; of equal ones the
 * first counts. */
static bool is_covered(struct list *list, const struct loom_path *path, unsigned index)
{
    struct loom_decoder decoder;
    struct loom_item item;
    bool covered = false;
    (void)begin_names(list->payload, &decoder);
    for (unsigned i = 0; !covered && list->looks > 0; i++, list->looks--) {
        if (loom_decode_next(&decoder, &item) != LOOM_OK) {
            break;
        }
        covered = leads_to(&item.path, path) && (item.path.depth < path->depth || i < index);
    }
    return covered;
}

static bool next_path(void *self, struct loom_path *path)
{
    struct list *list = self;
    struct loom_item item;
    while (list->status == LOOM_OK &&
           (list->status = loom_decode_next(&list->decoder, &item)) == LOOM_OK) {
        if (list->in_pieces && list->looks == 0) {
            list->status = LOOM_TOO_LARGE;
            break;
        }
        *path = item.path;
        if (!is_covered(list, path, list->index++)) {
            return true;
        }
    }
    return false;
}

static enum loom_status gather_list(struct loom_gather *gather, struct list *list)
{
    struct loom_path path;
    while (!gather->encoder.out->overflow && next_path(list, &path)) {
        loom_gather_put(gather, &path);
    }
    if (list->status == LOOM_END && list->index == 0) {
        return LOOM_BAD_REQUEST; /* it asks for nothing */
    }
    enum loom_status end = loom_gather_end(gather);
    return list->status == LOOM_END || list->status == LOOM_OK ? end : list->status;
}

/* Who cannot notify answers as to a Read-Composite. */
static enum loom_status observe(const struct loom_operation *operation)
{
    const struct loom_features *features = loom_context_features(operation->context);
    struct loom_payload payload = loom_operation_payload(operation);
    struct list list;
    struct loom_path_list paths = {next_path, &list};
    if (features->reporting == NULL || features->observe_composite == NULL ||
        operation->request->observe == LOOM_OBSERVE_NONE) {
        return LOOM_OK;
    }
    begin_list(&list, &payload, false);
    return features->observe_composite->observe(operation->context, operation->from,
                                                operation->request, &paths, operation->reply);
}

static enum loom_status read(const struct loom_operation *operation,
                             const struct loom_format *format, bool in_pieces,
                             struct loom_output *out)
{
    struct loom_gather gather = {.model = operation->model,
                                 .lwm2m = operation->context->config.lwm2m,
                                 .ssid = operation->from->ssid};
    struct loom_payload payload = loom_operation_payload(operation);
    struct list list;
    begin_list(&list, &payload, in_pieces);
    if (list.status != LOOM_OK) {
        return list.status;
    }
    if (format == NULL) {
        return LOOM_NOT_ACCEPTABLE;
    }
    loom_gather_begin(&gather, format, out);
    return gather_list(&gather, &list);
}

static enum loom_status read_in_pieces(const struct loom_operation *operation,
                                       const struct loom_format *format, struct loom_output *out)
{
    return read(operation, format, true, out);
}

static enum loom_status read_all(struct loom_operation *operation)
{
    const struct loom_format *format =
        loom_format_for_list(operation->model->product->formats, operation->request->accept,
                             operation->request->content_format);
    struct loom_output out = loom_output(operation->reply->payload, operation->reply->room);
    enum loom_status status = read(operation, format, false, &out);
    operation->reply->content_format = format == NULL ? LOOM_FORMAT_ABSENT : format->number;
    operation->reply->length = out.length;
    return status == LOOM_OK ? observe(operation) : status;
}

/* ---- Write-Composite ------------------------------------------------------------------------- */

/* What a payload is about to change, item by item. */
struct targets {
    const struct loom_operation *operation;
    const struct loom_payload *payload;
    const struct loom_object *object;
    uint16_t instance; /* of it, which may be written */
    bool any;
    uint8_t deletions; /* 255: as many or more */
    bool account;      /* the server's own Server instance is among them */
};

/* An instance that is there and that the server may write (rule C-77). */
static enum loom_status enter_instance(struct targets *targets, const struct loom_path *path)
{
    const struct loom_operation *operation = targets->operation;
    uint16_t object = path->id[LOOM_OBJECT_ID];
    const struct loom_product_object *entry = loom_model_object(operation->model, object);
    if (object == LOOM_ID_SECURITY ||
        (entry != NULL && loom_object_protected(operation->context->config.lwm2m, entry->object))) {
        return LOOM_UNAUTHORIZED; /* rule C-40 */
    }
    if (entry == NULL ||
        !loom_model_has_instance(operation->model, object, path->id[LOOM_INSTANCE_ID])) {
        return LOOM_NOT_FOUND;
    }
    struct loom_path instance = loom_path_instance(object, path->id[LOOM_INSTANCE_ID]);
    if (!loom_access_allows(operation->model, operation->from->ssid, &instance, LOOM_RIGHT_WRITE)) {
        return LOOM_UNAUTHORIZED;
    }
    targets->object = entry->object;
    targets->instance = path->id[LOOM_INSTANCE_ID];
    targets->account = targets->account || object == LOOM_ID_SERVER;
    return LOOM_OK;
}

/* What is deleted and named once more says two things at once. There are no more looks for that
 * than instances of resources, because the first that comes twice is refused. */
static bool comes_twice(const struct loom_payload *payload, const struct loom_path *path)
{
    struct loom_decoder decoder;
    struct loom_item item;
    unsigned same = 0;
    enum loom_status status = loom_payload_begin(payload, &decoder);
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        same += item.path.depth == 4 && leads_to(path, &item.path) ? 1u : 0u;
    }
    return same > 1;
}

/* An instance of a multiple resource that the model keeps. */
static enum loom_status check_deletion(const struct targets *targets,
                                       const struct loom_resource *row,
                                       const struct loom_path *path)
{
    unsigned relevant = LOOM_W | LOOM_MULTIPLE | LOOM_HANDLED;
    if (path->depth != 4 || (row->access & relevant) != (LOOM_W | LOOM_MULTIPLE)) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    enum loom_status status = loom_model_exists(targets->operation->model, path);
    return status == LOOM_OK && comes_twice(targets->payload, path) ? LOOM_BAD_REQUEST : status;
}

static enum loom_status check_target(struct targets *targets, const struct loom_item *item)
{
    const struct loom_path *path = &item->path;
    bool same = targets->object != NULL && targets->object->id == path->id[LOOM_OBJECT_ID] &&
                targets->instance == path->id[LOOM_INSTANCE_ID];
    enum loom_status status = same ? LOOM_OK : enter_instance(targets, path);
    targets->any = true;
    if (status != LOOM_OK || path->depth < 3) {
        return status;
    }
    const struct loom_resource *row =
        loom_object_resource(targets->object, path->id[LOOM_RESOURCE_ID]);
    if (row == NULL) {
        return LOOM_NOT_FOUND;
    }
    if (item->deleted && targets->deletions < UINT8_MAX) {
        targets->deletions++;
    }
    return item->deleted ? check_deletion(targets, row, path) : LOOM_OK;
}

/* Targets and rights; the values are the payload's own check. */
static enum loom_status check_targets(struct targets *targets)
{
    struct loom_decoder decoder;
    struct loom_item item;
    enum loom_status status = loom_payload_begin(targets->payload, &decoder);
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        status = check_target(targets, &item);
    }
    if (status != LOOM_END) {
        return status;
    }
    return targets->any ? LOOM_OK : LOOM_BAD_REQUEST; /* it changes nothing */
}

/* ---- Write-Composite with deletions, rule D-37 -------------------------------------------------
 *
 * What goes makes room for what comes, so it goes after the functions of the product have taken
 * their values, as the last that can fail, and before the rest is stored. */

/* Resources of whose instances a Write-Composite with deletions may speak, one after the other. */
#define RUNS_MAX 16u

static const struct loom_resource *row_of(const struct loom_model *model,
                                          const struct loom_path *path)
{
    const struct loom_product_object *entry = loom_model_object(model, path->id[LOOM_OBJECT_ID]);
    return path->depth < 3 ? NULL : loom_object_resource(entry->object, path->id[LOOM_RESOURCE_ID]);
}

/* How many instances the resource of a path has when all is done; each comes once. */
static unsigned count_left(const struct loom_model *model, const struct loom_payload *payload,
                           struct loom_path path)
{
    struct loom_decoder decoder;
    struct loom_item item;
    unsigned count = 0;
    uint16_t id = 0;
    while (loom_model_next_resource_instance(model, path.id[0], path.id[1], path.id[2], &id)) {
        count++;
        id++;
    }
    path.depth = 3;
    enum loom_status status = loom_payload_begin(payload, &decoder);
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        if (!leads_to(&path, &item.path) || item.path.depth < 4) {
            continue;
        }
        if (item.deleted) {
            count--;
        } else if (loom_model_exists(model, &item.path) != LOOM_OK) {
            count++;
        }
    }
    return count;
}

/* Looks once for each run of instances of one resource, and for so many at most: a payload that
 * goes back and forth between resources would cost the square of its length. */
static enum loom_status check_room(const struct loom_model *model,
                                   const struct loom_payload *payload)
{
    struct loom_decoder decoder;
    struct loom_item item;
    struct loom_path last = {.depth = 0};
    unsigned runs = 0;
    enum loom_status status = loom_payload_begin(payload, &decoder);
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        const struct loom_resource *row = row_of(model, &item.path);
        bool stored = row != NULL && (row->access & LOOM_HANDLED) == 0 && item.path.depth == 4;
        if (stored && (last.depth == 0 || !leads_to(&last, &item.path))) {
            last = item.path;
            last.depth = 3;
            bool fits = runs++ < RUNS_MAX && count_left(model, payload, item.path) <= row->count;
            status = fits ? LOOM_OK : LOOM_TOO_LARGE;
        }
    }
    return status == LOOM_END ? LOOM_OK : status;
}

/* Gives functions of the product their values, or deletes. */
static enum loom_status do_each(struct loom_model *model, const struct loom_payload *payload,
                                bool deletions)
{
    struct loom_decoder decoder;
    struct loom_item item;
    struct loom_value value;
    enum loom_status status = loom_payload_begin(payload, &decoder);
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        const struct loom_resource *row = row_of(model, &item.path);
        if (item.deleted && deletions) {
            status = loom_model_clear(model, &item.path);
        } else if (!deletions && row != NULL && (row->access & LOOM_HANDLED) != 0) {
            status = loom_decode_value(&decoder, &item, (enum loom_type)row->type, &value);
            status = status == LOOM_OK ? loom_model_write(model, &item.path, &value) : status;
        }
    }
    return status == LOOM_END ? LOOM_OK : status;
}

static enum loom_status write_and_delete(struct loom_model *model,
                                         const struct loom_payload *payload)
{
    struct loom_payload_plan plan;
    enum loom_status status = loom_payload_check(model, payload, &plan);
    status = status == LOOM_OK ? check_room(model, payload) : status;
    if (status == LOOM_OK && plan.handled) {
        status = do_each(model, payload, false);
        plan.handled = false;
    }
    status = status == LOOM_OK ? do_each(model, payload, true) : status;
    return status == LOOM_OK ? loom_payload_apply(model, payload, &plan) : status;
}

static enum loom_status write_all(struct loom_operation *operation)
{
    struct loom_payload payload = loom_operation_payload(operation);
    struct targets targets = {.operation = operation, .payload = &payload};
    payload.mode = LOOM_DECODE_DELETES;
    payload.rules.writable_only = true;
    payload.rules.check_links = true;
    enum loom_status status = check_targets(&targets);
    if (status == LOOM_OK && targets.account &&
        !loom_server_takes(&payload, operation->from->server_instance, operation->from->lwm2m,
                           operation->context->config.port->transports)) {
        status = LOOM_BAD_REQUEST;
    }
    payload.more_room = targets.deletions;
    if (status == LOOM_OK) {
        status = targets.deletions > 0 ? write_and_delete(operation->model, &payload)
                                       : loom_payload_write(operation->model, &payload);
    }
    loom_context_wipe(operation->context);
    return status;
}

/* ---- which it is ----------------------------------------------------------------------------- */

static enum loom_status run(struct loom_operation *operation)
{
    switch (operation->request->method) {
    case LOOM_FETCH:
        operation->event = LOOM_EVENT_READ;
        operation->success = LOOM_CONTENT;
        return read_all(operation);
    case LOOM_IPATCH:
        operation->event = LOOM_EVENT_WRITE;
        return write_all(operation);
    default:
        return LOOM_METHOD_NOT_ALLOWED;
    }
}

const struct loom_composite_feature loom_feature_composite = {
    .run = run, .read = read_in_pieces, .observe = observe};
