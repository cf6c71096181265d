/* SPDX-License-Identifier: Apache-2.0 */
/* Execute, rules C-27 and C-28. */
#include "context/context.h"
#include "loom/codec.h"
#include "loom/ids.h"
#include "management/operation.h"

static bool arguments_are_valid(struct loom_text rest)
{
    struct loom_argument argument;
    enum loom_status status;
    unsigned seen = 0;
    while ((status = loom_argument_next(&rest, &argument)) == LOOM_OK) {
        unsigned digit = 1u << argument.digit;
        if ((seen & digit) != 0) {
            return false; /* each digit once */
        }
        seen |= digit;
    }
    return status == LOOM_END;
}

static const struct loom_executable *find_executable(const struct loom_operation *operation)
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

enum loom_status loom_operation_execute(struct loom_operation *operation)
{
    const struct loom_request *request = operation->request;
    struct loom_text arguments = {(const char *)request->payload.data, request->payload.length};
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
    return operation->object->id == LOOM_ID_SERVER
               ? LOOM_METHOD_NOT_ALLOWED
               : loom_model_execute(operation->model, &operation->path, arguments);
}
