/* SPDX-License-Identifier: Apache-2.0 */
/**
 * State machines as data: a table of state, event, guard, action and next state that can be laid
 * beside the text of the standard.
 *
 * A room writes its table in a file of its own, bootstrap_rows.h and registration_rows.h, that
 * holds nothing but ROW() and IGNORE(). Whoever includes it says what they are: the room makes
 * transitions of the rows, a test sees that every pair of state and event is in the one or the
 * other, and docs/state-machines.md is written from it.
 */
#ifndef LOOM_CONTEXT_MACHINE_H
#define LOOM_CONTEXT_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** State and event as one byte, by which rows ascend. */
#define LOOM_MACHINE_WHEN(state, event) ((uint8_t)((unsigned)(state) << 4 | (unsigned)(event)))

/** The number of a guard and the next state as one byte. */
#define LOOM_MACHINE_THEN(guard, next) ((uint8_t)((unsigned)(guard) << 4 | (unsigned)(next)))

/** What a machine may have of states, of events and of guards. */
#define LOOM_MACHINE_MOST 16u

/** One row. Of those with the state and the event the first whose guard is true is taken. The state
 *  changes before the action runs, so an action may cause further events. */
struct loom_transition {
    uint8_t when;   /**< LOOM_MACHINE_WHEN() */
    uint8_t then;   /**< LOOM_MACHINE_THEN(): number in the machine's list of guards, 0: always */
    uint8_t action; /**< number in the machine's list; 0: nothing to do */
};

/** A row names its functions by numbers: with pointers the rows would be four times as big. */
struct loom_machine {
    const struct loom_transition *rows; /**< ascending by `when` */
    bool (*const *guards)(const void *subject);
    void (*const *actions)(void *subject);
    uint8_t row_count;
};

/** Takes an event. @return false if no row fits: the event means nothing in this state. */
bool loom_machine_take(const struct loom_machine *machine, uint8_t *state, uint8_t event,
                       void *subject);

#endif
