/* SPDX-License-Identifier: Apache-2.0 */
/* Device Management and Service Enablement: which operation, on what, may it be done (rules C). */
#include "management/management.h"

#include "accounts/accounts.h"
#include "codec/text.h"
#include "context/context.h"
#include "management/discover.h"
#include "model/node.h"
#include "model/payload.h"

#include <string.h>

/* One request on its way through the room. */
struct operation {
    struct loom_management *management;
    struct loom_context *context;
    struct loom_model *model;
    const struct loom_requester *from;
    const struct loom_request *request;
    struct loom_reply *reply;
    struct loom_path path;
    const struct loom_object *object;
    const struct loom_resource *row; /* NULL above the resource level */
    enum loom_event_type event;
    uint8_t success;
};

/* ---- Read, Discover -------------------------------------------------------------------------- */

/* The format of the answer to a Read; NULL: none will do (rule C-1). */
static const struct loom_format *answer_format(const struct operation *operation)
{
    const struct loom_resource *row = operation->row;
    bool single = row != NULL && ((row->access & LOOM_MULTIPLE) == 0 || operation->path.depth == 4);
    return loom_format_for_answer(operation->model->product->formats, operation->request->accept,
                                  single ? (enum loom_type)row->type : LOOM_NONE);
}

static enum loom_status do_read(struct operation *operation)
{
    const struct loom_model *model = operation->model;
    struct loom_output out = loom_output(operation->reply->payload, operation->reply->room);
    struct loom_path path = operation->path;
    operation->event = LOOM_EVENT_READ;
    operation->success = LOOM_CONTENT;
    if (operation->row != NULL && (operation->row->access & LOOM_R) == 0) {
        return LOOM_METHOD_NOT_ALLOWED; /* rule C-10 */
    }
    const struct loom_format *format = answer_format(operation);
    if (format == NULL) {
        return LOOM_NOT_ACCEPTABLE;
    }
    if (path.depth == 1 && path.id[LOOM_OBJECT_ID] == LOOM_SERVER) {
        /* Of the Server object a server gets its own instance and no other's. */
        path = loom_path_instance(LOOM_SERVER, operation->from->server_instance);
    }
    enum loom_status status =
        loom_payload_read(model, format, &operation->path, &path, LOOM_READ_READABLE, &out);
    operation->reply->content_format = format->number;
    operation->reply->length = out.length;
    return status;
}

static enum loom_status do_discover(struct operation *operation)
{
    struct loom_output out = loom_output(operation->reply->payload, operation->reply->room);
    operation->event = LOOM_EVENT_DISCOVER;
    operation->success = LOOM_CONTENT;
    operation->reply->content_format = LOOM_FORMAT_LINK;
    const struct loom_discover_feature *feature =
        loom_context_features(operation->context)->discover;
    if (feature == NULL) {
        return LOOM_NOT_ACCEPTABLE; /* rule C-11 */
    }
    enum loom_status status = feature->discover(operation->model, operation->context->config.lwm2m,
                                                operation->from->lwm2m, &operation->path, &out);
    operation->reply->length = out.length;
    return status == LOOM_OK && out.overflow ? LOOM_TOO_LARGE : status;
}

/* ---- Write ----------------------------------------------------------------------------------- */

static struct loom_payload payload_of(const struct operation *operation)
{
    const struct loom_format *const *formats = operation->model->product->formats;
    struct loom_payload payload = {
        .format = loom_format_find(formats, operation->request->content_format, &operation->path),
        .path = operation->path,
        .bytes = operation->request->payload,
        .scratch = operation->context->config.buffer,
        .scratch_size = operation->context->config.buffer_size};
    return payload;
}

/* Rule C-74: the owner of an entry alone manages it. */
static bool may_manage_access(const struct operation *operation)
{
    return operation->object->id != LOOM_ACCESS_CONTROL ||
           loom_number_at(operation->model, LOOM_KEY(ACCESS_CONTROL, OWNER),
                          operation->path.id[LOOM_INSTANCE_ID],
                          LOOM_ID_NONE) == operation->from->ssid;
}

