/* SPDX-License-Identifier: Apache-2.0 */
/* The servers: the real ones, each behind a nature that may bend what they say. */
#include "world.h"

#include "loom/codec.h"
#include "model/payload.h"
#include "loom_objects.h"
#include "../server/own_catalog.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OWN_EXCHANGES 0x80000000u /* of requests that the server itself knows nothing of */

static struct sim_world *world_of(const struct sim_server *server)
{
    return (struct sim_world *)(void *)((char *)(uintptr_t)server -
                                        offsetof(struct sim_world, server) -
                                        server->host * sizeof *server);
}

static const struct nature *nature_of(const struct sim_server *server)
{
    return &world_of(server)->nature[server->host];
}

/* ---- accounts -------------------------------------------------------------------------------- */

struct writer {
    char *text;
    size_t size;
    size_t used;
};

static void put(struct writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(struct writer *writer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length =
        vsnprintf(writer->text + writer->used, writer->size - writer->used, format, arguments);
    va_end(arguments);
    writer->used += (size_t)length;
    if (writer->used >= writer->size) {
        abort();
    }
}

static const char *authority(unsigned host)
{
    static const char *const names[NET_HOSTS] = {NULL, "bs:5684", "a:5684", "b:5684",
                                                 "stranger:5684"};
    return names[host];
}

/* In 1.0 object 1 ends with resource 8. */
static bool has_setting(const struct sim_setup *setup, unsigned server, unsigned setting)
{
    return setup->account[server].present[setting] &&
           (setup->lwm2m >= LOOM_LWM2M_1_1 || sim_setting_resource[setting] < 9);
}

static void put_server(struct writer *writer, const struct sim_setup *setup, unsigned server,
                       unsigned variant)
{
    const struct sim_account *account = &setup->account[server];
    const char *host = authority(HOST_A + server);
    if (variant == ACCOUNTS_WRONG_URI) {
        host = authority(HOST_STRANGER);
    } else if (variant == ACCOUNTS_UNKNOWN_HOST) {
        host = "nowhere:5684";
    }
    put(writer, "[server %u]\n", (unsigned)SIM_SSID(server));
    if (account->secure) {
        put(writer, "uri = coaps://%s\nidentity = device-%u\nkey = %s%02x\n", host, server,
            "4b45594b45594b45594b45594b4559", server + (variant == ACCOUNTS_WRONG_KEY ? 0x80u : 0));
    } else {
        put(writer, "uri = coap://%s\nnosec\n", host);
    }
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        bool yes_or_no = i == SETTING_FAILURE_BLOCK || i == SETTING_BOOTSTRAP;
        uint32_t value =
            i == SETTING_LIFETIME && variant == ACCOUNTS_FOR_EVER ? 0xFFFFFFFFu : account->value[i];
        if (has_setting(setup, server, i) && yes_or_no) {
            put(writer, "%u = %s\n", (unsigned)sim_setting_resource[i], value != 0 ? "yes" : "no");
        } else if (has_setting(setup, server, i)) {
            put(writer, "%u = %u\n", (unsigned)sim_setting_resource[i], (unsigned)value);
        }
    }
    if (setup->sends) {
        put(writer, "23 = no\n"); /* rule B-74 */
    }
}

static void put_access(struct writer *writer, const struct sim_setup *setup, unsigned owner)
{
    for (unsigned i = 0; i < setup->servers; i++) {
        put(writer, "[instance /2/%u]\nobject-id = 1\nobject-instance-id = %u\nacl/%u = 15\n", i, i,
            (unsigned)SIM_SSID(i));
        put(writer, "access-control-owner = %u\n", owner != 0 ? owner : (unsigned)SIM_SSID(i));
    }
    /* The first server may create instances of Temperature (rule C-72). */
    put(writer, "[instance /2/%u]\nobject-id = 3303\nobject-instance-id = 65535\nacl/%u = 16\n",
        setup->servers, (unsigned)SIM_SSID(0));
    put(writer, "access-control-owner = 65535\n");
    /* Both may read what they observe, until the first server has it otherwise. */
    for (unsigned i = 0; setup->observes && i < 2; i++) {
        put(writer, "[instance /2/%u]\nobject-id = %u\nobject-instance-id = 0\nacl/%u = 1\n",
            setup->servers + 1 + i, i == 0 ? 3u : 6u, (unsigned)SIM_SSID(1));
        put(writer, "access-control-owner = %u\n", owner != 0 ? owner : (unsigned)SIM_SSID(0));
    }
}

