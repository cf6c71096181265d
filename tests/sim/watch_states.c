/* SPDX-License-Identifier: Apache-2.0 */
/* What the client tells, says of its states and does later must fit together, over reboots, too. */
#include "watch.h"

#include "loom/codec.h"
#include "model/node.h"

#include <string.h>

/* A bootstrap that somebody asked for begins within this time. */
#define ASKED_MS 300000u
/* A purge waits for a bootstrap under way, and on a memory that fails an hour for another attempt.
 */
#define PURGE_MS 7200000u
/* Seconds that a time is rounded to when it is kept over a reboot. */
#define ROUNDED_MS 2000u
#define NO_FURTHER 0xFFFFFFFFu

static struct watch_states *states_of(struct sim_world *world)
{
    return &world->watch->states;
}

static bool is_in(const struct sim_world *world, const char *state)
{
    return strcmp(loom_client_bootstrap_state(&world->client), state) == 0;
}

/* The account may not be taken away, for commands of its server may come or are obeyed. */
static bool is_in_use(const struct sim_world *world)
{
    return is_in(world, "requesting") || is_in(world, "running") || is_in(world, "pack") ||
           is_in(world, "committed");
}

static bool was_asked_for(struct sim_world *world)
{
    const struct watch_states *states = states_of(world);
    return states->asked && world->net.now <= states->asked_at + ASKED_MS;
}

void watch_states_asked(struct sim_world *world)
{
    uint64_t wakes = world->net.hosts[HOST_DEVICE].wakes; /* it may stand still at present */
    states_of(world)->asked = true;
    states_of(world)->asked_at = wakes > world->net.now ? wakes : world->net.now;
}

/* ---- bootstraps ------------------------------------------------------------------------------ */

static uint64_t account_timeout(const struct sim_world *world)
{
    int64_t seconds;
    uint16_t account = loom_account_instance(&world->model);
    return account != LOOM_ID_NONE &&
                   loom_get_integer(&world->model, loom_path_resource(0, account, 12), &seconds) ==
                       LOOM_OK &&
                   seconds > 0
               ? (uint64_t)seconds
               : 0;
}

static void on_commit(struct sim_world *world)
{
    struct watch_states *states = states_of(world);
    uint64_t timeout = account_timeout(world);
    states->fruitless += states->requested ? 1 : 0;
    states->purge_least = timeout == 0 ? SIM_NEVER : watch_now(world) + timeout * 1000;
    states->purge_most = states->purge_least;
    memset(states->server, 0, sizeof states->server);
}

static void on_hold_off(struct sim_world *world)
{
    if (was_asked_for(world)) {
        return;
    }
    if (states_of(world)->fruitless > 1) {
        sim_fail(world, "A-15", "two bootstraps came to nothing; another without a wait");
    }
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        if (world->watch->server[i].registered) {
            sim_fail(world, "B-53", "a bootstrap begins though server %u works",
                     (unsigned)SIM_SSID(i));
        }
    }
}

