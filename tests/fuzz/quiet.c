/* SPDX-License-Identifier: Apache-2.0 */
#include "quiet.h"

#include "fields.h"

#include <stdlib.h>

struct loomc_diagnostics quiet_diagnostics(void)
{
    static FILE *nowhere;

    if (nowhere == NULL) {
        nowhere = fopen("/dev/null", "w");
    }
    if (nowhere == NULL) {
        abort();
    }
    return (struct loomc_diagnostics){.out = nowhere, .excerpts = true, .color = true};
}

const struct loomc_source *source_of_bytes(struct loomc_arena *arena, const char *path,
                                           const unsigned char *data, size_t size)
{
    struct loomc_source *source = loomc_alloc(arena, sizeof(*source));

    *source = loomc_source_of(path, loomc_copy(arena, (const char *)data, size), size);
    return source;
}

static void render(const char *name, const struct loomc_vocabulary *vocabulary, const void *thing)
{
    struct loomc_arena arena = {NULL};
    struct loomc_diagnostics diagnostics = quiet_diagnostics();
    struct loomc_templates templates = {.arena = &arena,
                                        .diagnostics = &diagnostics,
                                        .builtins = loomc_builtins,
                                        .builtin_count = loomc_builtin_count};
    struct loomc_buffer out = {NULL, 0, 0};
    const struct loomc_template *loaded = loomc_template_load(&templates, name, vocabulary);

    if (loaded == NULL) {
        abort();
    }
    loomc_template_render(loaded, thing, &out);
    loomc_buffer_free(&out);
    loomc_arena_free(&arena);
}

void plan_and_render(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                     struct loomc_models *models, const struct loomc_profile *profile)
{
    struct loomc_names names = {.prefix = LOOMC_PREFIX};

    if (diagnostics->errors > 0) {
        return;
    }
    loomc_names_assign(&names, arena, models, diagnostics);
    struct loomc_plan plan = loomc_plan_make(arena, diagnostics, models, &names, profile);

    for (size_t i = 0; diagnostics->errors == 0 && i < plan.count; i++) {
        render("object.h", &loomc_object_fields, &plan.objects[i]);
        render("object.c", &loomc_object_fields, &plan.objects[i]);
    }
    if (diagnostics->errors == 0) {
        render("objects.h", &loomc_plan_fields, &plan);
        render("objects.c", &loomc_plan_fields, &plan);
    }
}
