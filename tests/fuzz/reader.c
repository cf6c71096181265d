/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a model file: read, held to the rules, planned, rendered. */
#include "quiet.h"

#include "xml_reader.h"

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct loomc_arena arena = {NULL};
    struct loomc_diagnostics diagnostics = quiet_diagnostics();
    struct loomc_models models = {NULL, 0, 0};
    const struct loomc_source *source = source_of_bytes(&arena, "x.xml", data, size);

    /* Both kinds of runs are tried, and the same input always gets the same one. */
    loomc_xml_read(&arena, &diagnostics, source, size % 2 == 1, NULL, &models);
    loomc_models_sort(&models, &diagnostics);
    plan_and_render(&arena, &diagnostics, &models, NULL);
    loomc_arena_free(&arena);
    return 0;
}
