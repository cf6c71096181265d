/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "template.h"

#include "nearest.h"
#include "source_file.h"
#include "template_node.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Each use of a partial is read again: few files could otherwise become any number. */
#define PARTIALS_MAX 10000u

struct loomc_template {
    struct loomc_nodes nodes;
};

/* A thing that is being spoken of, inside of another one. */
struct frame {
    const struct frame *outer;
    const struct loomc_vocabulary *vocabulary;
    const void *thing;
    bool listed; /* an item of a list */
    bool first;
    bool last;
};

struct binder {
    struct loomc_templates *templates;
    const struct loomc_source *source;
    const struct binder *outer; /* whose partial the source is; NULL: nobody's */
    unsigned *partials;         /* uses of partials so far */
};

/* ---- loading --------------------------------------------------------------------------------- */

static const struct loomc_source *find_override(struct loomc_templates *templates, const char *file)
{
    if (templates->directory == NULL) {
        return NULL;
    }
    const char *path = loomc_format(templates->arena, "%s/%s", templates->directory, file);

    if (access(path, F_OK) != 0) {
        return NULL;
    }
    templates->read = loomc_grow(templates->arena, templates->read, templates->read_count,
                                 &templates->read_room, sizeof templates->read[0]);
    templates->read[templates->read_count++] = path;
    return loomc_source_read(templates->arena, templates->diagnostics, path);
}

/* @return NULL if there is no such template, or after an error was reported. */
static const struct loomc_source *find_template(struct loomc_templates *templates, const char *name)
{
    const char *file = loomc_format(templates->arena, "%s.mustache", name);
    const struct loomc_source *source = find_override(templates, file);

    for (size_t i = 0; source == NULL && i < templates->builtin_count; i++) {
        const struct loomc_builtin *builtin = &templates->builtins[i];

        if (strcmp(builtin->name, name) == 0) {
            struct loomc_source *made = loomc_alloc(templates->arena, sizeof *made);
            const char *text =
                loomc_copy(templates->arena, (const char *)builtin->text, builtin->length);

            *made = loomc_source_of(file, text, builtin->length);
            source = made;
        }
    }
    return source;
}

bool loomc_templates_check(const struct loomc_templates *templates)
{
    const char *directory = templates->directory;
    struct stat status;

    if (directory == NULL) {
        return true;
    }
    int error = stat(directory, &status) != 0 ? errno : S_ISDIR(status.st_mode) ? 0 : ENOTDIR;

    if (error != 0) {
        loomc_error_in_file(templates->diagnostics, directory, "cannot read templates: %s",
                            strerror(error));
    }
    return error == 0;
}

bool loomc_template_exists(const struct loomc_templates *templates, const char *name)
{
    for (size_t i = 0; i < templates->builtin_count; i++) {
        if (strcmp(templates->builtins[i].name, name) == 0) {
            return true;
        }
    }
    return templates->directory != NULL &&
           access(loomc_format(templates->arena, "%s/%s.mustache", templates->directory, name),
                  F_OK) == 0;
}

/* ---- binding --------------------------------------------------------------------------------- */

static void bind_nodes(struct binder *binder, struct loomc_node *nodes, size_t count,
                       const struct frame *frame);

static void report_unknown(struct binder *binder, const struct loomc_node *node,
                           const struct frame *frame)
{
    struct loomc_templates *templates = binder->templates;
    const char *word = loomc_copy(templates->arena, node->text, node->length);
    const char *nearest = NULL;

    for (const struct frame *f = frame; f != NULL && nearest == NULL; f = f->outer) {
        const char **names =
            loomc_alloc(templates->arena, (f->vocabulary->count + 1) * sizeof names[0]);

        for (size_t i = 0; i < f->vocabulary->count; i++) {
            names[i] = f->vocabulary->fields[i].name;
        }
        nearest = loomc_nearest(word, names, f->vocabulary->count);
    }
    if (nearest != NULL) {
        loomc_error(templates->diagnostics, binder->source, node->offset,
                    "unknown name \"%s\" in %s; did you mean \"%s\"?", word,
                    frame->vocabulary->thing, nearest);
    } else {
        loomc_error(templates->diagnostics, binder->source, node->offset,
                    "unknown name \"%s\" in %s", word, frame->vocabulary->thing);
    }
}

static bool is_word(const struct loomc_node *node, const char *word)
{
    return strlen(word) == node->length && memcmp(word, node->text, node->length) == 0;
}

