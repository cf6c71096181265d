/* SPDX-License-Identifier: Apache-2.0 */
#include "nearest.h"
#include "template_node.h"

#include <string.h>

struct parser {
    struct loomc_arena *arena;
    struct loomc_diagnostics *diagnostics;
    const struct loomc_source *source;
    size_t offset;
};

/* One {{tag}} and the piece of text that it takes up. */
struct tag {
    char sigil; /* '#', '^', '/', '>', '!' or 0 for a variable */
    const char *name;
    size_t length;
    const struct loomc_escape *escape;
    size_t offset; /* of its {{ */
    size_t begin;  /* of what it takes up: the whole line if it is alone there */
    size_t end;
    bool alone;
};

static bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

static struct loomc_node *add_node(struct parser *parser, struct loomc_nodes *nodes,
                                   enum loomc_node_kind kind, size_t offset)
{
    nodes->items =
        loomc_grow(parser->arena, nodes->items, nodes->count, &nodes->room, sizeof nodes->items[0]);
    struct loomc_node *node = &nodes->items[nodes->count++];

    memset(node, 0, sizeof *node);
    node->kind = kind;
    node->offset = offset;
    node->indent = "";
    node->starts_line = offset == 0 || parser->source->text[offset - 1] == '\n';
    return node;
}

/* Literal text becomes one node a line, so that a partial can be indented. */
static void add_text(struct parser *parser, struct loomc_nodes *nodes, size_t begin, size_t end)
{
    const char *text = parser->source->text;

    while (begin < end) {
        const char *newline = memchr(text + begin, '\n', end - begin);
        size_t next = newline != NULL ? (size_t)(newline - text) + 1 : end;
        struct loomc_node *node = add_node(parser, nodes, LOOMC_NODE_TEXT, begin);

        node->text = text + begin;
        node->length = next - begin;
        begin = next;
    }
}

/* A tag other than a variable that is alone on its line takes up the line. */
static void widen(const struct parser *parser, struct tag *tag)
{
    const char *text = parser->source->text;
    size_t begin = tag->begin;
    size_t end = tag->end;

    while (begin > 0 && (text[begin - 1] == ' ' || text[begin - 1] == '\t')) {
        begin--;
    }
    while (end < parser->source->length && (text[end] == ' ' || text[end] == '\t')) {
        end++;
    }
    tag->alone = (begin == 0 || text[begin - 1] == '\n') &&
                 (end == parser->source->length || text[end] == '\n');
    if (tag->alone) {
        tag->begin = begin;
        tag->end = end < parser->source->length ? end + 1 : end;
    }
}

static bool parse_escape(struct parser *parser, struct tag *tag, const char *text, size_t length)
{
    tag->escape = loomc_escape_find(text, length);
    if (tag->escape != NULL) {
        return true;
    }
    size_t count;
    const char *const *names = loomc_escape_names(&count);
    const char *word = loomc_copy(parser->arena, text, length);
    const char *nearest = loomc_nearest(word, names, count);

    if (nearest != NULL) {
        loomc_error(parser->diagnostics, parser->source, tag->offset,
                    "unknown escape \"%s\"; did you mean \"%s\"?", word, nearest);
    } else {
        loomc_error(parser->diagnostics, parser->source, tag->offset, "unknown escape \"%s\"",
                    word);
    }
    return false;
}

