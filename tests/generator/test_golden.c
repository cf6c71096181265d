/* SPDX-License-Identifier: Apache-2.0 */
/* Output for telling models, compared with what a person has read: tests/generator/golden. After a
 * change that is meant, regenerate.sh writes the files anew; read the difference. */
#include "support.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static void expect_golden(const char *name, const char *text)
{
    char *golden = folder_read(TEST_GOLDEN, name);

    cr_expect(golden != NULL && strcmp(golden, text) == 0,
              "%s is not the golden one; see tests/generator/regenerate.sh", name);
    free(golden);
}

static void generate(const char *folder, const char *profile, char *models[], size_t count)
{
    struct loomc_diagnostics diagnostics = {.out = tmpfile()};
    struct loomc_request request = {.directory = folder,
                                    .profile = profile,
                                    .formats = "c,json,md",
                                    .models = models,
                                    .model_count = count};

    cr_assert_not_null(diagnostics.out);
    cr_assert(loomc_generate(&request, &diagnostics));
    fclose(diagnostics.out);
}

Test(golden, everything_that_a_model_can_have)
{
    static const char *const names[] = {"loom_everything.h", "loom_everything.c", "loom_objects.h",
                                        "loom_objects.c",    "loom_account.h",    "loom_account.c",
                                        "objects.json",      "objects.md"};
    char *folder = folder_make();
    char everything[] = TEST_MODELS "/everything.xml";
    char account[] = TEST_MODELS "/account.xml";
    char security[] = TEST_MODELS "/security.xml";
    char *models[] = {everything, account, security};

    generate(folder, TEST_MODELS "/everything.profile", models, 3);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char *text = folder_read(folder, names[i]);

        cr_assert_not_null(text, "%s", names[i]);
        expect_golden(names[i], text);
        free(text);
    }
    folder_remove(folder);
}

Test(golden, names_made_to_break_out)
{
    char *folder = folder_make();
    char hostile[] = TEST_MODELS "/hostile.xml";
    char *models[] = {hostile};
    char *header;
    char *source;

    generate(folder, NULL, models, 1);
    header = folder_read(folder, "loom_printf_s_exit_1.h");
    source = folder_read(folder, "loom_printf_s_exit_1.c");
    cr_assert_not_null(header);
    cr_assert_not_null(source);
    expect_golden("loom_printf_s_exit_1.h", header);
    expect_golden("loom_printf_s_exit_1.c", source);
    free(header);
    free(source);
    folder_remove(folder);
}
