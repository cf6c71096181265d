/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a request that is refused, as the diagnostic payload of RFC 7252 5.5.2: a
 * feature. The request is looked at again, once, after it was refused, so that what is done well
 * costs no more than without. No value of the request is repeated: it may be a secret. */
#include "accounts/accounts.h"
#include "context/context.h"
#include "management/operation.h"
#include "model/node.h"
#include "model/payload_pass.h"

#include <string.h>

/* It is for people, and must not be what needs blocks. */
#define TEXT_MAX 96u

/* A request that is looked at again. */
struct look {
    const struct loom_operation *operation;
    const struct loom_object *object; /* of the item */
    struct loom_decoder decoder;
    struct loom_item item;
    struct loom_output out;
    uint8_t seen[LOOM_ROW_BITS / 8]; /* rows that the payload has values of */
};

static void put_place(struct look *look, const struct loom_path *path)
{
    loom_put_path(&look->out, path);
    loom_put_text(&look->out, ": ");
}

/* ---- ranges ---------------------------------------------------------------------------------- */

static void put_bound(struct loom_output *out, enum loom_type type, const void *bound)
{
    struct loom_value value = {.type = type};
    if (type == LOOM_STRING || type == LOOM_CORELNK || type == LOOM_OPAQUE) {
        value.type = LOOM_UNSIGNED; /* a length */
    }
    memcpy(&value.as, bound, sizeof(uint64_t));
    loom_text_put(out, &value);
}

static void put_range(struct look *look, const struct loom_resource *row)
{
    enum loom_type type = (enum loom_type)row->type;
    const struct loom_range *range = &look->object->ranges[row->range - 1];
    if (range->more == LOOM_RANGE_TEXTS) {
        loom_put_text(&look->out, "is none of the listed texts");
        return;
    }
    bool measures = type == LOOM_STRING || type == LOOM_CORELNK || type == LOOM_OPAQUE;
    loom_put_text(&look->out, measures ? "allowed are so many bytes: " : "allowed: ");
    for (const char *between = "";; between = ", ", range++) {
        loom_put_text(&look->out, between);
        put_bound(&look->out, type, &range->min);
        if (range->min.unsigned_integer != range->max.unsigned_integer) {
            loom_put_text(&look->out, "..");
            put_bound(&look->out, type, &range->max);
        }
        if (range->more == 0) {
            return;
        }
    }
}

/* ---- values ---------------------------------------------------------------------------------- */

static const char *const type_names[LOOM_TYPE_COUNT] = {
    [LOOM_STRING] = "String", [LOOM_INTEGER] = "Integer", [LOOM_UNSIGNED] = "Unsigned Integer",
    [LOOM_FLOAT] = "Float",   [LOOM_BOOLEAN] = "Boolean", [LOOM_OPAQUE] = "Opaque",
    [LOOM_TIME] = "Time",     [LOOM_OBJLNK] = "Objlnk",   [LOOM_CORELNK] = "Corelnk"};

/* @return whether the value is what is wrong; then it has said why */
static bool blame_value(struct look *look, const struct loom_resource *row)
{
    struct loom_value value;
    bool multiple = (row->access & LOOM_MULTIPLE) != 0;
    if (multiple != (look->item.empty_multiple || look->item.path.depth == 4)) {
        put_place(look, &look->item.path);
        loom_put_text(&look->out, multiple ? "has instances" : "has no instances");
        return true;
    }
    if (look->item.empty_multiple || look->item.deleted) {
        return false;
    }
    if (loom_decode_value(&look->decoder, &look->item, (enum loom_type)row->type, &value) !=
            LOOM_OK ||
        value.type != (enum loom_type)row->type || !loom_is_number(&value)) {
        put_place(look, &look->item.path);
        loom_put_text(&look->out, "is no ");
        loom_put_text(&look->out, type_names[row->type]);
        return true;
    }
    if (!loom_resource_allows(look->object, row, &value)) {
        put_place(look, &look->item.path);
        put_range(look, row);
        return true;
    }
    enum loom_status status = loom_check_value(NULL, row, &value);
    if (status != LOOM_OK) {
        put_place(look, &look->item.path);
        loom_put_text(&look->out, status == LOOM_TOO_LARGE
                                      ? "is longer than the device has room for"
                                      : "is no value that the device can hold");
    }
    return status != LOOM_OK;
}