static enum loom_status do_write(struct operation *operation, bool replace)
{
    struct loom_payload payload = payload_of(operation);
    struct loom_write_rules rules = {
        .writable_only = true, .replace = replace, .check_links = true};
    operation->event = LOOM_EVENT_WRITE;
    operation->success = LOOM_CHANGED;
    if (operation->path.depth < 2) {
        return LOOM_METHOD_NOT_ALLOWED; /* rule C-78 */
    }
    if (!may_manage_access(operation)) {
        return LOOM_UNAUTHORIZED; /* rights come before Operations (rule C-79) */
    }
    if (operation->row != NULL && (operation->row->access & LOOM_W) == 0) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    if (operation->object->id == LOOM_SERVER &&
        !loom_server_takes(&payload, operation->path.id[LOOM_INSTANCE_ID], operation->from->lwm2m,
                           operation->context->config.port->transports)) {
        return LOOM_BAD_REQUEST;
    }
    enum loom_status status = loom_payload_write(operation->model, &payload, &rules);
    loom_context_wipe(operation->context);
    return status;
}

/* ---- Create, Delete -------------------------------------------------------------------------- */

/* Accounts, and the one instance of a mandatory object, come and go by bootstrap alone (rule C-26).
 */
static bool is_fixed(const struct loom_object *object)
{
    bool mandatory_single =
        (object->flags & LOOM_OBJECT_MANDATORY) != 0 && (object->flags & LOOM_OBJECT_MULTIPLE) == 0;
    return object->id == LOOM_SERVER || object->id == LOOM_ACCESS_CONTROL || mandatory_single;
}

static void put_id(struct loom_reply *reply, char digits[5], uint16_t id)
{
    struct loom_output out = loom_output(digits, 5);
    struct loom_text segment = {digits, 0};
    loom_put_unsigned(&out, id);
    segment.length = out.length;
    reply->location[reply->location_count++] = segment;
}

static void put_location(struct operation *operation)
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

/* What a Create without any value is read as. */
static const struct loom_format no_values = {.number = LOOM_FORMAT_ABSENT,
                                             .reader = {.next = no_item}};

static enum loom_status do_create(struct operation *operation)
{
    struct loom_model *model = operation->model;
    struct loom_payload payload = payload_of(operation);
    struct loom_write_rules rules = {
        .writable_only = true, .create = true, .complete = true, .check_links = true};
    uint16_t object = operation->path.id[LOOM_OBJECT_ID];
    uint16_t instance = LOOM_ID_NONE;
    uint16_t second;
    unsigned position = 0;
    operation->event = LOOM_EVENT_CREATE;
    operation->success = LOOM_CREATED;
    if (is_fixed(operation->object)) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    if (operation->request->content_format == LOOM_FORMAT_ABSENT && payload.bytes.length == 0) {
        payload.format = &no_values;
    }
    payload.creates = true;
    loom_payload_instance(&payload, &position, &instance);
    if (loom_payload_instance(&payload, &position, &second)) {
        return LOOM_BAD_REQUEST; /* one Create, one instance */
    }
    if (instance == LOOM_ID_NONE) { /* the client picks the id (rule C-25) */
        for (instance = 0; loom_model_has_instance(model, object, instance); instance++) {
        }
        payload.path = loom_path_instance(object, instance);
        payload.creates = false;
    } else if (loom_model_has_instance(model, object, instance)) {
        return LOOM_BAD_REQUEST;
    }
    bool single = (operation->object->flags & LOOM_OBJECT_MULTIPLE) == 0;
    if (single && instance != 0) {
        return LOOM_METHOD_NOT_ALLOWED; /* rule C-4 */
    }
    enum loom_status status = loom_payload_write(model, &payload, &rules);
    loom_context_wipe(operation->context);
    if (status == LOOM_OK) {
        operation->path = loom_path_instance(object, instance);
        put_location(operation);
    } else if (loom_model_has_instance(model, object, instance)) {
        loom_model_delete(model, object, instance); /* a function of the product refused: C-25 */
    }
    return status;
}

static enum loom_status do_delete(struct operation *operation)
{
    operation->event = LOOM_EVENT_DELETE;
    operation->success = LOOM_DELETED;
    if (operation->path.depth == 4) {
        if ((operation->row->access & LOOM_W) == 0) {
            return LOOM_METHOD_NOT_ALLOWED;
        }
        return loom_model_clear(operation->model, &operation->path);
    }
    if (operation->path.depth != 2 || is_fixed(operation->object)) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    return loom_model_delete(operation->model, operation->path.id[LOOM_OBJECT_ID],
                             operation->path.id[LOOM_INSTANCE_ID]);
}

