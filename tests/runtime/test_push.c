/* SPDX-License-Identifier: Apache-2.0 */
/* A megabyte to a device with a kilobyte, over the simulator's network and its weather. */
#include <criterion/criterion.h>
#include <string.h>

#include "depot.h"
#include "weather.h"

static void begin(unsigned accounts)
{
    memset(&depot_seen, 0, sizeof depot_seen);
    weather_begin(depot_product(weather_product()), accounts, NULL, NULL);
}

TestSuite(push, .fini = weather_end, .timeout = 60);

static void push(struct weather_server *from, unsigned host, const char *resource, size_t length)
{
    weather_push(from, host, "32003", resource, length);
}

/* Firmware of 1 MB through a buffer of 1 kB, while every fifth datagram is lost, others come twice
 * or overtake one another: what arrives is what was sent, each byte once, and nothing on the way
 * holds more than a block. */
Test(push, a_megabyte_goes_through_a_kilobyte)
{
    begin(1);
    weather.net.weather = (struct net_weather){.loss = 20, .doubled = 10, .delay = 3000};
    push(&weather.server, SERVER, "0", MEGABYTE);
    weather_run_until_answered(&weather.server);
    cr_assert_eq(weather.server.code, LOOM_CHANGED, "failure %d", (int)weather.server.failure);
    cr_assert_eq(depot_seen.total, MEGABYTE);
    cr_assert_eq(depot_seen.sum, depot_sum(0, weather_image, MEGABYTE));
    cr_assert_eq(depot_seen.calls, MEGABYTE / PIECE, "each piece once");
    cr_assert_eq(weather.net.counts.blocks, MEGABYTE / PIECE);
    cr_assert_eq(depot_seen.longest, PIECE);
    cr_assert_leq(sizeof weather.buffer, PIECE);
    cr_assert(weather.writes == 1 && weather.write_code == LOOM_CHANGED);
    cr_assert_gt(weather.net.counts.lost, 100u, "the weather was bad");
    cr_assert_gt(weather.net.counts.doubled, 100u);
}

/* The device says no in the middle: the server hears it, and sends nothing more. */
Test(push, a_device_may_refuse_on_the_way)
{
    begin(1);
    weather.net.weather = (struct net_weather){.loss = 20, .doubled = 10, .delay = 3000};
    depot_seen.refusal = LOOM_NOT_ACCEPTABLE;
    depot_seen.refused_at = 100 * PIECE;
    push(&weather.server, SERVER, "0", MEGABYTE);
    weather_run_until_answered(&weather.server);
    cr_assert_eq(weather.server.code, LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(depot_seen.total, 100u * PIECE);
    cr_assert_eq(depot_seen.calls, 101u);
    cr_assert(weather.writes == 1 && weather.write_code == LOOM_NOT_ACCEPTABLE);
}

/* Two servers at once, to a stream each: their pieces do not mix. What one of them breaks off is
 * begun anew. */
Test(push, two_servers_push_at_once)
{
    begin(2);
    push(&weather.server, SERVER, "1", 20 * PIECE);
    push(&weather.other, OTHER, "1", 3 * PIECE);
    weather_run_until_answered(&weather.other);
    weather_run_until_answered(&weather.server);
    /* The depot has room for one: the first that it finds overtaken is refused. */
    cr_assert((weather.server.code == LOOM_CHANGED) != (weather.other.code == LOOM_CHANGED));
    push(&weather.server, SERVER, "1", 20 * PIECE);
    weather_run_until_answered(&weather.server);
    cr_assert_eq(weather.server.code, LOOM_CHANGED);
    cr_assert_eq(depot_seen.sum, depot_sum(0, weather_image, 20 * PIECE));
}

/* The way is cut in the middle: the server gives up, the device hears nothing, and the next
 * transfer begins with offset 0. */
Test(push, a_push_that_breaks_off_is_begun_anew)
{
    begin(1);
    push(&weather.server, SERVER, "0", 100 * PIECE);
    while (depot_seen.calls < 50) {
        weather_turn(UINT64_MAX);
    }
    weather.net.cut[SERVER][DEVICE] = true;
    weather_run_until_answered(&weather.server);
    cr_assert_eq(weather.server.failure, LOOM_FAILURE_TIMEOUT);
    cr_assert_lt(depot_seen.calls, 60u);
    cr_assert_eq(weather.writes, 0u);
    weather.net.cut[SERVER][DEVICE] = false;
    push(&weather.server, SERVER, "0", 70 * PIECE);
    weather_run_until_answered(&weather.server);
    cr_assert_eq(weather.server.code, LOOM_CHANGED);
    cr_assert_eq(depot_seen.total, 70u * PIECE);
    cr_assert_eq(depot_seen.sum, depot_sum(0, weather_image, 70 * PIECE));
}

/* What goes to no stream, and in no pieces, is told to be too much with its first block. */
Test(push, a_long_value_for_anything_else_is_refused_at_once)
{
    begin(1);
    push(&weather.server, SERVER, "2", MEGABYTE);
    weather_run_until_answered(&weather.server);
    cr_assert_eq(weather.server.code, LOOM_TOO_LARGE);
    cr_assert_eq(weather.net.counts.blocks, 0u);
    cr_assert_eq(depot_seen.calls, 0u);
}
