/* SPDX-License-Identifier: Apache-2.0 */
/* The device: what it has from the factory, how it boots, how it loses its power. */
#include "world.h"

#include "loom_objects.h"

#include <stdlib.h>
#include <string.h>

#define CARD_PATIENCE_MS 60000u /* of the client */
#define FAILED_START_MS  60000u /* until a product tries again that could not start its client */

const uint16_t sim_setting_resource[SETTING_COUNT] = {
    [SETTING_LIFETIME] = 1,       [SETTING_DISABLE_TIMEOUT] = 5, [SETTING_PRIORITY] = 13,
    [SETTING_INITIAL_DELAY] = 14, [SETTING_FAILURE_BLOCK] = 15,  [SETTING_BOOTSTRAP] = 16,
    [SETTING_RETRY_COUNT] = 17,   [SETTING_RETRY_TIMER] = 18,    [SETTING_SEQUENCE_DELAY] = 19,
    [SETTING_SEQUENCE_COUNT] = 20};

const struct loom_product *sim_product(uint16_t lwm2m)
{
    return lwm2m == LOOM_LWM2M_1_0   ? &loom_client_1_0
           : lwm2m == LOOM_LWM2M_1_1 ? &loom_client_1_1
                                     : &loom_client_1_2;
}

/* ---- from the factory ------------------------------------------------------------------------ */

static void must(enum loom_status status)
{
    if (status != LOOM_OK) {
        abort();
    }
}

static void set_number(struct loom_model *model, struct loom_path path, uint32_t value)
{
    const struct loom_product_object *entry = loom_model_object(model, path.id[0]);
    const struct loom_resource *row = loom_object_resource(entry->object, path.id[2]);
    if (row == NULL) {
        return; /* the release does not have it */
    }
    if (loom_set_integer(model, path, value) != LOOM_OK &&
        loom_set_unsigned(model, path, value) != LOOM_OK) {
        must(loom_set_boolean(model, path, value != 0));
    }
}

static void add_bootstrap_account(const struct sim_setup *setup, struct loom_model *model)
{
    static const uint8_t key[16] = "KEYKEYKEYKEYKEY\xff";
    uint16_t instance = 0;
    must(loom_model_create(model, 0, &instance));
    must(loom_set_text(model, loom_path_resource(0, 0, 0),
                       setup->bootstrap_secure ? "coaps://bs:5684" : "coap://bs:5684"));
    must(loom_set_boolean(model, loom_path_resource(0, 0, 1), true));
    must(loom_set_integer(model, loom_path_resource(0, 0, 2),
                          setup->bootstrap_secure ? LOOM_SECURITY_PSK : LOOM_SECURITY_NOSEC));
    if (setup->bootstrap_secure) {
        must(loom_set_opaque(model, loom_path_resource(0, 0, 3), (const uint8_t *)"device-bs", 9));
        must(loom_set_opaque(model, loom_path_resource(0, 0, 5), key, sizeof key));
    }
    must(loom_set_integer(model, loom_path_resource(0, 0, 11), setup->hold_off));
}

static void add_server_account(const struct sim_setup *setup, struct loom_model *model,
                               unsigned server)
{
    const struct sim_account *account = &setup->account[server];
    uint8_t key[16] = "KEYKEYKEYKEYKEY";
    char uri[] = "coaps://?:5684";
    uint16_t security = (uint16_t)(server + 1);
    uint16_t instance = (uint16_t)server;
    char identity[] = "device-?";
    char *text = uri;
    uri[8] = (char)('a' + server);
    identity[7] = (char)('0' + server);
    key[15] = (uint8_t)server;
    if (!account->secure) {
        memmove(uri + 4, uri + 5, sizeof uri - 5);
    }
    must(loom_model_create(model, 0, &security));
    must(loom_set_text(model, loom_path_resource(0, security, 0), text));
    must(loom_set_integer(model, loom_path_resource(0, security, 2),
                          account->secure ? LOOM_SECURITY_PSK : LOOM_SECURITY_NOSEC));
    if (account->secure) {
        must(loom_set_opaque(model, loom_path_resource(0, security, 3), (uint8_t *)identity, 8));
        must(loom_set_opaque(model, loom_path_resource(0, security, 5), key, sizeof key));
    }
    must(loom_set_integer(model, loom_path_resource(0, security, 10), SIM_SSID(server)));
    must(loom_model_create(model, 1, &instance));
    must(loom_set_integer(model, loom_path_resource(1, instance, 0), SIM_SSID(server)));
    must(loom_set_text(model, loom_path_resource(1, instance, 7), "U"));
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        if (account->present[i]) {
            set_number(model, loom_path_resource(1, instance, sim_setting_resource[i]),
                       account->value[i]);
        }
    }
    if (setup->sends) {
        set_number(model, loom_path_resource(1, instance, 23), 0); /* rule B-74 */
    }
}

