/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts/cursor.h"

#include <string.h>

void loom_cursor_begin(struct loom_cursor *cursor, const struct loom_model *model, uint16_t object)
{
    struct loom_node *node = &cursor->node;
    memset(cursor, 0, sizeof *cursor);
    cursor->model = model;
    node->path = loom_path_resource(object, LOOM_ID_NONE, LOOM_ID_NONE);
    node->entry = loom_model_object(model, object);
    node->object = node->entry == NULL ? NULL : node->entry->object;
    node->range_object = node->object;
}

static bool enter(struct loom_cursor *cursor, uint16_t instance)
{
    struct loom_node *node = &cursor->node;
    node->path.id[LOOM_INSTANCE_ID] = instance;
    node->instance =
        instance == LOOM_ID_NONE ? NULL : loom_node_instance(cursor->model, node->entry, instance);
    return node->instance != NULL;
}

bool loom_cursor_next(struct loom_cursor *cursor)
{
    uint16_t instance = (uint16_t)(loom_cursor_instance(cursor) + 1u); /* the first time 0 */
    return cursor->node.entry != NULL &&
           loom_instance_next(cursor->model, cursor->node.entry, &instance) &&
           enter(cursor, instance);
}

bool loom_cursor_open(struct loom_cursor *cursor, const struct loom_model *model, uint16_t object,
                      uint16_t instance)
{
    loom_cursor_begin(cursor, model, object);
    return cursor->node.entry != NULL && enter(cursor, instance);
}

uint16_t loom_cursor_instance(const struct loom_cursor *cursor)
{
    return cursor->node.path.id[LOOM_INSTANCE_ID];
}

bool loom_cursor_read(struct loom_cursor *cursor, uint16_t resource, struct loom_value *value)
{
    struct loom_node *node = &cursor->node;
    node->row = loom_object_resource(node->object, resource);
    node->path.id[LOOM_RESOURCE_ID] = resource;
    return node->row != NULL && node->row->type != LOOM_NONE &&
           (node->row->access & LOOM_MULTIPLE) == 0 && loom_node_present(node) &&
           loom_node_read(cursor->model, node, value) == LOOM_OK;
}

uint32_t loom_cursor_number(struct loom_cursor *cursor, uint16_t resource, uint32_t otherwise)
{
    struct loom_value value;
    if (!loom_cursor_read(cursor, resource, &value) ||
        (value.type != LOOM_UNSIGNED && (value.type != LOOM_INTEGER || value.as.integer < 0))) {
        return otherwise;
    }
    return value.as.unsigned_integer > UINT32_MAX ? UINT32_MAX
                                                  : (uint32_t)value.as.unsigned_integer;
}

bool loom_cursor_true(struct loom_cursor *cursor, uint16_t resource, bool otherwise)
{
    struct loom_value value;
    bool read = loom_cursor_read(cursor, resource, &value) && value.type == LOOM_BOOLEAN;
    return read ? value.as.boolean : otherwise;
}

struct loom_text loom_cursor_text(struct loom_cursor *cursor, uint16_t resource)
{
    struct loom_value value;
    struct loom_text none = {NULL, 0};
    bool read = loom_cursor_read(cursor, resource, &value) && value.type == LOOM_STRING;
    return read ? value.as.text : none;
}

struct loom_bytes loom_cursor_opaque(struct loom_cursor *cursor, uint16_t resource)
{
    struct loom_value value;
    struct loom_bytes none = {NULL, 0};
    bool read = loom_cursor_read(cursor, resource, &value) && value.type == LOOM_OPAQUE;
    return read ? value.as.opaque : none;
}

/* ---- Security ----------------------------------------------------------------------------------
 */

bool loom_cursor_is_account(struct loom_cursor *security)
{
    return loom_cursor_true(security, LOOM_SECURITY_BOOTSTRAP_SERVER, false);
}

enum loom_status loom_cursor_credentials(struct loom_cursor *security,
                                         struct loom_credentials *credentials)
{
    uint32_t mode = loom_cursor_number(security, LOOM_SECURITY_MODE, UINT32_MAX);
    if (mode > LOOM_SECURITY_EST) {
        return LOOM_BAD_REQUEST;
    }
    memset(credentials, 0, sizeof *credentials);
    credentials->mode = (enum loom_security_mode)mode;
    if (credentials->mode == LOOM_SECURITY_PSK) {
        credentials->as.psk.identity = loom_cursor_opaque(security, LOOM_SECURITY_IDENTITY);
        credentials->as.psk.key = loom_cursor_opaque(security, LOOM_SECURITY_SECRET_KEY);
    }
    credentials->uri = loom_cursor_text(security, LOOM_SECURITY_URI);
    return credentials->uri.data != NULL ? LOOM_OK : LOOM_NOT_FOUND;
}
