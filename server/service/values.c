/* SPDX-License-Identifier: Apache-2.0 */
#include "service/values.h"

#include "common/index.h"
#include "common/list.h"
#include "common/text.h"
#include "loom/codec.h"

#include <stdlib.h>
#include <string.h>

/** Characters of a value; longer ones are not remembered. */
#define VALUE_MAX 4096u

struct known {
    struct loom_path path;
    json_t *json; /* an object, a reference */
};

struct device {
    struct loom_index_link by_endpoint;
    struct loom_list order; /* the one that was heard longest ago is the first */
    struct known *list;     /* by path */
    size_t count;
    size_t room;
    struct loom_text endpoint;
    char name[];
};

struct loom_values {
    struct loom_index by_endpoint;
    struct loom_list order;
    size_t count;
    size_t most;
};

/* ---- devices --------------------------------------------------------------------------------- */

static struct device *find_device(const struct loom_values *values, struct loom_text endpoint)
{
    uint64_t hash = loom_index_hash(&values->by_endpoint, endpoint.data, endpoint.length);
    struct loom_index_link *link = loom_index_first(&values->by_endpoint, hash);
    for (; link != NULL; link = loom_index_next(link)) {
        struct device *device = LOOM_INDEX_ENTRY(link, struct device, by_endpoint);
        if (loom_text_same(device->endpoint, endpoint)) {
            return device;
        }
    }
    return NULL;
}

static struct device *have_device(struct loom_values *values, struct loom_text endpoint)
{
    struct device *device = find_device(values, endpoint);
    if (device == NULL && (device = calloc(1, sizeof *device + endpoint.length + 1)) != NULL) {
        memcpy(device->name, endpoint.data, endpoint.length);
        device->endpoint = (struct loom_text){device->name, endpoint.length};
        loom_list_begin(&device->order);
        loom_index_add(&values->by_endpoint, &device->by_endpoint,
                       loom_index_hash(&values->by_endpoint, endpoint.data, endpoint.length));
    }
    return device;
}

static void free_device(struct loom_values *values, struct device *device)
{
    for (size_t i = 0; i < device->count; i++) {
        json_decref(device->list[i].json);
    }
    values->count -= device->count;
    loom_index_remove(&values->by_endpoint, &device->by_endpoint);
    loom_list_remove(&device->order);
    free(device->list);
    free(device);
}

/* ---- values ---------------------------------------------------------------------------------- */

static int compare(const struct loom_path *left, const struct loom_path *right)
{
    for (uint8_t i = 0; i < left->depth && i < right->depth; i++) {
        if (left->id[i] != right->id[i]) {
            return left->id[i] < right->id[i] ? -1 : 1;
        }
    }
    return (int)left->depth - (int)right->depth;
}

/* Where a path is, or would be. */
static size_t place_of(const struct device *device, const struct loom_path *path)
{
    size_t low = 0;
    size_t high = device->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&device->list[middle].path, path) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool is_below(const struct loom_path *path, const struct loom_path *base)
{
    return path->depth >= base->depth &&
           memcmp(path->id, base->id, base->depth * sizeof base->id[0]) == 0;
}

static bool make_room(struct device *device)
{
    if (device->count < device->room) {
        return true;
    }
    size_t room = device->room == 0 ? 8 : 2 * device->room;
    struct known *list = realloc(device->list, room * sizeof *list);
    if (list == NULL) {
        return false;
    }
    device->list = list;
    device->room = room;
    return true;
}

/* Takes the reference. */
static void put(struct loom_values *values, struct device *device, const struct loom_path *path,
                json_t *json)
{
    size_t at = place_of(device, path);
    if (at < device->count && compare(&device->list[at].path, path) == 0) {
        json_decref(device->list[at].json);
        device->list[at].json = json;
        return;
    }
    if (device->count == LOOM_VALUES_OF_DEVICE_MAX || !make_room(device)) {
        json_decref(json);
        return;
    }
    memmove(device->list + at + 1, device->list + at,
            (device->count - at) * sizeof device->list[0]);
    device->list[at] = (struct known){*path, json};
    device->count++;
    values->count++;
}

static void remove_range(struct loom_values *values, struct device *device, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        json_decref(device->list[i].json);
    }
    memmove(device->list + from, device->list + to, (device->count - to) * sizeof device->list[0]);
    device->count -= to - from;
    values->count -= to - from;
}

/* Behind the last one below a path that begins at `from`. */
static size_t end_of(const struct device *device, size_t from, const struct loom_path *path)
{
    size_t to = from;
    while (to < device->count && is_below(&device->list[to].path, path)) {
        to++;
    }
    return to;
}

static void take_one(struct loom_values *values, struct device *device, const json_t *item,
                     const char *at)
{
    const json_t *text = json_object_get(item, "path");
    struct loom_text path_text = {json_string_value(text), json_string_length(text)};
    struct loom_path path;
    if (!json_is_string(text) || !loom_text_to_path(path_text, &path)) {
        return;
    }
    if (json_string_length(json_object_get(item, "value")) > VALUE_MAX ||
        json_string_length(json_object_get(item, "hex")) > VALUE_MAX) {
        /* Nor is an older one shown. */
        size_t place = place_of(device, &path);
        remove_range(values, device, place, end_of(device, place, &path));
        return;
    }
    json_t *copy = json_copy((json_t *)(uintptr_t)item);
    if (copy == NULL || json_object_set_new(copy, "at", json_string(at)) != 0) {
        json_decref(copy);
        return;
    }
    put(values, device, &path, copy);
}

void loom_values_take(struct loom_values *values, struct loom_text endpoint, const json_t *list,
                      const char *at)
{
    size_t i;
    const json_t *item;
    if (json_array_size(list) == 0) {
        return;
    }
    struct device *device = have_device(values, endpoint);
    if (device == NULL) {
        return;
    }
    json_array_foreach(list, i, item)
    {
        take_one(values, device, item, at);
    }
    loom_list_append(&values->order, &device->order);
    while (values->count > values->most && values->order.next != &device->order) {
        free_device(values, LOOM_LIST_ENTRY(values->order.next, struct device, order));
    }
}

json_t *loom_values_below(const struct loom_values *values, struct loom_text endpoint,
                          const struct loom_path *path)
{
    const struct device *device = find_device(values, endpoint);
    json_t *list = json_array();
    if (device == NULL || list == NULL) {
        return list;
    }
    size_t from = place_of(device, path);
    size_t to = end_of(device, from, path);
    for (size_t i = from; i < to; i++) {
        if (json_array_append(list, device->list[i].json) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

void loom_values_forget(struct loom_values *values, struct loom_text endpoint,
                        const struct loom_path *path)
{
    struct device *device = find_device(values, endpoint);
    if (device != NULL) {
        size_t from = place_of(device, path);
        remove_range(values, device, from, end_of(device, from, path));
        if (device->count == 0) {
            free_device(values, device);
        }
    }
}

size_t loom_values_count(const struct loom_values *values)
{
    return values->count;
}

struct loom_values *loom_values_create(uint64_t seed, size_t most)
{
    struct loom_values *values = calloc(1, sizeof *values);
    if (values != NULL) {
        loom_index_begin(&values->by_endpoint, seed);
        loom_list_begin(&values->order);
        values->most = most == 0 ? LOOM_VALUES_MAX : most;
    }
    return values;
}

void loom_values_destroy(struct loom_values *values)
{
    if (values == NULL) {
        return;
    }
    while (!loom_list_is_empty(&values->order)) {
        free_device(values, LOOM_LIST_ENTRY(values->order.next, struct device, order));
    }
    loom_index_end(&values->by_endpoint);
    free(values);
}
