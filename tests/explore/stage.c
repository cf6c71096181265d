/* SPDX-License-Identifier: Apache-2.0 */
/* The device of a setup, its port and its store, and what its servers write. */
#include "stage.h"

#include "model/payload.h"
#include "loom_objects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct loom_session {
    uint8_t link;
    uint8_t turn;
};

struct stage stage;
const struct setup *stage_setup;
bool stage_trace;

/* Two for each owner, so that one that is over is not the one that is open. */
static struct loom_session sessions[LINKS][2];
static struct loom_model_hooks hooks;
static uint8_t buffer[2048];
static const struct loom_product *product;
/* What the device has from the factory, and the accounts that the bootstrap server writes. */
static uint64_t factory[DATA_ROOM / 8];
static uint8_t right_room[2][ACCOUNTS_ROOM];
static size_t right_length[2];

/* What most events do not change is not read again. */
struct mixed {
    uint64_t hash;
    uint8_t data[DATA_ROOM];
};

static struct mixed mixed[2]; /* the data, and what is staged */

static void must(bool holds)
{
    if (!holds) {
        abort();
    }
}

/* ---- accounts -------------------------------------------------------------------------------- */

static void set(struct loom_model *model, struct loom_path path, uint32_t value)
{
    const struct loom_product_object *entry = loom_model_object(model, path.id[0]);
    if (loom_object_resource(entry->object, path.id[2]) != NULL) { /* the release has it */
        must(loom_set_integer(model, path, value) == LOOM_OK ||
             loom_set_unsigned(model, path, value) == LOOM_OK ||
             loom_set_boolean(model, path, value != 0) == LOOM_OK);
    }
}

static void add_security(struct loom_model *model, uint16_t instance, const char *uri)
{
    static const char key[] = "KEYKEYKEYKEYKEYK";
    must(loom_model_create(model, 0, &instance) == LOOM_OK);
    must(loom_set_text(model, loom_path_resource(0, instance, 0), uri) == LOOM_OK);
    set(model, loom_path_resource(0, instance, 1), instance == 0);
    set(model, loom_path_resource(0, instance, 2), LOOM_SECURITY_PSK);
    must(loom_set_opaque(model, loom_path_resource(0, instance, 3), (const uint8_t *)"device", 6) ==
         LOOM_OK);
    must(loom_set_opaque(model, loom_path_resource(0, instance, 5), (const uint8_t *)key, 16) ==
         LOOM_OK);
}

static void add_server(struct loom_model *model, unsigned server, uint32_t lifetime)
{
    uint16_t security = (uint16_t)(server + 1);
    uint16_t instance = (uint16_t)server;
    add_security(model, security, server == 0 ? "coaps://a" : "coaps://b");
    set(model, loom_path_resource(0, security, 10), SSID(server));
    must(loom_model_create(model, 1, &instance) == LOOM_OK);
    set(model, loom_path_resource(1, instance, 0), SSID(server));
    set(model, loom_path_resource(1, instance, 1), lifetime);
    set(model, loom_path_resource(1, instance, 5), DISABLE_TIME);
    must(loom_set_text(model, loom_path_resource(1, instance, 7), "U") == LOOM_OK);
    set(model, loom_path_resource(1, instance, 17), RETRY_COUNT);
    set(model, loom_path_resource(1, instance, 18), RETRY_TIMER);
    set(model, loom_path_resource(1, instance, 19), SEQUENCE_DELAY);
    set(model, loom_path_resource(1, instance, 20), SEQUENCE_COUNT);
    if (stage_setup->observed) {
        bool in_query = stage_setup->lwm2m >= LOOM_LWM2M_1_2;
        set(model, loom_path_resource(1, instance, 2), in_query ? 0 : PMIN);
        set(model, loom_path_resource(1, instance, 3), in_query ? 0 : stage_setup->pmax);
        set(model, loom_path_resource(1, instance, 26), stage_setup->confirmable);
    }
    if (stage_setup->no_bootstrap) {
        set(model, loom_path_resource(1, instance, 16), 0);
    }
    if (stage_setup->ordered) {
        set(model, loom_path_resource(1, instance, 13), server);
        set(model, loom_path_resource(1, instance, 14), INITIAL_DELAY);
        set(model, loom_path_resource(1, instance, 15), 1);
    }
}

