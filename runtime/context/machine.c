/* SPDX-License-Identifier: Apache-2.0 */
#include "context/machine.h"

/* The first row of a state, or of one behind it. */
static unsigned first_row(const struct loom_machine *machine, uint8_t state)
{
    unsigned low = 0;
    unsigned high = machine->row_count;
    while (low < high) {
        unsigned middle = (low + high) / 2;
        if (machine->rows[middle].when < LOOM_MACHINE_WHEN(state, 0)) {
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
    uint8_t last = LOOM_MACHINE_WHEN(*state, LOOM_MACHINE_MOST - 1);
    for (unsigned i = first_row(machine, *state); i < machine->row_count; i++) {
        const struct loom_transition *row = &machine->rows[i];
        if (row->when > last) {
            break;
        }
        if (row->when == when && (row->guard == 0 || machine->guards[row->guard](subject))) {
            *state = row->next;
            if (row->action != 0) {
                machine->actions[row->action](subject);
            }
            return true;
        }
    }
    return false;
}
