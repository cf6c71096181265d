/* SPDX-License-Identifier: Apache-2.0 */
#include "world.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "loom_objects.h"

#define START_MS 1000000u

const uint16_t all_versions[3] = {LOOM_LWM2M_1_0, LOOM_LWM2M_1_1, LOOM_LWM2M_1_2};

/* ---- peers ----------------------------------------------------------------------------------- */

static const char *const methods[] = {"",       "GET",   "POST",  "PUT",
                                      "DELETE", "FETCH", "PATCH", "IPATCH"};

static void note_request(struct peer *peer, const struct loom_request *request)
{
    struct got_request *got = &peer->got[peer->got_count % PEER_REQUESTS];
    int used = snprintf(got->line, sizeof got->line, "%s ", methods[request->method]);
    peer->got_count++;
    got->time = peer->port.now(peer->port.self);
    for (uint8_t i = 0; i < request->path_count; i++) {
        used += snprintf(got->line + used, sizeof got->line - (size_t)used, "/%.*s",
                         (int)request->path[i].length, request->path[i].data);
    }
    for (uint8_t i = 0; i < request->query_count; i++) {
        used += snprintf(got->line + used, sizeof got->line - (size_t)used, "%c%.*s",
                         i == 0 ? '?' : '&', (int)request->query[i].length, request->query[i].data);
    }
    snprintf(got->payload, sizeof got->payload, "%.*s", (int)request->payload.length,
             request->payload.data == NULL ? "" : (const char *)request->payload.data);
    got->content_format = request->content_format;
}

static bool path_begins(const struct loom_request *request, const char *segment)
{
    return request->path_count > 0 && request->path[0].length == strlen(segment) &&
           memcmp(request->path[0].data, segment, request->path[0].length) == 0;
}

static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    struct peer *peer = side;
    (void)owner;
    peer->session = session;
    note_request(peer, request);
    if (path_begins(request, "bspack")) {
        reply->code = peer->pack_code;
        reply->content_format = LOOM_FORMAT_SENML_CBOR;
        reply->length = peer->pack.length;
        if (reply->length > 0) {
            memcpy(reply->payload, peer->pack.data, reply->length);
        }
    } else if (path_begins(request, "bs")) {
        reply->code = peer->bs_code;
    } else if (path_begins(request, "rd") && request->method == LOOM_DELETE) {
        reply->code = peer->deregister_code;
    } else if (path_begins(request, "rd") && request->path_count == 1) {
        reply->code = peer->answer == NULL ? peer->register_code
                                           : peer->answer(peer->answer_user, peer_last(peer)->line);
        if (reply->code == LOOM_CREATED) {
            reply->location_count = 2;
            reply->location[0].data = "rd";
            reply->location[0].length = 2;
            reply->location[1].data = "a1";
            reply->location[1].length = 2;
        }
    } else if (path_begins(request, "dp")) {
        reply->code = peer->send_code;
    } else {
        reply->code = peer->update_code;
    }
    if (peer->read_before_answer) {
        struct loom_request read = {.method = LOOM_GET,
                                    .content_format = LOOM_FORMAT_ABSENT,
                                    .accept = LOOM_FORMAT_ABSENT,
                                    .path_count = 3,
                                    .path = {{"3", 1}, {"0", 1}, {"0", 1}}};
        peer->read_before_answer = false;
        peer->answered = false;
        peer->port.request(peer->port.self, session, &read, ++peer->exchange);
    }
}

static void note_notice(struct peer *peer, uint32_t exchange, const struct loom_response *response)
{
    struct got_notice *got = &peer->notices[peer->notice_count % PEER_NOTICES];
    peer->notice_count++;
    got->time = peer->port.now(peer->port.self);
    got->exchange = exchange;
    got->code = response->code;
    got->content_format = response->content_format;
    got->more = response->observe_more;
    snprintf(got->text, sizeof got->text, "%.*s", (int)response->payload.length,
             response->payload.data == NULL ? "" : (const char *)response->payload.data);
}

