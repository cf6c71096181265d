/* SPDX-License-Identifier: Apache-2.0 */
/* Execute, rules C-27 and C-28. */
#include "context/context.h"
#include "loom/ids.h"
#include "management/operation.h"

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
