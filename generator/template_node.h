/* SPDX-License-Identifier: Apache-2.0 */
/** A template taken apart; private to the template engine. */
#ifndef LOOMC_TEMPLATE_NODE_H
#define LOOMC_TEMPLATE_NODE_H

#include "diagnostics.h"
#include "escape.h"
#include "vocabulary.h"

enum loomc_node_kind {
    LOOMC_NODE_TEXT,
    LOOMC_NODE_VARIABLE,
    LOOMC_NODE_SECTION,
    LOOMC_NODE_INVERTED,
    LOOMC_NODE_PARTIAL
};

/** What a bound name stands for: a field, or the place in a list. */
enum loomc_node_place { LOOMC_PLACE_NONE, LOOMC_PLACE_FIRST, LOOMC_PLACE_LAST };

struct loomc_node {
    enum loomc_node_kind kind;
    bool starts_line;   /**< first on its line: gets the indentation of its partial */
    const char *text;   /**< TEXT: the literal; else the name */
    size_t length;      /**< of `text` */
    size_t offset;      /**< of the tag in the template */
    const char *indent; /**< PARTIAL alone on its line: the blanks before it, else "" */
    const struct loomc_escape *escape;
    struct loomc_node *children;
    size_t child_count;
    /* Bound when the template is loaded. */
    const struct loomc_field *field;
    enum loomc_node_place place;
    unsigned hops; /**< how many things outwards the name is found */
};

struct loomc_nodes {
    struct loomc_node *items;
    size_t count;
    size_t room;
};

/** Takes a template apart. @return false after all its errors were reported. */
bool loomc_template_parse(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                          const struct loomc_source *source, struct loomc_nodes *nodes);

#endif