static void on_bootstrap(struct sim_world *world, const struct loom_event *event)
{
    struct watch_states *states = states_of(world);
    bool command =
        event->type == LOOM_EVENT_BOOTSTRAP_PUSH || (event->type >= LOOM_EVENT_BOOTSTRAP_DISCOVER &&
                                                     event->type <= LOOM_EVENT_BOOTSTRAP_FINISH);
    if (command && states->commander != HOST_BS) {
        sim_fail(world, "A-22", "%s of %s is obeyed", loom_event_name(event->type),
                 host_name(states->commander));
    }
    switch (event->type) {
    case LOOM_EVENT_HOLD_OFF:
        on_hold_off(world);
        break;
    case LOOM_EVENT_BOOTSTRAP_REQUEST:
    case LOOM_EVENT_BOOTSTRAP_PACK_REQUEST:
        states->requested = true;
        states->lost = false;
        states->pack_refused = false;
        break;
    case LOOM_EVENT_BOOTSTRAP_ACCEPTED:
        if (states->answered != LOOM_CHANGED) {
            sim_fail(world, "A-20", "a request that was answered %u.%02u is told as accepted",
                     states->answered / 32u, states->answered % 32u);
        }
        break;
    case LOOM_EVENT_BOOTSTRAP_PUSH:
        if (world->setup.lwm2m != LOOM_LWM2M_1_0) {
            sim_fail(world, "A-6", "a push is taken, which only 1.0 knows");
        }
        states->requested = false;
        states->lost = false;
        states->uncommanded = true;
        break;
    case LOOM_EVENT_BOOTSTRAP_FINISH:
        if (event->code == LOOM_CHANGED) {
            if (states->uncommanded) {
                sim_fail(world, "A-22", "a Finish with nothing before it is answered 2.04");
            }
            on_commit(world);
        }
        break;
    case LOOM_EVENT_BOOTSTRAP_PACK:
        states->pack_refused = event->code != LOOM_CONTENT || event->text.length > 0;
        if (!states->pack_refused) {
            on_commit(world);
        }
        break;
    case LOOM_EVENT_BOOTSTRAP_RETRY:
        if (states->pack_refused) {
            sim_fail(world, "A-102", "no Bootstrap-Request follows a pack that cannot be had");
        }
        break;
    case LOOM_EVENT_ACCOUNT_EXPIRED:
        if (world->watch->bootstrapping) {
            sim_fail(world, "A-87", "the account is purged in the midst of a bootstrap");
        }
        if (watch_now(world) < states->purge_least) {
            sim_fail(world, "A-87", "the account is purged before its time");
        }
        states->purge_most = SIM_NEVER;
        states->compare = true;
        break;
    case LOOM_EVENT_STATE_FAILED:
    case LOOM_EVENT_STATE_RECOVERED:
        memset(states->server, 0, sizeof states->server);
        break;
    case LOOM_EVENT_BOOTSTRAP_DISCOVER:
    case LOOM_EVENT_BOOTSTRAP_READ:
    case LOOM_EVENT_BOOTSTRAP_WRITE:
    case LOOM_EVENT_BOOTSTRAP_DELETE:
        states->uncommanded = false;
        break;
    default:
        break;
    }
}

/* ---- registrations --------------------------------------------------------------------------- */

static void check_register(struct sim_world *world, const struct loom_event *event,
                           struct watch_server *server)
{
    if (watch_now(world) + ROUNDED_MS < server->disabled_until) {
        sim_fail(world, "B-70", "server %u: a Register while disabled, after a reboot",
                 (unsigned)event->ssid);
    }
    if (server->never && watch_resource(world, event->ssid, 19, 0) == NO_FURTHER) {
        sim_fail(world, "B-58", "server %u: a Register, but 1/x/19 wants no further sequence",
                 (unsigned)event->ssid);
    }
    server->never = false;
    server->moved = false;
    server->disabled_until = 0;
}

/* Rule B-18: the server knows what the client has told it. */
static void check_lifetime(struct sim_world *world, const struct loom_event *event)
{
    struct loom_registration_status status;
    struct loom_text device = {"device", 6};
    unsigned host = HOST_A + (unsigned)(event->ssid - SIM_SSID(0));
    if (!server_knows_device(world, host) || world->nature[host].refuse != 0) {
        return;
    }
    const struct loom_ms_client *client =
        loom_management_server_find(world->server[host].management, device);
    for (unsigned i = 0; loom_client_registration(&world->client, i, &status); i++) {
        if (status.ssid == event->ssid && status.lifetime != (int64_t)client->lifetime) {
            sim_fail(world, "B-18", "server %u has not been told the lifetime",
                     (unsigned)event->ssid);
        }
    }
}

/* Another server's account is none of its business (rule C-75). */
static void check_rights(struct sim_world *world, const struct loom_event *event)
{
    int64_t owner;
    bool account = event->has_path && event->path.depth >= 2 && event->path.id[0] == 1;
    if (account && watch_is_done(event) &&
        loom_get_integer(&world->model, loom_path_resource(1, event->path.id[1], 0), &owner) ==
            LOOM_OK &&
        owner != event->ssid) {
        sim_fail(world, "C-75", "server %u reached the account of server %u", (unsigned)event->ssid,
                 (unsigned)owner);
    }
}

