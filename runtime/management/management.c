/* SPDX-License-Identifier: Apache-2.0 */
/* Device Management and Service Enablement: a request of a server, its target and its end (rules
 * C).
 */
#include "management/management.h"

#include "accounts/accounts.h"
#include "context/context.h"
#include "management/composite.h"
#include "management/operation.h"
#include "model/large_answer.h"
#include "model/node.h"

bool loom_operation_is_kept_out(const struct loom_operation *operation, uint16_t object,
                                const struct loom_product_object *entry)
{
    return object == LOOM_ID_SECURITY ||
           (entry != NULL &&
            loom_object_protected(operation->context->config.lwm2m, entry->object));
}

/* Finds the target. A resource that does not exist yet may still be written, so only the tables and
 * the instance are asked here. */
static enum loom_status find_target(struct loom_operation *operation)
{
    const struct loom_model *model = operation->model;
    struct loom_path *path = &operation->path;
    enum loom_status status = loom_request_path(operation->request, path);
    const struct loom_product_object *entry =
        path->depth == 0 ? NULL : loom_model_object(model, path->id[LOOM_OBJECT_ID]);
    if (path->depth > 0 && loom_operation_is_kept_out(operation, path->id[LOOM_OBJECT_ID], entry)) {
        return LOOM_UNAUTHORIZED; /* whatever else is wrong with the request */
    }
    if (status != LOOM_OK) {
        bool finish = operation->request->method == LOOM_POST &&
                      loom_request_path_is(operation->request, "bs");
        return finish ? LOOM_METHOD_NOT_ALLOWED : status; /* rule A-22 */
    }
    if (path->depth == 0) {
        return LOOM_OK;
    }
    if (entry == NULL ||
        (path->depth >= 2 && !loom_entry_has_instance(model, entry, path->id[LOOM_INSTANCE_ID]))) {
        return LOOM_NOT_FOUND;
    }
    operation->object = entry->object;
    if (path->depth >= 3) {
        operation->row = loom_object_resource(entry->object, path->id[LOOM_RESOURCE_ID]);
    }
    return LOOM_OK;
}

/* To the root there are composite operations, since 1.1, or none. */
static enum loom_status do_composite(struct loom_operation *operation)
{
    const struct loom_composite_feature *feature =
        loom_context_features(operation->context)->composite;
    return feature == NULL || operation->context->config.lwm2m < LOOM_LWM2M_1_1
               ? LOOM_METHOD_NOT_ALLOWED
               : feature->run(operation);
}

/* Rule C-1: whatever a function of the product has answered, a server is told one of the codes that
 * there are, and in 1.0 of the server errors 5.00 alone. What has no room is the client's trouble,
 * too: 4.13 would say that smaller blocks have (RFC 7959 2.9.3). Between pieces of a stream it is
 * 2.31 (RFC 7959 2.9.1). */
static uint8_t code_of(enum loom_status status, uint16_t lwm2m)
{
    enum { CODES = 1 << 0 | 1 << 1 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 15 }; /* 4.00, 4.01, ... */
    unsigned class = (unsigned)status >> 5;
    unsigned detail = (unsigned)status & 31u;
    bool good = status == (enum loom_status)LOOM_CONTINUE ||
                (class == 4 ? (CODES >> detail & 1) != 0 : class == 5 && lwm2m >= LOOM_LWM2M_1_1);
    return (uint8_t)(good ? status : LOOM_INTERNAL_ERROR);
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
    struct loom_operation operation = {.management = management,
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
        status =
            operation.path.depth == 0 ? do_composite(&operation) : loom_operation_do(&operation);
        loom_model_act_for(operation.model, LOOM_ORIGIN_PRODUCT, 0);
    }
    if (status == LOOM_TOO_LARGE) { /* as a whole */
        const struct loom_large_answers_feature *feature =
            loom_context_features(operation.context)->large_answers;
        status = feature == NULL ? status : feature->answer(&operation);
    }
    if (status == LOOM_OK) {
        if (operation.success != LOOM_CONTENT) {
            loom_state_keep(operation.context); /* before it is acknowledged */
        }
        reply->code = operation.success;
    } else {
        reply->code = code_of(status, operation.context->config.lwm2m);
        if (reply->code == LOOM_CONTINUE) {
            return; /* what a stream's piece begins is not done yet */
        }
        reply->length = 0;
        reply->content_format = LOOM_FORMAT_ABSENT;
    }
    const struct loom_features *features = loom_context_features(operation.context);
    if (request->observation_of != 0 && features->reporting != NULL) {
        features->reporting->answered(operation.context, from->ssid, request, reply);
    }
    loom_operation_report(&operation,
                          reply->code < LOOM_BAD_REQUEST || features->refusal_texts == NULL
                              ? 0
                              : features->refusal_texts->explain(&operation),
                          status == LOOM_TOO_LARGE ? LOOM_REASON_NO_MEMORY : LOOM_REASON_NONE);
}
