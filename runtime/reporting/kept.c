/* SPDX-License-Identifier: Apache-2.0 */
/* Attributes in the memory that the product gives for them. */
#include "reporting/attributes.h"

#include "codec/number.h"

#include <string.h>

/* A record: its length, the depth of its path, the server, the ids, and then the attributes. */
enum { LENGTH, DEPTH, SSID, IDS = 4, HEAD_MOST = IDS + 8 };

/* In the byte of the depth: the path is of the list of an observation. */
#define LISTED 0x80u

/* An attribute: a byte that says which it is and how many bytes follow, the highest first: as many
 * as a whole number needs, 4 or 8 of a number. */
enum {
    SIZE_SHIFT = 4,
    WHICH = (1 << SIZE_SHIFT) - 1,
    WHOLE_MOST = sizeof(uint32_t),
    RECORD_MOST = HEAD_MOST + LOOM_ATTRIBUTE_GT * (1 + WHOLE_MOST) + 3 * 9
};

static size_t put_head(uint8_t *record, const struct loom_attribute_place *place)
{
    size_t ids = place->path.depth * sizeof place->path.id[0];
    record[DEPTH] = (uint8_t)(place->path.depth | (place->listed ? LISTED : 0));
    memcpy(record + SSID, &place->ssid, sizeof place->ssid);
    memcpy(record + IDS, place->path.id, ids);
    return IDS + ids;
}

static struct loom_attribute_place place_of(const uint8_t *record)
{
    struct loom_attribute_place place = {.listed = (record[DEPTH] & LISTED) != 0,
                                         .path = {.depth = (uint8_t)(record[DEPTH] & ~LISTED)}};
    memcpy(&place.ssid, record + SSID, sizeof place.ssid);
    memcpy(place.path.id, record + IDS, place.path.depth * sizeof place.path.id[0]);
    return place;
}

/* @return NULL: nothing is attached there */
static uint8_t *find(const struct loom_attribute_room *room,
                     const struct loom_attribute_place *place)
{
    uint8_t head[HEAD_MOST];
    size_t length = put_head(head, place);
    for (size_t at = 0; at < room->used; at += room->bytes[at]) {
        uint8_t *record = room->bytes + at;
        if (record[LENGTH] >= length && memcmp(record + DEPTH, head + DEPTH, length - DEPTH) == 0) {
            return record;
        }
    }
    return NULL;
}

static void cut_out(struct loom_attribute_room *room, uint8_t *record)
{
    size_t length = record[LENGTH];
    uint8_t *end = room->bytes + room->used;
    memmove(record, record + length, (size_t)(end - record) - length);
    room->used = (uint16_t)(room->used - length);
}

static void append(struct loom_attribute_room *room, uint8_t *record, size_t length)
{
    if (length > 0) {
        record[LENGTH] = (uint8_t)length;
        memcpy(room->bytes + room->used, record, length);
        room->used = (uint16_t)(room->used + length);
    }
}

/* ---- attributes of a record ------------------------------------------------------------------ */

static size_t whole_size(uint32_t value)
{
    size_t size = 1;
    while (size < WHOLE_MOST && value >> (8 * size) != 0) {
        size++;
    }
    return size;
}

static size_t put_attributes(uint8_t *record, size_t length,
                             const struct loom_attributes *attributes)
{
    for (unsigned i = 0; i < LOOM_ATTRIBUTE_COUNT; i++) {
        uint64_t bits;
        size_t size;
        uint32_t single;
        if ((attributes->has & LOOM_ATTRIBUTE_BIT(i)) == 0) {
            continue;
        }
        if (i < LOOM_ATTRIBUTE_GT) {
            bits = attributes->whole[i];
            size = whole_size(attributes->whole[i]);
        } else {
            double number = attributes->number[i - LOOM_ATTRIBUTE_GT];
            bool narrow = loom_double_to_single(number, &single);
            bits = narrow ? single : loom_double_bits(number);
            size = narrow ? sizeof single : sizeof bits;
        }
        record[length++] = (uint8_t)(i | size << SIZE_SHIFT);
        loom_big_endian_put(record + length, bits, size);
        length += size;
    }
    return length;
}

void loom_attributes_get(const struct loom_attribute_room *room,
                         const struct loom_attribute_place *place,
                         struct loom_attributes *attributes)
{
    const uint8_t *record = find(room, place);
    attributes->has = 0;
    if (record == NULL) {
        return;
    }
    size_t at = IDS + place->path.depth * sizeof place->path.id[0];
    while (at < record[LENGTH]) {
        unsigned i = record[at] & WHICH;
        size_t size = record[at++] >> SIZE_SHIFT;
        uint64_t bits = loom_big_endian(record + at, size);
        at += size;
        attributes->has |= LOOM_ATTRIBUTE_BIT(i);
        if (i < LOOM_ATTRIBUTE_GT) {
            attributes->whole[i] = (uint32_t)bits;
        } else {
            attributes->number[i - LOOM_ATTRIBUTE_GT] = size == sizeof(uint32_t)
                                                            ? loom_single_to_double((uint32_t)bits)
                                                            : loom_double_of_bits(bits);
        }
    }
}

