/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a registration, and what the resources of its account say to it. */
#include "registration/server_object.h"

#include "accounts/accounts.h"
#include "accounts/cursor.h"
#include "codec/text.h"
#include "context/context.h"

#include <string.h>

#define DEFAULT_LIFETIME 86400u /* where 1/x/1 cannot be read, or no server would take it */

/* ---- the registration ------------------------------------------------------------------------ */

struct loom_registration *loom_registration_next(const struct loom_context *context,
                                                 struct loom_registration *after)
{
    const struct loom_client_config *config = &context->config;
    struct loom_registration *at = config->registrations;
    if (after != NULL) {
        const struct loom_registration *end = at + config->registration_room;
        at = after + 1;
        if (at == end) {
            return NULL;
        }
    }
    return loom_registration_used(at) ? at : NULL;
}

bool loom_registration_serves(const struct loom_registration *registration)
{
    return registration->state == LOOM_REGISTRATION_REGISTERED ||
           registration->state == LOOM_REGISTRATION_UPDATING;
}

bool loom_registration_stands(const struct loom_registration *registration)
{
    return loom_registration_serves(registration) ||
           registration->state == LOOM_REGISTRATION_ASLEEP;
}

/* ---- resources ------------------------------------------------------------------------------- */

static uint32_t key_of(uint16_t resource)
{
    return (uint32_t)LOOM_ID_SERVER << 16 | resource;
}

uint32_t loom_server_resource(const struct loom_registration *registration, uint16_t resource,
                              uint32_t otherwise)
{
    return loom_number_at(registration->context->config.model, key_of(resource),
                          registration->server_instance, otherwise);
}

bool loom_server_flag(const struct loom_registration *registration, uint16_t resource,
                      bool otherwise)
{
    return loom_server_resource(registration, resource, otherwise ? 1 : 0) != 0;
}

static struct loom_text text_of(const struct loom_registration *registration, uint16_t resource)
{
    return loom_text_at(registration->context->config.model, key_of(resource),
                        registration->server_instance);
}

static bool has_letter(struct loom_text letters, char letter)
{
    return letters.length > 0 && memchr(letters.data, letter, letters.length) != NULL;
}

uint32_t loom_server_lifetime(const struct loom_registration *registration)
{
    struct loom_cursor at;
    struct loom_value value;
    bool read = loom_cursor_open(&at, registration->context->config.model, LOOM_ID_SERVER,
                                 registration->server_instance) &&
                loom_cursor_read(&at, LOOM_ID_SERVER_LIFETIME, &value) &&
                value.type == LOOM_INTEGER && loom_server_is_time(value.as.integer);
    return read ? (uint32_t)value.as.integer : DEFAULT_LIFETIME;
}

/* ---- transports ------------------------------------------------------------------------------ */

struct loom_text loom_server_binding(const struct loom_registration *registration)
{
    bool own = registration->lwm2m == LOOM_LWM2M_1_0; /* rule B-4; else B-5 */
    struct loom_text binding = loom_text_at(registration->context->config.model,
                                            own ? LOOM_KEY(SERVER, BINDING)
                                                : LOOM_KEY(DEVICE, SUPPORTED_BINDING_AND_MODES),
                                            own ? registration->server_instance : 0);
    return binding.length == 0 ? loom_text_of("U") : binding;
}

/* Without the server's knowledge a device that sleeps is one that is lost, so 1.0, whose `b` is
 * 1/x/7 and nothing else (rule B-4), sleeps where 1/x/7 says so. */
static bool is_wanted(const struct loom_registration *registration)
{
    if (registration->lwm2m == LOOM_LWM2M_1_0) {
        return has_letter(text_of(registration, LOOM_ID_SERVER_BINDING), 'Q');
    }
    return registration->context->config.queue_mode;
}

const struct loom_queue_mode_feature loom_feature_queue_mode = {.is_wanted = is_wanted};

bool loom_server_in_queue_mode(const struct loom_registration *registration)
{
    const struct loom_queue_mode_feature *feature =
        loom_context_features(registration->context)->queue_mode;
    return feature != NULL && feature->is_wanted(registration);
}

static bool port_has(const struct loom_registration *registration, char transport)
{
    const char *transports = registration->context->config.port->transports;
    return has_letter(loom_text_of(transports == NULL ? "U" : transports), transport);
}

/*
 * The one place that chooses a transport: what an Update Trigger named wins, then 1/x/22 if the
 * port has it (rule B-26), else 0: the scheme of the account's URI, 0/x/0, decides.
 *
 * A port whose only transport is UDP is never told any other letter than U, so all that is left of
 * the choice is that 1/x/22 must not keep the device from its server by naming what it has not.
 */
static char choose(const struct loom_registration *registration)
{
    struct loom_text preferred = text_of(registration, LOOM_ID_SERVER_PREFERRED_TRANSPORT);
    if (registration->transport != 0) {
        return registration->transport;
    }
    return preferred.length == 1 && port_has(registration, preferred.data[0]) ? preferred.data[0]
                                                                              : (char)0;
}

/* `0='U'` and nothing else. */
static bool read_transport(struct loom_text arguments, char *transport)
{
    bool well =
        arguments.length == 5 && memcmp(arguments.data, "0='", 3) == 0 && arguments.data[4] == '\'';
    if (well) {
        *transport = arguments.data[3];
    }
    return well;
}

static enum loom_status trigger(struct loom_registration *registration, struct loom_text arguments)
{
    char transport;
    /* Rule B-26: U is always taken to be listed. */
    if (!read_transport(arguments, &transport) || !port_has(registration, transport) ||
        (transport != 'U' &&
         !has_letter(text_of(registration, LOOM_ID_SERVER_BINDING), transport))) {
        return LOOM_BAD_REQUEST;
    }
    char before = choose(registration);
    registration->transport = transport;
    if (transport == (before == 0 ? 'U' : before)) {
        loom_registration_wish(registration, LOOM_REGISTRATION_WISH_UPDATE);
    } else {
        /* A new session, and with it a Register (rule B-17). */
        loom_registration_wish(registration, LOOM_REGISTRATION_WISH_MOVE);
    }
    return LOOM_OK;
}

const struct loom_transports_feature loom_feature_transports = {.choose = choose,
                                                                .trigger = trigger};