/* ---- Execute --------------------------------------------------------------------------------- */

/* CHAR of rule C-27, with the blank that the standard's own example has. */
static bool is_argument_char(char c)
{
    return c == ' ' || c == '!' || (c >= 0x23 && c <= 0x26) || (c >= 0x28 && c <= 0x5B) ||
           (c >= 0x5D && c <= 0x7E);
}

/* arglist = arg *( "," arg ), arg = DIGIT [ "=" "'" *CHAR "'" ] */
static bool arguments_are_valid(struct loom_text text)
{
    unsigned seen = 0;
    size_t at = 0;
    if (text.length == 0) {
        return true;
    }
    for (;;) {
        if (at >= text.length || text.data[at] < '0' || text.data[at] > '9') {
            return false;
        }
        unsigned digit = 1u << (text.data[at++] - '0');
        if ((seen & digit) != 0) {
            return false; /* each digit once */
        }
        seen |= digit;
        if (at + 1 < text.length && text.data[at] == '=' && text.data[at + 1] == '\'') {
            at += 2;
            while (at < text.length && is_argument_char(text.data[at])) {
                at++;
            }
            if (at >= text.length || text.data[at++] != '\'') {
                return false;
            }
        }
        if (at == text.length) {
            return true;
        }
        if (text.data[at++] != ',') {
            return false;
        }
    }
}

static const struct loom_executable *find_executable(const struct operation *operation)
{
    const struct loom_management *management = operation->management;
    for (unsigned i = 0; i < management->executable_count; i++) {
        const struct loom_executable *executable = &management->executables[i];
        if (executable->object == operation->path.id[LOOM_OBJECT_ID] &&
            executable->resource == operation->path.id[LOOM_RESOURCE_ID]) {
            return executable;
        }
    }
    return NULL;
}

static enum loom_status do_execute(struct operation *operation)
{
    const struct loom_request *request = operation->request;
    struct loom_text arguments = {(const char *)request->payload.data, request->payload.length};
    operation->event = LOOM_EVENT_EXECUTE;
    operation->success = LOOM_CHANGED;
    if (operation->row == NULL || (operation->row->access & LOOM_E) == 0 ||
        operation->path.depth != 3) {
        return LOOM_METHOD_NOT_ALLOWED; /* rule C-28 */
    }
    if (request->content_format != LOOM_FORMAT_ABSENT &&
        request->content_format != LOOM_FORMAT_TEXT) {
        return LOOM_BAD_REQUEST; /* Execute has no 4.15 (rules C.1) */
    }
    if (!arguments_are_valid(arguments)) {
        return LOOM_BAD_REQUEST;
    }
    const struct loom_executable *executable = find_executable(operation);
    if (executable != NULL) {
        return executable->execute(operation->context, operation->from, arguments);
    }
    /* Of an account nothing is the product's to do. */
    return operation->object->id == LOOM_SERVER
               ? LOOM_METHOD_NOT_ALLOWED
               : loom_model_execute(operation->model, &operation->path, arguments);
}

/* ---- which operation ------------------------------------------------------------------------- */

static enum loom_status do_post(struct operation *operation)
{
    bool multiple = operation->row != NULL && (operation->row->access & LOOM_MULTIPLE) != 0;
    if (operation->path.depth == 1) {
        return do_create(operation);
    }
    if (operation->path.depth == 2) {
        return do_write(operation, false);
    }
    if (operation->path.depth == 3 && multiple &&
        operation->context->config.lwm2m >= LOOM_LWM2M_1_2) {
        return do_write(operation, false);
    }
    return do_execute(operation);
}

/* PUT without a payload but with a query is Write-Attributes, which this client does not offer. */
static bool is_write_attributes(const struct loom_request *request)
{
    return request->query_count > 0 && request->payload.length == 0 &&
           request->content_format == LOOM_FORMAT_ABSENT;
}

static enum loom_status do_operation(struct operation *operation)
{
    switch (operation->request->method) {
    case LOOM_GET:
        return operation->request->accept == LOOM_FORMAT_LINK ? do_discover(operation)
                                                              : do_read(operation);
    case LOOM_PUT:
        return is_write_attributes(operation->request) ? LOOM_NOT_IMPLEMENTED
                                                       : do_write(operation, true);
    case LOOM_POST:
        return do_post(operation);
    case LOOM_DELETE:
        return do_delete(operation);
    case LOOM_FETCH:
    case LOOM_PATCH:
    case LOOM_IPATCH:
        break;
    }
    return LOOM_NOT_IMPLEMENTED; /* composite operations */
}

