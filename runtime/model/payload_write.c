/* SPDX-License-Identifier: Apache-2.0 */
#include "model/payload.h"

#include "model/node.h"

#include <string.h>

#define SECURITY 0

static enum loom_status begin(const struct loom_payload *payload, struct loom_decoder *decoder)
{
    struct loom_path path = payload->part ? loom_path_root() : payload->path;
    return loom_decode_begin(decoder, payload->format, &path, payload->creates, payload->bytes,
                             payload->scratch, payload->scratch_size);
}

/* The next item that is for the object of the payload, if it is for one. */
static enum loom_status next(const struct loom_payload *payload, struct loom_decoder *decoder,
                             struct loom_item *item)
{
    enum loom_status status;
    do {
        status = loom_decode_next(decoder, item);
    } while (status == LOOM_OK && payload->part &&
             item->path.id[LOOM_OBJECT_ID] != payload->path.id[LOOM_OBJECT_ID]);
    return status;
}

/* The lowest id from `*position` on that the items have at this level. Records of SenML come in any
 * order: taking the ids in theirs gives each of them once without remembering any. */
static bool next_id(const struct loom_payload *payload, unsigned level, unsigned *position,
                    uint16_t *id)
{
    struct loom_decoder decoder;
    struct loom_item item;
    bool found = false;
    uint16_t least = 0;
    if (begin(payload, &decoder) != LOOM_OK) {
        return false;
    }
    while (next(payload, &decoder, &item) == LOOM_OK) {
        uint16_t here = item.path.id[level];
        if (here >= *position && (!found || here < least)) {
            least = here;
            found = true;
        }
    }
    if (found) {
        *id = least;
        *position = least + 1u;
    }
    return found;
}

bool loom_payload_object(const struct loom_payload *payload, unsigned *position, uint16_t *object)
{
    if (payload->path.depth == 0) {
        return next_id(payload, LOOM_OBJECT_ID, position, object);
    }
    *object = payload->path.id[LOOM_OBJECT_ID];
    return (*position)++ == 0;
}

struct loom_payload loom_payload_part(const struct loom_payload *payload, uint16_t object)
{
    struct loom_payload part = *payload;
    if (payload->path.depth == 0) {
        part.path = loom_path_object(object);
        part.part = true;
    }
    return part;
}

bool loom_payload_instance(const struct loom_payload *payload, unsigned *position,
                           uint16_t *instance)
{
    if (payload->path.depth >= 2) { /* whatever it brings, it is for this one */
        *instance = payload->path.id[LOOM_INSTANCE_ID];
        return (*position)++ == 0;
    }
    return payload->path.depth == 1 && next_id(payload, LOOM_INSTANCE_ID, position, instance);
}

static bool same_path(const struct loom_path *a, const struct loom_path *b)
{
    return a->depth == b->depth && memcmp(a->id, b->id, a->depth * sizeof a->id[0]) == 0;
}

bool loom_payload_value(const struct loom_payload *payload, const struct loom_path *path,
                        enum loom_type type, struct loom_value *value)
{
    struct loom_decoder decoder;
    struct loom_item item;
    bool found = false;
    if (begin(payload, &decoder) != LOOM_OK) {
        return false;
    }
    while (next(payload, &decoder, &item) == LOOM_OK) {
        if (same_path(&item.path, path)) {
            found = loom_decode_value(&decoder, &item, type, value) == LOOM_OK;
        }
    }
    return found;
}

static bool payload_has_resource(const struct loom_payload *payload, uint16_t instance,
                                 uint16_t resource)
{
    struct loom_decoder decoder;
    struct loom_item item;
    if (begin(payload, &decoder) != LOOM_OK) {
        return false;
    }
    while (next(payload, &decoder, &item) == LOOM_OK) {
        if (item.path.depth >= 3 && item.path.id[LOOM_INSTANCE_ID] == instance &&
            item.path.id[LOOM_RESOURCE_ID] == resource) {
            return true;
        }
    }
    return false;
}