static bool bind_name(struct loomc_node *node, const struct frame *frame)
{
    enum loomc_node_place place = is_word(node, "first")  ? LOOMC_PLACE_FIRST
                                  : is_word(node, "last") ? LOOMC_PLACE_LAST
                                                          : LOOMC_PLACE_NONE;

    node->hops = 0;
    for (const struct frame *f = frame; f != NULL; f = f->outer) {
        if (place != LOOMC_PLACE_NONE && f->listed) {
            node->place = place;
            return true;
        }
        for (size_t i = 0; i < f->vocabulary->count; i++) {
            if (is_word(node, f->vocabulary->fields[i].name)) {
                node->field = &f->vocabulary->fields[i];
                return true;
            }
        }
        node->hops++;
    }
    return false;
}

static void bind_variable(struct binder *binder, const struct loomc_node *node)
{
    struct loomc_diagnostics *diagnostics = binder->templates->diagnostics;

    if (node->field == NULL || node->field->kind == LOOMC_FIELD_FLAG ||
        node->field->kind == LOOMC_FIELD_LIST) {
        loomc_error(diagnostics, binder->source, node->offset,
                    "\"%.*s\" has no text; use it as {{#%.*s}}", (int)node->length, node->text,
                    (int)node->length, node->text);
    } else if (node->field->kind == LOOMC_FIELD_TEXT && node->escape == NULL) {
        loomc_error(diagnostics, binder->source, node->offset,
                    "\"%.*s\" comes from the model and needs an escape, such as {{%.*s|c_comment}}",
                    (int)node->length, node->text, (int)node->length, node->text);
    }
}

static void bind_section(struct binder *binder, struct loomc_node *node, const struct frame *frame)
{
    bool list = node->field != NULL && node->field->kind == LOOMC_FIELD_LIST;

    if (list && node->kind == LOOMC_NODE_SECTION) {
        struct frame inner = {frame, node->field->items, NULL, true, false, false};

        bind_nodes(binder, node->children, node->child_count, &inner);
    } else {
        bind_nodes(binder, node->children, node->child_count, frame);
    }
}

static bool includes_itself(const struct binder *binder, const struct loomc_source *source)
{
    while (binder != NULL && strcmp(binder->source->path, source->path) != 0) {
        binder = binder->outer;
    }
    return binder != NULL;
}

/* Each use of a partial is a copy of its own: its names depend on where it stands. */
static void bind_partial(struct binder *binder, struct loomc_node *node, const struct frame *frame)
{
    struct loomc_templates *templates = binder->templates;
    unsigned before = templates->diagnostics->errors;
    const char *name = loomc_copy(templates->arena, node->text, node->length);
    struct loomc_nodes nodes = {NULL, 0, 0};
    const char *problem = NULL;

    if (*binder->partials >= PARTIALS_MAX) {
        return; /* an error already */
    }
    const struct loomc_source *source = find_template(templates, name);

    if (source == NULL) {
        problem = "there is no template %s.mustache";
    } else if (includes_itself(binder, source)) {
        problem = "%s.mustache includes itself without end";
    } else if (++*binder->partials == PARTIALS_MAX) {
        problem = "%s.mustache is one partial too many: partials include each other thousands of "
                  "times";
    }
    if (problem != NULL) {
        if (templates->diagnostics->errors == before) {
            loomc_error(templates->diagnostics, binder->source, node->offset, problem, name);
        }
        return;
    }
    struct binder inner = {templates, source, binder, binder->partials};

    if (loomc_template_parse(templates->arena, templates->diagnostics, source, &nodes)) {
        node->children = nodes.items;
        node->child_count = nodes.count;
        bind_nodes(&inner, nodes.items, nodes.count, frame);
    }
}

static void bind_nodes(struct binder *binder, struct loomc_node *nodes, size_t count,
                       const struct frame *frame)
{
    for (size_t i = 0; i < count; i++) {
        struct loomc_node *node = &nodes[i];

        if (node->kind == LOOMC_NODE_TEXT) {
            continue;
        }
        if (node->kind == LOOMC_NODE_PARTIAL) {
            bind_partial(binder, node, frame);
        } else if (!bind_name(node, frame)) {
            report_unknown(binder, node, frame);
        } else if (node->kind == LOOMC_NODE_VARIABLE) {
            bind_variable(binder, node);
        } else {
            bind_section(binder, node, frame);
        }
    }
}

