/* SPDX-License-Identifier: Apache-2.0 */
/* What a product wants to send is copied into the outbox at once, with its times (rule C-34). */
#include "reporting/send.h"

#include "accounts/accounts.h"
#include "model/node.h"
#include "model/walk.h"

/* From here on seconds count since 1970 (rule D-33). */
#define ABSOLUTE_FROM 268435456.0 /* 2^28 */

static bool can_send(const struct loom_format *format, uint16_t lwm2m, bool timed)
{
    unsigned unfit = LOOM_FORMAT_DELETES | LOOM_FORMAT_ONE_VALUE;
    unsigned needed = LOOM_FORMAT_ROOT | (timed ? LOOM_FORMAT_TIMES : 0);
    return format->writer.put != NULL && (format->traits & unfit) == 0 &&
           (format->traits & needed) == needed &&
           (format->number != LOOM_FORMAT_LWM2M_CBOR || lwm2m >= LOOM_LWM2M_1_2);
}

const struct loom_format *loom_send_format(const struct loom_product *product,
                                           const struct loom_format *wanted, uint16_t lwm2m,
                                           bool timed)
{
    static const uint16_t preferred[] = {LOOM_FORMAT_SENML_CBOR, LOOM_FORMAT_SENML_JSON,
                                         LOOM_FORMAT_LWM2M_CBOR};
    struct loom_path root = loom_path_root();
    if (wanted != NULL) {
        return can_send(wanted, lwm2m, timed) ? wanted : NULL;
    }
    for (size_t i = 0; i < sizeof preferred / sizeof preferred[0]; i++) {
        const struct loom_format *format = loom_format_find(product->formats, preferred[i], &root);
        if (format != NULL && can_send(format, lwm2m, timed)) {
            return format;
        }
    }
    return NULL;
}

/* ---- values ---------------------------------------------------------------------------------- */

static bool is_protected(const struct loom_context *context, const struct loom_path *path)
{
    const struct loom_product_object *entry =
        loom_model_object(context->config.model, path->id[LOOM_OBJECT_ID]);
    return entry != NULL && loom_object_protected(context->config.lwm2m, entry->object);
}

static bool leads_to(const struct loom_path *path, const struct loom_path *other)
{
    return path->depth <= other->depth &&
           memcmp(path->id, other->id, path->depth * sizeof path->id[0]) == 0;
}

/* Whether another path of the list brings it: each value comes once. */
static bool comes_twice(const struct loom_send *send, size_t index)
{
    const struct loom_path *path = send->paths + index;
    for (size_t i = 0; i < send->path_count; i++) {
        const struct loom_path *other = send->paths + i;
        if (i != index && leads_to(other, path) && (i < index || other->depth < path->depth)) {
            return true;
        }
    }
    return false;
}

/* Best effort, as all that gathers values: what one path leads to is whole, or left out. */
static enum loom_status add_paths(const struct loom_context *context, const struct loom_send *send,
                                  struct loom_outbox_draft *draft)
{
    enum loom_status why = LOOM_NOT_FOUND;
    for (size_t i = 0; i < send->path_count; i++) {
        const struct loom_path *path = send->paths + i;
        size_t mark = loom_outbox_mark(draft);
        if (path->depth == 0 || path->depth > 4) {
            return LOOM_BAD_REQUEST;
        }
        if (is_protected(context, path)) {
            return LOOM_UNAUTHORIZED;
        }
        if (comes_twice(send, i)) {
            continue;
        }
        enum loom_status status =
            loom_walk(context->config.model, path, LOOM_READ_READABLE, &draft->encoder);
        if (status != LOOM_OK) {
            loom_outbox_return(draft, mark);
            why = status;
        }
    }
    return why;
}

/* A value that the product has measured is checked against its row: nothing else will. */
static enum loom_status check_value(const struct loom_context *context,
                                    const struct loom_sent_value *sent)
{
    struct loom_node node;
    enum loom_status status = sent->path.depth < 3 || sent->path.depth > 4
                                  ? LOOM_BAD_REQUEST
                                  : loom_node_find(context->config.model, &sent->path, &node);
    if (status != LOOM_OK) {
        return status;
    }
    if (is_protected(context, &sent->path)) {
        return LOOM_UNAUTHORIZED;
    }
    bool multiple = (node.row->access & LOOM_MULTIPLE) != 0;
    if ((node.row->access & LOOM_R) == 0 || multiple != (sent->path.depth == 4)) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    return sent->value.type == (enum loom_type)node.row->type ? LOOM_OK : LOOM_BAD_REQUEST;
}

