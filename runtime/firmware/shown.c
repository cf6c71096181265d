/* SPDX-License-Identifier: Apache-2.0 */
/* What servers see of the Firmware Update, and what they want of it. */
#include "accounts/accounts.h"
#include "firmware/firmware.h"
#include "model/node.h"

#include <string.h>

/* State, 5/x/3, and its name for people. */
static const struct {
    uint8_t state;
    const char *name;
} shown[LOOM_FIRMWARE_STATE_COUNT] = {
    [LOOM_FIRMWARE_IDLE] = {0, "idle"},
    [LOOM_FIRMWARE_RECEIVING] = {1, "downloading"},
    [LOOM_FIRMWARE_ASKING] = {1, "downloading"},
    [LOOM_FIRMWARE_FETCHING] = {1, "downloading"},
    [LOOM_FIRMWARE_STORING] = {1, "downloading"},
    [LOOM_FIRMWARE_VERIFYING] = {1, "verifying"},
    [LOOM_FIRMWARE_DOWNLOADED] = {2, "downloaded"},
    [LOOM_FIRMWARE_DEFERRED] = {2, "deferred"},
    [LOOM_FIRMWARE_UPDATING] = {3, "updating"},
};

const char *loom_firmware_state_name(const struct loom_firmware *firmware)
{
    return shown[firmware->state].name;
}

static struct loom_path path_of(uint16_t resource)
{
    return loom_path_resource(LOOM_ID_FIRMWARE_UPDATE, 0, resource);
}

/* What the product lacks is not written; nor is what is so already, so that nobody is told of it.
 */
static bool put(const struct loom_firmware *firmware, struct loom_path path,
                const struct loom_value *value)
{
    struct loom_model *model = firmware->context->config.model;
    struct loom_value now;
    if (loom_model_read(model, &path, &now) == LOOM_OK &&
        (value->type == LOOM_UNSIGNED  ? now.as.unsigned_integer == value->as.unsigned_integer
         : value->type == LOOM_BOOLEAN ? now.as.boolean == value->as.boolean
                                       : now.as.integer == value->as.integer)) {
        return false;
    }
    enum loom_origin origin = (enum loom_origin)model->origin;
    uint16_t ssid = model->ssid;
    loom_model_act_for(model, LOOM_ORIGIN_CLIENT, 0);
    bool put = loom_model_write(model, &path, value) == LOOM_OK;
    loom_model_act_for(model, origin, ssid);
    return put;
}

static bool put_integer(const struct loom_firmware *firmware, struct loom_path path, int64_t number)
{
    const struct loom_value value = {.type = LOOM_INTEGER, .as.integer = number};
    return put(firmware, path, &value);
}

/* Rule C-102: the time is written before the State. */
static void note_time(const struct loom_firmware *firmware)
{
    const struct loom_value value = {
        .type = LOOM_TIME, .as.integer = (int64_t)loom_context_unix_time(firmware->context)};
    if (value.as.integer > 0) {
        put(firmware, path_of(LOOM_ID_FIRMWARE_UPDATE_LAST_STATE_CHANGE_TIME), &value);
    }
}

bool loom_firmware_show(struct loom_firmware *firmware)
{
    struct loom_path state = path_of(LOOM_ID_FIRMWARE_UPDATE_STATE);
    struct loom_value now;
    bool differs = loom_model_read(firmware->context->config.model, &state, &now) == LOOM_OK &&
                   now.as.integer != shown[firmware->state].state;
    if (differs) {
        note_time(firmware);
    }
    put_integer(firmware, state, shown[firmware->state].state);
    put_integer(firmware, path_of(LOOM_ID_FIRMWARE_UPDATE_UPDATE_RESULT), firmware->result);
    enum loom_firmware_state told =
        firmware->state == LOOM_FIRMWARE_FETCHING || firmware->state == LOOM_FIRMWARE_STORING
            ? LOOM_FIRMWARE_ASKING
            : (enum loom_firmware_state)firmware->state;
    uint8_t tell = (uint8_t)((unsigned)told << 4 | firmware->result);
    bool changed = tell != firmware->told;
    firmware->told = tell;
    return changed;
}

