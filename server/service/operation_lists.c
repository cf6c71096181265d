/* SPDX-License-Identifier: Apache-2.0 */
#include "service/operation_reading.h"

#include "management/paths.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read_paths(const struct loom_asked *reading, struct loom_path *paths)
{
    const json_t *list = loom_ask_member(reading, "paths");
    bool good = true;
    for (size_t i = 0; i < json_array_size(list); i++) {
        char at[32];
        (void)snprintf(at, sizeof at, "/paths/%zu", i);
        good = loom_ask_read_path(reading, at, json_array_get(list, i), &paths[i]) && good;
    }
    return good;
}

bool loom_ask_read_list(struct loom_asked *reading)
{
    struct loom_dm_request *request = &reading->operation->request;
    size_t count = json_array_size(loom_ask_member(reading, "paths"));
    if (count == 0 || count > LOOM_ASK_ITEMS_MAX) {
        return loom_ask_wrong(reading, "/paths", "expected 1 to %u paths", LOOM_ASK_ITEMS_MAX);
    }
    /* Of attributes, which follow in the same room. */
    size_t more = loom_ask_string_bytes(loom_ask_member(reading, "attributes")) +
                  LOOM_SEGMENTS_MAX * LOOM_ASK_SCALAR_MAX;
    struct loom_path *paths = malloc(count * sizeof *paths);
    bool good = paths != NULL || loom_ask_wrong(reading, "", "out of memory");
    good = good && read_paths(reading, paths) &&
           loom_ask_make_room(reading, count * LOOM_ASK_SCALAR_MAX + more);
    if (good && loom_dm_paths_write(paths, count, &reading->out) != LOOM_OK) {
        good = loom_ask_wrong(reading, "/paths", "this is too much for one request");
    }
    free(paths);
    if (!good) {
        return false;
    }
    request->content_format = LOOM_DM_PATHS_FORMAT;
    request->payload = (struct loom_bytes){reading->out.data, reading->out.length};
    return loom_ask_read_attributes(reading);
}

/* `"/3/0/14": "+02:00"`, or `"/2/0/2/101": null` for a resource instance that is to be deleted. */
static bool add_record(const struct loom_asked *reading, const char *name, const json_t *value,
                       struct loom_asked_items *items, bool *deletes)
{
    struct loom_asked_item item;
    struct loom_text text = {name, strlen(name)};
    memset(&item, 0, sizeof item);
    (void)snprintf(item.at, sizeof item.at, "/values/%.50s", name);
    item.json = value;
    if (!loom_text_to_path(text, &item.path) || item.path.depth < 3) {
        return loom_ask_wrong(reading, item.at,
                              "expected the path of a resource, as in \"/3/0/14\"");
    }
    if (!loom_ask_find_entry(reading, item.path.id[LOOM_OBJECT_ID], item.path.id[LOOM_RESOURCE_ID],
                             &item.entry)) {
        return loom_ask_wrong(reading, item.at, "the models know no such resource");
    }
    if (loom_ask_is_multiple(&item.entry) != (item.path.depth == 4)) {
        return loom_ask_wrong(reading, item.at,
                              loom_ask_is_multiple(&item.entry)
                                  ? "%s has instances: add the number of one"
                                  : "%s has no instances",
                              item.entry.name);
    }
    if (json_is_null(value)) {
        *deletes = true;
        if (item.path.depth != 4) {
            return loom_ask_wrong(reading, item.at, "only resource instances can be deleted");
        }
    }
    return loom_ask_add_item(reading, items, &item);
}

static bool collect_records(struct loom_asked *reading, struct loom_asked_items *items,
                            bool *deletes)
{
    bool good = true;
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)loom_ask_member(reading, "values"), name, value)
    {
        good = add_record(reading, name, value, items, deletes) && good;
    }
    return good && loom_ask_sort_items(reading, items);
}

/* Values go out as they are named, without what holds them: SenML and LwM2M CBOR need none. */
static bool put_records(struct loom_asked *reading, struct loom_encoder *encoder,
                        const struct loom_asked_items *items, struct loom_asked_scratch *scratch)
{
    static const struct loom_value none = {.type = LOOM_NONE};
    bool good = true;
    for (size_t i = 0; i < items->count; i++) {
        const struct loom_asked_item *item = &items->list[i];
        struct loom_value value;
        if (json_is_null(item->json)) {
            loom_encode_put(encoder, &item->path, &none);
        } else if (loom_ask_read_value(reading, item->at, &item->entry, item->json, &value,
                                       scratch)) {
            loom_encode_put(encoder, &item->path, &value);
        } else {
            good = false;
        }
    }
    return good;
}

static bool encode_records(struct loom_asked *reading, const struct loom_asked_items *items,
                           bool deletes)
{
    struct loom_path root = loom_path_root();
    struct loom_encoder encoder;
    struct loom_asked_scratch scratch;
    uint16_t number = deletes ? LOOM_FORMAT_SENML_ETCH_CBOR : LOOM_FORMAT_SENML_CBOR;
    size_t bytes = loom_ask_string_bytes(reading->body);
    if (!loom_ask_read_format(reading, &number)) {
        return false;
    }
    const struct loom_format *format = loom_format_find(loom_formats_all, number, &root);
    if (format == NULL || (format->traits & LOOM_FORMAT_ROOT) == 0 ||
        (deletes && (format->traits & LOOM_FORMAT_DELETES) == 0)) {
        return loom_ask_wrong(reading, "/format", "this format cannot be used here");
    }
    if (!loom_ask_make_room(reading, bytes + items->count * LOOM_ASK_SCALAR_MAX)) {
        return false;
    }
    scratch.bytes = malloc(bytes + 1);
    if (scratch.bytes == NULL) {
        return loom_ask_wrong(reading, "", "out of memory");
    }
    loom_encode_begin(&encoder, format, &root, &reading->out);
    encoder.nones = LOOM_ENCODE_DELETES;
    bool good = put_records(reading, &encoder, items, &scratch);
    free(scratch.bytes);
    reading->operation->request.content_format = number;
    return good && loom_ask_finish_payload(reading, &encoder);
}

bool loom_ask_read_records(struct loom_asked *reading)
{
    struct loom_asked_items items = {malloc(LOOM_ASK_ITEMS_MAX * sizeof *items.list), 0};
    bool deletes = false;
    bool good = items.list != NULL || loom_ask_wrong(reading, "", "out of memory");
    good = good && collect_records(reading, &items, &deletes);
    if (good && items.count == 0) {
        good =
            loom_ask_wrong(reading, "/values", "expected a value, as in {\"/3/0/14\": \"+02:00\"}");
    }
    good = good && encode_records(reading, &items, deletes);
    free(items.list);
    return good;
}
