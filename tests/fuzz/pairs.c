/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a payload of one format; what is read of it is written in each other format, and
 * must be the same when it is read again: all pairs of formats (rules D.1). The first bytes say in
 * which format, of what path and types it is read. */
#include "runtime/value_tree.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

enum { HEAD = 5 };

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
                      unsigned char turn, struct loom_bytes payload, struct value_tree *tree)
{
    static uint8_t scratch[VALUE_TREE_BYTES];
    struct loom_decoder decoder;
    struct loom_item item;
    enum loom_status status =
        loom_decode_begin(&decoder, format, base, 0, payload, scratch, sizeof scratch);
    value_tree_begin(tree, base);
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        struct loom_value value;
        if (item.path.depth == 2 && item.path.id[LOOM_INSTANCE_ID] != LOOM_ID_NONE) {
            continue; /* it only says that there is an instance */
        }
        if (item.path.depth < 3 || item.empty_multiple ||
            item.path.id[LOOM_INSTANCE_ID] == LOOM_ID_NONE ||
            (tree->count > 0 && !follows(&tree->leaves[tree->count - 1].path, &item.path)) ||
            loom_decode_value(&decoder, &item, type_of(&item.path, turn), &value) != LOOM_OK ||
            !is_value(&value) || !value_tree_add(tree, &item.path, &value)) {
            return false;
        }
    }
    return status == LOOM_END && tree->count > 0;
}

static struct loom_bytes write_tree(const struct loom_format *format, const struct value_tree *tree)
{
    static uint8_t room[16 * VALUE_TREE_BYTES];
    struct loom_output out = loom_output(room, sizeof room);
    if (value_tree_write(tree, format, &out) != LOOM_OK || out.overflow) {
        abort();
    }
    return (struct loom_bytes){room, out.length};
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    static struct value_tree first;
    static struct value_tree again;
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
        if (value_tree_fits(&first, loom_formats_all[i])) {
            struct loom_bytes written = write_tree(loom_formats_all[i], &first);
            if (!read_tree(loom_formats_all[i], &base, turn, written, &again) ||
                !value_tree_is_same(&first, &again)) {
                abort();
            }
        }
    }
    return 0;
}