/* Finds the target. A resource that does not exist yet may still be written, so only the tables and
 * the instance are asked here. */
static enum loom_status find_target(struct operation *operation)
{
    const struct loom_model *model = operation->model;
    struct loom_path *path = &operation->path;
    enum loom_status status = loom_request_path(operation->request, path);
    const struct loom_product_object *entry =
        path->depth == 0 ? NULL : loom_model_object(model, path->id[LOOM_OBJECT_ID]);
    if (path->depth > 0 &&
        (path->id[LOOM_OBJECT_ID] == LOOM_SECURITY ||
         (entry != NULL &&
          loom_object_protected(operation->context->config.lwm2m, entry->object)))) {
        return LOOM_UNAUTHORIZED; /* rule C-40, whatever else is wrong with the request */
    }
    if (status != LOOM_OK) {
        bool finish = operation->request->method == LOOM_POST &&
                      loom_request_path_is(operation->request, "bs");
        return finish ? LOOM_METHOD_NOT_ALLOWED : status; /* rule A-22 */
    }
    if (path->depth == 0) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    if (entry == NULL) {
        return LOOM_NOT_FOUND;
    }
    bool foreign = path->depth >= 2 && path->id[LOOM_OBJECT_ID] == LOOM_SERVER &&
                   path->id[LOOM_INSTANCE_ID] != operation->from->server_instance;
    if (foreign && loom_model_has_instance(model, LOOM_SERVER, path->id[LOOM_INSTANCE_ID])) {
        return LOOM_UNAUTHORIZED; /* another server's account is none of its business */
    }
    operation->object = entry->object;
    if (path->depth >= 2 &&
        !loom_model_has_instance(model, path->id[LOOM_OBJECT_ID], path->id[LOOM_INSTANCE_ID])) {
        return LOOM_NOT_FOUND;
    }
    if (path->depth >= 3) {
        operation->row = loom_object_resource(entry->object, path->id[LOOM_RESOURCE_ID]);
        if (operation->row == NULL) {
            return LOOM_NOT_FOUND;
        }
        if (path->depth == 4 && (operation->row->access & LOOM_MULTIPLE) == 0) {
            return LOOM_METHOD_NOT_ALLOWED; /* rules C-3, C-12 */
        }
    }
    return LOOM_OK;
}

void loom_management_init(struct loom_management *management, struct loom_context *context,
                          const struct loom_executable *executables, uint8_t executable_count)
{
    management->context = context;
    management->executables = executables;
    management->executable_count = executable_count;
}

void loom_management_request(struct loom_management *management, const struct loom_requester *from,
                             const struct loom_request *request, struct loom_reply *reply)
{
    struct operation operation = {.management = management,
                                  .context = management->context,
                                  .model = management->context->config.model,
                                  .from = from,
                                  .request = request,
                                  .reply = reply,
                                  .event = LOOM_EVENT_REQUEST,
                                  .success = LOOM_CHANGED};
    enum loom_status status = find_target(&operation);
    if (status == LOOM_OK) {
        loom_model_act_for(operation.model, LOOM_ORIGIN_SERVER, from->ssid);
        status = do_operation(&operation);
        loom_model_act_for(operation.model, LOOM_ORIGIN_PRODUCT, 0);
    }
    if (status == LOOM_OK && request->method != LOOM_GET) {
        loom_state_keep(operation.context); /* before it is acknowledged */
    }
    /* What has no room here is the client's trouble. 4.13 would say that smaller blocks have (rule
     * C-1; RFC 7959 2.9.3). */
    bool no_room = status == LOOM_TOO_LARGE;
    status = no_room ? LOOM_INTERNAL_ERROR : status;
    reply->code = status == LOOM_OK ? operation.success : (uint8_t)status;
    if (status != LOOM_OK) {
        reply->length = 0;
        reply->content_format = LOOM_FORMAT_ABSENT;
    }
    struct loom_event event = loom_context_event(operation.context, operation.event, from->ssid);
    event.code = reply->code;
    event.reason = no_room ? LOOM_REASON_NO_MEMORY : LOOM_REASON_NONE;
    event.path = operation.path;
    event.has_path = true;
    loom_context_emit(operation.context, &event);
}