const struct loomc_template *loomc_template_load(struct loomc_templates *templates,
                                                 const char *name,
                                                 const struct loomc_vocabulary *vocabulary)
{
    unsigned before = templates->diagnostics->errors;
    struct loomc_template *loaded = loomc_alloc(templates->arena, sizeof *loaded);
    const struct loomc_source *source = find_template(templates, name);
    unsigned partials = 0;
    struct binder binder = {templates, source, NULL, &partials};
    struct frame root = {NULL, vocabulary, NULL, false, false, false};

    if (source == NULL) {
        if (templates->diagnostics->errors == before) {
            loomc_error_in_file(templates->diagnostics, name, "there is no such template");
        }
        return NULL;
    }
    if (loomc_template_parse(templates->arena, templates->diagnostics, source, &loaded->nodes)) {
        bind_nodes(&binder, loaded->nodes.items, loaded->nodes.count, &root);
    }
    return templates->diagnostics->errors == before ? loaded : NULL;
}

/* ---- rendering ------------------------------------------------------------------------------- */

/* Where text goes, and with which blanks before each line of the template. */
struct sink {
    struct loomc_buffer *out;
    const char *indent;
};

static void render_nodes(const struct sink *sink, const struct loomc_node *nodes, size_t count,
                         const struct frame *frame);

static const struct frame *frame_of(const struct loomc_node *node, const struct frame *frame)
{
    for (unsigned i = 0; i < node->hops; i++) {
        frame = frame->outer;
    }
    return frame;
}

static void render_variable(const struct sink *sink, const struct loomc_node *node,
                            const struct frame *frame)
{
    const void *thing = frame_of(node, frame)->thing;
    struct loomc_buffer text = {NULL, 0, 0};

    if (node->escape == NULL) {
        loomc_field_put(node->field, thing, sink->out);
        return;
    }
    loomc_field_put(node->field, thing, &text);
    node->escape->put(sink->out, text.data, text.length);
    loomc_buffer_free(&text);
}

static bool is_true(const struct loomc_node *node, const struct frame *frame)
{
    const struct loomc_field *field = node->field;
    struct loomc_buffer text = {NULL, 0, 0};

    if (node->place != LOOMC_PLACE_NONE) {
        return node->place == LOOMC_PLACE_FIRST ? frame->first : frame->last;
    }
    if (field->kind == LOOMC_FIELD_FLAG) {
        return loomc_field_flag(field, frame->thing);
    }
    if (field->kind == LOOMC_FIELD_LIST) {
        return loomc_field_count(field, frame->thing) > 0;
    }
    loomc_field_put(field, frame->thing, &text);
    bool filled = text.length > 0;
    loomc_buffer_free(&text);
    return filled;
}

static void render_section(const struct sink *sink, const struct loomc_node *node,
                           const struct frame *frame)
{
    const struct frame *named = frame_of(node, frame);

    if (node->kind == LOOMC_NODE_SECTION && node->field != NULL &&
        node->field->kind == LOOMC_FIELD_LIST) {
        size_t count = loomc_field_count(node->field, named->thing);

        for (size_t i = 0; i < count; i++) {
            struct frame inner = {
                frame,  node->field->items, loomc_field_item(node->field, named->thing, i), true,
                i == 0, i + 1 == count};

            render_nodes(sink, node->children, node->child_count, &inner);
        }
    } else if (is_true(node, named) == (node->kind == LOOMC_NODE_SECTION)) {
        render_nodes(sink, node->children, node->child_count, frame);
    }
}

static void render_nodes(const struct sink *sink, const struct loomc_node *nodes, size_t count,
                         const struct frame *frame)
{
    for (size_t i = 0; i < count; i++) {
        const struct loomc_node *node = &nodes[i];

        /* An empty line stays empty. */
        if (node->starts_line && !(node->kind == LOOMC_NODE_TEXT && node->text[0] == '\n')) {
            loomc_put_text(sink->out, sink->indent);
        }
        if (node->kind == LOOMC_NODE_TEXT) {
            loomc_put(sink->out, node->text, node->length);
        } else if (node->kind == LOOMC_NODE_VARIABLE) {
            render_variable(sink, node, frame);
        } else if (node->kind == LOOMC_NODE_PARTIAL) {
            size_t length = strlen(sink->indent) + strlen(node->indent) + 1;

            if (length == 1) {
                render_nodes(sink, node->children, node->child_count, frame);
            } else {
                struct loomc_buffer indent = {NULL, 0, 0};

                loomc_put_text(&indent, sink->indent);
                loomc_put_text(&indent, node->indent);
                struct sink inner = {sink->out, indent.data};

                render_nodes(&inner, node->children, node->child_count, frame);
                loomc_buffer_free(&indent);
            }
        } else {
            render_section(sink, node, frame);
        }
    }
}

void loomc_template_render(const struct loomc_template *loaded, const void *thing,
                           struct loomc_buffer *out)
{
    struct frame root = {NULL, NULL, thing, false, false, false};
    struct sink sink = {out, ""};

    render_nodes(&sink, loaded->nodes.items, loaded->nodes.count, &root);
}