static void on_response(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                        const struct loom_response *response, enum loom_failure failure)
{
    struct peer *peer = side;
    (void)owner;
    (void)session;
    if (exchange != peer->exchange || peer->answered) {
        note_notice(peer, exchange, response);
        return;
    }
    peer->answered = true;
    peer->observes = response->observe_more;
    peer->code = response->code;
    peer->failure = failure;
    peer->content_format = response->content_format;
    peer->piece = response->piece;
    peer->etag = response->etag;
    peer->size = response->size;
    peer->length = response->payload.length < sizeof peer->payload - 1 ? response->payload.length
                                                                       : sizeof peer->payload - 1;
    if (peer->length > 0) {
        memcpy(peer->payload, response->payload.data, peer->length);
    }
    peer->location[0] = '\0';
    for (uint8_t i = 0; i < response->location_count; i++) {
        size_t used = strlen(peer->location);
        snprintf(peer->location + used, sizeof peer->location - used, "/%.*s",
                 (int)response->location[i].length, response->location[i].data);
    }
}

static void on_lost(void *side, void *owner, struct loom_session *session,
                    enum loom_failure failure, int alert)
{
    struct peer *peer = side;
    (void)owner;
    (void)failure;
    (void)alert;
    if (peer->session == session) {
        peer->session = NULL;
    }
}

static const struct loom_side peer_side = {
    .request = on_request, .response = on_response, .lost = on_lost};

static bool find_key(void *user, struct loom_bytes identity, struct loom_bytes *key)
{
    const struct peer *peer = user;
    *key = peer->key;
    return identity.length == peer->identity.length &&
           memcmp(identity.data, peer->identity.data, identity.length) == 0;
}

static void create_peer(struct world *world, struct peer *peer, const char *authority)
{
    peer->host = loom_loopback_add(world->net, authority, &peer_side, peer, &peer->port);
    loom_loopback_set_keys(peer->host, find_key, peer);
    peer->bs_code = LOOM_CHANGED;
    peer->register_code = LOOM_CREATED;
    peer->update_code = LOOM_CHANGED;
    peer->deregister_code = LOOM_DELETED;
    peer->send_code = LOOM_CHANGED;
}

/* ---- the world ------------------------------------------------------------------------------- */

static void on_event(void *user, const struct loom_event *event)
{
    struct world *world = user;
    cr_assert_lt(world->event_count, WORLD_EVENTS, "more events than a test should cause");
    struct loom_event *kept = &world->events[world->event_count];
    char *text = world->texts[world->event_count];
    *kept = *event;
    struct loom_text said = loom_event_text(event);
    snprintf(text, sizeof world->texts[0], "%.*s", (int)said.length,
             said.data == NULL ? "" : said.data);
    kept->text.data = text;
    kept->text.length = strlen(text);
    world->event_count++;
}

static void on_executed(const struct loom_at *at, struct loom_text arguments)
{
    struct world *world = at->user;
    (void)arguments;
    world->executed++;
}

static enum loom_status save(void *self, enum loom_record record, const void *data, size_t length)
{
    struct world *world = self;
    if (world->store_failure != LOOM_OK) {
        return world->store_failure;
    }
    cr_assert_leq(length, sizeof world->stored);
    if (record == LOOM_RECORD_STATE) {
        memcpy(world->kept, data, length);
        world->kept_length = length;
        return LOOM_OK;
    }
    memcpy(world->stored, data, length);
    world->stored_length = length;
    world->saves++;
    return LOOM_OK;
}

static enum loom_status load(void *self, enum loom_record record, void *data, size_t room,
                             size_t *length, bool *previous)
{
    struct world *world = self;
    const uint8_t *bytes = record == LOOM_RECORD_STATE ? world->kept : world->stored;
    *length = record == LOOM_RECORD_STATE ? world->kept_length : world->stored_length;
    *previous = false;
    if (*length == 0) {
        return LOOM_NOT_FOUND;
    }
    if (*length > room) {
        return LOOM_TOO_LARGE;
    }
    memcpy(data, bytes, *length);
    return LOOM_OK;
}

