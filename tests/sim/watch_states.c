/* SPDX-License-Identifier: Apache-2.0 */
/* What the client tells, says of its states and does later must fit together, over reboots, too. */
#include "watch.h"

#include "loom/codec.h"
#include "model/node.h"

#include <string.h>

/* A bootstrap that somebody asked for begins within this time. */
#define ASKED_MS 300000u
/* A purge waits for a bootstrap under way or a card, and on a memory that fails an hour for another
 * attempt.
 */
#define PURGE_MS   100000u
#define TROUBLE_MS 3600000u
/* Seconds that a time is rounded to when it is kept over a reboot. */
#define ROUNDED_MS 2000u
#define NO_FURTHER 0xFFFFFFFFu
#define CARD_MS    60000u
#define BEGUN_MS   1000u
/* Until a client of 1.0 opens the session anew that it has lost. */
#define DEAF_MS   3602000u
#define LINGER_MS 94000u
/* A wait of so many seconds outlives a reboot. */
#define REMEMBERED 60u

static struct watch_states *states_of(struct sim_world *world)
{
    return &world->watch->states;
}

static bool is_in(const struct sim_world *world, const char *state)
{
    const char *is = loom_client_bootstrap_state(&world->client);
    return is[0] == state[0] && strcmp(is, state) == 0;
}

/* The account may not be taken away, for commands of its server may come or are obeyed. */
static bool is_in_use(const struct sim_world *world)
{
    return is_in(world, "requesting") || is_in(world, "running") || is_in(world, "pack") ||
           is_in(world, "committed");
}

static bool any_works(const struct sim_world *world)
{
    bool works = false;
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        works = works || world->watch->server[i].registered;
    }
    return works;
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
    states_of(world)->must_begin = true;
    states_of(world)->idle_since = watch_now(world);
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
    memset(world->watch->kept, 0, sizeof world->watch->kept); /* of other accounts */
}

/* Rule B-53: whether some account wants a bootstrap when it fails, or there is none. */
static bool wants_bootstrap(const struct sim_world *world)
{
    unsigned accounts = 0;
    unsigned unwilling = 0;
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        accounts += watch_resource(world, SIM_SSID(i), 0, 0) != 0;
        unwilling += watch_resource(world, SIM_SSID(i), 16, 1) == 0;
    }
    return accounts == 0 || unwilling < accounts;
}

