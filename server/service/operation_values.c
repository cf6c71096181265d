/* SPDX-License-Identifier: Apache-2.0 */
#include "service/operation_reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- values of an instance ------------------------------------------------------------------- */

bool loom_ask_add_item(const struct loom_asked *reading, struct loom_asked_items *items,
                       const struct loom_asked_item *item)
{
    if (items->count == LOOM_ASK_ITEMS_MAX) {
        return loom_ask_wrong(reading, "/values", "at most %u values", LOOM_ASK_ITEMS_MAX);
    }
    items->list[items->count++] = *item;
    return true;
}

static int compare_paths(const void *left, const void *right)
{
    const struct loom_path *a = &((const struct loom_asked_item *)left)->path;
    const struct loom_path *b = &((const struct loom_asked_item *)right)->path;
    for (uint8_t i = 0; i < a->depth && i < b->depth; i++) {
        if (a->id[i] != b->id[i]) {
            return a->id[i] < b->id[i] ? -1 : 1;
        }
    }
    return (int)a->depth - (int)b->depth;
}

/* Sorts them. @return false: two are for the same place */
bool loom_ask_sort_items(const struct loom_asked *reading, struct loom_asked_items *items)
{
    bool good = true;
    qsort(items->list, items->count, sizeof items->list[0], compare_paths);
    for (size_t i = 1; i < items->count; i++) {
        if (compare_paths(&items->list[i - 1], &items->list[i]) == 0) {
            good = loom_ask_wrong(reading, items->list[i].at, "the same resource is named twice");
        }
    }
    return good;
}

/* The instances of a multiple resource: {"0": value, "1": value}. */
static bool add_instances(const struct loom_asked *reading, const struct loom_asked_item *resource,
                          const json_t *json, struct loom_asked_items *items)
{
    bool good = true;
    const char *name;
    json_t *value;
    struct loom_asked_item item = *resource;
    if (!json_is_object(json)) {
        return loom_ask_wrong(reading, resource->at, "%s has instances: expected {\"0\": value}",
                              resource->entry.name);
    }
    if (json_object_size(json) == 0) {
        item.json = NULL;
        return loom_ask_add_item(reading, items, &item);
    }
    item.path.depth = 4;
    json_object_foreach((json_t *)(uintptr_t)json, name, value)
    {
        struct loom_text text = {name, strlen(name)};
        (void)snprintf(item.at, sizeof item.at, "%.40s/%.20s", resource->at, name);
        item.json = value;
        if (!loom_text_to_id(text, &item.path.id[LOOM_RESOURCE_INSTANCE_ID])) {
            good = loom_ask_wrong(reading, item.at, "expected the number of a resource instance");
        } else {
            good = loom_ask_add_item(reading, items, &item) && good;
        }
    }
    return good;
}

/* A resource by its number or name. */
static bool add_resource(const struct loom_asked *reading, const struct loom_path *instance,
                         const char *name, const json_t *json, struct loom_asked_items *items)
{
    struct loom_text text = {name, strlen(name)};
    struct loom_asked_item item;
    uint16_t id;
    memset(&item, 0, sizeof item);
    (void)snprintf(item.at, sizeof item.at, "/values/%.50s", name);
    uint16_t object = instance->id[LOOM_OBJECT_ID];
    if (loom_text_to_id(text, &id)
            ? !loom_ask_find_entry(reading, object, id, &item.entry)
            : !loom_catalog_resource_by_name(reading->catalog, object, text, &item.entry)) {
        return loom_ask_wrong(reading, item.at, "the models know no such resource");
    }
    item.path = *instance;
    item.path.depth = 3;
    item.path.id[LOOM_RESOURCE_ID] = item.entry.row->id;
    item.json = json;
    return loom_ask_is_multiple(&item.entry) ? add_instances(reading, &item, json, items)
                                             : loom_ask_add_item(reading, items, &item);
}

static bool collect_resources(const struct loom_asked *reading, const struct loom_path *instance,
                              struct loom_asked_items *items)
{
    bool good = true;
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)loom_ask_member(reading, "values"), name, value)
    {
        good = add_resource(reading, instance, name, value, items) && good;
    }
    return good && loom_ask_sort_items(reading, items);
}

