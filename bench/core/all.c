/* SPDX-License-Identifier: Apache-2.0 */
/* Flash that is written through registers, so that the compiler knows nothing of what is in it. */
#include "image.h"

#include "loom/record.h"

static volatile struct {
    uint32_t slot;
    uint32_t offset;
    uint32_t length;
    uint8_t byte;
    uint8_t status;
    uint8_t card_read;
} flash;

static enum loom_status status(unsigned slot)
{
    flash.slot = slot;
    return flash.status == 0 ? LOOM_OK : LOOM_UNAVAILABLE;
}

static enum loom_status flash_read(void *self, unsigned slot, size_t offset, void *data,
                                   size_t length, size_t *got)
{
    uint8_t *bytes = data;
    (void)self;
    flash.offset = (uint32_t)offset;
    for (size_t i = 0; i < length; i++) {
        bytes[i] = flash.byte;
    }
    *got = flash.length;
    return status(slot);
}

static enum loom_status flash_erase(void *self, unsigned slot)
{
    (void)self;
    return status(slot);
}

static enum loom_status flash_write(void *self, unsigned slot, size_t offset, const void *data,
                                    size_t length)
{
    const uint8_t *bytes = data;
    (void)self;
    flash.offset = (uint32_t)offset;
    for (size_t i = 0; i < length; i++) {
        flash.byte = bytes[i];
    }
    return status(slot);
}

static enum loom_status flash_sync(void *self, unsigned slot)
{
    (void)self;
    return status(slot);
}

static const struct loom_medium medium = {.slot_size = 2048,
                                          .read = flash_read,
                                          .erase = flash_erase,
                                          .write = flash_write,
                                          .sync = flash_sync};

static enum loom_status card_read(void *self)
{
    (void)self;
    return status(0);
}

static const struct loom_smartcard card = {.read = card_read};

void product_configure(struct loom_client_config *config)
{
    static struct loom_store store;
    loom_record_store(&store, &medium);
    config->store = &store;
    config->smartcard = &card;
    config->bootstrap_pack = true;
    config->queue_mode = true;
    config->profile_id = "oma:bench";
}

void product_turn(struct loom_client *client)
{
    static uint8_t file[64];
    if (flash.card_read != 0) {
        flash_read(NULL, 0, 0, file, sizeof file, &(size_t){0});
        loom_client_smartcard(client, status(0), file, flash.length);
    }
}
