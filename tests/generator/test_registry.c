/* SPDX-License-Identifier: Apache-2.0 */
/* The whole OMA registry, all versions, in one run. It is no part of this tree: the test needs it
 * beside the tree, and CTest reports it as skipped where it is not. */
#define _XOPEN_SOURCE 700

#include "support.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

Test(registry, is_read_without_an_error)
{
    glob_t files;

    if (glob(REGISTRY "/[0-9]*.xml", 0, NULL, &files) != 0 ||
        glob(REGISTRY "/version_history/[0-9]*.xml", GLOB_APPEND, NULL, &files) != 0) {
        (void)puts("skipped: no registry in " REGISTRY);
        (void)fflush(stdout);
        cr_skip();
        return;
    }
    struct loomc_diagnostics diagnostics = {.out = tmpfile()};
    struct loomc_request request = {.models = files.gl_pathv, .model_count = files.gl_pathc};
    double start = seconds();

    cr_assert_not_null(diagnostics.out);
    cr_expect(loomc_generate(&request, &diagnostics));
    cr_expect_eq(diagnostics.errors, 0);
    cr_expect_gt(diagnostics.warnings, 0);
    cr_log_info("%zu files in %.3f s of CPU", files.gl_pathc, seconds() - start);
    fclose(diagnostics.out);
    globfree(&files);
}
