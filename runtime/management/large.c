/* SPDX-License-Identifier: Apache-2.0 */
/* Reads, composite ones too, and Discovers whose answers have no room as a whole. */
#include "model/large_answer.h"

#include "accounts/access.h"
#include "context/context.h"
#include "management/composite.h"
#include "management/discover.h"
#include "management/operation.h"
#include "model/node.h"

struct answer {
    struct loom_large large; /* first, so that it is found by it */
    const struct loom_operation *operation;
};

static enum loom_status write(const struct loom_large *large, const struct loom_format *format,
                              struct loom_output *out)
{
    const struct loom_operation *operation = ((const struct answer *)large)->operation;
    const struct loom_features *features = loom_context_features(operation->context);
    if (format == NULL) {
        return features->discover->discover(operation, out);
    }
    if (operation->path.depth == 0) {
        return features->composite->read(operation, format, out);
    }
    return loom_access_read(operation->model, format, operation->from->ssid,
                            operation->from->server_instance, &operation->path, out);
}

/* What does not fit the client's own memory could not be notified, and a Discover is not: they are
 * answered as to a Read (RFC 7641 section 4.1). */
static enum loom_status observe(const struct loom_operation *operation)
{
    const struct loom_features *features = loom_context_features(operation->context);
    if (features->reporting == NULL || operation->event != LOOM_EVENT_READ ||
        operation->request->observe == LOOM_OBSERVE_NONE ||
        operation->reply->size > operation->context->config.buffer_size) {
        return LOOM_OK;
    }
    return operation->path.depth == 0
               ? features->composite->observe(operation)
               : features->reporting->observe(operation->context, operation->from,
                                              operation->request, &operation->path, operation->row,
                                              operation->reply);
}

enum loom_status loom_operation_answer_in_pieces(struct loom_operation *operation)
{
    struct answer answer = {
        .large = {.model = operation->model, .filter = LOOM_READ_READABLE, .write = write},
        .operation = operation};
    if (operation->event == LOOM_EVENT_READ) {
        answer.large.format = loom_format_find(operation->model->product->formats,
                                               operation->reply->content_format, &operation->path);
    } else if (operation->event != LOOM_EVENT_DISCOVER) {
        return LOOM_TOO_LARGE;
    }
    loom_model_act_for(operation->model, LOOM_ORIGIN_SERVER, operation->from->ssid);
    enum loom_status status =
        loom_large_answer(&answer.large, operation->request, operation->reply);
    loom_model_act_for(operation->model, LOOM_ORIGIN_PRODUCT, 0);
    return status == LOOM_OK ? observe(operation) : status;
}