static void on_registration(struct sim_world *world, const struct loom_event *event)
{
    struct watch_states *states = states_of(world);
    struct watch_server *server = &states->server[event->ssid - SIM_SSID(0)];
    switch (event->type) {
    case LOOM_EVENT_REGISTER:
        check_register(world, event, server);
        states->hung_up[event->ssid - SIM_SSID(0)] = false;
        break;
    case LOOM_EVENT_REGISTERED:
        if (event->text.length == 0) {
            sim_fail(world, "B-16", "server %u: registered without a location",
                     (unsigned)event->ssid);
        }
        states->fruitless = 0;
        states->must_rest = is_in(world, "waiting") || is_in(world, "hold-off");
        server->known = true;
        break;
    case LOOM_EVENT_UPDATED:
        check_lifetime(world, event);
        break;
    case LOOM_EVENT_REGISTER_DELAYED:
        if (server->known) {
            sim_fail(world, "B-51", "server %u: delayed, but it has worked since the bootstrap",
                     (unsigned)event->ssid);
        }
        break;
    case LOOM_EVENT_REGISTRATION_GIVEN_UP:
        server->never = watch_server(world, event->ssid)->modelled;
        break;
    case LOOM_EVENT_DISABLED:
        if (!states->disable_asked[event->ssid - SIM_SSID(0)]) {
            sim_fail(world, "B-70", "server %u is disabled, but has not asked for it",
                     (unsigned)event->ssid);
        }
        states->disable_asked[event->ssid - SIM_SSID(0)] = false;
        server->disabled_until = watch_now(world) + (uint64_t)event->seconds * 1000;
        break;
    case LOOM_EVENT_READ:
    case LOOM_EVENT_DISCOVER:
    case LOOM_EVENT_DELETE:
        check_rights(world, event);
        break;
    case LOOM_EVENT_WRITE:
        check_rights(world, event);
        states->compare = event->has_path && event->path.id[0] == 1 && watch_is_done(event);
        break;
    case LOOM_EVENT_EXECUTE:
        check_rights(world, event);
        if (event->has_path && event->path.id[0] == 1 && event->path.id[2] == 9) {
            watch_states_asked(world);
        }
        if (event->has_path && event->path.id[0] == 1 && event->path.id[2] == 4) {
            states->disable_asked[event->ssid - SIM_SSID(0)] = true;
        }
        break;
    default:
        break;
    }
    server->kept =
        server->kept && event->type != LOOM_EVENT_REGISTERED && event->type != LOOM_EVENT_DISABLED;
}

void watch_states_event(struct sim_world *world, const struct loom_event *event)
{
    if (event->type == LOOM_EVENT_SESSION_FAILED && event->ssid == 0) {
        states_of(world)->lost = true;
        states_of(world)->pack_refused = false;
    }
    if (event->type == LOOM_EVENT_REQUEST && event->ssid == 0) {
        states_of(world)->uncommanded = false;
    }
    if (event->type <= LOOM_EVENT_STATE_FAILED) {
        on_bootstrap(world, event);
    } else if (watch_server(world, event->ssid) != NULL) {
        on_registration(world, event);
    }
}

/* ---- after every step ------------------------------------------------------------------------ */

static void check_beliefs(struct sim_world *world)
{
    struct loom_registration_status status;
    for (unsigned i = 0; loom_client_registration(&world->client, i, &status); i++) {
        const struct observed *server = watch_server(world, status.ssid);
        bool stands = strcmp(status.state, "registered") == 0 ||
                      strcmp(status.state, "updating") == 0 || strcmp(status.state, "asleep") == 0;
        if (!stands || server == NULL) {
            continue;
        }
        if (!server->registered || states_of(world)->server[status.ssid - SIM_SSID(0)].moved) {
            sim_fail(world, "B-17", "server %u: the client is %s, but what that was is gone",
                     (unsigned)status.ssid, status.state);
        }
    }
}

static void check_purge(struct sim_world *world)
{
    struct watch_states *states = states_of(world);
    uint64_t now = watch_now(world);
    bool trouble = world->medium.failing || world->medium.full || is_in_use(world);
    if (states->purge_most == SIM_NEVER) {
        return;
    }
    if (trouble || states->purge_most < world->watch->disturbed) {
        states->purge_most = now > states->purge_most ? now : states->purge_most;
    }
    if (now > states->purge_most + PURGE_MS && account_timeout(world) != 0) {
        sim_fail(world, "A-87", "the account is not purged, though its time is over");
    }
}

/* What a server wrote, and a purge, are in the store, if it takes anything. */
static void check_store(struct sim_world *world)
{
    const struct sim_medium *medium = &world->medium;
    bool works = !medium->failing && !medium->full && !medium->dead;
    if (states_of(world)->compare && works) {
        watch_compare_with_store(world);
    }
    states_of(world)->compare = false;
}

/* Rule A-10: a bootstrap that nobody asked for ends when a server works. */
static void check_rest(struct sim_world *world)
{
    bool works = false;
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        works = works || world->watch->server[i].registered;
    }
    if (states_of(world)->must_rest && works && !states_of(world)->asked &&
        (is_in(world, "waiting") || is_in(world, "hold-off"))) {
        sim_fail(world, "A-10", "a bootstrap is still wanted though a server works");
    }
    states_of(world)->must_rest = false;
}

