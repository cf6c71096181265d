/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of the Firmware Update outlives a restart, as one record. Numbers are big endian:
 *
 *   0  version of this form
 *   1  state, of those of a download the one in which it goes on
 *   2  Update Result
 *   3  Severity
 *   4  flags
 *   5  Short Server ID (2)
 *   7  bytes of the image that are stored (4)
 *   11 bytes of the image (4), 0: not known
 *   15 ETag (4)
 *   19 Maximum Defer Period (4)
 *   23 seconds left of a deferral (4), 0: it has no end
 *   27 when it ends, seconds since 1970 (8), 0: not known
 *   35 length of the Package URI, and the URI
 *
 * A push begins anew after a restart, so how far it has come is nothing to be stored. Of a pull it
 * is, now and then: flash wears.
 */
#include "firmware/firmware.h"

#include "codec/number.h"

#include <string.h>

#define FORM_VERSION 1u
#define KEEP_EVERY   16384u

enum {
    AT_STATE = 1,
    AT_RESULT = 2,
    AT_SEVERITY = 3,
    AT_FLAGS = 4,
    AT_SSID = 5,
    AT_WRITTEN = 7,
    AT_SIZE = 11,
    AT_ETAG = 15,
    AT_PERIOD = 19,
    AT_LEFT = 23,
    AT_END = 27,
    AT_LENGTH = 35,
    HEAD_SIZE = 36
};

enum { FLAG_AUTOMATIC = 1, FLAG_PERIOD = 2 };

static bool is_fetching(uint8_t state)
{
    return state == LOOM_FIRMWARE_ASKING || state == LOOM_FIRMWARE_FETCHING ||
           state == LOOM_FIRMWARE_STORING;
}

static uint64_t terms_of(const struct loom_firmware_wishes *wishes)
{
    return (uint64_t)wishes->period << 16 | (uint64_t)wishes->severity << 8 |
           (wishes->automatic ? FLAG_AUTOMATIC : 0u) | (wishes->has_period ? FLAG_PERIOD : 0u);
}

/* What does not change by itself as time passes. @return its digest */
static uint32_t put_head(const struct loom_firmware *firmware,
                         const struct loom_firmware_wishes *wishes, uint8_t *record)
{
    memset(record, 0, HEAD_SIZE);
    record[0] = FORM_VERSION;
    record[AT_STATE] = is_fetching(firmware->state) ? LOOM_FIRMWARE_ASKING : firmware->state;
    record[AT_RESULT] = firmware->result;
    record[AT_SEVERITY] = wishes->severity;
    record[AT_FLAGS] = (uint8_t)((wishes->automatic ? FLAG_AUTOMATIC : 0u) |
                                 (wishes->has_period ? FLAG_PERIOD : 0u));
    loom_big_endian_put(record + AT_SSID, firmware->ssid, 2);
    loom_big_endian_put(record + AT_SIZE, firmware->size, 4);
    loom_big_endian_put(record + AT_ETAG, firmware->etag, 4);
    loom_big_endian_put(record + AT_PERIOD, wishes->period, 4);
    record[AT_LENGTH] = firmware->uri_length;
    memcpy(record + HEAD_SIZE, firmware->uri, firmware->uri_length);
    return loom_digest(LOOM_DIGEST_BEGIN, record, HEAD_SIZE + (size_t)firmware->uri_length);
}

static void put_rest(const struct loom_firmware *firmware, uint8_t *record)
{
    loom_big_endian_put(record + AT_WRITTEN, firmware->written, 4);
    if (firmware->state == LOOM_FIRMWARE_DEFERRED && firmware->deadline != LOOM_NEVER) {
        uint32_t left = loom_context_seconds(firmware->context, firmware->deadline);
        loom_big_endian_put(record + AT_LEFT, left == 0 ? 1 : left, 4);
        loom_big_endian_put(record + AT_END, loom_stored_end(firmware->context, left), 8);
    }
}

static bool has_come_far(const struct loom_firmware *firmware)
{
    uint32_t every = firmware->keep_every == 0 ? KEEP_EVERY : firmware->keep_every;
    return is_fetching(firmware->state) &&
           (firmware->written < firmware->kept || firmware->written - firmware->kept >= every);
}

