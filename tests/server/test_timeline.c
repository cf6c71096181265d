/* SPDX-License-Identifier: Apache-2.0 */
/* Events are numbered, remembered and kept in order; moments are read and written. */
#include "common/moment.h"
#include "service/number.h"
#include "service/timeline.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <string.h>

#define NOW INT64_C(1764502950123) /* 2025-11-30T11:42:30.123Z */

static struct loom_timeline *timeline;
static char heard[1024];

static struct {
    bool ready;
    uint64_t ids[1024];
    size_t count; /* of the last batch */
    size_t batches;
} keeper;

static struct loom_text text(const char *literal)
{
    struct loom_text result = {literal, strlen(literal)};
    return result;
}

static void hear(void *user, const struct loom_timeline_event *event)
{
    (void)user;
    (void)snprintf(heard, sizeof heard, "%s", event->json);
}

static bool keep(void *self, const struct loom_timeline_event *const *events, size_t count)
{
    (void)self;
    for (size_t i = 0; i < count; i++) {
        keeper.ids[i] = events[i]->id;
    }
    keeper.count = count;
    keeper.batches++;
    return true;
}

static bool is_ready(void *self)
{
    (void)self;
    return keeper.ready;
}

static const struct loom_timeline_keeper test_keeper = {NULL, keep, is_ready};

static void begin(unsigned node, uint64_t last, const struct loom_timeline_keeper *with,
                  size_t bytes)
{
    struct loom_timeline_config config = {
        .node = node, .last = last, .keeper = with, .bytes_max = bytes, .hear = hear};
    loom_timeline_destroy(timeline);
    memset(&keeper, 0, sizeof keeper);
    keeper.ready = true;
    timeline = loom_timeline_create(&config);
    cr_assert_not_null(timeline);
}

static void set_up(void)
{
    begin(3, 0, NULL, 0);
}

static void tear_down(void)
{
    loom_timeline_destroy(timeline);
    timeline = NULL;
}

TestSuite(timeline, .init = set_up, .fini = tear_down);

static uint64_t tell(int64_t now)
{
    uint64_t id = loom_timeline_tell(timeline, "updated", text("dev"), text("\"a\":1"), now);
    cr_assert(gt(u64, id, 0));
    return id;
}

Test(timeline, an_event_is_one_object_with_its_number_time_kind_and_endpoint)
{
    char expected[256];
    uint64_t id =
        loom_timeline_tell(timeline, "registered", text("a\"b\x01"), text("\"lifetime\":60"), NOW);
    (void)snprintf(expected, sizeof expected,
                   "{\"id\":\"%llu\",\"time\":\"2025-11-30T11:42:30.123Z\",\"event\":"
                   "\"registered\",\"lifetime\":60}",
                   (unsigned long long)id);
    cr_assert(eq(str, heard, expected));
    cr_assert(eq(str, (char *)loom_timeline_after(timeline, 0)->endpoint, "a\"b\x01"));
    id = loom_timeline_tell(timeline, "reset", text(""), text(""), NOW);
    (void)snprintf(expected, sizeof expected,
                   "{\"id\":\"%llu\",\"time\":\"2025-11-30T11:42:30.123Z\",\"event\":\"reset\"}",
                   (unsigned long long)id);
    cr_assert(eq(str, heard, expected));
}

Test(timeline, numbers_grow_also_when_the_clock_goes_back_and_over_a_restart)
{
    uint64_t first = tell(NOW);
    cr_assert(gt(u64, first, loom_number_of(NOW) - 1));
    uint64_t last = first;
    for (int i = 0; i < 10000; i++) { /* more than a millisecond has numbers */
        uint64_t next = tell(NOW);
        cr_assert(gt(u64, next, last));
        last = next;
    }
    uint64_t back = tell(NOW - 5000);
    cr_assert(gt(u64, back, last));
    begin(3, back, NULL, 0);
    cr_assert(gt(u64, tell(NOW - 5000), back));
    /* Another node has others, at any time. */
    begin(4, 0, NULL, 0);
    for (int i = 0; i < 10000; i++) {
        uint64_t other = tell(NOW);
        cr_assert(eq(u64, other >> 11 & 1023, 4));
    }
}

Test(timeline, events_in_memory_are_found_by_number_both_ways)
{
    uint64_t ids[200];
    for (size_t i = 0; i < 200; i++) {
        ids[i] = tell(NOW + (int64_t)i);
    }
    cr_assert(eq(u64, loom_timeline_after(timeline, 0)->id, ids[0]));
    cr_assert(eq(u64, loom_timeline_after(timeline, ids[99])->id, ids[100]));
    cr_assert(eq(u64, loom_timeline_before(timeline, ids[100])->id, ids[99]));
    cr_assert(eq(u64, loom_timeline_before(timeline, UINT64_MAX)->id, ids[199]));
    cr_assert_null(loom_timeline_after(timeline, ids[199]));
    cr_assert_null(loom_timeline_before(timeline, ids[0]));
    cr_assert_null(loom_timeline_before(timeline, 0));
    cr_assert(eq(u64, loom_timeline_forgotten(timeline), 0));
}

