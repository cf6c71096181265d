/* SPDX-License-Identifier: Apache-2.0 */
/** What the harnesses of loomc share. */
#ifndef TESTS_FUZZ_QUIET_H
#define TESTS_FUZZ_QUIET_H

#include "generate.h"
#include "plan.h"

/** Diagnostics with all that they can do, to nowhere. */
struct loomc_diagnostics quiet_diagnostics(void);

/** Names and plans the models, and renders them with the built-in templates if nothing was wrong.
 */
void plan_and_render(struct loomc_arena *arena, struct loomc_diagnostics *diagnostics,
                     struct loomc_models *models, const struct loomc_profile *profile);

/** A source of the bytes that the fuzzer made. It lives as long as the arena. */
const struct loomc_source *source_of_bytes(struct loomc_arena *arena, const char *path,
                                           const unsigned char *data, size_t size);

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

#endif