static bool blame_item(struct look *look)
{
    const struct loom_path *path = &look->item.path;
    const struct loom_product_object *entry =
        loom_model_object(look->operation->model, path->id[LOOM_OBJECT_ID]);
    look->object = entry == NULL ? NULL : entry->object;
    const struct loom_resource *row =
        path->depth < 3 || entry == NULL
            ? NULL
            : loom_object_resource(entry->object, path->id[LOOM_RESOURCE_ID]);
    if (row == NULL || (row->access & LOOM_W) == 0 || row->type == LOOM_NONE) {
        return false;
    }
    size_t number = (size_t)(row - entry->object->resources);
    bool again = path->depth == 3 && loom_bit(look->seen, (unsigned)number);
    look->seen[number / 8] = (uint8_t)(look->seen[number / 8] | 1u << number % 8);
    if (again) {
        put_place(look, path);
        loom_put_text(&look->out, "comes twice");
    }
    return again || blame_value(look, row);
}

/* Of a Create, which brings all that is mandatory (rule C-25). */
static void blame_missing(struct look *look)
{
    const struct loom_operation *operation = look->operation;
    const struct loom_object *object = operation->object;
    const unsigned needs = LOOM_MANDATORY | LOOM_W;
    for (unsigned i = 0;
         object != NULL && operation->event == LOOM_EVENT_CREATE && i < object->resource_count;
         i++) {
        const struct loom_resource *row = &object->resources[i];
        if ((row->access & (needs | LOOM_HANDLED)) == needs && row->type != LOOM_NONE &&
            !loom_bit(look->seen, i)) {
            loom_put_text(&look->out, "mandatory resource ");
            loom_put_unsigned(&look->out, row->id);
            loom_put_text(&look->out, " is missing");
            return;
        }
    }
}

static void blame_payload(struct look *look)
{
    const struct loom_operation *operation = look->operation;
    struct loom_payload payload = loom_operation_payload(operation);
    payload.mode = operation->path.depth == 0              ? LOOM_DECODE_DELETES
                   : operation->event == LOOM_EVENT_CREATE ? LOOM_DECODE_CREATE
                                                           : 0;
    bool nothing =
        payload.bytes.length == 0 && operation->request->content_format == LOOM_FORMAT_ABSENT;
    enum loom_status status = nothing ? LOOM_END : loom_payload_begin(&payload, &look->decoder);
    while (status == LOOM_OK &&
           (status = loom_decode_next(&look->decoder, &look->item)) == LOOM_OK) {
        if (blame_item(look)) {
            return;
        }
    }
    if (status == LOOM_END) {
        blame_missing(look);
    } else {
        loom_put_text(&look->out, "the payload is malformed");
    }
}

/* ---- requests -------------------------------------------------------------------------------- */

static void put_formats(struct look *look)
{
    const struct loom_format *const *format = look->operation->model->product->formats;
    loom_put_text(&look->out, "content formats here:");
    for (; *format != NULL; format++) {
        loom_put_text(&look->out, " ");
        loom_put_unsigned(&look->out, (*format)->number);
    }
}

static void put_operations(struct look *look)
{
    static const struct {
        uint8_t bit;
        char letter;
    } letters[] = {{LOOM_R, 'R'}, {LOOM_W, 'W'}, {LOOM_E, 'E'}};
    loom_put_text(&look->out, "operations of the resource: ");
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++) {
        if ((look->operation->row->access & letters[i].bit) != 0) {
            loom_put_byte(&look->out, (uint8_t)letters[i].letter);
        }
    }
}

/* A Write, whole or composite, or a Create; pieces of a stream are not there any more. */
static bool brings_values(const struct loom_operation *operation)
{
    const struct loom_piece *piece = &operation->request->piece;
    return (operation->event == LOOM_EVENT_WRITE || operation->event == LOOM_EVENT_CREATE) &&
           piece->offset == 0 && !piece->more;
}

static size_t explain(const struct loom_operation *operation)
{
    struct look look = {.operation = operation};
    struct loom_reply *reply = operation->reply;
    look.out = loom_output(reply->payload, reply->room < TEXT_MAX ? reply->room : TEXT_MAX);
    if (reply->code == LOOM_NOT_FOUND) {
        loom_put_text(&look.out, "not on this device");
    } else if (reply->code == LOOM_METHOD_NOT_ALLOWED && operation->row != NULL) {
        put_operations(&look);
    } else if (reply->code == LOOM_UNSUPPORTED_FORMAT ||
               (reply->code == LOOM_NOT_ACCEPTABLE && operation->event != LOOM_EVENT_DISCOVER)) {
        put_formats(&look);
    } else if (brings_values(operation) &&
               (reply->code == LOOM_BAD_REQUEST || reply->code == LOOM_INTERNAL_ERROR)) {
        blame_payload(&look);
        loom_context_wipe(operation->context); /* where values were read */
    }
    reply->length = look.out.overflow ? 0 : look.out.length;
    return reply->length;
}

const struct loom_refusal_texts_feature loom_feature_refusal_texts = {.explain = explain};
