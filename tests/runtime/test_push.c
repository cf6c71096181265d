/* SPDX-License-Identifier: Apache-2.0 */
/* A megabyte to a device with a kilobyte, over the simulator's network and its weather. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "depot.h"
#include "loom/client.h"
#include "net.h"
#include "loom_objects.h"

enum { DEVICE, SERVER, OTHER, MEGABYTE = 1024 * 1024, PIECE = 1024, START_MS = 1000000 };

/* A server that takes whoever registers. */
struct server {
    struct loom_port port;
    unsigned asked; /* for a location of its own */
    unsigned answered;
    uint8_t code;
    enum loom_failure failure;
};

static struct net net;
static struct server server;
static struct server other;
static struct loom_client client;
static struct loom_model model;
static struct loom_port port;
static struct loom_registration registrations[2];
static uint8_t locations[2 * 32];
static uint8_t buffer[PIECE];
static uint8_t image[MEGABYTE];
static void *data;
static void *staging;
static unsigned registered;
static unsigned writes;
static uint8_t write_code;

static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    struct server *self = side;
    (void)owner, (void)session;
    reply->code = LOOM_CHANGED;
    if (request->method == LOOM_POST && request->path_count == 1) {
        reply->code = LOOM_CREATED;
        reply->location_count = 2;
        reply->location[0] = (struct loom_text){"rd", 2};
        reply->location[1] = (struct loom_text){"1", 1};
    }
    self->asked++;
}

static void on_response(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                        const struct loom_response *response, enum loom_failure failure)
{
    struct server *self = side;
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
    registered += event->type == LOOM_EVENT_REGISTERED ? 1 : 0;
    if (event->type == LOOM_EVENT_WRITE) {
        writes++;
        write_code = event->code;
    }
}

static void add_account(uint16_t instance, const char *uri)
{
    uint16_t security = instance;
    cr_assert_eq(loom_model_create(&model, 0, &security), LOOM_OK);
    cr_assert_eq(loom_set_text(&model, loom_path_resource(0, instance, 0), uri), LOOM_OK);
    cr_assert_eq(loom_set_integer(&model, loom_path_resource(0, instance, 2), 3), LOOM_OK);
    cr_assert_eq(loom_set_integer(&model, loom_path_resource(0, instance, 10), instance + 1),
                 LOOM_OK);
    cr_assert_eq(loom_model_create(&model, 1, &instance), LOOM_OK);
    cr_assert_eq(loom_set_integer(&model, loom_path_resource(1, instance, 0), instance + 1),
                 LOOM_OK);
    cr_assert_eq(loom_set_integer(&model, loom_path_resource(1, instance, 1), 86400 * 30), LOOM_OK);
    cr_assert_eq(loom_set_text(&model, loom_path_resource(1, instance, 7), "U"), LOOM_OK);
}

static void turn(uint64_t until)
{
    uint64_t deadline = loom_client_step(&client);
    uint64_t due = net_due(&net) < deadline ? net_due(&net) : deadline;
    net.now = due < net.now ? net.now : due < until ? due : until;
    while (net_run(&net)) {
    }
    cr_assert_null(net.complaint, "%s", net.complaint);
}

static void begin(unsigned accounts)
{
    const struct loom_product *product = NULL;
    for (unsigned i = 0; i < LOOM_PRODUCT_COUNT; i++) {
        product = loom_products[i]->lwm2m == LOOM_LWM2M_1_1 ? loom_products[i] : product;
    }
    product = depot_product(product);
    memset(&depot_seen, 0, sizeof depot_seen);
    net_init(&net, 7);
    net.now = START_MS;
    net_add(&net, DEVICE, NULL, &loom_client_stream_side, &client, &port);
    net_add(&net, SERVER, "server:5683", &server_side, &server, &server.port);
    net_add(&net, OTHER, "other:5683", &server_side, &other, &other.port);
    data = calloc(1, product->data_size);
    staging = calloc(1, product->staging_size);
    loom_model_init(&model, product, data, NULL, NULL);
    add_account(0, "coap://server:5683");
    if (accounts > 1) {
        add_account(1, "coap://other:5683");
    }
    struct loom_client_config config = {.endpoint = "device",
                                        .lwm2m = LOOM_LWM2M_1_1,
                                        .model = &model,
                                        .staging = staging,
                                        .registrations = registrations,
                                        .registration_room = 2,
                                        .locations = locations,
                                        .location_size = 32,
                                        .buffer = buffer,
                                        .buffer_size = sizeof buffer,
                                        .port = &port,
                                        .event = on_event};
    cr_assert_eq(loom_client_start(&client, &config), LOOM_OK);
    while (registered < accounts) {
        cr_assert_lt(net.now, START_MS + 1000000u);
        turn(UINT64_MAX);
    }
    for (size_t i = 0; i < sizeof image; i++) {
        image[i] = (uint8_t)(i * 7 + i / 251);
    }
}

static void end(void)
{
    free(data);
    free(staging);
}

TestSuite(push, .fini = end, .timeout = 60);