/* ---- first pass -------------------------------------------------------------------------------
 */

/* A null link, or one that leads to an object, or to an instance of it (rule C-24). */
static bool link_leads(const struct loom_model *model, struct loom_objlnk link)
{
    if (link.object == LOOM_ID_NONE) {
        return link.instance == LOOM_ID_NONE;
    }
    return loom_model_object(model, link.object) != NULL &&
           (link.instance == LOOM_ID_NONE ||
            loom_model_has_instance(model, link.object, link.instance));
}

/* A bootstrap server that has no key for a resource may say so with an opaque of no bytes (rules
 * A-48, H.2); where the ranges do not have that, it is as if the resource were not there. */
static bool says_nothing(const struct loom_object *object, const struct loom_resource *row,
                         const struct loom_value *value, const struct loom_write_rules *rules)
{
    return !rules->writable_only && value->type == LOOM_OPAQUE && value->as.opaque.length == 0 &&
           !loom_resource_allows(object, row, value);
}

static enum loom_status
check_value(const struct loom_model *model, const struct loom_object *object,
            const struct loom_resource *row, const struct loom_decoder *decoder,
            const struct loom_item *item, const struct loom_write_rules *rules)
{
    struct loom_value value;
    if (item->empty_multiple) {
        return (row->access & LOOM_MULTIPLE) != 0 ? LOOM_OK : LOOM_BAD_REQUEST;
    }
    if (((row->access & LOOM_MULTIPLE) != 0) != (item->path.depth == 4)) {
        return LOOM_BAD_REQUEST;
    }
    enum loom_status status = loom_decode_value(decoder, item, (enum loom_type)row->type, &value);
    if (status != LOOM_OK) {
        return status;
    }
    if (says_nothing(object, row, &value, rules)) {
        return LOOM_OK;
    }
    if (rules->check_links && value.type == LOOM_OBJLNK && !link_leads(model, value.as.objlnk)) {
        return LOOM_BAD_REQUEST;
    }
    /* The instance need not exist yet, so the value is checked against the row alone. */
    struct loom_node node = {
        .object = object, .row = row, .range_object = object, .range_row = row, .path = item->path};
    if ((object->flags & LOOM_OBJECT_ACCOUNT_VIEW) != 0) {
        const struct loom_product_object *shown = loom_model_object(model, SECURITY);
        node.object = shown == NULL ? NULL : shown->object;
        node.row = shown == NULL ? NULL : loom_object_resource(shown->object, row->offset);
        if (node.row == NULL) {
            return LOOM_NOT_FOUND;
        }
    }
    return loom_check_value(&node, &value);
}

/* What a bootstrap writes is staged, and a function of the product is not: called now, it could not
 * be taken back. So a bootstrap passes over what the product serves itself. */
static bool keeps_out(const struct loom_resource *row, const struct loom_write_rules *rules)
{
    return !rules->writable_only && (row->access & LOOM_HANDLED) != 0;
}

static enum loom_status check_item(const struct loom_model *model,
                                   const struct loom_product_object *entry,
                                   const struct loom_payload *payload,
                                   const struct loom_decoder *decoder, const struct loom_item *item,
                                   const struct loom_write_rules *rules)
{
    const struct loom_object *object = entry->object;
    const struct loom_resource *row = loom_object_resource(object, item->path.id[LOOM_RESOURCE_ID]);
    uint16_t instance = item->path.id[LOOM_INSTANCE_ID];
    bool single_target = payload->path.depth >= 3;
    if (!rules->create && !loom_model_has_instance(model, object->id, instance)) {
        return LOOM_NOT_FOUND;
    }
    if (row == NULL) {
        /* Unknown optional resources are no error in a write of an instance (C-22) nor anywhere in
         * a bootstrap. */
        return single_target && rules->writable_only ? LOOM_NOT_FOUND : LOOM_OK;
    }
    if (rules->writable_only && (row->access & LOOM_W) == 0) {
        /* Create ignores what is read-only (C-25); elsewhere it spoils the payload (C-22). */
        return rules->create ? LOOM_OK : LOOM_METHOD_NOT_ALLOWED;
    }
    if (row->type == LOOM_NONE || keeps_out(row, rules)) {
        return LOOM_OK; /* nothing to write in an executable */
    }
    return check_value(model, object, row, decoder, item, rules);
}

