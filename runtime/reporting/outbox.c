/* SPDX-License-Identifier: Apache-2.0 */
/* The room: a head of 6 bytes, then the entries, each a head and its items, oldest first. What is
 * removed is closed up, so everything takes a time that the size of the room bounds. */
#include "reporting/outbox.h"

#include <string.h>

/* The head of the room. */
struct room {
    uint16_t used; /* with this head; less: nothing was ever kept */
    uint16_t last_handle;
    uint16_t building; /* an entry is under construction */
};

enum { ROOM = LOOM_OUTBOX_LEAST };
LOOM_STATIC_ASSERT(sizeof(struct room) == ROOM, "said to the product");

/* An item begins with a byte: its depth and, in the low half, its type. With depth 0 it is a time.
 */
enum {
    DEPTH_SHIFT = 4,
    TYPE = 0x0f,
    TIME_CLOCK = 0,
    TIME_SECONDS = 1,
    TIME_SIZE = 1 + sizeof(int64_t),
    ITEM_MOST = 1 + 8 + 8 /* but for text and bytes */
};

static struct room read_room(const struct loom_outbox *outbox)
{
    struct room room = {.used = ROOM};
    if (outbox->size >= ROOM) {
        memcpy(&room, outbox->bytes, sizeof room);
    }
    room.used = room.used < ROOM ? (uint16_t)ROOM : room.used;
    return room;
}

static void write_room(const struct loom_outbox *outbox, const struct room *room)
{
    memcpy(outbox->bytes, room, sizeof *room);
}

/* ---- entries --------------------------------------------------------------------------------- */

static size_t head_size(uint8_t kind)
{
    return kind == LOOM_OUTBOX_SEND ? sizeof(struct loom_outbox_head)
                                    : offsetof(struct loom_outbox_head, format);
}

static uint16_t length_of(const struct loom_outbox *outbox, uint16_t entry)
{
    uint16_t length;
    memcpy(&length, outbox->bytes + entry + offsetof(struct loom_outbox_head, length),
           sizeof length);
    return length;
}

void loom_outbox_read(const struct loom_outbox *outbox, uint16_t entry,
                      struct loom_outbox_head *head)
{
    const uint8_t *at = outbox->bytes + entry;
    memset(head, 0, sizeof *head);
    memcpy(head, at, head_size(at[offsetof(struct loom_outbox_head, kind)]));
}

void loom_outbox_write(const struct loom_outbox *outbox, uint16_t entry,
                       const struct loom_outbox_head *head)
{
    struct loom_outbox_head written = *head;
    written.length = length_of(outbox, entry);
    memcpy(outbox->bytes + entry, &written, head_size(written.kind));
}

uint16_t loom_outbox_first(const struct loom_outbox *outbox)
{
    return read_room(outbox).used > ROOM ? (uint16_t)ROOM : LOOM_OUTBOX_NONE;
}

uint16_t loom_outbox_next(const struct loom_outbox *outbox, uint16_t entry)
{
    uint16_t next = (uint16_t)(entry + length_of(outbox, entry));
    return next < read_room(outbox).used ? next : LOOM_OUTBOX_NONE;
}

void loom_outbox_remove(const struct loom_outbox *outbox, uint16_t entry)
{
    struct room room = read_room(outbox);
    uint16_t length = length_of(outbox, entry);
    uint8_t *at = outbox->bytes + entry;
    memmove(at, at + length, (size_t)room.used - entry - length);
    room.used = (uint16_t)(room.used - length);
    write_room(outbox, &room);
}

/* ---- an entry under construction ------------------------------------------------------------- */

static void keep_item(struct loom_encoder *encoder, const struct loom_path *path,
                      const struct loom_value *value)
{
    if (value != NULL && value->type != LOOM_NONE) { /* paths say what holds what */
        loom_outbox_put((struct loom_outbox_draft *)(void *)encoder->out, path, value);
    }
}

/* How values of a walk are kept. */
static const struct loom_format kept_format = {.writer = {.put = keep_item}};

/* What the next entry may drop: a notification that is not under way.
 * @return the first one from `at` on, LOOM_OUTBOX_NONE: there is none
 * @param length out: of it */
static uint16_t find_droppable(const struct loom_outbox *outbox, uint16_t at, size_t *length)
{
    struct loom_outbox_head head;
    for (; at != LOOM_OUTBOX_NONE; at = loom_outbox_next(outbox, at)) {
        loom_outbox_read(outbox, at, &head);
        if (head.kind == LOOM_OUTBOX_NOTIFICATION && !head.under_way) {
            *length = head.length;
            return at;
        }
    }
    return LOOM_OUTBOX_NONE;
}