static struct loom_outbox_time time_of(double seconds, uint64_t now)
{
    struct loom_outbox_time time = {.absolute = seconds >= ABSOLUTE_FROM, .seconds = seconds};
    /* What was true a day ago or is true tomorrow is within what milliseconds of 64 bits hold. */
    time.clock = time.absolute ? 0 : (int64_t)now + (int64_t)(seconds * LOOM_MILLISECONDS);
    return time;
}

static bool is_time(double seconds)
{
    return seconds > -ABSOLUTE_FROM && seconds < 1e15;
}

static enum loom_status add_values(const struct loom_context *context, const struct loom_send *send,
                                   uint64_t now, struct loom_outbox_draft *draft)
{
    double last = 0; /* that of what was read now */
    for (size_t i = 0; i < send->value_count; i++) {
        const struct loom_sent_value *sent = send->values + i;
        enum loom_status status =
            is_time(sent->time) ? check_value(context, sent) : LOOM_BAD_REQUEST;
        if (status != LOOM_OK) {
            return status;
        }
        if (sent->time > last || sent->time < last) {
            struct loom_outbox_time time = time_of(sent->time, now);
            loom_outbox_put_time(draft, &time);
            last = sent->time;
        }
        loom_outbox_put(draft, &sent->path, &sent->value);
    }
    return LOOM_OK;
}

/* ---- the entry ------------------------------------------------------------------------------- */

static bool has_times(const struct loom_send *send)
{
    for (size_t i = 0; i < send->value_count; i++) {
        if (send->values[i].time > 0 || send->values[i].time < 0) {
            return true;
        }
    }
    return false;
}

/* Which of the product's formats it names. @return LOOM_OK */
static enum loom_status choose_format(const struct loom_product *product,
                                      const struct loom_send *send, struct loom_outbox_head *head)
{
    struct loom_path root = loom_path_root();
    const struct loom_format *wanted = NULL;
    head->format = LOOM_OUTBOX_ANY_FORMAT;
    head->timed = has_times(send);
    if (send->format != 0) {
        wanted = loom_format_find(product->formats, send->format, &root);
        if (wanted == NULL) {
            return LOOM_NOT_ACCEPTABLE;
        }
        head->format = 0;
        while (product->formats[head->format] != wanted) {
            head->format++;
        }
    }
    return loom_send_format(product, wanted, LOOM_LWM2M_1_2, head->timed) != NULL
               ? LOOM_OK
               : LOOM_NOT_ACCEPTABLE;
}

/* @return LOOM_END: it is to be made once more */
static enum loom_status make(struct loom_context *context, const struct loom_send *send,
                             const struct loom_outbox_head *head, uint8_t copies, uint64_t now)
{
    struct loom_outbox outbox = loom_outbox_of(context);
    struct loom_outbox_draft draft;
    struct loom_outbox_time time = {.clock = (int64_t)now};
    if (!loom_outbox_begin(&draft, &outbox, LOOM_OUTBOX_SEND)) {
        return outbox.size == 0 ? LOOM_TOO_LARGE : LOOM_UNAVAILABLE;
    }
    draft.copies = copies;
    loom_outbox_put_time(&draft, &time);
    size_t empty = loom_outbox_mark(&draft);
    enum loom_status why = add_paths(context, send, &draft);
    if (why != LOOM_BAD_REQUEST && why != LOOM_UNAUTHORIZED) {
        enum loom_status status = add_values(context, send, now, &draft);
        bool found = loom_outbox_mark(&draft) > empty || draft.out.overflow;
        why = status != LOOM_OK ? status : found ? LOOM_OK : why;
    }
    enum loom_status status = loom_outbox_end(&draft, why == LOOM_OK ? head : NULL);
    return why == LOOM_OK ? status : why;
}

enum loom_status loom_send_add(struct loom_context *context, const struct loom_send *send,
                               uint16_t ssid, uint16_t handle, uint8_t copies)
{
    uint64_t now = loom_context_now(context);
    struct loom_outbox_head head = {.ssid = ssid, .owner = handle, .too_late = LOOM_NEVER};
    enum loom_status status = choose_format(context->config.model->product, send, &head);
    if (status != LOOM_OK) {
        return status;
    }
    if (send->seconds > 0) {
        head.too_late = loom_time_after(now, send->seconds);
    }
    status = make(context, send, &head, copies, now);
    status = status == LOOM_END ? make(context, send, &head, copies, now) : status;
    return status == LOOM_END ? LOOM_TOO_LARGE : status; /* it has grown meanwhile */
}
