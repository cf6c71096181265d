/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts as one record: a head, then for each persistent object its id, its version, a length and
 * its instances in TLV, so that a record outlives a change of the product's tables. The head has
 * the version of the layout (1), the seconds that are left until the Bootstrap-Server Account is
 * purged (4), 0 if it is not, and when that is in seconds since 1970 (8), 0 if the device did not
 * know. */
#include "context/context.h"

#include "codec/number.h"
#include "codec/text.h"
#include "model/payload.h"

#define LAYOUT 1u
/* Known to loomc, which computes how large a record can be. */
#define RECORD_HEAD LOOM_ACCOUNTS_RECORD_HEAD
#define OBJECT_HEAD LOOM_ACCOUNTS_RECORD_OBJECT /* object id 2, version 2, length 4, big endian */

/* Waits between attempts at a store that fails, seconds: they double from the first to the last. */
#define KEEP_FIRST 60u
#define KEEP_LAST  3600u

/* ---- what all records share -------------------------------------------------------------------
 */

uint64_t loom_stored_end(const struct loom_context *context, uint32_t left)
{
    uint64_t today = loom_context_unix_time(context);
    return today == 0 ? 0 : today + left;
}

uint32_t loom_stored_left(const struct loom_context *context, uint32_t left, uint64_t end)
{
    uint64_t today = loom_context_unix_time(context);
    if (today == 0 || end == 0) {
        return left;
    }
    uint64_t rest = end > today ? end - today : 0;
    return rest < left ? (uint32_t)rest : left;
}

enum loom_status loom_stored_failed(const struct loom_context *context, enum loom_status status,
                                    enum loom_reason why)
{
    loom_context_explain(context, LOOM_EVENT_STATE_FAILED, (uint8_t)status, why);
    return status;
}

void loom_stored_recovered(const struct loom_context *context, enum loom_reason why)
{
    loom_context_explain(context, LOOM_EVENT_STATE_RECOVERED, 0, why);
}

/* ---- the Bootstrap-Server Account Timeout, rule A-87 ----------------------------------------- */

static void put_head(const struct loom_context *context, struct loom_output *out)
{
    uint8_t head[RECORD_HEAD] = {LAYOUT};
    if (context->account_deadline != LOOM_NEVER) {
        uint32_t left = loom_context_seconds(context, context->account_deadline);
        loom_big_endian_put(head + 1, left == 0 ? 1 : left, 4);
        loom_big_endian_put(head + 5, loom_stored_end(context, left), 8);
    }
    loom_put_bytes(out, head, sizeof head);
}

static void get_head(struct loom_context *context, const uint8_t *head)
{
    uint32_t left = (uint32_t)loom_big_endian(head + 1, 4);
    if (left != 0) {
        left = loom_stored_left(context, left, loom_big_endian(head + 5, 8));
        context->account_deadline = loom_context_after(context, left);
    }
}

/* ---- the record ------------------------------------------------------------------------------ */

static enum loom_status put_object(const struct loom_model *model, const struct loom_object *object,
                                   struct loom_output *out)
{
    uint8_t head[OBJECT_HEAD] = {0};
    size_t begin = out->length;
    loom_put_bytes(out, head, sizeof head);
    if (out->overflow) {
        return LOOM_TOO_LARGE;
    }
    struct loom_output values = loom_output(out->data + out->length, out->room - out->length);
    struct loom_path path = loom_path_object(object->id);
    enum loom_status status =
        loom_payload_read(model, &loom_format_tlv, &path, &path, LOOM_READ_ALL, &values);
    if (status != LOOM_OK) {
        return status;
    }
    out->length += values.length;
    loom_big_endian_put(out->data + begin, object->id, 2);
    loom_big_endian_put(out->data + begin + 2, object->version_major, 1);
    loom_big_endian_put(out->data + begin + 3, object->version_minor, 1);
    loom_big_endian_put(out->data + begin + 4, values.length, 4);
    return LOOM_OK;
}

static bool is_persistent(const struct loom_object *object)
{
    return (object->flags & (LOOM_OBJECT_PERSISTENT | LOOM_OBJECT_ACCOUNT_VIEW)) ==
           LOOM_OBJECT_PERSISTENT;
}