static void add_servers(struct loom_model *model, uint32_t lifetime)
{
    for (unsigned i = 0; i < stage_setup->servers; i++) {
        add_server(model, i, lifetime);
    }
}

uint32_t stage_lifetime(void)
{
    return stage_setup->lifetime != 0 ? stage_setup->lifetime : LIFETIME;
}

/* Rule C-73: server 101 may read /3/0, which is the other server's. */
static void add_rights(struct loom_model *model)
{
    uint16_t instance = 0;
    must(loom_model_create(model, 2, &instance) == LOOM_OK);
    set(model, loom_path_resource(2, 0, 0), 3);
    set(model, loom_path_resource(2, 0, 1), 0);
    set(model, loom_path_resource_instance(2, 0, 2, SSID(0)), 1);
    set(model, loom_path_resource(2, 0, 3), SSID(1));
}

static void make_device(struct loom_model *model, void *data)
{
    memset(data, 0, product->data_size);
    loom_model_init(model, product, data, &hooks, NULL);
    must(loom_set_text(model, loom_path_resource(3, 0, 0), "Loom") == LOOM_OK);
    must(loom_set_text(model, loom_path_resource(3, 0, 16), "U") == LOOM_OK);
    must(loom_set_integer(model, loom_path_resource_instance(3, 0, 11, 0), 0) == LOOM_OK);
    if (stage_setup->observed) {
        must(loom_set_integer(model, loom_path_resource(3, 0, 9), 40) == LOOM_OK);
    }
    if (stage_setup->rights) {
        add_rights(model);
    }
    add_security(model, 0, "coaps://bs");
    set(model, loom_path_resource(0, 0, 11), stage_setup->hold_off);
    if (stage_setup->expires != 0) {
        set(model, loom_path_resource(0, 0, 12), stage_setup->expires);
    }
}

static size_t encode(const struct loom_model *model, struct loom_path path, uint8_t *room,
                     size_t size)
{
    struct loom_output out = loom_output(room, size);
    must(loom_payload_read(model, &loom_format_tlv, &path, &path, LOOM_READ_ALL, &out) == LOOM_OK &&
         !out.overflow);
    return out.length;
}

size_t stage_canonical(const struct stage *of, uint16_t object, uint8_t *room, size_t size)
{
    struct stage *stand_in = (struct stage *)(uintptr_t)of;
    struct loom_model model = stage.model;
    model.data = (void *)stand_in->data; /* it is only read */
    return encode(&model, loom_path_object(object), room, size);
}

struct loom_bytes stage_right(uint16_t object)
{
    struct loom_bytes bytes = {right_room[object], right_length[object]};
    return bytes;
}

static struct loom_model right_model;
static uint64_t right_data[DATA_ROOM / 8];

void stage_prepare(const struct setup *setup)
{
    stage_setup = setup;
    for (unsigned i = 0; i < LOOM_PRODUCT_COUNT; i++) {
        product = loom_products[i]->lwm2m == setup->lwm2m ? loom_products[i] : product;
    }
    must(product->data_size <= DATA_ROOM);
    memset(mixed, 0, sizeof mixed);
    make_device(&right_model, right_data);
    add_servers(&right_model, stage_lifetime());
    for (uint16_t object = 0; object <= 1; object++) {
        right_length[object] = encode(&right_model, loom_path_object(object), right_room[object],
                                      sizeof right_room[object]);
    }
}

size_t stage_payload(uint16_t object, uint16_t instance, uint16_t ssid, uint8_t *room, size_t size)
{
    struct loom_path name = loom_path_resource(1, instance, 0);
    if (object == 1) {
        set(&right_model, name, ssid);
    }
    size_t length = encode(&right_model, loom_path_instance(object, instance), room, size);
    if (object == 1) {
        set(&right_model, name, SSID(instance));
    }
    return length;
}

/* ---- a Bootstrap-Pack ------------------------------------------------------------------------ */