static void on_hold_off(struct sim_world *world)
{
    if (was_asked_for(world)) {
        return;
    }
    if (!wants_bootstrap(world)) {
        sim_fail(world, "B-53", "a bootstrap begins that 1/x/16 of all accounts forbids");
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

/* A push that came to nothing changes nothing where the servers are well (rules ). */
static void check_push_failed(struct sim_world *world)
{
    if (states_of(world)->pushed && any_works(world) && !states_of(world)->asked) {
        sim_fail(world, "A-10", "a bootstrap is asked for after a push, though a server works");
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
        states->must_begin = false;
        states->no_pack = false;
        states->packing = false;
        on_hold_off(world);
        break;
    case LOOM_EVENT_BOOTSTRAP_PACK_REQUEST:
        if (world->setup.lwm2m < LOOM_LWM2M_1_2 || !world->setup.pack || states->no_pack) {
            sim_fail(world, "A-100", "a pack is asked for by who does not know it, or once more");
        }
        states->packing = true;
        states->requested = true;
        states->lost = false;
        states->pack_refused = false;
        break;
    case LOOM_EVENT_BOOTSTRAP_REQUEST:
        states->packing = false;
        states->pushed = false;
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
        states->pushed = true;
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
        states->pack_refused = event->code != LOOM_CONTENT || event->reason != LOOM_REASON_NONE;
        states->no_pack = states->no_pack || states->pack_refused;
        states->packing = false;
        if (!states->pack_refused) {
            on_commit(world);
        }
        break;
    case LOOM_EVENT_BOOTSTRAP_NO_ACCOUNT:
        states->must_begin = false;
        break;
    case LOOM_EVENT_BOOTSTRAP_RETRY:
        check_push_failed(world);
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
        states->must_begin = false;
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
    const struct loom_dm_client *client =
        loom_management_server_find(world->server[host].management, device);
    for (unsigned i = 0; loom_client_registration(&world->client, i, &status); i++) {
        if (status.ssid == event->ssid && status.lifetime != (int64_t)client->lifetime) {
            sim_fail(world, "B-18", "server %u has not been told the lifetime",
                     (unsigned)event->ssid);
        }
    }
}

/* Rule B-16: a Register replaces the registration that the server had of the device. */
static void check_replaced(struct sim_world *world, const struct loom_event *event)
{
    const struct loom_management_server *server =
        world->server[HOST_A + (unsigned)(event->ssid - SIM_SSID(0))].management;
    const struct loom_dm_client *client = NULL;
    unsigned count = 0;
    while (server != NULL && (client = loom_management_server_next(server, client)) != NULL) {
        count++;
    }
    if (count > 1) {
        sim_fail(world, "B-16", "server %u has the device registered %u times",
                 (unsigned)event->ssid, count);
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
        if (event->text.length == 0 || event->text.length > LOOM_LOCATION_SIZE) {
            sim_fail(world, "B-16", "server %u: registered without a location that can be kept",
                     (unsigned)event->ssid);
        }
        check_replaced(world, event);
        states->fruitless = 0;
        states->must_rest = is_in(world, "waiting") || is_in(world, "hold-off");
        server->known = true;
        break;
    case LOOM_EVENT_UPDATED:
        check_lifetime(world, event);
        break;
    case LOOM_EVENT_REGISTER_RETRY:
        states->must_save = states->must_save || event->seconds >= REMEMBERED;
        break;
    case LOOM_EVENT_REGISTER_DELAYED:
        states->must_save = true;
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
        states->must_save = true;
        server->disabled_until = watch_now(world) + (uint64_t)event->seconds * 1000;
        break;
    case LOOM_EVENT_READ:
    case LOOM_EVENT_DISCOVER:
    case LOOM_EVENT_WRITE_ATTRIBUTES:
    case LOOM_EVENT_NOTIFY:
    case LOOM_EVENT_DELETE:
        check_rights(world, event);
        break;
    case LOOM_EVENT_WRITE:
        check_rights(world, event);
        if (event->has_path && event->path.id[0] == 1 && event->path.depth == 3 &&
            event->path.id[2] == 1 && watch_is_done(event) &&
            watch_resource(world, event->ssid, 1, 0) !=
                watch_server(world, event->ssid)->lifetime) {
            watch_registration_must_update(world, event->ssid);
        }
        states->compare = event->has_path && event->path.id[0] == 1 && watch_is_done(event);
        break;
    case LOOM_EVENT_EXECUTE:
        check_rights(world, event);
        if (event->has_path && event->path.id[0] == 1 && event->path.id[2] == 9) {
            watch_states_asked(world);
            states->must_begin = watch_is_done(event);
        }
        if (event->has_path && event->path.id[0] == 1 && event->path.id[2] == 8 &&
            watch_is_done(event)) {
            watch_registration_must_update(world, event->ssid);
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
    states_of(world)->look = states_of(world)->look || event->type <= LOOM_EVENT_STATE_FAILED ||
                             event->type == LOOM_EVENT_REQUEST ||
                             event->type == LOOM_EVENT_SESSION_FAILED;
    if (event->type == LOOM_EVENT_SESSION_FAILED && event->ssid == 0) {
        states_of(world)->lost = true;
        states_of(world)->deaf_since = watch_now(world);
        states_of(world)->no_pack = states_of(world)->no_pack || states_of(world)->packing;
        states_of(world)->packing = false;
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
    bool trouble = world->medium.failing || world->medium.forgets || world->medium.full;
    if (states->purge_most == SIM_NEVER) {
        return;
    }
    if (trouble) {
        now += TROUBLE_MS;
    }
    bool later = is_in_use(world) || is_in(world, "smartcard");
    if (trouble || later || states->purge_most < world->watch->disturbed) {
        states->purge_most = now > states->purge_most ? now : states->purge_most;
        return;
    }
    if (now > states->purge_most + PURGE_MS && account_timeout(world) != 0) {
        sim_fail(world, "A-87", "the account is not purged, though its time is over");
    }
}

/* What a server wrote, and a purge, are in the store, if it takes anything. */
static void check_store(struct sim_world *world)
{
    const struct sim_medium *medium = &world->medium;
    bool works = !medium->failing && !medium->forgets && !medium->full && !medium->dead;
    if (states_of(world)->compare && works) {
        watch_compare_with_store(world);
    }
    states_of(world)->compare = false;
}

/* What goes on after a reboot is stored when it begins (loom/store.h). */
static void check_saved(struct sim_world *world)
{
    const struct sim_medium *medium = &world->medium;
    bool works = !medium->failing && !medium->full && !medium->dead && !medium->forgets;
    if (states_of(world)->must_save && works && !world->stopping && !world->restarting) {
        sim_fail(world, "B-70", "a wait has begun that a reboot would end");
    }
    states_of(world)->must_save = false;
}

/* Rule A-10: a bootstrap that nobody asked for ends when a server works. */
static void check_rest(struct sim_world *world)
{
    if (states_of(world)->must_rest && any_works(world) && !states_of(world)->asked &&
        (is_in(world, "waiting") || is_in(world, "hold-off"))) {
        sim_fail(world, "A-10", "a bootstrap is still wanted though a server works");
    }
    states_of(world)->must_rest = false;
}

static bool has_session(const struct sim_world *world, unsigned peer)
{
    for (unsigned i = 0; i < NET_SESSIONS; i++) {
        const struct loom_session *session = &world->net.sessions[i];
        if (session->used && !session->passive && session->host == HOST_DEVICE &&
            session->peer == peer) {
            return true;
        }
    }
    return false;
}

/* A tampered account may name a host that is not the bootstrap server. */
static bool is_somebody_else(const struct sim_world *world)
{
    struct loom_text uri = {"", 0};
    loom_get_text(&world->model, loom_path_resource(0, loom_account_instance(&world->model), 0),
                  &uri);
    return uri.length < 7 || memcmp(uri.data + uri.length - 7, "bs:5684", 7) != 0;
}

/* Rule A-110: what was asked for begins. */
static void check_begun(struct sim_world *world)
{
    struct watch_states *states = states_of(world);
    uint64_t now = watch_now(world);
    bool stops = world->stopping || world->restarting;
    if (!is_in(world, "idle") || stops || now < world->watch->disturbed) {
        states->idle_since = now;
        states->must_begin =
            states->must_begin && !is_in_use(world) && !stops && !is_in(world, "hold-off");
    }
    if (states->must_begin && now > states->idle_since + BEGUN_MS) {
        sim_fail(world, "A-110", "a bootstrap was asked for and does not begin");
    }
}

/* Rules: the session lingers for what is repeated, and no longer; only a client that
 * takes pushes holds one. */
static void check_lingering(struct sim_world *world)
{
    uint64_t end = world->watch->committed + LINGER_MS;
    if (is_in(world, "finished") && watch_now(world) > end && end >= world->watch->disturbed) {
        sim_fail(world, "A-9", "the session of a bootstrap lingers for longer than 93 s");
    }
    if (!world->watch->told) {
        return;
    }
    bool open = has_session(world, HOST_BS);
    bool idle = is_in(world, "idle");
    if (open && idle && world->setup.lwm2m != LOOM_LWM2M_1_0) {
        sim_fail(world, "A-9", "a session with the bootstrap server stays without a bootstrap");
    }
    if (open || !idle || world->setup.lwm2m != LOOM_LWM2M_1_0 || !any_works(world) ||
        loom_account_instance(&world->model) == LOOM_ID_NONE || is_somebody_else(world)) {
        states_of(world)->deaf_since = watch_now(world);
    }
    end = states_of(world)->deaf_since + DEAF_MS;
    if (watch_now(world) > end && end >= world->watch->disturbed) {
        sim_fail(world, "A-10", "the bootstrap server has no session to push in");
    }
}

static void check_disabled(struct sim_world *world)
{
    bool any = false;
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        any = any || world->watch->server[i].disabled_until > watch_now(world);
    }
    if (!any) {
        return;
    }
    for (unsigned i = 0; i < SIM_SERVERS; i++) {
        if (world->watch->server[i].disabled_until > watch_now(world) &&
            has_session(world, HOST_A + i)) {
            sim_fail(world, "B-70", "a session with %s is open while disabled",
                     host_name(HOST_A + i));
        }
    }
}

/* Rule H-3: what was staged has keys in it. Nothing is staged, nor left, without an event. */
static void check_staging(struct sim_world *world)
{
    if (!states_of(world)->look || is_in_use(world)) {
        return;
    }
    states_of(world)->look = false;
    size_t size = sim_product(world->setup.lwm2m)->staging_size;
    const unsigned char *bytes = (const unsigned char *)world->staging;
    if (bytes[0] != 0 || memcmp(bytes, bytes + 1, size - 1) != 0) {
        sim_fail(world, "H-3", "keys stay in the staging memory");
    }
}

void watch_states_after(struct sim_world *world)
{
    if (world->watch->told && !is_in(world, "committed")) {
        check_beliefs(world);
    }
    if (states_of(world)->lost && is_in_use(world) && !is_in(world, "committed")) {
        sim_fail(world, "A-85", "a bootstrap goes on without a session");
    }
    uint64_t card = states_of(world)->booted_at + CARD_MS;
    if (is_in(world, "smartcard") && watch_now(world) > card && card >= world->watch->disturbed) {
        sim_fail(world, "A-11", "a card that says nothing is waited for");
    }
    if (!world->watch->bootstrapping && (is_in(world, "requesting") || is_in(world, "running"))) {
        sim_fail(world, "A-14", "a bootstrap goes on that was told to have ended");
    }
    if (is_in(world, "hold-off") && watch_now(world) > world->watch->ask_after &&
        world->watch->ask_after >= world->watch->disturbed) {
        sim_fail(world, "A-12", "the hold-off goes on after its time");
    }
    check_store(world);
    check_saved(world);
    check_rest(world);
    check_begun(world);
    check_lingering(world);
    check_disabled(world);
    check_purge(world);
    check_staging(world);
}

/* ---- what happens to the device -------------------------------------------------------------- */

void watch_states_moved(struct sim_world *world)
{
    world->watch->told = true;
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
    states_of(world)->must_save = states_of(world)->must_save && record != LOOM_RECORD_STATE;
    for (unsigned i = 0; record == LOOM_RECORD_STATE && i < SIM_SERVERS; i++) {
        states_of(world)->server[i].kept = true;
    }
}

void watch_states_begin(struct sim_world *world)
{
    memset(states_of(world), 0, sizeof *states_of(world));
    states_of(world)->look = true;
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
    bool least = !lost && !states->clock_jumped && states->purge_least != SIM_NEVER &&
                 states->purge_least > ROUNDED_MS;
    states->purge_least = least ? states->purge_least - ROUNDED_MS : 0;
    states->fruitless = 0;
    states->requested = false;
    states->lost = false;
    states->uncommanded = false;
    states->pack_refused = false;
    states->answered = 0;
    states->asked = false;
    states->must_begin = false;
    states->idle_since = watch_now(world);
    states->compare = false;
    states->must_rest = false;
    states->deaf_since = watch_now(world);
    states->booted_at = watch_now(world);
    states->must_save = false;
    states->no_pack = false;
    states->look = true;
    memset(states->disable_asked, 0, sizeof states->disable_asked);
}
