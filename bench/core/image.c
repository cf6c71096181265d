/* SPDX-License-Identifier: Apache-2.0 */
/* A product for a Cortex-M4 whose port is nothing but registers: what comes in is not known before
 * the device runs, so the linker keeps all that a device needs, and nothing of a real port is
 * counted. The image is linked and looked at, never run. */
#include "image.h"

#include "loom_objects.h"

enum { NOTHING, REQUEST, RESPONSE, LOST, STOP };

/* Each read of it may give another value. */
static volatile struct {
    uint32_t happened;
    uint32_t now;
    uint32_t time;
    uint32_t sent;
    uint32_t number;
    double celsius;
    struct loom_session *session;
    void *owner;
    uint8_t bytes[64];
} port_registers;

/* RAM for one server: core.py adds up these five by name. */
static struct loom_client client;
static struct loom_registration registration;
static uint8_t locations[64]; /* of a server that answers `rd` and a number or a UUID */
static struct loom_bench_data data;
static struct loom_bench_staging staging;
static uint8_t buffer[512];

static struct loom_model model;

static uint64_t port_now(void *self)
{
    (void)self;
    return port_registers.now;
}

static int64_t port_unix_time(void *self)
{
    (void)self;
    return port_registers.time;
}

static uint32_t port_random(void *self)
{
    (void)self;
    return port_registers.number;
}

static enum loom_status port_open(void *self, const struct loom_credentials *credentials,
                                  void *owner, struct loom_session **session)
{
    (void)self;
    port_registers.sent = credentials->uri.length;
    port_registers.owner = owner;
    *session = port_registers.session;
    return LOOM_OK;
}

static void port_close(void *self, struct loom_session *session)
{
    (void)self;
    port_registers.session = session;
}

static enum loom_status port_request(void *self, struct loom_session *session,
                                     const struct loom_request *request, uint32_t exchange)
{
    (void)self;
    port_registers.session = session;
    port_registers.sent = exchange + (uint32_t)request->payload.length;
    return LOOM_OK;
}

static void port_peer(void *self, const struct loom_session *session, struct loom_peer *peer)
{
    (void)self;
    (void)session;
    peer->secure = port_registers.number != 0;
}

static const struct loom_port port = {.now = port_now,
                                      .unix_time = port_unix_time,
                                      .random = port_random,
                                      .open = port_open,
                                      .close = port_close,
                                      .request = port_request,
                                      .peer = port_peer};

static void on_event(void *user, const struct loom_event *event)
{
    (void)user;
    port_registers.sent = event->type;
}

/* Bytes that came in, wherever they are wanted. */
static struct loom_text incoming(void)
{
    static char text[64];
    struct loom_text result = {text, port_registers.number};
    for (size_t i = 0; i < sizeof text; i++) {
        text[i] = (char)port_registers.bytes[i];
    }
    return result;
}

static void take_request(void)
{
    struct loom_request request = {.method = (enum loom_method)port_registers.number};
    struct loom_reply reply = {0};
    struct loom_text payload = incoming();
    static uint8_t answer[256];

    request.path_count = (uint8_t)port_registers.number;
    request.query_count = (uint8_t)port_registers.number;
    for (unsigned i = 0; i < LOOM_SEGMENTS_MAX; i++) {
        request.path[i] = incoming();
        request.query[i] = incoming();
    }
    request.content_format = (uint16_t)port_registers.number;
    request.accept = (uint16_t)port_registers.number;
    request.payload.data = (const uint8_t *)payload.data;
    request.payload.length = payload.length;
    reply.payload = answer;
    reply.room = sizeof answer;
    loom_client_side.request(&client, port_registers.owner, port_registers.session, &request,
                             &reply);
    port_registers.sent = reply.code + (uint32_t)reply.length + answer[0];
}

static void take_response(void)
{
    struct loom_response response = {.code = (uint8_t)port_registers.number};
    struct loom_text payload = incoming();

    response.location_count = (uint8_t)port_registers.number;
    for (unsigned i = 0; i < LOOM_SEGMENTS_MAX; i++) {
        response.location[i] = incoming();
    }
    response.content_format = (uint16_t)port_registers.number;
    response.payload.data = (const uint8_t *)payload.data;
    response.payload.length = payload.length;
    loom_client_side.response(&client, port_registers.owner, port_registers.session,
                              port_registers.number, &response,
                              (enum loom_failure)port_registers.number);
}

static void take(uint32_t happened)
{
    switch (happened) {
    case REQUEST:
        take_request();
        break;
    case RESPONSE:
        take_response();
        break;
    case LOST:
        loom_client_side.lost(&client, port_registers.owner, port_registers.session,
                              (enum loom_failure)port_registers.number, -1);
        break;
    case STOP:
        loom_client_stop(&client);
        break;
    default:
        break;
    }
}

int main(void)
{
    struct loom_client_config config = {.endpoint = "urn:dev:os:bench-1",
                                        .lwm2m = LOOM_LWM2M_1_1,
                                        .model = &model,
                                        .staging = &staging,
                                        .registrations = &registration,
                                        .registration_room = 1,
                                        .locations = locations,
                                        .location_size = sizeof locations,
                                        .buffer = buffer,
                                        .buffer_size = sizeof buffer,
                                        .port = &port,
                                        .event = on_event};

    loom_model_init(&model, &loom_bench, &data, NULL, NULL);
    product_configure(&config);
    if (loom_client_start(&client, &config) != LOOM_OK) {
        return 1;
    }
    while (!loom_client_stopped(&client)) {
        port_registers.now = (uint32_t)loom_client_step(&client);
        take(port_registers.happened);
        product_turn(&client);
        loom_temperature_set_sensor_value(&model, 0, port_registers.celsius);
    }
    return 0;
}
