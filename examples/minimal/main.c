/* SPDX-License-Identifier: Apache-2.0 */
/* A complete device: a valve that registers with a server. usage: valve URI */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "loom/account.h"
#include "loom/client.h"
#include "loom/port_coap.h"
#include "loom/port_print.h"
#include "loom_objects.h"

/* The key of this device. A product keeps it in protected memory, or gets it in a bootstrap. */
static const uint8_t key[] = {0x8b, 0x3c, 0x50, 0xd9, 0x27, 0xe1, 0xf4, 0x6a,
                              0xa0, 0x95, 0x6d, 0x1e, 0xc2, 0xb8, 0x74, 0x3f};

/* All the memory that the client uses. */
static struct loom_model model;
static struct loom_client client;
static struct loom_objects_data data;
static struct loom_objects_staging staging;
static struct loom_registration registrations[LOOM_OBJECTS_REGISTRATION_ROOM];
static uint8_t locations[LOOM_OBJECTS_REGISTRATION_ROOM * LOOM_LOCATION_SIZE];
static struct loom_observation observations[4];
static uint8_t attributes[128];
static uint8_t buffer[LOOM_OBJECTS_BUFFER_SIZE];

/* Executes the resource Close. */
enum loom_status loom_valve_execute_close(const struct loom_at *at, struct loom_text arguments)
{
    (void)arguments;
    return loom_valve_set_opening(at->model, 0, 0);
}

int main(int argc, char **argv)
{
    struct loom_coap_config coap_config = {0};
    struct loom_port port;
    struct loom_client_config config = {.endpoint = "valve-1",
                                        .lwm2m = LOOM_LWM2M_1_1,
                                        .model = &model,
                                        .staging = &staging,
                                        .registrations = registrations,
                                        .registration_room = LOOM_OBJECTS_REGISTRATION_ROOM,
                                        .locations = locations,
                                        .location_size = LOOM_LOCATION_SIZE,
                                        .observations = observations,
                                        .observation_room = 4,
                                        .attributes = attributes,
                                        .attribute_size = sizeof attributes,
                                        .buffer = buffer,
                                        .buffer_size = sizeof buffer,
                                        .port = &port,
                                        .event = loom_event_print,
                                        .user = stdout};
    struct loom_model_account account = {
        .uri = argc == 2 ? argv[1] : "", .identity = "valve-1", .key = {key, sizeof key}};
    struct loom_coap_port *coap = loom_coap_create(&coap_config, &loom_client_side, &client, &port);
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};

    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    if (coap == NULL || loom_model_add_account(&model, &account) != LOOM_OK ||
        loom_client_start(&client, &config) != LOOM_OK) {
        return EXIT_FAILURE;
    }
    for (uint64_t deadline = loom_client_step(&client); !loom_client_stopped(&client);
         deadline = loom_client_step(&client)) {
        if (loom_coap_wait(coap, deadline, &input, 1) != LOOM_OK) {
            return EXIT_FAILURE;
        }
        if (input.revents != 0) { /* Enter ends the program */
            input.fd = -1;
            loom_client_stop(&client);
        }
    }
    loom_coap_destroy(coap);
    return EXIT_SUCCESS;
}