/* How many instances of a multiple resource there would be. */
static bool has_room(const struct loom_model *model, const struct loom_payload *payload,
                     const struct loom_path *resource, const struct loom_resource *row,
                     bool replace)
{
    struct loom_decoder decoder;
    struct loom_item item;
    unsigned count = 0;
    uint16_t id = 0;
    if (!replace) {
        for (; loom_model_next_resource_instance(model, resource->id[0], resource->id[1],
                                                 resource->id[2], &id);
             id++) {
            count++;
        }
    }
    if (begin(payload, &decoder) != LOOM_OK) {
        return false;
    }
    while (next(payload, &decoder, &item) == LOOM_OK) {
        if (item.path.depth == 4 && item.path.id[1] == resource->id[1] &&
            item.path.id[2] == resource->id[2]) {
            bool exists = !replace && loom_model_exists(model, &item.path) == LOOM_OK;
            count += exists ? 0u : 1u;
        }
    }
    return count <= row->count;
}

/* Secrets that a NoSec, PSK or EST account does not have, though the object calls them mandatory
 * (rules A-48, H.2); the consistency check at Finish knows which. */
static bool may_be_left_out(const struct loom_resource *row)
{
    return (row->access & LOOM_CREDENTIAL) != 0;
}

static bool is_complete(const struct loom_object *object, const struct loom_payload *payload,
                        uint16_t instance, bool writable_only)
{
    for (unsigned i = 0; i < object->resource_count; i++) {
        const struct loom_resource *row = &object->resources[i];
        if ((row->access & LOOM_MANDATORY) != 0 && (row->access & LOOM_HANDLED) == 0 &&
            row->type != LOOM_NONE && !may_be_left_out(row) &&
            (!writable_only || (row->access & LOOM_W) != 0) &&
            !payload_has_resource(payload, instance, row->id)) {
            return false;
        }
    }
    return true;
}

static enum loom_status check_instances(const struct loom_model *model,
                                        const struct loom_product_object *entry,
                                        const struct loom_payload *payload,
                                        const struct loom_write_rules *rules)
{
    const struct loom_object *object = entry->object;
    unsigned position = 0;
    unsigned created = 0;
    unsigned used = 0;
    uint16_t instance = 0;
    for (; loom_model_next_instance(model, object->id, &instance); instance++) {
        used++;
    }
    while (loom_payload_instance(payload, &position, &instance)) {
        if (rules->complete && payload->path.depth < 3 &&
            !is_complete(object, payload, instance, rules->writable_only)) {
            return LOOM_BAD_REQUEST;
        }
        if ((object->flags & LOOM_OBJECT_MULTIPLE) == 0 && instance != 0 &&
            instance != LOOM_ID_NONE) {
            return LOOM_BAD_REQUEST;
        }
        created += loom_model_has_instance(model, object->id, instance) ? 0u : 1u;
    }
    bool fits = used + created <= entry->room || (object->flags & LOOM_OBJECT_ACCOUNT_VIEW) != 0;
    return fits ? LOOM_OK : LOOM_TOO_LARGE;
}

/* Whether an item before number `count` is for the same resource of the same instance. */
static bool came_before(const struct loom_payload *payload, unsigned count,
                        const struct loom_path *path)
{
    struct loom_decoder decoder;
    struct loom_item item;
    if (begin(payload, &decoder) != LOOM_OK) {
        return false;
    }
    while (count-- > 0 && next(payload, &decoder, &item) == LOOM_OK) {
        if (item.path.depth >= 3 && item.path.id[LOOM_INSTANCE_ID] == path->id[LOOM_INSTANCE_ID] &&
            item.path.id[LOOM_RESOURCE_ID] == path->id[LOOM_RESOURCE_ID] &&
            (item.path.depth == 3 || path->depth == 3 || same_path(&item.path, path))) {
            return true;
        }
    }
    return false;
}

