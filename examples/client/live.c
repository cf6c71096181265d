/* SPDX-License-Identifier: Apache-2.0 */
#include "live.h"

#include <string.h>

#define POWER_SUPPLIES "/sys/class/power_supply"
#define ZONE_SIZE      65u
/* A battery that says less has an error. */
#define BATTERY_LOW 10
/* Seconds. What is further from today than that is no time. */
#define TIME_LIMIT ((int64_t)1 << 62)

enum { DEVICE = 3, CONNECTIVITY = 4, LOCATION = 6, STATISTICS = 7 };

enum {
    POWER_SOURCES = 6,
    BATTERY_LEVEL = 9,
    MEMORY_FREE = 10,
    ERROR_CODE = 11,
    RESET_ERROR_CODE = 12,
    CURRENT_TIME = 13,
    UTC_OFFSET = 14,
    TIMEZONE = 15,
    BATTERY_STATUS = 20,
    MEMORY_TOTAL = 21
};

enum { BEARER = 0, BEARERS = 1, SIGNAL = 2, QUALITY = 3, ADDRESSES = 4, ROUTERS = 5 };

enum { TIMESTAMP = 5 };

enum {
    SMS_SENT = 0,
    SMS_RECEIVED = 1,
    DATA_SENT = 2,
    DATA_RECEIVED = 3,
    LARGEST_MESSAGE = 4,
    MEAN_MESSAGE = 5,
    START = 6,
    STOP = 7,
    PERIOD = 8
};

/* Codes of 3/0/11. */
enum {
    NO_ERROR = 0,
    LOW_BATTERY = 1,
    OUT_OF_MEMORY = 5,
    PERIPHERAL = 8,
    OWN_ERRORS = 16,
    ERRORS_END = 33
};

enum { INTERNAL_BATTERY = 1 };

/* ---- values that stay as they are are not written: observers would hear of them -------------- */

static void publish(struct client_live *live, struct loom_path path, int64_t value)
{
    int64_t present;
    if (loom_get_integer(live->model, path, &present) != LOOM_OK || present != value) {
        loom_set_integer(live->model, path, value);
    }
}

static void publish_text(struct client_live *live, struct loom_path path, const char *value)
{
    struct loom_text present;
    if (loom_get_text(live->model, path, &present) != LOOM_OK || present.length != strlen(value) ||
        memcmp(present.data, value, present.length) != 0) {
        loom_set_text(live->model, path, value);
    }
}

/* Drops the instances of a multiple resource from an id on. */
static void drop_from(struct client_live *live, uint16_t object, uint16_t resource, uint16_t id)
{
    for (; loom_model_next_resource_instance(live->model, object, 0, resource, &id); id++) {
        loom_clear(live->model, loom_path_resource_instance(object, 0, resource, id));
    }
}

static bool has(const struct client_live *live, uint16_t object)
{
    return loom_model_has_instance(live->model, object, 0);
}

/* ---- Device ---------------------------------------------------------------------------------- */

static struct loom_path device(uint16_t resource)
{
    return loom_path_resource(DEVICE, 0, resource);
}

static int64_t device_time(const struct client_live *live)
{
    int64_t time = live->port->unix_time(live->port->self);
    return time == 0 ? 0 : time + live->clock_ahead;
}

static void look_at_clock(struct client_live *live)
{
    int64_t time = device_time(live);
    int64_t present;
    if (time != 0 && (loom_get_time(live->model, device(CURRENT_TIME), &present) != LOOM_OK ||
                      present != time)) {
        live->telling_time = true;
        loom_set_time(live->model, device(CURRENT_TIME), time);
        live->telling_time = false;
    }
}

/* What was set at the console stands until the machine has news. */
static void look_at_battery(struct client_live *live)
{
    struct client_battery battery;
    if (!client_machine_battery(POWER_SUPPLIES, &battery)) {
        return;
    }
    if (battery.level != live->battery_level) {
        live->battery_level = battery.level;
        publish(live, device(BATTERY_LEVEL), battery.level);
    }
    if (battery.status != live->battery_status) {
        live->battery_status = battery.status;
        publish(live, device(BATTERY_STATUS), battery.status);
    }
    publish(live, loom_path_resource_instance(DEVICE, 0, POWER_SOURCES, 0), INTERNAL_BATTERY);
}

static void look_at_storage(struct client_live *live)
{
    int64_t total;
    int64_t available;
    const char *path = live->storage != NULL ? live->storage : "/";
    if (client_machine_storage(path, &total, &available)) {
        publish(live, device(MEMORY_TOTAL), total);
        publish(live, device(MEMORY_FREE), available);
    }
}