void server_accounts_text(const struct sim_setup *setup, unsigned variant, char *text, size_t size)
{
    struct writer writer = {text, size, 0};
    put(&writer, "[endpoint %s]\n", variant == ACCOUNTS_NOBODY ? "somebody" : "device");
    if (setup->bootstrap_secure) {
        put(&writer, "identity = device-bs\nkey = 4b45594b45594b45594b45594b4559ff\n");
    } else {
        put(&writer, "nosec\n");
    }
    if (setup->deletes_all || variant == ACCOUNTS_EMPTY) {
        put(&writer, "delete = /\n");
    }
    if (setup->account_timeout != 0) {
        put(&writer, "account-timeout = %u\n", (unsigned)setup->account_timeout);
    }
    if (variant == ACCOUNTS_PART) {
        put(&writer, "/1/7/5 = 60\n");
    }
    if (variant == ACCOUNTS_PART || variant == ACCOUNTS_EMPTY) {
        return;
    }
    for (unsigned i = 0; i < setup->servers; i++) {
        put_server(&writer, setup, i, variant);
    }
    if (setup->servers > 1 || variant == ACCOUNTS_BAD_OWNER) {
        put_access(&writer, setup, variant == ACCOUNTS_BAD_OWNER ? 999 : 0);
    }
}

static void on_report(void *user, const char *message)
{
    (void)user;
    (void)fprintf(stderr, "sim: %s\n", message);
}

/* The bootstrap server's accounts by file; a manager's are one endpoint. */
static struct loom_fleet_accounts *make_accounts(const struct sim_world *world, unsigned host)
{
    char text[SIM_TEXT];
    bool bootstrap = host == HOST_BS;
    if (bootstrap) {
        server_accounts_text(&world->setup, world->nature[host].variant, text, sizeof text);
    } else if (world->setup.account[host - HOST_A].secure) {
        (void)snprintf(text, sizeof text, "[endpoint device]\nidentity = device-%u\nkey = %s%02x\n",
                       host - HOST_A, "4b45594b45594b45594b45594b4559", host - HOST_A);
    } else {
        (void)snprintf(text, sizeof text, "[endpoint device]\nnosec\n");
    }
    struct loom_text given = {text, strlen(text)};
    /* The servers know what the device's tables know. */
    struct own_catalog own;
    own_catalog_fill(&own, loom_products, loom_products_names, LOOM_PRODUCT_COUNT);
    struct loom_fleet_accounts *accounts = loom_fleet_accounts_parse(
        "accounts", given, bootstrap ? LOOM_FLEET_BOOTSTRAP : LOOM_FLEET_MANAGEMENT, &own.catalog,
        on_report, NULL);
    if (accounts == NULL) {
        (void)fprintf(stderr, "sim: seed %llu: the accounts are wrong\n%s",
                      (unsigned long long)world->setup.seed, text);
        abort();
    }
    return accounts;
}

/* ---- requests that the server knows nothing of ----------------------------------------------- */

static void send_own(struct sim_server *server, struct loom_session *session,
                     const struct loom_request *request)
{
    uint32_t exchange = OWN_EXCHANGES | ++server->next_own;
    server->port.request(server->port.self, session, request, exchange);
}