bool loom_attributes_set(struct loom_attribute_room *room, const struct loom_attribute_place *place,
                         const struct loom_attributes *attributes)
{
    uint8_t made[RECORD_MOST];
    uint8_t *old = find(room, place);
    size_t length =
        attributes->has == 0 ? 0 : put_attributes(made, put_head(made, place), attributes);
    size_t freed = old == NULL ? 0 : old[LENGTH];
    if (room->used - freed + length > room->size) {
        return false;
    }
    if (old != NULL) {
        cut_out(room, old);
    }
    append(room, made, length);
    return true;
}

bool loom_attributes_list(struct loom_attribute_room *room, uint16_t observation,
                          const struct loom_path *path)
{
    struct loom_attribute_place place = {.ssid = observation, .listed = true, .path = *path};
    uint8_t made[HEAD_MOST];
    size_t length = put_head(made, &place);
    if (room->used + length > room->size) {
        return false;
    }
    append(room, made, length);
    return true;
}

bool loom_attributes_next_listed(const struct loom_attribute_room *room, uint16_t observation,
                                 uint16_t *at, struct loom_path *path)
{
    while (*at < room->used) {
        struct loom_attribute_place place = place_of(room->bytes + *at);
        *at = (uint16_t)(*at + room->bytes[*at]);
        if (place.listed && place.ssid == observation) {
            *path = place.path;
            return true;
        }
    }
    return false;
}

void loom_attributes_remove(struct loom_attribute_room *room,
                            bool (*gone)(void *self, const struct loom_attribute_place *place),
                            void *self)
{
    size_t at = 0;
    while (at < room->used) {
        struct loom_attribute_place place = place_of(room->bytes + at);
        if (gone(self, &place)) {
            cut_out(room, room->bytes + at);
        } else {
            at += room->bytes[at];
        }
    }
}

void loom_attributes_resolve(const struct loom_attribute_room *room, uint16_t ssid,
                             const struct loom_path *path, struct loom_attributes *attributes)
{
    struct loom_attribute_place place = {.ssid = ssid, .path = *path};
    struct loom_attributes level;
    for (; room->used > 0 && place.path.depth > 0; place.path.depth--) {
        loom_attributes_get(room, &place, &level);
        loom_attributes_inherit(attributes, &level, 0);
    }
}

/* ---- what outlives a reboot ------------------------------------------------------------------ */

void loom_attributes_put_levels(const struct loom_attribute_room *room, struct loom_output *out)
{
    for (size_t at = 0; at < room->used; at += room->bytes[at]) {
        struct loom_attribute_place place = place_of(room->bytes + at);
        if (!place.listed && place.path.depth > 0) {
            loom_put_bytes(out, room->bytes + at, room->bytes[at]);
        }
    }
}

/* @return the length of one attribute, with its tag; 0: it is none, or goes beyond the end */
static size_t check_attribute(const uint8_t *at, size_t left)
{
    unsigned i = at[0] & WHICH;
    size_t size = at[0] >> SIZE_SHIFT;
    bool good = i < LOOM_ATTRIBUTE_GT ? size > 0 && size <= WHOLE_MOST
                                      : size == sizeof(float) || size == sizeof(double);
    return good && i < LOOM_ATTRIBUTE_COUNT && size < left ? 1 + size : 0;
}

size_t loom_attributes_check_level(const uint8_t *record, size_t left,
                                   struct loom_attribute_place *place)
{
    if (left < IDS || record[DEPTH] == 0 || record[DEPTH] > 4) {
        return 0;
    }
    size_t length = record[LENGTH];
    size_t at = IDS + record[DEPTH] * sizeof place->path.id[0];
    size_t attribute = 1;
    if (length > left || length <= at || length > RECORD_MOST) {
        return 0;
    }
    for (; at < length && attribute > 0; at += attribute) {
        attribute = check_attribute(record + at, length - at);
    }
    *place = place_of(record);
    return attribute > 0 ? length : 0;
}

bool loom_attributes_take_level(struct loom_attribute_room *room, const uint8_t *record)
{
    uint8_t made[RECORD_MOST];
    size_t length = record[LENGTH];
    if (room->used + length > room->size) {
        return false;
    }
    memcpy(made, record, length);
    append(room, made, length);
    return true;
}
