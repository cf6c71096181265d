/* SPDX-License-Identifier: Apache-2.0 */
#include "measure.h"

#include "loom_objects.h"

#include <string.h>

/* As many as a device of many servers has. */
#define MANY 100

/* All that a client has, so that one copy puts all of it back. */
static struct device {
    struct loom_client client;
    struct loom_registration registration;
    uint8_t locations[64]; /* of a server that answers `rd` and a number or a UUID */
    struct loom_model model;
    struct loom_bench_data data;
    struct loom_bench_staging staging;
    uint8_t buffer[LOOM_BENCH_BUFFER_SIZE];
    struct loom_observation observations[MANY];
    uint8_t attributes[16];
    /* What the port remembers. */
    void *owner;
    uint32_t exchange;
    unsigned requests;
    unsigned notifications;
} device, before;

/* Of the last request of the peer; the payload is looked at by nobody. */
static uint8_t answer[1024];
static size_t answer_length;

/* ---- the port -------------------------------------------------------------------------------- */

static uint64_t port_now(void *self)
{
    (void)self;
    return 1000000;
}

static int64_t port_unix_time(void *self)
{
    (void)self;
    return 1700000000;
}

static enum loom_status port_open(void *self, const struct loom_credentials *credentials,
                                  void *owner, struct loom_session **session)
{
    (void)self;
    (void)credentials;
    device.owner = owner;
    *session = deliver_session;
    return LOOM_OK;
}

static void port_close(void *self, struct loom_session *session)
{
    (void)self;
    (void)session;
}

static enum loom_status port_request(void *self, struct loom_session *session,
                                     const struct loom_request *request, uint32_t exchange)
{
    (void)self;
    (void)session;
    (void)request;
    device.exchange = exchange;
    device.requests++;
    return LOOM_OK;
}

static void port_peer(void *self, const struct loom_session *session, struct loom_peer *peer)
{
    (void)self;
    (void)session;
    memset(peer, 0, sizeof *peer);
}

static enum loom_status port_notify(void *self, struct loom_session *session, uint16_t observation,
                                    const struct loom_notification *notification)
{
    (void)self;
    (void)session;
    (void)observation;
    (void)notification;
    device.notifications++;
    return LOOM_OK;
}

static void port_forget(void *self, struct loom_session *session, uint16_t observation)
{
    (void)self;
    (void)session;
    (void)observation;
}

static const struct loom_port port = {.now = port_now,
                                      .unix_time = port_unix_time,
                                      .open = port_open,
                                      .close = port_close,
                                      .request = port_request,
                                      .peer = port_peer,
                                      .notify = port_notify,
                                      .forget = port_forget};

static void on_event(void *user, const struct loom_event *event)
{
    (void)user;
    (void)event;
}

/* ---- what a peer does ------------------------------------------------------------------------ */

/* What a GET asks for beside its answer. */
static uint8_t observe = LOOM_OBSERVE_NONE;

/* What a request brings in its query. */
static const char *const *queries;
static uint8_t query_count;

/* One that comes in with a path such as `3/0/14`. */
static uint8_t request(enum loom_method method, const char *path, uint16_t format, uint16_t accept,
                       const void *payload, size_t length)
{
    struct loom_request incoming = {.method = method,
                                    .content_format = format,
                                    .accept = accept,
                                    .confirmable = true,
                                    .payload = {payload, length},
                                    .observe = method == LOOM_GET ? observe : LOOM_OBSERVE_NONE};
    static struct loom_reply reply;

    reply = (struct loom_reply){
        .content_format = LOOM_FORMAT_ABSENT, .payload = answer, .room = sizeof answer};
    while (*path != '\0') {
        const char *end = strchr(path, '/');
        size_t segment = end == NULL ? strlen(path) : (size_t)(end - path);
        incoming.path[incoming.path_count].data = path;
        incoming.path[incoming.path_count++].length = segment;
        path += segment + (end != NULL);
    }
    for (; incoming.query_count < query_count; incoming.query_count++) {
        const char *query = queries[incoming.query_count];
        incoming.query[incoming.query_count] = (struct loom_text){query, strlen(query)};
    }
    deliver_request(&device.client, device.owner, &incoming, &reply);
    answer_length = reply.length;
    return reply.code;
}

static uint8_t get(const char *path, uint16_t accept)
{
    return request(LOOM_GET, path, LOOM_FORMAT_ABSENT, accept, NULL, 0);
}

