/* SPDX-License-Identifier: Apache-2.0 */
/* A whole bootstrap in one piece: the Bootstrap-Pack of LwM2M 1.2 (rules A-100 .. A-103) and what a
 * smartcard holds (rules E.4). */
#include "client/internal.h"

#include "codec/number.h"
#include "model/payload.h"

/* Each object that is named is replaced as a whole; the Bootstrap-Server Account and /3/0 stay
 * (rule A-101). A refused payload leaves the staged model in pieces, so the caller drops it. */
static enum loom_status replace_objects(struct loom_client *client,
                                        const struct loom_payload *payload)
{
    static const struct loom_write_rules rules = {
        .replace = true, .create = true, .complete = true};
    struct loom_model *staged = &client->bootstrap.staged;
    unsigned position = 0;
    uint16_t object;
    while (loom_payload_object(payload, &position, &object)) {
        loom_bootstrap_clear(client, object);
    }
    enum loom_status status = loom_bootstrap_make_way(client, payload);
    if (status == LOOM_OK) {
        status = loom_payload_write(staged, payload, &rules);
    }
    loom_client_wipe(client); /* a decoded key may stand there */
    return status;
}

static struct loom_payload payload_of(const struct loom_client *client, uint16_t format,
                                      struct loom_path path, struct loom_bytes bytes)
{
    const struct loom_format *const *formats = client->config.model->product->formats;
    struct loom_payload payload = {.format = loom_format_find(formats, format, &path),
                                   .path = path,
                                   .bytes = bytes,
                                   .scratch = client->config.buffer,
                                   .scratch_size = client->config.buffer_size};
    return payload;
}

/* ---- Bootstrap-Pack -------------------------------------------------------------------------- */

static enum loom_status apply_pack(struct loom_client *client, const struct loom_response *response,
                                   struct loom_event *event)
{
    struct loom_payload payload =
        payload_of(client, response->content_format, loom_path_root(), response->payload);
    if (response->content_format != LOOM_FORMAT_SENML_CBOR ||
        replace_objects(client, &payload) != LOOM_OK) {
        event->text = loom_text_of("the pack cannot be read, or does not fit the objects");
        return LOOM_BAD_REQUEST;
    }
    return loom_transaction_finish(client, LOOM_BOOTSTRAP_FROM_SERVER, event);
}

void loom_bootstrap_pack(struct loom_client *client, const struct loom_response *response,
                         enum loom_failure failure)
{
    struct loom_event event = loom_client_event(client, LOOM_EVENT_BOOTSTRAP_PACK);
    enum loom_status status = LOOM_UNAVAILABLE;
    event.code = response->code;
    event.failure = failure;
    if (response->code == LOOM_CONTENT) {
        status = apply_pack(client, response, &event);
    }
    loom_client_emit(client, &event);
    if (status == LOOM_OK) {
        loom_bootstrap_take(client, LOOM_BOOTSTRAP_COMPLETE);
        return;
    }
    /* Whatever went wrong, the way that every bootstrap server knows comes next. */
    client->bootstrap.pack_refused = true;
    loom_bootstrap_take(client, LOOM_BOOTSTRAP_NO_PACK);
}

/* ---- smartcard ------------------------------------------------------------------------------- */

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

static enum loom_status stage_card(struct loom_client *client, struct loom_bytes file)
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
            struct loom_payload payload =
                payload_of(client, LOOM_FORMAT_TLV, loom_path_object(object), values);
            status = replace_objects(client, &payload);
        }
        if (status != LOOM_OK) {
            return status;
        }
    }
    return count > 0 && rest.length == 0 ? LOOM_OK : LOOM_BAD_REQUEST;
}

void loom_client_smartcard(struct loom_client *client, enum loom_status status, const void *data,
                           size_t length)
{
    struct loom_event event = loom_client_event(client, LOOM_EVENT_SMARTCARD);
    struct loom_bytes file = {data, length};
    if (client->bootstrap.state != LOOM_BOOTSTRAP_CARD) {
        return; /* too late: the sequence has gone on without it */
    }
    event.code = (uint8_t)status;
    event.text = loom_text_of("the card cannot be read");
    if (status == LOOM_OK) {
        loom_transaction_begin(client);
        status = stage_card(client, file);
        event.code = (uint8_t)status;
        event.text = loom_text_of("the card's file is damaged, or does not fit the objects");
    }
    if (status == LOOM_OK) {
        event.text = loom_text_of("");
        event.code = (uint8_t)loom_transaction_finish(client, LOOM_BOOTSTRAP_FROM_CARD, &event);
    }
    loom_transaction_drop(client);
    loom_client_emit(client, &event);
    loom_bootstrap_take(client, LOOM_BOOTSTRAP_CARD_DONE);
}
