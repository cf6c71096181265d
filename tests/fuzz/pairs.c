/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a payload of one format; what is read of it is written in each other format, and
 * must be the same when it is read again: all pairs of formats (rules D.1). The first bytes say in
 * which format, of what path and types it is read. */
#include "loom/codec.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { HEAD = 5, LEAVES_MAX = 64, POOL = 8192 };

struct leaf {
    struct loom_path path;
    struct loom_value value;
};

struct tree {
    struct loom_path base;
    size_t count;
    struct leaf leaves[LEAVES_MAX];
    uint8_t pool[POOL]; /* texts and opaques */
    size_t used;
};

/* Resources have the type that their id says, so that both readers take the same one. */
static enum loom_type type_of(const struct loom_path *path, unsigned char turn)
{
    return (enum loom_type)(LOOM_STRING +
                            (path->id[LOOM_RESOURCE_ID] + turn) % (LOOM_CORELNK - LOOM_STRING + 1));
}

static bool is_value(const struct loom_value *value)
{
    if (value->type == LOOM_FLOAT) {
        return value->as.number - value->as.number == 0;
    }
    return (value->type != LOOM_STRING && value->type != LOOM_CORELNK) ||
           loom_utf8_is_string(value->as.text);
}

static bool keep(struct tree *tree, const void *data, size_t length, const uint8_t **kept)
{
    if (length > POOL - tree->used) {
        return false;
    }
    *kept = tree->pool + tree->used;
    if (length > 0) {
        memcpy(tree->pool + tree->used, data, length);
    }
    tree->used += length;
    return true;
}

static bool keep_value(struct tree *tree, struct loom_value *value)
{
    const uint8_t *kept;
    if (value->type == LOOM_OPAQUE) {
        bool fits = keep(tree, value->as.opaque.data, value->as.opaque.length, &kept);
        value->as.opaque.data = kept;
        return fits;
    }
    if (value->type == LOOM_STRING || value->type == LOOM_CORELNK) {
        bool fits = keep(tree, value->as.text.data, value->as.text.length, &kept);
        value->as.text.data = (const char *)kept;
        return fits;
    }
    return true;
}

/* Paths ascend, and none is in what another one leads to: as a walk over a model gives them. */
static bool follows(const struct loom_path *before, const struct loom_path *path)
{
    for (unsigned i = 0; i < before->depth && i < path->depth; i++) {
        if (before->id[i] != path->id[i]) {
            return before->id[i] < path->id[i];
        }
    }
    return false;
}

/* @return false: it is no tree that a model could have */
static bool read_tree(const struct loom_format *format, const struct loom_path *base,
                      unsigned char turn, struct loom_bytes payload, struct tree *tree)
{
    static uint8_t scratch[POOL];
    struct loom_decoder decoder;
    struct loom_item item;
    enum loom_status status =
        loom_decode_begin(&decoder, format, base, 0, payload, scratch, sizeof scratch);
    tree->base = *base;
    tree->count = 0;
    tree->used = 0;
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        struct leaf *leaf = &tree->leaves[tree->count];
        if (item.path.depth == 2 && item.path.id[LOOM_INSTANCE_ID] != LOOM_ID_NONE) {
            continue; /* it only says that there is an instance */
        }
        if (item.path.depth < 3 || item.empty_multiple || tree->count == LEAVES_MAX ||
            item.path.id[LOOM_INSTANCE_ID] == LOOM_ID_NONE ||
            (tree->count > 0 && !follows(&leaf[-1].path, &item.path)) ||
            loom_decode_value(&decoder, &item, type_of(&item.path, turn), &leaf->value) !=
                LOOM_OK ||
            !is_value(&leaf->value) || !keep_value(tree, &leaf->value)) {
            return false;
        }
        leaf->path = item.path;
        tree->count++;
    }
    return status == LOOM_END && tree->count > 0;
}

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

static struct loom_bytes write_tree(const struct loom_format *format, const struct tree *tree)
{
    static uint8_t room[16 * POOL];
    struct loom_output out = loom_output(room, sizeof room);
    struct loom_encoder encoder;
    loom_encode_begin(&encoder, format, &tree->base, &out);
    for (size_t i = 0; i < tree->count; i++) {
        hold(&encoder, tree, i, 2, true);
        hold(&encoder, tree, i, 3, true);
        loom_encode_put(&encoder, &tree->leaves[i].path, &tree->leaves[i].value);
        hold(&encoder, tree, i, 3, false);
        hold(&encoder, tree, i, 2, false);
    }
    if (loom_encode_end(&encoder) != LOOM_OK || out.overflow) {
        abort();
    }
    return (struct loom_bytes){room, out.length};
}

static bool is_same(const struct loom_value *a, const struct loom_value *b)
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

static void expect_same(const struct tree *a, const struct tree *b)
{
    if (a->count != b->count) {
        abort();
    }
    for (size_t i = 0; i < a->count; i++) {
        const struct leaf *one = &a->leaves[i];
        const struct leaf *other = &b->leaves[i];
        if (one->path.depth != other->path.depth ||
            memcmp(one->path.id, other->path.id, one->path.depth * sizeof one->path.id[0]) != 0 ||
            one->value.type != other->value.type || !is_same(&one->value, &other->value)) {
            abort();
        }
    }
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static struct tree first;
    static struct tree again;
    size_t formats = 0;
    while (loom_formats_all[formats] != NULL) {
        formats++;
    }
    if (size < HEAD) {
        return 0;
    }
    struct loom_path base = {.depth = data[1] % 5, .id = {3, data[2], data[3], data[4] & 15u}};
    unsigned char turn = data[4] >> 4;
    struct loom_bytes payload = {data + HEAD, size - HEAD};
    if (!read_tree(loom_formats_all[data[0] % formats], &base, turn, payload, &first)) {
        return 0;
    }
    for (size_t i = 0; i < formats; i++) {
        if (can_show(loom_formats_all[i], &first)) {
            struct loom_bytes written = write_tree(loom_formats_all[i], &first);
            if (!read_tree(loom_formats_all[i], &base, turn, written, &again)) {
                abort();
            }
            expect_same(&first, &again);
        }
    }
    return 0;
}