/* ---- what the device can -----------------------------------------------------------------------
 */

static bool has_coaps(const struct loom_firmware *firmware)
{
    static const char uri[] = "coaps://localhost";
    static const uint8_t byte[] = {1};
    const struct loom_port *port = firmware->context->config.port;
    struct loom_credentials credentials = {.uri = {uri, sizeof uri - 1},
                                           .mode = LOOM_SECURITY_PSK,
                                           .as.psk = {{byte, sizeof byte}, {byte, sizeof byte}}};
    return port->supports == NULL || port->supports(port->self, &credentials);
}

/* Rule C-103. */
void loom_firmware_show_abilities(const struct loom_firmware *firmware)
{
    enum { PULL, PUSH, BOTH };
    struct loom_path protocol = path_of(LOOM_ID_FIRMWARE_UPDATE_FIRMWARE_UPDATE_PROTOCOL_SUPPORT);
    protocol.depth = 4; /* instance 0 is CoAP, instance 1 CoAPS */
    if (!firmware->no_pull) {
        put_integer(firmware, protocol, 0);
        if (has_coaps(firmware)) {
            protocol.id[LOOM_RESOURCE_INSTANCE_ID] = 1;
            put_integer(firmware, protocol, 1);
        }
    }
    put_integer(firmware, path_of(LOOM_ID_FIRMWARE_UPDATE_FIRMWARE_UPDATE_DELIVERY_METHOD),
                firmware->no_push   ? PULL
                : firmware->no_pull ? PUSH
                                    : BOTH);
}

/* ---- what servers want -------------------------------------------------------------------------
 */

/* Version 1.0 has neither results beyond 9 nor any way to put an update off. */
static bool has_deferral(const struct loom_model *model)
{
    const struct loom_product_object *entry = loom_model_object(model, LOOM_ID_FIRMWARE_UPDATE);
    return entry != NULL && (entry->object->version_major > 1 || entry->object->version_minor > 0);
}

struct loom_firmware_wishes loom_firmware_wishes(const struct loom_firmware *firmware)
{
    enum { MANDATORY = 1 };
    const struct loom_model *model = firmware->context->config.model;
    struct loom_path period = loom_key_path(LOOM_KEY(FIRMWARE_UPDATE, MAXIMUM_DEFER_PERIOD), 0);
    struct loom_firmware_wishes wishes = {
        .severity =
            (uint8_t)loom_number_at(model, LOOM_KEY(FIRMWARE_UPDATE, SEVERITY), 0, MANDATORY),
        .automatic = loom_number_at(model, LOOM_KEY(FIRMWARE_UPDATE, AUTOMATIC_UPGRADE_AT_DOWNLOAD),
                                    0, 0) != 0,
        .may_defer = has_deferral(model),
        .has_period = loom_model_exists(model, &period) == LOOM_OK,
        .period =
            loom_number_at(model, LOOM_KEY(FIRMWARE_UPDATE, MAXIMUM_DEFER_PERIOD), 0, UINT32_MAX)};
    return wishes;
}

void loom_firmware_restore_wishes(const struct loom_firmware *firmware,
                                  const struct loom_firmware_wishes *wishes)
{
    const struct loom_value period = {.type = LOOM_UNSIGNED, .as.unsigned_integer = wishes->period};
    const struct loom_value automatic = {.type = LOOM_BOOLEAN, .as.boolean = wishes->automatic};
    put_integer(firmware, path_of(LOOM_ID_FIRMWARE_UPDATE_SEVERITY), wishes->severity);
    if (wishes->has_period) {
        put(firmware, path_of(LOOM_ID_FIRMWARE_UPDATE_MAXIMUM_DEFER_PERIOD), &period);
    }
    if (wishes->automatic) {
        put(firmware, path_of(LOOM_ID_FIRMWARE_UPDATE_AUTOMATIC_UPGRADE_AT_DOWNLOAD), &automatic);
    }
}
