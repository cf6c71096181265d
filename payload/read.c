/* SPDX-License-Identifier: Apache-2.0 */
#include "payload.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct payload *payload;
    struct loomc_arena *arena;
    const struct payload_known *known;
    struct loom_bytes bytes;
    uint8_t *scratch;
    struct payload_fault *fault;
};

static bool is_fault(struct reading *reading, const uint8_t *at, const char *what)
{
    size_t offset = at == NULL ? 0 : (size_t)(at - reading->bytes.data);
    reading->fault->offset = offset;
    reading->fault->what = what;
    return false;
}

/* ---- types ----------------------------------------------------------------------------------- */

/* Whether a number is written as a float: no other type than Float is then what was meant. */
static bool is_float(uint16_t format, struct loom_bytes raw)
{
    if (format == LOOM_FORMAT_SENML_JSON || format == LOOM_FORMAT_SENML_ETCH_JSON ||
        format == LOOM_FORMAT_JSON) {
        return raw.length > 0 && raw.data[0] != '"' &&
               (memchr(raw.data, '.', raw.length) != NULL ||
                ((raw.data[0] == '-' || (raw.data[0] >= '0' && raw.data[0] <= '9')) &&
                 (memchr(raw.data, 'e', raw.length) != NULL ||
                  memchr(raw.data, 'E', raw.length) != NULL)));
    }
    while (raw.length > 1 && raw.data[0] >> 5 == 6 && raw.data[0] != 0xC4) { /* tags of one byte */
        size_t head = raw.data[0] < 0xD8 ? 1 : (size_t)1 + ((size_t)1 << (raw.data[0] - 0xD8));
        if (raw.data[0] > 0xDB || head >= raw.length) {
            return false;
        }
        raw.data += head;
        raw.length -= head;
    }
    return raw.length > 0 && (raw.data[0] == 0xC4 || (raw.data[0] >= 0xF9 && raw.data[0] <= 0xFB));
}

/* The type that a value has by itself, in the formats that tell. */
static enum loom_type guess(const struct loom_decoder *decoder, const struct loom_item *item)
{
    static const enum loom_type types[] = {LOOM_BOOLEAN, LOOM_INTEGER, LOOM_UNSIGNED, LOOM_FLOAT,
                                           LOOM_STRING,  LOOM_OPAQUE,  LOOM_OBJLNK};
    uint16_t format = decoder->format->number;
    struct loom_value value;
    if (format == LOOM_FORMAT_TEXT || format == LOOM_FORMAT_TLV || format == LOOM_FORMAT_OPAQUE) {
        return format == LOOM_FORMAT_TEXT ? LOOM_STRING : LOOM_OPAQUE;
    }
    if (is_float(format, item->raw) &&
        loom_decode_value(decoder, item, LOOM_FLOAT, &value) == LOOM_OK) {
        return LOOM_FLOAT;
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (loom_decode_value(decoder, item, types[i], &value) == LOOM_OK) {
            return types[i];
        }
    }
    return LOOM_NONE;
}

/* ---- items ----------------------------------------------------------------------------------- */

static bool is_utf8(struct loom_text text)
{
    while (text.length > 0) {
        size_t length = loom_utf8_length(text);
        if (length == 0) {
            return false;
        }
        text.data += length;
        text.length -= length;
    }
    return true;
}

/* The value of an item, which the payload and the scratch room do not hold any longer. */
static bool take_value(struct reading *reading, const struct loom_decoder *decoder,
                       const struct loom_item *item, struct loom_value *value)
{
    enum loom_type type = payload_type_of(reading->known, &item->path);
    if (type == LOOM_NONE) {
        type = guess(decoder, item);
    }
    if (type == LOOM_NONE || loom_decode_value(decoder, item, type, value) != LOOM_OK) {
        return is_fault(reading, item->raw.data,
                        loomc_format(reading->arena, "not a value of type %s",
                                     type == LOOM_NONE ? "any" : payload_type_name(type)));
    }
    if (type == LOOM_FLOAT && !isfinite(value->as.number)) {
        return is_fault(reading, item->raw.data, "not a finite number");
    }
    if (type == LOOM_STRING || type == LOOM_CORELNK) {
        if (!is_utf8(value->as.text)) {
            return is_fault(reading, item->raw.data, "not UTF-8");
        }
        value->as.text.data =
            loomc_copy(reading->arena, value->as.text.data, value->as.text.length);
    } else if (type == LOOM_OPAQUE) {
        value->as.opaque.data = (const uint8_t *)loomc_copy(
            reading->arena, (const char *)value->as.opaque.data, value->as.opaque.length);
    }
    return true;
}

/* Nothing at all is a value of a multiple resource alone. */
static bool may_be_empty(const struct payload_known *known, const struct loom_path *path)
{
    const struct loomc_object *object = payload_object(known, path->id[LOOM_OBJECT_ID]);
    const struct loomc_resource *resource =
        object == NULL ? NULL : loomc_object_resource(object, path->id[LOOM_RESOURCE_ID]);
    return resource == NULL || resource->multiple;
}

