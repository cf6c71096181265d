/* SPDX-License-Identifier: Apache-2.0 */
/* Sends, judged by what the product has asked for, by the requests that leave the device and by the
 * answers that reach it: rules C-34, B-74, C-63, B-82, A-90. Each number is sent once, so that each
 * request says what it is of. */
#include "watch.h"

#include "loom/codec.h"

#include <string.h>

#define SECOND    1000u
#define TOLERANCE (3 * SECOND)
/* The longest wait after a failure, as the header of the client says: it goes again. */
#define FAILURE_MOST (64 * SECOND)
/* A Send of three values takes no more of the outbox. */
#define ENTRY_MOST 150u
/* From here on seconds count since 1970 (rule D-33). */
#define ABSOLUTE 268435456.0

static struct watch_sends *sends_of(struct sim_world *world)
{
    return &world->watch->sends;
}

/* The first of a server that waits: they go in the order of the calls. */
static struct watch_send *first_of(struct sim_world *world, uint16_t ssid)
{
    struct watch_send *first = NULL;
    for (unsigned i = 0; i < WATCH_SENDS; i++) {
        struct watch_send *each = &sends_of(world)->at[i];
        if (each->waits && each->ssid == ssid && (first == NULL || each->order < first->order)) {
            first = each;
        }
    }
    return first;
}

static unsigned count_waiting(struct sim_world *world)
{
    unsigned count = 0;
    for (unsigned i = 0; i < WATCH_SENDS; i++) {
        count += sends_of(world)->at[i].waits;
    }
    return count;
}

static bool has_account(const struct sim_world *world, uint16_t ssid)
{
    uint16_t instance = 0;
    for (; loom_model_next_instance(&world->model, 0, &instance); instance++) {
        int64_t found;
        if (loom_get_integer(&world->model, loom_path_resource(0, instance, 10), &found) ==
                LOOM_OK &&
            found == ssid) {
            return watch_resource(world, ssid, 0, 0) == ssid;
        }
    }
    return false;
}

/* Rule B-74: without 1/x/23 it is muted. */
static bool is_mute(const struct sim_world *world, uint16_t ssid)
{
    return watch_resource(world, ssid, 23, 1) != 0;
}

/* ---- the product asks ------------------------------------------------------------------------ */

static void add(struct sim_world *world, const struct loom_send *send, uint16_t ssid,
                uint16_t handle)
{
    struct watch_sends *sends = sends_of(world);
    struct watch_send *made = NULL;
    for (unsigned i = 0; i < WATCH_SENDS && made == NULL; i++) {
        made = sends->at[i].waits ? NULL : &sends->at[i];
    }
    if (made == NULL) {
        sim_fail(world, "C-34", "more Sends wait than there is room for");
        return;
    }
    memset(made, 0, sizeof *made);
    made->waits = true;
    made->ssid = ssid;
    made->handle = handle;
    made->format = send->format;
    made->order = ++sends->last_order;
    made->called_at = watch_now(world);
    made->too_late = send->seconds == 0 ? SIM_NEVER : made->called_at + send->seconds * SECOND;
    made->count = (unsigned)send->value_count;
    for (unsigned i = 0; i < made->count; i++) {
        made->value[i] = send->values[i].value.as.integer;
        made->time[i] = send->values[i].time;
    }
}

void watch_sends_called(struct sim_world *world, const struct loom_send *send,
                        enum loom_status status, uint16_t handle)
{
    unsigned waiting = count_waiting(world);
    unsigned takers = 0;
    bool known = false; /* after a start a client has no registrations until it may begin them */
    world->counts->sends++;
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        uint16_t ssid = SIM_SSID(i);
        bool asked = send->ssid == 0 || send->ssid == ssid;
        if (asked && has_account(world, ssid) && !is_mute(world, ssid)) {
            takers++;
            known = known || watch_server(world, ssid)->registered;
            if (status == LOOM_OK) {
                add(world, send, ssid, handle);
            }
        }
    }
    watch_stored_make_room(world);
    if (status == LOOM_FORBIDDEN ? known : takers == 0) {
        sim_fail(world, "B-74", "a Send to %u servers that take it: %u", takers, (unsigned)status);
    }
    if (status == LOOM_TOO_LARGE && !world->setup.stores &&
        (waiting + takers) * ENTRY_MOST < world->setup.outbox) {
        sim_fail(world, "C-34", "a Send is refused, and only %u wait", waiting);
    }
    if (status != LOOM_OK && status != LOOM_FORBIDDEN && status != LOOM_TOO_LARGE) {
        sim_fail(world, "C-34", "a Send is refused: %u", (unsigned)status);
    }
}

/* ---- it goes --------------------------------------------------------------------------------- */

/* What says when a value was true: seconds since 1970, or without them of a device that knows no
 * time how long ago (RFC 8428 section 4.5.3). */
