/* SPDX-License-Identifier: Apache-2.0 */
/* Discover, rules C-13 .. C-15. */
#include "management/discover.h"

#include "accounts/accounts.h"
#include "codec/text.h"
#include "context/context.h"
#include "management/operation.h"
#include "model/node.h"
#include "model/walk.h"

/* A list on its way. */
struct links {
    struct loom_encoder encoder; /* first, so that the list is found by it */
    const struct loom_operation *operation;
    const struct loom_reporting_feature *reporting; /* NULL: there are no attributes to be shown */
    uint8_t deepest; /* depth of the paths that are listed at most (rule C-14) */
};

/* A resource that is asked for by itself shows what it inherits, too (rule C-13). */
static void put_attributes(const struct links *links, const struct loom_path *path)
{
    const struct loom_operation *operation = links->operation;
    if (links->reporting != NULL) {
        links->reporting->put_attributes(operation->context, operation->from->ssid, path,
                                         operation->path.depth == 3, links->encoder.out);
    }
}

static void put_link(struct loom_encoder *encoder, const struct loom_path *path,
                     const struct loom_value *value)
{
    struct loom_output *out = encoder->out;
    if (value == NULL) {
        return; /* the end of an instance */
    }
    loom_put_link(out, 0, path);
    if (value->type != LOOM_NONE) { /* how many instances a multiple resource has */
        loom_put_text(out, ";dim=");
        loom_put_unsigned(out, value->as.unsigned_integer);
    }
    put_attributes((const struct links *)encoder, path);
}

static const struct loom_format to_resources = {.number = LOOM_FORMAT_LINK,
                                                .writer = {.put = put_link}};

/* ---- depth, rule C-14 ------------------------------------------------------------------------ */

static void put_instances(const struct links *links, const struct loom_path *resource)
{
    struct loom_path path = *resource;
    uint16_t *id = &path.id[LOOM_RESOURCE_INSTANCE_ID];
    path.depth = 4;
    for (*id = 0; loom_resource_next(links->operation->model, &path, id); ++*id) {
        loom_put_link(links->encoder.out, 0, &path);
        put_attributes(links, &path);
    }
}

/* put_link() for another depth than that of resources. */
static void put_levels(struct loom_encoder *encoder, const struct loom_path *path,
                       const struct loom_value *value)
{
    const struct links *links = (const struct links *)encoder;
    if (value == NULL || path->depth > links->deepest) {
        return;
    }
    put_link(encoder, path, value);
    if (links->deepest > 3 && value->type != LOOM_NONE) {
        put_instances(links, path);
    }
}

/* It came with 1.2; before that, resources are the last that are listed. */
static enum loom_status read(const struct loom_operation *operation, uint8_t *deepest)
{
    const struct loom_request *request = operation->request;
    bool knows = operation->from->lwm2m >= LOOM_LWM2M_1_2;
    uint32_t own = operation->path.depth;
    *deepest = knows && own == 3 ? 4 : 3;
    for (uint8_t i = 0; knows && i < request->query_count; i++) {
        struct loom_text text = request->query[i];
        if (!loom_text_skip(&text, "depth=")) {
            continue;
        }
        if (text.length != 1 || text.data[0] < '0' || text.data[0] > '3') {
            return LOOM_BAD_REQUEST;
        }
        *deepest = (uint8_t)(own + (uint32_t)(text.data[0] - '0'));
    }
    return LOOM_OK;
}

static const struct loom_format to_depth = {.number = LOOM_FORMAT_LINK,
                                            .writer = {.put = put_levels}};

const struct loom_discover_depth_feature loom_feature_discover_depth = {.read = read,
                                                                        .links = &to_depth};

/* ---- the list -------------------------------------------------------------------------------- */

/* Finds how deep the list goes, and with what it is made. */
static enum loom_status choose(struct links *links, const struct loom_format **format)
{
    const struct loom_operation *operation = links->operation;
    const struct loom_discover_depth_feature *depth =
        loom_context_features(operation->context)->discover_depth;
    enum loom_status status = operation->path.depth == 4 ? LOOM_METHOD_NOT_ALLOWED
                              : depth == NULL            ? LOOM_OK
                                                         : depth->read(operation, &links->deepest);
    if (links->deepest != 3) {
        *format = depth->links;
    }
    return status;
}

static enum loom_status discover(const struct loom_operation *operation, struct loom_output *out)
{
    const struct loom_path *path = &operation->path;
    struct links links;
    const struct loom_format *format = &to_resources;
    links.operation = operation;
    links.deepest = 3;
    links.reporting = operation->context->attributes.used > 0
                          ? loom_context_features(operation->context)->reporting
                          : NULL;
    enum loom_status status = choose(&links, &format);
    if (status != LOOM_OK) {
        return status;
    }
    loom_encode_begin(&links.encoder, format, path, out);
    if (path->depth == 1) {
        uint16_t version = loom_links_version(operation->context->config.lwm2m,
                                              operation->from->lwm2m, operation->object);
        loom_put_link(out, 0, path);
        if (version != 0) {
            loom_links_put_version(version, out);
        }
        put_attributes(&links, path);
    }
    status = loom_walk(operation->model, path, LOOM_READ_NAMES, &links.encoder);
    /* A resource that only a bootstrap may touch is not shown to servers (rule C-41). */
    return status == LOOM_METHOD_NOT_ALLOWED ? LOOM_NOT_FOUND : status;
}

const struct loom_discover_feature loom_feature_discover = {.discover = discover};