Test(timeline, memory_is_bounded_and_says_what_is_missing)
{
    begin(3, 0, NULL, 4000);
    uint64_t ids[100];
    for (size_t i = 0; i < 100; i++) {
        ids[i] = tell(NOW + (int64_t)i);
    }
    uint64_t oldest = loom_timeline_after(timeline, 0)->id;
    cr_assert(gt(u64, oldest, ids[50]));
    cr_assert(lt(u64, loom_timeline_forgotten(timeline), oldest));
    cr_assert(gt(u64, loom_timeline_forgotten(timeline), ids[49]));
    cr_assert(eq(u64, loom_timeline_lost(timeline), 0));
}

Test(timeline, a_keeper_gets_batches_in_order_one_at_a_time)
{
    begin(3, 0, &test_keeper, 0);
    uint64_t first = tell(NOW);
    cr_assert(eq(i64, loom_timeline_deadline(timeline), NOW + LOOM_TIMELINE_WAIT_MS));
    loom_timeline_step(timeline, NOW + LOOM_TIMELINE_WAIT_MS - 1);
    cr_assert(eq(sz, keeper.batches, 0));
    loom_timeline_step(timeline, NOW + LOOM_TIMELINE_WAIT_MS);
    cr_assert(eq(sz, keeper.count, 1));
    cr_assert(eq(u64, keeper.ids[0], first));
    for (size_t i = 0; i < 300; i++) {
        (void)tell(NOW + 1000);
    }
    loom_timeline_step(timeline, NOW + 2000);
    cr_assert(eq(sz, keeper.batches, 1));
    loom_timeline_kept(timeline, true, NOW + 2000);
    loom_timeline_step(timeline, NOW + 2000);
    cr_assert(eq(sz, keeper.count, LOOM_TIMELINE_BATCH_MAX));
    loom_timeline_kept(timeline, true, NOW + 2000);
    loom_timeline_step(timeline, NOW + 2000 + LOOM_TIMELINE_WAIT_MS);
    cr_assert(eq(sz, keeper.count, 300 - LOOM_TIMELINE_BATCH_MAX));
    loom_timeline_kept(timeline, true, NOW + 3000);
    cr_assert(eq(i64, loom_timeline_deadline(timeline), INT64_MAX));
}

Test(timeline, what_cannot_be_kept_waits_and_the_oldest_is_lost_in_the_end)
{
    begin(3, 0, &test_keeper, 4000);
    keeper.ready = false;
    uint64_t first = tell(NOW);
    loom_timeline_step(timeline, NOW + 1000);
    cr_assert(eq(sz, keeper.batches, 0));
    keeper.ready = true;
    loom_timeline_step(timeline, NOW + 2000);
    cr_assert(eq(u64, keeper.ids[0], first));
    loom_timeline_kept(timeline, false, NOW + 2000);
    loom_timeline_step(timeline, NOW + 3000);
    cr_assert(eq(sz, keeper.batches, 2));
    cr_assert(eq(u64, keeper.ids[0], first));
    /* With the keeper it stays where it is, however many come. */
    for (size_t i = 0; i < 100; i++) {
        (void)tell(NOW + 3000);
    }
    cr_assert(eq(u64, loom_timeline_after(timeline, 0)->id, first));
    cr_assert(eq(u64, loom_timeline_lost(timeline), 0));
    loom_timeline_kept(timeline, false, NOW + 3000);
    cr_assert(gt(u64, loom_timeline_lost(timeline), 50));
}

/* ---- moments --------------------------------------------------------------------------------- */

static void assert_moment(const char *written, int64_t time)
{
    char said[LOOM_MOMENT_SIZE];
    int64_t read = -1;
    loom_moment_write(time, said);
    cr_assert(eq(str, said, (char *)written));
    cr_assert(loom_moment_read(text(written), &read));
    cr_assert(eq(i64, read, time));
}

/* ---- other nodes ----------------------------------------------------------------------------- */

/* Adds an event of node 5. @return its number */
static uint64_t foreign(int64_t now, bool is_new)
{
    uint64_t id = loom_number_next(0, 5, now);
    const struct loom_timeline_event event = {
        .id = id, .time = now, .kind = "expired", .endpoint = "far", .json = "{\"far\":1}"};
    heard[0] = '\0';
    cr_assert_eq(loom_timeline_add(timeline, &event), is_new);
    cr_assert(eq(str, heard, is_new ? "{\"far\":1}" : ""));
    return id;
}

static void follows(uint64_t id, uint64_t next)
{
    const struct loom_timeline_event *event = loom_timeline_after(timeline, id);
    cr_assert(eq(u64, event == NULL ? 0 : event->id, next));
    cr_assert(next == 0 || loom_timeline_before(timeline, next) == NULL ||
              loom_timeline_before(timeline, next)->id == id);
}