uint32_t server_ask(struct sim_world *world, unsigned host, const struct loom_request *request)
{
    struct sim_server *server = &world->server[host];
    struct loom_session *session = net_session_from(&world->net, host, HOST_DEVICE);
    if (session == NULL || server->management == NULL) {
        return 0;
    }
    world->net.aside = true;
    send_own(server, session, request);
    world->net.aside = false;
    return OWN_EXCHANGES | server->next_own;
}

void server_give_up(struct sim_world *world, unsigned host, uint32_t exchange)
{
    struct sim_server *server = &world->server[host];
    struct loom_session *session = net_session_from(&world->net, host, HOST_DEVICE);
    if (session != NULL) {
        server->port.cancel(server->port.self, session, exchange);
    }
}

static void set_path(struct loom_request *request, const char *const *segments)
{
    request->path_count = 0;
    for (; *segments != NULL; segments++) {
        struct loom_text segment = {*segments, strlen(*segments)};
        request->path[request->path_count++] = segment;
    }
}

static struct loom_request plain(enum loom_method method)
{
    struct loom_request request = {.method = method,
                                   .content_format = LOOM_FORMAT_ABSENT,
                                   .accept = LOOM_FORMAT_ABSENT,
                                   .confirmable = true};
    return request;
}

static struct loom_request draw_garbage(struct sim_random *random, uint8_t payload[64])
{
    static const char *const first[] = {"0", "1",  "2", "3",     "bs",   "rd",
                                        "6", "21", "x", "65535", "3303", "0"};
    static const char *const later[] = {"0", "1", "2", "4", "8", "9", "15", "65534", "", "a"};
    static const uint16_t formats[] = {
        LOOM_FORMAT_ABSENT, LOOM_FORMAT_TLV, LOOM_FORMAT_TLV, LOOM_FORMAT_TEXT, 60, 112};
    static const char *const bs[] = {"bs", NULL};
    struct loom_request request = plain((enum loom_method)sim_random_between(random, 1, 7));
    if (sim_random_chance(random, 10)) { /* a Finish that means nothing */
        request = plain(LOOM_POST);
        set_path(&request, bs);
        return request;
    }
    const char *segments[5] = {NULL};
    size_t depth = (size_t)sim_random_below(random, 5);
    for (size_t i = 0; i < depth; i++) {
        segments[i] = i == 0 ? first[sim_random_below(random, sizeof first / sizeof first[0])]
                             : later[sim_random_below(random, sizeof later / sizeof later[0])];
    }
    set_path(&request, segments);
    request.content_format = formats[sim_random_below(random, sizeof formats / sizeof formats[0])];
    request.accept = sim_random_chance(random, 20) ? LOOM_FORMAT_LINK : LOOM_FORMAT_ABSENT;
    request.payload.data = payload;
    request.payload.length = (size_t)sim_random_below(random, 40);
    for (size_t i = 0; i < request.payload.length; i++) {
        payload[i] = (uint8_t)sim_random_next(random);
    }
    return request;
}

void server_garbage(struct sim_world *world, unsigned host, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        uint8_t payload[64];
        struct loom_request request = draw_garbage(&world->random, payload);
        struct loom_session *session = net_session_from(&world->net, host, HOST_DEVICE);
        if (host == HOST_STRANGER) {
            net_intrude(&world->net, host, HOST_DEVICE, &request);
        } else if (session != NULL) {
            send_own(&world->server[host], session, &request);
        }
    }
}

/* A management operation: through the server if the device is registered, out of the blue if it is
 * not; then it must be ignored (rule A-92). */
