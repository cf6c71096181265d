/* SPDX-License-Identifier: Apache-2.0 */
/* Read and Discover, rules C-10 to C-15. */
#include "accounts/access.h"
#include "context/context.h"
#include "loom/ids.h"
#include "management/discover.h"
#include "management/operation.h"
#include "model/payload.h"

/* The format of the answer to a Read; NULL: none will do (rule C-1). */
static const struct loom_format *answer_format(const struct loom_operation *operation)
{
    const struct loom_resource *row = operation->row;
    bool single = row != NULL && ((row->access & LOOM_MULTIPLE) == 0 || operation->path.depth == 4);
    return loom_format_for_answer(operation->model->product->formats, operation->request->accept,
                                  single ? (enum loom_type)row->type : LOOM_NONE);
}

enum loom_status loom_operation_read(struct loom_operation *operation)
{
    const struct loom_model *model = operation->model;
    struct loom_output out = loom_output(operation->reply->payload, operation->reply->room);
    struct loom_path path = operation->path;
    const struct loom_format *format = answer_format(operation);
    if (format == NULL) {
        return LOOM_NOT_ACCEPTABLE;
    }
    if (path.depth == 1 && path.id[LOOM_OBJECT_ID] == LOOM_ID_SERVER &&
        loom_access_feature(model) == NULL) {
        /* Of the Server object a server gets its own instance and no other's. */
        path = loom_path_instance(LOOM_ID_SERVER, operation->from->server_instance);
    }
    struct loom_encoder encoder;
    loom_encode_begin(&encoder, format, &operation->path, &out);
    enum loom_status status = loom_access_put(model, operation->from->ssid, &path, &encoder);
    enum loom_status end = loom_encode_end(&encoder);
    operation->reply->content_format = format->number;
    operation->reply->length = out.length;
    return status == LOOM_OK ? end : status;
}

enum loom_status loom_operation_discover(struct loom_operation *operation)
{
    struct loom_output out = loom_output(operation->reply->payload, operation->reply->room);
    operation->reply->content_format = LOOM_FORMAT_LINK;
    const struct loom_discover_feature *feature =
        loom_context_features(operation->context)->discover;
    if (feature == NULL) {
        return LOOM_NOT_ACCEPTABLE; /* rule C-11 */
    }
    enum loom_status status = feature->discover(operation, &out);
    operation->reply->length = out.length;
    return status == LOOM_OK && out.overflow ? LOOM_TOO_LARGE : status;
}
