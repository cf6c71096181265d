/* SPDX-License-Identifier: Apache-2.0 */
/* What a smartcard holds, as a bootstrap in one piece (rules E.4). */
#include "bootstrap/pack.h"

#include "bootstrap/transaction.h"
#include "context/context.h"

/* Numbers have two bytes. */
static uint16_t number_at(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

/* Stages the first object of a card's file (rules E-30, E-31), and moves `rest` behind it. */
static enum loom_status stage_object(struct loom_bootstrap *bootstrap, struct loom_bytes *rest)
{
    if (rest->length < 3) {
        return LOOM_BAD_REQUEST;
    }
    size_t head = rest->data[2] == 0 ? 5 : 6; /* the version: one byte 00, or two */
    if (rest->length < head) {
        return LOOM_BAD_REQUEST;
    }
    struct loom_path path = loom_path_object(number_at(rest->data));
    struct loom_bytes values = {rest->data + head, number_at(rest->data + head - 2)};
    if (values.length > rest->length - head) {
        return LOOM_BAD_REQUEST;
    }
    rest->data += head + values.length;
    rest->length -= head + values.length;
    return loom_pack_replace(bootstrap, LOOM_FORMAT_TLV, &path, values);
}

static enum loom_status stage_card(struct loom_bootstrap *bootstrap, struct loom_bytes file)
{
    if (file.length < 4 || number_at(file.data + 2) != file.length - 4) {
        return LOOM_BAD_REQUEST; /* rule E-32 */
    }
    struct loom_bytes rest = {file.data + 4, file.length - 4};
    enum loom_status status = LOOM_OK;
    unsigned count = number_at(file.data);
    for (unsigned i = 0; status == LOOM_OK && i < count; i++) {
        status = stage_object(bootstrap, &rest);
    }
    bool whole = count > 0 && rest.length == 0;
    return status == LOOM_OK && !whole ? LOOM_BAD_REQUEST : status;
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