static enum loom_status save(struct loom_context *context, const struct loom_model *model)
{
    const struct loom_client_config *config = &context->config;
    struct loom_output out = loom_output(config->buffer, config->buffer_size);
    put_head(context, &out);
    for (unsigned i = 0; i < model->product->object_count; i++) {
        const struct loom_object *object = model->product->objects[i].object;
        if (is_persistent(object) && put_object(model, object, &out) != LOOM_OK) {
            loom_context_wipe(context);
            return loom_stored_failed(context, LOOM_TOO_LARGE, LOOM_REASON_BUFFER);
        }
    }
    enum loom_status status =
        config->store->save(config->store->self, LOOM_RECORD_ACCOUNTS, out.data, out.length);
    loom_context_wipe(context);
    if (status != LOOM_OK) {
        return loom_stored_failed(context, status, LOOM_REASON_NOT_STORED);
    }
    loom_context_take_wish(context, LOOM_WISH_KEEP);
    context->keep_at = 0;
    context->keep_wait = 0;
    loom_context_report(context, LOOM_EVENT_STATE_SAVED, 0);
    return LOOM_OK;
}

static void keep(struct loom_context *context)
{
    if (save(context, context->config.model) != LOOM_OK) {
        uint32_t wait = context->keep_wait < KEEP_FIRST ? KEEP_FIRST : 2 * context->keep_wait;
        context->keep_wait = wait < KEEP_LAST ? wait : KEEP_LAST;
        context->keep_at = loom_context_after(context, context->keep_wait);
    }
}

/* The record lies in the client's buffer, so a value of it is decoded in place: TLV needs no
 * scratch. */
static enum loom_status get_object(struct loom_model *model, uint16_t object,
                                   struct loom_bytes values)
{
    const struct loom_product_object *entry = loom_model_object(model, object);
    struct loom_payload payload = {.format = &loom_format_tlv,
                                   .path = loom_path_object(object),
                                   .rules = {.replace = true, .create = true, .stored = true},
                                   .bytes = values};
    if (entry == NULL || !is_persistent(entry->object)) {
        return LOOM_OK; /* the product no longer has it */
    }
    return loom_payload_write(model, &payload);
}

static void delete_persistent(struct loom_model *model)
{
    for (unsigned i = 0; i < model->product->object_count; i++) {
        const struct loom_object *object = model->product->objects[i].object;
        uint16_t instance = 0;
        for (; is_persistent(object) && loom_model_next_instance(model, object->id, &instance);
             instance++) {
            loom_model_delete(model, object->id, instance);
        }
    }
}

static enum loom_status get_objects(struct loom_model *model, const uint8_t *at, size_t left)
{
    while (left > 0) {
        if (left < OBJECT_HEAD) {
            return LOOM_BAD_REQUEST;
        }
        size_t length = (size_t)loom_big_endian(at + 4, 4);
        if (length > left - OBJECT_HEAD) {
            return LOOM_BAD_REQUEST;
        }
        struct loom_bytes values = {at + OBJECT_HEAD, length};
        enum loom_status status = get_object(model, (uint16_t)loom_big_endian(at, 2), values);
        if (status != LOOM_OK) {
            return status;
        }
        at += OBJECT_HEAD + length;
        left -= OBJECT_HEAD + length;
    }
    return LOOM_OK;
}

static enum loom_status get_record(struct loom_context *context, struct loom_model *model,
                                   size_t length)
{
    const uint8_t *record = context->config.buffer;
    if (length < RECORD_HEAD || record[0] != LAYOUT) {
        return LOOM_BAD_REQUEST;
    }
    delete_persistent(model);
    enum loom_status status = get_objects(model, record + RECORD_HEAD, length - RECORD_HEAD);
    if (status == LOOM_OK) {
        get_head(context, record);
    }
    return status;
}

/* A device that cannot use what it has stored must still find its way: with the accounts of the
 * product. Only a medium that does not answer at the moment is no reason to forget anything. */
static enum loom_status load(struct loom_context *context, struct loom_model *model)
{
    const struct loom_client_config *config = &context->config;
    size_t length = 0;
    bool previous = false;
    enum loom_status status =
        config->store->load(config->store->self, LOOM_RECORD_ACCOUNTS, config->buffer,
                            config->buffer_size, &length, &previous);
    if (status == LOOM_NOT_FOUND) {
        return status;
    }
    bool damaged = status == LOOM_BAD_REQUEST;
    bool misfit = status == LOOM_TOO_LARGE ||
                  (status == LOOM_OK && get_record(context, model, length) != LOOM_OK);
    loom_context_wipe(context);
    if (damaged || misfit) {
        loom_stored_recovered(context, damaged ? LOOM_REASON_DAMAGED : LOOM_REASON_FOREIGN);
        return LOOM_NOT_FOUND;
    }
    if (status != LOOM_OK) {
        return loom_stored_failed(context, status, LOOM_REASON_UNREADABLE);
    }
    if (previous) {
        loom_stored_recovered(context, LOOM_REASON_PREVIOUS);
    }
    return LOOM_OK;
}

const struct loom_stored_accounts_feature loom_feature_stored_accounts = {
    .save = save, .load = load, .keep = keep};