struct world *world_create(uint16_t lwm2m)
{
    struct world *world = calloc(1, sizeof *world);
    for (unsigned i = 0; i < LOOM_PRODUCT_COUNT; i++) {
        if (loom_products[i]->lwm2m == lwm2m) {
            world->product = loom_products[i];
        }
    }
    world->net = loom_loopback_create(START_MS);
    world->host =
        loom_loopback_add(world->net, NULL, &loom_client_side, &world->client, &world->port);
    create_peer(world, &world->bs, "bs:5683");
    create_peer(world, &world->server, "server:5683");
    create_peer(world, &world->other, "other:5683");
    world->data = calloc(1, world->product->data_size);
    world->staging = calloc(1, world->product->staging_size);
    world->hooks.executed = on_executed;
    loom_model_init(&world->model, world->product, world->data, &world->hooks, world);
    loom_set_text(&world->model, loom_path_resource(3, 0, 0), "Loom");
    loom_set_text(&world->model, loom_path_resource(3, 0, 16), "U");
    loom_set_integer(&world->model, loom_path_resource_instance(3, 0, 11, 0), 0);
    world->store.self = world;
    world->store.save = save;
    world->store.load = load;
    world->client.context.config.lwm2m = lwm2m;
    world->registration_room = 3;
    world->location_size = LOOM_LOCATION_SIZE;
    return world;
}

void world_handle(struct world *world, uint16_t object, uint16_t resource,
                  const struct loom_handler *handler)
{
    static struct loom_resource rows[64];
    static struct loom_product_object entries[16];
    static struct loom_object handled;
    static struct loom_product product;
    product = *world->model.product;
    cr_assert_leq((size_t)product.object_count, sizeof entries / sizeof entries[0]);
    memcpy(entries, product.objects, product.object_count * sizeof entries[0]);
    struct loom_product_object *entry = entries;
    while (entry->object->id != object) {
        entry++;
    }
    handled = *entry->object;
    cr_assert_leq((size_t)handled.resource_count, sizeof rows / sizeof rows[0]);
    memcpy(rows, handled.resources, handled.resource_count * sizeof rows[0]);
    struct loom_resource *row = rows;
    while (row->id != resource) {
        row++;
    }
    row->access |= LOOM_HANDLED;
    row->offset = 0;
    handled.resources = rows;
    handled.handlers = handler;
    entry->object = &handled;
    product.objects = entries;
    world->model.product = &product;
}

void world_destroy(struct world *world)
{
    loom_loopback_destroy(world->net);
    free(world->data);
    free(world->staging);
    free(world);
}

struct world *world_with_battery(uint16_t lwm2m)
{
    struct world *world = world_create(lwm2m);
    world_add_server_account(world, &world->server, 0, 1, 86400);
    world_set_battery(world, 20);
    cr_assert_eq(loom_set_integer(&world->model, loom_path_resource(3, 0, 10), 63), LOOM_OK);
    return world;
}

void world_set_battery(struct world *world, int64_t percent)
{
    cr_assert_eq(loom_set_integer(&world->model, loom_path_resource(3, 0, 9), percent), LOOM_OK);
}

void world_register(struct world *world)
{
    world_start(world);
    world_expect(world, LOOM_EVENT_REGISTERED, 1);
}

void world_start(struct world *world)
{
    struct loom_client_config config = world->client.context.config;
    config.endpoint = "device";
    config.model = &world->model;
    config.staging = world->staging;
    config.registrations = world->registrations;
    config.registration_room = world->registration_room;
    config.locations = world->locations;
    config.location_size = world->location_size;
    config.buffer = world->buffer;
    config.buffer_size = sizeof world->buffer;
    config.observations = world->observations;
    config.observation_room = sizeof world->observations / sizeof world->observations[0];
    config.attributes = world->attributes;
    config.attribute_size = sizeof world->attributes;
    config.outbox = world->outbox;
    config.outbox_size = sizeof world->outbox;
    config.port = &world->port;
    config.store = &world->store;
    config.event = on_event;
    config.user = world;
    cr_assert_eq(loom_client_start(&world->client, &config), LOOM_OK);
}