/* @return how many records; written if there is an output */
static size_t put_object(struct loom_output *out, uint16_t object, uint16_t first)
{
    size_t count = 0;
    for (uint16_t i = first; loom_model_next_instance(&right_model, object, &i); i++) {
        for (uint16_t r = 0; loom_model_next_resource(&right_model, object, i, &r); r++) {
            struct loom_path path = loom_path_resource(object, i, r);
            struct loom_value value;
            if (loom_model_read(&right_model, &path, &value) != LOOM_OK) {
                continue; /* an executable */
            }
            count++;
            if (out != NULL) {
                loom_senml_cbor_put(out, &path, &value);
            }
        }
    }
    return count;
}

size_t stage_pack(uint8_t *room, size_t size)
{
    struct loom_output out = loom_output(room, size);
    loom_senml_cbor_begin(&out, put_object(NULL, 0, 1) + put_object(NULL, 1, 0));
    (void)put_object(&out, 0, 1);
    (void)put_object(&out, 1, 0);
    must(!out.overflow);
    return out.length;
}

/* ---- the port -------------------------------------------------------------------------------- */

static uint64_t port_now(void *self)
{
    (void)self;
    return stage.now;
}

static int64_t port_unix_time(void *self)
{
    (void)self;
    return 0;
}

static unsigned link_of(const void *owner)
{
    for (unsigned i = 0; i < SERVERS_MAX; i++) {
        if (owner == &stage.registrations[i]) {
            return 1 + i;
        }
    }
    must(owner == &stage.client.bootstrap);
    return 0;
}

static enum loom_status port_open(void *self, const struct loom_credentials *credentials,
                                  void *owner, struct loom_session **session)
{
    unsigned index = link_of(owner);
    struct link *link = &stage.links[index];
    (void)self;
    (void)credentials;
    if (link->open) {
        violate(INVARIANT_SESSIONS, "a second session is opened for owner %u", index);
    }
    if (stage.open_fails) {
        stage.open_fails = false;
        return LOOM_UNAVAILABLE;
    }
    uint8_t turn = link->turn ^ 1;
    memset(link, 0, sizeof *link);
    link->turn = turn;
    link->open = true;
    *session = &sessions[index][turn];
    (*session)->link = (uint8_t)index;
    (*session)->turn = turn;
    return LOOM_OK;
}

static struct link *open_link(const struct loom_session *session, const char *what)
{
    struct link *link = &stage.links[session->link];
    if (!link->open || link->turn != session->turn) {
        violate(INVARIANT_SESSIONS, "session %u is over, but %s", (unsigned)session->link, what);
    }
    return link;
}

void stage_close(unsigned index)
{
    struct link *link = &stage.links[index];
    uint8_t turn = link->turn;
    memset(link, 0, sizeof *link);
    link->turn = turn;
    if (index == OBSERVER) {
        observed_drop();
    }
}

static void port_close(void *self, struct loom_session *session)
{
    (void)self;
    (void)open_link(session, "closed");
    stage_close(session->link);
}

static uint8_t kind_of(const struct loom_request *request)
{
    bool bare = request->path_count == 1;
    if (request->path[0].length == 6) {
        return ASKED_PACK;
    }
    if (bare && memcmp(request->path[0].data, "bs", 2) == 0) {
        return ASKED_BOOTSTRAP;
    }
    return bare ? ASKED_REGISTER : request->method == LOOM_DELETE ? ASKED_DEREGISTER : ASKED_UPDATE;
}

static enum loom_status port_request(void *self, struct loom_session *session,
                                     const struct loom_request *request, uint32_t exchange)
{
    struct link *link = open_link(session, "used");
    uint8_t kind = kind_of(request);
    (void)self;
    if (stage.send_fails) {
        stage.send_fails = false;
        return LOOM_UNAVAILABLE;
    }
    if (link->now.kind != ASKED_NOTHING) {
        /* A bootstrap server may finish without an answer to the request, time and again. */
        if (link->before.kind != ASKED_NOTHING && link != &stage.links[0]) {
            violate(INVARIANT_EXCHANGES, "a request is sent while two others wait, in session %u",
                    (unsigned)session->link);
        }
        link->before = link->now;
    }
    link->now.kind = kind;
    link->now.exchange = exchange;
    link->now.sent = stage.now;
    link->untold = false;
    return LOOM_OK;
}