static void on_executed(const struct loom_at *at, struct loom_text arguments)
{
    (void)arguments;
    watch_operation(at->user);
}

void device_factory(const struct sim_world *world, struct loom_model *model, void *data)
{
    const struct sim_setup *setup = &world->setup;
    const struct loom_product *product = sim_product(setup->lwm2m);
    union {
        const struct sim_world *given;
        void *user;
    } same = {world};
    if (product->data_size > SIM_MODEL) {
        abort();
    }
    loom_model_init(model, product, data, &world->hooks, same.user);
    must(loom_set_text(model, loom_path_resource(3, 0, 0), "Loom"));
    must(loom_set_text(model, loom_path_resource(3, 0, 16), "U"));
    must(loom_set_integer(model, loom_path_resource_instance(3, 0, 11, 0), 0));
    must(loom_set_integer(model, loom_path_resource(3, 0, 9), 50));  /* Battery Level */
    must(loom_set_integer(model, loom_path_resource(3, 0, 10), 64)); /* Memory Free */
    if (setup->observes) {
        must(loom_set_integer(model, loom_path_resource_instance(3, 0, 7, 0), 38));
        must(loom_set_float(model, loom_path_resource(6, 0, 3), 50.25)); /* Radius */
    }
    if (setup->has_bootstrap_account) {
        add_bootstrap_account(setup, model);
    }
    for (unsigned i = 0; i < setup->factory_servers; i++) {
        add_server_account(setup, model, i);
    }
}

/* ---- the store, watched ---------------------------------------------------------------------- */

static enum loom_status on_save(void *self, enum loom_record record, const void *data,
                                size_t length)
{
    struct sim_world *world = self;
    watch_saving(world, record, data, length);
    enum loom_status status =
        world->record_store.save(world->record_store.self, record, data, length);
    if (world->medium.dead) {
        world->net.hosts[HOST_DEVICE].up = false; /* nothing of what it does now is heard */
    } else {
        watch_saved(world, record, status);
    }
    return status;
}

static enum loom_status on_load(void *self, enum loom_record record, void *data, size_t room,
                                size_t *length, bool *previous)
{
    struct sim_world *world = self;
    *previous = false;
    enum loom_status status =
        world->record_store.load(world->record_store.self, record, data, room, length, previous);
    watch_loaded(world, record, data, *length, status, *previous);
    return status;
}

/* ---- the side: the client, watched ----------------------------------------------------------- */

static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    struct sim_world *world = side;
    bool expected = watch_expects_answer(world, session->peer);
    loom_client_side.request(&world->client, owner, session, request, reply);
    watch_reports_asked(world, session->peer, request, reply);
    watch_pieces_answered(world, session->peer, request, reply);
    if (expected && reply->code == 0) {
        sim_fail(world, "C-10", "a request of %s is not answered, though the device is registered",
                 host_name(session->peer));
    }
}

static void on_response(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                        const struct loom_response *response, enum loom_failure failure)
{
    struct sim_world *world = side;
    watch_sends_ends(world, session->peer, exchange, response->code);
    loom_client_side.response(&world->client, owner, session, exchange, response, failure);
    watch_sends_ended(world);
}

static void on_notified(void *side, void *owner, struct loom_session *session, uint16_t observation,
                        enum loom_failure failure)
{
    struct sim_world *world = side;
    watch_reports_ended(world, observation, failure);
    loom_client_side.notified(&world->client, owner, session, observation, failure);
}

static enum loom_status on_notify(void *self, struct loom_session *session, uint16_t observation,
                                  const struct loom_notification *notification)
{
    struct net_host *host = self;
    struct sim_world *world = host->side_self;
    bool heard = host->up;
    enum loom_status status = world->notify(self, session, observation, notification);
    if (heard && status == LOOM_OK) {
        watch_reports_notified(world, observation, notification);
    }
    return status;
}

static enum loom_status on_asking(void *self, struct loom_session *session,
                                  const struct loom_request *request, uint32_t exchange)
{
    struct net_host *host = self;
    struct sim_world *world = host->side_self;
    bool sends = request->path_count == 1 && request->path[0].length == 2 &&
                 memcmp(request->path[0].data, "dp", 2) == 0;
    enum loom_status status = world->request(self, session, request, exchange);
    if (sends && status == LOOM_OK) {
        watch_sends_went(world, session->peer, request, exchange);
    }
    return status;
}

static void on_lost(void *side, void *owner, struct loom_session *session,
                    enum loom_failure failure, int alert)
{
    struct sim_world *world = side;
    loom_client_side.lost(&world->client, owner, session, failure, alert);
}

const struct loom_side sim_device_side = {
    .request = on_request, .response = on_response, .lost = on_lost, .notified = on_notified};

