/* SPDX-License-Identifier: Apache-2.0 */
#include "accounts/access.h"

#include "accounts/accounts.h"
#include "accounts/cursor.h"
#include "model/payload.h"

const struct loom_access_control_feature *loom_access_feature(const struct loom_model *model)
{
    return model->product->features.access_control;
}

/* The Server instance of another server, whatever its entry says. */
static bool is_foreign(const struct loom_model *model, uint16_t ssid, const struct loom_path *path)
{
    return path->depth >= 2 && path->id[LOOM_OBJECT_ID] == LOOM_ID_SERVER &&
           loom_account_ssid(model, path->id[LOOM_INSTANCE_ID]) != ssid;
}

bool loom_access_allows(const struct loom_model *model, uint16_t ssid, const struct loom_path *path,
                        enum loom_right right)
{
    const struct loom_access_control_feature *feature = loom_access_feature(model);
    return !is_foreign(model, ssid, path) && (feature == NULL || right == LOOM_RIGHT_NONE ||
                                              (feature->rights(model, ssid, path) & right) != 0);
}

enum loom_status loom_access_put(const struct loom_model *model, uint16_t ssid,
                                 const struct loom_path *path, struct loom_encoder *encoder)
{
    const struct loom_access_control_feature *feature = loom_access_feature(model);
    return feature == NULL || path->depth != 1
               ? loom_walk(model, path, LOOM_READ_READABLE, encoder)
               : feature->put_object(model, ssid, path->id[LOOM_OBJECT_ID], encoder);
}

enum loom_status loom_access_read(const struct loom_model *model, const struct loom_format *format,
                                  uint16_t ssid, uint16_t server_instance,
                                  const struct loom_path *path, struct loom_output *out)
{
    struct loom_path shown = *path;
    struct loom_encoder encoder;
    if (path->depth == 1 && path->id[LOOM_OBJECT_ID] == LOOM_ID_SERVER &&
        loom_access_feature(model) == NULL) {
        shown = loom_path_instance(LOOM_ID_SERVER, server_instance);
    }
    loom_encode_begin(&encoder, format, path, out);
    enum loom_status status = loom_access_put(model, ssid, &shown, &encoder);
    enum loom_status end = loom_encode_end(&encoder);
    return status == LOOM_OK ? end : status;
}

/* ---- entries ----------------------------------------------------------------------------------
 */

/* Whether an object has so many instances. */
static bool has_instances(const struct loom_model *model, uint16_t object, unsigned count)
{
    const struct loom_product_object *entry = loom_model_object(model, object);
    struct loom_cursor at;
    if (entry == NULL || entry->room < count) {
        return false;
    }
    loom_cursor_enter(&at, model, entry);
    while (count > 0 && loom_cursor_next(&at)) {
        count--;
    }
    return count == 0;
}

/* Rule C-71: whether the rights of servers are told apart. Without any entry all of them have all
 * rights; the first one comes with a bootstrap. */
static bool is_enabled(const struct loom_model *model)
{
    return has_instances(model, LOOM_ID_SERVER, 2) &&
           has_instances(model, LOOM_ID_ACCESS_CONTROL, 1);
}

/* Goes to the entry of an instance; of the object itself with LOOM_ID_NONE (rule C-72).
 * @return false: it has none */
static bool find_entry(struct loom_cursor *at, const struct loom_model *model, uint16_t object,
                       uint16_t instance)
{
    loom_cursor_begin(at, model, LOOM_ID_ACCESS_CONTROL);
    while (loom_cursor_next(at)) {
        if (loom_cursor_number(at, LOOM_ID_ACCESS_CONTROL_OBJECT_ID, LOOM_ID_NONE) == object &&
            loom_cursor_number(at, LOOM_ID_ACCESS_CONTROL_OBJECT_INSTANCE_ID, UINT32_MAX) ==
                instance) {
            return true;
        }
    }
    return false;
}

static bool owns(struct loom_cursor *entry, uint16_t ssid)
{
    return loom_cursor_number(entry, LOOM_ID_ACCESS_CONTROL_ACCESS_CONTROL_OWNER, LOOM_ID_NONE) ==
           ssid;
}

bool loom_access_list(const struct loom_cursor *entry, uint16_t ssid, uint8_t *rights)
{
    struct loom_path path = loom_path_resource_instance(
        LOOM_ID_ACCESS_CONTROL, loom_cursor_instance(entry), LOOM_ID_ACCESS_CONTROL_ACL, ssid);
    struct loom_value value;
    if (loom_model_read(entry->model, &path, &value) != LOOM_OK) {
        return false;
    }
    *rights = (uint8_t)(value.as.unsigned_integer & LOOM_RIGHT_ALL);
    return true;
}

/* ---- rights -----------------------------------------------------------------------------------
 */

/* Rule C-75, of the entry of an instance. To create is a right of objects. */
static uint8_t instance_rights(struct loom_cursor *entry, uint16_t ssid)
{
    uint8_t rights = LOOM_RIGHT_NONE;
    if (!loom_access_list(entry, ssid, &rights)) {
        if (owns(entry, ssid)) {
            return LOOM_RIGHT_ALL;
        }
        (void)loom_access_list(entry, 0, &rights);
    }
    return rights;
}

