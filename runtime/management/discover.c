/* SPDX-License-Identifier: Apache-2.0 */
/* Discover, rules C-13 .. C-15. */
#include "management/discover.h"

#include "accounts/accounts.h"
#include "model/walk.h"

static void put_link(void *self, const struct loom_path *path, const struct loom_value *value)
{
    struct loom_output *out = self;
    if (value == NULL) {
        return; /* the end of an instance */
    }
    loom_put_link(out, 0, path);
    if (value->type != LOOM_NONE) { /* how many instances a multiple resource has */
        loom_put_text(out, ";dim=");
        loom_put_unsigned(out, value->as.unsigned_integer);
    }
}

static enum loom_status discover(const struct loom_model *model, uint16_t own, uint16_t lwm2m,
                                 const struct loom_path *path, struct loom_output *out)
{
    struct loom_visitor visitor = {out, put_link};
    if (path->depth == 4) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    const struct loom_product_object *entry = loom_model_object(model, path->id[LOOM_OBJECT_ID]);
    if (path->depth == 1 && entry != NULL) {
        uint16_t version = loom_links_version(own, lwm2m, entry->object);
        loom_put_link(out, 0, path);
        if (version != 0) {
            loom_links_put_version(version, out);
        }
    }
    enum loom_status status = loom_walk(model, path, LOOM_READ_NAMES, &visitor);
    /* A resource that only a bootstrap may touch is not shown to servers (rule C-41). */
    return status == LOOM_METHOD_NOT_ALLOWED ? LOOM_NOT_FOUND : status;
}

const struct loom_discover_feature loom_feature_discover = {.discover = discover};