static void port_cancel(void *self, struct loom_session *session, uint32_t exchange)
{
    struct link *link = open_link(session, "a request in it given up");
    (void)self;
    if (link->now.kind != ASKED_NOTHING && link->now.exchange == exchange) {
        memset(&link->now, 0, sizeof link->now);
    } else if (link->before.kind != ASKED_NOTHING && link->before.exchange == exchange) {
        memset(&link->before, 0, sizeof link->before);
    }
}

static void port_peer(void *self, const struct loom_session *session, struct loom_peer *peer)
{
    (void)self;
    (void)session;
    memset(peer, 0, sizeof *peer);
}

static const struct loom_port port = {.now = port_now,
                                      .unix_time = port_unix_time,
                                      .open = port_open,
                                      .close = port_close,
                                      .request = port_request,
                                      .cancel = port_cancel,
                                      .peer = port_peer,
                                      .notify = observed_notify,
                                      .forget = observed_forget};

/* ---- the store ------------------------------------------------------------------------------- */

/* As the client sees them when it stores them. */
static void note_waits(void)
{
    for (unsigned i = 0; i < SERVERS_MAX; i++) {
        const struct loom_registration *registration = &stage.registrations[i];
        bool waits = registration->state == LOOM_REGISTRATION_DELAYED ||
                     registration->state == LOOM_REGISTRATION_WAITING ||
                     registration->state == LOOM_REGISTRATION_DISABLED;
        bool asks = registration->state == LOOM_REGISTRATION_REGISTERING;
        stage.kept.until[i] = waits ? registration->deadline : 0;
        stage.kept.left[i] = waits ? registration->deadline - stage.now : asks ? 0 : LOOM_NEVER;
    }
}

/* After a restart what was left is waited for once more; an attempt in its midst has failed. */
static void begin_waits_anew(void)
{
    for (unsigned i = 0; i < SERVERS_MAX && stage.kept.length > 0; i++) {
        uint64_t left = stage.kept.left[i];
        stage.kept.until[i] = left == LOOM_NEVER ? 0 : stage.now + left;
    }
}

static enum loom_status on_save(void *self, enum loom_record record, const void *data,
                                size_t length)
{
    bool accounts = record == LOOM_RECORD_ACCOUNTS;
    uint8_t *bytes = accounts ? stage.accounts.bytes : stage.kept.bytes;
    size_t room = accounts ? ACCOUNTS_ROOM : KEPT_ROOM;
    (void)self;
    if (stage.store_fails) {
        stage.store_fails = false;
        return LOOM_UNAVAILABLE;
    }
    must(length <= room);
    memset(bytes, 0, room);
    memcpy(bytes, data, length);
    *(accounts ? &stage.accounts.length : &stage.kept.length) = length;
    if (!accounts) {
        note_waits();
    }
    return LOOM_OK;
}

static enum loom_status on_load(void *self, enum loom_record record, void *data, size_t room,
                                size_t *length, bool *previous)
{
    bool accounts = record == LOOM_RECORD_ACCOUNTS;
    (void)self;
    *previous = false;
    *length = accounts ? stage.accounts.length : stage.kept.length;
    must(*length <= room);
    if (!accounts) {
        begin_waits_anew();
    }
    memcpy(data, accounts ? stage.accounts.bytes : stage.kept.bytes, *length);
    return *length == 0 ? LOOM_NOT_FOUND : LOOM_OK;
}

static const struct loom_store store = {.save = on_save, .load = on_load};

/* ---- the device ------------------------------------------------------------------------------ */

/* More steps at one moment than any event needs. */
#define STEPS_MAX 10

void stage_step(void)
{
    for (int i = 0; i < STEPS_MAX; i++) {
        memset(buffer, 0xA5, sizeof buffer); /* nothing lives in it from step to step */
        stage.deadline = loom_client_step(&stage.client);
        if (stage.deadline < stage.now) {
            violate(INVARIANT_DEADLINE, "the deadline is %llu ms ago",
                    (unsigned long long)(stage.now - stage.deadline));
        }
        if (stage.deadline > stage.now) {
            return;
        }
    }
    violate(INVARIANT_DEADLINE, "after %d steps something is still due at once", STEPS_MAX);
}