bool loom_firmware_keep(struct loom_firmware *firmware)
{
    const struct loom_store *store = firmware->context->config.store;
    uint8_t record[HEAD_SIZE + LOOM_FIRMWARE_URI_MAX];
    struct loom_firmware_wishes wishes = loom_firmware_wishes(firmware);
    size_t length = HEAD_SIZE + (size_t)firmware->uri_length;
    if (store == NULL) {
        return true;
    }
    uint32_t digest = put_head(firmware, &wishes, record);
    if (digest == firmware->recorded && !has_come_far(firmware)) {
        return true;
    }
    put_rest(firmware, record);
    firmware->terms = terms_of(&wishes);
    enum loom_status status = store->save(store->self, LOOM_RECORD_FIRMWARE, record, length);
    if (status != LOOM_OK) {
        loom_stored_failed(firmware->context, status, LOOM_REASON_FIRMWARE_NOT_STORED);
        return false;
    }
    firmware->recorded = digest;
    firmware->kept = firmware->written;
    return true;
}

void loom_firmware_keep_terms(struct loom_firmware *firmware)
{
    struct loom_firmware_wishes wishes = loom_firmware_wishes(firmware);
    if (terms_of(&wishes) != firmware->terms) {
        firmware->terms = terms_of(&wishes);
        loom_firmware_keep(firmware);
    }
}

static bool is_record(const uint8_t *record, size_t length)
{
    return length >= HEAD_SIZE && record[0] == FORM_VERSION &&
           length == HEAD_SIZE + (size_t)record[AT_LENGTH] &&
           record[AT_STATE] < LOOM_FIRMWARE_STATE_COUNT &&
           !(record[AT_STATE] == LOOM_FIRMWARE_FETCHING ||
             record[AT_STATE] == LOOM_FIRMWARE_STORING) &&
           record[AT_RESULT] <= LOOM_FIRMWARE_RESULT_DEFERRED;
}

static void get_record(struct loom_firmware *firmware, const uint8_t *record)
{
    struct loom_context *context = firmware->context;
    struct loom_firmware_wishes wishes = {.severity = record[AT_SEVERITY],
                                          .automatic = (record[AT_FLAGS] & FLAG_AUTOMATIC) != 0,
                                          .has_period = (record[AT_FLAGS] & FLAG_PERIOD) != 0,
                                          .period =
                                              (uint32_t)loom_big_endian(record + AT_PERIOD, 4)};
    uint32_t left = (uint32_t)loom_big_endian(record + AT_LEFT, 4);
    firmware->state = record[AT_STATE];
    firmware->result = record[AT_RESULT];
    firmware->ssid = (uint16_t)loom_big_endian(record + AT_SSID, 2);
    firmware->written = (uint32_t)loom_big_endian(record + AT_WRITTEN, 4);
    firmware->size = (uint32_t)loom_big_endian(record + AT_SIZE, 4);
    firmware->etag = (uint32_t)loom_big_endian(record + AT_ETAG, 4);
    firmware->uri_length = record[AT_LENGTH];
    memcpy(firmware->uri, record + HEAD_SIZE, firmware->uri_length);
    if (firmware->state == LOOM_FIRMWARE_ASKING && firmware->etag == 0) {
        firmware->written = 0; /* nobody could tell whether the rest is of the same image */
    }
    if (left != 0) {
        left = loom_stored_left(context, left, loom_big_endian(record + AT_END, 8));
        firmware->deadline = loom_context_after(context, left);
    }
    firmware->kept = firmware->written;
    loom_firmware_restore_wishes(firmware, &wishes);
}

bool loom_firmware_recall(struct loom_firmware *firmware)
{
    const struct loom_store *store = firmware->context->config.store;
    uint8_t record[HEAD_SIZE + LOOM_FIRMWARE_URI_MAX];
    size_t length = 0;
    bool previous = false;
    if (store == NULL) {
        return false;
    }
    enum loom_status status =
        store->load(store->self, LOOM_RECORD_FIRMWARE, record, sizeof record, &length, &previous);
    if (status == LOOM_NOT_FOUND) {
        return false;
    }
    if (status != LOOM_OK || !is_record(record, length)) {
        loom_stored_failed(firmware->context, status == LOOM_OK ? LOOM_BAD_REQUEST : status,
                           LOOM_REASON_FIRMWARE_UNREADABLE);
        return false;
    }
    get_record(firmware, record);
    if (previous) { /* is stored anew */
        loom_stored_recovered(firmware->context, LOOM_REASON_FIRMWARE_PREVIOUS);
    } else {
        struct loom_firmware_wishes wishes = loom_firmware_wishes(firmware);
        firmware->terms = terms_of(&wishes);
        firmware->recorded = put_head(firmware, &wishes, record);
    }
    return true;
}
