/* SPDX-License-Identifier: Apache-2.0 */
/* What servers have attached, over a reboot: records as they lie in the room for attributes, since
 * who reads them is the device that wrote them. Those of observations end with these. */
#include "accounts/accounts.h"
#include "loom/ids.h"
#include "reporting/observation.h"

static void put(const struct loom_context *context, struct loom_output *out)
{
    loom_attributes_put_levels(&context->attributes, out);
}

static bool are_whole(struct loom_bytes records)
{
    struct loom_attribute_place place;
    size_t length = 1;
    for (size_t at = 0; at < records.length && length > 0; at += length) {
        length = loom_attributes_check_level(records.data + at, records.length - at, &place);
    }
    return length > 0;
}

/* Those of a server without an account are left out (rule C-70), and those for which there is no
 * room any more. */
static bool take(struct loom_context *context, struct loom_bytes records)
{
    struct loom_attribute_place place;
    size_t length;
    if (!are_whole(records)) {
        return false;
    }
    for (size_t at = 0; at < records.length; at += length) {
        const uint8_t *record = records.data + at;
        length = loom_attributes_check_level(record, records.length - at, &place);
        if (loom_account_security(context->config.model, place.ssid) != LOOM_ID_NONE) {
            (void)loom_attributes_take_level(&context->attributes, record);
        }
    }
    return true;
}

const struct loom_remembered_attributes_feature loom_feature_remembered_attributes = {.put = put,
                                                                                      .take = take};