/* Whether `path` stands behind `other` in ascending order of the first `depth` ids. */
static bool is_above(const struct loom_path *path, const struct loom_path *other, unsigned depth)
{
    for (unsigned level = LOOM_INSTANCE_ID; level < depth; level++) {
        if (path->id[level] != other->id[level]) {
            return path->id[level] > other->id[level];
        }
    }
    return false;
}

/* A resource that comes twice says two things at once, and so does a multiple one in two entries of
 * TLV (rule D-13); in SenML its instances may stand anywhere. Servers send ascending ids, so only
 * what is not above the `highest` so far needs a second look. */
static bool is_repeated(const struct loom_payload *payload, unsigned count,
                        const struct loom_path *last, const struct loom_path *highest,
                        const struct loom_path *path)
{
    bool goes_on = last->id[LOOM_INSTANCE_ID] == path->id[LOOM_INSTANCE_ID] &&
                   last->id[LOOM_RESOURCE_ID] == path->id[LOOM_RESOURCE_ID];
    bool alone = goes_on || (payload->format->traits & LOOM_FORMAT_ANY_ORDER) != 0;
    bool instances = alone && path->depth == 4 && highest->depth == 4;
    struct loom_path whole = *path;
    whole.depth = 3;
    if (highest->depth < 3 || is_above(path, highest, instances ? 4 : 3)) {
        return false;
    }
    return came_before(payload, count, alone ? path : &whole);
}

static enum loom_status check_room(const struct loom_model *model, const struct loom_object *object,
                                   const struct loom_payload *payload, const struct loom_item *item,
                                   const struct loom_write_rules *rules)
{
    const struct loom_resource *row = loom_object_resource(object, item->path.id[LOOM_RESOURCE_ID]);
    bool stored = row != NULL && item->path.depth == 4 && (row->access & LOOM_HANDLED) == 0;
    bool replace = rules->replace && payload->path.depth < 4;
    return !stored || has_room(model, payload, &item->path, row, replace) ? LOOM_OK
                                                                          : LOOM_TOO_LARGE;
}

/* Nothing at all is a value of a multiple resource: it has no instances then. */
static bool names_one_value(const struct loom_object *object, const struct loom_path *path)
{
    const struct loom_resource *row =
        path->depth < 3 ? NULL : loom_object_resource(object, path->id[LOOM_RESOURCE_ID]);
    return row != NULL && (path->depth == 4 || (row->access & LOOM_MULTIPLE) == 0);
}

static enum loom_status check_part(const struct loom_model *model,
                                   const struct loom_payload *payload,
                                   const struct loom_write_rules *rules)
{
    const struct loom_product_object *entry =
        loom_model_object(model, payload->path.id[LOOM_OBJECT_ID]);
    struct loom_path last = loom_path_root();
    struct loom_path highest = loom_path_root();
    struct loom_decoder decoder;
    struct loom_item item;
    if (entry == NULL) {
        return LOOM_NOT_FOUND;
    }
    enum loom_status status = begin(payload, &decoder);
    if (status != LOOM_OK) {
        return status;
    }
    for (unsigned count = 0; (status = next(payload, &decoder, &item)) == LOOM_OK; count++) {
        if (item.path.depth >= 3) {
            status = check_item(model, entry, payload, &decoder, &item, rules);
            if (status == LOOM_OK) {
                status = check_room(model, entry->object, payload, &item, rules);
            }
            if (status == LOOM_OK && is_repeated(payload, count, &last, &highest, &item.path)) {
                status = LOOM_BAD_REQUEST;
            }
            if (status != LOOM_OK) {
                return status;
            }
            last = item.path;
            if (highest.depth < 3 || is_above(&item.path, &highest, item.path.depth)) {
                highest = item.path;
            }
        }
    }
    if (status == LOOM_END && last.depth == 0 && names_one_value(entry->object, &payload->path)) {
        return LOOM_BAD_REQUEST; /* no value where there must be one */
    }
    return status == LOOM_END ? check_instances(model, entry, payload, rules) : status;
}