/* ---- a card that is of no use ---------------------------------------------------------------- */

static enum loom_status on_card(void *self)
{
    struct sim_world *world = self;
    bool answers = world->setup.card != CARD_SILENT;
    uint64_t most = 2 * CARD_PATIENCE_MS;
    world->card_answers =
        answers ? world->net.now + sim_random_below(&world->random, most) : SIM_NEVER;
    return world->setup.card == CARD_ABSENT ? LOOM_NOT_FOUND : LOOM_OK;
}

void device_read_card(struct sim_world *world)
{
    /* Says of itself that it is one object of 7 bytes, which it is not (rule E-32). */
    static const uint8_t damaged[] = {0, 1, 0, 9, 0, 1, 0, 0, 7, 0xC1, 0, 101};
    bool readable = world->setup.card == CARD_DAMAGED;
    world->card_answers = SIM_NEVER;
    if (world->on) {
        loom_client_smartcard(&world->client, readable ? LOOM_OK : LOOM_UNAVAILABLE, damaged,
                              sizeof damaged);
    }
}

/* ---- power ----------------------------------------------------------------------------------- */

static void on_event(void *user, const struct loom_event *event)
{
    struct sim_world *world = user;
    if (world->net.hosts[HOST_DEVICE].up) {
        struct loom_event said = *event;
        said.text = loom_event_text(event);
        watch_event(world, &said);
    }
}

void device_boot(struct sim_world *world)
{
    struct net_host *host = &world->net.hosts[HOST_DEVICE];
    medium_cut(&world->medium);
    world->hooks.executed = on_executed;
    device_factory(world, &world->model, world->data);
    world->store.self = world;
    world->store.save = on_save;
    world->store.load = on_load;
    host->up = true;
    host->side = &sim_device_side;
    host->side_self = world;
    host->pieces = true;
    world->boots_at = SIM_NEVER;
    world->card_answers = SIM_NEVER;
    world->card.self = world;
    world->card.read = on_card;
    if (world->port.notify != on_notify) {
        world->notify = world->port.notify;
        world->port.notify = on_notify;
        world->request = world->port.request;
        world->port.request = on_asking;
    }
    if (world->outbox_lost) {
        memset(world->outbox, 0, sizeof world->outbox);
        watch_sends_lost(world);
        world->outbox_lost = false;
    }
    memset(world->observations, 0, sizeof world->observations);
    world->counts->boots++;
    watch_boot(world);
    struct loom_client_config config = {.endpoint = "device",
                                        .lwm2m = world->setup.lwm2m,
                                        .queue_mode = world->setup.queue_mode,
                                        .bootstrap_pack = world->setup.pack,
                                        .model = &world->model,
                                        .staging = world->staging,
                                        .registrations = world->registrations,
                                        .registration_room = SIM_REGISTRATIONS,
                                        .locations = world->locations,
                                        .location_size = LOOM_LOCATION_SIZE,
                                        .buffer = world->buffer,
                                        .buffer_size = sizeof world->buffer,
                                        .observations = world->observations,
                                        .observation_room = SIM_OBSERVATIONS,
                                        .attributes = world->attributes,
                                        .attribute_size = SIM_ATTRIBUTES,
                                        .outbox = world->outbox,
                                        .outbox_size = world->setup.outbox,
                                        .port = &world->port,
                                        .store = &world->store,
                                        .smartcard =
                                            world->setup.card == CARD_NONE ? NULL : &world->card,
                                        .event = on_event,
                                        .user = world};
    world->on = loom_client_start(&world->client, &config) == LOOM_OK;
    watch_booted(world);
    if (!world->on) {
        sim_say(world, "the client cannot start");
        watch_cannot_start(world);
        host->up = false;
        world->boots_at = world->net.now + FAILED_START_MS;
    }
}

/* Whatever the device had in its memory is gone; what its store had in its cache partly so. */
void device_cut(struct sim_world *world, uint64_t down)
{
    world->net.hosts[HOST_DEVICE].up = false;
    net_forget(&world->net, HOST_DEVICE);
    world->net.hosts[HOST_DEVICE].wakes = 0;
    world->on = false;
    world->restarting = false;
    world->card_answers = SIM_NEVER;
    world->boots_at = world->net.now + down;
    memset(&world->client, 0xA5, sizeof world->client);
    memset(world->registrations, 0xA5, sizeof world->registrations);
    memset(world->data, 0xA5, sizeof world->data);
    memset(world->staging, 0xA5, sizeof world->staging);
    memset(world->buffer, 0xA5, sizeof world->buffer);
    memset(world->attributes, 0xA5, sizeof world->attributes);
    memset(world->outbox, 0xA5, sizeof world->outbox);
    world->outbox_lost = true;
    watch_disturbed(world);
}
