/* SPDX-License-Identifier: Apache-2.0 */
/* C-106: the power is lost, or the memory fails, at each single step of an update: in each write to
 * the medium of the record, and in each call of the firmware port. What is left is always lawful,
 * and a server that goes on by what it sees gets its update installed. */
#include "flash.h"
#include "loom/record.h"

#include <criterion/criterion.h>
#include <string.h>

enum { IDLE, DOWNLOADING, DOWNLOADED, UPDATING };

enum { IMAGE = 5000, SLOT = 512, ROUNDS = 60 };

/* What becomes of the step at which it happens. */
enum fate {
    LOST,    /* the power is gone before it */
    TORN,    /* in the middle of it */
    LAST,    /* right behind it */
    FAILING, /* it fails, and the power stays */
    WORN,    /* the medium fails from there on, for a while */
    FATES
};

/* Steps of it that fail. */
#define WORN_FOR 24u

static struct {
    unsigned steps;
    unsigned chosen; /* the one at which it happens; 0: none */
    enum fate fate;
    bool off; /* nothing outlives what is done now */
} power;

static struct {
    uint8_t bytes[SLOT];
    size_t used;
} slots[LOOM_SLOT_COUNT];

static struct {
    uint8_t image[IMAGE];
    uint32_t end;
    bool there;
    uint8_t installed[IMAGE];
    bool is_new;  /* what is installed, until somebody has been told */
    bool restart; /* the device is about to */
    unsigned installs;
} disk;

static struct world *world;
static struct loom_firmware firmware;
static struct loom_store under;
static struct loom_store records;
static struct shelf shelf;
static uint8_t image[IMAGE];

/* @return how much of so much is done: nothing, a half, or all. Sets `failed` if the step is to say
 * that it could not */
static size_t step(size_t all, bool *failed)
{
    *failed = power.off;
    if (power.off) {
        return 0;
    }
    if (++power.steps != power.chosen || power.fate == WORN) {
        return all;
    }
    power.off = power.fate != FAILING;
    *failed = power.fate != LAST;
    return power.fate == LAST ? all : power.fate == TORN ? all / 2 : 0;
}

/* ---- the medium of the record ---- */

static size_t step_of_medium(size_t all, bool *failed)
{
    size_t done = step(all, failed);
    bool worn = power.fate == WORN && power.chosen > 0 && power.steps >= power.chosen &&
                power.steps < power.chosen + WORN_FOR;
    *failed = *failed || worn;
    return worn ? 0 : done;
}

static enum loom_status read_slot(void *self, unsigned slot, size_t offset, void *data,
                                  size_t length, size_t *got)
{
    (void)self;
    size_t left = offset < slots[slot].used ? slots[slot].used - offset : 0;
    *got = length < left ? length : left;
    memcpy(data, slots[slot].bytes + offset, *got);
    return LOOM_OK;
}

static enum loom_status erase_slot(void *self, unsigned slot)
{
    bool failed;
    size_t used = slots[slot].used;
    size_t gone = step_of_medium(used, &failed);
    (void)self;
    slots[slot].used = used - gone;
    return failed ? LOOM_UNAVAILABLE : LOOM_OK;
}

static enum loom_status write_slot(void *self, unsigned slot, size_t offset, const void *data,
                                   size_t length)
{
    bool failed;
    size_t written = step_of_medium(length, &failed);
    (void)self;
    cr_assert_leq(offset + length, SLOT);
    if (written > 0) {
        memcpy(slots[slot].bytes + offset, data, written);
        slots[slot].used = offset + written;
    }
    return failed ? LOOM_UNAVAILABLE : LOOM_OK;
}

static enum loom_status sync_slot(void *self, unsigned slot)
{
    bool failed;
    (void)self;
    (void)slot;
    step_of_medium(0, &failed);
    return failed ? LOOM_UNAVAILABLE : LOOM_OK;
}

static const struct loom_medium medium = {.slot_size = SLOT,
                                          .read = read_slot,
                                          .erase = erase_slot,
                                          .write = write_slot,
                                          .sync = sync_slot};