/* ---- writing them ---------------------------------------------------------------------------- */

/* Puts an item, and what holds it: instances and multiple resources come before and behind. */
struct writing {
    struct loom_encoder encoder;
    struct loom_path instance; /* that is open; depth 0: none */
    struct loom_path multiple; /* the same */
};

static bool same_path(const struct loom_path *left, const struct loom_path *right, uint8_t depth)
{
    for (uint8_t i = 0; i < depth; i++) {
        if (left->id[i] != right->id[i]) {
            return false;
        }
    }
    return true;
}

static void close_holder(struct writing *writing, struct loom_path *holder)
{
    if (holder->depth != 0) {
        loom_encode_put(&writing->encoder, holder, NULL);
        holder->depth = 0;
    }
}

static void open_holder(struct writing *writing, struct loom_path *holder,
                        const struct loom_path *path, uint8_t depth)
{
    static const struct loom_value none = {.type = LOOM_NONE};
    *holder = *path;
    holder->depth = depth;
    loom_encode_put(&writing->encoder, holder, &none);
}

static void go_to(struct writing *writing, const struct loom_path *path, bool multiple)
{
    if (writing->multiple.depth != 0 && !same_path(&writing->multiple, path, 3)) {
        close_holder(writing, &writing->multiple);
    }
    if (writing->instance.depth != 0 && !same_path(&writing->instance, path, 2)) {
        close_holder(writing, &writing->instance);
    }
    if (writing->instance.depth == 0) {
        open_holder(writing, &writing->instance, path, 2);
    }
    if (multiple && writing->multiple.depth == 0) {
        open_holder(writing, &writing->multiple, path, 3);
    }
}

static bool put_items(struct loom_asked *reading, struct writing *writing,
                      const struct loom_asked_items *items, struct loom_asked_scratch *scratch)
{
    bool good = true;
    for (size_t i = 0; i < items->count; i++) {
        const struct loom_asked_item *item = &items->list[i];
        struct loom_value value = {.type = LOOM_NONE};
        go_to(writing, &item->path, loom_ask_is_multiple(&item->entry));
        if (item->json == NULL && item->path.depth == 3) {
            continue; /* a multiple resource without instances: its holder says it */
        }
        if (item->json == NULL || json_is_null(item->json)) {
            loom_encode_put(&writing->encoder, &item->path, &value);
        } else if (loom_ask_read_value(reading, item->at, &item->entry, item->json, &value,
                                       scratch)) {
            loom_encode_put(&writing->encoder, &item->path, &value);
        } else {
            good = false;
        }
    }
    close_holder(writing, &writing->multiple);
    close_holder(writing, &writing->instance);
    return good;
}

/* Encodes items as a payload for `base`. */
static bool encode_items(struct loom_asked *reading, const struct loom_path *base, uint16_t number,
                         enum loom_encode_none nones, const struct loom_asked_items *items)
{
    struct writing writing;
    struct loom_asked_scratch scratch;
    size_t bytes = loom_ask_string_bytes(reading->body);
    const struct loom_format *format = loom_ask_find_format(reading, base, number);
    if (format == NULL ||
        !loom_ask_make_room(reading, bytes + items->count * LOOM_ASK_SCALAR_MAX)) {
        return false;
    }
    scratch.bytes = malloc(bytes + 1);
    if (scratch.bytes == NULL) {
        return loom_ask_wrong(reading, "", "out of memory");
    }
    memset(&writing, 0, sizeof writing);
    loom_encode_begin(&writing.encoder, format, base, &reading->out);
    writing.encoder.nones = (uint8_t)nones;
    bool good = put_items(reading, &writing, items, &scratch);
    free(scratch.bytes);
    reading->operation->request.content_format = number;
    return good && loom_ask_finish_payload(reading, &writing.encoder);
}

