/* SPDX-License-Identifier: Apache-2.0 */
/* What is explored: products with their accounts, and where each of them begins. The depths are as
 * large as a run of the tests can bear. */
#include "explore.h"

const struct setup setups[] = {
    {.name = "LwM2M 1.0", .depth = 6, .lwm2m = LOOM_LWM2M_1_0, .servers = 1},
    {.name = "LwM2M 1.1", .depth = 6, .lwm2m = LOOM_LWM2M_1_1, .servers = 1},
    {.name = "LwM2M 1.2", .depth = 5, .lwm2m = LOOM_LWM2M_1_2, .servers = 1},
    {.name = "LwM2M 1.0, hold-off",
     .depth = 6,
     .lwm2m = LOOM_LWM2M_1_0,
     .servers = 1,
     .hold_off = 1},
    {.name = "LwM2M 1.1, two servers in order",
     .depth = 5,
     .lwm2m = LOOM_LWM2M_1_1,
     .servers = 2,
     .ordered = true},
    {.name = "LwM2M 1.1, no bootstrap on failure, an account that expires",
     .depth = 6,
     .lwm2m = LOOM_LWM2M_1_1,
     .servers = 1,
     .no_bootstrap = true,
     .expires = 20},
    {.name = "LwM2M 1.2, Bootstrap-Pack, queue mode",
     .depth = 5,
     .lwm2m = LOOM_LWM2M_1_2,
     .servers = 1,
     .queue_mode = true,
     .pack = true},
    {.name = "LwM2M 1.1, observed",
     .depth = 6,
     .lwm2m = LOOM_LWM2M_1_1,
     .servers = 1,
     .observed = true,
     .pmax = 10},
    {.name = "LwM2M 1.2, observed, confirmable, a right that comes and goes",
     .depth = 5,
     .lwm2m = LOOM_LWM2M_1_2,
     .servers = 2,
     .observed = true,
     .confirmable = true,
     .rights = true,
     .pmax = 10},
    {.name = "LwM2M 1.2, observed, queue mode",
     .depth = 5,
     .lwm2m = LOOM_LWM2M_1_2,
     .servers = 1,
     .queue_mode = true,
     .observed = true,
     .confirmable = true,
     .lifetime = 300,
     .pmax = 120},
};

const unsigned setup_count = sizeof setups / sizeof setups[0];

const char *const beginnings[BEGINNINGS] = {
    "a new device, which has a Bootstrap-Server Account",
    "a new device, which has all accounts from the factory",
    "a device that has bootstrapped and registered",
    "a device that is observed",
};

bool begins(unsigned setup, enum beginning beginning)
{
    return setups[setup].observed ? beginning >= BEGIN_REGISTERED : beginning < BEGIN_OBSERVED;
}

void begin(enum beginning beginning)
{
    stage_begin(beginning == BEGIN_ACCOUNTS);
    if (beginning >= BEGIN_REGISTERED) {
        heal();
    }
    for (uint8_t i = 0; i < SLOTS && beginning == BEGIN_OBSERVED; i++) {
        static struct stage before;
        stage_copy(&before, &stage);
        stage_apply((struct event){EVENT_OBSERVE, OBSERVER, i}, &before);
    }
}
