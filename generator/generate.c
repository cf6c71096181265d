/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "generate.h"

#include "fields.h"
#include "formats.h"
#include "ids.h"
#include "names_file.h"
#include "output.h"
#include "reusable.h"
#include "size.h"
#include "source_file.h"
#include "xml_reader.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct run {
    const struct loomc_request *request;
    struct loomc_diagnostics *diagnostics;
    struct loomc_arena arena;
    const struct loomc_source **sources; /* one for each model file, in order of their paths */
    size_t source_count;
    struct loomc_profile profile; /* without a source if there is none */
    struct loomc_models models;
    bool bad_models; /* some are not there */
    struct loomc_names names;
    struct loomc_plan plan;
    struct loomc_templates templates;
    struct loomc_formats formats;
    struct loomc_files files;
};

static const char *prefix_of(const struct run *run)
{
    return run->request->prefix != NULL ? run->request->prefix : LOOMC_PREFIX;
}

static void read_formats(struct run *run)
{
    /* Without its folder a format of the user's own would be unknown: no news. */
    if (!loomc_templates_check(&run->templates)) {
        return;
    }
    run->formats = loomc_formats_read(&run->templates, run->request->formats);
    if (run->request->units && !loomc_formats_have(&run->formats, "c")) {
        loomc_error_in_file(run->diagnostics, "loomc",
                            "--units includes sources of the format c, which --format leaves out");
    }
}

static int compare_paths(const void *left, const void *right)
{
    const struct loomc_source *const *a = left;
    const struct loomc_source *const *b = right;

    return strcmp((*a)->path, (*b)->path);
}

static void read_models(struct run *run)
{
    const struct loomc_request *request = run->request;
    unsigned before = run->diagnostics->errors;

    run->sources = loomc_alloc(&run->arena, (request->model_count + 1) * sizeof run->sources[0]);
    for (size_t i = 0; i < request->model_count; i++) {
        const struct loomc_source *source =
            loomc_source_read(&run->arena, run->diagnostics, request->models[i]);

        if (source != NULL) {
            run->sources[run->source_count++] = source;
            loomc_xml_read(&run->arena, run->diagnostics, source, request->strict,
                           run->profile.source != NULL ? &run->profile : NULL, &run->models);
        }
    }
    if (run->source_count > 1) {
        qsort(run->sources, run->source_count, sizeof run->sources[0], compare_paths);
    }
    loomc_models_sort(&run->models, run->diagnostics);
    if (request->registry != NULL) {
        loomc_reusable_check(&run->arena, run->diagnostics,
                             request->strict ? LOOMC_ERROR : LOOMC_WARNING, request->registry,
                             &run->models);
    }
    run->bad_models = run->diagnostics->errors > before;
}

/* It is read before the models, because it may repair them. */
static void read_profile(struct run *run)
{
    const struct loomc_source *source =
        run->request->profile != NULL
            ? loomc_source_read(&run->arena, run->diagnostics, run->request->profile)
            : NULL;

    if (source != NULL) {
        run->profile = loomc_profile_read(&run->arena, run->diagnostics, source);
    }
}

static void make_plan(struct run *run)
{
    bool missing = run->request->profile != NULL && run->profile.source == NULL;

    /* A profile cannot be judged by models that are not all there. */
    if (!run->bad_models && !missing) {
        loomc_names_assign(&run->names, &run->arena, &run->models, run->diagnostics);
        run->plan = loomc_plan_make(&run->arena, run->diagnostics, &run->models, &run->names,
                                    run->profile.source != NULL ? &run->profile : NULL);
    }
}

/* ---- rendering ------------------------------------------------------------------------------- */

static const char *in_directory(struct run *run, const char *name)
{
    const char *directory = run->request->directory != NULL ? run->request->directory : ".";
    size_t length = strlen(directory);
    const char *slash = length > 0 && directory[length - 1] == '/' ? "" : "/";

    return loomc_format(&run->arena, "%s%s%s", directory, slash, name);
}

static void render(struct run *run, const struct loomc_template *loaded, const void *thing,
                   const char *name)
{
    struct loomc_buffer content = {NULL, 0, 0};

    if (loaded != NULL) {
        loomc_template_render(loaded, thing, &content);
        loomc_files_add(&run->files, in_directory(run, name), content);
    }
}

/* C has one set of names for all files that a program includes and links: its files say whose they
 * are, and so no header of a model hides one of a system. */
