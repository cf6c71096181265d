/* SPDX-License-Identifier: Apache-2.0 */
/* How long the way back may take, by what the resources say. */
#include "world.h"

#include "loom/codec.h"
#include "model/node.h"

#include <stdio.h>
#include <string.h>

#define SECOND 1000u
#define DAY    (86400u * (uint64_t)SECOND)

/* A bound beyond this says nothing: such a story ends as one of those that may never come back. */
#define BOUND_MOST (90 * DAY)

/* Towards the bootstrap server the waits double up to an hour, and half as much again for jitter
 * (rules ). */
#define BACK_OFF_MOST     5400u
#define EXCHANGE_LIFETIME 247u
#define TRANSMIT_WAIT     93u

static uint64_t number(const struct loom_model *model, struct loom_path path, uint64_t otherwise)
{
    uint64_t natural;
    int64_t integer;
    bool truth;
    if (loom_get_unsigned(model, path, &natural) == LOOM_OK) {
        return natural;
    }
    if (loom_get_boolean(model, path, &truth) == LOOM_OK) {
        return truth;
    }
    return loom_get_integer(model, path, &integer) == LOOM_OK && integer >= 0 ? (uint64_t)integer
                                                                              : otherwise;
}

/* The values that count for the way back to one server. */
struct values {
    uint64_t lifetime;
    uint64_t disable;
    uint64_t initial;
    uint64_t bootstrap;
    uint64_t count;
    uint64_t timer;
    uint64_t delay;
    uint64_t sequences;
};

static struct values values_of(const struct loom_model *model, uint16_t instance)
{
    struct values values = {
        .lifetime = number(model, loom_path_resource(1, instance, 1), 86400),
        .disable = number(model, loom_path_resource(1, instance, 5), 86400),
        .initial = number(model, loom_path_resource(1, instance, 14), 0),
        .bootstrap = number(model, loom_path_resource(1, instance, 16), 1),
        .count = number(model, loom_path_resource(1, instance, 17), 5),
        .timer = number(model, loom_path_resource(1, instance, 18), 60),
        .delay = number(model, loom_path_resource(1, instance, 19), 86400),
        .sequences = number(model, loom_path_resource(1, instance, 20), 1),
    };
    return values;
}

static struct values values_of_setup(const struct sim_setup *setup, unsigned server)
{
    static const uint64_t defaults[SETTING_COUNT] = {86400, 86400, 0, 0, 0, 1, 5, 60, 86400, 1};
    uint64_t value[SETTING_COUNT];
    for (unsigned i = 0; i < SETTING_COUNT; i++) {
        bool there = setup->account[server].present[i] &&
                     (setup->lwm2m >= LOOM_LWM2M_1_1 || sim_setting_resource[i] < 9);
        value[i] = there ? setup->account[server].value[i] : defaults[i];
    }
    struct values values = {value[SETTING_LIFETIME],       value[SETTING_DISABLE_TIMEOUT],
                            value[SETTING_INITIAL_DELAY],  value[SETTING_BOOTSTRAP],
                            value[SETTING_RETRY_COUNT],    value[SETTING_RETRY_TIMER],
                            value[SETTING_SEQUENCE_DELAY], value[SETTING_SEQUENCE_COUNT]};
    return values;
}