static void check_disabled(struct sim_world *world)
{
    for (unsigned i = 0; i < NET_SESSIONS; i++) {
        const struct loom_session *session = &world->net.sessions[i];
        bool to_server = session->peer == HOST_A || session->peer == HOST_B;
        if (session->used && !session->passive && session->host == HOST_DEVICE && to_server &&
            world->watch->server[session->peer - HOST_A].disabled_until > watch_now(world)) {
            sim_fail(world, "B-70", "a session with %s is open while disabled",
                     host_name(session->peer));
        }
    }
}

/* Rule H-3: what was staged has keys in it. */
static void check_staging(struct sim_world *world)
{
    size_t size = sim_product(world->setup.lwm2m)->data_size;
    const unsigned char *bytes = (const unsigned char *)world->staging;
    if (!is_in_use(world) && (bytes[0] != 0 || memcmp(bytes, bytes + 1, size - 1) != 0)) {
        sim_fail(world, "H-3", "keys stay in the staging memory");
    }
}

void watch_states_after(struct sim_world *world)
{
    if (!is_in(world, "committed")) {
        check_beliefs(world);
    }
    if (states_of(world)->lost && is_in_use(world) && !is_in(world, "committed")) {
        sim_fail(world, "A-85", "a bootstrap goes on without a session");
    }
    if (is_in(world, "hold-off") && watch_now(world) > world->watch->ask_after &&
        world->watch->ask_after >= world->watch->disturbed) {
        sim_fail(world, "A-12", "the hold-off goes on after its time");
    }
    check_store(world);
    check_rest(world);
    check_disabled(world);
    check_purge(world);
    check_staging(world);
}

/* ---- what happens to the device -------------------------------------------------------------- */

void watch_states_moved(struct sim_world *world)
{
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        states_of(world)->server[i].moved = world->watch->server[i].registered;
    }
}

void watch_states_disturbed(struct sim_world *world)
{
    struct watch_states *states = states_of(world);
    uint64_t wakes = world->net.hosts[HOST_DEVICE].wakes;
    if (was_asked_for(world) && wakes > states->asked_at) {
        states->asked_at = wakes; /* the wish waits until it no longer stands still */
    }
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        states->server[i].never = false;
    }
}

void watch_states_hung_up(struct sim_world *world, unsigned host)
{
    if (host >= HOST_A) {
        states_of(world)->hung_up[host - HOST_A] = true;
    }
}

/* A jump of a clock: what was kept over a reboot may end earlier or later. */
void watch_states_clock(struct sim_world *world)
{
    states_of(world)->clock_jumped = true;
}

void watch_states_answered(struct sim_world *world, uint8_t code)
{
    states_of(world)->answered = code;
}

void watch_states_commanded(struct sim_world *world, uint8_t host)
{
    states_of(world)->commander = host;
}

void watch_states_saved(struct sim_world *world, enum loom_record record)
{
    for (unsigned i = 0; record == LOOM_RECORD_STATE && i < SIM_SERVERS; i++) {
        states_of(world)->server[i].kept = true;
    }
}

void watch_states_begin(struct sim_world *world)
{
    memset(states_of(world), 0, sizeof *states_of(world));
    states_of(world)->purge_least = SIM_NEVER;
    states_of(world)->purge_most = SIM_NEVER;
}

/* Called when the accounts are loaded. What was in the store before stays true. */
void watch_states_booted(struct sim_world *world)
{
    struct watch_states *states = states_of(world);
    struct sim_watch *watch = world->watch;
    bool lost = watch->damaged || watch->took_new || world->medium.failing || !world->on;
    uint64_t timeout = account_timeout(world);
    uint64_t most = watch_now(world) + timeout * 1000;
    bool counts_on =
        !lost && !states->clock_jumped && world->setup.knows_time && states->purge_most < most;
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        struct watch_server *server = &states->server[i];
        if (lost || !server->kept || states->clock_jumped ||
            watch->record[LOOM_RECORD_STATE].torn) {
            memset(server, 0, sizeof *server);
        }
        server->never = false;
        server->moved = false;
    }
    if (!counts_on) {
        states->purge_most = timeout == 0 ? SIM_NEVER : most;
    }
    states->purge_least = 0;
    states->fruitless = 0;
    states->requested = false;
    states->lost = false;
    states->uncommanded = false;
    states->pack_refused = false;
    states->answered = 0;
    states->asked = false;
    states->compare = false;
    states->must_rest = false;
    memset(states->disable_asked, 0, sizeof states->disable_asked);
}
