/* SPDX-License-Identifier: Apache-2.0 */
#include "image.h"

#include "loom_objects.h"

enum { SERVERS = LOOM_BENCH_REGISTRATION_ROOM, LOCATION = 64 };

void product_configure(struct loom_client_config *config)
{
    static struct loom_registration registrations[SERVERS];
    static uint8_t locations[SERVERS * LOCATION];
    static struct loom_observation observations[16];
    static uint8_t attributes[256];
    config->registrations = registrations;
    config->registration_room = SERVERS;
    config->locations = locations;
    config->location_size = LOCATION;
    config->observations = observations;
    config->observation_room = sizeof observations / sizeof observations[0];
    config->attributes = attributes;
    config->attribute_size = sizeof attributes;
}

void product_turn(struct loom_client *client)
{
    (void)client;
}