static uint8_t put(const char *path, uint16_t format, const void *payload, size_t length)
{
    return request(LOOM_PUT, path, format, LOOM_FORMAT_ABSENT, payload, length);
}

static bool respond(uint8_t code)
{
    struct loom_response response = {.code = code, .content_format = LOOM_FORMAT_ABSENT};
    unsigned sent = device.requests;

    if (code == LOOM_CREATED) {
        response.location_count = 2;
        response.location[0].data = "rd";
        response.location[0].length = 2;
        response.location[1].data = "a1";
        response.location[1].length = 2;
    }
    deliver_response(&device.client, device.owner, device.exchange, &response);
    return device.requests == sent;
}

/* Steps, and has sent one request by then. */
static bool step_sends(void)
{
    unsigned sent = device.requests;
    deliver_step(&device.client);
    return device.requests == sent + 1;
}

/* ---- states to begin from -------------------------------------------------------------------- */

/* A Device instance that answers 137 bytes in TLV. */
static void fill_device(struct loom_model *model)
{
    static const int64_t sources[2][3] = {{1, 3800, 125}, {5, 5000, 900}};

    loom_device_set_manufacturer(model, 0, "Open Mobile Alliance");
    loom_device_set_model_number(model, 0, "Lightweight M2M Client");
    loom_device_set_serial_number(model, 0, "345000123");
    loom_device_set_firmware_version(model, 0, "1.0");
    for (uint16_t i = 0; i < 2; i++) {
        for (uint16_t resource = 6; resource <= 8; resource++) {
            loom_set_integer(model, loom_path_resource_instance(3, 0, resource, i),
                             sources[i][resource - 6]);
        }
    }
    loom_set_integer(model, loom_path_resource(3, 0, 9), 100);
    loom_set_integer(model, loom_path_resource(3, 0, 10), 15);
    loom_set_integer(model, loom_path_resource_instance(3, 0, 11, 0), 0);
    loom_set_time(model, loom_path_resource(3, 0, 13), 1367491215);
    loom_set_text(model, loom_path_resource(3, 0, 14), "+02:00");
    loom_set_text(model, loom_path_resource(3, 0, 15), "Europe/Berlin");
    loom_set_text(model, loom_path_resource(3, 0, 16), "U");
}

static void add_server(struct loom_model *model)
{
    uint16_t instance = 0;

    loom_model_create(model, 1, &instance);
    loom_set_integer(model, loom_path_resource(1, 0, 0), 1);
    loom_set_integer(model, loom_path_resource(1, 0, 1), 300);
    loom_set_boolean(model, loom_path_resource(1, 0, 6), true);
    loom_set_text(model, loom_path_resource(1, 0, 7), "U");
    loom_set_text(model, loom_path_resource(0, 0, 0), "coap://server.example:5683");
    loom_set_boolean(model, loom_path_resource(0, 0, 1), false);
    loom_set_integer(model, loom_path_resource(0, 0, 10), 1);
}

static uint8_t observation_room = 1;

static bool start(bool with_server)
{
    struct loom_client_config config = {.endpoint = "urn:dev:os:bench-1",
                                        .lwm2m = LOOM_LWM2M_1_1,
                                        .model = &device.model,
                                        .staging = &device.staging,
                                        .registrations = &device.registration,
                                        .registration_room = 1,
                                        .locations = device.locations,
                                        .location_size = sizeof device.locations,
                                        .buffer = device.buffer,
                                        .buffer_size = sizeof device.buffer,
                                        .observations = device.observations,
                                        .observation_room = observation_room,
                                        .attributes = device.attributes,
                                        .attribute_size = sizeof device.attributes,
                                        .port = &port,
                                        .event = on_event};

    loom_model_init(&device.model, &loom_bench, &device.data, NULL, NULL);
    fill_device(&device.model);
    if (with_server) {
        add_server(&device.model);
    }
    return loom_client_start(&device.client, &config) == LOOM_OK;
}

static bool started(void)
{
    return start(true);
}

static bool registered(void)
{
    return start(true) && step_sends() && respond(LOOM_CREATED) && !step_sends();
}

static bool update_sent(void)
{
    if (!registered()) {
        return false;
    }
    loom_client_update(&device.client);
    return true;
}

static bool bootstrapping(void)
{
    return start(false) && step_sends() && respond(LOOM_CHANGED);
}

/* ---- operations ------------------------------------------------------------------------------ */

