/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the model without a network, as a server would through it, and prints what comes of it. */
#include "loom_objects.h"

#include <stdio.h>

static struct loom_door_data data;

int main(void)
{
    struct loom_model model;
    struct loom_path ring = loom_path_resource(LOOM_DOORBELL, 0, LOOM_DOORBELL_RING);
    struct loom_text no_arguments = {"", 0};

    loom_model_init(&model, &loom_door, &data, NULL, NULL);
    if (loom_doorbell_set_melody(&model, 0, 3) != LOOM_OK) {
        return 1;
    }
    printf("melody 9: %s\n", loom_doorbell_set_melody(&model, 0, 9) == LOOM_OK ? "ok" : "refused");
    return loom_model_execute(&model, &ring, no_arguments) == LOOM_OK ? 0 : 1;
}