void server_manage(struct sim_world *world, unsigned host, unsigned operation, uint32_t value)
{
    static const struct {
        enum loom_dm_operation operation;
        enum loom_method method;
        struct loom_path path;
    } table[MANAGE_COUNT] = {
        [MANAGE_DISABLE] = {LOOM_DM_EXECUTE, LOOM_POST, {{1, 0, 4, 0}, 3}},
        [MANAGE_UPDATE] = {LOOM_DM_EXECUTE, LOOM_POST, {{1, 0, 8, 0}, 3}},
        [MANAGE_BOOTSTRAP] = {LOOM_DM_EXECUTE, LOOM_POST, {{1, 0, 9, 0}, 3}},
        [MANAGE_LIFETIME] = {LOOM_DM_WRITE, LOOM_PUT, {{1, 0, 1, 0}, 3}},
        [MANAGE_RETRY_COUNT] = {LOOM_DM_WRITE, LOOM_PUT, {{1, 0, 17, 0}, 3}},
        [MANAGE_RETRY_TIMER] = {LOOM_DM_WRITE, LOOM_PUT, {{1, 0, 18, 0}, 3}},
        [MANAGE_SEQUENCE_DELAY] = {LOOM_DM_WRITE, LOOM_PUT, {{1, 0, 19, 0}, 3}},
        [MANAGE_SEQUENCE_COUNT] = {LOOM_DM_WRITE, LOOM_PUT, {{1, 0, 20, 0}, 3}},
        [MANAGE_DISABLE_TIMEOUT] = {LOOM_DM_WRITE, LOOM_PUT, {{1, 0, 5, 0}, 3}},
        [MANAGE_READ] = {LOOM_DM_READ, LOOM_GET, {{1, 0, 0, 0}, 2}},
        [MANAGE_DISCOVER] = {LOOM_DM_DISCOVER, LOOM_GET, {{3, 0, 0, 0}, 1}},
        [MANAGE_CREATE] = {LOOM_DM_CREATE, LOOM_POST, {{3303, 0, 0, 0}, 1}},
        [MANAGE_DELETE] = {LOOM_DM_DELETE, LOOM_DELETE, {{3303, 1, 0, 0}, 2}},
        [MANAGE_REBOOT] = {LOOM_DM_EXECUTE, LOOM_POST, {{3, 0, 4, 0}, 3}},
    };
    struct sim_server *server = &world->server[host];
    struct loom_path path = table[operation].path;
    char text[16];
    uint32_t ticket;
    bool writes = operation >= MANAGE_LIFETIME && operation <= MANAGE_DISABLE_TIMEOUT;
    if (server->management == NULL) {
        return;
    }
    if (path.id[0] == 1 && world->setup.servers > 1) {
        /* Accounts are written in their order, so the second has the second instance. */
        path.id[1] = (uint16_t)(host - HOST_A);
    }
    (void)snprintf(text, sizeof text, "%u", (unsigned)value);
    struct loom_dm_request request = {.operation = table[operation].operation,
                                      .path = path,
                                      .accept = LOOM_FORMAT_ABSENT,
                                      .content_format =
                                          writes ? LOOM_FORMAT_TEXT : LOOM_FORMAT_ABSENT};
    if (writes) {
        request.payload.data = (const uint8_t *)text;
        request.payload.length = strlen(text);
    }
    struct loom_text device = {"device", 6};
    if (loom_management_server_send(server->management, device, &request, &ticket) == LOOM_OK) {
        return;
    }
    struct loom_session *session = net_session_from(&world->net, host, HOST_DEVICE);
    struct loom_request raw = plain(table[operation].method);
    char ids[4][8];
    raw.path_count = (uint8_t)path.depth;
    for (unsigned i = 0; i < path.depth; i++) {
        int length = snprintf(ids[i], sizeof ids[i], "%u", (unsigned)path.id[i]);
        raw.path[i].data = ids[i];
        raw.path[i].length = (size_t)length;
    }
    raw.content_format = request.content_format;
    raw.payload = request.payload;
    if (session != NULL) {
        send_own(server, session, &raw);
    }
}

void server_push(struct sim_world *world)
{
    struct loom_text device = {"device", 6};
    if (world->server[HOST_BS].bootstrap != NULL) {
        (void)loom_bootstrap_server_push(world->server[HOST_BS].bootstrap, device);
    }
}