static const uint8_t server_tlv[] = {0xc1, 0, 1, 0xc2, 1, 0x01, 0x2c, 0xc1, 6, 1, 0xc1, 7, 'U'};
static const uint8_t security_tlv[] = {0xc8, 0,   26,   'c', 'o', 'a',  'p', ':', '/', '/',
                                       's',  'e', 'r',  'v', 'e', 'r',  '.', 'e', 'x', 'a',
                                       'm',  'p', 'l',  'e', ':', '5',  '6', '8', '3', 0xc1,
                                       1,    0,   0xc1, 2,   3,   0xc1, 10,  1};
static const uint8_t server_cbor[] = {0x84, 0xa3, 0x21, 0x65, '/',  '1',  '/',  '0',  '/',
                                      0x00, 0x61, '0',  0x02, 0x01, 0xa2, 0x00, 0x61, '1',
                                      0x02, 0x19, 0x01, 0x2c, 0xa2, 0x00, 0x61, '6',  0x04,
                                      0xf5, 0xa2, 0x00, 0x61, '7',  0x03, 0x61, 'U'};

static bool read_3_0_tlv(void)
{
    return get("3/0", LOOM_FORMAT_TLV) == LOOM_CONTENT && answer_length == 137;
}

static bool read_3_0_senml_cbor(void)
{
    return get("3/0", LOOM_FORMAT_SENML_CBOR) == LOOM_CONTENT;
}

static bool read_3_0_senml_json(void)
{
    return get("3/0", LOOM_FORMAT_SENML_JSON) == LOOM_CONTENT;
}

static bool read_3_0_lwm2m_cbor(void)
{
    return get("3/0", LOOM_FORMAT_LWM2M_CBOR) == LOOM_CONTENT;
}

static bool read_3_0_0_text(void)
{
    return get("3/0/0", LOOM_FORMAT_TEXT) == LOOM_CONTENT && answer_length == 20;
}

static bool read_3_0_0_tlv(void)
{
    return get("3/0/0", LOOM_FORMAT_TLV) == LOOM_CONTENT && answer_length == 23;
}

static bool read_1_0_tlv(void)
{
    return get("1/0", LOOM_FORMAT_TLV) == LOOM_CONTENT;
}

static bool discover_3_0(void)
{
    return get("3/0", LOOM_FORMAT_LINK) == LOOM_CONTENT;
}

static bool write_3_0_14(void)
{
    return put("3/0/14", LOOM_FORMAT_TEXT, "+01:00", 6) == LOOM_CHANGED;
}

static bool write_1_0_1(void)
{
    return put("1/0/1", LOOM_FORMAT_TEXT, "600", 3) == LOOM_CHANGED;
}

static bool write_3_0_tlv(void)
{
    static const uint8_t offset[] = {0xc6, 14, '+', '0', '1', ':', '0', '0'};
    return request(LOOM_POST, "3/0", LOOM_FORMAT_TLV, LOOM_FORMAT_ABSENT, offset, sizeof offset) ==
           LOOM_CHANGED;
}

static bool execute_1_0_8(void)
{
    return request(LOOM_POST, "1/0/8", LOOM_FORMAT_ABSENT, LOOM_FORMAT_ABSENT, NULL, 0) ==
           LOOM_CHANGED;
}

static bool bs_write_tlv(void)
{
    return put("1/0", LOOM_FORMAT_TLV, server_tlv, sizeof server_tlv) == LOOM_CHANGED;
}

static bool bs_write_0_1_tlv(void)
{
    return put("0/1", LOOM_FORMAT_TLV, security_tlv, sizeof security_tlv) == LOOM_CHANGED;
}

static bool bs_write_senml_cbor(void)
{
    return put("1/0", LOOM_FORMAT_SENML_CBOR, server_cbor, sizeof server_cbor) == LOOM_CHANGED;
}

static bool bs_discover(void)
{
    return get("", LOOM_FORMAT_LINK) == LOOM_CONTENT;
}

static bool bs_delete(void)
{
    return request(LOOM_DELETE, "", LOOM_FORMAT_ABSENT, LOOM_FORMAT_ABSENT, NULL, 0) ==
           LOOM_DELETED;
}

static bool finish(void)
{
    return request(LOOM_POST, "bs", LOOM_FORMAT_ABSENT, LOOM_FORMAT_ABSENT, NULL, 0) ==
           LOOM_CHANGED;
}

static bool written(void)
{
    return bootstrapping() && bs_write_0_1_tlv() && bs_write_tlv();
}

static bool do_register(void)
{
    return step_sends();
}

static bool update(void)
{
    return step_sends() && respond(LOOM_CHANGED);
}

