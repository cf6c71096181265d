/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off: a table to be read as one */
/* The bootstrap of a client, rules A-10 .. .. A-86. See client/machine.h for what a
 * row says. ROW(state, event, guard, action, next)        IGNORE(state, event, why nothing is to be
 * done) */

ROW(IDLE, NEEDED, came_to_nothing, schedule_retry, WAITING)
ROW(IDLE, NEEDED, has_account, begin_hold_off, HOLD_OFF)
ROW(IDLE, NEEDED, NULL, tell_no_account, IDLE)
ROW(IDLE, REGISTERED, NULL, forget_attempts, IDLE)
ROW(IDLE, STOP, NULL, rest, IDLE)

ROW(HOLD_OFF, TIMER, has_account, send_request, REQUESTING)
ROW(HOLD_OFF, TIMER, NULL, tell_no_account, IDLE)
ROW(HOLD_OFF, NEEDED, NULL, NULL, HOLD_OFF)
ROW(HOLD_OFF, REGISTERED, not_asked_for, rest, IDLE)
ROW(HOLD_OFF, STOP, NULL, rest, IDLE)

ROW(REQUESTING, ACCEPTED, NULL, begin_running, RUNNING)
ROW(REQUESTING, COMMAND, NULL, restart_timer, RUNNING) /* overtook the answer */
ROW(REQUESTING, REFUSED, NULL, schedule_retry, WAITING)
ROW(REQUESTING, LOST, NULL, schedule_retry, WAITING)
ROW(REQUESTING, TIMER, NULL, fail_silence, WAITING)
ROW(REQUESTING, NEEDED, NULL, NULL, REQUESTING)
ROW(REQUESTING, REGISTERED, not_asked_for, give_up, IDLE)
ROW(REQUESTING, STOP, NULL, give_up, IDLE)

ROW(RUNNING, ACCEPTED, NULL, tell_accepted, RUNNING)
ROW(RUNNING, COMMAND, NULL, restart_timer, RUNNING)
ROW(RUNNING, COMPLETE, NULL, linger, COMMITTED)
ROW(RUNNING, REFUSED, NULL, schedule_retry, WAITING)
ROW(RUNNING, LOST, NULL, fail_lost, WAITING)
ROW(RUNNING, TIMER, NULL, fail_silence, WAITING)
ROW(RUNNING, NEEDED, has_account, fail_asked_again, HOLD_OFF)
ROW(RUNNING, STOP, NULL, give_up, IDLE)

ROW(COMMITTED, TIMER, NULL, register_everywhere, FINISHED)
ROW(COMMITTED, LOST, NULL, register_everywhere, FINISHED)
ROW(COMMITTED, STOP, NULL, rest, IDLE)

ROW(FINISHED, TIMER, NULL, rest, IDLE)
ROW(FINISHED, LOST, NULL, rest, IDLE)
ROW(FINISHED, REGISTERED, NULL, forget_attempts, FINISHED)
ROW(FINISHED, NEEDED, came_to_nothing, schedule_retry, WAITING)
ROW(FINISHED, NEEDED, has_account, begin_hold_off, HOLD_OFF)
ROW(FINISHED, NEEDED, NULL, tell_no_account, IDLE)
ROW(FINISHED, STOP, NULL, rest, IDLE)

ROW(WAITING, TIMER, has_account, send_request, REQUESTING)
ROW(WAITING, TIMER, NULL, tell_no_account, IDLE)
ROW(WAITING, NEEDED, has_account, begin_hold_off, HOLD_OFF)
ROW(WAITING, REGISTERED, not_asked_for, rest, IDLE)
ROW(WAITING, STOP, NULL, rest, IDLE)
