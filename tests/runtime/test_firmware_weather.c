/* SPDX-License-Identifier: Apache-2.0 */
/* Firmware of a megabyte for a device with a kilobyte, over the simulator's network, where every
 * fifth datagram is lost, others come twice or overtake one another, and the power goes. */
#include <criterion/criterion.h>
#include <string.h>

#include "loom/firmware.h"
#include "weather.h"

enum { IDLE, DOWNLOADING, DOWNLOADED, UPDATING };

static uint8_t stored[MEGABYTE];
static uint32_t end;
static size_t longest;
static unsigned writes;
static unsigned opens;
static uint8_t record[512];
static size_t record_length;

static enum loom_firmware_result open_image(void *self, uint32_t offset, uint32_t size)
{
    (void)self, (void)size;
    opens++;
    end = offset;
    return LOOM_FIRMWARE_RESULT_INITIAL;
}

static enum loom_firmware_result write_image(void *self, uint32_t offset, const uint8_t *data,
                                             size_t length)
{
    (void)self;
    cr_assert_eq(offset, end, "each byte once");
    cr_assert_leq(offset + length, sizeof stored);
    memcpy(stored + offset, data, length);
    end = offset + (uint32_t)length;
    longest = length > longest ? length : longest;
    writes++;
    return LOOM_FIRMWARE_RESULT_INITIAL;
}

static enum loom_firmware_result verify_image(void *self, uint32_t size)
{
    (void)self;
    bool good = size == MEGABYTE && memcmp(stored, weather_image, MEGABYTE) == 0;
    return good ? LOOM_FIRMWARE_RESULT_INITIAL : LOOM_FIRMWARE_RESULT_INTEGRITY;
}

static enum loom_firmware_result apply_image(void *self)
{
    (void)self;
    return LOOM_FIRMWARE_RESULT_SUCCESS;
}

static void abort_image(void *self)
{
    (void)self;
}

static const struct loom_firmware_port port = {.open = open_image,
                                               .write = write_image,
                                               .verify = verify_image,
                                               .apply = apply_image,
                                               .abort = abort_image};

static struct loom_firmware firmware = {.port = &port};

static enum loom_status save(void *self, enum loom_record which, const void *data, size_t length)
{
    (void)self;
    if (which == LOOM_RECORD_FIRMWARE) {
        cr_assert_leq(length, sizeof record);
        memcpy(record, data, length);
        record_length = length;
    }
    return LOOM_OK;
}

static enum loom_status load(void *self, enum loom_record which, void *data, size_t room,
                             size_t *length, bool *previous)
{
    (void)self;
    *previous = false;
    *length = which == LOOM_RECORD_FIRMWARE && record_length <= room ? record_length : 0;
    memcpy(data, record, *length);
    return *length > 0 ? LOOM_OK : LOOM_NOT_FOUND;
}

static const struct loom_store store = {.save = save, .load = load};

static void begin(const struct loom_store *kept)
{
    weather_begin(weather_product(), 1, &firmware, kept);
    weather.server.file = weather_image;
    weather.server.length = MEGABYTE;
    weather.net.weather = (struct net_weather){.loss = 20, .doubled = 10, .delay = 3000};
}

TestSuite(firmware_weather, .fini = weather_end, .timeout = 60);

static int64_t number(uint16_t resource)
{
    int64_t value = -1;
    loom_get_integer(&weather.model, loom_path_resource(5, 0, resource), &value);
    return value;
}

static void run_until(int64_t state)
{
    uint64_t limit = weather.net.now + 86400000u;
    while (number(3) != state) {
        cr_assert_lt(weather.net.now, limit);
        weather_turn(limit);
    }
}

static void run_until_written(uint32_t length)
{
    uint64_t limit = weather.net.now + 86400000u;
    while (end < length) {
        cr_assert_lt(weather.net.now, limit);
        weather_turn(limit);
    }
}

static void put(const char *resource, const char *text)
{
    struct weather_server *server = &weather.server;
    struct loom_session *session = net_session_from(&weather.net, SERVER, DEVICE);
    struct loom_request request = {.method = LOOM_PUT,
                                   .confirmable = true,
                                   .content_format = LOOM_FORMAT_TEXT,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .payload = {(const uint8_t *)text, strlen(text)},
                                   .path_count = 3,
                                   .path = {{"5", 1}, {"0", 1}, {resource, 1}}};
    server->answered = 0;
    cr_assert_eq(server->port.request(server->port.self, session, &request, 1), LOOM_OK);
    weather_run_until_answered(server);
    cr_assert_eq(server->code, LOOM_CHANGED);
}

static void expect_bad_weather(void)
{
    cr_assert_gt(weather.net.counts.lost, 100u);
    cr_assert_gt(weather.net.counts.doubled, 100u);
    cr_assert_leq(longest, PIECE);
}

/* C-94, C-105: pushed, each piece once, and nothing on the way holds more than a block. */
Test(firmware_weather, a_megabyte_is_pushed)
{
    begin(NULL);
    weather_push(&weather.server, SERVER, "5", "0", MEGABYTE);
    weather_run_until_answered(&weather.server);
    cr_assert_eq(weather.server.code, LOOM_CHANGED, "failure %d", (int)weather.server.failure);
    run_until(DOWNLOADED);
    cr_assert_eq(number(5), 0);
    cr_assert_eq(writes, MEGABYTE / PIECE);
    expect_bad_weather();
}

/* C-95, C-105: pulled. */
Test(firmware_weather, a_megabyte_is_pulled)
{
    begin(NULL);
    put("1", "coap://server:5683/image");
    run_until(DOWNLOADED);
    cr_assert_eq(number(5), 0);
    cr_assert_eq(writes, MEGABYTE / PIECE);
    cr_assert_eq(opens, 1);
    expect_bad_weather();
}

/* C-106: the power goes now and then. A pull goes on, and fetches again what 16 KiB bring. */
Test(firmware_weather, a_pull_goes_on_after_each_power_loss)
{
    enum { CUTS = 5 };
    begin(&store);
    put("1", "coap://server:5683/image");
    for (uint32_t i = 1; i <= CUTS; i++) {
        run_until_written(i * (MEGABYTE / 6));
        weather_restart();
        cr_assert_eq(number(3), DOWNLOADING);
    }
    run_until(DOWNLOADED);
    cr_assert_eq(number(5), 0);
    cr_assert_eq(opens, 1 + CUTS, "it was not begun anew");
    cr_assert_leq(writes, MEGABYTE / PIECE + CUTS * 17);
    expect_bad_weather();
}

/* C-106, C-99: a push does not go on; another one does it. */
Test(firmware_weather, a_push_begins_anew_after_a_power_loss)
{
    begin(&store);
    weather_push(&weather.server, SERVER, "5", "0", MEGABYTE);
    run_until_written(MEGABYTE / 2);
    weather_restart();
    cr_assert(number(3) == IDLE && number(5) == 4);
    weather_run_until_answered(&weather.server);
    cr_assert_neq(weather.server.code, LOOM_CHANGED);
    weather_push(&weather.server, SERVER, "5", "0", MEGABYTE);
    weather_run_until_answered(&weather.server);
    run_until(DOWNLOADED);
    cr_assert_eq(number(5), 0);
}
