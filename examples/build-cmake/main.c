/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the model without a network, as a server would through it, and prints what comes of it. */
#include "loom_objects.h"

#include <stdio.h>

static struct loom_kitchen_data data;

int main(void)
{
    struct loom_model model;
    struct loom_path boil = loom_path_resource(LOOM_KETTLE, 0, LOOM_KETTLE_BOIL);
    struct loom_path water = loom_path_resource(LOOM_KETTLE, 0, LOOM_KETTLE_WATER_TEMPERATURE);
    struct loom_text no_arguments = {"", 0};
    struct loom_text maker;
    int64_t degrees;

    loom_model_init(&model, &loom_kitchen, &data, NULL, NULL);
    if (loom_device_set_manufacturer(&model, 0, "Loom") != LOOM_OK ||
        loom_device_get_manufacturer(&model, 0, &maker) != LOOM_OK) {
        return 1;
    }
    printf("a kettle by %.*s\n", (int)maker.length, maker.data);
    printf("heat to 80: %s\n",
           loom_kettle_set_wanted_temperature(&model, 0, 80) == LOOM_OK ? "ok" : "refused");
    printf("heat to 120: %s\n",
           loom_kettle_set_wanted_temperature(&model, 0, 120) == LOOM_OK ? "ok" : "refused");
    if (loom_model_execute(&model, &boil, no_arguments) != LOOM_OK ||
        loom_get_integer(&model, water, &degrees) != LOOM_OK) {
        return 1;
    }
    printf("boiled, the water has %d degrees\n", (int)degrees);
    return 0;
}