static const char *file_name(struct run *run, const char *stem, const char *extension)
{
    bool of_c = strcmp(extension, "h") == 0 || strcmp(extension, "c") == 0;

    return loomc_format(&run->arena, "%s%s%s.%s", of_c ? prefix_of(run) : "", of_c ? "_" : "", stem,
                        extension);
}

static void render_each(struct run *run, const char *extension)
{
    const struct loomc_template *loaded = loomc_template_load(
        &run->templates, loomc_format(&run->arena, "object.%s", extension), &loomc_object_fields);

    for (size_t i = 0; i < run->plan.count; i++) {
        const struct loomc_plan_object *planned = &run->plan.objects[i];

        render(run, loaded, planned, file_name(run, planned->object->symbol, extension));
    }
}

static void render_all(struct run *run, const char *extension)
{
    const char *name = loomc_format(&run->arena, "objects.%s", extension);

    render(run, loomc_template_load(&run->templates, name, &loomc_plan_fields), &run->plan,
           file_name(run, "objects", extension));
}

static void render_formats(struct run *run)
{
    for (size_t i = 0; i < run->formats.count; i++) {
        const struct loomc_format *format = &run->formats.items[i];

        if (format->each) {
            render_each(run, format->extension);
        }
        if (format->all) {
            render_all(run, format->extension);
        }
    }
}

/* `device-1.1` for models/device-1.1.xml. */
static const char *stem(struct run *run, const struct loomc_source *source)
{
    size_t length = strlen(source->name);

    if (length > 4 && strcmp(source->name + length - 4, ".xml") == 0) {
        length -= 4;
    }
    return loomc_copy(&run->arena, source->name, length);
}

static void render_unit(struct run *run, const struct loomc_template *unit_template,
                        const struct loomc_source *source)
{
    struct loomc_unit unit = {.source = source, .prefix = prefix_of(run)};

    unit.objects = loomc_alloc(&run->arena, (run->plan.count + 1) * sizeof unit.objects[0]);
    for (size_t i = 0; i < run->plan.count; i++) {
        if (run->plan.objects[i].object->source == source) {
            unit.objects[unit.count++] = &run->plan.objects[i];
        }
    }
    render(run, unit_template, &unit, loomc_format(&run->arena, "units/%s.c", stem(run, source)));
}

static void render_units(struct run *run)
{
    const struct loomc_template *unit_template =
        loomc_template_load(&run->templates, "unit.c", &loomc_unit_fields);

    for (size_t i = 0; i < run->source_count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(run->sources[i]->name, run->sources[j]->name) == 0) {
                loomc_error_in_file(run->diagnostics, run->sources[i]->path,
                                    "has the same name as %s, and so would its translation unit",
                                    run->sources[j]->path);
            }
        }
        render_unit(run, unit_template, run->sources[i]);
    }
}

/* ---- ids --------------------------------------------------------------------------------------
 */

static void add_ids(struct run *run)
{
    const char *path = run->request->ids;
    const struct loomc_template *loaded =
        loomc_template_load(&run->templates, "ids.h", &loomc_ids_fields);
    struct loomc_ids ids = loomc_ids_make(&run->arena, run->diagnostics, &run->models,
                                          run->plan.license, prefix_of(run), path);
    struct loomc_buffer content = {NULL, 0, 0};

    if (run->diagnostics->errors == 0 && loaded != NULL) {
        loomc_template_render(loaded, &ids, &content);
        loomc_files_add(&run->files, path, content);
    }
}

/* ---- lists of files -------------------------------------------------------------------------- */

static void put_inputs(struct run *run, struct loomc_buffer *out)
{
    for (size_t i = 0; i < run->source_count; i++) {
        loomc_put_text(out, " \\\n  ");
        loomc_put_make_path(out, run->sources[i]->path);
    }
    if (run->request->profile != NULL) {
        loomc_put_text(out, " \\\n  ");
        loomc_put_make_path(out, run->request->profile);
    }
    for (size_t i = 0; i < run->templates.read_count; i++) {
        loomc_put_text(out, " \\\n  ");
        loomc_put_make_path(out, run->templates.read[i]);
    }
}

