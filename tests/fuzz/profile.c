/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a profile for two small objects. */
#include "quiet.h"

#include "profile.h"
#include "xml_reader.h"

/* clang-format off */
#define ITEM(id, name, operations, instances, type, range)                                         \
    "<Item ID=\"" id "\"><Name>" name "</Name><Operations>" operations "</Operations>"             \
    "<MultipleInstances>" instances "</MultipleInstances><Mandatory>Optional</Mandatory><Type>"    \
    type "</Type><RangeEnumeration>" range "</RangeEnumeration></Item>"

static const char text[] =
    "<LWM2M><Object><Name>Device</Name><ObjectID>3</ObjectID><MultipleInstances>Single"
    "</MultipleInstances><Mandatory>Optional</Mandatory><Resources>"
    ITEM("0", "Name", "R", "Single", "String", "1..8")
    ITEM("1", "Level", "RW", "Multiple", "Integer", "0..3, 7")
    ITEM("2", "Reboot", "E", "Single", "", "")
    "</Resources></Object><Object><Name>Security</Name><ObjectID>0</ObjectID>"
    "<MultipleInstances>Multiple</MultipleInstances><Mandatory>Mandatory</Mandatory><Resources>"
    ITEM("0", "URI", "", "Single", "String", "")
    ITEM("5", "Key", "", "Single", "Opaque", "")
    ITEM("6", "Ratio", "RW", "Single", "Float", "0.5..1.5")
    "</Resources></Object></LWM2M>";
/* clang-format on */

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    struct loomc_arena arena = {NULL};
    struct loomc_diagnostics diagnostics = quiet_diagnostics();
    struct loomc_models models = {NULL, 0, 0};
    const struct loomc_source *model =
        source_of_bytes(&arena, "x.xml", (const unsigned char *)text, sizeof(text) - 1);
    const struct loomc_source *source = source_of_bytes(&arena, "p.profile", data, size);

    struct loomc_profile profile = loomc_profile_read(&arena, &diagnostics, source);

    loomc_xml_read(&arena, &diagnostics, model, false, &profile, &models);
    loomc_models_sort(&models, &diagnostics);
    plan_and_render(&arena, &diagnostics, &models, &profile);
    loomc_arena_free(&arena);
    return 0;
}
