/* SPDX-License-Identifier: Apache-2.0 */
/* Which operation a request is, and whether it may be done. */
#include "management/operation.h"

#include "accounts/access.h"
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
    uint8_t right; /* enum loom_right, which comes first (rule C-79) */
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

static enum loom_status create_or_delete(struct loom_operation *operation)
{
    const struct loom_create_delete_feature *feature =
        loom_context_features(operation->context)->create_delete;
    return feature == NULL ? LOOM_METHOD_NOT_ALLOWED : feature->run(operation);
}

/* The first row that fits is the operation. */
static const struct row rows[] = {
    {LOOM_GET, FORM_LINK, 1, 4, LOOM_RIGHT_NONE, 0, LOOM_EVENT_DISCOVER, LOOM_CONTENT,
     loom_operation_discover},
    {LOOM_GET, FORM_ANY, 1, 4, LOOM_RIGHT_READ, LOOM_R, LOOM_EVENT_READ, LOOM_CONTENT,
     loom_operation_read},
    {LOOM_PUT, FORM_ATTRIBUTES, 1, 4, LOOM_RIGHT_READ, LOOM_R, LOOM_EVENT_WRITE_ATTRIBUTES,
     LOOM_CHANGED, loom_operation_write_attributes},
    {LOOM_PUT, FORM_ANY, 2, 4, LOOM_RIGHT_WRITE, LOOM_W, LOOM_EVENT_WRITE, LOOM_CHANGED,
     loom_operation_replace},
    {LOOM_PUT, FORM_ANY, 1, 1, LOOM_RIGHT_WRITE, 0, LOOM_EVENT_WRITE, 0, refuse}, /* C-78 */
    {LOOM_POST, FORM_ANY, 1, 1, LOOM_RIGHT_CREATE, 0, LOOM_EVENT_CREATE, LOOM_CREATED,
     create_or_delete},
    {LOOM_POST, FORM_ANY, 2, 2, LOOM_RIGHT_WRITE, LOOM_W, LOOM_EVENT_WRITE, LOOM_CHANGED,
     loom_operation_update},
    {LOOM_POST, FORM_MULTIPLE, 3, 3, LOOM_RIGHT_WRITE, LOOM_W, LOOM_EVENT_WRITE, LOOM_CHANGED,
     loom_operation_update},
    {LOOM_POST, FORM_ANY, 3, 3, LOOM_RIGHT_EXECUTE, LOOM_E, LOOM_EVENT_EXECUTE, LOOM_CHANGED,
     loom_operation_execute},
    {LOOM_POST, FORM_ANY, 4, 4, LOOM_RIGHT_EXECUTE, 0, LOOM_EVENT_EXECUTE, 0, refuse}, /* C-28 */
    {LOOM_DELETE, FORM_ANY, 2, 2, LOOM_RIGHT_DELETE, 0, LOOM_EVENT_DELETE, LOOM_DELETED,
     create_or_delete},
    {LOOM_DELETE, FORM_ANY, 4, 4, LOOM_RIGHT_DELETE, LOOM_W, LOOM_EVENT_DELETE, LOOM_DELETED,
     loom_operation_clear},
    {LOOM_DELETE, FORM_ANY, 1, 3, LOOM_RIGHT_DELETE, 0, LOOM_EVENT_DELETE, 0, refuse},
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
        return operation->row != NULL && (operation->row->access & LOOM_MULTIPLE) != 0 &&
               operation->context->config.lwm2m >= LOOM_LWM2M_1_2;
    case FORM_ANY:
        break;
    }
    return true;
}

static const struct row *find(const struct loom_operation *operation)
{
    uint32_t depth = operation->path.depth;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *row = &rows[i];
        if (row->method == operation->request->method && row->least <= depth &&
            depth <= row->most && has_form(operation, row->form)) {
            return row;
        }
    }
    return NULL;
}

/* What the tables say of the resource, which no right makes up for (rule C-79). */
static enum loom_status check_resource(const struct loom_operation *operation, uint8_t needs)
{
    if (operation->row == NULL) {
        return LOOM_NOT_FOUND;
    }
    uint8_t access = operation->row->access;
    bool names_instance = operation->path.depth == 4; /* since 1.1, of a multiple resource */
    bool has_instances =
        (access & LOOM_MULTIPLE) != 0 && operation->context->config.lwm2m >= LOOM_LWM2M_1_1;
    return (names_instance && !has_instances) || (access & needs) != needs
               ? LOOM_METHOD_NOT_ALLOWED /* C-3, C-10 */
               : LOOM_OK;
}

enum loom_status loom_operation_do(struct loom_operation *operation)
{
    const struct row *row = find(operation);
    if (row == NULL) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    operation->event = (enum loom_event_type)row->event;
    operation->success = row->success;
    if (!loom_access_allows(operation->model, operation->from->ssid, &operation->path,
                            (enum loom_right)row->right)) {
        return LOOM_UNAUTHORIZED;
    }
    enum loom_status status =
        operation->path.depth < 3 ? LOOM_OK : check_resource(operation, row->needs);
    return status == LOOM_OK ? row->run(operation) : status;
}

void loom_operation_report(const struct loom_operation *operation, size_t text_length,
                           enum loom_reason reason)
{
    struct loom_event event =
        loom_context_event(operation->context, operation->event, operation->from->ssid);
    event.code = operation->reply->code;
    event.reason = reason;
    event.text = (struct loom_text){(const char *)operation->reply->payload, text_length};
    event.path = operation->path;
    event.has_path = true;
    operation->model->streaming = NULL; /* what the product reads from within is whole */
    loom_context_emit(operation->context, &event);
}
