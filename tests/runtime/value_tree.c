/* SPDX-License-Identifier: Apache-2.0 */
#include "value_tree.h"

#include <string.h>

void value_tree_begin(struct value_tree *tree, const struct loom_path *base)
{
    tree->base = *base;
    tree->count = 0;
    tree->used = 0;
}

static bool keep(struct value_tree *tree, const void *data, size_t length, const uint8_t **kept)
{
    if (length > VALUE_TREE_BYTES - tree->used) {
        return false;
    }
    *kept = tree->bytes + tree->used;
    if (length > 0) {
        memcpy(tree->bytes + tree->used, data, length);
    }
    tree->used += length;
    return true;
}

static bool keep_value(struct value_tree *tree, struct loom_value *value)
{
    const uint8_t *kept = NULL;
    bool fits = true;
    if (value->type == LOOM_OPAQUE) {
        fits = keep(tree, value->as.opaque.data, value->as.opaque.length, &kept);
        value->as.opaque.data = kept;
    } else if (value->type == LOOM_STRING || value->type == LOOM_CORELNK) {
        fits = keep(tree, value->as.text.data, value->as.text.length, &kept);
        value->as.text.data = (const char *)kept;
    }
    return fits;
}

bool value_tree_add(struct value_tree *tree, const struct loom_path *path,
                    const struct loom_value *value)
{
    if (tree->count == VALUE_TREE_LEAVES) {
        return false;
    }
    struct value_leaf *leaf = &tree->leaves[tree->count];
    leaf->path = *path;
    leaf->value = *value;
    if (!keep_value(tree, &leaf->value)) {
        return false;
    }
    tree->count++;
    return true;
}

bool value_tree_fits(const struct value_tree *tree, const struct loom_format *format)
{
    bool one = tree->count == 1 && tree->leaves[0].path.depth == tree->base.depth;
    return ((format->traits & LOOM_FORMAT_ONE_VALUE) == 0 || one) &&
           ((format->traits & LOOM_FORMAT_BYTES) == 0 ||
            tree->leaves[0].value.type == LOOM_OPAQUE) &&
           ((format->traits & LOOM_FORMAT_ROOT) != 0 || tree->base.depth > 0);
}

/* What holds a leaf at this depth begins before the first one that it holds, and ends behind the
 * last. */
static void hold(struct loom_encoder *encoder, const struct value_tree *tree, size_t i,
                 uint8_t depth, bool begins)
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

enum loom_status value_tree_write(const struct value_tree *tree, const struct loom_format *format,
                                  struct loom_output *out)
{
    struct loom_encoder encoder;
    loom_encode_begin(&encoder, format, &tree->base, out);
    for (size_t i = 0; i < tree->count; i++) {
        hold(&encoder, tree, i, 2, true);
        hold(&encoder, tree, i, 3, true);
        loom_encode_put(&encoder, &tree->leaves[i].path, &tree->leaves[i].value);
        hold(&encoder, tree, i, 3, false);
        hold(&encoder, tree, i, 2, false);
    }
    return loom_encode_end(&encoder);
}

static bool is_same_value(const struct loom_value *a, const struct loom_value *b)
{
    switch (a->type) {
    case LOOM_STRING:
    case LOOM_CORELNK:
        return a->as.text.length == b->as.text.length &&
               memcmp(a->as.text.data, b->as.text.data, a->as.text.length) == 0;
    case LOOM_OPAQUE:
        return a->as.opaque.length == b->as.opaque.length &&
               memcmp(a->as.opaque.data, b->as.opaque.data, a->as.opaque.length) == 0;
    case LOOM_FLOAT:
        return memcmp(&a->as.number, &b->as.number, sizeof a->as.number) == 0;
    case LOOM_BOOLEAN:
        return a->as.boolean == b->as.boolean;
    case LOOM_OBJLNK:
        return a->as.objlnk.object == b->as.objlnk.object &&
               a->as.objlnk.instance == b->as.objlnk.instance;
    default:
        return a->as.unsigned_integer == b->as.unsigned_integer;
    }
}

bool value_tree_is_same(const struct value_tree *a, const struct value_tree *b)
{
    bool same = a->count == b->count;
    for (size_t i = 0; same && i < a->count; i++) {
        const struct value_leaf *one = &a->leaves[i];
        const struct value_leaf *other = &b->leaves[i];
        same =
            one->path.depth == other->path.depth &&
            memcmp(one->path.id, other->path.id, one->path.depth * sizeof one->path.id[0]) == 0 &&
            one->value.type == other->value.type && is_same_value(&one->value, &other->value);
    }
    return same;
}