static uint64_t plus(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t times(uint64_t a, uint64_t b)
{
    return a != 0 && b > UINT64_MAX / a ? UINT64_MAX : a * b;
}

/* All the attempts of all sequences, with the silence after each, in seconds. */
static uint64_t all_attempts(const struct values *values)
{
    uint64_t wait = values->timer == 0 ? 1 : values->timer;
    uint64_t sum = EXCHANGE_LIFETIME;
    for (uint64_t i = 1; i < values->count && sum < BOUND_MOST; i++) {
        sum = plus(sum, plus(wait, EXCHANGE_LIFETIME));
        wait = times(wait, 2);
    }
    uint64_t delay = values->delay >= 0xFFFFFFFFu ? 0 : values->delay;
    uint64_t sequences = values->sequences == 0 ? 1 : values->sequences;
    return plus(times(sum, sequences), times(plus(delay, 1), sequences));
}

static uint64_t whole_way(const struct values *values)
{
    uint64_t sum = values->lifetime >= 0xFFFFFFFFu ? 0 : values->lifetime;
    sum = plus(sum, plus(values->initial, values->disable));
    return plus(sum, plus(all_attempts(values), 2 * EXCHANGE_LIFETIME));
}

/* ---- which accounts are right ---------------------------------------------------------------- */

static bool is_right_key(const struct sim_world *world, uint16_t security, uint8_t last,
                         const char *identity)
{
    struct loom_bytes key = {NULL, 0};
    struct loom_bytes name = {NULL, 0};
    loom_get_opaque(&world->model, loom_path_resource(0, security, 5), &key);
    loom_get_opaque(&world->model, loom_path_resource(0, security, 3), &name);
    return key.length == 16 && memcmp(key.data, "KEYKEYKEYKEYKEY", 15) == 0 &&
           key.data[15] == last && name.length == strlen(identity) &&
           memcmp(name.data, identity, name.length) == 0;
}

static bool is_right(const struct sim_world *world, uint16_t security, bool secure,
                     const char *authority, uint8_t key, const char *identity)
{
    struct loom_text uri = {"", 0};
    char wanted[32];
    uint64_t mode = number(&world->model, loom_path_resource(0, security, 2), 99);
    (void)snprintf(wanted, sizeof wanted, "coap%s://%s", secure ? "s" : "", authority);
    loom_get_text(&world->model, loom_path_resource(0, security, 0), &uri);
    return uri.length == strlen(wanted) && memcmp(uri.data, wanted, uri.length) == 0 &&
           mode == (secure ? LOOM_SECURITY_PSK : LOOM_SECURITY_NOSEC) &&
           (!secure || is_right_key(world, security, key, identity));
}

static uint16_t security_of(const struct sim_world *world, uint64_t ssid)
{
    uint16_t instance = 0;
    for (; loom_model_next_instance(&world->model, 0, &instance); instance++) {
        if (number(&world->model, loom_path_resource(0, instance, 1), 0) == 0 &&
            number(&world->model, loom_path_resource(0, instance, 10), 0) == ssid) {
            return instance;
        }
    }
    return LOOM_ID_NONE;
}

/* @return the server that this instance of object 1 is a right account of; SIM_SERVERS: of none */
static unsigned right_server(const struct sim_world *world, uint16_t instance)
{
    static const char *const authorities[SIM_SERVERS] = {"a:5684", "b:5684"};
    static const char *const identities[SIM_SERVERS] = {"device-0", "device-1"};
    uint64_t ssid = number(&world->model, loom_path_resource(1, instance, 0), 0);
    uint16_t security = security_of(world, ssid);
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        if (ssid == SIM_SSID(i) && security != LOOM_ID_NONE &&
            is_right(world, security, world->setup.account[i].secure, authorities[i], (uint8_t)i,
                     identities[i])) {
            return i;
        }
    }
    return SIM_SERVERS;
}

static bool believes(const struct sim_world *world, unsigned server, int64_t *lifetime)
{
    struct loom_registration_status status;
    for (unsigned i = 0; loom_client_registration(&world->client, i, &status); i++) {
        if (status.ssid == SIM_SSID(server)) {
            *lifetime = status.lifetime;
            return strcmp(status.state, "registered") == 0 || strcmp(status.state, "asleep") == 0;
        }
    }
    return false;
}

/* What costs little: asked in every round of a wait that may take months. */
static bool may_be_back(const struct sim_world *world)
{
    bool any = false;
    for (unsigned i = 0; i < SIM_SERVERS && !any; i++) {
        int64_t lifetime;
        any = server_knows_device(world, HOST_A + i) && believes(world, i, &lifetime);
    }
    return any && world->on && watch_is_registered(world);
}