/* Sessions die without a word to anybody. */
void world_reboot(struct world *world, double seconds)
{
    uint64_t until = world_now(world) + (uint64_t)(seconds * 1000);
    for (unsigned i = 0; i < 3; i++) {
        if (world->registrations[i].session != NULL) {
            world->port.close(world->port.self, world->registrations[i].session);
        }
    }
    if (world->client.bootstrap.session != NULL) {
        world->port.close(world->port.self, world->client.bootstrap.session);
    }
    while (loom_loopback_deliver(world->net, until)) {
    }
    loom_loopback_advance(world->net, until);
    world_start(world);
    loom_client_step(&world->client);
}

static struct world *watched;

static void count_cancel(void *self, struct loom_session *session, uint32_t exchange)
{
    watched->cancelled++;
    watched->cancel(self, session, exchange);
}

void world_watch_cancels(struct world *world)
{
    watched = world;
    world->cancel = world->port.cancel;
    world->port.cancel = count_cancel;
}

uint64_t world_now(const struct world *world)
{
    return loom_loopback_now(world->net);
}

/* One step, then the next message or deadline; the clock stays where events happened, for the test
 * to look at them. @return false: nothing more until then. */
static bool world_turn(struct world *world, uint64_t until)
{
    unsigned before = world->event_count;
    uint64_t deadline = loom_client_step(&world->client);
    if (world->event_count > before) {
        return true;
    }
    uint64_t limit = deadline < until ? deadline : until;
    if (loom_loopback_deliver(world->net, limit)) {
        return true;
    }
    bool more = deadline <= until;
    loom_loopback_advance(world->net, limit);
    return more;
}

void world_run(struct world *world, double seconds)
{
    uint64_t until = world_now(world) + (uint64_t)(seconds * 1000);
    unsigned turns = 0;
    while (world_turn(world, until)) {
        cr_assert_lt(++turns, 100000, "the client is busy without end");
    }
    loom_client_step(&world->client);
}

const struct loom_event *world_expect(struct world *world, enum loom_event_type type,
                                      double seconds)
{
    uint64_t until = world_now(world) + (uint64_t)(seconds * 1000);
    bool more = true;
    unsigned turns = 0;
    for (;;) {
        while (world->event_next < world->event_count) {
            const struct loom_event *event = &world->events[world->event_next++];
            if (event->type == type) {
                return event;
            }
        }
        if (!more) {
            break;
        }
        cr_assert_lt(++turns, 100000, "the client is busy without end");
        more = world_turn(world, until);
    }
    cr_assert(false, "no event %s within %g s", loom_event_name(type), seconds);
    return NULL;
}

unsigned world_count(const struct world *world, enum loom_event_type type)
{
    unsigned count = 0;
    for (unsigned i = 0; i < world->event_count; i++) {
        count += world->events[i].type == type ? 1 : 0;
    }
    return count;
}

/* ---- accounts -------------------------------------------------------------------------------- */

#define DO(call) cr_assert_eq(call, LOOM_OK)

void world_add_bootstrap_account(struct world *world, uint16_t instance, uint32_t hold_off)
{
    struct loom_model *model = &world->model;
    DO(loom_model_create(model, 0, &instance));
    DO(loom_set_text(model, loom_path_resource(0, instance, 0), "coap://bs:5683"));
    DO(loom_set_boolean(model, loom_path_resource(0, instance, 1), true));
    DO(loom_set_integer(model, loom_path_resource(0, instance, 2), LOOM_SECURITY_NOSEC));
    DO(loom_set_integer(model, loom_path_resource(0, instance, 11), hold_off));
}

