/* SPDX-License-Identifier: Apache-2.0 */
#include "service/timeline.h"

#include "common/moment.h"
#include "service/number.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct entry {
    struct loom_timeline_event event; /* first: an event seen outside is its entry */
    struct entry *next;               /* that is not kept yet */
    bool kept;                        /* or need not be */
    size_t bytes;
    char texts[];
};

/* The events in memory are a ring by number: [first, first + count). Its own that are not kept yet
 * are a list, in the same order; those of other nodes are kept. */
struct loom_timeline {
    struct loom_timeline_config config;
    struct entry **ring;
    size_t room; /* a power of two, or 0 */
    size_t first;
    size_t count;
    struct entry *unkept;
    struct entry *last_unkept; /* undefined while there is none */
    size_t waiting;            /* so many are not kept yet */
    size_t under;              /* the first so many of them are with the keeper */
    size_t bytes;
    uint64_t last; /* its own number */
    uint64_t forgotten;
    uint64_t lost;
    int64_t due; /* when the keeper gets what waits; INT64_MAX: nothing does */
    const struct loom_timeline_event *batch[LOOM_TIMELINE_BATCH_MAX];
};

static struct entry *at(const struct loom_timeline *timeline, size_t index)
{
    return timeline->ring[(timeline->first + index) & (timeline->room - 1)];
}

/* ---- the ring -------------------------------------------------------------------------------- */

static bool grow(struct loom_timeline *timeline)
{
    size_t room = timeline->room == 0 ? 64 : 2 * timeline->room;
    struct entry **ring = malloc(room * sizeof(struct entry *));
    if (ring == NULL) {
        return false;
    }
    for (size_t i = 0; i < timeline->count; i++) {
        ring[i] = at(timeline, i);
    }
    free(timeline->ring);
    timeline->ring = ring;
    timeline->room = room;
    timeline->first = 0;
    return true;
}

static void take_unkept(struct loom_timeline *timeline)
{
    timeline->unkept->kept = true;
    timeline->unkept = timeline->unkept->next;
    timeline->waiting--;
}

/* The oldest event goes. One that is not kept is the first of these. */
static void forget_first(struct loom_timeline *timeline)
{
    struct entry *entry = at(timeline, 0);
    timeline->forgotten = entry->event.id;
    timeline->bytes -= entry->bytes;
    timeline->first++;
    timeline->count--;
    if (!entry->kept) {
        take_unkept(timeline);
        timeline->lost++;
    }
    free(entry);
}

/* What is with the keeper stays, and the newest one. */
static void make_room(struct loom_timeline *timeline)
{
    while (timeline->bytes > timeline->config.bytes_max && timeline->count > 1 &&
           (at(timeline, 0)->kept || timeline->under == 0)) {
        forget_first(timeline);
    }
}

static struct entry *new_entry(uint64_t id, const char *kind, struct loom_text endpoint,
                               struct loom_text members, int64_t now)
{
    size_t json = members.length + strlen(kind) + 128;
    size_t bytes = sizeof(struct entry) + strlen(kind) + endpoint.length + 2 + json;
    struct entry *entry = malloc(bytes);
    if (entry == NULL) {
        return NULL;
    }
    char *text = entry->texts;
    entry->event = (struct loom_timeline_event){.id = id, .time = now, .kind = text};
    memcpy(text, kind, strlen(kind) + 1);
    text += strlen(kind) + 1;
    entry->event.endpoint = text;
    if (endpoint.length > 0) {
        memcpy(text, endpoint.data, endpoint.length);
    }
    text[endpoint.length] = '\0';
    text += endpoint.length + 1;
    entry->event.json = text;
    entry->next = NULL;
    entry->kept = true;
    entry->bytes = bytes;
    return entry;
}

static void put_json(struct entry *entry, struct loom_text members)
{
    char moment[LOOM_MOMENT_SIZE];
    char *to = (char *)(uintptr_t)entry->event.json;
    loom_moment_write(entry->event.time, moment);
    to += sprintf(to, "{\"id\":\"%llu\",\"time\":\"%s\",\"event\":\"%s\"",
                  (unsigned long long)entry->event.id, moment, entry->event.kind);
    if (members.length > 0) {
        *to++ = ',';
        memcpy(to, members.data, members.length);
        to += members.length;
    }
    *to++ = '}';
    *to = '\0';
}

/* In its place: other nodes may have a clock that is a little ahead. */
static void insert(struct loom_timeline *timeline, struct entry *entry)
{
    size_t mask = timeline->room - 1;
    size_t index = timeline->count++;
    while (index > 0 && at(timeline, index - 1)->event.id > entry->event.id) {
        timeline->ring[(timeline->first + index) & mask] = at(timeline, index - 1);
        index--;
    }
    timeline->ring[(timeline->first + index) & mask] = entry;
    timeline->bytes += entry->bytes;
}

/* A copy of an event that is kept. @return NULL without memory */
static struct entry *copy_of(struct loom_timeline *timeline,
                             const struct loom_timeline_event *event)
{
    struct loom_text endpoint = {event->endpoint, strlen(event->endpoint)};
    struct loom_text json = {event->json, strlen(event->json)};
    struct entry *entry = new_entry(event->id, event->kind, endpoint, json, event->time);
    if (entry == NULL || (timeline->count == timeline->room && !grow(timeline))) {
        free(entry);
        return NULL;
    }
    memcpy((char *)(uintptr_t)entry->event.json, json.data, json.length + 1);
    return entry;
}

