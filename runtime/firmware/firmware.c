/* SPDX-License-Identifier: Apache-2.0 */
/* The Firmware Update (rules C.6): its state machine, and the resources that are its own. */
#include "firmware/firmware.h"

#include "codec/text.h"
#include "context/machine.h"
#include "model/node.h"

#include <string.h>

/* A push in which nothing comes for so many seconds has broken off. */
#define PUSH_SILENCE LOOM_EXCHANGE_LIFETIME

/* ---- what the port does -----------------------------------------------------------------------
 */

/* Of a port's failures those that are of downloads are the client's to tell. */
static enum loom_firmware_result failure_of(enum loom_firmware_result result)
{
    switch (result) {
    case LOOM_FIRMWARE_RESULT_NO_FLASH:
    case LOOM_FIRMWARE_RESULT_NO_MEMORY:
    case LOOM_FIRMWARE_RESULT_INTEGRITY:
    case LOOM_FIRMWARE_RESULT_PACKAGE_TYPE:
        return result;
    default:
        return LOOM_FIRMWARE_RESULT_FAILED;
    }
}

void loom_firmware_ended(struct loom_firmware *firmware, enum loom_firmware_result result)
{
    firmware->under_way = result == LOOM_FIRMWARE_UNDER_WAY;
    if (result == LOOM_FIRMWARE_RESULT_INITIAL || result == LOOM_FIRMWARE_RESULT_SUCCESS) {
        firmware->written += firmware->pending;
        firmware->pending = 0;
        loom_firmware_take(firmware, LOOM_FIRMWARE_DONE);
    } else if (!firmware->under_way) {
        firmware->result = (uint8_t)failure_of(result);
        loom_firmware_take(firmware, LOOM_FIRMWARE_FAILED);
    }
}

void loom_firmware_store(struct loom_firmware *firmware, struct loom_bytes bytes, bool whole)
{
    const struct loom_firmware_port *port = firmware->port;
    enum loom_firmware_result result = LOOM_FIRMWARE_RESULT_INITIAL;
    if (bytes.length > UINT32_MAX - firmware->written) {
        result = LOOM_FIRMWARE_RESULT_NO_FLASH;
    } else if (whole && firmware->written == 0 && bytes.length == 0) {
        result = LOOM_FIRMWARE_RESULT_PACKAGE_TYPE; /* nothing is no image of anything */
    } else if (bytes.length > 0) {
        firmware->pending = (uint32_t)bytes.length;
        firmware->whole = whole;
        result = port->write(port->self, firmware->written, bytes.data, bytes.length);
    } else {
        firmware->whole = whole;
    }
    loom_firmware_ended(firmware, result);
}

/* ---- actions: the ways to an end --------------------------------------------------------------
 */

static void forget_image(struct loom_firmware *firmware)
{
    firmware->deadline = LOOM_NEVER;
    firmware->written = 0;
    firmware->pending = 0;
    firmware->size = 0;
    firmware->etag = 0;
    firmware->attempts = 0;
    firmware->changes = 0;
    firmware->opened = false;
    firmware->whole = false;
    firmware->under_way = false;
}

/* The record is first: after a power loss in between there is an image of which nobody knows, and
 * not a record of an image that is gone. */
void loom_firmware_end(struct loom_firmware *firmware, enum loom_firmware_result result)
{
    loom_firmware_hang_up(firmware);
    forget_image(firmware);
    firmware->result = (uint8_t)result;
    loom_firmware_keep(firmware);
    firmware->port->abort(firmware->port->self);
}

static void reset(void *subject)
{
    struct loom_firmware *firmware = subject;
    firmware->uri_length = 0;
    loom_firmware_end(firmware, LOOM_FIRMWARE_RESULT_INITIAL);
}

static void cancel(void *subject)
{
    loom_firmware_end(subject, LOOM_FIRMWARE_RESULT_CANCELLED);
}

static void lose(void *subject)
{
    loom_firmware_end(subject, LOOM_FIRMWARE_RESULT_CONNECTION_LOST);
}

static void refuse_uri(void *subject)
{
    loom_firmware_end(subject, LOOM_FIRMWARE_RESULT_INVALID_URI);
}

static void refuse_protocol(void *subject)
{
    loom_firmware_end(subject, LOOM_FIRMWARE_RESULT_PROTOCOL);
}