static void add_lists(struct run *run)
{
    struct loomc_buffer list = {NULL, 0, 0};
    struct loomc_buffer rule = {NULL, 0, 0};

    loomc_files_sort(&run->files);
    for (size_t i = 0; i < run->files.count; i++) {
        loomc_put_format(&list, "%s\n", run->files.items[i].path);
        loomc_put_text(&rule, i > 0 ? " \\\n  " : "");
        loomc_put_make_path(&rule, run->files.items[i].path);
    }
    loomc_put_text(&rule, " :");
    put_inputs(run, &rule);
    loomc_put_char(&rule, '\n');
    if (run->request->list != NULL) {
        loomc_files_add(&run->files, run->request->list, list);
    } else {
        loomc_buffer_free(&list);
    }
    if (run->request->depfile != NULL) {
        loomc_files_add(&run->files, run->request->depfile, rule);
    } else {
        loomc_buffer_free(&rule);
    }
}

/* ---- on request ------------------------------------------------------------------------------ */

/* What stands there may have been worked on: not even a link is replaced. */
static bool exists(const struct run *run, const char *path)
{
    struct stat status;

    for (size_t i = 0; i < run->files.count; i++) {
        if (strcmp(run->files.items[i].path, path) == 0) {
            return true;
        }
    }
    return lstat(path, &status) == 0;
}

static void add_stubs(struct run *run)
{
    const char *path = run->request->stubs;
    const struct loomc_template *loaded =
        loomc_template_load(&run->templates, "stubs.c", &loomc_plan_fields);
    struct loomc_buffer content = {NULL, 0, 0};

    if (exists(run, path)) {
        loomc_error_in_file(run->diagnostics, path,
                            "exists; skeletons are never written over an existing file");
    } else if (run->plan.handled_count == 0) {
        loomc_error_in_file(run->diagnostics, path,
                            "nothing to write: no product has a handled resource");
    } else if (loaded != NULL) {
        loomc_template_render(loaded, &run->plan, &content);
        loomc_files_add(&run->files, path, content);
    }
}

static void tell_sizes(struct run *run)
{
    struct loomc_buffer text = {NULL, 0, 0};
    FILE *out = run->request->sizes;

    loomc_size_put(&run->plan, &text);
    if (fwrite(text.data != NULL ? text.data : "", 1, text.length, out) != text.length ||
        fflush(out) != 0) {
        loomc_error_in_file(run->diagnostics, "standard output", "cannot be written");
    }
    loomc_buffer_free(&text);
}

static void add_names(struct run *run)
{
    const struct loomc_request *request = run->request;
    const struct loomc_source *source = NULL;
    struct loomc_buffer content = {NULL, 0, 0};
    struct stat status;

    if (request->check || stat(request->names, &status) == 0) {
        source = loomc_source_read(&run->arena, run->diagnostics, request->names);
        if (source == NULL) {
            return;
        }
    }
    if (loomc_names_compare(&run->arena, run->diagnostics, &run->names, &run->models, source,
                            &content) &&
        !request->check) {
        loomc_files_add(&run->files, request->names, content);
    } else {
        loomc_buffer_free(&content);
    }
}

/* Makes what was asked for beside the formats, and writes all files. */
static void finish(struct run *run)
{
    const struct loomc_request *request = run->request;

    if (request->stubs != NULL) {
        add_stubs(run);
    }
    /* In no list of outputs: it is an input as well. */
    if (request->names != NULL) {
        add_names(run);
    }
    if (run->diagnostics->errors == 0) {
        loomc_files_write(&run->files, run->diagnostics);
    }
    if (run->diagnostics->errors == 0 && request->sizes != NULL) {
        tell_sizes(run);
    }
}

bool loomc_generate(const struct loomc_request *request, struct loomc_diagnostics *diagnostics)
{
    struct run run = {.request = request, .diagnostics = diagnostics};

    run.files.arena = &run.arena;
    run.names.prefix = prefix_of(&run);
    run.templates = (struct loomc_templates){
        &run.arena, diagnostics, request->templates, loomc_builtins, loomc_builtin_count, NULL, 0,
        0};
    read_formats(&run);
    read_profile(&run);
    read_models(&run);
    make_plan(&run);
    if (diagnostics->errors == 0) {
        render_formats(&run);
        if (request->units) {
            render_units(&run);
        }
        /* Without a folder they are only checked. */
        if (request->directory == NULL) {
            loomc_files_free(&run.files);
        }
        if (request->ids != NULL) {
            add_ids(&run);
        }
        if (run.files.count > 0) {
            add_lists(&run);
        }
    }
    if (diagnostics->errors == 0) {
        finish(&run);
    }
    loomc_files_free(&run.files);
    loomc_arena_free(&run.arena);
    return diagnostics->errors == 0;
}