/* ---- what the bootstrap server sends, bent --------------------------------------------------- */

/* Writes the device's own Bootstrap-Server Account a second time, elsewhere. */
static void send_account(struct sim_server *server, struct loom_session *session)
{
    static uint64_t data[SIM_MODEL / 8];
    static const char *const elsewhere[] = {"0", "9", NULL};
    struct loom_path path = loom_path_instance(0, 0);
    struct loom_request request = plain(LOOM_PUT);
    struct loom_model model;
    uint8_t payload[256];
    struct loom_output out = loom_output(payload, sizeof payload);
    device_factory(world_of(server), &model, data);
    if (loom_payload_read(&model, &loom_format_tlv, &path, &path, LOOM_READ_ALL, &out) == LOOM_OK &&
        !out.overflow) {
        set_path(&request, elsewhere);
        request.content_format = LOOM_FORMAT_TLV;
        request.payload.data = payload;
        request.payload.length = out.length;
        send_own(server, session, &request);
    }
}

static enum loom_status bent_request(void *self, struct loom_session *session,
                                     const struct loom_request *request, uint32_t exchange)
{
    struct sim_server *server = self;
    struct sim_world *world = world_of(server);
    struct loom_request bent = *request;
    struct loom_request extra;
    uint8_t payload[NET_DATAGRAM];
    static const char *const bs[] = {"bs", NULL};
    static const char *const halves[][3] = {{"0", "1", NULL}, {"1", "0", NULL}};
    bool has_object = bent.path_count > 0 && bent.path[0].length == 1;
    switch (nature_of(server)->tamper) {
    case TAMPER_BYTE:
        if (bent.payload.length > 0 && bent.payload.length <= sizeof payload) {
            memcpy(payload, bent.payload.data, bent.payload.length);
            payload[sim_random_below(&world->random, bent.payload.length)] ^=
                (uint8_t)(1u << sim_random_below(&world->random, 8));
            bent.payload.data = payload;
        }
        break;
    case TAMPER_PATH:
        if (bent.path_count == 2) {
            bent.path[1].data = "1";
            bent.path[1].length = 1;
        }
        break;
    case TAMPER_FINISH:
        extra = plain(LOOM_POST);
        set_path(&extra, bs);
        send_own(server, session, &extra);
        break;
    case TAMPER_DELETE:
        extra = plain(LOOM_DELETE);
        send_own(server, session, &extra);
        break;
    case TAMPER_DROP:
        if (has_object && bent.path[0].data[0] == '1') {
            bent.path[0].data = "3303";
            bent.path[0].length = 4;
        }
        break;
    case TAMPER_NO_KEYS:
        if (has_object && bent.path[0].data[0] == '0') {
            bent.path[0].data = "3303";
            bent.path[0].length = 4;
        }
        break;
    case TAMPER_UNLINK:
        if (bent.method == LOOM_POST) {
            extra = plain(LOOM_DELETE);
            set_path(&extra, halves[sim_random_below(&world->random, 2)]);
            send_own(server, session, &extra);
        }
        break;
    case TAMPER_ACCOUNT:
        if (has_object && bent.method == LOOM_PUT && bent.path[0].data[0] == '1') {
            send_account(server, session);
        }
        break;
    case TAMPER_OVER:
        if (has_object && bent.path_count == 2 && bent.path[0].data[0] == '0') {
            bent.path[1].data = "0";
            bent.path[1].length = 1;
        }
        break;
    case TAMPER_NOWHERE:
        if (has_object && bent.method == LOOM_PUT && bent.path[0].data[0] == '1') {
            extra = bent;
            extra.path[0].data = "9999";
            extra.path[0].length = 4;
            send_own(server, session, &extra);
        }
        break;
    case TAMPER_UNHEARD:
        world->net.cut[HOST_DEVICE][HOST_BS] |= bent.method == LOOM_POST;
        break;
    case TAMPER_LEAVES:
        if (sim_random_chance(&world->random, 30)) {
            server->leaves_at = world->net.now + sim_random_below(&world->random, 200);
        }
        break;
    default:
        break;
    }
    return server->port.request(server->port.self, session, &bent, exchange);
}

