/* SPDX-License-Identifier: Apache-2.0 */
/* A device whose product has a stream: usage: depot-device URI FILE. It registers at the server as
 * `depot`, and what is written to /32003/0/0 goes to the file, piece by piece. */
#include "loom/account.h"
#include "loom/client.h"
#include "loom/port_coap.h"
#include "loom_objects.h"

#include <stdio.h>
#include <stdlib.h>

enum { KILOBYTE = 1024, SSID = 101 };

static struct loom_objects_data data;
static struct loom_objects_staging staging;
static struct loom_registration registrations[1];
static uint8_t locations[LOOM_LOCATION_SIZE];
static uint8_t buffer[KILOBYTE];
static struct loom_client client;
static struct loom_model model;
static const char *file_name;
static FILE *file;
static uint32_t received; /* bytes of the transfer that is under way */

/* A transfer begins with offset 0, whatever became of the one before. */
static enum loom_status begin(void)
{
    if (file != NULL) {
        (void)fclose(file);
    }
    file = fopen(file_name, "wb");
    received = 0;
    return file == NULL ? LOOM_INTERNAL_ERROR : LOOM_OK;
}

enum loom_status loom_depot_write_file(const struct loom_at *at,
                                       const struct loom_written_piece *piece)
{
    int64_t limit = 0;
    enum loom_status status = piece->offset == 0          ? begin()
                              : piece->offset == received ? LOOM_OK
                                                          : LOOM_BAD_REQUEST;
    (void)loom_depot_get_limit(at->model, 0, &limit);
    if (status == LOOM_OK && piece->offset + piece->bytes.length > (uint64_t)limit) {
        status = LOOM_NOT_ACCEPTABLE;
    }
    if (status != LOOM_OK) {
        return status;
    }
    received += (uint32_t)piece->bytes.length;
    if (fwrite(piece->bytes.data, 1, piece->bytes.length, file) != piece->bytes.length) {
        return LOOM_INTERNAL_ERROR;
    }
    if (!piece->more) {
        (void)fclose(file);
        file = NULL;
        (void)printf("{\"event\":\"stored\",\"bytes\":%u}\n", (unsigned)received);
        (void)fflush(stdout);
    }
    return LOOM_OK;
}

enum loom_status loom_depot_read_file(const struct loom_at *at, struct loom_read_piece *piece)
{
    FILE *from = fopen(file_name, "rb");
    (void)at;
    if (from == NULL) {
        return LOOM_NOT_FOUND;
    }
    (void)fseek(from, 0, SEEK_END);
    piece->total = (uint32_t)ftell(from);
    (void)fseek(from, (long)piece->offset, SEEK_SET);
    piece->length = fread(piece->data, 1, piece->room, from);
    (void)fclose(from);
    return LOOM_OK;
}

static void on_event(void *user, const struct loom_event *event)
{
    (void)user;
    (void)printf("{\"event\":\"%s\",\"code\":%u}\n", loom_event_name(event->type),
                 (unsigned)event->code);
    (void)fflush(stdout);
}

int main(int argc, char **argv)
{
    struct loom_coap_config coap_config = {.payload_max = KILOBYTE};
    struct loom_port port;
    struct loom_coap_port *coap;
    struct loom_client_config config = {.endpoint = "depot",
                                        .lwm2m = LOOM_LWM2M_1_1,
                                        .model = &model,
                                        .staging = &staging,
                                        .registrations = registrations,
                                        .registration_room = 1,
                                        .locations = locations,
                                        .location_size = LOOM_LOCATION_SIZE,
                                        .buffer = buffer,
                                        .buffer_size = sizeof buffer,
                                        .port = &port,
                                        .event = on_event};
    if (argc != 3) {
        return EXIT_FAILURE;
    }
    file_name = argv[2];
    coap = loom_coap_create(&coap_config, &loom_client_stream_side, &client, &port);
    if (coap == NULL) {
        return EXIT_FAILURE;
    }
    loom_model_init(&model, &loom_objects, &data, NULL, NULL);
    if (loom_model_add_account(
            &model, &(struct loom_model_account){.uri = argv[1], .ssid = SSID}) != LOOM_OK ||
        loom_client_start(&client, &config) != LOOM_OK) {
        return EXIT_FAILURE;
    }
    while (loom_coap_wait(coap, loom_client_step(&client), NULL, 0) == LOOM_OK) {
    }
    return EXIT_FAILURE;
}