/* Takes the inside of a tag apart. @return false after an error was reported. */
static bool parse_inside(struct parser *parser, struct tag *tag, const char *inside, size_t length)
{
    if (length > 0 && strchr("#^/>!", inside[0]) != NULL) {
        tag->sigil = inside[0];
        inside++;
        length--;
    }
    if (tag->sigil == '!') {
        return true;
    }
    while (length > 0 && inside[0] == ' ') {
        inside++;
        length--;
    }
    while (length > 0 && inside[length - 1] == ' ') {
        length--;
    }
    const char *bar = memchr(inside, '|', length);

    tag->name = inside;
    tag->length = bar != NULL ? (size_t)(bar - inside) : length;
    for (size_t i = 0; i < tag->length; i++) {
        if (!is_name_character(inside[i])) {
            tag->length = 0;
        }
    }
    if (tag->length == 0 || (bar != NULL && tag->sigil != '\0')) {
        loomc_error(parser->diagnostics, parser->source, tag->offset,
                    "not a tag: {{name}}, {{name|escape}}, {{#name}}, {{^name}}, {{/name}}, "
                    "{{>name}} or {{!comment}}");
        return false;
    }
    return bar == NULL || parse_escape(parser, tag, bar + 1, length - (size_t)(bar + 1 - inside));
}

/* Finds the next tag. @return false at the end of the text; errors are reported and passed over. */
static bool next_tag(struct parser *parser, struct tag *tag)
{
    const char *text = parser->source->text;

    for (size_t from = parser->offset; from < parser->source->length;) {
        const char *open = strstr(text + from, "{{");

        if (open == NULL) {
            return false;
        }
        memset(tag, 0, sizeof *tag);
        tag->offset = tag->begin = (size_t)(open - text);
        const char *close = strstr(open, "}}");

        if (close == NULL) {
            loomc_error(parser->diagnostics, parser->source, tag->offset, "{{ without }}");
            return false;
        }
        tag->end = (size_t)(close - text) + 2;
        if (parse_inside(parser, tag, open + 2, (size_t)(close - open) - 2)) {
            if (tag->sigil != '\0') {
                widen(parser, tag);
            }
            return true;
        }
        from = tag->end;
    }
    return false;
}

static bool same_name(const struct tag *a, const struct tag *b)
{
    return a->length == b->length && memcmp(a->name, b->name, a->length) == 0;
}

/* Parses up to the end of section `open`, or of the text if that is NULL. */
static void parse_nodes(struct parser *parser, const struct tag *open, struct loomc_nodes *nodes)
{
    struct tag tag;

    while (next_tag(parser, &tag)) {
        add_text(parser, nodes, parser->offset, tag.begin);
        parser->offset = tag.end;
        if (tag.sigil == '!') {
            continue;
        }
        if (tag.sigil == '/') {
            if (open != NULL && same_name(open, &tag)) {
                return;
            }
            loomc_error(parser->diagnostics, parser->source, tag.offset,
                        "{{/%.*s}} closes no section that is open here", (int)tag.length, tag.name);
            continue;
        }
        struct loomc_node *node = add_node(parser, nodes, LOOMC_NODE_VARIABLE, tag.offset);
        size_t index = nodes->count - 1;

        node->text = tag.name;
        node->length = tag.length;
        node->escape = tag.escape;
        node->starts_line = node->starts_line && !tag.alone;
        if (tag.sigil == '>') {
            node->kind = LOOMC_NODE_PARTIAL;
            if (tag.alone) {
                node->indent = loomc_copy(parser->arena, parser->source->text + tag.begin,
                                          tag.offset - tag.begin);
            }
        } else if (tag.sigil != '\0') {
            struct loomc_nodes children = {NULL, 0, 0};

            node->kind = tag.sigil == '#' ? LOOMC_NODE_SECTION : LOOMC_NODE_INVERTED;
            parse_nodes(parser, &tag, &children);
            nodes->items[index].children = children.items;
            nodes->items[index].child_count = children.count;
        }
    }
    add_text(parser, nodes, parser->offset, parser->source->length);
    parser->offset = parser->source->length;
    if (open != NULL) {
        loomc_error(parser->diagnostics, parser->source, open->offset, "{{%c%.*s}} is never closed",
                    open->sigil, (int)open->length, open->name);
    }
}

bool loomc_template_parse(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                          const struct loomc_source *source, struct loomc_nodes *nodes)
{
    struct parser parser = {arena, diagnostics, source, 0};
    unsigned before = diagnostics->errors;

    parse_nodes(&parser, NULL, nodes);
    return diagnostics->errors == before;
}
