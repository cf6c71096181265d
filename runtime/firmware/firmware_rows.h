/* SPDX-License-Identifier: Apache-2.0 */
/* clang-format off */
/* The Firmware Update: rules C-90 .. C-106. A request whose event is ignored is answered 4.05.
 * See context/machine.h.
 * ROW(state, event, guard, action, next)      IGNORE(state, event, why nothing is to be done) */

ROW(IDLE, RESET, NULL, reset, IDLE) /* C-93 */
ROW(IDLE, PUSH, NULL, begin_push, RECEIVING) /* C-94 */
ROW(IDLE, URI, is_malformed, refuse_uri, IDLE) /* C-96 */
ROW(IDLE, URI, is_foreign, refuse_protocol, IDLE) /* C-96 */
ROW(IDLE, URI, NULL, begin_pull, ASKING) /* C-95 */
IGNORE(IDLE, TIMER, "no timer runs")
IGNORE(IDLE, ANSWER, "no request was sent")
IGNORE(IDLE, REFUSED, "no request was sent")
IGNORE(IDLE, NO_ANSWER, "no request was sent")
IGNORE(IDLE, DONE, "the product has no pending operation")
IGNORE(IDLE, FAILED, "the product has no pending operation")
IGNORE(IDLE, UPDATE, "C-97: there is no image")
IGNORE(IDLE, CANCEL, "C-100: nothing is under way, or it is installed already")
IGNORE(IDLE, ACCEPTED, "nothing was postponed")

ROW(RECEIVING, RESET, NULL, reset, IDLE)
ROW(RECEIVING, PUSH, NULL, begin_push, RECEIVING) /* the one before has broken off */
IGNORE(RECEIVING, URI, "C-95: an image is on its way; a reset comes first")
ROW(RECEIVING, TIMER, NULL, lose, IDLE) /* C-99: the server has left off */
IGNORE(RECEIVING, ANSWER, "no request was sent")
IGNORE(RECEIVING, REFUSED, "no request was sent")
IGNORE(RECEIVING, NO_ANSWER, "no request was sent")
ROW(RECEIVING, DONE, is_whole, begin_verify, VERIFYING)
ROW(RECEIVING, DONE, NULL, await_piece, RECEIVING)
ROW(RECEIVING, FAILED, NULL, drop_image, IDLE) /* C-99 */
IGNORE(RECEIVING, UPDATE, "C-97: the image is incomplete")
ROW(RECEIVING, CANCEL, NULL, cancel, IDLE) /* C-100 */
IGNORE(RECEIVING, ACCEPTED, "nothing was postponed")

ROW(ASKING, RESET, NULL, reset, IDLE)
IGNORE(ASKING, PUSH, "C-94: an image is on its way; a reset comes first")
IGNORE(ASKING, URI, "C-95: an image is on its way; a reset comes first")
ROW(ASKING, TIMER, NULL, ask, FETCHING)
IGNORE(ASKING, ANSWER, "the request has ended")
IGNORE(ASKING, REFUSED, "the request has ended")
IGNORE(ASKING, NO_ANSWER, "the request has ended")
IGNORE(ASKING, DONE, "the product has no pending operation")
IGNORE(ASKING, FAILED, "the product has no pending operation")
IGNORE(ASKING, UPDATE, "C-97: the image is incomplete")
ROW(ASKING, CANCEL, NULL, cancel, IDLE)
IGNORE(ASKING, ACCEPTED, "nothing was postponed")

ROW(FETCHING, RESET, NULL, reset, IDLE)
IGNORE(FETCHING, PUSH, "C-94: an image is on its way; a reset comes first")
IGNORE(FETCHING, URI, "C-95: an image is on its way; a reset comes first")
ROW(FETCHING, TIMER, attempts_left, ask_later, ASKING) /* should the port never report the end */
ROW(FETCHING, TIMER, NULL, lose, IDLE)
ROW(FETCHING, ANSWER, goes_on, take_piece, STORING)
ROW(FETCHING, ANSWER, changes_left, begin_anew, ASKING) /* C-106: another image is there now */
ROW(FETCHING, ANSWER, NULL, lose, IDLE)
ROW(FETCHING, REFUSED, may_have_changed, begin_anew, ASKING) /* C-106: a shorter one has no such piece */
ROW(FETCHING, REFUSED, NULL, refuse_uri, IDLE) /* C-96 */
ROW(FETCHING, NO_ANSWER, attempts_left, ask_later, ASKING)
ROW(FETCHING, NO_ANSWER, NULL, lose, IDLE) /* C-99 */
IGNORE(FETCHING, DONE, "the product has no pending operation")
IGNORE(FETCHING, FAILED, "the product has no pending operation")
IGNORE(FETCHING, UPDATE, "C-97: the image is incomplete")
ROW(FETCHING, CANCEL, NULL, cancel, IDLE)
IGNORE(FETCHING, ACCEPTED, "nothing was postponed")

