/* SPDX-License-Identifier: Apache-2.0 */
/* A client on the port over libcoap, and in the same thread a server on a plain socket, which reads
 * /3/0/0 as text so many times. One thread, so that every run goes the same way.
 *
 * usage: port REPEATS */
#define _POSIX_C_SOURCE 200809L

#include "loom/client.h"
#include "loom/port_coap.h"

#include "mark.h"
#include "loom_objects.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define TURN_MS 1000u
/* Reads before those that are measured: the port then remembers all the requests that it can. */
#define FIRST_READS (2u * LOOM_COAP_REPEATS_MAX)

static struct loom_client client;
static struct loom_registration registration;
static uint8_t locations[64]; /* of a server that answers `rd` and a number or a UUID */
static struct loom_model model;
static struct loom_bench_data data;
static struct loom_bench_staging staging;
static uint8_t buffer[512];
static struct loom_port port;

static struct {
    int socket;
    struct sockaddr_in client;
    uint8_t message[1500];
    size_t length;
} server;

/* Gives the loop its turns until the server has a message. */
static bool receive(struct loom_coap_port *coap)
{
    for (;;) {
        socklen_t size = sizeof server.client;
        ssize_t length = recvfrom(server.socket, server.message, sizeof server.message,
                                  MSG_DONTWAIT, (struct sockaddr *)&server.client, &size);
        if (length >= 0) {
            server.length = (size_t)length;
            return true;
        }
        loom_client_step(&client);
        if (loom_coap_step(coap, TURN_MS, NULL, 0) != LOOM_OK) {
            return false;
        }
    }
}

static bool send_message(const uint8_t *message, size_t length)
{
    return sendto(server.socket, message, length, 0, (struct sockaddr *)&server.client,
                  sizeof server.client) == (ssize_t)length;
}

/* Answers a Register 2.01 with the location /rd/a. */
static bool accept_register(void)
{
    static const uint8_t location[] = {0x82, 'r', 'd', 0x01, 'a'};
    uint8_t token = server.message[0] & 0x0f;
    uint8_t reply[4 + 8 + sizeof location] = {(uint8_t)(0x60 | token), 0x41, server.message[2],
                                              server.message[3]};

    memcpy(reply + 4, server.message + 4, token);
    memcpy(reply + 4 + token, location, sizeof location);
    return send_message(reply, 4u + token + sizeof location);
}

/* CON GET /3/0/0 with a token of four bytes and Accept 0. */
static bool read_manufacturer(struct loom_coap_port *coap, unsigned number)
{
    uint8_t id[2] = {(uint8_t)(number >> 8), (uint8_t)number};
    uint8_t request[] = {0x44, 0x01, id[0], id[1], 'b',  'e', id[0], id[1],
                         0xb1, '3',  0x01,  '0',   0x01, '0', 0x60};

    return send_message(request, sizeof request) && receive(coap) && server.length > 8 &&
           server.message[0] == 0x64 && server.message[1] == LOOM_CONTENT &&
           memcmp(server.message + 4, request + 4, 4) == 0;
}

static bool open_server(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    char uri[64];
    uint16_t instance = 0;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server.socket = socket(AF_INET, SOCK_DGRAM, 0);
    if (server.socket < 0 || bind(server.socket, (struct sockaddr *)&address, size) != 0 ||
        getsockname(server.socket, (struct sockaddr *)&address, &size) != 0) {
        return false;
    }
    snprintf(uri, sizeof uri, "coap://127.0.0.1:%u", (unsigned)ntohs(address.sin_port));
    loom_model_init(&model, &loom_bench, &data, NULL, NULL);
    loom_device_set_manufacturer(&model, 0, "Loom");
    return loom_model_create(&model, 1, &instance) == LOOM_OK &&
           loom_set_integer(&model, loom_path_resource(1, 0, 0), 1) == LOOM_OK &&
           loom_set_integer(&model, loom_path_resource(1, 0, 1), 86400) == LOOM_OK &&
           loom_set_text(&model, loom_path_resource(1, 0, 7), "U") == LOOM_OK &&
           loom_set_text(&model, loom_path_resource(0, 0, 0), uri) == LOOM_OK &&
           loom_set_boolean(&model, loom_path_resource(0, 0, 1), false) == LOOM_OK &&
           loom_set_integer(&model, loom_path_resource(0, 0, 10), 1) == LOOM_OK;
}

static struct loom_coap_port *start(void)
{
    struct loom_coap_config config = {0};
    struct loom_coap_port *coap = loom_coap_create(&config, &loom_client_side, &client, &port);
    struct loom_client_config client_config = {.endpoint = "urn:dev:os:bench-1",
                                               .lwm2m = LOOM_LWM2M_1_1,
                                               .model = &model,
                                               .staging = &staging,
                                               .registrations = &registration,
                                               .registration_room = 1,
                                               .locations = locations,
                                               .location_size = sizeof locations,
                                               .buffer = buffer,
                                               .buffer_size = sizeof buffer,
                                               .port = &port};

    if (coap != NULL && loom_client_start(&client, &client_config) != LOOM_OK) {
        loom_coap_destroy(coap);
        coap = NULL;
    }
    return coap;
}

int main(int count, char **arguments)
{
    unsigned repeats = count == 2 ? (unsigned)strtoul(arguments[1], NULL, 10) : 0;
    struct loom_coap_port *coap = open_server() ? start() : NULL;
    bool good = coap != NULL && receive(coap) && accept_register();
    unsigned number = 0;

    while (good && number < FIRST_READS) {
        good = read_manufacturer(coap, number++);
    }
    host_mark();
    while (good && number < FIRST_READS + repeats) {
        good = read_manufacturer(coap, number++);
    }
    host_mark();
    puts("read_3_0_0_text");
    loom_coap_destroy(coap);
    if (!good) {
        fprintf(stderr, "port: the read did not come to an answer\n");
        return 1;
    }
    return 0;
}
