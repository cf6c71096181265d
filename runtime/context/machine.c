/* SPDX-License-Identifier: Apache-2.0 */
#include "context/machine.h"

/* The first row of this state and event, or of those behind them. */
static unsigned first_row(const struct loom_machine *machine, uint8_t when)
{
    unsigned low = 0;
    unsigned high = machine->row_count;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (machine->rows[middle].when < when) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

bool loom_machine_take(const struct loom_machine *machine, uint8_t *state, uint8_t event,
                       void *subject)
{
    uint8_t when = LOOM_MACHINE_WHEN(*state, event);
    for (unsigned i = first_row(machine, when);
         i < machine->row_count && machine->rows[i].when == when; i++) {
        const struct loom_transition *row = &machine->rows[i];
        unsigned guard = row->then >> 4;
        if (guard == 0 || machine->guards[guard](subject)) {
            *state = row->then & (LOOM_MACHINE_MOST - 1);
            if (row->action != 0) {
                machine->actions[row->action](subject);
            }
            return true;
        }
    }
    return false;
}
