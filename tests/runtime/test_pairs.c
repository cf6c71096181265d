/* SPDX-License-Identifier: Apache-2.0 */
/* What is written in one format and read, and written in another and read, is the same, bit for
 * bit: for all pairs of formats. Rules D.1. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "payloads.h"

enum { LEAVES_MAX = 40, BYTES_MAX = 60, TREES = 300 };

struct leaf {
    struct loom_path path;
    struct loom_value value;
    uint8_t bytes[BYTES_MAX]; /* of its text or opaque */
};

struct tree {
    struct loom_path base;
    size_t count;
    struct leaf leaves[LEAVES_MAX];
};

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

static void fill(struct leaf *leaf, enum loom_type type)
{
    struct loom_value *value = &leaf->value;
    uint64_t bits = random_bits() >> random_below(64);
    value->type = type;
    switch (type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        value->as.text = (struct loom_text){(char *)leaf->bytes, random_text(leaf->bytes)};
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
        value->as.opaque = (struct loom_bytes){leaf->bytes, random_below(BYTES_MAX)};
        for (size_t i = 0; i < value->as.opaque.length; i++) {
            leaf->bytes[i] = (uint8_t)random_bits();
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

static void add(struct tree *tree, struct loom_path path, enum loom_type type)
{
    if (tree->count < LEAVES_MAX) {
        struct leaf *leaf = &tree->leaves[tree->count++];
        leaf->path = path;
        fill(leaf, type);
    }
}

static void grow_resource(struct tree *tree, struct loom_path path)
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

static void grow_instance(struct tree *tree, struct loom_path path)
{
    path.id[2] = (uint16_t)random_below(3);
    path.depth = 3;
    for (unsigned count = 1 + random_below(6); count > 0; count--) {
        grow_resource(tree, path);
        path.id[2] = (uint16_t)(path.id[2] + random_step());
    }
}

/* All that a path of some depth leads to, in ascending order, as a walk over a model gives it. */
static void grow(struct tree *tree, uint8_t depth)
{
    struct loom_path path = loom_path_instance((uint16_t)(random_bits() % 65535), 0);
    tree->count = 0;
    tree->base = path;
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

static bool can_show(const struct loom_format *format, const struct tree *tree)
{
    bool one = tree->count == 1 && tree->leaves[0].path.depth == tree->base.depth;
    return ((format->traits & LOOM_FORMAT_ONE_VALUE) == 0 || one) &&
           ((format->traits & LOOM_FORMAT_BYTES) == 0 ||
            tree->leaves[0].value.type == LOOM_OPAQUE) &&
           ((format->traits & LOOM_FORMAT_ROOT) != 0 || tree->base.depth > 0);
}

/* What holds a leaf at this depth begins before the first one that it holds, and ends behind the
 * last. */
static void hold(struct loom_encoder *encoder, const struct tree *tree, size_t i, uint8_t depth,
                 bool begins)
{
    const struct loom_value none = {.type = LOOM_NONE};
    struct loom_path path = tree->leaves[i].path;
    bool last = begins ? i == 0 : i + 1 == tree->count;
    bool same = !last && memcmp(path.id, tree->leaves[begins ? i - 1 : i + 1].path.id,
                                depth * sizeof path.id[0]) == 0;
    if (!same && depth < path.depth && tree->base.depth <= depth) {
        path.depth = depth;
        loom_encode_put(encoder, &path, begins ? &none : NULL);
    }
}

static size_t write_tree(const struct loom_format *format, const struct tree *tree, uint8_t *room,
                         size_t size)
{
    struct loom_output out = loom_output(room, size);
    struct loom_encoder encoder;
    loom_encode_begin(&encoder, format, &tree->base, &out);
    for (size_t i = 0; i < tree->count; i++) {
        hold(&encoder, tree, i, 2, true);
        hold(&encoder, tree, i, 3, true);
        loom_encode_put(&encoder, &tree->leaves[i].path, &tree->leaves[i].value);
        hold(&encoder, tree, i, 3, false);
        hold(&encoder, tree, i, 2, false);
    }
    cr_assert_eq(loom_encode_end(&encoder), LOOM_OK);
    return out.length;
}

static void keep(struct leaf *leaf, const struct loom_value *value)
{
    leaf->value = *value;
    if (value->type == LOOM_OPAQUE) {
        memcpy(leaf->bytes, value->as.opaque.data, value->as.opaque.length);
        leaf->value.as.opaque.data = leaf->bytes;
    } else if (value->type == LOOM_STRING || value->type == LOOM_CORELNK) {
        memcpy(leaf->bytes, value->as.text.data, value->as.text.length);
        leaf->value.as.text.data = (char *)leaf->bytes;
    }
}

/* Reads a payload of the same shape as `tree`. */
static void read_tree(const struct loom_format *format, const struct tree *tree,
                      struct loom_bytes payload, struct tree *read)
{
    static uint8_t scratch[BYTES_MAX];
    struct loom_decoder decoder;
    struct loom_item item;
    enum loom_status status =
        loom_decode_begin(&decoder, format, &tree->base, 0, payload, scratch, sizeof scratch);
    read->base = tree->base;
    read->count = 0;
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        struct loom_value value;
        if (item.path.depth < 3) {
            continue;
        }
        cr_assert_lt(read->count, tree->count);
        const struct leaf *leaf = &tree->leaves[read->count];
        cr_assert_eq(loom_decode_value(&decoder, &item, leaf->value.type, &value), LOOM_OK,
                     "format %d, type %d", format->number, leaf->value.type);
        read->leaves[read->count].path = item.path;
        keep(&read->leaves[read->count++], &value);
    }
    cr_assert_eq(status, LOOM_END, "format %d", format->number);
}

static void expect_same(const struct tree *a, const struct tree *b, const struct loom_format *first,
                        const struct loom_format *second)
{
    cr_assert_eq(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) {
        const struct leaf *one = &a->leaves[i];
        const struct leaf *other = &b->leaves[i];
        cr_assert_eq(one->path.depth, other->path.depth);
        cr_assert_eq(memcmp(one->path.id, other->path.id, one->path.depth * sizeof(uint16_t)), 0);
        cr_assert(test_same_value(&one->value, &other->value), "type %d, formats %d and %d",
                  one->value.type, first->number, second->number);
    }
}

static void check_pairs(const struct tree *tree)
{
    static uint8_t payload[LEAVES_MAX * 400];
    static struct tree first;
    static struct tree second;
    for (const struct loom_format *const *a = loom_formats_all; *a != NULL; a++) {
        if (!can_show(*a, tree)) {
            continue;
        }
        size_t length = write_tree(*a, tree, payload, sizeof payload);
        read_tree(*a, tree, (struct loom_bytes){payload, length}, &first);
        expect_same(tree, &first, *a, *a);
        for (const struct loom_format *const *b = loom_formats_all; *b != NULL; b++) {
            if (can_show(*b, tree)) {
                length = write_tree(*b, &first, payload, sizeof payload);
                read_tree(*b, tree, (struct loom_bytes){payload, length}, &second);
                expect_same(tree, &second, *a, *b);
            }
        }
    }
}

Test(pairs, trees_survive_all_pairs_of_formats)
{
    static struct tree tree;
    for (unsigned i = 0; i < TREES; i++) {
        for (uint8_t depth = 0; depth <= 4; depth++) {
            grow(&tree, depth);
            check_pairs(&tree);
        }
    }
}
