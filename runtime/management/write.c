/* SPDX-License-Identifier: Apache-2.0 */
/* Write: replace and partial update, rules C-20 to C-24; Delete of an instance of a resource. */
#include "accounts/accounts.h"
#include "context/context.h"
#include "management/operation.h"
#include "model/payload.h"

struct loom_payload loom_operation_payload(const struct loom_operation *operation)
{
    return loom_request_payload(operation->context, operation->request->content_format,
                                &operation->path, operation->request->payload);
}

static enum loom_status do_write(const struct loom_operation *operation, bool replace)
{
    struct loom_payload payload = loom_operation_payload(operation);
    payload.rules.writable_only = true;
    payload.rules.replace = replace;
    payload.rules.check_links = true;
    if (operation->object->id == LOOM_ID_SERVER &&
        !loom_server_takes(&payload, operation->path.id[LOOM_INSTANCE_ID], operation->from->lwm2m,
                           operation->context->config.port->transports)) {
        return LOOM_BAD_REQUEST;
    }
    enum loom_status status = loom_payload_write(operation->model, &payload);
    loom_context_wipe(operation->context);
    return status;
}

enum loom_status loom_operation_replace(struct loom_operation *operation)
{
    return do_write(operation, true);
}

enum loom_status loom_operation_update(struct loom_operation *operation)
{
    return do_write(operation, false);
}

enum loom_status loom_operation_clear(struct loom_operation *operation)
{
    return loom_model_clear(operation->model, &operation->path);
}

enum loom_status loom_operation_write_attributes(struct loom_operation *operation)
{
    const struct loom_reporting_feature *feature =
        loom_context_features(operation->context)->reporting;
    return feature == NULL
               ? LOOM_NOT_IMPLEMENTED
               : feature->write_attributes(operation->context, operation->from, operation->request,
                                           &operation->path, operation->row);
}
