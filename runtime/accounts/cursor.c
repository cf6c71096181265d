/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts/cursor.h"

#include <string.h>

void loom_cursor_enter(struct loom_cursor *cursor, const struct loom_model *model,
                       const struct loom_product_object *entry)
{
    struct loom_node *node = &cursor->node;
    cursor->model = model;
    node->entry = entry;
    node->object = NULL;
    node->instance = NULL;
    node->path = loom_path_resource(LOOM_ID_NONE, LOOM_ID_NONE, LOOM_ID_NONE);
    if (entry != NULL) {
        node->object = entry->object;
        node->path.id[LOOM_OBJECT_ID] = entry->object->id;
    }
    node->range_object = node->object;
}

void loom_cursor_begin(struct loom_cursor *cursor, const struct loom_model *model, uint16_t object)
{
    loom_cursor_enter(cursor, model, loom_model_object(model, object));
    cursor->node.path.id[LOOM_OBJECT_ID] = object;
}

bool loom_cursor_next(struct loom_cursor *cursor)
{
    struct loom_node *node = &cursor->node;
    uint16_t least = (uint16_t)(loom_cursor_instance(cursor) + 1u); /* the first time 0 */
    uint16_t found = LOOM_ID_NONE;
    if (node->entry == NULL) {
        return false;
    }
    unsigned char *at = loom_model_instances(cursor->model, node->entry);
    for (unsigned i = 0; i < node->entry->room; i++, at += node->object->instance_size) {
        uint16_t id;
        memcpy(&id, at, sizeof id);
        if (id >= least && id < found) {
            found = id;
            node->instance = at;
        }
    }
    node->path.id[LOOM_INSTANCE_ID] = found;
    return found != LOOM_ID_NONE;
}

bool loom_cursor_open(struct loom_cursor *cursor, const struct loom_model *model, uint16_t object,
                      uint16_t instance)
{
    loom_cursor_begin(cursor, model, object);
    if (cursor->node.entry == NULL || instance == LOOM_ID_NONE) {
        return false;
    }
    cursor->node.path.id[LOOM_INSTANCE_ID] = instance;
    cursor->node.instance = loom_node_instance(model, cursor->node.entry, instance);
    return cursor->node.instance != NULL;
}

/* Rows ascend by id, so that of a resource is not behind its id; in accounts, which have most of
 * their resources, it is near. */
static const struct loom_resource *row_of(const struct loom_object *object, uint16_t resource)
{
    const struct loom_resource *row = object->resources;
    size_t after = resource < object->resource_count ? resource + 1u : object->resource_count;
    while (after > 0 && row[after - 1].id > resource) {
        after--;
    }
    return after > 0 && row[after - 1].id == resource ? &row[after - 1] : NULL;
}

bool loom_cursor_read(struct loom_cursor *cursor, uint16_t resource, struct loom_value *value)
{
    struct loom_node *node = &cursor->node;
    const struct loom_resource *row = row_of(node->object, resource);
    if (row == NULL || row->type == LOOM_NONE || (row->access & LOOM_MULTIPLE) != 0 ||
        !loom_instance_has(node->instance, (size_t)(row - node->object->resources))) {
        return false;
    }
    if ((row->access & LOOM_HANDLED) != 0) {
        node->row = row;
        node->path.id[LOOM_RESOURCE_ID] = resource;
        return loom_node_read(cursor->model, node, value) == LOOM_OK;
    }
    loom_storage_load(row, node->instance + row->offset, value);
    return true;
}

uint32_t loom_cursor_number(struct loom_cursor *cursor, uint16_t resource, uint32_t otherwise)
{
    struct loom_value value;
    if (!loom_cursor_read(cursor, resource, &value)) {
        return otherwise;
    }
    if (value.type == LOOM_BOOLEAN) {
        return value.as.boolean ? 1 : 0;
    }
    if (value.type != LOOM_UNSIGNED && (value.type != LOOM_INTEGER || value.as.integer < 0)) {
        return otherwise;
    }
    return value.as.unsigned_integer > UINT32_MAX ? UINT32_MAX
                                                  : (uint32_t)value.as.unsigned_integer;
}

void loom_cursor_text(struct loom_cursor *cursor, uint16_t resource, struct loom_text *text)
{
    struct loom_value value;
    bool read = loom_cursor_read(cursor, resource, &value) && value.type == LOOM_STRING;
    *text = read ? value.as.text : (struct loom_text){NULL, 0};
}

void loom_cursor_opaque(struct loom_cursor *cursor, uint16_t resource, struct loom_bytes *bytes)
{
    struct loom_value value;
    bool read = loom_cursor_read(cursor, resource, &value) && value.type == LOOM_OPAQUE;
    *bytes = read ? value.as.opaque : (struct loom_bytes){NULL, 0};
}

/* ---- Security ----------------------------------------------------------------------------------
 */

bool loom_cursor_is_account(struct loom_cursor *security)
{
    return loom_cursor_number(security, LOOM_ID_SECURITY_BOOTSTRAP_SERVER, 0) != 0;
}

enum loom_status loom_cursor_credentials(struct loom_cursor *security,
                                         struct loom_credentials *credentials)
{
    uint32_t mode = loom_cursor_number(security, LOOM_ID_SECURITY_SECURITY_MODE, UINT32_MAX);
    if (mode > LOOM_SECURITY_EST) {
        return LOOM_BAD_REQUEST;
    }
    memset(credentials, 0, sizeof *credentials);
    credentials->mode = (enum loom_security_mode)mode;
    if (credentials->mode == LOOM_SECURITY_PSK) {
        loom_cursor_opaque(security, LOOM_ID_SECURITY_PUBLIC_KEY_OR_IDENTITY,
                           &credentials->as.psk.identity);
        loom_cursor_opaque(security, LOOM_ID_SECURITY_SECRET_KEY, &credentials->as.psk.key);
    }
    loom_cursor_text(security, LOOM_ID_SECURITY_LWM2M_SERVER_URI, &credentials->uri);
    return credentials->uri.data != NULL ? LOOM_OK : LOOM_NOT_FOUND;
}
