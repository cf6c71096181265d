/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of the state machines, as data: every event is handled on purpose in every state.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "bootstrap/bootstrap.h"
#include "context/machine.h"
#include "firmware/states.h"
#include "registration/states.h"

struct row {
    int state;
    int event;
    const char *guard; /* "NULL": always */
    const char *why;   /* of what is ignored, else NULL */
};

#define ROW(state, event, guard, action, next) {PREFIX(state), PREFIX(event), #guard, NULL},
#define IGNORE(state, event, why)              {PREFIX(state), PREFIX(event), "NULL", why},

/* Reports each pair that is missing, in both lists, without an end, or with rows after its end. */
static void check(const struct row *rows, size_t count, int states, int events)
{
    for (size_t i = 1; i < count; i++) {
        cr_expect_leq(LOOM_MACHINE_WHEN(rows[i - 1].state, rows[i - 1].event),
                      LOOM_MACHINE_WHEN(rows[i].state, rows[i].event),
                      "entry %zu: rows ascend by state and event", i);
    }
    for (int state = 0; state < states; state++) {
        for (int event = 0; event < events; event++) {
            bool ended = false;
            bool any = false;
            for (size_t i = 0; i < count; i++) {
                if (rows[i].state != state || rows[i].event != event) {
                    continue;
                }
                cr_expect_not(ended, "state %d, event %d: nothing reaches entry %zu", state, event,
                              i + 1);
                cr_expect_not(any && rows[i].why != NULL, "state %d, event %d: handled and ignored",
                              state, event);
                cr_expect(rows[i].why == NULL || strlen(rows[i].why) > 8,
                          "state %d, event %d: ignored without a reason", state, event);
                any = true;
                ended = strcmp(rows[i].guard, "NULL") == 0;
            }
            cr_expect(ended, "state %d, event %d: %s", state, event,
                      any ? "no row holds always" : "missing");
        }
    }
}

/* B-16 .. B-24, B-50 .. B-57, B-70, B-81: nothing that can happen to a registration was forgotten.
 */
Test(machines, registration_handles_every_event_in_every_state)
{
#define PREFIX(name) LOOM_REGISTRATION_##name
    static const struct row rows[] = {
#include "registration/registration_rows.h"
    };
#undef PREFIX
    check(rows, sizeof rows / sizeof rows[0], LOOM_REGISTRATION_STATE_COUNT,
          LOOM_REGISTRATION_EVENT_COUNT);
}

/* C-90 .. C-106: nor to a firmware update. */
Test(machines, firmware_handles_every_event_in_every_state)
{
#define PREFIX(name) LOOM_FIRMWARE_##name
    static const struct row rows[] = {
#include "firmware/firmware_rows.h"
    };
#undef PREFIX
    check(rows, sizeof rows / sizeof rows[0], LOOM_FIRMWARE_STATE_COUNT, LOOM_FIRMWARE_EVENT_COUNT);
}

/* A-10 .. .. A-87: nor to a bootstrap. */
Test(machines, bootstrap_handles_every_event_in_every_state)
{
#define PREFIX(name) LOOM_BOOTSTRAP_##name
    static const struct row rows[] = {
#include "bootstrap/bootstrap_rows.h"
    };
#undef PREFIX
    check(rows, sizeof rows / sizeof rows[0], LOOM_BOOTSTRAP_STATE_COUNT,
          LOOM_BOOTSTRAP_EVENT_COUNT);
}