/* Drops the oldest notifications for so many bytes more. @return false: that would not be enough,
 * and none was dropped */
static bool make_room(const struct loom_outbox *outbox, size_t length)
{
    size_t room = outbox->size - (size_t)read_room(outbox).used;
    size_t most = room;
    size_t droppable = 0;
    uint16_t at = find_droppable(outbox, loom_outbox_first(outbox), &droppable);
    while (at != LOOM_OUTBOX_NONE) {
        most += droppable;
        at = find_droppable(outbox, loom_outbox_next(outbox, at), &droppable);
    }
    while (most >= length && room < length) {
        at = find_droppable(outbox, loom_outbox_first(outbox), &droppable);
        loom_outbox_remove(outbox, at);
        room += droppable;
    }
    return room >= length;
}

static void append(struct loom_outbox_draft *draft, const void *data, size_t length)
{
    draft->length += length;
    loom_put_bytes(&draft->out, data, length);
}

bool loom_outbox_begin(struct loom_outbox_draft *draft, const struct loom_outbox *outbox,
                       enum loom_outbox_kind kind)
{
    static const struct loom_outbox_head empty;
    struct loom_path root = loom_path_root();
    struct room room = read_room(outbox);
    if (outbox->size < ROOM || room.building != 0) {
        return false;
    }
    room.building = 1;
    write_room(outbox, &room);
    draft->outbox = *outbox;
    draft->begin = room.used;
    draft->length = 0;
    draft->kind = (uint8_t)kind;
    draft->copies = 1;
    draft->out = loom_output(outbox->bytes, outbox->size);
    draft->out.length = room.used;
    loom_encode_begin(&draft->encoder, &kept_format, &root, &draft->out);
    append(draft, &empty, head_size(draft->kind));
    return true;
}

void loom_outbox_put_time(struct loom_outbox_draft *draft, const struct loom_outbox_time *time)
{
    uint8_t item[TIME_SIZE];
    item[0] = time->absolute ? TIME_SECONDS : TIME_CLOCK;
    if (time->absolute) {
        memcpy(item + 1, &time->seconds, sizeof time->seconds);
    } else {
        memcpy(item + 1, &time->clock, sizeof time->clock);
    }
    append(draft, item, sizeof item);
}

static bool is_text(enum loom_type type)
{
    return type == LOOM_STRING || type == LOOM_CORELNK;
}

/* Text or bytes of a value; of others none. */
static struct loom_bytes content_of(const struct loom_value *value)
{
    struct loom_bytes content = {NULL, 0};
    if (is_text(value->type)) {
        content.data = (const uint8_t *)value->as.text.data;
        content.length = value->as.text.length;
    } else if (value->type == LOOM_OPAQUE) {
        content = value->as.opaque;
    }
    return content;
}

void loom_outbox_put(struct loom_outbox_draft *draft, const struct loom_path *path,
                     const struct loom_value *value)
{
    struct loom_bytes content = content_of(value);
    bool has_content = is_text(value->type) || value->type == LOOM_OPAQUE;
    uint16_t length = (uint16_t)content.length;
    uint8_t item[ITEM_MOST];
    size_t at = 1 + path->depth * sizeof path->id[0];
    item[0] = (uint8_t)((unsigned)path->depth << DEPTH_SHIFT | (unsigned)value->type);
    memcpy(item + 1, path->id, at - 1);
    if (has_content) {
        memcpy(item + at, &length, sizeof length);
        at += sizeof length;
    } else {
        memcpy(item + at, &value->as, sizeof value->as.integer);
        at += sizeof value->as.integer;
    }
    append(draft, item, at);
    append(draft, content.data, content.length); /* a longer one does not fit any room */
}

size_t loom_outbox_mark(const struct loom_outbox_draft *draft)
{
    return draft->length;
}

void loom_outbox_return(struct loom_outbox_draft *draft, size_t mark)
{
    draft->length = mark;
    draft->out.length = draft->out.overflow ? draft->out.room : draft->begin + mark;
}

