/* SPDX-License-Identifier: Apache-2.0 */
/* Discover, rules C-13 .. C-15. */
#include "management/discover.h"

#include "accounts/accounts.h"
#include "model/walk.h"

/* The list as far as it has come. `dim`, how many instances a multiple resource has, follows its
 * link, so it waits until they are counted. */
struct links {
    struct loom_output *out;
    bool counting;
    uint16_t count;
    /* The link of the instance whose resources come, as it is in the output; its length is 0
     * before the first link of all. */
    size_t instance;
    size_t instance_length;
};

/* The link of a resource is that of its instance, gone on with. */
static void put_target(struct links *links, const struct loom_path *path)
{
    struct loom_output *out = links->out;
    size_t length = links->instance_length;
    if (length > 0) {
        loom_put_byte(out, ',');
    }
    if (length > 0 && path->depth == 3) {
        loom_put_bytes(out, out->data + links->instance, length);
        if (out->length > 0) {                /* it may have had no room */
            out->data[out->length - 1] = '/'; /* for the '>' */
        }
        loom_put_unsigned(out, path->id[LOOM_RESOURCE_ID]);
    } else {
        links->instance = out->length;
        loom_put_byte(out, '<');
        loom_put_path(out, path);
        links->instance_length = out->length - links->instance + 1;
    }
    loom_put_byte(out, '>');
}

static void end_link(struct links *links)
{
    if (links->counting) {
        loom_put_text(links->out, ";dim=");
        loom_put_unsigned(links->out, links->count);
    }
}

static enum loom_status put_link(void *self, const struct loom_path *path,
                                 const struct loom_resource *row, const struct loom_value *value)
{
    struct links *links = self;
    (void)value;
    if (path->depth == 4) {
        links->count++;
        return LOOM_OK;
    }
    end_link(links);
    put_target(links, path);
    links->counting = row != NULL && (row->access & LOOM_MULTIPLE) != 0;
    links->count = 0;
    return LOOM_OK;
}

static void put_object(const struct loom_path *path, uint16_t version, struct links *links)
{
    put_link(links, path, NULL, NULL);
    if (version != 0) {
        loom_links_put_version(version, links->out);
    }
}

static enum loom_status discover(const struct loom_model *model, uint16_t own, uint16_t lwm2m,
                                 const struct loom_path *path, struct loom_output *out)
{
    struct links links = {.out = out};
    struct loom_visitor visitor = {&links, put_link};
    if (path->depth == 4) {
        return LOOM_METHOD_NOT_ALLOWED;
    }
    const struct loom_product_object *entry = loom_model_object(model, path->id[LOOM_OBJECT_ID]);
    if (path->depth == 1 && entry != NULL) {
        put_object(path, loom_links_version(own, lwm2m, entry->object), &links);
    }
    enum loom_status status = loom_walk(model, path, LOOM_READ_NAMES, &visitor);
    end_link(&links);
    /* A resource that only a bootstrap may touch is not shown to servers (rule C-41). */
    return status == LOOM_METHOD_NOT_ALLOWED ? LOOM_NOT_FOUND : status;
}

const struct loom_discover_feature loom_feature_discover = {.discover = discover};