ROW(STORING, RESET, NULL, reset, IDLE)
IGNORE(STORING, PUSH, "C-94: an image is on its way; a reset comes first")
IGNORE(STORING, URI, "C-95: an image is on its way; a reset comes first")
IGNORE(STORING, TIMER, "no timer runs: the product reports the end")
IGNORE(STORING, ANSWER, "the request has ended")
IGNORE(STORING, REFUSED, "the request has ended")
IGNORE(STORING, NO_ANSWER, "the request has ended; the next piece opens another session")
ROW(STORING, DONE, is_whole, begin_verify, VERIFYING)
ROW(STORING, DONE, NULL, ask_next, ASKING)
ROW(STORING, FAILED, is_resuming, begin_anew, ASKING) /* C-106: what was there before is gone */
ROW(STORING, FAILED, NULL, drop_image, IDLE) /* C-99 */
IGNORE(STORING, UPDATE, "C-97: the image is incomplete")
ROW(STORING, CANCEL, NULL, cancel, IDLE)
IGNORE(STORING, ACCEPTED, "nothing was postponed")

ROW(VERIFYING, RESET, NULL, reset, IDLE)
IGNORE(VERIFYING, PUSH, "C-94: an image is there; a reset comes first")
IGNORE(VERIFYING, URI, "C-95: an image is there; a reset comes first")
ROW(VERIFYING, TIMER, NULL, verify, VERIFYING)
IGNORE(VERIFYING, ANSWER, "no request was sent")
IGNORE(VERIFYING, REFUSED, "no request was sent")
IGNORE(VERIFYING, NO_ANSWER, "no request was sent")
ROW(VERIFYING, DONE, waits_for_update, rest, DOWNLOADED) /* C-94, C-95 */
ROW(VERIFYING, DONE, defers, begin_deferral, DEFERRED) /* C-104, C-101 */
ROW(VERIFYING, DONE, NULL, begin_update, UPDATING) /* C-104 */
ROW(VERIFYING, FAILED, NULL, drop_image, IDLE) /* C-99 */
IGNORE(VERIFYING, UPDATE, "C-97: the image is not checked yet")
ROW(VERIFYING, CANCEL, NULL, cancel, IDLE)
IGNORE(VERIFYING, ACCEPTED, "nothing was postponed")

ROW(DOWNLOADED, RESET, NULL, reset, IDLE)
IGNORE(DOWNLOADED, PUSH, "C-94: an image is there; a reset comes first")
IGNORE(DOWNLOADED, URI, "C-95: an image is there; a reset comes first")
IGNORE(DOWNLOADED, TIMER, "no timer runs")
IGNORE(DOWNLOADED, ANSWER, "no request was sent")
IGNORE(DOWNLOADED, REFUSED, "no request was sent")
IGNORE(DOWNLOADED, NO_ANSWER, "no request was sent")
IGNORE(DOWNLOADED, DONE, "the product has no pending operation")
IGNORE(DOWNLOADED, FAILED, "the product has no pending operation")
ROW(DOWNLOADED, UPDATE, defers, begin_deferral, DEFERRED) /* C-101 */
ROW(DOWNLOADED, UPDATE, NULL, begin_update, UPDATING) /* C-97 */
ROW(DOWNLOADED, CANCEL, NULL, cancel, IDLE)
IGNORE(DOWNLOADED, ACCEPTED, "nothing was postponed")

ROW(DEFERRED, RESET, NULL, reset, IDLE)
IGNORE(DEFERRED, PUSH, "C-94: an image is there; a reset comes first")
IGNORE(DEFERRED, URI, "C-95: an image is there; a reset comes first")
ROW(DEFERRED, TIMER, NULL, begin_update, UPDATING) /* C-101: the time is over */
IGNORE(DEFERRED, ANSWER, "no request was sent")
IGNORE(DEFERRED, REFUSED, "no request was sent")
IGNORE(DEFERRED, NO_ANSWER, "no request was sent")
IGNORE(DEFERRED, DONE, "the product has no pending operation")
IGNORE(DEFERRED, FAILED, "the product has no pending operation")
ROW(DEFERRED, UPDATE, defers, begin_deferral, DEFERRED) /* the time that runs gets no longer */
ROW(DEFERRED, UPDATE, NULL, begin_update, UPDATING)
ROW(DEFERRED, CANCEL, NULL, cancel, IDLE)
ROW(DEFERRED, ACCEPTED, NULL, begin_update, UPDATING)

IGNORE(UPDATING, RESET, "C-93: an installation cannot be interrupted")
IGNORE(UPDATING, PUSH, "C-94: an image is being installed")
IGNORE(UPDATING, URI, "C-95: an image is being installed")
ROW(UPDATING, TIMER, NULL, apply, UPDATING)
IGNORE(UPDATING, ANSWER, "no request was sent")
IGNORE(UPDATING, REFUSED, "no request was sent")
IGNORE(UPDATING, NO_ANSWER, "no request was sent")
ROW(UPDATING, DONE, NULL, succeed, IDLE) /* C-98 */
ROW(UPDATING, FAILED, image_is_spoilt, drop_image, IDLE) /* C-99 */
ROW(UPDATING, FAILED, NULL, rest, DOWNLOADED)      /* C-99 */
IGNORE(UPDATING, UPDATE, "C-97: it is being installed already")
IGNORE(UPDATING, CANCEL, "C-100: too late")
IGNORE(UPDATING, ACCEPTED, "nothing is postponed any more")