bool loom_timeline_restore(struct loom_timeline *timeline, const struct loom_timeline_event *event)
{
    struct entry *entry = copy_of(timeline, event);
    if (entry == NULL) {
        return false;
    }
    if (timeline->count == 0) {
        timeline->forgotten = event->id - 1;
    }
    insert(timeline, entry);
    if (timeline->last < event->id) {
        timeline->last = event->id;
    }
    make_room(timeline);
    return true;
}

static void tell(const struct loom_timeline *timeline, const struct loom_timeline_event *event)
{
    if (timeline->config.hear != NULL) {
        timeline->config.hear(timeline->config.user, event);
    }
}

uint64_t loom_timeline_tell(struct loom_timeline *timeline, const char *kind,
                            struct loom_text endpoint, struct loom_text members, int64_t now)
{
    uint64_t id = loom_number_next(timeline->last, timeline->config.node, now);
    struct entry *entry = new_entry(id, kind, endpoint, members, now);
    if (entry == NULL || (timeline->count == timeline->room && !grow(timeline))) {
        free(entry);
        timeline->lost++;
        return 0;
    }
    put_json(entry, members);
    timeline->last = id;
    insert(timeline, entry);
    if (timeline->config.keeper != NULL) {
        entry->kept = false;
        *(timeline->unkept == NULL ? &timeline->unkept : &timeline->last_unkept->next) = entry;
        timeline->last_unkept = entry;
        timeline->waiting++;
        timeline->due = timeline->due == INT64_MAX ? now + LOOM_TIMELINE_WAIT_MS : timeline->due;
    }
    tell(timeline, &entry->event);
    make_room(timeline);
    return id;
}

/* ---- other nodes ----------------------------------------------------------------------------- */

static size_t up_to(const struct loom_timeline *timeline, uint64_t id);

bool loom_timeline_add(struct loom_timeline *timeline, const struct loom_timeline_event *event)
{
    size_t before = up_to(timeline, event->id);
    if (before > 0 && at(timeline, before - 1)->event.id == event->id) {
        return false;
    }
    /* What is older than memory is told, and is in the database for who looks later. */
    struct entry *entry = event->id > timeline->forgotten ? copy_of(timeline, event) : NULL;
    if (entry != NULL) {
        insert(timeline, entry);
        make_room(timeline);
    }
    tell(timeline, event);
    return true;
}

/* ---- keeping --------------------------------------------------------------------------------- */

static void give(struct loom_timeline *timeline, int64_t now)
{
    const struct loom_timeline_keeper *keeper = timeline->config.keeper;
    size_t count = 0;
    for (struct entry *entry = timeline->unkept; entry != NULL && count < LOOM_TIMELINE_BATCH_MAX;
         entry = entry->next) {
        timeline->batch[count++] = &entry->event;
    }
    timeline->due = now + LOOM_TIMELINE_WAIT_MS;
    if (keeper->ready(keeper->self) && keeper->keep(keeper->self, timeline->batch, count)) {
        timeline->under = count;
        timeline->due = INT64_MAX;
    }
}

void loom_timeline_step(struct loom_timeline *timeline, int64_t now)
{
    if (timeline->config.keeper == NULL || timeline->under > 0 || timeline->waiting == 0) {
        return;
    }
    if (now >= timeline->due || timeline->waiting >= LOOM_TIMELINE_BATCH_MAX) {
        give(timeline, now);
    }
}

void loom_timeline_kept(struct loom_timeline *timeline, bool kept, int64_t now)
{
    while (kept && timeline->under > 0) {
        take_unkept(timeline);
        timeline->under--;
    }
    timeline->under = 0;
    timeline->due = timeline->waiting > 0 ? now + LOOM_TIMELINE_WAIT_MS : INT64_MAX;
    make_room(timeline);
}

int64_t loom_timeline_deadline(const struct loom_timeline *timeline)
{
    if (timeline->under > 0) {
        return INT64_MAX;
    }
    return timeline->due;
}

/* ---- looking --------------------------------------------------------------------------------- */

/* How many events in memory have a number up to this one. */
static size_t up_to(const struct loom_timeline *timeline, uint64_t id)
{
    size_t low = 0;
    size_t high = timeline->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (at(timeline, middle)->event.id <= id) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

const struct loom_timeline_event *loom_timeline_before(const struct loom_timeline *timeline,
                                                       uint64_t id)
{
    size_t count = id == 0 ? 0 : up_to(timeline, id - 1);
    return count == 0 ? NULL : &at(timeline, count - 1)->event;
}

const struct loom_timeline_event *loom_timeline_after(const struct loom_timeline *timeline,
                                                      uint64_t id)
{
    size_t index = up_to(timeline, id);
    return index == timeline->count ? NULL : &at(timeline, index)->event;
}

uint64_t loom_timeline_forgotten(const struct loom_timeline *timeline)
{
    return timeline->forgotten;
}

uint64_t loom_timeline_lost(const struct loom_timeline *timeline)
{
    return timeline->lost;
}

struct loom_timeline *loom_timeline_create(const struct loom_timeline_config *config)
{
    struct loom_timeline *timeline = calloc(1, sizeof *timeline);
    if (timeline != NULL) {
        timeline->config = *config;
        if (config->bytes_max == 0) {
            timeline->config.bytes_max = LOOM_TIMELINE_BYTES_MAX;
        }
        timeline->last = config->last;
        timeline->forgotten = config->last;
        timeline->due = INT64_MAX;
    }
    return timeline;
}

void loom_timeline_destroy(struct loom_timeline *timeline)
{
    if (timeline == NULL) {
        return;
    }
    for (size_t i = 0; i < timeline->count; i++) {
        free(at(timeline, i));
    }
    free(timeline->ring);
    free(timeline);
}