/* The step after a registration still compares what the server knows. */
static bool compared(void)
{
    return registered() && !step_sends();
}

static bool idle_step(void)
{
    return !step_sends();
}

static bool observe_often(unsigned count)
{
    bool begun = compared();

    observe = LOOM_OBSERVE_BEGIN;
    for (unsigned i = 0; begun && i < count; i++) {
        begun = get("3/0/9", LOOM_FORMAT_ABSENT) == LOOM_CONTENT;
    }
    observe = LOOM_OBSERVE_NONE;
    return begun && !step_sends();
}

static bool observed(void)
{
    return observe_often(1);
}

static bool write_attributes(void)
{
    static const char *const attributes[] = {"pmin=10", "pmax=60"};
    queries = attributes;
    query_count = 2;
    bool good = put("3/0/9", LOOM_FORMAT_ABSENT, NULL, 0) == LOOM_CHANGED;
    query_count = 0;
    return good;
}

static bool many_observed(void)
{
    observation_room = MANY;
    bool good = observe_often(MANY) && write_attributes() && !step_sends();
    observation_room = 1;
    return good;
}

unsigned measure_observation(void)
{
    bool good = observed() && write_attributes();
    return good ? (unsigned)sizeof device.observations[0] + device.client.context.attributes.used
                : 0;
}

/* One number has changed, and nothing holds its notification back. */
static bool notify(void)
{
    static const struct loom_path battery = {{3, 0, 9, 0}, 3};
    unsigned sent = device.notifications;

    return deliver_change(&device.model, &battery, 20 + (int64_t)(sent % 64)) && !step_sends() &&
           device.notifications == sent + 1;
}

/* Whether each repeat finds what the one before it left, or the state that came first. */
enum { AGAIN, PUT_BACK };

static const struct {
    const char *name;
    bool (*from)(void);
    bool (*operation)(void);
    int repeat;
} operations[] = {
    {"read_3_0_tlv", registered, read_3_0_tlv, AGAIN},
    {"read_3_0_senml_cbor", registered, read_3_0_senml_cbor, AGAIN},
    {"read_3_0_senml_json", registered, read_3_0_senml_json, AGAIN},
    {"read_3_0_lwm2m_cbor", registered, read_3_0_lwm2m_cbor, AGAIN},
    {"read_3_0_0_text", registered, read_3_0_0_text, AGAIN},
    {"read_3_0_0_tlv", registered, read_3_0_0_tlv, AGAIN},
    {"read_1_0_tlv", registered, read_1_0_tlv, AGAIN},
    {"discover_3_0", registered, discover_3_0, AGAIN},
    {"write_3_0_14_text", registered, write_3_0_14, AGAIN},
    {"write_1_0_1_text", registered, write_1_0_1, AGAIN},
    {"write_3_0_tlv", registered, write_3_0_tlv, AGAIN},
    {"execute_1_0_8", registered, execute_1_0_8, PUT_BACK},
    {"bs_write_tlv", bootstrapping, bs_write_tlv, AGAIN},
    {"bs_write_0_1_tlv", bootstrapping, bs_write_0_1_tlv, AGAIN},
    {"bs_write_senml_cbor", bootstrapping, bs_write_senml_cbor, AGAIN},
    {"bs_write_tlv_new", bootstrapping, bs_write_tlv, PUT_BACK},
    {"bs_write_senml_cbor_new", bootstrapping, bs_write_senml_cbor, PUT_BACK},
    {"bs_discover", bootstrapping, bs_discover, AGAIN},
    {"bs_delete", bootstrapping, bs_delete, PUT_BACK},
    {"finish", written, finish, PUT_BACK},
    {"register", started, do_register, PUT_BACK},
    {"update", update_sent, update, PUT_BACK},
    {"idle_step", compared, idle_step, AGAIN},
    {"idle_step_observed", many_observed, idle_step, AGAIN},
    {"notify", observed, notify, AGAIN},
};

static void repeat(const struct measure *measure, size_t index)
{
    bool good = operations[index].from();

    before = device;
    measure->begin(operations[index].name);
    for (unsigned i = 0; good && i < measure->repeats; i++) {
        if (operations[index].repeat == PUT_BACK) {
            device = before;
        }
        good = operations[index].operation();
    }
    measure->end(operations[index].name, good);
}

void measure_all(const struct measure *measure)
{
    for (size_t i = 0; i < sizeof operations / sizeof *operations; i++) {
        memset(&device, 0, sizeof device);
        repeat(measure, i);
    }
}