bool sim_is_back(const struct sim_world *world)
{
    uint16_t instance = 0;
    bool any = false;
    if (!may_be_back(world)) {
        return false;
    }
    for (; loom_model_next_instance(&world->model, 1, &instance); instance++) {
        unsigned server = right_server(world, instance);
        int64_t lifetime;
        if (server == SIM_SERVERS) {
            continue;
        }
        if (!believes(world, server, &lifetime) || !server_knows_device(world, HOST_A + server)) {
            return false;
        }
        any = true;
    }
    return any;
}

/* ---- the bound ------------------------------------------------------------------------------- */

/* A registration that the server has lost and that has no end is not found out (rule B-21). */
static bool is_deaf(const struct sim_world *world, unsigned server)
{
    int64_t lifetime;
    return believes(world, server, &lifetime) && !server_knows_device(world, HOST_A + server) &&
           (lifetime == 0 || (uint64_t)lifetime > BOUND_MOST / SECOND);
}

struct way {
    uint64_t sum;
    unsigned accounts;
    unsigned right;
    bool may_bootstrap; /* on failure, by 1/x/16 of some account */
    bool never;
};

static void add_accounts(const struct sim_world *world, struct way *way)
{
    uint16_t instance = 0;
    for (; loom_model_next_instance(&world->model, 1, &instance); instance++) {
        struct values values = values_of(&world->model, instance);
        unsigned server = right_server(world, instance);
        way->accounts++;
        way->sum = plus(way->sum, whole_way(&values));
        way->may_bootstrap = way->may_bootstrap || values.bootstrap != 0;
        if (server < SIM_SERVERS) {
            way->right++;
            way->never = way->never || is_deaf(world, server) || values.delay >= 0xFFFFFFFFu;
        }
    }
}

/* Waits that began by values which may have been written anew since. */
static void add_pending(const struct sim_world *world, struct way *way)
{
    struct loom_registration_status status;
    uint64_t now = world->port.now(world->port.self);
    for (unsigned i = 0; loom_client_registration(&world->client, i, &status); i++) {
        if (status.deadline != UINT64_MAX && status.deadline > now) {
            way->sum = plus(way->sum, (status.deadline - now) / SECOND);
        }
    }
}

uint64_t sim_bound(const struct sim_world *world)
{
    struct way way = {.sum = 0};
    uint16_t account = world->on ? loom_account_instance(&world->model) : LOOM_ID_NONE;
    bool good_account =
        account != LOOM_ID_NONE && !world->bootstrap_gone &&
        is_right(world, account, world->setup.bootstrap_secure, "bs:5684", 0xFF, "device-bs");
    if (!world->on) {
        return SIM_NEVER;
    }
    add_accounts(world, &way);
    add_pending(world, &way);
    bool bootstraps = good_account && (way.accounts == 0 || way.may_bootstrap);
    bool leaves = number(&world->model, loom_path_resource(0, account, 12), 0) != 0 ||
                  world->setup.account_timeout != 0;
    if (way.right == 0 && (!bootstraps || leaves)) {
        return SIM_NEVER;
    }
    if (account != LOOM_ID_NONE) {
        uint64_t hold_off = number(&world->model, loom_path_resource(0, account, 11), 0);
        way.sum = plus(way.sum, plus(2 * hold_off, 2 * BACK_OFF_MOST + 4 * EXCHANGE_LIFETIME));
        for (unsigned i = 0; i < world->setup.servers; i++) {
            struct values values = values_of_setup(&world->setup, i);
            way.sum = plus(way.sum, whole_way(&values));
        }
    }
    return way.never || way.sum > BOUND_MOST / SECOND ? SIM_NEVER : way.sum * SECOND;
}
