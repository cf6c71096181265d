/* SPDX-License-Identifier: Apache-2.0 */
/* Notifications that fall due while their server cannot be reached, judged by what was true then:
 * rules B-72, C-62, C-63, C-65. What the attributes ask for says when one is stored; later they
 * have to come, all of them but the oldest, once, in their order and with their times. */
#include "watch.h"

#include "loom/codec.h"

#include <string.h>

#define SECOND    1000u
#define TOLERANCE (3 * SECOND)
/* More than an entry takes of the outbox. */
#define STORED_MOST 60u
#define SEND_MOST   150u
/* Of a notification. */
#define RECORDS 64u

/* ---- while it rests -------------------------------------------------------------------------- */

static bool is_wanted(const struct sim_world *world, uint16_t ssid)
{
    return watch_resource(world, ssid, 0, 0) == ssid && watch_resource(world, ssid, 6, 1) != 0 &&
           !world->stopping && !world->restarting;
}

void watch_stored_rests(struct sim_world *world, struct watch_observation *observation)
{
    struct watch_stored *stored = &observation->stored;
    unsigned left = stored->count - stored->acknowledged;
    /* With the registration after it what nobody has observed again ends, or with the next one. */
    stored->vague = stored->vague || (stored->dormant && stored->returned);
    if (!observation->timed || !is_wanted(world, observation->ssid)) {
        stored->dormant = false;
        return;
    }
    if (!stored->dormant) {
        /* What went and is not acknowledged goes again. */
        memmove(stored->value, stored->value + stored->acknowledged, left * sizeof *stored->value);
        stored->count = left;
        stored->sent -= stored->acknowledged; /* that may yet be acknowledged */
        stored->acknowledged = 0;
        stored->dormant = true;
        stored->returned = false;
    }
}

/* What all that waits may take of the room. */
static bool is_crowded(const struct sim_world *world)
{
    size_t used = 6;
    for (unsigned i = 0; i < SIM_OBSERVATIONS; i++) {
        const struct watch_stored *each = &world->watch->reports.at[i].stored;
        used += (each->count - each->acknowledged) * STORED_MOST;
    }
    for (unsigned i = 0; i < WATCH_SENDS; i++) {
        used += world->watch->sends.at[i].waits ? SEND_MOST : 0;
    }
    return used + SEND_MOST > world->setup.outbox;
}

void watch_stored_make_room(struct sim_world *world)
{
    for (unsigned i = 0; is_crowded(world) && i < SIM_OBSERVATIONS; i++) {
        world->watch->reports.at[i].stored.crowded = true;
    }
}

void watch_stored_after(struct sim_world *world, struct watch_observation *observation)
{
    struct watch_stored *stored = &observation->stored;
    const struct observed *server = watch_server(world, observation->ssid);
    bool stands = server != NULL && server->registered;
    if (!is_wanted(world, observation->ssid)) {
        stored->dormant = false;
    }
    if (world->watch->bootstrapping || (stored->returned && !stands)) {
        stored->vague = true; /* perhaps there are other accounts, and nothing is looked at */
    }
    stored->returned = stored->returned || stands;
}

void watch_stored_keep(struct sim_world *world, struct watch_observation *observation)
{
    struct watch_stored *stored = &observation->stored;
    if (stored->count == WATCH_STORED) {
        stored->vague = true;
        return;
    }
    struct watch_stored_value *kept = &stored->value[stored->count++];
    kept->at = watch_now(world);
    kept->since = watch_unix_time(world);
    kept->value = observation->value;
    watch_stored_make_room(world);
    if (world->trace) {
        sim_say(world, "   of server %u /%u/%u/%u is to be stored: %llu",
                (unsigned)observation->ssid, (unsigned)observation->path.id[0],
                (unsigned)observation->path.id[1], (unsigned)observation->path.id[2],
                (unsigned long long)kept->value);
    }
}

/* ---- when it is observed again --------------------------------------------------------------- */

bool watch_stored_waits(const struct watch_observation *observation)
{
    const struct watch_stored *stored = &observation->stored;
    return stored->acknowledged < stored->count && !stored->vague && !stored->crowded;
}

void watch_stored_taken_up(struct sim_world *world, struct watch_observation *observation,
                           const struct watch_observation *before)
{
    struct watch_stored *stored = &observation->stored;
    bool same = before->stored.dormant && before->ssid == observation->ssid &&
                watch_same_path(&before->path, &observation->path);
    for (unsigned i = 0; !same && i < SIM_OBSERVATIONS; i++) {
        const struct watch_observation *each = &world->watch->reports.at[i];
        if (each != observation && each->stored.dormant && each->ssid == observation->ssid &&
            watch_same_path(&each->path, &observation->path) && watch_stored_waits(each)) {
            sim_fail(world, "B-72", "what is stored for server %u is not taken up",
                     (unsigned)each->ssid);
        }
    }
    if (same && observation->timed) {
        *stored = before->stored;
        stored->dormant = false;
        stored->flushing = false;
        stored->sent = stored->acknowledged;
        stored->free_since = watch_now(world);
        stored->crowded = stored->crowded || is_crowded(world);
    }
}