void world_add_server_account(struct world *world, struct peer *peer, uint16_t instance,
                              uint16_t ssid, uint32_t lifetime)
{
    struct loom_model *model = &world->model;
    const char *uri = peer == &world->server ? "coap://server:5683" : "coap://other:5683";
    uint16_t server_instance = instance;
    DO(loom_model_create(model, 0, &instance));
    DO(loom_set_text(model, loom_path_resource(0, instance, 0), uri));
    DO(loom_set_integer(model, loom_path_resource(0, instance, 2), LOOM_SECURITY_NOSEC));
    DO(loom_set_integer(model, loom_path_resource(0, instance, 10), ssid));
    DO(loom_model_create(model, 1, &server_instance));
    DO(loom_set_integer(model, loom_path_resource(1, server_instance, 0), ssid));
    DO(loom_set_integer(model, loom_path_resource(1, server_instance, 1), lifetime));
    DO(loom_set_text(model, loom_path_resource(1, server_instance, 7), "U"));
}

/* ---- requests of peers ----------------------------------------------------------------------- */

uint8_t peer_send(struct world *world, struct peer *peer, struct loom_request *request,
                  const char *path)
{
    const char *at = path;
    cr_assert_not_null(peer->session, "the client has no session with this peer");
    while (*at == '/' && at[1] != '\0') {
        const char *end = strchr(at + 1, '/');
        size_t length = end == NULL ? strlen(at + 1) : (size_t)(end - at - 1);
        request->path[request->path_count].data = at + 1;
        request->path[request->path_count].length = length;
        request->path_count++;
        at += 1 + length;
    }
    peer->answered = false;
    cr_assert_eq(peer->port.request(peer->port.self, peer->session, request, ++peer->exchange),
                 LOOM_OK);
    uint64_t until = world_now(world) + 100000;
    while (!peer->answered && world_turn(world, until)) {
    }
    cr_assert(peer->answered, "the port never told the end of %s", path);
    return peer->code;
}

uint8_t peer_request(struct world *world, struct peer *peer, enum loom_method method,
                     const char *path, uint16_t format, const void *payload, size_t length)
{
    struct loom_request request = {.method = method,
                                   .content_format = format,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .payload = {payload, length}};
    return peer_send(world, peer, &request, path);
}

uint8_t peer_get(struct world *world, struct peer *peer, const char *path, uint16_t accept)
{
    struct loom_request request = {
        .method = LOOM_GET, .content_format = LOOM_FORMAT_ABSENT, .accept = accept};
    return peer_send(world, peer, &request, path);
}

void peer_add_query(struct loom_request *request, const char *query)
{
    while (query[0] != '\0') {
        size_t length = strcspn(query, "&");
        request->query[request->query_count++] = (struct loom_text){query, length};
        query += length + (query[length] == '&' ? 1 : 0);
    }
}

uint8_t peer_observe(struct world *world, struct peer *peer, const char *path, const char *query)
{
    struct loom_request request = {.method = LOOM_GET,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .observe = LOOM_OBSERVE_BEGIN};
    peer_add_query(&request, query);
    return peer_send(world, peer, &request, path);
}

uint8_t peer_end(struct world *world, struct peer *peer, const char *path, uint32_t exchange)
{
    struct loom_request request = {.method = LOOM_GET,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .observe = LOOM_OBSERVE_END,
                                   .observation_of = exchange};
    return peer_send(world, peer, &request, path);
}

uint8_t peer_attach(struct world *world, struct peer *peer, const char *path, const char *query)
{
    struct loom_request request = {
        .method = LOOM_PUT, .content_format = LOOM_FORMAT_ABSENT, .accept = LOOM_FORMAT_ABSENT};
    peer_add_query(&request, query);
    return peer_send(world, peer, &request, path);
}

uint8_t peer_put(struct world *world, struct peer *peer, const char *path, const char *value)
{
    return peer_request(world, peer, LOOM_PUT, path, LOOM_FORMAT_TEXT, value, strlen(value));
}

