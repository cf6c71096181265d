/* SPDX-License-Identifier: Apache-2.0 */
#include "weather.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "loom/firmware.h"
#include "loom_objects.h"

struct weather weather;
uint8_t weather_image[MEGABYTE];

static void give_piece(struct weather_server *self, const struct loom_request *request,
                       struct loom_reply *reply)
{
    uint32_t left = self->length - request->answer_offset;
    self->asked++;
    reply->code = LOOM_CONTENT;
    reply->more = left > reply->piece_room;
    reply->length = reply->more ? reply->piece_room : left;
    reply->etag = 77;
    reply->size = self->length;
    reply->content_format = LOOM_FORMAT_OPAQUE;
    memcpy(reply->payload, self->file + request->answer_offset, reply->length);
}

static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    struct weather_server *self = side;
    (void)owner, (void)session;
    if (request->method == LOOM_GET && self->file != NULL) {
        give_piece(self, request, reply);
        return;
    }
    reply->code = LOOM_CHANGED;
    if (request->method == LOOM_POST && request->path_count == 1) {
        reply->code = LOOM_CREATED;
        reply->location_count = 2;
        reply->location[0] = (struct loom_text){"rd", 2};
        reply->location[1] = (struct loom_text){"1", 1};
    }
}

static void on_response(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                        const struct loom_response *response, enum loom_failure failure)
{
    struct weather_server *self = side;
    (void)owner, (void)session, (void)exchange;
    self->answered++;
    self->code = response->code;
    self->failure = failure;
}

static void on_lost(void *side, void *owner, struct loom_session *session,
                    enum loom_failure failure, int alert)
{
    (void)side, (void)owner, (void)session, (void)failure, (void)alert;
}

static const struct loom_side server_side = {
    .request = on_request, .response = on_response, .lost = on_lost};

static void on_event(void *user, const struct loom_event *event)
{
    (void)user;
    weather.registered += event->type == LOOM_EVENT_REGISTERED ? 1 : 0;
    if (event->type == LOOM_EVENT_WRITE) {
        weather.writes++;
        weather.write_code = event->code;
    }
}

static void add_account(uint16_t instance, const char *uri)
{
    struct loom_model *model = &weather.model;
    uint16_t security = instance;
    cr_assert_eq(loom_model_create(model, 0, &security), LOOM_OK);
    cr_assert_eq(loom_set_text(model, loom_path_resource(0, instance, 0), uri), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(0, instance, 2), 3), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(0, instance, 10), instance + 1),
                 LOOM_OK);
    cr_assert_eq(loom_model_create(model, 1, &instance), LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(1, instance, 0), instance + 1),
                 LOOM_OK);
    cr_assert_eq(loom_set_integer(model, loom_path_resource(1, instance, 1), 86400 * 30), LOOM_OK);
    cr_assert_eq(loom_set_text(model, loom_path_resource(1, instance, 7), "U"), LOOM_OK);
}

void weather_turn(uint64_t until)
{
    struct net *net = &weather.net;
    uint64_t deadline = loom_client_step(&weather.client);
    uint64_t due = net_due(net) < deadline ? net_due(net) : deadline;
    net->now = due < net->now ? net->now : due < until ? due : until;
    while (net_run(net)) {
    }
    cr_assert_null(net->complaint, "%s", net->complaint);
}

const struct loom_product *weather_product(void)
{
    const struct loom_product *product = NULL;
    for (unsigned i = 0; i < LOOM_PRODUCT_COUNT; i++) {
        product = loom_products[i]->lwm2m == LOOM_LWM2M_1_1 ? loom_products[i] : product;
    }
    return product;
}

static void start(unsigned accounts)
{
    weather.registered = 0;
    cr_assert_eq(loom_client_start(&weather.client, &weather.config), LOOM_OK);
    uint64_t limit = weather.net.now + 1000000u;
    while (weather.registered < accounts) {
        cr_assert_lt(weather.net.now, limit);
        weather_turn(limit);
    }
}

void weather_begin(const struct loom_product *product, unsigned accounts,
                   struct loom_firmware *firmware, const struct loom_store *store)
{
    memset(&weather, 0, sizeof weather);
    net_init(&weather.net, 7);
    weather.net.now = START_MS;
    net_add(&weather.net, DEVICE, NULL, &loom_client_stream_side, &weather.client, &weather.port);
    net_add(&weather.net, SERVER, "server:5683", &server_side, &weather.server,
            &weather.server.port);
    net_add(&weather.net, OTHER, "other:5683", &server_side, &weather.other, &weather.other.port);
    weather.data = calloc(1, product->data_size);
    weather.staging = calloc(1, product->staging_size);
    loom_model_init(&weather.model, product, weather.data, NULL, NULL);
    add_account(0, "coap://server:5683");
    if (accounts > 1) {
        add_account(1, "coap://other:5683");
    }
    weather.config = (struct loom_client_config){
        .endpoint = "device",
        .lwm2m = LOOM_LWM2M_1_1,
        .model = &weather.model,
        .staging = weather.staging,
        .registrations = weather.registrations,
        .registration_room = 2,
        .locations = weather.locations,
        .location_size = 32,
        .buffer = store == NULL ? weather.buffer : weather.larger,
        .buffer_size = store == NULL ? sizeof weather.buffer : sizeof weather.larger,
        .firmware = firmware,
        .store = store,
        .port = &weather.port,
        .event = on_event};
    for (size_t i = 0; i < sizeof weather_image; i++) {
        weather_image[i] = (uint8_t)(i * 7 + i / 251);
    }
    start(accounts);
}

void weather_restart(void)
{
    net_forget(&weather.net, DEVICE);
    start(1);
}

void weather_end(void)
{
    free(weather.data);
    free(weather.staging);
}

void weather_push(struct weather_server *from, unsigned host, const char *object,
                  const char *resource, size_t length)
{
    struct loom_session *session = net_session_from(&weather.net, host, DEVICE);
    struct loom_request request = {
        .method = LOOM_PUT,
        .confirmable = true,
        .content_format = LOOM_FORMAT_OPAQUE,
        .accept = LOOM_FORMAT_ABSENT,
        .payload = {weather_image, length},
        .path_count = 3,
        .path = {{object, strlen(object)}, {"0", 1}, {resource, strlen(resource)}}};
    cr_assert_not_null(session);
    from->answered = 0;
    cr_assert_eq(from->port.request(from->port.self, session, &request, 1), LOOM_OK);
}

void weather_run_until_answered(const struct weather_server *server)
{
    uint64_t limit = weather.net.now + 86400000u;
    while (server->answered == 0) {
        cr_assert_lt(weather.net.now, limit);
        weather_turn(limit);
    }
}
