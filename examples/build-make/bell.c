/* SPDX-License-Identifier: Apache-2.0 */
/* The function that the doorbell's model asks for; doorbell.h is generated and declares it. */
#include "loom_doorbell.h"

#include <inttypes.h>
#include <stdio.h>

enum loom_status loom_doorbell_execute_ring(const struct loom_at *at, struct loom_text arguments)
{
    int64_t melody;
    enum loom_status status =
        loom_doorbell_get_melody(at->model, at->path.id[LOOM_INSTANCE_ID], &melody);
    (void)arguments;
    if (status == LOOM_OK) {
        printf("melody %" PRId64 "\n", melody);
    }
    return status;
}