static double time_of(const struct sim_world *world, const struct watch_send *send, unsigned index)
{
    double seconds = send->time[index];
    if (seconds >= ABSOLUTE) {
        return seconds;
    }
    int64_t clock = (int64_t)send->called_at + (int64_t)(seconds * SECOND);
    int64_t age = ((int64_t)watch_now(world) - clock) / SECOND;
    return age == 0 ? 0 : (double)(watch_unix_time(world) - age);
}

/* @return whether the payload is what was asked for, all of it in its order */
static bool is_content(struct sim_world *world, const struct watch_send *send,
                       const struct loom_request *request, bool with_times)
{
    uint8_t scratch[256];
    const struct loom_path root = loom_path_root();
    const struct loom_format *format = request->content_format == LOOM_FORMAT_SENML_JSON
                                           ? &loom_format_senml_json
                                           : &loom_format_senml_cbor;
    struct loom_decoder decoder;
    struct loom_item item;
    unsigned found = 0;
    enum loom_status status = loom_decode_begin(&decoder, format, &root, LOOM_DECODE_TIMES,
                                                request->payload, scratch, sizeof scratch);
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        struct loom_value value = {.type = LOOM_INTEGER};
        static const struct loom_path sent = {{3, 0, 10, 0}, 3};
        bool same = found < send->count && watch_same_path(&item.path, &sent) &&
                    loom_decode_value(&decoder, &item, LOOM_INTEGER, &value) == LOOM_OK &&
                    value.as.integer == send->value[found];
        double wanted = same ? time_of(world, send, found) : 0;
        if (!same || (with_times && loom_decode_time(&decoder) != wanted)) {
            return false;
        }
        found++;
    }
    return status == LOOM_END && found == send->count;
}

static void check_server(struct sim_world *world, uint16_t ssid)
{
    const struct observed *server = watch_server(world, ssid);
    /* A server that takes the device makes a bootstrap needless that has just been asked for. */
    bool just = server->registered_at == watch_now(world);
    if (!server->registered || (world->watch->bootstrapping && !just)) {
        sim_fail(world, "C-34", "a Send goes to server %u, where the device is not registered",
                 (unsigned)ssid);
    }
    if (server->asleep) {
        sim_fail(world, "B-82", "a Send goes to server %u while asleep", (unsigned)ssid);
    }
    if (is_mute(world, ssid)) {
        sim_fail(world, "B-74", "a Send goes to server %u, which is muted", (unsigned)ssid);
    }
    if (!watch_access_reads(world, ssid, 3, 0)) {
        sim_fail(world, "C-34", "server %u is sent what it has no right to", (unsigned)ssid);
    }
}

void watch_sends_went(struct sim_world *world, unsigned host, const struct loom_request *request,
                      uint32_t exchange)
{
    uint16_t ssid = SIM_SSID(host - HOST_A);
    if (host < HOST_A || host > HOST_B) {
        sim_fail(world, "C-34", "a Send goes to %s", host_name(host));
        return;
    }
    struct watch_send *send = first_of(world, ssid);
    uint64_t since = watch_registered_at(world, host - HOST_A);
    check_server(world, ssid);
    if (send == NULL || request->method != LOOM_POST ||
        (send->format != 0 && send->format != request->content_format)) {
        sim_fail(world, "C-34", "server %u is sent what nobody has asked for", (unsigned)ssid);
        return;
    }
    if (!is_content(world, send, request, false)) {
        sim_fail(world, "C-34", "server %u is sent something else than what comes next",
                 (unsigned)ssid);
    } else if (!is_content(world, send, request, true)) {
        sim_fail(world, "C-65", "server %u is sent values with wrong times", (unsigned)ssid);
    }
    if (send->under_way && send->went_in == since) {
        sim_fail(world, "C-34", "server %u is sent the same twice", (unsigned)ssid);
    }
    if (send->too_late <= watch_now(world)) {
        sim_fail(world, "C-34", "server %u is sent what is of no use any more", (unsigned)ssid);
    }
    watch_server(world, ssid)->heard = watch_now(world); /* rule B-81 */
    send->under_way = true;
    send->exchange = exchange;
    send->went_in = since;
}

/* ---- it ends --------------------------------------------------------------------------------- */

void watch_sends_ends(struct sim_world *world, unsigned host, uint32_t exchange, uint8_t code)
{
    struct watch_sends *sends = sends_of(world);
    sends->ending = NULL;
    for (unsigned i = 0; i < WATCH_SENDS; i++) {
        struct watch_send *each = &sends->at[i];
        if (each->waits && each->under_way && each->exchange == exchange &&
            each->ssid == SIM_SSID(host - HOST_A)) {
            sends->ending = each;
            sends->end = code >> 5 == 2   ? LOOM_EVENT_SEND_DELIVERED
                         : code >> 5 == 4 ? LOOM_EVENT_SEND_REFUSED
                                          : LOOM_EVENT_SEND_FAILED;
            if (code != 0) {
                watch_server(world, each->ssid)->heard = watch_now(world);
            } else {
                watch_server(world, each->ssid)->may_update = true; /* is the server there? */
            }
        }
    }
}

