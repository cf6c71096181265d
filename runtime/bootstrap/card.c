/* SPDX-License-Identifier: Apache-2.0 */
/* What a smartcard holds, as a bootstrap in one piece (rules E.4). */
#include "bootstrap/pack.h"

#include "bootstrap/transaction.h"
#include "codec/number.h"
#include "codec/text.h"
#include "context/context.h"

/* The first object of a card's file (rules E-30, E-31); moves `rest` behind it. */
static enum loom_status next_object(struct loom_bytes *rest, uint16_t *object,
                                    struct loom_bytes *values)
{
    size_t head = 2;
    if (rest->length < 3) {
        return LOOM_BAD_REQUEST;
    }
    head += rest->data[2] == 0 ? 1 : 2; /* the version: one byte 00, or two */
    if (rest->length < head + 2) {
        return LOOM_BAD_REQUEST;
    }
    *object = (uint16_t)loom_big_endian(rest->data, 2);
    values->length = (size_t)loom_big_endian(rest->data + head, 2);
    values->data = rest->data + head + 2;
    if (values->length > rest->length - head - 2) {
        return LOOM_BAD_REQUEST;
    }
    rest->data = values->data + values->length;
    rest->length -= head + 2 + values->length;
    return LOOM_OK;
}

static enum loom_status stage_card(struct loom_bootstrap *bootstrap, struct loom_bytes file)
{
    if (file.length < 4 || loom_big_endian(file.data + 2, 2) != file.length - 4) {
        return LOOM_BAD_REQUEST; /* rule E-32 */
    }
    unsigned count = (unsigned)loom_big_endian(file.data, 2);
    struct loom_bytes rest = {file.data + 4, file.length - 4};
    for (unsigned i = 0; i < count; i++) {
        uint16_t object;
        struct loom_bytes values;
        enum loom_status status = next_object(&rest, &object, &values);
        if (status == LOOM_OK) {
            status =
                loom_pack_replace(bootstrap, LOOM_FORMAT_TLV, loom_path_object(object), values);
        }
        if (status != LOOM_OK) {
            return status;
        }
    }
    return count > 0 && rest.length == 0 ? LOOM_OK : LOOM_BAD_REQUEST;
}

static void apply(struct loom_bootstrap *bootstrap, enum loom_status status, struct loom_bytes file)
{
    struct loom_fault fault = {.reason = LOOM_REASON_CARD_UNREADABLE};
    if (status == LOOM_OK) {
        loom_transaction_begin(bootstrap);
        status = stage_card(bootstrap, file);
        fault.reason = LOOM_REASON_CARD_CONTENT;
    }
    if (status == LOOM_OK) {
        fault.reason = LOOM_REASON_NONE;
        status = loom_transaction_finish(bootstrap, LOOM_BOOTSTRAP_FROM_CARD, &fault);
    }
    loom_transaction_drop(bootstrap);
    loom_fault_report(bootstrap, LOOM_EVENT_SMARTCARD, (uint8_t)status, &fault);
}

const struct loom_smartcard_feature loom_feature_smartcard = {.apply = apply};