static void push(struct server *from, unsigned host, const char *resource, size_t length)
{
    struct loom_session *session = net_session_from(&net, host, DEVICE);
    struct loom_request request = {.method = LOOM_PUT,
                                   .confirmable = true,
                                   .content_format = LOOM_FORMAT_OPAQUE,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .payload = {image, length},
                                   .path_count = 3,
                                   .path = {{"32003", 5}, {"0", 1}, {resource, 1}}};
    cr_assert_not_null(session);
    from->answered = 0;
    cr_assert_eq(from->port.request(from->port.self, session, &request, 1), LOOM_OK);
}

static void run_until_answered(const struct server *self)
{
    uint64_t limit = net.now + 86400000u;
    while (self->answered == 0) {
        cr_assert_lt(net.now, limit);
        turn(limit);
    }
}

/* Firmware of 1 MB through a buffer of 1 kB, while every fifth datagram is lost, others come twice
 * or overtake one another: what arrives is what was sent, each byte once, and nothing on the way
 * holds more than a block. */
Test(push, a_megabyte_goes_through_a_kilobyte)
{
    begin(1);
    net.weather = (struct net_weather){.loss = 20, .doubled = 10, .delay = 3000};
    push(&server, SERVER, "0", MEGABYTE);
    run_until_answered(&server);
    cr_assert_eq(server.code, LOOM_CHANGED, "failure %d", (int)server.failure);
    cr_assert_eq(depot_seen.total, MEGABYTE);
    cr_assert_eq(depot_seen.sum, depot_sum(0, image, MEGABYTE));
    cr_assert_eq(depot_seen.calls, MEGABYTE / PIECE, "each piece once");
    cr_assert_eq(net.counts.blocks, MEGABYTE / PIECE);
    cr_assert_eq(depot_seen.longest, PIECE);
    cr_assert_leq(sizeof buffer, PIECE);
    cr_assert(writes == 1 && write_code == LOOM_CHANGED);
    cr_assert_gt(net.counts.lost, 100u, "the weather was bad");
    cr_assert_gt(net.counts.doubled, 100u);
}

/* The device says no in the middle: the server hears it, and sends nothing more. */
Test(push, a_device_may_refuse_on_the_way)
{
    begin(1);
    net.weather = (struct net_weather){.loss = 20, .doubled = 10, .delay = 3000};
    depot_seen.refusal = LOOM_NOT_ACCEPTABLE;
    depot_seen.refused_at = 100 * PIECE;
    push(&server, SERVER, "0", MEGABYTE);
    run_until_answered(&server);
    cr_assert_eq(server.code, LOOM_NOT_ACCEPTABLE);
    cr_assert_eq(depot_seen.total, 100u * PIECE);
    cr_assert_eq(depot_seen.calls, 101u);
    cr_assert(writes == 1 && write_code == LOOM_NOT_ACCEPTABLE);
}

/* Two servers at once, to a stream each: their pieces do not mix. What one of them breaks off is
 * begun anew. */
Test(push, two_servers_push_at_once)
{
    begin(2);
    push(&server, SERVER, "1", 20 * PIECE);
    push(&other, OTHER, "1", 3 * PIECE);
    run_until_answered(&other);
    run_until_answered(&server);
    /* The depot has room for one: the first that it finds overtaken is refused. */
    cr_assert((server.code == LOOM_CHANGED) != (other.code == LOOM_CHANGED));
    push(&server, SERVER, "1", 20 * PIECE);
    run_until_answered(&server);
    cr_assert_eq(server.code, LOOM_CHANGED);
    cr_assert_eq(depot_seen.sum, depot_sum(0, image, 20 * PIECE));
}

/* The way is cut in the middle: the server gives up, the device hears nothing, and the next
 * transfer begins with offset 0. */
Test(push, a_push_that_breaks_off_is_begun_anew)
{
    begin(1);
    push(&server, SERVER, "0", 100 * PIECE);
    while (depot_seen.calls < 50) {
        turn(UINT64_MAX);
    }
    net.cut[SERVER][DEVICE] = true;
    run_until_answered(&server);
    cr_assert_eq(server.failure, LOOM_FAILURE_TIMEOUT);
    cr_assert_lt(depot_seen.calls, 60u);
    cr_assert_eq(writes, 0u);
    net.cut[SERVER][DEVICE] = false;
    push(&server, SERVER, "0", 70 * PIECE);
    run_until_answered(&server);
    cr_assert_eq(server.code, LOOM_CHANGED);
    cr_assert_eq(depot_seen.total, 70u * PIECE);
    cr_assert_eq(depot_seen.sum, depot_sum(0, image, 70 * PIECE));
}

/* What goes to no stream, and in no pieces, is told to be too much with its first block. */
Test(push, a_long_value_for_anything_else_is_refused_at_once)
{
    begin(1);
    push(&server, SERVER, "2", MEGABYTE);
    run_until_answered(&server);
    cr_assert_eq(server.code, LOOM_TOO_LARGE);
    cr_assert_eq(net.counts.blocks, 0u);
    cr_assert_eq(depot_seen.calls, 0u);
}