static enum loom_status save(void *self, enum loom_record record, const void *data, size_t length)
{
    const struct loom_store *store = record == LOOM_RECORD_FIRMWARE ? &records : &under;
    return store->save(store == &records ? records.self : self, record, data, length);
}

static enum loom_status load(void *self, enum loom_record record, void *data, size_t room,
                             size_t *length, bool *previous)
{
    const struct loom_store *store = record == LOOM_RECORD_FIRMWARE ? &records : &under;
    return store->load(store == &records ? records.self : self, record, data, room, length,
                       previous);
}

/* ---- the firmware port ---- */

static enum loom_firmware_result ended(bool failed)
{
    return failed ? LOOM_FIRMWARE_RESULT_FAILED : LOOM_FIRMWARE_RESULT_INITIAL;
}

static enum loom_firmware_result open_image(void *self, uint32_t offset, uint32_t size)
{
    bool failed;
    (void)self;
    (void)size;
    if (offset > disk.end || (offset > 0 && !disk.there)) {
        return LOOM_FIRMWARE_RESULT_FAILED;
    }
    if (step(1, &failed) > 0) {
        disk.there = true;
        disk.end = offset;
    }
    return ended(failed);
}

static enum loom_firmware_result write_image(void *self, uint32_t offset, const uint8_t *data,
                                             size_t length)
{
    bool failed;
    (void)self;
    cr_assert(power.off || offset <= disk.end, "a gap in the image");
    cr_assert_leq(offset + length, sizeof disk.image);
    size_t written = step(length, &failed);
    if (written > 0) {
        memcpy(disk.image + offset, data, written);
        disk.end = offset + (uint32_t)written;
    }
    return ended(failed);
}

static bool is_whole(void)
{
    return disk.there && disk.end == IMAGE && memcmp(disk.image, image, IMAGE) == 0;
}

static enum loom_firmware_result verify_image(void *self, uint32_t size)
{
    bool failed;
    (void)self;
    step(0, &failed);
    return failed                        ? LOOM_FIRMWARE_RESULT_FAILED
           : size == IMAGE && is_whole() ? LOOM_FIRMWARE_RESULT_INITIAL
                                         : LOOM_FIRMWARE_RESULT_INTEGRITY;
}

static enum loom_firmware_result apply_image(void *self)
{
    bool failed;
    (void)self;
    cr_assert(power.off || is_whole(), "half an image");
    if (step(2, &failed) == 2) { /* the boot loader does all of it, or nothing */
        memcpy(disk.installed, disk.image, IMAGE);
        disk.is_new = true;
        disk.installs++;
    }
    disk.restart = !failed;
    return failed ? LOOM_FIRMWARE_RESULT_FAILED : LOOM_FIRMWARE_UNDER_WAY;
}

static void abort_image(void *self)
{
    bool failed;
    uint32_t end = disk.end;
    (void)self;
    disk.end -= (uint32_t)step(end, &failed);
    if (!failed) {
        disk.there = false;
        disk.is_new = false;
    }
}

static const struct loom_firmware_port port = {.open = open_image,
                                               .write = write_image,
                                               .verify = verify_image,
                                               .apply = apply_image,
                                               .abort = abort_image};

/* ---- the world ---- */

static void begin(unsigned chosen, enum fate fate)
{
    memset(&power, 0, sizeof power);
    memset(slots, 0, sizeof slots);
    memset(&disk, 0, sizeof disk);
    world = world_create(LOOM_LWM2M_1_1);
    under = world->store;
    loom_record_store(&records, &medium);
    world->store.save = save;
    world->store.load = load;
    for (size_t i = 0; i < sizeof image; i++) {
        image[i] = (uint8_t)(i * 31 + i / 251 + 1);
    }
    shelf_init(&shelf, world->net, "files:5683");
    shelf.image = image;
    shelf.length = sizeof image;
    memset(&firmware, 0, sizeof firmware);
    firmware.port = &port;
    firmware.keep_every = 1024;
    world->client.context.config.firmware = &firmware;
    loom_loopback_set_side(world->host, &loom_client_stream_side);
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
    power.chosen = chosen;
    power.fate = fate;
}