static double time_of(const struct sim_world *world, const struct watch_stored_value *value)
{
    uint64_t age = (watch_now(world) - value->at) / SECOND;
    if (value->since != 0) {
        return (double)value->since;
    }
    return age == 0 ? 0 : (double)(watch_unix_time(world) - (int64_t)age);
}

struct record {
    double time;
    uint64_t value;
};

/* @return how many records it has; RECORDS + 1: it is malformed */
static unsigned read_all(const struct watch_observation *observation,
                         const struct loom_notification *notification, struct record *records)
{
    uint8_t scratch[256];
    struct loom_decoder decoder;
    struct loom_item item;
    unsigned count = 0;
    enum loom_status status =
        loom_decode_begin(&decoder, &loom_format_senml_json, &observation->path, LOOM_DECODE_TIMES,
                          notification->payload, scratch, sizeof scratch);
    while (status == LOOM_OK && (status = loom_decode_next(&decoder, &item)) == LOOM_OK) {
        struct loom_value value;
        if (count == RECORDS || !watch_same_path(&item.path, &observation->path) ||
            loom_decode_value(&decoder, &item, observation->type, &value) != LOOM_OK) {
            return RECORDS + 1;
        }
        records[count].time = loom_decode_time(&decoder);
        records[count++].value = value.as.unsigned_integer;
    }
    return status == LOOM_END ? count : RECORDS + 1;
}

/* Which of those that wait a record is of; `count`: of none */
static unsigned find(const struct sim_world *world, const struct watch_stored *stored,
                     const struct record *record)
{
    unsigned at = stored->sent;
    while (at < stored->count && (time_of(world, &stored->value[at]) != record->time ||
                                  stored->value[at].value != record->value)) {
        at++;
    }
    return at;
}

static void check_record(struct sim_world *world, struct watch_observation *observation,
                         const struct record *record)
{
    struct watch_stored *stored = &observation->stored;
    unsigned at = find(world, stored, record);
    if (stored->vague) {
        stored->sent = at < stored->count ? at + 1 : stored->sent;
        return;
    }
    if (at == stored->count) {
        sim_fail(world, "C-65", "server %u is told %llu of %.0f s, which was not stored",
                 (unsigned)observation->ssid, (unsigned long long)record->value, record->time);
        return;
    }
    if (at > stored->sent && (stored->sent > stored->acknowledged || !stored->crowded)) {
        sim_fail(world, "B-72", "of what is stored for server %u something is missing",
                 (unsigned)observation->ssid);
    }
    if (at > stored->sent && stored->sent == stored->acknowledged) {
        stored->acknowledged = at; /* the oldest have made room */
    }
    stored->sent = at + 1;
}

bool watch_stored_notified(struct sim_world *world, struct watch_observation *observation,
                           const struct loom_notification *notification)
{
    struct record records[RECORDS];
    struct watch_stored *stored = &observation->stored;
    if (!observation->timed) {
        return false;
    }
    unsigned count = read_all(observation, notification, records);
    if (count == 0 || count > RECORDS) {
        sim_fail(world, "C-65", "server %u is notified of something malformed",
                 (unsigned)observation->ssid);
        return false;
    }
    /* What is true now has no time, and comes alone. */
    if (count == 1 && records[0].time == 0 &&
        (!watch_stored_waits(observation) || find(world, stored, &records[0]) == stored->count)) {
        if (watch_stored_waits(observation)) {
            sim_fail(world, "C-65", "server %u is notified before it hears what is stored",
                     (unsigned)observation->ssid);
        }
        if (records[0].value != observation->value) {
            sim_fail(world, "C-60", "server %u is notified of what is not the newest value",
                     (unsigned)observation->ssid);
        }
        stored->acknowledged = stored->count; /* the others have made room */
        return false;
    }
    if (!notification->confirmable || stored->flushing) {
        sim_fail(world, "B-72", "what is stored goes to server %u, and may be lost",
                 (unsigned)observation->ssid);
    }
    for (unsigned i = 0; i < count; i++) {
        check_record(world, observation, &records[i]);
        world->counts->stored++;
    }
    stored->flushing = true;
    return true;
}

bool watch_stored_ended(struct watch_observation *observation, bool acknowledged)
{
    struct watch_stored *stored = &observation->stored;
    bool flushed = stored->flushing;
    if (flushed && acknowledged) {
        stored->acknowledged = stored->sent;
    } else if (flushed) {
        stored->sent = stored->acknowledged;
    }
    stored->flushing = false;
    return flushed;
}