uint8_t peer_post(struct world *world, struct peer *peer, const char *path, const char *arguments)
{
    return peer_request(world, peer, LOOM_POST, path,
                        arguments[0] == '\0' ? LOOM_FORMAT_ABSENT : LOOM_FORMAT_TEXT, arguments,
                        strlen(arguments));
}

uint8_t peer_delete(struct world *world, struct peer *peer, const char *path)
{
    return peer_request(world, peer, LOOM_DELETE, path, LOOM_FORMAT_ABSENT, NULL, 0);
}

static void put_integer(struct loom_output *out, uint16_t id, int64_t number)
{
    struct loom_value value = {.type = LOOM_INTEGER, .as = {.integer = number}};
    loom_tlv_put_value(out, LOOM_TLV_RESOURCE, id, &value);
}

static void put_text(struct loom_output *out, uint16_t id, const char *text)
{
    struct loom_value value = {.type = LOOM_STRING, .as = {.text = {text, strlen(text)}}};
    loom_tlv_put_value(out, LOOM_TLV_RESOURCE, id, &value);
}

static void put_boolean(struct loom_output *out, uint16_t id, bool truth)
{
    struct loom_value value = {.type = LOOM_BOOLEAN, .as = {.boolean = truth}};
    loom_tlv_put_value(out, LOOM_TLV_RESOURCE, id, &value);
}

uint8_t peer_put_security(struct world *world, const char *path, const char *uri, uint16_t ssid)
{
    uint8_t room[256];
    struct loom_output out = loom_output(room, sizeof room);
    put_text(&out, 0, uri);
    put_boolean(&out, 1, false);
    put_integer(&out, 2, LOOM_SECURITY_NOSEC);
    put_integer(&out, 10, ssid);
    return peer_request(world, &world->bs, LOOM_PUT, path, LOOM_FORMAT_TLV, room, out.length);
}

uint8_t peer_put_server(struct world *world, const char *path, uint16_t ssid, int64_t lifetime)
{
    uint8_t room[256];
    struct loom_output out = loom_output(room, sizeof room);
    put_integer(&out, 0, ssid);
    put_integer(&out, 1, lifetime);
    put_boolean(&out, 6, true);
    put_text(&out, 7, "U");
    return peer_request(world, &world->bs, LOOM_PUT, path, LOOM_FORMAT_TLV, room, out.length);
}

void peer_find(struct peer *peer)
{
    peer->session = loom_loopback_session(peer->host);
}

uint8_t peer_finish(struct world *world)
{
    return peer_post(world, &world->bs, "/bs", "");
}

const char *peer_text(struct peer *peer)
{
    peer->payload[peer->length] = '\0';
    return (const char *)peer->payload;
}

const struct got_notice *peer_last_notice(const struct peer *peer)
{
    cr_assert_gt(peer->notice_count, 0u);
    return &peer->notices[(peer->notice_count - 1) % PEER_NOTICES];
}

void peer_expect_notices(struct world *world, const struct peer *peer, double seconds,
                         unsigned count)
{
    unsigned before = peer->notice_count;
    world_run(world, seconds);
    cr_assert_eq(peer->notice_count - before, count, "%u notifications",
                 peer->notice_count - before);
}

const struct got_request *peer_last(const struct peer *peer)
{
    cr_assert_gt(peer->got_count, 0, "the peer got no request");
    return &peer->got[(peer->got_count - 1) % PEER_REQUESTS];
}

void world_bootstrap(struct world *world, int64_t lifetime)
{
    world_expect(world, LOOM_EVENT_BOOTSTRAP_ACCEPTED, 10000);
    cr_assert_eq(peer_put_security(world, "/0/0", "coap://server:5683", 1), LOOM_CHANGED);
    cr_assert_eq(peer_put_server(world, "/1/0", 1, lifetime), LOOM_CHANGED);
    cr_assert_eq(peer_finish(world), LOOM_CHANGED);
}