/* The result says already why. */
static void drop_image(void *subject)
{
    struct loom_firmware *firmware = subject;
    loom_firmware_end(firmware, (enum loom_firmware_result)firmware->result);
}

static void succeed(void *subject)
{
    loom_firmware_end(subject, LOOM_FIRMWARE_RESULT_SUCCESS);
}

/* ---- actions: an image comes ------------------------------------------------------------------
 */

static void begin(struct loom_firmware *firmware)
{
    forget_image(firmware);
    firmware->result = LOOM_FIRMWARE_RESULT_INITIAL; /* rule C-92 */
}

static void await_piece(void *subject)
{
    struct loom_firmware *firmware = subject;
    firmware->deadline = loom_context_after(firmware->context, PUSH_SILENCE);
}

/* How long it is nobody says in a push. */
static void begin_push(void *subject)
{
    struct loom_firmware *firmware = subject;
    if (firmware->under_way) { /* with a piece of a push that nobody goes on with */
        firmware->port->abort(firmware->port->self);
    }
    begin(firmware);
    firmware->uri_length = 0;
    loom_firmware_keep(firmware); /* before the port drops what was there */
    await_piece(firmware);
    enum loom_firmware_result result = firmware->port->open(firmware->port->self, 0, 0);
    firmware->opened =
        result == LOOM_FIRMWARE_RESULT_INITIAL || result == LOOM_FIRMWARE_RESULT_SUCCESS;
    if (!firmware->opened) {
        /* The bytes are there, and nobody to keep them until it is ready. */
        loom_firmware_ended(
            firmware, result == LOOM_FIRMWARE_UNDER_WAY ? LOOM_FIRMWARE_RESULT_NO_MEMORY : result);
    }
}

static void begin_pull(void *subject)
{
    struct loom_firmware *firmware = subject;
    begin(firmware);
    loom_firmware_ask_next(firmware);
}

static bool is_whole(const void *subject)
{
    const struct loom_firmware *firmware = subject;
    return firmware->whole;
}

static bool is_resuming(const void *subject)
{
    const struct loom_firmware *firmware = subject;
    return !firmware->opened && firmware->written > 0;
}

static void do_at_once(struct loom_firmware *firmware)
{
    firmware->deadline = loom_context_now(firmware->context);
}

/* Verified by the next step, so that the last piece of a push is answered first. */
static void begin_verify(void *subject)
{
    loom_firmware_hang_up(subject);
    do_at_once(subject);
}

static void verify(void *subject)
{
    struct loom_firmware *firmware = subject;
    loom_firmware_ended(firmware, firmware->port->verify(firmware->port->self, firmware->written));
}

/* The image is there, and waits for the server. */
static void rest(void *subject)
{
    struct loom_firmware *firmware = subject;
    firmware->deadline = LOOM_NEVER;
}

/* ---- actions: installation --------------------------------------------------------------------
 */

static bool waits_for_update(const void *subject)
{
    return !loom_firmware_wishes(subject).automatic;
}

/* Rule C-101. Of a time that runs already what is left counts, unless the server allows less. */
static bool defers(const void *subject)
{
    const struct loom_firmware *firmware = subject;
    struct loom_firmware_wishes wishes = loom_firmware_wishes(firmware);
    uint32_t left = loom_context_seconds(firmware->context, firmware->deadline);
    struct loom_firmware_terms terms = {.severity = wishes.severity,
                                        .seconds = left < wishes.period ? left : wishes.period};
    return wishes.may_defer && terms.seconds > 0 && firmware->port->defer != NULL &&
           firmware->port->defer(firmware->port->self, &terms);
}

static void begin_deferral(void *subject)
{
    struct loom_firmware *firmware = subject;
    uint32_t seconds = loom_firmware_wishes(firmware).period;
    firmware->result = LOOM_FIRMWARE_RESULT_DEFERRED;
    if (seconds < loom_context_seconds(firmware->context, firmware->deadline)) {
        firmware->deadline = loom_context_after(firmware->context, seconds);
        firmware->recorded = 0; /* when it ends is no part of the digest */
    }
}

/* The next step applies it: the request is answered, and the state stored, before the device may
 * restart. */
