/* SPDX-License-Identifier: Apache-2.0 */
/* Create and Delete of instances, rules C-25 and C-26: a feature. */
#include "accounts/access.h"
#include "codec/text.h"
#include "context/context.h"
#include "loom/ids.h"
#include "management/operation.h"
#include "model/payload.h"

/* Accounts, and the one instance of a mandatory object, come and go by bootstrap alone (rule C-26).
 * That of Firmware Update stays, because an update would go on without anybody seeing its state. */
static bool is_fixed(const struct loom_object *object)
{
    bool mandatory_single =
        (object->flags & LOOM_OBJECT_MANDATORY) != 0 && (object->flags & LOOM_OBJECT_MULTIPLE) == 0;
    return object->id == LOOM_ID_SERVER || object->id == LOOM_ID_ACCESS_CONTROL ||
           object->id == LOOM_ID_FIRMWARE_UPDATE || mandatory_single;
}

static void put_id(struct loom_reply *reply, char digits[5], uint16_t id)
{
    struct loom_output out = loom_output(digits, 5);
    struct loom_text segment = {digits, 0};
    loom_put_unsigned(&out, id);
    segment.length = out.length;
    reply->location[reply->location_count++] = segment;
}

static void put_location(struct loom_operation *operation)
{
    operation->reply->location_count = 0;
    put_id(operation->reply, operation->management->created[0], operation->path.id[LOOM_OBJECT_ID]);
    put_id(operation->reply, operation->management->created[1],
           operation->path.id[LOOM_INSTANCE_ID]);
}

static enum loom_status no_item(struct loom_decoder *decoder, struct loom_item *item)
{
    (void)decoder;
    (void)item;
    return LOOM_END;
}

/* Deletes an instance with its entry in Access Control (rule C-74). */
static enum loom_status remove_instance(const struct loom_operation *operation,
                                        const struct loom_path *path)
{
    const struct loom_access_control_feature *access = loom_access_feature(operation->model);
    enum loom_status status =
        loom_model_delete(operation->model, path->id[LOOM_OBJECT_ID], path->id[LOOM_INSTANCE_ID]);
    if (access != NULL) {
        access->disown(operation->model, path);
    }
    return status;
}

/* The server owns what it creates (rule C-73): where there is no room to say so, nothing is. */
static enum loom_status write_owned(const struct loom_operation *operation,
                                    const struct loom_path *created,
                                    const struct loom_payload *payload)
{
    const struct loom_access_control_feature *access = loom_access_feature(operation->model);
    struct loom_payload_plan plan;
    enum loom_status status = loom_payload_check(operation->model, payload, &plan);
    if (status == LOOM_OK && access != NULL) {
        status = access->own(operation->model, operation->from->ssid, created);
    }
    if (status == LOOM_OK) {
        status = loom_payload_apply(operation->model, payload, &plan);
        if (status != LOOM_OK) {
            remove_instance(operation, created); /* a function of the product refused: C-25 */
        }
    }
    return status;
}

/* What a Create without any value is read as. */
static const struct loom_format no_values = {.number = LOOM_FORMAT_ABSENT,
                                             .reader = {.next = no_item}};

static enum loom_status create_instance(struct loom_operation *operation)
{
    struct loom_model *model = operation->model;
    struct loom_payload payload = loom_operation_payload(operation);
    payload.rules.writable_only = true;
    payload.rules.create = true;
    payload.rules.complete = true;
    payload.rules.check_links = true;
    uint16_t object = operation->path.id[LOOM_OBJECT_ID];
    uint16_t instance = LOOM_ID_NONE;
    uint16_t second;
    unsigned position = 0;
    if (operation->request->content_format == LOOM_FORMAT_ABSENT && payload.bytes.length == 0) {
        payload.format = &no_values;
    }
    payload.mode = LOOM_DECODE_CREATE;
    loom_payload_instance(&payload, &position, &instance);
    if (loom_payload_instance(&payload, &position, &second)) {
        return LOOM_BAD_REQUEST; /* one Create, one instance */
    }
    if (instance == LOOM_ID_NONE) { /* the client picks the id (rule C-25) */
        for (instance = 0; loom_model_has_instance(model, object, instance); instance++) {
        }
        payload.path = loom_path_instance(object, instance);
    } else if (loom_model_has_instance(model, object, instance)) {
        return LOOM_BAD_REQUEST;
    }
    bool single = (operation->object->flags & LOOM_OBJECT_MULTIPLE) == 0;
    if (single && instance != 0) {
        return LOOM_METHOD_NOT_ALLOWED; /* rule C-4 */
    }
    struct loom_path created = loom_path_instance(object, instance);
    enum loom_status status = write_owned(operation, &created, &payload);
    loom_context_wipe(operation->context);
    if (status == LOOM_OK) {
        operation->path = created;
        put_location(operation);
    }
    return status;
}

static enum loom_status run(struct loom_operation *operation)
{
    if (is_fixed(operation->object)) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    return operation->request->method == LOOM_POST ? create_instance(operation)
                                                   : remove_instance(operation, &operation->path);
}

const struct loom_create_delete_feature loom_feature_create_delete = {.run = run};