/* Whether all of it can be read: a payload for the root might break off before the first object, or
 * between two. */
static enum loom_status read_through(const struct loom_payload *payload)
{
    struct loom_decoder decoder;
    struct loom_item item;
    enum loom_status status = begin(payload, &decoder);
    while (status == LOOM_OK) {
        status = next(payload, &decoder, &item);
    }
    return status == LOOM_END ? LOOM_OK : status;
}

enum loom_status loom_payload_check(const struct loom_model *model,
                                    const struct loom_payload *payload,
                                    const struct loom_write_rules *rules)
{
    unsigned position = 0;
    uint16_t object;
    enum loom_status status = payload->path.depth == 0 ? read_through(payload) : LOOM_OK;
    while (status == LOOM_OK && loom_payload_object(payload, &position, &object)) {
        struct loom_payload part = loom_payload_part(payload, object);
        status = check_part(model, &part, rules);
    }
    return status;
}

/* ---- second pass ------------------------------------------------------------------------------
 */

/* Resources that exist only if somebody wrote them. */
static bool is_written(const struct loom_resource *row)
{
    return row->type != LOOM_NONE && (row->access & LOOM_HANDLED) == 0;
}

/* The row that an item is written to; NULL if it names an instance alone or is passed over. */
static const struct loom_resource *written_row(const struct loom_object *object,
                                               const struct loom_item *item,
                                               const struct loom_write_rules *rules)
{
    const struct loom_resource *row =
        item->path.depth < 3 ? NULL : loom_object_resource(object, item->path.id[LOOM_RESOURCE_ID]);
    bool refused = row != NULL && (row->type == LOOM_NONE || keeps_out(row, rules) ||
                                   (rules->writable_only && (row->access & LOOM_W) == 0));
    return refused ? NULL : row;
}

/* An instance as a payload finds it: nothing in it but what the product itself serves. The
 * mandatory resources that the payload does not bring are missing, and a Finish will say so.
 * A server's Create is `fresh`: it brings all that is mandatory, so no preset value is left among
 * what it may write. */
static void strip_instance(struct loom_model *model, const struct loom_product_object *entry,
                           uint16_t instance, bool writable_only, bool fresh)
{
    unsigned char *at = loom_node_instance(model, entry, instance);
    for (unsigned i = 0; at != NULL && i < entry->object->resource_count; i++) {
        const struct loom_resource *row = &entry->object->resources[i];
        struct loom_node node = {.object = entry->object, .instance = at, .row = row};
        bool mandatory = (row->access & LOOM_MANDATORY) != 0;
        bool kept = writable_only && ((row->access & LOOM_W) == 0 || (mandatory && !fresh));
        if (is_written(row) && !kept && loom_node_present(&node)) {
            struct loom_path path = loom_path_resource(entry->object->id, instance, row->id);
            loom_storage_reset(entry->object, row, at);
            loom_node_set_present(&node, false);
            loom_model_tell(model, &path, LOOM_CHANGE_VALUE);
        }
    }
}

static enum loom_status create_instances(struct loom_model *model,
                                         const struct loom_product_object *entry,
                                         const struct loom_payload *payload,
                                         const struct loom_write_rules *rules)
{
    unsigned position = 0;
    uint16_t instance;
    while (loom_payload_instance(payload, &position, &instance)) {
        if (!loom_model_has_instance(model, entry->object->id, instance)) {
            uint16_t id = instance;
            enum loom_status status = loom_model_create(model, entry->object->id, &id);
            if (status != LOOM_OK) {
                return status;
            }
            strip_instance(model, entry, id, rules->writable_only, true);
        }
    }
    return LOOM_OK;
}