static uint64_t given_now(void *self)
{
    struct sim_server *server = self;
    return server->port.now(server->port.self);
}

static int64_t given_unix_time(void *self)
{
    struct sim_server *server = self;
    return server->port.unix_time(server->port.self);
}

static void given_close(void *self, struct loom_session *session)
{
    struct sim_server *server = self;
    server->port.close(server->port.self, session);
}

static void given_cancel(void *self, struct loom_session *session, uint32_t exchange)
{
    struct sim_server *server = self;
    server->port.cancel(server->port.self, session, exchange);
}

static void given_peer(void *self, const struct loom_session *session, struct loom_peer *peer)
{
    struct sim_server *server = self;
    server->port.peer(server->port.self, session, peer);
}

/* ---- the side: the nature first, then the server --------------------------------------------- */

static void lie(int how, const struct loom_request *request, struct loom_reply *reply)
{
    /* With `rd` before it, longer than what any client of ours keeps. */
    static char long_name[LOOM_LOCATION_SIZE - 1];
    bool created = reply->code == LOOM_CREATED;
    (void)request;
    switch (how) {
    case LIE_CHANGED_FOR_CREATED:
        reply->code = created ? LOOM_CHANGED : reply->code;
        break;
    case LIE_NO_LOCATION:
        reply->location_count = 0;
        break;
    case LIE_LONG_LOCATION:
        if (created) {
            memset(long_name, 'x', sizeof long_name);
            reply->location[1].data = long_name;
            reply->location[1].length = sizeof long_name;
        }
        break;
    case LIE_CONTENT:
        reply->code = LOOM_CONTENT;
        break;
    case LIE_CREATED_FOR_ALL:
        reply->code = LOOM_CREATED;
        break;
    default:
        reply->code = LOOM_CODE(7, 1);
        break;
    }
}

static void on_request(void *side, void *owner, struct loom_session *session,
                       const struct loom_request *request, struct loom_reply *reply)
{
    struct sim_server *server = side;
    const struct nature *nature = nature_of(server);
    if (nature->refuse != 0) {
        reply->code = nature->refuse;
        return;
    }
    if (nature->silent) {
        return;
    }
    if (server->bootstrap != NULL) {
        loom_bootstrap_server_side.request(server->bootstrap, owner, session, request, reply);
    } else if (server->management != NULL) {
        loom_management_server_side.request(server->management, owner, session, request, reply);
    }
    if (nature->leaves && reply->code == LOOM_CREATED) {
        struct sim_world *world = world_of(server);
        server->leaves_at = world->net.now + 100 + sim_random_below(&world->random, 5000);
    }
    if (nature->lie >= 0 && reply->code != 0) {
        lie(nature->lie, request, reply);
    }
}

static void on_response(void *side, void *owner, struct loom_session *session, uint32_t exchange,
                        const struct loom_response *response, enum loom_failure failure)
{
    struct sim_server *server = side;
    if (exchange >= OWN_EXCHANGES) {
        reports_answered(world_of(server), server->host, exchange, response);
        return;
    }
    if (server->bootstrap != NULL) {
        loom_bootstrap_server_side.response(server->bootstrap, owner, session, exchange, response,
                                            failure);
    } else if (server->management != NULL) {
        loom_management_server_side.response(server->management, owner, session, exchange, response,
                                             failure);
    }
}

static void on_lost(void *side, void *owner, struct loom_session *session,
                    enum loom_failure failure, int alert)
{
    struct sim_server *server = side;
    if (server->bootstrap != NULL) {
        loom_bootstrap_server_side.lost(server->bootstrap, owner, session, failure, alert);
    } else if (server->management != NULL) {
        loom_management_server_side.lost(server->management, owner, session, failure, alert);
    }
}