/* Collects items by a function and encodes them. */
static bool encode_values(struct loom_asked *reading, const struct loom_path *instance,
                          const struct loom_path *base, uint16_t format)
{
    struct loom_asked_items items = {malloc(LOOM_ASK_ITEMS_MAX * sizeof *items.list), 0};
    bool good = items.list != NULL || loom_ask_wrong(reading, "", "out of memory");
    good = good && collect_resources(reading, instance, &items) &&
           encode_items(reading, base, format, LOOM_ENCODE_HOLDERS, &items);
    free(items.list);
    return good;
}

/* ---- the operations -------------------------------------------------------------------------- */

/* The instances of one multiple resource, as a whole. */
static bool write_instances(struct loom_asked *reading, const struct loom_path *path,
                            uint16_t format)
{
    struct loom_asked_items items = {malloc(LOOM_ASK_ITEMS_MAX * sizeof *items.list), 0};
    struct loom_asked_item item;
    memset(&item, 0, sizeof item);
    (void)snprintf(item.at, sizeof item.at, "/values");
    item.path = *path;
    bool good = items.list != NULL || loom_ask_wrong(reading, "", "out of memory");
    good = good && (loom_ask_find_entry(reading, path->id[LOOM_OBJECT_ID],
                                        path->id[LOOM_RESOURCE_ID], &item.entry) ||
                    loom_ask_wrong(reading, "/path", "the models know no such resource"));
    good = good && (loom_ask_is_multiple(&item.entry) ||
                    loom_ask_wrong(reading, "/values", "%s has no instances: give `value`",
                                   item.entry.name));
    good = good && add_instances(reading, &item, loom_ask_member(reading, "values"), &items) &&
           loom_ask_sort_items(reading, &items) &&
           encode_items(reading, path, format, LOOM_ENCODE_HOLDERS, &items);
    free(items.list);
    return good;
}

static bool write_values(struct loom_asked *reading)
{
    struct loom_path path = reading->operation->request.path;
    uint16_t format = LOOM_FORMAT_TLV;
    if (!loom_ask_read_format(reading, &format)) {
        return false;
    }
    switch (path.depth) {
    case 2:
        return encode_values(reading, &path, &path, format);
    case 3:
        return write_instances(reading, &path, format);
    default:
        return loom_ask_wrong(reading, "/path",
                              "expected an instance, as in \"/1/0\", or a resource with "
                              "instances, as in \"/2/0/2\"");
    }
}

bool loom_ask_read_write(struct loom_asked *reading)
{
    const struct loom_path *path = &reading->operation->request.path;
    bool one = loom_ask_member(reading, "value") != NULL;
    if (one == (loom_ask_member(reading, "values") != NULL)) {
        return loom_ask_wrong(reading, "", "write needs either value or values");
    }
    if (one && path->depth < 3) {
        return loom_ask_wrong(reading, "/path", "expected a resource, as in \"/3/0/14\"");
    }
    return one ? loom_ask_write_value(reading, path) : write_values(reading);
}

bool loom_ask_read_update(struct loom_asked *reading)
{
    return write_values(reading);
}

/* `/3303` lets the client choose the id, `/3303/2` names it in the payload (rule D-14). */
bool loom_ask_read_create(struct loom_asked *reading)
{
    struct loom_dm_request *request = &reading->operation->request;
    struct loom_path instance = request->path;
    struct loom_path base = request->path;
    uint16_t format = LOOM_FORMAT_TLV;
    if (!loom_ask_read_format(reading, &format)) {
        return false;
    }
    if (instance.depth != 1 && instance.depth != 2) {
        return loom_ask_wrong(reading, "/path",
                              "expected an object or a new instance, as in \"/3303/2\"");
    }
    if (instance.depth == 1) {
        /* Resources alone: the encoder writes them as those of an instance without a number. */
        instance.depth = 2;
        instance.id[LOOM_INSTANCE_ID] = 0;
        base = instance;
    } else {
        base.depth = 1;
    }
    request->path.depth = 1;
    return loom_ask_member(reading, "values") != NULL || base.depth == 1
               ? encode_values(reading, &instance, &base, format)
               : true;
}
