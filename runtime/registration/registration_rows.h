/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off: a table to be read as one */
/* A registration at one server, rules B-16 .. B-24, B-53 .. B-57 and B-70. See client/machine.h for
 * what a row says. ROW(state, event, guard, action, next)        IGNORE(state, event, why nothing
 * is to be done) */

ROW(OFF, START, NULL, begin_registration, REGISTERING)
ROW(OFF, UPDATE, NULL, begin_registration, REGISTERING)

ROW(WAITING, TIMER, NULL, send_register, REGISTERING)
ROW(WAITING, START, NULL, begin_registration, REGISTERING)
ROW(WAITING, UPDATE, NULL, begin_registration, REGISTERING)
ROW(WAITING, STOP, NULL, abandon, OFF)

ROW(REGISTERING, ACCEPTED, NULL, enter_registered, REGISTERED)
ROW(REGISTERING, REFUSED, NULL, give_up, FAILED) /* B-53: explicitly refused */
ROW(REGISTERING, NO_ANSWER, attempts_left, wait_retry, WAITING)
ROW(REGISTERING, NO_ANSWER, sequences_left, wait_sequence, WAITING)
ROW(REGISTERING, NO_ANSWER, NULL, give_up, FAILED)
ROW(REGISTERING, LOST, attempts_left, wait_retry, WAITING)
ROW(REGISTERING, LOST, sequences_left, wait_sequence, WAITING)
ROW(REGISTERING, LOST, NULL, give_up, FAILED)
ROW(REGISTERING, STOP, NULL, abandon, OFF)

ROW(REGISTERED, TIMER, NULL, send_update, UPDATING)
ROW(REGISTERED, UPDATE, NULL, send_update, UPDATING)
ROW(REGISTERED, DISABLE, NULL, send_deregister, DEREGISTERING)
ROW(REGISTERED, LOST, may_return_at_once, register_again, REGISTERING)
ROW(REGISTERED, LOST, attempts_left, wait_retry, WAITING)
ROW(REGISTERED, LOST, sequences_left, wait_sequence, WAITING)
ROW(REGISTERED, LOST, NULL, give_up, FAILED)
ROW(REGISTERED, STOP, NULL, send_deregister, DEREGISTERING)

ROW(UPDATING, ACCEPTED, NULL, enter_updated, REGISTERED)
ROW(UPDATING, REFUSED, NULL, begin_registration, REGISTERING) /* 4.04: B-20 */
ROW(UPDATING, NO_ANSWER, NULL, register_again, REGISTERING)
ROW(UPDATING, LOST, may_return_at_once, register_again, REGISTERING)
ROW(UPDATING, LOST, attempts_left, wait_retry, WAITING)
ROW(UPDATING, LOST, sequences_left, wait_sequence, WAITING)
ROW(UPDATING, LOST, NULL, give_up, FAILED)
ROW(UPDATING, DISABLE, NULL, send_deregister, DEREGISTERING)
ROW(UPDATING, STOP, NULL, send_deregister, DEREGISTERING)

ROW(DEREGISTERING, ACCEPTED, is_disabling, enter_disabled, DISABLED)
ROW(DEREGISTERING, REFUSED, is_disabling, enter_disabled, DISABLED)
ROW(DEREGISTERING, NO_ANSWER, is_disabling, enter_disabled, DISABLED)
ROW(DEREGISTERING, LOST, is_disabling, enter_disabled, DISABLED)
ROW(DEREGISTERING, ACCEPTED, NULL, enter_off, OFF)
ROW(DEREGISTERING, REFUSED, NULL, enter_off, OFF)
ROW(DEREGISTERING, NO_ANSWER, NULL, enter_off, OFF)
ROW(DEREGISTERING, LOST, NULL, enter_off, OFF)

ROW(DISABLED, TIMER, NULL, begin_registration, REGISTERING)
ROW(DISABLED, STOP, NULL, abandon, OFF)

ROW(FAILED, START, NULL, begin_registration, REGISTERING)
ROW(FAILED, AGAIN, NULL, start_over, WAITING)
ROW(FAILED, UPDATE, NULL, begin_registration, REGISTERING)
ROW(FAILED, STOP, NULL, abandon, OFF)
