/* SPDX-License-Identifier: Apache-2.0 */
/* The functions that the kettle's model and profile ask for; loom_kettle.h is generated and
 * declares them. */
#include "loom_kettle.h"

static int64_t water = 21;

enum loom_status loom_kettle_read_water_temperature(const struct loom_at *at, int64_t *value)
{
    (void)at;
    *value = water;
    return LOOM_OK;
}

enum loom_status loom_kettle_execute_boil(const struct loom_at *at, struct loom_text arguments)
{
    (void)at;
    (void)arguments;
    water = 100;
    return LOOM_OK;
}
