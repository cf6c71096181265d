/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Templates: the looks of every generated file. A strict subset of Mustache:
 *
 *   {{name}}            a value that loomc made itself: symbols and numbers
 *   {{name|c_string}}   a text of the model through an escape; without one it is an error
 *   {{#name}}..{{/name}} once for each item of a list; or if a flag is set, a text not empty
 *   {{^name}}..{{/name}} if the list is empty, the flag not set, the text empty
 *   {{>name}}           another template, name.mustache; alone on a line it is indented like its
 * tag
 *   {{! comment }}
 *
 * In a list {{#first}} and {{#last}} tell the place. A section, comment or partial tag that stands
 * alone on its line takes the line with it. A name is looked up in the innermost item first, then
 * outwards. Every name is bound when a template is loaded, so an unknown one is found even in a
 * part that no model reaches, and rendering cannot fail.
 */
#ifndef LOOMC_TEMPLATE_H
#define LOOMC_TEMPLATE_H

#include "buffer.h"
#include "diagnostics.h"
#include "vocabulary.h"

/** A template that is built into the tool. */
struct loomc_builtin {
    const char *name; /**< `object.h` for object.h.mustache */
    const unsigned char *text;
    size_t length;
};

/** Where templates come from. */
struct loomc_templates {
    struct loomc_arena *arena;
    struct loomc_diagnostics *diagnostics;
    const char *directory; /**< templates here go before the built-in ones; NULL: none */
    const struct loomc_builtin *builtins;
    size_t builtin_count;
    const char **read; /**< paths of the files that were read, for the depfile */
    size_t read_count;
    size_t read_room;
};

struct loomc_template;

/** @return false after an error was reported: a folder of templates was named and is none. */
bool loomc_templates_check(const struct loomc_templates *templates);

/** @return whether there is a template of that name, built in or in the directory. */
bool loomc_template_exists(const struct loomc_templates *templates, const char *name);

/**
 * Loads a template and binds its names.
 * @param vocabulary names of the thing that it will be rendered for
 * @return NULL after all its errors were reported as template:line:col
 */
const struct loomc_template *loomc_template_load(struct loomc_templates *templates,
                                                 const char *name,
                                                 const struct loomc_vocabulary *vocabulary);

void loomc_template_render(const struct loomc_template *loaded, const void *thing,
                           struct loomc_buffer *out);

#endif
