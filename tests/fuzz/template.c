/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a template, and as its own partial, over a plan of one object. */
#include "quiet.h"

#include "fields.h"
#include "xml_reader.h"

static const char text[] =
    "<LWM2M><Object><Name>A \"b\" */ c</Name><Description1>one\ntwo</Description1>"
    "<ObjectID>3</ObjectID><MultipleInstances>Multiple</MultipleInstances>"
    "<Mandatory>Mandatory</Mandatory><Resources><Item ID=\"1\"><Name>Level</Name>"
    "<Operations>RW</Operations><MultipleInstances>Single</MultipleInstances>"
    "<Mandatory>Optional</Mandatory><Type>Integer</Type>"
    "<RangeEnumeration>0..3, 7</RangeEnumeration><Units>%</Units></Item>"
    "<Item ID=\"2\"><Name>Go</Name><Operations>E</Operations><MultipleInstances>Single"
    "</MultipleInstances><Mandatory>Optional</Mandatory><Type></Type></Item>"
    "</Resources></Object></LWM2M>";

static void render(struct loomc_templates *templates, const struct loomc_vocabulary *vocabulary,
                   const void *thing)
{
    struct loomc_buffer out = {NULL, 0, 0};
    const struct loomc_template *loaded = loomc_template_load(templates, "fuzz", vocabulary);

    if (loaded != NULL && templates->diagnostics->errors == 0) {
        loomc_template_render(loaded, thing, &out);
    }
    loomc_buffer_free(&out);
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct loomc_arena arena = {NULL};
    struct loomc_diagnostics diagnostics = quiet_diagnostics();
    struct loomc_models models = {NULL, 0, 0};
    struct loomc_names names = {.prefix = LOOMC_PREFIX};
    const struct loomc_builtin builtins[] = {{"fuzz", data, size},
                                             {"part", (const unsigned char *)"{{x}}\n", 6}};
    struct loomc_templates templates = {
        .arena = &arena, .diagnostics = &diagnostics, .builtins = builtins, .builtin_count = 2};
    const struct loomc_source *source =
        source_of_bytes(&arena, "x.xml", (const unsigned char *)text, sizeof(text) - 1);

    loomc_xml_read(&arena, &diagnostics, source, false, NULL, &models);
    loomc_models_sort(&models, &diagnostics);
    loomc_names_assign(&names, &arena, &models, &diagnostics);
    struct loomc_plan plan = loomc_plan_make(&arena, &diagnostics, &models, &names, NULL);

    /* Sections may nest as deep as the language allows: what one input renders stays small. */
    if (size <= 512) {
        render(&templates, &loomc_object_fields, &plan.objects[0]);
        diagnostics.errors = 0;
        render(&templates, &loomc_plan_fields, &plan);
    }
    loomc_arena_free(&arena);
    return 0;
}
