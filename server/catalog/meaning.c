/* SPDX-License-Identifier: Apache-2.0 */
#include "catalog/meaning.h"

#include "loom/ids.h"

enum { MEANINGS_MAX = 12 };

static const struct {
    uint16_t object;
    uint16_t resource;
    const char *meanings[MEANINGS_MAX]; /* of 0, 1 and so on */
} rows[] = {
    {LOOM_ID_FIRMWARE_UPDATE,
     LOOM_ID_FIRMWARE_UPDATE_STATE,
     {"Idle", "Downloading", "Downloaded", "Updating"}},
    {LOOM_ID_FIRMWARE_UPDATE,
     LOOM_ID_FIRMWARE_UPDATE_UPDATE_RESULT,
     {"Initial value", "Firmware updated successfully", "Not enough flash memory",
      "Out of memory during the download", "Connection lost during the download",
      "Integrity check failed", "Unsupported package type", "Invalid URI", "Firmware update failed",
      "Unsupported protocol", "Firmware update cancelled", "Firmware update deferred"}},
    {LOOM_ID_FIRMWARE_UPDATE,
     LOOM_ID_FIRMWARE_UPDATE_FIRMWARE_UPDATE_PROTOCOL_SUPPORT,
     {"CoAP", "CoAPS", "HTTP", "HTTPS", "CoAP over TCP", "CoAP over TLS"}},
    {LOOM_ID_FIRMWARE_UPDATE,
     LOOM_ID_FIRMWARE_UPDATE_FIRMWARE_UPDATE_DELIVERY_METHOD,
     {"Pull only", "Push only", "Both"}},
    {LOOM_ID_FIRMWARE_UPDATE,
     LOOM_ID_FIRMWARE_UPDATE_SEVERITY,
     {"Critical", "Mandatory", "Optional"}},
};

/* @return false: it is no whole number, or too large for a list */
static bool read_number(const struct loom_value *value, int64_t *number)
{
    if (value->type == LOOM_INTEGER) {
        *number = value->as.integer;
        return true;
    }
    if (value->type == LOOM_UNSIGNED && value->as.unsigned_integer <= INT64_MAX) {
        *number = (int64_t)value->as.unsigned_integer;
        return true;
    }
    return false;
}

static const char *named(const struct loom_catalog_entry *entry, int64_t number)
{
    const struct loom_catalog_named *item = NULL;
    if (entry != NULL && entry->texts != NULL) {
        item = entry->texts->values;
    }
    while (item != NULL && item->name != NULL && item->value != number) {
        item++;
    }
    return item == NULL ? NULL : item->name;
}

const char *loom_catalog_meaning(const struct loom_catalog_entry *entry,
                                 const struct loom_path *path, const struct loom_value *value)
{
    int64_t number;
    if (path->depth <= LOOM_RESOURCE_ID || !read_number(value, &number)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].object == path->id[LOOM_OBJECT_ID] &&
            rows[i].resource == path->id[LOOM_RESOURCE_ID]) {
            return number >= 0 && number < MEANINGS_MAX ? rows[i].meanings[number] : NULL;
        }
    }
    return named(entry, number);
}
