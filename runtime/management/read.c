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

/* Who cannot notify answers as to a Read (RFC 7641 section 4.1); so does who reads a stream, whose
 * value would need its room again for each look. */
static enum loom_status observe(const struct loom_operation *operation)
{
    const struct loom_reporting_feature *feature =
        loom_context_features(operation->context)->reporting;
    return feature == NULL || operation->model->streaming != NULL
               ? LOOM_OK
               : feature->observe(operation->context, operation->from, operation->request,
                                  &operation->path, operation->row, operation->reply);
}

enum loom_status loom_operation_read(struct loom_operation *operation)
{
    struct loom_output out = loom_output(operation->reply->payload, operation->reply->room);
    const struct loom_format *format = answer_format(operation);
    if (format == NULL) {
        return LOOM_NOT_ACCEPTABLE;
    }
    enum loom_status status =
        loom_access_read(operation->model, format, operation->from->ssid,
                         operation->from->server_instance, &operation->path, &out);
    operation->reply->content_format = format->number;
    operation->reply->length = out.length;
    return status == LOOM_OK && operation->request->observe != LOOM_OBSERVE_NONE
               ? observe(operation)
               : status;
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
