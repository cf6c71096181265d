/* SPDX-License-Identifier: Apache-2.0 */
/* What clients send by themselves: Send, `POST /dp` (rule C-34). */
#include "management/clients.h"

#include "loom/codec.h"

#include <stdlib.h>
#include <string.h>

/* A bit for each object that there may be. */
struct objects {
    uint8_t bits[(LOOM_ID_NONE + 1) / 8];
};

static void note_objects(struct objects *objects, const struct loom_dm_client *client)
{
    memset(objects, 0, sizeof *objects);
    for (size_t i = 0; i < client->object_count; i++) {
        uint16_t object = client->objects[i].object;
        objects->bits[object / 8] |= (uint8_t)(1u << object % 8);
    }
}

static bool has_object(const struct objects *objects, uint16_t object)
{
    return (objects->bits[object / 8] & 1u << object % 8) != 0;
}

/* SenML, or LwM2M CBOR from 1.2 on; no other one. */
static const struct loom_format *find_format(uint16_t number)
{
    switch (number) {
    case LOOM_FORMAT_SENML_JSON:
        return &loom_format_senml_json;
    case LOOM_FORMAT_SENML_CBOR:
        return &loom_format_senml_cbor;
    case LOOM_FORMAT_LWM2M_CBOR:
        return &loom_format_lwm2m_cbor;
    default:
        return NULL;
    }
}

/* Reads all of it: a payload with an error somewhere has not been received. */
static enum loom_dm_reason check_values(struct loom_decoder *decoder,
                                        const struct loom_dm_client *client)
{
    struct objects objects;
    struct loom_item item;
    enum loom_status status;
    enum loom_dm_reason reason = LOOM_DM_NO_REASON;
    bool any = false;
    note_objects(&objects, client);
    while ((status = loom_decode_next(decoder, &item)) == LOOM_OK) {
        any = any || item.path.depth >= 3;
        if (!has_object(&objects, item.path.id[LOOM_OBJECT_ID])) {
            reason = LOOM_DM_UNKNOWN_OBJECT;
        }
    }
    return status != LOOM_END || !any ? LOOM_DM_BAD_PAYLOAD : reason;
}

static enum loom_dm_reason check(const struct loom_dm_client *client,
                                 const struct loom_request *request)
{
    struct loom_path root = loom_path_root();
    const struct loom_format *format = find_format(request->content_format);
    if (format == NULL) {
        return LOOM_DM_UNSUPPORTED_FORMAT;
    }
    size_t scratch_size = request->payload.length + 1;
    uint8_t *scratch = malloc(scratch_size);
    struct loom_decoder decoder;
    enum loom_dm_reason reason = LOOM_DM_NO_MEMORY;
    if (scratch != NULL) {
        bool begun = loom_decode_begin(&decoder, format, &root, LOOM_DECODE_TIMES, request->payload,
                                       scratch, scratch_size) == LOOM_OK;
        reason = begun ? check_values(&decoder, client) : LOOM_DM_BAD_PAYLOAD;
    }
    free(scratch);
    return reason;
}

enum loom_dm_reason loom_dm_receive(struct loom_management_server *server,
                                    struct loom_dm_entry *entry, const struct loom_request *request)
{
    if (entry == NULL) {
        return LOOM_DM_NOT_REGISTERED;
    }
    enum loom_dm_reason reason = check(loom_dm_client_of(entry), request);
    if (reason == LOOM_DM_NO_REASON) {
        loom_dm_heard(server, entry);
        struct loom_dm_event event = loom_dm_event_of(server, entry, LOOM_DM_RECEIVED);
        event.code = LOOM_CHANGED;
        event.content_format = request->content_format;
        event.payload = request->payload;
        loom_dm_tell(server, &event);
    }
    return reason;
}
