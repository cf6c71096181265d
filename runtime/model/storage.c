/* SPDX-License-Identifier: Apache-2.0 */
/* How stored resources lie in an instance struct; table.h has the contract. All access goes by
 * memcpy: the bytes belong to generated structs whose types the runtime does not know. */
#include "model/node.h"

#include <string.h>

/* The compiler's own layout of an entry, by the width of its value. */
struct entry_16 {
    uint16_t id;
    int16_t value;
};
struct entry_32 {
    uint16_t id;
    int32_t value;
};
struct entry_64 {
    uint16_t id;
    int64_t value;
};
struct entry_float {
    uint16_t id;
    double value;
};
struct entry_boolean {
    uint16_t id;
    bool value;
};

/* Where the value is says how it is aligned, and with it the entry. */
#define ROUNDED(size, alignment) (((size) + (alignment)-1u) & ~((size_t)(alignment)-1u))
#define IS_ROUNDED(type)                                                                           \
    (sizeof(type) ==                                                                               \
     ROUNDED(offsetof(type, value) + sizeof(((type *)0)->value), offsetof(type, value)))

LOOM_STATIC_ASSERT(offsetof(struct entry_16, value) == 2 && sizeof(struct entry_boolean) == 4,
                   "small values come right behind the id");
LOOM_STATIC_ASSERT(sizeof(struct entry_float) == sizeof(struct entry_64),
                   "doubles are aligned as large integers are");
LOOM_STATIC_ASSERT(IS_ROUNDED(struct entry_16) && IS_ROUNDED(struct entry_32) &&
                       IS_ROUNDED(struct entry_64),
                   "entries are aligned as their values are");

#define NUMBERS (1u << LOOM_INTEGER | 1u << LOOM_UNSIGNED | 1u << LOOM_TIME | 1u << LOOM_FLOAT)

size_t loom_entry_value(const struct loom_resource *row)
{
    if ((NUMBERS >> row->type & 1u) != 0 && row->size >= 4) {
        return row->size == 4 ? offsetof(struct entry_32, value) : offsetof(struct entry_64, value);
    }
    return offsetof(struct entry_16, value);
}

size_t loom_entry_stride(const struct loom_resource *row, size_t value)
{
    size_t size = row->size + (row->type == LOOM_OPAQUE ? sizeof(uint16_t) : 0u);
    return ROUNDED(value + size, value);
}

unsigned char *loom_storage_next(const struct loom_resource *row, unsigned char *instance,
                                 uint16_t *id)
{
    size_t value = loom_entry_value(row);
    unsigned char *entry =
        loom_slot_lowest(instance + row->offset, loom_entry_stride(row, value), row->count, *id);
    *id = entry == NULL ? LOOM_ID_NONE : loom_instance_id(entry);
    return *id == LOOM_ID_NONE ? NULL : entry + value;
}

unsigned char *loom_storage_value(const struct loom_node *node)
{
    uint16_t wanted = node->path.id[LOOM_RESOURCE_INSTANCE_ID];
    uint16_t id = wanted;
    if ((node->row->access & LOOM_MULTIPLE) == 0) {
        return node->instance + node->row->offset;
    }
    unsigned char *value = loom_storage_next(node->row, node->instance, &id);
    return id == wanted ? value : NULL;
}

unsigned char *loom_storage_make(const struct loom_node *node)
{
    const struct loom_resource *row = node->row;
    unsigned char *there = loom_storage_value(node);
    if (there != NULL) {
        return there;
    }
    size_t value = loom_entry_value(row);
    unsigned char *entry = loom_slot_lowest(
        node->instance + row->offset, loom_entry_stride(row, value), row->count, LOOM_ID_NONE);
    if (entry == NULL) {
        return NULL;
    }
    loom_instance_set_id(entry, node->path.id[LOOM_RESOURCE_INSTANCE_ID]);
    return entry + value;
}

static void free_entry(unsigned char *entry, size_t stride)
{
    memset(entry, 0, stride);
    loom_instance_set_id(entry, LOOM_ID_NONE);
}

void loom_storage_free(const struct loom_node *node)
{
    if (node->path.depth == 4) {
        unsigned char *there = loom_storage_value(node);
        if (there != NULL) {
            size_t value = loom_entry_value(node->row);
            free_entry(there - value, loom_entry_stride(node->row, value));
        }
        return;
    }
    loom_storage_reset(node->row, node->instance);
}

