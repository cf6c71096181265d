/* SPDX-License-Identifier: Apache-2.0 */
#include "context/machine.h"

bool loom_machine_take(const struct loom_machine *machine, uint8_t *state, uint8_t event,
                       void *subject)
{
    for (size_t i = 0; i < machine->row_count; i++) {
        const struct loom_transition *row = &machine->rows[i];
        if (row->state == *state && row->event == event &&
            (row->guard == NULL || row->guard(subject))) {
            *state = row->next;
            if (row->action != NULL) {
                row->action(subject);
            }
            return true;
        }
    }
    return false;
}
