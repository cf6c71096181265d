/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of a change in the model, whoever made it: servers hear of it, by an Update or as
 * they observe it, and what is to outlive a restart is stored. Nothing is done here at once,
 * because a change comes from within a call of the product or of a room; the next step does it,
 * once for all changes. */
#include "client/rooms.h"
#include "context/context.h"
#include "loom/ids.h"

/* Instances make the object list; lifetime and binding are values of the Server object and of one
 * resource of Device, whose other values change often. After a bootstrap every server is registered
 * at again. */
static bool servers_know(const struct loom_path *path, enum loom_change change)
{
    uint16_t object = path->id[LOOM_OBJECT_ID];
    bool binding = object == LOOM_ID_DEVICE &&
                   path->id[LOOM_RESOURCE_ID] == LOOM_ID_DEVICE_SUPPORTED_BINDING_AND_MODES;
    return change != LOOM_CHANGE_BOOTSTRAP &&
           (change != LOOM_CHANGE_VALUE || object == LOOM_ID_SERVER || binding);
}

/* A value that the product serves itself is not in the record. A bootstrap has stored its accounts
 * before it put them in force; what the product has from the start may be back since then. */
static bool is_to_be_stored(const struct loom_model *model, const struct loom_path *path,
                            enum loom_change change)
{
    const struct loom_object *object = loom_model_object(model, path->id[LOOM_OBJECT_ID])->object;
    if ((object->flags & LOOM_OBJECT_PERSISTENT) == 0) {
        return false;
    }
    if (change == LOOM_CHANGE_BOOTSTRAP) {
        return (object->flags & LOOM_OBJECT_ACCOUNT) == 0;
    }
    const struct loom_resource *row =
        path->depth < 3 ? NULL : loom_object_resource(object, path->id[LOOM_RESOURCE_ID]);
    return row == NULL || (row->access & LOOM_HANDLED) == 0;
}

static void note_change(void *watcher, const struct loom_at *at, enum loom_change change)
{
    struct loom_context *context = watcher;
    if (servers_know(&at->path, change)) {
        loom_context_wish(context, LOOM_WISH_COMPARE);
    }
    if (loom_state_is_stored(context) && is_to_be_stored(at->model, &at->path, change)) {
        loom_context_wish(context, LOOM_WISH_KEEP);
    }
    const struct loom_reporting_feature *reporting = loom_context_features(context)->reporting;
    if (reporting != NULL) {
        reporting->changed(context, at, change);
    }
}

void loom_client_watch(struct loom_client *client)
{
    struct loom_model *model = client->context.config.model;
    model->watch = note_change;
    model->watcher = &client->context;
}

void loom_client_unwatch(struct loom_client *client)
{
    client->context.config.model->watch = NULL;
}