static bool take_item(struct reading *reading, const struct loom_decoder *decoder,
                      const struct loom_item *item, bool names)
{
    struct payload *payload = reading->payload;
    struct payload_item taken = {.path = item->path, .value = {.type = LOOM_NONE}};
    if (!names && item->path.depth < 3) {
        return true; /* it names an instance, whose values follow */
    }
    taken.kind = names                  ? PAYLOAD_NAME
                 : item->deleted        ? PAYLOAD_DELETED
                 : item->empty_multiple ? PAYLOAD_NOTHING
                                        : PAYLOAD_VALUE;
    taken.time = loom_decode_time(decoder);
    taken.offset = item->raw.data == NULL ? 0 : (size_t)(item->raw.data - reading->bytes.data);
    if (taken.kind == PAYLOAD_NOTHING && !may_be_empty(reading->known, &item->path)) {
        return is_fault(reading, decoder->rest.data, "a resource without a value");
    }
    if (taken.kind == PAYLOAD_VALUE && !take_value(reading, decoder, item, &taken.value)) {
        return false;
    }
    payload->items = loomc_grow(reading->arena, payload->items, payload->count, &payload->room,
                                sizeof payload->items[0]);
    payload->items[payload->count++] = taken;
    return true;
}

static bool read_as(struct reading *reading, unsigned mode)
{
    struct payload *payload = reading->payload;
    struct loom_decoder decoder;
    struct loom_item item;
    payload->count = 0;
    enum loom_status status =
        loom_decode_begin(&decoder, payload->format, &payload->base, mode, reading->bytes,
                          reading->scratch, reading->bytes.length + 1);
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        if (!take_item(reading, &decoder, &item, (mode & LOOM_DECODE_NAMES) != 0)) {
            return false;
        }
    }
    return status == LOOM_END || is_fault(reading, decoder.rest.data, "malformed");
}

/* ---- what comes twice ------------------------------------------------------------------------ */

static int compare_paths(const struct loom_path *a, const struct loom_path *b)
{
    for (uint8_t level = 0; level < a->depth && level < b->depth; level++) {
        if (a->id[level] != b->id[level]) {
            return a->id[level] < b->id[level] ? -1 : 1;
        }
    }
    return (a->depth > b->depth) - (a->depth < b->depth);
}

static int compare(const void *left, const void *right)
{
    const struct payload_item *a = *(struct payload_item *const *)left;
    const struct payload_item *b = *(struct payload_item *const *)right;
    int order = compare_paths(&a->path, &b->path);
    return order != 0 ? order : (a > b) - (a < b);
}

static int compare_with_times(const void *left, const void *right)
{
    const struct payload_item *a = *(struct payload_item *const *)left;
    const struct payload_item *b = *(struct payload_item *const *)right;
    int order = compare_paths(&a->path, &b->path);
    order = order != 0 ? order : (a->time > b->time) - (a->time < b->time);
    return order != 0 ? order : (a > b) - (a < b);
}

struct payload_item **payload_sorted(const struct payload *payload, struct loomc_arena *arena)
{
    struct payload_item **items = loomc_alloc(arena, (payload->count + 1) * sizeof items[0]);
    for (size_t i = 0; i < payload->count; i++) {
        items[i] = &payload->items[i];
    }
    qsort(items, payload->count, sizeof items[0], compare);
    return items;
}

/* A value that comes twice says two things at once, unless it has a history (rule D-33); a resource
 * has one value, or instances. */
static bool has_no_twice(struct reading *reading)
{
    const struct payload *payload = reading->payload;
    struct payload_item **items = payload_sorted(payload, reading->arena);
    qsort(items, payload->count, sizeof items[0], compare_with_times);
    for (size_t i = 1; i < payload->count; i++) {
        const struct payload_item *one = items[i - 1];
        const struct payload_item *other = items[i];
        bool same = compare_paths(&one->path, &other->path) == 0 && one->time == other->time;
        bool both = one->path.depth == 3 && other->path.depth == 4 &&
                    memcmp(one->path.id, other->path.id, 3 * sizeof one->path.id[0]) == 0;
        if (other->kind != PAYLOAD_NAME && (same || both)) {
            size_t offset = one->offset > other->offset ? one->offset : other->offset;
            return is_fault(reading, reading->bytes.data + offset, "a resource occurs twice");
        }
    }
    return true;
}

bool payload_read(struct payload *payload, struct loomc_arena *arena,
                  const struct payload_known *known, struct loom_bytes bytes,
                  struct payload_fault *fault)
{
    struct reading reading = {payload, arena, known, bytes, loomc_alloc(arena, bytes.length + 1),
                              fault};
    if (bytes.length == 0 && payload->base.depth < 4 &&
        (payload->format->traits & LOOM_FORMAT_ONE_VALUE) == 0 &&
        (payload->base.depth < 3 || may_be_empty(known, &payload->base))) {
        return true; /* rule C-4: there are no instances */
    }
    if (read_as(&reading, LOOM_DECODE_TIMES | LOOM_DECODE_DELETES)) {
        return has_no_twice(&reading);
    }
    struct payload_fault first = *fault;
    if ((payload->format->traits & LOOM_FORMAT_NAMES) != 0 &&
        read_as(&reading, LOOM_DECODE_NAMES)) {
        return true;
    }
    *fault = first;
    return false;
}