static void boot(void)
{
    const struct loom_client_config config = {.endpoint = "device",
                                              .lwm2m = stage_setup->lwm2m,
                                              .queue_mode = stage_setup->queue_mode,
                                              .bootstrap_pack = stage_setup->pack,
                                              .model = &stage.model,
                                              .staging = stage.staging,
                                              .registrations = stage.registrations,
                                              .registration_room = SERVERS_MAX,
                                              .locations = stage.locations,
                                              .location_size = LOOM_LOCATION_SIZE,
                                              .buffer = buffer,
                                              .buffer_size = sizeof buffer,
                                              .observations = stage.observations,
                                              .observation_room = SLOTS,
                                              .attributes = stage.attributes,
                                              .attribute_size = ATTRIBUTES_ROOM,
                                              .port = &port,
                                              .store = &store,
                                              .event = watch_event};
    loom_model_init(&stage.model, product, stage.data, &hooks, NULL);
    memcpy(stage.data, factory, product->data_size);
    watch_begin();
    must(loom_client_start(&stage.client, &config) == LOOM_OK);
    stage_step();
}

void stage_begin(bool with_accounts)
{
    struct loom_model model;
    make_device(&model, factory);
    if (with_accounts) {
        add_servers(&model, stage_lifetime() + 2);
    }
    memset(&stage, 0, sizeof stage);
    stage.now = 100000; /* so that 0 is long ago */
    boot();
    stage.watch.restarted = false;
}

/* Whatever the device had in its memory is gone. */
void stage_cut(void)
{
    for (unsigned i = 0; i < LINKS; i++) {
        stage_close(i);
    }
    memset(stage.observations, 0, sizeof stage.observations);
    memset(&stage.client, 0xA5, sizeof stage.client);
    memset(stage.registrations, 0xA5, sizeof stage.registrations);
    memset(stage.data, 0xA5, product->data_size);
    memset(stage.staging, 0xA5, product->data_size);
    stage.stopping = false;
    boot();
}

void stage_copy(struct stage *to, const struct stage *from)
{
    memcpy(to, from, offsetof(struct stage, data) + product->data_size);
    memcpy(to->staging, from->staging, product->data_size);
}

/* ---- the same state -------------------------------------------------------------------------- */

static uint64_t left(uint64_t time)
{
    return time == LOOM_NEVER ? LOOM_NEVER : time > stage.now ? time - stage.now : 0;
}

/* How long ago, as far as it can count. */
static uint64_t ago(uint64_t time, uint64_t seconds)
{
    uint64_t most = seconds * 1000;
    return stage.now - time < most ? stage.now - time : most;
}

static uint32_t exchange_kind(const struct link *link, uint32_t exchange)
{
    return exchange == 0 ? 0 : exchange == link->now.exchange ? 1 : 2;
}

static struct loom_session *session_kind(unsigned link, const struct loom_session *session)
{
    return session == NULL ? NULL : &sessions[link][0];
}

static void level_registration(struct loom_registration *registration, unsigned link)
{
    bool stands = loom_registration_stands(registration);
    uint64_t retry_timer = stage_setup->lwm2m == LOOM_LWM2M_1_0 ? 60 : RETRY_TIMER;
    registration->session = session_kind(link, registration->session);
    registration->exchange = exchange_kind(&stage.links[link], registration->exchange);
    registration->deadline = left(registration->deadline);
    registration->update_at = stands ? left(registration->update_at) : 0;
    registration->expires_at = stands ? left(registration->expires_at) : 0;
    registration->queued_at =
        stage_setup->ordered ? ago(registration->queued_at, INITIAL_DELAY) : 0;
    /* The delay of the next in the order is longer than what makes a registration one that lasted.
     */
    uint64_t counts = stage_setup->ordered ? INITIAL_DELAY : stands ? retry_timer : 0;
    registration->ended_at = ago(registration->ended_at, counts);
}