enum loom_status loom_outbox_end(struct loom_outbox_draft *draft,
                                 const struct loom_outbox_head *head)
{
    struct room room = read_room(&draft->outbox);
    size_t wanted = draft->length * draft->copies;
    room.building = 0;
    if (head == NULL || wanted > draft->outbox.size - (size_t)draft->begin) {
        write_room(&draft->outbox, &room);
        return head == NULL                        ? LOOM_NOT_FOUND
               : make_room(&draft->outbox, wanted) ? LOOM_END
                                                   : LOOM_TOO_LARGE;
    }
    struct loom_outbox_head written = *head;
    written.kind = draft->kind;
    written.length = (uint16_t)draft->length;
    memcpy(draft->outbox.bytes + draft->begin, &written, head_size(draft->kind));
    room.used = (uint16_t)draft->out.length;
    write_room(&draft->outbox, &room);
    return LOOM_OK;
}

static uint16_t find_last(const struct loom_outbox *outbox)
{
    uint16_t last = loom_outbox_first(outbox);
    for (uint16_t at = last; at != LOOM_OUTBOX_NONE; at = loom_outbox_next(outbox, at)) {
        last = at;
    }
    return last;
}

bool loom_outbox_repeat(const struct loom_outbox *outbox, uint16_t ssid)
{
    struct loom_outbox_head head;
    uint16_t length = length_of(outbox, find_last(outbox));
    if (read_room(outbox).building != 0 || !make_room(outbox, length)) {
        return false;
    }
    struct room room = read_room(outbox);
    uint16_t last = find_last(outbox); /* what has made room was before it */
    uint16_t copy = room.used;
    memcpy(outbox->bytes + copy, outbox->bytes + last, length);
    room.used = (uint16_t)(room.used + length);
    write_room(outbox, &room);
    loom_outbox_read(outbox, copy, &head);
    head.ssid = ssid;
    loom_outbox_write(outbox, copy, &head);
    return true;
}

bool loom_outbox_find(const struct loom_outbox *outbox, enum loom_outbox_kind kind, uint16_t owner,
                      uint16_t *entry)
{
    struct loom_outbox_head head;
    uint16_t at = loom_outbox_first(outbox);
    for (; at != LOOM_OUTBOX_NONE; at = loom_outbox_next(outbox, at)) {
        loom_outbox_read(outbox, at, &head);
        if (head.kind == kind && head.owner == owner) {
            *entry = at;
            return true;
        }
    }
    return false;
}

uint16_t loom_outbox_handle(const struct loom_outbox *outbox)
{
    struct room room = read_room(outbox);
    uint16_t entry;
    do {
        room.last_handle++;
    } while (room.last_handle == 0 ||
             loom_outbox_find(outbox, LOOM_OUTBOX_SEND, room.last_handle, &entry));
    write_room(outbox, &room);
    return room.last_handle;
}

/* ---- values ---------------------------------------------------------------------------------- */

static void read_value(const uint8_t *at, struct loom_outbox_item *item, enum loom_type type)
{
    uint16_t length;
    item->value.type = type;
    if (!is_text(type) && type != LOOM_OPAQUE) {
        memcpy(&item->value.as, at, sizeof item->value.as.integer);
        item->at = (uint16_t)(item->at + sizeof item->value.as.integer);
        return;
    }
    memcpy(&length, at, sizeof length);
    at += sizeof length;
    if (type == LOOM_OPAQUE) {
        item->value.as.opaque = (struct loom_bytes){at, length};
    } else {
        item->value.as.text = (struct loom_text){(const char *)at, length};
    }
    item->at = (uint16_t)(item->at + sizeof length + length);
}

static void read_time(const uint8_t *at, struct loom_outbox_item *item)
{
    item->time.absolute = *at == TIME_SECONDS;
    if (item->time.absolute) {
        memcpy(&item->time.seconds, at + 1, sizeof item->time.seconds);
    } else {
        memcpy(&item->time.clock, at + 1, sizeof item->time.clock);
    }
    item->at = (uint16_t)(item->at + TIME_SIZE);
}

bool loom_outbox_item(const struct loom_outbox *outbox, uint16_t entry,
                      struct loom_outbox_item *item)
{
    uint16_t end = length_of(outbox, entry);
    if (item->at == 0) {
        item->at =
            (uint16_t)head_size(outbox->bytes[entry + offsetof(struct loom_outbox_head, kind)]);
    }
    while (item->at < end) {
        const uint8_t *at = outbox->bytes + entry + item->at;
        uint8_t depth = (uint8_t)(*at >> DEPTH_SHIFT);
        if (depth != 0) {
            size_t ids = depth * sizeof item->path.id[0];
            item->path.depth = depth;
            memcpy(item->path.id, at + 1, ids);
            item->at = (uint16_t)(item->at + 1 + ids);
            read_value(at + 1 + ids, item, (enum loom_type)(*at & TYPE));
            return true;
        }
        read_time(at, item);
    }
    return false;
}
