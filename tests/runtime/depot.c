/* SPDX-License-Identifier: Apache-2.0 */
#include "depot.h"

#include <criterion/criterion.h>
#include <stddef.h>
#include <string.h>

enum { OBJECTS_MAX = 16 };

struct depot_seen depot_seen;

uint32_t depot_sum(uint32_t before, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        before = (before ^ bytes[i]) * 16777619u;
    }
    return before;
}

static enum loom_status write_stream(const struct loom_at *at,
                                     const struct loom_written_piece *piece)
{
    struct depot_seen *seen = &depot_seen;
    if (seen->nests && at->path.id[LOOM_RESOURCE_ID] == IMAGE) {
        return loom_set_opaque(at->model, loom_path_resource(DEPOT, 0, INBOX),
                               (const uint8_t *)"own", 3);
    }
    seen->calls++;
    seen->resource = at->path.id[LOOM_RESOURCE_ID];
    seen->ssid = at->ssid;
    seen->origin = at->origin;
    seen->offset = piece->offset;
    seen->more = piece->more;
    seen->length = piece->bytes.length;
    seen->longest = seen->length > seen->longest ? seen->length : seen->longest;
    if (seen->refusal != LOOM_OK && piece->offset >= seen->refused_at) {
        return seen->refusal;
    }
    if (piece->offset == 0) {
        seen->total = 0;
        seen->sum = 0;
    }
    if (piece->offset != seen->total) {
        return LOOM_CONFLICT;
    }
    if (seen->length > 0 && seen->total + seen->length <= sizeof seen->value) {
        memcpy(seen->value + seen->total, piece->bytes.data, seen->length);
    }
    seen->sum = depot_sum(seen->sum, piece->bytes.data, seen->length);
    seen->total += (uint32_t)seen->length;
    return LOOM_OK;
}

static enum loom_status read_stream(const struct loom_at *at, struct loom_read_piece *piece)
{
    struct depot_seen *seen = &depot_seen;
    size_t rest = seen->total < piece->offset ? 0 : seen->total - piece->offset;
    (void)at;
    seen->reads++;
    piece->length = rest < piece->room ? rest : piece->room;
    if (piece->length > 0) {
        memcpy(piece->data, seen->value + piece->offset, piece->length);
    }
    piece->length -= seen->short_by;
    piece->total = seen->total;
    piece->version = seen->version;
    return seen->refusal;
}

static const struct loom_handler handlers[] = {
    {.read = loom_stream_read_value, .write = loom_stream_write_value},
    {.write = loom_stream_write_value}};

static const struct loom_resource rows[] = {
    {.id = IMAGE,
     .offset = 0,
     .type = LOOM_OPAQUE,
     .access = LOOM_R | LOOM_W | LOOM_HANDLED,
     .count = 1},
    {.id = INBOX, .offset = 1, .type = LOOM_OPAQUE, .access = LOOM_W | LOOM_HANDLED, .count = 1},
    {.id = LEVEL,
     .offset = offsetof(struct depot, level),
     .size = 1,
     .type = LOOM_INTEGER,
     .access = LOOM_R | LOOM_W,
     .count = 1}};

static const struct loom_object depot = {.id = DEPOT,
                                         .version_major = 1,
                                         .instance_size = sizeof(struct depot),
                                         .resource_count = 3,
                                         .resources = rows,
                                         .handlers = handlers};

static const struct loom_stream streams[] = {
    {.object = DEPOT, .resource = IMAGE, .more = 1, .write = write_stream, .read = read_stream},
    {.object = DEPOT, .resource = INBOX, .write = write_stream}};

const struct loom_product *depot_product(const struct loom_product *product)
{
    static struct loom_product with;
    static struct loom_product_object entries[OBJECTS_MAX + 1];
    uint16_t at = 0;
    with = *product;
    cr_assert_leq((size_t)with.object_count, (size_t)OBJECTS_MAX);
    for (uint16_t i = 0; i < product->object_count; i++) {
        if (product->objects[i].object->id > DEPOT && at == i) {
            entries[at++] = (struct loom_product_object){
                .object = &depot, .offset = with.data_size, .room = DEPOT_ROOM, .initial = 1};
        }
        entries[at++] = product->objects[i];
    }
    if (at == product->object_count) {
        entries[at++] = (struct loom_product_object){
            .object = &depot, .offset = with.data_size, .room = DEPOT_ROOM, .initial = 1};
    }
    with.objects = entries;
    with.object_count = at;
    with.data_size += DEPOT_ROOM * (uint32_t)sizeof(struct depot);
    with.handled = &loom_handled_resources;
    with.streams = streams;
    return &with;
}