void watch_sends_ended(struct sim_world *world)
{
    if (sends_of(world)->ending != NULL) {
        sim_fail(world, "C-34", "an answer to a Send is reported by no event");
    }
    sends_of(world)->ending = NULL;
}

static struct watch_send *with_handle(struct sim_world *world, uint16_t ssid, uint32_t handle)
{
    for (unsigned i = 0; i < WATCH_SENDS; i++) {
        struct watch_send *each = &sends_of(world)->at[i];
        if (each->waits && each->ssid == ssid && each->handle == handle) {
            return each;
        }
    }
    return NULL;
}

static void check_drop(struct sim_world *world, const struct watch_send *send,
                       enum loom_reason reason)
{
    bool right = false;
    switch (reason) {
    case LOOM_REASON_TOO_LATE:
        right = send->too_late <= watch_now(world);
        break;
    case LOOM_REASON_NO_SUCH_SERVER:
        right = !has_account(world, send->ssid);
        break;
    case LOOM_REASON_MUTED:
        right = is_mute(world, send->ssid);
        break;
    case LOOM_REASON_NOT_READABLE:
        right = !watch_access_reads(world, send->ssid, 3, 0);
        break;
    default:
        break;
    }
    if (!right) {
        sim_fail(world, "C-34", "a Send to server %u is dropped for want of a reason: %u",
                 (unsigned)send->ssid, (unsigned)reason);
    }
}

void watch_sends_event(struct sim_world *world, const struct loom_event *event)
{
    struct watch_sends *sends = sends_of(world);
    struct observed *server = watch_server(world, event->ssid);
    if (event->type == LOOM_EVENT_UPDATE && server != NULL && server->asleep &&
        first_of(world, event->ssid) != NULL) {
        server->may_update = true; /* it wakes up for what waits (rule B-82) */
    }
    if (event->type < LOOM_EVENT_SEND || event->type > LOOM_EVENT_SEND_DROPPED) {
        return;
    }
    struct watch_send *send = with_handle(world, event->ssid, event->count);
    if (send == NULL) {
        sim_fail(world, "C-34", "%s of a Send that has ended, or was never asked for",
                 loom_event_name(event->type));
        return;
    }
    if (event->type == LOOM_EVENT_SEND) {
        return;
    }
    if (event->type == LOOM_EVENT_SEND_DROPPED) {
        check_drop(world, send, event->reason);
        send->waits = false;
        return;
    }
    if (sends->ending != send || sends->end != event->type) {
        sim_fail(world, "C-34", "%s, which the answer does not say", loom_event_name(event->type));
    }
    sends->ending = NULL;
    send->under_way = false;
    send->failed_at = watch_now(world);
    send->failed = event->type == LOOM_EVENT_SEND_FAILED;
    send->waits = send->failed;
    world->counts->delivered += event->type == LOOM_EVENT_SEND_DELIVERED;
}

/* ---- what is due ----------------------------------------------------------------------------- */

void watch_sends_lost(struct sim_world *world)
{
    memset(sends_of(world)->at, 0, sizeof sends_of(world)->at);
    sends_of(world)->ending = NULL;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

/* The first of a server goes as soon as that can be, and again after a failure. */
static void check_due(struct sim_world *world, unsigned server)
{
    struct watch_sends *sends = sends_of(world);
    const struct observed *observed = &world->watch->server[server];
    const struct watch_send *first = first_of(world, SIM_SSID(server));
    uint64_t now = watch_now(world);
    bool same = first != NULL && first->went_in == watch_registered_at(world, server);
    bool free = observed->registered && !world->watch->bootstrapping && !world->stopping &&
                !world->restarting && !observed->updating && !observed->asleep;
    if (first == NULL || !free || (first->under_way && same)) {
        sends->free_since[server] = now;
        return;
    }
    uint64_t due = later(first->called_at, sends->free_since[server]);
    due = later(due, world->watch->disturbed);
    due = first->failed && same ? later(due, first->failed_at + FAILURE_MOST) : due;
    if (now > due + TOLERANCE) {
        sim_fail(world, "C-34", "a Send to server %u waits, and nothing is in its way",
                 (unsigned)SIM_SSID(server));
    }
}

void watch_sends_after(struct sim_world *world)
{
    uint64_t now = watch_now(world);
    if (!world->setup.sends) {
        return;
    }
    if (world->watch->bootstrapping) {
        sends_of(world)->bootstrapped = now; /* nothing is looked at */
    }
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        check_due(world, i);
    }
    for (unsigned i = 0; i < WATCH_SENDS; i++) {
        const struct watch_send *each = &sends_of(world)->at[i];
        if (each->waits && !each->under_way && each->too_late < SIM_NEVER &&
            now > later(later(each->too_late, world->watch->disturbed),
                        sends_of(world)->bootstrapped) +
                      TOLERANCE) {
            sim_fail(world, "C-34", "a Send to server %u is of no use any more, and not dropped",
                     (unsigned)each->ssid);
        }
    }
}
