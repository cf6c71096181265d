/* SPDX-License-Identifier: Apache-2.0 */
/* The functions that models/client.profile asks for by `handled`: a sensor that is not there, but
 * behaves as one. */
#include "loom_temperature_1_1.h"

/* A triangle between 18 and 24 degrees, one step a reading. */
static double sensor_read(void)
{
    static int step;
    step = (step + 1) % 120;
    return 18.0 + 0.1 * (double)(step < 60 ? step : 120 - step);
}

enum loom_status loom_temperature_1_1_read_sensor_value(const struct loom_at *at, double *value)
{
    uint16_t instance = at->path.id[LOOM_INSTANCE_ID];
    double lowest;
    double highest;
    *value = sensor_read();
    if (loom_temperature_1_1_get_min_measured_value(at->model, instance, &lowest) != LOOM_OK ||
        *value < lowest) {
        loom_temperature_1_1_set_min_measured_value(at->model, instance, *value);
    }
    if (loom_temperature_1_1_get_max_measured_value(at->model, instance, &highest) != LOOM_OK ||
        *value > highest) {
        loom_temperature_1_1_set_max_measured_value(at->model, instance, *value);
    }
    return LOOM_OK;
}

enum loom_status
loom_temperature_1_1_execute_reset_min_and_max_measured_values(const struct loom_at *at,
                                                               struct loom_text arguments)
{
    uint16_t instance = at->path.id[LOOM_INSTANCE_ID];
    (void)arguments;
    loom_temperature_1_1_clear_min_measured_value(at->model, instance);
    loom_temperature_1_1_clear_max_measured_value(at->model, instance);
    return LOOM_OK;
}
