/* SPDX-License-Identifier: Apache-2.0 */
/* What is written in one format and read, and written in another and read, is the same, bit for
 * bit: for all pairs of formats. Rules D.1. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "value_tree.h"

enum { LEAVES_MAX = 40, BYTES_MAX = 60, TREES = 300 };

/* ---- trees ----------------------------------------------------------------------------------- */

static uint64_t state = 88172645463325252u;

static uint64_t random_bits(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static unsigned random_below(unsigned most)
{
    return (unsigned)(random_bits() >> 20) % most;
}

static double random_double(void)
{
    for (;;) {
        uint64_t bits = random_bits();
        double value;
        memcpy(&value, &bits, sizeof value);
        switch (random_below(4)) {
        case 0:
            value = (double)(int64_t)(bits >> 40) / 10;
            break;
        case 1:
            value = (double)(float)((double)(bits >> 30) / 1024);
            break;
        case 2:
            value = bits >> 63 != 0 ? -0.0 : 0.0;
            break;
        default:
            break;
        }
        if (value - value == 0) { /* finite */
            return value;
        }
    }
}

static size_t random_text(uint8_t *bytes)
{
    static const char *const pieces[] = {"a",    "\"",      "\\",       "/",
                                         "\n",   "\x01",    "\xC3\xA4", "\xE2\x82\xAC",
                                         "\x7F", "\x1F",    "0",        "\xF0\x9F\x98\x80",
                                         " ",    "\\u0041", ",",        "\xEF\xBF\xBD"};
    size_t length = 0;
    for (unsigned count = random_below(15); count > 0; count--) {
        const char *piece = pieces[random_below(16)];
        if (length + strlen(piece) <= BYTES_MAX) {
            memcpy(bytes + length, piece, strlen(piece));
            length += strlen(piece);
        }
    }
    return length;
}

static uint16_t random_link(void)
{
    return (uint16_t)(random_below(4) == 0 ? LOOM_ID_NONE : random_bits());
}

/* @param bytes of a text or opaque */
static void fill(struct loom_value *value, enum loom_type type, uint8_t *bytes)
{
    uint64_t bits = random_bits() >> random_below(64);
    value->type = type;
    switch (type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        value->as.text = (struct loom_text){(char *)bytes, random_text(bytes)};
        break;
    case LOOM_INTEGER:
    case LOOM_TIME:
        memcpy(&value->as.integer, &bits, sizeof bits);
        value->as.integer = random_below(2) != 0 ? value->as.integer : -1 - value->as.integer;
        break;
    case LOOM_UNSIGNED:
        value->as.unsigned_integer = bits;
        break;
    case LOOM_FLOAT:
        value->as.number = random_double();
        break;
    case LOOM_BOOLEAN:
        value->as.boolean = (bits & 1) != 0;
        break;
    case LOOM_OPAQUE:
        value->as.opaque = (struct loom_bytes){bytes, random_below(BYTES_MAX)};
        for (size_t i = 0; i < value->as.opaque.length; i++) {
            bytes[i] = (uint8_t)random_bits();
        }
        break;
    default:
        value->as.objlnk = (struct loom_objlnk){random_link(), random_link()};
        break;
    }
}

static enum loom_type random_type(void)
{
    return (enum loom_type)(LOOM_STRING + random_below(LOOM_CORELNK - LOOM_STRING + 1));
}

static uint16_t random_step(void)
{
    return (uint16_t)(1 + random_below(4) * random_below(4) * random_below(4) * random_below(90));
}

static void add(struct value_tree *tree, struct loom_path path, enum loom_type type)
{
    if (tree->count < LEAVES_MAX) {
        uint8_t bytes[BYTES_MAX];
        struct loom_value value;
        fill(&value, type, bytes);
        cr_assert(value_tree_add(tree, &path, &value));
    }
}

static void grow_resource(struct value_tree *tree, struct loom_path path)
{
    enum loom_type type = random_type();
    if (random_below(3) != 0) {
        add(tree, path, type);
        return;
    }
    path.id[3] = (uint16_t)random_below(3);
    path.depth = 4;
    for (unsigned count = 1 + random_below(3); count > 0; count--) {
        add(tree, path, type);
        path.id[3] = (uint16_t)(path.id[3] + random_step());
    }
}

static void grow_instance(struct value_tree *tree, struct loom_path path)
{
    path.id[2] = (uint16_t)random_below(3);
    path.depth = 3;
    for (unsigned count = 1 + random_below(6); count > 0; count--) {
        grow_resource(tree, path);
        path.id[2] = (uint16_t)(path.id[2] + random_step());
    }
}

/* All that a path of some depth leads to, in ascending order, as a walk over a model gives it. */
static void grow(struct value_tree *tree, uint8_t depth)
{
    struct loom_path path = loom_path_instance((uint16_t)(random_bits() % 65535), 0);
    value_tree_begin(tree, &path);
    tree->base.depth = depth;
    path.id[1] = (uint16_t)random_below(300);
    tree->base.id[1] = path.id[1];
    if (depth >= 3) {
        path.id[2] = (uint16_t)random_below(300);
        path.depth = 3;
        grow_resource(tree, path);
        tree->count = depth == 4 ? 1 : tree->count;
        tree->base = tree->leaves[0].path;
        tree->base.depth = depth == 4 ? tree->base.depth : 3;
        return;
    }
    for (unsigned count = depth == 2 ? 1 : 1 + random_below(3); count > 0; count--) {
        grow_instance(tree, path);
        path.id[1] = (uint16_t)(path.id[1] + random_step());
    }
}

/* ---- payloads -------------------------------------------------------------------------------- */

static size_t write_tree(const struct loom_format *format, const struct value_tree *tree,
                         uint8_t *room, size_t size)
{
    struct loom_output out = loom_output(room, size);
    cr_assert_eq(value_tree_write(tree, format, &out), LOOM_OK);
    return out.length;
}

/* Reads a payload of the same shape as `tree`. */
static void read_tree(const struct loom_format *format, const struct value_tree *tree,
                      struct loom_bytes payload, struct value_tree *read)
{
    static uint8_t scratch[BYTES_MAX];
    struct loom_decoder decoder;
    struct loom_item item;
    enum loom_status status =
        loom_decode_begin(&decoder, format, &tree->base, 0, payload, scratch, sizeof scratch);
    value_tree_begin(read, &tree->base);
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        struct loom_value value;
        if (item.path.depth < 3) {
            continue;
        }
        cr_assert_lt(read->count, tree->count);
        const struct value_leaf *leaf = &tree->leaves[read->count];
        cr_assert_eq(loom_decode_value(&decoder, &item, leaf->value.type, &value), LOOM_OK,
                     "format %d, type %d", format->number, leaf->value.type);
        cr_assert(value_tree_add(read, &item.path, &value));
    }
    cr_assert_eq(status, LOOM_END, "format %d", format->number);
}