/* They come late, and their clocks differ. */
Test(timeline, events_of_other_nodes_are_in_their_places)
{
    begin(3, 0, &test_keeper, 0);
    uint64_t own[4];
    own[0] = tell(NOW);
    own[1] = tell(NOW + 100);
    uint64_t between = foreign(NOW + 50, true);
    uint64_t ahead = foreign(NOW + 5000, true);
    (void)foreign(NOW + 50, false);
    own[2] = tell(NOW + 200);
    cr_assert(lt(u64, own[2], ahead), "another clock is not its own");
    follows(0, own[0]);
    follows(own[0], between);
    follows(between, own[1]);
    follows(own[1], own[2]);
    follows(own[2], ahead);
    follows(ahead, 0);
    /* Each node keeps its own. */
    loom_timeline_step(timeline, NOW + 1000);
    cr_assert(eq(sz, keeper.count, 3));
    cr_assert(eq(u64, keeper.ids[1], own[1]));
    uint64_t during = foreign(NOW + 60, true);
    own[3] = tell(NOW + 300);
    loom_timeline_kept(timeline, true, NOW + 1000);
    loom_timeline_step(timeline, NOW + 2000);
    cr_assert(eq(sz, keeper.count, 1));
    cr_assert(eq(u64, keeper.ids[0], own[3]));
    follows(between, during);
}

/* What is older than what is in memory is told, and not remembered. */
Test(timeline, events_of_other_nodes_take_no_more_room)
{
    begin(3, 0, &test_keeper, 4000);
    for (int i = 0; i < 100; i++) {
        (void)foreign(NOW + i, true);
    }
    uint64_t forgotten = loom_timeline_forgotten(timeline);
    cr_assert(gt(u64, forgotten, 0));
    cr_assert(eq(u64, loom_timeline_lost(timeline), 0));
    (void)foreign(NOW - 1000, true);
    cr_assert(gt(u64, loom_timeline_after(timeline, 0)->id, forgotten));
    /* Its own stay until they are kept. */
    uint64_t own = tell(NOW + 150);
    loom_timeline_step(timeline, NOW + 1000);
    cr_assert(eq(u64, keeper.ids[0], own));
    for (int i = 200; i < 300; i++) {
        (void)foreign(NOW + i, true);
    }
    cr_assert(eq(u64, loom_timeline_after(timeline, own - 1)->id, own));
    loom_timeline_kept(timeline, true, NOW + 1000);
    cr_assert(eq(u64, loom_timeline_lost(timeline), 0));
    cr_assert(gt(u64, loom_timeline_forgotten(timeline), own));
}

Test(moment, is_written_and_read_back)
{
    assert_moment("1970-01-01T00:00:00.000Z", 0);
    assert_moment("2000-02-29T23:59:59.999Z", INT64_C(951868799999));
    assert_moment("2025-11-30T11:42:30.123Z", NOW);
    assert_moment("2100-03-01T00:00:00.000Z", INT64_C(4107542400000));
    assert_moment("9999-12-31T23:59:59.999Z", INT64_C(253402300799999));
}

Test(moment, every_day_of_400_years_is_its_own)
{
    char before[LOOM_MOMENT_SIZE] = "";
    for (int64_t day = 0; day < 146097; day++) {
        char said[LOOM_MOMENT_SIZE];
        int64_t read;
        loom_moment_write(day * 86400000, said);
        cr_assert(gt(int, strcmp(said, before), 0), "%s", said);
        cr_assert(loom_moment_read(text(said), &read));
        cr_assert(eq(i64, read, day * 86400000));
        (void)snprintf(before, sizeof before, "%s", said);
    }
}

Test(moment, may_have_a_zone_and_fractions)
{
    int64_t time;
    cr_assert(loom_moment_read(text("2025-11-30T12:42:30.1234567+01:00"), &time));
    cr_assert(eq(i64, time, NOW));
    cr_assert(loom_moment_read(text("2025-11-30 06:42:30.123-05:00"), &time));
    cr_assert(eq(i64, time, NOW));
    cr_assert(loom_moment_read(text("2025-11-30t11:42:30z"), &time));
    cr_assert(eq(i64, time, NOW - 123));
}

Test(moment, anything_else_is_none)
{
    static const char *const wrong[] = {
        "",
        "2025",
        "2025-11-30",
        "2025-11-30T11:42:30",
        "2025-11-30T11:42:30.Z",
        "2025-13-01T00:00:00Z",
        "2025-00-01T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "2025-11-31T00:00:00Z",
        "2025-11-30T24:00:00Z",
        "2025-11-30T11:60:00Z",
        "2025-11-30T11:42:30Zx",
        "2025-11-30T11:42:30+1:00",
        "2025-11-30T11:42:30+24:00",
        "25-11-30T11:42:30Z",
        "2025-11-30T11:42:3 Z",
    };
    int64_t time;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_assert(not(loom_moment_read(text(wrong[i]), &time)), "%s", wrong[i]);
    }
}