const struct loom_side sim_server_side = {
    .request = on_request, .response = on_response, .lost = on_lost};

/* ---- life ------------------------------------------------------------------------------------ */

static int on_handshake(void *user, struct loom_bytes identity, struct loom_bytes key)
{
    struct sim_server *server = user;
    const struct loom_fleet_account *account =
        server->accounts == NULL ? NULL : server->store.by_identity(server->accounts, identity);
    bool known = account != NULL;
    bool same = known && account->key.length == key.length &&
                memcmp(account->key.data, key.data, key.length) == 0;
    loom_fleet_account_release(account);
    if (nature_of(server)->alert >= 0) {
        return nature_of(server)->alert;
    }
    if (!known) {
        return 115; /* unknown_psk_identity */
    }
    return same ? -1 : 51; /* decrypt_error */
}

void server_begin(struct sim_world *world, unsigned host)
{
    struct sim_server *server = &world->server[host];
    server->host = host;
    if (server->port.self == NULL) {
        net_add(&world->net, host, authority(host), &sim_server_side, server, &server->port);
        world->net.hosts[host].handshake = on_handshake;
        world->net.hosts[host].handshake_user = server;
        server->given.self = server;
        server->given.now = given_now;
        server->given.unix_time = given_unix_time;
        server->given.request = bent_request;
        server->given.close = given_close;
        server->given.cancel = given_cancel;
        server->given.peer = given_peer;
    }
    world->net.hosts[host].up = true;
    server->starts++;
    server->leaves_at = SIM_NEVER;
    if (host == HOST_STRANGER) {
        return;
    }
    server->variant = world->nature[host].variant;
    server->accounts = make_accounts(world, host);
    server->store = loom_fleet_accounts_store(server->accounts);
    if (host == HOST_BS) {
        server->bootstrap =
            loom_bootstrap_server_create(&server->store, &server->given, NULL, NULL);
    } else {
        server->management = loom_management_server_create(
            &server->store, &server->given, world->setup.seed + server->starts, NULL, NULL);
    }
}

void server_end(struct sim_world *world, unsigned host)
{
    struct sim_server *server = &world->server[host];
    world->net.hosts[host].up = false;
    loom_bootstrap_server_destroy(server->bootstrap);
    loom_management_server_destroy(server->management);
    loom_fleet_accounts_free(server->accounts);
    net_forget(&world->net, host);
    server->bootstrap = NULL;
    server->management = NULL;
    server->accounts = NULL;
}

void server_step(struct sim_world *world, unsigned host)
{
    struct sim_server *server = &world->server[host];
    if (server->bootstrap != NULL) {
        loom_bootstrap_server_step(server->bootstrap);
    } else if (server->management != NULL) {
        loom_management_server_step(server->management);
    }
    if (server->leaves_at <= world->net.now) {
        server->leaves_at = SIM_NEVER;
        watch_states_hung_up(world, host);
        net_hang_up(&world->net, host, HOST_DEVICE);
    }
}

uint64_t server_deadline(const struct sim_world *world, unsigned host)
{
    const struct sim_server *server = &world->server[host];
    uint64_t deadline =
        server->bootstrap != NULL    ? loom_bootstrap_server_deadline(server->bootstrap)
        : server->management != NULL ? loom_management_server_deadline(server->management)
                                     : SIM_NEVER;
    return server->leaves_at < deadline ? server->leaves_at : deadline;
}

bool server_knows_device(const struct sim_world *world, unsigned host)
{
    struct loom_text device = {"device", 6};
    const struct sim_server *server = &world->server[host];
    const char *location = watch_location(world, host - HOST_A);
    const struct loom_dm_client *client =
        server->management == NULL ? NULL : loom_management_server_find(server->management, device);
    return client != NULL && strncmp(location, "/rd/", 4) == 0 &&
           strcmp(location + 4, client->location) == 0;
}