static int64_t load_integer(const unsigned char *from, size_t size)
{
    int8_t narrow;
    int16_t half;
    int32_t word;
    int64_t whole;
    switch (size) {
    case 1:
        memcpy(&narrow, from, sizeof narrow);
        return narrow;
    case 2:
        memcpy(&half, from, sizeof half);
        return half;
    case 4:
        memcpy(&word, from, sizeof word);
        return word;
    default:
        memcpy(&whole, from, sizeof whole);
        return whole;
    }
}

static uint64_t load_unsigned(const unsigned char *from, size_t size)
{
    uint8_t narrow;
    uint16_t half;
    uint32_t word;
    uint64_t whole;
    switch (size) {
    case 1:
        memcpy(&narrow, from, sizeof narrow);
        return narrow;
    case 2:
        memcpy(&half, from, sizeof half);
        return half;
    case 4:
        memcpy(&word, from, sizeof word);
        return word;
    default:
        memcpy(&whole, from, sizeof whole);
        return whole;
    }
}

/* The lowest of the bits of a number. */
static void store_bits(unsigned char *to, size_t size, uint64_t value)
{
    uint8_t narrow = (uint8_t)value;
    uint16_t half = (uint16_t)value;
    uint32_t word = (uint32_t)value;
    switch (size) {
    case 1:
        memcpy(to, &narrow, sizeof narrow);
        break;
    case 2:
        memcpy(to, &half, sizeof half);
        break;
    case 4:
        memcpy(to, &word, sizeof word);
        break;
    default:
        memcpy(to, &value, sizeof value);
        break;
    }
}

void loom_storage_load(const struct loom_resource *row, const unsigned char *from,
                       struct loom_value *value)
{
    uint16_t length;
    value->type = (enum loom_type)row->type;
    switch (value->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        value->as.text.data = (const char *)from;
        value->as.text.length = strlen((const char *)from);
        break;
    case LOOM_INTEGER:
    case LOOM_TIME:
        value->as.integer = load_integer(from, row->size);
        break;
    case LOOM_UNSIGNED:
    case LOOM_FLOAT: /* as its bits */
        value->as.unsigned_integer = load_unsigned(from, row->size);
        break;
    case LOOM_BOOLEAN:
        value->as.boolean = *from != 0;
        break;
    case LOOM_OPAQUE:
        memcpy(&length, from, sizeof length);
        value->as.opaque.data = from + sizeof length;
        value->as.opaque.length = length;
        break;
    case LOOM_OBJLNK:
        memcpy(&value->as.objlnk, from, sizeof value->as.objlnk);
        break;
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
}

void loom_storage_store(const struct loom_resource *row, unsigned char *to,
                        const struct loom_value *value)
{
    uint16_t length;
    switch (value->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        /* memmove: a value may be written over itself. The rest is cleared so that no part of an
         * older, longer value stays readable in memory or in a stored state. */
        if (value->as.text.length > 0) {
            memmove(to, value->as.text.data, value->as.text.length);
        }
        memset(to + value->as.text.length, 0, row->size - value->as.text.length);
        break;
    case LOOM_INTEGER:
    case LOOM_TIME:
    case LOOM_UNSIGNED:
    case LOOM_FLOAT:
        store_bits(to, row->size, value->as.unsigned_integer);
        break;
    case LOOM_BOOLEAN:
        *to = value->as.boolean ? 1 : 0;
        break;
    case LOOM_OPAQUE:
        length = (uint16_t)value->as.opaque.length;
        if (length > 0) {
            memmove(to + sizeof length, value->as.opaque.data, length);
        }
        memset(to + sizeof length + length, 0, (size_t)row->size - length);
        memcpy(to, &length, sizeof length);
        break;
    case LOOM_OBJLNK:
        memcpy(to, &value->as.objlnk, sizeof value->as.objlnk);
        break;
    case LOOM_NONE:
    case LOOM_TYPE_COUNT:
        break;
    }
}

void loom_storage_reset(const struct loom_resource *row, unsigned char *instance)
{
    if ((row->access & LOOM_HANDLED) != 0 || row->type == LOOM_NONE) {
        return;
    }
    unsigned char *at = instance + row->offset;
    if ((row->access & LOOM_MULTIPLE) != 0) {
        size_t stride = loom_entry_stride(row, loom_entry_value(row));
        for (unsigned i = 0; i < row->count; i++, at += stride) {
            free_entry(at, stride);
        }
        return;
    }
    memset(at, 0, row->size + (row->type == LOOM_OPAQUE ? sizeof(uint16_t) : 0u));
}
