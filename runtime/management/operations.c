/* SPDX-License-Identifier: Apache-2.0 */
/* Which operation a request is, and whether it may be done. */
#include "management/operation.h"

#include "accounts/accounts.h"
#include "context/context.h"

/* What else a request must be like. */
enum form {
    FORM_ANY,
    FORM_LINK,       /* asks for a list of links: Discover */
    FORM_ATTRIBUTES, /* a query and no payload: Write-Attributes */
    FORM_MULTIPLE    /* for a multiple resource, of which instances may be added since 1.2 */
};

struct row {
    uint8_t method; /* enum loom_method */
    uint8_t form;   /* enum form */
    uint8_t least;  /* depth of the path */
    uint8_t most;
    uint8_t needs; /* LOOM_R, LOOM_W or LOOM_E of the resource, if the path names one */
    uint8_t event;
    uint8_t success;
    enum loom_status (*run)(struct loom_operation *operation);
};

static enum loom_status refuse(struct loom_operation *operation)
{
    (void)operation;
    return LOOM_METHOD_NOT_ALLOWED;
}

/* The first row that fits is the operation. */
static const struct row rows[] = {
    {LOOM_GET, FORM_LINK, 1, 4, 0, LOOM_EVENT_DISCOVER, LOOM_CONTENT, loom_operation_discover},
    {LOOM_GET, FORM_ANY, 1, 4, LOOM_R, LOOM_EVENT_READ, LOOM_CONTENT, loom_operation_read},
    {LOOM_PUT, FORM_ATTRIBUTES, 1, 4, 0, LOOM_EVENT_REQUEST, 0, NULL},
    {LOOM_PUT, FORM_ANY, 2, 4, LOOM_W, LOOM_EVENT_WRITE, LOOM_CHANGED, loom_operation_replace},
    {LOOM_PUT, FORM_ANY, 1, 1, 0, LOOM_EVENT_WRITE, 0, refuse}, /* C-78 */
    {LOOM_POST, FORM_ANY, 1, 1, 0, LOOM_EVENT_CREATE, LOOM_CREATED, loom_operation_create},
    {LOOM_POST, FORM_ANY, 2, 2, LOOM_W, LOOM_EVENT_WRITE, LOOM_CHANGED, loom_operation_update},
    {LOOM_POST, FORM_MULTIPLE, 3, 3, LOOM_W, LOOM_EVENT_WRITE, LOOM_CHANGED, loom_operation_update},
    {LOOM_POST, FORM_ANY, 3, 3, LOOM_E, LOOM_EVENT_EXECUTE, LOOM_CHANGED, loom_operation_execute},
    {LOOM_POST, FORM_ANY, 4, 4, 0, LOOM_EVENT_EXECUTE, 0, refuse}, /* C-28 */
    {LOOM_DELETE, FORM_ANY, 2, 2, 0, LOOM_EVENT_DELETE, LOOM_DELETED, loom_operation_delete},
    {LOOM_DELETE, FORM_ANY, 4, 4, LOOM_W, LOOM_EVENT_DELETE, LOOM_DELETED, loom_operation_clear},
    {LOOM_DELETE, FORM_ANY, 1, 3, 0, LOOM_EVENT_DELETE, 0, refuse},
};

static bool has_form(const struct loom_operation *operation, uint8_t form)
{
    const struct loom_request *request = operation->request;
    switch ((enum form)form) {
    case FORM_LINK:
        return request->accept == LOOM_FORMAT_LINK;
    case FORM_ATTRIBUTES:
        return request->query_count > 0 && request->payload.length == 0 &&
               request->content_format == LOOM_FORMAT_ABSENT;
    case FORM_MULTIPLE:
        return (operation->row->access & LOOM_MULTIPLE) != 0 &&
               operation->context->config.lwm2m >= LOOM_LWM2M_1_2;
    case FORM_ANY:
        break;
    }
    return true;
}

static const struct row *find(const struct loom_operation *operation)
{
    uint8_t depth = operation->path.depth;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        if (row->method == operation->request->method && row->least <= depth &&
            depth <= row->most && has_form(operation, row->form)) {
            return row;
        }
    }
    return NULL; /* composite operations */
}

/* Rule C-74: the owner of an entry alone manages it. */
static bool may_manage_access(const struct loom_operation *operation)
{
    return operation->object->id != LOOM_ID_ACCESS_CONTROL ||
           loom_number_at(operation->model, LOOM_KEY(ACCESS_CONTROL, ACCESS_CONTROL_OWNER),
                          operation->path.id[LOOM_INSTANCE_ID],
                          LOOM_ID_NONE) == operation->from->ssid;
}

enum loom_status loom_operation_do(struct loom_operation *operation)
{
    const struct row *row = find(operation);
    if (row == NULL || row->run == NULL) {
        return LOOM_NOT_IMPLEMENTED;
    }
    operation->event = (enum loom_event_type)row->event;
    operation->success = row->success;
    if (row->needs == LOOM_W && !may_manage_access(operation)) {
        return LOOM_UNAUTHORIZED; /* rights come before Operations (rule C-79) */
    }
    if (row->needs != 0 && operation->row != NULL && (operation->row->access & row->needs) == 0) {
        return LOOM_METHOD_NOT_ALLOWED; /* rules C-10, C-28 */
    }
    return row->run(operation);
}

void loom_operation_report(const struct loom_operation *operation, enum loom_reason reason)
{
    struct loom_event event =
        loom_context_event(operation->context, operation->event, operation->from->ssid);
    event.code = operation->reply->code;
    event.reason = reason;
    event.path = operation->path;
    event.has_path = true;
    loom_context_emit(operation->context, &event);
}