static void empty_instances(struct loom_model *model, const struct loom_product_object *entry,
                            const struct loom_payload *payload,
                            const struct loom_write_rules *rules)
{
    unsigned position = 0;
    uint16_t instance;
    while (rules->replace && payload->path.depth < 3 &&
           loom_payload_instance(payload, &position, &instance)) {
        strip_instance(model, entry, instance, rules->writable_only, false);
    }
}

/* A multiple resource that is about to be written exists, and loses its instances if what comes
 * replaces them (rule C-20). All of them before the first is written, because the records of one
 * may be scattered. */
static void prepare_multiples(struct loom_model *model, const struct loom_product_object *entry,
                              const struct loom_payload *payload,
                              const struct loom_write_rules *rules)
{
    struct loom_path last = loom_path_root();
    struct loom_decoder decoder;
    struct loom_item item;
    enum loom_status status = payload->path.depth < 4 ? begin(payload, &decoder) : LOOM_END;
    while (status == LOOM_OK && next(payload, &decoder, &item) == LOOM_OK) {
        const struct loom_resource *row = written_row(entry->object, &item, rules);
        struct loom_path resource = item.path;
        resource.depth = 3;
        if (row == NULL || (row->access & LOOM_MULTIPLE) == 0 ||
            (row->access & LOOM_HANDLED) != 0 || same_path(&last, &resource)) {
            continue;
        }
        last = resource;
        if (rules->replace) {
            loom_model_clear(model, &resource);
        }
        loom_model_instantiate(model, &resource);
    }
}

/* Writes the resources that functions of the product serve, or those that are stored. */
static enum loom_status write_items(struct loom_model *model,
                                    const struct loom_product_object *entry,
                                    const struct loom_payload *payload,
                                    const struct loom_write_rules *rules, bool handled)
{
    struct loom_decoder decoder;
    struct loom_item item;
    enum loom_status status = begin(payload, &decoder);
    while (status == LOOM_OK && next(payload, &decoder, &item) == LOOM_OK) {
        const struct loom_resource *row = written_row(entry->object, &item, rules);
        struct loom_value value;
        if (row == NULL || item.empty_multiple || ((row->access & LOOM_HANDLED) != 0) != handled) {
            continue;
        }
        status = loom_decode_value(&decoder, &item, (enum loom_type)row->type, &value);
        if (status == LOOM_OK && says_nothing(entry->object, row, &value, rules)) {
            loom_model_clear(model, &item.path);
        } else if (status == LOOM_OK) {
            status = loom_model_write(model, &item.path, &value);
        }
    }
    return status;
}

/* Only functions of the product can still refuse: they go first, before anything stored is lost. */
static enum loom_status write_handled(struct loom_model *model, const struct loom_payload *payload,
                                      const struct loom_write_rules *rules)
{
    const struct loom_product_object *entry =
        loom_model_object(model, payload->path.id[LOOM_OBJECT_ID]);
    enum loom_status status = create_instances(model, entry, payload, rules);
    return status == LOOM_OK ? write_items(model, entry, payload, rules, true) : status;
}

static enum loom_status write_stored(struct loom_model *model, const struct loom_payload *payload,
                                     const struct loom_write_rules *rules)
{
    const struct loom_product_object *entry =
        loom_model_object(model, payload->path.id[LOOM_OBJECT_ID]);
    empty_instances(model, entry, payload, rules);
    prepare_multiples(model, entry, payload, rules);
    return write_items(model, entry, payload, rules, false);
}

enum loom_status loom_payload_write(struct loom_model *model, const struct loom_payload *payload,
                                    const struct loom_write_rules *rules)
{
    unsigned position = 0;
    uint16_t object;
    enum loom_status status = loom_payload_check(model, payload, rules);
    while (status == LOOM_OK && loom_payload_object(payload, &position, &object)) {
        struct loom_payload part = loom_payload_part(payload, object);
        status = write_handled(model, &part, rules);
    }
    for (position = 0; status == LOOM_OK && loom_payload_object(payload, &position, &object);) {
        struct loom_payload part = loom_payload_part(payload, object);
        status = write_stored(model, &part, rules);
    }
    return status;
}