/* One instance for each error, and a single 0 for none. */
static void publish_errors(struct client_live *live)
{
    uint16_t count = 0;
    for (int64_t error = LOW_BATTERY; error < ERRORS_END; error++) {
        if ((live->errors >> error & 1u) != 0) {
            publish(live, loom_path_resource_instance(DEVICE, 0, ERROR_CODE, count++), error);
        }
    }
    if (count == 0) {
        publish(live, loom_path_resource_instance(DEVICE, 0, ERROR_CODE, count++), NO_ERROR);
    }
    drop_from(live, DEVICE, ERROR_CODE, count);
}

static void note_error(struct client_live *live, unsigned error)
{
    live->errors |= (uint64_t)1 << error;
}

/* The errors that this device can find by itself. */
static void find_errors(struct client_live *live)
{
    struct client_battery battery;
    int64_t total;
    int64_t available;
    if (client_machine_battery(POWER_SUPPLIES, &battery) && battery.level < BATTERY_LOW) {
        note_error(live, LOW_BATTERY);
    }
    if (live->storage != NULL && client_machine_storage(live->storage, &total, &available) &&
        available == 0) {
        note_error(live, OUT_OF_MEMORY);
    }
    publish_errors(live);
}

static void reset_errors(struct client_live *live)
{
    live->errors = 0;
    find_errors(live);
}

enum loom_status client_live_raise(struct client_live *live, uint64_t error)
{
    const struct loom_product_object *entry = loom_model_object(live->model, DEVICE);
    const struct loom_resource *row = loom_object_resource(entry->object, ERROR_CODE);
    struct loom_value value = {.type = LOOM_INTEGER, .as = {.integer = (int64_t)error}};
    bool known =
        (error > NO_ERROR && error <= PERIPHERAL) || (error >= OWN_ERRORS && error < ERRORS_END);
    if (!known || !loom_resource_allows(entry->object, row, &value)) {
        return LOOM_BAD_REQUEST;
    }
    note_error(live, (unsigned)error);
    publish_errors(live);
    return LOOM_OK;
}

/* ---- Connectivity Monitoring ----------------------------------------------------------------- */

static struct loom_path connectivity(uint16_t resource)
{
    return loom_path_resource(CONNECTIVITY, 0, resource);
}

static void publish_addresses(struct client_live *live, const struct client_network *network)
{
    for (uint16_t i = 0; i < network->address_count; i++) {
        const struct client_address *entry = &network->addresses[i];
        struct loom_path router = loom_path_resource_instance(CONNECTIVITY, 0, ROUTERS, i);
        publish_text(live, loom_path_resource_instance(CONNECTIVITY, 0, ADDRESSES, i),
                     entry->address);
        if (entry->router[0] != '\0') {
            publish_text(live, router, entry->router);
        } else {
            loom_clear(live->model, router);
        }
    }
    drop_from(live, CONNECTIVITY, ADDRESSES, (uint16_t)network->address_count);
    drop_from(live, CONNECTIVITY, ROUTERS, (uint16_t)network->address_count);
}

static void look_at_network(struct client_live *live)
{
    struct client_network network;
    if (!has(live, CONNECTIVITY) || !client_machine_network(&network)) {
        return;
    }
    publish(live, connectivity(BEARER), network.bearer);
    for (uint16_t i = 0; i < network.bearer_count; i++) {
        publish(live, loom_path_resource_instance(CONNECTIVITY, 0, BEARERS, i), network.bearers[i]);
    }
    drop_from(live, CONNECTIVITY, BEARERS, (uint16_t)network.bearer_count);
    if (network.has_signal) {
        publish(live, connectivity(SIGNAL), network.signal);
        publish(live, connectivity(QUALITY), network.quality);
    }
    publish_addresses(live, &network);
}

/* ---- Connectivity Statistics ----------------------------------------------------------------- */

static void publish_count(struct client_live *live, uint16_t resource, uint64_t value)
{
    publish(live, loom_path_resource(STATISTICS, 0, resource), (int64_t)value);
}

