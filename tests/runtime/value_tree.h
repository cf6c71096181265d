/* SPDX-License-Identifier: Apache-2.0 */
/** Values under paths, as a walk over a model gives them: what a payload of any format can show.
 *  For tests and fuzzing, so without a test framework. */
#ifndef TEST_VALUE_TREE_H
#define TEST_VALUE_TREE_H

#include "loom/codec.h"

enum { VALUE_TREE_LEAVES = 64, VALUE_TREE_BYTES = 8192 };

struct value_leaf {
    struct loom_path path;
    struct loom_value value;
};

struct value_tree {
    struct loom_path base;
    size_t count;
    struct value_leaf leaves[VALUE_TREE_LEAVES]; /**< ascending by path */
    uint8_t bytes[VALUE_TREE_BYTES];             /**< of texts and opaques */
    size_t used;
};

/** Empties it, for what a path leads to. */
void value_tree_begin(struct value_tree *tree, const struct loom_path *base);

/** Adds a leaf with a value, and keeps a copy of its text or bytes. @return false: there is no room
 */
bool value_tree_add(struct value_tree *tree, const struct loom_path *path,
                    const struct loom_value *value);

/** Whether a format can show all of it in one payload. */
bool value_tree_fits(const struct value_tree *tree, const struct loom_format *format);

/** Writes it. @return as loom_encode_end() */
enum loom_status value_tree_write(const struct value_tree *tree, const struct loom_format *format,
                                  struct loom_output *out);

/** Whether two have the same paths and the same values, bit for bit. */
bool value_tree_is_same(const struct value_tree *a, const struct value_tree *b);

#endif
