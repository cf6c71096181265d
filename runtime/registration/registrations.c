/* SPDX-License-Identifier: Apache-2.0 */
/* Which registrations a client has: one for each Server Account (rule A-1). */
#include "registration/registration.h"

#include <string.h>

static void forget(struct loom_client *client)
{
    for (unsigned i = 0; i < client->config.registration_room; i++) {
        struct loom_registration *registration = &client->config.registrations[i];
        loom_client_close(client, &registration->session);
        memset(registration, 0, sizeof *registration);
        registration->deadline = LOOM_NEVER;
    }
}

void loom_registration_restart(struct loom_client *client)
{
    const struct loom_model *model = client->config.model;
    struct loom_registration *registration = client->config.registrations;
    unsigned left = client->config.registration_room;
    uint16_t instance = 0;
    forget(client);
    for (; left > 0 && loom_model_next_instance(model, LOOM_SERVER, &instance); instance++) {
        uint64_t ssid = loom_account_ssid(model, instance);
        uint16_t security = loom_account_security(model, ssid);
        if (ssid < LOOM_SSID_MIN || ssid > LOOM_SSID_MAX || security == LOOM_ID_NONE) {
            continue;
        }
        registration->client = client;
        registration->ssid = (uint16_t)ssid;
        registration->server_instance = instance;
        registration->security_instance = security;
        registration->lwm2m = client->config.lwm2m;
        loom_registration_take(registration, LOOM_REGISTRATION_START); /* the next step registers */
        registration++;
        left--;
    }
    client->review_wanted = registration == client->config.registrations;
    client->remember_wanted = true; /* none has worked yet since the bootstrap (rule B-51) */
}

bool loom_registration_calls_for_bootstrap(const struct loom_client *client)
{
    bool any = false;
    bool wanted = false;
    for (unsigned i = 0; i < client->config.registration_room; i++) {
        const struct loom_registration *registration = &client->config.registrations[i];
        if (!loom_registration_used(registration)) {
            continue;
        }
        any = true;
        if (loom_registration_blocked(registration)) {
            continue; /* will not even try: as good as failed, but with no wish of its own */
        }
        if (registration->state != LOOM_REGISTRATION_FAILED && !registration->given_up) {
            return false;
        }
        wanted = wanted ||
                 loom_resource_true(client->config.model,
                                    loom_path_resource(LOOM_SERVER, registration->server_instance,
                                                       LOOM_SERVER_BOOTSTRAP_ON_FAILURE),
                                    true); /* rules B-53, B-56 */
    }
    return !any || wanted;
}

void loom_registration_retry_failed(struct loom_client *client)
{
    for (unsigned i = 0; i < client->config.registration_room; i++) {
        struct loom_registration *registration = &client->config.registrations[i];
        if (loom_registration_used(registration)) {
            loom_registration_take(registration, LOOM_REGISTRATION_AGAIN);
        }
    }
}