static void begin_update(void *subject)
{
    struct loom_firmware *firmware = subject;
    firmware->result = LOOM_FIRMWARE_RESULT_INITIAL; /* rule C-92 */
    do_at_once(firmware);
}

/* Not without a record of it: behind the restart nobody would know what the product has done. */
static void apply(void *subject)
{
    struct loom_firmware *firmware = subject;
    loom_firmware_ended(firmware, loom_firmware_keep(firmware)
                                      ? firmware->port->apply(firmware->port->self)
                                      : LOOM_FIRMWARE_RESULT_FAILED);
}

static bool image_is_spoilt(const void *subject)
{
    const struct loom_firmware *firmware = subject;
    return firmware->result == LOOM_FIRMWARE_RESULT_INTEGRITY ||
           firmware->result == LOOM_FIRMWARE_RESULT_PACKAGE_TYPE;
}

/* ---- the machine ------------------------------------------------------------------------------
 */

/* The functions that rows name, and what they are called here. NULL is number 0. */
/* clang-format off */
#define GUARDS(X) \
    X(is_malformed, loom_firmware_is_malformed) X(is_foreign, loom_firmware_is_foreign) \
    X(goes_on, loom_firmware_goes_on) X(attempts_left, loom_firmware_attempts_left) \
    X(changes_left, loom_firmware_changes_left) X(is_whole, is_whole) X(is_resuming, is_resuming) \
    X(waits_for_update, waits_for_update) X(defers, defers) X(image_is_spoilt, image_is_spoilt) \
    X(may_have_changed, loom_firmware_may_have_changed)
#define ACTIONS(X) \
    X(reset, reset) X(cancel, cancel) X(lose, lose) X(refuse_uri, refuse_uri) \
    X(refuse_protocol, refuse_protocol) X(drop_image, drop_image) X(succeed, succeed) \
    X(begin_push, begin_push) X(await_piece, await_piece) X(begin_pull, begin_pull) \
    X(ask, loom_firmware_ask) X(ask_next, loom_firmware_ask_next) \
    X(ask_later, loom_firmware_ask_later) X(take_piece, loom_firmware_take_piece) \
    X(begin_anew, loom_firmware_begin_anew) X(begin_verify, begin_verify) X(verify, verify) \
    X(rest, rest) X(begin_deferral, begin_deferral) X(begin_update, begin_update) X(apply, apply)
/* clang-format on */

#define FUNCTION(name, function)      function,
#define GUARD_NUMBER(name, function)  GUARD_##name,
#define ACTION_NUMBER(name, function) ACTION_##name,

enum { GUARD_NULL, GUARDS(GUARD_NUMBER) GUARD_COUNT };
enum { ACTION_NULL, ACTIONS(ACTION_NUMBER) };

static bool (*const guards[])(const void *subject) = {NULL, GUARDS(FUNCTION)};
static void (*const actions[])(void *subject) = {NULL, ACTIONS(FUNCTION)};