static void level_link(struct link *link)
{
    link->turn = 0;
    link->now.exchange = link->now.kind != ASKED_NOTHING;
    link->now.sent = link->now.kind == ASKED_NOTHING ? 0 : stage.now - link->now.sent;
    link->before.exchange = link->before.kind != ASKED_NOTHING;
    link->before.sent = link->before.kind == ASKED_NOTHING ? 0 : stage.now - link->before.sent;
}

uint64_t stage_stir(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * 0x9E3779B97F4A7C15u;
    return hash ^ hash >> 29;
}

/* Four lanes, which a processor fills at the same time: this is what exploring waits for. */
static uint64_t mix(uint64_t hash, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    uint64_t words[4];
    uint64_t one = hash;
    uint64_t two = hash + 1;
    uint64_t three = hash + 2;
    uint64_t four = hash + 3;
    while (size > 0) {
        size_t taken = size < sizeof words ? size : sizeof words;
        if (taken < sizeof words) {
            memset(words, 0, sizeof words);
        }
        memcpy(words, bytes, taken);
        one = stage_stir(one, words[0]);
        two = stage_stir(two, words[1]);
        three = stage_stir(three, words[2]);
        four = stage_stir(four, words[3]);
        bytes += taken;
        size -= taken;
    }
    return stage_stir(stage_stir(stage_stir(one, two), three), four);
}

static uint64_t mix_data(uint64_t hash, const void *data, struct mixed *last)
{
    if (last->hash == 0 || memcmp(last->data, data, product->data_size) != 0) {
        memcpy(last->data, data, product->data_size);
        last->hash = mix(1, data, product->data_size);
    }
    return stage_stir(hash, last->hash);
}

/* A wait that is over will not come again; the others count from now. */
static void level_kept(struct kept_record *kept)
{
    for (unsigned i = 0; i < SERVERS_MAX; i++) {
        uint64_t until = kept->until[i];
        kept->until[i] = until == 0 ? 0 : until < stage.now ? 1 : until - stage.now + 2;
    }
}

/* Times count from now. Left out is what only tells one run of the same from another: the numbers
 * of exchanges, a fact that is given anew before it counts, the digest of the state record, for
 * which has_news() stands, and what a start sets for ever, with the gaps in it. */
uint64_t stage_hash(void)
{
    static struct stage level;
    memcpy(&level, &stage, offsetof(struct stage, data));
    struct loom_bootstrap *bootstrap = &level.client.bootstrap;
    memset(&level.client.context.config, 0, sizeof level.client.context.config);
    memset(&bootstrap->staged, 0, sizeof bootstrap->staged);
    level.client.context.last_exchange = 0;
    level.client.context.quiet_until = 0;
    level.client.context.remembered = level.client.context.remembered != 0;
    level_kept(&level.kept);
    bootstrap->session = session_kind(0, bootstrap->session);
    bootstrap->exchange = exchange_kind(&stage.links[0], bootstrap->exchange);
    bootstrap->deadline = left(bootstrap->deadline);
    bootstrap->servers_well = false;
    level.client.context.account_deadline = left(level.client.context.account_deadline);
    for (unsigned i = 0; i < SERVERS_MAX; i++) {
        if (loom_registration_used(&stage.registrations[i])) {
            level_registration(&level.registrations[i], 1 + i);
        }
        level.watch.disabled_until[i] = left(stage.watch.disabled_until[i]);
        level.watch.alive_until[i] = left(stage.watch.alive_until[i]);
    }
    level.watch.held_until = left(stage.watch.held_until);
    if (stage.watch.purge_at != 0) {
        level.watch.purge_at = stage.watch.purge_at + (UINT64_C(1) << 40) - stage.now;
    }
    for (unsigned i = 0; i < LINKS; i++) {
        level_link(&level.links[i]);
    }
    observed_level(&level);
    level.now = 0;
    level.deadline = 0;
    uint64_t hash = mix(14695981039346656037u, &level, offsetof(struct stage, data));
    hash = mix_data(hash, stage.data, &mixed[0]);
    return mix_data(hash, stage.staging, &mixed[1]);
}