/* Rule C-72: a server that the entry of the object does not name does not create, whatever others
 * may. */
static uint8_t object_rights(const struct loom_model *model, uint16_t ssid, uint16_t object)
{
    struct loom_cursor entry;
    uint8_t rights = LOOM_RIGHT_NONE;
    if (find_entry(&entry, model, object, LOOM_ID_NONE)) {
        (void)loom_access_list(&entry, ssid, &rights);
    }
    return rights | (LOOM_RIGHT_ALL & ~LOOM_RIGHT_CREATE);
}

/* Rule C-74: managing an entry is its owner's alone. */
static uint8_t entry_rights(const struct loom_model *model, uint16_t ssid, uint16_t instance)
{
    struct loom_cursor entry;
    return loom_cursor_open(&entry, model, LOOM_ID_ACCESS_CONTROL, instance) && owns(&entry, ssid)
               ? LOOM_RIGHT_ALL
               : LOOM_RIGHT_READ;
}

uint8_t loom_access_rights(const struct loom_model *model, uint16_t ssid,
                           const struct loom_path *path)
{
    uint16_t object = path->id[LOOM_OBJECT_ID];
    uint16_t instance = path->id[LOOM_INSTANCE_ID];
    struct loom_cursor entry;
    if (is_foreign(model, ssid, path)) {
        return LOOM_RIGHT_NONE;
    }
    if (path->depth >= 2 && object == LOOM_ID_ACCESS_CONTROL) {
        return entry_rights(model, ssid, instance);
    }
    if (!is_enabled(model)) {
        return LOOM_RIGHT_ALL;
    }
    if (path->depth < 2) {
        return object_rights(model, ssid, object);
    }
    if (find_entry(&entry, model, object, instance)) {
        return instance_rights(&entry, ssid);
    }
    return object == LOOM_ID_SERVER ? LOOM_RIGHT_ALL : LOOM_RIGHT_NONE;
}

enum loom_status loom_access_put_object(const struct loom_model *model, uint16_t ssid,
                                        uint16_t object, struct loom_encoder *encoder)
{
    enum loom_status status = LOOM_OK;
    uint16_t instance = 0;
    for (; status == LOOM_OK && loom_model_next_instance(model, object, &instance); instance++) {
        struct loom_path path = loom_path_instance(object, instance);
        if ((loom_access_rights(model, ssid, &path) & LOOM_RIGHT_READ) != 0) {
            status = loom_walk(model, &path, LOOM_READ_READABLE, encoder);
        }
    }
    return status;
}

/* ---- owners -----------------------------------------------------------------------------------
 */

/* @param path of a resource of the entry, whatever it is */
static void set_number(struct loom_model *model, struct loom_path *path, uint16_t resource,
                       uint16_t number)
{
    const struct loom_value value = {.type = LOOM_INTEGER, .as = {.integer = number}};
    path->id[LOOM_RESOURCE_ID] = resource;
    loom_model_write(model, path, &value); /* in range: it is an id */
}

enum loom_status loom_access_own(struct loom_model *model, uint16_t ssid,
                                 const struct loom_path *instance)
{
    struct loom_cursor at;
    struct loom_path path =
        loom_path_resource(LOOM_ID_ACCESS_CONTROL, LOOM_ID_NONE, LOOM_ID_ACCESS_CONTROL_ACL);
    uint16_t *entry = &path.id[LOOM_INSTANCE_ID];
    if (!is_enabled(model)) {
        return LOOM_OK;
    }
    if (find_entry(&at, model, instance->id[LOOM_OBJECT_ID], instance->id[LOOM_INSTANCE_ID])) {
        *entry = loom_cursor_instance(&at);
        loom_model_clear(model, &path);
    } else {
        enum loom_status status = loom_model_create(model, LOOM_ID_ACCESS_CONTROL, entry);
        if (status != LOOM_OK) {
            return status;
        }
        set_number(model, &path, LOOM_ID_ACCESS_CONTROL_OBJECT_ID, instance->id[LOOM_OBJECT_ID]);
        set_number(model, &path, LOOM_ID_ACCESS_CONTROL_OBJECT_INSTANCE_ID,
                   instance->id[LOOM_INSTANCE_ID]);
    }
    set_number(model, &path, LOOM_ID_ACCESS_CONTROL_ACCESS_CONTROL_OWNER, ssid);
    return LOOM_OK;
}

/* The last entry stays: without any, every server would have all rights (rule C-71), which is for a
 * bootstrap alone to say. */
void loom_access_disown(struct loom_model *model, const struct loom_path *instance)
{
    struct loom_cursor at;
    if (find_entry(&at, model, instance->id[LOOM_OBJECT_ID], instance->id[LOOM_INSTANCE_ID]) &&
        has_instances(model, LOOM_ID_ACCESS_CONTROL, 2)) {
        loom_model_delete(model, LOOM_ID_ACCESS_CONTROL, loom_cursor_instance(&at));
    }
}