#define ROW(state, event, guard, action, next)                                                     \
    {LOOM_MACHINE_WHEN(LOOM_FIRMWARE_##state, LOOM_FIRMWARE_##event),                              \
     LOOM_MACHINE_THEN(GUARD_##guard, LOOM_FIRMWARE_##next), ACTION_##action},
#define IGNORE(state, event, why)

static const struct loom_transition rows[] = {
#include "firmware/firmware_rows.h"
};

LOOM_STATIC_ASSERT(LOOM_FIRMWARE_STATE_COUNT <= LOOM_MACHINE_MOST, "a state takes four bits");
LOOM_STATIC_ASSERT(LOOM_FIRMWARE_EVENT_COUNT <= LOOM_MACHINE_MOST, "an event takes four bits");
LOOM_STATIC_ASSERT(GUARD_COUNT <= LOOM_MACHINE_MOST, "a guard takes four bits");

static const struct loom_machine machine = {rows, guards, actions, sizeof rows / sizeof rows[0]};

static void report(struct loom_firmware *firmware)
{
    struct loom_event event =
        loom_context_event(firmware->context, LOOM_EVENT_FIRMWARE, firmware->ssid);
    event.text = loom_text_of(loom_firmware_state_name(firmware));
    event.count = firmware->result;
    loom_context_emit(firmware->context, &event);
}

/* What servers and people see follows what is stored. */
static void settle(struct loom_firmware *firmware)
{
    firmware->context->quiet_until = 0;
    loom_firmware_keep(firmware);
    if (loom_firmware_show(firmware)) {
        report(firmware);
    }
}

bool loom_firmware_take(struct loom_firmware *firmware, enum loom_firmware_event event)
{
    bool taken = loom_machine_take(&machine, &firmware->state, (uint8_t)event, firmware);
    if (taken) {
        settle(firmware);
    }
    return taken;
}

/* ---- as the client sees it --------------------------------------------------------------------
 */

static void forget_what_was(struct loom_firmware *firmware, struct loom_context *context,
                            const struct loom_room *room)
{
    struct loom_firmware begun = {.room = room,
                                  .port = firmware->port,
                                  .applied = firmware->applied,
                                  .no_push = firmware->no_push,
                                  .no_pull = firmware->no_pull,
                                  .piece = firmware->piece,
                                  .keep_every = firmware->keep_every,
                                  .attempts_most = firmware->attempts_most,
                                  .context = context,
                                  .deadline = LOOM_NEVER};
    *firmware = begun;
}

/* Rule C-106: after a restart the product knows what has become of the installation. */
static void go_on_updating(struct loom_firmware *firmware)
{
    switch (firmware->applied) {
    case LOOM_FIRMWARE_UNDER_WAY:
        firmware->under_way = true;
        break;
    case LOOM_FIRMWARE_RESULT_INITIAL:
        loom_firmware_ended(firmware, LOOM_FIRMWARE_RESULT_FAILED);
        break;
    case LOOM_FIRMWARE_RESULT_SUCCESS:
        loom_firmware_ended(firmware, LOOM_FIRMWARE_RESULT_SUCCESS);
        break;
    default:
        firmware->state = LOOM_FIRMWARE_IDLE;
        loom_firmware_end(firmware, failure_of((enum loom_firmware_result)firmware->applied));
    }
}

void loom_firmware_begin(struct loom_firmware *firmware, struct loom_context *context,
                         const struct loom_room *room)
{
    forget_what_was(firmware, context, room);
    bool known = loom_firmware_recall(firmware);
    loom_firmware_show_abilities(firmware);
    switch (firmware->state) {
    case LOOM_FIRMWARE_RECEIVING: /* nobody goes on with a push behind a restart */
        firmware->state = LOOM_FIRMWARE_IDLE;
        lose(firmware);
        break;
    case LOOM_FIRMWARE_ASKING:
    case LOOM_FIRMWARE_VERIFYING:
        do_at_once(firmware);
        break;
    case LOOM_FIRMWARE_UPDATING:
        go_on_updating(firmware);
        break;
    case LOOM_FIRMWARE_IDLE:
        if (known) { /* power may have been lost before it was dropped */
            firmware->port->abort(firmware->port->self);
        }
        break;
    default:
        break;
    }
    settle(firmware);
}

uint64_t loom_firmware_deadline(const struct loom_firmware *firmware)
{
    return firmware->deadline;
}

void loom_firmware_timer(struct loom_firmware *firmware)
{
    firmware->deadline = LOOM_NEVER;
    loom_firmware_take(firmware, LOOM_FIRMWARE_TIMER);
}

void loom_firmware_stop(struct loom_firmware *firmware)
{
    loom_firmware_hang_up(firmware);
    firmware->deadline = LOOM_NEVER;
}

/* ---- what the product tells -------------------------------------------------------------------
 */

void loom_firmware_done(struct loom_firmware *firmware, enum loom_firmware_result result)
{
    if (!firmware->under_way || result == LOOM_FIRMWARE_UNDER_WAY) {
        return;
    }
    bool good = result == LOOM_FIRMWARE_RESULT_INITIAL || result == LOOM_FIRMWARE_RESULT_SUCCESS;
    if (good && firmware->state == LOOM_FIRMWARE_STORING) {
        firmware->opened = true;
    }
    loom_firmware_ended(firmware, result);
}

/* ---- resources ---------------------------------------------------------------------------------
 */

/* NULL: the client has not begun, or does without. */
static struct loom_firmware *firmware_at(const struct loom_at *at)
{
    const struct loom_context *context = at->model->watch == NULL ? NULL : at->model->watcher;
    struct loom_firmware *firmware = context == NULL ? NULL : context->config.firmware;
    return firmware == NULL || firmware->context != context ? NULL : firmware;
}

static enum loom_status answer(bool taken)
{
    return taken ? LOOM_OK : LOOM_METHOD_NOT_ALLOWED;
}

/* Rule C-93: nothing, or a NUL. */
static bool is_reset(const struct loom_written_piece *piece)
{
    return piece->offset == 0 && !piece->more &&
           (piece->bytes.length == 0 || (piece->bytes.length == 1 && piece->bytes.data[0] == 0));
}

enum loom_status loom_firmware_write_package(const struct loom_at *at,
                                             const struct loom_written_piece *piece)
{
    struct loom_firmware *firmware = firmware_at(at);
    if (firmware == NULL) {
        return LOOM_INTERNAL_ERROR;
    }
    if (is_reset(piece)) {
        return answer(loom_firmware_take(firmware, LOOM_FIRMWARE_RESET));
    }
    if (piece->offset == 0) {
        bool may =
            firmware->state == LOOM_FIRMWARE_IDLE || firmware->state == LOOM_FIRMWARE_RECEIVING;
        if (firmware->no_push || !may) {
            return LOOM_METHOD_NOT_ALLOWED;
        }
        firmware->ssid = at->ssid;
        loom_firmware_take(firmware, LOOM_FIRMWARE_PUSH);
    } else if (firmware->state != LOOM_FIRMWARE_RECEIVING || firmware->ssid != at->ssid ||
               piece->offset != firmware->written + firmware->pending) {
        return LOOM_BAD_REQUEST; /* of a push that another has overtaken, or that has ended */
    }
    if (firmware->under_way) {
        loom_firmware_ended(firmware, LOOM_FIRMWARE_RESULT_NO_MEMORY);
    } else if (firmware->state == LOOM_FIRMWARE_RECEIVING) {
        loom_firmware_store(firmware, piece->bytes, !piece->more);
    }
    return firmware->state == LOOM_FIRMWARE_IDLE ? LOOM_INTERNAL_ERROR : LOOM_OK;
}

enum loom_status loom_firmware_read_package_uri(const struct loom_at *at, struct loom_value *value)
{
    const struct loom_firmware *firmware = firmware_at(at);
    value->type = LOOM_STRING;
    value->as.text.data = firmware == NULL ? "" : firmware->uri;
    value->as.text.length = firmware == NULL ? 0 : firmware->uri_length;
    return LOOM_OK;
}

/* A URI that leads nowhere is told by the Update Result, not by the answer (rule C-91). */
enum loom_status loom_firmware_write_package_uri(const struct loom_at *at,
                                                 const struct loom_value *value)
{
    struct loom_firmware *firmware = firmware_at(at);
    struct loom_text uri = value->as.text;
    if (firmware == NULL || uri.length > LOOM_FIRMWARE_URI_MAX) {
        return firmware == NULL ? LOOM_INTERNAL_ERROR : LOOM_BAD_REQUEST;
    }
    if (uri.length == 0) {
        return answer(loom_firmware_take(firmware, LOOM_FIRMWARE_RESET));
    }
    if (firmware->state != LOOM_FIRMWARE_IDLE) {
        return answer(loom_firmware_take(firmware, LOOM_FIRMWARE_URI));
    }
    memcpy(firmware->uri, uri.data, uri.length);
    firmware->uri_length = (uint8_t)uri.length;
    firmware->ssid = at->ssid;
    return answer(loom_firmware_take(firmware, LOOM_FIRMWARE_URI));
}

static enum loom_status execute(const struct loom_at *at, enum loom_firmware_event event)
{
    struct loom_firmware *firmware = firmware_at(at);
    return firmware == NULL ? LOOM_INTERNAL_ERROR : answer(loom_firmware_take(firmware, event));
}

/* The standard gives their arguments no meaning. */
enum loom_status loom_firmware_execute_update(const struct loom_at *at, struct loom_text arguments)
{
    (void)arguments;
    return execute(at, LOOM_FIRMWARE_UPDATE);
}

enum loom_status loom_firmware_execute_cancel(const struct loom_at *at, struct loom_text arguments)
{
    (void)arguments;
    return execute(at, LOOM_FIRMWARE_CANCEL);
}