static void reboot(void)
{
    if (firmware.session != NULL) {
        world->port.close(world->port.self, firmware.session);
    }
    power.off = false;
    disk.restart = false;
    firmware.applied = (uint8_t)(disk.is_new  ? LOOM_FIRMWARE_RESULT_SUCCESS
                                 : disk.there ? LOOM_FIRMWARE_RESULT_INITIAL
                                              : LOOM_FIRMWARE_RESULT_FAILED);
    world->client.context.config.firmware = &firmware;
    world_reboot(world, 5);
    world_run(world, 1);
    peer_find(&world->server);
}

static int64_t number(uint16_t resource)
{
    int64_t value = -1;
    loom_get_integer(&world->model, loom_path_resource(5, 0, resource), &value);
    return value;
}

static bool is_installed(void)
{
    return memcmp(disk.installed, image, IMAGE) == 0;
}

/* Of the results of an update that nobody has cancelled, in a memory that fails or does not. */
static void expect_lawful(void)
{
    static const uint8_t none[IMAGE];
    int64_t state = number(3);
    int64_t result = number(5);
    bool failing = power.fate == FAILING || power.fate == WORN;
    bool lawful = state == IDLE ? result == 0 || result == 1 || result == 4 ||
                                      (result == 8 && failing) || (result == 3 && failing)
                  : state == DOWNLOADED
                      ? result == 0 || result == 8
                      : (state == DOWNLOADING || state == UPDATING) && result == 0;
    cr_assert(lawful, "step %u, fate %d: State %d, Update Result %d", power.chosen, power.fate,
              (int)state, (int)result);
    cr_assert(state != DOWNLOADED || is_whole(), "step %u, fate %d: an image that is not whole",
              power.chosen, power.fate);
    cr_assert(result != 1 || is_installed(), "step %u, fate %d: nothing is installed", power.chosen,
              power.fate);
    cr_assert(is_installed() || memcmp(disk.installed, none, IMAGE) == 0, "half an image");
}

/* What a server does that looks at State and Update Result alone. @return false: it is content */
static bool manage(bool pushes)
{
    switch (number(3)) {
    case IDLE:
        if (number(5) == 1) {
            return false;
        }
        if (pushes) {
            peer_request(world, &world->server, LOOM_PUT, "/5/0/0", LOOM_FORMAT_OPAQUE, image,
                         sizeof image);
        } else {
            peer_put(world, &world->server, "/5/0/1", "coap://files:5683/image");
        }
        break;
    case DOWNLOADED:
        peer_post(world, &world->server, "/5/0/2", "");
        break;
    default:
        world_run(world, 30);
        break;
    }
    world_run(world, 1);
    return true;
}

/* @return the steps that there were */
static unsigned update(unsigned chosen, enum fate fate, bool pushes)
{
    unsigned rounds = 0;
    bool more = true;
    begin(chosen, fate);
    while (more) {
        cr_assert_lt(rounds++, ROUNDS,
                     "step %u, fate %d: it does not end: State %d, Update Result %d", chosen, fate,
                     (int)number(3), (int)number(5));
        more = manage(pushes);
        if (power.off || disk.restart) {
            reboot();
        }
        expect_lawful();
    }
    cr_assert(is_installed());
    cr_assert_eq(disk.installs, 1, "step %u, fate %d: installed %u times", chosen, fate,
                 disk.installs);
    reboot();
    cr_assert(fate == WORN || (number(3) == IDLE && number(5) == 1),
              "step %u, fate %d: it is forgotten", chosen, fate);
    world_destroy(world);
    return power.steps;
}

static void update_at_each_step(bool pushes)
{
    unsigned steps = update(0, LOST, pushes);
    cr_assert_gt(steps, 30u, "there is nothing to lose");
    for (unsigned chosen = 1; chosen <= steps; chosen++) {
        for (enum fate fate = LOST; fate < FATES; fate++) {
            update(chosen, fate, pushes);
        }
    }
}

TestSuite(firmware_power, .timeout = 120);

/* C-106, C-99: pulled, with the place recorded after each piece. */
Test(firmware_power, a_pull_outlives_it_at_each_step)
{
    update_at_each_step(false);
}

/* C-106, C-99: pushed. */
Test(firmware_power, a_push_outlives_it_at_each_step)
{
    update_at_each_step(true);
}