static void publish_statistics(struct client_live *live)
{
    const struct loom_coap_traffic *counted = &live->counted;
    uint64_t messages = counted->sent + counted->received;
    uint64_t bytes = counted->sent_bytes + counted->received_bytes;
    publish_count(live, SMS_SENT, 0);
    publish_count(live, SMS_RECEIVED, 0);
    publish_count(live, DATA_SENT, counted->sent_bytes / 1000u);
    publish_count(live, DATA_RECEIVED, counted->received_bytes / 1000u);
    publish_count(live, LARGEST_MESSAGE, counted->largest);
    publish_count(live, MEAN_MESSAGE, messages == 0 ? 0 : bytes / messages);
}

static void count(struct client_live *live)
{
    struct loom_coap_traffic passed = live->traffic;
    memset(&live->traffic, 0, sizeof live->traffic);
    if (!live->counting) {
        return;
    }
    live->counted.sent += passed.sent;
    live->counted.sent_bytes += passed.sent_bytes;
    live->counted.received += passed.received;
    live->counted.received_bytes += passed.received_bytes;
    if (passed.largest > live->counted.largest) {
        live->counted.largest = passed.largest;
    }
    live->counting = live->port->now(live->port->self) < live->count_until;
}

static void look_at_statistics(struct client_live *live)
{
    if (has(live, STATISTICS)) {
        count(live);
        publish_statistics(live);
    }
}

static void start_counting(struct client_live *live)
{
    int64_t period = 0;
    count(live);
    memset(&live->counted, 0, sizeof live->counted);
    (void)loom_get_integer(live->model, loom_path_resource(STATISTICS, 0, PERIOD), &period);
    live->counting = true;
    live->count_until = UINT64_MAX;
    if (period > 0 && period < INT64_MAX / 2000) {
        live->count_until = live->port->now(live->port->self) + (uint64_t)period * 1000u;
    }
    publish_statistics(live);
}

static void stop_counting(struct client_live *live)
{
    count(live);
    live->counting = false;
    publish_statistics(live);
}

/* ---- all of it ------------------------------------------------------------------------------- */

void client_live_look(struct client_live *live)
{
    look_at_clock(live);
    look_at_battery(live);
    look_at_storage(live);
    look_at_network(live);
    look_at_statistics(live);
}

uint64_t client_live_deadline(const struct client_live *live)
{
    return live->counting ? live->count_until : UINT64_MAX;
}

void client_live_start(struct client_live *live, struct loom_model *model,
                       const struct loom_port *port, const char *storage)
{
    char zone[ZONE_SIZE];
    char offset[CLIENT_UTC_OFFSET_SIZE];
    *live = (struct client_live){.model = model,
                                 .port = port,
                                 .storage = storage,
                                 .battery_level = -1,
                                 .battery_status = -1};
    if (client_machine_utc_offset(device_time(live), offset)) {
        loom_set_text(model, device(UTC_OFFSET), offset);
    }
    if (client_machine_timezone(zone, sizeof zone)) {
        loom_set_text(model, device(TIMEZONE), zone);
    }
    find_errors(live);
    client_live_look(live);
}

void client_live_executed(struct client_live *live, const struct loom_path *path)
{
    uint16_t object = path->id[LOOM_OBJECT_ID];
    uint16_t resource = path->id[LOOM_RESOURCE_ID];
    if (object == DEVICE && resource == RESET_ERROR_CODE) {
        reset_errors(live);
    } else if (object == STATISTICS && resource == START) {
        start_counting(live);
    } else if (object == STATISTICS && resource == STOP) {
        stop_counting(live);
    }
}

/* A server or the console has set it: from now on it runs that far ahead. */
static void take_clock(struct client_live *live)
{
    int64_t machine = live->port->unix_time(live->port->self);
    int64_t time;
    if (machine != 0 && loom_get_time(live->model, device(CURRENT_TIME), &time) == LOOM_OK &&
        time > -TIME_LIMIT && time < TIME_LIMIT) {
        live->clock_ahead = time - machine;
    }
}

void client_live_changed(struct client_live *live, const struct loom_at *at,
                         enum loom_change change)
{
    uint16_t object = at->path.id[LOOM_OBJECT_ID];
    uint16_t resource = at->path.id[LOOM_RESOURCE_ID];
    if (change != LOOM_CHANGE_VALUE || at->path.depth < 3 || live->model == NULL) {
        return;
    }
    if (object == DEVICE && resource == CURRENT_TIME && !live->telling_time) {
        take_clock(live);
    } else if (object == LOCATION && resource != TIMESTAMP && at->origin == LOOM_ORIGIN_PRODUCT) {
        loom_set_time(live->model, loom_path_resource(LOCATION, 0, TIMESTAMP), device_time(live));
    }
}
