/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the model without a network, as a server would through it, and prints what comes of it. */
#include "loom_objects.h"

#include <inttypes.h>
#include <stdio.h>

static struct loom_house_data data;

static enum loom_status print_lamp(struct loom_model *model, uint16_t instance)
{
    struct loom_path path = loom_path_resource(LOOM_LAMP, instance, LOOM_LAMP_HOURS);
    struct loom_text place;
    int64_t brightness;
    uint64_t hours;
    enum loom_status status = loom_lamp_get_place(model, instance, &place);
    if (status == LOOM_OK) {
        status = loom_lamp_get_brightness(model, instance, &brightness);
    }
    if (status == LOOM_OK) {
        status = loom_get_unsigned(model, path, &hours);
    }
    if (status == LOOM_OK) {
        printf("lamp %d, %.*s: %" PRId64 " %%, lit for %" PRIu64 " h\n", instance,
               (int)place.length, place.data, brightness, hours);
    }
    return status;
}

int main(void)
{
    struct loom_model model;
    loom_model_init(&model, &loom_house, &data, NULL, NULL);
    if (loom_lamp_set_place(&model, 0, "Kitchen") != LOOM_OK ||
        loom_lamp_set_place(&model, 1, "Cellar") != LOOM_OK ||
        loom_lamp_set_brightness(&model, 0, 70) != LOOM_OK) {
        return 1;
    }
    printf("140 %%: %s\n", loom_lamp_set_brightness(&model, 0, 140) == LOOM_OK ? "ok" : "refused");
    return print_lamp(&model, 0) == LOOM_OK && print_lamp(&model, 1) == LOOM_OK ? 0 : 1;
}