static void check_pairs(const struct value_tree *tree)
{
    static uint8_t payload[LEAVES_MAX * 400];
    static struct value_tree first;
    static struct value_tree second;
    for (const struct loom_format *const *a = loom_formats_all; *a != NULL; a++) {
        if (!value_tree_fits(tree, *a)) {
            continue;
        }
        size_t length = write_tree(*a, tree, payload, sizeof payload);
        read_tree(*a, tree, (struct loom_bytes){payload, length}, &first);
        cr_assert(value_tree_is_same(tree, &first), "format %d", (*a)->number);
        for (const struct loom_format *const *b = loom_formats_all; *b != NULL; b++) {
            if (value_tree_fits(tree, *b)) {
                length = write_tree(*b, &first, payload, sizeof payload);
                read_tree(*b, tree, (struct loom_bytes){payload, length}, &second);
                cr_assert(value_tree_is_same(tree, &second), "formats %d and %d", (*a)->number,
                          (*b)->number);
            }
        }
    }
}

Test(pairs, trees_survive_all_pairs_of_formats)
{
    static struct value_tree tree;
    for (unsigned i = 0; i < TREES; i++) {
        for (uint8_t depth = 0; depth <= 4; depth++) {
            grow(&tree, depth);
            check_pairs(&tree);
        }
    }
}
